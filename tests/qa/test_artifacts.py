"""What a test leaves when it fails: a page that tells what happened, and the platform as it was."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.qa.pytest_runs import Run, run_pytest
from uwclient.qa import World
from uwclient.sandbox import Sandbox

KEY, SECRET = "key-of-the-game", 'sec"ret/with+signs'
SEASON = f"""
clock: 2026-01-05T09:00:00Z
api_key: {KEY}
secret_key: '{SECRET}'
events:
  - {{id: weekend, start_at: 2026-01-10T00:00:00Z, end_at: 2026-01-12T00:00:00Z}}
offers:
  - {{id: gems, title: 300 gems, start_at: 2026-01-06T00:00:00Z}}
remote_configs:
  - {{id: later, start_at: 2026-02-01T00:00:00Z}}
"""

RED = """
import random, threading
import pytest
from uwclient import PlayerEvent

pytestmark = pytest.mark.uw(scenario="season.yaml", seed=3)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)

@pytest.mark.uw(faults={"offline": {"during": ("+1d", "+1d1h")}})
def test_red(uw_world, uw_player, make_uw_player):
    other = make_uw_player("<b>Rival</b>")
    uw_player.ui.hold("boss <i>fight</i>")
    uw_world.skip(days=2)
    uw_player.uw.assign_event(PlayerEvent("chat", {"text": "<script>alert('hi')</script> \\u202e"}))
    uw_world.skip(hours=1)
    uw_world.screenshot(PNG, "the <u>shop</u>")
    uw_world.sandbox.publish("messages", id="flash", end_at="+30h")
    uw_world.skip(days=4)
    keys = uw_world.sandbox.api_key, uw_world.sandbox.secret_key, uw_player.on_platform.sessions[-1].id
    assert "weekend" not in [event.id for event in uw_player.uw.events.active], keys

def test_green(uw_world, uw_player):
    uw_world.skip(days=1)

@pytest.mark.parametrize("number", [1, 2])
def test_of_a_name_with_parts(uw_world, number):
    assert number == 1

@pytest.fixture
def fails_late(uw_world):
    yield
    uw_world.skip(hours=1)
    raise RuntimeError("too late")

def test_that_fails_late(uw_world, fails_late): ...

@pytest.fixture
def closes_last():
    yield
    raise RuntimeError("too late, and the world is closed")

def test_that_fails_last(closes_last, uw_world, uw_player):
    uw_world.skip(days=1)

@pytest.mark.xfail
def test_that_may_fail(uw_world):
    raise ValueError

def test_without_a_world():
    raise ValueError
"""

FAILED = ["test_red", "test_of_a_name_with_parts[2]", "test_that_fails_late", "test_that_fails_last"]
IN_PARALLEL = ["-n", "2", "-p", "no:cacheprovider", "--import-mode=importlib"]


@pytest.fixture(scope="module", params=[[], IN_PARALLEL], ids=["alone", "in parallel"])
def red(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with tests that fail."""
    return run_pytest(tmp_path_factory.mktemp("red"), *request.param, test_red_py=RED, season_yaml=SEASON)


@pytest.fixture
def page(red: Run) -> str:
    """The report of the test that fails in the middle of a season."""
    return (red.folder / red.properties("test_red")["uw_report"]).read_text(encoding="utf-8")


def test_each_test_that_fails_leaves_a_folder_and_no_other_does(red: Run) -> None:
    reports = [red.properties(test)["uw_report"] for test in FAILED]
    assert sorted((red.folder / report).parent for report in reports) == red.artifacts
    assert all((red.folder / report).is_file() for report in reports)
    for test in ("test_green", "test_that_may_fail", "test_without_a_world"):
        assert red.properties(test) == {}


