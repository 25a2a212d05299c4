"""A world as a YAML file: everything that live operations made, to keep with a game's code, or to go on elsewhere.

    world: 1                              # the version of this form
    environments: [{id: …, key: live, type: live, …}]
    campaigns: [{id: …, environment_id: …, name: …, …}]
    …
    players: {hero-42: {attributes: {coins: 10}}}

Each key but the last is a table of fields; a field that has its default is left out. `world_players` says what is
known of players.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from uwclient.sandbox.core.collection import Collection, Row
from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys
from uwclient.sandbox.core.resource import TYPES, Field, Resource, shown
from uwclient.sandbox.core.times import from_milliseconds, milliseconds, parse_time
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.scenario.yaml_document import YamlDocument, read_yaml
from uwclient.sandbox.services.ab_tests.rules import AB_TEST
from uwclient.sandbox.services.campaigns.resources import CAMPAIGN, CONTENT
from uwclient.sandbox.services.catalogue import resources as catalogue
from uwclient.sandbox.services.environments.rules import ENVIRONMENT
from uwclient.sandbox.services.journeys.resources import EDGE, JOURNEY, STEP
from uwclient.sandbox.services.releases.resources import RELEASE
from uwclient.sandbox.services.segments.rules import SEGMENT
from uwclient.sandbox.world_players import put_players, read_players, write_players

VERSION = 1
RESOURCES: tuple[Resource, ...] = (
    ENVIRONMENT,
    catalogue.CURRENCY,
    catalogue.ITEM,
    catalogue.PRODUCT,
    catalogue.BUNDLE,
    catalogue.CATEGORY,
    catalogue.EVENT_FRAMEWORK,
    catalogue.OFFER_FRAMEWORK,
    catalogue.PUSH_FRAMEWORK,
    catalogue.MESSAGE_TYPE,
    catalogue.TEMPLATE,
    catalogue.JSON_LIST,
    catalogue.LOCALIZATION,
    SEGMENT,
    CAMPAIGN,
    CONTENT,
    AB_TEST,
    JOURNEY,
    STEP,
    EDGE,
    RELEASE,
)
"""The tables that a world consists of."""


def write_world(platform: Platform, path: str | Path) -> None:
    """Write the world of a platform into a file."""
    with platform.backend.lock:
        platform.backend.catch_up()
        storage = platform.backend.storage
        world: dict[str, Any] = {"world": VERSION}
        for resource in RESOURCES:
            rows = [_plain(resource, row) for row in Collection(storage, resource).rows()]
            world |= {resource.table: rows} if rows else {}
        world["players"] = write_players(platform)
    text = yaml.safe_dump(world, allow_unicode=True, sort_keys=False, width=118)
    Path(path).write_text(text, encoding="utf-8")


def read_world(platform: Platform, path: str | Path) -> None:
    """Put the world of a file in the place of a platform's; players whom the file does not name stay as they are.

    ScenarioError, and no change, when the file is something else; the message names the line and the field.
    """
    document = read_yaml(Path(path))
    tables = [(resource, _rows(document, resource)) for resource in RESOURCES]
    with document.errors_at(()):
        players = read_players(document.data.get("players") or {})
    with platform.backend.lock, platform.backend.storage.transaction():
        for resource, rows in tables:
            collection = Collection(platform.backend.storage, resource)
            collection.remove()
            for row in rows:
                collection.add(row)
        put_players(platform, players)
        platform.backend.read_again()
        platform.campaigns.schedule_ends()
        platform.sending.look_at_all()


def _plain(resource: Resource, row: Row) -> dict[str, Any]:
    """A row as YAML shows it: times as ISO 8601, and without what has its default."""
    plain = {}
    for field in resource.columns:
        value = row[field.name]
        if value is not None and value != field.default:
            plain[field.name] = from_milliseconds(value).isoformat() if field.type == "time" else value
    return plain


def _rows(document: YamlDocument, resource: Resource) -> list[dict[str, Any]]:
    data = document.data
    if not isinstance(data, Mapping) or data.get("world") != VERSION:
        document.fail(("world",), f"this is no world of version {VERSION}: use what `uwclient sandbox export` wrote")
    rows = data.get(resource.table) or []
    with document.errors_at(()):
        check_keys(data, ("world", "players", *(one.table for one in RESOURCES)), ())
        return [_row(resource, row, (resource.table, place)) for place, row in enumerate(rows)]


def _row(resource: Resource, row: Any, path: FieldPath) -> dict[str, Any]:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
        raise FieldError(path, f"{shown(row)} is no {resource.name} with an id")
    fields = {field.name: field for field in resource.columns}
    check_keys(row, fields, path)
    return {name: _value(fields[name], value, (*path, name)) for name, value in row.items()}


def _value(field: Field, value: Any, path: FieldPath) -> Any:
    try:
        read = milliseconds(parse_time(value, None)) if field.type == "time" and value is not None else value
    except ValueError as problem:
        raise FieldError(path, str(problem)) from None
    if value is not None and not TYPES[field.type].fits(value):
        raise FieldError(path, f"{shown(value)} is not {TYPES[field.type].sentence}")
    return read
