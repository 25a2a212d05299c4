"""What a segment looks like (pure; guide: Segment Targeting)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.ids import named_id
from uwclient.sandbox.core.resource import NEVER, Field, Resource
from uwclient.sandbox.services.segments.targeting import check_conditions, check_event_groups


def segment_id(name: str) -> str:
    """The id of a segment that a scenario names: always the same one for the same name."""
    return named_id(uuid.NAMESPACE_URL, f"uwclient-sandbox/segments/{name}")


LISTS_OF_PLAYERS = ("player_ids_to_exclude", "player_ids_to_include")
SEGMENT = Resource(
    "segment",
    "segments",
    (
        Field("id", "text", "The segment's id, the same in all environments.", when=NEVER),
        Field("name", "text", "Its name; several segments may have the same."),
        Field("attributes", "list", "Conditions on attributes.", default=[], check=check_conditions),
        Field("events", "list", "Groups of conditions on events.", default=[], check=check_event_groups),
        Field("player_ids_to_exclude", "texts", "Players who are never in it.", default=[]),
        Field("player_ids_to_include", "texts", "Players who are in it whatever they did.", default=[]),
        Field("updated_at", "time", "When it was changed last.", when=NEVER),
    ),
    hidden=(
        Field("environment_id", "text", "The environment.", when=NEVER),
        Field("everywhere", "boolean", "Whether later environments get it too.", default=False, when=NEVER),
    ),
    keys=("environment_id", "id"),
    search=("name",),
)


@dataclass(frozen=True, slots=True)
class Membership:
    """A segment that a player is in: its id, and its name at that time."""

    id: str
    name: str


def check_segment(attributes: Sequence[Any], players: Sequence[str], events: Sequence[Any] = ()) -> None:
    """FieldError when a segment with these conditions and player ids makes no sense."""
    for field, check, value in (("attributes", check_conditions, attributes), ("events", check_event_groups, events)):
        try:
            check(value)
        except FieldError as problem:
            raise problem.below((field,)) from None
    if isinstance(players, str):
        raise FieldError("players", f"{players!r} is not a list of player ids: write [{players}]")
    if not attributes and not players and not events:
        raise FieldError("attributes", "the segment matches nobody: give it attributes or players")


def without_player(value: Any, player_id: str) -> Any:
    """JSON in which no segment's list names a player; `value` itself where none does."""
    if isinstance(value, Mapping):
        made = {
            name: [item for item in one if item != player_id]
            if name in LISTS_OF_PLAYERS and isinstance(one, list)
            else without_player(one, player_id)
            for name, one in value.items()
        }
        return made if made != value else value
    if isinstance(value, list):
        items = [without_player(one, player_id) for one in value]
        return items if items != value else value
    return value


def names_of(row: Row) -> Membership:
    """The segment of a row, as sessions keep it."""
    return Membership(row["id"], row["name"] or row["id"])
