"""A Panda3D game gets live content in one call, and is otherwise the game that it was."""

from __future__ import annotations

import ast
import gc
import io
import os
import random
import re
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import uwclient
from tests.conftest import MODULES, MakeClient
from tests.panda.conftest import MakeBase
from tests.panda.screen_probe import BACKGROUND, Eye, alike, threads_of_ours
from uwclient import UserWise
from uwclient.engines.signal_names import signals_of
from uwclient.sandbox import Sandbox
from uwclient.signals import Signal
from uwclient.ui.scene import Color
from uwclient.ui.theme import Theme

RED = Color(220, 20, 30)
MIDDLE_OF_PICTURE = (320, 130)


class Heard:
    """What was heard of messenger events, in order."""

    def __init__(self, *names: str) -> None:
        from direct.showbase.DirectObject import DirectObject

        self.events: list[tuple[Any, ...]] = []
        self._listener = DirectObject()
        for name in names:
            self._listener.accept(name, self._hear, [name])

    def _hear(self, name: str, *details: Any) -> None:
        self.events.append((name, *details))

    def names(self) -> list[str]:
        return [event[0] for event in self.events]

    def close(self) -> None:
        self._listener.ignoreAll()


class Left(NamedTuple):
    """What a game has, to see whether anything is left behind in it."""

    tasks: list[str]
    events: list[str]
    listeners: int
    regions: int
    exits: int
    threads: list[str]
    textures: int
    nodes: int


def left(base: Any, uw: UserWise) -> Left:
    base.graphicsEngine.renderFrame()
    base.graphicsEngine.renderFrame()
    return Left(
        sorted(task.name for task in base.taskMgr.getAllTasks()),
        sorted(base.messenger._getEvents()),
        sum(len(signal.receivers) for _, signal in signals_of(uw)),
        base.win.getNumDisplayRegions(),
        len(base.finalExitCallbacks),
        threads_of_ours(),
        base.win.getGsg().getPreparedObjects().getNumPreparedTextures(),
        sum(len(root.findAllMatches("**")) for root in (base.render, base.render2d, base.render2dp, base.dataRoot)),
    )


def publish_with_picture(sandbox: Sandbox) -> None:
    """An offer with a red picture."""
    image = io.BytesIO()
    pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install 'uwclient[panda3d]'")
    pillow.new("RGB", (320, 200), tuple(RED[:3])).save(image, "PNG")
    sandbox.add_media("red", image.getvalue())
    sandbox.publish("offers", id="gems", title="300 gems — ¿qué? 日本", landscape_image_id="red", end_at="+2h")


@pytest.fixture
def uw(make_client: MakeClient) -> UserWise:
    return make_client()


