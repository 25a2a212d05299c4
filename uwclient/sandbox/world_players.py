"""Players in the file of a world: their attributes, what they did, and which variants they were shown.

    players:
      hero-42:
        attributes: {coins: 10, joined: "2026-01-01T00:00:00Z"}
        data_types: {joined: datetime}          # those that a value does not tell by itself
        events: [{event_id: bought, at: "2026-03-01T10:00:00Z", attributes: {price: 5}}]
        variants: [{environment_id: ..., test_id: ..., variant_id: ...}]

A player in the file becomes the player that the file shows. Sessions, impressions, answers, addresses and tokens are
not part of it: they belong to clients that have met this sandbox, and a database keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys
from uwclient.sandbox.core.resource import CREATE, Field, read_fields
from uwclient.sandbox.core.times import from_milliseconds, milliseconds
from uwclient.sandbox.core.values import DATA_TYPES, Attribute, data_type_of, fits
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.services.players.models import PastEvent

_TYPED = (
    Field("attributes", "object", "The values by name."),
    Field("data_types", "object", "The data types by name, of those that a value does not tell by itself."),
)
_EVENT = (
    Field("event_id", "text", "What happened.", required=True),
    Field("at", "time", "When it arrived.", required=True),
    *_TYPED,
)
_VARIANT = tuple(Field(name, "text", "An id.", required=True) for name in ("environment_id", "test_id", "variant_id"))
_PLAYER = (
    *_TYPED,
    Field("events", "list", "What the player did, oldest first.", fields=_EVENT),
    Field("variants", "list", "The variants that the player was shown first.", fields=_VARIANT),
)


def write_players(platform: Platform) -> dict[str, Any]:
    """All known players, as the file shows them."""
    return {player_id: _written(platform, player_id) for player_id in platform.players.ids()}


def read_players(document: Any) -> dict[str, Mapping[str, Any]]:
    """What the file says of players, by their ids. FieldError when something is wrong."""
    if not isinstance(document, Mapping):
        raise FieldError("players", f"{document!r} is not an object with a player for each id")
    return {str(one): _read(given, ("players", str(one))) for one, given in document.items()}


def put_players(platform: Platform, players: Mapping[str, Mapping[str, Any]]) -> None:
    """Make players what `read_players` gave."""
    for player_id, player in players.items():
        attributes = {one.name: (one.value, one.stored_type) for one in player["attributes"]}
        platform.players.put(player_id, attributes, player["events"])
        platform.ab_tests.put_shown(player_id, player["variants"])


def _written(platform: Platform, player_id: str) -> dict[str, Any]:
    players = platform.players
    written = _typed(players.attributes(player_id), players.attribute_types(player_id))
    events = [
        {"event_id": one.event_id, "at": _time(one.at), **_typed(one.attributes, one.attribute_types)}
        for one in players.events(player_id)
    ]
    names = [field.name for field in _VARIANT]
    variants = [dict(zip(names, one, strict=True)) for one in platform.ab_tests.shown_to(player_id)]
    return {**written, **({"events": events} if events else {}), **({"variants": variants} if variants else {})}


def _time(moment: Any) -> str:
    return from_milliseconds(milliseconds(moment)).isoformat()


def _typed(values: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    hidden = {name: types[name] for name, value in values.items() if data_type_of(value) != types[name]}
    return {**({"attributes": dict(values)} if values else {}), **({"data_types": hidden} if hidden else {})}


def _read(given: Any, path: FieldPath) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise FieldError(path, f"{given!r} is not an object")
    player = read_fields(_PLAYER, given, CREATE, path=path)
    events = [
        PastEvent(
            one["event_id"],
            tuple(_attributes(one, (*path, "events", place))),
            from_milliseconds(one["at"]),
        )
        for place, one in enumerate(player.get("events", ()))
    ]
    variants = [tuple(one[field.name] for field in _VARIANT) for one in player.get("variants", ())]
    return {"attributes": tuple(_attributes(player, path)), "events": events, "variants": variants}


def _attributes(given: Mapping[str, Any], path: FieldPath) -> Iterator[Attribute]:
    values, types = given.get("attributes", {}), given.get("data_types", {})
    check_keys(types, values, (*path, "data_types"), "it has no such attribute")
    for name, value in values.items():
        data_type = types.get(name, data_type_of(value))
        if data_type not in DATA_TYPES:
            raise FieldError((*path, "attributes", name), f"{value!r} is none of {', '.join(DATA_TYPES.values())}")
        if not fits(value, data_type):
            raise FieldError((*path, "attributes", name), f"{value!r} is not {DATA_TYPES[data_type]}")
        yield Attribute(str(name), value, data_type)
