"""The loop in one thread that serves all connections, and the bounds on all of them together.

Requests are answered one at a time: the platform works under one lock, and never waits.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import selectors
import socket
import sys
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from uwclient.sandbox.http.connection import Connection, Phase
from uwclient.sandbox.http.outgoing import Answer, Later, Outgoing
from uwclient.sandbox.http.request_reader import LARGEST_BODY, BadRequest, BodyBound, Head, RequestReader
from uwclient.sandbox.http.wsgi import Environ, environ_of
from uwclient.time_sources import RealTime

MOST_CONNECTIONS = 400 if sys.platform == "win32" else 4000
"""When one more comes, the one that has been idle for longest is closed. (Windows can watch 512 sockets.)"""
MOST_RECEIVED = 16 * 1024 * 1024
"""The bytes of requests, complete or not, that are kept at once; one of the largest may come on top."""
MOST_ON_DISK = 256 * 1024 * 1024
"""The same, of what is kept in files: bodies that are larger than common ones."""
MOST_UNSENT = 48 * 1024 * 1024
"""The bytes of replies that are kept until they are sent; of large replies, half as many. Beyond, clients get 503."""
REQUEST_SECONDS = 30.0
"""How long a request may take to arrive."""
STALLED_SECONDS = 30.0
"""How long a client may read nothing of a reply."""
_STALLED_SECONDS_WHEN_FULL = 5.0
"""The same, when there is little room for other replies."""
_DRAIN_SECONDS = 2.0
_TICK_SECONDS = 1.0
_PIECE = 1 << 16
_LARGE = 1 << 16
_ACCEPTED_AT_ONCE = 64
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Application(Protocol):
    """What the server serves. All but `answer` are quick, and see no body."""

    def body_bound(self, head: Head) -> BodyBound:
        """How large the body of a request may be."""

    def admit(self, environ: Environ) -> Outgoing | None:
        """The reply to a request that is refused for its head alone; None when its body may be read."""

    def refuse(self, problem: BadRequest) -> Outgoing:
        """The reply to what is no valid request."""

    def answer(self, environ: Environ) -> Answer:
        """The reply to a request."""


class EventLoop:
    """Owns the open connections; `run` serves them in the thread that calls it, until `stop`.

    Other threads call only `stop`, and `_call`, which releases held requests.
    """

    def __init__(
        self,
        listener: socket.socket,
        application: Application,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._listener = listener
        self._address: tuple[str, int] = listener.getsockname()[:2]
        self._application = application
        self._failed = failed
        self._selector = selectors.DefaultSelector()
        self._connections: dict[Connection, Later | None] = {}
        self._ready: deque[tuple[Connection, Callable[[], Answer]]] = deque()
        self._load = _Load()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._next_tick = RealTime.monotonic() + _TICK_SECONDS
        self._calls: deque[Callable[[], None]] = deque()
        self._wake_sender, self._wake_receiver = socket.socketpair()
        self._stopping = False

    def stop(self) -> None:
        """Make `run` close everything and return; for any thread."""
        self._stopping = True
        self._call(lambda: None)

    def run(self) -> None:
        """Serve until `stop`."""
        for sock in (self._listener, self._wake_sender, self._wake_receiver):
            sock.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wake_receiver, selectors.EVENT_READ, self._drain_wakes)
        while not self._stopping:
            for key, _ in self._selector.select(self._seconds_to_wait()):
                self._guarded(key.data)
            while self._calls:
                self._guarded(self._calls.popleft())
            self._guarded(self._run_timers)
            self._guarded(self._answer_ready)
        self._close_all()

    def _guarded(self, step: Callable[[], None]) -> None:
        """Take a step; an error in it must not end the thread."""
        try:
            step()
        except Exception as error:
            self._failed(error)

    # Other threads, and time.

    def _call(self, call: Callable[[], None]) -> None:
        """Call something in the server's thread."""
        self._calls.append(call)
        with contextlib.suppress(OSError):  # a full pipe wakes it as well
            self._wake_sender.send(b"!")

    def _drain_wakes(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake_receiver.recv(_PIECE)

    def _seconds_to_wait(self) -> float:
        if self._ready:
            return 0.0
        soonest = min(self._next_tick, self._timers[0][0]) if self._timers else self._next_tick
        return max(0.0, soonest - RealTime.monotonic())

    def _run_timers(self) -> None:
        now = RealTime.monotonic()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()
        if now < self._next_tick:
            return
        self._next_tick = now + _TICK_SECONDS
        if self._listener not in self._selector.get_map():
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        for connection in list(self._connections):
            self._end_if_late(connection, now - connection.since)

    def _end_if_late(self, connection: Connection, seconds: float) -> None:
        if connection.phase is Phase.READING and not connection.is_idle and seconds > REQUEST_SECONDS:
            self._refuse(connection, BadRequest(408, f"The request did not arrive within {REQUEST_SECONDS:.0f} s."))
        elif connection.phase is Phase.SENDING:
            has_time = self._load.has_room_for(_LARGE)
            if seconds > (STALLED_SECONDS if has_time else min(STALLED_SECONDS, _STALLED_SECONDS_WHEN_FULL)):
                self._close(connection)
        elif connection.phase is Phase.DRAINING and seconds > _DRAIN_SECONDS:
            self._close(connection)

    # Connections that come and go.

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, (client, _) = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError:  # no more files may be open
                if not self._make_room():
                    self._selector.unregister(self._listener)  # until the next tick
                return
            if len(self._connections) >= MOST_CONNECTIONS:
                self._make_room()
            try:
                connection = Connection(sock, client, self._application.body_bound)
            except OSError:  # it is gone already
                sock.close()
                continue
            self._connections[connection] = None
            self._watch(connection)

    def _make_room(self) -> bool:
        """Close the connection that has been idle for longest, or else one that waits for its client.

        Whether there was one.
        """
        waiting = [
            connection
            for connection, later in self._connections.items()
            if later is not None or connection.phase in (Phase.READING, Phase.DRAINING)
        ]
        if waiting:
            self._close(min(waiting, key=lambda connection: (not connection.is_idle, connection.since)))
        return bool(waiting)

    def _watch(self, connection: Connection) -> None:
        """Watch a socket for what its phase needs; not at all while it waits for its reply.

        Most replies come at once, so watching stops only when more arrives meanwhile.
        """
        wanted = {Phase.SENDING: selectors.EVENT_WRITE, Phase.WAITING: 0}.get(connection.phase, selectors.EVENT_READ)
        if wanted == connection.watched:
            return
        if connection.watched:
            self._selector.unregister(connection.socket)
        if wanted:
            self._selector.register(connection.socket, wanted, partial(self._serve, connection))
        connection.watched = wanted

    def _close(self, connection: Connection) -> None:
        later = self._connections.pop(connection)
        if later is not None:
            later.held.cancel()
        if connection.watched:
            self._selector.unregister(connection.socket)
        self._load.remove(connection)
        connection.drop_request()
        connection.socket.close()

    def _close_all(self) -> None:
        self._listener.close()
        for connection in list(self._connections):
            self._close(connection)
        self._selector.close()
        self._wake_sender.close()
        self._wake_receiver.close()

    # From bytes to requests.

    def _serve(self, connection: Connection) -> None:
        """Go on with a connection whose socket is ready."""
        if connection not in self._connections:  # closed a moment ago
            return
        if connection.phase is Phase.WAITING:
            self._watch(connection)
            return
        if connection.phase is Phase.SENDING:
            connection.send()
            self._settle(connection)
            self._advance(connection)
            return
        try:
            data = connection.socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(connection)
        elif connection.phase is Phase.READING:
            if connection.is_idle:
                connection.enter(Phase.READING)
            connection.reader.feed(data)
            self._advance(connection)

    def _advance(self, connection: Connection) -> None:
        """Go on with what has arrived, until more is needed or a request is complete."""
        try:
            while connection.phase is Phase.READING and self._takes_step(connection):
                pass
            self._load.update(connection)
            if self._load.is_too_much and connection.phase is Phase.READING:
                raise BadRequest(503, "The sandbox is being sent too much at once.")
        except BadRequest as problem:
            self._refuse(connection, problem)
        except Exception:
            self._close(connection)
            raise

    def _takes_step(self, connection: Connection) -> bool:
        """Read a head or a body; whether one was complete."""
        if connection.head is None:
            connection.head = connection.reader.head()
            if connection.head is None:
                return False
            connection.environ = environ_of(connection.head, self._address, connection.client)
            self._admit(connection, connection.head)
            return True
        body = connection.reader.body(connection.head)
        if body is None:
            return False
        connection.take_body(body)
        connection.enter(Phase.WAITING)
        self._ready.append((connection, partial(self._application.answer, connection.environ)))
        return True

    def _admit(self, connection: Connection, head: Head) -> None:
        """Refuse a request before its body is read, or let the client send the body."""
        refusal = self._application.admit(connection.environ)
        if refusal is not None:
            connection.closing = head.has_body
            connection.reply(refusal)
            self._settle(connection)
        elif head.expects_continue and connection.reader.size == 0:
            with contextlib.suppress(OSError):
                connection.socket.send(_CONTINUE)

    def _refuse(self, connection: Connection, problem: BadRequest) -> None:
        connection.closing = True
        connection.reply(self._application.refuse(problem))
        self._settle(connection)

    # From requests to replies.

    def _answer_ready(self) -> None:
        """Answer the requests that are complete: of each connection one, before the sockets are looked at again."""
        for _ in range(len(self._ready)):
            connection, answer = self._ready.popleft()
            if connection in self._connections:
                self._answer(connection, answer)

    def _answer(self, connection: Connection, make: Callable[[], Answer]) -> None:
        try:
            answer = make()
            if isinstance(answer, Later):
                self._hold(connection, answer)
                return
            if answer is not None and not self._load.has_room_for(len(answer.response.get_data())):
                answer = self._application.refuse(BadRequest(503, "Too many replies wait to be read."))
            connection.reply(answer)
        except Exception as error:
            self._failed(error)
            connection.reply(None)
        self._settle(connection)
        if connection.reader.size:
            self._advance(connection)

    def _hold(self, connection: Connection, later: Later) -> None:
        self._connections[connection] = later
        later.held.when_released(lambda: self._call(partial(self._go_on, connection, later)))
        if later.held.seconds is not None:
            moment = RealTime.monotonic() + later.held.seconds
            heapq.heappush(self._timers, (moment, next(self._numbers), later.held.release))

    def _go_on(self, connection: Connection, later: Later) -> None:
        if self._connections.get(connection) is later:
            self._connections[connection] = None
            self._ready.append((connection, later.answer))

    def _settle(self, connection: Connection) -> None:
        """Decide what comes after a reply that was sent, wholly or in part."""
        if connection.is_sent and connection.closing:
            connection.enter(Phase.DRAINING)
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_WR)
            connection.drop_request()
            connection.reader = RequestReader()
        elif connection.is_sent:
            connection.enter(Phase.READING)
        self._load.update(connection)
        self._watch(connection)


