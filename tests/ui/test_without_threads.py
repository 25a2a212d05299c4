"""Cards in an engine that can be given no further thread: they are seen and answered all the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pygame
import pytest

from tests.refusing import NoThreads
from uwclient import UserWise, threads
from uwclient.engines.pygame import PygameLoop, attach
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import MakeClient

HELPERS = ("uwclient-pictures", "uwclient-fonts")
PICTURE = Path(__file__).parents[2] / "examples" / "hero_wars" / "media" / "kit.png"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> NoThreads:
    monkeypatch.setattr(threads, "TRY_AGAIN_AFTER", 0.05)
    monkeypatch.setattr("uwclient.engines.system_fonts.TRY_AGAIN_AFTER", 0.05)
    return NoThreads(monkeypatch, lambda name: name in HELPERS)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.init()
    yield pygame.display.set_mode((800, 600))
    pygame.quit()


def frame(loop: PygameLoop, screen: pygame.Surface) -> bytes:
    """Play a frame; what is seen in it."""
    loop.update()
    screen.fill((20, 40, 60))
    loop.draw(screen)
    time.sleep(0.001)
    return pygame.image.tobytes(screen, "RGB")


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"


def test_a_card_is_seen_before_it_takes_input_and_its_picture_comes_once_there_is_a_thread(
    sandbox: Sandbox,
    make_client: MakeClient,
    machine: NoThreads,
    screen: pygame.Surface,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sandbox.add_media("kit", PICTURE.read_bytes(), content_type="image/png")
    sandbox.publish("messages", id="hello", title="Hello \u2603 \u0e01", landscape_image_id="kit")
    uw: UserWise = make_client()
    loop = attach(uw)
    bare = frame(loop, screen)
    seen: list[bytes] = [bare]

    def is_drawn() -> bool:
        seen.append(frame(loop, screen))
        return seen[-1] != bare

    until(lambda: is_drawn() and loop.takes_input)
    until(lambda: is_drawn() and set(machine.refused) == set(HELPERS))
    for _ in range(20):
        assert is_drawn(), "it stays"
    without_picture = seen[-1]

    machine.refuses = False
    until(lambda: is_drawn() and seen[-1] != without_picture)
    loop.detach()
    said = [one.getMessage() for one in caplog.records if "could not be started" in one.getMessage()]
    assert sorted(line.split()[2] for line in said) == sorted(HELPERS), "each says so once"


def test_a_game_that_gets_no_thread_at_all_can_be_left(
    sandbox: Sandbox, make_client: MakeClient, machine: NoThreads, screen: pygame.Surface
) -> None:
    sandbox.add_media("kit", PICTURE.read_bytes(), content_type="image/png")
    sandbox.publish("messages", id="hello", title="Hello", landscape_image_id="kit")
    loop = attach(make_client())
    until(lambda: [frame(loop, screen), "uwclient-pictures" in machine.refused][1])
    loop.detach()
    assert loop.draw(screen) == []
