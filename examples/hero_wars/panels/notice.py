"""The push notification that slides in at the top, as on a phone."""

from __future__ import annotations

from dataclasses import dataclass

SHOW_TIME = 6.0
SLIDE_TIME = 0.35


@dataclass(frozen=True, slots=True)
class Push:
    """A push notification; `image` is the id of its picture."""

    title: str
    body: str
    image: str | None = None


class Notice:
    """Shows the latest push notification for a while."""

    def __init__(self) -> None:
        self._age = 0.0
        self.push: Push | None = None

    @property
    def slide(self) -> float:
        """0 (outside) to 1 (in place), linear."""
        return max(0.0, min(1.0, self._age / SLIDE_TIME, (SHOW_TIME - self._age) / SLIDE_TIME))

    def show(self, push: Push) -> None:
        """Slides a notification in, in the place of an older one."""
        self.push, self._age = push, 0.0

    def step(self, dt: float) -> None:
        """Moves on by `dt` seconds."""
        self._age += dt
        if self._age >= SHOW_TIME:
            self.push = None
