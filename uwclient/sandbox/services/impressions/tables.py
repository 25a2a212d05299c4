"""Owns the impressions: that a player was shown a message or an offer, and what became of it.

(Sections Message Impressions and Offer Impressions; the states are those of the guide's chapter on webhooks.)
Each initialization makes a new impression, so one that is delivered twice shows as two. Steps may be left out,
as long as it goes forward:

    message:  received -> viewed
    offer:    initialized -> viewed -> dismissed
                                    -> accepted -> purchased
                                                -> purchase_failed -> accepted | purchased

See `uwclient.sandbox.core.state_machine` for states that arrive again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.state_machine import StateChange, Steps, goes_on
from uwclient.sandbox.core.storage import Storage

_STEPS: Mapping[str, Steps] = MappingProxyType(
    {
        "messages": {"received": ("viewed",), "viewed": ()},
        "offers": {
            "initialized": ("viewed", "dismissed", "accepted", "purchase_failed", "purchased"),
            "viewed": ("dismissed", "accepted", "purchase_failed", "purchased"),
            "dismissed": (),
            "accepted": ("purchase_failed", "purchased"),
            "purchase_failed": ("accepted", "purchased"),
            "purchased": (),
        },
    }
)
"""For each kind: the states, the first one first, and where each leads."""

MESSAGE_STATES = tuple(_STEPS["messages"])[1:]
OFFER_STATES = tuple(_STEPS["offers"])[1:]

_TABLES = (
    """CREATE TABLE IF NOT EXISTS impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, player_id TEXT NOT NULL,
    content_id TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS impressions_of_player ON impressions (player_id, kind)",
    """CREATE TABLE IF NOT EXISTS impression_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS states_of_impression ON impression_states (impression)",
)


@dataclass(frozen=True, slots=True)
class MessageImpression:
    """Owns one impression of a message; `history` holds its states, oldest first."""

    id: str
    message_id: str
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in: received or viewed."""
        return self.history[-1].state

    @property
    def received_at(self) -> datetime:
        """When it was initialized, on the sandbox's clock."""
        return self.history[0].at

    @property
    def viewed_at(self) -> datetime | None:
        """When it was viewed, on the sandbox's clock; None when it was not."""
        return next((change.at for change in self.history if change.state == "viewed"), None)


@dataclass(frozen=True, slots=True)
class OfferImpression:
    """Owns one impression of an offer; `history` holds its states, oldest first."""

    id: str
    offer_id: str
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.history[-1].state


@dataclass(frozen=True, slots=True)
class Found:
    """Owns what is known of an impression before it goes on: its number, and its states, oldest first."""

    number: int
    kind: str
    states: tuple[str, ...]


class Impressions:
    """Owns the table of impressions, and that of the states they went through."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)

    def add(self, kind: str, player_id: str, delivery: int, content_id: str) -> str:
        """A new impression of a message or an offer (`kind`: messages, offers) in its first state; its id."""
        impression_id = str(uuid.uuid4())
        number = self._storage.insert(
            "INSERT INTO impressions (id, kind, player_id, content_id) VALUES (?, ?, ?, ?)",
            (impression_id, kind, player_id, content_id),
        )
        self._reach(number, next(iter(_STEPS[kind])), delivery)
        return impression_id

    def find(self, kind: str, player_id: str, impression_id: str) -> Found | None:
        """The impression of that id, if it is this player's."""
        return self._found(kind, "id = ? AND player_id = ?", (impression_id, player_id))

    def latest(self, kind: str, player_id: str, content_id: str) -> Found | None:
        """The player's latest impression of some content."""
        return self._found(kind, "content_id = ? AND player_id = ?", (content_id, player_id))

    def advance(self, found: Found, state: str, delivery: int) -> None:
        """Let an impression go on to a state. Refused when it would be a step back."""
        if goes_on("the impression", _STEPS[found.kind], found.states, state):
            self._reach(found.number, state, delivery)

    def messages(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[MessageImpression, ...]:
        """A player's impressions of messages, oldest first."""
        return tuple(
            MessageImpression(impression_id, content_id, history)
            for impression_id, content_id, history in self._histories("messages", player_id, deliveries)
        )

    def offers(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[OfferImpression, ...]:
        """A player's impressions of offers, oldest first."""
        return tuple(
            OfferImpression(impression_id, content_id, history)
            for impression_id, content_id, history in self._histories("offers", player_id, deliveries)
        )

    def _reach(self, number: int, state: str, delivery: int) -> None:
        self._storage.run(
            "INSERT INTO impression_states (impression, state, delivery) VALUES (?, ?, ?)", (number, state, delivery)
        )

    def _found(self, kind: str, where: str, values: tuple[str, ...]) -> Found | None:
        query = f"SELECT number FROM impressions WHERE kind = ? AND {where} ORDER BY number DESC"  # noqa: S608
        row = self._storage.row(query, (kind, *values))
        if row is None:
            return None
        states = self._storage.rows("SELECT state FROM impression_states WHERE impression = ? ORDER BY number", row)
        return Found(row[0], kind, tuple(state for (state,) in states))

    def _histories(
        self, kind: str, player_id: str, deliveries: Mapping[int, Delivery]
    ) -> list[tuple[str, str, tuple[StateChange, ...]]]:
        rows = self._storage.rows(
            "SELECT id, content_id, state, delivery FROM impressions "
            "JOIN impression_states ON impression = impressions.number "
            "WHERE player_id = ? AND kind = ? ORDER BY impressions.number, impression_states.number",
            (player_id, kind),
        )
        histories: dict[tuple[str, str], list[StateChange]] = {}
        for impression_id, content_id, state, delivery in rows:
            found = deliveries[delivery]
            change = StateChange(state, found.at, found.session_id, found.request)
            histories.setdefault((impression_id, content_id), []).append(change)
        return [(*ids, tuple(history)) for ids, history in histories.items()]
