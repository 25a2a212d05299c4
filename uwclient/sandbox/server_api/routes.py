"""The way of a request of the server API: it is read, checked, answered in one step, and its reply gets `meta`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, Response, g, request

from uwclient.sandbox.core.collection import ListQuery, Page
from uwclient.sandbox.core.errors import FieldError, Refused
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import ApiError, warn
from uwclient.sandbox.http.requests import body_object, own_url
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api import docs_page
from uwclient.sandbox.server_api.endpoint import Call, Endpoint, Upload
from uwclient.sandbox.server_api.openapi import document
from uwclient.sandbox.server_api.reading import (
    LIST_FIELDS,
    MissingParameter,
    read_listing,
    read_query,
    spread,
    without,
)
from uwclient.sandbox.server_api.reply import Many, list_meta, page_of
from uwclient.sandbox.server_api.scope import check_app, environment_of, scope_fields

_PREFIXES = ("/api/v1", "/api/v2")
_SLASHES = re.compile("/+")
DOCUMENTS = ("/openapi.json", "/docs", "/docs/style.css")
"""The paths of what describes the server API."""
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}
_ACCESS = (Field("enc", "text", "The hash that signs the request."), Field("api_key", "text", "The API key."))


def is_server_path(path: str) -> bool:
    """Whether a path is one of the server API."""
    return path.startswith(_PREFIXES)


def without_extra_slashes(path: str) -> str:
    """A path of the server API with one slash for several, and none at its end; any other one as it is."""
    found = _SLASHES.sub("/", path)
    return found.rstrip("/") if is_server_path(found) else path


def add_server_routes(app: Flask, platform: Platform, endpoints: Sequence[Endpoint]) -> None:
    """Add the routes of endpoints; those of one method and path are told apart by whether a file is sent."""
    grouped: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in endpoints:
        for path in endpoint.paths:
            grouped.setdefault((endpoint.method, path), []).append(endpoint)
    for (method, path), choices in grouped.items():
        rule = path.replace("{", "<id:").replace("}", ">")
        name = f"server {method} {path}"
        app.add_url_rule(rule, name, _view(platform, choices), methods=[method])


def add_document_routes(app: Flask, sections: Mapping[str, Sequence[Endpoint]]) -> None:
    """Add what describes the server API: an OpenAPI document, and a page to read. They need no API key."""

    def openapi() -> Response:
        body = json.dumps(document(sections, own_url())).encode()
        return Response(body, mimetype="application/json")

    def docs() -> Response:
        return Response(docs_page.page(document(sections)), mimetype="text/html", headers=_PAGE_HEADERS)

    def style() -> Response:
        return Response(docs_page.STYLE, mimetype="text/css", headers=_PAGE_HEADERS)

    for path, view in zip(DOCUMENTS, (openapi, docs, style), strict=True):
        app.add_url_rule(path, f"document {path}", view, methods=["GET"])


def _view(platform: Platform, choices: Sequence[Endpoint]) -> Any:
    def view(**ids: str) -> Response:
        return _answered(platform, _chosen(choices), ids)

    return view


def _chosen(choices: Sequence[Endpoint]) -> Endpoint:
    """The endpoint for this request: one takes a file, the other one JSON."""
    uploads = request.mimetype == "multipart/form-data"
    return next((one for one in choices if one.uploads == uploads), choices[0])


def _answered(platform: Platform, endpoint: Endpoint, ids: Mapping[str, str]) -> Response:
    backend = platform.backend
    try:
        if not endpoint.writes:
            return _reply(endpoint, *_answer(platform, endpoint, ids))
        with backend.lock, backend.storage.transaction():
            answer = _answer(platform, endpoint, ids)
            backend.note_change(f"api.{endpoint.operation}", _about(ids))
        return _reply(endpoint, *answer)
    except MissingParameter as missing:
        raise ApiError(
            400, f"{missing} is missing.", f"Send {missing} as a query parameter; an empty one has its default."
        ) from None
    except FieldError as problem:
        raise Refused(problem.path, problem.reason) from None


def _answer(platform: Platform, endpoint: Endpoint, ids: Mapping[str, str]) -> tuple[Any, ListQuery]:
    many, scope = isinstance(endpoint.reply, Many), endpoint.scope
    in_query = scope.place == "query"
    parameters = {name: values[-1] for name, values in request.args.lists()}
    fields = (*(scope_fields(scope) if in_query else ()), *endpoint.query, *(LIST_FIELDS if many else ()))
    query = read_query((*fields, *_ACCESS), parameters, warn)
    body = {} if endpoint.uploads or endpoint.body is None else spread(body_object())
    given = parameters if in_query else body
    check_app(scope, ids, given, warn)
    listing = read_listing(query, _documented_size(endpoint)) if many else ListQuery()
    call = Call(
        ids=ids,
        query=query,
        body=body if in_query else without(body, (one.name for one in scope_fields(scope))),
        listing=listing,
        warn=warn,
        own_url=own_url(),
        upload=_upload() if endpoint.uploads else None,
        named_environment=environment_of(platform.environments, scope, given, warn),
    )
    return endpoint.answer(platform, call), listing


def _about(ids: Mapping[str, str]) -> str:
    """The id that a change is about: the last one in the path."""
    return list(ids.values())[-1] if ids else ""


def _documented_size(endpoint: Endpoint) -> int | None:
    """The records of a page where the documentation has pages; None where a list is whole."""
    return next((one.default for one in endpoint.query if one.name == "page_size"), None)


def _upload() -> Upload:
    """The part `media` of a multipart body. Refused without one."""
    file = request.files.get("media")
    if file is None:
        raise Refused(
            ("media",), "there is no such part in the body", "Send the file as the part media of multipart/form-data."
        )
    return Upload(file.filename or "", file.mimetype, file.read())


def _reply(endpoint: Endpoint, answer: Any, listing: ListQuery) -> Response:
    if endpoint.reply.schema() is None:
        return Response(status=endpoint.status)
    meta: dict[str, Any] = {"warnings": g.get("warnings", []), "hints": []}
    if isinstance(endpoint.reply, Many):
        page = answer if isinstance(answer, Page) else page_of(answer, listing, endpoint.reply.fields)
        answer, meta["query"] = page.rows, list_meta(page, listing)
    body = {"data": endpoint.reply.data(answer), "meta": meta}
    return Response(json.dumps(body).encode(), endpoint.status, mimetype="application/json")
