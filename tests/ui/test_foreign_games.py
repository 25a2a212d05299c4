"""In games that pause, clip, scale or draw in their own way a card is seen as designed, or takes no input."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pygame
import pytest
from pygame import Rect, Surface

from tests.conftest import PATIENCE
from tests.ui.window import GROUND, Window, button, key
from uwclient.sandbox import Sandbox
from uwclient.time_sources import RealTime
from uwclient.ui.live import GRACE, PAUSE
from uwclient.ui.scene import Box, Color
from uwclient.ui.theme import Theme

SIZE = (640, 400)
RED = (200, 30, 40)
GREEN = (10, 250, 10)
UNSEEN = "Cards of live content cannot be seen"
Frame = Callable[[], object]


pytestmark = pytest.mark.usefixtures("display")


@pytest.fixture
def make_window(make_window: Any) -> Any:
    """Games in a small window."""
    return partial(make_window, size=SIZE)


@pytest.fixture(autouse=True)
def _message(sandbox: Sandbox) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome back", body="The mountain has missed you. " * 6)


def paint(surface: Surface) -> None:
    """The game's world."""
    surface.fill(GROUND)
    for number in range(12):
        pygame.draw.circle(surface, (200, number * 20, 40), (number * 60, 40 + number * 30), 40)


def frame(window: Window, draw: Frame) -> None:
    """A frame of a game that draws in its own way."""
    for event in pygame.event.get():
        window.loop.process(event)
    window.game.device.moment += 0.02
    window.loop.update()
    draw()


def play_until(window: Window, draw: Frame, condition: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, window.game.describe()
        frame(window, draw)


def open_card(window: Window, draw: Frame) -> None:
    """Play until a card is there, and can be answered."""
    play_until(window, draw, lambda: window.loop.takes_input)
    for _ in range(int((GRACE + PAUSE) / 0.02) + 40):
        frame(window, draw)


def picture(surface: Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


def share_unlike(one: Surface, other: Surface, by: int = 12) -> float:
    """The share of pixels that look different."""
    pairs = zip(picture(one), picture(other), strict=True)
    return sum(abs(a - b) > by for a, b in pairs) / len(picture(one))


def designed(window: Window) -> Surface:
    """What the window looks like in a game that draws everything anew in each frame."""
    wanted = window.surface.copy()
    wanted.set_clip(None)
    paint(wanted)
    window.loop.draw(wanted)
    return wanted


# What is under a card.


@pytest.mark.parametrize("scrim", [0, 120], ids=["shadow", "scrim"])
def test_a_card_over_a_game_that_has_stopped_drawing_looks_as_in_its_first_frame(
    make_window: Any, scrim: int
) -> None:
    window = make_window(ui={"theme": Theme(scrim=Color(0, 0, 0, scrim))})

    def draw() -> None:
        if not window.loop.takes_input:
            paint(window.surface)
        window.loop.draw(window.surface)

    open_card(window, draw)
    first = picture(window.surface)
    for _ in range(50):
        frame(window, draw)
    assert picture(window.surface) == first
    assert share_unlike(window.surface, designed(window)) == 0.0


def test_what_a_game_draws_under_a_card_here_and_there_is_seen_and_the_rest_stays(make_window: Any) -> None:
    window = make_window()
    paint(window.surface)
    moved = Rect(0, 0, 0, 0)

    def draw() -> None:
        if moved:
            window.surface.fill(GREEN, moved)
        window.loop.draw(window.surface)

    open_card(window, draw)
    shadow = window.loop._screens._drawn[0]
    moved = Rect(shadow.left, shadow.centery - 20, 30, 40)
    for _ in range(3):
        frame(window, draw)
    wanted = window.surface.copy()
    paint(wanted)
    wanted.fill(GREEN, moved)
    window.loop.draw(wanted)
    assert share_unlike(window.surface, wanted) == 0.0


def test_what_a_card_has_covered_comes_back_when_it_goes(make_window: Any, sandbox: Sandbox) -> None:
    window = make_window()
    paint(window.surface)
    clean = picture(window.surface)

    def draw() -> None:
        window.loop.draw(window.surface)

    open_card(window, draw)
    assert picture(window.surface) != clean
    window.loop.process(key(pygame.K_RETURN))
    frame(window, draw)
    assert picture(window.surface) == clean


def test_a_card_that_becomes_smaller_over_a_paused_game_leaves_nothing_of_itself(
    make_window: Any, sandbox: Sandbox
) -> None:
    window = make_window()
    paint(window.surface)

    def draw() -> None:
        window.loop.draw(window.surface)

    open_card(window, draw)
    sandbox.change("welcome", body="Short.")
    assert window.game.refresh()
    for _ in range(60):
        frame(window, draw)
    assert share_unlike(window.surface, designed(window)) == 0.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Surface(SIZE, 0, 32),
        lambda: Surface(SIZE, 0, 24),
        lambda: Surface(SIZE, 0, 16),
        lambda: Surface(SIZE, 0, 8),
        lambda: Surface(SIZE, pygame.SRCALPHA),
        lambda: Surface((800, 600)).subsurface((70, 90, *SIZE)),
    ],
    ids=["32 bits", "24 bits", "16 bits", "palette", "alpha", "part of another"],
)
def test_a_card_stays_the_same_on_surfaces_of_every_kind(make_window: Any, make: Callable[[], Surface]) -> None:
    window = make_window()
    target = make()
    paint(target)

    def draw() -> None:
        window.loop.draw(target)

    open_card(window, draw)
    first = picture(target)
    for _ in range(20):
        frame(window, draw)
    assert picture(target) == first
    assert window.loop.takes_input
    wanted = designed(window)
    assert share_unlike(target, wanted, by=90) < 0.03, "colors are as near as that surface has them"


