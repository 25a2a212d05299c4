"""A survey in a window: what the game concludes from what the window's process says, and from how it ends.

The process is a stand-in that speaks the same lines; test_real_window.py has the real one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import uwclient
from tests.conftest import PATIENCE
from tests.surveys import fake_view
from tests.surveys.survey_steps import (
    ViewOfTheTest,
    accept,
    answer,
    children,
    error_of,
    is_running,
    linux_only,
    told,
    until_ended,
    until_there,
    until_told,
)
from uwclient import ArgumentError
from uwclient.models.pages import PageNews
from uwclient.sandbox import Sandbox
from uwclient.survey_views import WindowView, automatic, window
from uwclient.survey_views.browser import BrowserView
from uwclient.survey_views.processes import LARGEST_READ, HelperProcess, python_environment
from uwclient.time_sources import RealTime

if TYPE_CHECKING:
    from tests.conftest import Game, Play

HERE = python_environment()

pytestmark = linux_only
STANDIN = [sys.executable, "-S", "-E", fake_view.__file__]
LOADED = "say:loaded"
COMPLETED = "say:survey_completed"


def enter(game: Game, *steps: str, **options: Any) -> None:
    """Enter a survey whose window does these steps."""
    game.uw.surveys.view = WindowView(command=[*STANDIN, *steps], **options)
    accept(game)


def enter_and_wait(game: Game, note: Path, *steps: str, **options: Any) -> dict[str, Any]:
    """Enter a survey; what the window's process has noted of itself."""
    enter(game, *steps, **options)
    game.until_sent("surveys", "on_entered")
    noted: dict[str, Any] = json.loads(until_there(note, game))
    return noted


