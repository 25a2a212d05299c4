from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "examples" / "pictures"
SCREENS = ("message", "offer", "invite", "overlay")


@pytest.mark.parametrize("engine", ["pygame", "panda3d"])
def test_the_pictures_of_the_readme_can_be_taken_again(engine: str, tmp_path: Path) -> None:
    command = [sys.executable, str(PICTURES / "take.py"), str(tmp_path), "--engine", engine]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr

    taken = {path.name: path for path in tmp_path.glob("*.png")}
    assert sorted(taken) == sorted(f"{engine}-{screen}.png" for screen in SCREENS)
    import pygame

    looks = set()
    for path in taken.values():
        picture = pygame.image.load(path)
        assert picture.get_size() == (1280, 720)
        looks.add(pygame.image.tobytes(picture, "RGB"))
        colors = {tuple(picture.get_at((x, y))) for x in range(0, 1280, 40) for y in range(0, 720, 40)}
        assert len(colors) > 10, f"{path.name} is almost blank"
    assert len(looks) == len(SCREENS)


def test_every_picture_of_the_readme_is_there() -> None:
    shown = re.findall(r"\((examples/pictures/[\w.-]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert {f"examples/pictures/{engine}-{screen}.png" for engine in ("pygame", "panda3d") for screen in SCREENS} <= {
        *shown
    }
    assert all((ROOT / path).is_file() for path in shown)
