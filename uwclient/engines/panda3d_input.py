"""Passes keys, mouse and gamepads on to an open card in Panda3D, and keeps them from the game."""

from __future__ import annotations

from typing import Any, Protocol

from direct.showbase.DirectObject import DirectObject
from direct.showbase.MessengerGlobal import messenger
from panda3d.core import (
    ButtonThrower,
    GamepadButton,
    InputDevice,
    KeyboardButton,
    ModifierButtons,
    MouseWatcherRegion,
)

KEY = "uwclient-key"
KEY_AGAIN = "uwclient-key-again"
ON_TOP = 2**31 - 1
"""The sort of the region that keeps the mouse from what is under an open screen; DirectGui counts its own up."""

MODIFIERS = {f"{side}{name}" for side in ("", "l", "r") for name in ("alt", "control", "meta")}
"""With one of these a key is a command to the game or the system, such as Alt+Enter for the whole screen."""

WHEEL_LINES = 3.0
STICK_MOVED = 0.6
"""How far a stick counts as moved; it counts as back in the middle at half of that."""

BUTTONS = {
    GamepadButton.face_a(): "enter",
    GamepadButton.face_b(): "escape",
    GamepadButton.dpad_left(): "arrow_left",
    GamepadButton.dpad_right(): "arrow_right",
    GamepadButton.dpad_up(): "arrow_up",
    GamepadButton.dpad_down(): "arrow_down",
    GamepadButton.lshoulder(): "page_up",
    GamepadButton.rshoulder(): "page_down",
}
"""The keys that the buttons of a gamepad stand for."""

STICKS = (
    (InputDevice.Axis.left_x, "arrow_left", "arrow_right"),
    (InputDevice.Axis.left_y, "arrow_down", "arrow_up"),
    (InputDevice.Axis.right_y, "page_down", "page_up"),
)
"""The keys that a stick stands for, moved to its lower and to its upper end."""


class InputReceiver(Protocol):
    """Receives the player's input; positions are in pixels from the upper left corner of the window."""

    def is_open(self) -> bool:
        """Whether a card or the overlay is open and takes input."""

    def key(self, name: str, again: bool) -> None:
        """Pass on a key by Panda3D's name for it, or `again` while it is held down."""

    def point(self, x: float, y: float) -> None:
        """Pass on a movement of the mouse."""

    def click(self, x: float, y: float) -> None:
        """Pass on a click."""

    def wheel(self, x: float, y: float, lines: float) -> None:
        """Pass on a turn of the wheel, down by so many lines."""


class Input:
    """Owns a button thrower, which gets every key whatever the game does, and a mouse region.

    While a screen is open, a mouse region over the whole window keeps presses of mouse and keys from the game's
    `messenger` events and from its DirectGui, as an open dialog of DirectGui would; releases still reach it, and keys
    with Alt, Control or Meta, which mean nothing to a screen.
    What the game polls (`isButtonDown`, gamepads) cannot be kept from it.
    """

    def __init__(self, base: Any, receiver: InputReceiver) -> None:
        self._base = base
        self._receiver = receiver
        self._watcher: Any = None
        self._thrower: Any = None
        self._region = MouseWatcherRegion("uwclient", -1.0, 1.0, -1.0, 1.0)
        self._region.setSort(ON_TOP)
        self._region.setKeyboard(True)
        self._region.setSuppressFlags(MouseWatcherRegion.SFMouseButton | MouseWatcherRegion.SFOtherButton)
        self._shields = False
        self._place: tuple[float, float] | None = None
        self._gamepads: dict[Any, set[str]] = {}
        self._listener = DirectObject()
        self._listener.accept(KEY, self._pressed, [False])
        self._listener.accept(KEY_AGAIN, self._pressed, [True])

    def update(self) -> None:
        """Follow the window, and pass on where mouse and sticks are; once a frame."""
        if self._base.mouseWatcherNode is not self._watcher:
            self._leave()
            self._enter()
        is_open = self._receiver.is_open()
        if is_open is not self._shields:
            self._shield(is_open)
        if is_open:
            self._look_at_mouse()
            self._look_at_gamepads()

    def close(self) -> None:
        """Listen no more."""
        self._listener.ignoreAll()
        self._leave()

    def _enter(self) -> None:
        self._watcher = self._base.mouseWatcherNode
        if self._watcher is None:
            return
        thrower = ButtonThrower("uwclient")
        thrower.setSpecificFlag(False)
        thrower.setButtonDownEvent(KEY)
        thrower.setButtonRepeatEvent(KEY_AGAIN)
        modifiers = ModifierButtons()
        for button in (KeyboardButton.shift(), KeyboardButton.control(), KeyboardButton.alt(), KeyboardButton.meta()):
            modifiers.addButton(button)
        thrower.setModifierButtons(modifiers)
        # Beside the mouse watcher rather than under it, where nothing is suppressed.
        self._thrower = self._base.mouseWatcher.getParent().attachNewNode(thrower)

    def _leave(self) -> None:
        self._shield(False)
        if self._thrower is not None:
            self._thrower.removeNode()
        self._thrower = self._watcher = self._place = None
        self._gamepads.clear()

    def _shield(self, on: bool) -> None:
        """Keep input from the game, or let it have it again."""
        if self._watcher is not None and on:
            self._watcher.addRegion(self._region)
        elif self._watcher is not None and self._shields:
            self._watcher.removeRegion(self._region)
        self._shields = on
        self._place = None
        self._gamepads.clear()

    def _pressed(self, again: bool, name: str) -> None:
        if name in ("mouse1", "wheel_up", "wheel_down"):
            place = self._mouse()
            if place is None or again:
                return
            if name == "mouse1":
                self._receiver.click(*place)
            else:
                self._receiver.wheel(*place, WHEEL_LINES if name == "wheel_down" else -WHEEL_LINES)
        elif not MODIFIERS.isdisjoint(name.split("-")):
            if self._shields:  # it is the game's, from which the region keeps it
                messenger.send(f"{name}-repeat" if again else name)
        else:
            self._receiver.key(name, again)

    def _mouse(self) -> tuple[float, float] | None:
        """The position of the mouse in pixels; None outside of the window."""
        watcher, window = self._watcher, self._base.win
        if watcher is None or window is None or not watcher.hasMouse():
            return None
        return (
            (watcher.getMouseX() + 1) / 2 * window.getXSize(),
            (1 - watcher.getMouseY()) / 2 * window.getYSize(),
        )

    def _look_at_mouse(self) -> None:
        place = self._mouse()
        if place is not None and place != self._place:
            if self._place is not None:  # a mouse that lies still does not choose
                self._receiver.point(*place)
            self._place = place

    def _look_at_gamepads(self) -> None:
        """Pass on what was pressed since the last frame; what is held down is not passed on again."""
        before, self._gamepads = self._gamepads, {}
        for gamepad in self._base.devices.getDevices(InputDevice.DeviceClass.gamepad):
            gamepad.poll()
            held = self._gamepads[gamepad] = _held(gamepad, before.get(gamepad, set()))
            for name in sorted(held - before.get(gamepad, held)):
                self._receiver.key(name, False)


def _held(gamepad: Any, before: set[str]) -> set[str]:
    """The keys that a gamepad's buttons and sticks stand for now."""
    held = {name for button, name in BUTTONS.items() if gamepad.findButton(button).pressed}
    for axis, low, high in STICKS:
        value = gamepad.findAxis(axis).value
        for name, moved in ((low, -value), (high, value)):
            if moved > (STICK_MOVED / 2 if name in before else STICK_MOVED):
                held.add(name)
    return held
