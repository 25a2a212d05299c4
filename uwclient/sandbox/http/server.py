"""The HTTP server: its socket and its thread.

One thread serves all connections: an idle connection, a slow client or a held request costs no thread.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable

from uwclient.sandbox.http.event_loop import Application, EventLoop

HOST = "127.0.0.1"
_BACKLOG = 128
_JOIN_SECONDS = 5.0


class HttpServer:
    """Owns one listening socket, and a thread, while it runs; it can be started again, on the same port.

    Args:
        port: 0 for any free port.
        application: what it serves.
        failed: called with errors that are handled nowhere else.

    """

    def __init__(
        self,
        port: int,
        application: Application,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._port = port
        self._application = application
        self._failed = failed
        self._loop: EventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port; 0 before the first start if any port will do."""
        return self._port

    @property
    def is_running(self) -> bool:
        """Whether it listens."""
        return self._loop is not None

    def start(self) -> None:
        """Listen; does nothing when it does already. OSError when the port is taken."""
        if self._loop is not None:
            return
        try:
            listener = _listener(self._port)
        except OSError as problem:
            raise OSError(
                problem.errno,
                f"The sandbox cannot listen on {HOST}:{self._port} ({problem.strerror}): "
                "stop what listens there, or use port=0 for any free port.",
            ) from None
        self._port = listener.getsockname()[1]
        self._loop = EventLoop(listener, self._application, self._failed)
        self._thread = threading.Thread(target=self._loop.run, name="uwclient-sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close everything; requests that are held are never answered."""
        if self._loop is None or self._thread is None:
            return
        self._loop.stop()
        self._thread.join(_JOIN_SECONDS)
        self._loop = None
        self._thread = None


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
