"""What answers a request: a reply, a reply that comes later, or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Response

_SMALL = 1 << 16


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply on its way out.

    Attributes:
        response: status, headers and body.
        cut: whether it ends half-way through the body, or through the head when there is no body.
        endless: the number of zero bytes that are sent in place of the body, without announcing their length.

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
    """Owns one request that waits until its time is over, or until it is released.

    Args:
        seconds: how long it waits; None until it is released.
        ended: called when it waits no longer.

    Attributes:
        on_release: called in place of `go_on` when it is released, where somebody else keeps the time.

    """

    def __init__(self, seconds: float | None, ended: Callable[[Held], None]) -> None:
        self.seconds = seconds
        self.on_release: Callable[[], None] | None = None
        self._ended = ended
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._released = False
        self._go_on: Callable[[], None] | None = None

    def when_released(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` once it is released, which may be now."""
        with self._lock:
            if not self._released:
                self._go_on = go_on
                return
        go_on()

    def release(self) -> None:
        """Have the request go on."""
        if self.on_release is not None:
            self.on_release()
        else:
            self.go_on()

    def go_on(self) -> None:
        """Let the request go on now; does nothing the second time."""
        with self._lock:
            go_on, self._go_on, self._released = self._go_on, None, True
        self._ended(self)
        self._over.set()
        if go_on is not None:
            go_on()

    def cancel(self) -> None:
        """Stop waiting without going on: the client is gone."""
        with self._lock:
            self._go_on = None
        self._ended(self)
        self._over.set()

    def wait(self) -> bool:
        """Wait on this thread until it may go on; False when its client is gone."""
        if not self._over.wait(self.seconds):
            self.go_on()
        with self._lock:
            return self._released


@dataclass(frozen=True, slots=True)
class Later:
    """A reply that `answer` makes once the request is held no longer."""

    held: Held
    answer: Callable[[], Outgoing | None]


Answer = Outgoing | Later | None
"""What answers a request; None closes its connection without a reply."""
