"""No secret is left in a text, whatever it is and wherever it stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from uwclient.bug_report import LONGEST_TEXT, REMOVED, Cleaner
from uwclient.config import Config
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.errors import UserWiseError
from uwclient.models.notices import ActionFailed
from uwclient.models.player import PlayerAction

any_text = st.text(st.characters(), max_size=60)
nested = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner) | st.dictionaries(any_text, inner),
)


def cleaner(*bodies: Any, player_id: str = "the-player") -> Cleaner:
    """A cleaner that knows of these bodies of refused actions."""
    recorder = DiagnosticsRecorder(lambda: 0.0)
    for body in bodies:
        action = PlayerAction("event", body, datetime(2026, 1, 1, tzinfo=UTC))
        recorder.record_notice(ActionFailed(0, action, UserWiseError("no")), 0.0)
    return Cleaner(Config(api_key="the-api-key", player_id=player_id), recorder)


@given(
    st.text(st.characters(), min_size=6, max_size=60), any_text, any_text, st.sampled_from(["raw", "json", "repr"])
)
def test_a_secret_is_found_inside_of_any_text(secret: str, before: str, after: str, form: str) -> None:
    assume(secret not in REMOVED)
    shown = {"raw": secret, "json": json.dumps(secret)[1:-1], "repr": repr(secret)[1:-1]}[form]

    cleaned = cleaner({"email_address": secret}).clean(before + shown + after)

    assert secret not in cleaned
    assert shown not in cleaned
    json.dumps(cleaned)


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=3, max_size=5),
    st.sampled_from(["'{}'", "{}", "a {}.", "({})"]),
)
def test_a_short_secret_is_found_as_a_word(secret: str, around: str) -> None:
    assume(secret not in REMOVED)
    assert secret not in cleaner([{"name": "nick", "value": secret}]).clean(around.format(secret))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=30))
def test_a_player_is_hidden_in_addresses(player_id: str) -> None:
    assume(player_id.strip() and player_id not in (".", ".."))
    cleaned = cleaner(player_id=player_id).clean(f"GET /appusers/{quote(player_id, safe='')}/offers")
    assert "/player-" in cleaned
    assert cleaned.endswith("/offers")


@given(nested)
def test_whatever_was_refused_is_no_reason_to_fail(body: Any) -> None:
    told = cleaner(body).clean({"a": ("text", 1, None), "at": datetime(2026, 1, 1, tzinfo=UTC)})
    assert json.loads(json.dumps(told))["at"].startswith("2026-01-01T00:00:00")


def test_what_an_action_is_stays_readable_and_what_it_says_of_the_player_does_not() -> None:
    body = [
        {
            "event_id": "won_battle",
            "attributes": [{"name": "nickname", "value": "Enchantress", "data_type": "string"}],
        }
    ]
    cleaned = cleaner(body).clean("won_battle with the nickname Enchantress is no string")
    assert cleaned == f"won_battle with the nickname {REMOVED} is no string"


@pytest.mark.parametrize("text", ["x" * 10**6, "1a" * 10**6, "a@" * 10**6, "@" * 10**6])
def test_long_texts_are_cut_and_take_no_time(text: str) -> None:
    assert len(cleaner().clean(text)) <= LONGEST_TEXT