def wait_for(condition: Callable[[], object]) -> None:
    """Wait for what happens without a game."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("steps", "signals"),
    [
        ([LOADED, COMPLETED, "exit:0"], ["on_entered", "on_completed", "on_closed"]),
        ([LOADED, COMPLETED, "say:closed", "exit:0"], ["on_entered", "on_completed", "on_closed"]),
        ([LOADED, COMPLETED, COMPLETED, "exit:1"], ["on_entered", "on_completed", "on_closed"]),
        ([LOADED, COMPLETED, "kill:9"], ["on_entered", "on_completed", "on_closed"]),
        ([LOADED, COMPLETED, "spawn", "exit:0"], ["on_entered", "on_completed", "on_closed"]),
        ([COMPLETED, "exit:0"], ["on_entered", "on_completed", "on_closed"]),
        ([LOADED, "say:survey_force_closed", "exit:0"], ["on_entered", "on_closed"]),
        ([LOADED, "say:closed", "exit:0"], ["on_entered", "on_closed"]),
        ([LOADED, "exit:0"], ["on_entered", "on_closed"]),
        ([LOADED, "exit:3"], ["on_entered", "on_closed"]),
        ([LOADED, "kill:9"], ["on_entered", "on_closed"]),
        ([LOADED, "kill:11"], ["on_entered", "on_closed"]),
        ([LOADED, "failed:too late", "exit:0"], ["on_entered", "on_closed"]),
        (["say:closed", "exit:0"], ["on_entered", "on_closed"]),
        (["kill:9"], ["on_entered", "on_closed"]),
        (["kill:15"], ["on_entered", "on_closed"]),
        (["failed:It does not load.", "exit:1"], ["on_entered", "on_enter_failed"]),
        (["failed:It does not load.", "say:closed", "exit:0"], ["on_entered", "on_enter_failed"]),
        (["exit:0"], ["on_entered", "on_enter_failed"]),
        (["exit:1"], ["on_entered", "on_enter_failed"]),
        (["kill:6"], ["on_entered", "on_enter_failed"]),
        (["kill:11"], ["on_entered", "on_enter_failed"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_each_end_of_a_window_is_told_as_it_was(
    sandbox: Sandbox, play: Play, steps: list[str], signals: list[str]
) -> None:
    game = play()
    enter(game, *steps)
    until_told(game, *signals)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (["failed:It does not load.", "exit:1"], "It does not load."),
        (["kill:6"], "The survey's window could not be opened (its process ended with -6): check that pywebview"),
    ],
)
def test_a_window_that_fails_says_why(sandbox: Sandbox, play: Play, steps: list[str], sentence: str) -> None:
    game = play()
    enter(game, *steps)
    game.until_sent("surveys", "on_enter_failed")
    assert error_of(game).startswith(sentence)


def test_the_window_shows_the_page_that_the_platform_named(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    note, done = tmp_path / "note", tmp_path / "done"
    game = play()
    noted = enter_and_wait(
        game, note, f"note:{note}", LOADED, f"await:{done}", COMPLETED, title="Ihre Meinung", width=400, height=300
    )
    assert {name: noted[name] for name in ("title", "width", "height")} == {
        "title": "Ihre Meinung",
        "width": 400,
        "height": 300,
    }
    assert told(game) == ["on_entered"]
    assert answer(noted["url"]).json() == {"result": "survey_completed"}
    done.touch()
    until_told(game, "on_entered", "on_completed", "on_closed")


def test_the_signed_address_is_not_on_the_command_line(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    note = tmp_path / "note"
    game = play()
    noted = enter_and_wait(game, note, f"note:{note}", LOADED, "stay")
    for source in ("cmdline", "environ"):
        assert noted["url"].partition("enc=")[2] not in Path(f"/proc/{noted['pid']}/{source}").read_text()


@pytest.mark.parametrize("loaded", [[], [LOADED]], ids=["before the page is there", "while the page is there"])
def test_a_window_that_somebody_kills_is_closed(
    sandbox: Sandbox, play: Play, tmp_path: Path, loaded: list[str]
) -> None:
    note = tmp_path / "note"
    game = play()
    noted = enter_and_wait(game, note, *loaded, f"note:{note}", "stay")

    os.kill(noted["pid"], signal.SIGKILL)

    until_told(game, "on_entered", "on_closed")
    assert not is_running(noted["pid"])


@pytest.mark.parametrize("way", ["close", "stop", "switch"])
@pytest.mark.parametrize("loaded", [[], [LOADED]], ids=["before the page is there", "while the page is there"])
def test_a_window_ends_with_the_survey(
    sandbox: Sandbox, play: Play, tmp_path: Path, way: str, loaded: list[str]
) -> None:
    note = tmp_path / "note"
    game = play()
    before = children()
    noted = enter_and_wait(game, note, *loaded, f"note:{note}", "sleep")
    began = time.monotonic()

    if way == "close":
        game.uw.surveys.close()
    elif way == "stop":
        game.uw.stop()
        assert children() == before, "nothing is left when stop() returns"
        assert time.monotonic() - began < 5.0
    else:
        game.uw.switch_player("rogue-7")
    game.uw.pump(float("inf"))

    assert told(game) == ["on_entered", "on_closed"]
    until_ended(noted["pid"])
    game.until(lambda: children() == before)
    until_told(game, "on_entered", "on_closed")


@pytest.mark.parametrize("steps", [["stay"], ["sleep"], ["raw:{}", "sleep"]])
def test_a_window_that_never_says_anything_has_failed(sandbox: Sandbox, play: Play, steps: list[str]) -> None:
    game = play()
    enter(game, *steps, load_timeout=0.3)
    until_told(game, "on_entered", "on_enter_failed")
    assert error_of(game) == "The survey's page did not load within 0.3 s: check the network."


def test_a_player_may_take_as_long_as_they_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "note"
    page = window.WindowPage(HelperProcess([*STANDIN, LOADED, f"note:{note}", "stay"], "{}", HERE, speaks=True), 30.0)
    wait_for(note.exists)
    assert page.poll() is None
    later = RealTime.monotonic() + 1_000_000

    with monkeypatch.context() as context:
        context.setattr(RealTime, "monotonic", lambda: later)
        for _ in range(3):
            assert page.poll() is None
    assert is_running(json.loads(note.read_text())["pid"])

    page.close()
    wait_for(lambda: page.poll() == PageNews("closed"))


@pytest.mark.parametrize("word", ["survey_completed", "survey_force_closed", "closed"])
def test_a_window_that_stays_after_its_last_word_is_closed(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(window, "FAREWELL", 0.1)
    game = play()
    enter(game, LOADED, f"say:{word}", "sleep")
    completed = ["on_completed"] if word == "survey_completed" else []
    until_told(game, "on_entered", *completed, "on_closed")


JUNK = ["raw:", "raw:null", "raw:5", "raw:[]", "raw:{", "raw:" + "[" * 5000, "raw:\xff\xfe", "raw:" + "y" * 9000]


def test_what_the_window_babbles_is_left_out(sandbox: Sandbox, play: Play) -> None:
    game = play()
    babble = [*JUNK, 'raw:{"said": 5}', 'raw:{"said": ["loaded"]}', "say:entered", "say:SURVEY_COMPLETED"]
    enter(game, *babble, LOADED, *JUNK, COMPLETED, *babble, "exit:0")
    until_told(game, "on_entered", "on_completed", "on_closed")


@pytest.mark.parametrize("line", ["\n", "y\n", "{}\n", "{y\n"], ids=["empty", "text", "objects", "broken objects"])
def test_no_frame_is_spent_on_what_a_window_babbles(line: str) -> None:
    process = HelperProcess([*STANDIN, "raw:" + line * (60_000 // len(line)), "exit:0"], "{}", HERE, speaks=True)
    page = window.WindowPage(process, 5.0)
    looks = 0

    def is_over() -> bool:
        nonlocal looks
        looks += 1
        return page.poll() is not None

    wait_for(is_over)
    assert looks >= 60_000 // LARGEST_READ, "a frame takes in a little of it"


@pytest.mark.parametrize("way", ["flood", "line"])
@pytest.mark.parametrize("loaded", [[], [LOADED]], ids=["before the page is there", "while the page is there"])
def test_a_window_that_never_stops_talking_is_closed(
    sandbox: Sandbox, play: Play, way: str, loaded: list[str]
) -> None:
    game = play()
    enter(game, *loaded, way)
    until_told(game, "on_entered", "on_closed" if loaded else "on_enter_failed")


def test_a_window_that_cannot_be_started_is_never_entered(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.uw.surveys.view = WindowView(command=["/nowhere/window"])
    accept(game)
    until_told(game, "on_enter_failed")
    assert error_of(game) == "The survey's page cannot be shown: No such file or directory."


def test_a_window_that_does_not_read_its_order_is_told_of_all_the_same(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.uw.surveys.view = WindowView(command=["/bin/true"])
    accept(game)
    until_told(game, "on_entered", "on_enter_failed")


@pytest.mark.parametrize("way", ["is killed", "ends without a stop"])
def test_the_window_goes_when_the_game_goes(sandbox: Sandbox, tmp_path: Path, way: str) -> None:
    note = tmp_path / "note"
    code = f"""
