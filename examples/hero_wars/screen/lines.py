"""The words of the moment: the line at the bottom, the big letters in the middle, the push at the top."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from ..live.pictures import LivePictures
from ..panels.herald import Herald
from ..panels.notice import Notice
from ..panels.toasts import Toasts
from ..play.field import HEIGHT, WIDTH
from .easing import ease_out, ease_out_back
from .hud import MARGIN
from .ink import Ink, PanelStyle, TextStyle
from .palette import GOLD, INK, MUTED, PAPER, WHITE, Colour, mix
from .photos import Photos
from .sprites import Sprites

TOAST_BOTTOM = HEIGHT - MARGIN
TOAST_WIDEST = 480
TOAST_HEIGHT = 32
HINT = "Arrows or WASD: run and jump   ·   E: market   ·   Esc: quit"
HINT_TIME = 7.0

HERALD = Rect(0, 176, WIDTH, 120)
BIG = TextStyle(72, GOLD, align=0.5, shadow=True)
SMALL = TextStyle(28, PAPER, align=0.5, shadow=True)
TITLE_HEIGHT = 76
SMALLEST = 0.4

NOTICE = Rect(WIDTH // 2 - 200, 8, 400, 72)
NOTICE_ICON = Rect(NOTICE.left + 10, NOTICE.top + 10, 52, 52)


class Lines:
    """Draws what is said, and goes away again."""

    def __init__(self, ink: Ink, sprites: Sprites, photos: Photos) -> None:
        self._ink = ink
        self._sprites = sprites
        self._photos = photos

    def draw_toast(self, target: Surface, toasts: Toasts, age: float) -> None:
        """The line of the moment, bottom middle; how to play, in the first seconds."""
        if toasts.current is not None:
            self._line(target, toasts.current, toasts.opacity, PAPER)
        elif age < HINT_TIME:
            self._line(target, HINT, min(1.0, HINT_TIME - age), MUTED)

    def draw_herald(self, target: Surface, herald: Herald) -> None:
        """Big letters that jump out at the player."""
        said = herald.current
        if said is None:
            return
        layer = Surface(HERALD.size, pygame.SRCALPHA)
        self._ink.write(layer, said.title, Rect(0, 0, HERALD.width, TITLE_HEIGHT), BIG)
        self._ink.write(layer, said.line, Rect(0, TITLE_HEIGHT, HERALD.width, 34), SMALL)
        if herald.entrance < 1.0:
            size = SMALLEST + (1.0 - SMALLEST) * ease_out_back(herald.entrance)
            layer = pygame.transform.smoothscale_by(layer, size)
        layer.set_alpha(round(255 * herald.opacity))
        target.blit(layer, layer.get_rect(center=HERALD.center))

    def draw_notice(self, target: Surface, notice: Notice, pictures: LivePictures, age: float) -> None:
        """A push notification, sliding in from the top."""
        push = notice.push
        if push is None:
            return
        lift = round((ease_out(notice.slide) - 1.0) * (NOTICE.bottom + 4))
        box, icon = NOTICE.move(0, lift), NOTICE_ICON.move(0, lift)
        face = mix(INK, WHITE, 0.9)
        self._ink.panel(target, box, PanelStyle(face=face, edge=WHITE, radius=20, opacity=245))
        if push.image is not None and self._photos.has(pictures, push.image, icon.size):
            self._photos.draw(target, pictures, push.image, icon, age)
        else:
            target.blit(self._sprites.bell, self._sprites.bell.get_rect(center=icon.center))
        text = Rect(icon.right + 12, box.top + 8, box.right - icon.right - 28, 22)
        self._ink.write(target, push.title, text, TextStyle(22, INK))
        below = Rect(text.left, text.bottom, text.width, 36)
        self._ink.write(target, push.body, below, TextStyle(18, mix(INK, WHITE, 0.3), lines=2))

    def _line(self, target: Surface, text: str, opacity: float, colour: Colour) -> None:
        width = min(TOAST_WIDEST, self._ink.width(text, 20) + 40)
        layer = Surface((width, TOAST_HEIGHT), pygame.SRCALPHA)
        box = layer.get_rect()
        self._ink.panel(layer, box, PanelStyle(radius=16, opacity=225))
        self._ink.write(layer, text, box.inflate(-36, 0), TextStyle(20, colour, align=0.5))
        layer.set_alpha(round(255 * opacity))
        target.blit(layer, (WIDTH // 2 - width // 2, TOAST_BOTTOM - TOAST_HEIGHT))
