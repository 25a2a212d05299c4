"""Whatever a host of files sends: it is bounded, reported, not kept, and the next file comes all the same."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.hosts import FileHost, Script, file_host, reply
from tests.client.test_media import PICTURE, bytes_of, downloads, failures, info_of, online
from uwclient import ConnectionFailed, ReplyError, UserWiseError
from uwclient.background import media_loading
from uwclient.sandbox import Sandbox
from uwclient.wire.media import MOST_REDIRECTS

if TYPE_CHECKING:
    from tests.conftest import Game, Play

PIECE = bytes(1 << 16)
MB = 1 << 20


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less of it than outside of tests."""
    monkeypatch.setattr(media_loading, "LONGEST_SILENCE", 0.3)
    monkeypatch.setattr(media_loading, "LONGEST_DOWNLOAD", 1.0)


@pytest.fixture
def game(sandbox: Sandbox, play: Play) -> Game:
    """A game that is online and takes files of 1 MB."""
    game = play()
    game.uw.media.largest_file = MB
    return online(game)


@pytest.fixture(params=["by id", "by URL"])
def fetch(request: pytest.FixtureRequest, sandbox: Sandbox, game: Game) -> Callable[[FileHost], bytes | None]:
    """Get the file of a host: as media that the platform tells of, or from its URL."""

    def by_id(host: FileHost) -> bytes | None:
        told = {"id": "banner", "content_type": "image/png", "url": host.url}
        sandbox.faults.respond("*/media/banner", status=200, body={"data": told})
        return bytes_of(game, "banner")

    def by_url(host: FileHost) -> bytes | None:
        return bytes_of(game, host.url)

    return by_id if request.param == "by id" else by_url


def error_of(game: Game) -> UserWiseError:
    """The error of the one failure that was told."""
    (failed,) = game.seen.of("media", "on_failed")
    error = failed["error"]
    assert isinstance(error, UserWiseError)
    return error


def kept_pictures(tmp_path: Path) -> list[Path]:
    """What is on disk and is no mere information."""
    return [path for path in (tmp_path / "data" / "media").glob("*") if b'"place"' in path.read_bytes()]


def endless() -> Iterator[bytes]:
    yield reply(content_length="left out")
    yield from itertools.repeat(PIECE)


def ten_gigabytes() -> Iterator[bytes]:
    yield reply(content_length=str(10 * 10**9))
    yield from itertools.repeat(PIECE)


def ten_gigabytes_that_never_come() -> Iterator[bytes]:
    yield reply(content_length=str(10 * 10**9))
    time.sleep(0.5)


def endless_chunks() -> Iterator[bytes]:
    yield reply(content_length="left out", transfer_encoding="chunked")
    yield from itertools.repeat(b"10000\r\n" + PIECE + b"\r\n")


def a_byte_more_than_allowed() -> Iterator[bytes]:
    yield reply(bytes(MB + 1))


TOO_LARGE = [endless, ten_gigabytes, ten_gigabytes_that_never_come, endless_chunks, a_byte_more_than_allowed]


@pytest.mark.parametrize("sends", TOO_LARGE, ids=lambda sends: sends.__name__.replace("_", " "))
def test_a_file_that_is_too_large_is_left(
    game: Game, tmp_path: Path, fetch: Callable[[FileHost], bytes | None], sends: Callable[[], Iterable[bytes]]
) -> None:
    with file_host(lambda head: sends()) as host:
        assert fetch(host) is None
        assert host.sent < 8 * MB
    assert isinstance(error_of(game), ReplyError)
    assert str(error_of(game)).endswith("is larger than 1,048,576 bytes.")
    assert kept_pictures(tmp_path) == []


