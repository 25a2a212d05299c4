"""Segments: groups of players, by what is known of them and what they did (guide: Segment Targeting).

A segment is edited in dev. Sharing something that names it puts a copy into the other environment, under the same
id; what players there are in, is decided by that copy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Collection, ListQuery, Page, Row
from uwclient.sandbox.core.errors import NotFound, did_you_mean
from uwclient.sandbox.core.resource import CREATE, UPDATE, Warn, read_fields
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.segments.membership import targeted
from uwclient.sandbox.services.segments.rules import (
    LISTS_OF_PLAYERS,
    SEGMENT,
    Membership,
    check_segment,
    names_of,
    segment_id,
    without_player,
)
from uwclient.sandbox.services.segments.targeting import Targeting, read_targeting, written_groups

_DAY = 24 * 60 * 60 * 1000
ASSIGNED = ("name", "attributes", "events", "player_ids_to_exclude", "player_ids_to_include")
"""What is frozen of a segment when it is shared."""


@dataclass(frozen=True, slots=True)
class _Members:
    """Who is in a segment: the numbers of players, and the ids of those who are included, but never came."""

    known: set[int]
    unknown: frozenset[str]


class Segments:
    """Owns the table of segments, in all environments, and a copy of it in memory to decide from."""

    def __init__(self, backend: Backend, environments: Environments, players: Players) -> None:
        self._backend = backend
        self._environments = environments
        self._players = players
        self._table = Collection(backend.storage, SEGMENT)
        self._read()
        backend.on_restore(self._read)
        backend.erasure.on_erase(self._forget_player)

    def _read(self) -> None:
        self._rows: dict[str, dict[str, Row]] = {}
        self._targeting: dict[tuple[str, str], Targeting] = {}
        for row in self._table.rows():
            self._keep(row)

    def _keep(self, row: Row) -> None:
        environment_id, row_id = row["environment_id"], row["id"]
        self._rows.setdefault(environment_id, {})[row_id] = row
        self._targeting[environment_id, row_id] = read_targeting(row)

    # Editing.

    def create(self, environment_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Add a segment to a dev environment. FieldError when a field is wrong."""
        values = read_fields(SEGMENT.fields, given, CREATE, warn)
        return self._put(environment_id, self._backend.ids.uuid("segment"), values)

    def update(self, environment_id: str, row_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Replace fields of a segment. NotFound when there is none of that id, FieldError when a field is wrong."""
        with self._backend.lock:
            self.get(environment_id, row_id)
            return self._put(environment_id, row_id, read_fields(SEGMENT.fields, given, UPDATE, warn))

    def define(
        self,
        environment_id: str,
        name: str,
        *,
        attributes: Sequence[Mapping[str, Any]] = (),
        players: Sequence[str] = (),
        events: Sequence[Mapping[str, Any]] = (),
        exclude: Sequence[str] = (),
    ) -> Row:
        """Add or replace the segment that a scenario calls so; later environments get it. FieldError as `create`."""
        check_segment(attributes, players, events)
        return self._put(
            environment_id,
            segment_id(name),
            {
                "name": name,
                "attributes": _plain(attributes),
                "events": _plain(events),
                "player_ids_to_include": list(players),
                "player_ids_to_exclude": list(exclude),
                "everywhere": True,
            },
        )

    def delete(self, environment_id: str, row_id: str) -> None:
        """Remove a segment from an environment. NotFound when there is none of that id."""
        with self._backend.lock:
            self.get(environment_id, row_id)
            self._table.remove(environment_id=environment_id, id=row_id)
            del self._rows[environment_id][row_id]

    def _forget_player(self, player_id: str) -> None:
        """Take a player out of the lists of all segments in all environments."""
        for row in [one for rows in self._rows.values() for one in rows.values()]:
            changed = without_player({name: row[name] for name in LISTS_OF_PLAYERS}, player_id)
            if any(changed[name] != row[name] for name in LISTS_OF_PLAYERS):
                self._table.update(row["number"], changed)
                self._keep({**row, **changed})

    # Looking.

    def find(self, environment_id: str, row_id: str) -> Row | None:
        """The segment of that id, as an environment has it."""
        return self._rows.get(environment_id, {}).get(row_id)

    def get(self, environment_id: str, row_id: str) -> Row:
        """As `find`. NotFound when there is none."""
        found = self.find(environment_id, row_id)
        if found is None:
            close = did_you_mean(row_id, self._rows.get(environment_id, {}))
            raise NotFound(f"There is no segment {row_id!r}{close}.")
        return found

    def page(self, environment_id: str, query: ListQuery) -> Page:
        """What a client asks of the list of an environment."""
        return self._table.page(query, environment_id=environment_id)

    def all(self, environment_id: str) -> list[Row]:
        """All segments of an environment, in the order in which they came there."""
        return list(self._rows.get(environment_id, {}).values())

    def named(self, environment_id: str, name: str) -> Row | None:
        """The segment that has a name (or id): that of a scenario, else the first one."""
        rows = self._rows.get(environment_id, {})
        first = next((row for row in rows.values() if row["name"] == name), None)
        return rows.get(segment_id(name)) or first or rows.get(name)

    # Who is in them.

    def of(self, environment_id: str, player_id: str) -> tuple[Membership, ...]:
        """The segments of an environment that a player is in now."""
        with self._backend.lock:
            rows = self.all(environment_id)
            if not rows:
                return ()
            attributes = self._players.attributes(player_id)
            segments = [(row, self._targeting[environment_id, row["id"]]) for row in rows]
            event_ids = {event_id for _, targeting in segments for event_id in targeting.event_ids}
            events = self._players.search.events(player_id, event_ids) if event_ids else {}
            return tuple(
                names_of(row) for row, targeting in segments if targeting.is_met(player_id, attributes, events)
            )

    def players(self, environment_id: str, row_id: str, start: int = 0, most: int | None = None) -> list[str]:
        """The ids of the players who are in a segment now, in alphabetical order.

        Args:
            environment_id: the environment.
            row_id: the segment.
            start: how many are left out before the first one.
            most: how many there are at most; None for all.

        Raises:
            NotFound: the environment has no such segment.

        """
        with self._backend.lock:
            members = self._members(environment_id, row_id)
            ids = sorted([*self._players.search.ids(members.known), *members.unknown])
        return ids[start : None if most is None else start + most]

    def count(self, environment_id: str, row_id: str) -> int:
        """How many players are in a segment now. NotFound without that segment."""
        with self._backend.lock:
            members = self._members(environment_id, row_id)
            return len(members.known) + len(members.unknown)

    def audience_stats(self, environment_id: str, row_id: str) -> dict[str, int]:
        """How many players of a segment were there lately: started, resumed or refreshed a session.

        Nobody has a session in a dev environment: there, those count who were in any other one.

        Returns:
            `{"trailing_30d_active_user_count": int, "trailing_7d_active_user_count": int}`.

        Raises:
            NotFound: the environment has no such segment.

        """
        with self._backend.lock:
            members = self._members(environment_id, row_id).known
            environment = self._environments.get(environment_id)
            places = [environment] if environment.has_players else self._environments.with_players()
            ids = [one.id for one in places]
            return {
                f"trailing_{days}d_active_user_count": len(
                    members & self._players.search.visitors(ids, self._backend.now() - days * _DAY)
                )
                for days in (30, 7)
            }

    def furthest_state(self, row_id: str) -> str:
        """The furthest type of environment that has a segment: dev, qa or live."""
        types = {one.type for one in self._environments.all() if self.find(one.id, row_id) is not None}
        return next((kind for kind in ("live", "qa") if kind in types), "dev")

    def _members(self, environment_id: str, row_id: str) -> _Members:
        row, search = self.get(environment_id, row_id), self._players.search
        targeting = self._targeting[environment_id, row_id]
        included = targeting.included - targeting.excluded
        numbers = search.numbers([*included, *row["player_ids_to_exclude"]])
        known = targeted(targeting, search) - {numbers[one] for one in targeting.excluded & numbers.keys()}
        known.update(numbers[one] for one in included & numbers.keys())
        return _Members(known, included - numbers.keys())

    # Releases.

    def snapshot(self, environment_id: str, row_ids: Sequence[str]) -> list[Row]:
        """What a release freezes of segments; those that do not exist are left out."""
        found = [self.find(environment_id, row_id) for row_id in row_ids]
        return [{name: row[name] for name in ("id", *ASSIGNED)} for row in found if row is not None]

    def place(self, environment_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put the segments of a release into an environment."""
        for row in rows:
            self._put(environment_id, row["id"], {name: row[name] for name in ASSIGNED})

    def _put(self, environment_id: str, row_id: str, values: Mapping[str, Any]) -> Row:
        with self._backend.lock:
            stamped = {**values, "updated_at": self._backend.now()}
            if "events" in values:
                stamped["events"] = written_groups(values["events"])
            old = self.find(environment_id, row_id)
            if old is None:
                row = self._table.add({**stamped, "environment_id": environment_id, "id": row_id})
            else:
                row = {**old, **stamped}
                self._table.update(old["number"], stamped)
            self._keep(row)
            return row


def _plain(conditions: Sequence[Mapping[str, Any]]) -> Any:
    """Conditions as JSON holds them, and as nobody else can change them; datetimes become ISO 8601."""
    return json.loads(json.dumps([dict(one) for one in conditions], default=lambda moment: moment.isoformat()))
