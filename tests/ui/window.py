"""A small pygame game with live content, in a window on a display that is not there."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
import pytest
from pygame.event import Event

from tests.conftest import PATIENCE, PLAYER
from tests.ui.geometry import target
from uwclient.engines.pygame import PygameLoop, attach
from uwclient.sandbox import Sandbox
from uwclient.ui.live import GRACE, PAUSE, LiveUI
from uwclient.ui.scene import Scene

if TYPE_CHECKING:
    from tests.conftest import Game, Play

GROUND = (90, 140, 200)
FRAME = 0.02


class Window:
    """Owns the game: its window, its loop, and the events that were left for it. Its time is virtual."""

    def __init__(
        self, play: Play, sandbox: Sandbox, size: tuple[int, int] = (1280, 720), ui: Any = None, **options: Any
    ) -> None:
        self.surface = pygame.display.set_mode(size)
        self.game: Game = play(virtual=True, start=False)
        self.ui = LiveUI(self.game.uw, **(ui or {}))
        self.loop: PygameLoop = attach(self.game.uw, ui=self.ui, **options)
        self.player = sandbox.player(PLAYER)
        self.events: list[Event] = []
        self.game.until_loaded()

    def frame(self) -> None:
        """One frame of the game."""
        self.events += [event for event in pygame.event.get() if not self.loop.process(event)]
        self.game.device.moment += FRAME
        self.loop.update()
        self.surface.fill(GROUND)
        self.loop.draw(self.surface)

    def until(self, condition: Callable[[], object]) -> None:
        """Play until something is so."""
        ends = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > ends:
                pytest.fail(f"It did not come to that: {self.game.describe()}")
            self.frame()

    def until_drawn(self) -> None:
        """Play until a card is there, all of it, and can be answered."""
        self.until(lambda: self.ui.is_open)
        for _ in range(int((GRACE + PAUSE) / FRAME) + 40):
            self.frame()

    @property
    def scene(self) -> Scene:
        """What the card looks like."""
        view = self.ui._view
        assert view is not None
        return view.scene

    def place(self, name: str) -> tuple[int, int]:
        """Where a button is."""
        x, y = target(self.scene, name)
        return round(x), round(y)

    def send(self, *events: Event) -> list[Event]:
        """Have events happen; those that the game got."""
        self.events.clear()
        for event in events:
            pygame.event.post(event)
        self.frame()
        sent = {event.type for event in events}
        return [event for event in self.events if event.type in sent]

    def pixel(self, x: int, y: int) -> tuple[int, ...]:
        """The color of a pixel of the window."""
        return tuple(self.surface.get_at((x, y)))[:3]

    def close(self) -> None:
        """The end of the game."""
        self.loop.detach()
        self.game.uw.stop()


def key(key: int, mod: int = 0, up: bool = False) -> Event:
    """A key that is pressed, or released."""
    return Event(pygame.KEYUP if up else pygame.KEYDOWN, key=key, mod=mod, unicode="", scancode=0)


def button(place: tuple[int, int], number: int = 1, up: bool = False) -> Event:
    """A button of the mouse that is pressed, or released."""
    kind = pygame.MOUSEBUTTONUP if up else pygame.MOUSEBUTTONDOWN
    return Event(kind, pos=place, button=number, touch=False)


def picture(size: tuple[int, int], color: tuple[int, int, int] = (200, 30, 40), form: str = "png") -> bytes:
    """The bytes of an image of one color."""
    surface = pygame.Surface(size)
    surface.fill(color)
    file = io.BytesIO()
    pygame.image.save(surface, file, f"picture.{form}")
    return file.getvalue()
