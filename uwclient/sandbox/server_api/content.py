"""Content of campaigns (section Campaign Content): messages, offers, events and the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.resource import CREATE, UPDATE
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import DEV_STAGE, STAGE, Call, Endpoint
from uwclient.sandbox.server_api.reply import One, Says
from uwclient.sandbox.services.campaigns.resources import CONTENT

_PATH = "/api/v1/campaigns/{campaign_id}/content"
_ITEM = f"{_PATH}/{{content_id}}"
_REPLY = One(CONTENT.fields)
_MEDIA = ("portrait_image_id", "landscape_image_id", "image_id", "media_id")


def _get(platform: Platform, call: Call) -> Row:
    contents = platform.campaigns.contents
    return contents.reply(contents.get(*_key(call)))


def _create(platform: Platform, call: Call) -> Row:
    contents = platform.campaigns.contents
    row = contents.create(call.environment.id, call.ids["campaign_id"], call.body, call.warn)
    _warn_of_media(platform, call)
    return contents.reply(row)


def _update(platform: Platform, call: Call) -> Row:
    contents = platform.campaigns.contents
    row = contents.update(*_key(call), call.body, call.warn)
    _warn_of_media(platform, call)
    return contents.reply(row)


def _delete(platform: Platform, call: Call) -> None:
    platform.campaigns.contents.delete(*_key(call))


def _duplicate(platform: Platform, call: Call) -> Row:
    contents = platform.campaigns.contents
    return contents.reply(contents.duplicate(*_key(call)))


def _key(call: Call) -> tuple[str, str, str]:
    return call.environment.id, call.ids["campaign_id"], call.ids["content_id"]


def _warn_of_media(platform: Platform, call: Call) -> None:
    """Tell of media that content refers to in vain."""
    for path, media_id in _media_in(call.body.get("content"), "content"):
        if not platform.media.has(media_id):
            call.warn(f"{path}: there is no media {media_id!r}.")


def _media_in(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The ids of media in the fields of content, with the paths to them."""
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from _media_in(one, f"{path}[{place}]")
    elif isinstance(value, Mapping):
        for name, one in value.items():
            if name in _MEDIA and isinstance(one, str) and one:
                yield f"{path}.{name}", one
            elif name in ("questions", "question_options"):
                yield from _media_in(one, f"{path}.{name}")


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("get_campaign_content", "GET", _ITEM, "Get content of a campaign.", _get, _REPLY, scope=STAGE),
    Endpoint(
        "create_campaign_content",
        "POST",
        _PATH,
        "Add content to a campaign.",
        _create,
        _REPLY,
        status=201,
        scope=DEV_STAGE,
        body=tuple(field for field in CONTENT.fields if CREATE in field.when),
    ),
    Endpoint(
        "update_campaign_content",
        "PUT",
        _ITEM,
        "Update content of a campaign; below delivery and content, what is not sent stays.",
        _update,
        _REPLY,
        scope=DEV_STAGE,
        body=tuple(field for field in CONTENT.fields if UPDATE in field.when),
        body_operation=UPDATE,
        needs=("type",),
    ),
    Endpoint(
        "delete_campaign_content",
        "DELETE",
        _ITEM,
        "Delete content of a campaign.",
        _delete,
        Says("Successfully deleted the content."),
        scope=DEV_STAGE,
    ),
    Endpoint(
        "duplicate_campaign_content",
        "POST",
        f"{_ITEM}/duplicate",
        "Copy content within its campaign.",
        _duplicate,
        _REPLY,
        status=201,
        scope=DEV_STAGE,
    ),
)
