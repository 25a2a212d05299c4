"""What players paid (section Player Revenue Events)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.values import Attribute, attributes_in, attributes_text

_TABLES = (
    """CREATE TABLE IF NOT EXISTS revenue_events (
    number INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, transaction_id TEXT,
    revenue REAL NOT NULL, product_id TEXT, revenue_type TEXT, attributes TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX IF NOT EXISTS revenue_of_transaction ON revenue_events (player_id, transaction_id)",
)


@dataclass(frozen=True, slots=True)
class NewRevenue:
    """One revenue event as a studio sent it; None where it said nothing."""

    revenue: float
    transaction_id: str | None = None
    product_id: str | None = None
    revenue_type: str | None = None
    attributes: tuple[Attribute, ...] | None = None


@dataclass(frozen=True, slots=True)
class RevenueEvent:
    """One revenue event as the platform keeps it.

    Attributes:
        revenue: what the player paid; 0 after a refund of the same transaction, less than 0 for one of its own.
        transaction_id: the studio's id of the payment; None where it gave none.
        product_id: what was bought, as the studio calls it.
        revenue_type: the studio's own word, such as "purchase".
        attributes: its attributes by name, and `attribute_types` their data types.
        at: when it arrived first, on the sandbox's clock.

    """

    revenue: float
    transaction_id: str | None
    product_id: str | None
    revenue_type: str | None
    attributes: Mapping[str, Any]
    attribute_types: Mapping[str, str]
    at: datetime


class RevenueEvents:
    """Owns the table of revenue events; a transaction that a player has already is updated."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._storage = backend.storage
        for statement in _TABLES:
            self._storage.run(statement)
        backend.erasure.delete("DELETE FROM revenue_events WHERE player_id = ?")

    def assign(self, source: Source, events: Sequence[NewRevenue]) -> None:
        """Add revenue events, or update those of the same transactions: what is not given stays as it was."""
        with self._backend.delivery(source, "revenue_events") as delivery:
            for one in events:
                text = None if one.attributes is None else attributes_text(one.attributes)
                self._storage.run(
                    "INSERT INTO revenue_events "
                    "(player_id, delivery, transaction_id, revenue, product_id, revenue_type, attributes) "
                    "VALUES (?, ?, ?, ?, ?, ?, coalesce(?, '[]')) "
                    "ON CONFLICT (player_id, transaction_id) DO UPDATE SET revenue = excluded.revenue, "
                    "product_id = coalesce(?, product_id), revenue_type = coalesce(?, revenue_type), "
                    "attributes = coalesce(?, attributes)",
                    (
                        source.player_id,
                        delivery,
                        one.transaction_id,
                        float(one.revenue),
                        *(one.product_id, one.revenue_type, text),
                        *(one.product_id, one.revenue_type, text),
                    ),
                )

    def of_player(self, player_id: str) -> tuple[RevenueEvent, ...]:
        """A player's revenue events in the order in which they arrived first."""
        with self._backend.lock:
            rows = self._storage.rows(
                "SELECT delivery, revenue, transaction_id, product_id, revenue_type, attributes FROM revenue_events "
                "WHERE player_id = ? ORDER BY number",
                (player_id,),
            )
            deliveries = self._backend.deliveries.by_number(player_id)
        return tuple(
            RevenueEvent(revenue, transaction_id, product_id, kind, *attributes_in(text), deliveries[delivery].at)
            for delivery, revenue, transaction_id, product_id, kind, text in rows
        )
