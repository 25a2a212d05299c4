"""The input of one frame, from the keyboard, the mouse or the bot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intent:
    """What the player wants in this frame.

    `move` runs from -1 (left) to 1 (right); `jump` is true for as long as the key is held; `ware` is the place of the
    ware to buy on the market's counter, None for none. Everything else is wanted once.
    """

    move: float = 0.0
    jump: bool = False
    accept: bool = False
    dismiss: bool = False
    buy: bool = False
    market: bool = False
    ware: int | None = None
    push: bool = False
    mute: bool = False
    quit: bool = False