def test_on_a_layer_with_a_color_that_is_left_out_no_shadow_is_mixed_with_that(make_window: Any) -> None:
    window = make_window()
    layer = Surface(SIZE)
    layer.set_colorkey((255, 0, 255))

    def draw() -> None:
        layer.fill((255, 0, 255))
        window.loop.draw(layer)

    open_card(window, draw)
    seen = {tuple(layer.get_at((x, y)))[:3] for x in range(0, SIZE[0], 3) for y in range(0, SIZE[1], 3)}
    pink = {color for color in seen if color[0] > 90 and color[2] > 90 and color[1] < 60}
    assert pink == {(255, 0, 255)}
    assert Theme().card[:3] in seen


# Whether a card is seen.


def test_a_clip_that_the_game_has_left_neither_cuts_the_card_nor_is_lost(make_window: Any) -> None:
    window = make_window()

    def draw() -> None:
        window.surface.set_clip(None)
        paint(window.surface)
        window.surface.set_clip((0, 0, 50, 50))
        window.loop.draw(window.surface)

    open_card(window, draw)
    assert window.surface.get_clip() == Rect(0, 0, 50, 50)
    assert share_unlike(window.surface, designed(window)) == 0.0


def unseen(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of cards that are not seen."""
    return [record.message for record in caplog.records if UNSEEN in record.message]


def assert_takes_nothing(window: Window) -> None:
    assert not window.loop.takes_input
    for event in (key(pygame.K_RETURN), key(pygame.K_ESCAPE), button((320, 200)), key(pygame.K_F10)):
        assert not window.loop.process(event)
    assert window.player.message_impressions == ()


@pytest.mark.parametrize("hindrance", ["lock", "gone", "none"])
def test_on_a_surface_that_cannot_be_drawn_on_a_card_takes_no_input_and_the_log_says_why(
    make_window: Any, caplog: pytest.LogCaptureFixture, hindrance: str
) -> None:
    window = make_window()
    target: Any = Surface(SIZE)
    if hindrance == "lock":
        target.lock()
    elif hindrance == "gone":
        target = pygame.display.set_mode(SIZE)
        pygame.display.quit()
    else:
        target = None
    for _ in range(100):
        frame_without_events(window, target)
    assert_takes_nothing(window)
    assert len(unseen(caplog)) == 1
    pygame.display.init()
    surface = pygame.display.set_mode(SIZE)
    open_card(window, lambda: window.loop.draw(surface))
    assert window.loop.takes_input


def frame_without_events(window: Window, target: Any) -> None:
    window.game.device.moment += 0.02
    window.loop.update()
    window.loop.draw(target)


def test_on_a_palette_without_its_colors_a_card_takes_no_input(
    make_window: Any, caplog: pytest.LogCaptureFixture
) -> None:
    window = make_window()
    target = Surface(SIZE, 0, 8)
    target.set_palette([(40, 40, 40), (60, 60, 60)] * 128)
    for _ in range(100):
        frame_without_events(window, target)
    assert_takes_nothing(window)
    assert len(unseen(caplog)) == 1
    assert "palette" in unseen(caplog)[0]


def test_a_minimised_window_takes_no_input(
    make_window: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    open_card(window, lambda: window.loop.draw(window.surface))
    monkeypatch.setattr(pygame.display, "get_active", lambda: False)
    frame(window, lambda: window.loop.draw(window.surface))
    assert not window.loop.takes_input
    assert not window.loop.process(key(pygame.K_RETURN))
    assert len(unseen(caplog)) == 1


IN_OPENGL = """
import pygame, sys, time, logging
logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
from uwclient import UserWise
from uwclient.engines.pygame import attach
pygame.display.init()
try:
    screen = pygame.display.set_mode((640, 400), pygame.OPENGL)
except pygame.error:
    print("no OpenGL")
    sys.exit()
loop = attach(UserWise(sys.argv[1], "hero", host=sys.argv[2], data_dir=sys.argv[3]))
ends = time.monotonic() + 20
def frame(surface):
    loop.update()
    loop.draw(surface)
    time.sleep(0.002)
    assert time.monotonic() < ends
while not loop.ui.waiting:
    frame(screen)
for _ in range(300):
    frame(screen)
print("takes", loop.takes_input, loop.process(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_F10, mod=0)))
texture = pygame.Surface((640, 400), pygame.SRCALPHA)
while not loop.takes_input:
    frame(texture)