def test_a_file_of_ten_gigabytes_is_left_with_the_default_bound_too(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("banner", PICTURE)
    sandbox.faults.endless("/files/*")
    game = online(play())
    assert bytes_of(game) is None
    assert "is larger than 16,777,216 bytes" in str(error_of(game))
    assert bytes_of(game) == PICTURE


@pytest.mark.parametrize("packed", [1, 2], ids=["once", "twice"])
def test_a_small_file_that_would_unpack_to_a_large_one_is_not_unpacked(
    game: Game, tmp_path: Path, fetch: Callable[[FileHost], bytes | None], packed: int
) -> None:
    bomb = bytes(100 * MB)
    for _ in range(packed):
        bomb = gzip.compress(bomb, 1)
    sent = reply(bomb, content_encoding=", ".join(["gzip"] * packed))
    with file_host(lambda head: [sent]) as host:
        tracemalloc.start()
        assert fetch(host) is None
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "accept-encoding: identity" in host.heads[0].lower()
    assert most < 8 * MB
    assert "has the encoding 'gzip" in str(error_of(game))
    assert kept_pictures(tmp_path) == []


def trickling(head: str) -> Iterator[bytes]:
    """A byte now and then, each within the patience for one."""
    yield reply(bytes(1000))[:-1000]
    while True:
        time.sleep(0.05)
        yield b"x"


def trickling_head(head: str) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX-Long: "
    while True:
        time.sleep(0.05)
        yield b"x"


def endless_continue(head: str) -> Iterator[bytes]:
    while True:
        time.sleep(0.01)
        yield b"HTTP/1.1 100 Continue\r\n\r\n"


def silent(head: str) -> Iterator[bytes]:
    time.sleep(1)
    yield b""


def silent_after_the_head(head: str) -> Iterator[bytes]:
    yield reply(bytes(1000))[:-1000]
    time.sleep(1)


@pytest.mark.parametrize(
    "script",
    [trickling, trickling_head, endless_continue, silent, silent_after_the_head],
    ids=lambda script: script.__name__.replace("_", " "),
)
def test_a_host_that_takes_its_time_is_left(game: Game, tmp_path: Path, script: Script) -> None:
    began = time.monotonic()
    with file_host(script) as host:
        assert bytes_of(game, host.url) is None
        assert time.monotonic() - began < 3
    assert isinstance(error_of(game), ConnectionFailed)
    assert kept_pictures(tmp_path) == []


LOCATIONS = [
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "ftp://cdn.example/x",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "http://cdn.example/x",
    "//cdn.example/x",
    "http://127.0.0.1@cdn.example/x",
    "https://me:pass@cdn.example/x",
    "https://[::1",
    "https://",
    "gopher://127.0.0.1:70/x",
    "http://127.0.0.1.nip.io/",
    "http://127.0.0.1:99999/",
    "\\\\server\\share",
]


@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Moved", "308 Moved"])
def test_a_redirect_to_where_nothing_may_be_fetched_is_not_followed(
    game: Game, tmp_path: Path, location: str, status: str
) -> None:
    with file_host(lambda head: [reply(PICTURE, status, location=location)]) as host:
        assert bytes_of(game, host.url) is None
        assert len(host.heads) == 1
    assert "The file has a URL that cannot be used: it " in str(error_of(game))
    assert "pass" not in str(error_of(game)).replace("/etc/passwd", "")
    assert kept_pictures(tmp_path) == []


def test_a_redirect_to_a_good_address_is_followed(game: Game, fetch: Callable[[FileHost], bytes | None]) -> None:
    def script(head: str) -> list[bytes]:
        path = head.split(" ")[1]
        steps = {"/picture.png": "/2", "/2": "3?x=y#z", "/3?x=y": f"http://localhost:{port}/4"}
        return [reply(b"moved", "302 Found", location=steps[path])] if path in steps else [reply(PICTURE)]

    with file_host(script) as host:
        port = int(host.url.split(":")[2].split("/")[0])
        assert fetch(host) == PICTURE
        assert [head.split(" ")[1] for head in host.heads] == ["/picture.png", "/2", "/3?x=y", "/4"]


@pytest.mark.parametrize("location", ["/picture.png", "", None])
def test_a_redirect_that_leads_in_a_circle_ends(game: Game, location: str | None) -> None:
    with file_host(lambda head: [reply(b"", "302 Found", location=location or "left out")]) as host:
        assert bytes_of(game, host.url) is None
        assert len(host.heads) == 1 + MOST_REDIRECTS
    assert f"more than {MOST_REDIRECTS} times" in str(error_of(game))


def test_the_body_of_a_redirect_is_bounded_too(game: Game) -> None:
    def script(head: str) -> Iterator[bytes]:
        yield reply(status="302 Found", location="/other", content_length="left out")
        yield from itertools.repeat(PIECE)

    with file_host(script) as host:
        assert bytes_of(game, host.url) is None
        assert host.sent < 8 * MB


WRONG_FILES: dict[str, tuple[bytes, str]] = {
    "a zero-byte file": (reply(b""), "The file is empty."),
    "a page": (reply(b"<p>Oops", content_type="text/html; charset=utf-8"), "The file is "),
    "another kind of file": (reply(PICTURE, content_type="application/json"), "of the type 'application/json'"),
    "another kind of picture": (reply(PICTURE, content_type="image/jpeg"), "of the type 'image/jpeg'"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "answered with 204"),
    "a part": (reply(PICTURE, "206 Partial Content"), "answered with 206"),
    "not modified, unasked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "answered with 304"),
    "a choice": (reply(PICTURE, "300 Multiple Choices"), "answered with 300"),
    "not found": (reply(b"<p>", "404 Not Found"), "answered with 404"),
    "an error": (reply(b"<p>", "500 Oops"), "answered with 500"),
    "a strange packing": (reply(PICTURE, content_encoding="zstd-of-tomorrow"), "has the encoding 'zstd-of-tomorrow'"),
    "less than announced": (reply(PICTURE, content_length="100000"), ""),
    "half a chunk": (
        reply(content_length="left out", transfer_encoding="chunked") + b"100\r\nabc",
        "cut before the reply was complete",
    ),
    "chunks that are none": (
        reply(content_length="left out", transfer_encoding="chunked") + b"xyz\r\nabc\r\n0\r\n\r\n",
        "cut before the reply was complete",
    ),
    "no HTTP": (b"\x89PNG\r\n\r\n" * 100, "cut before the reply was complete"),
    "nothing": (b"", "cut before the reply was complete"),
    "a head that never ends": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "cut before the reply"),
    "a line that never ends": (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "cut before the reply was complete"),
    "two lengths": (reply(PICTURE).replace(b"Connection", b"Content-Length: 5\r\nConnection"), ""),
    "a negative length": (reply(PICTURE, content_length="-5", connection="close"), None),  # type: ignore[dict-item]
    "a length that is none": (reply(PICTURE, content_length="many"), None),  # type: ignore[dict-item]
}
FINE_BY_URL = {"another kind of file", "another kind of picture"}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_file_that_is_wrong_is_reported_and_not_kept(
    sandbox: Sandbox, game: Game, tmp_path: Path, fetch: Callable[[FileHost], bytes | None], what: str
) -> None:
    sent, sentence = WRONG_FILES[what]
    with file_host(lambda head: [sent]) as host:
        got = fetch(host)
        if got is not None:
            assert sentence is None or what in FINE_BY_URL
            assert got == PICTURE
            return
        assert sentence in str(error_of(game)) if sentence else isinstance(error_of(game), UserWiseError)
    assert kept_pictures(tmp_path) == []
    sandbox.add_media("good", PICTURE)
    assert bytes_of(game, "good") == PICTURE


