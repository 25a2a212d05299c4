"""What live content costs a pygame game of sixty frames a second: 1,000 live records, with cards and the overlay.

Each way of playing runs for 1,000 frames, on a display that is not there; the platform is another process.
What the game's thread takes is told twice: by the clock on the wall, as a player feels it, and by the processor's,
which leaves out what other programs do meanwhile. Medians are judged by the first, the worst frames by the second.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
import pytest
import yaml

from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.frame_loop import FRAME
from uwclient import UserWise
from uwclient.engines.pygame import PygameLoop, attach

FRAMES = 1000
SHARES = (0.5, 0.99, 0.999)
RECORDS_OF_A_KIND = 250
SPRITES = 300
WINDOW = (1280, 720)


class Played(NamedTuple):
    """How long each frame took, and what of that was for live content; in milliseconds."""

    frames: list[float]
    costs: list[float]
    work: list[float]

    def row(self, name: str) -> str:
        """One line of the report."""
        parts = ((self.frames, "6.2f"), (self.costs, "7.3f"), (self.work, "7.3f"))
        told = (" ".join(f"{share(values, part):{form}}" for part in SHARES) for values, form in parts)
        return f"  {name:28} | {' | '.join(told)}"


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


@contextmanager
def platform(folder: Path) -> Iterator[tuple[str, str]]:
    """A platform in another process, with 1,000 live records; its address and API key."""
    scenario: dict[str, Any] = {"survey_refresh_interval_seconds": 5}
    for kind in ("events", "messages", "offers", "remote_configs"):
        scenario[kind] = [{"id": f"{kind}-{number}"} for number in range(RECORDS_OF_A_KIND)]
    for number, offer in enumerate(scenario["offers"]):
        offer.update(title=f"Offer {number}", body="A hero's handful. " * 5, items={"gems": 300}, end_at="+2h")
    for number, message in enumerate(scenario["messages"]):
        message.update(title=f"Message {number}", body="The quick brown fox jumps over the lazy dog. " * 12)
    file = folder / "scenario.yaml"
    file.write_text(yaml.safe_dump(scenario))
    command = [sys.executable, "-m", "uwclient", "sandbox", "--scenario", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"at (\S+)\s+API key: (\S+)", process.stdout.readline())
        assert found is not None
        yield found[1], found[2]
        process.terminate()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[PygameLoop]:
    """A game's loop with 1,000 live records."""
    pygame.display.init()
    pygame.display.set_mode(WINDOW)
    with platform(tmp_path) as (url, api_key):
        uw = UserWise(api_key, "hero-42", host=url, data_dir=tmp_path)
        loop = attach(uw)
        assert loop.ui is not None
        loop.ui.hold("loading")
        modules = (uw.events, uw.messages, uw.offers, uw.remote_configs)
        ends = time.monotonic() + 60
        while sum(len(module.active) for module in modules) < 4 * RECORDS_OF_A_KIND and time.monotonic() < ends:
            loop.update()
            time.sleep(0.002)
        assert sum(len(module.active) for module in modules) == 4 * RECORDS_OF_A_KIND
        yield loop
        loop.detach()
    pygame.quit()


def play(
    loop: PygameLoop | None, each_frame: Callable[[int], object] = lambda number: None, frames: int = FRAMES
) -> Played:
    """Run the game for some frames, with live content or without."""
    screen = pygame.display.get_surface()
    took, costs, work = [], [], []
    begun = time.perf_counter()
    for number in range(frames):
        pause = begun + number * FRAME - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        began = time.perf_counter()
        each_frame(number)
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(number, 5), rel=(1, 0), buttons=(0, 0, 0)))
        events = pygame.event.get()
        entered, busy = time.perf_counter(), time.thread_time()
        if loop is not None:
            for event in events:
                loop.process(event)
            loop.update()
        cost, worked = time.perf_counter() - entered, time.thread_time() - busy
        screen.fill((30, 40, 60))
        for sprite in range(SPRITES):
            pygame.draw.circle(
                screen, (200, 180, sprite % 255), ((sprite * 37 + number) % 1280, sprite * 53 % 720), 14
            )
        entered, busy = time.perf_counter(), time.thread_time()
        if loop is not None:
            loop.draw(screen)
        cost, worked = cost + time.perf_counter() - entered, worked + time.thread_time() - busy
        pygame.display.flip()
        took.append((time.perf_counter() - began) * 1000)
        costs.append(cost * 1000)
        work.append(worked * 1000)
    return Played(took, costs, work)


def test_what_live_content_costs_a_pygame_game(live: PygameLoop, figures: Figures) -> None:
    ui, overlay = live.ui, live.overlay
    assert ui is not None
    assert overlay is not None

    def press(number: int) -> None:
        if number % 100 == 99:
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r"))

    without = play(None)
    idle = play(live)
    ui.release("loading")
    card = play(live)
    assert ui.is_open
    answered = play(live, press)
    assert len(ui.waiting) < 2 * RECORDS_OF_A_KIND - 5, "cards were closed, and others came"
    ui.hold("overlay")
    overlay.toggle()
    opening = play(live, frames=60)
    opened = play(live)

    print("\nms: 50 %, 99 %, 99.9 % of frames |        whole frame   |   for live content    |   on the processor")
    rows = {
        "without live content": without,
        "1,000 records live, no card": idle,
        "a card open all the time": card,
        "a card answered every 1.7 s": answered,
        "the debug overlay opens (1 s)": opening,
        "the debug overlay open": opened,
    }
    for name, played in rows.items():
        print(played.row(name))
        figures.add(Figure("frames", f"pygame, {name}", played.work))
    assert share(idle.costs, 0.5) < 0.1
    assert share(idle.frames, 0.5) - share(without.frames, 0.5) < 0.1
    assert share(idle.work, 0.999) < 1.0
    for played in (card, answered):
        assert share(played.costs, 0.5) < 0.5, "a card is half a megabyte of pixels to copy"
        assert share(played.work, 0.999) < 1.5
    assert share(opened.costs, 0.5) < 2.0
    assert share(opened.work, 0.99) < 2.0
