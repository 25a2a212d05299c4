from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from uwclient.config import Config
from uwclient.disk.paths import data_root, player_folder

CONFIG = Config(api_key="key", player_id="hero-42", data_dir="/data")


@pytest.mark.parametrize(
    "other",
    [
        {"host": "https://eu.userwise.io"},
        {"api_key": "other"},
        {"environment_group": "other"},
        {"environment_stage": "qa"},
        {"player_id": "hero-43"},
        {"api_key": "keyd", "environment_group": "efault"},
    ],
)
def test_every_player_of_every_environment_has_a_folder_of_its_own(other: dict[str, str]) -> None:
    assert player_folder(replace(CONFIG, **other)) != player_folder(CONFIG)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{"secret_key": "s"}, {"language": "de"}, {"host": f"{CONFIG.host}/"}])
def test_what_does_not_change_the_content_does_not_change_the_folder(other: dict[str, str]) -> None:
    assert player_folder(replace(CONFIG, **other)) == player_folder(CONFIG)  # type: ignore[arg-type]


@pytest.mark.parametrize("player_id", ["hero-42", "../../etc", "/etc/passwd", "C:\\", "CON", "…", "x" * 5000])
def test_a_folders_name_is_a_digest_whatever_the_player_is_called(player_id: str) -> None:
    folder = player_folder(replace(CONFIG, player_id=player_id))

    assert folder.parent == Path("/data")
    assert re.fullmatch("[0-9a-f]{32}", folder.name)


def test_without_a_folder_from_the_game_the_users_own_is_taken() -> None:
    assert data_root(CONFIG.data_dir) == Path("/data")
    assert data_root(None).name == "uwclient"
