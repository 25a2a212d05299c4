"""The form of a scenario, as a table of fields (pure).

What a table cannot say is checked by `uwclient.sandbox.scenario.reading`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.scenario.repeats import MOST_TIMES
from uwclient.sandbox.services.content.record_fields import KIND_FIELDS, fields_of_piece
from uwclient.sandbox.services.environments.rules import ENVIRONMENT_TYPES
from uwclient.sandbox.services.media.files import LARGEST_SIDE, LARGEST_SIZE
from uwclient.sandbox.services.publishing.campaign import CAMPAIGN


def _words(name: str, text: str) -> Field:
    return Field(name, "list", text, values=Field("", "word", "One of them."))


def _check_not_empty(value: Collection[Any]) -> None:
    if not value:
        raise ValueError("it is empty")


def _check_above_zero(value: float) -> None:
    if value <= 0:
        raise ValueError(f"{value} is too small: use more than 0")


_REPEAT = Field(
    "repeat",
    "object",
    "When it happens again.",
    fields=(
        Field("daily", "boolean", "Whether it happens each day."),
        _words("weekly", "The days of the week on which it happens."),
        Field("monthly", "list", "The days of the month.", values=Field("", "integer", "A day; -1 is the last one.")),
        Field("every", "integer", "Each so many days, weeks or months.", minimum=1, maximum=MOST_TIMES),
        Field("until", "moment", "The last day."),
        Field("times", "integer", "How often it happens.", minimum=1, maximum=MOST_TIMES),
        Field("zone", "word", "The time zone of its times, such as Europe/Berlin."),
    ),
)
RECORDS: Mapping[str, Field] = MappingProxyType(
    {
        kind: Field(
            kind,
            "object",
            f"One of the {kind}.",
            fields=(*fields_of_piece(kind), _REPEAT),
            others="kept unless misspelt",
        )
        for kind in KIND_FIELDS
    }
)
"""For each kind of content: what a scenario says of a record. Other fields are sent to players as they are."""
_TYPE = Field("", "text", "What an environment is for.", choices=ENVIRONMENT_TYPES)
_SEGMENT = (
    Field("name", "word", "Its name.", required=True),
    _words("players", "Players who are in it, whatever they did."),
    _words("exclude", "Players who are never in it."),
    Field("events", "list", "Groups of conditions on events.", values=Field("", "object", "A group.")),
    Field(
        "attributes",
        "list",
        "Conditions on attributes.",
        fields=tuple(
            Field(name, "any", text)
            for name, text in (
                ("group_logical_operator", "How it joins the one before: and, or."),
                ("name", "The attribute."),
                ("operator", "How it is compared."),
                ("values", "What it is compared with."),
            )
        ),
    ),
)
_PLAYER = Field(
    "",
    "object",
    "A player.",
    fields=(Field("attributes", "object", "The player's attributes.", values=Field("", "scalar", "A value.")),),
)
_JOURNEY = (
    Field("id", "word", "The journey's id.", required=True),
    Field("name", "word", "Its name."),
    Field("description", "text", "What it is for."),
    *(
        Field(name, "object", "As the server API takes it.")
        for name in ("entry_rules", "exit_rules", "reenrollment_rules", "reenrollment")
    ),
    _words("environments", "Where it is; everywhere when missing."),
    Field("steps", "list", "Its steps, each linked to others.", required=True, values=Field("", "object", "A step.")),
)
_AB_TEST = (
    Field("content", "word", "The content that is tested."),
    Field("campaign", "word", "The campaign that is tested."),
    Field("variants", "list", "What players see.", required=True, values=Field("", "object", "A variant.")),
)
_DEFINITION = (Field("id", "word", "The id by which content refers to it.", required=True),)
_TRANSLATIONS = Field(
    "", "object", "Texts by language.", values=Field("", "text", "The text."), check=_check_not_empty
)
_WEBHOOK = (
    Field("url", "word", "Where events are sent.", required=True),
    Field("events", "list", "Which; all when missing.", values=Field("", "word", "One."), check=_check_not_empty),
    Field("hash_function", "word", "How requests are signed."),
)
_FILE = Field("file", "word", "A file in the scenario's folder, or below.", required=True)
_VARIANT = Field(
    "",
    "object",
    "A smaller picture.",
    fields=(
        _FILE,
        *(
            Field(f"max_{side}", "integer", "Pixels.", required=True, minimum=1, maximum=LARGEST_SIDE)
            for side in ("width", "height")
        ),
    ),
)
_MEDIA = (
    Field("id", "word", "The id by which content refers to it.", required=True),
    _FILE,
    Field("name", "word", "Its name."),
    Field("content_type", "word", "Its content type; guessed from the file's name when missing."),
    Field("declared_size", "integer", "The size that the platform says it has.", minimum=0, maximum=LARGEST_SIZE),
    Field("variants", "object", "Smaller pictures by name.", values=_VARIANT),
)
_ENTRY = (
    Field("at", "moment", "When it happens.", required=True),
    Field("publish", "word", "The kind of the content that is published."),
    *(
        Field(name, "word", f"The id of what this happens to: {name}.")
        for name in ("change", "withdraw", "run", "pause", "complete")
    ),
    Field("with", "object", "The fields of what is published or changed."),
    Field("environment", "word", "The key of the only environment in which it happens."),
)
SCENARIO = Field(
    "",
    "object",
    "A scenario.",
    fields=(
        Field("api_key", "word", "What clients must send."),
        Field("secret_key", "word", "With it, every request must be signed."),
        Field("survey_refresh_interval_seconds", "number", "How often clients ask again.", check=_check_above_zero),
        Field("port", "integer", "The port; 0 is any free one.", minimum=0, maximum=65535),
        Field("database", "word", "The file that keeps everything."),
        Field("clock", "moment", "Where the clock starts."),
        Field("environments", "object", "The types of the environments by key.", values=_TYPE),
        Field("segments", "list", "Groups of players.", fields=_SEGMENT),
        Field("players", "object", "Players by id.", values=_PLAYER),
        *(Field(kind, "list", f"The {kind}.", values=record) for kind, record in RECORDS.items()),
        Field(
            "campaigns",
            "list",
            "Triggered campaigns.",
            fields=(
                *CAMPAIGN,
                *(Field(kind, "list", f"Its {kind}.", values=record) for kind, record in RECORDS.items()),
            ),
        ),
        Field("journeys", "list", "Journeys.", fields=_JOURNEY),
        Field("ab_tests", "list", "A/B tests.", fields=_AB_TEST),
        Field("localizations", "object", "Texts by id and language.", values=_TRANSLATIONS),
        Field("message_types", "list", "Types of messages.", fields=_DEFINITION, others="kept"),
        Field("bundles", "list", "Bundles.", fields=_DEFINITION, others="kept"),
        Field("webhooks", "list", "Where events are sent.", fields=_WEBHOOK),
        Field("media", "list", "Pictures and files.", fields=_MEDIA),
        Field("timeline", "list", "What happens by itself.", fields=_ENTRY),
    ),
)


def without_blanks(data: Any) -> Any:
    """A scenario without the keys that have nothing under them: `offers:` alone means no offers.

    That holds for the keys of the scenario itself and for players; unknown keys stay.
    """
    if not isinstance(data, Mapping):
        return data
    known = {field.name for field in SCENARIO.fields}
    kept = {key: value for key, value in data.items() if value is not None or key not in known}
    if isinstance(kept.get("players"), Mapping):
        kept["players"] = {name: {} if player is None else player for name, player in kept["players"].items()}
    return kept
