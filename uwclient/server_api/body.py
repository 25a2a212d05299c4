"""Encodes what a call is given: Python values as JSON, and parameters as the text of a query or a path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias, runtime_checkable
from urllib.parse import quote

from uwclient.errors import ArgumentError
from uwclient.http.access import JSON

Moment: TypeAlias = datetime | str
"""A time: an aware datetime, or ISO 8601 text."""

Json: TypeAlias = Mapping[str, Any]
"""An object of JSON."""

DEEPEST = 100
"""How deep a value may be nested; no field of the platform is anywhere near."""


@runtime_checkable
class Encodable(Protocol):
    """What says itself how it is written, such as a record."""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""


class Payload:
    """The body of a request.

    Attributes:
        data: its bytes; none for a request without a body.
        content_type: its MIME type.

    """

    def __init__(self, data: bytes = b"", content_type: str = JSON) -> None:
        self.data = data
        self.content_type = content_type

    @classmethod
    def of(cls, fields: Json) -> Payload:
        """Return the body with these fields. Raises ArgumentError for a value that JSON does not have."""
        written = encoded(fields)
        try:
            return cls(json.dumps(written, allow_nan=False, separators=(",", ":")).encode())
        except ValueError:
            raise ArgumentError(
                "A value is NaN or infinite, which JSON does not have: give a finite number."
            ) from None


def given(**values: Any) -> dict[str, Any]:
    """Return the values that were given, which are those that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def encoded(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON has it. Raises ArgumentError for one that JSON cannot hold."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return _sendable(value)
    if depth > DEEPEST:
        raise ArgumentError(f"A value is nested more than {DEEPEST} deep: give a plainer one.")
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, Encodable):
        return value.to_json()
    if isinstance(value, Mapping):
        return {_key(name): encoded(one, depth + 1) for name, one in value.items()}
    if isinstance(value, (Sequence, Set)) and not isinstance(value, (bytes, bytearray)):
        return [encoded(one, depth + 1) for one in value]
    raise ArgumentError(f"JSON cannot hold a {type(value).__name__}: give text, numbers, lists or mappings.")


def query_text(values: Json) -> dict[str, str]:
    """Return the parameters of a query as text; those that are None are left out."""
    return {name: _parameter(value) for name, value in values.items() if value is not None}


def path_part(name: str, value: str) -> str:
    """Return an id as a part of a path. Raises ArgumentError for one that would make another path of it."""
    if not isinstance(value, str) or not value.strip():
        raise ArgumentError(f"{name} must be text that is not empty, not {value!r}: give the id of the record.")
    if value in (".", ".."):
        raise ArgumentError(f"{name} cannot be {value!r}, because it becomes part of a URL: use another id.")
    return quote(_sendable(value), safe="")


def moment_text(moment: datetime) -> str:
    """Return a time as the platform has it: "2026-10-31T18:00:00Z". Raises ArgumentError for a naive one."""
    if moment.utcoffset() is None:
        raise ArgumentError("A time has no time zone: give an aware datetime, such as one with tzinfo=timezone.utc.")
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def _parameter(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return moment_text(value) if isinstance(value, datetime) else _sendable(str(value))


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise ArgumentError(f"{name!r} is no name of a field: names are text.")
    return _sendable(name)


def _sendable(text: str) -> str:
    """Check that a text can be sent. Lone surrogates cannot; they are no characters."""
    if text.isascii() or not any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        return text
    raise ArgumentError("A text has half a character (a lone surrogate) in it, which cannot be sent: mend the text.")
