"""Quotas hold: through restarts, kills, outages and sessions; the platform never counts more than it allowed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client.campaigning import counted, fire, on_event, triggered, until_counted
from tests.conftest import PLAYER, Game, Play, VirtualTime
from uwclient import PlayerEvent
from uwclient.background import delivery as delivery_module
from uwclient.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions wait for no neighbours: these tests are not about that."""
    monkeypatch.setattr(delivery_module, "LINGER", 0.0)


@pytest.fixture
def forget_session(tmp_path: Path) -> Callable[[], None]:
    """Makes the next run open a new session."""

    def forget() -> None:
        for path in (tmp_path / "data").rglob("session*.cache"):
            path.unlink()

    return forget


def publish(sandbox: Sandbox, id: str = "c", name: str = "x", **quota: Any) -> None:
    sandbox.publish_campaign(id=id, trigger=on_event(name), quota=quota or None)


def republish(sandbox: Sandbox, **quota: Any) -> None:
    """Live operations change the quota; the platform goes on counting."""
    sandbox.withdraw_campaign("c")
    publish(sandbox, **quota)


def loaded(play: Play, **options: Any) -> Game:
    game = play(**options)
    game.until_loaded()
    return game


def offline(play: Play, sandbox: Sandbox, **options: Any) -> Game:
    """A game that starts without the platform, from what the last run has left."""
    sandbox.stop()
    game = play(**options)
    game.until(lambda: {"from_cache": True} in game.loads("campaigns"))
    return game


def fire_counted(game: Game, sandbox: Sandbox, times: int = 1) -> None:
    """Trigger the campaign so often, each time with an impression of its own."""
    for _ in range(times):
        before = len(counted(sandbox))
        assert fire(game) == 1
        until_counted(game, sandbox, before + 1)


# In one run.


def test_the_last_one_is_the_last(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=3)
    publish(sandbox, "free")
    game = loaded(play)
    assert fire(game, times=5) == 3 + 5
    assert triggered(game)[-2:] == ["free", "free"]


@pytest.mark.parametrize(
    "quota", [{"total_triggers": 0}, {"session_triggers": 0}, {"total_triggers": 5, "session_triggers": 0}]
)
def test_a_campaign_that_was_triggered_often_enough_before_does_not_fire(
    sandbox: Sandbox, play: Play, quota: dict[str, Any]
) -> None:
    publish(sandbox, **quota)
    assert fire(loaded(play), times=3) == 0


def test_one_action_takes_each_quota_once(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=2)
    game = loaded(play)
    for _ in range(3):
        game.uw.assign_event(PlayerEvent("x"))
    game.uw.pump(float("inf"))
    assert len(triggered(game)) == 2


def test_a_quota_that_is_used_up_is_all_counted_by_the_platform(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=3)
    game = loaded(play)
    fire_counted(game, sandbox, 3)
    assert fire(game, times=3) == 0
    assert game.refresh()
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 3


def test_a_load_that_was_answered_before_the_firing_arrived_gives_nothing_back(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=1)
    game = loaded(play)
    sandbox.faults.hang("*/events")
    assert fire(game) == 1
    sandbox.wait_for_requests("events")
    publish(sandbox, "other", "y")
    game.uw.refresh_content()
    sandbox.faults.clear()
    game.until(lambda: len(game.uw.campaigns.loaded) == 2)
    assert fire(game, times=3) == 0
    until_counted(game, sandbox, 1)
    assert fire(game, times=3) == 0


@pytest.mark.parametrize("more", [1, 3])
def test_a_quota_that_is_raised_can_be_used_to_the_last(sandbox: Sandbox, play: Play, more: int) -> None:
    publish(sandbox, total_triggers=1)
    game = loaded(play)
    sandbox.faults.hang("*/events")
    assert fire(game) == 1
    sandbox.wait_for_requests("events")
    republish(sandbox, total_triggers=1 + more)
    sandbox.faults.clear()
    until_counted(game, sandbox, 1)
    fire_counted(game, sandbox, more)
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 1 + more


