"""What a partner says of a person, as JSON in which rules find values: `participant.metadata.playerId`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uwclient.errors import ArgumentError

_STEP = re.compile(r"([^.\[\]=]+)(?:\[([^.\[\]=]+)=([^\[\]]*)\])?")
_PATH = re.compile(rf"{_STEP.pattern}(?:\.{_STEP.pattern})*")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a partner says of a person.

    Attributes:
        name: its kind, which rules name, such as "NEW_PARTICIPANT_ADDED".
        subject: what it is about; an event is told once for each subject and person.
        person: the partner's id of the person.
        facts: what is said, as the partner's JSON.

    """

    name: str
    subject: str
    person: str
    facts: Mapping[str, Any]


class FactPath:
    """The way to a value: names with dots between them; `labels[id=736]` is the element of a list with that id.

    Raises ArgumentError for a text that is no such way.
    """

    def __init__(self, text: object) -> None:
        if not isinstance(text, str) or not _PATH.fullmatch(text):
            raise ArgumentError(
                f"{text!r} is no way to a value: write names with dots between them, such as participant.rank, and "
                "labels[id=736] for an element of a list."
            )
        self._text = text
        self._steps = [found.groups() for found in _STEP.finditer(text)]

    def __repr__(self) -> str:
        return self._text

    def value_in(self, facts: Any) -> Any:
        """Return the value; None where there is none."""
        value = facts
        for name, key, wanted in self._steps:
            value = value.get(name) if isinstance(value, Mapping) else None
            if key is not None:
                value = _element(value, key, wanted)
        return value


def _element(values: Any, key: str, wanted: str) -> Any:
    """Return the first object of a list whose `key` is written as `wanted`."""
    found = values if isinstance(values, list | tuple) else ()
    return next((one for one in found if isinstance(one, Mapping) and _written(one.get(key)) == wanted), None)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def digest(*parts: object) -> str:
    """Return 128 bits that stand for some values, in hex: the same for the same ones."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]
