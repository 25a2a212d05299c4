"""Segments: groups of players by what they are and did (section Segments)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.choices import Direction, search
from uwclient.server_api.pages import PAGE_SIZE, Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource, merged


@dataclass(frozen=True, slots=True)
class AttributeCondition(Record):
    """A condition on an attribute, of a player or of an event.

    Attributes:
        name: the attribute.
        operator: such as "equal", "contain", "greater_than", "less_than" or "between".
        values: what it is compared with.
        group_logical_operator: "and" or "or": how it goes with the conditions before it.

    """

    name: str | None = None
    operator: str | None = None
    values: tuple[Any, ...] = ()
    group_logical_operator: str | None = None


@dataclass(frozen=True, slots=True)
class EventSet(Record):
    """Events that count: those with this name that meet all conditions.

    Attributes:
        event_id: the name of the event.
        attributes: conditions on what came with it.
        app_id: the app in which it was done.

    """

    event_id: str | None = None
    attributes: tuple[AttributeCondition, ...] = ()
    app_id: str | None = None


@dataclass(frozen=True, slots=True)
class EventCondition(Record):
    """A condition on what a player did.

    Attributes:
        logical_operator: "and", "or" or "not": how many of the sets must have happened.
        event_sets: the events that count.
        group_logical_operator: "and" or "or": how it goes with the conditions before it.

    """

    logical_operator: str | None = None
    event_sets: tuple[EventSet, ...] = ()
    group_logical_operator: str | None = None


@dataclass(frozen=True, slots=True)
class AudienceStats(Record):
    """How many players of a segment were active.

    Attributes:
        trailing_30d_active_user_count: in the last 30 days.
        trailing_7d_active_user_count: in the last 7 days.

    """

    trailing_30d_active_user_count: int | None = None
    trailing_7d_active_user_count: int | None = None


@dataclass(frozen=True, slots=True)
class Segment(Record):
    """A group of players.

    Attributes:
        id: its id.
        name: its name.
        app_id: the app that it belongs to.
        attributes: conditions on what a player is.
        events: conditions on what a player did.
        audience_stats: how many of its players were active.
        player_ids_to_exclude: players who are not in it, whatever the conditions say.
        player_ids_to_include: players who are in it, whatever the conditions say.
        state: how far it was shared, such as "live".
        updated_at: when it was changed.

    """

    id: str
    name: str | None = None
    app_id: str | None = None
    attributes: tuple[AttributeCondition, ...] = ()
    events: tuple[EventCondition, ...] = ()
    audience_stats: AudienceStats | None = None
    player_ids_to_exclude: tuple[str, ...] = ()
    player_ids_to_include: tuple[str, ...] = ()
    state: str | None = None
    updated_at: datetime | None = None


class Segments(Resource):
    """The segments of the app: `server.segments`."""

    def list(
        self,
        *,
        query: str | None = None,
        sort_by: str | None = None,
        sort_direction: Direction | None = None,
        page_size: int = PAGE_SIZE,
        environment_stage: str | None = None,
    ) -> Pages[Segment]:
        """List segments: GET /api/v1/segments.

        Args:
            query: text that the name has in it.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".
            page_size: how many come with each reply.
            environment_stage: the key of the environment, if not that of the client.

        """
        wanted = {**self._scope.named(environment_stage), **search(query, sort_by, sort_direction)}
        return self._list(Segment, "GET /api/v1/segments", wanted, page_size=page_size)

    def get(self, segment_id: str) -> Segment:
        """Get a segment: GET /api/v1/segments/{segment_id}."""
        return self._one(Segment, "GET /api/v1/segments/{segment_id}", segment_id=segment_id)

    def create(
        self,
        *,
        name: str | None = None,
        events: Sequence[EventCondition | Json] | None = None,
        attributes: Sequence[AttributeCondition | Json] | None = None,
        environment_stage: str | None = None,
        extra: Json | None = None,
    ) -> Segment:
        """Create a segment in a dev environment: POST /api/v1/segments.

        Args:
            name: its name.
            events: conditions on what a player did.
            attributes: conditions on what a player is.
            environment_stage: the key of the environment, if not that of the client.
            extra: fields beyond the documentation, such as the sandbox's `player_ids_to_include`.

        """
        fields = given(name=name, events=events, attributes=attributes)
        body = {**self._scope.named(environment_stage), **merged(fields, extra)}
        return self._one(Segment, "POST /api/v1/segments", body)

    def update(
        self,
        segment_id: str,
        *,
        name: str | None = None,
        events: Sequence[EventCondition | Json] | None = None,
        attributes: Sequence[AttributeCondition | Json] | None = None,
        extra: Json | None = None,
    ) -> Segment:
        """Change the fields of a segment that are given: PUT /api/v1/segments/{segment_id}.

        The documentation has the path without the id, as PUT /api/v1/segments, where no field could hold one.

        Args:
            segment_id: the segment.
            name: its name.
            events: conditions on what a player did, in place of those that it has.
            attributes: conditions on what a player is, in place of those that it has.
            extra: fields beyond the documentation, such as the sandbox's `player_ids_to_include`.

        """
        fields = given(name=name, events=events, attributes=attributes)
        endpoint = "PUT /api/v1/segments/{segment_id}"
        return self._one(Segment, endpoint, merged(fields, extra), segment_id=segment_id)

    def delete(self, segment_id: str) -> None:
        """Delete a segment: DELETE /api/v1/segments/{segment_id}. Campaigns keep its id, and match nobody by it."""
        self._tell("DELETE /api/v1/segments/{segment_id}", segment_id=segment_id)
