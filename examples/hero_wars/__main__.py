"""Owns the command line of the sample game: `python -m hero_wars` from the folder `examples/`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from uwclient import UserWise
from uwclient.sandbox import Sandbox

from .game import Options, run

SCENARIO = Path(__file__).with_name("scenario.yaml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays the game against a platform on this machine, which follows a scenario."""
    parsed = parser().parse_args(arguments)
    options = Options(parsed.headless, parsed.seconds, parsed.screenshots, parsed.seed)
    with Sandbox(scenario=parsed.scenario, port=0) as sandbox, tempfile.TemporaryDirectory() as data_dir:
        uw = UserWise(
            api_key=sandbox.api_key,
            player_id=parsed.player,
            environment_stage="live",
            host=sandbox.url,
            data_dir=Path(data_dir),
        )
        return run(options, uw)


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    made = argparse.ArgumentParser(prog="hero_wars", description="A small game with live content from a scenario.")
    made.add_argument("--scenario", type=Path, default=SCENARIO, help="the YAML file to play (default: %(default)s)")
    made.add_argument("--player", default="hero-42", help="the id of the player (default: %(default)s)")
    made.add_argument("--headless", action="store_true", help="no window; a bot plays")
    made.add_argument("--seconds", type=float, help="end after so many seconds (headless: 75)")
    made.add_argument("--screenshots", type=Path, metavar="FOLDER", help="save pictures of telling moments")
    made.add_argument("--seed", type=int, default=7, help="where coins and slimes come from (default: %(default)s)")
    return made


if __name__ == "__main__":
    sys.exit(main())
