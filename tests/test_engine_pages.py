"""What the pages of docs/ on pygame and Panda3D show runs as it stands."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame
import pytest

from tests.pages import PATIENCE, blocks, client_arguments, ends_after, run
from uwclient.sandbox import Sandbox
from uwclient.ui.live import GRACE

if TYPE_CHECKING:
    from tests.conftest import MakeClient


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.init()
    yield pygame.display.set_mode((640, 360))
    pygame.quit()


def press_return() -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r"))
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=pygame.K_RETURN, mod=0))


@pytest.mark.parametrize("sells", [True, False], ids=["sold", "not sold"])
def test_an_offer_is_sold_where_its_card_is_answered(
    sandbox: Sandbox, make_client: MakeClient, screen: pygame.Surface, sells: bool
) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    held: list[bool] = []
    scope: dict[str, Any] = {
        "uw": make_client(),
        "store_sells": lambda record: sells,
        "fight_boss": lambda: held.append(scope["live"].ui.held),
    }
    run(blocks("pygame.md")[0], scope)
    live = scope["live"]
    player = sandbox.player("hero-42")
    presses_at = [0.0]

    def answered() -> bool:
        if live.ui.is_open and time.monotonic() > presses_at[0]:
            presses_at[0] = time.monotonic() + 2 * GRACE  # a player who hammers a key answers nothing
            press_return()
        return any("purchase" in one.state for one in player.offer_impressions)

    playing = ends_after(answered)
    while playing():
        for event in pygame.event.get():
            live.process(event)
        live.update()
        live.draw(screen)
    live.detach()
    assert held == [True]
    assert live.overlay is None
    assert [one.state for one in player.offer_impressions] == ["purchased" if sells else "purchase_failed"]


def test_a_game_that_redraws_only_what_has_changed_shows_a_card(
    sandbox: Sandbox, make_client: MakeClient, screen: pygame.Surface
) -> None:
    sandbox.publish("messages", id="hello", title="Hello")
    screen.fill((20, 40, 60))
    scope: dict[str, Any] = {
        "pygame": pygame,
        "uw": make_client(),
        "screen": screen,
        "handle": lambda event: None,
        "draw_what_changed": lambda surface: [],
        "playing": ends_after(lambda: tuple(screen.get_at((320, 180))) != (20, 40, 60, 255)),
    }
    run("from uwclient.engines.pygame import attach\n" + blocks("pygame.md")[1], scope)
    assert sandbox.player("hero-42").message_impressions


def test_a_panda3d_game_looks_away_while_a_card_is_open(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.publish("messages", id="hello", title="Hello")
    settings = "load-display p3tinydisplay\nwindow-type offscreen\naudio-library-name null"
    [block] = blocks("panda3d.md")
    program = f"""
import time
from panda3d.core import loadPrcFileData
loadPrcFileData("", {settings!r})
from direct.showbase.ShowBase import ShowBase
from uwclient import UserWise
from uwclient.engines.panda3d import attach
titles, steered_under_card, steps = [], [], []
def note_message(record):
    titles.append(record.title)
def steer_hero():
    steps.append("step")
    if loop.takes_input:
        steered_under_card.append(True)
uw = UserWise({client_arguments(sandbox, tmp_path)}, player_id="hero-42")
game = ShowBase()
{block}
ends = time.monotonic() + {PATIENCE}
while not loop.takes_input and time.monotonic() < ends:
    game.taskMgr.step()
before = len(steps)
for _ in range(20):
    game.taskMgr.step()
print(titles, loop.takes_input, before > 0, len(steps) - before, steered_under_card)
game.destroy()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "['Hello'] True True 0 []" in done.stdout
