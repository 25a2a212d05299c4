"""The way of a request of the server API: it is read, checked, answered in one step, and its reply gets `meta`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Flask, Response, g, request

from uwclient.sandbox.core.collection import ListQuery, Page
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import ApiError, warn
from uwclient.sandbox.http.requests import body_object, own_url, request_number
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api import docs_page
from uwclient.sandbox.server_api.endpoint import Call, Endpoint, Upload
from uwclient.sandbox.server_api.openapi import document
from uwclient.sandbox.server_api.reading import (
    LIST_FIELDS,
    MissingParameter,
    check_needed,
    read_listing,
    read_query,
    spread,
    without,
)
from uwclient.sandbox.server_api.repeated import HEADER, DoneRequests, KeyedRequest
from uwclient.sandbox.server_api.reply import Many, Nothing, check_sortable, list_meta, page_of
from uwclient.sandbox.server_api.scope import check_app, environment_of, names_environment, scope_fields
from uwclient.sandbox.server_api.walks import Walks

_PREFIXES = ("/api/v1", "/api/v2")
_SLASHES = re.compile("/+")
DOCUMENTS = ("/openapi.json", "/docs", "/docs/style.css")
"""The paths of what describes the server API."""
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}
_ACCESS = (Field("enc", "text", "The hash that signs the request."), Field("api_key", "text", "The API key."))
_NOT_OF_A_LIST = ("page", "enc", "api_key")


def is_server_path(path: str) -> bool:
    """Whether a path is one of the server API."""
    return path.startswith(_PREFIXES)


def without_extra_slashes(path: str) -> str:
    """A path of the server API with one slash for several, and none at its end; any other one as it is."""
    found = _SLASHES.sub("/", path)
    return found.rstrip("/") if is_server_path(found) else path


def add_server_routes(app: Flask, platform: Platform, endpoints: Sequence[Endpoint]) -> None:
    """Add the routes of endpoints; those of one method and path are told apart by whether a file is sent."""
    desk = Desk(platform)
    grouped: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in endpoints:
        for path in endpoint.paths:
            for method in (endpoint.method, *endpoint.also_methods):
                grouped.setdefault((method, path), []).append(endpoint)
    for (method, path), choices in grouped.items():
        rule = path.replace("{", "<id:").replace("}", ">")
        name = f"server {method} {path}"
        app.add_url_rule(rule, name, _view(desk, choices), methods=[method])


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


def _view(desk: Desk, choices: Sequence[Endpoint]) -> Any:
    def view(**ids: str) -> Response:
        return desk.reply(_chosen(choices), ids)

    return view


def _chosen(choices: Sequence[Endpoint]) -> Endpoint:
    """The endpoint for this request: one takes a file, the other one JSON."""
    uploads = request.mimetype == "multipart/form-data"
    return next((one for one in choices if one.uploads == uploads), choices[0])


class Desk:
    """Answers the requests of the server API, each in one step."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._walks = Walks()
        self._done = DoneRequests()
        platform.backend.on_replace(self._forget)
        platform.backend.erasure.on_erased(lambda names: self._forget())

    def _forget(self) -> None:
        self._walks.forget()
        self._done.forget()

    def reply(self, endpoint: Endpoint, ids: Mapping[str, str]) -> Response:
        """The reply to the request that is being answered. Raises what the application makes errors of."""
        backend = self._platform.backend
        try:
            with backend.lock:
                if not endpoint.writes:
                    return _reply(endpoint, *self._answer(endpoint, ids))
                asked = KeyedRequest(request.method, request.path, request.headers.get(HEADER, ""))
                if isinstance(endpoint.reply, Nothing) and asked in self._done:
                    return _reply(endpoint, None, ListQuery())
                with backend.storage.transaction():
                    answer = self._answer(endpoint, ids)
                    backend.note_change(f"api.{endpoint.operation}", _about(ids))
                self._done.note(asked)
            return _reply(endpoint, *answer)
        except MissingParameter as missing:
            raise ApiError(
                400, f"{missing} is missing.", f"Send {missing} as a query parameter; an empty one has its default."
            ) from None

    def _answer(self, endpoint: Endpoint, ids: Mapping[str, str]) -> tuple[Any, ListQuery]:
        call = self._call(endpoint, ids)
        answer = endpoint.answer(self._platform, call)
        if not isinstance(endpoint.reply, Many):
            return answer, call.listing
        page = answer if isinstance(answer, Page) else page_of(answer, call.listing)
        if call.listing.page is not None and _rows_have_ids(endpoint.reply):
            self._walks.note(_list_asked_for(), call.listing.page, [row.get("id", "") for row in page.rows])
        return page, call.listing

    def _call(self, endpoint: Endpoint, ids: Mapping[str, str]) -> Call:
        many, scope = isinstance(endpoint.reply, Many), endpoint.scope
        in_query = scope.place == "query"
        parameters = {name: values[-1] for name, values in request.args.lists()}
        fields = (*(scope_fields(scope) if in_query else ()), *(LIST_FIELDS if many else ()), *endpoint.query)
        query = read_query((*fields, *_ACCESS), parameters, warn)
        body = {} if endpoint.uploads or endpoint.body is None else spread(body_object())
        check_needed(body, endpoint.needs)
        given = parameters if in_query else body
        check_app(scope, ids, given, warn)
        return Call(
            ids=ids,
            query=query,
            body=body if in_query else without(body, (one.name for one in scope_fields(scope))),
            listing=self._listing(endpoint, query),
            warn=warn,
            own_url=own_url(),
            upload=_upload() if endpoint.uploads else None,
            named_environment=environment_of(self._platform.environments, scope, given, warn),
            names_environment=names_environment(given),
            number=request_number(),
        )

    def _listing(self, endpoint: Endpoint, query: Mapping[str, Any]) -> ListQuery:
        """What the request asks of the list, if it asks for one."""
        if not isinstance(endpoint.reply, Many):
            return ListQuery()
        listing = read_listing(query, _documented_size(endpoint))
        check_sortable(endpoint.reply.fields, listing.sort_by)
        if listing.page is None or not _rows_have_ids(endpoint.reply):
            return listing
        return replace(listing, given=self._walks.given_before(_list_asked_for(), listing.page))


