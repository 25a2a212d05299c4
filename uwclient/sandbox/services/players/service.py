"""What is known about players, and what they did: attributes, events and regions.

(Sections Session Player Attributes and Session Player Events; guide: Unity SDK, TransitionToRegion.)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import FieldPath
from uwclient.sandbox.core.player_log import PlayerLog
from uwclient.sandbox.core.times import milliseconds
from uwclient.sandbox.core.values import Attribute, attributes_in, attributes_text
from uwclient.sandbox.services.players.attributes import Typed, typed_assignment, typed_values
from uwclient.sandbox.services.players.definitions import Definition, attribute_definitions, entry_definitions
from uwclient.sandbox.services.players.models import NewEvent, PastEvent, ReceivedEvent, RegionTransition
from uwclient.sandbox.services.players.revenue import RevenueEvents
from uwclient.sandbox.services.players.search import PlayerSearch
from uwclient.sandbox.services.triggers.evaluation import ATTRIBUTE, EVENT, REGION, PlayerAction

_TABLE = """CREATE TABLE IF NOT EXISTS attributes (
    player_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, data_type TEXT NOT NULL,
    PRIMARY KEY (player_id, name))"""


class Players:
    """Owns the tables of players, attributes, events and region transitions; a player needs no registration.

    A datetime is kept, and given back, as its ISO 8601 text.

    Attributes:
        search: finds players by their attributes, events and visits.
        revenue: what players paid.

    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._storage.run(_TABLE)
        self._action_listeners: list[Callable[[str, str, PlayerAction], None]] = []
        backend.erasure.delete("DELETE FROM attributes WHERE player_id = ?")
        self.search = PlayerSearch(self._storage)
        backend.erasure.on_erase(self.search.remove)
        backend.on_delivery(lambda source, _: self.search.note(source.player_id))
        self.revenue = RevenueEvents(backend)
        self._events = PlayerLog(backend, "events", "player_events", "events_of_player", ("event_id", "attributes"))
        self._regions = PlayerLog(
            backend, "regions", "region_transitions", "transitions_of_player", ("name", "metadata")
        )

    def ids(self) -> list[str]:
        """The players who are known, in the order in which they became so.

        A player is known from the first session, attribute, event or other thing that was delivered on.
        """
        return self.search.all_ids()

    def is_known(self, player_id: str) -> bool:
        """Whether a player had a session, or anything (an attribute, a token, an address) was told of the player."""
        return bool(self.search.numbers([player_id]))

    # What the app has met.

    def attribute_definitions(self) -> list[Definition]:
        """The attributes that any player has: `{"name", "data_type"}`, in the order of their first assignment."""
        return attribute_definitions(
            self._storage.rows("SELECT name, data_type FROM attributes GROUP BY 1, 2 ORDER BY min(rowid)")
        )

    def event_definitions(self) -> list[Definition]:
        """The events that any player had: `{"event_id", "attributes": [{"name", "data_type"}]}`."""
        return entry_definitions(self._events.distinct(), "event_id", "attributes")

    def region_definitions(self) -> list[Definition]:
        """The regions that any player entered: `{"name", "metadata": [{"name", "data_type"}]}`."""
        return entry_definitions(self._regions.distinct(), "name", "metadata")

    # Of one player.

    def attributes(self, player_id: str) -> dict[str, Any]:
        """The player's attributes in the order they were first set; empty for an unknown player."""
        rows = self._storage.rows(
            "SELECT name, value FROM attributes WHERE player_id = ? ORDER BY rowid", (player_id,)
        )
        return {name: json.loads(value) for name, value in rows}

    def attribute_types(self, player_id: str) -> dict[str, str]:
        """The data types of the player's attributes, in the same order."""
        rows = self._storage.rows(
            "SELECT name, data_type FROM attributes WHERE player_id = ? ORDER BY rowid", (player_id,)
        )
        return dict(rows)

    def on_action(self, listener: Callable[[str, str, PlayerAction], None]) -> None:
        """Call `listener` with what a player does: the player, the session ("" without one), and the action.

        It is called within the transaction of the action, once that is written.
        """
        self._action_listeners.append(listener)

    def set_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set (or replace) attributes, whatever they were. ValueError for a value of none of the data types."""
        self._put(player_id, typed_values(values))

    def set_attributes_now(self, player_id: str, values: Mapping[str, Any]) -> None:
        """As `set_attributes`, but as something that happens to the player, which journeys follow."""
        typed = typed_values(values)
        with self._backend.lock, self._storage.transaction():
            self._put(player_id, typed)
            self._tell(player_id, "", ATTRIBUTE, "", {name: value for name, (value, _) in typed.items()})

    def assign_attributes(
        self, source: Source, attributes: Sequence[Attribute], path: FieldPath = ("attributes",)
    ) -> None:
        """Set (or replace) attributes as a client may: all of them, or (FieldError, about `path`) none."""
        with self._backend.delivery(source, "attributes"):
            known_types = self.attribute_types(source.player_id)
            self._put(source.player_id, typed_assignment(known_types, attributes, path))
            self._tell(source.player_id, source.session_id, ATTRIBUTE, "", _values(attributes))

    def assign_events(self, source: Source, events: Sequence[NewEvent]) -> None:
        """Append events; a player can have any number of one id."""
        entries = [(event.event_id, attributes_text(event.attributes)) for event in events]
        with self._backend.lock, self._storage.transaction():
            self._events.append(source, entries)
            self.search.add_events(source.player_id, entries)
            for event in events:
                self._tell(source.player_id, source.session_id, EVENT, event.event_id, _values(event.attributes))

    def put(self, player_id: str, attributes: Typed, events: Sequence[PastEvent]) -> None:
        """Make a player one who has these attributes and had these events, and no others."""
        with self._backend.lock, self._storage.transaction():
            self._storage.run("DELETE FROM attributes WHERE player_id = ?", (player_id,))
            self._events.remove(player_id)
            self.search.note(player_id)
            self.search.forget(player_id)
            self._put(player_id, attributes)
            for event in events:
                entry = (event.event_id, attributes_text(event.attributes))
                self._events.append(Source(player_id, "", 0), [entry], event.at)
                self.search.add_events(player_id, [entry])

    def event_count(self, player_id: str) -> int:
        """How many events the player had."""
        return self._events.count(player_id)

    def visit(self, player_id: str, environment_id: str, at: datetime) -> None:
        """Keep that a player, who may have neither attributes nor events, was in an environment at that time."""
        with self._backend.lock, self._backend.revisions.untold():
            self.search.add_visit(player_id, environment_id, milliseconds(at))

    def index(self) -> None:
        """Have `search` find what an older version wrote, which had no such thing."""
        for (player_id,) in self._storage.rows(
            "SELECT player_id FROM attributes GROUP BY player_id ORDER BY min(rowid)"
        ):
            self.search.add_attributes(player_id, self.attributes(player_id))
        for player_id in self._events.player_ids():
            entries = [(event_id, text) for event_id, text in self._events.entries(player_id)]
            self.search.add_events(player_id, entries)
        for player_id in self._backend.deliveries.player_ids():
            self.search.note(player_id)

    def events(self, player_id: str) -> tuple[ReceivedEvent, ...]:
        """The player's events, oldest first."""
        return tuple(
            ReceivedEvent(event_id, *attributes_in(text), by.at, by.session_id, by.request, by.impression_ids)
            for by, (event_id, text) in self._events.of_player(player_id)
        )

    def enter_region(self, source: Source, name: str, metadata: Sequence[Attribute]) -> None:
        """Append a transition into a region."""
        with self._backend.lock, self._storage.transaction():
            self._regions.append(source, [(name, attributes_text(metadata))])
            self._tell(source.player_id, source.session_id, REGION, name, _values(metadata))

    def regions(self, player_id: str) -> tuple[RegionTransition, ...]:
        """The player's transitions between regions in all sessions, oldest first."""
        return tuple(
            RegionTransition(name, *attributes_in(text), by.at, by.session_id, by.request, by.impression_ids)
            for by, (name, text) in self._regions.of_player(player_id)
        )

    def _tell(self, player_id: str, session_id: str, kind: str, name: str, values: Mapping[str, Any]) -> None:
        for listener in self._action_listeners:
            listener(player_id, session_id, PlayerAction(kind, name, values))

    def _put(self, player_id: str, typed: Typed) -> None:
        with self._storage.transaction():
            self._storage.run_many(
                "INSERT INTO attributes VALUES (?, ?, ?, ?) ON CONFLICT (player_id, name) "
                "DO UPDATE SET value = excluded.value, data_type = excluded.data_type",
                [(player_id, name, json.dumps(value), data_type) for name, (value, data_type) in typed.items()],
            )
            self.search.add_attributes(player_id, {name: value for name, (value, _) in typed.items()})


def _values(attributes: Sequence[Attribute]) -> dict[str, Any]:
    """The values of attributes by name; the last one of an attribute that is there twice."""
    return {one.name: one.value for one in attributes}
