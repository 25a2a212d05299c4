"""Owns a game in a process of its own, whose frames are measured while thousands of records come that it has not yet.

`python -m tests.benchmarks.load_frames ADDRESS KEY FOLDER RECORDS CONTAINERS` plays beside that many containers of
the game's own. For each line of its input it loads all content three times, each time with records that the game does
not have: a first load of a new player, a start of that player from the cache, and a switch to another new player. It
answers with a line of JSON: see `Loads`.
"""

from __future__ import annotations

import gc
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.content_platform import RemotePlatform
from tests.benchmarks.refresh_frames import ROOT, Meter, Refresh
from uwclient import UserWise


class Loads(NamedTuple):
    """What each kind of load has cost."""

    first: Refresh
    cached: Refresh
    switched: Refresh


class LoadingGame:
    """Owns the process of a game."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def load(self) -> Loads:
        """Have it load everything, in the three ways."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("load\n")
        self._process.stdin.flush()
        return Loads(*(Refresh(*values) for values in json.loads(self._process.stdout.readline())))


@contextmanager
def loading_game(platform: RemotePlatform, folder: Path, records: int, containers: int) -> Iterator[LoadingGame]:
    """A game that loads the content of the platform again and again, until the block ends."""
    arguments = [platform.url, platform.api_key, str(folder), str(records), str(containers)]
    command = [sys.executable, "-m", "tests.benchmarks.load_frames", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield LoadingGame(process)


def measured(uw: UserWise, begin: Callable[[], None], records: int, meter: Meter) -> Refresh:
    """Play a stretch in which all records go live after `begin`, and as many frames without."""
    live = [0]

    def count(*_: object, **__: object) -> None:
        live[0] += 1

    uw.events.on_active.connect(count)
    gc.collect()  # what came before is no matter of this load
    begin()
    load = meter.play(uw, lambda: live[0] >= records)
    uw.events.on_active.disconnect(count)
    return load


def main(address: str, key: str, folder: str, records: int, containers: int) -> None:
    """Play until the input ends."""
    own = [[number] for number in range(containers)]
    importlib.import_module("uwclient.background.run")  # else the first start would
    meter = Meter()
    for run, _ in enumerate(sys.stdin):
        uw = UserWise(key, f"hero-{run}", host=address, data_dir=folder)
        first = measured(uw, uw.start, records, meter)
        uw.stop()
        del uw
        again = UserWise(key, f"hero-{run}", host=address, data_dir=folder)
        cached = measured(again, again.start, records, meter)
        switched = measured(again, lambda: again.switch_player(f"other-{run}"), records, meter)  # noqa: B023
        again.stop()
        print(json.dumps(Loads(first, cached, switched)), flush=True)
    assert len(own) == containers


if __name__ == "__main__":
    address, key, folder, records, containers = sys.argv[1:]
    main(address, key, folder, int(records), int(containers))
