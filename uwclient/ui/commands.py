"""What a player can do on a card without a mouse."""

from __future__ import annotations

from enum import Enum


class Command(Enum):
    """What a key or a gamepad button means to a card."""

    NEXT = "next"
    PREVIOUS = "previous"
    PRESS = "press"
    BACK = "back"
    SCROLL_UP = "scroll up"
    SCROLL_DOWN = "scroll down"
