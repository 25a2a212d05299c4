from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import json_values, never_rests, pieces_of, spaced_json
from uwclient.errors import RecordError, ReplyError
from uwclient.http.envelope import read_note, read_object, read_sentences
from uwclient.models.content import (
    ALWAYS,
    NEVER,
    GameEvent,
    Kind,
    Message,
    Offer,
    PaymentData,
    Record,
    RemoteConfig,
    Survey,
)
from uwclient.models.notices import ApiWarning
from uwclient.wire.parsing import ContentParser

PARIS = ZoneInfo("Europe/Paris")
CONTENT = [kind for kind in Kind if kind is not Kind.CAMPAIGNS]
KINDS = st.sampled_from(CONTENT)

SCHEDULED = {
    "start_at": "2022-03-14T01:00:00+00:00",
    "start_at_tz": "utc",
    "end_at": "2022-03-30T01:00:00+00:00",
    "end_at_tz": "utc",
}
STARTS = datetime(2022, 3, 14, 1, tzinfo=UTC)
ENDS = datetime(2022, 3, 30, 1, tzinfo=UTC)
TIMES: dict[str, Any] = {"start_at": STARTS, "end_at": ENDS}

DOCUMENTED: dict[Kind, dict[str, Any]] = {
    Kind.EVENTS: {
        "id": "93bb9138-1084-4132-853e-15a94c843850",
        "name": "Campaign Event's Internal Name",
        **SCHEDULED,
        "campaign_event_template_id": "23816faa-52e9-4add-817c-9b7c07a9cb0f",
        "campaign_event_framework_id": "146c1f9b-8d2a-452b-861b-97b8d5d323f0",
        "external_id": "my_event_external_id",
        "external_event_type": "my_event_type",
        "data": {},
    },
    Kind.OFFERS: {
        "id": "c2f02223-07d5-4914-97c7-8a4acbf11faa",
        "name": "Offer's Internal Name",
        **SCHEDULED,
        "title": "My Localized Title",
        "body": "My Localized Body",
        "portrait_image_id": "3d97829f-971e-4b14-b700-9c3732d6766c",
        "landscape_image_id": "a3ac39bf-f059-4436-a9bf-a31412efbd08",
        "currencies": {},
        "items": {},
        "payment_data": {
            "payment_type": "iap",
            "iap_data": {
                "ios_product_id": "my-app-store-product-id",
                "android_product_id": "my-play-store-product-id",
                "cost": 1.99,
            },
        },
    },
    Kind.MESSAGES: {
        "id": "4f93eb31-48c1-4297-b2e7-6dcfb769d52a",
        "name": "Message's Internal Name",
        **SCHEDULED,
        "title": "My Localized Message Title",
        "body": "My Localized Message Body",
        "portrait_image_id": "d58bc31f-b60f-4f03-be97-a112733a99f7",
        "landscape_image_id": "9492f92f-251e-49cd-81f0-b112f9964d01",
        "message_type": "default",
        "additional_fields": {},
    },
    Kind.REMOTE_CONFIGS: {
        "id": "e2ea9ee7-0432-4dcd-bf96-9259e7741fa8",
        "name": "Remote Config's Internal Name",
        **SCHEDULED,
        "external_id": "<identifier of the in-game event - your id>",
        "json": {},
    },
    Kind.SURVEYS: {
        "id": "8488155f-38c5-4316-9eee-1371ad27567d",
        "name": "Survey's Internal Name",
        **SCHEDULED,
        "questions_count": 1,
    },
}
EXPECTED: dict[Kind, Record] = {
    Kind.EVENTS: GameEvent(
        id="93bb9138-1084-4132-853e-15a94c843850",
        name="Campaign Event's Internal Name",
        external_id="my_event_external_id",
        external_event_type="my_event_type",
        campaign_event_template_id="23816faa-52e9-4add-817c-9b7c07a9cb0f",
        campaign_event_framework_id="146c1f9b-8d2a-452b-861b-97b8d5d323f0",
        text=json.dumps(DOCUMENTED[Kind.EVENTS]).encode(),
        **TIMES,
    ),
    Kind.OFFERS: Offer(
        id="c2f02223-07d5-4914-97c7-8a4acbf11faa",
        name="Offer's Internal Name",
        title="My Localized Title",
        body="My Localized Body",
        portrait_image_id="3d97829f-971e-4b14-b700-9c3732d6766c",
        landscape_image_id="a3ac39bf-f059-4436-a9bf-a31412efbd08",
        payment_data=PaymentData(
            payment_type="iap",
            cost=1.99,
            ios_product_id="my-app-store-product-id",
            android_product_id="my-play-store-product-id",
        ),
        text=json.dumps(DOCUMENTED[Kind.OFFERS]).encode(),
        **TIMES,
    ),
    Kind.MESSAGES: Message(
        id="4f93eb31-48c1-4297-b2e7-6dcfb769d52a",
        name="Message's Internal Name",
        title="My Localized Message Title",
        body="My Localized Message Body",
        portrait_image_id="d58bc31f-b60f-4f03-be97-a112733a99f7",
        landscape_image_id="9492f92f-251e-49cd-81f0-b112f9964d01",
        text=json.dumps(DOCUMENTED[Kind.MESSAGES]).encode(),
        **TIMES,
    ),
    Kind.REMOTE_CONFIGS: RemoteConfig(
        id="e2ea9ee7-0432-4dcd-bf96-9259e7741fa8",
        name="Remote Config's Internal Name",
        external_id="<identifier of the in-game event - your id>",
        text=json.dumps(DOCUMENTED[Kind.REMOTE_CONFIGS]).encode(),
        **TIMES,
    ),
    Kind.SURVEYS: Survey(
        id="8488155f-38c5-4316-9eee-1371ad27567d",
        name="Survey's Internal Name",
        questions_count=1,
        text=json.dumps(DOCUMENTED[Kind.SURVEYS]).encode(),
        **TIMES,
    ),
}


