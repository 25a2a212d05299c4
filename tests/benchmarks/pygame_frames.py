"""Owns a pygame game of circles with live content, in a process of its own: see `drawn_frames.py`."""

from __future__ import annotations

import sys

import pygame

from tests.benchmarks.drawn_frames import HOLD, Meter, load, serve, show
from uwclient import UserWise
from uwclient.engines.pygame import attach

SPRITES = 300
WINDOW = (1280, 720)
ANSWER_EVERY = 100
"""Frames between two answers of the player."""


class CircleGame:
    """Owns the window, and what `attach` has added."""

    def __init__(self, uw: UserWise) -> None:
        self._screen = pygame.display.set_mode(WINDOW)
        self._loop = attach(uw)
        self._stretch = ""
        self._number = 0
        assert self._loop.ui is not None
        assert self._loop.overlay is not None
        self._ui, self._overlay = self._loop.ui, self._loop.overlay
        self._ui.hold(HOLD)
        load(uw, self._loop.update)

    def begin(self, stretch: str) -> None:
        """Begin a stretch: "without", "idle", "card", "answers", "overlay" or "lists"."""
        self._stretch = stretch
        show(stretch, self._ui, self._overlay)

    def frame(self, meter: Meter) -> None:
        """Play one frame."""
        self._number += 1
        self._press()
        pygame.event.post(
            pygame.event.Event(pygame.MOUSEMOTION, pos=(self._number % 1280, 5), rel=(1, 0), buttons=(0, 0, 0))
        )
        events = pygame.event.get()
        is_on = self._stretch != "without"
        if is_on:
            with meter:
                for event in events:
                    self._loop.process(event)
                self._loop.update()
        self._screen.fill((30, 40, 60))
        for sprite in range(SPRITES):
            spot = ((sprite * 37 + self._number) % 1280, sprite * 53 % 720)
            pygame.draw.circle(self._screen, (200, 180, sprite % 255), spot, 14)
        if is_on:
            with meter:
                self._loop.draw(self._screen)
        pygame.display.flip()

    def _press(self) -> None:
        keys = {"answers": pygame.K_RETURN, "lists": pygame.K_TAB}
        if self._stretch in keys and self._number % ANSWER_EVERY == 0:
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=keys[self._stretch], mod=0, unicode="\r"))


def main(address: str, key: str, folder: str) -> None:
    """Play until the input ends."""
    pygame.display.init()
    uw = UserWise(key, "hero-42", host=address, data_dir=folder)
    serve(CircleGame(uw))
    uw.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
