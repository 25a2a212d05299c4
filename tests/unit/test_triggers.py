"""Which campaigns an action sets off: each operator and type at its boundaries; the index against a plain scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from uwclient.models.campaign import Campaign, Condition, Operator, Trigger, TriggerType
from uwclient.models.player import PlayerAttribute
from uwclient.rules import triggers
from uwclient.rules.actions import attributes_body
from uwclient.rules.triggers import TriggerIndex, Value, holds, values_of

EQUAL, CONTAIN, ABOVE, BELOW, BETWEEN = (
    Operator.EQUAL,
    Operator.CONTAIN,
    Operator.GREATER_THAN,
    Operator.LESS_THAN,
    Operator.BETWEEN,
)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BIG = 2**53
"""From here on not every whole number is a float."""


def at_offset(moment: datetime, hours: float) -> datetime:
    return moment.astimezone(timezone(timedelta(hours=hours)))


def family_of(value: Any) -> str:
    families = {bool: "boolean", int: "number", float: "number", str: "string", datetime: "datetime"}
    return families[type(value)]


def condition(operator: Operator, *values: Any, name: str = "a", family: str | None = None) -> Condition:
    return Condition(name, operator, values, family or family_of(values[0]))


def campaign(id: str, *conditions: Condition, name: str = "x", type: TriggerType = TriggerType.EVENT) -> Campaign:
    return Campaign(id=id, trigger=Trigger(type, name, conditions))


def rows(attributes: Any) -> list[dict[str, Any]]:
    """Attributes as the game's are written down."""
    return attributes_body(attributes) if attributes else []


def meets(one: Condition, value: Any) -> bool:
    """What the condition itself says, and what the index makes of it; the two must agree."""
    said = holds(one, values_of(rows({"a": value}), {"a"}))
    index = TriggerIndex()
    index.put(campaign("c", one))
    assert [found.id for found in index.triggered_by(TriggerType.EVENT, "x", rows({"a": value}))] == ["c"] * said
    return said


# Each operator, type and boundary.

NUMBERS: list[tuple[Condition, Any, bool]] = [
    (condition(EQUAL, 100), 99, False),
    (condition(EQUAL, 100), 100, True),
    (condition(EQUAL, 100), 101, False),
    (condition(EQUAL, 100), 100.0, True),
    (condition(EQUAL, 100.0), 100, True),
    (condition(EQUAL, 0), -0.0, True),
    (condition(EQUAL, 0.1), 0.1, True),
    (condition(EQUAL, 0.3), 0.1 + 0.2, False),
    (condition(EQUAL, BIG + 1), float(BIG), False),
    (condition(EQUAL, float(BIG)), BIG + 1, False),
    (condition(EQUAL, 1, 5, 9), 5, True),
    (condition(EQUAL, 1, 5, 9), 6, False),
    (condition(EQUAL, 1, 1.0, 1), 1, True),
    (condition(ABOVE, 10), 9, False),
    (condition(ABOVE, 10), 10, False),
    (condition(ABOVE, 10), 11, True),
    (condition(ABOVE, 10), 10.0, False),
    (condition(ABOVE, 10), 10.000000001, True),
    (condition(ABOVE, 9.5), 9, False),
    (condition(ABOVE, 9.5), 9.5, False),
    (condition(ABOVE, 9.5), 10, True),
    (condition(ABOVE, 10, 1), 5, False),
    (condition(ABOVE, 1, 10), 5, True),
    (condition(ABOVE, float(BIG)), BIG + 1, True),
    (condition(ABOVE, BIG + 1), float(BIG + 2), True),
    (condition(ABOVE, BIG + 1), float(BIG), False),
    (condition(ABOVE, -5), -5, False),
    (condition(ABOVE, -5), -4, True),
    (condition(ABOVE, 10**400), 2**63 - 1, False),
    (condition(BELOW, 10), 9, True),
    (condition(BELOW, 10), 10, False),
    (condition(BELOW, 10), 11, False),
    (condition(BELOW, 10), 9.999999999, True),
    (condition(BELOW, 9.5), 9, True),
    (condition(BELOW, 9.5), 10, False),
    (condition(BELOW, 1, 10), 5, False),
    (condition(BELOW, BIG + 1), float(BIG), True),
    (condition(BELOW, float(BIG)), BIG + 1, False),
    (condition(BELOW, 10**400), 2**63 - 1, True),
    (condition(BELOW, -(10**400)), -(2**63), False),
    (condition(BETWEEN, 1, 5), 0, False),
    (condition(BETWEEN, 1, 5), 1, True),
    (condition(BETWEEN, 1, 5), 3, True),
    (condition(BETWEEN, 1, 5), 5, True),
    (condition(BETWEEN, 1, 5), 6, False),
    (condition(BETWEEN, 1, 5), 0.999, False),
    (condition(BETWEEN, 1, 5), 1.0, True),
    (condition(BETWEEN, 1, 5), 5.0, True),
    (condition(BETWEEN, 1, 5), 5.001, False),
    (condition(BETWEEN, 0.5, 1.5), 1, True),
    (condition(BETWEEN, 0.5, 1.5), 2, False),
    (condition(BETWEEN, 3, 3), 3, True),
    (condition(BETWEEN, 5, 1), 3, False),
    (condition(BETWEEN, 5, 1), 5, False),
    (condition(BETWEEN, BIG + 1, BIG + 1), float(BIG), False),
]

