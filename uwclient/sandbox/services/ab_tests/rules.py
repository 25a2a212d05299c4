"""What an A/B test looks like, and who gets which variant (pure; section A/B Tests)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import CREATE, NEVER, Field, Resource, read_fields
from uwclient.sandbox.services.campaigns.resources import (
    COLUMN_OF_SESSION_FIELD,
    CONTENT,
    CONTENT_FIELDS,
    KIND_OF_TYPE,
    replaced_session_fields,
)

Variant = Mapping[str, Any]

AB_TEST = Resource(
    "A/B test",
    "ab_tests",
    (
        Field("id", "text", "The test's id, the same in all environments.", when=NEVER),
        Field("name", "text", "Its name, for people."),
        Field("campaign_id", "text", "The campaign that is tested, or whose content is.", when=NEVER),
        Field("campaign_content_id", "text", "The content that is tested; null: the campaign.", when=NEVER),
        Field("testable_type", "text", "campaign or campaign_content.", when=NEVER),
        Field("created_at", "time", "When it was made.", when=NEVER),
        Field("updated_at", "time", "When it was changed last.", when=NEVER),
    ),
    hidden=(
        Field("environment_id", "text", "The environment."),
        Field("variants", "list", "Its variants.", default=[]),
    ),
    keys=("environment_id", "campaign_id"),
    search=("name",),
)
VARIANT = (
    Field("name", "text", "The variant's name; each has its own.", required=True),
    Field("percentage", "integer", "How many of a hundred players get it.", required=True),
    Field("control_group", "boolean", "Whether it is the content as it is."),
    Field("fields", "object", "The fields of the content that it replaces."),
    Field("contents", "list", "The content that it has in place of the campaign's."),
)


def read_variants(given: Sequence[Mapping[str, Any]], kind: str | None) -> list[dict[str, Any]]:
    """The variants of a test.

    Args:
        given: as VARIANT describes them.
        kind: the kind of the content that is tested; None when a campaign is.

    Raises:
        FieldError: a variant is wrong, or they do not add up.

    """
    if isinstance(given, str) or not isinstance(given, (list, tuple)):
        raise FieldError("variants", f"{given!r} is not a list: write [{{name: …, percentage: …}}, …]")
    variants = [_variant(one, ("variants", place), kind) for place, one in enumerate(given)]
    names = [variant["name"] for variant in variants]
    if len(set(names)) < len(names):
        raise FieldError("variants", "two of them have the same name")
    total = sum(variant["percentage"] for variant in variants)
    if total != 100:
        raise FieldError("variants", f"their percentages add up to {total}, not to 100")
    if sum(variant["control_group"] for variant in variants) != 1:
        raise FieldError("variants", "one of them, and only one, must have control_group: true")
    return variants


def _variant(given: Any, path: tuple[str | int, ...], kind: str | None) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise FieldError(path, f"{given!r} is not a mapping: write {{name: …, percentage: …}}")
    values = read_fields(VARIANT, given, CREATE, path=path)
    if not 0 <= values["percentage"] <= 100:
        raise FieldError((*path, "percentage"), f"{values['percentage']} is not a percentage from 0 to 100")
    control, replaced = values.get("control_group", False), "contents" if kind is None else "fields"
    for field in ("fields", "contents"):
        if field in values and (control or field != replaced):
            reason = "the control group sees what there is" if control else f"write {replaced} here"
            raise FieldError((*path, field), f"{reason}: leave {field} out")
    contents = [_content(one, (*path, "contents", place)) for place, one in enumerate(values.get("contents", ()))]
    fields = _fields(values.get("fields", {}), kind, (*path, "fields")) if kind is not None else {}
    whole = {"name": values["name"], "percentage": values["percentage"], "control_group": control}
    return {**whole, "fields": fields, "contents": contents}


def _content(given: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise FieldError(path, f"{given!r} is not a mapping: write {{type: …, content: {{…}}}}")
    values = read_fields(CONTENT.fields, {key: one for key, one in given.items() if key != "id"}, CREATE, path=path)
    known = CONTENT_FIELDS[KIND_OF_TYPE[values["type"]]]
    fields = read_fields(known, values.get("content", {}), "update", path=(*path, "content"))
    made = {"type": values["type"], "delivery": values.get("delivery", {}), "content": fields, "session_fields": None}
    return {**made, "id": given.get("id")}


def _fields(given: Mapping[str, Any], kind: str | None, path: tuple[str | int, ...]) -> dict[str, Any]:
    columns = COLUMN_OF_SESSION_FIELD.get(kind or "", {})
    known = {*columns, *(field.name for field in CONTENT_FIELDS[kind or ""])}
    fields = {}
    for name, value in given.items():
        if name not in known:
            raise FieldError((*path, name), f"{kind} have no such field{did_you_mean(name, known)}")
        fields[columns.get(name) or name] = value
    return fields


def with_fields(content: Mapping[str, Any], kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Content in which a variant replaced fields."""
    gone = replaced_session_fields(kind, fields)
    beside = content["session_fields"]
    kept = None if beside is None else {name: value for name, value in beside.items() if name not in gone}
    return {**content, "content": {**content["content"], **fields}, "session_fields": kept}


def variant_for(test_id: str, variants: Sequence[Variant], player_id: str) -> Variant:
    """The variant that a player gets who has none yet: always the same one for the same player and percentages."""
    digest = hashlib.sha256(f"{test_id}{player_id}".encode()).digest()
    place, reached = int.from_bytes(digest, "big") % 100, 0
    for variant in variants:
        reached += variant["percentage"]
        if place < reached:
            return variant
    return variants[-1]
