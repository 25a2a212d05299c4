"""Owns what becomes of a request: a reply on its way out, or the wish to answer later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Response

_SMALL = 1 << 16


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Owns a reply on its way out; one that is `cut` breaks off in the middle.

    That is half-way through the body, or through the head when there is no body. One that is `endless` has a body
    of so many zero bytes, whose length is not announced (the response's own body is not sent).
    """

    response: Response
    cut: bool = False
    endless: int | None = None

    @property
    def closes(self) -> bool:
        """Whether the connection cannot be used after it."""
        return self.cut or self.endless is not None

    def encoded(self, method: str, *, closing: bool) -> list[bytes]:
        """The bytes that answer a request of that method, in one or two pieces; of an endless one, its head."""
        response = self.response
        body = response.get_data()
        empty = response.status_code in (204, 304)
        left_out = {"content-length", "content-type"} if empty else {"content-length"}
        if self.endless is not None:
            left_out, empty = set(), True
        lines = [f"HTTP/1.1 {response.status}"]
        lines += [f"{name}: {value}" for name, value in response.headers if name.lower() not in left_out]
        if not empty:
            lines.append(f"Content-Length: {len(body)}")
        if closing:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if empty or method == "HEAD" or not body:
            return [head[: len(head) // 2] if self.cut else head]
        body = body[: len(body) // 2] if self.cut else body
        return [head + body] if len(body) <= _SMALL else [head, body]


class Held:
    """Owns one request that is kept waiting until its time is over, or until somebody lets it go.

    `ended` is told when it waits no longer.
    """

    def __init__(self, seconds: float | None, ended: Callable[[Held], None]) -> None:
        self.seconds = seconds
        self._ended = ended
        self._lock = threading.Lock()
        self._free = False
        self._go_on: Callable[[], None] | None = None

    def when_free(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` once it is let go, which may be now."""
        with self._lock:
            if not self._free:
                self._go_on = go_on
                return
        go_on()

    def let_go(self) -> None:
        """Let the request go on; does nothing the second time."""
        with self._lock:
            go_on, self._go_on, self._free = self._go_on, None, True
        self._ended(self)
        if go_on is not None:
            go_on()

    def forget(self) -> None:
        """Wait no longer, without going on: there is nobody to answer any more."""
        with self._lock:
            self._go_on = None
        self._ended(self)


@dataclass(frozen=True, slots=True)
class Later:
    """Owns the wish to answer a request, by `answer`, once it is held no longer."""

    held: Held
    answer: Callable[[], Outgoing | None]


Answer = Outgoing | Later | None
"""What becomes of a request; None closes its connection without a reply."""