DATETIMES: list[tuple[Condition, Any, bool]] = [
    (condition(EQUAL, NOON), NOON - TICK, False),
    (condition(EQUAL, NOON), NOON, True),
    (condition(EQUAL, NOON), NOON + TICK, False),
    (condition(EQUAL, NOON), at_offset(NOON, 9), True),
    (condition(EQUAL, NOON), NOON.replace(tzinfo=timezone(timedelta(hours=9))), False),
    (condition(EQUAL, NOON - TICK, NOON + TICK), at_offset(NOON + TICK, -3.5), True),
    (condition(ABOVE, NOON), NOON, False),
    (condition(ABOVE, NOON), at_offset(NOON, 14), False),
    (condition(ABOVE, NOON), NOON + TICK, True),
    (condition(ABOVE, NOON), at_offset(NOON + TICK, -12), True),
    (condition(ABOVE, NOON), NOON - TICK, False),
    (condition(BELOW, NOON), NOON, False),
    (condition(BELOW, NOON), at_offset(NOON, -12), False),
    (condition(BELOW, NOON), at_offset(NOON - TICK, 5.75), True),
    (condition(BELOW, NOON), NOON + TICK, False),
    (condition(BETWEEN, NOON, NOON + TICK), NOON - TICK, False),
    (condition(BETWEEN, NOON, NOON + TICK), at_offset(NOON, 3), True),
    (condition(BETWEEN, NOON, NOON + TICK), NOON + TICK, True),
    (condition(BETWEEN, NOON, NOON + TICK), NOON + 2 * TICK, False),
    (condition(ABOVE, datetime(9998, 1, 1, tzinfo=UTC)), datetime(9998, 1, 1, tzinfo=UTC), False),
    (
        condition(ABOVE, datetime(9998, 1, 1, tzinfo=UTC)),
        datetime(9998, 1, 1, tzinfo=UTC) + TICK,
        True,
    ),
    (condition(BELOW, NOON), datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), True),
    (condition(ABOVE, NOON), datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))), True),
]

