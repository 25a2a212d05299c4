"""What a refresh of 5 MB costs whole games of sixty frames a second: the sample game, and one with ready-made cards.

All content changes, of every kind (4 MB), and there are new messages and offers with pictures (1 MB), which are
fetched and shown. Quiet stretches and such with a refresh alternate; in quiet ones as many pop-ups are shown, without
pictures, and a client in another process, where the platform is, loads the same. A frame's time is told twice: by the
clock on the wall, from when the frame was due to its end, as a player feels it; and by the processor's for the game's
thread, which leaves out what other programs do meanwhile, and waits for the interpreter's lock too.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
import pytest

from tests.benchmarks.frame_loop import FRAME
from tests.benchmarks.game_platform import OF_A_KIND, PICTURES, game_platform
from uwclient import UserWise
from uwclient.engines.pygame import attach
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from hero_wars.bot import Bot
from hero_wars.journal import Journal
from hero_wars.panels.popups import Look, Popup
from hero_wars.panels.shelf import OfferCard
from hero_wars.play.intent import Intent
from hero_wars.screen.painter import Painter
from hero_wars.screen.window import open_window
from hero_wars.stage import Stage
from hero_wars.survey_bot import BotView

RUNS = 5
FRAMES = 420
ALL = sum(OF_A_KIND.values())
NEW = 2 * len(PICTURES)
LIMIT_MS = 2.0
SPRITES = 300
PICTURE = "landscape_image_id"
READING = 0.5
"""Seconds that the player looks at a pop-up or a card."""


class Frames(NamedTuple):
    """How long the frames of a stretch took, in milliseconds: on the wall, and on the processor."""

    wall: list[float]
    work: list[float]

    def told(self) -> str:
        """Median, 95th and 99th percentile, and worst."""
        return " | ".join(
            " ".join(
                f"{part:6.2f}" for part in (share(times, 0.5), share(times, 0.95), share(times, 0.99), max(times))
            )
            for times in self
        )


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


class HeroWars:
    """Owns the sample game as its `game.py` runs it. Its bot plays, and reads faster here."""

    def __init__(self, uw: UserWise) -> None:
        window = open_window()
        assert window is not None
        self._window = window
        self._painter = Painter()
        self._stage = Stage(uw, 7, Journal().told)
        self._bot = Bot()
        uw.surveys.view = BotView()
        overlay = Overlay(uw, held_back=self._stage.panels.popups.held_back)
        self.live = attach(uw, ui=False, overlay=overlay)
        self.seen: set[str] = set()

    def frame(self) -> None:
        """Play one frame."""
        self.live.update()
        for event in pygame.event.get():
            self.live.process(event)
        self._stage.world.boss = None  # or a stretch with a fight would be compared to one without
        self._stage.advance(FRAME, self._intent())
        self._painter.paint(self._stage)
        self._window.put(self._painter.canvas)
        self.live.draw(self._window.surface)
        pygame.display.flip()

    def open_pop_ups(self, run: int) -> None:
        """Have as many pop-ups and cards shown as come with a refresh."""
        panels = self._stage.panels
        for number in range(len(PICTURES)):
            key, title, body = f"quiet-{run}-{number}", f"Quiet {run}", "The lazy dog sleeps under the fox. " * 4
            panels.popups.push(Popup(key, Look.MESSAGE, title, body, "OK", None, lambda accepted: None))
            panels.shelf.put(OfferCard(key, title, body, (), None, None))

    def clear(self) -> None:
        """Put away what has come at the start."""
        panels = self._stage.panels
        while panels.popups.current is not None or panels.popups.waiting:
            panels.step(1.0)
            panels.popups.answer(accepted=False)
        self._clear_shelf()

    def _clear_shelf(self) -> None:
        shelf = self._stage.panels.shelf
        while shelf.front is not None:
            shelf.remove(shelf.front.key)

    def _intent(self) -> Intent:
        panels = self._stage.panels
        popup, card = panels.popups.current, panels.shelf.front
        if popup is not None:
            return Intent(accept=panels.popups.age > READING and self._is_there(popup.image))
        if card is not None and panels.shelf.age > READING and self._is_there(card.image):
            panels.shelf.remove(card.key)
        return self._bot.decide(FRAME, self._stage.world, panels)

    def _is_there(self, image: str | None) -> bool:
        if image is None:
            return True
        if self._stage.live.pictures.get(image):
            self.seen.add(image)
        return image in self.seen


class PlainGame:
    """Owns a game of circles with the ready-made cards, one after the other; those with pictures come first."""

    def __init__(self, uw: UserWise) -> None:
        self._screen = pygame.display.set_mode((1280, 720))
        uw.media.prefetch_images(size=self._screen.get_size())
        self.live = attach(
            uw, ui=LiveUI(uw, priority=lambda record: float(getattr(record, PICTURE, None) is not None))
        )
        self.seen: set[str] = set()
        self._number = 0

    def frame(self) -> None:
        """Play one frame."""
        self._number += 1
        if self._number % round(READING / FRAME) == 0:
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r"))
        for event in pygame.event.get():
            self.live.process(event)
        self.live.update()
        self._screen.fill((30, 40, 60))
        for sprite in range(SPRITES):
            spot = ((sprite * 37 + self._number) % 1280, sprite * 53 % 720)
            pygame.draw.circle(self._screen, (200, 180, sprite % 255), spot, 14)
        self.live.draw(self._screen)
        self._note_pictures()
        pygame.display.flip()

    def open_pop_ups(self, run: int) -> None:
        """A card is open all the time."""

    def _note_pictures(self) -> None:
        assert self.live._screens is not None
        pictures = self.live._screens._pictures
        assert pictures is not None
        self.seen.update(pictures._kept)

    def clear(self) -> None:
        """There are cards enough for all stretches."""


def play(game: HeroWars | PlainGame) -> Frames:
    """Play a stretch."""
    wall, work = [], []
    due = time.perf_counter()
    for _ in range(FRAMES):
        pause = due - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        busy = time.thread_time()
        game.frame()
        ended = time.perf_counter()
        work.append((time.thread_time() - busy) * 1000)
        wall.append((ended - due) * 1000)
        due = max(due + FRAME, ended)
    return Frames(wall, work)


@pytest.mark.parametrize("make", [HeroWars, PlainGame])
def test_a_refresh_with_pictures_hardly_shows_in_the_worst_frame_of_a_game(
    make: type[HeroWars | PlainGame], tmp_path: Path
) -> None:
    rows: list[tuple[Frames, Frames]] = []
    with game_platform() as platform:
        uw = UserWise(platform.api_key, "hero-42", host=platform.url, data_dir=tmp_path)
        updated: list[str] = []
        refreshed: list[bool] = []
        for module in (uw.events, uw.messages, uw.offers, uw.remote_configs, uw.surveys):
            module.on_updated.connect(lambda _, record, previous: updated.append(record.id), weak=False)
        game = make(uw)
        try:
            load(uw, game)
            for run in range(-1, RUNS):  # the first one warms up
                platform.begin("change")
                platform.finish()
                game.open_pop_ups(run)
                platform.begin("visit")
                quiet = play(game)
                platform.finish()
                updated.clear()
                refreshed.clear()
                seen = len(game.seen)
                uw.refresh_content(refreshed.append)
                busy = play(game)
                assert len(game.seen) == seen + NEW, "every picture was on the screen"
                assert refreshed == [True]
                assert len(updated) == ALL
                if run >= 0:
                    rows.append((quiet, busy))
        finally:
            game.live.detach()
            uw.stop()
            pygame.quit()
    report(make.__name__, rows)
    assert difference(rows, 0) <= LIMIT_MS


def load(uw: UserWise, game: HeroWars | PlainGame) -> None:
    """Pump until all content is live and the survey invites have come."""
    modules = (uw.events, uw.messages, uw.offers, uw.remote_configs, uw.surveys)
    deadline = time.monotonic() + 60
    while sum(len(module.active) for module in modules) < ALL and time.monotonic() < deadline:
        game.live.update()
        time.sleep(0.005)
    assert sum(len(module.active) for module in modules) == ALL
    settled = time.monotonic() + 2
    while time.monotonic() < settled:
        game.live.update()
        time.sleep(0.005)
    game.clear()


def difference(rows: list[tuple[Frames, Frames]], clock: int) -> float:
    """The median of what the worst frame took more with a refresh than without."""
    return statistics.median(max(busy[clock]) - max(quiet[clock]) for quiet, busy in rows)


def report(name: str, rows: list[tuple[Frames, Frames]]) -> None:
    """Print a stretch a line."""
    print(f"\n{name}: ms of a frame: 50 %, 95 %, 99 %, worst | of the game's thread on the processor, likewise")
    for quiet, busy in rows:
        print(f"  quiet     {quiet.told()}\n  a refresh {busy.told()}")
    walls, works = difference(rows, 0), difference(rows, 1)
    print(f"  more in the worst frame, median: {walls:.2f} ms, of the processor {works:.2f} ms")
