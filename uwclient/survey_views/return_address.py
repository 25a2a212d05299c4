"""A small HTTP server on this machine, whose URL a survey's page opens at its end."""

from __future__ import annotations

import socket
from urllib.parse import parse_qs, urlsplit

from uwclient.dice import Dice
from uwclient.time_sources import RealTime

MOST_CONNECTIONS = 8
"""The maximum number of connections at a time; the oldest is closed for a new one."""

PATIENCE = 5.0
"""The maximum number of seconds that a client may take to send its request."""

LONGEST_HEAD = 64 * 1024
"""The maximum number of bytes of a request, which may have cookies of other programs on this machine."""

_PAGE = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    b"<title>Survey</title><style>body{font:1.2rem system-ui,sans-serif;text-align:center;margin-top:20vh}</style>"
    b"<p>You can close this tab, and go back to the game.</p></html>"
)
_HEAD = (
    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nCache-Control: no-store\r\n"
    b"Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nReferrer-Policy: no-referrer\r\n"
    b"Connection: close\r\n\r\n"
)


class ReturnAddress:
    """Owns a listening socket that only this machine can reach, with a path that nobody can guess.

    Attributes:
        url: its URL.

    """

    def __init__(self) -> None:
        self._path = f"/{Dice().bits('return address'):064x}"
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=MOST_CONNECTIONS)
        self._socket.setblocking(False)
        self._connections: list[_Connection] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}{self._path}"

    def poll(self) -> str | None:
        """Return the result that the page has sent, such as "survey_completed", or None. It never blocks."""
        self._accept()
        result = None
        for connected in list(self._connections):
            request_line = connected.request_line()
            if request_line is not None:
                told = self._result_of(request_line)
                connected.reply(b"404 Not Found" if told is None else b"200 OK", b"" if told is None else _PAGE)
                result = result or told
            if connected.is_closed:
                self._connections.remove(connected)
        return result

    def close(self) -> None:
        """Close the socket and all connections."""
        for connected in self._connections:
            connected.close()
        self._connections = []
        self._socket.close()

    def _accept(self) -> None:
        for _ in range(MOST_CONNECTIONS):
            try:
                connection, _ = self._socket.accept()
            except OSError:  # no connection waits
                return
            if len(self._connections) == MOST_CONNECTIONS:
                self._connections.pop(0).close()
            self._connections.append(_Connection(connection))

    def _result_of(self, request_line: str) -> str | None:
        """Parse a request line such as "GET /path?result=… HTTP/1.1"; None if it is for another path."""
        method, _, rest = request_line.partition(" ")
        try:
            parts = urlsplit(rest.partition(" ")[0])
        except ValueError:
            return None
        if method != "GET" or parts.path != self._path:
            return None
        return parse_qs(parts.query).get("result", [""])[-1]


class _Connection:
    """Owns one connection, and the part of the request that it has received."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._deadline = RealTime.monotonic() + PATIENCE
        self._head = b""
        self.is_closed = False

    def request_line(self) -> str | None:
        """Return the first line of the request, once its whole head is there, else None."""
        has_ended = False
        while len(self._head) <= LONGEST_HEAD and not has_ended:
            try:
                piece = self._connection.recv(LONGEST_HEAD)
            except BlockingIOError:
                break
            except OSError:
                piece = b""
            self._head += piece
            has_ended = not piece
        if b"\r\n\r\n" in self._head:
            return self._head.partition(b"\r\n")[0].decode("latin-1")
        if has_ended or len(self._head) > LONGEST_HEAD or RealTime.monotonic() > self._deadline:
            self.close()
        return None

    def reply(self, status: bytes, body: bytes) -> None:
        """Send a reply, which is small enough not to block, and close the connection."""
        try:
            self._connection.sendall(_HEAD % (status, len(body)) + body)
        except OSError:
            self.is_closed = True
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.is_closed = True
        self._connection.close()
