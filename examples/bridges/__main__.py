"""Plays the way of a referral reward on this machine: `python -m bridges`, in the folder `examples/`.

A sandbox has Hero Wars' content, and an offer for those who brought a friend. A stand-in for GrowSurf sends a reward
to a bridge, the bridge tells the sandbox, and the player has the offer. With `--virtual` the clock is moved instead
of waited for.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import yaml

from uwclient import StandingTime, TimeSource, UserWise
from uwclient.bridges.bridge import Bridge, Surroundings
from uwclient.bridges.command import receiver_for
from uwclient.bridges.sources import GROWSURF_KINDS
from uwclient.bridges.yaml_reading import Section
from uwclient.dice import Dice
from uwclient.partners.growsurf import new_secret_path
from uwclient.partners.testing import GrowSurfStandIn, growsurf_participant, growsurf_reward
from uwclient.sandbox import Sandbox
from uwclient.time_sources import SystemTime

HERE = Path(__file__).parent
HERO_WARS = HERE.parent / "hero_wars" / "scenario.yaml"
PLAYER = "hero-42"
PATIENCE = 1000
"""Frames in which the offer must have come."""

CAPE = "ambassadors-cape"


def add_cape(sandbox: Sandbox) -> None:
    """Add an offer for those who brought a friend to the content of Hero Wars."""
    brought_one = {"name": "referrals", "operator": "greater_than", "values": [0]}
    sandbox.define_segment("ambassadors", attributes=[brought_one])
    sandbox.publish(
        "offers",
        id=CAPE,
        title="The ambassador's cape",
        body="You have brought a friend. The king has sewn you something.",
        items={"golden_cape": 1},
        segments=["ambassadors"],
        start_at="-1s",
        end_at="+7d",
    )


def play(clock: TimeSource, next_frame: Callable[[], None], folder: Path) -> None:
    """Reward a player, and wait for the offer."""
    with Sandbox(HERO_WARS, time_source=clock, seed=7) as sandbox:
        add_cape(sandbox)
        uw = UserWise(
            sandbox.api_key,
            PLAYER,
            host=sandbox.url,
            data_dir=folder / "player",
            threaded=False,
            time_source=clock,
            seed=7,
        )
        uw.start()
        wait_for(lambda: uw.is_session_initialized and bool(offers(uw)), uw, next_frame)
        print(f"{PLAYER} is offered {offers(uw)}")
        reward(sandbox, clock, folder)
        uw.refresh_content()  # as Hero Wars does when a fight is over
        wait_for(lambda: CAPE in offers(uw), uw, next_frame)
        print(f"{PLAYER} is offered {offers(uw)}")
        uw.stop()


def reward(sandbox: Sandbox, clock: TimeSource, folder: Path) -> None:
    """GrowSurf tells the bridge that the player has brought a friend."""
    config = yaml.safe_load((HERE / "growsurf.yaml").read_text("utf-8"))
    config["userwise"]["host"] = sandbox.url
    around = Surroundings({"UW_API_KEY": sandbox.api_key}, clock, Dice(7))
    path = new_secret_path()
    with Bridge(Section("growsurf.yaml", config), GROWSURF_KINDS, folder, around) as bridge:
        growsurf = GrowSurfStandIn((receiver_for(bridge, path).receive, f"/{path}"))
        growsurf.reach_goal(growsurf_participant("x9a7uu", referrals=1, playerId=PLAYER), growsurf_reward("r1"))
        bridge.deliver_all(lambda seconds: True)
    print(f"GrowSurf has told of a friend; UserWise knows {sandbox.player(PLAYER).attributes['referrals']}")


def offers(uw: UserWise) -> list[str]:
    """The offers that the player has now."""
    return [offer.id for offer in uw.offers.active]


def wait_for(condition: Callable[[], bool], uw: UserWise, next_frame: Callable[[], None]) -> None:
    """Draw frames until something is so."""
    for _ in range(PATIENCE):
        uw.pump()
        if condition():
            return
        next_frame()
    raise RuntimeError("It has not come.")


def main() -> None:
    """Play once."""
    parser = argparse.ArgumentParser(prog="bridges", description="A referral reward becomes an offer.")
    parser.add_argument("--virtual", action="store_true", help="move the clock instead of waiting")
    standing = StandingTime(datetime(2026, 1, 5, 9, tzinfo=UTC))
    is_virtual = parser.parse_args().virtual
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if is_virtual:
            play(standing, lambda: standing.advance(seconds=1), Path(folder))
        else:
            play(SystemTime(), lambda: time.sleep(0.05), Path(folder))


if __name__ == "__main__":
    main()
