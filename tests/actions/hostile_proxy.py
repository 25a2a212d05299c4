"""A proxy in front of the sandbox that spoils a share of the replies: what comes instead is no answer."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable

from uwclient.sandbox import Sandbox

PAGE = b"<html><body>Please sign in to this network.</body></html>"


def _page(status: bytes, *headers: bytes) -> bytes:
    head = [b"HTTP/1.1 " + status, b"Content-Type: text/html", b"Content-Length: %d" % len(PAGE), *headers]
    return b"\r\n".join([*head, b"", PAGE])


NO_ANSWERS = (
    _page(b"200 OK"),
    _page(b"404 Not Found"),
    _page(b"405 Method Not Allowed"),
    _page(b"401 Unauthorized"),
    _page(b"403 Forbidden"),
    _page(b"422 Unprocessable"),
    _page(b"429 Too Many Requests"),
    _page(b"503 Service Unavailable"),
    _page(b"301 Moved", b"Location: http://127.0.0.1:1/"),
    _page(b"302 Found", b"Location: https://example.com/sign-in"),
    _page(b"307 Temporary Redirect", b"Location: /maintenance"),
    _page(b"200 OK", b"Date: Thu, 01 Jan 1970 00:00:00 GMT"),
    _page(b"503 Service Unavailable", b"Date: Fri, 01 Jan 2100 00:00:00 GMT"),
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
    b'HTTP/1.1 422 Unprocessable\r\nContent-Length: 14\r\n\r\n{"errors": []}',
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 304 Not Modified\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\n" * 40,
    b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"session_id":',
    b"HTTP/1.1 200",
    b"",
    b"SSH-2.0-OpenSSH_9.2\r\n",
)
"""What a connection may be answered with before it is closed. None of it settles anything."""

INTERIM = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
"""What may come before an answer, and changes nothing."""


class HostileProxy:
    """Owns a port on this machine. Attributes:

    share: of the replies that are spoiled, 0 to 1; half of them only after the platform has done its part.
    spoils: which requests may be spoiled at all, by their first line.

    """

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.share = 0.0
        self.spoils: Callable[[bytes], bool] = lambda line: True
        self._target = ("127.0.0.1", sandbox.port)
        self._rng = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name="hostile-proxy", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client, self._rng.random()), daemon=True).start()

    def _serve(self, client: socket.socket, drawn: float) -> None:
        """Answer one request of a connection, and close it."""
        rng = random.Random(drawn)
        try:
            with client:
                client.settimeout(10.0)
                request = _request(client)
                if not request:
                    return
                is_spoiled = rng.random() < self.share and self.spoils(request.partition(b"\r\n")[0])
                if not is_spoiled:
                    client.sendall((INTERIM if rng.random() < 0.2 else b"") + self._forwarded(request))
                    return
                if rng.random() < 0.5:
                    reply = self._forwarded(request)
                    if rng.random() < 0.3:
                        client.sendall(reply[: rng.randrange(len(reply) or 1)])
                        return
                client.sendall(rng.choice(NO_ANSWERS))
        except OSError:  # the game was killed, or the platform is away
            return

    def _forwarded(self, request: bytes) -> bytes:
        """The platform's whole reply."""
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"host:"))]
        host = b"Host: 127.0.0.1:%d" % self._target[1]
        with socket.create_connection(self._target, timeout=10.0) as platform:
            platform.sendall(b"\r\n".join([*lines, host, b"Connection: close", b"", body]))
            return b"".join(iter(lambda: platform.recv(65536), b""))


def _request(client: socket.socket) -> bytes:
    """A whole request, or nothing when the connection ends before."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = client.recv(65536)
        if not piece:
            return b""
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    size = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < size:
        piece = client.recv(65536)
        if not piece:
            return b""
        body += piece
    return head + b"\r\n\r\n" + body
