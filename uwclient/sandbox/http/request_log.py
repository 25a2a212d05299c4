"""The log of the requests that reached the sandbox."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from uwclient.time_sources import RealTime

T = TypeVar("T")

HEAVIEST = 24 * 1024 * 1024
"""The bytes of memory that the log takes at most: ten thousand common requests."""
_WEIGHT_OF_ANY = 1500


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as it arrived, and the status of its reply.

    Attributes:
        method: GET, POST, …
        path: decoded, without the query.
        query: the query parameters; of one given twice, the last.
        headers: the request's headers.
        status: the status of the reply; None before there is one, and when the request or the reply was lost.
        at: when it arrived, on the sandbox's clock.
        body: the raw body; empty when the request was refused for its head alone, and of one above 1 MiB.
        number: 0 for the first request of this sandbox, 1 for the next, and so on, also after the log was cleared.

    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int | None
    at: datetime
    body: bytes = field(default=b"", repr=False)
    number: int = 0

    @property
    def json(self) -> Any:
        """The decoded JSON body, or None when there was none (or it could not be decoded)."""
        try:
            return json.loads(self.body) if self.body else None
        except (ValueError, RecursionError):
            return None

    def names_any(self, ids: frozenset[str]) -> bool:
        """Whether one of some ids is a part of its path, a value of its query, or stands in its body."""
        parts = (part.replace("%2F", "/") for part in self.path.split("/"))
        if not ids.isdisjoint(parts) or not ids.isdisjoint(self.query.values()):
            return True
        body = self.json
        if body is None:
            return any(one.encode(errors="replace") in self.body for one in ids)
        return any(text in ids for text in _texts_in(body))

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        texts = (self.query, self.query.values(), self.headers, self.headers.values())
        return _WEIGHT_OF_ANY + len(self.path) + len(self.body) + 2 * sum(sum(map(len, text)) for text in texts)


class RequestLog:
    """Owns the requests in the order of their arrival; the oldest are removed when all weigh too much."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: dict[int, LoggedRequest] = {}
        self._weight = 0
        self._next = 0
        self._changes = 0

    def arrived(self, request: LoggedRequest) -> int:
        """Add a request; the number under which `answered` knows it."""
        with self._changed:
            number = self._next
            self._next += 1
            self._requests[number] = replace(request, number=number)
            self._weight += request.weight
            self._remove_oldest()
            self._changes += 1
            self._changed.notify_all()
        return number

    def answered(self, number: int, status: int | None) -> None:
        """Record the status of the reply to a request; None when the reply was lost.

        It is ignored for a request that was removed meanwhile.
        """
        with self._changed:
            request = self._requests.get(number)
            if request is not None:
                self._requests[number] = replace(request, status=status)
            self._changes += 1
            self._changed.notify_all()

    def all(self) -> list[LoggedRequest]:
        """Every request since the start, or since `clear`; of very many, the newest."""
        with self._changed:
            return list(self._requests.values())

    def to(self, path_end: str) -> list[LoggedRequest]:
        """The requests whose path ends in `path_end`, compared by whole parts: "offers", "events/42"."""
        return _ending_in(self.all(), path_end)

    def wait_for(self, path_end: str, count: int, timeout: float) -> list[LoggedRequest]:
        """As `to`, once there are `count` of them. TimeoutError after `timeout` seconds."""
        deadline = RealTime.monotonic() + timeout
        with self._changed:
            while True:
                found = _ending_in(list(self._requests.values()), path_end)
                if len(found) >= count:
                    return found
                if not self._changed.wait(max(0.0, deadline - RealTime.monotonic())):
                    raise TimeoutError(
                        f"{len(found)} of {count} requests to {path_end!r} arrived within {timeout} s; "
                        f"seen: {sorted({request.path for request in self._requests.values()})}"
                    )

    def wait_until(self, condition: Callable[[], T], timeout: float) -> T:
        """What `condition` returns, once that is true; it is asked now, and as requests arrive and are answered.

        TimeoutError after `timeout` seconds.
        """
        deadline = RealTime.monotonic() + timeout
        while True:
            with self._changed:
                asked_after = self._changes
            found = condition()
            if found:
                return found
            with self._changed:
                while self._changes == asked_after:
                    if not self._changed.wait(max(0.0, deadline - RealTime.monotonic())):
                        raise TimeoutError(
                            f"What was waited for did not happen within {timeout} s; "
                            f"{self._next} requests arrived since the start."
                        )

    def forget(self, names: frozenset[str]) -> None:
        """Remove each request that names one of some ids: in its path, its query or its body."""
        with self._changed:
            for number, request in list(self._requests.items()):
                if request.names_any(names):
                    self._weight -= request.weight
                    del self._requests[number]
            self._changes += 1
            self._changed.notify_all()

    def ask_again(self) -> None:
        """Have those who wait for a condition ask it again, because something else than a request has changed it."""
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def clear(self) -> None:
        """Empty the log."""
        with self._changed:
            self._requests.clear()
            self._weight = 0

    def _remove_oldest(self) -> None:
        while self._weight > HEAVIEST and len(self._requests) > 1:
            self._weight -= self._requests.pop(next(iter(self._requests))).weight


def _texts_in(value: Any) -> Iterator[str]:
    """All texts of a JSON value, the names of its fields too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one


def _ending_in(requests: list[LoggedRequest], path_end: str) -> list[LoggedRequest]:
    wanted = "/" + path_end.strip("/")
    return [request for request in requests if request.path.endswith(wanted)]