TEXTS: list[tuple[Condition, Any, bool]] = [
    (condition(EQUAL, "shop"), "shop", True),
    (condition(EQUAL, "shop"), "Shop", False),
    (condition(EQUAL, "Shop"), "shop", False),
    (condition(EQUAL, "shop"), "shop ", False),
    (condition(EQUAL, "shop"), "sho", False),
    (condition(EQUAL, "shop"), "shops", False),
    (condition(EQUAL, "shop", "arena"), "arena", True),
    (condition(EQUAL, ""), "", True),
    (condition(EQUAL, ""), " ", False),
    (condition(EQUAL, "straße"), "strasse", False),
    (condition(CONTAIN, "word"), "sword of dawn", True),
    (condition(CONTAIN, "word"), "SWORD of dawn", True),
    (condition(CONTAIN, "WORD"), "sword of dawn", True),
    (condition(CONTAIN, "sword of dawn"), "word", False),
    (condition(CONTAIN, "wo d"), "sword", False),
    (condition(CONTAIN, "sword"), "sword", True),
    (condition(CONTAIN, "s"), "axe", False),
    (condition(CONTAIN, "ax"), "AXE", True),
    (condition(CONTAIN, "bow", "axe"), "war axe", True),
    (condition(CONTAIN, "bow", "axe"), "spear", False),
    (condition(CONTAIN, "bow", "bow"), "rainbow", True),
    (condition(CONTAIN, ""), "", True),
    (condition(CONTAIN, ""), "anything", True),
    (condition(CONTAIN, "x", ""), "anything", True),
    (condition(CONTAIN, "a"), "", False),
    (condition(CONTAIN, "STRASSE"), "In der Straße", True),
    (condition(CONTAIN, "straße"), "IN DER STRASSE", True),
    (condition(CONTAIN, "ΣΊΣΥΦΟΣ"), "Ο σίσυφος", True),
    (condition(CONTAIN, "éCLAIR"), "Éclair", True),
    (condition(CONTAIN, "ЩИТ"), "деревянный щит", True),
    (condition(CONTAIN, "龍"), "青龍刀", True),
    (condition(CONTAIN, "😀"), "so 😀!", True),
]

BOOLEANS: list[tuple[Condition, Any, bool]] = [
    (condition(EQUAL, True), True, True),
    (condition(EQUAL, True), False, False),
    (condition(EQUAL, False), False, True),
    (condition(EQUAL, False), True, False),
    (condition(EQUAL, True, False), False, True),
]

OTHER_TYPES: list[tuple[Condition, Any, bool]] = [
    (condition(EQUAL, 1), True, False),
    (condition(EQUAL, 0), False, False),
    (condition(EQUAL, True), 1, False),
    (condition(EQUAL, False), 0, False),
    (condition(EQUAL, True), "true", False),
    (condition(ABOVE, 0), True, False),
    (condition(BELOW, 1), False, False),
    (condition(BETWEEN, 0, 1), True, False),
    (condition(EQUAL, 100), "100", False),
    (condition(EQUAL, "100"), 100, False),
    (condition(ABOVE, 10), "11", False),
    (condition(CONTAIN, "1"), 11, False),
    (condition(CONTAIN, ""), 11, False),
    (condition(CONTAIN, ""), True, False),
    (condition(CONTAIN, "2026"), NOON, False),
    (condition(EQUAL, NOON), NOON.isoformat(), False),
    (condition(EQUAL, NOON.isoformat()), NOON, False),
    (condition(EQUAL, NOON), NOON.timestamp(), False),
    (condition(ABOVE, NOON), NOON.timestamp() + 1, False),
    (condition(BELOW, 0), NOON, False),
]


@pytest.mark.parametrize(
    ("one", "value", "expected"),
    [*NUMBERS, *DATETIMES, *TEXTS, *BOOLEANS, *OTHER_TYPES],
    ids=lambda part: repr(part)[:60],
)
def test_a_condition_holds_exactly_when_it_says_so(one: Condition, value: Any, expected: bool) -> None:
    assert meets(one, value) is expected


@pytest.mark.parametrize("one", [condition(EQUAL, "", 1), condition(CONTAIN, ""), condition(BELOW, 10**9)], ids=str)
def test_a_condition_on_an_attribute_that_the_action_does_not_carry_is_false(one: Condition) -> None:
    index = TriggerIndex()
    index.put(campaign("c", one))
    assert index.triggered_by(TriggerType.EVENT, "x", rows({"b": 1, "A": 1})) == []
    assert index.triggered_by(TriggerType.EVENT, "x", ()) == []
    assert not holds(one, {})


def test_data_types_that_the_game_names_count_as_what_they_say() -> None:
    index = TriggerIndex()
    index.put(campaign("late", condition(ABOVE, NOON)))
    index.put(campaign("costly", condition(EQUAL, 10)))

    def found(value: Any, data_type: str) -> list[str]:
        attributes = rows([PlayerAttribute("a", value, data_type)])
        return [one.id for one in index.triggered_by(TriggerType.EVENT, "x", attributes)]

    assert found("2026-01-01T14:00:01+02:00", "datetime") == ["late"]
    assert found("2026-01-01T14:00:00+02:00", "datetime") == []
    assert found("2027-01-01T00:00:00Z", "string") == []
    assert found(10, "float") == ["costly"]
    assert found("10", "string") == []


