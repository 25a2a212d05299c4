"""Takes the pictures of the README: the ready-made screens over the two sample games, without a display.

    python examples/pictures/take.py FOLDER

Each engine works in a process of its own, on a sandbox of its own. `--engine pygame` or `--engine panda3d` takes
those of one engine alone.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

from uwclient import UserWise
from uwclient.sandbox import Sandbox
from uwclient.ui.commands import Command

PLAYER = "hero-42"
EXAMPLES = Path(__file__).parents[1]
SIZE = (1280, 720)
FRAME = 1 / 60
SETTLED = 240
"""Frames after which everything on a screen is there, its image too, also on a busy machine."""

PATIENCE = 20.0

CONTENT: dict[str, tuple[str, dict[str, Any]]] = {
    "message": (
        "messages",
        {
            "title": "The market is open",
            "body": "The masons are done, and the castle gate is up at last. Whoever comes today finds the first "
            "caravans, a smith with time on his hands, and a bard who takes requests.",
            "landscape_image_id": "meadow",
        },
    ),
    "offer": (
        "offers",
        {
            "title": "300 gems, today only",
            "body": "A hero's handful, straight from the dragon's own pocket.",
            "items": {"gems": 300, "feathers": 2},
            "payment_data": {"payment_type": "iap", "iap_data": {"cost": 2.99}},
            "landscape_image_id": "dragon",
            "end_at": "+47m",
        },
    ),
    "invite": (
        "surveys",
        {
            "name": "First steps",
            "questions": [
                {"type": "rating", "text": "How do you like it?", "scale": 5},
                {"type": "open_ended", "text": "What would you change?"},
            ],
        },
    ),
}
"""What is on each picture: a kind of content, and its fields."""


class Stage(Protocol):
    """A sample game with live content over it, frame by frame."""

    loop: Any

    def frame(self) -> None:
        """One frame of it."""

    def save(self, path: Path) -> None:
        """Save what is on the screen."""

    def close(self) -> None:
        """The end of the game."""


class PygameStage:
    """Owns Hero Wars as a backdrop, and what pygame draws over it."""

    def __init__(self, uw: UserWise, sandbox: Sandbox) -> None:
        os.environ |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
        import pygame
        from hero_wars.play.intent import Intent
        from hero_wars.screen.painter import Painter
        from hero_wars.stage import Stage

        from uwclient.engines.pygame import attach

        pygame.init()
        self._pygame = pygame
        self._window = pygame.display.set_mode(SIZE)
        painter = Painter()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
            player = UserWise(sandbox.api_key, PLAYER, host=sandbox.url, data_dir=data)
            stage = Stage(player, seed=7)
            player.start()
            until(lambda: player.is_session_initialized, player.pump)
            for number in range(500):
                stage.advance(FRAME, Intent(move=0.4 if number < 250 else -0.2, jump=number % 90 < 30))
            painter.paint(stage)
            player.stop()
        self._backdrop = pygame.transform.smoothscale(painter.canvas, SIZE)
        self.loop = attach(uw)

    def frame(self) -> None:
        """One frame."""
        self._pygame.event.pump()
        self.loop.update()
        self._window.blit(self._backdrop, (0, 0))
        self.loop.draw(self._window)
        time.sleep(FRAME)

    def save(self, path: Path) -> None:
        """Save what is on the screen."""
        self._pygame.image.save(self._window, str(path))

    def close(self) -> None:
        """The end."""
        self.loop.detach()
        self._pygame.quit()


class Panda3dStage:
    """Owns Panda Arena, and what Panda3D draws over it."""

    def __init__(self, uw: UserWise, sandbox: Sandbox) -> None:
        from direct.showbase.ShowBase import ShowBase
        from panda3d.core import PNMImage, loadPrcFileData
        from panda_arena.arena import Arena, Tuning
        from panda_arena.scenery import Scenery

        from uwclient.engines.panda3d import attach

        settings = ("load-display p3tinydisplay", "window-type offscreen", "audio-library-name null")
        loadPrcFileData("", "\n".join([*settings, f"win-size {SIZE[0]} {SIZE[1]}"]))
        self._base, self._picture = ShowBase(), PNMImage
        dice = random.Random(7)
        scenery, arena = Scenery(self._base, dice), Arena(self._base, dice)
        scenery.paint((0.35, 0.55, 0.75), (0.30, 0.52, 0.32))
        self._base.disableMouse()
        self._base.camera.setPos(0, -25, 15)
        self._base.camera.lookAt(0, -0.5, 0)
        for _ in range(600):
            arena.advance(FRAME, arena.nearest(), Tuning(hero_speed=3.0, slimes_per_second=1.2))
        self.loop = attach(uw, self._base)

    def frame(self) -> None:
        """One frame."""
        self._base.taskMgr.step()
        time.sleep(FRAME)

    def save(self, path: Path) -> None:
        """Save what is on the screen."""
        picture = self._picture()
        self._base.win.getScreenshot(picture)
        picture.removeAlpha()
        picture.write(str(path))

    def close(self) -> None:
        """The end."""
        self._base.destroy()


STAGES: dict[str, Callable[[UserWise, Sandbox], Stage]] = {"pygame": PygameStage, "panda3d": Panda3dStage}


def take(engine: str, folder: Path) -> None:
    """Take all pictures of one engine."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(refresh_interval=5))
        for name in ("meadow", "dragon"):
            sandbox.add_media(name, EXAMPLES / "hero_wars" / "media" / f"{name}.png")
        data = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        uw = UserWise(sandbox.api_key, PLAYER, host=sandbox.url, data_dir=data)
        stage: Stage = STAGES[engine](uw, sandbox)
        stack.callback(stage.close)
        until(lambda: uw.is_session_initialized, stage.frame)
        for name, (kind, fields) in CONTENT.items():
            sandbox.publish(kind, id=name, **fields)
            uw.refresh_content()
            until(lambda: stage.loop.ui.is_open, stage.frame)
            settle(stage)
            stage.save(folder / f"{engine}-{name}.png")
            stage.loop.ui.command(Command.BACK)
            until(lambda: not stage.loop.ui.is_open, stage.frame)
        sandbox.publish("events", id="rain", name="Coin rain", start_at="+12m", end_at="+2h")
        uw.refresh_content()
        stage.loop.overlay.toggle()
        settle(stage)
        stage.save(folder / f"{engine}-overlay.png")


def settle(stage: Stage) -> None:
    """Let everything on the screen arrive."""
    for _ in range(SETTLED):
        stage.frame()


def until(condition: Callable[[], object], frame: Callable[[], object]) -> None:
    """Play frame by frame until something is so. Raises TimeoutError when that takes too long."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError("What should be on the picture does not come.")
        frame()


def main() -> int:
    """Take the pictures; the exit code of the engine that failed, or 0."""
    parser = argparse.ArgumentParser(description="Takes the pictures of the README, without a display.")
    parser.add_argument("folder", type=Path, help="where to save them")
    parser.add_argument("--engine", choices=tuple(STAGES), help="those of one engine alone")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.engine is not None:
        sys.path.insert(0, str(EXAMPLES))
        take(given.engine, given.folder)
        return 0
    for engine in STAGES:
        command = [sys.executable, __file__, str(given.folder), "--engine", engine]
        done = subprocess.run(command, check=False)  # noqa: S603 - ourselves
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
