"""Impressions: that a player was shown a message or an offer, and what became of it.

(Sections Message Impressions and Offer Impressions.) Each initialization makes a new impression, so one that is
delivered twice counts twice.
"""

from __future__ import annotations

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import FieldError, NotFound
from uwclient.sandbox.core.state_machine import StateChange, is_new_state, state_change
from uwclient.sandbox.core.storage import grouped
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.impressions.models import TRANSITIONS, MessageImpression, OfferImpression
from uwclient.sandbox.services.sessions.service import Sessions

_TABLES = (
    """CREATE TABLE IF NOT EXISTS impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, player_id TEXT NOT NULL,
    content_id TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS impressions_of_player ON impressions (player_id, kind)",
    """CREATE TABLE IF NOT EXISTS impression_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS states_of_impression ON impression_states (impression)",
)


class Impressions:
    """Owns the table of impressions, and that of the states they were in."""

    def __init__(self, backend: Backend, sessions: Sessions, content: Content) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._sessions = sessions
        self._content = content
        for statement in _TABLES:
            self._storage.run(statement)
        backend.erasure.delete(
            "DELETE FROM impression_states WHERE impression IN (SELECT number FROM impressions WHERE player_id = ?)",
            "DELETE FROM impressions WHERE player_id = ?",
        )

    def initialize(self, source: Source, kind: str, content_id: str) -> str:
        """A new impression; its id.

        Args:
            source: who is shown the content, in which session.
            kind: messages or offers.
            content_id: what is shown. It may be over: what players did while they were offline arrives late.

        Raises:
            NotFound: there is no such content for this player.

        """
        with self._backend.lock:
            session = self._sessions.find(source.player_id, source.session_id)
            if session is None or self._content.find_piece(session, kind, content_id) is None:
                raise NotFound(f"There is no {kind[:-1]} {content_id!r} for this player.")
            with self._backend.delivery(source, f"{kind[:-1]}_impressions") as delivery:
                impression_id = self._backend.ids.uuid("impression", source.player_id)
                number = self._storage.insert(
                    "INSERT INTO impressions (id, kind, player_id, content_id) VALUES (?, ?, ?, ?)",
                    (impression_id, kind, source.player_id, content_id),
                )
                self._add_state(number, next(iter(TRANSITIONS[kind])), delivery)
                name = kind[:-1]
                payload = {f"{name}_id": content_id, f"{name}_impression_id": impression_id, **source.announced}
                self._backend.announce(f"player_{name}_impression_creation", payload)
                return impression_id

    def advance_message(self, source: Source, message_id: str, state: str) -> None:
        """Put the latest impression of a message into a state.

        FieldError when the player has none of that message, or for a step back.
        """
        with self._backend.delivery(source, "message_impressions") as delivery:
            found = self._find("messages", source.player_id, "content_id", message_id)
            if found is None:
                raise FieldError(
                    ("message_id",),
                    f"the player has no impression of the message {message_id!r}",
                    "Send message_impressions/initialize first.",
                )
            self._advance("messages", found, source, state, delivery)

    def advance_offer(self, source: Source, impression_id: str, state: str) -> None:
        """Put an impression of an offer into a state.

        NotFound when the player has none of that id, FieldError for a step back.
        """
        with self._backend.delivery(source, "offer_impressions") as delivery:
            found = self._find("offers", source.player_id, "id", impression_id)
            if found is None:
                raise NotFound(f"The player has no offer impression {impression_id!r}.")
            self._advance("offers", found, source, state, delivery)

    def of_messages(self, player_id: str) -> tuple[MessageImpression, ...]:
        """A player's impressions of messages, oldest first."""
        return tuple(MessageImpression(*about, history) for about, history in self._histories("messages", player_id))

    def of_offers(self, player_id: str) -> tuple[OfferImpression, ...]:
        """A player's impressions of offers, oldest first."""
        return tuple(OfferImpression(*about, history) for about, history in self._histories("offers", player_id))

    def _find(self, kind: str, player_id: str, column: str, value: str) -> tuple[int, str, str] | None:
        """A player's latest impression of that kind, id or content: its row, its id, and what was shown."""
        row = self._storage.row(
            "SELECT number, id, content_id FROM impressions "  # noqa: S608
            f"WHERE kind = ? AND {column} = ? AND player_id = ? ORDER BY number DESC",
            (kind, value, player_id),
        )
        return None if row is None else (int(row[0]), row[1], row[2])

    def _advance(self, kind: str, found: tuple[int, str, str], source: Source, state: str, delivery: int) -> None:
        number, impression_id, content_id = found
        reached = [
            row[0]
            for row in self._storage.rows(
                "SELECT state FROM impression_states WHERE impression = ? ORDER BY number", (number,)
            )
        ]
        if is_new_state("the impression", TRANSITIONS[kind], reached, state):
            self._add_state(number, state, delivery)
            name = kind[:-1]
            self._backend.announce(
                f"player_{name}_impression_state_change",
                {
                    f"{name}_id": content_id,
                    f"{name}_impression_id": impression_id,
                    f"{name}_impression_previous_state": reached[-1],
                    f"{name}_impression_current_state": state,
                    **source.announced,
                },
            )

    def _add_state(self, number: int, state: str, delivery: int) -> None:
        self._storage.run(
            "INSERT INTO impression_states (impression, state, delivery) VALUES (?, ?, ?)", (number, state, delivery)
        )

    def _histories(self, kind: str, player_id: str) -> list[tuple[tuple[str, str], tuple[StateChange, ...]]]:
        """The id, the content and the states of a player's impressions of a kind, oldest first."""
        with self._backend.lock:
            rows = self._storage.rows(
                "SELECT id, content_id, state, delivery FROM impressions "
                "JOIN impression_states ON impression = impressions.number "
                "WHERE player_id = ? AND kind = ? ORDER BY impressions.number, impression_states.number",
                (player_id, kind),
            )
            deliveries = self._backend.deliveries.by_number(player_id)
        histories = grouped(
            ((impression_id, content_id), state_change(state, deliveries[delivery]))
            for impression_id, content_id, state, delivery in rows
        )
        return list(histories.items())