def test_of_an_attribute_that_is_set_twice_the_last_value_counts() -> None:
    index = TriggerIndex()
    index.put(campaign("ten", condition(EQUAL, 10)))
    index.put(campaign("text", condition(CONTAIN, "1")))
    twice = rows([PlayerAttribute("a", "1"), PlayerAttribute("a", 10)])
    assert [one.id for one in index.triggered_by(TriggerType.EVENT, "x", twice)] == ["ten"]
    assert [one.id for one in index.triggered_by(TriggerType.EVENT, "x", twice[::-1])] == ["text"]


# Several conditions, and none.


@pytest.mark.parametrize(
    ("attributes", "fires"),
    [
        ({"cost": 10, "shop": "Gems", "first": True}, True),
        ({"cost": 10, "shop": "Gems", "first": True, "more": "does not matter"}, True),
        ({"cost": 9.5, "shop": "Gems", "first": True}, False),
        ({"cost": 10, "shop": "coins", "first": True}, False),
        ({"cost": 10, "shop": "Gems", "first": False}, False),
        ({"cost": 10, "shop": "Gems"}, False),
        ({}, False),
    ],
)
def test_all_conditions_must_hold(attributes: dict[str, Any], fires: bool) -> None:
    all_of = [
        condition(ABOVE, 9.5, name="cost"),
        condition(CONTAIN, "gem", name="shop"),
        condition(EQUAL, True, name="first"),
    ]
    for turned in range(3):
        index = TriggerIndex()
        index.put(campaign("c", *all_of[turned:], *all_of[:turned]))
        assert bool(index.triggered_by(TriggerType.EVENT, "x", rows(attributes))) is fires


def test_two_conditions_on_one_attribute_must_both_hold() -> None:
    index = TriggerIndex()
    index.put(campaign("c", condition(ABOVE, 10), condition(BELOW, 12)))
    index.put(campaign("never", condition(EQUAL, 11), condition(EQUAL, 13)))
    found = {
        value: [one.id for one in index.triggered_by(TriggerType.EVENT, "x", rows({"a": value}))]
        for value in range(9, 15)
    }
    assert found == {9: [], 10: [], 11: ["c"], 12: [], 13: [], 14: []}


def test_without_conditions_the_name_alone_is_enough() -> None:
    index = TriggerIndex()
    index.put(campaign("c", name="level_up"))
    index.put(campaign("shop", name="shop", type=TriggerType.REGION))

    def found(type_: TriggerType, name: str) -> list[str]:
        return [one.id for one in index.triggered_by(type_, name, rows({"any": 1}))]

    assert found(TriggerType.EVENT, "level_up") == ["c"]
    assert found(TriggerType.REGION, "shop") == ["shop"]
    for type_, name in [
        (TriggerType.EVENT, "Level_up"),
        (TriggerType.EVENT, "level_up "),
        (TriggerType.EVENT, "shop"),
        (TriggerType.REGION, "level_up"),
        (TriggerType.ATTRIBUTE, "shop"),
    ]:
        assert found(type_, name) == []


def test_what_is_set_off_comes_in_the_order_in_which_it_was_put() -> None:
    index = TriggerIndex()
    conditions = [condition(EQUAL, 5), condition(ABOVE, 1), condition(BETWEEN, 5, 6), condition(BELOW, 9), None]
    for number in range(20):
        one = conditions[number * 7 % 5]
        index.put(campaign(f"c{number}", *([one] if one else [])))
    found = index.triggered_by(TriggerType.EVENT, "x", rows({"a": 5}))
    assert [one.id for one in found] == [f"c{number}" for number in range(20)]


def test_a_campaign_that_is_put_again_is_found_as_it_is_now() -> None:
    index = TriggerIndex()
    before, after = campaign("c", condition(EQUAL, 5)), campaign("c", condition(EQUAL, 5.0))
    index.put(before)
    index.put(after)
    assert index.triggered_by(TriggerType.EVENT, "x", rows({"a": 5}))[0] is after
    index.remove(after)
    assert index.triggered_by(TriggerType.EVENT, "x", rows({"a": 5})) == []
    assert not index.names(TriggerType.EVENT)


