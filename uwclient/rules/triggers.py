"""Finds the campaigns that an action triggers, without regard to quotas (section Triggered Campaigns).

An action is looked up by its type and name, and then by one selective condition of each trigger, so that unrelated
campaigns cost nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from struct import Struct
from typing import Any, NamedTuple, Protocol, TypeAlias

from uwclient.models.campaign import Campaign, Condition, Operator, Trigger, TriggerType

Attributes: TypeAlias = "Iterable[Mapping[str, Any]]"
"""The checked attributes of an action, in the platform's form: mappings with name, value and data_type."""

Values: TypeAlias = "Mapping[str, Value]"
"""The values of an action's attributes, by name."""

_Ends: TypeAlias = "tuple[int, int]"
_ALL_BITS = 2**64 - 1
_FLOAT, _BITS = Struct(">d"), Struct(">Q")

PIECE = 3
"""The number of characters of the pieces by which texts are indexed."""

PIECES_LOOKED_AT = 50
"""The number of characters of a text in which its rarest piece is looked for."""

FEW_PIECES = 100
"""The maximum number of pieces that are searched one by one, which is faster than splitting the text."""

_FAMILIES = {"integer": "number", "float": "number", "string": "string", "boolean": "boolean", "datetime": "datetime"}
_BY_SELECTIVITY = (Operator.EQUAL, Operator.BETWEEN, Operator.GREATER_THAN, Operator.LESS_THAN, Operator.CONTAIN)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Value(NamedTuple):
    """A value of an action's attribute, with its family: "number", "string", "boolean" or "datetime"."""

    family: str
    value: Any


def values_of(attributes: Attributes, names: Collection[str]) -> dict[str, Value]:
    """Return the values of the attributes with these names; the last one of an attribute that occurs twice."""
    wanted = {attribute["name"]: attribute for attribute in attributes if attribute["name"] in names}
    return {name: _value(attribute["value"], attribute["data_type"]) for name, attribute in wanted.items()}


def _value(value: Any, data_type: str) -> Value:
    family = _FAMILIES[data_type]
    return Value(family, datetime.fromisoformat(value) if family == "datetime" else value)


def holds(condition: Condition, values: Values) -> bool:
    """Whether a condition holds; it never does for a missing value, or one of another family."""
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
    """An index of campaigns by trigger, which finds those of an action without checking the others."""

    def __init__(self) -> None:
        self._groups: dict[TriggerType, dict[str, _TriggerGroup]] = {type_: {} for type_ in TriggerType}
        self._order: dict[str, int] = {}
        self._added = 0

    def names(self, type_: TriggerType) -> Collection[str]:
        """Return the names of the actions of this type that trigger any campaign."""
        return self._groups[type_].keys()

    def put(self, campaign: Campaign) -> None:
        """Add a campaign, or replace the one with the same id and trigger."""
        if campaign.id not in self._order:
            self._added += 1
            self._order[campaign.id] = self._added
        self._groups[campaign.trigger.type].setdefault(campaign.trigger.name, _TriggerGroup()).put(campaign)

    def remove(self, campaign: Campaign) -> None:
        """Remove a campaign."""
        del self._order[campaign.id]
        groups = self._groups[campaign.trigger.type]
        group = groups[campaign.trigger.name]
        group.remove(campaign)
        if group.is_empty:
            del groups[campaign.trigger.name]

    def triggered_by(self, type_: TriggerType, name: str, attributes: Attributes) -> list[Campaign]:
        """Return the campaigns that an action with these attributes triggers, in the order of their adding."""
        group = self._groups[type_].get(name)
        if group is None:
            return []
        found = group.triggered_by(attributes)
        return sorted(found, key=lambda campaign: self._order[campaign.id]) if len(found) > 1 else found


