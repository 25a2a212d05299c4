"""The Flask application: webhooks come from the platform, receipts and questions from the game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from uwclient.webhooks import PlayerOfferImpressionStateChange, Receiver

from .ledger import Ledger
from .store import read_receipt

HOOKS = "/webhooks"
PRODUCTS: Mapping[str, Mapping[str, int]] = MappingProxyType({"herowars.gems300": {"gems": 300}})
"""What each product of the store is worth: the backend decides that, not the game and not the offer."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the backend is registered, and the keys of others.

    Attributes:
        url: the URL of the webhook endpoint as it is registered with the platform.
        secret: the secret key that the platform signs with.
        store_key: what receipts are verified by.

    """

    url: str
    secret: str = field(repr=False)
    store_key: str = field(repr=False)


def create_app(settings: Settings, ledger: Ledger) -> Flask:
    """The application; its webhook endpoint is below HOOKS."""
    app = Flask(__name__)
    receiver = Receiver(settings.url, settings.secret, seen=ledger)

    @receiver.player_offer_impression_state_change.connect
    def purchase(_receiver: Receiver, event: PlayerOfferImpressionStateChange) -> None:
        """A purchase is noted here; it becomes a grant once a receipt says that it was paid for."""
        if event.current_state == "purchased":
            ledger.bought(event.player_id, event.offer_id, event.impression_id)

    @app.post("/players/<player_id>/receipts")
    def take_receipt(player_id: str) -> ResponseReturnValue:
        sent = request.get_json()
        receipt = read_receipt(str(sent["receipt"]), settings.store_key)
        if receipt is None or receipt.player_id != player_id or receipt.product_id not in PRODUCTS:
            return jsonify(error="This is no receipt for something that the player has bought."), 422
        ledger.paid(receipt, str(sent["offer_id"]), PRODUCTS[receipt.product_id])
        return "", 204

    @app.get("/players/<player_id>/grants")
    def tell_grants(player_id: str) -> ResponseReturnValue:
        after = request.args.get("after", 0, type=int)
        return jsonify(grants=[asdict(one) for one in ledger.grants(player_id, after)])

    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {HOOKS: receiver.wsgi_app})  # type: ignore[method-assign]
    return app
