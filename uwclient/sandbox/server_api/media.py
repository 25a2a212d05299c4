"""Media: pictures and other files, their smaller versions, and where they are (section Media Library)."""

from __future__ import annotations

from typing import Any

from uwclient.sandbox.core.apps import APP_ID
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import UPDATE, Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import APP, Call, Endpoint
from uwclient.sandbox.server_api.reply import Many, One
from uwclient.sandbox.server_api.uploads import LARGEST_FILE
from uwclient.sandbox.services.media.files import MediaInfo
from uwclient.sandbox.services.media.records import record

_PATH = "/api/v1/media_library"
_ITEM = f"{_PATH}/{{media_record_id}}"
_ID = "media_record_id"
_NAME = Field("name", "text", "Its name.")
_FIELDS = (
    Field("id", "text", "The id by which content names it."),
    Field("app_id", "text", "The app."),
    _NAME,
    Field("content_type", "text", "What it is, such as image/png."),
    Field("byte_size", "integer", "The bytes of its file."),
    Field("url", "text", "Where its file is."),
    Field("variants", "object", "Smaller versions by name: {url, max_width, max_height}."),
)


def _told(info: MediaInfo, call: Call) -> dict[str, Any]:
    return {**record(info, call.own_url), "app_id": APP_ID}


def _upload(platform: Platform, call: Call) -> dict[str, Any]:
    """Keep the file of a request, in the place of another one where the path names it."""
    file = call.upload
    if file is None or len(file.data) > LARGEST_FILE:
        raise FieldError("media", f"the file is larger than {LARGEST_FILE} bytes", "Send a smaller one.")
    kept = platform.media.upload(file.data, file.content_type, file.name, call.ids.get(_ID))
    if kept.problem is not None:
        call.warn(f"The picture has no variants: {kept.problem}.")
    return _told(kept.info, call)


def _rename(platform: Platform, call: Call) -> dict[str, Any]:
    media_id, name = call.ids[_ID], call.read((_NAME,)).get("name")
    info = platform.media.info(media_id) if name is None else platform.media.rename(media_id, name)
    return _told(info, call)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_media",
        "GET",
        _PATH,
        "List all media.",
        lambda platform, call: [_told(info, call) for info in platform.media.all()],
        Many(_FIELDS),
        scope=APP,
    ),
    Endpoint(
        "get_media",
        "GET",
        _ITEM,
        "Get one media record.",
        lambda platform, call: _told(platform.media.info(call.ids[_ID]), call),
        One(_FIELDS),
    ),
    Endpoint(
        "upload_media",
        "POST",
        _PATH,
        "Upload a file; a picture gets smaller versions.",
        _upload,
        One(_FIELDS),
        status=201,
        scope=APP,
        uploads=True,
    ),
    Endpoint(
        "replace_media_file",
        "PUT",
        _ITEM,
        "Put a file in the place of another one; content that names it shows it from now on.",
        _upload,
        One(_FIELDS),
        status=201,
        scope=APP,
        uploads=True,
    ),
    Endpoint(
        "update_media",
        "PUT",
        _ITEM,
        "Rename one media record.",
        _rename,
        One(_FIELDS),
        body=(_NAME,),
        body_operation=UPDATE,
    ),
    Endpoint(
        "delete_media",
        "DELETE",
        _ITEM,
        "Delete one media record; content that names it keeps its id.",
        lambda platform, call: platform.media.delete(call.ids[_ID]),
        status=204,
    ),
)
