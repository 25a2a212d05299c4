"""Stands in for an app store: it takes the money, and signs a receipt that a backend can verify.

The App Store and Google Play have libraries for that; what matters is that a game cannot write receipts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was paid for, by whom; each transaction has an id of its own."""

    transaction_id: str
    player_id: str
    product_id: str


class Store:
    """Sells products; `key` is the store's own."""

    def __init__(self, key: str) -> None:
        self._key = key

    def sell(self, player_id: str, product_id: str) -> str:
        """Take the money, and return the signed receipt."""
        text = json.dumps(asdict(Receipt(str(uuid.uuid4()), player_id, product_id)), sort_keys=True)
        return f"{text}|{_signature(text, self._key)}"


def read_receipt(signed: str, key: str) -> Receipt | None:
    """The receipt, if the store has signed it; None for anything else."""
    text, _, signature = signed.rpartition("|")
    if not hmac.compare_digest(_signature(text, key).encode(), signature.encode("utf-8", "replace")):
        return None
    return Receipt(**json.loads(text))


def _signature(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
