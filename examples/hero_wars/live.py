"""Owns the bridge from live content to the game: what each signal of the client means here.

This is the file to copy into a game of your own. It holds the three habits that make live content easy:

* connect to a module's signals for moments (`on_active`, `on_updated`, `on_inactive`);
* read remote configs where they are used, every frame, each with a default that the game can live with;
* treat what arrives as content, not as code: a text where a number belongs must not stop the game.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient import GameEvent, Message, Offer, PlayerEvent, RemoteConfig, Survey, UserWise

from .palette import Theme, parse_hex, to_hex
from .popups import Look, Popup, PopupQueue
from .shelf import COINS, OfferCard, Price, Shelf
from .toasts import Toasts
from .world import Tuning, World

DOUBLE_COINS = "double_coins"
COIN_RAIN = "coin_rain"

MAX_MULTIPLIER = 100
MAX_RATE = 60.0
MAX_HERO_SPEED = 1000.0


@dataclass(frozen=True, slots=True)
class Banner:
    """An event as shown at the top; `remaining` seconds and `share` of its time are None without end."""

    title: str
    remaining: float | None
    share: float | None


class LiveContent:
    """Listens to a UserWise client and turns its signals into changes of the game."""

    def __init__(self, uw: UserWise, world: World, popups: PopupQueue, shelf: Shelf, toasts: Toasts) -> None:
        self._uw = uw
        self._world = world
        self._popups = popups
        self._shelf = shelf
        self._toasts = toasts
        self._events: dict[str, GameEvent] = {}
        self._was_offline = False

    def connect(self) -> None:
        """Connects every signal that this game cares about. Call it before `uw.start()`."""
        uw = self._uw
        uw.on_session_initialized.connect(self._session_began)
        uw.on_session_initialization_failed.connect(self._session_failed)
        uw.events.on_active.connect(self._event_began)
        uw.events.on_updated.connect(self._event_changed)
        uw.events.on_inactive.connect(self._event_ended)
        uw.messages.on_active.connect(self._message_arrived)
        uw.messages.on_updated.connect(self._message_changed)
        uw.messages.on_inactive.connect(self._message_withdrawn)
        uw.offers.on_active.connect(self._offer_arrived)
        uw.offers.on_updated.connect(self._offer_changed)
        uw.offers.on_inactive.connect(self._offer_ended)
        uw.remote_configs.on_updated.connect(self._config_changed)
        uw.surveys.on_active.connect(self._survey_arrived)
        uw.surveys.on_inactive.connect(self._survey_withdrawn)

    # Read every frame

    def tuning(self) -> Tuning:
        """The designer's numbers as they are now."""
        coins = self._number("balance.spawn.coins_per_second", 1.5, MAX_RATE)
        return Tuning(
            hero_speed=self._number("balance.hero.speed", 240.0, MAX_HERO_SPEED),
            coins_per_second=min(MAX_RATE, coins * self._event_number(COIN_RAIN, "rate", 1.0)),
            slimes_per_second=self._number("balance.spawn.slimes_per_second", 0.4, MAX_RATE),
        )

    def theme(self) -> Theme:
        """The designer's colours as they are now."""
        default = Theme()
        value = self._uw.remote_configs.value
        return Theme(
            sky=parse_hex(value("balance.theme.sky", to_hex(default.sky)), default.sky),
            ground=parse_hex(value("balance.theme.ground", to_hex(default.ground)), default.ground),
            accent=parse_hex(value("balance.theme.accent", to_hex(default.accent)), default.accent),
        )

    def banner(self) -> Banner | None:
        """The event that ends first, if one is on."""
        event = min(self._events.values(), key=lambda event: event.ends, default=None)
        return banner_of(event, self._uw.now()) if event else None

    def next_event(self) -> Banner | None:
        """The event that starts next; its `remaining` is the time until then."""
        event = min(self._uw.events.upcoming, key=lambda event: event.starts, default=None)
        if event is None or event.start_at is None:
            return None
        return Banner(event_title(event), seconds_between(self._uw.now(), event.start_at), None)

    @property
    def is_online(self) -> bool:
        """Whether the platform has answered in this run."""
        return self._uw.is_session_initialized

    @property
    def player_id(self) -> str:
        """Who plays."""
        return self._uw.player_id

    def seconds_until(self, moment: datetime) -> float:
        """Seconds from the server's now, whatever the device clock says, until a moment; never below 0."""
        return seconds_between(self._uw.now(), moment)

    # The player's answers

    def buy_front_offer(self) -> None:
        """Grants the items of the offer in front, and tells the platform.

        This game has no store: one that has calls `update_impression_state(impression, "purchased")` when that
        has confirmed the purchase, or "purchase_failed".
        """
        card = self._shelf.front
        if card is None:
            return
        if not self._pay(card.price):
            self._toasts.say("Not enough coins yet")
            return
        self._shelf.remove(card.key)
        offer = self._uw.offers.get(card.key)
        if offer is not None:
            self._uw.offers.accept(offer)
        self._uw.assign_event(PlayerEvent("offer_bought", {"offer": card.key}))
        self._world.grant(dict(card.items))
        self._toasts.say(f"{card.title} is yours!")

    def _pay(self, price: Price | None) -> bool:
        if price is None or price.currency is None:
            return True
        return price.currency.lower() == COINS and self._world.spend_coins(math.ceil(price.amount))

    def _message_read(self, message: Message) -> None:
        """Tells the platform that the player has read a message."""
        self._uw.messages.mark_viewed(message)

    def _survey_answered(self, accepted: bool) -> None:
        """THE PLACE to enter the survey, or to report that the player would rather not."""
        self._toasts.say("Thank you, hero!" if accepted else "Maybe another time")

    # Session

    def _session_began(self, _sender: object, session_id: str) -> None:
        self._was_offline = False
        self._toasts.say(f"Connected as {self.player_id}")

    def _session_failed(self, _sender: object, error: object) -> None:
        if not self._was_offline:
            self._toasts.say("Offline: playing with the content saved last time")
        self._was_offline = True

    # Events

    def _event_began(self, _sender: object, record: GameEvent) -> None:
        self._set_event(record)
        self._toasts.say(f"{event_title(record)} has begun!")

    def _event_changed(self, _sender: object, record: GameEvent, previous: GameEvent) -> None:
        self._set_event(record)

    def _event_ended(self, _sender: object, record: GameEvent) -> None:
        if self._events.pop(record.id, None) is not None:
            self._toasts.say(f"{event_title(record)} is over")
        self._apply_events()

    def _set_event(self, record: GameEvent) -> None:
        self._events[record.id] = record
        self._apply_events()

    def _apply_events(self) -> None:
        multiplier = self._event_number(DOUBLE_COINS, "multiplier", 1.0)
        self._world.multiplier = int(max(1.0, min(MAX_MULTIPLIER, multiplier)))

    def _event_number(self, external_id: str, key: str, default: float) -> float:
        event = next((event for event in self._events.values() if event.external_id == external_id), None)
        data = event.data if event else None
        return number(data.get(key), default) if isinstance(data, dict) else default

    # Messages

    def _message_arrived(self, _sender: object, record: Message) -> None:
        self._uw.messages.initialize(record)
        self._popups.push(self._message_popup(record))

    def _message_changed(self, _sender: object, record: Message, previous: Message) -> None:
        if self._popups.holds(record.id):
            self._popups.push(self._message_popup(record))

    def _message_withdrawn(self, _sender: object, record: Message) -> None:
        if self._popups.withdraw(record.id):
            self._toasts.say("That message was withdrawn")

    def _message_popup(self, record: Message) -> Popup:
        return Popup(
            key=record.id,
            look=Look.MESSAGE,
            title=record.title or "News",
            body=record.body,
            accept_label="OK",
            dismiss_label=None,
            on_answer=lambda accepted: self._message_read(record),
        )

    # Offers

    def _offer_arrived(self, _sender: object, record: Offer) -> None:
        self._uw.offers.show(record)
        self._shelf.put(offer_card(record))

    def _offer_changed(self, _sender: object, record: Offer, previous: Offer) -> None:
        self._shelf.update(offer_card(record))

    def _offer_ended(self, _sender: object, record: Offer) -> None:
        if self._shelf.remove(record.id):
            self._toasts.say(f"{offer_card(record).title} has ended")

    # Remote configs

    def _config_changed(self, _sender: object, record: RemoteConfig, previous: RemoteConfig) -> None:
        self._toasts.say(f"The designers changed the {record.external_id}")

    def _number(self, path: str, default: float, most: float) -> float:
        return max(0.0, min(most, number(self._uw.remote_configs.value(path, default), default)))

    # Surveys

    def _survey_arrived(self, _sender: object, record: Survey) -> None:
        self._popups.push(
            Popup(
                key=record.id,
                look=Look.SURVEY,
                title="May we ask you something?",
                body=f"{questions(record.questions_count)}. Your answers shape the next adventure.",
                accept_label="Yes, sure",
                dismiss_label="Not now",
                on_answer=self._survey_answered,
            )
        )

    def _survey_withdrawn(self, _sender: object, record: Survey) -> None:
        self._popups.withdraw(record.id)


