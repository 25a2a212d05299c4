"""Frameworks, templates, JSON lists and message types (sections of these names)."""

from __future__ import annotations

from typing import Any

from uwclient.sandbox.core.resource import CREATE, Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.crud_endpoints import CrudEndpoints
from uwclient.sandbox.server_api.endpoint import ANY_APP, APP, Call, Endpoint
from uwclient.sandbox.server_api.reply import One
from uwclient.sandbox.services.catalogue.resources import (
    CONTENT_TYPES,
    EVENT_FRAMEWORK,
    JSON_LIST,
    MESSAGE_TYPE,
    OFFER_FRAMEWORK,
    PUSH_FRAMEWORK,
    TEMPLATE,
)

_EVENTS = CrudEndpoints(
    EVENT_FRAMEWORK,
    lambda platform: platform.catalogue.event_frameworks,
    "event_framework",
    "event_frameworks",
    "/api/v1/campaign_event_templates",
    "framework_id",
)
_OFFERS = CrudEndpoints(
    OFFER_FRAMEWORK,
    lambda platform: platform.catalogue.offer_frameworks,
    "offer_framework",
    "offer_frameworks",
    "/api/v2/offer_frameworks",
    "framework_id",
)
_PUSH = CrudEndpoints(
    PUSH_FRAMEWORK,
    lambda platform: platform.catalogue.push_frameworks,
    "push_framework",
    "push_frameworks",
    "/api/v2/push_notifications/frameworks",
    "framework_id",
    "/api/v2/push_notifications/framework",
)
_TEMPLATES = CrudEndpoints(
    TEMPLATE,
    lambda platform: platform.catalogue.templates,
    "template",
    "templates",
    "/api/v1/templates",
    "template_id",
)
_OF_APP = "/api/v1/apps/{app_id}/campaign_event_lists"
_LISTS = CrudEndpoints(
    JSON_LIST,
    lambda platform: platform.catalogue.json_lists,
    "json_list",
    "json_lists",
    _OF_APP,
    "json_list_id",
)
_PLAIN_LISTS = "/api/v1/campaign_event_lists"
_PLAIN_LIST = "/api/v1/campaign_event_lists/{json_list_id}"
_LIST_OF_APP = f"{_OF_APP}/{{json_list_id}}"
_TYPES = CrudEndpoints(
    MESSAGE_TYPE,
    lambda platform: platform.catalogue.message_types,
    "message_type",
    "message_types",
    "/api/v1/message_types",
    "message_type_id",
)
_PUSH_ITEMS = "/api/v2/push_notifications/frameworks/{framework_id}"
_PUSH_ITEM = "/api/v2/push_notifications/framework/{framework_id}"


def _create_list(platform: Platform, call: Call) -> Any:
    """The documentation shows no body: without one the list is new and empty."""
    if not call.body:
        call.warn("There is no body: the list is empty, and called New List. Send name, key and list.")
    return platform.catalogue.json_lists.create(call.body, call.warn)


ENDPOINTS: tuple[Endpoint, ...] = (
    _EVENTS.list(),
    _EVENTS.get(),
    _EVENTS.create(),
    _EVENTS.update(),
    _EVENTS.delete(),
    _OFFERS.list(),
    _OFFERS.get(),
    _OFFERS.create(),
    _OFFERS.update(path="/api/v2/offers_framework/{framework_id}", also=("/api/v2/offer_frameworks/{framework_id}",)),
    _OFFERS.delete(),
    _PUSH.list(also=("/api/v2/push_notifications/framework",)),
    _PUSH.get(also=(_PUSH_ITEMS,)),
    _PUSH.create(path="/api/v2/push_notifications/framework", also=("/api/v2/push_notifications/frameworks",)),
    _PUSH.update(also=(_PUSH_ITEMS,)),
    _PUSH.delete(path="/api/v2push_notifications/frameworks/{framework_id}", also=(_PUSH_ITEMS, _PUSH_ITEM)),
    _TEMPLATES.list(
        APP,
        query=(
            Field("content_type", "text", "Only templates of this type.", choices=CONTENT_TYPES),
            Field("page_size", "integer", "How many records a page has.", default=10),
        ),
        filters=("app_id", "content_type"),
    ),
    _TEMPLATES.get(),
    _TEMPLATES.create(),
    _TEMPLATES.update(),
    _TEMPLATES.delete("Successfully deleted template."),
    _LISTS.list(also=(_PLAIN_LISTS,)),
    _LISTS.get(also=(_PLAIN_LIST,)),
    Endpoint(
        "create_json_list",
        "POST",
        _OF_APP,
        "Create a JSON list.",
        _create_list,
        One(JSON_LIST.fields),
        status=201,
        body=tuple(one for one in JSON_LIST.fields if CREATE in one.when),
        also=(_PLAIN_LISTS,),
    ),
    _LISTS.update(path=_PLAIN_LIST, also=(_LIST_OF_APP,)),
    _LISTS.delete("Successfully deleted the JSON list.", path=_PLAIN_LIST, also=(_LIST_OF_APP,)),
    _TYPES.list(ANY_APP),
)