def read(kind: Kind, *pieces: bytes) -> tuple[list[Record], ContentParser]:
    parser = ContentParser(kind, PARIS, never_rests)
    return [listed.record for listed in parser.parse(pieces, lambda _: None) if listed.record], parser


def reply(*active: Any, **root: Any) -> bytes:
    return json.dumps({"active": active, "upcoming": [], **root}).encode()


def read_record(kind: Kind, **fields: Any) -> Any:
    """The record of these fields, which must be without fault."""
    records, parser = read(kind, reply({"id": "one", **fields}))
    assert parser.faults == []
    return records[0]


def fault_in(kind: Kind, **fields: Any) -> str:
    """The one fault in a record of these fields, whose neighbours are read all the same."""
    records, parser = read(kind, reply({"id": "before"}, {"id": "one", **fields}, {"id": "after"}))
    assert [record.id for record in records] == ["before", "after"]
    (fault,) = parser.faults
    return fault


# What the platform documents.


@pytest.mark.parametrize("kind", CONTENT)
def test_the_documented_sample_is_read_without_fault(kind: Kind) -> None:
    records, parser = read(kind, reply(DOCUMENTED[kind]))

    assert records == [EXPECTED[kind]]
    assert parser.faults == []


@pytest.mark.parametrize("kind", CONTENT)
@pytest.mark.parametrize("missing", ["left out", "null"])
def test_what_is_missing_or_null_takes_its_default(kind: Kind, missing: str) -> None:
    nulls = {name: None for name in DOCUMENTED[kind] if name != "id"} if missing == "null" else {}
    record = read_record(kind, **nulls)

    assert record == type(record)(id="one", text=record.text)
    assert (record.starts, record.ends) == (ALWAYS, NEVER)


def test_an_offer_has_its_type_framework_and_nested_data() -> None:
    offer = read_record(
        Kind.OFFERS, offer_type="bundle", framework_id=7, framework_data=[1], items={"gem": 3}, currencies=[{"a": 1}]
    )

    assert (offer.offer_type, offer.framework_id) == ("bundle", "7")
    assert (offer.framework_data, offer.items, offer.currencies) == ([1], {"gem": 3}, [{"a": 1}])


def test_an_offer_for_the_games_own_currency_has_its_price() -> None:
    currency = {"name": "Gems", "external_id": 12, "currency_amount": "250"}
    offer = read_record(Kind.OFFERS, payment_data={"payment_type": "currency", "currency_data": currency})

    assert offer.payment_data == PaymentData(
        payment_type="currency", currency_name="Gems", currency_external_id="12", currency_amount=250.0
    )


