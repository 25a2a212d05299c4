"""A test hands the report pictures of the game, in the form in which it has them."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pygame
import pytest

from tests.qa.conftest import START
from uwclient.qa import World
from uwclient.qa.screenshots import MOST_KEPT, screen_now

PNG = b"\x89PNG\r\n\x1a\n" + base64.b64decode(
    "AAAADUlIRFIAAAABAAAAAQgGAAAAHxXEiQAAAA1JREFUeNpk+M/AAAMBAQAY3Y2wAAAAAElFTkSuQmCC"
)


class FakeWindow:
    """A window as Panda3D's: it writes what it shows to a file."""

    def __init__(self, works: bool = True) -> None:
        self.works = works

    def saveScreenshot(self, path: Path) -> bool:  # noqa: N802 - Panda3D's name
        if self.works:
            path.write_bytes(PNG)
        return self.works


def test_a_picture_is_kept_with_its_name_and_moment(uw_world: World, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(PNG)
    pictures: list[Any] = [PNG, tmp_path / "shot.png", str(tmp_path / "shot.png"), FakeWindow()]
    for number, picture in enumerate(pictures):
        uw_world.screenshot(picture, f"shot {number}")
        uw_world.skip(hours=1)
    assert [shot.png for shot in uw_world.screenshots] == [PNG] * 4
    assert [shot.name for shot in uw_world.screenshots] == ["shot 0", "shot 1", "shot 2", "shot 3"]
    assert [shot.time for shot in uw_world.screenshots] == [
        START + number * timedelta(hours=1) for number in range(4)
    ]


def test_a_surface_of_pygame_is_a_picture(uw_world: World, tmp_path: Path) -> None:
    surface = pygame.Surface((40, 30))
    surface.fill("#4080c0")
    uw_world.screenshot(surface, "the shop")
    (tmp_path / "kept.png").write_bytes(uw_world.screenshots[-1].png)
    kept = pygame.image.load(tmp_path / "kept.png")
    assert (kept.get_size(), kept.get_at((20, 15))) == ((40, 30), pygame.Color("#4080c0"))


@pytest.mark.parametrize("picture", [b"GIF89a", 7, None, FakeWindow(works=False)])
def test_what_is_no_picture_is_refused(uw_world: World, picture: Any) -> None:
    with pytest.raises(ValueError, match=r"A screenshot is a surface of pygame|has no picture yet"):
        uw_world.screenshot(picture)


def test_the_latest_pictures_are_kept(uw_world: World) -> None:
    for number in range(MOST_KEPT + 5):
        uw_world.screenshot(PNG, str(number))
    assert [shot.name for shot in uw_world.screenshots] == [str(number) for number in range(5, MOST_KEPT + 5)]


def test_what_is_on_the_screen_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.quit()
    assert screen_now() is None
    pygame.display.init()
    try:
        assert screen_now() is None
        pygame.display.set_mode((64, 48)).fill("#c04040")
        picture = screen_now()
        assert picture is not None
        assert picture.startswith(PNG[:8])
    finally:
        pygame.quit()