def test_one_call_gives_a_game_live_content(uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems", title="300 gems")
    heard = Heard("uw-offers-active")
    loop = attach(uw, base)

    eye.until(lambda: heard.events and loop.takes_input)
    assert heard.events == [("uw-offers-active", uw.offers.get("gems"))]
    eye.until(lambda: eye.look().unlike(BACKGROUND) != (0, 0, 0, 0))
    heard.close()


def test_a_card_shows_its_picture_when_that_has_come(uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye) -> None:
    from uwclient.engines.panda3d import attach

    publish_with_picture(sandbox)
    loop = attach(uw, base)
    eye.until(lambda: loop.takes_input)

    eye.until(lambda: alike(eye.look().at(*MIDDLE_OF_PICTURE), RED))


def test_the_task_runs_in_base_run_too(uw: UserWise, base: Any, sandbox: Sandbox) -> None:
    from uwclient.engines.panda3d import attach

    class Enough(Exception):
        pass

    def enough(*_: object) -> None:
        raise Enough

    sandbox.publish("events", id="rain")
    attach(uw, base)
    base.accept("uw-events-active", lambda event: base.taskMgr.add(enough, "enough"))
    with pytest.raises(Enough):
        base.run()


def test_handlers_get_the_details_of_a_signal_in_their_order(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("events", id="rain", external_id="coin_rain")
    heard = Heard("uw-session-initialized", "uw-events-loaded", "uw-events-updated", "uw-events-inactive", "uw-stop")
    loop = attach(uw, base, ui=False)
    eye.until(lambda: uw.events.active)
    before = uw.events.active[0]
    sandbox.change("rain", external_id="gold_rain")
    uw.refresh_content()
    eye.until(lambda: "uw-events-updated" in heard.names())
    after = uw.events.active[0]
    sandbox.withdraw("rain")
    uw.refresh_content()
    eye.until(lambda: "uw-events-inactive" in heard.names())
    session_id = uw.session_id
    loop.detach()

    assert ("uw-session-initialized", session_id) in heard.events
    assert ("uw-events-loaded", True, False) in heard.events
    assert ("uw-events-updated", after, before) in heard.events
    assert ("uw-events-inactive", after) in heard.events
    assert heard.events[-1] == ("uw-stop",)
    heard.close()


def test_every_signal_has_an_event_of_its_own_name(uw: UserWise) -> None:
    owners = {"": uw, **{f"{name}-": part for name, part in vars(uw).items() if not name.startswith("_")}}
    expected = {
        f"{prefix}{name.removeprefix('on_')}".replace("_", "-"): signal
        for prefix, owner in owners.items()
        for name, signal in vars(owner).items()
        if isinstance(signal, Signal)
    }
    named = dict(signals_of(uw))

    assert named == expected
    assert {f"{name}-active".replace("_", "-") for name in MODULES} <= named.keys()
    assert {"session-initialized", "delivery-failed", "offers-impression-initialized"} <= named.keys()


def test_signals_tell_their_details_in_the_order_that_is_documented(uw: UserWise) -> None:
    """The handlers of an engine get them by position, so that the order is a promise."""
    documented: dict[str, list[str]] = {}
    for _, signal in signals_of(uw):
        details = re.search(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)\.?$", signal.__doc__ or "")
        assert details is not None, f"the documentation of {signal.name} does not end in its details"
        documented.setdefault(signal.name, []).append(details[1])
    sent = set(sent_details())

    assert {name for name, _ in sent} >= {"on_updated", "on_loaded", "on_session_initialized"}
    for name, names in sent:
        assert any(are_in_order(names, text) for text in documented[name]), f"{name}{names}: {documented[name]}"


def sent_details() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The signals that the client's code sends, and with what, in the order in which it names it."""
    for source in Path(uwclient.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "deliver":
                signal = call.args[0]
                if isinstance(signal, ast.Attribute):
                    yield signal.attr, tuple(keyword.arg or "**" for keyword in call.keywords)


def are_in_order(names: tuple[str, ...], text: str) -> bool:
    places = [re.search(rf"\b{name}\b", text) for name in names]
    starts = [place.start() for place in places if place is not None]
    return len(starts) == len(names) and starts == sorted(starts) and bool(names) == bool(text)


def test_a_handler_that_fails_is_logged_and_the_game_goes_on(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye, caplog: pytest.LogCaptureFixture
) -> None:
    from uwclient.engines.panda3d import attach

    def fail(record: object) -> None:
        raise RuntimeError("broken shop")

    sandbox.publish("offers", id="gems")
    sandbox.publish("surveys", id="ask")
    base.accept("uw-offers-active", fail)
    heard = Heard("uw-surveys-active")
    attach(uw, base)
    eye.until(lambda: heard.events)

    assert "broken shop" in caplog.text
    heard.close()


def test_signals_are_not_repeated_when_the_game_does_not_want_that(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems")
    heard = Heard("uw-offers-active")
    attach(uw, base, mirror_signals=False)
    eye.until(lambda: uw.offers.active)

    assert heard.events == []
    heard.close()


def test_what_does_not_fit_into_the_budget_waits_for_the_next_frame(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from uwclient.engines.panda3d import attach

    for number in range(20):
        sandbox.publish("events", id=f"event-{number}")
    live: list[int] = []

    def count(task: Any) -> Any:
        live.append(len(uw.events.active))
        return task.cont

    attach(uw, base, ui=False, budget_ms=0.0)
    base.taskMgr.add(count, "count", sort=41)
    eye.until(lambda: live[-1:] == [20])

    assert len(set(live)) > 10


def test_wrong_arguments_are_refused_and_leave_nothing(uw: UserWise, base: Any) -> None:
    from uwclient import ArgumentError
    from uwclient.engines.panda3d import attach

    before = left(base, uw)
    with pytest.raises(ArgumentError, match="budget_ms"):
        attach(uw, base, budget_ms=-1)
    with pytest.raises(ArgumentError, match="ShowBase"):
        attach(uw, None)
    with pytest.raises(ArgumentError, match="contrast"):
        attach(uw, base, theme=Theme(text=Theme().card))

    assert left(base, uw) == before
    assert not uw.is_running


def test_handlers_run_after_the_game_s_own_tasks_and_before_the_frame_is_drawn(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from uwclient.engines.panda3d import attach

    order: list[str] = []

    def note(task: Any) -> Any:
        order.append(task.name)
        return task.cont

    sandbox.publish("events", id="rain")
    attach(uw, base)
    base.taskMgr.add(note, "the game's")
    base.taskMgr.add(note, "just before the frame is drawn", sort=49)
    base.accept("uw-events-active", lambda event: order.append("handler"))
    eye.until(lambda: "handler" in order)
    base.taskMgr.step()
    place = order.index("handler")

    assert order[place - 1 : place + 2] == ["the game's", "handler", "just before the frame is drawn"]


@pytest.mark.parametrize("ui", [True, False])
def test_detaching_leaves_nothing_behind(uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye, ui: bool) -> None:
    from uwclient.engines.panda3d import attach

    publish_with_picture(sandbox)
    base.taskMgr.step()
    before = left(base, uw)
    loop = attach(uw, base, ui=ui)
    assert left(base, uw) != before
    eye.until(lambda: loop.takes_input if ui else uw.offers.active)
    eye.until(lambda: not ui or alike(eye.look().at(*MIDDLE_OF_PICTURE), RED))
    base.messenger.send("uwclient-key", ["f10"])
    for _ in range(20):
        base.taskMgr.step()
    loop.detach()
    loop.detach()
    for _ in range(20):  # Panda3D forgets textures little by little
        base.taskMgr.step()

    assert left(base, uw) == before
    assert not uw.is_running
    assert eye.look().unlike(BACKGROUND) == (0, 0, 0, 0)


def test_nothing_holds_on_to_what_was_detached(uw: UserWise, base: Any) -> None:
    from uwclient.engines.panda3d import attach

    loop = attach(uw, base)
    kept = weakref.ref(loop)
    base.taskMgr.step()
    loop.detach()
    base.taskMgr.step()
    del loop
    gc.collect()

    assert kept() is None


def test_destroying_the_game_detaches_everything_and_stops_the_client(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems")
    listeners = left(base, uw).listeners
    tasks = base.taskMgr
    loop = attach(uw, base)
    eye.until(lambda: loop.takes_input)
    base.destroy()

    assert not uw.is_running
    assert [task.name for task in tasks.getAllTasks() if "uwclient" in task.name] == []
    assert sum(len(signal.receivers) for _, signal in signals_of(uw)) == listeners
    assert threads_of_ours() == []
    assert base.finalExitCallbacks == []


A_GAME_THAT_JUST_ENDS = """
import sys
from panda3d.core import loadPrcFileData
loadPrcFileData("", "load-display p3tinydisplay\\nwindow-type offscreen\\naudio-library-name null")
from direct.showbase.ShowBase import ShowBase
from uwclient import PlayerEvent, UserWise
from uwclient.engines.panda3d import attach

base = ShowBase()
uw = UserWise(sys.argv[1], "hero-42", host=sys.argv[2], data_dir=sys.argv[3])
loop = attach(uw, base)
while not loop.takes_input:
    base.taskMgr.step()
uw.assign_event(PlayerEvent("left"))
sys.exit()
"""


def test_a_program_that_just_ends_stops_the_client(panda3d: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    command = [sys.executable, "-c", A_GAME_THAT_JUST_ENDS, sandbox.api_key, sandbox.url, str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(Path(uwclient.__file__).parents[1])}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 0, done.stderr
    assert [event.event_id for event in sandbox.player("hero-42").events] == ["left"]


def test_a_client_that_runs_already_goes_on_running(uw: UserWise, base: Any) -> None:
    from uwclient.engines.panda3d import attach

    uw.start()
    loop = attach(uw, base)
    loop.detach()

    assert uw.is_running


def test_a_game_can_detach_in_a_handler_and_attach_again(uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems")
    before = left(base, uw)
    uw.start()
    loop = attach(uw, base)
    uw.offers.on_active.connect(detach := lambda offers, record: loop.detach())
    eye.until(lambda: uw.offers.active)
    uw.offers.on_active.disconnect(detach)
    assert left(base, uw)._replace(threads=[]) == before

    again = attach(uw, base)
    eye.until(lambda: again.takes_input)


def test_a_game_without_a_window_has_live_content_too(uw: UserWise, make_base: MakeBase, sandbox: Sandbox) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems")
    server = make_base(windowType="none")
    attach(uw, server)
    Eye(server).until(lambda: uw.offers.active)


class Game:
    """A small game whose frames depend on everything that an adapter could disturb."""

    def __init__(self, base: Any) -> None:
        from direct.interval.IntervalGlobal import LerpPosInterval
        from panda3d.core import (
            CardMaker,
            ClockObject,
            CollisionHandlerEvent,
            CollisionNode,
            CollisionSphere,
            CollisionTraverser,
            Vec3,
        )

        self.seen: list[tuple[Any, ...]] = []
        self._base = base
        self._dice = random.Random(5)
        self._clock = ClockObject.getGlobalClock()
        self._clock.reset()
        self._clock.setMode(ClockObject.MNonRealTime)
        self._clock.setDt(1 / 60)
        maker = CardMaker("hero")
        maker.setFrame(-0.1, 0.1, -0.1, 0.1)
        self.hero = base.aspect2d.attachNewNode(maker.generate())
        self.ball = base.render.attachNewNode("ball")
        self.ball.attachNewNode(CollisionNode("ball")).node().addSolid(CollisionSphere(0, 0, 0, 1))
        wall = base.render.attachNewNode(CollisionNode("wall"))
        wall.node().addSolid(CollisionSphere(5, 0, 0, 1))
        base.cTrav = CollisionTraverser()
        handler = CollisionHandlerEvent()
        handler.addInPattern("%fn-into-%in")
        base.cTrav.addCollider(self.ball.find("ball"), handler)
        base.accept("ball-into-wall", lambda entry: self.note("hit"))
        self.flight = LerpPosInterval(self.ball, 0.5, Vec3(5, 0, 0), startPos=Vec3(0, 0, 0))
        self.flight.loop()
        for name, sort in (("late", 45), ("first", -10), ("middle", 0), ("other", 0), ("second", -5)):
            base.taskMgr.add(self.play, name, sort=sort)
        base.taskMgr.doMethodLater(0.3, self.play_again, "later")

    def note(self, what: str) -> None:
        place = self.ball.getPos()
        self.seen.append((what, round(self._clock.getFrameTime(), 6), tuple(round(part, 4) for part in place)))

    def play(self, task: Any) -> Any:
        if task.name == "middle":
            self.hero.setX(self._dice.uniform(-1, 1))
        self.note(task.name)
        return task.cont

    def play_again(self, task: Any) -> Any:
        self.note("later")
        return task.again

    def run(self, frames: int) -> None:
        for _ in range(frames):
            self._base.taskMgr.step()

    def close(self) -> None:
        from panda3d.core import ClockObject

        self.flight.finish()
        self._clock.setMode(ClockObject.MNormal)
        self._base.cTrav = 0


def tasks_in_order(base: Any) -> list[str]:
    """The tasks of the main chain as they are run."""
    tasks = [task for task in base.taskMgr.getAllTasks() if task.name != "uwclient"]
    return [task.name for task in sorted(tasks, key=lambda task: task.getSort())]


def test_a_game_plays_the_same_with_live_content_and_without(
    make_client: MakeClient, make_base: MakeBase, sandbox: Sandbox
) -> None:
    from uwclient.engines.panda3d import attach

    for number in range(10):
        sandbox.publish("events", id=f"event-{number}")
    played = []
    for with_content in (False, True):
        uw = make_client()
        base = make_base()
        game = Game(base)
        if with_content:
            attach(uw, base)
        game.run(120)
        if with_content:
            Eye(base).until(lambda uw=uw: len(uw.events.active) == 10)  # type: ignore[misc]
        played.append((game.seen[:600], tasks_in_order(base)))
        game.close()
    without, along = played
    assert [what for what, *_ in without[0]].count("hit") > 1
    assert along == without


def test_the_game_s_frames_look_the_same_while_there_is_nothing_to_show(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from panda3d.core import CardMaker

    from uwclient.engines.panda3d import attach

    maker = CardMaker("field")
    maker.setFrame(-0.5, 0.4, -0.3, 0.8)
    maker.setColor(0.9, 0.5, 0.1, 0.5)
    field = base.aspect2d.attachNewNode(maker.generate())
    field.setTransparency(True)
    before = eye.look()
    sandbox.publish("events", id="rain")
    attach(uw, base)
    eye.until(lambda: uw.events.active)

    assert eye.look() == before
