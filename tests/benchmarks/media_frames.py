"""Owns a game in a process of its own, whose frames are measured while it loads media, one after the other.

`python -m tests.benchmarks.media_frames ADDRESS KEY FOLDER MEDIA_ID HOW` answers with a line of JSON for each round:
the worst frame without, the worst with the loading, and what 95 % of those took at most, in milliseconds beyond the
game's own work. HOW is "fetched", or "from the disk".
"""

from __future__ import annotations

import json
import sys
import time

from tests.benchmarks.frame_loop import as_many_as, frames_until, play
from uwclient import UserWise

ROUNDS = 5
LOADED = 10
"""Media that are loaded in a round."""

PATIENCE = 10.0


def start(uw: UserWise) -> None:
    """Start, and pump until there is a session."""
    uw.start()
    deadline = time.monotonic() + PATIENCE
    while not uw.is_session_initialized and time.monotonic() < deadline:
        uw.pump()
        time.sleep(0.005)
    assert uw.is_session_initialized


def main(address: str, key: str, folder: str, media_id: str, how: str) -> None:
    """Measure some rounds."""
    uw = UserWise(key, "hero-42", host=address, data_dir=folder)
    start(uw)
    got: list[int] = []

    def load_next(data: bytes | None) -> None:
        assert data is not None
        got.append(len(data))
        if len(got) < LOADED:
            uw.media.get_bytes(media_id, load_next, ignore_cache=how == "fetched")

    for number in range(-1, ROUNDS):  # the first one fills the cache
        got.clear()
        uw.media.get_bytes(media_id, load_next, ignore_cache=how == "fetched")
        busy = play(uw.pump, frames_until(lambda: len(got) >= LOADED))
        quiet = play(uw.pump, as_many_as(busy))
        if number >= 0:
            print(json.dumps((quiet.worst, busy.worst, busy.percentile(0.95))), flush=True)
    uw.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
