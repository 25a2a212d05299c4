"""The offers: each is a card on the shelf, and the front one can be bought."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from uwclient import Offer, UserWise

from ..panels.panels import Panels
from ..panels.shelf import OfferCard, Price
from ..play.purse import COINS
from ..play.world import World
from .events import seconds_between
from .pictures import LivePictures
from .reports import Reports
from .shop import Shop


class LiveOffers:
    """Follows the offers, and sells them; each sale is reported.

    What was bought does not come back at the next start. What costs real money is bought in the shop; without one the
    game gives it away. A store that refuses has the game call `purchase_failed(offer)`, and the offer is to be had
    again.
    """

    def __init__(
        self,
        uw: UserWise,
        world: World,
        panels: Panels,
        pictures: LivePictures,
        reports: Reports,
        shop: Shop | None = None,
    ) -> None:
        self._uw = uw
        self._shop = shop
        self._pictures = pictures
        self._world = world
        self._shelf = panels.shelf
        self._toasts = panels.toasts
        self._reports = reports
        uw.offers.on_active.connect(self._arrived)
        uw.offers.on_updated.connect(self._changed)
        uw.offers.on_inactive.connect(self._ended)
        self._shelf.on_front = self._shown

    def seconds_until(self, moment: datetime) -> float:
        """Seconds from the server's now, whatever the device clock says, until a moment; never below 0."""
        return seconds_between(self._uw.now(), moment)

    def buy_front(self) -> None:
        """Takes the price of the offer in front, grants its items, and tells the platform."""
        card = self._shelf.front
        if card is None:
            return
        if not self._pay(card.price):
            self._toasts.say(f"Not enough {card.price.currency if card.price else COINS} yet")
            return
        self._shelf.remove(card.key)
        offer = self._uw.offers.get(card.key)
        if self._shop is not None and offer is not None and card.product:
            self._buy_in_shop(self._shop, offer, card.product)
        else:
            if offer is not None:
                self._uw.offers.accept(offer)
            self._world.grant(dict(card.items))
            self._toasts.say(f"{card.title} is yours!")
        self._reports.tell_offer(card)

    def step(self) -> None:
        """Once a frame: hands the hero what the backend has granted."""
        if self._shop is None:
            return
        self._shop.open(self._uw.player_id)
        for player_id, items in self._shop.take_granted():
            if player_id == self._uw.player_id:
                self._world.grant(items)
                self._reports.tell_grant()
                self._toasts.say(", ".join(f"{amount} {name}" for name, amount in items.items()) + " have arrived")

    def _buy_in_shop(self, shop: Shop, offer: Offer, product: str) -> None:
        """Pays, and tells the platform; the backend hears it from there, and decides what the hero gets."""
        shop.buy(self._uw.player_id, offer.id, product)
        self._uw.offers.purchased(offer)
        self._toasts.say("Paid. Your treasure is on its way")

    def _pay(self, price: Price | None) -> bool:
        if price is None or price.currency is None:
            return True
        return self._world.purse.spend(price.currency, math.ceil(price.amount))

    def _shown(self, key: str) -> None:
        """A card has come to the front: now the player sees it."""
        offer = self._uw.offers.get(key)
        if offer is not None:
            self._uw.offers.show(offer)

    def _arrived(self, _sender: object, record: Offer) -> None:
        if self._uw.offers.is_accepted(record):
            return
        card = offer_card(record)
        self._pictures.want(card.image)
        self._shelf.put(card)

    def _changed(self, _sender: object, record: Offer, previous: Offer) -> None:
        self._shelf.update(offer_card(record))

    def _ended(self, _sender: object, record: Offer) -> None:
        if self._shelf.remove(record.id):
            self._toasts.say(f"{offer_card(record).title} has ended")


def offer_card(record: Offer) -> OfferCard:
    """The offer as this game shows it."""
    return OfferCard(
        key=record.id,
        title=record.title or "Special offer",
        body=record.body,
        items=named_amounts(record.items) + named_amounts(record.currencies),
        price=offer_price(record),
        end_at=record.end_at,
        image=record.image_for("landscape"),
        product=None if record.payment_data is None else record.payment_data.android_product_id,
    )


def offer_price(record: Offer) -> Price | None:
    """What the offer costs, None when it is free."""
    payment = record.payment_data
    amount = 0.0 if payment is None else payment.cost or payment.currency_amount or 0.0
    if payment is None or amount <= 0.0:
        return None
    is_currency = payment.payment_type == "currency"
    return Price(amount, (payment.currency_name or COINS).lower() if is_currency else None)


def named_amounts(items: Any) -> tuple[tuple[str, int], ...]:
    """Item names and amounts, from `{"gems": 300}` or from `[{"name": "gems", "quantity": 300}]`."""
    if isinstance(items, dict):
        return tuple((str(name), amount_of(amount)) for name, amount in items.items())
    if isinstance(items, list):
        return tuple(_listed_item(item) for item in items)
    return ()


def amount_of(value: object) -> int:
    """How many of an item there are: one, when what is written makes no sense."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return 1
    return max(0, int(value))


def _listed_item(item: Any) -> tuple[str, int]:
    if not isinstance(item, dict):
        return str(item), 1
    name = item.get("name") or item.get("external_id") or "item"
    return str(name), amount_of(item.get("quantity", item.get("amount", 1)))
