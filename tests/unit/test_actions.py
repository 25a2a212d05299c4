from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.errors import ArgumentError, StorageError, UserWiseError
from uwclient.models.player import (
    ActionKind,
    OfferImpression,
    OfferState,
    OutcomeType,
    PlayerAttribute,
    PlayerEvent,
    Region,
)
from uwclient.modules.actions import Actions, Outcome
from uwclient.rules.actions import (
    LARGEST_ACTION,
    attributes_body,
    attributes_text,
    email_text,
    event_body,
    event_text,
    offer_state_text,
    opt_out_text,
    outcome_text,
    region_body,
    region_text,
)
from uwclient.sandbox.core.values import fits

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
values = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.datetimes(timezones=st.timezones())
)


def entry(name: str, value: Any, data_type: str) -> dict[str, Any]:
    return {"name": name, "value": value, "data_type": data_type}


# How actions are written down.


@pytest.mark.parametrize(
    ("value", "sent", "data_type"),
    [
        (True, True, "boolean"),
        (False, False, "boolean"),
        (0, 0, "integer"),
        (2**63 - 1, 2**63 - 1, "integer"),
        (-(2**63), -(2**63), "integer"),
        (0.5, 0.5, "float"),
        (1.0, 1.0, "float"),
        ("", "", "string"),
        ("Zoë 😀", "Zoë 😀", "string"),
        ("2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z", "string"),
        (NOON, "2026-01-01T12:00:00+00:00", "datetime"),
        (NOON.astimezone(timezone(timedelta(hours=2))), "2026-01-01T14:00:00+02:00", "datetime"),
    ],
)
def test_the_data_type_is_that_of_the_value(value: Any, sent: Any, data_type: str) -> None:
    (written,) = json.loads(attributes_text({"a": value}))
    assert written == entry("a", sent, data_type)
    assert type(written["value"]) is type(sent)


@pytest.mark.parametrize(
    ("value", "data_type", "sent"),
    [
        (1, "integer", 1),
        (1, "float", 1.0),
        (0.5, "float", 0.5),
        (True, "boolean", True),
        ("x", "string", "x"),
        (NOON, "datetime", "2026-01-01T12:00:00+00:00"),
        ("2026-01-01T12:00:00Z", "datetime", "2026-01-01T12:00:00+00:00"),
        ("2026-01-01T12:00:00+01:00", "datetime", "2026-01-01T12:00:00+01:00"),
    ],
)
def test_a_data_type_may_be_given_where_the_value_can_be_one(value: Any, data_type: str, sent: Any) -> None:
    assert json.loads(attributes_text([PlayerAttribute("a", value, data_type)])) == [entry("a", sent, data_type)]


@given(st.dictionaries(names, values, min_size=1, max_size=5))
def test_the_platform_takes_whatever_was_not_refused(attributes: dict[str, Any]) -> None:
    written = json.loads(attributes_text(attributes))
    assert [one["name"] for one in written] == list(attributes)
    assert all(fits(one["value"], one["data_type"]) for one in written)


@given(values)
def test_an_action_is_one_line_of_ascii(value: Any) -> None:
    for text in (
        attributes_text({"a": value}),
        event_text(PlayerEvent("e", {"a": value})),
        region_text(Region("r", {"a": value})),
    ):
        assert text.isascii()
        assert b"\n" not in text
        assert b": " not in text.replace(json.dumps(str(value)).encode(), b"")


def test_an_instant_from_before_time_zones_has_an_offset_of_whole_minutes() -> None:
    local = datetime(1900, 1, 1, tzinfo=timezone(-timedelta(minutes=16, seconds=8)))
    (written,) = json.loads(attributes_text({"born": local}))
    assert fits(written["value"], "datetime")
    assert datetime.fromisoformat(written["value"]) == local


def test_a_mapping_and_a_list_say_the_same() -> None:
    listed = [PlayerAttribute("coins", 5), PlayerAttribute("title", "Zoë")]
    assert attributes_text({"coins": 5, "title": "Zoë"}) == attributes_text(listed) == attributes_text(tuple(listed))


def test_an_event_without_attributes_has_none() -> None:
    assert json.loads(event_text(PlayerEvent("x"))) == {"event_id": "x"}


def test_a_region_has_metadata_even_when_that_is_empty() -> None:
    assert json.loads(region_text(Region("shop"))) == {"name": "shop", "metadata": []}


def test_states_and_types_may_be_given_as_text_or_by_name() -> None:
    assert outcome_text("k", "email") == outcome_text("k", OutcomeType.EMAIL)
    impression = OfferImpression("i", "o", "initialized")
    assert offer_state_text(impression, "viewed") == offer_state_text(impression, OfferState.VIEWED)


def test_the_largest_action_fits_and_one_byte_more_does_not() -> None:
    room = LARGEST_ACTION - len(event_text(PlayerEvent("")._replace(id="x"))) + 1
    assert len(event_text(PlayerEvent("x" * room))) == LARGEST_ACTION
    with pytest.raises(ArgumentError, match=f"is {LARGEST_ACTION + 1} bytes"):
        event_text(PlayerEvent("x" * (room + 1)))


def test_a_hundred_attributes_fit() -> None:
    assert len(json.loads(attributes_text({f"a{number}": number for number in range(100)}))) == 100


