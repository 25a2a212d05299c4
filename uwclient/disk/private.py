"""Owns that what is on disk of a player is for the user of this machine alone: folders 0700, files 0600.

On Windows the user's folders are private anyway, and these modes mean nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from uwclient.disk.paths import MEDIA, NOWHERE
from uwclient.errors import StorageError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_OTHERS = 0o077
_OURS = re.compile(rf"[0-9a-f]{{32}}|{MEDIA}|uwclient-[0-9_-]+\.json")
"""The names in a data folder that uwclient gives: players, media and reports."""


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, where they are not there. Raises OSError or StorageError."""
    if NOWHERE in (folder, *folder.parents):
        raise StorageError(
            "There is no folder for the player's files, so everything is kept in memory only: set HOME (or "
            "XDG_DATA_HOME) to a folder that is there, or give an absolute path as data_dir."
        )
    try:
        folder.mkdir(FOLDER_MODE)
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        make_folder(folder.parent)
        folder.mkdir(FOLDER_MODE, exist_ok=True)
    except OSError:  # not only FileExistsError: a disk that cannot be written to says so first
        if not folder.is_dir():
            raise


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a file; one that is made by this is the user's alone. Raises OSError."""
    return open(path, mode, opener=_open)


def mend(root: Path, pace: Callable[[], None]) -> None:
    """Close to others what earlier versions have left open to them below a data folder.

    The data folder itself too, if nothing of anybody else is in it.
    """
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        names = os.listdir(root)  # noqa: PTH208 - texts are wanted
        ours = [name for name in names if _OURS.fullmatch(name) and not (root / name).is_symlink()]
        for name in ours:
            _close(root / name)
            for folder, folders, files in os.walk(root / name):
                for below in (*folders, *files):
                    _close(Path(folder, below))
                    pace()
        is_shared = root.stat().st_mode & stat.S_ISVTX
        if len(ours) == len(names) and not is_shared:
            _close(root)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _close(path: Path) -> None:
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & _OTHERS:
            path.chmod(FOLDER_MODE if stat.S_ISDIR(mode) else FILE_MODE)
