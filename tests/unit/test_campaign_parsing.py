"""Triggered campaigns as the platform sends them: the documented shape, and every way of being broken."""

from __future__ import annotations

import contextlib
import copy
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import awkward_text, json_values, never_rests, pieces_of, spaced_json
from uwclient.errors import ReplyError
from uwclient.models.campaign import Campaign, Condition, Operator, Quota, Trigger, TriggerType
from uwclient.models.content import Kind
from uwclient.wire.campaigns import CampaignParser

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEVER = float("-inf")

DOCUMENTED: dict[str, Any] = {
    "id": "9b1ad4b0-019a-458d-b040-175c95eef555",
    "name": "Campaign Name",
    "events": [],
    "messages": [],
    "offers": [],
    "surveys": [],
    "remote_configs": [],
    "trigger": {
        "type": "attribute_trigger",
        "logic": {"attribute_name": "coins", "operator": "equal", "values": [100], "data_type": "integer"},
    },
    "campaign_impression_id": "0485ad4d-f091-4c91-8681-f41833fa0dfe",
}
BOUGHT: dict[str, Any] = {
    "type": "event_trigger",
    "logic": {
        "external_event_id": "iap_purchased",
        "event_attributes": [
            {"attribute_name": "cost", "operator": "greater_than", "values": [9.5], "data_type": "float"}
        ],
    },
    "quota": {
        "total_remaining_triggers": 5,
        "session_remaining_triggers": 2,
        "trigger_cooldown_seconds": 60,
        "latest_triggered_action_timestamp": "2020-01-01T00:00:00Z",
    },
}
IN_THE_SHOP: dict[str, Any] = {
    "type": "region_trigger",
    "logic": {
        "region_name": "shop",
        "metadata": [{"metadata_name": "power", "operator": "greater_than", "values": [10], "data_type": "integer"}],
    },
}


def campaign(id: str = "c", trigger: Any = BOUGHT, **fields: Any) -> dict[str, Any]:
    return {"id": id, "trigger": trigger, "campaign_impression_id": f"impression of {id}", **fields}


def read(*listed: Any) -> tuple[list[Campaign], list[str]]:
    """The campaigns of a reply, and what was wrong with others."""
    return read_text(json.dumps({"campaigns": listed}).encode())


def read_text(*pieces: bytes) -> tuple[list[Campaign], list[str]]:
    parser = CampaignParser(UTC, never_rests)
    records = [listed.record for listed in parser.parse(pieces, lambda _: None)]
    return [record for record in records if isinstance(record, Campaign)], parser.faults