@pytest.mark.parametrize(("printed", "cost"), [(1.99, 1.99), (2, 2.0), ("1.99", 1.99), ("", None), (None, None)])
def test_a_price_is_a_number_also_when_it_is_printed_as_text(printed: Any, cost: float | None) -> None:
    offer = read_record(Kind.OFFERS, payment_data={"payment_type": "iap", "iap_data": {"cost": printed}})

    assert offer.payment_data.cost == cost


@pytest.mark.parametrize("payment", [None, {}, {"payment_type": None}, {"payment_type": ""}])
def test_an_offer_without_a_payment_type_is_free(payment: Any) -> None:
    assert read_record(Kind.OFFERS, payment_data=payment).payment_data is None


def test_a_price_is_read_however_long_the_payment_data_is() -> None:
    payment = {"payment_type": "iap", "iap_data": {"cost": 1.99, "note": "x" * 5000}}

    assert read_record(Kind.OFFERS, payment_data=payment).payment_data.cost == 1.99


@pytest.mark.parametrize(("sent", "read_as"), [(7, "7"), (0, "0"), ("7", "7"), (10**30, "1" + "0" * 30)])
def test_a_numeric_id_becomes_text(sent: Any, read_as: str) -> None:
    record = read_record(Kind.MESSAGES, id=sent, portrait_image_id=sent)

    assert (record.id, record.portrait_image_id) == (read_as, read_as)


def test_an_image_id_of_empty_text_is_none() -> None:
    assert read_record(Kind.MESSAGES, portrait_image_id="").portrait_image_id is None


def test_long_nested_json_is_not_decoded_and_still_there() -> None:
    data = {"waves": list(range(5000))}
    event = read_record(Kind.EVENTS, data=data, external_id="siege")

    assert event.external_id == "siege"
    assert event.data == data


# Faults.

WRONG: list[tuple[Kind, str, Any]] = [
    *((kind, "name", 7) for kind in CONTENT),
    (Kind.EVENTS, "external_id", ["siege"]),
    (Kind.EVENTS, "external_event_type", 1.5),
    (Kind.EVENTS, "campaign_event_template_id", True),
    (Kind.EVENTS, "campaign_event_framework_id", 1.5),
    (Kind.MESSAGES, "title", {}),
    (Kind.MESSAGES, "body", False),
    (Kind.MESSAGES, "message_type", 3),
    (Kind.MESSAGES, "portrait_image_id", []),
    (Kind.MESSAGES, "landscape_image_id", {}),
    (Kind.OFFERS, "title", 1),
    (Kind.OFFERS, "offer_type", []),
    (Kind.OFFERS, "framework_id", False),
    (Kind.OFFERS, "payment_data", "free"),
    (Kind.REMOTE_CONFIGS, "external_id", 5),
    (Kind.SURVEYS, "questions_count", "many"),
    (Kind.SURVEYS, "questions_count", 1.5),
    (Kind.SURVEYS, "questions_count", True),
    (Kind.SURVEYS, "start_at", "tomorrow"),
    (Kind.SURVEYS, "start_at", "2022-13-01T00:00:00Z"),
    (Kind.SURVEYS, "start_at", 1647219600),
    (Kind.SURVEYS, "end_at", "2022-03-14T25:00:00Z"),
    (Kind.SURVEYS, "start_at_tz", "martian"),
    (Kind.SURVEYS, "end_at_tz", 1),
]


@pytest.mark.parametrize(("kind", "name", "value"), WRONG)
def test_a_wrong_value_costs_its_record_alone_and_is_named(kind: Kind, name: str, value: Any) -> None:
    fault = fault_in(kind, **{name: value})

    assert fault.startswith(f"{kind.value}[1].{name}: ")


