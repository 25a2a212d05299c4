"""A game whose live content is on a screen, without an engine: tests see the scene, and press its buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.conftest import PLAYER
from tests.ui.geometry import PlainRuler, target, texts
from uwclient.sandbox import Sandbox
from uwclient.ui.commands import Command
from uwclient.ui.live import GRACE, PAUSE, LiveUI
from uwclient.ui.scene import Scene

if TYPE_CHECKING:
    from tests.conftest import Game, Play

SIZE = (1280, 720)


class Screen:
    """Owns the UI of one game in virtual time; `size` is that of the window."""

    def __init__(self, play: Play, sandbox: Sandbox, load: bool = True, **options: Any) -> None:
        self.game: Game = play(virtual=True, start=False)
        self.ui = LiveUI(self.game.uw, **options)
        self.player = sandbox.player(PLAYER)
        self.size = SIZE
        self.ruler = PlainRuler()
        self._sandbox = sandbox
        self.game.uw.start()
        if load:
            self.game.until_loaded()

    def draw(self) -> Scene:
        """What is on the screen now."""
        return self.ui.scene(*self.size, self.ruler)

    def written(self) -> list[str]:
        """What is written on the screen now."""
        return texts(self.draw())

    def shows(self, text: str) -> bool:
        """Whether something is written on the screen now."""
        return text in self.written()

    def wait(self, seconds: float = GRACE + PAUSE) -> None:
        """Let time pass, drawing each frame."""
        passed = 0.0
        while passed < seconds:
            self.game.pass_time(0.1)
            self.draw()
            passed += 0.1

    def until_shows(self, text: str) -> None:
        """Let time pass until something is written, and can be answered."""
        for _ in range(100):
            if self.shows(text):
                return self.wait(GRACE)
            self.game.pass_time(0.1)
        raise AssertionError(f"{text!r} is not shown, but {self.written()}; {self.game.describe()}")

    def click(self, name: str) -> bool:
        """Click a target of the card; whether the UI took it."""
        return self.ui.click(*target(self.draw(), name))

    def press(self, command: Command) -> bool:
        """Press a key; whether the UI took it."""
        return self.ui.command(command)

    def refresh(self) -> None:
        """Have the game see what was published."""
        assert self.game.refresh()

    def until_platform(self, condition: Callable[[], object]) -> None:
        """Let time pass until the platform knows something."""
        for _ in range(200):
            if condition():
                return
            self.game.pass_time(0.1)
        raise AssertionError(self.game.describe())
