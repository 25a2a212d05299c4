"""HTTP requests and replies as values, and the seam behind which they travel: `UserWise(transport=…)`.

The client asks nothing of a network but `Transport.send`. A test tool that answers in this process, or records what
is sent, implements that one method; `RequestsTransport` is what clients have without one.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import NamedTuple, Protocol

from uwclient.errors import UserWiseError
from uwclient.version import __version__

AGENT = f"uwclient/{__version__}"
"""Who asks: the User-Agent of all requests."""

READ_TIMEOUT = 10.0
DEADLINE = 60.0
LARGEST_BODY = 32 * 1024 * 1024
PIECE = 16 * 1024
LONGEST_RETRY_AFTER = 3600.0

LONGEST_AGE = 86_400.0
"""The maximum number of seconds that a reply was in a cache of the network; the time of an older one is ignored."""

LONGEST_ECHO = 512
"""Characters of a header that is sent back with the next request."""


class Limits(NamedTuple):
    """The limits of a reply.

    Attributes:
        largest: the maximum number of bytes of its body, unpacked.
        silence: the maximum number of seconds between two pieces of it.
        whole: the maximum number of seconds from the request to its end.

    """

    largest: int = LARGEST_BODY
    silence: float = READ_TIMEOUT
    whole: float = DEADLINE


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request of a client, complete and signed.

    Attributes:
        method: "GET", "POST", "PUT" or "DELETE".
        url: the whole address, at the platform's host or, for a media file, at any host.
        body: JSON as UTF-8, or empty.
        headers: those of this request; a transport adds its own, such as User-Agent.
        limits: how long the reply may take, in seconds, and how large it may be, in bytes.
        label: what may be shown of the request: without ids, keys and signatures.
        unpack: whether the reply may be packed (gzip), and is then unpacked by the transport.

    """

    method: str
    url: str
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Limits = LIMITS
    label: str = ""
    unpack: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply. `Reply.of(200, b"{}")` makes one of a whole body.

    Attributes:
        status: HTTP status.
        headers: as they came; their names in any case.
        pieces: the body; taken out piece by piece by whoever reads it.
        digest: sha256 of the body, in hex.
        proxy: the proxy that it came through, as it may be shown; "" for none.
        sent: monotonic moment just before the request; the client notes it.
        received: monotonic moment just after the reply's head; a transport need not note it.
        wall: the device's clock as the reply came, in seconds since 1970; the client notes it.

    """

    status: int
    headers: Mapping[str, str]
    pieces: deque[bytes] = field(repr=False)
    digest: str
    proxy: str = ""
    sent: float = 0.0
    received: float = float("inf")
    wall: float | None = None

    @classmethod
    def of(cls, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """A reply with this status, body and headers, for example a `Date`, which tells the platform's time."""
        pieces = deque(body[at : at + PIECE] for at in range(0, len(body), PIECE))
        return cls(status, headers or {}, pieces, hashlib.sha256(body).hexdigest())

    def body(self) -> bytes:
        """Return the whole body; for replies that are known to be small."""
        return b"".join(self.pieces)

    def header(self, name: str) -> str:
        """The header of this name, or ""."""
        wanted = name.lower()
        return next((value for found, value in self.headers.items() if found.lower() == wanted), "")

    @property
    def etag(self) -> str | None:
        """The entity tag, fit to be sent back, or None."""
        return fit_to_send_back(self.header("ETag")) or None

    @property
    def date(self) -> float | None:
        """The sender's clock as the reply came, in seconds since 1970; None when it tells no time.

        It is when the reply was made, and for how long it lay in caches.
        """
        date, age = _http_date(self.header("Date")), self.header("Age").partition(",")[0].strip()
        lain = float(age) if age.isdecimal() else 0.0
        return date + lain if date is not None and lain <= LONGEST_AGE else None

    @property
    def retry_after(self) -> float | None:
        """Seconds that the sender asks to wait, or None. The header has seconds or a date; it counts for an hour."""
        text = self.header("Retry-After")
        if not text:
            return None
        try:
            seconds = float(text)
        except ValueError:
            until = _http_date(text)
            if until is None:
                return None
            date = self.wall if self.date is None else self.date
            if date is None:
                return None
            seconds = until - date
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if seconds == seconds else None


class Transport(Protocol):
    """How requests reach the platform, and files of media their hosts: one for all that a client sends.

    With a thread, a client calls it from two: one for content and actions, one for media. Without, from `pump()`.
    Whoever makes a transport closes it; the client never does.
    """

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send a request and give its whole reply, whatever its status; redirects are not followed.

        When there is none, give the reason: `ConnectionFailed` for a network that does not carry it, `ReplyError` for
        a reply beyond `request.limits`. Nothing is raised.
        """


def fit_to_send_back(header: str) -> str:
    """A header's value as the next request may hold it; "" for one that no request should hold."""
    return header if len(header) <= LONGEST_ECHO and header.isascii() and header.isprintable() else ""


def _http_date(text: str) -> float | None:
    """Seconds since 1970; a date of HTTP that names no time zone is in UTC, as all of them are."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # imported here, for `start()` needs no sockets

    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