import os, sys, time, uwclient
from uwclient.survey_views import WindowView
host, data_dir, note, *command = sys.argv[1:]
uw = uwclient.UserWise("sandbox-key", "hero-42", host=host, data_dir=data_dir)
uw.surveys.view = WindowView(command=command)
uw.surveys.on_active.connect(lambda surveys, record: surveys.initialize_invite(record))
uw.surveys.on_invite_initialized.connect(
    lambda surveys, survey, was_initialized, response_id, invite_id:
        surveys.respond_to_invite(survey, response_id, invite_id, True))
uw.start()
ends = time.monotonic() + 10
while not (os.path.exists(note) and uw.surveys.in_progress) and time.monotonic() < ends:
    uw.pump()
    time.sleep(0.001)
print("shown", flush=True)
if {way == "is killed"}:
    time.sleep(60)
"""
    steps = [*STANDIN, f"note:{note}", LOADED, "stay" if way == "is killed" else "sleep"]
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, sandbox.url, str(tmp_path / "data"), str(note), *steps],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(uwclient.__file__).parents[1],
    ) as game:
        assert game.stdout is not None
        assert game.stderr is not None
        assert game.stdout.readline() == b"shown\n"
        pid = json.loads(note.read_text())["pid"]
        if way == "is killed":
            assert is_running(pid)
            game.kill()
        assert game.wait(10) == (-9 if way == "is killed" else 0)
        assert game.stderr.read() == b""
    until_ended(pid)


def test_a_fork_of_the_game_leaves_the_window_alone(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    note = tmp_path / "note"
    game = play()
    noted = enter_and_wait(game, note, f"note:{note}", LOADED, "stay")
    pipe = Path(f"/proc/{noted['pid']}/fd/0").readlink()
    child = os.fork()
    if child == 0:
        kept = [fd for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink() and fd.readlink() == pipe]
        in_progress = game.uw.surveys.in_progress
        game.uw.surveys.close()
        game.uw.stop()
        os._exit(1 if in_progress else 2 if kept else 0)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "1: it has the survey, 2: it has the window"
    assert is_running(noted["pid"])
    assert game.uw.surveys.in_progress
    game.uw.surveys.close()
    until_told(game, "on_entered", "on_closed")


def test_the_window_does_not_hear_of_the_games_interrupts(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    note = tmp_path / "note"
    game = play()
    noted = enter_and_wait(game, note, f"note:{note}", LOADED, "stay")
    assert os.getpgid(noted["pid"]) != os.getpgid(0)


@pytest.mark.parametrize(
    "options",
    [{"title": None}, {"width": 0}, {"height": "high"}, {"width": True}, {"load_timeout": float("inf")}],
)
def test_wrong_looks_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match=f"{next(iter(options))} must be"):
        WindowView(**options)


def test_a_packaged_game_has_no_window_of_its_own(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    game = play()
    game.uw.surveys.view = WindowView()
    accept(game)
    until_told(game, "on_enter_failed")
    assert "This game is packaged" in error_of(game)


@pytest.mark.parametrize("there", [True, False])
def test_the_automatic_view_is_a_window_where_there_can_be_one(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    shown = ViewOfTheTest()
    monkeypatch.setattr(automatic, "is_available", lambda: there)
    chosen, other = (WindowView, BrowserView) if there else (BrowserView, WindowView)
    monkeypatch.setattr(chosen, "open", lambda self, url: shown.open(url))
    monkeypatch.setattr(other, "open", lambda self, url: pytest.fail("the other view was chosen"))
    game = play()
    accept(game)
    game.until_sent("surveys", "on_entered")
    shown.page.tell("closed")
    until_told(game, "on_entered", "on_closed")


def test_what_a_process_says_last_is_heard_even_when_it_has_ended(tmp_path: Path) -> None:
    process = HelperProcess([*STANDIN, *["raw:" + "z" * 10_000] * 3, LOADED, "exit:0"], "{}", HERE, speaks=True)
    page = window.WindowPage(process, 5.0)
    wait_for(lambda: page.poll() == PageNews("closed"))
    assert page.poll() is None
