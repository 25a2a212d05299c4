"""Faults that a test plans: wrong, lost and broken replies, held requests, dropped connections."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from uwclient.sandbox.http.outgoing import Held


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply that is sent instead of the platform's."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold the request for so many seconds, or (None) until it is released."""

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


ENDLESS_SIZE = 10_000_000_000
"""The bytes after which even an endless body ends."""

Fault = CannedReply | Held | Drop | LoseReply | Truncate | Endless
"""What can happen to a request."""


@dataclass(slots=True)
class _Planned:
    glob: str
    fault: Fault | Hold
    remaining: int | None


class Faults:
    """Owns the planned faults, and the requests that they hold.

    A fault applies to requests whose path matches its glob, such as "*/offers" or "*": `times` times, or (None) until
    `clear()`. When several match, the one that was planned first is used first. All methods raise ValueError for
    `times` below 1.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []
        self._held: set[Held] = set()

    def respond(
        self,
        glob: str,
        *,
        status: int,
        body: bytes | str | Mapping[str, Any] | list[Any] | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> None:
        """Answer with a reply of your own.

        Args:
            glob: which requests, by path.
            status: 200 to 599.
            body: bytes and text as they are, a mapping or list as JSON; None for an error in the platform's shape.
            headers: headers of the reply.
            times: how often; None for every time until `clear()`.

        Raises:
            ValueError: another status, or `times` below 1.

        """
        if not 200 <= status <= 599:
            raise ValueError(f"{status!r} is not the status of a reply: use 200 to 599.")
        if body is None:
            body = {"errors": ["The sandbox was told to fail."], "meta": {"hints": [], "warnings": []}}
        self._plan(glob, CannedReply(status, _as_bytes(body), dict(headers or {})), times)

    def hang(self, glob: str, seconds: float | None = None, times: int | None = 1) -> None:
        """Hold the request for `seconds` (None: until `clear()` or the sandbox stops), then answer it."""
        self._plan(glob, Hold(seconds), times)

    def drop(self, glob: str, times: int | None = 1) -> None:
        """Close the connection without a reply; the request never reaches the platform."""
        self._plan(glob, Drop(), times)

    def lose_reply(self, glob: str, times: int | None = 1) -> None:
        """Let the platform do what the request asks for, then close the connection without a reply."""
        self._plan(glob, LoseReply(), times)

    def truncate(self, glob: str, times: int | None = 1) -> None:
        """Let the platform do what the request asks for, send half of the reply's body, and close.

        Of a reply without a body, such as a 204, half of the head is sent.
        """
        self._plan(glob, Truncate(), times)

    def endless(
        self,
        glob: str,
        *,
        content_type: str = "image/png",
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> None:
        """Answer with a body that does not end before the client closes the connection, or after 10 GB.

        Its length is not announced, unless `headers` hold a Content-Length.
        """
        self._plan(glob, Endless(content_type, dict(headers or {}), ENDLESS_SIZE), times)

    def clear(self) -> None:
        """Remove all planned faults, and release the held requests."""
        with self._lock:
            self._planned.clear()
            held = list(self._held)
        for one in held:
            one.release()

    def take(self, path: str) -> Fault | None:
        """The fault that this request meets, if any; counts it as used."""
        with self._lock:
            for planned in self._planned:
                if fnmatchcase(path, planned.glob):
                    if planned.remaining is not None:
                        planned.remaining -= 1
                        if planned.remaining == 0:
                            self._planned.remove(planned)
                    return self._hold(planned.fault) if isinstance(planned.fault, Hold) else planned.fault
        return None

    def _hold(self, hold: Hold) -> Held:
        held = Held(hold.seconds, self._no_longer_held)
        self._held.add(held)
        return held

    def _no_longer_held(self, held: Held) -> None:
        with self._lock:
            self._held.discard(held)

    def _plan(self, glob: str, fault: Fault | Hold, times: int | None) -> None:
        if times is not None and times < 1:
            raise ValueError(f"A fault cannot happen {times!r} times: use 1 or more, or None for every time.")
        with self._lock:
            self._planned.append(_Planned(glob, fault, times))


def _as_bytes(body: bytes | str | Mapping[str, Any] | list[Any]) -> bytes:
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()
