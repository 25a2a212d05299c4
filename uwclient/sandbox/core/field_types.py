"""The types of fields: what a value of each is called, its column, and its JSON Schema (pure)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

_LONGEST_SHOWN = 60
_LARGEST_NUMBER = sys.float_info.max
"""JSON can hold larger whole numbers, but no column, and no client that reads numbers as floats."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of fields: what a value of it is called, whether one is of it, its column and its JSON Schema."""

    sentence: str
    fits: Callable[[Any], bool]
    column: str
    schema: Mapping[str, Any]


def _is_anything(value: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, bool)) or _is_number(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _are_texts(value: Any) -> bool:
    return _is_list(value) and all(isinstance(one, str) for one in value)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_structure(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple))


TYPES: Mapping[str, FieldType] = MappingProxyType(
    {
        "text": FieldType("a text", _is_text, "TEXT", {"type": "string"}),
        "word": FieldType("a text of at least one letter", _is_word, "TEXT", {"type": "string", "minLength": 1}),
        "integer": FieldType("a whole number", _is_whole, "INTEGER", {"type": "integer"}),
        "number": FieldType("a finite number", _is_number, "REAL", {"type": "number"}),
        "boolean": FieldType("true or false", _is_boolean, "INTEGER", {"type": "boolean"}),
        "scalar": FieldType(
            "a text, true or false, or a number",
            _is_scalar,
            "TEXT",
            {"type": ["string", "boolean", "number"]},
        ),
        "time": FieldType("a time", _is_anything, "INTEGER", {"type": "string", "format": "date-time"}),
        "moment": FieldType("a time", _is_anything, "TEXT", {"type": "string"}),
        "any": FieldType("a value", _is_anything, "TEXT", {}),
        "texts": FieldType("a list of texts", _are_texts, "TEXT", {"type": "array", "items": {"type": "string"}}),
        "object": FieldType("an object", _is_object, "TEXT", {"type": "object"}),
        "list": FieldType("a list", _is_list, "TEXT", {"type": "array"}),
        "structure": FieldType("an object or a list", _is_structure, "TEXT", {"type": ["object", "array"]}),
        "json": FieldType("JSON", _is_anything, "TEXT", {}),
    }
)
"""The types of fields.

A `time` is kept as milliseconds since 1970. A `moment` is a time, or one relative to another (+10s), and stays as it
is written; so does `any`, which something else checks. The last five are kept as JSON.
"""
AS_JSON = frozenset({"texts", "object", "list", "structure", "json"})


def shown(value: object) -> str:
    """A value as JSON writes it, cut off where it gets long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def misfit(value: object, type_name: str) -> str:
    """A sentence about a value that is not of a type, and about quotes where they are the mistake."""
    sentence = f"{shown(value)} is not {TYPES[type_name].sentence}"
    if type_name in ("text", "word") and isinstance(value, (int, float)):
        return f"{sentence}: put it in quotes"
    if type_name in ("integer", "number") and isinstance(value, str) and _looks_like_a_number(value):
        return f"{sentence}: write it without quotes"
    return sentence


def _looks_like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema that null fits, too."""
    made = dict(schema)
    if "type" in made:
        types = [made["type"]] if isinstance(made["type"], str) else made["type"]
        made["type"] = [*types, *(["null"] if "null" not in types else [])]
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    return made


def json_copy(value: Any) -> Any:
    """A value as JSON gives it back: nobody else holds a part of it. ValueError for what JSON cannot hold."""
    try:
        return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False, default=_moment_text))
    except (TypeError, ValueError) as problem:
        raise ValueError(f"it cannot be written as JSON ({problem})") from None


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is no value that JSON can hold")