def changed(told: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with another value at the path "logic.values.0"; DELETED removes it."""
    told = copy.deepcopy(told)
    at: Any = told
    *way, last = (int(part) if part.isdecimal() else part for part in path.split("."))
    for part in way:
        at = at[part]
    if value is DELETED:
        del at[last]
    else:
        at[last] = value
    return told


DELETED = "(deleted)"
VALUES = "logic.event_attributes.0.values"


def wanting(operator: str, values: Any, data_type: str = "integer") -> dict[str, Any]:
    """A trigger with this condition."""
    condition = {"attribute_name": "a", "operator": operator, "values": values, "data_type": data_type}
    return {"type": "event_trigger", "logic": {"external_event_id": "x", "event_attributes": [condition]}}


def condition_of(trigger: dict[str, Any]) -> Condition:
    ((one,), faults) = read(campaign(trigger=trigger))
    assert faults == []
    (condition,) = one.trigger.conditions
    return condition


# What is right.


def test_the_documented_sample_is_read_as_it_stands() -> None:
    ((one,), faults) = read(DOCUMENTED)
    assert faults == []
    assert one.id == "9b1ad4b0-019a-458d-b040-175c95eef555"
    assert one.name == "Campaign Name"
    assert one.impression_id == "0485ad4d-f091-4c91-8681-f41833fa0dfe"
    wanted = Condition("coins", Operator.EQUAL, (100,), "number")
    assert one.trigger == Trigger(TriggerType.ATTRIBUTE, "coins", (wanted,))
    assert one.quota == Quota(None, None, 0.0, NEVER)
    assert one.content == ()
    assert one.raw == DOCUMENTED


def test_a_trigger_of_each_type_is_read_with_its_quota() -> None:
    (bought, in_the_shop), faults = read(campaign("a", BOUGHT), campaign("b", IN_THE_SHOP))
    assert faults == []
    assert bought.trigger == Trigger(
        TriggerType.EVENT, "iap_purchased", (Condition("cost", Operator.GREATER_THAN, (9.5,), "number"),)
    )
    assert bought.quota == Quota(5, 2, 60.0, datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    assert in_the_shop.trigger == Trigger(
        TriggerType.REGION, "shop", (Condition("power", Operator.GREATER_THAN, (10,), "number"),)
    )
    assert in_the_shop.quota == Quota()


@pytest.mark.parametrize("told", [DELETED, None, []])
@pytest.mark.parametrize(
    ("trigger", "path"),
    [(BOUGHT, "logic.event_attributes"), (IN_THE_SHOP, "logic.metadata")],
    ids=["event", "region"],
)
def test_empty_missing_and_null_conditions_are_none(trigger: dict[str, Any], path: str, told: Any) -> None:
    ((one,), faults) = read(campaign(trigger=changed(trigger, path, told)))
    assert (one.trigger.conditions, faults) == ((), [])


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (wanting("equal", [1, 2, 3]), (1, 2, 3)),
        (wanting("equal", [1, 2.5], "float"), (1, 2.5)),
        (wanting("between", [1, 5]), (1, 5)),
        (wanting("less_than", [-1e300], "float"), (-1e300,)),
        (wanting("greater_than", [10**300]), (10**300,)),
        (wanting("equal", [True, False], "boolean"), (True, False)),
        (wanting("equal", ["", "ü"], "string"), ("", "ü")),
        (wanting("contain", ["", "Sword"], "string"), ("", "Sword")),
        (wanting("equal", ["2026-01-01T12:00:00Z"], "datetime"), (NOON,)),
        (wanting("equal", ["2026-01-01T21:00:00.000+09:00"], "datetime"), (NOON,)),
        (wanting("equal", ["2026-01-01T12:00:00"], "datetime"), (NOON,)),
        (wanting("equal", ["2026-01-01T12:00:00.0000014Z"], "datetime"), (NOON + timedelta(microseconds=1),)),
        (
            wanting("between", ["2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z"], "datetime"),
            (NOON, NOON + timedelta(1)),
        ),
    ],
    ids=lambda part: str(part)[:60],
)
def test_values_are_read_as_their_data_type_says(trigger: dict[str, Any], expected: tuple[Any, ...]) -> None:
    values = condition_of(trigger).values
    assert (values, list(map(type, values))) == (expected, list(map(type, expected)))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (DELETED, Quota()),
        (None, Quota()),
        ({}, Quota()),
        ({"total_remaining_triggers": 0, "session_remaining_triggers": 0}, Quota(0, 0)),
        ({"total_remaining_triggers": 1}, Quota(total=1)),
        ({"session_remaining_triggers": 1}, Quota(session=1)),
        ({"total_remaining_triggers": None, "session_remaining_triggers": None}, Quota()),
        ({"total_remaining_triggers": -3}, Quota(total=0)),
        ({"total_remaining_triggers": "4"}, Quota(total=4)),
        ({"total_remaining_triggers": 2.9}, Quota(total=2)),
        ({"total_remaining_triggers": 10**30}, Quota(total=math.floor(1e30))),
        ({"trigger_cooldown_seconds": 0.5}, Quota(cooldown=0.5)),
        ({"trigger_cooldown_seconds": -60}, Quota(cooldown=0.0)),
        ({"trigger_cooldown_seconds": None}, Quota()),
        ({"latest_triggered_action_timestamp": None}, Quota()),
        ({"latest_triggered_action_timestamp": "2026-01-01T13:00:00+01:00"}, Quota(latest=NOON.timestamp())),
        ({"something_new": {"per_week": 3}}, Quota()),
    ],
    ids=repr,
)
def test_what_a_quota_does_not_say_is_no_limit(told: Any, expected: Quota) -> None:
    ((one,), faults) = read(campaign(trigger=changed(BOUGHT, "quota", told)))
    assert (one.quota, faults) == (expected, [])


def test_content_comes_as_records_of_each_kind_without_times() -> None:
    ((one,), faults) = read(
        campaign(
            surveys=[{"id": "s", "questions_count": 3}],
            offers=[
                {"id": "o1", "title": "Gems", "payment_data": {"payment_type": "iap", "iap_data": {"cost": 1}}},
                {"id": "o2"},
            ],
            remote_configs=[{"id": "r", "external_id": "balance", "json": {"speed": 2}}],
            events=[{"id": "e", "external_id": "double", "data": {"factor": 2}}],
            messages=[{"id": "m", "title": "Hello", "additional_fields": [1]}],
        )
    )
    assert faults == []
    assert [(kind, record.id) for kind, record in one.content] == [
        (Kind.SURVEYS, "s"),
        (Kind.OFFERS, "o1"),
        (Kind.OFFERS, "o2"),
        (Kind.REMOTE_CONFIGS, "r"),
        (Kind.EVENTS, "e"),
        (Kind.MESSAGES, "m"),
    ]
    assert all((record.start_at, record.end_at) == (None, None) for _, record in one.content)
    assert [offer.title for offer in one.offers] == ["Gems", ""]
    assert one.events[0].data == {"factor": 2}
    assert one.remote_configs[0].json == {"speed": 2}
    assert one.messages[0].additional_fields == [1]
    assert one.surveys[0].questions_count == 3


def test_content_of_two_kinds_may_have_one_id() -> None:
    ((one,), faults) = read(campaign(offers=[{"id": "x"}], messages=[{"id": "x"}]))
    assert (len(one.content), faults) == (2, [])


def test_long_content_is_read_like_any_other() -> None:
    data = {"rows": [{"text": "x" * 100, "[": "]}"} for _ in range(500)]}
    ((one,), faults) = read(campaign(events=[{"id": "e", "data": data}], unknown=data))
    assert faults == []
    assert one.events[0].data == data


def test_ids_may_be_numbers() -> None:
    ((one,), faults) = read({**campaign(), "id": 7, "campaign_impression_id": 9})
    assert (one.id, one.impression_id, faults) == ("7", "9", [])


# What is broken.

BROKEN: list[tuple[dict[str, Any], str]] = [
    (campaign(trigger=None), "trigger: expected an object, got null"),
    ({"id": "c", "campaign_impression_id": "i"}, "trigger: expected an object, got nothing"),
    (campaign(trigger="event_trigger"), "trigger: expected an object, got 'event_trigger'"),
    (campaign(trigger=[BOUGHT]), "trigger: expected an object, got an array"),
    (campaign(trigger={}), "trigger.type: expected one of event_trigger, attribute_trigger, region_trigger"),
    (campaign(trigger=changed(BOUGHT, "type", "time_trigger")), "trigger.type: expected one of"),
    (campaign(trigger=changed(BOUGHT, "type", 5)), "trigger.type: expected text, got 5"),
    (campaign(trigger=changed(BOUGHT, "logic", DELETED)), "trigger.logic: expected an object, got nothing"),
    (campaign(trigger=changed(BOUGHT, "logic", None)), "trigger.logic: expected an object, got null"),
    (campaign(trigger=changed(BOUGHT, "logic", [])), "trigger.logic: expected an object, got an array"),
    (campaign(trigger=changed(BOUGHT, "logic", {})), "external_event_id: expected text that is not empty"),
    (campaign(trigger=changed(BOUGHT, "logic.external_event_id", "")), "external_event_id: expected text"),
    (campaign(trigger=changed(BOUGHT, "logic.external_event_id", 5)), "external_event_id: expected text, got 5"),
    (campaign(trigger=changed(IN_THE_SHOP, "logic.region_name", None)), "region_name: expected text"),
    (campaign(trigger=changed(BOUGHT, "logic.event_attributes", {})), "event_attributes: expected an array"),
    (campaign(trigger=changed(BOUGHT, "logic.event_attributes", "none")), "event_attributes: expected an array"),
    (campaign(trigger=changed(IN_THE_SHOP, "logic.metadata", 1)), "metadata: expected an array"),
    (campaign(trigger=changed(BOUGHT, "logic.event_attributes.0", None)), "event_attributes[0]: expected an object"),
    (
        campaign(trigger=changed(BOUGHT, "logic.event_attributes.0", "cost")),
        "event_attributes[0]: expected an object",
    ),
    (
        campaign(trigger=changed(BOUGHT, "logic.event_attributes.0.attribute_name", DELETED)),
        "event_attributes[0].attribute_name: expected text that is not empty, got nothing",
    ),
    (
        campaign(trigger=changed(BOUGHT, "logic.event_attributes.0.operator", "at_least")),
        "operator: expected one of equal",
    ),
    (
        campaign(trigger=changed(BOUGHT, "logic.event_attributes.0.operator", "EQUAL")),
        "operator: expected one of equal",
    ),
    (
        campaign(trigger=changed(BOUGHT, "logic.event_attributes.0.operator", DELETED)),
        "operator: expected one of equal",
    ),
    (campaign(trigger=changed(BOUGHT, "logic.event_attributes.0.data_type", "number")), "data_type: expected one of"),
    (campaign(trigger=changed(BOUGHT, "logic.event_attributes.0.data_type", None)), "data_type: expected one of"),
    (campaign(trigger=changed(BOUGHT, VALUES, DELETED)), "values: expected at least one value, got 0"),
    (campaign(trigger=changed(BOUGHT, VALUES, [])), "values: expected at least one value, got 0"),
    (campaign(trigger=changed(BOUGHT, VALUES, 9.5)), "values: expected an array, got 9.5"),
    (campaign(trigger=changed(BOUGHT, VALUES, {"0": 9.5})), "values: expected an array, got an object"),
    (campaign(trigger=changed(BOUGHT, VALUES, ["9.5"])), "values[0]: expected float, got '9.5'"),
    (campaign(trigger=changed(BOUGHT, VALUES, [None])), "values[0]: expected float, got None"),
    (campaign(trigger=changed(BOUGHT, VALUES, [True])), "values[0]: expected float, got True"),
    (campaign(trigger=changed(BOUGHT, VALUES, [[9.5]])), "values[0]: expected float, got [9.5]"),
    (campaign(trigger=changed(BOUGHT, VALUES, [9.5, "x"])), "values[1]: expected float, got 'x'"),
    (campaign(trigger=changed(BOUGHT, VALUES, [float("nan")])), "values[0]: expected float, got nan"),
    (campaign(trigger=changed(BOUGHT, VALUES, [float("inf")])), "values[0]: expected float, got inf"),
    (campaign(trigger=wanting("equal", [1.5])), "values[0]: expected integer, got 1.5"),
    (campaign(trigger=wanting("equal", [False])), "values[0]: expected integer, got False"),
    (campaign(trigger=wanting("equal", [1], "string")), "values[0]: expected string, got 1"),
    (campaign(trigger=wanting("equal", ["true"], "boolean")), "values[0]: expected boolean, got 'true'"),
    (campaign(trigger=wanting("equal", [1], "boolean")), "values[0]: expected boolean, got 1"),
    (campaign(trigger=wanting("equal", [1767268800], "datetime")), "values[0]: expected datetime, got 1767268800"),
    (campaign(trigger=wanting("equal", [""], "datetime")), "values[0]: expected datetime, got ''"),
    (campaign(trigger=wanting("equal", ["soon"], "datetime")), "values[0]: expected an ISO 8601 time"),
    (campaign(trigger=wanting("equal", [" "], "datetime")), "values[0]: expected an ISO 8601 time"),
    (
        campaign(trigger=wanting("equal", ["9999-12-31T23:59:59-14:00"], "datetime")),
        "values[0]: expected an ISO 8601",
    ),
    (campaign(trigger=wanting("between", [1])), "values: expected two values, the lower end and the higher, got 1"),
    (
        campaign(trigger=wanting("between", [1, 2, 3])),
        "values: expected two values, the lower end and the higher, got 3",
    ),
    (campaign(trigger=wanting("between", [])), "values: expected two values, the lower end and the higher, got 0"),
    (
        campaign(trigger=wanting("between", ["a", "b"], "string")),
        "operator: expected one that can compare the type string",
    ),
    (campaign(trigger=wanting("greater_than", ["a"], "string")), "operator: expected one that can compare"),
    (campaign(trigger=wanting("less_than", [True], "boolean")), "operator: expected one that can compare"),
    (campaign(trigger=wanting("contain", [1])), "operator: expected one that can compare the type integer"),
    (campaign(trigger=wanting("contain", ["2026-01-01"], "datetime")), "operator: expected one that can compare"),
    (campaign(trigger=changed(BOUGHT, "quota", 5)), "trigger.quota: expected an object, got 5"),
    (campaign(trigger=changed(BOUGHT, "quota", [])), "trigger.quota: expected an object, got an array"),
    (
        campaign(trigger=changed(BOUGHT, "quota.total_remaining_triggers", "many")),
        "total_remaining_triggers: expected a number",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.total_remaining_triggers", True)),
        "total_remaining_triggers: expected a number",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.session_remaining_triggers", [])),
        "session_remaining_triggers: expected a number",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.total_remaining_triggers", 10**400)),
        "total_remaining_triggers: expected a number",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.trigger_cooldown_seconds", "long")),
        "trigger_cooldown_seconds: expected a number",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.trigger_cooldown_seconds", float("inf"))),
        "trigger_cooldown_seconds: expected",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.latest_triggered_action_timestamp", "yesterday")),
        "latest_triggered_action_timestamp: expected an ISO 8601 time",
    ),
    (
        campaign(trigger=changed(BOUGHT, "quota.latest_triggered_action_timestamp", 5)),
        "expected an ISO 8601 time, got 5",
    ),
    (changed(campaign(), "id", DELETED), "id: expected an id, got nothing"),
    (changed(campaign(), "id", ""), "id: expected an id, got ''"),
    (changed(campaign(), "id", None), "id: expected an id, got null"),
    (changed(campaign(), "id", ["c"]), "id: expected an id, got an array"),
    (changed(campaign(), "id", True), "id: expected an id, got true or false"),
    (changed(campaign(), "id", "\ud800"), "id: expected an id"),
    (changed(campaign(), "campaign_impression_id", DELETED), "campaign_impression_id: expected an id, got nothing"),
    (changed(campaign(), "campaign_impression_id", None), "campaign_impression_id: expected an id, got null"),
    (changed(campaign(), "campaign_impression_id", ""), "campaign_impression_id: expected an id, got ''"),
    (changed(campaign(), "campaign_impression_id", {}), "campaign_impression_id: expected an id, got an object"),
    (changed(campaign(), "campaign_impression_id", "\udfff"), "campaign_impression_id: expected an id"),
    (changed(campaign(), "id", "i" * 300_000), "id: expected an id"),
    (changed(campaign(), "campaign_impression_id", "j" * 300_000), "campaign_impression_id: expected an id"),
    (campaign(name=5), "name: expected text, got 5"),
    ({}, "id: expected an id, got nothing"),
]


@pytest.mark.parametrize(
    ("told", "fault"), BROKEN, ids=[f"{number} {fault[:50]}" for number, (_, fault) in enumerate(BROKEN)]
)
def test_a_broken_campaign_is_one_named_fault_and_costs_no_other(told: dict[str, Any], fault: str) -> None:
    found, faults = read(campaign("before"), told, campaign("after"))
    assert [one.id for one in found] == ["before", "after"]
    (named,) = faults
    assert named.startswith("campaigns[1].")
    assert fault in named
    assert ("(in the campaign 'c')" in named) is (told.get("id") == "c")
    assert len(named) < 250


@pytest.mark.parametrize("stray", [None, 5, "text", True, [], ["c"], [[]]], ids=repr)
def test_what_is_no_campaign_is_one_fault_and_costs_no_other(stray: Any) -> None:
    found, faults = read(campaign("before"), stray, campaign("after"))
    assert [one.id for one in found] == ["before", "after"]
    (named,) = faults
    assert "campaigns[1]: expected a record" in named


def test_a_campaign_that_stands_there_twice_is_there_once() -> None:
    found, faults = read(campaign("c", BOUGHT), campaign("c", IN_THE_SHOP), campaign("d"))
    assert [(one.id, one.trigger.type) for one in found] == [("c", TriggerType.EVENT), ("d", TriggerType.EVENT)]
    assert faults == ["campaigns[1].id: 'c' stands in the reply twice"]


@pytest.mark.parametrize(
    ("listed", "ids", "faults"),
    [
        ([{"id": "a"}, {"name": "no id"}, {"id": "b"}], ["a", "b"], ["offers: id: expected an id, got nothing"]),
        ([{"id": "a"}, {"id": "a", "title": "again"}], ["a"], ["offers: id: 'a' stands in the campaign twice"]),
        ([{"id": "a", "title": 5}, {"id": "b"}], ["b"], ["offers: title: expected text, got 5"]),
        ([{}], [], ["offers: id: expected an id, got nothing"]),
        (
            [None, {"id": "a"}, 7],
            ["a"],
            ["offers[0]: expected a record, got None", "offers[2]: expected a record, got 7"],
        ),
        ([[{"id": "a"}]], [], ["offers[0]: expected a record, got [{'id': 'a'}]"]),
        ({"id": "a"}, [], ["offers: expected an array, got an object"]),
        ("a", [], ["offers: expected an array, got 'a'"]),
        (0, [], ["offers: expected an array, got 0"]),
        (None, [], []),
        ([{"id": "a", "start_at": "never"}], [], ["offers: start_at: expected an ISO 8601 time, got 'never'"]),
    ],
    ids=repr,
)
def test_a_broken_record_costs_its_campaign_nothing_else(listed: Any, ids: list[str], faults: list[str]) -> None:
    (one, other), told = read(
        campaign("c", offers=listed, messages=[{"id": "m"}]), campaign("d", offers=[{"id": "z"}])
    )
    assert [offer.id for offer in one.offers] == ids
    assert [message.id for message in one.messages] == ["m"]
    assert [offer.id for offer in other.offers] == ["z"]
    assert told == [f"campaigns['c'].{fault}" for fault in faults]


def test_lists_under_an_escaped_name_are_told_as_faults() -> None:
    text = json.dumps({"campaigns": [campaign(offers=[{"id": "a"}])]}).replace('"offers"', '"off\\u0065rs"')
    ((one,), faults) = read_text(text.encode())
    assert one.offers == ()
    assert faults == ["campaigns['c'].offers[0]: expected a record, got {'id': 'a'}"]


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("depth", [10, 200_000])
def test_deep_nesting_costs_that_campaign_at_most(depth: int) -> None:
    deep = json.dumps(campaign("deep")).replace('"values": [9.5]', f'"values": {nested(depth)}')
    assert nested(depth) in deep
    text = f'{{"campaigns":[{json.dumps(campaign("a"))},{deep},{json.dumps(campaign("b"))}]}}'
    found, faults = read_text(text.encode())
    assert [one.id for one in found] == ["a", "b"]
    (named,) = faults
    assert named.startswith("campaigns[1].")


@pytest.mark.parametrize(
    "number", ["1" * 5000, "-" + "9" * 5000, "1e999", "NaN", "Infinity", "-Infinity"], ids=lambda n: n[:12]
)
@pytest.mark.parametrize(
    "place", ['"values": [9.5]', '"total_remaining_triggers": 5', '"trigger_cooldown_seconds": 60']
)
def test_numbers_that_are_none_cost_that_campaign(place: str, number: str) -> None:
    name, _, told = place.partition(": ")
    broken = json.dumps(campaign("x")).replace(
        place, f"{name}: {told.replace('9.5', number) if '[' in told else number}"
    )
    text = f'{{"campaigns":[{json.dumps(campaign("a"))},{broken},{json.dumps(campaign("b"))}]}}'
    found, faults = read_text(text.encode())
    assert [one.id for one in found] == ["a", "b"]
    assert len(faults) == 1


@pytest.mark.parametrize(
    "root",
    [
        {},
        {"active": [], "upcoming": []},
        {"campaigns": None},
        {"campaigns": {}},
        {"campaigns": "none"},
        {"Campaigns": []},
        [campaign()],
        None,
        "text",
    ],
    ids=repr,
)
def test_a_reply_that_is_not_about_campaigns_is_none(root: Any) -> None:
    with pytest.raises(ReplyError):
        read_text(json.dumps(root).encode())


@pytest.mark.parametrize("cut", [1, 10, 60, -2, -1])
def test_half_a_reply_is_none(cut: int) -> None:
    text = json.dumps({"campaigns": [campaign("a"), campaign("b")]}).encode()
    with pytest.raises(ReplyError):
        read_text(text[:cut])


# Anything at all.


def mutations(told: Any) -> Iterator[str]:
    """The paths to all members of a campaign."""
    members = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for name, value in members:
        yield str(name)
        yield from (f"{name}.{path}" for path in mutations(value))


WHOLE = campaign(
    offers=[{"id": "o", "title": "Gems", "items": [{"id": 1}]}], messages=[{"id": "m"}], trigger=BOUGHT, name="whole"
)
PATHS = st.sampled_from(sorted(mutations(WHOLE)))
awkward_values = json_values | st.sampled_from((DELETED, float("nan"), 10**400, -1, "", "\ud800", [[]], {"id": {}}))


@given(st.lists(st.tuples(PATHS, awkward_values), min_size=1, max_size=3), st.data())
def test_a_campaign_changed_in_any_way_is_a_campaign_or_a_fault(
    changes: list[tuple[str, Any]], data: st.DataObject
) -> None:
    told = WHOLE
    for path, value in changes:
        try:
            told = changed(told, path, value)
        except (KeyError, IndexError, TypeError):
            continue  # a change before has taken the way there
    text = json.dumps({"campaigns": [campaign("before"), told, campaign("after")]}).encode()
    found, faults = read_text(*data.draw(pieces_of(text)))
    ids = [one.id for one in found]
    assert ids[0] == "before"
    assert "after" in ids
    assert len(found) == 3 or len(faults) == 1
    assert all(str(fault).isprintable() for fault in faults)


@given(st.lists(json_values | st.dictionaries(st.sampled_from(sorted(WHOLE)) | awkward_text, json_values)), st.data())
def test_any_json_is_a_campaign_or_a_fault(listed: list[Any], data: st.DataObject) -> None:
    found, faults = read_text(data.draw(spaced_json({"campaigns": listed})))
    assert len(found) + len(faults) >= len(listed)
    assert all(isinstance(one, Campaign) for one in found)


@given(st.dictionaries(awkward_text, json_values) | json_values)
def test_any_root_is_campaigns_or_an_error(root: Any) -> None:
    with contextlib.suppress(ReplyError):
        found, faults = read_text(json.dumps(root).encode())
        assert len(found) + len(faults) >= len(root["campaigns"])
