"""A test puts a transport and a time of its own in the place of network and clock, and a run can be repeated."""

from __future__ import annotations

import json
import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from uwclient import (
    ArgumentError,
    ConnectionFailed,
    LifecycleError,
    PlayerEvent,
    Reply,
    Request,
    TimeSource,
    Transport,
    UserWise,
    UserWiseError,
)

HOUR = 3600
START = 1_767_603_600.0  # 2026-01-05T09:00Z

OFFER = {
    "id": "gems",
    "name": "Gems at half price",
    "start_at": "2026-01-05T10:00:00Z",
    "end_at": "2026-01-05T11:00:00Z",
}


class VirtualTime:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def wall(self) -> float:
        return START + self.passed


class Platform:
    """A transport that answers in this process: a session, one offer, and yes to everything that the player does."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.log: list[tuple[float, str, str]] = []
        self.events: list[str] = []
        self.is_down = False

    def send(self, request: Request) -> Reply | UserWiseError:
        path = urllib.parse.urlsplit(request.url).path
        self.log.append((self.time.passed, request.method, path))
        if self.is_down:
            return ConnectionFailed("The cable is out.")
        return Reply.of(200, self.body_for(path, request), {"Date": formatdate(self.time.wall(), usegmt=True)})

    def body_for(self, path: str, request: Request) -> bytes:
        if path.endswith("/appusers/hero-42"):
            return json.dumps({"was_initialized": True, "session_id": "s1"}).encode()
        if path.endswith("/events"):
            self.events += [event["event_id"] for event in json.loads(request.body)["events"]]
            return b""
        if path.endswith("/picture.png"):
            return b"\x89PNG\r\n\x1a\n"
        if request.method == "GET":
            kind = path.rpartition("/")[2]
            return json.dumps({"active": [OFFER] if kind == "offers" else []}).encode()
        return b"{}"


@pytest.fixture(autouse=True)
def _without_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def platform(time: VirtualTime) -> Platform:
    return Platform(time)


Make = Callable[..., UserWise]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[UserWise] = []

    def make(platform: Transport, time: TimeSource, **settings: Any) -> UserWise:
        given = {"threaded": False, "seed": 7, "language": "en", "country": "US", "timezone": "UTC", **settings}
        folder = tmp_path / str(len(made))
        made.append(UserWise("key", "hero-42", data_dir=folder, transport=platform, time_source=time, **given))
        return made[-1]

    yield make
    for uw in made:
        uw.stop()


def play(uw: UserWise, time: VirtualTime, seconds: float, step: float = 1.0) -> None:
    ends = time.passed + seconds
    uw.pump()
    while time.passed < ends:
        time.passed = min(ends, time.passed + step)
        uw.pump()


def afternoon(make: Make, **settings: Any) -> list[tuple[float, str, str]]:
    """Three hours of a game: what it has heard, and what the platform was asked, each with its moment."""
    time = VirtualTime()
    platform = Platform(time)
    uw = make(platform, time, **settings)
    uw.offers.on_active.connect(lambda _, record: platform.log.append((time.passed, "active", record.id)))
    uw.offers.on_inactive.connect(lambda _, record: platform.log.append((time.passed, "inactive", record.id)))
    uw.start()
    play(uw, time, 1800)
    uw.assign_event(PlayerEvent("battle_won"))
    play(uw, time, 2.5 * HOUR)
    uw.stop()
    assert platform.events == ["battle_won"]
    return platform.log


def test_an_offer_starts_and_ends_at_its_virtual_second_without_a_socket(make: Make) -> None:
    log = afternoon(make)

    assert [entry for entry in log if entry[1] in ("active", "inactive")] == [
        (HOUR, "active", "gems"),
        (2 * HOUR, "inactive", "gems"),
    ]


def test_a_run_with_the_same_seed_is_the_same_run(make: Make) -> None:
    assert afternoon(make) == afternoon(make)


def test_another_seed_draws_other_delays(make: Make) -> None:
    assert afternoon(make) != afternoon(make, seed=8)


def test_the_platforms_time_is_what_its_replies_say(make: Make, platform: Platform, time: VirtualTime) -> None:
    uw = make(platform, time)
    uw.start()
    play(uw, time, 2)
    time.passed += 5.0
    assert uw.now() == datetime.fromtimestamp(START + time.passed, UTC)


def test_a_network_that_is_down_is_a_value_and_the_client_comes_back(
    make: Make, platform: Platform, time: VirtualTime
) -> None:
    uw = make(platform, time)
    failures: list[str] = []
    uw.on_session_initialization_failed.connect(lambda _, error: failures.append(str(error)))
    platform.is_down = True
    uw.start()
    play(uw, time, 30)
    assert failures
    assert set(failures) == {"The cable is out."}
    assert uw.diagnostics.requests[-1].error == "The cable is out."

    platform.is_down = False
    play(uw, time, 600)
    assert uw.is_session_initialized


def test_media_come_by_the_same_transport(make: Make, platform: Platform, time: VirtualTime) -> None:
    uw = make(platform, time)
    got: list[bytes | None] = []
    uw.start()
    uw.media.get_bytes("https://cdn.example/picture.png", got.append)
    play(uw, time, 1)
    assert got == [b"\x89PNG\r\n\x1a\n"]


def test_with_a_thread_the_transport_is_called_there(make: Make, platform: Platform, time: VirtualTime) -> None:
    called_on: set[str] = set()

    class Watched:
        def send(self, request: Request) -> Reply | UserWiseError:
            called_on.add(threading.current_thread().name)
            return platform.send(request)

    uw = make(Watched(), time, threaded=True)
    opened = threading.Event()
    uw.on_session_initialized.connect(lambda _, session_id: opened.set())
    uw.start()
    while not opened.wait(0.001):
        uw.pump()
    uw.stop()
    assert called_on == {"uwclient-worker"}


def test_a_transport_outlives_the_clients_that_use_it(make: Make, platform: Platform, time: VirtualTime) -> None:
    for _ in range(2):
        uw = make(platform, time)
        uw.start()
        play(uw, time, 2)
        assert uw.is_session_initialized
        uw.stop()


def test_a_client_from_the_environment_takes_the_same_seams(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: Platform, time: VirtualTime
) -> None:
    monkeypatch.setenv("UW_API_KEY", "key")
    monkeypatch.setenv("UW_PLAYER_ID", "hero-42")
    uw = UserWise.from_env(transport=platform, time_source=time, seed=1, data_dir=tmp_path, threaded=False)
    uw.start()
    play(uw, time, 2)
    uw.stop()
    assert platform.log


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"transport": "https://x"}, r"^transport must be an object with send\(\), or None\.$"),
        ({"time_source": 42}, r"^time_source must be an object with monotonic\(\) and wall\(\), or None\.$"),
        ({"seed": "7"}, r"^seed must be a whole number, or None for another one each time\.$"),
    ],
)
def test_what_cannot_fill_a_seam_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        UserWise("key", "hero-42", **wrong)


@pytest.mark.parametrize(("name", "lookup"), [("Date", "date"), ("ETAG", "etag"), ("retry-after", "Retry-After")])
def test_the_headers_of_a_reply_are_found_in_any_case(name: str, lookup: str) -> None:
    assert Reply.of(200, b"", {name: "told"}).header(lookup) == "told"


def test_refreshing_needs_a_running_client(make: Make, platform: Platform, time: VirtualTime) -> None:
    with pytest.raises(LifecycleError, match="call start"):
        make(platform, time).refresh_content()
