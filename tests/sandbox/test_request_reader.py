"""The reading of requests from bytes: every framing, in pieces of any size, against what was meant."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uwclient.sandbox.http.request_reader import (
    LARGEST_BODY,
    LONGEST_CHUNK_LINE,
    LONGEST_HEAD,
    MOST_HEADERS,
    BadRequest,
    BodyBound,
    RequestReader,
)

HOST = b"Host: localhost\r\n"
MOST_HELD = LARGEST_BODY + LONGEST_HEAD + (1 << 16)


def request(headers: bytes = b"", body: bytes = b"", line: bytes = b"POST /x HTTP/1.1") -> bytes:
    return line + b"\r\n" + HOST + headers + b"\r\n" + body


def read_all(data: bytes) -> list[tuple[str, bytes]]:
    """The targets and bodies of all requests in `data`."""
    reader = RequestReader()
    reader.feed(data)
    found = []
    while (head := reader.head()) is not None and (body := reader.body(head)) is not None:
        found.append((head.target, body.read()))
    return found


def chunked(pieces: list[bytes], extension: bytes = b"", trailer: bytes = b"") -> bytes:
    chunks = b"".join(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece) for piece in pieces if piece)
    return chunks + b"0\r\n" + trailer + b"\r\n"


framed = st.one_of(
    st.binary(max_size=300).map(lambda body: (b"Content-Length: %d\r\n" % len(body), body, body)),
    st.builds(
        lambda pieces, extension, trailer: (
            b"transfer-encoding: Chunked\r\n",
            chunked(pieces, extension, trailer),
            b"".join(pieces),
        ),
        st.lists(st.binary(max_size=60), max_size=6),
        st.sampled_from([b"", b";a", b" ;name=value", b';q="x"']),
        st.sampled_from([b"", b"A: b\r\n", b"A: b\r\nContent-Length: 9\r\n"]),
    ),
    st.just((b"", b"", b"")),
)


@given(
    requests=st.lists(framed, min_size=1, max_size=4),
    cuts=st.lists(st.integers(1, 50), min_size=1, max_size=30),
)
def test_bodies_arrive_as_they_were_sent_however_they_are_framed_and_cut(
    requests: list[tuple[bytes, bytes, bytes]], cuts: list[int]
) -> None:
    data = b"".join(
        request(headers, body, b"POST /%d HTTP/1.1" % number) for number, (headers, body, _) in enumerate(requests)
    )
    reader, found, head, place = RequestReader(), [], None, 0
    while place < len(data):
        step = cuts[place % len(cuts)]
        reader.feed(data[place : place + step])
        place += step
        while (head := head or reader.head()) is not None and (body := reader.body(head)) is not None:
            found.append((head.target, body.read()))
            head = None

    assert found == [(f"/{number}", body) for number, (_, _, body) in enumerate(requests)]
    assert reader.size == 0


@settings(max_examples=400)
@given(data=st.data())
def test_whatever_arrives_is_a_request_or_is_refused_and_never_piles_up(data: st.DataObject) -> None:
    whole = bytearray(request(b"Transfer-Encoding: chunked\r\nX: y\r\n", chunked([b"abc", b"d" * 20])) * 2)
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    reader = RequestReader()
    reader.feed(bytes(whole))
    with contextlib.suppress(BadRequest):
        while (head := reader.head()) is not None and reader.body(head) is not None:
            assert head.target.startswith("/")
    assert reader.size <= len(whole)


BAD = [
    (b"Content-Length: -1\r\n", 400),
    (b"Content-Length: +1\r\n", 400),
    (b"Content-Length: 1_0\r\n", 400),
    (b"Content-Length: \r\n", 400),
    (b"Content-Length: 1, 1\r\n", 400),
    (b"Content-Length: 0x1\r\n", 400),
    (b"Content-Length: \xb2\r\n", 400),
    (b"Content-Length: 1\r\nContent-Length: 1\r\n", 400),
    (b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400),
    (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
    (b"Transfer-Encoding: gzip, chunked\r\n", 501),
    (b"Transfer-Encoding: xchunked\r\n", 501),
    (b"Transfer-Encoding : chunked\r\n", 400),
    (b" folded: 1\r\n", 400),
    (b"A\x00: 1\r\n", 400),
    (b"A: 1\x00\r\n", 400),
    (b"A: 1\rB: 2\r\n", 400),
    (b"A: 1\nB: 2\r\n", 400),
    (b"no colon\r\n", 400),
    (b": no name\r\n", 400),
    (b"Host: other\r\n", 400),
    (b"Expect: miracles\r\n", 417),
    (b"Content-Length: " + b"9" * 30 + b"\r\n", 413),
    (b"Content-Length: " + b"9" * 5000 + b"\r\n", 413),
    (b"Content-Length: %d\r\n" % (LARGEST_BODY + 1), 413),
    (b"A: " + b"b" * 9000 + b"\r\n", 431),
    (b"A: b\r\n" * (MOST_HEADERS + 1), 431),
    ((b"A: " + b"b" * 8000 + b"\r\n") * 5, 431),
]


@pytest.mark.parametrize(("headers", "status"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_a_head_that_is_wrong_or_too_large_is_refused(headers: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as caught:
        read_all(request(headers, b"x" * 100))

    assert caught.value.status == status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1", 414),
        (b"GET /", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET / HTTP/1.1 ", 400),
        (b"GET /a b HTTP/1.1", 400),
        (b"GET /\xff HTTP/1.1", 400),
        (b"GET http://evil.example/ HTTP/1.1", 400),
        (b"GET * HTTP/1.1", 400),
        (b"GET / HTTP/2.0", 505),
        (b"GET / HTTP/1.10", 400),
        (b"TRACE / HTTP/1.1", 405),
        (b"get / HTTP/1.1", 405),
        (b"\x16\x03\x01\x02\x00", 400),
    ],
)
def test_a_request_line_that_is_wrong_is_refused(line: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as caught:
        read_all(request(line=line))

    assert caught.value.status == status


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        (b"-1\r\n", 400),
        (b"+1\r\nx\r\n", 400),
        (b"0x1\r\nx\r\n", 400),
        (b" 1\r\nx\r\n", 400),
        (b"\r\n", 400),
        (b"1\nx\r\n", 400),
        (b"1\r\nxy\r\n", 400),
        (b"1;a\x00\r\nx\r\n", 400),
        (b"1;" + b"a" * LONGEST_CHUNK_LINE + b"\r\nx\r\n", 400),
        (b"a" * (LONGEST_CHUNK_LINE + 1), 400),
        (b"%x\r\n" % 10**12, 413),
        (b"f" * 16 + b"\r\n", 413),
        (b"f" * 17 + b"\r\n", 400),
        (b"%x\r\n" % (LARGEST_BODY + 1), 413),
        (b"0\r\nno colon\r\n\r\n", 400),
        (b"0\r\n" + b"A: b\r\n" * (MOST_HEADERS + 2) + b"\r\n", 431),
    ],
)
def test_chunks_that_are_wrong_or_too_large_are_refused(chunks: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as caught:
        read_all(request(b"Transfer-Encoding: chunked\r\n", chunks))

    assert caught.value.status == status


def test_many_small_chunks_are_no_way_around_the_bound() -> None:
    reader = RequestReader()
    reader.feed(request(b"Transfer-Encoding: chunked\r\n"))
    head = reader.head()
    assert head is not None
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"

    for _ in range(LARGEST_BODY // 0x4000):
        reader.feed(chunk)
        assert reader.body(head) is None
        assert reader.size <= MOST_HELD
    reader.feed(chunk)
    with pytest.raises(BadRequest, match="larger than"):
        reader.body(head)


def test_an_old_client_needs_no_host() -> None:
    assert read_all(b"GET /x HTTP/1.0\r\n\r\n") == [("/x", b"")]
    with pytest.raises(BadRequest, match="0 Host headers"):
        read_all(b"GET /x HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("size", [LARGEST_BODY, LARGEST_BODY + 1, 3 * LARGEST_BODY])
def test_a_larger_body_that_is_allowed_waits_in_a_file(size: int, in_chunks: bool) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    framing = b"Transfer-Encoding: chunked\r\n" if in_chunks else b"Content-Length: %d\r\n" % size
    framed_body = chunked([body[:99], body[99:]]) if in_chunks else body
    data = request(framing, framed_body) + request(b"", b"", b"GET /next HTTP/1.1")
    reader = RequestReader(lambda head: BodyBound(3 * LARGEST_BODY))
    found, head, most_held = [], None, 0
    for start in range(0, len(data), 1 << 16):
        reader.feed(data[start : start + (1 << 16)])
        while (head := head or reader.head()) is not None and (taken := reader.body(head)) is not None:
            with taken:
                found.append((head.target, taken.read()))
            head = None
        most_held = max(most_held, reader.size)

    assert found == [("/x", body), ("/next", b"")]
    assert most_held <= LARGEST_BODY + (1 << 16)
    assert (reader.size, reader.size_on_disk) == (0, 0)


def test_a_body_beyond_the_bound_of_its_request_has_the_status_of_that_bound() -> None:
    for framing in (b"Content-Length: 2000001\r\n", b"Transfer-Encoding: chunked\r\n"):
        reader = RequestReader(lambda head: BodyBound(2_000_000, 422))
        reader.feed(request(framing, b"1E8481\r\n"))
        with pytest.raises(BadRequest) as caught:
            body_of_next(reader)
        assert caught.value.status == 422


def body_of_next(reader: RequestReader) -> bytes:
    """The body of a request that has arrived."""
    head = reader.head()
    assert head is not None
    body = reader.body(head)
    assert body is not None
    return body.read()
