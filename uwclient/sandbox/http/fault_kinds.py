"""What can go wrong with a request, as values (pure)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply that is sent instead of the platform's."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold the request for so many seconds, or (None) until it is released; then it is answered."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without a reply."""


@dataclass(frozen=True, slots=True)
class LoseReply:
    """Let the platform answer the request, then close the connection without a reply."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Close the connection in the middle of the reply."""


@dataclass(frozen=True, slots=True)
class Endless:
    """Send a body of `size` zero bytes, without announcing its length."""

    content_type: str
    headers: Mapping[str, str]
    size: int


@dataclass(frozen=True, slots=True)
class WrongDate:
    """Answer with a `Date` that is wrong by so many seconds."""

    seconds: int


Fault = CannedReply | Hold | Drop | LoseReply | Truncate | Endless | WrongDate
"""What can happen to a request."""

_KINDS: Mapping[str, type[Fault]] = {
    kind.__name__: kind for kind in (CannedReply, Hold, Drop, LoseReply, Truncate, Endless, WrongDate)
}


def fault_as_json(fault: Fault) -> dict[str, Any]:
    """A fault as JSON can hold it."""
    fields = asdict(fault)
    if isinstance(fault, CannedReply):
        fields["body"] = base64.b64encode(fault.body).decode()
    return {"kind": type(fault).__name__, **fields}


def fault_from_json(data: Mapping[str, Any]) -> Fault:
    """The fault that `fault_as_json` wrote."""
    fields = {name: value for name, value in data.items() if name != "kind"}
    if data["kind"] == CannedReply.__name__:
        fields["body"] = base64.b64decode(fields["body"])
    return _KINDS[data["kind"]](**fields)
