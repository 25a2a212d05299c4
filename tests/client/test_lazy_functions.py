"""Functions that a call does not run, such as `async def`, are refused where they are handed over, or warned of."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial, wraps
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock, MagicMock

import pytest

from uwclient import ArgumentError, callables
from uwclient.sandbox import Sandbox
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay

if TYPE_CHECKING:
    from tests.conftest import Play


async def later(*given: object, **details: object) -> None:
    """Never runs when it is just called."""


async def async_steps(*given: object, **details: object) -> AsyncIterator[int]:
    yield 1


def steps(*given: object, **details: object) -> Iterator[int]:
    yield 1


class Later:
    async def __call__(self, *given: object, **details: object) -> None: ...

    async def method(self, *given: object, **details: object) -> None: ...

    @staticmethod
    async def static(*given: object, **details: object) -> None: ...

    @classmethod
    async def of_class(cls, *given: object, **details: object) -> None: ...


LAZY: dict[str, Callable[..., Any]] = {
    "async def": later,
    "partial": partial(later, 1),
    "partial of a partial": partial(partial(later, 1), 2),
    "object": Later(),
    "partial of an object": partial(Later(), 1),
    "method": Later().method,
    "static method": Later.static,
    "class method": Later.of_class,
    "asynchronous generator": async_steps,
    "generator": steps,
    "partial of a generator": partial(steps, 1),
    "mock": AsyncMock(),
}


@pytest.mark.parametrize("name", LAZY)
def test_a_listener_that_would_never_run_is_refused(play: Play, name: str) -> None:
    game = play(start=False)
    for connect in (game.uw.offers.on_active.connect, partial(game.uw.on_start.connect, weak=True)):
        with pytest.raises(
            ArgumentError, match=r"must be a plain function, but .* a call does not run its body"
        ) as e:
            connect(LAZY[name])
        assert "A listener of on_" in str(e.value)
    assert not any(one in (LAZY[name],) for one in game.uw.offers.on_active.receivers.values())


def test_a_listener_that_is_no_function_is_refused(play: Play) -> None:
    nothing: Any = print("the game begins")
    with pytest.raises(ArgumentError, match="A listener of on_start must be a function, not NoneType"):
        play(start=False).uw.on_start.connect(nothing)


@pytest.mark.parametrize("name", LAZY)
def test_a_callback_that_would_never_run_is_refused(sandbox: Sandbox, play: Play, name: str) -> None:
    lazy = LAZY[name]
    sandbox.publish("offers", id="gems")
    game = play()
    game.until_live("offers", "gems")
    uw = game.uw
    calls: list[Callable[[], object]] = [
        lambda: uw.emails.set_address("hero@example.com", lazy),
        lambda: uw.set_attributes({"coins": 1}, lazy),
        lambda: uw.refresh_content(lazy),
        lambda: uw.media.get_info("image", lazy),
        lambda: uw.media.get_bytes("image", lazy),
        lambda: uw.push.get_notification("1", lazy),
        lambda: uw.offers.accept(uw.offers.active[0], lazy),
        lambda: LiveUI(uw, on_answer=lazy),
        lambda: LiveUI(uw, priority=lazy),
        lambda: setattr(LiveUI(uw), "on_answer", lazy),
        lambda: Overlay(uw, next_player=lazy),
    ]
    for call in calls:
        with pytest.raises(ArgumentError, match="must be a plain function"):
            call()
    assert not sandbox.player("hero-42").email_address


def test_a_view_that_opens_later_is_refused(play: Play) -> None:
    class View:
        async def open(self, url: str) -> Any: ...

    view: Any = View()
    game = play(start=False)
    with pytest.raises(ArgumentError, match=r"open\(\) of a view must be a plain function"):
        game.uw.surveys.view = view


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*given: object, **details: object) -> Any:
        return function(*given, **details)

    return call


@pytest.mark.parametrize(
    ("returns_work", "what"),
    [
        (lambda *given, **details: later(), "a coroutine"),
        (decorated(later), "a coroutine"),
        (decorated(async_steps), "a generator"),
        (decorated(steps), "a generator"),
    ],
)
def test_a_plain_function_whose_work_nobody_runs_is_warned_of_once(
    play: Play,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    returns_work: Callable[..., Any],
    what: str,
) -> None:
    monkeypatch.setattr(callables, "_warned_of", set())
    game = play(start=False)
    game.uw.on_start.connect(returns_work)
    for _ in range(3):
        game.uw.start()
        game.uw.stop()
    (warned,) = [one.getMessage() for one in caplog.records if "nobody runs" in one.getMessage()]
    assert warned.startswith(f"{callables.name_of(returns_work)} has returned {what} that nobody runs")
    assert "create_task" in warned


def test_a_function_that_starts_a_task_is_fine(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    async def work(text: str) -> None:
        ran.append(text)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        game = play(start=False)
        game.uw.on_start.connect(lambda *given, **details: loop.create_task(work("started")))
        game.uw.start()
        game.uw.pump()
        while not ran:
            await asyncio.sleep(0)
        game.uw.stop()

    asyncio.run(run())
    assert ran == ["started"]
    assert "nobody runs" not in caplog.text


def test_plain_functions_of_all_kinds_are_fine(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    class Shop:
        def __call__(self, *given: object, **details: object) -> str:
            return "sold"

    plain: list[Callable[..., Any]] = [
        print,
        partial(print),
        Shop(),
        Shop().__call__,
        MagicMock(),
        lambda *a, **d: [1],
    ]
    game = play(start=False)
    for one in plain:
        assert not inspect.iscoroutinefunction(one)
        callables.check_runs_when_called(one, "callback")
        game.uw.emails.set_address("hero@example.com", one)
    assert caplog.records == []