def event_title(event: GameEvent) -> str:
    """The event's title for players, which this game keeps in the event's own data; else its name."""
    title = event.data.get("title") if isinstance(event.data, dict) else None
    return str(title or event.name)


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


def number(value: object, default: float) -> float:
    """The value when it is a finite number, else the default."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return default
    return float(value)


def questions(count: int | None) -> str:
    """How many questions a survey has, in words."""
    if not count:
        return "A few questions"
    return "One question" if count == 1 else f"{count} questions"


def offer_card(record: Offer) -> OfferCard:
    """The offer as this game shows it."""
    return OfferCard(
        key=record.id,
        title=record.title or "Special offer",
        body=record.body,
        items=named_amounts(record.items) + named_amounts(record.currencies),
        price=offer_price(record),
        end_at=record.end_at,
    )


def named_amounts(items: Any) -> tuple[tuple[str, int], ...]:
    """Item names and amounts, from `{"gems": 300}` or from `[{"name": "gems", "quantity": 300}]`."""
    if isinstance(items, dict):
        return tuple((str(name), int(number(amount, 1))) for name, amount in items.items())
    if isinstance(items, list):
        return tuple(_listed_item(item) for item in items)
    return ()


def offer_price(record: Offer) -> Price | None:
    """What the offer costs, None when it is free."""
    payment = record.payment_data
    if payment is None:
        return None
    if payment.payment_type == "currency":
        return Price(number(payment.currency_amount, 0.0), payment.currency_name or COINS)
    return Price(number(payment.cost, 0.0))


def _listed_item(item: Any) -> tuple[str, int]:
    if not isinstance(item, dict):
        return str(item), 1
    name = item.get("name") or item.get("external_id") or "item"
    return str(name), int(number(item.get("quantity", item.get("amount")), 1))
