"""What records of partners have in common: they are frozen and typed, and keep the JSON that they were read from.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Winner(Record):
        first_name: str | None = told(text, "firstName")

Partners are read leniently where their documents are vague: a number may be written as text, and what is missing or
null has a default. Anything else that does not fit raises DataError with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Self, TypeVar

from uwclient.errors import DataError
from uwclient.models.iso_time import time_in
from uwclient.models.json_numbers import as_float, as_int

R = TypeVar("R", bound="Record")
C = TypeVar("C", bound="Code")

Read = Callable[[Any], Any]
"""Converts a JSON value that is not null. Raises ValueError with the end of a sentence."""

_SINCE = datetime(1970, 1, 1, tzinfo=UTC)


def told(read: Read, key: str | None = None, *, default: Any = None, private: bool = False) -> Any:
    """A field of a record.

    Args:
        read: converts its JSON value.
        key: its name in JSON, where that is not the name of the field.
        default: what it has when it is missing or null, or a class such as `dict` that makes it; `MISSING` for a
            field that must be there.
        private: whether it says who somebody is, and is left out of what is printed.

    """
    metadata = {"read": read, "key": key}
    if isinstance(default, type):
        return field(default_factory=default, metadata=metadata, repr=not private)
    return field(default=default, metadata=metadata, repr=not private)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object of a partner's JSON."""

    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The JSON object as it came, with what this version does not know."""

    @classmethod
    def read(cls, value: Any) -> Self:
        """Read a JSON object. Raises DataError, which names the place, for anything else."""
        if not isinstance(value, dict):
            raise DataError("", "expected an object")
        found: dict[str, Any] = {}
        for one in fields(cls):
            if "read" not in one.metadata:
                continue
            key = one.metadata["key"] or one.name
            if value.get(key) is not None:
                found[one.name] = read_at(f".{key}", one.metadata["read"], value[key])
            elif one.default is MISSING and one.default_factory is MISSING:
                raise DataError(f".{key}", "it is missing")
        return cls(raw=MappingProxyType(value), **found)


def read_at(step: str, read: Read, value: Any) -> Any:
    """Convert a value; a DataError has the step to it before the rest of its path."""
    try:
        return read(value)
    except DataError as misfit:
        raise DataError(step + misfit.path, misfit.problem) from None
    except (ValueError, OverflowError) as problem:
        raise DataError(step, str(problem)) from None


class Code(IntEnum):
    """A number of a documented table. A number that the table does not have is kept, with the name UNKNOWN."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if type(value) is not int:
            return None
        unknown = int.__new__(cls, value)
        unknown._name_, unknown._value_ = "UNKNOWN", value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether the table has it."""
        return self._value_ in type(self)._value2member_map_


def text(value: Any) -> str:
    """Read text; an id may be a number."""
    number = as_int(value)
    if number is not None:
        return str(number)
    if not isinstance(value, str):
        raise ValueError("expected text")
    return value


def whole(value: Any) -> int:
    """Read a whole number, which may be written as text."""
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdecimal():
        return int(value)
    number = as_int(value)
    if number is None:
        raise ValueError("expected a whole number")
    return number


def number(value: Any) -> float:
    """Read a number, which may be written as text."""
    found = as_float(float(value) if isinstance(value, str) else value)
    if found is None:
        raise ValueError("expected a number")
    return found


def flag(value: Any) -> bool:
    """Read true or false, which may be written as text."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def iso_time(value: Any) -> datetime:
    """Read a time in ISO 8601."""
    if not isinstance(value, str):
        raise ValueError("expected a time in ISO 8601")
    return time_in(value)


def seconds(value: Any) -> datetime:
    """Read a time in seconds since 1970."""
    return _SINCE + timedelta(seconds=whole(value))


def milliseconds(value: Any) -> datetime:
    """Read a time in milliseconds since 1970."""
    return _SINCE + timedelta(milliseconds=whole(value))


def mapping(value: Any) -> Mapping[str, Any]:
    """Read an object whose names are not documented."""
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    return MappingProxyType(value)


def anything(value: Any) -> Any:
    """Read a value whose form is not documented."""
    return value


def one(cls: type[R]) -> Callable[[Any], R]:
    """Return what reads a record."""
    return cls.read


def many(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads an array."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("expected an array")
        return tuple(read_at(f"[{place}]", read, each) for place, each in enumerate(value))

    return read_all


def code(cls: type[C]) -> Callable[[Any], C]:
    """Return what reads a number of a table."""
    return lambda value: cls(whole(value))
