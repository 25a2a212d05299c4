"""The file of the actions that the platform has refused, for people to read."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uwclient.disk.checksummed_lines import append_line
from uwclient.disk.private import make_folder
from uwclient.errors import StorageError
from uwclient.models.player import PlayerAction

NAME = "dead-letters.jsonl"
LARGEST_FILE = 1024 * 1024
"""The maximum number of bytes of a file; a larger one is rotated, and replaces the previous one."""


class DeadLetters:
    """Owns one player's dead letters. Failures of the disk are ignored, because the refusal is in the log too.

    `wall` returns the seconds since 1970.
    """

    def __init__(self, folder: Path, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._path = folder / NAME

    def add(self, action: PlayerAction, reason: str) -> None:
        """Append an action, and the reason why it was refused."""
        letter = {
            "refused_at": datetime.fromtimestamp(self._wall(), UTC).isoformat(timespec="seconds"),
            "done_at": action.at.isoformat(timespec="seconds"),
            "kind": action.kind,
            "reason": reason,
            "body": action.body,
        }
        with contextlib.suppress(OSError, StorageError):
            make_folder(self._path.parent)
            if self._path.exists() and self._path.stat().st_size > LARGEST_FILE:
                self._path.replace(self._path.with_suffix(".before.jsonl"))
            append_line(self._path, json.dumps(letter).encode() + b"\n")


def read_dead_letters(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the dead letters in a player's folder, oldest first; lines that cannot be parsed are skipped."""
    for name in (Path(NAME).with_suffix(".before.jsonl").name, NAME):
        try:
            lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            with contextlib.suppress(ValueError):
                letter = json.loads(line)
                if isinstance(letter, dict):
                    yield letter
