"""A resource as one table of fields, from which its checks, its columns and its documentation follow (pure).

CURRENCY = Resource(
    "currency",
    table="currencies",
    fields=(
        Field("id", "text", "The currency's id.", when=NEVER),
        Field("name_singular", "text", "What one is called.", required=True),
    ),
)
values = read_fields(CURRENCY.fields, {"name_singular": "Coin"}, CREATE)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.core.times import milliseconds, parse_time

CREATE = "create"
UPDATE = "update"
ALWAYS = (CREATE, UPDATE)
NEVER: tuple[str, ...] = ()
"""When a client may write a field: NEVER is for what the platform fills in itself."""

Warn = Callable[[str], None]
"""Told a sentence about something that was taken, but is probably not what was meant."""


_LARGEST_NUMBER = sys.float_info.max
"""JSON can hold larger whole numbers, but no column, and no client that reads numbers as floats."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of fields: what a value of it is called, whether one is of it, its column and its JSON Schema."""

    sentence: str
    fits: Callable[[Any], bool]
    column: str
    schema: Mapping[str, Any]


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _are_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


TYPES: Mapping[str, FieldType] = {
    "text": FieldType("a text", lambda value: isinstance(value, str), "TEXT", {"type": "string"}),
    "integer": FieldType("a whole number", _is_whole, "INTEGER", {"type": "integer"}),
    "number": FieldType("a finite number", _is_number, "REAL", {"type": "number"}),
    "boolean": FieldType("true or false", lambda value: isinstance(value, bool), "INTEGER", {"type": "boolean"}),
    "time": FieldType("a time", lambda value: True, "INTEGER", {"type": "string", "format": "date-time"}),
    "texts": FieldType("a list of texts", _are_texts, "TEXT", {"type": "array", "items": {"type": "string"}}),
    "object": FieldType("an object", lambda value: isinstance(value, Mapping), "TEXT", {"type": "object"}),
    "list": FieldType("a list", lambda value: isinstance(value, (list, tuple)), "TEXT", {"type": "array"}),
    "json": FieldType("JSON", lambda value: True, "TEXT", {}),
}
"""The types of fields. A time is kept as milliseconds since 1970; the last four as JSON."""
AS_JSON = frozenset({"texts", "object", "list", "json"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource.

    Attributes:
        name: as clients write it.
        type: one of TYPES.
        text: what it means, for the documentation.
        required: whether creating needs it.
        default: its value in a new row when it was not given.
        choices: the only values that it takes; empty for any of its type.
        check: raises a ValueError that says what is wrong with a value of the right type.
        fields: the fields of an object, or of each object in a list; empty for any.
        when: the operations that may write it.
        null: whether null is a value of its own, and not the same as leaving it out.
        empty: whether an empty text is a value of its own, and not the same as leaving it out.

    """

    name: str
    type: str
    text: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    check: Callable[[Any], None] | None = None
    fields: tuple[Field, ...] = ()
    when: tuple[str, ...] = ALWAYS
    null: bool = False
    empty: bool = False

    @property
    def is_scalar(self) -> bool:
        """Whether lists can be sorted by it."""
        return self.type not in AS_JSON


@dataclass(frozen=True)
class Resource:
    """One kind of thing that the platform keeps.

    Attributes:
        name: what one is called in sentences: "currency".
        table: its table in the database.
        fields: what clients see of it, in that order.
        hidden: the columns that clients never see.
        keys: the columns by which rows are found quickly.
        search: the fields that a search looks into.

    """

    name: str
    table: str
    fields: tuple[Field, ...]
    hidden: tuple[Field, ...] = ()
    keys: tuple[str, ...] = ("id",)
    search: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """All fields, the hidden ones last."""
        return self.fields + self.hidden

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The values of a new row for which nothing was given."""
        return MappingProxyType({field.name: field.default for field in self.columns})


def read_fields(
    fields: Sequence[Field],
    given: Mapping[str, Any],
    operation: str,
    warn: Warn | None = None,
    path: FieldPath = (),
    origin: datetime | None = None,
) -> dict[str, Any]:
    """The values that a client gives to fields, each checked.

    An empty text or null counts as "not given", except that a required field takes an empty text with a warning.

    Args:
        fields: the table of fields.
        given: what the client sent.
        operation: CREATE or UPDATE.
        warn: told of unknown fields, which are left out; None refuses them.
        path: leads to `given`.
        origin: what relative times count from; None refuses them.

    Returns:
        The values by name, of the fields that were given; times as milliseconds since 1970.

    Raises:
        FieldError: a value is missing or does not fit.

    """
    writable = {field.name: field for field in fields if operation in field.when}
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = writable.get(name)
        if field is None:
            _report_unknown(name, fields, writable, warn, path)
        elif value not in ("", None) or (value is None and field.null) or (value == "" and field.empty):
            values[name] = read_value(field, value, operation, warn, (*path, name), origin)
        elif value == "" and field.required and operation == CREATE:
            if warn is None:
                raise FieldError((*path, name), "it is empty")
            warn(f"{name} is empty: it was given its default.")
            values[name] = field.default
    if operation == CREATE:
        for field in writable.values():
            if field.required and field.name not in values:
                raise FieldError((*path, field.name), f"it is missing: give it {TYPES[field.type].sentence}")
    return values


def read_value(
    field: Field, value: Any, operation: str, warn: Warn | None, path: FieldPath, origin: datetime | None = None
) -> Any:
    """One value of a field as it is kept. FieldError when it does not fit."""
    if value is None:
        return None
    if field.type == "time":
        return _read_time(value, path, origin)
    if not TYPES[field.type].fits(value):
        raise FieldError(path, f"{shown(value)} is not {TYPES[field.type].sentence}")
    if field.choices and value not in field.choices:
        close = did_you_mean(str(value), field.choices)
        raise FieldError(path, f"{shown(value)} is not one of {', '.join(field.choices)}{close}")
    if field.fields and field.type == "object":
        value = read_fields(field.fields, value, operation, warn, path, origin)
    elif field.fields and field.type == "list":
        value = [_read_entry(field, one, warn, (*path, place), origin) for place, one in enumerate(value)]
    elif field.type in AS_JSON:
        value = _copied(value, path)
    if field.check is not None:
        try:
            field.check(value)
        except FieldError as problem:
            raise FieldError((*path, *problem.path), problem.reason) from None
        except ValueError as problem:
            raise FieldError(path, str(problem)) from None
    return value


def shown(value: object) -> str:
    """A value as JSON writes it, cut off where it gets long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:60]}…"


def json_schema(fields: Iterable[Field], operation: str | None = None) -> dict[str, Any]:
    """The fields as JSON Schema: those that an operation may write, or (None) those of replies."""
    listed = [field for field in fields if operation is None or operation in field.when]
    schema: dict[str, Any] = {"type": "object", "properties": {field.name: _schema_of(field) for field in listed}}
    required = [field.name for field in listed if field.required]
    if required and operation == CREATE:
        schema["required"] = required
    return schema


def _schema_of(field: Field) -> dict[str, Any]:
    schema = {**TYPES[field.type].schema, "description": field.text}
    if field.fields:
        inner = json_schema(field.fields)
        schema.update({"items": inner} if field.type == "list" else inner)
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.default is not None:
        schema["default"] = field.default
    return schema


def _copied(value: Any, path: FieldPath) -> Any:
    """A value as JSON gives it back: nobody else holds a part of it. FieldError for what JSON cannot hold."""
    try:
        return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False, default=_moment_text))
    except (TypeError, ValueError) as problem:
        raise FieldError(path, f"it cannot be written as JSON ({problem})") from None


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is no value that JSON can hold")


def _read_entry(field: Field, value: Any, warn: Warn | None, path: FieldPath, origin: datetime | None) -> Any:
    if not isinstance(value, Mapping):
        raise FieldError(path, f"{shown(value)} is not an object")
    return read_fields(field.fields, value, CREATE, warn, path, origin)


def _read_time(value: Any, path: FieldPath, origin: datetime | None) -> int:
    try:
        return milliseconds(parse_time(value, origin))
    except ValueError as problem:
        raise FieldError(path, str(problem)) from None


def _report_unknown(
    name: str, fields: Sequence[Field], writable: Mapping[str, Field], warn: Warn | None, path: FieldPath
) -> None:
    if any(field.name == name for field in fields):
        sentence = "it cannot be set here"
    else:
        sentence = f"there is no such field{did_you_mean(name, writable) or '; use ' + ', '.join(writable)}"
    if warn is None:
        raise FieldError((*path, name), sentence)
    warn(f"{name}: {sentence}; it was left out.")