print("texture", texture.get_at((320, 200))[3])
for flags in (0, pygame.SCALED, pygame.OPENGL, pygame.RESIZABLE):
    screen = pygame.display.set_mode((640, 400), flags)
    for _ in range(20):
        frame(screen)
    print("window", bool(screen.get_flags() & pygame.OPENGL), loop.takes_input)
loop.detach()
"""


def test_on_a_window_of_opengl_a_card_is_unseen_unless_it_is_drawn_on_a_texture(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_OPENGL, sandbox.api_key, sandbox.url, str(tmp_path)],
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if "no OpenGL" in done.stdout:
        pytest.skip("SDL has no OpenGL without a screen on this machine.")
    assert [line for line in done.stdout.splitlines() if not line.startswith(("pygame", "Hello"))] == [
        f"{UNSEEN}, and take no input, as long as pygame cannot draw on a window of OpenGL: draw() on a surface that "
        "the game shows as a texture.",
        "takes False False",
        "texture 255",
        "window True True",
        "window True True",
        "window True False",
        "window True True",
    ], "SDL shows most windows by OpenGL, which they say too"


def test_a_game_that_draws_over_the_card_and_calls_draw_no_more_gets_its_input_back(
    make_window: Any, caplog: pytest.LogCaptureFixture
) -> None:
    window = make_window()
    open_card(window, lambda: window.loop.draw(window.surface))
    play_until(window, lambda: paint(window.surface), lambda: not window.loop.takes_input)
    assert not window.loop.process(key(pygame.K_RETURN))
    assert len(unseen(caplog)) == 1
    assert "no longer calls draw()" in unseen(caplog)[0]
    frame(window, lambda: window.loop.draw(window.surface))
    assert window.loop.takes_input


def test_a_card_goes_with_its_window(make_window: Any, caplog: pytest.LogCaptureFixture) -> None:
    window = make_window()
    window.until_drawn()
    pygame.display.quit()
    assert not window.loop.process(key(pygame.K_SPACE))
    assert not window.loop.takes_input
    assert unseen(caplog) == [
        "Cards of live content cannot be seen, and take no input, as long as the window is closed."
    ]
    window.surface = pygame.display.set_mode(SIZE)
    window.until(lambda: window.loop.takes_input)


@pytest.mark.parametrize("dirty", [False, True], ids=["", "dirty rectangles"])
def test_a_game_that_draws_only_when_something_happens_has_its_cards_answered(
    make_window: Any, monkeypatch: pytest.MonkeyPatch, dirty: bool
) -> None:
    window = make_window(dirty_rects=dirty)
    paint(window.surface)
    open_card(window, lambda: window.loop.draw(window.surface))
    now = RealTime.monotonic()
    monkeypatch.setattr(RealTime, "monotonic", lambda: now + 3600)
    assert window.loop.takes_input, "it is still on the surface"
    window.loop.update()
    assert window.loop.takes_input
    assert window.loop.process(key(pygame.K_RETURN))
    assert not window.ui.is_open


def test_a_card_that_is_not_drawn_yet_takes_no_input(make_window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    window = make_window()
    fonts = window.loop._screens._fonts
    with monkeypatch.context() as patch:
        patch.setattr(type(fonts), "is_searching", True)
        play_until(
            window, lambda: window.loop.draw(window.surface), lambda: window.ui._view and window.ui._view.is_shown
        )
        for _ in range(100):
            frame(window, lambda: window.loop.draw(window.surface))
        assert not window.loop.takes_input
        assert not window.loop.process(key(pygame.K_RETURN))
    play_until(window, lambda: window.loop.draw(window.surface), lambda: window.loop.takes_input)
    window.loop.process(key(pygame.K_RETURN))
    assert window.loop.takes_input, "its grace begins when it is seen"


# Where the mouse is.


@pytest.mark.parametrize("shown_in", [Rect(160, 100, 960, 600), (160, 100, 960, 600)], ids=["Rect", "tuple"])
def test_a_surface_that_is_scaled_to_the_window_takes_clicks_where_they_are_seen(
    make_window: Any, shown_in: Any
) -> None:
    window = make_window(size=(1280, 800))
    canvas = Surface(SIZE)

    def draw() -> None:
        paint(canvas)
        window.loop.draw(canvas, shown_in)
        window.surface.blit(pygame.transform.scale(canvas, (960, 600)), (160, 100))

    open_card(window, draw)
    x, y = window.place("dismiss")
    assert window.loop.process(button((x, y)))
    assert window.ui.is_open, "that is elsewhere in the window"
    for _ in range(30):
        frame(window, draw)
    assert window.loop.process(button((160 + x * 3 // 2, 100 + y * 3 // 2)))
    assert not window.ui.is_open


def test_a_game_in_asyncio_shows_and_answers_cards(make_window: Any) -> None:
    window = make_window()

    async def game() -> None:
        ends = time.monotonic() + PATIENCE
        while not window.loop.takes_input:
            frame(window, lambda: window.loop.draw(window.surface))
            await asyncio.sleep(0)
            assert time.monotonic() < ends
        open_card(window, lambda: window.loop.draw(window.surface))
        pygame.event.post(key(pygame.K_RETURN))
        frame(window, lambda: window.loop.draw(window.surface))

    asyncio.run(game())
    assert not window.loop.takes_input


def test_an_engine_of_ones_own_sees_the_same_card(make_window: Any) -> None:
    window = make_window()
    open_card(window, lambda: window.loop.draw(window.surface))
    ruler = window.loop._screens._fonts.ruler
    scene = window.ui.scene(*SIZE, ruler)
    box: Box = scene.targets[0].box
    assert window.pixel(round(box.left) + 6, round(box.top + box.height / 2)) == Theme().card[:3]
    assert window.ui.point(1, 1)
    assert window.ui.scene(50, 50, ruler).shapes == ()
    assert not window.ui.click(1, 1), "in a window that is too small for it"


def test_a_paused_game_pays_for_an_open_card_about_as_much_as_one_that_plays(make_window: Any) -> None:
    window = make_window()
    window.until_drawn()

    def cost() -> float:
        begun = time.perf_counter()
        window.loop.draw(window.surface)
        return time.perf_counter() - begun

    def played() -> float:
        paint(window.surface)
        return cost()

    playing = median(played() for _ in range(100))
    paused = median(cost() for _ in range(100))
    assert paused < 10 * playing, "the card is not prepared anew for each frame"
