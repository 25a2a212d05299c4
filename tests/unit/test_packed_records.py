"""Whatever a record is made of, it is the same when it is taken out on the other side."""

from __future__ import annotations

import gc
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import never_rests
from uwclient.models.campaign import Campaign, Condition, Operator, Quota, Trigger, TriggerType
from uwclient.models.content import GameEvent, Kind, Message, Offer, PaymentData, Record, RemoteConfig, Survey
from uwclient.models.packed_records import PackedRecords, Span

texts = st.text(st.characters() | st.sampled_from("\ud800"), max_size=8)
moments = st.none() | st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC))
payments = st.none() | st.builds(PaymentData, texts, st.none() | st.floats(allow_nan=False), texts)


def fields_of(**more: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    common = {"id": texts, "name": texts, "start_at": moments, "end_at": moments, "text": st.binary(max_size=20)}
    return {**common, "end_at_tz": st.sampled_from(("utc", "player_local")), **more}


RECORDS: dict[Kind, st.SearchStrategy[Record]] = {
    Kind.EVENTS: st.builds(GameEvent, **fields_of(external_id=texts, campaign_event_template_id=st.none() | texts)),
    Kind.MESSAGES: st.builds(Message, **fields_of(title=texts, portrait_image_id=st.none() | texts)),
    Kind.OFFERS: st.builds(Offer, **fields_of(offer_type=texts, payment_data=payments)),
    Kind.REMOTE_CONFIGS: st.builds(RemoteConfig, **fields_of(external_id=texts)),
    Kind.SURVEYS: st.builds(Survey, **fields_of(questions_count=st.integers())),
}
values = st.lists(st.datetimes(timezones=st.just(UTC)), max_size=2).map(lambda some: ("datetime", tuple(some)))
conditions = st.builds(
    lambda name, operator, told: Condition(name, operator, told[1], told[0]),
    texts,
    st.sampled_from(Operator),
    values | st.lists(texts, max_size=2).map(lambda some: ("string", tuple(some))),
)
RECORDS[Kind.CAMPAIGNS] = st.builds(
    Campaign,
    id=texts,
    text=st.binary(max_size=20),
    impression_id=texts,
    trigger=st.builds(Trigger, st.sampled_from(TriggerType), texts, st.lists(conditions, max_size=2).map(tuple)),
    quota=st.builds(Quota, st.none() | st.integers(0, 9), st.none(), st.floats(0, 9)),
    content=st.lists(
        st.one_of(*(st.tuples(st.just(kind), records) for kind, records in RECORDS.items())), max_size=3
    ).map(tuple),
)


@given(st.one_of(*(st.tuples(st.just(kind), records) for kind, records in RECORDS.items())), st.floats(-9, 9))
def test_a_record_comes_out_as_it_went_in(told: tuple[Kind, Record], place: float) -> None:
    kind, record = told
    packed = PackedRecords(kind)
    packed.put(record, place)

    assert packed.span(record.id) == Span(record.starts, record.ends, place)
    assert packed.get(record.id) == record
    taken = packed.pop(record.id)
    assert taken == record
    assert type(taken) is type(record)
    assert (taken.starts, taken.ends, taken.place, taken.raw) == (record.starts, record.ends, place, record.raw)
    assert packed.pop(record.id) is None
    assert packed.span(record.id) is None
    assert not packed


def test_the_values_of_a_record_are_of_their_own_types() -> None:
    start = datetime(2026, 1, 1, 12, 30, 15, 999_999, UTC)
    offer = Offer(id="o", start_at=start, payment_data=PaymentData("iap", cost=4.99))
    condition = Condition("at", Operator.GREATER_THAN, (start,), "datetime")
    trigger = Trigger(TriggerType.REGION, "x", (condition,))
    campaign = Campaign(id="c", trigger=trigger, quota=Quota(total=3), content=((Kind.OFFERS, offer),))
    taken = PackedRecords(Kind.CAMPAIGNS, [campaign]).pop("c")

    assert isinstance(taken, Campaign)
    assert repr((taken.trigger, taken.quota, taken.content)) == repr((trigger, campaign.quota, campaign.content))
    assert repr(taken.offers[0].payment_data) == repr(offer.payment_data)


def test_what_another_one_holds_takes_the_place_of_what_is_here() -> None:
    older = PackedRecords(Kind.MESSAGES, [Message(id=id, title="old") for id in "ab"])
    newer = PackedRecords(Kind.MESSAGES, [Message(id=id, title="new") for id in "bc"])
    copied = older.copy()

    older.update(newer)
    copied.put_from(newer, "b")
    copied.put_from(newer, "x")

    assert [(record.id, getattr(record, "title", "")) for record in older.records()] == [
        ("a", "old"),
        ("b", "new"),
        ("c", "new"),
    ]
    assert [(record.id, getattr(record, "title", "")) for record in copied.records()] == [("a", "old"), ("b", "new")]


def test_thousands_of_packed_records_are_nothing_to_the_collector() -> None:
    packed = PackedRecords(Kind.EVENTS)
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for number in range(3000):
            text = json.dumps({"id": str(number)}).encode()
            packed.put(GameEvent(id=str(number), end_at=datetime.now(UTC) + timedelta(days=1), text=text), 0.0)
        assert len(gc.get_objects()) - before < 100
    finally:
        gc.enable()
    packed.free(never_rests)
    assert not packed
