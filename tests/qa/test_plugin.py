"""Worlds come to tests as fixtures, made as marks and the command line say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.qa.pytest_runs import run_pytest
from uwclient import PlayerEvent
from uwclient.qa import Player, Timeline, World
from uwclient.sandbox import Faults, Sandbox

pytestmark = pytest.mark.uw(
    scenario={"clock": "2026-03-02T09:00:00Z", "offers": [{"id": "gems", "start_at": "+1h", "end_at": "+2h"}]}
)


def test_the_fixtures_of_a_test_are_of_one_world(
    uw_world: World,
    uw_sandbox: Sandbox,
    uw_faults: Faults,
    uw_timeline: Timeline,
    uw_player: Player,
    make_uw_player: Callable[..., Player],
) -> None:
    other = make_uw_player("hero-7", attributes={"level": 3})
    assert uw_world.players == [uw_player, other]
    assert (uw_sandbox, uw_faults, uw_timeline) == (uw_world.sandbox, uw_world.faults, uw_world.timeline)
    uw_world.skip(hours=1)
    assert [line.player for line in uw_timeline.only("gems")] == ["hero-42", "hero-7"]
    assert other.on_platform.attributes["level"] == 3


def test_listeners_can_be_connected_before_anything_is_sent(uw_player: Player, uw_world: World) -> None:
    seen: list[str] = []
    uw_player.uw.on_start.connect(lambda sender, **details: seen.append("start"), weak=False)
    uw_world.skip(minutes=1)
    assert seen == ["start"]


@pytest.mark.uw(seed=9, start="2026-03-02T10:30:00Z")
def test_the_mark_of_a_test_is_added_to_that_of_its_module(uw_world: World, uw_player: Player) -> None:
    assert (uw_world.seed, uw_world.now) == (9, datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
    assert uw_player.wait_active("offers", "gems").id == "gems"


@pytest.mark.uw(polls="all")
def test_a_mark_says_whether_idle_polls_are_made(uw_world: World, uw_player: Player) -> None:
    uw_world.skip(minutes=30)
    assert uw_world.polls_elided == 0
    assert len(uw_world.sandbox.requests_to("offers")) > 20


@pytest.mark.parametrize(
    ("names", "planned"),
    [
        pytest.param(None, [], marks=pytest.mark.uw(faults=None)),
        pytest.param("one", [("offline", 0)], marks=pytest.mark.uw(faults="offline")),
        pytest.param(
            "several", [("flaky", 5), ("subway", 5)], marks=pytest.mark.uw(seed=5, faults=["flaky(0.3)", "subway"])
        ),
        pytest.param(
            "with more",
            [("subway", 3), ("offline", 5)],
            marks=pytest.mark.uw(seed=5, faults={"subway": {"seed": 3}, "offline": {"during": ("+1h", "+2h")}}),
        ),
    ],
)
def test_a_mark_plans_faults(uw_faults: Faults, names: str | None, planned: list[tuple[str, int]]) -> None:
    assert [(one.name, one.seed) for one in uw_faults.planned] == planned
    assert [one.start for one in uw_faults.planned if one.start] == (
        [datetime(2026, 3, 2, 10, tzinfo=UTC)] if names == "with more" else []
    )


SEEDS = """
import pytest

def test_without(uw_world):
    assert uw_world.seed == 5

@pytest.mark.uw(seed=9)
def test_with(uw_world):
    assert uw_world.seed == 9

def test_bytes_go_over_loopback(uw_world, uw_player):
    assert uw_world.sandbox.port > 0
    uw_world.skip(hours=1)
    assert uw_player.uw.is_session_initialized
"""


def test_the_command_line_gives_the_seed_and_the_transport(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, "--uw-seed=5", "--uw-http", test_seeds_py=SEEDS)
    assert run.code == 0, run.text


WRONG = """
import pytest

@pytest.mark.uw(scenarios="season.yaml")
def test_a(uw_world): ...

@pytest.mark.uw("season.yaml")
def test_b(uw_world): ...

@pytest.mark.uw(faults="subwy")
def test_c(uw_world): ...

@pytest.mark.uw(faults={"subway": {"durin": ("+1h", "+2h")}})
def test_d(uw_world): ...

@pytest.mark.uw(scenario="none.yaml")
def test_e(uw_world): ...

@pytest.mark.uw(polls="some")
def test_f(uw_world): ...

@pytest.mark.uw(weather="rain")
def test_g(uw_world): ...

@pytest.mark.uw(start="yesterday")
def test_h(uw_world): ...

@pytest.mark.uw(faults=3)
def test_i(uw_world): ...

@pytest.mark.uw(faults={"subway": "+1h"})
def test_j(uw_world): ...

