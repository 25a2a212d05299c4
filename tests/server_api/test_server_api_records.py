"""Records are frozen and typed, keep what they do not know, and refuse what they cannot be."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uwclient.server_api
from tests.server_api.conftest import SAMPLES, client_of, told
from uwclient import ReplyError
from uwclient.server_api import Campaign, Delivery, EventSet, Record, Trigger

CAMPAIGN: dict[str, Any] = SAMPLES["get_campaign"]["response"]["data"]
KINDS = [
    kind
    for name in uwclient.server_api.__all__
    if isinstance(kind := getattr(uwclient.server_api, name), type) and issubclass(kind, Record)
]


def campaign(**changed: Any) -> Campaign:
    server, _ = client_of(lambda request: told({**CAMPAIGN, **changed}))
    return server.campaigns.get("an-id")


def test_a_record_is_no_dict_and_cannot_be_changed() -> None:
    record = campaign()
    assert not isinstance(record, dict)
    with pytest.raises(FrozenInstanceError):
        record.name = "Easter"  # type: ignore[misc]


def test_times_are_aware() -> None:
    record = campaign(start_at="2026-10-31T18:00:00Z", end_at="2026-11-01T00:00:00+02:00")
    assert record.start_at == datetime(2026, 10, 31, 18, tzinfo=UTC)
    assert record.end_at == datetime(2026, 10, 31, 22, tzinfo=UTC)
    assert record.updated_at == datetime(2022, 2, 22, tzinfo=UTC), "samples of campaigns have the month first"


def test_what_is_new_is_in_raw() -> None:
    record = campaign(moon="full")
    assert record.raw["moon"] == "full"
    assert record.to_json()["moon"] == "full"


def test_a_changed_copy_is_written_with_the_change_and_all_the_rest() -> None:
    record = campaign(moon="full")
    assert record.trigger is not None
    copy = replace(record, name="Easter", tags=("spring",), trigger=replace(record.trigger, type="event_trigger"))
    changed = {"name": "Easter", "tags": ["spring"], "trigger": {**CAMPAIGN["trigger"], "type": "event_trigger"}}
    assert copy.to_json() == {**CAMPAIGN, "moon": "full", **changed}


def test_a_change_back_to_a_default_is_written() -> None:
    assert replace(campaign(), description=None).to_json()["description"] is None


def test_a_record_of_ones_own_is_written_without_what_was_not_set() -> None:
    assert Delivery(start_at_type="parent").to_json() == {"start_at_type": "parent"}
    assert EventSet("won").to_json() == {"event_id": "won"}
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert Delivery(start_at_time=moment).to_json() == {"start_at_time": "2026-01-01T00:00:00Z"}
    assert Trigger(type="event_trigger", logic={"a": 1}).to_json() == {"type": "event_trigger", "logic": {"a": 1}}


@pytest.mark.parametrize("name", [one.name for one in fields(Campaign) if one.name not in ("id", "raw")])
def test_null_is_what_was_never_set(name: str) -> None:
    bare = replace(campaign(), raw={}).__class__(id="x")
    assert getattr(campaign(**{name: None}), name) == getattr(bare, name)


def test_a_reply_without_an_id_is_refused_with_its_place() -> None:
    server, _ = client_of(lambda request: told([{"id": "a"}, {"name": "b"}]))
    with pytest.raises(ReplyError, match=r"campaigns\[1\] cannot be read as Campaign: id: expected str, got nothing"):
        server.campaigns.list().page(1)


def test_a_wrong_type_is_refused_with_its_place() -> None:
    with pytest.raises(ReplyError, match=r"contents\[1\]\.type: expected str or None, got int|contents\[1\]\.type"):
        campaign(contents=[{"type": "offer"}, {"type": 7}])


@pytest.mark.parametrize("kind", KINDS)
def test_each_class_says_what_its_fields_are(kind: type[Record]) -> None:
    page = kind.__doc__ or ""
    for one in fields(kind):
        assert one.name == "raw" or f"    {one.name}: " in page


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*CAMPAIGN, "raw", "new"]), json_values))
def test_what_can_be_read_is_written_back_as_it_came(changed: dict[str, Any]) -> None:
    text = json.dumps({**CAMPAIGN, **changed})
    server, _ = client_of(lambda request: told(json.loads(text)))
    try:
        record = server.campaigns.get("an-id")
    except ReplyError:
        return
    assert json.dumps(record.to_json()) == text