@pytest.mark.parametrize(
    ("served", "wanted", "size", "is_fine"),
    [
        ("image/png", "image/png", None, True),
        ("IMAGE/PNG; x=y", "image/png", None, True),
        ("image/jpeg", "image/jpg", None, True),
        ("left out", "image/png", None, True),
        ("", "image/png", None, True),
        ("image/png", "", None, True),
        ("image/webp", "image/png", (1, 1), True),
        ("text/html", "image/png", (1, 1), False),
        ("text/html", "", None, False),
        ("application/octet-stream", "image/png", None, False),
        ("image/webp", "image/png", None, False),
    ],
)
def test_the_type_that_is_served_must_be_the_one_that_was_announced(
    sandbox: Sandbox, game: Game, served: str, wanted: str, size: Any, is_fine: bool
) -> None:
    with file_host(lambda head: [reply(PICTURE, content_type=served)]) as host:
        variants = {"small": {"url": host.url, "max_width": 5, "max_height": 5}}
        told = {"id": "banner", "content_type": wanted, "url": host.url, "variants": variants}
        sandbox.faults.respond("*/media/banner", status=200, body={"data": told})
        assert (bytes_of(game, size=size) == PICTURE) is is_fine


BEGINNINGS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/gif": b"GIF89a",
    "image/webp": b"RIFF\x10\0\0\0WEBP",
    "audio/ogg": b"OggS",
    "text/html": b"\n<!DOCTYPE html><p>",
}


@pytest.mark.parametrize("served", ["application/octet-stream", "binary/octet-stream", "text/plain", "image/png"])
@pytest.mark.parametrize("wanted", ["image/png", "image/jpeg", "image/gif", "image/webp", "audio/ogg"])
@pytest.mark.parametrize("sent", BEGINNINGS)
def test_a_file_is_what_its_first_bytes_say_whatever_its_host_calls_it(
    sandbox: Sandbox, game: Game, served: str, wanted: str, sent: str
) -> None:
    file = BEGINNINGS[sent] + bytes(100)
    with file_host(lambda head: [reply(file, content_type=served)]) as host:
        told = {"id": "banner", "content_type": wanted, "url": host.url}
        sandbox.faults.respond("*/media/banner", status=200, body={"data": told})
        got = bytes_of(game)

    calls_it_so = served == wanted
    is_not_known_by_its_bytes = (sent, wanted) == ("audio/ogg", "audio/ogg") and served.endswith("octet-stream")
    assert got == (file if sent == wanted != "audio/ogg" or calls_it_so or is_not_known_by_its_bytes else None)


@pytest.mark.parametrize(("declared", "is_fine"), [(0, True), (len(PICTURE), True), (len(PICTURE) + 1, False)])
def test_a_file_that_does_not_tell_its_length_must_have_the_declared_one(
    sandbox: Sandbox, game: Game, declared: int, is_fine: bool
) -> None:
    with file_host(lambda head: [reply(PICTURE, content_length="left out")]) as host:
        told = {"id": "banner", "content_type": "image/png", "url": host.url, "byte_size": declared}
        sandbox.faults.respond("*/media/banner", status=200, body={"data": told})
        assert (bytes_of(game) == PICTURE) is is_fine


def test_a_file_that_tells_its_length_may_have_another_than_the_declared_one(sandbox: Sandbox, game: Game) -> None:
    sandbox.add_media("banner", PICTURE, declared_size=10)
    assert bytes_of(game) == PICTURE


def test_a_file_that_is_declared_too_large_is_not_asked_for(sandbox: Sandbox, game: Game) -> None:
    sandbox.add_media("banner", PICTURE, declared_size=MB + 1, variants={"small": (b"small", 5, 5)})
    assert bytes_of(game) is None
    assert "has 1,048,577 bytes; media.largest_file allows 1,048,576 at most" in str(error_of(game))
    assert downloads(sandbox) == []
    assert bytes_of(game, size=(1, 1)) == b"small"


def test_a_file_that_was_cut_is_not_kept(sandbox: Sandbox, game: Game, tmp_path: Path) -> None:
    sandbox.add_media("banner", PICTURE)
    sandbox.faults.truncate("/files/*")
    assert bytes_of(game) is None
    assert kept_pictures(tmp_path) == []
    assert bytes_of(game) == PICTURE


@pytest.mark.parametrize(
    "body",
    ["nonsense", b"\xff\x00", [], {}, {"data": None}, {"data": []}, {"data": {"id": "banner"}}, {"id": "banner"}]
    + [{"data": {"id": "banner", "url": url}} for url in ("file:///etc/passwd", "http://cdn.example/x", 5, "")]
    + ["[" * 100_000, '{"data":' * 5000, " " * 100_000],
    ids=lambda body: repr(body)[:50],
)
def test_what_the_platform_tells_in_another_shape_is_an_error(sandbox: Sandbox, game: Game, body: Any) -> None:
    sandbox.faults.respond("*/media/banner", status=200, body=body, times=2)
    assert info_of(game) is None
    assert bytes_of(game) is None
    assert failures(game) == ["banner", "banner"]
    assert all(isinstance(details["error"], ReplyError) for details in game.seen.of("media", "on_failed"))


def test_what_the_platform_tells_is_bounded(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.endless("*/media/banner", content_type="application/json")
    assert info_of(game) is None
    assert "is larger than 65,536 bytes" in str(error_of(game))


def test_a_tag_that_could_not_be_sent_back_is_not_kept(game: Game) -> None:
    for tag in ('"ü"', '"' + "a" * 5000 + '"'):
        with file_host(lambda head, tag=tag: [reply(PICTURE, etag=tag)]) as host:  # type: ignore[misc]
            assert bytes_of(game, host.url) == bytes_of(game, host.url) == PICTURE
            assert "If-None-Match" not in host.heads[1]


def test_a_host_of_files_sets_no_cookies(game: Game) -> None:
    with file_host(lambda head: [reply(PICTURE, set_cookie="id=5; Path=/")]) as host:
        bytes_of(game, host.url)
        bytes_of(game, host.url)
        assert "cookie" not in host.heads[1].lower()
