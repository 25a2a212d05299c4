"""The run of the game: the main loop, and the client in it.

`attach` is all the glue there is: it starts the client, pumps it once a frame, and has F10 open the debug overlay.
The pop-ups are this game's own (`ui=False`); a game that wants ready-made ones leaves that out.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pygame

from uwclient import UserWise
from uwclient.engines.pygame import attach
from uwclient.ui.overlay import Overlay

from .album import OVERLAY, Album
from .bot import Bot
from .journal import Journal
from .live.push import PushLibrary
from .live.shop import Shop
from .play.intent import Intent
from .screen.controls import Mode, Target, gather, intent_of
from .screen.painter import Painter
from .screen.sounds import Sounds
from .screen.window import Window, open_window
from .stage import Stage
from .survey_bot import BotView

FRAMES_PER_SECOND = 60
LONGEST_STEP = 1 / 20
HEADLESS_SECONDS = 90.0
OVERLAY_FRAMES = 30
PLAYERS = ("hero-42", "hero-43")
"""The debug overlay goes from one to the other: the second is in no segment, and so sees less."""

PUSH = {"title": "King Slime is snoring", "body": "Tonight is the feast of the fallen crown.", "image_id": "feast"}
"""The push notification that the key P brings."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run the game.

    `headless` plays by itself without a window; `seconds` ends the run (None: never, headless after 90);
    `screenshots` is a folder for pictures of telling moments; `seed` decides where coins and slimes are;
    `push_library` gives the payloads of push notifications, as FCM or APNs would; `shop` sells for real money.
    """

    headless: bool = False
    seconds: float | None = None
    screenshots: Path | None = None
    seed: int = 7
    push_library: PushLibrary | None = None
    shop: Shop | None = None


def run(options: Options, uw: UserWise) -> int:
    """Plays until the player leaves or the time is up. Stops the client whatever happens.

    Returns the exit code for a command line: 0, 1 when no window can be opened, 130 after Ctrl+C.
    """
    if options.headless:
        os.environ["SDL_VIDEODRIVER"] = "dummy"
    try:
        window = open_window()
        if window is None:
            return 1
        Game(options, uw, window).loop()
    except KeyboardInterrupt:
        return 130
    finally:
        uw.stop()
        if options.shop is not None:
            options.shop.close()
        pygame.quit()
    return 0


class Game:
    """Owns one run: the window, the stage to show in it, and who plays."""

    def __init__(self, options: Options, uw: UserWise, window: Window) -> None:
        self._options = options
        self._window = window
        self._painter = Painter()
        self._journal = Journal()
        self._journal.follow(uw)
        self._album = Album(options.screenshots) if options.screenshots else None
        if self._album:
            self._album.follow(uw)
        self._stage = Stage(uw, options.seed, self._journal.told, options.push_library, options.shop)
        self._bot = Bot() if options.headless else None
        self._sounds = None if options.headless else Sounds()
        if options.headless:
            uw.surveys.view = BotView()
        overlay = Overlay(uw, players=PLAYERS, held_back=self._stage.panels.popups.held_back)
        self._live = attach(uw, ui=False, overlay=overlay)  # last: now that all listen, it starts the client

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
        self._live.update()
        intent = self._intent(dt)
        self._stage.advance(dt, intent)
        if self._sounds is not None:
            self._sounds.muted ^= intent.mute
            self._sounds.play(self._stage.happenings)
        pictures = self._album.due(dt, self._stage) if self._album else []
        if pictures or self._bot is None:
            self._show()
        for name in pictures:
            self._save(name)
        return intent.quit

    def _intent(self, dt: float) -> Intent:
        events = [event for event in pygame.event.get() if not self._live.process(event)]
        presses = gather(events, self._hit)
        if presses.closed:
            return Intent(quit=True)
        if self._bot is not None:
            return self._bot.decide(dt, self._stage.world, self._stage.panels)
        if self._live.takes_input:
            return Intent()
        held = pygame.key.get_pressed()
        return intent_of(presses, lambda key: bool(held[key]), self._mode)

    @property
    def _mode(self) -> Mode:
        if self._stage.panels.popups.visible is not None:
            return Mode.POPUP
        return Mode.MARKET if self._stage.panels.market.is_open else Mode.PLAY

    def _hit(self, spot: tuple[int, int]) -> Target | None:
        return self._painter.target_at(self._stage, self._window.to_logical(spot))

    def _show(self) -> None:
        self._painter.paint(self._stage)
        self._window.put(self._painter.canvas)
        self._live.draw(self._window.surface)
        pygame.display.flip()

    def _save(self, name: str) -> None:
        if self._album is None:
            return
        self._painter.finish()
        self._show()
        if name == OVERLAY:
            self._toggle_overlay()
        self._album.save(name, self._window.surface)
        if name == OVERLAY:
            self._toggle_overlay()

    def _toggle_overlay(self) -> None:
        """As F10 does. The lists of the overlay come one after another, within a few frames."""
        if self._live.overlay is not None:
            self._live.overlay.toggle()
        for _ in range(OVERLAY_FRAMES):
            self._show()

    def _close(self) -> None:
        if self._album:
            self._show()
            self._save("end")
        world = self._stage.world
        score = f"score {world.score}  level {world.levels.level}"
        self._journal.note("game over", f"{score}  coins {world.purse.coins}  gems {world.purse.gems}")
        self._live.detach()
