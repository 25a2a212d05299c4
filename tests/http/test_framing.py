"""However a reply is framed, it is read within its bounds, and what is whole is read as it was sent."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import itertools
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.hosts import FileHost, file_host, reply
from uwclient.errors import ConnectionFailed, ReplyError, UserWiseError
from uwclient.http.authorities import Authorities
from uwclient.http.messages import LONGEST_AGE, PIECE, Limits, Reply, Request
from uwclient.http.sockets import LARGEST_HEAD, MOST_INTERIM
from uwclient.http.transport import RequestsTransport
from uwclient.models.notices import RequestsMade
from uwclient.time_sources import SystemTime
from uwclient.wire.sender import Sender

LIMITS = Limits(largest=100_000, silence=0.5, whole=2.0)
MB = 1 << 20


@contextlib.contextmanager
def transport(host: str | None) -> Iterator[RequestsTransport]:
    """A transport that is given back at the end."""
    made = RequestsTransport(host, "test/1", time.monotonic, lambda: None, Authorities())
    try:
        yield made
    finally:
        made.close()


def answer_to(sends: Callable[[], Iterable[bytes]], *, unpack: bool = True) -> tuple[Reply | UserWiseError, int]:
    """What a client makes of what a host sends, and how many bytes the host could send."""
    with file_host(lambda head: sends()) as host, transport(None) as made:
        got = made.send(Request("GET", host.url, limits=LIMITS, label="a reply", unpack=unpack))
        return got, host.sent


def chunks(body: bytes, size: int) -> bytes:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)


def framed(body: bytes, framing: str, size: int, encoding: str) -> bytes:
    """A whole reply, in one of the ways in which HTTP tells where a body ends."""
    if framing == "a length":
        return reply(body, content_encoding=encoding)
    if framing == "the end of the connection":
        return reply(content_length="left out", content_encoding=encoding) + body
    head = reply(content_length="left out", transfer_encoding="chunked", content_encoding=encoding)
    return head + chunks(body, size) + b"0\r\n\r\n"


FRAMINGS = ["a length", "the end of the connection", "chunks"]
interim = st.lists(st.sampled_from([100, 102, 103, 199]), max_size=MOST_INTERIM + 4)


@settings(max_examples=60, deadline=None)
@given(interim, st.sampled_from(FRAMINGS), st.integers(0, 130_000), st.integers(40, 70_000), st.booleans())
def test_a_whole_reply_is_read_whole_if_it_is_within_the_bounds(
    before: list[int], framing: str, size: int, chunk: int, packed: bool
) -> None:
    body = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    sent = gzip.compress(body) if packed else body
    encoding = "gzip" if packed else "left out"
    first = b"".join(b"HTTP/1.1 %d On the way\r\nLink: </x>\r\n\r\n" % status for status in before)

    got, _ = answer_to(lambda: [first, framed(sent, framing, chunk, encoding)])

    if len(before) > MOST_INTERIM:
        assert isinstance(got, ConnectionFailed)
    elif size > LIMITS.largest:
        assert isinstance(got, ReplyError)
        assert str(got).endswith("is larger than 100,000 bytes.")
    else:
        assert isinstance(got, Reply)
        assert got.status == 200
        assert got.body() == body


def endless(start: bytes, piece: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: itertools.chain([start], itertools.repeat(piece * (1 + 60_000 // len(piece))))


CHUNKED = reply(content_length="left out", transfer_encoding="chunked")
ENDLESS: dict[str, Callable[[], Iterator[bytes]]] = {
    "a body": endless(reply(content_length="left out"), b"x"),
    "a chunk of a negative size": endless(CHUNKED + b"-1\r\n", b"x"),
    "a chunk of a great negative size": endless(CHUNKED + b"-ffffffffffff\r\n", b"x"),
    "a chunk of a terabyte": endless(CHUNKED + b"ffffffffff\r\n", b"x"),
    "a chunk of more than there are numbers for": endless(CHUNKED + b"f" * 400 + b"\r\n", b"x"),
    "chunks": endless(CHUNKED, b"10\r\n0123456789abcdef\r\n"),
    "chunks of a byte": endless(CHUNKED, b"1\r\nx\r\n"),
    "a chunk extension": endless(CHUNKED + b"5;", b"x"),
    "chunk extensions": endless(CHUNKED, b"1;" + b"x" * 1000 + b"\r\nx\r\n"),
    "trailers": endless(CHUNKED + b"0\r\n", b"X-More: y\r\n"),
    "one trailer": endless(CHUNKED + b"0\r\nX-More: ", b"y"),
    "headers": endless(b"HTTP/1.1 200 OK\r\n", b"X-More: y\r\n"),
    "long headers": endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 60_000 + b"\r\n"),
    "one header": endless(b"HTTP/1.1 200 OK\r\nX-More: ", b"y"),
    "a status": endless(b"HTTP/1.1 200 O", b"K"),
    "no HTTP at all": endless(b"", b"SSH-2.0 "),
    "interim replies": endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "interim replies of the oldest kind": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers of interim replies": endless(b"HTTP/1.1 102 Processing\r\n", b"X-More: y\r\n"),
    "cookies": endless(b"HTTP/1.1 200 OK\r\n", b"Set-Cookie: a=b\r\n"),
    "a length of thirty digits": endless(reply(content_length="9" * 30), b"x"),
    "a length of five thousand digits": endless(reply(content_length="9" * 5000), b"x"),
    "a negative length": endless(reply(content_length="-5"), b"x"),
    "a length that is none": endless(reply(content_length="0x10"), b"x"),
    "lengths that contradict": endless(reply(content_length="5\r\nContent-Length: 6000000000"), b"x"),
    "the body of a redirect": endless(reply(status="302 Found", location="/x", content_length="left out"), b"x"),
    "the body of an error": endless(reply(status="503 Oops", content_length="left out"), b"x"),
    "empty pieces of gzip": endless(reply(content_length="left out", content_encoding="gzip"), gzip.compress(b"")),
    "what follows gzip": endless(
        reply(content_length="left out", content_encoding="gzip") + gzip.compress(b"{}"), b"\0"
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
@pytest.mark.parametrize("unpack", [True, False], ids=["content", "media"])
def test_what_does_not_end_is_left_soon_and_is_no_reply(what: str, unpack: bool) -> None:
    got, sent = answer_to(ENDLESS[what], unpack=unpack)

    if isinstance(got, Reply):  # it had an end before that which does not end
        assert what in ("lengths that contradict", "what follows gzip")
        assert len(got.body()) <= 5
    else:
        assert isinstance(got, (ConnectionFailed, ReplyError))
    assert sent < LIMITS.largest + 2 * LARGEST_HEAD + 8 * MB, "no more than what sockets hold on the way"


@pytest.mark.parametrize("piece", [b"x", b"1\r\nx\r\n", b"X: y\r\n"], ids=["body", "chunks", "trailers"])
def test_what_comes_drop_by_drop_is_left_when_its_time_is_up(piece: bytes) -> None:
    def sends() -> Iterator[bytes]:
        yield CHUNKED + b"0\r\n" if piece.startswith(b"X") else CHUNKED if b"\r" in piece else reply(bytes(99))[:-99]
        while True:
            time.sleep(0.02)
            yield piece

    began = time.monotonic()
    got, _ = answer_to(sends)

    assert isinstance(got, (ConnectionFailed, ReplyError))
    assert time.monotonic() - began < 10 * LIMITS.whole


def bomb(size: int, times: int = 1) -> bytes:
    packed = bytes(size)
    for _ in range(times):
        packed = gzip.compress(packed, 9)
    return packed


@pytest.mark.parametrize("sent", [bomb(50 * MB), bomb(120_000), bomb(50_000) + bomb(60_000)])
def test_what_unpacks_to_too_much_is_left(sent: bytes) -> None:
    got, _ = answer_to(lambda: [reply(sent, content_encoding="gzip")])

    assert isinstance(got, ReplyError)
    assert "is larger than 100,000 bytes" in str(got)


PACKED = gzip.compress(b'{"ok": true}' * 20)
WRONG_PACKING = {
    "another packing": (zlib.compress(b"{}"), "deflate"),
    "packed twice": (gzip.compress(PACKED), "gzip, gzip"),
    "not packed": (b"{}", "gzip"),
    "cut": (PACKED[:-5], "gzip"),
    "cut in its head": (PACKED[:6], "gzip"),
    "changed": (PACKED[:-6] + b"\0" + PACKED[-5:], "gzip"),
}


@pytest.mark.parametrize("what", WRONG_PACKING)
def test_what_cannot_be_unpacked_is_no_reply(what: str) -> None:
    body, encoding = WRONG_PACKING[what]
    got, _ = answer_to(lambda: [reply(body, content_encoding=encoding)])

    assert isinstance(got, ReplyError)
    assert str(got).startswith("The reply from http://127.0.0.1:")


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=3), st.integers(1, 500))
def test_gzip_of_several_parts_is_unpacked_in_small_pieces(parts: list[bytes], size: int) -> None:
    from uwclient.http.unpacking import unpacked

    packed = b"".join(gzip.compress(part) for part in parts)
    came = [packed[at : at + size] for at in range(0, len(packed), size)]

    got = list(unpacked(came, "x-gzip", size))

    assert b"".join(got) == b"".join(parts)
    assert all(len(piece) <= size for piece in got)


HEAD = reply(b"", connection="close").partition(b"\r\n\r\n")[0] + b"\r\n"


@pytest.mark.parametrize("head", [HEAD[:end] for end in range(len(HEAD) + 1)], ids=len)
def test_a_reply_whose_head_is_cut_anywhere_is_no_reply(head: bytes) -> None:
    got, _ = answer_to(lambda: [head])

    assert isinstance(got, ConnectionFailed)


def test_a_reply_that_changes_the_protocol_is_no_reply() -> None:
    got, _ = answer_to(lambda: [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", reply(b"{}")])

    assert isinstance(got, ConnectionFailed)


def test_no_cookie_is_kept_of_anybody() -> None:
    def script(head: str) -> list[bytes]:
        return [reply(b"{}", set_cookie="id=5; Path=/; Max-Age=9999")]

    with file_host(script) as host:
        platform = host.url.removesuffix("/picture.png")
        for made_for in (None, platform):
            with transport(made_for) as made:
                for _ in range(2):
                    assert isinstance(made.send(Request("GET", host.url)), Reply)
        assert len(host.heads) == 4
        assert not [head for head in host.heads if "cookie:" in head.lower()]


def test_a_connection_serves_again_after_interim_replies_and_a_packed_body(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"Content-Encoding": "gzip", "connection": "keep-alive"}
    body = reply(gzip.compress(b"{}"), **{name.replace("-", "_").lower(): value for name, value in told.items()})

    def serve(self: FileHost, connection: object) -> None:
        with contextlib.suppress(OSError):
            while head := connection.recv(65536):  # type: ignore[attr-defined]
                self.heads.append(head.decode())
                connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" + body)  # type: ignore[attr-defined]

    monkeypatch.setattr(FileHost, "_serve", serve)
    with file_host(lambda head: []) as host, transport(host.url.removesuffix("/picture.png")) as made:
        replies = [made.send(Request("GET", host.url)) for _ in range(5)]
        assert [one.body() if isinstance(one, Reply) else one for one in replies] == [b"{}"] * 5
        assert len(host._connections) == 1


@pytest.mark.parametrize(
    ("age", "lain"),
    [
        ("left out", 0),
        ("0", 0),
        ("900", 900),
        ("-5", 0),
        ("soon", 0),
        ("1e3", 0),
        ("86400", LONGEST_AGE),
        ("99999", None),
        ("9" * 30, None),
        ("900, 60", 900),
    ],
)
def test_the_time_of_a_reply_that_lay_in_a_cache_is_that_of_its_coming(age: str, lain: float | None) -> None:
    got, _ = answer_to(lambda: [reply(b"{}", date="Sat, 28 Nov 2026 12:00:00 GMT", age=age)])

    assert isinstance(got, Reply)
    assert got.date == (None if lain is None else 1_795_867_200.0 + lain)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 50), st.booleans(), st.integers(20_000, 60_000))
def test_a_body_in_tiny_chunks_is_kept_in_pieces_that_are_not(chunk: int, packed: bool, size: int) -> None:
    body = bytes(range(250)) * (size // 250)
    encoding = "gzip" if packed else "left out"

    got, _ = answer_to(lambda: [framed(gzip.compress(body) if packed else body, "chunks", chunk, encoding)])

    assert isinstance(got, Reply)
    assert got.body() == body
    assert all(len(piece) >= PIECE for piece in list(got.pieces)[:-1])
    assert got.digest == hashlib.sha256(body).hexdigest()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a time zone that a process can change")
@pytest.mark.parametrize(
    "date",
    [
        "Sat, 28 Nov 2026 12:00:00 GMT",
        "Sat, 28 Nov 2026 12:00:00",
        "Sat, 28 Nov 2026 12:00:00 -0000",
        "Sat Nov 28 12:00:00 2026",
        "Saturday, 28-Nov-26 12:00:00 GMT",
    ],
)
def test_a_date_without_a_zone_is_no_date_of_the_players_zone(date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        got, _ = answer_to(lambda: [reply(b"{}", date=date)])
    finally:
        monkeypatch.undo()
        time.tzset()

    assert isinstance(got, Reply)
    assert got.date == 1_795_867_200.0


@pytest.mark.parametrize(
    ("tag", "is_kept"),
    [
        ('"a"', True),
        ('W/"a b"', True),
        ('\xa0"a"', False),
        ('"\xe9"', False),
        ('"a\x00"', False),
        ("x" * 60_000, False),
    ],
)
def test_a_tag_is_only_kept_if_the_next_request_can_hold_it(tag: str, is_kept: bool) -> None:
    got, _ = answer_to(lambda: [reply(b"{}", etag=tag)])

    assert isinstance(got, Reply)
    assert got.etag == (tag if is_kept else None)


@pytest.mark.parametrize(
    "head",
    [
        b"no header\r\nContent-Length: 50",
        b"no header\r\nTransfer-Encoding: chunked",
        b"Content-Length : 50",
        "Größe: 5\r\nContent-Length: 50".encode(),
        b"Server: a\rb\r\nContent-Length: 50",
        b" Content-Length: 50",
        b"Content-Length: fifty",
        b"Content-Length: -1",
        b"Content-Length:",
    ],
)
def test_a_head_that_cannot_be_read_whole_is_no_reply(head: bytes) -> None:
    got, _ = answer_to(lambda: [b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n"])

    assert isinstance(got, ConnectionFailed)


@pytest.mark.parametrize("status", ["200 OK", "204 No Content"])
def test_what_is_empty_needs_no_unpacking(status: str) -> None:
    got, _ = answer_to(lambda: [reply(status=status, content_encoding="br")])

    assert isinstance(got, Reply)
    assert got.body() == b""


def test_every_request_is_told_of_with_what_came_of_it() -> None:
    told: list[object] = []
    with file_host(lambda head: [CHUNKED + b"-1\r\n"]) as host:
        made = Sender(None, None, SystemTime(), lambda: None, Authorities(), told.append)
        made.send(Request("GET", host.url, label="a reply"))
        made.close()

    (notice,) = told
    assert isinstance(notice, RequestsMade)
    (request,) = notice.requests
    assert (request.path, request.status) == ("a reply", None)
    assert isinstance(request.error, ConnectionFailed)
