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

Bodies of requests, scenarios and parts of them are tables, too, without a resource: `read` reads one of their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Literal

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean, path_text
from uwclient.sandbox.core.field_types import AS_JSON, TYPES, FieldType, json_copy, misfit, shown
from uwclient.sandbox.core.times import milliseconds, parse_time

__all__ = [
    "ALWAYS",
    "AS_JSON",
    "CREATE",
    "NEVER",
    "TYPES",
    "UPDATE",
    "Field",
    "FieldType",
    "Reading",
    "Resource",
    "Warn",
    "read",
    "read_fields",
    "read_value",
    "shown",
]

CREATE = "create"
UPDATE = "update"
ALWAYS = (CREATE, UPDATE)
NEVER: tuple[str, ...] = ()
"""When a client may write a field: NEVER is for what the platform fills in itself."""
MOST_COMPARED = 1000
"""So many other fields of an object may be misspelt: who types does not type more."""
MOST_REPORTED = 20
"""So many unknown fields are warned of one by one; the others are counted."""

Warn = Callable[[str], None]
"""Told a sentence about something that was taken, but is probably not what was meant."""
Others = Literal["refused", "kept", "kept unless misspelt"]
"""What becomes of the fields of an object that its table does not have."""


@dataclass(frozen=True, slots=True, eq=False)
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
        minimum: the lowest number.
        maximum: the highest number.
        most: the most entries of a list; None for any number.
        values: what each value of an object with any keys is, or each entry of a list; its own name means nothing.
        others: what becomes of fields that `fields` does not have; those that are "refused" may be warned of instead.

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
    minimum: float | None = None
    maximum: float | None = None
    most: int | None = None
    values: Field | None = None
    others: Others = "refused"

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


@dataclass(frozen=True, slots=True)
class Reading:
    """How values are read.

    Attributes:
        operation: CREATE or UPDATE.
        warn: told of unknown fields, which are left out; None refuses them.
        origin: what relative times count from; None refuses them.
        blanks: the values that count as "not given".

    """

    operation: str = CREATE
    warn: Warn | None = None
    origin: datetime | None = None
    blanks: tuple[Any, ...] = ("", None)


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
    return _read_object(_table(tuple(fields), operation), "refused", given, Reading(operation, warn, origin), path)


def read_value(
    field: Field, value: Any, operation: str, warn: Warn | None, path: FieldPath, origin: datetime | None = None
) -> Any:
    """One value of a field as it is kept; null stays null. FieldError when it does not fit."""
    return None if value is None else read(field, value, Reading(operation, warn, origin), path)


def read(field: Field, value: Any, reading: Reading, path: FieldPath = ()) -> Any:
    """One value of a field as it is kept.

    Args:
        field: what it must be.
        value: what was given.
        reading: how it is read.
        path: leads to the value.

    Raises:
        FieldError: it does not fit; the hint says what the field means.

    """
    try:
        return _read_value(field, value, reading, path)
    except FieldError as problem:
        problem.hint = problem.hint or field.text
        raise


@dataclass(frozen=True, slots=True)
class _Table:
    """What reading asks of a table.

    Attributes:
        names: the names of all fields.
        fields: those that may be written, by name.
        required: those that must be given.
        simple: for those whose values are kept as they are, whether a value fits.

    """

    names: frozenset[str]
    fields: Mapping[str, Field]
    required: tuple[Field, ...]
    simple: Mapping[str, Callable[[Any], bool]]


@lru_cache(maxsize=1024)
def _table(fields: tuple[Field, ...], operation: str) -> _Table:
    writable = {field.name: field for field in fields if operation in field.when}
    return _Table(
        frozenset(field.name for field in fields),
        writable,
        tuple(field for field in writable.values() if field.required and operation == CREATE),
        {name: _quick_test(field) for name, field in writable.items() if _is_simple(field)},
    )


def _is_simple(field: Field) -> bool:
    """Whether a value of the field is kept as it is, and its type and choices tell all about it."""
    simple = field.type in ("text", "word", "integer", "number", "boolean", "scalar", "any")
    return simple and field.check is None and field.minimum is None and field.maximum is None


def _quick_test(field: Field) -> Callable[[Any], bool]:
    fits, choices = TYPES[field.type].fits, frozenset(field.choices)
    return (lambda value: fits(value) and value in choices) if choices else fits


