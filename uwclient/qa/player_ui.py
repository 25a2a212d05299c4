"""The ready-made cards of a player, drawn for nobody: a test looks at them and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from uwclient import Record, UserWise
from uwclient.ui.card_layout import CARD
from uwclient.ui.live import LiveUI
from uwclient.ui.scene import Scene

WINDOW = (1280.0, 720.0)
"""The size of the window that the cards are laid out for, in pixels."""

Choice = Literal["accept", "dismiss"]


class BuiltInRuler:
    """Measures text without a font: each letter is half as wide as high, and bold ones a little wider."""

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""
        return len(text) * size * (0.55 if bold else 0.5)

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
        return size * 1.25


class PlayerUI(LiveUI):
    """A LiveUI without a window: the world draws it at each stop, and cards take an answer at once.

    Args:
        uw: the client.
        tell: writes a line into the timeline.
        **options: those of LiveUI; `grace` and `pause` are 0 unless they are given.

    """

    def __init__(self, uw: UserWise, tell: Callable[[str, str, str], None], **options: Any) -> None:
        super().__init__(uw, **{"grace": 0.0, "pause": 0.0, **options})
        self._tell = tell
        self._built_in = BuiltInRuler()
        self._drawn = Scene()

    def draw(self) -> Scene:
        """Lay the scene out, as an engine does in each frame: what is due for the screen comes to it."""
        self._drawn = self.scene(*WINDOW, self._built_in)
        return self._drawn

    @property
    def card(self) -> Record | None:
        """The record whose card is on the screen and takes an answer; None while there is none."""
        self.draw()
        return self._feed.current if self.is_open else None

    def answer(self, choice: Choice = "accept") -> Record:
        """Click a button of the card on the screen.

        Args:
            choice: "accept" or "dismiss".

        Returns:
            The record that was answered.

        Raises:
            LookupError: no card is on the screen, or it has no such button.

        """
        record = self.card
        if record is None:
            waiting = ", ".join(f"{id} ({why})" for id, why in self.held_back()) or "nothing"
            raise LookupError(f"No card is on the screen, so {choice!r} cannot be answered; there waits: {waiting}.")
        targets = {target.name: target.box for target in self._drawn.targets if target.name not in ("", CARD)}
        if choice not in targets:
            raise LookupError(f"The card of {record.id!r} has no button {choice!r}: it has {', '.join(targets)}.")
        box = targets[choice]
        self._tell("ui", choice, record.id)
        self.click(box.left + box.width / 2, box.top + box.height / 2)
        return record
