"""The tables of fields of campaigns and content (pure; sections Campaigns and Content)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.apps import APP_FIELD
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import CREATE, NEVER, Field, Resource

SCHEDULED = "scheduled"
TRIGGERED = "triggered"
DELIVERY_TYPES = (SCHEDULED, TRIGGERED)
TIMEZONE_KINDS = ("utc", "player_local")

KIND_OF_TYPE: Mapping[str, str] = MappingProxyType(
    {
        "campaign_event": "events",
        "message": "messages",
        "offer": "offers",
        "remote_config": "remote_configs",
        "variables": "remote_configs",
        "survey": "surveys",
        "poll": "surveys",
        "email": "emails",
        "push_notification": "push_notifications",
    }
)
"""The kind of records that players are sent of each type of content."""
TYPE_OF_KIND: Mapping[str, str] = MappingProxyType(
    {kind: name for name, kind in reversed(list(KIND_OF_TYPE.items()))}
)

_TIMES_FROM = ("parent", "concrete")
_TIMEZONE = Field("start_at_tz", "text", "utc, or player_local: the player's own clock.", choices=TIMEZONE_KINDS)

CAMPAIGN = Resource(
    "campaign",
    "campaigns",
    (
        Field("id", "text", "The campaign's id, the same in all environments.", when=NEVER),
        APP_FIELD,
        Field("environment_id", "text", "The environment.", when=NEVER),
        Field("name", "text", "Its name, for people.", default="New Campaign"),
        Field("description", "text", "What it is for."),
        Field("category_id", "text", "Its category."),
        Field(
            "state", "text", "draft, running, paused, attention_required or completed.", default="draft", when=NEVER
        ),
        Field("previous_state", "text", "The state before.", default="draft", when=NEVER),
        Field(
            "delivery_type",
            "text",
            "Whether it runs by time or by what players do.",
            default=SCHEDULED,
            choices=DELIVERY_TYPES,
            when=(CREATE,),
        ),
        Field("start_at", "time", "When it starts; missing: as soon as it runs.", null=True),
        Field("start_at_tz", "text", "How its times are read.", default="utc", choices=TIMEZONE_KINDS),
        Field("end_at", "time", "When it ends; missing: never.", null=True),
        Field("end_at_tz", "text", "The same as start_at_tz.", default="utc", choices=TIMEZONE_KINDS),
        Field("ui_schedule_in_timezone", "text", "In which time zone people look at its times."),
        Field("trigger", "json", "What triggers it: type, logic and settings."),
        Field("tags", "texts", "Words to find it by.", default=[]),
        Field("segment_ids", "texts", "Segments whose players see it; empty: everybody.", default=[]),
        Field("created_at", "time", "When it was made.", when=NEVER),
        Field("updated_at", "time", "When it was changed last.", when=NEVER),
    ),
    hidden=(
        Field("quota", "object", "How often it may be triggered."),
        Field("everywhere", "boolean", "Whether later environments get it too.", default=False),
        Field("wanted", "text", "draft, running, paused or completed, as somebody said last.", default="draft"),
        Field("ran_at", "time", "When it was run first."),
        Field("release_number", "integer", "The release that this is a copy of; none in dev."),
    ),
    keys=("environment_id", "id"),
    search=("name", "tags"),
)

CONTENT = Resource(
    "content",
    "contents",
    (
        Field("id", "text", "The content's id, the same in all environments.", when=NEVER),
        Field("type", "text", "What it is.", required=True, choices=tuple(KIND_OF_TYPE)),
        Field(
            "delivery",
            "object",
            "When and for whom, within its campaign.",
            default={},
            fields=(
                Field("start_at_type", "text", "parent or concrete.", default="parent", choices=_TIMES_FROM),
                Field("start_at_time", "time", "When it starts, if concrete.", null=True),
                _TIMEZONE,
                Field("end_at_type", "text", "parent or concrete.", default="parent", choices=_TIMES_FROM),
                Field("end_at_time", "time", "When it ends, if concrete.", null=True),
                Field("segment_ids", "texts", "Segments whose players see it; empty: everybody.", default=[]),
            ),
        ),
        Field("content", "object", "The fields of its type.", default={}),
    ),
    hidden=(
        Field("environment_id", "text", "The environment."),
        Field("campaign_id", "text", "Its campaign."),
        Field(
            "session_fields", "object", "What players are sent although no field stands for it; null: not published."
        ),
    ),
    keys=("campaign_id", "id"),
)

_IMAGES = (
    Field("portrait_image_id", "text", "The media id of an upright picture.", null=True),
    Field("landscape_image_id", "text", "The media id of a lying picture.", null=True),
)
_NAME = Field("name", "text", "Its name, for people.")
_TEXTS = (
    Field("title", "text", "Its title, or the id of a localization."),
    Field("body", "text", "Its text, or the id of a localization."),
)
_FRAMEWORK = (
    Field("framework_id", "text", "Its framework.", null=True),
    Field("framework_schema", "json", "The schema of its framework_data."),
    Field("framework_data", "json", "What the game needs besides."),
)
_PAYMENT = Field(
    "payment",
    "object",
    "What it costs.",
    fields=(
        Field("payment_type", "text", "product or currency.", choices=("product", "currency")),
        Field("product_id", "text", "The product that is bought.", null=True),
        Field("currency_id", "text", "The currency that is paid.", null=True),
        Field("current_amount", "json", "How much of it."),
    ),
)
_UNITS = Field(
    "bundle_units",
    "list",
    "What the player gets.",
    fields=(
        Field("unit_type", "text", "item or currency.", choices=("item", "currency")),
        Field("unit_id", "text", "The item or currency.", null=True),
        Field("unit_external_id", "text", "Your own id of it, as its record has it."),
        Field("unit_name", "text", "Its name, as its record has it."),
        Field("default_amount", "json", "How many."),
    ),
)


def _check_scale(value: int) -> None:
    if value != 0 and not 2 <= value <= 10:
        raise ValueError(f"{value} is not a whole number from 2 to 10")


_QUESTIONS = Field(
    "questions",
    "list",
    "What is asked.",
    fields=(
        Field("id", "text", "The question's id."),
        Field("text", "text", "The question."),
        Field(
            "type",
            "text",
            "How it is answered.",
            choices=("single_select", "multi_select", "rating", "ranking", "open_ended"),
        ),
        Field("media_id", "text", "A picture.", null=True),
        Field(
            "question_options",
            "list",
            "The options.",
            fields=(
                Field("value", "text", "What can be chosen."),
                Field("media_id", "text", "A picture.", null=True),
            ),
        ),
        Field("options", "texts", "The options."),
        Field("required", "boolean", "Whether it must be answered."),
        Field("scale", "integer", "The highest rating, 2 to 10.", check=_check_scale),
    ),
)

CONTENT_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "events": (
            _NAME,
            Field("template_json", "json", "The schema of its data.", required=True),
            Field("campaign_event_framework_id", "text", "Its framework.", required=True, null=True),
            Field("json", "json", "Its data.", required=True),
            Field("external_id", "text", "Your own id of it."),
        ),
        "messages": (
            _NAME,
            *_TEXTS,
            *_IMAGES,
            Field("message_type", "text", "The type that games are told."),
            Field("additional_fields_schema", "json", "The schema of its additional fields."),
            Field("additional_fields_data", "json", "Its additional fields."),
        ),
        "offers": (
            _NAME,
            *_TEXTS,
            *_IMAGES,
            _PAYMENT,
            _UNITS,
            *_FRAMEWORK,
            Field("app_bundle_id", "text", "A bundle, in place of units and payment.", null=True),
        ),
        "remote_configs": (
            _NAME,
            Field("external_id", "text", "By which the game reads it."),
            Field("json", "json", "What the game reads.", required=True),
        ),
        "surveys": (_NAME, _QUESTIONS),
        "emails": (
            Field("subject", "text", "Its subject, or the id of a localization."),
            Field("body", "text", "Its text.", required=True),
            Field("framework_id", "text", "Its framework.", required=True, null=True),
        ),
        "push_notifications": (
            _NAME,
            *_TEXTS,
            Field("image_id", "text", "The media id of its picture.", null=True),
            *_FRAMEWORK,
        ),
    }
)
"""The fields of `content`, for each kind."""

_SHOWN = ("name", "title", "body", "portrait_image_id", "landscape_image_id")
COLUMN_OF_SESSION_FIELD: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "events": {
            **dict.fromkeys(("name", "campaign_event_framework_id", "external_id"), ""),
            "data": "json",
        },
        "messages": {**dict.fromkeys((*_SHOWN, "message_type"), ""), "additional_fields": "additional_fields_data"},
        "offers": dict.fromkeys((*_SHOWN, "framework_id", "framework_data"), ""),
        "remote_configs": dict.fromkeys(("name", "external_id", "json"), ""),
        "surveys": {"name": ""},
    }
)
"""For each kind, the fields that players are sent which a field of `content` holds ("": one of the same name)."""
_ALSO_STANDS_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "campaign_event_framework_id": ("external_event_type",),
        "payment": ("payment_data",),
        "bundle_units": ("items", "currencies"),
        "app_bundle_id": ("payment_data", "items", "currencies"),
        "framework_id": ("offer_type",),
        "questions": ("questions_count",),
    }
)


def replaced_session_fields(kind: str, given: Mapping[str, Any]) -> set[str]:
    """The session fields that fields of content stand for: what somebody sets there wins from then on."""
    columns = COLUMN_OF_SESSION_FIELD.get(kind, {})
    gone = {field for field, column in columns.items() if (column or field) in given}
    return gone.union(*(_ALSO_STANDS_FOR.get(name, ()) for name in given))


def check_times(start: int | None, end: int | None) -> None:
    """FieldError when an end comes before the start."""
    if start is not None and end is not None and end < start:
        raise FieldError("end_at", "it is before start_at")
