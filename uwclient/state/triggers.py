"""Owns which campaigns an action sets off, apart from how often each may be (section Triggered Campaigns).

An action is looked up by its type and name, and then by one condition of each campaign, so that campaigns that
have nothing to do with it cost nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from uwclient.models.campaign import Campaign, Condition, Operator, TriggerType

Values: TypeAlias = "Mapping[str, Value]"
"""The values that come with an action, by name."""

_FAMILIES = {
    "integer": "number",
    "float": "number",
    "string": "string",
    "boolean": "boolean",
    "datetime": "datetime",
}


BEGINNING = 3
LONG_TEXT = 200
"""Characters: parts of texts are found by so many of their first ones, in texts that are not longer than this."""

_BY_TELLING = (Operator.EQUAL, Operator.BETWEEN, Operator.GREATER_THAN, Operator.LESS_THAN, Operator.CONTAIN)


class Value(NamedTuple):
    """One value of an action: its family ("number", "string", "boolean" or "datetime"), and itself."""

    family: str
    value: Any


def values_of(attributes: Iterable[Mapping[str, Any]]) -> dict[str, Value]:
    """The values of checked attributes, as they are written down for the platform."""
    return {attribute["name"]: _value(attribute["value"], attribute["data_type"]) for attribute in attributes}


def _value(value: Any, data_type: str) -> Value:
    family = _FAMILIES[data_type]
    return Value(family, datetime.fromisoformat(value) if family == "datetime" else value)


def holds(condition: Condition, values: Values) -> bool:
    """Whether a condition holds; on a value that is not there, or of another family, it never does."""
    found = values.get(condition.name)
    if found is None or found.family != condition.family:
        return False
    value, limits = found.value, condition.values
    match condition.operator:
        case Operator.EQUAL:
            return value in limits
        case Operator.CONTAIN:
            text = value.casefold()
            return any(limit.casefold() in text for limit in limits)
        case Operator.GREATER_THAN:
            return bool(value > limits[0])
        case Operator.LESS_THAN:
            return bool(value < limits[0])
        case Operator.BETWEEN:
            return bool(limits[0] <= value <= limits[1])


class TriggerIndex:
    """Owns the campaigns that may be set off; those that an action concerns are found without a look at the rest."""

    def __init__(self) -> None:
        self._places: dict[tuple[TriggerType, str], _Place] = {}
        self._counts: Counter[TriggerType] = Counter()
        self._order: dict[str, int] = {}
        self._added = 0

    def waits_for(self, type_: TriggerType, name: str | None = None) -> bool:
        """Whether any campaign is set off by actions of this type (and name)."""
        return self._counts[type_] > 0 if name is None else (type_, name) in self._places

    def put(self, campaign: Campaign) -> None:
        """Have a campaign set off by what its trigger says, in place of one with the same id and trigger."""
        trigger = campaign.trigger
        if campaign.id not in self._order:
            self._counts[trigger.type] += 1
            self._added += 1
            self._order[campaign.id] = self._added
        self._places.setdefault((trigger.type, trigger.name), _Place()).put(campaign)

    def remove(self, campaign: Campaign) -> None:
        """Have nothing set it off any more."""
        del self._order[campaign.id]
        self._counts[campaign.trigger.type] -= 1
        key = (campaign.trigger.type, campaign.trigger.name)
        place = self._places[key]
        place.remove(campaign)
        if not place.ids:
            del self._places[key]

    def set_off_by(self, type_: TriggerType, name: str, values: Values) -> list[Campaign]:
        """The campaigns that an action sets off, in the order in which they came."""
        place = self._places.get((type_, name))
        if place is None:
            return []
        found = [one for one in place.near(values) if all(holds(condition, values) for condition in one.trigger[2])]
        return sorted(found, key=lambda campaign: self._order[campaign.id]) if len(found) > 1 else found


class _Place:
    """Owns the campaigns for one type and name of action, each found by one of its conditions."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._others: dict[str, Campaign] = {}
        self._by_value: dict[tuple[str, Value], dict[str, Campaign]] = {}
        self._by_range: dict[tuple[str, str], _Ranges] = {}
        self._by_part: dict[str, _Parts] = {}

    def put(self, campaign: Campaign) -> None:
        self.ids.add(campaign.id)
        condition = _telling(campaign)
        if condition is None:
            self._others[campaign.id] = campaign
        elif condition.operator is Operator.EQUAL:
            for key in _keys(condition):
                self._by_value.setdefault(key, {})[campaign.id] = campaign
        elif condition.operator is Operator.CONTAIN:
            self._by_part.setdefault(condition.name, _Parts()).put(condition, campaign)
        else:
            self._by_range.setdefault((condition.name, condition.family), _Ranges()).put(condition, campaign)

    def remove(self, campaign: Campaign) -> None:
        self.ids.discard(campaign.id)
        condition = _telling(campaign)
        if condition is None:
            del self._others[campaign.id]
        elif condition.operator is Operator.EQUAL:
            for key in _keys(condition):
                self._by_value[key].pop(campaign.id, None)
        elif condition.operator is Operator.CONTAIN:
            self._by_part[condition.name].remove(condition, campaign)
        else:
            self._by_range[condition.name, condition.family].remove(condition, campaign)

    def near(self, values: Values) -> Iterator[Campaign]:
        """Those whose telling condition may hold; each once."""
        yield from self._others.values()
        for name, value in values.items():
            yield from self._by_value.get((name, value), {}).values()
            ranges = self._by_range.get((name, value.family))
            if ranges is not None:
                yield from ranges.around(_as_number(value.value))
            parts = self._by_part.get(name) if value.family == "string" else None
            if parts is not None:
                yield from parts.inside(value.value.casefold())


