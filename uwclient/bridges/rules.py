"""The rules of a bridge: who a person is in the game, and what is told of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.bridges.facts import FactPath, Happening, digest
from uwclient.bridges.telling import ATTRIBUTES, EVENT, Telling
from uwclient.bridges.yaml_reading import MISSING, Section
from uwclient.errors import ArgumentError

LONGEST_VALUE = 10_000
"""The characters of a text that is told; a longer one is left out, so that a line of the queue stays short."""


@dataclass(frozen=True, slots=True)
class PlayerRule:
    """Finds the player's id for a person.

    Attributes:
        field: where the partner's JSON has it.
        pattern: what it must look like as a whole; its first group, if it has one, is the id.
        table: ids by what is found, if it is not the id itself.

    """

    field: FactPath
    pattern: re.Pattern[str] | None = None
    table: Mapping[str, str] | None = None

    @classmethod
    def read(cls, section: Section) -> PlayerRule:
        """Read the part `player` of a configuration."""
        field = FactPath(section.text("field"))
        pattern = section.text("pattern", "")
        table = section.mapping("table", None)
        section.check_all_read()
        try:
            compiled = re.compile(pattern) if pattern else None
        except re.error as problem:
            raise ArgumentError(f"{section.place}.pattern is no regular expression: {problem}.") from None
        ids = None if table is None else {str(found): str(player) for found, player in table.items()}
        return cls(field, compiled, ids)

    def player_of(self, happening: Happening) -> str | None:
        """Return the id of the player; None when nobody is found."""
        value = self.field.value_in(happening.facts)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        found = str(value).strip()
        if self.pattern is not None:
            match = self.pattern.fullmatch(found)
            found = "" if match is None else (match[1] if self.pattern.groups else match[0]) or ""
        if self.table is not None:
            found = self.table.get(found, "")
        return None if found in ("", ".", "..") else found


@dataclass(frozen=True, slots=True)
class TellRule:
    """Says what is told of a happening.

    Attributes:
        name: what distinguishes it from the other rules.
        when: the kind of happening.
        conditions: values that the facts must have.
        attributes: the player's attributes, each with the way to its value, or the value itself.
        event: the name of an event to tell; "" for none.
        event_attributes: what comes with it, as `attributes`.

    """

    name: str
    when: str
    conditions: tuple[tuple[FactPath, Any], ...]
    attributes: Mapping[str, Any]
    event: str
    event_attributes: Mapping[str, Any]

    @classmethod
    def read(cls, section: Section, kinds: Sequence[str]) -> TellRule:
        """Read one element of the part `tell` of a configuration; `kinds` are the happenings that there are."""
        when = section.text("when", kinds[0] if len(kinds) == 1 else MISSING)
        if when not in kinds:
            raise ArgumentError(f"{section.place}.when must be one of {', '.join(kinds)}, not {when!r}.")
        conditions = section.mapping("if", {})
        attributes = section.mapping("attributes", {})
        event = section.text("event", "")
        with_event = section.mapping("with", {})
        section.check_all_read()
        if not attributes and not event:
            raise ArgumentError(f"{section.place} tells nothing: give it attributes or an event.")
        pairs = tuple((FactPath(path), value) for path, value in (conditions or {}).items())
        name = digest(when, conditions, attributes, event, with_event)
        return cls(name, when, pairs, _sources(attributes), event, _sources(with_event))

    def tellings(self, happening: Happening, player: str) -> Iterator[Telling]:
        """Yield what is to be told of a happening: nothing when it is of another kind, or misses a condition."""
        if happening.name != self.when or not self._holds(happening):
            return
        about = (self.name, happening.subject, happening.person, player)
        values = _values(self.attributes, happening)
        if values:
            slot = digest(ATTRIBUTES, *about)
            yield Telling(ATTRIBUTES, slot, digest(values), player, {"attributes": values})
        if self.event:
            slot = digest(EVENT, *about)
            attributes = {**_values(self.event_attributes, happening), "bridge_id": slot}
            yield Telling(EVENT, slot, "", player, {"event_id": self.event, "attributes": attributes})

    def _holds(self, happening: Happening) -> bool:
        return all(path.value_in(happening.facts) == wanted for path, wanted in self.conditions)


def _sources(written: Mapping[str, Any] | None) -> dict[str, Any]:
    """The ways to values; `{value: …}` is the value itself."""
    return {
        str(name): source["value"] if isinstance(source, dict) and [*source] == ["value"] else FactPath(source)
        for name, source in (written or {}).items()
    }


def _values(sources: Mapping[str, Any], happening: Happening) -> dict[str, Any]:
    """The values that are there and that an attribute can have: text, numbers, true and false."""
    found = {
        name: source.value_in(happening.facts) if isinstance(source, FactPath) else source
        for name, source in sources.items()
    }
    return {name: value for name, value in found.items() if _can_be_told(value)}


def _can_be_told(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and len(value) <= LONGEST_VALUE)
