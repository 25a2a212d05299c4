"""What the tests of surveys share: how a player is invited, what the game heard, and how a page is answered."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from tests.conftest import PATIENCE, Game
from uwclient import Survey
from uwclient.models.pages import PageNews
from uwclient.sandbox import Sandbox

SURVEY = "feedback"
QUESTIONS: list[dict[str, Any]] = [
    {"id": "mood", "type": "single_select", "text": "How is it?", "options": ["Good", "Bad"], "required": True},
]
ENDS = ("on_entered", "on_enter_failed", "on_completed", "on_closed")


class Invite(NamedTuple):
    """An invite as the game was told of it."""

    survey: Survey
    response_id: str
    invite_id: str


def publish(sandbox: Sandbox, survey_id: str = SURVEY) -> str:
    """A survey with one question that must be answered."""
    return sandbox.publish("surveys", id=survey_id, name="Dragons", questions=QUESTIONS)


def invited(game: Game, survey_id: str = SURVEY) -> Invite:
    """Wait for a survey, and initialize an invite to it."""
    game.until(lambda: game.uw.surveys.get(survey_id))
    survey = game.uw.surveys.get(survey_id)
    assert survey is not None
    told = game.seen.of("surveys", "on_invite_initialized")
    game.uw.surveys.initialize_invite(survey)
    game.until_sent("surveys", "on_invite_initialized", len(told) + 1)
    details = game.seen.of("surveys", "on_invite_initialized")[-1]
    assert details["was_initialized"] is True
    return Invite(survey, details["response_id"], details["invite_id"])


def accept(game: Game, survey_id: str = SURVEY) -> Invite:
    """Accept an invite; what comes of it is for the test to wait for."""
    invite = invited(game, survey_id)
    game.uw.surveys.respond_to_invite(*invite, accepted=True)
    return invite


def told(game: Game) -> list[str]:
    """The signals about the way into surveys and out of it, in order."""
    return [sent.signal for sent in game.seen.sent if sent.source == "surveys" and sent.signal in ENDS]


def until_told(game: Game, *signals: str) -> None:
    """Pump until exactly these were sent; then a few frames more, in which nothing else may come."""
    game.until(lambda: len(told(game)) >= len(signals))
    for _ in range(5):
        game.uw.pump()
        time.sleep(0.02)
    assert told(game) == list(signals), told(game)
    assert all(sent.details["survey"].id for sent in game.seen.sent if sent.signal in ENDS)


def error_of(game: Game) -> str:
    """Why the survey could not be entered."""
    (details,) = game.seen.of("surveys", "on_enter_failed")
    assert isinstance(details["error"], Exception)
    return str(details["error"])


def states(sandbox: Sandbox, player: str = "hero-42") -> list[str]:
    """The states that the player's only response went through."""
    (response,) = sandbox.player(player).survey_responses
    return [change.state for change in response.history]


def part_of(url: str, part: str) -> str:
    """The address that the page sends something to."""
    path, _, query = url.partition("?")
    return f"{path}/{part}?{query}"


def answer(url: str) -> requests.Response:
    """Do what the page does when the player has answered all questions."""
    assert requests.get(url, timeout=5).status_code == 200
    return requests.post(part_of(url, "answers"), json={"answers": {"mood": "Good"}}, timeout=5)


def until_there(path: Path, game: Game) -> str:
    """Pump until a file has a text; that text."""
    game.until(lambda: path.exists() and path.read_text().endswith("\n"))
    return path.read_text().strip()


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until_ended(pid: int) -> None:
    """Wait until a process has ended."""
    deadline = time.monotonic() + PATIENCE
    while is_running(pid):
        assert time.monotonic() < deadline, "the process is still there"
        time.sleep(0.005)


def children() -> set[int]:
    """The processes that this one has started and that are still there, zombies included."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


class PageOfTheTest:
    """A page that tells what the test wants it to."""

    def __init__(self, url: str, knows_end: bool) -> None:
        self.url = url
        self.knows_end = knows_end
        self.news: deque[PageNews] = deque()
        self.closes = 0
        self.stays = False
        self.fails_with: Exception | None = None

    def tell(self, *kinds: Any, reason: str = "") -> None:
        """Have poll() tell these things."""
        self.news.extend(PageNews(kind, reason) for kind in kinds)

    def poll(self) -> PageNews | None:
        if self.fails_with is not None:
            raise self.fails_with
        return self.news.popleft() if self.news else None

    def close(self) -> None:
        self.closes += 1
        if not self.stays:
            self.tell("closed")


class ViewOfTheTest:
    """A studio's own view; `on_open` is called on the worker, and may raise."""

    def __init__(self, on_open: Callable[[], object] = lambda: None, knows_end: bool = True) -> None:
        self.pages: list[PageOfTheTest] = []
        self._on_open = on_open
        self._knows_end = knows_end

    def open(self, url: str) -> PageOfTheTest:
        self._on_open()
        self.pages.append(PageOfTheTest(url, self._knows_end))
        return self.pages[-1]

    @property
    def page(self) -> PageOfTheTest:
        """The only page that was opened."""
        (page,) = self.pages
        return page


def open_page(game: Game, **options: Any) -> PageOfTheTest:
    """A player who sees the survey's page, in a view of the test."""
    view = ViewOfTheTest(**options)
    game.uw.surveys.view = view
    accept(game)
    game.until_sent("surveys", "on_entered")
    return view.page


linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
