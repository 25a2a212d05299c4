"""The scenario of the sample game, told by the real sandbox to the real client, at several moments of its minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hero_wars.intent import Intent
from hero_wars.journal import MODULES
from hero_wars.stage import Stage

from uwclient import UserWise
from uwclient.cli import examples_folder, main
from uwclient.sandbox import Sandbox

PATIENCE = 10.0


@contextmanager
def stage_at(seconds: float, data_dir: Path) -> Iterator[Stage]:
    """The stage of a player who comes in so many seconds after the start of the sandbox."""
    with Sandbox(examples_folder() / "hero_wars" / "scenario.yaml") as sandbox:
        sandbox.clock.set(sandbox.clock.started_at)
        sandbox.clock.advance(seconds=seconds)
        uw = UserWise(
            api_key=sandbox.api_key,
            player_id="hero-42",
            environment_stage="live",
            host=sandbox.url,
            data_dir=data_dir,
            threaded=False,
        )
        stage = Stage(uw, seed=7)
        try:
            uw.start()
            pump_until_all_is_loaded(uw)
            stage.advance(1.0, Intent())
            yield stage
        finally:
            uw.stop()


def pump_until_all_is_loaded(uw: UserWise) -> None:
    waiting = set(MODULES)
    for name in MODULES:
        getattr(uw, name).on_loaded.connect(
            lambda sender, from_api, name=name, **_: waiting.discard(name) if from_api else None
        )
    give_up_at = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < give_up_at:
        uw.pump()
    assert not waiting


def price(stage: Stage) -> str | None:
    return stage.shelf.front.price_text if stage.shelf.front else None


def popup(stage: Stage) -> str | None:
    return stage.popups.visible.title if stage.popups.visible else None


def banner(stage: Stage) -> str | None:
    shown = stage.live.banner()
    return shown.title if shown else None


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (1, (None, None, None, 1)),
        (5, ("Welcome to Hero Wars!", None, None, 1)),
        (20, ("Welcome to Hero Wars!", "Double Coins", "$4.99", 2)),
        (30, ("Welcome to Hero Wars!", "Double Coins", "$2.99", 2)),
        (65, ("May we ask you something?", "Coin Rain", None, 1)),
    ],
)
def test_the_story_goes_as_its_comments_say(
    seconds: float, shown: tuple[str | None, str | None, str | None, int], tmp_path: Path
) -> None:
    with stage_at(seconds, tmp_path) as stage:
        assert (popup(stage), banner(stage), price(stage), stage.world.multiplier) == shown


def test_the_mistaken_message_is_there_until_it_is_withdrawn(tmp_path: Path) -> None:
    with stage_at(40, tmp_path / "before") as stage:
        assert stage.popups.holds("maintenance")
    with stage_at(45, tmp_path / "after") as stage:
        assert not stage.popups.holds("maintenance")


def test_the_config_speeds_the_hero_up_and_changes_the_colours(tmp_path: Path) -> None:
    with stage_at(30, tmp_path / "before") as before, stage_at(45, tmp_path / "after") as after:
        assert (before.live.tuning().hero_speed, after.live.tuning().hero_speed) == (240.0, 330.0)
        assert before.live.theme() != after.live.theme()


def test_the_coin_rain_is_announced_before_it_begins(tmp_path: Path) -> None:
    with stage_at(45, tmp_path) as stage:
        following = stage.live.next_event()
        assert following is not None
        assert following.title == "Coin Rain"
        assert following.remaining == pytest.approx(15, abs=5)


def test_without_a_platform_the_game_plays_on_and_says_so(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        gone = sandbox.url
    uw = UserWise("key", "hero-42", "live", host=gone, data_dir=tmp_path, threaded=False)
    stage = Stage(uw, seed=7)
    uw.start()
    give_up_at = time.monotonic() + PATIENCE
    while stage.toasts.text is None and time.monotonic() < give_up_at:
        uw.pump()
        stage.advance(1 / 60, Intent())
    uw.stop()
    assert stage.toasts.text == "Offline: playing with the content saved last time"
    assert stage.world.elapsed > 0
    assert not stage.live.is_online


def test_the_game_runs_from_its_own_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--headless", "--seconds", "0.1", "--screenshot", str(tmp_path)]) == 0
    assert "game over" in capsys.readouterr().out
    assert (tmp_path / "01-end.png").is_file()