class _TriggerGroup:
    """The campaigns for one type and name of action: each trigger once, indexed by one of its conditions."""

    def __init__(self) -> None:
        self._campaigns: dict[Trigger, dict[str, Campaign]] = {}
        self._indexed_by: dict[Trigger, Condition] = {}
        self._uses: Counter[Condition] = Counter()  # how many triggers are indexed by each condition
        self._without: dict[Trigger, None] = {}  # triggers that have no conditions
        self._finders: dict[tuple[str, str, Operator], _Finder] = {}
        self._names: set[str] = set()  # of the attributes that conditions are about

    @property
    def is_empty(self) -> bool:
        return not self._campaigns

    def put(self, campaign: Campaign) -> None:
        trigger = campaign.trigger
        if trigger not in self._campaigns:
            self._campaigns[trigger] = {}
            self._add(trigger)
        self._campaigns[trigger][campaign.id] = campaign

    def remove(self, campaign: Campaign) -> None:
        alike = self._campaigns[campaign.trigger]
        del alike[campaign.id]
        if not alike:
            del self._campaigns[campaign.trigger]
            self._drop(campaign.trigger)

    def triggered_by(self, attributes: Attributes) -> list[Campaign]:
        values = values_of(attributes, self._names)
        return [
            campaign
            for trigger in self._candidates(values)
            if all(holds(condition, values) for condition in trigger.conditions)
            for campaign in self._campaigns[trigger].values()
        ]

    def _candidates(self, values: Values) -> Iterator[Trigger]:
        """Yield the triggers whose indexed condition may hold, each once."""
        yield from self._without
        for name, (family, value) in values.items():
            for operator in _BY_SELECTIVITY:
                finder = self._finders.get((name, family, operator))
                if finder is not None:
                    yield from finder.candidates(value)

    def _add(self, trigger: Trigger) -> None:
        self._names.update(condition.name for condition in trigger.conditions)
        if not trigger.conditions:
            self._without[trigger] = None
            return
        # The condition by which the fewest triggers are indexed: one that all have in common selects nothing.
        selective = min(trigger.conditions, key=lambda one: (self._uses[one], _BY_SELECTIVITY.index(one.operator)))
        self._indexed_by[trigger] = selective
        self._uses[selective] += 1
        key = (selective.name, selective.family, selective.operator)
        if key not in self._finders:
            self._finders[key] = _FINDERS[selective.operator]()
        self._finders[key].put(selective, trigger)

    def _drop(self, trigger: Trigger) -> None:
        if not trigger.conditions:
            del self._without[trigger]
            return
        selective = self._indexed_by.pop(trigger)
        self._uses[selective] -= 1
        if not self._uses[selective]:
            del self._uses[selective]
        self._finders[selective.name, selective.family, selective.operator].remove(selective, trigger)


class _Finder(Protocol):
    """An index of triggers by conditions with one operator on one attribute."""

    def put(self, condition: Condition, trigger: Trigger) -> None: ...

    def remove(self, condition: Condition, trigger: Trigger) -> None: ...

    def candidates(self, value: Any) -> Iterable[Trigger]:
        """Return the triggers whose condition may hold for a value, each once."""


class _Equals:
    """An index for EQUAL: triggers by the values of their condition."""

    def __init__(self) -> None:
        self._triggers: dict[Any, dict[Trigger, None]] = {}

    def put(self, condition: Condition, trigger: Trigger) -> None:
        for value in condition.values:
            self._triggers.setdefault(value, {})[trigger] = None

    def remove(self, condition: Condition, trigger: Trigger) -> None:
        for value in set(condition.values):
            del self._triggers[value][trigger]
            if not self._triggers[value]:
                del self._triggers[value]

    def candidates(self, value: Any) -> Iterable[Trigger]:
        return self._triggers.get(value, ())


class _Ranges:
    """An index for BETWEEN, GREATER_THAN and LESS_THAN: triggers by the ends of their range.

    It is an interval tree whose nodes are the halvings of all numbers, and so need no balancing. A range belongs to
    the smallest node that holds both of its ends: it covers the middle of that. Only the nodes that hold a value can
    have ranges around it, and there is at most one for each bit of a number. One end of a range tells whether a value
    in the same half is in it.
    """

    def __init__(self) -> None:
        self._triggers: dict[_Ends, dict[Trigger, None]] = {}
        self._nodes: dict[tuple[int, int], _Node] = {}  # by the number of bits that differ in it, and the others
        self._sizes: Counter[int] = Counter()  # how many nodes there are with so many bits that differ

    def put(self, condition: Condition, trigger: Trigger) -> None:
        ends = _ends(condition)
        if ends not in self._triggers:
            self._triggers[ends] = {}
            self._node_of(ends).put(ends)
        self._triggers[ends][trigger] = None

    def remove(self, condition: Condition, trigger: Trigger) -> None:
        ends = _ends(condition)
        del self._triggers[ends][trigger]
        if not self._triggers[ends]:
            del self._triggers[ends]
            node = self._node_of(ends)
            node.remove(ends)
            if node.is_empty:
                self._drop(ends)

    def candidates(self, value: Any) -> Iterator[Trigger]:
        number = _as_bits(value)
        for size in self._sizes:
            node = self._nodes.get((size, number >> size))
            if node is not None:
                is_in_upper_half = size > 0 and bool(number >> (size - 1) & 1)
                for ends in node.around(number, is_in_upper_half):
                    yield from self._triggers[ends]

    def _node_of(self, ends: _Ends) -> _Node:
        place = _place_of(ends)
        if place not in self._nodes:
            self._nodes[place] = _Node()
            self._sizes[place[0]] += 1
        return self._nodes[place]

    def _drop(self, ends: _Ends) -> None:
        place = _place_of(ends)
        del self._nodes[place]
        self._sizes[place[0]] -= 1
        if not self._sizes[place[0]]:
            del self._sizes[place[0]]