def test_it_waits_for_the_names_that_are_there() -> None:
    index = TriggerIndex()

    def waited_for() -> list[list[str]]:
        return [sorted(index.names(type_)) for type_ in TriggerType]

    assert waited_for() == [[], [], []]
    one, other = campaign("a"), campaign("b", type=TriggerType.REGION, name="shop")
    index.put(one)
    index.put(one)
    index.put(campaign("c", condition(EQUAL, 1)))
    index.put(other)
    assert waited_for() == [["x"], [], ["shop"]]
    index.remove(one)
    index.remove(other)
    assert waited_for() == [["x"], [], []]


# Anything at all, against a plain scan.


def ordered(value: Any) -> Fraction:
    """A number, or an instant as microseconds: exactly."""
    if isinstance(value, datetime):
        since = value - datetime(1970, 1, 1, tzinfo=UTC)
        return Fraction(since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds)
    return Fraction(value)


def plainly_holds(one: Condition, value: Any) -> bool:
    """The rules once more, written another way."""
    if family_of(value) != one.family:
        return False
    if one.family in ("string", "boolean"):
        if one.operator is EQUAL:
            return any(value == limit for limit in one.values)
        return any(value.casefold().find(limit.casefold()) >= 0 for limit in one.values)
    exactly, limits = ordered(value), [ordered(limit) for limit in one.values]
    return {
        EQUAL: lambda: exactly in limits,
        ABOVE: lambda: exactly - limits[0] > 0,
        BELOW: lambda: exactly - limits[0] < 0,
        BETWEEN: lambda: max(limits[0], exactly) == exactly == min(limits[1], exactly),
    }[one.operator]()


def plainly_found(campaigns: Sequence[Campaign], type_: TriggerType, name: str, values: dict[str, Any]) -> list[str]:
    return [
        one.id
        for one in campaigns
        if (one.trigger.type, one.trigger.name) == (type_, name)
        and all(
            wanted.name in values and plainly_holds(wanted, values[wanted.name]) for wanted in one.trigger.conditions
        )
    ]


numbers = (
    st.integers(-3, 3)
    | st.sampled_from((-1.5, -0.0, 0.5, 1.0, 2.0, 1e300, float(BIG)))
    | st.sampled_from((BIG - 1, BIG, BIG + 1, 2**63 - 1, -(2**63)))
)
moments = st.builds(
    lambda start, ticks, hours: at_offset(start + ticks * TICK, hours),
    st.sampled_from((NOON, datetime(9998, 12, 1, tzinfo=UTC), datetime(2, 1, 1, tzinfo=UTC))),
    st.integers(-2, 2),
    st.sampled_from((0, 9, -3.5)),
)
texts = (
    st.text("aAbßsS", max_size=4)
    | st.sampled_from(("", "sword_1", "sword_12", "SWORD_2", "sword_of_dawn", "Straße", "STRASSE"))
    | st.text(st.sampled_from("abc "), min_size=190, max_size=230)
)
values_of_any_type = st.one_of(numbers, moments, texts, st.booleans())
names = st.sampled_from(("a", "b", ""))
ORDERED = st.sampled_from((EQUAL, ABOVE, BELOW, BETWEEN))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    family, values, operators = draw(
        st.sampled_from(
            (
                ("number", numbers, ORDERED),
                ("datetime", moments, ORDERED),
                ("string", texts, st.sampled_from((EQUAL, CONTAIN))),
                ("boolean", st.booleans(), st.just(EQUAL)),
            )
        )
    )
    operator = draw(operators)
    least, most = (2, 2) if operator is BETWEEN else (1, 3)
    listed = draw(st.lists(values, min_size=least, max_size=most))
    return Condition(draw(names), operator, tuple(listed), family)


types = st.sampled_from(TriggerType)
action_names = st.sampled_from(("x", "y"))
triggers_of_any_kind = st.builds(
    lambda type_, name, listed: Trigger(type_, name, tuple(listed)),
    types,
    action_names,
    st.lists(conditions(), max_size=3),
)
ranges_of_one_attribute = st.builds(
    lambda operator, low, width: condition(operator, low, *([low + width] if operator is BETWEEN else [])),
    ORDERED,
    st.integers(-3, 3),
    st.integers(-1, 3),
)
triggers_of_one_kind = st.builds(
    lambda listed: Trigger(TriggerType.EVENT, "x", tuple(listed)),
    st.lists(ranges_of_one_attribute, min_size=1, max_size=2),
)
actions = st.dictionaries(st.sampled_from("ab"), values_of_any_type, max_size=2)


