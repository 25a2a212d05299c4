"""The tables of endpoints, of deliveries and of attempts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from uwclient.sandbox.core.storage import Storage, grouped
from uwclient.sandbox.core.times import from_microseconds
from uwclient.sandbox.services.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

WAITING, ACKNOWLEDGED, DROPPED = "waiting", "acknowledged", "dropped"

_UNTRIED = f"status = '{WAITING}' AND tries = 0"
_TRIED = f"status = '{WAITING}' AND tries > 0"
"""What of the deliveries stands in an index: only what is still to be sent, however much was."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS webhook_endpoints (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, is_function INTEGER NOT NULL,
    events TEXT NOT NULL, hash_function TEXT NOT NULL, failing_since INTEGER, note TEXT)""",
    """CREATE TABLE IF NOT EXISTS webhook_deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL, event TEXT NOT NULL,
    body BLOB NOT NULL, status TEXT NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL)""",
    f"CREATE INDEX IF NOT EXISTS webhooks_untried ON webhook_deliveries (endpoint, number) WHERE {_UNTRIED}",
    f"CREATE INDEX IF NOT EXISTS webhooks_again ON webhook_deliveries (endpoint, next_at) WHERE {_TRIED}",
    """CREATE TABLE IF NOT EXISTS webhook_attempts (
    number INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, at INTEGER NOT NULL, status INTEGER, problem TEXT)""",
    "CREATE INDEX IF NOT EXISTS attempts_of_webhook_delivery ON webhook_attempts (delivery)",
)
_NAMES_PLAYER = """FROM webhook_deliveries WHERE EXISTS (
    SELECT 1 FROM json_tree(CAST(body AS TEXT), '$.webhook_event_payload')
    WHERE json_tree.atom = ?
    AND (json_tree.key = 'appuser_app_external_id' OR json_tree.path LIKE '%appuser_app_external_ids%'))"""
ERASING = (
    f"DELETE FROM webhook_attempts WHERE delivery IN (SELECT number {_NAMES_PLAYER})",  # noqa: S608
    f"DELETE {_NAMES_PLAYER}",
)
"""What removes all deliveries that tell of a player."""


class DeliveryRow(NamedTuple):
    """A delivery as its table holds it; `next_at` is in microseconds since 1970."""

    number: int
    id: str
    endpoint: str
    event: str
    body: bytes
    status: str
    tries: int
    next_at: int


_COLUMNS = ", ".join(DeliveryRow._fields)


class WebhookTables:
    """Owns the tables of webhooks."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)

    # Endpoints.

    def put_endpoint(self, endpoint: WebhookEndpoint, *, is_function: bool) -> None:
        """Add an endpoint, or replace what is known of the one of that id; it is not paused then."""
        self._storage.run(
            "INSERT INTO webhook_endpoints (id, url, is_function, events, hash_function) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET events = excluded.events, hash_function = excluded.hash_function, "
            "failing_since = NULL, note = NULL",
            (endpoint.id, endpoint.url, is_function, json.dumps(endpoint.events), endpoint.hash_function),
        )

    def endpoints(self) -> list[tuple[WebhookEndpoint, bool]]:
        """All endpoints in the order in which they were added, and whether each is a function."""
        rows = self._storage.rows(
            "SELECT is_function, id, url, events, hash_function, failing_since, note FROM webhook_endpoints "
            "ORDER BY number"
        )
        return [(_endpoint(*row), bool(is_function)) for is_function, *row in rows]

    def remove_endpoint(self, endpoint_id: str) -> None:
        """Remove an endpoint with all that was or is to be sent to it."""
        self._storage.run("DELETE FROM webhook_endpoints WHERE id = ?", (endpoint_id,))
        self._remove_deliveries("endpoint = ?", (endpoint_id,))

    def set_health(self, endpoint_id: str, failing_since: int | None, note: str | None) -> None:
        """Keep since when an endpoint fails, and why it is paused."""
        self._storage.run(
            "UPDATE webhook_endpoints SET failing_since = ?, note = ? WHERE id = ?",
            (failing_since, note, endpoint_id),
        )

    # Deliveries.

    def add(self, delivery_id: str, endpoint_id: str, event: str, body: bytes, now: int) -> int:
        """A new delivery, which is due at once; its number."""
        return self._storage.insert(
            "INSERT INTO webhook_deliveries (id, endpoint, event, body, status, tries, next_at) "
            "VALUES (?, ?, ?, ?, ?, 0, ?)",
            (delivery_id, endpoint_id, event, body, WAITING, now),
        )

    def find(self, number: int) -> DeliveryRow | None:
        """The delivery of that number."""
        return self._one("number = ?", (number,))

    def with_id(self, delivery_id: str) -> DeliveryRow | None:
        """The delivery of that id."""
        return self._one("id = ?", (delivery_id,))

    def first_untried(self, endpoint_id: str) -> DeliveryRow | None:
        """The delivery to an endpoint that is the next to be tried for the first time."""
        return self._one(f"endpoint = ? AND {_UNTRIED} ORDER BY number", (endpoint_id,))

    def due_again(self, endpoint_id: str, now: int, most: int) -> list[DeliveryRow]:
        """The deliveries to an endpoint that were tried before and are to be tried again by now, oldest first."""
        return self._some(
            f"endpoint = ? AND {_TRIED} AND next_at <= ? ORDER BY next_at, number LIMIT ?", (endpoint_id, now, most)
        )

    def waiting(self) -> list[DeliveryRow]:
        """All deliveries that are to be tried, oldest first."""
        return self._some("status = ? ORDER BY number", (WAITING,))

    def set_status(self, number: int, status: str, tries: int, next_at: int) -> None:
        """Keep what became of a delivery."""
        self._storage.run(
            "UPDATE webhook_deliveries SET status = ?, tries = ?, next_at = ? WHERE number = ?",
            (status, tries, next_at, number),
        )

    def add_attempt(self, number: int, at: int, status: int | None, problem: str | None) -> None:
        """Keep what came of an attempt."""
        self._storage.run(
            "INSERT INTO webhook_attempts (delivery, at, status, problem) VALUES (?, ?, ?, ?)",
            (number, at, status, problem),
        )

    def forget_before(self, number: int) -> None:
        """Remove the deliveries before a number that are acknowledged or dropped."""
        self._remove_deliveries("number < ? AND status <> ?", (number, WAITING))

    def deliveries(self) -> list[WebhookDelivery]:
        """All deliveries, oldest first."""
        attempts = grouped(
            (number, WebhookAttempt(from_microseconds(at), status, problem))
            for number, at, status, problem in self._storage.rows(
                "SELECT delivery, at, status, problem FROM webhook_attempts ORDER BY number"
            )
        )
        urls = {endpoint.id: endpoint.url for endpoint, _ in self.endpoints()}
        return [
            WebhookDelivery(
                row.id,
                row.endpoint,
                urls.get(row.endpoint, ""),
                row.event,
                row.body,
                row.status,
                attempts.get(row.number, ()),
                from_microseconds(row.next_at) if row.status == WAITING else None,
            )
            for row in self._some("TRUE ORDER BY number", ())
        ]

    def _one(self, where: str, values: Iterable[Any]) -> DeliveryRow | None:
        rows = self._some(f"{where} LIMIT 1", values)
        return rows[0] if rows else None

    def _some(self, where: str, values: Iterable[Any]) -> list[DeliveryRow]:
        rows = self._storage.rows(f"SELECT {_COLUMNS} FROM webhook_deliveries WHERE {where}", values)  # noqa: S608
        return [DeliveryRow(*row) for row in rows]

    def _remove_deliveries(self, where: str, values: Iterable[Any]) -> None:
        values = tuple(values)
        chosen = f"SELECT number FROM webhook_deliveries WHERE {where}"  # noqa: S608
        self._storage.run(f"DELETE FROM webhook_attempts WHERE delivery IN ({chosen})", values)  # noqa: S608
        self._storage.run(f"DELETE FROM webhook_deliveries WHERE {where}", values)  # noqa: S608


def _endpoint(
    endpoint_id: str, url: str, events: str, hash_function: str, failing_since: int | None, note: str | None
) -> WebhookEndpoint:
    since = None if failing_since is None else from_microseconds(failing_since)
    return WebhookEndpoint(endpoint_id, url, tuple(json.loads(events)), hash_function, since, note)
