"""What the tests share: a platform on this machine, and games that play on it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from signal import SIG_IGN, SIGINT, default_int_handler, getsignal
from signal import signal as handle
from typing import Any, NamedTuple, Protocol

import pytest

from tests.fork_server import ForkServer
from uwclient import UserWise
from uwclient.sandbox import Sandbox
from uwclient.signals import Signal

MODULES = ("events", "messages", "offers", "remote_configs", "surveys")
SIGNALLING = (*MODULES, "campaigns", "push", "media")
PLAYER = "hero-42"
PATIENCE = 20.0
"""Seconds that a test waits for something to happen before it fails."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers for each core (`-n auto`): the tests wait about as much as they compute."""
    return 2 * (os.cpu_count() or 1)


def pytest_configure() -> None:
    """Let the commands that tests start hear Control-C: a shell has its background jobs ignore it, and theirs."""
    if getsignal(SIGINT) is SIG_IGN:
        handle(SIGINT, default_int_handler)


class Sent(NamedTuple):
    """One signal as it was heard: who sent it ("client" or a module's name), and with what."""

    source: str
    signal: str
    details: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.source}.{self.signal}"


class Recorder:
    """Owns the list of all that one client has signalled, in order."""

    def __init__(self, uw: UserWise) -> None:
        self.sent: list[Sent] = []
        owners: dict[str, object] = {"client": uw, **{name: getattr(uw, name) for name in SIGNALLING}}
        for source, owner in owners.items():
            for signal in vars(owner).values():
                if isinstance(signal, Signal):
                    signal.connect(partial(self._hear, source, signal.name))

    def _hear(self, source: str, signal: str, sender: object, **details: Any) -> None:
        self.sent.append(Sent(source, signal, details))

    def of(self, source: str, signal: str) -> list[dict[str, Any]]:
        """The details of every such signal."""
        return [sent.details for sent in self.sent if sent[:2] == (source, signal)]

    def ids(self, source: str, signal: str) -> list[str]:
        """The ids of the records that such signals were about."""
        return [details["record"].id for details in self.of(source, signal)]

    def about_content(self) -> list[str]:
        """The names of all signals that modules sent."""
        return [str(sent) for sent in self.sent if sent.source in MODULES]

    def forget(self) -> None:
        """Start the list anew."""
        self.sent.clear()


class VirtualTime:
    """Time that passes only when a test says so. `wall_shift` is how far the device clock is off."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.moment = 1000.0
        self.wall_shift = 0.0
        self._epoch = sandbox.clock.now().timestamp() - self.moment

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self.moment

    def wall(self) -> float:
        """Seconds since 1970, as the device believes."""
        return self._epoch + self.moment + self.wall_shift


def until(
    condition: Callable[[], object], uw: UserWise, seen: Callable[[], object] = lambda: "nothing noted"
) -> None:
    """Pump until the condition holds; fail with a sentence when it does not within a few seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        uw.pump()
        if condition():
            return
        if time.monotonic() > deadline:
            pytest.fail(f"What the test waits for did not happen within {PATIENCE:.0f} s; seen: {seen()}")
        time.sleep(0.001)