@given(
    st.lists(triggers_of_any_kind, max_size=25),
    types,
    action_names,
    st.lists(actions, min_size=1, max_size=6),
)
@example([Trigger(TriggerType.EVENT, "x", (condition(CONTAIN, "İ"),))], TriggerType.EVENT, "x", [{"a": "i̇stanbul"}])
def test_the_index_finds_what_a_plain_scan_finds(
    listed: list[Trigger], type_: TriggerType, name: str, done: list[dict[str, Any]]
) -> None:
    campaigns = [Campaign(id=str(number), trigger=trigger) for number, trigger in enumerate(listed)]
    index = TriggerIndex()
    for one in campaigns:
        index.put(one)
    for values in done:
        found = index.triggered_by(type_, name, rows(values))
        assert [one.id for one in found] == plainly_found(campaigns, type_, name, values)


@given(st.lists(texts, min_size=1, max_size=300), st.lists(texts, min_size=1, max_size=5), st.integers(0, 400))
def test_parts_of_texts_are_found_however_many_there_are_and_however_long_the_text_is(
    parts: list[str], said: list[str], few: int
) -> None:
    campaigns = [campaign(str(number), condition(CONTAIN, part)) for number, part in enumerate(parts)]
    index = TriggerIndex()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triggers, "FEW_PIECES", few)
        for one in campaigns:
            index.put(one)
        for text in said:
            found = [one.id for one in index.triggered_by(TriggerType.EVENT, "x", rows({"a": text}))]
            assert found == plainly_found(campaigns, TriggerType.EVENT, "x", {"a": text})


class LiveOperations(RuleBasedStateMachine):
    """Campaigns come, change and go; at each moment the index is as good as a scan."""

    @initialize()
    def begin(self) -> None:
        self.index = TriggerIndex()
        self.campaigns: dict[str, Campaign] = {}

    @rule(several=st.dictionaries(st.sampled_from("pqrstu"), triggers_of_one_kind))
    def put_several(self, several: dict[str, Trigger]) -> None:
        for id, trigger in several.items():
            self.put(id, trigger)
            self.act_alike(2)

    @rule(id=st.sampled_from("pqrstu"), trigger=triggers_of_any_kind)
    def put(self, id: str, trigger: Trigger) -> None:
        before = self.campaigns.get(id)
        if before is not None and before.trigger != trigger:
            self.index.remove(before)
            del self.campaigns[id]
        self.campaigns[id] = Campaign(id=id, trigger=trigger)
        self.index.put(self.campaigns[id])

    @rule(id=st.sampled_from("pqrstu"), other=st.sampled_from("pqrstu"))
    def copy(self, id: str, other: str) -> None:
        if id in self.campaigns:
            self.put(other, self.campaigns[id].trigger)

    @rule(id=st.sampled_from("pqrstu"))
    def renew(self, id: str) -> None:
        if id in self.campaigns:
            self.put(id, self.campaigns[id].trigger)

    @rule(id=st.sampled_from("pqrstu"))
    def remove(self, id: str) -> None:
        if id in self.campaigns:
            self.index.remove(self.campaigns.pop(id))

    @rule(type_=types, name=action_names, values=actions)
    def act(self, type_: TriggerType, name: str, values: dict[str, Any]) -> None:
        found = self.index.triggered_by(type_, name, rows(values))
        assert [one.id for one in found] == plainly_found(list(self.campaigns.values()), type_, name, values)
        assert all(one is self.campaigns[one.id] for one in found)

    @rule(value=st.integers(-4, 6))
    def act_alike(self, value: int) -> None:
        self.act(TriggerType.EVENT, "x", {"a": value})

    @invariant()
    def it_waits_for_what_is_there(self) -> None:
        for type_ in TriggerType:
            there = {one.trigger.name for one in self.campaigns.values() if one.trigger.type is type_}
            assert set(self.index.names(type_)) == there


