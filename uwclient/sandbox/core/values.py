"""The five data types of attributes: which values fit each, and the type of a value that came without one (pure).

(Guide: Supported Attribute Data Types.) Event attributes and region metadata follow the same rules. A text is a
datetime only where its data type says so. A float may be written as a whole number; an integer may have no
fraction, not even .0. An attribute of one of these two takes values of the other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.times import parse_iso

DATA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "string": "a text",
        "boolean": "true or false",
        "integer": "a whole number",
        "float": "a finite number",
        "datetime": "a text in ISO 8601, such as 2022-03-14T01:00:00Z",
    }
)
"""The data types, and how to write a value of each."""


NUMBERS = frozenset({"integer", "float"})
"""The data types of numbers: an attribute of one of them takes values of both."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute as a client sent it; `data_type` is None where the client left it out."""

    name: str
    value: Any
    data_type: str | None

    @property
    def stored_type(self) -> str:
        """The data type of a new attribute: the one sent, or else that of the value."""
        return self.data_type or data_type_of(self.value) or "string"


def data_type_of(value: object) -> str | None:
    """The data type of a value that came without one; None when it has none of the five."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "float" if math.isfinite(value) else None
    return "datetime" if isinstance(value, datetime) else None


def fits(value: object, data_type: str) -> bool:
    """Whether a JSON value is one of that data type."""
    found = data_type_of(value)
    if data_type == "datetime":
        return isinstance(value, str) and parse_iso(value) is not None
    return found == data_type or (data_type == "float" and found == "integer")


def attributes_text(attributes: Sequence[Attribute]) -> str:
    """Attributes as a table keeps them."""
    if not attributes:
        return "[]"
    return json.dumps([(attribute.name, attribute.value, attribute.stored_type) for attribute in attributes])


def attributes_in(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The values and the data types, by name, that such a text holds; of one name the last counts."""
    if text == "[]":
        return {}, {}
    found = json.loads(text)
    return {name: value for name, value, _ in found}, {name: data_type for name, _, data_type in found}
