"""Reads requests from the bytes of a connection (pure; RFC 9112).

Every size has a bound, and nothing is guessed: where two readers could disagree on where a request ends, it is
refused.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, NamedTuple

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONGEST_LINE = 8 * 1024
LONGEST_HEAD = 32 * 1024
MOST_HEADERS = 100
LARGEST_BODY = 1024 * 1024
"""The bytes of a body, unless a server takes larger ones; so much of one is kept in memory, and more in a file."""
LONGEST_CHUNK_LINE = 256

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/([0-9])\.([0-9])")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\t -~\x80-\xff]*)?")


class BadRequest(Exception):
    """What arrived is no valid request: a status, and a sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class BodyBound(NamedTuple):
    """The bytes of the largest body that a request may have, and the status of the reply to a larger one."""

    size: int = LARGEST_BODY
    status: int = 413

    def check(self, size: int) -> None:
        """BadRequest for a body of more bytes."""
        if size > self.size:
            raise BadRequest(self.status, f"The body is larger than {self.size} bytes.")


COMMON = BodyBound()


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body; `body_size` is None when the body comes in chunks, of which `bound` is checked."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body_size: int | None
    bound: BodyBound = COMMON

    def values(self, name: str) -> list[str]:
        """The values of all headers of a name, which is written in small letters."""
        return [value for key, value in self.headers if key == name]

    @property
    def has_body(self) -> bool:
        """Whether a body follows."""
        return self.body_size != 0

    @property
    def keeps_open(self) -> bool:
        """Whether the client may send another request on this connection."""
        tokens = ",".join(self.values("connection")).lower().split(",")
        return self.version == "HTTP/1.1" and "close" not in [token.strip() for token in tokens]

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body."""
        return self.version == "HTTP/1.1" and self.has_body and bool(self.values("expect"))


class RequestReader:
    """Owns the unread bytes of one connection, and reads head and body of one request after the other.

    After a BadRequest it cannot be used any more: where the next request begins is not known.

    Args:
        bound: how large the body of a request may be, by its head.

    """

    def __init__(self, bound: Callable[[Head], BodyBound] = lambda head: COMMON) -> None:
        self._bound = bound
        self._bytes = bytearray()
        self._searched = 0
        self._lines: list[bytes] = []
        self._lines_size = 0
        self._body: IO[bytes] = io.BytesIO()
        self._body_size = 0
        self._chunk_left: int | None = None
        self._in_trailer = False

    @property
    def size(self) -> int:
        """How many bytes it holds in memory; 0 between two requests."""
        return len(self._bytes) + self._lines_size + (0 if self.size_on_disk else self._body_size)

    @property
    def size_on_disk(self) -> int:
        """How many bytes it holds in a file."""
        return self._body_size if self._body_size > LARGEST_BODY else 0

    def close(self) -> None:
        """Drop the body that was under way."""
        self._taken_body().close()

    def feed(self, data: bytes) -> None:
        """Append bytes that arrived."""
        self._bytes += data

    def head(self) -> Head | None:
        """The head of the next request, once it is complete. BadRequest when it cannot be one."""
        while (line := self._line(LONGEST_LINE, 431 if self._lines else 414)) is not None:
            if line:
                self._keep(line)
            elif self._lines:
                lines = self._take_lines()
                return _head(lines[0], lines[1:], self._bound)
        return None

    def body(self, head: Head) -> IO[bytes] | None:
        """The body of the request of that head, once it is complete. BadRequest when it cannot be one."""
        if head.body_size is None:
            return self._chunked_body(head.bound)
        if head.body_size <= LARGEST_BODY:
            return None if len(self._bytes) < head.body_size else io.BytesIO(self._take(head.body_size))
        self._keep_of_body(head.body_size - self._body_size)
        return None if self._body_size < head.body_size else self._taken_body()

    def _keep_of_body(self, most: int) -> int:
        """Move bytes that arrived into the body, so many at most; how many there were."""
        piece = self._take(min(most, len(self._bytes)))
        try:
            if self._body_size <= LARGEST_BODY < self._body_size + len(piece):
                self._move_body_to_disk()
            self._body.write(piece)
        except OSError as problem:
            raise BadRequest(503, f"There is no room for the body ({problem.strerror}).") from None
        self._body_size += len(piece)
        return len(piece)

    def _move_body_to_disk(self) -> None:
        in_memory, self._body = self._body, tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        in_memory.seek(0)
        self._body.write(in_memory.read())

    def _taken_body(self) -> IO[bytes]:
        body, self._body, self._body_size = self._body, io.BytesIO(), 0
        body.seek(0)
        return body

    def _chunked_body(self, bound: BodyBound) -> IO[bytes] | None:
        while not self._in_trailer:
            if self._chunk_left is None:
                line = self._line(LONGEST_CHUNK_LINE, 400)
                if line is None:
                    return None
                self._chunk_left = _chunk_size(line)
                bound.check(self._body_size + self._chunk_left)
                self._in_trailer = self._chunk_left == 0
            elif not self._chunk_is_taken():
                return None
        return self._body_after_trailer()

    def _chunk_is_taken(self) -> bool:
        """Take what there is of a chunk; whether it, and the end of its line, are complete."""
        if self._chunk_left:
            self._chunk_left -= self._keep_of_body(self._chunk_left)
        if self._chunk_left or len(self._bytes) < 2:
            return False
        if self._take(2) != b"\r\n":
            raise BadRequest(400, "A chunk of the body is longer than it says.")
        self._chunk_left = None
        return True

    def _body_after_trailer(self) -> IO[bytes] | None:
        """The body, once the trailer (which is ignored) is complete."""
        while (line := self._line(LONGEST_LINE, 431)) is not None:
            if line:
                _header(line)
                self._keep(line)
                continue
            self._take_lines()
            self._chunk_left, self._in_trailer = None, False
            return self._taken_body()
        return None

    def _line(self, longest: int, status: int) -> bytes | None:
        """The next line without its end, once it is complete."""
        end = self._bytes.find(b"\n", self._searched)
        if (len(self._bytes) if end < 0 else end) > longest:
            raise BadRequest(status, f"A line of the request is longer than {longest} bytes.")
        if end < 0:
            self._searched = len(self._bytes)
            return None
        line = self._take(end + 1)
        if not line.endswith(b"\r\n"):
            raise BadRequest(400, "A line of the request does not end in CR LF.")
        return line[:-2]

    def _keep(self, line: bytes) -> None:
        self._lines.append(line)
        self._lines_size += len(line) + 2
        if len(self._lines) > MOST_HEADERS + 1:
            raise BadRequest(431, f"The request has more than {MOST_HEADERS} headers.")
        if self._lines_size > LONGEST_HEAD:
            raise BadRequest(431, f"The headers of the request are longer than {LONGEST_HEAD} bytes.")

    def _take_lines(self) -> list[bytes]:
        lines, self._lines, self._lines_size = self._lines, [], 0
        return lines

    def _take(self, count: int) -> bytes:
        taken = bytes(self._bytes[:count])
        del self._bytes[:count]
        self._searched = 0
        return taken


def _head(request_line: bytes, header_lines: list[bytes], bound_of: Callable[[Head], BodyBound]) -> Head:
    found = _REQUEST_LINE.fullmatch(request_line)
    if found is None:
        raise BadRequest(400, "The request line is not valid HTTP/1.1.")
    method, target, major, minor = (part.decode("ascii") for part in found.groups())
    if major != "1":
        raise BadRequest(505, "The sandbox speaks HTTP/1.1.")
    if method not in METHODS:
        raise BadRequest(405, f"The sandbox does not know the method {method[:20]}.")
    if not target.startswith("/"):
        raise BadRequest(400, "The request does not name a path: the sandbox is no proxy.")
    headers = tuple(_header(line) for line in header_lines)
    version = "HTTP/1.0" if minor == "0" else "HTTP/1.1"
    head = Head(method, target, version, headers, 0)
    _check_host(head)
    if any(value.lower() != "100-continue" for value in head.values("expect")):
        raise BadRequest(417, "The sandbox can meet no expectation but 100-continue.")
    bound = bound_of(head)
    return Head(method, target, version, headers, _body_size(head, bound), bound)


def _header(line: bytes) -> tuple[str, str]:
    found = _HEADER.fullmatch(line)
    if found is None:
        raise BadRequest(400, "A header of the request is not valid HTTP/1.1.")
    name, value = found.groups()
    return name.decode("ascii").lower(), value.decode("latin-1")


def _check_host(head: Head) -> None:
    hosts = len(head.values("host"))
    if hosts > 1 or (hosts == 0 and head.version != "HTTP/1.0"):
        raise BadRequest(400, f"The request has {hosts} Host headers: send one.")


def _body_size(head: Head, bound: BodyBound) -> int | None:
    """The size that a head announces, None for a body in chunks."""
    lengths, codings = head.values("content-length"), head.values("transfer-encoding")
    if codings:
        if lengths or len(codings) > 1 or head.version == "HTTP/1.0":
            raise BadRequest(400, "The request has more than one framing: send Content-Length, or chunks.")
        if codings[0].lower() != "chunked":
            raise BadRequest(501, "The sandbox knows no transfer coding but chunked.")
        return None
    if not lengths:
        return 0
    if len(lengths) > 1 or not re.fullmatch("[0-9]+", lengths[0]):
        raise BadRequest(400, "Content-Length is not one number of bytes.")
    digits = lengths[0].lstrip("0")
    size = int(digits or "0") if len(digits) < 20 else sys.maxsize
    bound.check(size)
    return size


def _chunk_size(line: bytes) -> int:
    found = _CHUNK_LINE.fullmatch(line)
    if found is None:
        raise BadRequest(400, "The size of a chunk is not a hexadecimal number.")
    return int(found[1], 16)
