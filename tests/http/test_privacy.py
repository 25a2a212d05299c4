"""What the platform echoes of keys, players and e-mail addresses is shown to nobody."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Play
from uwclient import PlayerEvent
from uwclient.http.privacy import HIDDEN, LONGEST_SENTENCE, MOST_SENTENCES, Mask
from uwclient.models.notices import ApiWarning
from uwclient.sandbox import Sandbox

KEY, SECRET, PLAYER = "uw-live-4711-key", "s3cr3t/with+signs=", "Jörg Hero 42"
MASK = Mask([KEY, SECRET, PLAYER, None])

private = st.sampled_from([KEY, SECRET, PLAYER])
spelled = st.sampled_from(
    [
        str,
        str.upper,
        lambda word: quote(word, safe=""),
        lambda word: json.dumps(word)[1:-1],
        lambda word: base64.b64encode(word.encode()).decode(),
    ]
)
around = st.text(st.characters(codec="ascii", exclude_characters="@%"), max_size=30)


@given(private, spelled, around, around)
def test_a_private_word_is_hidden_however_it_is_spelled(word, spell, before: str, after: str) -> None:  # type: ignore[no-untyped-def]
    shown = MASK.text(f"{before} {spell(word)} {after}")

    assert spell(word).lower() not in shown.lower()
    assert HIDDEN in shown


@pytest.mark.parametrize(
    "address",
    [
        "jane@example.com",
        "jane.doe+games@mail.example.co.uk",
        "jane%40example.com",
        "<jane@example.com>",
        "jörg@bücher.de",
    ],
)
def test_an_address_is_hidden_wherever_it_stands(address: str) -> None:
    for sentence in (f"{address} is taken.", f"Invalid value {address!r}", f"email={address},", f"({address})"):
        shown = MASK.text(sentence)
        assert "jane" not in shown
        assert "jörg" not in shown
        assert "example" not in shown


@given(around)
def test_a_sentence_without_anything_private_stays_as_it_is(text: str) -> None:
    assert MASK.text(text) == text


def test_a_short_word_is_hidden_only_where_it_stands_alone() -> None:
    assert Mask(["1"]).text("Player 1 has 11 coins, 1: no.") == f"Player {HIDDEN} has 11 coins, {HIDDEN}: no."


@given(st.integers(0, 9000))
def test_what_is_too_long_is_cut_and_shows_no_part_of_a_private_word(start: int) -> None:
    shown = MASK.text("x " * (start // 2) + KEY + " " + "y " * 5000)

    assert len(shown) <= LONGEST_SENTENCE + 1
    assert "uw-live" not in shown


def test_a_reply_says_a_few_things_at_most() -> None:
    assert len(MASK.sentences([f"sentence {number}" for number in range(100_000)])) == MOST_SENTENCES
    note = MASK.note(ApiWarning((f"{KEY} is old",), ()))
    assert note == ApiWarning((f"{HIDDEN} is old",), ())


def test_what_the_platform_echoes_is_in_no_signal_and_no_log(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    echoed = f"{sandbox.api_key} hero-42 jane@example.com"
    meta = {"warnings": [f"Warned: {echoed}"], "hints": [f"Hint: {echoed}"]}
    with caplog.at_level("DEBUG"):
        game = play()
        game.until_loaded()
        sandbox.faults.respond(
            "*/events", status=422, body={"errors": [f"Refused: {echoed}"], "meta": meta}, times=None
        )
        sandbox.faults.respond(
            "*/messages", status=200, body={"active": [], "upcoming": [], "meta": meta}, times=None
        )
        sandbox.faults.respond(
            "*/offers", status=403, body={"errors": [f"Denied: {echoed}"], "meta": meta}, times=None
        )
        game.uw.assign_event(PlayerEvent("x"))
        game.until_sent("client", "on_delivery_failed")
        game.uw.refresh_content()
        game.until_sent("client", "on_session_initialization_failed")

    told = [sent for sent in game.seen.sent if sent.signal in ("on_api_warning", "on_delivery_failed")]
    text = "\n".join([caplog.text, *map(str, told), *(repr(sent.details) for sent in game.seen.sent)])
    assert "Warned: " in text
    assert "Refused: " in text
    assert "jane" not in text
    assert sandbox.api_key not in text
    assert "hero-42" not in text