def test_another_device_uses_the_same_quota(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    publish(sandbox, total_triggers=3)
    here, there = loaded(play), loaded(play, data_dir=tmp_path / "phone")
    fire_counted(there, sandbox, 2)
    assert here.refresh()
    fire_counted(here, sandbox)
    assert fire(here, times=3) == 0
    assert there.refresh()
    assert fire(there, times=3) == 0
    assert len(counted(sandbox)) == 3


def test_a_campaign_that_was_withdrawn_and_is_back_remembers_its_quota(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=2)
    game = loaded(play, virtual=True)
    sandbox.faults.respond("*/events", status=503, times=None)
    assert fire(game) == 1
    sandbox.withdraw_campaign("c")
    assert game.refresh()
    assert fire(game) == 0
    publish(sandbox, total_triggers=2)
    assert game.refresh()
    assert fire(game, times=3) == 1


# Restarts.


def test_quotas_outlive_a_restart(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=5)
    game = loaded(play)
    fire_counted(game, sandbox, 2)
    game.uw.stop()
    game = loaded(play)
    fire_counted(game, sandbox)
    game.uw.stop()
    game = loaded(play)
    fire_counted(game, sandbox, 2)
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 5


def test_what_a_stop_delivers_is_counted_in_the_next_run(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=2)
    game = loaded(play)
    assert fire(game) == 1
    game.uw.stop()
    assert len(counted(sandbox)) == 1
    game = loaded(play)
    fire_counted(game, sandbox)
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 2


def test_the_same_client_that_is_stopped_and_started_goes_on_counting(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=4)
    game = loaded(play)
    fire_counted(game, sandbox)
    assert fire(game) == 1
    game.uw.stop()
    game.seen.forget()
    game.uw.start()
    game.until(game.has_campaigns)
    fire_counted(game, sandbox, 2)
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 4


def test_a_start_while_the_last_run_still_hangs_goes_on_counting(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=2)
    game = loaded(play)
    sandbox.faults.hang("*/events")
    assert fire(game) == 1
    sandbox.wait_for_requests("events")
    game.uw.stop(timeout=0.1)
    game.seen.forget()
    game.uw.start()
    game.until(game.has_campaigns)
    assert fire(game, times=3) == 1
    sandbox.faults.clear()
    game.until(lambda: sandbox.player(PLAYER).event_count >= 4)
    assert game.refresh()
    assert fire(game) == 0
    assert counted(sandbox)


def test_a_restart_without_the_platform_goes_on_counting(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=5)
    game = loaded(play)
    fire_counted(game, sandbox, 2)
    game.uw.stop()
    game = offline(play, sandbox)
    assert fire(game, times=2) == 2
    game.uw.stop()
    game = offline(play, sandbox)
    assert fire(game, times=3) == 1
    game.uw.stop()
    game = offline(play, sandbox)
    assert fire(game) == 0

    sandbox.start()
    game.until(lambda: sandbox.player(PLAYER).event_count >= 8)
    assert game.refresh()
    assert fire(game) == 0
    assert len(counted(sandbox)) == 3, "three were triggered offline, with one impression"


def test_a_resumed_session_goes_on_counting_and_a_new_one_begins_anew(
    sandbox: Sandbox, play: Play, forget_session: Callable[[], None]
) -> None:
    publish(sandbox, total_triggers=10, session_triggers=2)
    game = loaded(play)
    fire_counted(game, sandbox)
    game.uw.stop()
    game = loaded(play)
    fire_counted(game, sandbox)
    assert fire(game, times=3) == 0
    game.uw.stop()
    assert len(sandbox.player(PLAYER).sessions) == 1

    forget_session()
    game = loaded(play)
    assert len(sandbox.player(PLAYER).sessions) == 2
    fire_counted(game, sandbox, 2)
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 4


def test_a_new_session_counts_anew_although_the_last_one_is_not_delivered(
    sandbox: Sandbox, play: Play, forget_session: Callable[[], None]
) -> None:
    publish(sandbox, total_triggers=3, session_triggers=2)
    game = loaded(play)
    sandbox.faults.respond("*/events", status=503, times=None)
    assert fire(game, times=3) == 2
    game.uw.stop()
    forget_session()
    game = loaded(play)
    assert fire(game, times=3) == 1, "one in all is left"
    sandbox.faults.clear()
    game.uw.stop()
    loaded(play).until(lambda: len(counted(sandbox)) == 2)


def test_a_platform_that_tells_the_same_in_each_session_means_that_session(
    sandbox: Sandbox, play: Play, forget_session: Callable[[], None]
) -> None:
    trigger = {**on_event("x"), "quota": {"session_remaining_triggers": 2}}
    told = {"campaigns": [{"id": "c", "trigger": trigger, "campaign_impression_id": "i"}]}
    sandbox.faults.respond("*/triggerable_campaigns", status=200, body=told, times=None)
    for times, fired in ((1, 1), (3, 2)):
        game = loaded(play)
        assert fire(game, times=times) == fired
        game.uw.stop()
        forget_session()
    game = offline(play, sandbox)
    assert fire(game) == 0, "this is still the second session"


def test_a_session_that_the_platform_has_forgotten_is_another_one(
    sandbox: Sandbox, play: Play, make_sandbox: Any
) -> None:
    publish(sandbox, total_triggers=5, session_triggers=1)
    game = loaded(play)
    fire_counted(game, sandbox)
    assert fire(game) == 0
    sandbox.faults.respond("*/refresh_segments", status=404)
    for path in ("campaign_events", "messages", "offers"):
        sandbox.faults.respond(f"*/{path}", status=404)
    game.uw.refresh_content()
    game.until(lambda: len(sandbox.player(PLAYER).sessions) == 2 and len(game.loads("campaigns")) >= 3)
    fire_counted(game, sandbox)
    assert fire(game) == 0


def test_many_campaigns_that_were_triggered_are_all_remembered(sandbox: Sandbox, play: Play) -> None:
    for number in range(700):
        publish(sandbox, f"a campaign with a long id, as platforms give them: {number}", total_triggers=1)
    game = loaded(play)
    game.uw.assign_event(PlayerEvent("x"))
    game.until(lambda: len(triggered(game)) == 700)
    game.until(lambda: len(counted(sandbox)) == 700)
    game.uw.stop()
    game = offline(play, sandbox)
    assert len(game.uw.campaigns.loaded) == 700
    assert fire(game) == 0


# Kills.

PROGRAM = """
import os, signal, sys, time
from uwclient import PlayerEvent, UserWise
key, player, host, data, count, pumps, id_before = sys.argv[1:]
uw = UserWise(key, player, host=host, data_dir=data)
uw.start()
while not uw.campaigns.loaded or uw.campaigns.loaded[0].impression_id == id_before:
    uw.pump()
    time.sleep(0.001)
for _ in range(int(count)):
    uw.assign_event(PlayerEvent("x"))
for _ in range(int(pumps)):
    uw.pump()
    time.sleep(0.001)
os.kill(os.getpid(), signal.SIGKILL)
"""

kills = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that kill themselves")


def play_and_die(sandbox: Sandbox, data: Path, count: int, pumps: int = 0) -> None:
    """A game in another process that triggers the campaign, and is killed."""
    arguments = [sandbox.api_key, PLAYER, sandbox.url, str(data), str(count), str(pumps), ""]
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=20, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@kills
@pytest.mark.parametrize("pumps", [0, 5, 400])
def test_quotas_outlive_a_kill_right_after_the_call(sandbox: Sandbox, play: Play, tmp_path: Path, pumps: int) -> None:
    publish(sandbox, total_triggers=3, session_triggers=3)
    play_and_die(sandbox, tmp_path / "data", 2, pumps)
    game = offline(play, sandbox)
    assert fire(game, times=3) == 1
    sandbox.start()
    game.until(lambda: sandbox.player(PLAYER).event_count >= 5)
    assert game.refresh()
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) in (1, 2)


