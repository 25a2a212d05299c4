"""Owns the run of the game: window, main loop, start and stop of the client."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pygame
from pygame import Surface

from uwclient import UserWise

from .album import Album
from .bot import Bot
from .journal import Journal
from .live.push import PushLibrary
from .play.intent import Intent
from .screen.controls import Mode, Target, gather, intent_of
from .screen.painter import SIZE, Painter
from .screen.palette import INK
from .screen.viewport import Viewport
from .stage import Stage
from .survey_bot import BotView

FRAMES_PER_SECOND = 60
LONGEST_STEP = 1 / 20
HEADLESS_SECONDS = 90.0
TITLE = "Hero Wars"
PUSH = {"title": "King Slime is snoring", "body": "Tonight is the feast of the fallen crown.", "image_id": "feast"}
"""The notification that comes when nobody has written another one."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run the game.

    `headless` plays by itself without a window; `seconds` ends the run (None: never, headless after 90);
    `screenshots` is a folder for pictures of telling moments; `seed` decides where coins and slimes are;
    `push_library` gives the payloads of push notifications, and stands for FCM or APNs.
    """

    headless: bool = False
    seconds: float | None = None
    screenshots: Path | None = None
    seed: int = 7
    push_library: PushLibrary | None = None


def run(options: Options, uw: UserWise) -> int:
    """Plays until the player leaves or the time is up. Starts the client, and stops it whatever happens.

    Returns the exit code for a command line: 0, 1 when no window can be opened, 130 after Ctrl+C.
    """
    if options.headless:
        os.environ["SDL_VIDEODRIVER"] = "dummy"
    try:
        window = open_window()
        if window is None:
            return 1
        game = Game(options, uw, window)
        uw.start()
        game.loop()
    except KeyboardInterrupt:
        return 130
    finally:
        uw.stop()
        pygame.quit()
    return 0


def open_window() -> Surface | None:
    """The game's window, or None, after telling why, when there is no screen to open it on."""
    try:
        pygame.display.init()
        pygame.font.init()
        window = pygame.display.set_mode(SIZE, pygame.RESIZABLE)
    except pygame.error as error:
        print(f"The game cannot open a window ({error}). Without a screen, run it headless.", file=sys.stderr)
        return None
    pygame.display.set_caption(TITLE)
    return window


class Game:
    """Owns one run: the window, the stage to show in it, and who plays."""

    def __init__(self, options: Options, uw: UserWise, window: Surface) -> None:
        self._options = options
        self._uw = uw
        self._window = window
        self._painter = Painter()
        self._journal = Journal()
        self._journal.follow(uw)
        self._stage = Stage(uw, options.seed, self._journal.told, options.push_library)
        self._bot = Bot() if options.headless else None
        if self._bot is not None:
            uw.surveys.view = BotView()
        self._album = Album(options.screenshots) if options.screenshots else None
        if self._album:
            self._album.follow(uw)

    def loop(self) -> None:
        """Runs frame after frame until the player or the time says stop."""
        clock = pygame.time.Clock()
        ends_at = time.monotonic() + self._seconds
        leaving = False
        while not leaving and time.monotonic() < ends_at:
            dt = min(LONGEST_STEP, clock.tick(FRAMES_PER_SECOND) / 1000)
            leaving = self._frame(dt)
        self._close()

    @property
    def _seconds(self) -> float:
        if self._options.seconds is not None:
            return self._options.seconds
        return HEADLESS_SECONDS if self._options.headless else float("inf")

    def _frame(self, dt: float) -> bool:
        self._uw.pump()
        intent = self._intent(dt)
        self._stage.advance(dt, intent)
        names = self._album.due(dt, self._stage) if self._album else []
        if names or self._bot is None:
            self._show()
        self._save(names)
        return intent.quit

    def _intent(self, dt: float) -> Intent:
        presses = gather(pygame.event.get(), self._hit)
        if self._bot is None:
            held = pygame.key.get_pressed()
            return intent_of(presses, lambda key: bool(held[key]), self._mode)
        if presses.closed:
            return Intent(quit=True)
        return self._bot.decide(dt, self._stage.world, self._stage.panels)

    @property
    def _mode(self) -> Mode:
        if self._stage.panels.popups.visible is not None:
            return Mode.POPUP
        return Mode.MARKET if self._stage.panels.market.is_open else Mode.PLAY

    def _hit(self, spot: tuple[int, int]) -> Target | None:
        return self._painter.target_at(self._stage, Viewport(self._window.get_size()).to_logical(spot))

    def _show(self) -> None:
        self._painter.paint(self._stage)
        self._window = pygame.display.get_surface() or self._window
        box = Viewport(self._window.get_size()).box
        self._window.fill(INK)
        if box.size == SIZE:
            self._window.blit(self._painter.canvas, box)
        else:
            self._window.blit(pygame.transform.smoothscale(self._painter.canvas, box.size), box)
        pygame.display.flip()

    def _save(self, names: list[str]) -> None:
        for name in names:
            if self._album:
                self._album.save(name, self._window)

    def _close(self) -> None:
        if self._album:
            self._show()
            self._save(["end"])
        world = self._stage.world
        score = f"score {world.score}  level {world.levels.level}"
        self._journal.note("game over", f"{score}  coins {world.purse.coins}  gems {world.purse.gems}")
