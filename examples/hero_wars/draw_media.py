"""Draws the pictures of the live content: `python -m hero_wars.draw_media` writes them into `media/`.

They are what an artist would upload to the platform; the game knows them by the ids that scenario.yaml gives them.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable
from pathlib import Path

import pygame
from pygame import Rect, Surface

from .screen import figures, icons
from .screen.brush import Brush, Paint, picture
from .screen.figures import BOSS_SIZE, COIN_SIZE, HERO_SIZE, SLIME_SIZE
from .screen.icons import ICON_SIZE
from .screen.palette import (
    INK,
    PAPER,
    RED,
    VIOLET,
    WHITE,
    Colour,
    Theme,
    mix,
)
from .screen.scenery import Scenery, gradient

SIZE = (480, 200)
FOLDER = Path(__file__).parent / "media"
CASTLE_VIEW = Rect(120, 292, *SIZE)
RAYS = 22
THICK = 2.6


def meadow() -> Surface:
    """The hero, on the way to the coins."""
    field = Surface((960, 540))
    Scenery().draw(field, Theme(sky=(52, 58, 120), ground=(70, 140, 84)), 480, 0.0)
    canvas = field.subsurface(CASTLE_VIEW).copy()
    put(canvas, (SLIME_SIZE, figures.slime(0.1)), 1.5, (400, 172))
    put(canvas, (SLIME_SIZE, figures.slime(0.6)), 1.1, (88, 168))
    put(canvas, (HERO_SIZE, figures.hero(0.2, 1.3)), 1.7, (236, 158))
    for place, (x, y) in enumerate(((318, 86), (358, 56), (404, 50), (146, 76))):
        put(canvas, (COIN_SIZE, figures.coin(place / 7)), 1.15, (x, y + 18))
    return canvas


def dragon() -> Surface:
    """The dragon on his treasure."""
    canvas = rays((74, 32, 92), (112, 48, 120))
    canvas.blit(picture(SIZE, dragons_head), (0, 0))
    chance = random.Random(5)
    for row, y in enumerate((180, 190, 200, 210)):
        for x in range(60 - row * 20, 430 + row * 20, 15):
            turn = chance.choice((0.0, 0.2, 0.35))
            put(canvas, (COIN_SIZE, figures.coin(turn)), 1.0, (x, y - round(16 * math.sin(math.pi * x / SIZE[0]))))
    for x, y, factor in ((150, 190, 1.9), (328, 192, 2.0), (240, 200, 2.4), (70, 198, 1.4), (410, 198, 1.5)):
        put(canvas, (ICON_SIZE, icons.gem), factor, (x, y))
    return canvas


def kit() -> Surface:
    """Shield and magnet."""
    canvas = rays((38, 62, 118), (52, 84, 150))
    put(canvas, (ICON_SIZE, icons.magnet), 4.6, (312, 166))
    put(canvas, (ICON_SIZE, icons.shield), 5.2, (186, 172))
    for x, y in ((62, 150), (410, 96), (96, 76), (388, 178)):
        put(canvas, (COIN_SIZE, figures.coin(0.1)), 1.2, (x, y))
    return canvas


def feast() -> Surface:
    """King Slime laughs no more."""
    canvas = rays((150, 70, 40), (190, 104, 48))
    put(canvas, (BOSS_SIZE, figures.boss(0.0, dizzy=True)), 1.15, (240, 182))
    for x, y in ((36, 96), (74, 170), (100, 66), (140, 120), (348, 108), (384, 60), (412, 168), (446, 104)):
        put(canvas, (COIN_SIZE, figures.coin(x / 320)), 1.2, (x, y))
    return canvas


PICTURES: dict[str, Callable[[], Surface]] = {"meadow": meadow, "dragon": dragon, "kit": kit, "feast": feast}


def dragons_head(brush: Brush) -> None:
    """The dragon's head and neck, in the room of a whole picture."""
    shade, face, light = mix(VIOLET, INK, 0.45), mix(VIOLET, INK, 0.12), mix(VIOLET, WHITE, 0.35)
    brush.shape(shade, [(120, 200), (150, 120), (190, 84), (250, 90), (290, 130), (330, 200)])
    for x, y in ((146, 96), (128, 128), (172, 70)):
        brush.shape(RED, [(x, y), (x + 30, y - 4), (x + 22, y + 26)])
    brush.shape(PAPER, [(196, 56), (168, 14), (222, 44)])
    brush.shape(PAPER, [(236, 46), (232, 2), (264, 44)])
    brush.ellipse(face, (236, 82), 116, 84)
    brush.ellipse(face, (304, 100), 104, 58)
    brush.ellipse(light, (306, 118), 84, 20)
    brush.ellipse(INK, (300, 113), 78, 7)
    for tooth in (276, 304, 330):
        brush.shape(WHITE, [(tooth, 113), (tooth + 10, 113), (tooth + 5, 124)])
    brush.ellipse(shade, (338, 86), 10, 7)
    brush.ellipse(shade, (316, 82), 8, 6)
    brush.circle(WHITE, (256, 70), 15)
    brush.circle(INK, (261, 72), 7.5)
    brush.circle(WHITE, (263, 69), 2.5)
    brush.shape(shade, [(238, 58), (276, 62), (274, 52), (242, 48)])
    brush.ellipse(light, (214, 62), 26, 12)


def put(canvas: Surface, what: tuple[tuple[int, int], Paint], factor: float, foot: tuple[int, int]) -> None:
    """Draws a figure `factor` times as large, its foot in the middle there."""
    drawn = picture(*what, factor, THICK)
    canvas.blit(drawn, drawn.get_rect(midbottom=foot))


def rays(dark: Colour, light: Colour) -> Surface:
    """Rays that go out from the middle."""
    canvas = gradient(*SIZE, dark, mix(dark, INK, 0.45))
    middle = (SIZE[0] // 2, SIZE[1] // 2 + 10)
    layer = Surface(SIZE, pygame.SRCALPHA)
    for ray in range(RAYS):
        ends = [math.tau * (ray + share) / RAYS for share in (0.0, 0.5)]
        tips = [(middle[0] + math.cos(angle) * SIZE[0], middle[1] + math.sin(angle) * SIZE[0]) for angle in ends]
        pygame.draw.polygon(layer, (*light, 150), [middle, *tips])
    canvas.blit(layer, (0, 0))
    return canvas


def main() -> None:
    """Writes the files."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    pygame.display.init()
    pygame.display.set_mode((1, 1))
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        pygame.image.save(draw(), FOLDER / f"{name}.png")
    pygame.quit()


if __name__ == "__main__":
    main()
