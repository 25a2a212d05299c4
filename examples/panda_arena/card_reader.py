"""Answers the cards for a panda that plays alone."""

from __future__ import annotations

from uwclient.ui.commands import Command
from uwclient.ui.live import LiveUI

READING = 1.5
"""Seconds that it takes a panda to read a card, and to decide."""


class CardReader:
    """Reads each card, and accepts what it offers.

    The card of an offer that costs something has its focus on the harmless button, so that nobody buys by accident.
    To accept it, the focus must be moved first.
    """

    def __init__(self) -> None:
        self._read_for = 0.0
        self._has_moved = False

    def read(self, ui: LiveUI, seconds: float) -> None:
        """Let some seconds pass in front of an open card."""
        self._read_for += seconds
        if self._read_for <= READING:
            return
        self._read_for = 0.0
        if ui.focus == "dismiss" and not self._has_moved:  # a card with one button keeps its focus
            self._has_moved = True
            ui.command(Command.NEXT)
        else:
            self._has_moved = False
            ui.command(Command.PRESS)