class Game:
    """Owns one client and plays it: pumps, waits, and remembers what was signalled."""

    def __init__(self, uw: UserWise, sandbox: Sandbox, virtual_time: VirtualTime | None) -> None:
        self.uw = uw
        self.seen = Recorder(uw)
        self._sandbox = sandbox
        self._time = virtual_time

    @property
    def device(self) -> VirtualTime:
        """The clocks of the device; for games in virtual time."""
        assert self._time is not None, "this game plays in real time"
        return self._time

    def until(self, condition: Callable[[], object]) -> None:
        """Pump until the condition holds."""
        until(condition, self.uw, self.describe)

    def until_sent(self, source: str, signal: str, count: int = 1) -> None:
        """Pump until a signal was sent so many times."""
        self.until(lambda: len(self.seen.of(source, signal)) >= count)

    def until_live(self, module: str, *ids: str) -> None:
        """Pump until exactly these records of a module are active."""
        self.until(lambda: sorted(self.live(module)) == sorted(ids))

    def until_loaded(self) -> None:
        """Pump until the platform has answered for every module."""
        told = {"from_api": True, "from_cache": False}
        self.until(lambda: all(told in self.loads(name) for name in MODULES) and self.has_campaigns())

    def has_campaigns(self) -> bool:
        """Whether the platform has told the campaigns."""
        return {"from_cache": False} in self.loads("campaigns")

    def loads(self, module: str) -> list[dict[str, Any]]:
        """What on_loaded said, each time."""
        return self.seen.of(module, "on_loaded")

    def live(self, module: str) -> list[str]:
        """The ids of the active records of a module."""
        return [record.id for record in getattr(self.uw, module).active]

    def refresh(self) -> bool:
        """Refresh the content now, to the end; whether that went well."""
        ends: list[bool] = []
        self.uw.refresh_content(ends.append)
        self.until(lambda: ends)
        return ends[0]

    def pass_time(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass here and on the platform, a frame every `step` seconds; for games in virtual time."""
        passed = 0.0
        while passed < seconds:
            moved = min(step, seconds - passed)
            self.device.moment += moved
            self._sandbox.clock.advance(seconds=moved)
            self.uw.pump()
            passed += moved

    def describe(self) -> str:
        """What has been seen so far, for a test that fails."""
        active = {name: self.live(name) for name in MODULES if self.live(name)}
        errors = [str(sent.details["error"]) for sent in self.seen.sent if "error" in sent.details]
        asked = [f"{request.method} {request.path} {request.status}" for request in self._sandbox.requests[-8:]]
        signals = [str(sent) for sent in self.seen.sent[-20:]]
        return f"{signals}, active {active}, errors {errors[-5:]}, the last requests {asked}"


class MakeSandbox(Protocol):
    """Makes running sandboxes; the arguments are those of `Sandbox`."""

    def __call__(self, **options: Any) -> Sandbox: ...


class MakeClient(Protocol):
    """Makes clients of the sandbox; the arguments are those of `UserWise`."""

    def __call__(self, **options: Any) -> UserWise: ...


class Play(Protocol):
    """Starts games. `virtual`: without a thread, in a time that passes only when the test says so."""

    def __call__(
        self,
        player_id: str = PLAYER,
        *,
        at: Sandbox | None = None,
        virtual: bool = False,
        start: bool = True,
        **options: Any,
    ) -> Game: ...


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    """Fail when a thread of the project outlives its test."""
    before = set(threading.enumerate())
    yield
    stayed = [one for one in threading.enumerate() if one.name.startswith("uwclient-") and one not in before]
    for thread in stayed:
        thread.join(PATIENCE)
    alive = [thread.name for thread in stayed if thread.is_alive()]
    assert not alive, f"These threads are still there after the test: {alive}"


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """Where programs are run in processes of their own."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def make_sandbox() -> Iterator[MakeSandbox]:
    """Sandboxes that stop after the test, and must not have met an error of their own."""
    made: list[Sandbox] = []

    def make(**options: Any) -> Sandbox:
        made.append(Sandbox(**options))
        made[-1].start()
        return made[-1]

    yield make
    for sandbox in made:
        sandbox.stop()
    for sandbox in made:
        sandbox.check()


@pytest.fixture
def sandbox(make_sandbox: MakeSandbox) -> Sandbox:
    """A platform on this machine."""
    return make_sandbox()


@pytest.fixture
def make_client(sandbox: Sandbox, tmp_path: Path) -> Iterator[MakeClient]:
    """Clients of the sandbox that share a data folder, and stop after the test."""
    made: list[UserWise] = []

    def make(**options: Any) -> UserWise:
        said = {
            "api_key": sandbox.api_key,
            "player_id": PLAYER,
            "host": sandbox.url,
            "data_dir": tmp_path / "data",
            **options,
        }
        made.append(UserWise(**said))
        return made[-1]

    yield make
    for uw in made:
        uw.stop()


@pytest.fixture
def play(sandbox: Sandbox, make_client: MakeClient) -> Play:
    """Games on the sandbox (or another one), recorded from their first signal on."""

    def play(
        player_id: str = PLAYER,
        *,
        at: Sandbox | None = None,
        virtual: bool = False,
        start: bool = True,
        **options: Any,
    ) -> Game:
        platform = at or sandbox
        said: dict[str, Any] = {"host": platform.url, "player_id": player_id, **options}
        virtual_time = VirtualTime(platform) if virtual else None
        if virtual_time is not None:
            said = {"threaded": False, "time_source": virtual_time, **said}
        game = Game(make_client(**said), platform, virtual_time)
        if start:
            game.uw.start()
        return game

    return play
