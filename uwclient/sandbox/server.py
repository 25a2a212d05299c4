"""Owns the HTTP server: its socket, its threads, and their quick and complete end.

It speaks HTTP/1.1 with connections that stay open, which the development server that comes with Flask does
not; it hands every request to one function as a WSGI environ, and sends back the reply in one piece (but for one
that is to be endless).
"""

from __future__ import annotations

import contextlib
import io
import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import IO, Any, cast
from urllib.parse import unquote_to_bytes

from werkzeug.serving import DechunkedInput
from werkzeug.wrappers import Response

Environ = dict[str, Any]

HOST = "127.0.0.1"
_POLL_SECONDS = 0.02
_JOIN_SECONDS = 5.0
_PIECE = 1 << 18


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


Answer = Callable[[Environ], Outgoing | None]


class HttpServer:
    """Owns one listening socket while it runs; it can be started again, on the same port.

    `answer` makes the reply to a request; None closes the connection without one. `failed` is told of
    errors that nothing else has dealt with.
    """

    def __init__(self, port: int, answer: Answer, failed: Callable[[BaseException], None]) -> None:
        self._port = port
        self._answer = answer
        self._failed = failed
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port; 0 before the first start if any port will do."""
        return self._port

    @property
    def is_running(self) -> bool:
        """Whether it listens."""
        return self._listener is not None

    def start(self) -> None:
        """Listen; does nothing when it does already. OSError when the port is taken."""
        if self._listener is not None:
            return
        try:
            self._listener = _Listener(self._port, self._answer, self._failed)
        except OSError as problem:
            raise OSError(
                problem.errno,
                f"The sandbox cannot listen on {HOST}:{self._port} ({problem.strerror}): "
                "stop what listens there, or use port=0 for any free port.",
            ) from None
        self._port = self._listener.server_address[1]
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_SECONDS,), name="uwclient-sandbox", daemon=True
        )
        self._thread.start()

    def stop(self, release: Callable[[], None]) -> None:
        """Close everything; `release` is called when the connections are cut, to let go of held requests."""
        if self._listener is None or self._thread is None:
            return
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._listener.cut_connections()
        release()
        self._listener.join_connections()
        self._listener = None
        self._thread = None


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Owns the listening socket and the open connections, one thread each."""

    allow_reuse_address = sys.platform != "win32"
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answer: Answer, failed: Callable[[BaseException], None]) -> None:
        self.answer = answer
        self._failed = failed
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, socket.socket] = {}
        super().__init__((HOST, port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in a thread of its own, which stays known until it ends."""
        thread = threading.Thread(
            target=self._serve,
            args=(request, client_address),
            name="uwclient-sandbox-connection",
            daemon=True,
        )
        with self._lock:
            self._connections[thread] = request
        thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep an error for whoever checks; a connection that breaks is the client's business."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, (ConnectionError, TimeoutError)):
            self._failed(error)

    def cut_connections(self) -> None:
        """Close the open connections in both directions, so that reading from them ends."""
        with self._lock:
            connections = list(self._connections.values())
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def join_connections(self) -> None:
        """Wait for the connections' threads to end."""
        with self._lock:
            threads = list(self._connections)
        for thread in threads:
            thread.join(_JOIN_SECONDS)

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._connections[threading.current_thread()]


class _Connection(BaseHTTPRequestHandler):
    """Owns one connection: reads requests, one after the other, and writes the replies."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def do_request(self) -> None:
        """Answer the request whose head has been read."""
        try:
            body = self._read_body()
        except (ValueError, OSError):
            self.send_error(400, "The body could not be read; send Content-Length or well-formed chunks.")
            return
        outgoing = self.server.answer(self._environ(body))
        if outgoing is not None and outgoing.endless is not None:
            self._pour(outgoing.response, outgoing.endless)
        elif outgoing is not None:
            self._send(outgoing)
        if outgoing is None or outgoing.closes:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_request  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not even a well-formed request, in the platform's shape of an error."""
        errors = {
            "errors": [message or "The request is not valid HTTP."],
            "meta": {"hints": [], "warnings": []},
        }
        self.close_connection = True
        self._send(Outgoing(Response(json.dumps(errors), code, {"Connection": "close"}, "application/json")))

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing: the sandbox has its own log of requests."""

    def _send(self, outgoing: Outgoing) -> None:
        response = outgoing.response
        body = response.get_data()
        empty = response.status_code in (204, 304)
        bodiless = empty or self.command == "HEAD"
        left_out = ("content-length", "content-type") if empty else ("content-length",)
        lines = [f"HTTP/1.1 {response.status}"]
        lines += [f"{name}: {value}" for name, value in response.headers if name.lower() not in left_out]
        if not empty:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if bodiless or not body:
            self.wfile.write(head[: len(head) // 2] if outgoing.cut else head)
        else:
            self.wfile.write(head + (body[: len(body) // 2] if outgoing.cut else body))

    def _pour(self, response: Response, size: int) -> None:
        """Send that many zero bytes, as long as somebody takes them."""
        lines = [f"HTTP/1.1 {response.status}", *(f"{name}: {value}" for name, value in response.headers)]
        piece = bytes(_PIECE)
        with contextlib.suppress(OSError):
            self.wfile.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
            for _ in range(-(-size // _PIECE)):
                self.wfile.write(piece)

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return DechunkedInput(cast(IO[bytes], self.rfile)).read()
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length > 0 else b""

    def _environ(self, body: bytes) -> Environ:
        path, _, query = self.path.partition("?")
        # An encoded slash belongs to an id, and must not look like a separator once the path is decoded.
        kept = path.replace("%2F", "%252F").replace("%2f", "%252F")
        environ: Environ = {
            "REQUEST_METHOD": self.command,
            "REQUEST_URI": self.path,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(kept).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ
