"""Pictures and other files: what is told of them, which version is chosen, and what the disk keeps."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.hosts import CERTIFICATE, file_host, reply
from uwclient import ArgumentError, MediaInfo, MediaVariant, StorageError, UserWise
from uwclient.background import media_loading
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeSandbox, Play

PICTURE = b"\x89PNG" + bytes(range(256)) * 40
SMALL, MIDDLE = b"small", b"middle"
VARIANTS = {"small": (SMALL, 320, 180), "middle": (MIDDLE, 640, 360)}


def online(game: Game) -> Game:
    game.until(lambda: game.uw.is_session_initialized)
    return game


@pytest.fixture
def game(sandbox: Sandbox, play: Play) -> Game:
    """A game that is online, with a picture there."""
    sandbox.add_media("banner", PICTURE, name="Spring", variants=VARIANTS)
    return online(play())


def bytes_of(game: Game, wanted: str = "banner", **options: Any) -> bytes | None:
    """What get_bytes calls back with."""
    got: list[bytes | None] = []
    game.uw.media.get_bytes(wanted, got.append, **options)
    assert got == [], "nothing is told outside pump()"
    game.until(lambda: got)
    assert len(got) == 1
    return got[0]


def info_of(game: Game, media_id: str = "banner") -> MediaInfo | None:
    """What get_info calls back with."""
    got: list[MediaInfo | None] = []
    game.uw.media.get_info(media_id, got.append)
    assert got == [], "nothing is told outside pump()"
    game.until(lambda: got)
    return got[0]


def downloads(sandbox: Sandbox) -> list[int | None]:
    """The statuses of all requests for files."""
    return [request.status for request in sandbox.requests if request.path.startswith("/files/")]


def failures(game: Game) -> list[str]:
    return [details["id"] for details in game.seen.of("media", "on_failed")]


def kept_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "data" / "media").glob("*"))


# What is told, and which bytes come.


def test_what_the_platform_tells_of_media(sandbox: Sandbox, game: Game) -> None:
    files = f"{sandbox.url}/files/banner"
    assert info_of(game) == MediaInfo(
        "banner",
        "Spring",
        "image/png",
        len(PICTURE),
        f"{files}/original",
        {"small": MediaVariant(f"{files}/small", 320, 180), "middle": MediaVariant(f"{files}/middle", 640, 360)},
    )
    (request,) = sandbox.requests_to("media/banner")
    assert request.path == "/api/sdk/v1/media/banner"
    assert request.query == {"session_id": game.uw.session_id}
    assert request.headers["X-Api-Key"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, PICTURE),
        ((320, 180), SMALL),
        ([1, 1], SMALL),
        ((320, 181), MIDDLE),
        ((639.5, 359.5), MIDDLE),
        ((641, 1), PICTURE),
    ],
)
def test_the_version_that_fits_is_chosen(game: Game, size: Any, expected: bytes) -> None:
    assert bytes_of(game, size=size) == expected


def test_a_file_comes_from_a_url_too_and_its_host_learns_nothing_of_the_client(game: Game) -> None:
    with file_host(lambda head: [reply(PICTURE)]) as host:
        assert bytes_of(game, host.url + "?a=b") == PICTURE
    (head,) = host.heads
    assert head.startswith("GET /picture.png?a=b HTTP/1.1\r\n")
    names = {line.partition(":")[0].lower() for line in head.strip().split("\r\n")[1:]}
    assert names == {"host", "user-agent", "accept", "accept-encoding"}


def test_a_file_comes_over_tls_from_a_host_that_is_trusted_and_from_no_other(
    game: Game, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    with file_host(lambda head: [reply(PICTURE)], tls=True) as host:
        assert bytes_of(game, host.url) is None
        (failed,) = game.seen.of("media", "on_failed")
        assert "is not trusted" in str(failed["error"])
        game.uw.stop()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
        game = play()
        assert bytes_of(game, host.url) == PICTURE
        assert bytes_of(game, host.url.replace("https", "HTTPS")) == PICTURE


def test_without_authorities_no_host_is_trusted(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    game = play()
    with file_host(lambda head: [reply(PICTURE)], tls=True) as far, file_host(lambda head: [reply(PICTURE)]) as near:
        for _ in range(2):
            assert bytes_of(game, far.url) is None
            assert bytes_of(game, near.url) == PICTURE, "this machine needs no certificate"
    assert "REQUESTS_CA_BUNDLE" in str(game.seen.of("media", "on_failed")[0]["error"])


def test_a_redirect_from_https_to_http_is_not_followed(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    sandbox.add_media("banner", PICTURE)
    game = play()
    location = f"{sandbox.url}/files/banner/original"
    with file_host(lambda head: [reply(b"", "302 Found", location=location)], tls=True) as host:
        assert bytes_of(game, host.url) is None
        assert bytes_of(game, host.url.replace("https", "HTTPS")) is None
        assert len(host.heads) == 2
        assert downloads(sandbox) == []


def test_the_key_goes_to_the_platform_and_never_to_the_host_of_the_files(sandbox: Sandbox, game: Game) -> None:
    assert bytes_of(game) == PICTURE
    (request,) = [one for one in sandbox.requests if one.path.startswith("/files/")]
    assert "X-Api-Key" not in request.headers
    assert request.query == {}


def test_a_signed_client_signs_what_it_asks_of_the_platform(make_sandbox: MakeSandbox, play: Play) -> None:
    sandbox = make_sandbox(secret_key="secret")
    sandbox.add_media("banner", PICTURE)
    game = online(play(at=sandbox, secret_key="secret"))
    assert bytes_of(game) == PICTURE
    assert sandbox.requests_to("media/banner")[0].query["enc"]


def test_media_that_are_asked_for_at_the_start_wait_for_the_session(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("banner", PICTURE)
    game = play()
    assert bytes_of(game) == PICTURE
    assert sandbox.requests_to("media/banner")[0].query["session_id"]


@pytest.mark.parametrize("media_id", ["a/b ü?", "../x", "100%", "a" * 500])
def test_ids_may_hold_anything(sandbox: Sandbox, game: Game, media_id: str) -> None:
    sandbox.add_media(media_id, PICTURE)
    assert bytes_of(game, media_id) == PICTURE


def test_without_a_thread_pump_loads_media(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("banner", PICTURE)
    game = online(play(threaded=False))
    assert bytes_of(game) == PICTURE
    assert not [thread for thread in threading.enumerate() if thread.name == "uwclient-media"]


def test_there_is_no_thread_for_media_before_somebody_wants_them(game: Game) -> None:
    def media_threads() -> int:
        return sum(thread.name == "uwclient-media" for thread in threading.enumerate())

    assert media_threads() == 0
    bytes_of(game)
    bytes_of(game)
    assert media_threads() == 1


# Callbacks.


def test_two_who_want_the_same_at_once_cause_one_download(sandbox: Sandbox, game: Game) -> None:
    got: list[bytes | None] = []
    for _ in range(5):
        game.uw.media.get_bytes("banner", got.append)
    game.until(lambda: len(got) == 5)

    assert got == [PICTURE] * 5
    assert all(data is got[0] for data in got), "nothing is copied"
    assert downloads(sandbox) == [200]


def test_who_comes_while_it_is_loading_gets_it_too(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.hang("/files/*")
    got: list[bytes | None] = []
    game.uw.media.get_bytes("banner", got.append)
    game.until(lambda: downloads(sandbox))
    game.uw.media.get_bytes("banner", got.append)
    sandbox.faults.clear()
    game.until(lambda: len(got) == 2)

    assert got == [PICTURE] * 2
    assert downloads(sandbox) == [200]


def test_a_callback_may_ask_for_the_same_again(game: Game) -> None:
    got: list[bytes | None] = []
    game.uw.media.get_bytes("banner", lambda data: game.uw.media.get_bytes("banner", got.append))
    game.until(lambda: got)
    assert got == [PICTURE]


def test_a_callback_that_fails_hurts_nobody(game: Game, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    got: list[object] = []
    game.uw.media.get_bytes("banner", fail)
    game.uw.media.get_bytes("banner", got.append)
    game.uw.media.get_info("banner", fail)
    game.uw.media.get_info("banner", got.append)
    game.until(lambda: len(got) == 2)
    assert "test_a_callback_that_fails_hurts_nobody.<locals>.fail" in caplog.text


def test_media_that_are_not_there_are_none_and_told(
    sandbox: Sandbox, game: Game, caplog: pytest.LogCaptureFixture
) -> None:
    assert bytes_of(game, "nowhere") is None
    assert info_of(game, "nowhere") is None

    failed = game.seen.of("media", "on_failed")
    assert [details["id"] for details in failed] == ["nowhere", "nowhere"]
    assert "There is no media 'nowhere'" in str(failed[0]["error"])
    assert "The media 'nowhere' cannot be had: " in caplog.text
    assert bytes_of(game) == PICTURE, "it goes on"


def test_before_the_start_nothing_comes(play: Play) -> None:
    game = play(start=False)
    got: list[object] = []
    game.uw.media.get_bytes("banner", got.append)
    game.uw.media.get_info("banner", got.append)
    assert got == []
    game.uw.pump(float("inf"))
    assert got == [None, None]


def test_what_was_asked_before_the_start_does_not_stand_in_the_way_of_what_is_asked_after_it(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.add_media("banner", PICTURE)
    game = play(start=False)
    got: list[object] = []
    game.uw.media.get_bytes("banner", got.append)
    game.uw.start()
    game.uw.media.get_bytes("banner", got.append)
    game.until(lambda: len(got) == 2)
    assert got == [None, PICTURE]


WRONG: list[tuple[Callable[[UserWise], object], str]] = [
    (lambda uw: uw.media.get_bytes("banner", None), "callback must be a function of one argument"),  # type: ignore[arg-type]
    (lambda uw: uw.media.get_bytes(None, print), "id_or_url must be text"),  # type: ignore[arg-type]
    (lambda uw: uw.media.get_bytes("", print), "id_or_url must be text"),
    (lambda uw: uw.media.get_bytes("..", print), "id_or_url is '..', which cannot be an id"),
    (lambda uw: uw.media.get_bytes("x" * 1000, print), "id_or_url is 'xxx"),
    (lambda uw: uw.media.get_bytes("\ud800", print), "half of a character"),
    (
        lambda uw: uw.media.get_bytes("file:///etc/passwd", print),
        "Nothing can be fetched from this URL: it is not https",
    ),
    (lambda uw: uw.media.get_bytes("http://cdn.example/x", print), "it is plain http"),
    (lambda uw: uw.media.get_bytes("https://me:pass@cdn.example/x", print), "credentials"),
    (lambda uw: uw.media.get_bytes("https://cdn.example/a b", print), "spaces"),
    (lambda uw: uw.media.get_bytes("banner", print, ignore_cache=1), "ignore_cache must be True or False"),  # type: ignore[arg-type]
    *(
        (lambda uw, size=size: uw.media.get_bytes("banner", print, size=size), "size must be a width and a height")
        for size in (
            5,
            (5,),
            (1, 2, 3),
            (0, 1),
            (1, -1),
            (float("nan"), 1),
            (1, float("inf")),
            ("1", 2),
            (True, 1),
            (10**400, 1),
        )
    ),
    (lambda uw: uw.media.get_info("banner", "print"), "callback must be"),  # type: ignore[arg-type]
    (lambda uw: uw.media.get_info(5, print), "id must be text"),  # type: ignore[arg-type]
    (lambda uw: setattr(uw.media, "cache_bytes", -1), "cache_bytes must be a number of bytes"),
    (lambda uw: setattr(uw.media, "cache_bytes", 1.5), "cache_bytes must be a number of bytes"),
    (lambda uw: setattr(uw.media, "cache_bytes", None), "cache_bytes must be a number of bytes"),
    (lambda uw: setattr(uw.media, "largest_file", 0), "largest_file must be a number of bytes, 1 or more"),
    (lambda uw: uw.media.prefetch_images("yes"), "on must be True or False"),  # type: ignore[arg-type]
    (lambda uw: uw.media.prefetch_images(True, (0, 0)), "size must be a width and a height"),
]


@pytest.mark.parametrize(("call", "sentence"), WRONG)
def test_a_wrong_argument_is_refused_in_a_sentence(play: Play, call: Callable[[Any], object], sentence: str) -> None:
    game = play(start=False)
    with pytest.raises(ArgumentError, match=sentence) as refused:
        call(game.uw)
    assert str(refused.value).endswith(".")
    assert "pass" not in str(refused.value)
    assert (game.uw.media.cache_bytes, game.uw.media.largest_file) == (64 << 20, 16 << 20)


# The disk.


def test_what_has_not_changed_is_not_sent_again(sandbox: Sandbox, game: Game) -> None:
    assert bytes_of(game) == bytes_of(game) == PICTURE
    assert downloads(sandbox) == [200, 304]


def test_what_has_changed_is(sandbox: Sandbox, game: Game) -> None:
    assert bytes_of(game) == PICTURE
    sandbox.add_media("banner", SMALL)
    assert bytes_of(game) == SMALL
    assert downloads(sandbox) == [200, 200]


def test_the_next_run_and_another_player_have_it_too(sandbox: Sandbox, game: Game, play: Play) -> None:
    assert bytes_of(game) == PICTURE
    game.uw.stop()
    assert bytes_of(online(play("rogue-7"))) == PICTURE
    assert downloads(sandbox) == [200, 304]


def test_what_was_kept_for_one_app_is_not_shown_in_another(sandbox: Sandbox, game: Game, play: Play) -> None:
    assert bytes_of(game) == PICTURE
    game.uw.stop()
    sandbox.stop()
    assert bytes_of(play(api_key="another")) is None
    assert bytes_of(play()) == PICTURE


def test_a_platform_that_cannot_be_asked_need_not_be_followed_by_a_host_that_cannot(
    sandbox: Sandbox, game: Game
) -> None:
    assert bytes_of(game) == PICTURE
    sandbox.faults.respond("*/media/*", status=503, times=2)
    assert bytes_of(game) == PICTURE
    assert downloads(sandbox) == [200], "what is on disk will do"
    assert bytes_of(game, size=(1, 1)) == SMALL, "what is not there is fetched from where it was last"


def test_ignore_cache_has_it_fetched_anew_and_kept(sandbox: Sandbox, game: Game) -> None:
    assert bytes_of(game) == PICTURE
    assert bytes_of(game, ignore_cache=True) == PICTURE
    assert bytes_of(game) == PICTURE
    assert downloads(sandbox) == [200, 200, 304]


def test_a_file_from_a_url_is_recognised_by_its_date_too(game: Game) -> None:
    when = "Wed, 21 Oct 2026 07:28:00 GMT"

    def script(head: str) -> list[bytes]:
        return [
            reply(status="304 Not Modified")
            if f"If-Modified-Since: {when}" in head
            else reply(PICTURE, last_modified=when)
        ]

    with file_host(script) as host:
        assert bytes_of(game, host.url) == bytes_of(game, host.url) == PICTURE
        assert len(host.heads) == 2
        assert host.sent < 2 * len(PICTURE)


def test_a_signature_in_the_address_may_change(sandbox: Sandbox, game: Game) -> None:
    def script(head: str) -> list[bytes]:
        return [reply(status="304 Not Modified") if 'If-None-Match: "e"' in head else reply(PICTURE, etag='"e"')]

    with file_host(script) as host:
        for signature in "123":
            told = {"id": "signed", "content_type": "image/png", "url": f"{host.url}?signature={signature}"}
            sandbox.faults.respond("*/media/signed", status=200, body={"data": told})
            assert bytes_of(game, "signed") == PICTURE
        assert host.sent < 2 * len(PICTURE)


def test_the_tag_of_one_address_is_not_sent_to_another(sandbox: Sandbox, game: Game) -> None:
    with file_host(lambda head: [reply(PICTURE, etag='"e"')]) as one, file_host(lambda head: [reply(SMALL)]) as other:
        for host in (one, other):
            told = {"id": "moved", "content_type": "image/png", "url": host.url}
            sandbox.faults.respond("*/media/moved", status=200, body={"data": told})
            bytes_of(game, "moved")
        assert "If-None-Match" not in other.heads[0]


@pytest.mark.parametrize("trouble", ["stopped", "overloaded", "files hang", "files drop", "files are wrong"])
def test_when_nobody_can_be_asked_the_disk_serves(
    sandbox: Sandbox, game: Game, trouble: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(media_loading, "SHORT_SILENCE", 0.1)
    monkeypatch.setattr(media_loading, "LONGEST_SILENCE", 30.0)
    info, picture = info_of(game), bytes_of(game)
    game.seen.forget()
    match trouble:
        case "stopped":
            sandbox.stop()
        case "overloaded":
            sandbox.faults.respond("*", status=503, times=None)
        case "files hang":
            sandbox.faults.hang("/files/*", times=None)
        case "files drop":
            sandbox.faults.drop("/files/*", times=None)
        case "files are wrong":
            sandbox.faults.respond(
                "/files/*", status=200, body="<p>", headers={"Content-Type": "text/html"}, times=None
            )

    assert bytes_of(game) == picture == PICTURE
    assert info_of(game) == info
    monkeypatch.setattr(media_loading, "LONGEST_SILENCE", 0.1)
    assert bytes_of(game, ignore_cache=True) is None, "unless what is on disk is not good enough"
    assert failures(game) == ["banner"]
    if trouble == "files are wrong":
        assert "come from the cache: The file is of the type 'text/html'" in caplog.text


@pytest.mark.parametrize("platform", ["away", "silent"])
def test_a_player_who_starts_offline_sees_what_is_on_disk(
    sandbox: Sandbox, game: Game, play: Play, platform: str
) -> None:
    assert bytes_of(game, size=(100, 100)) == SMALL
    info_of(game)
    game.uw.stop()
    if platform == "away":
        sandbox.stop()
    else:
        sandbox.faults.hang("*", times=None)

    offline = play()
    assert bytes_of(offline, size=(100, 100)) == SMALL
    assert info_of(offline) is not None
    if platform == "away":
        assert bytes_of(offline) is None
    else:
        sandbox.faults.clear()
        assert bytes_of(offline) == PICTURE


def test_the_disk_serves_in_time_however_much_is_asked_meanwhile(sandbox: Sandbox, game: Game, play: Play) -> None:
    assert bytes_of(game) == PICTURE
    game.uw.stop()
    sandbox.faults.hang("*", times=None)
    game = play()
    got: list[bytes | None] = []
    game.uw.media.get_bytes("banner", got.append)
    began = time.monotonic()
    for number in itertools.count():
        if got or time.monotonic() - began > 5:
            break
        game.uw.media.get_info(f"other-{number}", print)
        game.uw.pump()
        time.sleep(0.05)
    assert got == [PICTURE]


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_from_the_platform_is_gone_from_the_disk(sandbox: Sandbox, game: Game, status: int) -> None:
    assert bytes_of(game) == PICTURE
    sandbox.faults.respond("/files/*", status=status)
    assert bytes_of(game) is None
    sandbox.faults.drop("/files/*")
    assert bytes_of(game) is None
    assert bytes_of(game) == PICTURE


@pytest.mark.parametrize(
    "damage", [lambda file: file[:-5], lambda file: b"", lambda file: file[:-1] + b"?", lambda file: b"{}" + file]
)
def test_a_damaged_file_is_never_handed_out(
    sandbox: Sandbox, game: Game, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    assert bytes_of(game) == PICTURE
    for path in kept_files(tmp_path):
        path.write_bytes(damage(path.read_bytes()))

    assert bytes_of(game) == PICTURE
    assert downloads(sandbox) == [200, 200]
    for path in kept_files(tmp_path):
        path.write_bytes(damage(path.read_bytes()))
    sandbox.stop()
    assert bytes_of(game) is None


def test_the_cache_is_bounded_and_what_was_not_used_for_longest_goes_first(
    sandbox: Sandbox, game: Game, tmp_path: Path
) -> None:
    for number in range(5):
        sandbox.add_media(f"picture-{number}", bytes([number]) * 10_000)
    game.uw.media.cache_bytes = 35_000
    for number in (0, 1, 2, 0, 3, 4):
        assert bytes_of(game, f"picture-{number}") == bytes([number]) * 10_000

    assert sum(path.stat().st_size for path in kept_files(tmp_path)) <= 35_000
    sandbox.forget_requests()
    for number in (4, 3, 0):
        bytes_of(game, f"picture-{number}")
    assert downloads(sandbox) == [304, 304, 304]
    bytes_of(game, "picture-1")
    assert downloads(sandbox)[3:] == [200]


def test_a_bound_that_is_lowered_holds_at_once_and_nothing_is_kept_with_a_bound_of_nothing(
    sandbox: Sandbox, game: Game, tmp_path: Path
) -> None:
    assert bytes_of(game) == PICTURE
    game.uw.media.cache_bytes = 0
    game.until(lambda: not kept_files(tmp_path))
    assert bytes_of(game) == bytes_of(game) == PICTURE
    assert downloads(sandbox) == [200, 200, 200]
    assert game.uw.media.cache_bytes == 0


def test_no_name_from_the_platform_becomes_a_path(sandbox: Sandbox, game: Game, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    evil = "../../../../evil"
    sandbox.add_media(evil, PICTURE, name=evil, variants={evil: (SMALL, 1, 1)})
    assert bytes_of(game, evil, size=(1, 1)) == SMALL
    assert bytes_of(game, evil) == PICTURE

    names = [path.name for path in kept_files(tmp_path)]
    assert len(names) == 3
    assert all(name.removesuffix(".media").isalnum() and len(name) == 46 for name in names)
    new = set(tmp_path.rglob("*")) - set(before)
    assert [path for path in new if "evil" in path.name] == []


def test_nothing_on_disk_tells_the_key_or_a_signature(sandbox: Sandbox, game: Game, tmp_path: Path) -> None:
    assert bytes_of(game, f"{sandbox.url}/files/banner/original?signature=secret-signature") == PICTURE
    assert bytes_of(game) == PICTURE
    everything = b"".join(path.read_bytes() for path in kept_files(tmp_path))
    assert sandbox.api_key.encode() not in everything
    assert b"secret-signature" not in everything


def test_where_nothing_can_be_kept_media_come_all_the_same_and_that_is_told_once(
    sandbox: Sandbox, play: Play, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.add_media("banner", PICTURE)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "media").write_text("not a folder")
    game = online(play())

    assert bytes_of(game) == bytes_of(game) == PICTURE

    (told,) = game.seen.of("client", "on_storage_failed")
    assert isinstance(told["error"], StorageError)
    assert "Media cannot be saved in" in caplog.text
    assert downloads(sandbox) == [200, 200]


def test_what_is_normal_is_not_in_the_log(game: Game, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bytes_of(game)
    bytes_of(game)
    info_of(game)
    game.uw.stop()
    assert [record for record in caplog.records if record.levelno >= logging.INFO] == []