def _rows_have_ids(reply: Many) -> bool:
    return any(field.name == "id" for field in reply.fields)


def _list_asked_for() -> tuple[Any, ...]:
    """The list of the request that is being answered, with all that is asked of it besides the page."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in _NOT_OF_A_LIST]
    return request.path, tuple(sorted(asked))


def _about(ids: Mapping[str, str]) -> str:
    """The id that a change is about: the last one in the path."""
    return list(ids.values())[-1] if ids else ""


def _documented_size(endpoint: Endpoint) -> int | None:
    """The records of a page where the documentation has pages; None where a list is whole."""
    return next((one.default for one in endpoint.query if one.name == "page_size"), None)


def _upload() -> Upload:
    """The part `media` of a multipart body. FieldError without one."""
    file = request.files.get("media")
    if file is None:
        raise FieldError(
            ("media",), "there is no such part in the body", "Send the file as the part media of multipart/form-data."
        )
    return Upload(file.filename or "", file.mimetype, file.read())


def _reply(endpoint: Endpoint, answer: Any, listing: ListQuery) -> Response:
    if isinstance(endpoint.reply, Nothing):
        return Response(status=endpoint.status)
    meta: dict[str, Any] = {"warnings": g.get("warnings", []), "hints": []}
    if isinstance(answer, Page):
        meta["query"] = list_meta(answer, listing)
        answer = answer.rows
    body = {"data": endpoint.reply.data(answer), "meta": meta}
    return Response(json.dumps(body).encode(), endpoint.status, mimetype="application/json")