TestLiveOperations = LiveOperations.TestCase


# What it costs to look: counted, not timed.


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Condition]:
    """The conditions that were looked at, each time."""
    seen: list[Condition] = []

    def look(one: Condition, values: Mapping[str, Value]) -> bool:
        seen.append(one)
        return holds(one, values)

    monkeypatch.setattr(triggers, "holds", look)
    return seen


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (lambda number: condition(EQUAL, number), -1),
        (lambda number: condition(EQUAL, f"sword_{number}"), "sword_"),
        (lambda number: condition(ABOVE, number), 0),
        (lambda number: condition(ABOVE, 100), 100),
        (lambda number: condition(BELOW, number), 999),
        (lambda number: condition(BELOW, 100), 100),
        (lambda number: condition(BETWEEN, 10 * number, 10 * number + 5), 5007),
        (lambda number: condition(BETWEEN, number, 1000), 1001),
        (lambda number: condition(BETWEEN, -number - 1, number + 1), 1001),
        (lambda number: condition(BETWEEN, number / 1000, number / 1000 + 0.0005), 0.4008),
        (lambda number: condition(BETWEEN, NOON + number * TICK, NOON + 1000 * TICK), NOON + 1001 * TICK),
        (lambda number: condition(CONTAIN, f"sword_{number}"), "sword_of_dawn"),
        (lambda number: condition(CONTAIN, f"sword_{number}"), "sword_of_dawn " * 30),
        (lambda number: condition(ABOVE, NOON), NOON),
        (lambda number: condition(EQUAL, number % 2 == 0), "true"),
    ],
)
def test_campaigns_that_an_action_does_not_meet_are_not_looked_at(
    made: Callable[[int], Condition], value: Any, looked_at: list[Condition]
) -> None:
    index = TriggerIndex()
    for number in range(1000):
        index.put(campaign(str(number), made(number)))
    assert index.triggered_by(TriggerType.EVENT, "x", rows({"a": value})) == []
    assert len(looked_at) <= 20


@pytest.mark.parametrize("value", [7, 5007, 5003, 9999])
def test_a_wide_range_does_not_have_the_narrow_ones_in_it_looked_at(value: int, looked_at: list[Condition]) -> None:
    index = TriggerIndex()
    index.put(campaign("wide", condition(BETWEEN, 0, 10_000)))
    for number in range(1000):
        index.put(campaign(str(number), condition(BETWEEN, 10 * number, 10 * number + 5)))
    found = index.triggered_by(TriggerType.EVENT, "x", rows({"a": value}))
    assert [one.id for one in found] == (["wide"] if value % 10 > 5 else ["wide", str(value // 10)])
    assert len(looked_at) <= 20


def test_a_condition_that_all_campaigns_have_in_common_finds_none_of_them(looked_at: list[Condition]) -> None:
    index = TriggerIndex()
    in_germany = condition(EQUAL, "DE", name="country")
    for number in range(1000):
        index.put(campaign(str(number), in_germany, condition(ABOVE, number)))
        index.put(campaign(f"same {number}", in_germany, condition(ABOVE, 0)))
    assert index.triggered_by(TriggerType.EVENT, "x", rows({"country": "DE", "a": 0})) == []
    assert len(looked_at) <= 20


@pytest.mark.parametrize(
    "made",
    [
        lambda number: condition(EQUAL, number, number + 0.5),
        lambda number: condition(BETWEEN, number, number + 1),
        lambda number: condition(CONTAIN, f"part {number}", f"other {number}"),
    ],
)
def test_nothing_stays_behind_of_campaigns_that_went(made: Callable[[int], Condition]) -> None:
    index = TriggerIndex()
    index.put(campaign("kept", condition(EQUAL, "kept")))
    sizes = []
    for number in range(500):
        one = campaign(str(number), made(number))
        index.put(one)
        index.remove(one)
        sizes.append(size_of(index))
    assert sizes[0] == sizes[-1]


def size_of(part: Any) -> int:
    """How many things hang on something of the index."""
    if isinstance(part, dict):
        return sum(1 + size_of(value) for value in part.values())
    if isinstance(part, (list, set, tuple)):
        return len(part)
    return sum(map(size_of, vars(part).values())) if hasattr(part, "__dict__") else 0
