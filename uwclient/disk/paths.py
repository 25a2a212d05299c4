"""Owns where files lie. Folder names come from a digest, never from what a player or a server chose."""

from __future__ import annotations

import hashlib
from pathlib import Path

import appdirs

from uwclient.config import Config

MEDIA = "media"
"""The folder beside those of the players."""


def data_root(data_dir: str | None) -> Path:
    """The folder of all players: the one that the game named, or the user's own application data."""
    return Path(data_dir or appdirs.user_data_dir("uwclient", appauthor=False))


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
    return data_root(config.data_dir) / digest[:32]


def media_folder(config: Config) -> Path:
    """The folder of the media of all players."""
    return data_root(config.data_dir) / MEDIA
