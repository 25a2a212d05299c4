"""Everything that is shown over the game; it moves on in step."""

from __future__ import annotations

from .herald import Herald
from .market import Market
from .notice import Notice
from .popups import PopupQueue
from .shelf import Shelf
from .toasts import Toasts


class Panels:
    """The panels of one play-through."""

    def __init__(self) -> None:
        self.popups = PopupQueue()
        self.shelf = Shelf()
        self.market = Market()
        self.toasts = Toasts()
        self.notice = Notice()
        self.herald = Herald()

    @property
    def pause_play(self) -> bool:
        """Play rests while a pop-up is open, and while the hero is in the market."""
        return self.popups.visible is not None or self.market.is_open

    def make_room(self, for_fight: bool) -> None:
        """Keeps pop-ups out of a boss fight, and away from big letters; in a fight, offers are small."""
        self.shelf.is_small = for_fight
        letters = "big letters" if self.herald.current is not None else ""
        self.popups.held_for = "a boss fight" if for_fight else letters

    def step(self, dt: float) -> None:
        """Moves everything `dt` seconds on; behind a pop-up only the lines of the moment do not stand still."""
        self.popups.step(dt)
        self.toasts.step(dt)
        self.notice.step(dt)
        if self.popups.visible is None:
            self.market.step(dt)
            self.shelf.step(dt)
            self.herald.step(dt)