class _Range(NamedTuple):
    low: float
    campaign_id: str
    high: float
    campaign: Campaign


_low = itemgetter(0)
_key = itemgetter(0, 1)


class _Ranges:
    """Owns campaigns whose condition is a range of one value, by the lower end of the range."""

    def __init__(self) -> None:
        self._ranges: list[_Range] = []
        self._highest: Sequence[float] | None = None  # of all ranges up to each

    def put(self, condition: Condition, campaign: Campaign) -> None:
        low, high = _ends(condition)
        at = bisect_left(self._ranges, (low, campaign.id), key=_key)
        if at < len(self._ranges) and self._ranges[at][:2] == (low, campaign.id):
            self._ranges[at] = _Range(low, campaign.id, high, campaign)
            return
        self._ranges.insert(at, _Range(low, campaign.id, high, campaign))
        self._highest = None

    def remove(self, condition: Condition, campaign: Campaign) -> None:
        low, _ = _ends(condition)
        del self._ranges[bisect_left(self._ranges, (low, campaign.id), key=_key)]
        self._highest = None

    def around(self, value: float) -> Iterator[Campaign]:
        if self._highest is None:
            self._highest = list(accumulate((one.high for one in self._ranges), max))
        at = bisect_right(self._ranges, value, key=_low) - 1
        while at >= 0 and self._highest[at] >= value:
            if self._ranges[at].high >= value:
                yield self._ranges[at].campaign
            at -= 1


class _Parts:
    """Owns campaigns whose condition is a part of a text, by how the part begins."""

    def __init__(self) -> None:
        self._by_beginning: dict[str, dict[str, Campaign]] = {}

    def put(self, condition: Condition, campaign: Campaign) -> None:
        for part in condition.values:
            self._by_beginning.setdefault(part.casefold()[:BEGINNING], {})[campaign.id] = campaign

    def remove(self, condition: Condition, campaign: Campaign) -> None:
        for part in condition.values:
            self._by_beginning[part.casefold()[:BEGINNING]].pop(campaign.id, None)

    def inside(self, text: str) -> Iterable[Campaign]:
        if len(text) > LONG_TEXT:
            beginnings: Iterable[str] = (one for one in self._by_beginning if one in text)
        else:
            cuts = {text[at : at + length] for length in range(BEGINNING + 1) for at in range(len(text) + 1 - length)}
            beginnings = cuts & self._by_beginning.keys()
        return {id: one for beginning in beginnings for id, one in self._by_beginning[beginning].items()}.values()


def _telling(campaign: Campaign) -> Condition | None:
    """The condition that tells campaigns apart best, or None."""
    return min(campaign.trigger.conditions, key=lambda one: _BY_TELLING.index(one.operator), default=None)


def _keys(condition: Condition) -> Iterator[tuple[str, Value]]:
    return ((condition.name, Value(condition.family, value)) for value in condition.values)


def _ends(condition: Condition) -> tuple[float, float]:
    values = [_as_number(value) for value in condition.values]
    match condition.operator:
        case Operator.GREATER_THAN:
            return values[0], math.inf
        case Operator.LESS_THAN:
            return -math.inf, values[0]
        case _:
            return values[0], values[1]


def _as_number(value: Any) -> float:
    """A number in the same order as the values; what rounding makes equal is told apart by `holds`."""
    number: float = value.timestamp() if isinstance(value, datetime) else value
    return number