class _Node:
    """The ranges that cover the middle of one node, sorted by each of their ends."""

    def __init__(self) -> None:
        self._by_low: list[_Ends] = []
        self._by_high: list[_Ends] = []

    @property
    def is_empty(self) -> bool:
        return not self._by_low

    def put(self, ends: _Ends) -> None:
        insort(self._by_low, ends)
        insort(self._by_high, ends[::-1])

    def remove(self, ends: _Ends) -> None:
        del self._by_low[bisect_left(self._by_low, ends)]
        del self._by_high[bisect_left(self._by_high, ends[::-1])]

    def around(self, number: int, is_in_upper_half: bool) -> Iterator[_Ends]:
        """The ranges that a number of this node is in."""
        if is_in_upper_half:
            highest = self._by_high
            for at in range(bisect_left(highest, (number, 0)), len(highest)):
                yield highest[at][::-1]
        else:
            yield from islice(self._by_low, bisect_right(self._by_low, (number, _ALL_BITS)))


class _Parts:
    """An index for CONTAIN: triggers by the rarest piece of each text of their condition."""

    def __init__(self) -> None:
        self._triggers: dict[str, dict[Trigger, None]] = {}
        self._pieces: dict[Trigger, set[str]] = {}
        self._lengths: set[int] = set()

    def put(self, condition: Condition, trigger: Trigger) -> None:
        pieces = {self._rarest_piece(part.casefold()) for part in condition.values}
        self._pieces[trigger] = pieces
        self._lengths.update(map(len, pieces))
        for piece in pieces:
            self._triggers.setdefault(piece, {})[trigger] = None

    def remove(self, condition: Condition, trigger: Trigger) -> None:
        for piece in self._pieces.pop(trigger):
            del self._triggers[piece][trigger]
            if not self._triggers[piece]:
                del self._triggers[piece]

    def candidates(self, value: str) -> Iterable[Trigger]:
        text = value.casefold()
        found: dict[Trigger, None] = {}
        for piece in self._pieces_in(text):
            found.update(self._triggers[piece])
        return found

    def _pieces_in(self, text: str) -> Iterable[str]:
        if len(self._triggers) <= min(FEW_PIECES, len(text)):
            return [piece for piece in self._triggers if piece in text]
        cuts = {text[at : at + length] for length in self._lengths for at in range(len(text) + 1 - length)}
        return cuts & self._triggers.keys()

    def _rarest_piece(self, part: str) -> str:
        ends = range(PIECE, min(len(part), PIECES_LOOKED_AT) + 1)
        pieces = [part[end - PIECE : end] for end in ends] or [part]
        return min(pieces, key=lambda piece: len(self._triggers.get(piece, ())))


_FINDERS: dict[Operator, Callable[[], _Finder]] = {
    Operator.EQUAL: _Equals,
    Operator.BETWEEN: _Ranges,
    Operator.GREATER_THAN: _Ranges,
    Operator.LESS_THAN: _Ranges,
    Operator.CONTAIN: _Parts,
}


def _ends(condition: Condition) -> _Ends:
    """Return the range of a condition, including its ends; `holds` decides about values at the ends."""
    low, high = _as_bits(condition.values[0]), _as_bits(condition.values[-1])
    match condition.operator:
        case Operator.GREATER_THAN:
            return low, _ALL_BITS
        case Operator.LESS_THAN:
            return 0, low
        case _:
            return low, high


def _place_of(ends: _Ends) -> tuple[int, int]:
    """Return the place of the smallest node that holds both ends: the bits that differ, and those above them."""
    size = (ends[0] ^ ends[1]).bit_length()
    return size, ends[0] >> size


def _as_bits(value: Any) -> int:
    """Return a number or datetime as 64 bits in the same order; values that are one float are the same."""
    number = (value - _EPOCH) / _MICROSECOND if isinstance(value, datetime) else value
    try:
        bits: int = _BITS.unpack(_FLOAT.pack(number + 0.0))[0]  # which makes 0.0 of -0.0
    except OverflowError:
        return _ALL_BITS if number > 0 else 0
    is_negative = bits >> 63  # the other bits of a float are in the order of its size
    return bits ^ (_ALL_BITS if is_negative else 1 << 63)
