"""What the tests of player actions share: how actions are done, and what the platform heard of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PLAYER, Game
from uwclient import PlayerEvent
from uwclient.sandbox import Sandbox
from uwclient.sandbox.http.request_log import LoggedRequest

ACTION_PATHS = (
    "/events",
    "/attributes",
    "/regions/transition",
    "/engagements/outcomes",
    "/message_impressions/initialize",
    "/message_impressions/update_state",
    "/offer_impressions/initialize",
    "/offer_impressions/update_state",
    "/email_address",
)


def named(first: int, last: int) -> list[str]:
    """Names of events, from the first number to the one before the last."""
    return [f"e{number}" for number in range(first, last)]


def assign(game: Game, names: Iterable[str], callback: Callable[[bool], object] | None = None) -> None:
    """Assign an event of each name."""
    for name in names:
        game.uw.assign_event(PlayerEvent(name), callback)


def heard(sandbox: Sandbox, player: str = PLAYER) -> list[str]:
    """The names of the player's events, in the order of their arrival."""
    return [event.event_id for event in sandbox.player(player).events]


def until_heard(game: Game, sandbox: Sandbox, count: int, player: str = PLAYER) -> None:
    """Pump until the platform has so many events."""
    game.until(lambda: sandbox.player(player).event_count >= count)


def until_online(game: Game) -> Game:
    """Pump until there is a session; the game again."""
    game.until(lambda: game.uw.is_session_initialized)
    return game


def action_requests(sandbox: Sandbox, player: str = PLAYER) -> list[LoggedRequest]:
    """The requests that brought what the player did."""
    base = f"/api/sdk/v1/appusers/{player}"
    return [
        request
        for request in sandbox.requests
        if request.path.startswith(base) and request.path.removeprefix(base) in ACTION_PATHS
    ]


def asked(request: LoggedRequest) -> tuple[str, str, Any]:
    """The method, the path below the player, and the body of a request."""
    return request.method, "/" + request.path.split("/", 6)[6], request.json


def pass_until(game: Game, condition: Callable[[], object], within: float, step: float = 0.25) -> float:
    """Let virtual time pass until the condition holds; how many seconds that took."""
    began = game.device.moment
    game.uw.pump()
    while not condition():
        if game.device.moment - began > within:
            pytest.fail(f"It did not happen within {within} virtual seconds; seen: {game.describe()}")
        game.pass_time(step, step)
    return game.device.moment - began


def queue_files(folder: Path) -> list[Path]:
    """All files and folders of the queues below a data folder."""
    return sorted(path for outbox in folder.rglob("outbox") for path in outbox.rglob("*"))


def logs(folder: Path) -> list[Path]:
    """The files of actions below a data folder, which the worker may be removing."""
    found = (Path(parent) / name for parent, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if path.suffix == ".log")


def first_of_each(names: Iterable[str]) -> list[str]:
    """The names without what comes again."""
    return list(dict.fromkeys(names))


def seconds_of(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.monotonic()
    call()
    return time.monotonic() - began


@contextmanager
def no_room_for_files_longer_than(size: int) -> Iterator[None]:
    """As on a full disk, writing fails (in the whole process) beyond so many bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def open_files() -> int:
    """How many files and sockets this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