def _read_object(
    table: _Table, others: Others, given: Mapping[str, Any], reading: Reading, path: FieldPath
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    unknown: list[str] = []
    kept = 0
    for name, value in given.items():
        fits = table.simple.get(name)
        if fits is not None and value is not None and value != "" and fits(value):
            values[name] = value
            continue
        field = table.fields.get(name)
        if field is None:
            if others == "refused":
                unknown.append(name)
                if reading.warn is None:
                    break
            else:
                values[name] = value
                kept += 1
                if others == "kept unless misspelt" and kept <= MOST_COMPARED:
                    _check_spelling(name, table, (*path, name))
        elif value not in reading.blanks or (value is None and field.null) or (value == "" and field.empty):
            values[name] = read(field, value, reading, (*path, name))
        elif value == "" and field.required and reading.operation == CREATE:
            values[name] = _default_of(field, reading, (*path, name))
    if unknown:
        _report_unknown(unknown, table, reading.warn, path)
    for field in table.required:
        if field.name not in values:
            raise FieldError((*path, field.name), f"it is missing: {_how_to_write(field)}", field.text)
    return values


def _read_value(field: Field, value: Any, reading: Reading, path: FieldPath) -> Any:
    if value is None and field.null:
        return None
    if field.type in ("time", "moment"):
        moment = _read_time(value, path, reading.origin)
        return moment if field.type == "time" else value
    if not TYPES[field.type].fits(value):
        raise FieldError(path, misfit(value, field.type))
    if field.choices and value not in field.choices:
        close = did_you_mean(str(value), field.choices)
        listed = ", ".join(field.choices)
        raise FieldError(path, f"{shown(value)} is not one of {listed}{close}", f"Use {listed}.")
    _check_bounds(field, value, path)
    read_one = _read_parts(field, value, reading, path)
    if field.check is not None:
        try:
            field.check(read_one)
        except FieldError as problem:
            raise problem.below(path) from None
        except ValueError as problem:
            raise FieldError(path, str(problem)) from None
    return read_one


def _read_parts(field: Field, value: Any, reading: Reading, path: FieldPath) -> Any:
    """A value whose parts, if a table says what they are, were read as well."""
    inner = field.values
    if field.fields and field.type == "object":
        return _read_object(_table(field.fields, reading.operation), field.others, value, reading, path)
    if field.fields and field.type == "list":
        return _read_entries(field, value, reading, path)
    if inner is not None and field.type == "object":
        return {name: read(inner, one, reading, (*path, name)) for name, one in value.items()}
    if inner is not None:
        return [read(inner, one, reading, (*path, place)) for place, one in enumerate(value)]
    if field.type not in AS_JSON:
        return value
    try:
        return json_copy(value)
    except ValueError as problem:
        raise FieldError(path, str(problem)) from None


def _read_entries(field: Field, values: Sequence[Any], reading: Reading, path: FieldPath) -> list[dict[str, Any]]:
    table, entries = _table(field.fields, CREATE), []
    if reading.operation != CREATE:
        reading = replace(reading, operation=CREATE)
    for place, value in enumerate(values):
        if not isinstance(value, (dict, Mapping)):
            raise FieldError((*path, place), misfit(value, "object"))
        entries.append(_read_object(table, field.others, value, reading, (*path, place)))
    return entries


def _check_bounds(field: Field, value: Any, path: FieldPath) -> None:
    if field.minimum is not None and value < field.minimum:
        raise FieldError(path, f"{shown(value)} is too small: use {field.minimum} or more")
    if field.maximum is not None and value > field.maximum:
        raise FieldError(path, f"{shown(value)} is too large: use {field.maximum} or less")
    if field.most is not None and len(value) > field.most:
        problem = f"there are {len(value)} entries, and a request takes {field.most}"
        raise FieldError(path, problem, "Send them in several requests.")


def _read_time(value: Any, path: FieldPath, origin: datetime | None) -> int:
    try:
        return milliseconds(parse_time(value, origin))
    except ValueError as problem:
        raise FieldError(path, str(problem)) from None


def _default_of(field: Field, reading: Reading, path: FieldPath) -> Any:
    """The default of a required field that is empty, with a warning."""
    if reading.warn is None:
        raise FieldError(path, "it is empty", field.text)
    reading.warn(f"{field.name} is empty: it was given its default.")
    return field.default


def _how_to_write(field: Field) -> str:
    if field.choices:
        return f"use one of {', '.join(field.choices)}"
    if field.fields and field.type == "object":
        return f"give it {', '.join(one.name for one in field.fields)}"
    return f"give it {TYPES[field.type].sentence}"


def _check_spelling(name: str, table: _Table, path: FieldPath) -> None:
    """FieldError for a field that nearly has the name of one in the table."""
    close = did_you_mean(name, table.fields, cutoff=0.8)
    if close:
        raise FieldError(path, f"there is no such field{close}")


def _report_unknown(names: Sequence[str], table: _Table, warn: Warn | None, path: FieldPath) -> None:
    for name in names[:MOST_REPORTED]:
        if name in table.names:
            sentence = "it cannot be set here"
        else:
            known = did_you_mean(name, table.fields) or "; use " + ", ".join(table.fields)
            sentence = f"there is no such field{known}"
        if warn is None:
            raise FieldError((*path, name), sentence)
        warn(f"{path_text((*path, name))}: {sentence}; it was left out.")
    if warn is not None and len(names) > MOST_REPORTED:
        warn(f"{len(names) - MOST_REPORTED:,} more fields are unknown; they were left out.")
