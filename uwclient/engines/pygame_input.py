"""Owns what the player's devices mean to the screens, in pygame's events."""

from __future__ import annotations

import sys

import pygame
from pygame.event import Event

from uwclient.ui.commands import Command
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay

KEYS = {
    pygame.K_TAB: Command.NEXT,
    pygame.K_RIGHT: Command.NEXT,
    pygame.K_LEFT: Command.PREVIOUS,
    pygame.K_RETURN: Command.PRESS,
    pygame.K_KP_ENTER: Command.PRESS,
    pygame.K_SPACE: Command.PRESS,
    pygame.K_ESCAPE: Command.BACK,
    pygame.K_AC_BACK: Command.BACK,
    pygame.K_UP: Command.SCROLL_UP,
    pygame.K_PAGEUP: Command.SCROLL_UP,
    pygame.K_DOWN: Command.SCROLL_DOWN,
    pygame.K_PAGEDOWN: Command.SCROLL_DOWN,
}
HELD = (Command.SCROLL_UP, Command.SCROLL_DOWN)
"""The commands that a key which is held down goes on giving, when the game has keys repeated."""

NO_REPEAT = (0, 0)

PAD = {
    pygame.CONTROLLER_BUTTON_A: Command.PRESS,
    pygame.CONTROLLER_BUTTON_B: Command.BACK,
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: Command.NEXT,
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: Command.PREVIOUS,
    pygame.CONTROLLER_BUTTON_DPAD_UP: Command.SCROLL_UP,
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: Command.SCROLL_DOWN,
}
STICK = {0: Command.PRESS, 1: Command.BACK}
"""Buttons of a joystick that pygame does not know as a controller; most number them so."""

HAT = {
    (1, 0): Command.NEXT,
    (-1, 0): Command.PREVIOUS,
    (0, 1): Command.SCROLL_UP,
    (0, -1): Command.SCROLL_DOWN,
}
LEFT_BUTTON = 1
WHEEL_ROWS = 2
"""Lines that one notch of the wheel moves a text by."""

TILTED = 0.6
"""How far a stick must be tilted to mean something; it must come back halfway before it means something again."""

_PRESSES = {
    pygame.KEYDOWN: (pygame.KEYUP, "key"),
    pygame.MOUSEBUTTONDOWN: (pygame.MOUSEBUTTONUP, "button"),
    pygame.JOYBUTTONDOWN: (pygame.JOYBUTTONUP, "button"),
    pygame.CONTROLLERBUTTONDOWN: (pygame.CONTROLLERBUTTONUP, "button"),
    pygame.FINGERDOWN: (pygame.FINGERUP, "finger_id"),
}
_RELEASES = dict(_PRESSES.values())
_OTHERS = {
    pygame.MOUSEMOTION,
    pygame.MOUSEWHEEL,
    pygame.FINGERMOTION,
    pygame.TEXTINPUT,
    pygame.TEXTEDITING,
    pygame.JOYHATMOTION,
    pygame.JOYAXISMOTION,
    pygame.CONTROLLERAXISMOTION,
}
_INPUT = {*_PRESSES, *_RELEASES, *_OTHERS}


