"""The ways from a player's client to the world's sandbox."""

from __future__ import annotations

from uwclient import ConnectionFailed, Reply, ReplyError, Request, UserWiseError, __version__
from uwclient.sandbox import Sandbox

HEADERS = {"User-Agent": f"uwclient/{__version__}", "Accept": "application/json"}


class DirectTransport:
    """Has requests answered by the sandbox in this process, byte for byte as over HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def send(self, request: Request) -> Reply | UserWiseError:
        """Return the sandbox's reply, or why there is none."""
        reply = self._sandbox.ask(
            request.method, request.url, headers={**HEADERS, **request.headers}, body=request.body
        )
        if reply is None or reply.is_cut:
            return ConnectionFailed("The connection was cut before the reply was complete.", reached=True)
        if max(len(reply.body), reply.endless or 0) > request.limits.largest:
            return ReplyError(f"The reply is larger than {request.limits.largest:,} bytes.")
        return Reply.of(reply.status, reply.body, reply.headers)
