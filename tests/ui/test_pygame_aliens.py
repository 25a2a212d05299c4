"""pygame's own example game plays the same with uwclient attached as without, cards or no cards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import uwclient
from uwclient.sandbox import Sandbox

FRAMES = 300
SCRIPT = Path(__file__).with_name("aliens_run.py")


def play(*arguments: str) -> dict[str, Any]:
    """What a run of the game printed."""
    environment = {**os.environ, "PYTHONPATH": str(Path(uwclient.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(FRAMES), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    """The game without uwclient, with a seed that lets the player live to the end."""
    for seed in range(1, 30):
        run = play(str(seed))
        if len(run["digests"]) == FRAMES:
            return {**run, "seed": str(seed)}
    pytest.fail("The player always dies early: the script must play better.")


def test_the_game_is_the_same_every_time_by_itself(alone: dict[str, Any]) -> None:
    assert play(alone["seed"])["digests"] == alone["digests"]
    assert len(set(alone["digests"])) > 0.9 * len(alone["digests"]), "something happens in each frame"


def test_with_nothing_live_every_frame_is_the_same(alone: dict[str, Any], sandbox: Sandbox, tmp_path: Path) -> None:
    run = play(alone["seed"], sandbox.url, sandbox.api_key, str(tmp_path), "--empty")
    assert run["digests"] == alone["digests"]
    assert (run["score"], run["covered"]) == (alone["score"], 0)


def test_with_a_card_over_it_the_game_goes_on_as_without(
    alone: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome", body="Shoot the aliens!")
    run = play(alone["seed"], sandbox.url, sandbox.api_key, str(tmp_path))
    assert run["digests"] == alone["digests"], "what is under the card is what the game has drawn"
    assert run["score"] == alone["score"]
    assert 0 < run["opened_at"] < run["closed_at"], "the player saw the card, and closed it"
    assert run["covered"] > 10
    sandbox.wait_for(lambda: [one.state for one in sandbox.player("hero-42").message_impressions] == ["viewed"])