class Input:
    """Owns which keys and buttons were pressed on a card, so that their releases are not the game's either.

    The other way round, a key that the game has seen pressed is also released for it, card or no card. The overlay
    is over the cards, and takes what is for it first.
    """

    def __init__(self, ui: LiveUI | None, overlay: Overlay | None, overlay_key: int) -> None:
        self._ui = ui
        self._overlay = overlay
        self._overlay_key = overlay_key
        self._pressed: set[tuple[int, object]] = set()
        self._down: set[int] = set()  # the keys that are held
        self._tilted: set[tuple[object, int]] = set()

    def process(self, event: Event) -> bool:
        """Pass an event on; whether the screens took it, so that it is not for the game."""
        kind = event.type
        if kind not in _INPUT:
            return False
        if kind in _RELEASES:
            if kind == pygame.KEYUP:
                self._down.discard(event.key)
            return self._release(kind, getattr(event, _RELEASES[kind]))
        overlay, ui = self._overlay, self._ui
        over = overlay is not None and overlay.visible
        taken = overlay is not None and self._for_overlay(overlay, event)
        if not taken and ui is not None and (ui.is_open or kind in _PRESSES):
            taken = ui.is_open if over else self._for_cards(ui, event)
        if kind == pygame.KEYDOWN:
            self._down.add(event.key)
        if taken and kind in _PRESSES:
            release, name = _PRESSES[kind]
            self._pressed.add((release, getattr(event, name)))
        return taken

    def _release(self, kind: int, what: object) -> bool:
        if (kind, what) not in self._pressed:
            return False
        self._pressed.discard((kind, what))
        return True

    def _for_overlay(self, overlay: Overlay, event: Event) -> bool:
        kind = event.type
        if kind == pygame.KEYDOWN and event.key == self._overlay_key:
            if not self._is_repeated(event):
                overlay.toggle()
            return True
        if not overlay.visible:
            return False
        if kind == pygame.KEYDOWN:
            again = self._is_repeated(event) and KEYS.get(event.key) not in HELD
            return again or overlay.key(pygame.key.name(event.key))
        if kind == pygame.MOUSEBUTTONDOWN:
            return overlay.click(*event.pos) if event.button == LEFT_BUTTON else True
        if kind == pygame.MOUSEWHEEL:
            return overlay.scroll(*pygame.mouse.get_pos(), -event.y * WHEEL_ROWS)
        return kind == pygame.MOUSEMOTION

    def _for_cards(self, ui: LiveUI, event: Event) -> bool:
        kind = event.type
        if kind == pygame.MOUSEMOTION:
            return ui.point(*event.pos)
        if kind == pygame.MOUSEBUTTONDOWN:
            return ui.click(*event.pos) if event.button == LEFT_BUTTON else ui.is_open
        if kind == pygame.MOUSEWHEEL:
            return ui.scroll(-event.y * WHEEL_ROWS)
        if kind in (pygame.JOYAXISMOTION, pygame.CONTROLLERAXISMOTION):
            return self._tilt(ui, event)
        command = self._command(event)
        return ui.is_open if command is None else ui.command(command)

    def _command(self, event: Event) -> Command | None:
        if event.type == pygame.KEYDOWN:
            backwards = event.key == pygame.K_TAB and getattr(event, "mod", 0) & pygame.KMOD_SHIFT
            command = Command.PREVIOUS if backwards else KEYS.get(event.key)
            return None if self._is_repeated(event) and command not in HELD else command
        if event.type == pygame.CONTROLLERBUTTONDOWN:
            return PAD.get(event.button)
        if _knows_controllers():  # each press comes as a controller's, too
            return None
        if event.type == pygame.JOYBUTTONDOWN:
            return STICK.get(event.button)
        return HAT.get(tuple(event.value)) if event.type == pygame.JOYHATMOTION else None

    def _is_repeated(self, event: Event) -> bool:
        """Whether a key that is pressed has been held down since before."""
        return event.key in self._down and pygame.key.get_repeat() != NO_REPEAT

    def _tilt(self, ui: LiveUI, event: Event) -> bool:
        """A stick is like four buttons. Its way back is not taken, so that the game knows that it is upright."""
        is_controller = event.type == pygame.CONTROLLERAXISMOTION
        value = event.value / 32768 if is_controller else event.value
        stick = (event.instance_id, event.axis)
        if abs(value) < TILTED / 2:
            self._tilted.discard(stick)
            return False
        if abs(value) < TILTED or stick in self._tilted or event.axis not in (0, 1):
            return ui.is_open
        self._tilted.add(stick)
        if not is_controller and _knows_controllers():
            return ui.is_open
        across = (Command.PREVIOUS, Command.NEXT)
        along = (Command.SCROLL_UP, Command.SCROLL_DOWN)
        return ui.command((along if event.axis else across)[value > 0])


def _knows_controllers() -> bool:
    """Whether the game has pygame send the events of controllers beside those of joysticks."""
    controllers = sys.modules.get("pygame._sdl2.controller")
    return controllers is not None and bool(controllers.get_init())
