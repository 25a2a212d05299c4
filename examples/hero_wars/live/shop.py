"""Buying for real money: the store says that it was paid, and the backend what the hero gets for it.

The game grants nothing by itself. It hands the store's receipt to its backend, which also hears of the purchase from
the platform, and asks the backend what has been granted. All of that is done on a thread, whatever the network does.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlsplit

Sell = Callable[[str, str], str]
"""Takes the money of a player for a product, and returns the store's receipt."""
Items = Mapping[str, int]

ASKS_EVERY = 0.2
TIMEOUT = 5.0


class Shop:
    """Owns the thread that talks to the backend; `sell` is the store."""

    def __init__(self, sell: Sell, backend: str) -> None:
        self._sell = sell
        self._host = urlsplit(backend).netloc
        self._receipts: queue.SimpleQueue[tuple[str, str, str]] = queue.SimpleQueue()
        self._granted: queue.SimpleQueue[tuple[str, Items]] = queue.SimpleQueue()
        self._asked_for: dict[str, int] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="hero-wars-shop", daemon=True)

    def open(self, player_id: str) -> None:
        """From now on ask what a player was granted, also in earlier runs."""
        self._asked_for.setdefault(player_id, 0)
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def buy(self, player_id: str, offer_id: str, product_id: str) -> None:
        """Have the player pay; what they get for it comes with `take_granted`."""
        self._receipts.put((player_id, offer_id, self._sell(player_id, product_id)))

    def take_granted(self) -> list[tuple[str, Items]]:
        """The players that were granted something since the last call, and what."""
        granted = []
        while not self._granted.empty():
            granted.append(self._granted.get())
        return granted

    def _work(self) -> None:
        while not self._closed.wait(ASKS_EVERY):
            while not self._receipts.empty():
                sent = self._receipts.get()
                if not self._hand_over(*sent):
                    self._receipts.put(sent)
                    break
            for player_id in list(self._asked_for):
                self._ask(player_id)

    def _hand_over(self, player_id: str, offer_id: str, receipt: str) -> bool:
        """Whether the backend has answered, whatever it says: it decides what the receipt is worth."""
        body = {"offer_id": offer_id, "receipt": receipt}
        return self._request("POST", f"/players/{quote(player_id, safe='')}/receipts", body) is not None

    def _ask(self, player_id: str) -> None:
        path = f"/players/{quote(player_id, safe='')}/grants?after={self._asked_for[player_id]}"
        for grant in json.loads(self._request("GET", path) or b'{"grants": []}')["grants"]:
            self._asked_for[player_id] = grant["number"]
            self._granted.put((player_id, grant["items"]))

    def _request(self, method: str, path: str, body: Mapping[str, str] | None = None) -> bytes | None:
        """What the backend answers; None while it is away."""
        connection = HTTPConnection(self._host, timeout=TIMEOUT)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            answer = reply.read()
            return None if reply.status >= 500 else answer
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
