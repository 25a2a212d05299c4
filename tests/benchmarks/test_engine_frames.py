"""What live content costs games of sixty frames a second: 1,000 live records, with cards and the overlay.

Game and platform have a process each. Of a frame is told the whole, by the clock on the wall, and what was for live
content, by the processor's clock of the game's thread; the collector's passes are told apart. What a graphics card
would draw of Panda3D's scenes is not in that. A game of pygame draws on a display that is not there, and in a window.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.drawn_frames import HEADING, Stretch, game, row, share
from tests.benchmarks.figures import Figure, Figures
from tests.virtual_screen import virtual_screen

FRAMES = 1000
OPENING = 60
STRETCHES = (
    ("without", FRAMES // 3),
    ("idle", FRAMES),
    ("card", OPENING),
    ("card", FRAMES),
    ("answers", FRAMES),
    ("overlay", OPENING),
    ("overlay", FRAMES),
    ("lists", FRAMES),
)
"""What is on the screen, for how many frames; of "overlay" and "card" the first ones are those of its opening."""

SAID = {
    ("idle", FRAMES): "1,000 records live, no card",
    ("card", OPENING): "a card opens (its first second)",
    ("card", FRAMES): "a card open all the time",
    ("answers", FRAMES): "a card answered every 1.7 s",
    ("overlay", OPENING): "the debug overlay opens (its first second)",
    ("overlay", FRAMES): "the debug overlay open",
    ("lists", FRAMES): "the debug overlay, another list every 1.7 s",
}
MOST_MS = {
    ("idle", FRAMES): 0.3,
    ("overlay", OPENING): 4.0,
    ("overlay", FRAMES): 2.0,
    ("card", FRAMES): 1.0,
    ("answers", FRAMES): 2.0,
}
"""Milliseconds of the processor that live content may take in 99.9 % of the frames."""


@pytest.fixture(params=["no display", "a window"])
def display(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of a game that draws on nothing, or in a window that nobody sees."""
    if request.param == "no display":
        yield {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "DISPLAY": ""}
        return
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed.")
    with virtual_screen("1280x720x24") as name:
        yield {"SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy", "DISPLAY": name}


@pytest.mark.parametrize("module", ["pygame_frames", "panda3d_frames"])
def test_what_live_content_costs_a_game(
    module: str, display: dict[str, str], tmp_path: Path, figures: Figures
) -> None:
    pytest.importorskip("panda3d" if module == "panda3d_frames" else "pygame")
    if module == "panda3d_frames" and display["DISPLAY"]:
        pytest.skip("Without a graphics card the whole frame is drawn on the processor, window or not.")
    played: dict[tuple[str, int], Stretch] = {}
    print(f"\n{module}, {display['DISPLAY'] or 'no display'}\n{HEADING}")
    with game(module, tmp_path, display) as process:
        for name, frames in STRETCHES:
            played[name, frames] = process.play(name, frames)
            print(row(f"{name}, {frames} frames", played[name, frames]), flush=True)
            if not display["DISPLAY"] and name != "without":
                told = f"{module.removesuffix('_frames')}, {SAID[name, frames]}"
                figures.add(Figure("frames", told, played[name, frames].work))
    too_long = {
        name: share(played[name, frames].work, 0.999)
        for (name, frames), most in MOST_MS.items()
        if share(played[name, frames].work, 0.999) > most
    }
    assert not too_long