@pytest.mark.parametrize(
    ("payment", "path"),
    [
        ({"payment_type": 1}, "payment_data.payment_type"),
        ({"payment_type": "iap", "iap_data": []}, "payment_data.iap_data"),
        ({"payment_type": "iap", "iap_data": {"cost": "dear"}}, "payment_data.iap_data.cost"),
        ({"payment_type": "iap", "iap_data": {"cost": True}}, "payment_data.iap_data.cost"),
        ({"payment_type": "iap", "iap_data": {"cost": [1]}}, "payment_data.iap_data.cost"),
        ({"payment_type": "iap", "iap_data": {"cost": "NaN"}}, "payment_data.iap_data.cost"),
        ({"payment_type": "iap", "iap_data": {"ios_product_id": 5}}, "payment_data.iap_data.ios_product_id"),
        ({"payment_type": "currency", "currency_data": {"name": 5}}, "payment_data.currency_data.name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_value_in_the_payment_is_named_by_its_whole_path(payment: Any, path: str) -> None:
    assert fault_in(Kind.OFFERS, payment_data=payment).startswith(f"offers[1].{path}: ")


def test_a_price_that_no_number_can_hold_costs_its_record_alone() -> None:
    fault = fault_in(Kind.OFFERS, payment_data={"payment_type": "iap", "iap_data": {"cost": 10**400}})

    assert "cost: expected a number" in fault


@pytest.mark.parametrize("id", [None, "", True, 1.5, [], {}, "\ud800", "x" * 513, 10**512])
def test_a_record_without_an_id_that_can_be_sent_back_is_a_fault(id: Any) -> None:
    assert fault_in(Kind.EVENTS, id=id).startswith("events[1].id: expected an id")


def test_of_two_records_with_one_id_the_first_is_taken() -> None:
    records, parser = read(Kind.EVENTS, reply({"id": 1, "name": "first"}, upcoming=[{"id": "1", "name": "second"}]))

    assert [record.name for record in records] == ["first"]
    assert parser.faults == ["events[1].id: '1' stands in the reply twice"]


@pytest.mark.parametrize(("stray", "shown"), [(7, "7"), (None, "null"), ([{}], "an array"), ("x", "'x'")])
def test_what_is_no_record_is_a_fault(stray: Any, shown: str) -> None:
    records, parser = read(Kind.EVENTS, reply({"id": "one"}, upcoming=[stray]))

    assert [record.id for record in records] == ["one"]
    assert parser.faults == [f"events.upcoming[0]: expected a record, got {shown}"]


def test_a_record_that_cannot_be_decoded_is_a_fault() -> None:
    records, parser = read(Kind.EVENTS, b'{"active":[{"id":nonsense},{"id":"one"}]}')

    assert [record.id for record in records] == ["one"]
    assert parser.faults == ["events[0].text: it is not JSON"]


def test_records_come_from_the_lists_of_content_alone() -> None:
    records, parser = read(Kind.EVENTS, reply({"id": "one"}, errors=[{"code": 7}], archive=[{"id": "old"}]))

    assert [record.id for record in records] == ["one"]
    assert parser.faults == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"null",
        b"7",
        b'"active"',
        b"[]",
        b"[[{}]]",
        b"{}",
        b'{"error":"no"}',
        b'{"active":{}}',
        b'{"active":null}',
        b'{"active":[],"upcoming":{}}',
        b'{"active":[]',
        b'{"active":[]} x',
        b'{"active":[{} {}]}',
        b'\xff{"active":[]}',
        '{"active":[{"id":"a"}]}'.encode("utf-16"),
        b'{"\\u0061ctive":[{"id":"a"}]}',
        b'{"active"' + b" " * 100 + b':[{"id":"a"}]}',
        b'{"active":[' + b"[" * 50_000 + b"]" * 50_000 + b"]}",
    ],
)
def test_what_is_not_content_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(ReplyError, match=r"events reply|not JSON"):
        read(Kind.EVENTS, body)


# Times.


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00+00:00"),
        ("2026-06-01T12:00:00z", "2026-06-01T12:00:00+00:00"),
        ("2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00+00:00"),
        ("2026-06-01T12:00:00-05:30", "2026-06-01T17:30:00+00:00"),
        ("2026-06-01T12:00:00", "2026-06-01T12:00:00+00:00"),
        ("2026-06-01 12:00:00", "2026-06-01T12:00:00+00:00"),
        ("2026-06-01", "2026-06-01T00:00:00+00:00"),
        (" 2026-06-01T12:00:00Z ", "2026-06-01T12:00:00+00:00"),
        ("2026-06-01T12:00:00.5-01:00", "2026-06-01T13:00:00.500000+00:00"),
    ],
)
def test_a_time_in_utc_is_an_instant(printed: str, instant: str) -> None:
    record = read_record(Kind.EVENTS, start_at=printed)

    assert record.start_at == datetime.fromisoformat(instant)
    assert record.starts == record.start_at.timestamp()


