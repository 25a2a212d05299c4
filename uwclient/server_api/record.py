"""What records of the server API have in common: they are frozen, typed, and can be written as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from uwclient.errors import DataError, ReplyError
from uwclient.models.conversion import read_as
from uwclient.server_api.body import encoded

R = TypeVar("R", bound="Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object of a reply. It never asks the platform for anything; what is not in the reply has a default.

    Attributes:
        raw: the JSON object as it came, with what this version does not know.

    """

    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    null_is_missing: ClassVar[bool] = True
    """How it is read: platforms send null for what was never set."""

    @classmethod
    def prepared(cls, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a JSON object in the form of this class; records override it for what is documented in two forms."""
        return told

    def to_json(self) -> dict[str, Any]:
        """Return the record as a JSON object: as it came, but for what was changed with `dataclasses.replace`.

        So nothing is lost that this version does not know. What was never set is left out.
        """
        before = read(type(self), self.raw, "raw") if self.raw else None
        written = dict(self.raw)
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name != "raw" and value != (_default(one) if before is None else getattr(before, one.name)):
                written[one.name] = encoded(value)
        return written


def _default(one: Field[Any]) -> Any:
    """Return what a field has that nobody has set; MISSING for one that must be set."""
    return one.default if one.default_factory is MISSING else one.default_factory()


def read(cls: type[R], told: Any, place: str) -> R:
    """Read a record. Raises ReplyError, which names the field, for a JSON value that is no such record."""
    if not isinstance(told, dict):
        raise ReplyError(f"{place} is not a JSON object, so it is no {cls.__name__}: check the host.")
    try:
        record = read_as(dict(cls.prepared(told)), cls, place)
    except DataError as error:
        raise ReplyError(f"{place} cannot be read as {cls.__name__}: {error}.") from None
    _keep_raw(record, told)
    return record


def read_several(cls: type[R], told: Any, place: str) -> tuple[R, ...]:
    """Read a list of records. Raises ReplyError, which names the record, for anything else."""
    if not isinstance(told, list):
        raise ReplyError(f"{place} is not a JSON array: check the host.")
    return tuple(read(cls, one, f"{place}[{number}]") for number, one in enumerate(told))


def _keep_raw(value: Any, told: Any) -> None:
    """Give a record, and those within it, the JSON objects that they were read from."""
    if isinstance(value, Record):
        object.__setattr__(value, "raw", told)
        for one in fields(value):
            inside = getattr(value, one.name)
            if isinstance(inside, (Record, tuple, dict)) and one.name != "raw":
                _keep_raw(inside, told.get(one.name))
    elif isinstance(value, tuple) and isinstance(told, Sequence):
        for inner, its_own in zip(value, told, strict=False):
            _keep_raw(inner, its_own)
    elif isinstance(value, dict) and isinstance(told, dict) and value is not told:
        for key, inner in value.items():
            _keep_raw(inner, told.get(key))
