"""What the tests of media share: a host of files that sends, byte for byte, what a test wants it to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""For https://localhost, until the year 2120."""

Script: TypeAlias = "Callable[[str], Iterable[bytes]]"
"""Given the head of a request, the pieces of what is sent back; then the connection is closed."""


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP reply; `content_type="image/png"` is a header."""
    told = {"Content-Type": "image/png", "Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items() if value != "left out")]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class FileHost:
    """Owns a listening socket on this machine, the heads of the requests that came, and how much it has sent."""

    def __init__(self, script: Script, tls: bool) -> None:
        self._script = script
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._tls is not None:
            self._tls.load_cert_chain(CERTIFICATE)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.heads: list[str] = []
        self.sent = 0
        self._accepting = threading.Thread(target=self._accept, name="test-file-host", daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        scheme, name = ("https", "localhost") if self._tls else ("http", "127.0.0.1")
        return f"{scheme}://{name}:{self._listener.getsockname()[1]}/picture.png"

    def close(self) -> None:
        for made in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                made.shutdown(socket.SHUT_RDWR)
            made.close()
        for thread in (self._accepting, *self._threads):
            thread.join(5)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                thread = threading.Thread(target=self._secure, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _secure(self, connection: socket.socket) -> None:
        if self._tls is None:
            self._serve(connection)
            return
        with contextlib.suppress(OSError):
            self._serve(self._tls.wrap_socket(connection, server_side=True))

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            self.heads.append(head.partition(b"\r\n\r\n")[0].decode("latin-1"))
            for piece in self._script(self.heads[-1]):
                connection.sendall(piece)
                self.sent += len(piece)


@contextlib.contextmanager
def file_host(script: Script, *, tls: bool = False) -> Iterator[FileHost]:
    """A host of files, until the block ends."""
    host = FileHost(script, tls)
    try:
        yield host
    finally:
        host.close()