@kills
def test_quotas_outlive_a_kill_of_a_game_without_the_platform(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    publish(sandbox, total_triggers=3)
    loaded(play).uw.stop()
    sandbox.stop()
    for _ in range(2):
        play_and_die(sandbox, tmp_path / "data", 1)
    game = offline(play, sandbox)
    assert fire(game, times=3) == 1
    sandbox.start()
    game.until(lambda: sandbox.player(PLAYER).event_count >= 5)
    assert game.refresh()
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 1


@kills
def test_a_game_that_is_killed_again_and_again_never_exceeds_its_quota(
    sandbox: Sandbox, play: Play, tmp_path: Path, forget_session: Callable[[], None]
) -> None:
    publish(sandbox, total_triggers=4, session_triggers=2)
    for pumps in (0, 30, 200):
        play_and_die(sandbox, tmp_path / "data", 3, pumps)
        forget_session()
    game = loaded(play)
    game.until(lambda: sandbox.player(PLAYER).event_count >= 9)
    assert game.refresh()
    fire(game, times=3)
    game.uw.stop()
    assert len(counted(sandbox)) <= 4


@kills
def test_a_cooldown_outlives_a_kill(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    publish(sandbox, trigger_cooldown_seconds=3600)
    play_and_die(sandbox, tmp_path / "data", 1)
    game = offline(play, sandbox)
    assert fire(game, times=2) == 0


# Outages.


def test_quotas_hold_through_an_outage(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=4, session_triggers=3)
    game = loaded(play, virtual=True)
    assert fire(game) == 1
    game.pass_time(2)
    sandbox.stop()
    assert fire(game, times=5) == 2
    game.pass_time(10)
    assert fire(game, times=5) == 0
    sandbox.start()
    game.pass_time(400, step=2)
    assert sandbox.player(PLAYER).event_count == 11
    assert fire(game, times=5) == 0
    assert len(counted(sandbox)) == 2


def test_replies_that_are_lost_cost_nothing_of_the_quota(sandbox: Sandbox, play: Play) -> None:
    """The platform has counted, and the client is told only when it tries again."""
    publish(sandbox, total_triggers=3)
    game = loaded(play, virtual=True)
    for left in (2, 1, 0):
        sandbox.faults.lose_reply("*/events")
        assert fire(game) == 1
        game.pass_time(0.1, step=0.05)
        assert game.refresh()
        game.pass_time(30)
        assert len(counted(sandbox)) == 3 - left
    assert fire(game) == 0


# Cooldowns.


def test_a_cooldown_ends_when_it_is_over(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, trigger_cooldown_seconds=60)
    game = loaded(play, virtual=True)
    found = [fire(game, times=2)]
    for seconds in (58.0, 4.0, 30.0, 28.0, 4.0):  # a reply's `Date` tells whole seconds, and moves the clock by some
        game.pass_time(seconds, step=0.1)
        found.append(fire(game))
    assert found == [1, 0, 1, 0, 0, 1]


def test_a_cooldown_outlives_a_restart_with_and_without_the_platform(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, trigger_cooldown_seconds=60)
    game = loaded(play, virtual=True)
    assert fire(game) == 1
    game.pass_time(20)
    game.uw.stop()

    game = loaded(play, virtual=True)
    assert fire(game) == 0
    game.pass_time(20)
    game.uw.stop()

    game = offline(play, sandbox, virtual=True)
    game.pass_time(18)
    assert fire(game) == 0
    game.pass_time(3)
    assert fire(game) == 1


def test_the_clock_of_the_device_shortens_no_cooldown(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, trigger_cooldown_seconds=60)
    game = loaded(play, virtual=True)
    assert fire(game) == 1
    game.device.wall_shift = 86400.0
    assert game.refresh()
    assert fire(game) == 0


def test_a_device_clock_that_was_wrong_blocks_a_campaign_for_no_longer_than_its_cooldown(
    sandbox: Sandbox, play: Play
) -> None:
    publish(sandbox, trigger_cooldown_seconds=60)
    loaded(play, virtual=True).uw.stop()
    sandbox.stop()
    wrong = VirtualTime(sandbox)
    wrong.wall_shift = 400 * 86400.0
    game = play(threaded=False, time_source=wrong)
    game.until(lambda: {"from_cache": True} in game.loads("campaigns"))
    assert fire(game) == 1
    game.uw.stop()
    sandbox.start()

    game = loaded(play, virtual=True)
    game.pass_time(61)
    assert fire(game) == 1


# Two copies of the game.


def test_two_copies_of_the_game_never_exceed_a_quota_that_each_has_heard_of(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, total_triggers=4)
    one, other = loaded(play), loaded(play)
    for _ in range(2):
        fire_counted(one, sandbox)
        assert other.refresh()
        fire_counted(other, sandbox)
        assert one.refresh()
    assert (fire(one, times=3), fire(other, times=3)) == (0, 0)
    one.uw.stop()
    other.uw.stop()
    game = loaded(play)
    assert fire(game, times=3) == 0
    assert len(counted(sandbox)) == 4


def test_two_copies_of_the_game_at_once_lose_nothing(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox)
    one, other = loaded(play), loaded(play)
    for _ in range(20):
        assert (fire(one), fire(other)) == (1, 1)
    one.until(lambda: other.uw.pump() >= 0 and sandbox.player(PLAYER).event_count == 40)
    assert counted(sandbox)
