"""Requests of this process: the same way as those that come by a socket, without one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from uwclient.sandbox.http.event_loop import Application
from uwclient.sandbox.http.outgoing import Answer, Later, Outgoing
from uwclient.sandbox.http.request_reader import Head
from uwclient.sandbox.http.wsgi import add_body, environ_of

CLIENT = "127.0.0.1"
_BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class InProcessReply:
    """The reply to a request of this process, as it would come by a socket.

    Attributes:
        status: the HTTP status.
        headers: the headers.
        body: the body, or as much of it as comes when the reply is cut.
        is_cut: whether the connection breaks before the reply has ended.
        endless: how many bytes come in place of the body; None for the body alone.

    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    is_cut: bool = False
    endless: int | None = None


def ask(
    application: Application, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes
) -> InProcessReply | None:
    """Have a request answered on this thread; None when the connection is closed without a reply."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    sent = [("host", parts.netloc), *((name.lower(), value) for name, value in headers)]
    environ = environ_of(Head(method, target, "HTTP/1.1", tuple(sent), len(body)), _address(parts.netloc), CLIENT)
    answer: Answer = application.admit(environ)
    if answer is None:
        add_body(environ, io.BytesIO(body))
        answer = application.answer(environ)
    if isinstance(answer, Later):
        answer = answer.answer() if answer.held.wait() else None
    return None if answer is None else _reply(answer, method)


def _address(netloc: str) -> tuple[str, int]:
    name, _, port = netloc.partition(":")
    return name, int(port or 80)


def _reply(outgoing: Outgoing, method: str) -> InProcessReply:
    response = outgoing.response
    body = b"" if response.status_code in _BODILESS or method == "HEAD" else response.get_data()
    return InProcessReply(
        response.status_code,
        dict(response.headers.items()),
        body[: len(body) // 2] if outgoing.cut else body,
        outgoing.cut,
        outgoing.endless,
    )
