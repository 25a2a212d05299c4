"""A bot that plays when nobody does: it gathers, fights, reads, shops, and takes part in everything once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .panels.panels import Panels
from .panels.popups import PopupQueue
from .panels.shelf import OfferCard, Price
from .play.boss import HALF_WIDTH, Boss
from .play.coins import REACH_X, REACH_Y, Coin
from .play.field import GROUND_Y, WIDTH
from .play.hero import CHEST
from .play.intent import Intent
from .play.purse import Purse
from .play.slimes import Slime
from .play.wares import Ware, wares
from .play.world import World

SHORTEST_READING = 2.0
CHARACTERS_PER_SECOND = 20.0
BARGAIN_DELAY = 4.0
STEER_DEADZONE = 10.0
JUMP_RANGE = 46.0
SLIME_JUMP_RANGE = (50.0, 105.0)

BOSS_JUMP_RANGE = (70.0, 165.0)
BOSS_SAFE_DISTANCE = 230.0

SHOPS_AFTER = 22.0
LOOKS_FOR = 1.8
SHOPS_FOR = 4.0

PUSH_AFTER = 80.0


@dataclass(slots=True)
class Bot:
    """Decides like a patient player: waits for bargains, and goes to the market when there is something to buy."""

    _age: float = 0.0
    _bargain_seen_for: float = 0.0
    _since_market: float = 0.0
    _has_shopped: bool = False
    _has_received: bool = False

    def decide(self, dt: float, world: World, panels: Panels) -> Intent:
        """The intent for this frame."""
        self._age += dt
        if not self._has_received and self._age > PUSH_AFTER:
            self._has_received = True
            return Intent(push=True)
        if panels.popups.visible is not None:
            return Intent(accept=has_read(panels.popups))
        self._since_market += dt
        if panels.market.is_open:
            return self._shop(dt, world, panels)
        if self._wants_to_shop(world, panels):
            self._since_market, self._has_shopped = 0.0, False
            return Intent(market=True)
        move, jump = fight(world, world.boss) if world.boss else gather(world)
        return Intent(move=move, jump=jump, buy=self._wants_to_buy(dt, panels.shelf.front, world.purse))

    def _shop(self, dt: float, world: World, panels: Panels) -> Intent:
        """Looks around, buys one thing, looks at it, and goes back."""
        if self._since_market > SHOPS_FOR:
            self._since_market = 0.0
            return Intent(market=True)
        if self._since_market < LOOKS_FOR or self._has_shopped:
            return Intent(buy=self._wants_to_buy(dt, panels.shelf.front, world.purse))
        self._has_shopped = True
        return Intent(ware=pick(world))

    def _wants_to_shop(self, world: World, panels: Panels) -> bool:
        has_time = world.boss is None and panels.herald.current is None and not panels.popups.waiting
        return has_time and self._since_market > SHOPS_AFTER and pick(world) is not None

    def _wants_to_buy(self, dt: float, card: OfferCard | None, purse: Purse) -> bool:
        wanted = card is not None and (is_bargain(card) or is_affordable(card.price, purse))
        self._bargain_seen_for = self._bargain_seen_for + dt if wanted else 0.0
        if self._bargain_seen_for <= BARGAIN_DELAY:
            return False
        self._bargain_seen_for = 0.0
        return True


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


def is_affordable(price: Price | None, purse: Purse) -> bool:
    """Whether it costs nothing, or coins and gems that are there; money of the real world is not spent so lightly."""
    return price is None or (price.currency is not None and price.amount <= purse.holds(price.currency))


def pick(world: World) -> int | None:
    """The place of the dearest ware that is not there yet and that there is money for."""

    def is_wanted(ware: Ware) -> bool:
        return world.purse.holds(ware.currency) >= ware.price and not world.powers.has(ware.power)

    counter = wares(world.tuning.prices)
    return max((place for place, ware in enumerate(counter) if is_wanted(ware)), default=None)


def gather(world: World) -> tuple[float, bool]:
    """How to move when there is nothing to fear but slimes."""
    coin = nearest_coin(world)
    return steer(world, coin.x if coin else world.hero.x), must_jump_slime(world) or wants_to_jump_for(coin, world)


def fight(world: World, boss: Boss) -> tuple[float, bool]:
    """Onto the crown of a boss that sits; away from one that hops or that has just been hit."""
    hero = world.hero
    gap = boss.x - hero.x
    if not hero.on_ground and boss.stunned_for == 0.0 and boss.on_ground:
        return steer(world, boss.x), False
    if boss.on_ground and boss.stunned_for == 0.0:
        near, far = BOSS_JUMP_RANGE
        if near < abs(gap) < far:
            return math.copysign(1.0, gap), True
        return math.copysign(1.0, gap if abs(gap) >= far else -gap), must_jump_slime(world)
    if abs(gap) > BOSS_SAFE_DISTANCE:
        return gather(world)
    away = math.copysign(1.0, -gap)
    cornered = (hero.x < HALF_WIDTH and away < 0) or (hero.x > WIDTH - HALF_WIDTH and away > 0)
    return (-away if cornered else away), must_jump_slime(world)


def nearest_coin(world: World) -> Coin | None:
    """The coin that is closest, falling ones counted as farther away."""
    return min(world.coins, key=lambda coin: distance(world, coin), default=None)


def distance(world: World, coin: Coin) -> float:
    """How far a coin is for the bot's purposes."""
    return abs(coin.x - world.hero.x) + max(0.0, coin.rest_y - coin.y)


def steer(world: World, target_x: float) -> float:
    """Towards a place."""
    offset = target_x - world.hero.x
    return 0.0 if abs(offset) < STEER_DEADZONE else math.copysign(1.0, offset)


def wants_to_jump_for(coin: Coin | None, world: World) -> bool:
    """Whether the coin hangs above the hero's head, near enough to be caught by a jump."""
    if coin is None or not coin.rests:
        return False
    too_high = coin.y < GROUND_Y - CHEST - REACH_Y
    return too_high and abs(coin.x - world.hero.x) < max(JUMP_RANGE, REACH_X)


def must_jump_slime(world: World) -> bool:
    """Whether a slime is about to touch the hero."""
    return any(is_threat(slime, world) for slime in world.slimes if slime.alive)


def is_threat(slime: Slime, world: World) -> bool:
    """Whether a slime is at jumping distance and the two come closer."""
    near, far = SLIME_JUMP_RANGE
    gap = slime.x - world.hero.x
    closing = (world.hero.vx - slime.vx) * math.copysign(1.0, gap) > 0
    return closing and near < abs(gap) < far
