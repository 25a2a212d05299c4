"""The queue of pop-ups: one at a time, in order of arrival, and what happens to each in the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

OPEN_TIME = 0.28
CLOSE_TIME = 0.16


class Look(Enum):
    """What a pop-up is about; it decides the badge at its top."""

    MESSAGE = "message"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Popup:
    """One pop-up. `key` is what it is withdrawn by; `image` is the id of its picture, None when it has none.

    `on_show()` is called when it opens, `on_answer(accepted)` with the player's answer.
    """

    key: str
    look: Look
    title: str
    body: str
    accept_label: str
    dismiss_label: str | None
    on_answer: Callable[[bool], object]
    image: str | None = None
    on_show: Callable[[], object] = lambda: None


class PopupQueue:
    """Shows one pop-up after another. `step` it every frame, also while the game is paused.

    `held_for` says what it is held back for, such as a boss fight: until that is "" again, none opens.
    """

    def __init__(self) -> None:
        self.held_for = ""
        self._waiting: deque[Popup] = deque()
        self._current: Popup | None = None
        self._leaving: Popup | None = None
        self._age = 0.0

    @property
    def current(self) -> Popup | None:
        """The pop-up that can be answered now."""
        return self._current

    @property
    def visible(self) -> Popup | None:
        """The pop-up to draw: the current one, or the one that is closing."""
        return self._current or self._leaving

    @property
    def age(self) -> float:
        """Seconds since the current pop-up opened, or since the closing one began to close."""
        return self._age

    @property
    def openness(self) -> float:
        """0 (not there) to 1 (fully open), linear; drawing eases it."""
        if self._current is not None:
            return min(1.0, self._age / OPEN_TIME)
        if self._leaving is not None:
            return max(0.0, 1.0 - self._age / CLOSE_TIME)
        return 0.0

    @property
    def waiting(self) -> int:
        """How many pop-ups have not been opened yet."""
        return len(self._waiting)

    def held_back(self) -> list[tuple[str, str]]:
        """What the player cannot see yet, by its key, and why: for the debug overlay."""
        return [(popup.key, self.held_for or "another pop-up") for popup in self._waiting]

    def push(self, popup: Popup, first: bool = False) -> None:
        """Adds a pop-up at the end, or as the `first`; refreshes the one with the same key where it stands."""
        if self._current is not None and self._current.key == popup.key:
            self._current = popup
        elif any(waiting.key == popup.key for waiting in self._waiting):
            self._waiting = deque(popup if waiting.key == popup.key else waiting for waiting in self._waiting)
        elif first:
            self._waiting.appendleft(popup)
        else:
            self._waiting.append(popup)

    def holds(self, key: str) -> bool:
        """Whether a pop-up with this key is shown or waits."""
        on_screen = self._current is not None and self._current.key == key
        return on_screen or any(popup.key == key for popup in self._waiting)

    def withdraw(self, key: str) -> bool:
        """Takes a pop-up away without an answer. Returns whether it was on screen."""
        self._waiting = deque(popup for popup in self._waiting if popup.key != key)
        if self._current is None or self._current.key != key:
            return False
        self._close()
        return True

    def answer(self, accepted: bool) -> None:
        """Closes the current pop-up with the player's answer.

        Does nothing while it still opens: a key that was meant for the game must not close a pop-up unread.
        """
        popup = self._current
        if popup is None or self._age < OPEN_TIME:
            return
        self._close()
        popup.on_answer(accepted)

    def step(self, dt: float) -> None:
        """Opens, closes and follows up, `dt` seconds on."""
        self._age += dt
        if self._leaving is not None and self._age >= CLOSE_TIME:
            self._leaving = None
        if self.visible is None and self._waiting and not self.held_for:
            self._current = self._waiting.popleft()
            self._age = 0.0
            self._current.on_show()

    def _close(self) -> None:
        self._leaving, self._current, self._age = self._current, None, 0.0
