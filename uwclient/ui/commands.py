"""Owns the list of what a player can do on a screen without a mouse."""

from __future__ import annotations

from enum import Enum


class Command(Enum):
    """What a key or a gamepad button means to a screen."""

    NEXT = "next"
    PREVIOUS = "previous"
    PRESS = "press"
    BACK = "back"
    SCROLL_UP = "scroll up"
    SCROLL_DOWN = "scroll down"