@given(st.text("0123456789", min_size=1, max_size=9), st.sampled_from(("", "Z", "+00:00")))
def test_a_fraction_of_any_length_is_read_to_the_microsecond(digits: str, offset: str) -> None:
    record = read_record(Kind.EVENTS, start_at=f"2026-06-01T12:00:00.{digits}{offset}")

    assert record.start_at - datetime(2026, 6, 1, 12, tzinfo=UTC) == timedelta(microseconds=int(f"{digits:0<6}"[:6]))


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("2026-06-01T12:00:00Z", "2026-06-01T10:00:00+00:00"),
        ("2026-06-01T12:00:00+09:00", "2026-06-01T10:00:00+00:00"),
        ("2026-01-01T12:00:00", "2026-01-01T11:00:00+00:00"),
        ("2026-03-29T02:30:00Z", "2026-03-29T01:30:00+00:00"),  # no clock in Paris shows this
        ("2026-10-25T02:30:00Z", "2026-10-25T00:30:00+00:00"),  # clocks in Paris show this twice
    ],
    ids=["summer", "any offset", "winter", "gap", "overlap"],
)
def test_a_time_of_the_player_is_what_the_players_clock_shows(printed: str, instant: str) -> None:
    record = read_record(Kind.EVENTS, start_at=printed, start_at_tz="player_local")

    assert record.start_at_tz == "player_local"
    assert record.start_at.timestamp() == datetime.fromisoformat(instant).timestamp()
    assert record.starts == record.start_at.timestamp()


def test_start_and_end_have_a_frame_each() -> None:
    event = read_record(
        Kind.EVENTS,
        start_at="2026-06-01T12:00:00Z",
        start_at_tz="player_local",
        end_at="2026-06-01T12:00:00Z",
        end_at_tz="utc",
    )

    assert event.ends - event.starts == timedelta(hours=2).total_seconds()


def test_an_end_before_the_start_is_a_fault() -> None:
    fault = fault_in(Kind.EVENTS, start_at="2026-06-01T12:00:00Z", end_at="2026-06-01T11:59:59Z")

    assert fault == "events[1].end_at: it is before start_at"


def test_an_end_at_the_start_is_none() -> None:
    event = read_record(Kind.EVENTS, start_at="2026-06-01T12:00:00Z", end_at="2026-06-01T14:00:00+02:00")

    assert event.starts == event.ends


def test_no_record_ends_before_it_starts_even_when_the_clocks_change() -> None:
    times = {"start_at": "2026-03-29T02:30:00", "end_at": "2026-03-29T03:15:00"}
    frames = {"start_at_tz": "player_local", "end_at_tz": "player_local"}
    records, _ = read(Kind.EVENTS, reply({"id": "one", **times, **frames}))

    assert all(record.starts <= record.ends for record in records)


@pytest.mark.parametrize("printed", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("frame", ["utc", "player_local"])
def test_times_at_the_edges_of_the_calendar_do_no_harm(printed: str, frame: str) -> None:
    for name in ("start_at", "end_at"):
        records, parser = read(Kind.EVENTS, reply({"id": "one", name: printed, f"{name}_tz": frame}))
        assert len(records) + len(parser.faults) == 1


# Anything at all.

field_names = st.sampled_from(sorted({name for sample in DOCUMENTED.values() for name in sample}))
almost_records = st.dictionaries(field_names, json_values, max_size=6).map(lambda value: {"id": "one", **value})
paid_records = json_values.map(lambda iap: {"id": "one", "payment_data": {"payment_type": "iap", "iap_data": iap}})
anything = almost_records | paid_records | json_values


@given(KINDS, anything, st.data())
def test_any_json_is_a_record_or_a_fault(kind: Kind, value: Any, data: st.DataObject) -> None:
    body = b'{"active":[' + data.draw(spaced_json(value)) + b"]}"
    records, parser = read(kind, *data.draw(pieces_of(body)))

    assert len(records) + len(parser.faults) == 1
    for record in records:
        assert record.raw == value


@given(st.binary(max_size=80))
def test_any_bytes_are_content_or_refused(body: bytes) -> None:
    for sent in (body, b'{"active":[' + body + b"]}", b'{"active":[{"id":' + body + b"}]}"):
        read_or_refused(sent)


@given(KINDS, st.data())
def test_a_reply_with_one_wrong_byte_is_content_or_refused_or_told(kind: Kind, data: st.DataObject) -> None:
    body = bytearray(reply(DOCUMENTED[kind]))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.sampled_from(b'"\\{}[],: a\x00\x80'))

    faults = read_or_refused(bytes(body))

    try:
        json.loads(body)
    except ValueError:
        assert faults is None or faults