class _Load:
    """Counts what all connections together keep in memory; a body that several send counts once."""

    def __init__(self) -> None:
        self._received = 0
        self._on_disk = 0
        self._unsent = 0
        self._senders: Counter[int] = Counter()  # by the id of what they send
        self._counted: dict[Connection, tuple[int, int, bytes]] = {}

    @property
    def is_too_much(self) -> bool:
        """Whether more is kept of requests than may be."""
        return self._received > MOST_RECEIVED + LARGEST_BODY or self._on_disk > MOST_ON_DISK

    def has_room_for(self, size: int) -> bool:
        """Whether a reply with a body of that size may be kept until it is sent; the only one always may."""
        return not self._unsent or self._unsent + size <= (MOST_UNSENT // 2 if size >= _LARGE else MOST_UNSENT)

    def update(self, connection: Connection) -> None:
        """Count what a connection keeps now."""
        received, on_disk, unsent = connection.held_bytes, connection.bytes_on_disk, connection.unsent
        known = self._counted.get(connection, (0, 0, b""))
        if (received, on_disk) == known[:2] and unsent is known[2]:
            return
        self.remove(connection)
        if received or on_disk or unsent:
            self._counted[connection] = received, on_disk, unsent
            self._received += received
            self._on_disk += on_disk
            self._senders[id(unsent)] += 1
            self._unsent += len(unsent) if self._senders[id(unsent)] == 1 else 0

    def remove(self, connection: Connection) -> None:
        """Count nothing for a connection any more."""
        if connection not in self._counted:
            return
        received, on_disk, unsent = self._counted.pop(connection)
        self._received -= received
        self._on_disk -= on_disk
        self._senders[id(unsent)] -= 1
        if not self._senders[id(unsent)]:
            del self._senders[id(unsent)]
            self._unsent -= len(unsent)
