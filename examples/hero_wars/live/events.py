"""The events that are on, and the rules that they change while they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from uwclient import DataError, GameEvent, UserWise

from ..panels.toasts import Toasts
from ..play.world import World
from .shapes import CoinRain, DoubleCoins, Titled

DOUBLE_COINS = "double_coins"
COIN_RAIN = "coin_rain"

Shape = TypeVar("Shape", bound=Titled)


@dataclass(frozen=True, slots=True)
class Banner:
    """An event as shown at the top; `remaining` seconds and `share` of its time are None without end."""

    title: str
    remaining: float | None
    share: float | None


class LiveEvents:
    """Follows the events. The rules that belong to an external id are in `_apply`."""

    def __init__(self, uw: UserWise, world: World, toasts: Toasts) -> None:
        self._uw = uw
        self._world = world
        self._toasts = toasts
        self._on: dict[str, GameEvent] = {}
        uw.events.on_active.connect(self._began)
        uw.events.on_updated.connect(self._changed)
        uw.events.on_inactive.connect(self._ended)

    def banner(self) -> Banner | None:
        """The event that ends first, if one is on."""
        event = min(self._on.values(), key=lambda event: event.ends, default=None)
        return banner_of(event, self._uw.now()) if event else None

    def next_event(self) -> Banner | None:
        """The event that starts next; its `remaining` is the time until then."""
        event = min(self._uw.events.upcoming, key=lambda event: event.starts, default=None)
        if event is None or event.start_at is None:
            return None
        return Banner(event_title(event), seconds_between(self._uw.now(), event.start_at), None)

    def _began(self, _sender: object, record: GameEvent) -> None:
        self._on[record.id] = record
        self._toasts.say(f"{event_title(record)} has begun!")
        self._apply()

    def _changed(self, _sender: object, record: GameEvent, previous: GameEvent) -> None:
        self._on[record.id] = record
        self._apply()

    def _ended(self, _sender: object, record: GameEvent) -> None:
        if self._on.pop(record.id, None) is not None:
            self._toasts.say(f"{event_title(record)} is over")
        self._apply()

    def _apply(self) -> None:
        self._world.multiplier = self._data(DOUBLE_COINS, DoubleCoins()).multiplier
        self._world.coin_rate = self._data(COIN_RAIN, CoinRain()).rate

    def _data(self, external_id: str, default: Shape) -> Shape:
        """The data of the event of that id, or the default: none is on, or its data makes no sense."""
        for event in self._on.values():
            if event.external_id == external_id:
                try:
                    return event.data_as(type(default))
                except DataError as error:
                    self._toasts.say(f"{external_id}: {error}")
        return default


def event_title(event: GameEvent) -> str:
    """The event's title for players, which this game keeps in the event's own data; else its name."""
    try:
        return event.data_as(Titled).title or event.name
    except DataError:
        return event.name


def banner_of(event: GameEvent, now: datetime) -> Banner:
    """The banner of a running event."""
    if event.end_at is None:
        return Banner(event_title(event), None, None)
    remaining = seconds_between(now, event.end_at)
    length = seconds_between(event.start_at, event.end_at) if event.start_at else 0.0
    return Banner(event_title(event), remaining, min(1.0, remaining / length) if length else None)


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Seconds from one moment to the other, never below 0."""
    return max(0.0, (later - earlier).total_seconds())
