"""The Panda3D examples run as the README says, without a display too, and the arena plays by its rules."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeClient, until
from tests.panda.screen_probe import Eye
from uwclient import UserWise
from uwclient.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
sys.path.insert(0, str(EXAMPLES))


def run(*command: str, folder: Path = ROOT) -> str:
    """What a command prints; it must end well, without a display."""
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, *command],
        env={**env, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_minimal_game_is_short_and_runs_without_a_display(panda3d: Any) -> None:
    source = (EXAMPLES / "minimal_panda3d.py").read_text(encoding="utf-8")

    assert len(source.splitlines()) < 60
    assert "It has begun: The fast minute" in run("examples/minimal_panda3d.py", "--frames", "120")


def test_the_arena_plays_without_a_display_and_saves_a_picture(panda3d: Any, tmp_path: Path) -> None:
    picture = tmp_path / "arena.png"
    said = run("-m", "panda_arena", "--frames", "150", "--at", "16", "--screenshot", str(picture), folder=EXAMPLES)

    assert "It has begun: Double coins" in said
    assert said.splitlines()[-1].endswith("coins")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.fixture
def arena(base: Any) -> Any:
    from panda_arena.arena import Arena

    return Arena(base, random.Random(7))


def tuning(**numbers: Any) -> Any:
    from panda_arena.arena import Tuning

    return Tuning(**{"coins_per_second": 0.0, "slimes_per_second": 0.0, **numbers})


def play(arena: Any, seconds: float, numbers: Any) -> None:
    """Have the panda look for coins by itself."""
    for _ in range(round(seconds * 60)):
        arena.advance(1 / 60, arena.nearest(), numbers)


def test_coins_count_as_much_as_the_event_makes_them_worth(arena: Any) -> None:
    play(arena, 5, tuning(coins_per_second=2.0))
    caught = arena.caught
    assert arena.coins == caught > 0

    play(arena, 5, tuning(coins_per_second=2.0, coin_worth=3))
    assert arena.coins == caught + 3 * (arena.caught - caught)
    assert arena.caught > caught


def test_coins_that_rain_are_caught_when_they_have_come_down(arena: Any) -> None:
    play(arena, 0.5, tuning(coins_per_second=20.0, coins_fall=True))
    assert arena.caught == 0

    play(arena, 10, tuning())
    assert arena.caught > 3


def test_slimes_are_worth_more_than_coins(arena: Any) -> None:
    play(arena, 8, tuning(slimes_per_second=2.0))
    assert arena.caught > 0
    assert arena.coins == 3 * arena.caught


def test_the_hero_stays_on_the_meadow_and_is_as_fast_as_the_designers_say(arena: Any) -> None:
    arena.advance(0.5, (1.0, 0.0), tuning(hero_speed=4.0))
    assert arena.hero.getX() == pytest.approx(2.0)

    for _ in range(200):
        arena.advance(0.1, (1.0, 1.0), tuning(hero_speed=20.0))
    assert arena.hero.getPos().length() <= 11.01


def test_nothing_piles_up_while_nobody_plays(arena: Any) -> None:
    for _ in range(2000):
        arena.advance(0.1, (0.0, 0.0), tuning(coins_per_second=20.0, slimes_per_second=5.0, hero_speed=0.0))
    assert 60 <= len(arena._things) <= 70


@pytest.fixture
def uw(make_client: MakeClient) -> UserWise:
    return make_client()


def test_designers_change_the_numbers_and_the_colors_within_bounds(uw: UserWise, sandbox: Sandbox) -> None:
    from panda_arena.live import SKY, LiveContent

    live = LiveContent(uw)
    assert live.tuning().hero_speed == 8.0
    balance = {
        "hero": {"speed": 300},
        "theme": {"sky": "#ff0000", "ground": "grass"},
        "spawn": {"coins_per_second": 1e9},
    }
    sandbox.publish("remote_configs", id="balance", external_id="balance", json=balance)
    sandbox.publish("events", id="double", external_id="double_coins", data={"multiplier": 2, "title": "Double"})
    sandbox.publish("events", id="rain", external_id="coin_rain", data={"rate": "much"}, start_at="+90s")
    assert live.sky() == SKY
    uw.start()
    until(lambda: uw.events.active and uw.remote_configs.active and uw.events.upcoming, uw)

    assert live.tuning().hero_speed == 10.0
    assert live.tuning().coins_per_second == 20.0
    assert live.tuning().coin_worth == 2
    assert live.sky() == (1.0, 0.0, 0.0)
    assert live.banner().startswith("Double")


@pytest.mark.parametrize(
    "payment", [None, {"payment_type": "iap", "iap_data": {"cost": 4.99}}], ids=["free", "with a price"]
)
def test_a_panda_that_plays_alone_accepts_an_offer_and_gets_its_gems(
    base: Any, uw: UserWise, sandbox: Sandbox, eye: Eye, payment: Any
) -> None:
    from panda_arena.game import Game

    sandbox.publish("offers", id="gems", title="300 gems", items={"gems": 300}, payment_data=payment)
    game = Game(base, uw, seed=7, alone=True)
    ui = game.loop.ui
    assert ui is not None
    eye.until(lambda: game.loop.takes_input)
    coins = game.arena.coins
    eye.until(lambda: game.gems == 300)

    assert game.arena.coins == coins, "the game waits while a card is read"


def test_a_panda_that_plays_alone_closes_a_message(base: Any, uw: UserWise, sandbox: Sandbox, eye: Eye) -> None:
    from panda_arena.game import Game

    sandbox.publish("messages", id="welcome", title="Welcome")
    game = Game(base, uw, seed=7, alone=True)
    eye.until(lambda: game.loop.takes_input)
    eye.until(lambda: not game.loop.takes_input)

    assert uw.messages.is_answered(uw.messages.active[0])
