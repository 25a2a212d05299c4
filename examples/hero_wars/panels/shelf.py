"""The offers on display: which card is in front, what it costs, and whether it has just changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

SLIDE_TIME = 0.4
FLASH_TIME = 1.6


@dataclass(frozen=True, slots=True)
class Price:
    """What an offer costs: money of the store when `currency` is None, else an amount of that currency."""

    amount: float
    currency: str | None = None

    def __str__(self) -> str:
        if self.currency is None:
            return f"${self.amount:,.2f}"
        return f"{self.amount:,.10g} {self.currency}"


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer as the player sees it. `end_at` is None when it does not end; `price` None means free.

    `image` is the id of its picture, None when it has none; `product` what the store calls it, None when it is not
    for real money.
    """

    key: str
    title: str
    body: str
    items: tuple[tuple[str, int], ...]
    price: Price | None
    end_at: datetime | None
    image: str | None = None
    product: str | None = None
    old_price: Price | None = None
    note: str = ""

    @property
    def price_text(self) -> str:
        """The price as printed on the button."""
        return "Free" if self.price is None else str(self.price)


class Shelf:
    """Cards in order of arrival; the oldest is in front. `on_front(key)` is called when another one has come there.

    While it `is_small`, cards are shown without their pictures.
    """

    def __init__(self) -> None:
        self.is_small = False
        self.on_front: Callable[[str], object] = lambda key: None
        self._cards: dict[str, OfferCard] = {}
        self._shown: str | None = None
        self._age = 0.0
        self._flash = 0.0

    @property
    def front(self) -> OfferCard | None:
        """The card on display."""
        return next(iter(self._cards.values()), None)

    @property
    def waiting(self) -> int:
        """How many more cards stand behind the front one."""
        return max(0, len(self._cards) - 1)

    @property
    def age(self) -> float:
        """Seconds that the front card has been on display."""
        return self._age

    @property
    def slide(self) -> float:
        """0 (outside) to 1 (in place), linear."""
        return min(1.0, self._age / SLIDE_TIME)

    @property
    def flash(self) -> float:
        """1 right after a change, falling to 0."""
        return self._flash / FLASH_TIME

    def put(self, card: OfferCard) -> None:
        """Adds a card at the back, or replaces the one with the same key where it stands."""
        self._cards[card.key] = card

    def update(self, card: OfferCard) -> None:
        """Replaces a card that is on the shelf, notes what changed and flashes; ignores other cards."""
        before = self._cards.get(card.key)
        if before is None:
            return
        self._cards[card.key] = marked_as_changed(card, before)
        if card.key == self._shown:
            self._flash = FLASH_TIME

    def remove(self, key: str) -> bool:
        """Takes a card away. Returns whether it was there."""
        return self._cards.pop(key, None) is not None

    def step(self, dt: float) -> None:
        """Ages the front card by `dt` seconds, from zero when another one has come to the front."""
        front = self.front
        key = front.key if front else None
        if key != self._shown:
            self._shown, self._age, self._flash = key, 0.0, 0.0
            if key is not None:
                self.on_front(key)
            return
        self._age += dt
        self._flash = max(0.0, self._flash - dt)


def marked_as_changed(card: OfferCard, before: OfferCard) -> OfferCard:
    """The new card with a note; when the price moved it also carries the old one."""
    price_moved = card.price != before.price
    return replace(
        card,
        old_price=before.price if price_moved else before.old_price,
        note="price changed" if price_moved else "updated",
    )
