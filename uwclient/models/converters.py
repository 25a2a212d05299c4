"""Readers that convert JSON to Python values, one for each sort of type, and the error for values that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from enum import Enum
from types import NoneType
from typing import Any, NamedTuple, TypeAlias

from uwclient.models.iso_time import time_in
from uwclient.models.json_numbers import as_float, as_int

LONGEST_VALUE = 40
"""The maximum number of characters of a value in an error."""

LONGEST_REASON = 300
"""The maximum number of characters of a reason in an error."""

Memo: TypeAlias = "dict[tuple[int, int], Any] | None"
"""The results for objects that a union has tried already; without it, nested unions take exponential time."""


class Misfit(Exception):
    """Raised for a value that does not fit its type; `steps` lead to the value, the last one first."""

    def __init__(self, problem: str, steps: Iterable[str] = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.steps = list(steps)

    @property
    def path(self) -> str:
        """The path from the outermost value; empty if it is that value itself."""
        return "".join(reversed(self.steps)).removeprefix(".")

    def again(self) -> Misfit:
        """Return a copy, to be raised elsewhere."""
        copy = Misfit(self.problem, self.steps)
        copy.__cause__ = self.__cause__
        return copy


class Reader(NamedTuple):
    """Converts JSON to a value of one type.

    Attributes:
        wanted: the type's name, for messages.
        read: returns the value, or raises Misfit.
        empty: creates the JSON that is read when there is none.

    """

    wanted: str
    read: Callable[[Any, Memo], Any]
    empty: type = NoneType


class Field(NamedTuple):
    """An argument of a class; `is_needed` if the class has no default for it."""

    name: str
    reader: Reader
    is_needed: bool


class ClassReader:
    """Converts JSON objects to instances of one class. `fields` are set later, because they may need this reader.

    For a class with `null_is_missing = True` a null is the same as a missing key.
    """

    def __init__(self, cls: type[Any]) -> None:
        self._cls = cls
        self._null_is_missing = getattr(cls, "null_is_missing", False)
        self.fields: tuple[Field, ...] = ()

    def read(self, value: Any, memo: Memo) -> Any:
        """Create an instance; with a memo, each object is read only once."""
        if memo is None:
            return self._read(value, None)
        key = (id(value), id(self))
        if key not in memo:
            try:
                memo[key] = self._read(value, memo)
            except Misfit as misfit:
                memo[key] = misfit.again()
        if isinstance(memo[key], Misfit):
            raise memo[key].again()
        return memo[key]

    def _read(self, value: Any, memo: Memo) -> Any:
        if type(value) is not dict:
            raise _unfit(self._cls.__name__, value)
        given = {}
        name = ""
        try:
            for name, reader, is_needed in self.fields:
                if name in value and not (self._null_is_missing and value[name] is None):
                    given[name] = reader.read(value[name], memo)
                elif is_needed:
                    raise Misfit(f"expected {reader.wanted}, got nothing")
        except Misfit as misfit:
            misfit.steps.append(f".{name}")
            raise
        try:
            return self._cls(**given)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
            raise Misfit(f"{self._cls.__name__} refuses it: {reason}") from error


def list_of(element: Reader) -> Reader:
    """Return the reader for lists of any length."""

    def read(value: Any, memo: Memo) -> list[Any]:
        if type(value) is not list:
            raise _unfit("list", value)
        read_element = element.read
        done: list[Any] = []
        try:
            for one in value:
                done.append(read_element(one, memo))
        except Misfit as misfit:
            misfit.steps.append(f"[{len(done)}]")
            raise
        return done

    return Reader("list", read, list)


def tuple_of(element: Reader) -> Reader:
    """Return the reader for tuples of any length."""
    as_list = list_of(element)
    return as_list._replace(read=lambda value, memo: tuple(as_list.read(value, memo)))


def row_of(elements: Sequence[Reader]) -> Reader:
    """Return the reader for tuples with a type for each element."""

    def read(value: Any, memo: Memo) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _unfit("list", value)
        if len(value) != len(elements):
            raise Misfit(f"expected {len(elements)} elements, got {len(value)}")
        done: list[Any] = []
        try:
            for element, one in zip(elements, value, strict=True):
                done.append(element.read(one, memo))
        except Misfit as misfit:
            misfit.steps.append(f"[{len(done)}]")
            raise
        return tuple(done)

    return Reader("list", read, list)


def dict_of(element: Reader) -> Reader:
    """Return the reader for dictionaries with any keys."""

    def read(value: Any, memo: Memo) -> dict[str, Any]:
        if type(value) is not dict:
            raise _unfit("dict", value)
        done = {}
        key = ""
        try:
            for key, one in value.items():
                done[key] = element.read(one, memo)
        except Misfit as misfit:
            key = key[:LONGEST_VALUE]
            misfit.steps.append(f".{key}" if key.isidentifier() else f"[{key!r}]")
            raise
        return done

    return Reader("dict", read, dict)


def union_of(members: Sequence[Reader]) -> Reader:
    """Return the reader for a union: it gives the first member that fits."""
    wanted = _either(member.wanted for member in members)
    accepts_null = SCALARS[NoneType] in members
    others = [member for member in members if member is not SCALARS[NoneType]]
    branches = sum(member.empty is not NoneType for member in members) > 1

    def read(value: Any, memo: Memo) -> Any:
        if value is None and accepts_null:
            return None
        if memo is None and branches:
            memo = {}
        misfits = []
        for member in others:
            try:
                return member.read(value, memo)
            except Misfit as misfit:
                misfits.append((member.wanted, misfit.again()))
        inside = [(name, misfit) for name, misfit in misfits if misfit.steps or misfit.__cause__]
        if len(inside) == 1:
            raise inside[0][1]
        reasons = "; ".join(f"as {name}, {misfit.path or 'it'}: {misfit.problem}" for name, misfit in inside)
        details = f" ({reasons[:LONGEST_REASON]})" if inside else ""
        raise Misfit(f"{_unfit(wanted, value).problem}{details}")

    return Reader(wanted, read)


def literal_of(choices: tuple[Any, ...]) -> Reader:
    """Return the reader for one of these values; 1 is not True."""
    known = {(type(choice), choice) for choice in choices}
    kinds = {type(choice) for choice in choices}
    wanted = _either(map(repr, choices))

    def read(value: Any, memo: Memo) -> Any:
        choice = _as_one_of(kinds, value)
        if not is_scalar(choice) or (type(choice), choice) not in known:
            raise Misfit(f"expected {wanted}, got {_shown(value)}")
        return choice

    return Reader(wanted, read)


def enum_of(cls: type[Enum]) -> Reader | None:
    """Return the reader for an enum by its values, or None if no value is possible in JSON."""
    kinds = {type(member.value) for member in cls if is_scalar(member.value)}

    def read(value: Any, memo: Memo) -> Enum:
        meant = _as_one_of(kinds, value)
        if type(meant) not in kinds:
            raise Misfit(f"expected {cls.__name__}, got {_shown(value)}")
        try:
            return cls(meant)
        except Exception as error:
            raise Misfit(f"expected {cls.__name__}, got {_shown(value)}") from error

    return Reader(cls.__name__, read) if kinds else None


def is_scalar(value: Any) -> bool:
    """Whether a value is possible in JSON, and is neither an object nor an array."""
    return type(value) in (str, int, float, bool, NoneType)


def _exactly(kind: type) -> Reader:
    name = "None" if kind is NoneType else kind.__name__

    def read(value: Any, memo: Memo) -> Any:
        if type(value) is not kind:
            raise _unfit(name, value)
        return value

    return Reader(name, read)


def _as_one_of(kinds: Collection[type], value: Any) -> Any:
    """Convert a number to one of the wanted types, if possible; return anything else unchanged."""
    if type(value) in kinds:
        return value
    whole = as_int(value) if int in kinds else None
    number = as_float(value) if whole is None and float in kinds else whole
    return value if number is None else number


def _read_int(value: Any, memo: Memo) -> int:
    number = as_int(value)
    if number is None:
        raise _unfit("int", value)
    return number


def _read_float(value: Any, memo: Memo) -> float:
    number = as_float(value)
    if number is not None:
        return number
    if type(value) is int:
        raise Misfit("expected float, got an int that is too large for one")
    raise Misfit(f"expected float, got {value}") if type(value) is float else _unfit("float", value)


def _read_datetime(value: Any, memo: Memo) -> datetime:
    if type(value) is not str:
        raise _unfit("datetime", value)
    try:
        return time_in(value)
    except ValueError:
        raise Misfit(f"expected datetime, got {_shown(value)}, which is not ISO 8601") from None


ANYTHING = Reader("Any", lambda value, memo: value, dict)

SCALARS: dict[type, Reader] = {
    **{kind: _exactly(kind) for kind in (str, bool, NoneType)},
    int: Reader("int", _read_int),
    float: Reader("float", _read_float),
    datetime: Reader("datetime", _read_datetime),
}
"""The readers of types without elements."""


def _unfit(wanted: str, value: Any) -> Misfit:
    got = "None" if value is None else type(value).__name__
    return Misfit(f"expected {wanted}, got {got}")


def _shown(value: Any) -> str:
    return repr(value)[:LONGEST_VALUE] if is_scalar(value) else type(value).__name__


def _either(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
