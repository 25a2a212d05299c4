"""The routes of media: what is said about them (as the SDKs ask), and the files themselves."""

from __future__ import annotations

from flask import Blueprint, Response, request

from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.http.requests import own_url
from uwclient.sandbox.services.media.records import FILES, record
from uwclient.sandbox.services.media.service import MediaLibrary

_HEADERS = {
    "Cache-Control": "max-age=0",
    "Content-Security-Policy": "sandbox",
    "X-Content-Type-Options": "nosniff",
}
_RASTER_TYPES = {f"image/{name}" for name in ("apng", "avif", "bmp", "gif", "jpeg", "png", "webp")}
"""Pictures that hold nothing but pixels. A browser saves everything else: HTML, SVG and XML may hold scripts."""


def media_routes(media: MediaLibrary) -> Blueprint:
    """The route of what is said about media."""
    routes = Blueprint("media", __name__)

    @routes.get("/media/<id:media_id>")
    def media_info(media_id: str) -> Response:
        return object_reply({"data": record(media.info(media_id), own_url())})

    return routes


def file_routes(media: MediaLibrary) -> Blueprint:
    """The route of the files."""
    routes = Blueprint("files", __name__, url_prefix=FILES)

    @routes.get("/<id:media_id>/<id:variant>")
    def media_file(media_id: str, variant: str) -> Response:
        file = media.file(media_id, variant)
        reply = Response(file.data, headers={**_HEADERS, "Content-Type": file.content_type})
        reply.set_etag(file.etag)
        if file.content_type.lower() not in _RASTER_TYPES:
            reply.headers["Content-Disposition"] = "attachment"
        if request.if_none_match.contains_weak(file.etag):
            return Response(status=304, headers={**_HEADERS, "ETag": reply.headers["ETag"]})
        return reply

    return routes
