"""Owns where files lie. Folder names come from a digest, never from what a player or a server chose."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import appdirs

from uwclient.config import Config

MEDIA = "media"
"""The folder beside those of the players."""

NOWHERE = Path(os.devnull, "uwclient")
"""Stands for a data folder where none is known: nothing is there, and nothing can be kept there."""


def data_root(data_dir: str | None) -> Path:
    """The folder of all players: the one that the game named, or the user's own application data.

    It does not depend on the working folder any more; NOWHERE when there is none that does not.
    """
    return _users_own() if data_dir is None else absolute(data_dir)


def root_of(config: Config) -> Path:
    """The folder of all players, as it was when the client was set up."""
    return data_root(config.data_dir) if config.data_root is None else Path(config.data_root)


def player_folder(config: Config) -> Path:
    """The folder of this player on this platform, environment and key."""
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
    """The folder of the media of all players."""
    return root_of(config) / MEDIA


def home_folder() -> Path | None:
    """The user's home folder, or None where there is none that is absolute and exists."""
    home = Path(os.environ.get("HOME", "") if os.name == "posix" else "")
    if not home.is_absolute():
        home = Path(_home_of_record())
    return home if home.is_absolute() and os.path.isdir(home) else None  # noqa: PTH112 - it never raises


def absolute(path: str) -> Path:
    """Where a path leads now, seen from the working folder or, behind a tilde, from a home; NOWHERE if nowhere."""
    if path.startswith("~"):
        first, *rest = Path(path).parts
        home = home_folder() if first == "~" else Path(os.path.expanduser(first))  # noqa: PTH111 - it never fails
        if home is None or not home.is_absolute():
            return NOWHERE
        path = str(home.joinpath(*rest))
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - the real place may come and go
    except OSError:  # the working folder is gone
        return NOWHERE


def _home_of_record() -> str:
    """What the system's own list of users says, whatever HOME does; "" where it says nothing."""
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
    if sys.platform != "darwin" and named.is_absolute():  # anything else is to be ignored (XDG base directories)
        return named / "uwclient"
    home = home_folder()
    below = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
    return NOWHERE if home is None else home / below / "uwclient"