@pytest.mark.parametrize("half", ["\ud83d", "a\ude00b"])
def test_text_that_no_platform_can_read_is_refused(half: str) -> None:
    writes: tuple[Callable[[], object], ...] = (
        lambda: event_text(PlayerEvent(half)),
        lambda: event_text(PlayerEvent("x", {half: 1})),
        lambda: attributes_text({"a": half}),
        lambda: region_text(Region(half)),
        lambda: outcome_text(half, "email"),
        lambda: email_text(f"{half}@example.com"),
    )
    for write in writes:
        with pytest.raises(ArgumentError):
            write()


@pytest.mark.parametrize("address", ["hero@example.com", "Zoë.o'neill+x@sub.example.co"])
def test_addresses_are_taken_as_they_are(address: str) -> None:
    assert json.loads(email_text(address)) == {"email_address": address}


def test_an_opt_out_is_true_or_false() -> None:
    assert json.loads(opt_out_text(True)) == {"opt_out": True}
    with pytest.raises(ArgumentError, match="opt_out"):
        opt_out_text("yes")


# What comes of them.


class FakeQueue:
    """A queue that remembers what was put in."""

    def __init__(self) -> None:
        self.put_in: list[tuple[str, bytes, int, int]] = []
        self.failure: StorageError | None = None

    def append(self, kind: str, text: bytes, at: int, ticket: int, *, at_is_sure: bool) -> None:
        self.put_in.append((kind, text, at, ticket))
        assert at_is_sure
        if self.failure is not None:
            raise self.failure


class Desk:
    """Actions, and what they tell."""

    def __init__(self) -> None:
        self.queue = FakeQueue()
        self.woken = 0
        self.reported: list[StorageError] = []
        self.told: list[object] = []
        self.actions = Actions(
            self, lambda: (1_700_000_000.9, True), self._wake, self.reported.append, lambda kind, text: None
        )

    def record(self, **options: Any) -> int:
        """Record an event; its ticket."""
        self.actions.record(ActionKind.EVENT, b"{}", **{"callback": None, **options})
        return self.queue.put_in[-1][3]

    def tell(self, outcome: Outcome) -> int:
        self.told.append(outcome)
        return 1

    @property
    def outbox(self) -> FakeQueue:
        return self.queue

    def _wake(self) -> None:
        self.woken += 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_action_is_queued_with_its_time_and_the_worker_is_told(desk: Desk) -> None:
    assert desk.record() == 0
    assert desk.queue.put_in == [("event", b"{}", 1_700_000_000, 0)]
    assert desk.woken == 1


@pytest.mark.parametrize("ok", [True, False])
def test_a_callback_is_called_once(desk: Desk, ok: bool) -> None:
    ticket = desk.record(callback=desk.told.append)
    assert ticket != 0
    assert desk.actions.settle(ticket, ok) == 0, "a callback is no signal"
    desk.actions.settle(ticket, ok)
    assert desk.told == [ok]


def test_each_action_that_is_awaited_has_a_ticket_of_its_own(desk: Desk) -> None:
    tickets = [desk.record(callback=desk.told.append) for _ in range(3)]
    assert len({*tickets}) == 3


def test_what_was_noted_is_told_when_the_action_is_settled(desk: Desk) -> None:
    ticket = desk.record(tell=desk.tell)
    error = UserWiseError("no")
    desk.actions.set_outcome(ticket, Outcome(False, error))
    assert desk.told == []

    assert desk.actions.settle(ticket, False) == 1
    assert desk.told == [Outcome(False, error)]


def test_a_callback_that_fails_is_logged_by_name(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: bool) -> None:
        raise ZeroDivisionError

    desk.actions.settle(desk.record(callback=fail), True)
    assert "fail, a callback, failed" in caplog.text


def test_a_callback_that_cannot_be_called_is_refused_and_nothing_is_queued(desk: Desk) -> None:
    with pytest.raises(ArgumentError, match="callback must be a function"):
        desk.record(callback=42)
    assert desk.queue.put_in == []
    assert desk.woken == 0


def test_a_disk_that_refuses_is_reported_and_the_action_goes_on(desk: Desk) -> None:
    desk.queue.failure = StorageError("full")
    ticket = desk.record(callback=desk.told.append)
    assert desk.reported == [desk.queue.failure]
    assert desk.woken == 1
    desk.actions.settle(ticket, True)
    assert desk.told == [True]


def test_a_callback_may_record_the_next_action(desk: Desk) -> None:
    ticket = desk.record(callback=lambda ok: desk.record())
    desk.actions.settle(ticket, True)
    assert len(desk.queue.put_in) == 2


def test_nothing_is_told_to_another_player(desk: Desk) -> None:
    ticket = desk.record(callback=desk.told.append)

    desk.actions.clear()
    desk.actions.settle(ticket, True)
    later = desk.record(callback=desk.told.append)

    assert desk.told == []
    assert later != ticket, "tickets are never used again"


@given(st.dictionaries(names, values, max_size=5), names.filter(str.strip))
def test_what_is_sent_says_what_triggers_are_asked_about(attributes: dict[str, Any], name: str) -> None:
    event, region = PlayerEvent(name, attributes), Region(name, attributes)
    assert json.loads(event_text(event)) == event_body(event)
    assert json.loads(region_text(region)) == region_body(region)
    if attributes:
        assert json.loads(attributes_text(attributes)) == attributes_body(attributes)
