"""Serves an endpoint by WSGI or ASGI: POST only, bodies within bounds, and replies that say nothing but a status."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

LARGEST_BODY = 1 << 20
"""The bytes of the largest body that is read; those of the platform are far smaller."""

Receive = Callable[[bytes, Any], int]
"""Handles a body with its headers, and returns the status of the reply."""
Message = MutableMapping[str, Any]


def serve_wsgi(receive: Receive, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request by WSGI."""
    status = HTTPStatus(_wsgi_status(receive, environ))
    start_response(f"{status.value} {status.phrase}", _headers(status))
    return [b""]


def _wsgi_status(receive: Receive, environ: dict[str, Any]) -> int:
    if environ.get("REQUEST_METHOD") != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not length and environ.get("wsgi.input_terminated"):  # in chunks: the server knows where it ends
        length = str(LARGEST_BODY + 1)
    elif not length.isdecimal() or not length.isascii():
        return HTTPStatus.LENGTH_REQUIRED
    elif len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    body = environ["wsgi.input"].read(int(length))
    if len(body) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    names = {name[len("HTTP_") :].replace("_", "-"): name for name in environ if name.startswith("HTTP_")}
    return receive(body, {header: environ[name] for header, name in names.items()})


async def serve_asgi(
    receive: Receive,
    scope: Message,
    get_message: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Answer one request by ASGI, or take part in the life of a server."""
    if scope["type"] == "lifespan":
        await _live(get_message, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close"})
    elif scope["type"] == "http":
        status = HTTPStatus(await _asgi_status(receive, scope, get_message))
        headers = [(name.lower().encode(), value.encode()) for name, value in _headers(status)]
        await send({"type": "http.response.start", "status": status.value, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


async def _live(get_message: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        kind = (await get_message())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _asgi_status(receive: Receive, scope: Message, get_message: Callable[[], Awaitable[Message]]) -> int:
    if scope["method"] != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    body, more = bytearray(), True
    while more:
        message = await get_message()
        if message["type"] == "http.disconnect":
            return HTTPStatus.BAD_REQUEST
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return await asyncio.to_thread(receive, bytes(body), list(scope["headers"]))


def _headers(status: HTTPStatus) -> list[tuple[str, str]]:
    headers = [] if status == HTTPStatus.NO_CONTENT else [("Content-Length", "0")]
    return [*headers, ("Allow", "POST")] if status == HTTPStatus.METHOD_NOT_ALLOWED else headers
