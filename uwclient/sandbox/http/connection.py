"""One open connection: what it has read of a request, and what it has still to send."""

from __future__ import annotations

import socket
from collections.abc import Callable
from enum import Enum
from typing import IO

from uwclient.sandbox.http.outgoing import Outgoing
from uwclient.sandbox.http.request_reader import LARGEST_BODY, BodyBound, Head, RequestReader
from uwclient.sandbox.http.wsgi import Environ, add_body
from uwclient.time_sources import RealTime

_PIECE = 1 << 18
_ZEROS = memoryview(bytes(_PIECE))


class Phase(Enum):
    """What a connection does now; it decides what its socket is watched for."""

    READING = "reading a request, or waiting for one"
    WAITING = "waiting for the reply"
    SENDING = "sending the reply"
    DRAINING = "closing: what still arrives is thrown away, so that the client can read the reply"


class Connection:
    """Owns a socket that never blocks, and the parts of a request and a reply that are under way."""

    def __init__(self, sock: socket.socket, client: str, bound: Callable[[Head], BodyBound]) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = sock
        self.client = client
        self.reader = RequestReader(bound)
        self.head: Head | None = None
        self.environ: Environ = {}
        self.phase = Phase.READING
        self.since = RealTime.monotonic()
        self.body_size = 0
        self.closing = False
        self.watched = 0
        self._unsent: list[memoryview] = []
        self._body = b""
        self._zeros = 0

    @property
    def is_idle(self) -> bool:
        """Whether it is between two requests."""
        return self.phase is Phase.READING and self.head is None and self.reader.size == 0

    @property
    def held_bytes(self) -> int:
        """The bytes from its client that are kept in memory."""
        return self.reader.size + (self.body_size if self.body_size <= LARGEST_BODY else 0)

    @property
    def bytes_on_disk(self) -> int:
        """The bytes from its client that are kept in files."""
        return self.reader.size_on_disk + (self.body_size if self.body_size > LARGEST_BODY else 0)

    @property
    def unsent(self) -> bytes:
        """The part of a reply that is kept in memory: all of it, up to its last byte."""
        return self._body if self._unsent else b""

    @property
    def is_sent(self) -> bool:
        """Whether the socket has taken all of the reply."""
        return not self._unsent and not self._zeros

    def enter(self, phase: Phase) -> None:
        """Begin a phase."""
        self.phase = phase
        self.since = RealTime.monotonic()

    def take_body(self, body: IO[bytes]) -> None:
        """Take the body of the request, which is complete then."""
        self.body_size = add_body(self.environ, body)

    def drop_request(self) -> None:
        """Forget the request, and close the files of its body."""
        self.reader.close()
        if self.environ:
            self.environ["wsgi.input"].close()
        self.head, self.environ, self.body_size = None, {}, 0

    def reply(self, outgoing: Outgoing | None) -> None:
        """Send as much of a reply as the socket takes at once; None closes the connection without a reply."""
        head = self.head
        self.drop_request()
        self.closing = self.closing or outgoing is None or outgoing.closes or head is None or not head.keeps_open
        self.enter(Phase.SENDING)
        if outgoing is not None:
            method = "GET" if head is None else head.method
            pieces = outgoing.encoded(method, closing=self.closing)
            self._unsent = [memoryview(piece) for piece in pieces]
            self._body = pieces[-1]
            self._zeros = outgoing.endless or 0
        self.send()

    def send(self) -> None:
        """Send what the socket takes (of zeros, one piece); a broken connection has nothing to send any more."""
        try:
            while self._unsent:
                sent = self.socket.send(self._unsent[0])
                self._unsent[0] = self._unsent[0][sent:]
                if not self._unsent[0]:
                    del self._unsent[0]
                self.since = RealTime.monotonic()
            if self._zeros:
                self._zeros -= self.socket.send(_ZEROS[: self._zeros])
                self.since = RealTime.monotonic()
        except BlockingIOError:
            return
        except OSError:
            self.closing = True
            self._unsent, self._zeros = [], 0
