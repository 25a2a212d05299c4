"""Creates files and folders that only the user of this machine can access: folders 0700, files 0600.

On Windows the user's folders are private anyway, and these modes have no effect.
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
_OURS = rf"[0-9a-f]{{32}}|{MEDIA}|uwclient-[0-9_-]+\.json"
"""The names of uwclient's own entries in a data folder: players, media and reports."""


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, if they do not exist. Raises OSError or StorageError."""
    if NOWHERE in (folder, *folder.parents):
        raise StorageError(
            "There is no folder for the player's files, so everything is in memory only: set HOME (or XDG_DATA_HOME) "
            "to an existing folder, or give an absolute path as data_dir."
        )
    try:
        folder.mkdir(FOLDER_MODE)
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        make_folder(folder.parent)
        folder.mkdir(FOLDER_MODE, exist_ok=True)
    except OSError:  # not only FileExistsError: a read-only disk raises its own error first
        if not folder.is_dir():
            raise


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a file; if it is created, only the user can access it. Raises OSError."""
    return open(path, mode, opener=_open)


def restrict_access(root: Path, throttle: Callable[[], None]) -> None:
    """Restrict the permissions of files that earlier versions have created below a data folder.

    The data folder itself is restricted too, if it has no entries of other programs.
    """
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        with os.scandir(root) as entries:
            found = list(entries)
        ours = [entry for entry in found if re.fullmatch(_OURS, entry.name) and not entry.is_symlink()]
        for entry in ours:
            _close(entry, throttle)
        mode = root.stat().st_mode
        if (
            len(ours) == len(found) and mode & _OTHERS and not mode & stat.S_ISVTX
        ):  # the sticky bit marks a folder that many users share
            root.chmod(FOLDER_MODE)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _close(entry: os.DirEntry[str], throttle: Callable[[], None]) -> None:
    """Restrict the permissions of a file, or of a folder with everything in it; links are not followed."""
    throttle()
    with contextlib.suppress(OSError):
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            with os.scandir(entry.path) as entries:
                for below in entries:
                    _close(below, throttle)
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            Path(entry.path).chmod(FOLDER_MODE if stat.S_ISDIR(mode) else FILE_MODE)
