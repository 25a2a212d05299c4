"""The form of a scenario as JSON Schema, and plain words for where a scenario breaks it (pure).

What a schema cannot say is checked by `uwclient.sandbox.scenario.reading`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from uwclient.sandbox.core.errors import FieldPath, did_you_mean
from uwclient.sandbox.scenario.repeats import MOST_TIMES
from uwclient.sandbox.services.content.records import KINDS, TIMEZONE_KINDS
from uwclient.sandbox.services.environments.rules import ENVIRONMENT_TYPES
from uwclient.sandbox.services.media.files import LARGEST_SIDE, LARGEST_SIZE

_MOST_PROBLEMS = 100

_TEXT = {"type": "string"}
_WORD = {"type": "string", "minLength": 1}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_TIMEZONE_KIND = {"enum": list(TIMEZONE_KINDS)}
_WORDS = {"type": "array", "items": _WORD}
_STRUCTURE = {"type": ["object", "array"]}
_REPEAT = {
    "type": "object",
    "properties": {
        "daily": {"type": "boolean"},
        "weekly": _WORDS,
        "monthly": {"type": "array", "items": {"type": "integer"}},
        "every": {"type": "integer", "minimum": 1, "maximum": MOST_TIMES},
        "until": {},
        "times": {"type": "integer", "minimum": 1, "maximum": MOST_TIMES},
        "zone": _WORD,
    },
    "additionalProperties": False,
}
_FIELD_FORMS: Mapping[str, Any] = {
    **dict.fromkeys(("name", "title", "body", "external_id", "external_event_type"), _TEXT),
    **dict.fromkeys(("message_type", "offer_type"), _TEXT),
    **dict.fromkeys(("portrait_image_id", "landscape_image_id"), _TEXT_OR_NULL),
    **dict.fromkeys(("splash_background_color", "splash_text_color", "splash_logo_url"), _TEXT_OR_NULL),
    **dict.fromkeys(
        ("data", "json", "items", "currencies", "framework_data", "additional_fields"),
        _STRUCTURE,
    ),
    **dict.fromkeys(("start_at_tz", "end_at_tz"), _TIMEZONE_KIND),
    **dict.fromkeys(("segments", "environments"), _WORDS),
    "id": _WORD,
    "questions_count": {"type": "integer", "minimum": 0},
    "payment_data": {"type": "object"},
    "percent": {"type": "integer", "minimum": 0, "maximum": 100},
}
_PIECE = {"type": "object", "properties": _FIELD_FORMS}
_RECORD = {"type": "object", "properties": {**_FIELD_FORMS, "repeat": _REPEAT}}
_SEGMENT = {
    "type": "object",
    "properties": {
        "name": _WORD,
        "players": _WORDS,
        "exclude": _WORDS,
        "events": {"type": "array", "items": {"type": "object"}},
        "attributes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"group_logical_operator": {}, "name": {}, "operator": {}, "values": {}},
                "additionalProperties": False,
            },
        },
    },
    "required": ["name"],
    "additionalProperties": False,
}
_ENTRY = {
    "type": "object",
    "properties": {
        "at": {},
        **dict.fromkeys(("publish", "change", "withdraw", "run", "pause", "complete"), _WORD),
        "with": _RECORD,
        "environment": _WORD,
    },
    "required": ["at"],
    "additionalProperties": False,
}
_PLAYER = {
    "type": "object",
    "properties": {
        "attributes": {
            "type": "object",
            "additionalProperties": {"type": ["string", "boolean", "integer", "number"]},
        }
    },
    "additionalProperties": False,
}
_CAMPAIGN = {
    "type": "object",
    "properties": {
        "id": _WORD,
        "name": _WORD,
        "trigger": {},
        "quota": {},
        "segments": _WORDS,
        "environments": _WORDS,
        "percent": _FIELD_FORMS["percent"],
        **{kind: {"type": "array", "items": _PIECE} for kind in KINDS},
    },
    "required": ["trigger"],
    "additionalProperties": False,
}
_OBJECT = {"type": "object"}
_JOURNEY = {
    "type": "object",
    "properties": {
        "id": _WORD,
        "name": _WORD,
        "description": _TEXT,
        **dict.fromkeys(("entry_rules", "exit_rules", "reenrollment_rules", "reenrollment"), _OBJECT),
        "environments": _WORDS,
        "steps": {"type": "array", "items": _OBJECT},
    },
    "required": ["id", "steps"],
    "additionalProperties": False,
}
_VARIANTS = {"type": "array", "items": {"type": "object"}}
_AB_TEST = {
    "type": "object",
    "properties": {"content": _WORD, "campaign": _WORD, "variants": _VARIANTS},
    "required": ["variants"],
    "additionalProperties": False,
}
_DEFINITION = {"type": "object", "properties": {"id": _WORD}, "required": ["id"]}
_TRANSLATIONS = {"type": "object", "minProperties": 1, "additionalProperties": _TEXT}
_WEBHOOK = {
    "type": "object",
    "properties": {"url": _WORD, "events": {**_WORDS, "minItems": 1}, "hash_function": _WORD},
    "required": ["url"],
    "additionalProperties": False,
}
_PIXELS = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIDE}
_VARIANT = {
    "type": "object",
    "properties": {"file": _WORD, "max_width": _PIXELS, "max_height": _PIXELS},
    "required": ["file", "max_width", "max_height"],
    "additionalProperties": False,
}
_MEDIA = {
    "type": "object",
    "properties": {
        "id": _WORD,
        "file": _WORD,
        "name": _WORD,
        "content_type": _WORD,
        "declared_size": {"type": "integer", "minimum": 0, "maximum": LARGEST_SIZE},
        "variants": {"type": "object", "additionalProperties": _VARIANT},
    },
    "required": ["id", "file"],
    "additionalProperties": False,
}
_KEYS = {
    "api_key": _WORD,
    "secret_key": _WORD,
    "survey_refresh_interval_seconds": {"type": "number", "exclusiveMinimum": 0},
    "port": {"type": "integer", "minimum": 0, "maximum": 65535},
    "database": _WORD,
    "clock": {},
    "environments": {"type": "object", "additionalProperties": {"enum": list(ENVIRONMENT_TYPES)}},
    "segments": {"type": "array", "items": _SEGMENT},
    "players": {"type": "object", "additionalProperties": _PLAYER},
    **{kind: {"type": "array", "items": _RECORD} for kind in KINDS},
    "campaigns": {"type": "array", "items": _CAMPAIGN},
    "journeys": {"type": "array", "items": _JOURNEY},
    "ab_tests": {"type": "array", "items": _AB_TEST},
    "localizations": {"type": "object", "additionalProperties": _TRANSLATIONS},
    "message_types": {"type": "array", "items": _DEFINITION},
    "bundles": {"type": "array", "items": _DEFINITION},
    "media": {"type": "array", "items": _MEDIA},
    "webhooks": {"type": "array", "items": _WEBHOOK},
    "timeline": {"type": "array", "items": _ENTRY},
}
_SCENARIO = {"type": "object", "properties": _KEYS, "additionalProperties": False}
_TYPE_NAMES = {
    "string": "a text",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_BOUNDS = {
    "minimum": ("too small", "{} or more"),
    "maximum": ("too large", "{} or less"),
    "exclusiveMinimum": ("too small", "more than {}"),
    "exclusiveMaximum": ("too large", "less than {}"),
}


def without_blanks(data: Any) -> Any:
    """A scenario without the keys that have nothing under them: `offers:` alone means no offers.

    That holds for the keys of the scenario itself and for players; unknown keys stay.
    """
    if not isinstance(data, Mapping):
        return data
    known = set(_KEYS)
    kept = {key: value for key, value in data.items() if value is not None or key not in known}
    if isinstance(kept.get("players"), Mapping):
        kept["players"] = {name: {} if player is None else player for name, player in kept["players"].items()}
    return kept


def form_problems(data: Any) -> Iterator[tuple[FieldPath, str]]:
    """Where a scenario breaks the form, and how, in plain words."""
    validator = Draft202012Validator(_SCENARIO)
    return (_problem(error) for error in islice(validator.iter_errors(data), _MOST_PROBLEMS))


def _problem(error: ValidationError) -> tuple[FieldPath, str]:
    path = tuple(error.absolute_path)
    value, wanted = error.instance, error.validator_value
    shown = "nothing (null)" if value is None else repr(value)
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        key = next(key for key in value if key not in known)
        close = did_you_mean(key, known) or f"; use {', '.join(known)}"
        return (*path, key), f"there is no such key here{close}"
    if error.validator == "required":
        missing = next(key for key in wanted if key not in value)
        return path, f"{missing!r} is missing"
    if error.validator == "type":
        wanted = [wanted] if isinstance(wanted, str) else wanted
        return path, f"{shown} is not {' or '.join(_TYPE_NAMES[one] for one in wanted)}"
    if error.validator == "enum":
        return path, f"{shown} is not one of {', '.join(wanted)}"
    if error.validator in ("minLength", "minProperties", "minItems"):
        return path, "it is empty"
    how, advice = _BOUNDS[str(error.validator)]
    return path, f"{shown} is {how}: use {advice.format(wanted)}"
