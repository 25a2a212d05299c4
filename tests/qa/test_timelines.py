"""The timeline: its lines, its digest, its files, and that it is the same in every run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.qa.conftest import START, MakeWorld, season
from uwclient import PlayerEvent, Region
from uwclient.qa import Line, Timeline, World

ROOT = Path(__file__).parents[2]
A_WEEK = """
import sys
from tests.qa.test_timelines import digest_of_a_week
print(digest_of_a_week())
"""


def digest_of_a_week(seed: int = 7) -> str:
    """A busy week: two players, two listeners, cards, faults, a crash."""
    with World(season(), seed=seed) as world:
        player, other = world.player(), world.player("other", timezone="Asia/Kathmandu")
        for name in ("first", "second", "third"):
            player.uw.offers.on_active.connect(
                lambda sender, record, name=name: player.uw.assign_event(PlayerEvent(name))
            )
        player.use_ui()
        world.faults.profile("subway", seed=3, during=("+10h", "+11h"))
        world.skip(days=2)
        other.kill()
        world.sandbox.publish("offers", end_at="+1d")
        world.faults.profile("slow_3g", seed=3, during=("+1h", "+70m"))
        world.skip(days=5)
        return world.timeline.digest()


def test_the_lines_say_what_happened(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [{"id": "gems", "start_at": "+1h", "end_at": "+2h"}]})
    player = world.player("hero")
    world.faults.profile("platform_outage", during=("+10m", "+11m"))
    world.skip(hours=1)
    offer = player.uw.offers.active[0]
    player.uw.offers.show(offer)
    player.uw.offers.accept(offer)
    player.uw.assign_event(PlayerEvent("battle_won"))
    player.uw.set_attributes({"level": 7, "guild": "red"})
    player.uw.transition_to_region(Region("shop"))
    world.sandbox.publish("messages", id="hello")
    world.skip(seconds=0.5)

    told = [line[2:] for line in world.timeline if line.time >= START + timedelta(hours=1)]
    assert told == [
        ("offers", "active", "gems"),
        ("actions", "offer_shown", "gems"),
        ("actions", "offer_state viewed", "gems"),
        ("actions", "offer_state accepted", "gems"),
        ("actions", "event", "battle_won"),
        ("actions", "attributes", "level, guild"),
        ("actions", "region", "shop"),
        ("platform", "publish", "hello"),
        ("offers", "impression_initialized", "gems"),
        ("offers", "viewed", "gems"),
        ("offers", "accepted", "gems"),
    ]
    assert [(line.time - START, line.what, line.id) for line in world.timeline.only("faults")] == [
        (timedelta(minutes=10), "begin", "platform_outage"),
        (timedelta(minutes=11), "end", "platform_outage"),
    ]


LINES = [
    Line(datetime(2026, 1, 5, 9, tzinfo=UTC), "hero", "offers", "active", "gems"),
    Line(datetime(2026, 1, 5, 9, 0, 0, 250, tzinfo=UTC), "", "platform", "withdraw", "gems"),
    Line(datetime(2026, 1, 6, tzinfo=UTC), "hero", "events", "active", "fête\nde nuit"),
]


def test_the_digest_is_that_of_the_lines_as_canonical_json() -> None:
    rows = [
        ["2026-01-05T09:00:00Z", "hero", "offers", "active", "gems"],
        ["2026-01-05T09:00:00.000250Z", "", "platform", "withdraw", "gems"],
        ["2026-01-06T00:00:00Z", "hero", "events", "active", "fête\nde nuit"],
    ]
    text = json.dumps(rows, separators=(",", ":"))
    assert Timeline(LINES).digest() == hashlib.sha256(text.encode()).hexdigest()


def test_lines_are_chosen_and_shown() -> None:
    timeline = Timeline(LINES)
    assert list(timeline.only("gems")) == LINES[:2]
    assert list(timeline.only("events", "withdraw")) == LINES[1:]
    assert timeline[1:] == Timeline(LINES[1:])
    assert timeline.only("nothing").table() == ""
    assert timeline.table().splitlines()[1] == "2026-01-05T09:00:00.000250Z  -     platform  withdraw  gems"
    assert timeline.lines()[2].endswith("active  fête\\nde nuit")


def test_a_timeline_matches_its_file(tmp_path: Path) -> None:
    file = tmp_path / "weekend.timeline"
    with pytest.raises(AssertionError, match="There is no file"):
        Timeline(LINES).matches(file)
    assert Timeline(LINES).matches(file, update=True)
    assert Timeline(LINES).matches(file)
    with pytest.raises(AssertionError) as told:
        Timeline([LINES[0], LINES[2]]).matches(file)
    assert str(told.value).splitlines()[1:] == [
        "The first difference is in line 2 (- expected, + happened):",
        f"  {LINES[0]}",
        f"- {LINES[1]}",
        f"+ {LINES[2]}",
    ]


def test_the_same_seed_gives_the_same_week_and_another_one_another() -> None:
    first = digest_of_a_week()
    assert [digest_of_a_week() for _ in range(1)] == [first]
    assert digest_of_a_week(seed=8) != first


def test_other_threads_change_nothing() -> None:
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.002):  # one that never rests would take the processor from the test
            sum(range(1000))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        while_busy = digest_of_a_week()
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert while_busy == digest_of_a_week()


def test_the_order_of_hashes_changes_nothing() -> None:
    digests = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", A_WEEK],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        digests.add(done.stdout.strip())
    assert digests == {digest_of_a_week()}
