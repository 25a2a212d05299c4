"""One request to an endpoint over the network, within bounds: of time, of what is read, and of where it goes."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from uwclient.sandbox.services.webhooks.models import Outcome, WebhookRequest
from uwclient.sandbox.services.webhooks.rules import may_send_to
from uwclient.urls import is_loopback

SECONDS = 10.0
"""How long an attempt may take, from the look for the address to the end of the reply."""
MOST_READ = 64 * 1024
"""The bytes of a reply that are read: of its head, and of its body."""
_SHOWN = 200
"""The characters of a reply that a problem quotes."""
_LOOPBACK = ("127.0.0.1", "::1")
_NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_END_OF_CHUNKS = b"0\r\n\r\n"


async def post(request: WebhookRequest, allowed_hosts: tuple[str, ...]) -> Outcome:
    """Send a request, and return what came of it.

    The status counts as soon as it has arrived, whatever becomes of the rest. Redirects are not followed.

    Args:
        request: what is sent, and where to.
        allowed_hosts: hosts, besides this machine, that it may go to.

    """
    reply = _Reply()
    try:
        async with asyncio.timeout(SECONDS):
            await _exchange(request, allowed_hosts, reply)
    except TimeoutError:
        reply.problem = f"There was no reply within {SECONDS:.0f} seconds."
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as problem:
        reply.problem = f"There was no reply: {str(problem) or type(problem).__name__}."
    return reply.outcome


class _Reply:
    """What has arrived of a reply."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.body = b""
        self.problem = ""

    @property
    def outcome(self) -> Outcome:
        if self.status is None:
            return Outcome(None, self.problem)
        outcome = Outcome(self.status)
        if outcome.is_acknowledged:
            return outcome
        text = " ".join(self.body.decode(errors="replace").split())[:_SHOWN]
        return Outcome(self.status, f"The reply was {self.status}{f': {text}' if text else ' without a text'}.")


async def _exchange(request: WebhookRequest, allowed_hosts: tuple[str, ...], reply: _Reply) -> None:
    parts = urlsplit(request.url)
    reader, writer = await _connect(parts, allowed_hosts)
    try:
        writer.write(_encoded(request, parts))
        await writer.drain()
        headers = await _read_head(reader, reply)
        await _read_body(reader, headers, reply)
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def _connect(
    parts: SplitResult, allowed_hosts: tuple[str, ...]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of the host's addresses that takes it; what is connected to is what was checked."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    context = ssl.create_default_context() if secure else None
    problems: list[OSError] = []
    for address in await _addresses(host, port, allowed_hosts):
        try:
            return await asyncio.open_connection(
                address, port, limit=MOST_READ, ssl=context, server_hostname=host if secure else None
            )
        except ssl.SSLError:  # somebody is there, but not who is meant
            raise
        except OSError as error:
            problems.append(error)
    raise problems[0] if problems else OSError(f"{host} has no address")


async def _addresses(host: str, port: int, allowed_hosts: tuple[str, ...]) -> list[str]:
    """The addresses of a host, looked up once. ConnectionError when requests may not go there."""
    if not may_send_to(host, allowed_hosts):  # it was, when the database was made
        raise ConnectionError(f"{host} is not allowed any more")
    with contextlib.suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    if is_loopback(host):  # such a name means this machine, whatever somebody else says
        return list(_LOOPBACK)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _encoded(request: WebhookRequest, parts: SplitResult) -> bytes:
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    headers = {
        "Host": parts.netloc,
        "Accept": "*/*",
        "Connection": "close",
        "Content-Length": str(len(request.body)),
        **request.headers,
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + request.body


async def _read_head(reader: asyncio.StreamReader, reply: _Reply) -> dict[str, str]:
    """The headers of the reply, by names in small letters; provisional replies (1xx) are passed over."""
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        version, _, rest = first.partition(" ")
        code = rest[:3]
        if not version.startswith("HTTP/1.") or len(code) < len("200") or not code.isdecimal() or not code.isascii():
            raise ValueError(f"what came is no HTTP: {first[:_SHOWN]!r}")
        if int(code) >= HTTPStatus.OK:
            reply.status = int(code)
            return {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str], reply: _Reply) -> None:
    length = headers.get("content-length", "")
    wanted = MOST_READ
    if reply.status in _NO_BODY:
        wanted = 0
    elif length.isascii() and length.isdecimal():
        wanted = min(int(length[:20]), MOST_READ)
    in_chunks = headers.get("transfer-encoding", "").lower() == "chunked"
    while len(reply.body) < wanted:
        piece = await reader.read(wanted - len(reply.body))
        reply.body += piece
        if not piece or (in_chunks and reply.body.endswith(_END_OF_CHUNKS)):
            return
