"""The ways from a player's client to the world's sandbox: in this process, or as bytes over loopback."""

from __future__ import annotations

import contextlib
import http.client
import socket
from typing import Protocol
from urllib.parse import urlsplit

from uwclient import ConnectionFailed, Reply, ReplyError, Request, UserWiseError, __version__
from uwclient.sandbox import Sandbox

HEADERS = {"User-Agent": f"uwclient/{__version__}", "Accept": "application/json"}
"""What every request of a client says, whatever carries it."""

IN_PROCESS = "http://127.0.0.1"
"""The sandbox's address for requests that need none."""

_PIECE = 1 << 16


class Way(Protocol):
    """Carries requests to the sandbox. `cut` is called by another thread than the one that waits in `send`."""

    host: str

    def send(self, request: Request) -> Reply | UserWiseError:
        """Return the sandbox's reply, or why there is none."""

    def cut(self) -> None:
        """Have the request that is on its way fail."""

    def close(self) -> None:
        """Close the connection, if there is one."""


class DirectWay:
    """Has requests answered by the sandbox in this process, byte for byte as over HTTP."""

    host = IN_PROCESS

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def send(self, request: Request) -> Reply | UserWiseError:
        """Return the sandbox's reply, or why there is none."""
        headers = {**HEADERS, **request.headers}
        reply = self._sandbox.ask(request.method, request.url, headers=headers, body=request.body)
        if reply is None or (reply.is_cut and reply.body):  # of an empty reply nothing is missing
            return _cut_off()
        if max(len(reply.body), reply.endless or 0) > request.limits.largest:
            return _too_large(request)
        return Reply.of(reply.status, reply.body, reply.headers)

    def cut(self) -> None:
        """Do nothing: whoever holds the request ends it."""

    def close(self) -> None:
        """Do nothing."""


class HttpWay:
    """Sends requests to the sandbox's server, one after the other, each on a connection of its own.

    A fault may close a connection after a reply that is whole. The next request on it would sometimes be lost.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.host = sandbox.url
        self._connection = http.client.HTTPConnection(urlsplit(self.host).netloc)

    def send(self, request: Request) -> Reply | UserWiseError:
        """Return the sandbox's reply, or why there is none."""
        try:
            return self._exchange(request)
        except (OSError, http.client.HTTPException):
            return _cut_off()
        finally:
            self._connection.close()

    def _exchange(self, request: Request) -> Reply | UserWiseError:
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._connection.request(request.method, target, request.body or None, {**HEADERS, **request.headers})
        response = self._connection.getresponse()
        body = response.read(request.limits.largest + 1)
        if len(body) > request.limits.largest:
            return _too_large(request)
        if response.length:  # what is still missing; http.client itself does not mind
            return _cut_off()
        return Reply.of(response.status, body, dict(response.getheaders()))

    def cut(self) -> None:
        """Have the request that is on its way fail."""
        sock = self._connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PlayerTransport:
    """The transport of one player's client.

    Attributes:
        is_offline: whether the player has no network.
        paths: the paths of the requests since they were last forgotten.
        silence: for how many seconds the request on its way waits for a reply.

    """

    def __init__(self, way: Way) -> None:
        self.way = way
        self.is_offline = False
        self.paths: set[str] = set()
        self.silence = 0.0

    def send(self, request: Request) -> Reply | UserWiseError:
        """Return the platform's reply, or why there is none."""
        self.paths.add(urlsplit(request.url).path)
        self.silence = request.limits.silence
        if self.is_offline:
            return ConnectionFailed("There is no network: the player is offline.")
        return self.way.send(request)


def _cut_off() -> ConnectionFailed:
    return ConnectionFailed("The connection was cut before the reply was complete.", reached=True)


def _too_large(request: Request) -> ReplyError:
    return ReplyError(f"The reply is larger than {request.limits.largest:,} bytes.")
