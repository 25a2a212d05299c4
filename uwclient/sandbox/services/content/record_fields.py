"""The tables of fields of content as it is published: the five kinds, and what says when and for whom (pure).

The fields follow the documentation's samples (section Scheduled Campaigns), plus those that the platform sends
without documenting them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.services.content.payments import PAYMENT
from uwclient.sandbox.services.content.questions import QUESTIONS

TIMEZONE_KINDS = ("utc", "player_local")
ID = Field("id", "word", "The id by which clients know it; made up when missing.")
AUDIENCE = (
    Field("segments", "list", "Who sees it; empty: everybody.", values=Field("", "word", "A segment, by its name.")),
    Field("environments", "list", "Where it is; empty: everywhere.", values=Field("", "word", "A key.")),
    Field("percent", "integer", "How many of a hundred players see it.", minimum=0, maximum=100),
)
TIMES = (
    Field("start_at", "moment", "When it starts; missing: now.", null=True),
    Field("start_at_tz", "text", "How the start is read.", choices=TIMEZONE_KINDS),
    Field("end_at", "moment", "When it ends; missing: never.", null=True),
    Field("end_at_tz", "text", "How the end is read; missing: as the start.", choices=TIMEZONE_KINDS),
)
NAME = Field("name", "text", "Its name, for people; the id when missing.")
_PICTURED = (
    Field("title", "text", "Its title, or the id of a localization.", default=""),
    Field("body", "text", "Its text, or the id of a localization.", default=""),
    Field("portrait_image_id", "text", "The media id of an upright picture.", null=True),
    Field("landscape_image_id", "text", "The media id of a lying picture.", null=True),
)
_EXTERNAL_ID = Field("external_id", "text", "Your own id of it.", default="")

KIND_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "events": (
            Field("campaign_event_template_id", "any", "Its template."),
            Field("campaign_event_framework_id", "any", "Its framework."),
            _EXTERNAL_ID,
            Field("external_event_type", "text", "Its type, by the framework.", default="default"),
            Field("data", "structure", "What the game needs to know.", default={}),
        ),
        "messages": (
            *_PICTURED,
            Field("message_type", "text", "The type that games are told.", default="default"),
            Field("additional_fields", "structure", "What the game needs besides.", default={}),
        ),
        "offers": (
            *_PICTURED,
            Field("offer_type", "text", "Its type, by the framework.", default="default"),
            Field("framework_id", "any", "Its framework."),
            Field("framework_data", "structure", "What the game needs besides.", default={}),
            Field("currencies", "structure", "The currencies that the player gets.", default={}),
            Field("items", "structure", "The items that the player gets.", default={}),
            PAYMENT,
        ),
        "remote_configs": (_EXTERNAL_ID, Field("json", "structure", "What the game is told.", default={})),
        "surveys": (
            Field("questions_count", "integer", "How many questions there are.", default=1, minimum=0),
            Field("splash_background_color", "text", "The color behind its page.", null=True),
            Field("splash_text_color", "text", "The color of its texts.", null=True),
            Field("splash_logo_url", "text", "The picture on its page.", null=True),
        ),
    }
)
"""What players are sent of each kind besides what all have."""


def fields_of_piece(kind: str) -> tuple[Field, ...]:
    """The fields that content of a kind is written with."""
    return (ID, NAME, *TIMES, *AUDIENCE, *KIND_FIELDS[kind], *((QUESTIONS,) if kind == "surveys" else ()))
