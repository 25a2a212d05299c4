"""A small game for a process of its own: plays until all that a game needs has worked, and tells how it went.

What it is told is JSON: the `settings` of the client, a `folder` to go to once the client is made, the `user` to
become before, the `largest_file` in bytes that may be written, a time `zone` to travel to at the
end, and a folder that is `lost`, with the game in it, before the client is made.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from uwclient import PlayerEvent, UserWise

PATIENCE = 20.0


def become(user: int, settings: dict[str, Any]) -> None:
    """Be another user, who may not read where Python lies: what a game imports is imported by a game before."""
    with tempfile.TemporaryDirectory() as folder:
        play({**settings, "player_id": "somebody-else", "data_dir": folder})
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def play(
    settings: dict[str, Any],
    folder: str | None = None,
    user: int | None = None,
    largest_file: int | None = None,
    zone: str | None = None,
    lost: str | None = None,
) -> dict[str, Any]:
    """Play one game; what came of it."""
    if user is not None:
        become(user, settings)
    if largest_file is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    if lost is not None:
        os.chdir(lost)
        Path(lost).rmdir()
    uw = UserWise(**settings)
    sentences: list[str] = []
    delivered: list[bool] = []
    uw.on_storage_failed.connect(lambda _, error: sentences.append(str(error)))
    uw.assign_event(PlayerEvent("before"), delivered.append)
    if folder is not None:
        os.chdir(folder)
    uw.start()
    uw.assign_event(PlayerEvent("after"), delivered.append)
    ends = time.monotonic() + PATIENCE
    while not (uw.session_id and uw.offers.active and len(delivered) == 2) and time.monotonic() < ends:
        uw.pump()
        time.sleep(0.001)
    if zone is not None:
        os.environ["TZ"] = zone
        refreshed: list[bool] = []
        uw.refresh_content(refreshed.append, timeout=PATIENCE)
        while not refreshed:
            uw.pump()
    told = {
        "session": uw.is_session_initialized,
        "content": [offer.id for offer in uw.offers.active],
        "delivered": delivered,
        "sentences": sentences,
        "language": uw.language,
    }
    uw.stop()
    return told


def main() -> None:
    """Play as the argument says, and print how it went."""
    logging.basicConfig(level=logging.WARNING)
    print(json.dumps(play(**json.loads(sys.argv[1]))))
