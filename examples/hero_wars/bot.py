"""Owns the player for when nobody is there: collects coins, minds slimes, reads pop-ups, buys bargains."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .intent import Intent
from .popups import PopupQueue
from .shelf import OfferCard, Shelf
from .world import COIN_REACH_X, COIN_REACH_Y, GROUND_Y, Coin, Slime, World

SHORTEST_READING = 2.0
CHARACTERS_PER_SECOND = 20.0
BARGAIN_DELAY = 4.0
STEER_DEADZONE = 10.0
JUMP_RANGE = 46.0
CHEST = 30.0
SLIME_JUMP_RANGE = (50.0, 105.0)


@dataclass(slots=True)
class Bot:
    """Decides like a patient player: buys an offer only after its price has dropped."""

    _bargain_seen_for: float = 0.0

    def decide(self, dt: float, world: World, popups: PopupQueue, shelf: Shelf) -> Intent:
        """The intent for this frame."""
        if popups.visible is not None:
            return Intent(accept=has_read(popups))
        coin = nearest_coin(world)
        return Intent(
            move=steer(world, coin),
            jump=must_jump_slime(world) or wants_to_jump_for(coin, world),
            buy=self._wants_to_buy(dt, shelf.front),
        )

    def _wants_to_buy(self, dt: float, card: OfferCard | None) -> bool:
        self._bargain_seen_for = self._bargain_seen_for + dt if card and is_bargain(card) else 0.0
        return self._bargain_seen_for > BARGAIN_DELAY


def has_read(popups: PopupQueue) -> bool:
    """Whether the pop-up has been open for long enough to be read."""
    popup = popups.current
    return popup is not None and popups.age >= reading_time(popup.title + popup.body)


def reading_time(text: str) -> float:
    """Seconds that a text takes to read."""
    return max(SHORTEST_READING, len(text) / CHARACTERS_PER_SECOND)


def is_bargain(card: OfferCard) -> bool:
    """Whether the card costs less than before."""
    return card.price is not None and card.old_price is not None and card.price.amount < card.old_price.amount


def nearest_coin(world: World) -> Coin | None:
    """The coin that is closest, falling ones counted as farther away."""
    return min(world.coins, key=lambda coin: distance(world, coin), default=None)


def distance(world: World, coin: Coin) -> float:
    """How far a coin is for the bot's purposes."""
    return abs(coin.x - world.hero.x) + max(0.0, coin.rest_y - coin.y)


def steer(world: World, coin: Coin | None) -> float:
    """Towards the coin, or back to the middle."""
    target = coin.x if coin else world.hero.x
    offset = target - world.hero.x
    return 0.0 if abs(offset) < STEER_DEADZONE else math.copysign(1.0, offset)


def wants_to_jump_for(coin: Coin | None, world: World) -> bool:
    """Whether the coin hangs above the hero's head, near enough to be caught by a jump."""
    if coin is None or coin.y < coin.rest_y:
        return False
    too_high = coin.y < GROUND_Y - CHEST - COIN_REACH_Y
    return too_high and abs(coin.x - world.hero.x) < max(JUMP_RANGE, COIN_REACH_X)


def must_jump_slime(world: World) -> bool:
    """Whether a slime is about to touch the hero."""
    return any(is_threat(slime, world) for slime in world.slimes if slime.alive)


def is_threat(slime: Slime, world: World) -> bool:
    """Whether a slime is at jumping distance and the two come closer."""
    near, far = SLIME_JUMP_RANGE
    gap = slime.x - world.hero.x
    closing = (world.hero.vx - slime.vx) * math.copysign(1.0, gap) > 0
    return closing and near < abs(gap) < far
