"""Converts the nested JSON of a record to the game's own classes.

A type can be a dataclass or a named tuple, also nested and recursive. Fields can be `list[X]`, `tuple[X, ...]`,
`tuple[X, Y]`, `dict[str, X]`, `X | None` and other unions, `Literal`, an enum (by its values), `datetime`, `str`,
`int`, `float`, `bool` and `Any`. The names in annotations must be defined at the top level of their module.

Live content grows, so keys that a class does not have are ignored, and missing keys get its defaults. Everything else
is strict: true is no number, 2.5 is no int, NaN and infinity are no floats, and null is accepted only where None is.
JSON has one type of numbers, though: for an int 2.0 is 2, and for a float 2 is 2.0. A time is ISO 8601, in UTC if it
has no offset. A union gives the first type that fits. A value annotated Any is the record's own, not a copy.
"""

from __future__ import annotations

import inspect
import sys
from collections import abc
from collections.abc import Iterator
from dataclasses import InitVar, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from uwclient.errors import ArgumentError, DataError
from uwclient.models.converters import (
    ANYTHING,
    LONGEST_REASON,
    SCALARS,
    ClassReader,
    Field,
    Misfit,
    Reader,
    dict_of,
    enum_of,
    is_scalar,
    list_of,
    literal_of,
    row_of,
    tuple_of,
    union_of,
)

T = TypeVar("T")

_KEPT_AS = "__uwclient_reader__"
"""The attribute in which a class keeps its reader, so that the reader lives as long as the class."""


def read_as(value: Any, cls: type[T], name: str) -> T:
    """Convert the value of the field `name` to a `cls`.

    None, and the empty object that the platform sends if nothing was set up, gives an empty `cls`. Raises DataError,
    which names the place, when the value does not fit, and ArgumentError for a `cls` that cannot be converted to.
    """
    reader = _reader_for(cls)
    if value is None or (value == {} and reader.empty is list):
        value = reader.empty()
    try:
        return cast(T, reader.read(value, None))
    except Misfit as misfit:
        raise DataError(misfit.path or name, misfit.problem) from misfit.__cause__
    except RecursionError as error:
        raise DataError(name, "it is nested too deeply") from error


def _reader_for(cls: object) -> Reader:
    readers = _Readers()
    try:
        reader = readers.reader(cls, "cls")
    except RecursionError:
        raise ArgumentError(
            f"cls is {_name_of(cls)}, which refers to itself: only a dataclass or NamedTuple can do that."
        ) from None
    readers.keep()
    return reader


class _Readers:
    """Builds the readers for one call; their classes may refer to each other, and to themselves."""

    def __init__(self) -> None:
        self._made: dict[type, Reader] = {}

    def reader(self, wanted: Any, place: str) -> Reader:
        """Return the reader of a type. Raises ArgumentError, which names the place, for an unsupported type."""
        arguments = get_args(wanted)
        kind = get_origin(wanted) or wanted
        if kind is Any or kind is object:
            return ANYTHING
        if kind is None:
            return SCALARS[NoneType]
        if kind is Union or kind is UnionType:
            return union_of([self.reader(argument, place) for argument in arguments])
        if kind is Literal and all(map(is_scalar, arguments)):
            return literal_of(arguments)
        meaning = getattr(wanted, "__supertype__", None) or getattr(wanted, "__value__", None)
        if meaning is not None and not isinstance(wanted, type):  # of a NewType, or a `type` statement
            return self.reader(meaning, place)
        reader = self._of_class(kind, arguments, place) if isinstance(kind, type) else None
        if isinstance(wanted, (str, ForwardRef)):
            raise ArgumentError(
                f"{place} is the text {wanted!r}: name the class itself, or put the whole annotation in quotes."
            )
        if reader is None:
            raise ArgumentError(
                f"{place} is {_name_of(wanted)}, which cannot be read from JSON: use a dataclass or NamedTuple, "
                "list[X], tuple[X, ...], dict[str, X], X | None, Literal, an Enum with values of text or numbers, "
                "datetime, str, int, float, bool or Any."
            )
        return reader

    def keep(self) -> None:
        """Store the readers in their classes, after all are complete."""
        for cls, reader in self._made.items():
            setattr(cls, _KEPT_AS, reader)

    def _of_class(self, kind: type[Any], arguments: tuple[Any, ...], place: str) -> Reader | None:
        if kind is list or kind is abc.Sequence:
            return list_of(self.reader(arguments[0] if arguments else Any, place))
        if kind is tuple:
            return self._of_tuple(arguments or (Any, ...), place)
        if kind is dict or kind is abc.Mapping:
            key, value = arguments or (str, Any)
            return dict_of(self.reader(value, place)) if key is str else None
        if arguments:
            return None
        if kind in SCALARS:
            return SCALARS[kind]
        if issubclass(kind, Enum):
            return enum_of(kind)
        if is_dataclass(kind) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
            return self._of_fields(kind)
        return None

    def _of_tuple(self, arguments: tuple[Any, ...], place: str) -> Reader:
        if arguments[-1] is ...:
            return tuple_of(self.reader(arguments[0], place))
        return row_of([self.reader(argument, place) for argument in arguments])

    def _of_fields(self, cls: type[Any]) -> Reader:
        kept: Reader | None = cls.__dict__.get(_KEPT_AS) or self._made.get(cls)
        if kept is not None:
            return kept
        reader = ClassReader(cls)
        made = self._made[cls] = Reader(cls.__name__, reader.read, dict)
        reader.fields = tuple(
            Field(name, self.reader(wanted, f"{cls.__name__}.{name}"), is_needed)
            for name, wanted, is_needed in _described(cls)
        )
        return made


def _described(cls: type[Any]) -> Iterator[tuple[str, Any, bool]]:
    """Yield the name and type of each argument of a class, and whether it is required."""
    for given in inspect.signature(cls).parameters.values():
        if given.kind in (given.POSITIONAL_OR_KEYWORD, given.KEYWORD_ONLY):
            wanted = Any if given.annotation is given.empty else _resolved(cls, given.name, given.annotation)
            yield given.name, wanted, given.default is given.empty


def _resolved(cls: type[Any], name: str, annotation: Any) -> Any:
    """Return the type that an annotation stands for, also if it is text."""
    owner = next((base for base in cls.__mro__ if name in vars(base).get("__annotations__", {})), cls)
    module = getattr(sys.modules.get(owner.__module__), "__dict__", {})
    stand_in = type("StandIn", (), {"__annotations__": {"it": annotation}})
    try:
        meant = get_type_hints(stand_in, dict(vars(owner)), module)["it"]
    except Exception as error:
        raise ArgumentError(
            f"The annotation of {cls.__name__}.{name} cannot be understood ({error}): define or import what it names "
            "at the top of the module, not inside a function or under TYPE_CHECKING."
        ) from error
    return meant.type if isinstance(meant, InitVar) else meant


def _name_of(wanted: Any) -> str:
    return wanted.__name__ if isinstance(wanted, type) and not get_args(wanted) else repr(wanted)[:LONGEST_REASON]