def test_a_failure_tells_the_seed_and_the_report(red: Run) -> None:
    report = red.properties("test_red")["uw_report"]
    assert "Run it again: pytest tests/test_red.py::test_red --uw-seed=3" in red.text
    assert f"What happened in the world: {report}" in red.text
    assert red.properties("test_red")["uw_seed"] == "3"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_user_can_read_what_is_left(red: Run) -> None:
    root = red.folder / "uw-artifacts"
    for path in (root, *root.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert (root / ".gitignore").read_text() == "*\n"


def test_the_page_tells_first_what_failed_when_and_what_was_live(page: str) -> None:
    parts = [
        "test_red",
        "Sun 2026-01-11 10:00:00</b> UTC in the world, 6 d 1 h after its start",
        "AssertionError",
        "At that moment",
        "events weekend until 2026-01-12T00:00:00Z",
        "remote_configs later at 2026-02-01T00:00:00Z",
        "held back",
        "gems (held back by the game)",
        "Just before",
        "Calendar",
        "Week of 5 Jan 2026",
        "The game",
        "data:image/png;base64,",
        "Requests (",
        "Signals",
        "Timeline (",
        "Traceback",
    ]
    place = page.index("<body>")
    for part in parts:
        assert part in page[place:], f"{part!r} is not there, or not in its place"
        place = page.index(part, place)


class Elements(HTMLParser):
    """The elements of a page, and what their attributes refer to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.references: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]


def test_texts_of_players_are_shown_as_they_are(page: str) -> None:
    elements = Elements(page)
    assert {"script", "u"} & elements.names == set()
    assert "&lt;b&gt;Rival&lt;/b&gt;" in page
    assert "the &lt;u&gt;shop&lt;/u&gt;" in page
    assert "\\u202e" in page
    assert "\u202e" not in page


def test_the_page_asks_nothing_of_the_network(page: str) -> None:
    elements = Elements(page)
    assert all(one.startswith("data:image/png;base64,") for one in elements.references)
    assert {"link", "iframe", "object", "form"} & elements.names == set()
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_the_page_holds_no_secrets(page: str, red: Run) -> None:
    saved = Sandbox()
    saved.restore((red.artifacts_of("test_red") / "platform.sqlite").read_bytes())
    sessions = [session.id for player in saved.players for session in player.sessions]
    assert len(sessions) >= 2
    for secret in (KEY, SECRET, SECRET.replace('"', "&#34;"), SECRET.replace('"', '\\"'), *sessions):
        assert secret not in page
    assert "[removed]" in page


def test_the_platform_can_be_opened_as_it_was(red: Run) -> None:
    saved = (red.artifacts_of("test_red") / "platform.sqlite").read_bytes()
    with World(start="2026-01-11T10:00:00Z") as world:
        world.sandbox.restore(saved)
        assert [event.event_id for event in world.sandbox.player("hero-42").events] == ["chat"]
        player = world.player("new")
        world.skip(hours=14)
        assert player.uw.now() == world.now == datetime(2026, 1, 12, tzinfo=UTC)
        assert [(line.time.day, line.what) for line in world.timeline.only("weekend")] == [
            (11, "active"),
            (12, "inactive"),
        ]


def test_a_test_that_fails_after_its_world_was_closed_leaves_how_it_stood(red: Run) -> None:
    page = (red.artifacts_of("test_that_fails_last") / "report.html").read_text(encoding="utf-8")
    assert "in its teardown" in page
    assert "offers gems" in page
    assert "Tue 2026-01-06 09:00:00" in page


GREEN = """
import pytest

@pytest.mark.uw(scenario={"offers": [{"id": "gems", "start_at": "+1h"}]})
def test_green(uw_world, uw_player):
    uw_world.skip(hours=2)

def test_red(uw_world):
    raise ValueError
"""


def test_every_test_leaves_artifacts_or_none_does_if_that_is_asked_for(tmp_path: Path) -> None:
    every = run_pytest(tmp_path, "--uw-artifacts=on", test_green_py=GREEN)
    assert len(every.artifacts) == 2
    page = (every.artifacts_of("test_green") / "report.html").read_text(encoding="utf-8")
    assert re.search(r'class="word">passed</span>\s+when it was', page)

    stays = every.artifacts_of("test_green")
    none = run_pytest(tmp_path, "--uw-artifacts=off", "-k", "test_red")
    assert none.properties("test_red") == {}
    assert "Run it again" in none.text

    run_pytest(tmp_path, "-k", "test_green")
    assert stays not in none.artifacts, "a test that has become green leaves nothing of an earlier run"


def test_a_report_that_cannot_be_written_hides_no_failure(tmp_path: Path) -> None:
    (tmp_path / "uw-artifacts").write_text("a file is in the way")
    run = run_pytest(tmp_path, "-k", "test_red", test_green_py=GREEN)
    assert run.code == 1
    assert "ValueError" in run.text
    assert "The report of the world could not be written" in run.text
    assert "INTERNALERROR" not in run.text