@given(KINDS, st.data())
def test_a_reply_that_was_cut_off_is_refused(kind: Kind, data: st.DataObject) -> None:
    body = reply(DOCUMENTED[kind])

    assert read_or_refused(body[: data.draw(st.integers(0, len(body) - 1))]) is None


def read_or_refused(body: bytes) -> list[str] | None:
    """The faults, or None when the reply was refused; anything else raised is a bug."""
    try:
        return read(Kind.EVENTS, body)[1].faults
    except ReplyError:
        return None


# Known records, bare records, and what stands beside the content.


def test_a_known_text_is_not_decoded() -> None:
    parser = ContentParser(Kind.SURVEYS, PARIS, never_rests)

    (listed,) = parser.parse([b'{"active":[{"id":nonsense}]}'], {b'{"id":nonsense}': "known"}.get)

    assert listed == (b'{"id":nonsense}', "known", None)


def test_records_come_before_the_reply_is_complete() -> None:
    records = ContentParser(Kind.EVENTS, PARIS, never_rests).parse(
        iter([b'{"active":[{"id":"one"},', b"cut off"]), lambda _: None
    )

    assert next(records).id == "one"
    with pytest.raises(ReplyError):
        next(records)


def test_a_bare_record_is_read() -> None:
    parser = ContentParser(Kind.EVENTS, PARIS, never_rests)

    assert parser.parse_one(b' {"id": 5, "name": "Siege"} ') == GameEvent(
        id="5", name="Siege", text=b'{"id": 5, "name": "Siege"}'
    )


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"id":1},{"id":2}', b'{"id":1}]', b"<html>", b"{"])
def test_what_is_not_a_bare_record_is_refused(body: bytes) -> None:
    with pytest.raises((RecordError, ReplyError)):
        ContentParser(Kind.EVENTS, PARIS, never_rests).parse_one(body)


def test_warnings_and_hints_beside_the_content_are_noted() -> None:
    meta = {"warnings": ["old field", 7], "hints": ["use the new one"]}
    _, parser = read(Kind.EVENTS, reply({"id": "one"}, meta=meta))

    assert parser.note == ApiWarning(("old field",), ("use the new one",))


@pytest.mark.parametrize("meta", [None, 7, [], {}, {"warnings": []}, {"warnings": "text"}, {"hints": [None]}])
def test_no_warnings_are_no_note(meta: Any) -> None:
    assert read_note({"meta": meta}) is None


def test_an_error_reply_that_is_not_json_has_no_sentences() -> None:
    assert read_object(b"<html>") is None
    assert read_object(b"[" * 100_000) is None
    assert read_note(None) is None
    assert read_sentences(None) == ()
    assert read_sentences(["one", 2, "three"]) == ("one", "three")


def test_work_rests_while_a_long_text_without_brackets_is_read() -> None:
    rests: list[None] = []
    body = json.dumps({"active": [{"id": "a", "data": {"story": "x" * 1_000_000}}]}).encode()
    pieces = [body[at : at + 16_384] for at in range(0, len(body), 16_384)]
    parser = ContentParser(Kind.EVENTS, PARIS, lambda: rests.append(None))
    (listed,) = parser.parse(pieces, lambda _: None)
    assert listed.id == "a"
    assert len(rests) >= len(pieces)
