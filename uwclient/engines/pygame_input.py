"""Passes pygame's events on to the cards and the overlay, and tells which are not for the game."""

from __future__ import annotations

import sys

import pygame
from pygame import Rect
from pygame.event import Event

from uwclient.engines.pygame_event_fields import Area, Place, number, pair, whole
from uwclient.time_sources import RealTime
from uwclient.ui.commands import Command
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay

KEYS: dict[int | None, Command] = {
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
"""The commands that are repeated while a key is held down, if the game has keys repeated."""

NO_REPEAT = (0, 0)
REPEATS_WITHIN = 0.25
"""Seconds that a repeat may come late."""

PAD: dict[int | None, Command] = {
    pygame.CONTROLLER_BUTTON_A: Command.PRESS,
    pygame.CONTROLLER_BUTTON_B: Command.BACK,
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: Command.NEXT,
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: Command.PREVIOUS,
    pygame.CONTROLLER_BUTTON_DPAD_UP: Command.SCROLL_UP,
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: Command.SCROLL_DOWN,
}
STICK: dict[int | None, Command] = {0: Command.PRESS, 1: Command.BACK}
"""Buttons of a joystick that pygame does not know as a controller; most number them so."""

HAT: dict[Place | None, Command] = {
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

MODIFIERS = pygame.KMOD_ALT | pygame.KMOD_CTRL | pygame.KMOD_META | pygame.KMOD_MODE
"""With one of these a key is a command to the game or the system, such as Alt+Return for the whole screen."""

MODIFIER_KEYS = {
    pygame.K_LALT,
    pygame.K_RALT,
    pygame.K_LCTRL,
    pygame.K_RCTRL,
    pygame.K_LMETA,
    pygame.K_RMETA,
    pygame.K_MODE,
}

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
_REMOVED = {pygame.JOYDEVICEREMOVED, pygame.CONTROLLERDEVICEREMOVED}


class Input:
    """Remembers the keys and buttons that were pressed on a card: their releases are not for the game either.

    The other way round, a key that the game has seen pressed is also released for it, card or no card. The overlay
    is over the cards, and takes what is for it first. An event that lacks what it should say means nothing.
    """

    def __init__(self, ui: LiveUI | None, overlay: Overlay | None, overlay_key: int) -> None:
        self._ui = ui
        self._overlay = overlay
        self._overlay_key = overlay_key
        self._pressed: set[tuple[int, int | None, int | None]] = set()
        self._down: dict[int, float] = {}  # the keys that are held, and when each was pressed or repeated last
        self._hears_releases = False  # a game may block or leave out the releases of keys
        self._tilted: set[tuple[int | None, int]] = set()
        self._pointer: Place | None = None
        self._shown_in: tuple[tuple[int, int], Rect] | None = None

    def scale(self, size: tuple[int, int], shown_in: Area | None) -> None:
        """Note that the game shows the surface, of this size, in a rectangle of the window."""
        place = Rect(shown_in or (0, 0, 0, 0))
        self._shown_in = (size, place) if place.width and place.height else None

    def process(self, event: Event, is_seen: bool = True) -> bool:
        """Pass an event on; whether a card or the overlay took it. They take none while `is_seen` is False."""
        kind = event.type
        if kind in _RELEASES:
            return self._release(event)
        if kind not in _INPUT:
            self._notice_loss(event)
            return False
        taken = is_seen and not _is_chord(event) and self._pass_on(event)
        if kind in _PRESSES:
            self._press(event, taken)
        return taken

    def _press(self, event: Event, taken: bool) -> None:
        """Remember for whom a press was, for its release; that of an earlier press may never have come."""
        release, name = _PRESSES[event.type]
        pressed = (release, _device(event), whole(event, name))
        if taken:
            self._pressed.add(pressed)
        else:
            self._pressed.discard(pressed)
        key = whole(event, "key")
        if event.type == pygame.KEYDOWN and key is not None:
            self._down[key] = RealTime.monotonic()

    def _release(self, event: Event) -> bool:
        name = _RELEASES[event.type]
        if event.type == pygame.KEYUP:
            self._hears_releases = True
            self._down.pop(whole(event, "key") or 0, None)
        pressed = (event.type, _device(event), whole(event, name))
        if pressed not in self._pressed:
            return False
        self._pressed.discard(pressed)
        return True

    def _notice_loss(self, event: Event) -> None:
        """Forget what is pressed when another window gets the keys or a device is removed: no release follows."""
        if event.type == pygame.WINDOWFOCUSLOST:
            self._down.clear()
        elif event.type in _REMOVED:
            gone = _device(event)
            self._tilted = {stick for stick in self._tilted if stick[0] != gone}

    def _pass_on(self, event: Event) -> bool:
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            self._pointer = self._place(pair(event, "pos"))
        overlay, ui = self._overlay, self._ui
        is_over = overlay is not None and overlay.visible
        if overlay is not None and self._for_overlay(overlay, event):
            return True
        if ui is None or not (ui.is_open or event.type in _PRESSES):
            return False
        return ui.is_open if is_over else self._for_cards(ui, event)

    def _for_overlay(self, overlay: Overlay, event: Event) -> bool:
        kind, key = event.type, whole(event, "key")
        if kind == pygame.KEYDOWN and key == self._overlay_key:
            if not self._is_repeated(event):
                overlay.toggle()
            return True
        if not overlay.visible:
            return False
        if kind == pygame.KEYDOWN:
            again = self._is_repeated(event) and KEYS.get(key) not in HELD
            return again or overlay.key(_name(key))
        if kind == pygame.MOUSEBUTTONDOWN:
            place = self._clicked(event)
            return True if place is None else overlay.click(*place)
        if kind == pygame.MOUSEWHEEL:
            return overlay.scroll(*self._mouse(), -(number(event, "y") or 0.0) * WHEEL_ROWS)
        return kind == pygame.MOUSEMOTION

    def _for_cards(self, ui: LiveUI, event: Event) -> bool:
        kind = event.type
        if kind == pygame.MOUSEMOTION:
            return ui.point(*self._pointer) if self._pointer is not None else ui.is_open
        if kind == pygame.MOUSEBUTTONDOWN:
            place = self._clicked(event)
            return ui.is_open if place is None else ui.click(*place)
        if kind == pygame.MOUSEWHEEL:
            return ui.scroll(-(number(event, "y") or 0.0) * WHEEL_ROWS)
        if kind in (pygame.JOYAXISMOTION, pygame.CONTROLLERAXISMOTION):
            return self._tilt(ui, event)
        command = self._command(event)
        return ui.is_open if command is None else ui.command(command)

    def _clicked(self, event: Event) -> Place | None:
        """Where the mouse was clicked, or None for another button."""
        return self._pointer if whole(event, "button") == LEFT_BUTTON else None

    def _command(self, event: Event) -> Command | None:
        if event.type == pygame.KEYDOWN:
            key = whole(event, "key")
            backwards = key == pygame.K_TAB and (whole(event, "mod") or 0) & pygame.KMOD_SHIFT
            command = Command.PREVIOUS if backwards else KEYS.get(key)
            return None if self._is_repeated(event) and command not in HELD else command
        if event.type == pygame.CONTROLLERBUTTONDOWN:
            return PAD.get(whole(event, "button"))
        if _knows_controllers():  # each press comes as a controller's, too
            return None
        if event.type == pygame.JOYBUTTONDOWN:
            return STICK.get(whole(event, "button"))
        return HAT.get(pair(event, "value")) if event.type == pygame.JOYHATMOTION else None

    def _is_repeated(self, event: Event) -> bool:
        """Whether a key that is pressed has been held down since before."""
        before = self._down.get(whole(event, "key") or 0)
        repeat = pygame.key.get_repeat() if pygame.display.get_init() else NO_REPEAT
        if before is None or repeat == NO_REPEAT:
            return False
        return self._hears_releases or RealTime.monotonic() - before < max(repeat) / 1000 + REPEATS_WITHIN

    def _tilt(self, ui: LiveUI, event: Event) -> bool:
        """A stick is like four buttons. Its way back is not taken, so that the game knows that it is upright."""
        is_controller = event.type == pygame.CONTROLLERAXISMOTION
        value, axis = number(event, "value"), whole(event, "axis")
        if value is None or axis is None:
            return ui.is_open
        value = value / 32768 if is_controller else value
        stick = (_device(event), axis)
        if abs(value) < TILTED / 2:
            self._tilted.discard(stick)
            return False
        if abs(value) < TILTED or stick in self._tilted or axis not in (0, 1):
            return ui.is_open
        self._tilted.add(stick)
        if not is_controller and _knows_controllers():
            return ui.is_open
        across = (Command.PREVIOUS, Command.NEXT)
        along = (Command.SCROLL_UP, Command.SCROLL_DOWN)
        return ui.command((along if axis else across)[value > 0])

    def _mouse(self) -> Place:
        """The position of the mouse, as the game's events gave it last: the game may scale what is seen."""
        if self._pointer is None and pygame.display.get_init():
            self._pointer = self._place(pygame.mouse.get_pos())
        return self._pointer or (0.0, 0.0)

    def _place(self, place: Place | None) -> Place | None:
        """A place of the window, on the surface that is drawn on."""
        if place is None or self._shown_in is None:
            return place
        (width, height), shown = self._shown_in
        return (place[0] - shown.left) * width / shown.width, (place[1] - shown.top) * height / shown.height


def _device(event: Event) -> int | None:
    """Which gamepad or touch screen an event is of, or None."""
    return next((value for name in ("instance_id", "touch_id") if (value := whole(event, name)) is not None), None)


def _is_chord(event: Event) -> bool:
    """Whether a key is pressed that belongs to the game even when a card is open."""
    if event.type != pygame.KEYDOWN:
        return False
    return bool((whole(event, "mod") or 0) & MODIFIERS) or whole(event, "key") in MODIFIER_KEYS


def _name(key: int | None) -> str:
    """How pygame calls a key, or ""."""
    return pygame.key.name(key) if key is not None and pygame.display.get_init() else ""


def _knows_controllers() -> bool:
    """Whether the game has pygame send the events of controllers beside those of joysticks."""
    controllers = sys.modules.get("pygame._sdl2.controller")
    return controllers is not None and bool(controllers.get_init())
