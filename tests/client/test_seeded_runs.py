"""Two runs with one seed are the same run, whatever else differs between them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.seeded_day import START, day, settle
from uwclient import StandingTime, UserWise
from uwclient.dice import Dice
from uwclient.disk.outbox import Outbox
from uwclient.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return day(tmp_path_factory.mktemp("seven"), 7)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_process_with_another_hash_seed_and_busy_threads_sees_the_same(
    hash_seed: str, seven: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.client.seeded_day", str(tmp_path), "7"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == seven


def test_much_happens_in_a_seeded_run_and_another_seed_draws_other_ids(seven: list[str], tmp_path: Path) -> None:
    eight = day(tmp_path, 8)
    for word in ('"session"', '"impression"', '"push"', '"published"', "on_active", "over_quota", "503"):
        lines = [line for line in seven if word in line]
        assert lines
        assert word in ("on_active", "503") or lines != [line for line in eight if word in line]


def test_a_game_that_was_killed_and_starts_again_with_its_seed_mixes_up_no_impressions(tmp_path: Path) -> None:
    time = StandingTime(START)
    with Sandbox({"offers": [{"id": "gems"}, {"id": "gold"}]}, time_source=time, seed=7) as sandbox:

        def life() -> UserWise:
            told = {"host": sandbox.url, "data_dir": tmp_path, "time_source": time, "seed": 7, "threaded": False}
            uw = UserWise(sandbox.api_key, "hero-42", **told)  # type: ignore[arg-type]
            uw.start()
            settle(uw)
            return uw

        killed = life()
        sandbox.faults.drop("*/offer_impressions/*", times=None)
        killed.offers.accept(killed.offers.active[0])
        settle(killed)
        killed.stop(0)
        again = life()
        again.offers.dismiss(again.offers.active[1])
        sandbox.faults.clear()
        for _ in range(30):
            time.advance(minutes=1)
            settle(again)
        again.stop()
        shown = [(one.offer_id, one.state) for one in sandbox.player("hero-42").offer_impressions]

    assert shown == [("gems", "accepted"), ("gold", "dismissed")]


def test_two_copies_of_a_game_with_one_seed_have_queues_of_their_own(tmp_path: Path) -> None:
    boxes = [Outbox(tmp_path, Dice(7)) for _ in range(3)]
    for box in boxes:
        box.append("event", b"{}", 0, 0)
    folders = [box.folder for box in boxes]
    for box in boxes:
        box.close()
    assert len(set(folders)) == 3
