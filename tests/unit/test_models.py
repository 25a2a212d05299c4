from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import awkward_text, json_objects, json_values, spaced_json
from uwclient.errors import ArgumentError
from uwclient.models.content import ALWAYS, NEVER, GameEvent, Message, Offer, PaymentData, Record, RemoteConfig
from uwclient.models.json_text import member_text
from uwclient.models.player import PlayerAction, QueuedAction

NESTED: list[tuple[type[Record], str]] = [
    (GameEvent, "data"),
    (Message, "additional_fields"),
    (Offer, "currencies"),
    (Offer, "items"),
    (Offer, "framework_data"),
    (RemoteConfig, "json"),
]
KEPT_RAW = [(record_type, name) for record_type, name in NESTED if name not in ("currencies", "items")]

TOO_DEEP = "[" * 100_000 + "]" * 100_000


@given(json_objects, awkward_text, json_values, st.data())
def test_the_text_of_a_member_is_exactly_what_was_sent(
    others: dict[str, Any], name: str, value: Any, data: st.DataObject
) -> None:
    sent = data.draw(spaced_json(value)).decode()
    before = data.draw(spaced_json(others)).decode().rstrip().removesuffix("}")
    key = json.dumps(name, ensure_ascii=data.draw(st.booleans()))
    text = f" {before}{',' if others else ''} {key} :\t{sent}\r\n}}"

    assert member_text(text, name) == sent


@given(json_objects, awkward_text)
def test_a_member_that_is_not_there_has_no_text(others: dict[str, Any], name: str) -> None:
    others.pop(name, None)

    assert member_text(json.dumps(others), name) is None


def test_of_two_members_with_one_name_the_last_counts_as_everywhere_in_json() -> None:
    assert member_text('{"a": 1, "a": 2}', "a") == "2"


@pytest.mark.parametrize("text", ["", "[]", "7", "null", "{", '{"a"', '{"a" 1}', '{"a":', '{"a":}', "{a:1}"])
def test_what_is_no_object_has_no_members(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of json's own
        member_text(text, "a")


@given(st.text(st.sampled_from('{}[]":, a1'), max_size=30))
def test_any_text_has_a_member_or_a_value_error(text: str) -> None:
    try:
        found = member_text(text, "a")
    except ValueError:
        return
    assert found is None or found in text


@pytest.mark.parametrize(("record_type", "name"), NESTED)
def test_nested_json_is_an_object_or_an_array_and_empty_when_missing(record_type: type[Record], name: str) -> None:
    def nested(value: Any) -> Any:
        return getattr(record_type(id="one", text=json.dumps({name: value}).encode()), name)

    assert nested({"a": [1]}) == {"a": [1]}
    assert nested([1, 2]) == [1, 2]
    assert nested(None) == {}
    assert nested("text") == {}
    assert getattr(record_type(id="one"), name) == {}


@pytest.mark.parametrize(("record_type", "name"), KEPT_RAW)
def test_nested_json_is_there_as_it_was_sent(record_type: type[Record], name: str) -> None:
    record = record_type(id="one", text=f'{{ "{name}" : {{ "é" : 1.50 }} }}'.encode())

    assert getattr(record, f"{name}_raw") == '{ "é" : 1.50 }'
    assert getattr(record_type(id="one"), f"{name}_raw") is None


def test_a_record_is_decoded_when_it_is_first_read_and_only_once() -> None:
    with mock.patch.object(json, "loads", wraps=json.loads) as decode:
        event = GameEvent(id="one", text=b'{"data":{"waves":3},"unknown":true}')
        assert decode.call_count == 0

        assert event.data is event.data
        assert event.raw == {"data": {"waves": 3}, "unknown": True}
        assert decode.call_count == 1


@pytest.mark.parametrize("nested", ["nonsense", "\x00", TOO_DEEP], ids=["no JSON", "control", "too deep"])
def test_nested_json_that_cannot_be_decoded_is_empty_and_logged_once(
    nested: str, caplog: pytest.LogCaptureFixture
) -> None:
    event = GameEvent(id="siege", text=f'{{"data":{nested}}}'.encode())

    assert event.data == {}
    assert event.data == {}
    assert event.data_raw is None
    assert [entry.getMessage() for entry in caplog.records] == [
        "The nested JSON of the record 'siege' cannot be decoded; it is empty here."
    ]


def test_start_and_end_are_also_there_in_seconds() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    record = Record(id="one", start_at=start, end_at=end)

    assert (record.starts, record.ends) == (start.timestamp(), end.timestamp())


def test_a_record_without_start_and_end_has_always_been_there_and_never_ends() -> None:
    record = Record(id="one")

    assert (record.starts, record.ends) == (ALWAYS, NEVER) == (-math.inf, math.inf)


def test_a_record_cannot_be_changed() -> None:
    event = GameEvent(id="one")

    with pytest.raises(FrozenInstanceError):
        event.name = "other"  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        event.unknown = 1  # type: ignore[attr-defined]


def test_reading_a_record_does_not_make_it_another() -> None:
    read, unread = (GameEvent(id="one", text=b'{"data":{}}') for _ in range(2))
    assert read.data == {}

    assert read == unread
    assert hash(read) == hash(unread)


def test_records_are_equal_when_kind_and_every_field_are() -> None:
    offer = Offer(id="one", title="Gems", payment_data=PaymentData(payment_type="iap", cost=1.99))

    assert offer == replace(offer)
    assert offer != replace(offer, title="Coins")
    assert offer != replace(offer, payment_data=PaymentData(payment_type="iap", cost=2.99))
    assert offer != replace(offer, text=b'{"unknown":1}')
    assert GameEvent(id="one") != Message(id="one")


def test_a_records_repr_shows_no_raw_text() -> None:
    shown = repr(GameEvent(id="one", name="Siege", text=b'{"data":"hidden"}'))

    assert "Siege" in shown
    assert "hidden" not in shown
    assert "_decoded" not in shown


@pytest.mark.parametrize("kind", [Message, Offer])
@pytest.mark.parametrize(
    ("portrait", "landscape", "expected"),
    [("p", "l", ("p", "l")), ("p", None, ("p", "p")), (None, "l", ("l", "l")), (None, None, (None, None))],
)
def test_the_image_for_an_orientation_is_its_own_or_else_the_other_one(
    kind: type[Message | Offer], portrait: str | None, landscape: str | None, expected: tuple[str | None, str | None]
) -> None:
    record = kind(id="x", portrait_image_id=portrait, landscape_image_id=landscape)
    assert (record.image_for("portrait"), record.image_for("landscape")) == expected


@pytest.mark.parametrize("orientation", ["Portrait", "", None, 5, ["portrait"]])
def test_there_are_two_orientations(orientation: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^orientation must be 'portrait' or 'landscape', not "):
        Message(id="x").image_for(orientation)


@pytest.mark.parametrize("kind", ["set_email", "register_device", "unregister_device"])
def test_what_tells_who_somebody_is_stands_in_no_repr(kind: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for action in (QueuedAction(1, kind, b"private", 5), PlayerAction(kind, "private", at)):
        assert "private" not in repr(action)
        assert kind in repr(action)
    assert "public" in repr(PlayerAction("event", "public", at))
    assert "public" in repr(QueuedAction(1, "event", b"public", 5))