@pytest.mark.uw(scenario=7)
def test_k(uw_world): ...
"""


def test_what_is_wrong_in_a_mark_is_told_in_a_sentence(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, test_wrong_py=WRONG)
    assert run.code == 1
    assert "11 errors" in run.text
    assert "During handling" not in run.text
    assert "The mark uw has no argument 'scenarios' (did you mean 'scenario'?)." in run.text
    assert "The mark uw takes its arguments by name: @pytest.mark.uw(scenario='season.yaml')." in run.text
    assert "did you mean 'subway'?" in run.text
    assert "The fault 'subway' of the mark uw has no argument 'durin' (did you mean 'during'?)." in run.text
    assert "none.yaml" in run.text
    assert 'polls must be "elide" or "all", not \'some\'.' in run.text
    assert "The mark uw has no argument 'weather': use scenario, seed, start, faults, polls." in run.text
    assert "'yesterday' is no moment" in run.text
    assert "faults must be a name, several names, or a mapping of names to arguments" in run.text
    assert "scenario must be a mapping, or the path of a file, not 7." in run.text
    assert "Traceback" not in run.text
    assert "uwclient/qa" not in run.text, "no lines of the plugin stand before the sentence"


UPDATING = """
import pytest
from uwclient.qa import World

@pytest.mark.uw(scenario="season.yaml")
def test_matches(uw_world, uw_player):
    uw_world.skip(days=1)
    assert uw_world.timeline.only("offers").matches("offers.timeline")
"""
SEASON = "clock: 2026-03-02T09:00:00Z\noffers:\n  - {id: gems, start_at: +1h, end_at: +2h}\n"


def test_timelines_are_written_when_that_is_asked_for(tmp_path: Path) -> None:
    missing = run_pytest(tmp_path, test_update_py=UPDATING, season_yaml=SEASON)
    assert (missing.code, "--uw-update" in missing.text) == (1, True)

    refused = run_pytest(tmp_path, "--uw-update", "-n", "2")
    assert refused.code == pytest.ExitCode.USAGE_ERROR
    assert "--uw-update writes files that several workers must not write at once: run without -n." in refused.text
    assert not (tmp_path / "tests" / "offers.timeline").exists()

    assert run_pytest(tmp_path, "--uw-update", "-n", "0").code == 0
    assert "gems" in (tmp_path / "tests" / "offers.timeline").read_text()
    assert run_pytest(tmp_path, "-n", "2").code == 0

    changed = run_pytest(tmp_path, season_yaml=SEASON.replace("+2h", "+3h"))
    assert changed.code == 1
    assert "The first difference is in line" in changed.text


def two_days(world: World, player: Player) -> str:
    """Play two days in which something fails now and then; returns the digest of what happened."""
    other = world.player("hero-7", timezone="Asia/Kathmandu")
    for number in range(4):
        world.skip(hours=12)
        other.uw.assign_event(PlayerEvent("level_up", {"level": number}))
        player.restart()
    world.skip(hours=1)
    return world.timeline.digest()


DIGESTS = """
import os, threading
import pytest
from tests.qa.test_plugin import SEASON, two_days

@pytest.fixture
def other_threads():
    ended = threading.Event()
    def work():
        while not ended.wait(0.001):
            sum(range(500))
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join()

@pytest.mark.parametrize("number", range(4))
@pytest.mark.uw(scenario="season.yaml", seed=11, faults={"flaky(0.5)": {"during": ("+1h", "+90m")}})
def test_a_digest(uw_world, uw_player, other_threads, number):
    assert two_days(uw_world, uw_player) == os.environ["DIGEST"]
"""


@pytest.mark.uw(seed=11, faults={"flaky(0.5)": {"during": ("+1h", "+90m")}}, scenario=yaml.safe_load(SEASON))
def test_what_happens_is_the_same_in_all_workers_and_beside_threads(
    uw_world: World, uw_player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST", two_days(uw_world, uw_player))
    run = run_pytest(tmp_path, "-n", "2", test_digests_py=DIGESTS, season_yaml=SEASON)
    assert "4 passed" in run.text, run.text


LIGHT = """
import sys

HEAVY = {"flask", "yaml", "jinja2", "jsonschema", "requests", "blinker", "sqlite3", "uwclient.client"}
HEAVY |= {"uwclient.qa.world", "uwclient.sandbox"}

def test_nothing_is_loaded_before_it_is_used():
    assert "uwclient.qa.plugin" in sys.modules
    assert HEAVY & {name for name, module in sys.modules.items() if module} == set()

def test_a_world(uw_world): ...
"""


def test_the_plugin_loads_nothing_heavy_and_without_flask_it_says_what_to_do(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, before="import sys; sys.modules['flask'] = None", test_light_py=LIGHT)
    assert "1 passed, 1 error" in run.text, run.text
    assert "uw_world needs flask: pip install 'uwclient[qa]'." in run.text
