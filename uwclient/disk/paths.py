"""The paths of the client's files. Folder names are digests, never chosen by a player or a server."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import appdirs

from uwclient.config import Config

MEDIA = "media"
"""The name of the folder of media, beside those of the players."""

NOWHERE = Path(os.devnull, "uwclient")
"""Stands for a data folder that is not known: it never exists, and cannot be created."""


def data_root(data_dir: str | None) -> Path:
    """Return the absolute path of the data folder: the game's, or the user's application data.

    It is NOWHERE if there is none.
    """
    return _users_own() if data_dir is None else absolute(data_dir)


def root_of(config: Config) -> Path:
    """Return the data folder that was resolved when the client was created."""
    return data_root(config.data_dir) if config.data_root is None else Path(config.data_root)


def player_folder(config: Config) -> Path:
    """Return the folder of this player, which differs by host, key and environment too."""
    identity = (
        config.host,
        config.api_key,
        config.environment_group,
        config.environment_stage,
        config.player_id,
    )
    digest = hashlib.sha256("\0".join(identity).encode()).hexdigest()
    return root_of(config) / digest[:32]


def media_folder(config: Config) -> Path:
    """Return the folder of the media cache, for all players."""
    return root_of(config) / MEDIA


def home_folder() -> Path | None:
    """Return the user's home folder, or None if there is none that is absolute and exists."""
    home = Path(os.environ.get("HOME", "") if os.name == "posix" else "")
    if not home.is_absolute():
        home = Path(_home_of_record())
    return home if home.is_absolute() and os.path.isdir(home) else None  # noqa: PTH112 - it never raises


def absolute(path: str) -> Path:
    """Resolve a path against the working folder or, after a tilde, against a home; NOWHERE if that is not known."""
    if path.startswith("~"):
        first, *rest = Path(path).parts
        home = home_folder() if first == "~" else Path(os.path.expanduser(first))  # noqa: PTH111 - it never fails
        if home is None or not home.is_absolute():
            return NOWHERE
        path = str(home.joinpath(*rest))
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - the real place may come and go
    except OSError:  # the working folder does not exist any more
        return NOWHERE


def _home_of_record() -> str:
    """Return the home folder in the system's list of users, whatever HOME says; "" if there is none."""
    if os.name != "posix":
        return os.path.expanduser("~")  # noqa: PTH111 - unlike Path.home() it never fails
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError, OSError):
        return ""


def _users_own() -> Path:
    if sys.platform == "win32":
        try:
            return Path(appdirs.user_data_dir("uwclient", appauthor=False))
        except (OSError, KeyError, ImportError):
            return NOWHERE
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    if sys.platform != "darwin" and named.is_absolute():  # relative paths must be ignored (XDG base directories)
        return named / "uwclient"
    home = home_folder()
    below = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
    return NOWHERE if home is None else home / below / "uwclient"
