"""The tables of fields of the catalogue (pure)."""

from __future__ import annotations

import math
import re

from uwclient.sandbox.core.apps import APP_FIELD
from uwclient.sandbox.core.resource import CREATE, NEVER, Field, Resource

CONTENT_TYPES = ("campaign_event", "email", "message", "offer", "push_notification", "remote_config", "survey")
CATEGORYABLE_TYPES = ("scheduled_campaign", "triggered_campaign", "campaign_content")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


def _check_cost(value: float) -> None:
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{value} is not a price: use a number of 0 or more")


def _check_color(value: str) -> None:
    if not _COLOR.fullmatch(value):
        raise ValueError(f"{value!r} is not a colour: write one such as #F0F0F0")


def _id(what: str) -> Field:
    return Field("id", "text", f"The id of the {what}.", when=NEVER)


def _framework(what: str, *own: Field) -> tuple[Field, ...]:
    return (_id(f"{what} framework"), Field("name", "text", "Its name, for people.", required=True), *own)


CURRENCY = Resource(
    "currency",
    "currencies",
    (
        _id("currency"),
        APP_FIELD,
        Field("name_singular", "text", "What one of it is called.", required=True),
        Field("name_plural", "text", "What several of it are called.", required=True),
        Field("external_currency_id", "text", "Your own id of it, which games know.", required=True),
        Field("icon_attachment_id", "text", "The media id of its icon.", required=True),
    ),
    search=("name_singular", "name_plural"),
)
ITEM = Resource(
    "item",
    "items",
    (
        _id("item"),
        APP_FIELD,
        Field("name", "text", "Its name.", required=True),
        Field("external_item_id", "text", "Your own id of it, which games know.", required=True),
        Field("icon_attachment_id", "text", "The media id of its icon.", required=True),
    ),
    search=("name",),
)
PRODUCT = Resource(
    "product",
    "products",
    (
        _id("product"),
        APP_FIELD,
        Field("name", "text", "Its name.", required=True),
        Field("cost", "number", "Its price, 0 or more.", required=True, check=_check_cost),
        Field("android_id", "text", "Its id in Google Play."),
        Field("ios_id", "text", "Its id in the App Store."),
    ),
    search=("name", "cost", "android_id", "ios_id"),
)
BUNDLE = Resource(
    "bundle",
    "bundles",
    (
        _id("bundle"),
        APP_FIELD,
        Field("name", "text", "Its name."),
        Field("bundle_units", "list", "What is in it, as the bundle_units of an offer.", default=[]),
        Field("payment", "object", "What it costs, as the payment of an offer."),
    ),
)
CATEGORY = Resource(
    "category",
    "categories",
    (
        _id("category"),
        APP_FIELD,
        Field("name", "text", "Its name.", required=True),
        Field(
            "categoryable_type",
            "text",
            "What it sorts.",
            required=True,
            choices=CATEGORYABLE_TYPES,
            when=(CREATE,),
        ),
        Field("color", "text", "Its colour, such as #F0F0F0.", required=True, check=_check_color),
    ),
    hidden=(Field("deleted_at", "time", "When it was deleted; campaigns that have it keep it.", when=NEVER),),
)
EVENT_FRAMEWORK = Resource(
    "event framework",
    "event_frameworks",
    _framework(
        "event",
        Field("external_event_type", "text", "The type that games are told.", required=True, when=(CREATE,)),
        Field("json", "object", "The JSON-Forms schema of an event's data.", required=True),
    ),
)
OFFER_FRAMEWORK = Resource(
    "offer framework",
    "offer_frameworks",
    _framework(
        "offer",
        Field("offer_type", "text", "The type that games are told.", required=True, when=(CREATE,)),
        Field("schema", "object", "The schema of an offer's framework_data.", required=True),
        Field("state", "text", "active or archived.", default="active", when=NEVER),
    ),
)
PUSH_FRAMEWORK = Resource(
    "push notification framework",
    "push_frameworks",
    (
        _id("push notification framework"),
        Field("name", "text", "Its name, for people."),
        Field("schema", "object", "The schema of a notification's framework_data.", required=True),
        Field("state", "text", "active or archived.", default="active", when=NEVER),
    ),
)
MESSAGE_TYPE = Resource(
    "message type",
    "message_types",
    (
        _id("message type"),
        Field("name", "text", "The type that games are told.", required=True),
        Field("json", "object", "The schema of additional_fields_data.", default={}),
        Field("external_event_type", "text", "A type of your own."),
    ),
)
TEMPLATE = Resource(
    "template",
    "templates",
    (
        _id("template"),
        APP_FIELD,
        Field("name", "text", "Its name."),
        Field("content_type", "text", "The type of content.", required=True, choices=CONTENT_TYPES, when=(CREATE,)),
        Field("data", "object", "The fields of such content.", required=True),
    ),
    search=("name",),
)
JSON_LIST = Resource(
    "JSON list",
    "json_lists",
    (
        _id("JSON list"),
        Field("name", "text", "Its name.", default="New List"),
        Field("key", "text", "The key by which schemas refer to it; unique in the app."),
        Field("list", "list", "Its entries, kept as they are.", default=[]),
    ),
    search=("key", "name"),
)
LOCALIZATION = Resource(
    "localization",
    "localizations",
    (
        _id("localization"),
        Field("texts", "object", "The text in each language, by two letters of ISO 639-1.", required=True),
    ),
)
