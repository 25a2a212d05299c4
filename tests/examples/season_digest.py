"""Prints the digest of the season of Hero Wars, played by three players, one of them in the subway.

    python tests/examples/season_digest.py 100     in as many processes, each with hashes of another order

It needs neither pytest nor an engine, so that every Python can be asked.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEASON = ROOT / "examples" / "hero_wars" / "season.yaml"


def digest() -> str:
    """Play four weeks, and return the digest of what happened."""
    from uwclient import PlayerEvent, Region
    from uwclient.qa import World

    logging.getLogger("uwclient").setLevel(logging.CRITICAL)
    with World(SEASON, seed=7) as world:
        for name, zone, level in (("ada", "America/New_York", 3), ("bob", "Asia/Kathmandu", 12), ("cleo", "UTC", 25)):
            world.player(name, timezone=zone, attributes={"level": level})
        world.players[0].surveys.play(("completed", "2m"), ("closed", "3m"))
        world.faults.profile("subway", seed=3, during=("+30h", "+32h"), glob="*/bob/*")
        for day in range(28):
            player = world.players[day % 3]
            player.uw.assign_event(PlayerEvent("streak", {"length": 18 + day % 5}))
            player.uw.transition_to_region(Region("market"))
            world.skip(days=1)
            if player.ui.card:
                player.ui.answer("dismiss")
            if day % 7 == 6:
                player.restart()
        return world.timeline.digest()


def digests(count: int, python: str = sys.executable) -> Counter[str]:
    """The digests of so many processes of a Python."""
    found: Counter[str] = Counter()
    for seed in range(count):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
        command = [python, str(Path(__file__))]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        found[done.stdout.strip()] += 1
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(dict(digests(int(sys.argv[1]))))
    else:
        print(digest())
