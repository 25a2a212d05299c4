"""What is known about players, and what they did: attributes, events and regions.

(Sections Session Player Attributes and Session Player Events; guide: Unity SDK, TransitionToRegion.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.player_log import PlayerLog
from uwclient.sandbox.core.times import milliseconds
from uwclient.sandbox.core.values import Attribute, attributes_in, attributes_text
from uwclient.sandbox.services.players.attributes import Typed, typed_assignment, typed_values
from uwclient.sandbox.services.players.models import NewEvent, PastEvent, ReceivedEvent, RegionTransition
from uwclient.sandbox.services.players.search import PlayerSearch

_TABLE = """CREATE TABLE IF NOT EXISTS attributes (
    player_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, data_type TEXT NOT NULL,
    PRIMARY KEY (player_id, name))"""


class Players:
    """Owns the tables of players, attributes, events and region transitions; a player needs no registration.

    A datetime is kept, and given back, as its ISO 8601 text.

    Attributes:
        search: finds players by their attributes, events and visits.

    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._storage.run(_TABLE)
        self.search = PlayerSearch(self._storage)
        backend.on_delivery(lambda source, _: self.search.add_player(source.player_id))
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
        """Whether anything was ever heard of a player."""
        return bool(self.search.numbers([player_id]))

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

    def set_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set (or replace) attributes, whatever they were. ValueError for a value of none of the data types."""
        self._put(player_id, typed_values(values))

    def assign_attributes(self, source: Source, attributes: Sequence[Attribute]) -> None:
        """Set (or replace) attributes as a client may: all of them, or (Refused) none."""
        with self._backend.delivery(source, "attributes"):
            self._put(source.player_id, typed_assignment(self.attribute_types(source.player_id), attributes))

    def assign_events(self, source: Source, events: Sequence[NewEvent]) -> None:
        """Append events; a player can have any number of one id."""
        entries = [(event.event_id, attributes_text(event.attributes)) for event in events]
        with self._backend.lock, self._storage.transaction():
            self._events.append(source, entries)
            self.search.add_events(source.player_id, entries)

    def put(self, player_id: str, attributes: Typed, events: Sequence[PastEvent]) -> None:
        """Make a player one who has these attributes and had these events, and no others."""
        with self._backend.lock, self._storage.transaction():
            self._storage.run("DELETE FROM attributes WHERE player_id = ?", (player_id,))
            self._events.remove(player_id)
            self.search.add_player(player_id)
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
            self.search.add_player(player_id)

    def events(self, player_id: str) -> tuple[ReceivedEvent, ...]:
        """The player's events, oldest first."""
        return tuple(
            ReceivedEvent(event_id, *attributes_in(text), by.at, by.session_id, by.request, by.impression_ids)
            for by, (event_id, text) in self._events.of_player(player_id)
        )

    def enter_region(self, source: Source, name: str, metadata: Sequence[Attribute]) -> None:
        """Append a transition into a region."""
        self._regions.append(source, [(name, attributes_text(metadata))])

    def regions(self, player_id: str) -> tuple[RegionTransition, ...]:
        """The player's transitions between regions in all sessions, oldest first."""
        return tuple(
            RegionTransition(name, *attributes_in(text), by.at, by.session_id, by.request, by.impression_ids)
            for by, (name, text) in self._regions.of_player(player_id)
        )

    def _put(self, player_id: str, typed: Typed) -> None:
        with self._storage.transaction():
            self._storage.run_many(
                "INSERT INTO attributes VALUES (?, ?, ?, ?) ON CONFLICT (player_id, name) "
                "DO UPDATE SET value = excluded.value, data_type = excluded.data_type",
                [(player_id, name, json.dumps(value), data_type) for name, (value, data_type) in typed.items()],
            )
            self.search.add_attributes(player_id, {name: value for name, (value, _) in typed.items()})
