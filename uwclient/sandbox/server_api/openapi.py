"""The platform's HTTP as OpenAPI 3.1, made from the tables that check requests and write replies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from uwclient.sandbox.core.apps import APP_ID
from uwclient.sandbox.core.json_schema import json_schema
from uwclient.sandbox.core.resource import TYPES, Field
from uwclient.sandbox.server_api.endpoint import Endpoint
from uwclient.sandbox.server_api.reading import LIST_FIELDS
from uwclient.sandbox.server_api.reply import Many
from uwclient.sandbox.server_api.scope import scope_fields
from uwclient.sandbox.session_api import SESSION_ENDPOINTS, SessionEndpoint, body_schema

SESSIONS = "Sessions of players"
"""The section of what games ask."""
PLAYER = "/api/sdk/v1/appusers/{player_id}"
_PLACEHOLDER = re.compile(r"{(\w+)}")
_ERRORS = {
    "400": "The request is malformed.",
    "401": "The API key is missing or wrong.",
    "403": "The hash is missing or wrong, or the address is not on the whitelist.",
    "404": "There is no such record.",
    "413": "The body is larger than 1 MiB (50 MB for a file).",
    "422": "A value is missing or does not fit, or the environment does not allow it.",
    "429": "Too many requests: wait for Retry-After.",
    "500": "The platform has failed.",
    "503": "The platform is not there: try again.",
}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_SCHEMAS: Mapping[str, Any] = {
    "Meta": {
        "type": "object",
        "description": "What the platform has to say besides.",
        "required": ["warnings", "hints"],
        "properties": {"warnings": _TEXTS, "hints": _TEXTS, "query": {"$ref": "#/components/schemas/Paging"}},
    },
    "Paging": {
        "type": "object",
        "description": "Where in a list the reply is.",
        "properties": {
            name: {"type": "integer"}
            for name in (
                "current_page",
                "current_page_record_count",
                "records_per_page",
                "total_pages",
                "total_records",
            )
        },
    },
    "Errors": {
        "type": "object",
        "required": ["errors", "meta"],
        "properties": {"errors": {**_TEXTS, "minItems": 1}, "meta": {"$ref": "#/components/schemas/Meta"}},
    },
}
_SECURITY = {
    "key_in_header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "The API key in base64.",
    },
    "key_in_query": {"type": "apiKey", "in": "query", "name": "api_key", "description": "The API key as it is."},
}
_ENC = {
    "name": "enc",
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "description": "The hash of URL, body and secret key, as the last parameter; required when the sandbox has a "
    "secret key.",
}


def document(sections: Mapping[str, Sequence[Endpoint]], server_url: str = "/") -> dict[str, Any]:
    """The OpenAPI document.

    Args:
        sections: the endpoints of each section.
        server_url: where the platform is.

    """
    everything = [one for endpoints in sections.values() for one in endpoints]
    paths: dict[str, dict[str, Any]] = {}
    for section, endpoints in sections.items():
        for endpoint in endpoints:
            methods = paths.setdefault(endpoint.path, {})
            method = endpoint.method.lower()
            made = _operation(section, endpoint, everything)
            methods[method] = _joined(methods[method], made) if method in methods else made
    for session_endpoint in SESSION_ENDPOINTS:
        methods = paths.setdefault(f"{PLAYER}{session_endpoint.path}", {})
        method = session_endpoint.method.lower()
        made = _session_operation(session_endpoint)
        methods[method] = _either(methods[method], made) if method in methods else made
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "UserWise server API",
            "version": "1",
            "description": "Campaigns, content, segments, catalogue, environments, media, players and surveys; and "
            "what games ask in a player's session.",
        },
        "servers": [{"url": server_url}],
        "tags": [{"name": section} for section in (*sections, SESSIONS)],
        "security": [{"key_in_header": []}, {"key_in_query": []}],
        "paths": paths,
        "components": {"schemas": dict(_SCHEMAS), "securitySchemes": _SECURITY},
    }


@cache
def samples() -> Mapping[str, Mapping[str, Any]]:
    """The documentation's samples by operation: `request`, a body, and `response`."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(
        resources.files(__package__).joinpath("samples.json").read_text(encoding="utf-8")
    )
    return found


def _session_operation(endpoint: SessionEndpoint) -> dict[str, Any]:
    """A request of the session API; what it replies is told by the page on the sandbox."""
    named = _PLACEHOLDER.findall(f"{PLAYER}{endpoint.path}")
    made: dict[str, Any] = {
        "operationId": endpoint.operation,
        "summary": endpoint.text,
        "tags": [SESSIONS],
        "parameters": [
            *(_in_path(name) for name in named),
            *(_parameter(field, required=field.required) for field in endpoint.query if field.name not in named),
            _ENC,
        ],
        "responses": {"2XX": {"description": endpoint.text}, **_errors()},
    }
    if endpoint.body is not None and endpoint.method != "GET":
        made["requestBody"] = {"content": {"application/json": {"schema": body_schema(endpoint)}}}
    return made


def _either(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two operations of the same method and path as one, whose body is that of either."""
    bodies = [each["requestBody"]["content"]["application/json"]["schema"] for each in (one, other)]
    content = {"application/json": {"schema": {"anyOf": bodies}}}
    return {**one, "summary": f"{one['summary']} {other['summary']}", "requestBody": {"content": content}}


def _in_path(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if name == "app_id":
        schema["examples"] = [APP_ID]
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _operation(section: str, endpoint: Endpoint, everything: Iterable[Endpoint]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": endpoint.operation,
        "summary": endpoint.text,
        "tags": [section],
        "parameters": list(_parameters(endpoint)),
        "responses": {str(endpoint.status): _reply(endpoint, everything), **_errors()},
    }
    content = _content(endpoint)
    if content:
        made["requestBody"] = {"content": content, "required": endpoint.uploads}
    return made


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two operations of the same method and path as one, which takes either body."""
    content = {**one["requestBody"]["content"], **other["requestBody"]["content"]}
    return {
        **one,
        "summary": f"{one['summary']} {other['summary']}",
        "requestBody": {"content": content, "required": True},
        "responses": {**other["responses"], **one["responses"]},
    }


def _parameters(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    yield from map(_in_path, endpoint.id_names)
    if endpoint.scope.place == "query":
        for field in scope_fields(endpoint.scope):
            yield _parameter(field, required=_is_required(endpoint, field))
    own = {field.name for field in endpoint.query}
    lists = LIST_FIELDS if isinstance(endpoint.reply, Many) else ()
    for field in (*endpoint.query, *(field for field in lists if field.name not in own)):
        yield _parameter(field, required=field.required)
    yield _ENC


def _is_required(endpoint: Endpoint, field: Field) -> bool:
    """Whether the documentation requires a field of the scope."""
    scope = endpoint.scope
    documented = {"app_id": scope.app, "environment_stage": scope.stage, "environment_id": scope.environment_id}
    return scope.required and documented[field.name]


def _parameter(field: Field, *, required: bool) -> dict[str, Any]:
    schema: dict[str, Any] = dict(TYPES[field.type].schema)
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.default is not None:
        schema["default"] = field.default
    if field.name == "app_id":
        schema["enum"] = [APP_ID]
    return {"name": field.name, "in": "query", "required": required, "schema": schema, "description": field.text}


def _content(endpoint: Endpoint) -> dict[str, Any]:
    """The bodies that an endpoint takes, by content type."""
    if endpoint.uploads:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        part = {"type": "object", "required": ["media"], "properties": {"media": file}}
        return {"multipart/form-data": {"schema": part}}
    if endpoint.body is None:
        return {}
    in_body = scope_fields(endpoint.scope) if endpoint.scope.place == "body" else ()
    written: dict[str, Any] = {"schema": json_schema((*in_body, *endpoint.body), endpoint.body_operation)}
    if endpoint.needs:
        written["schema"]["required"] = list(endpoint.needs)
    sample = samples().get(endpoint.operation, {}).get("request")
    if sample is not None:
        written["example"] = sample
    return {"application/json": written}


def _reply(endpoint: Endpoint, everything: Iterable[Endpoint]) -> dict[str, Any]:
    data = endpoint.reply.schema()
    if data is None:
        return {"description": "Done."}
    schema = {
        "type": "object",
        "required": ["data", "meta"],
        "properties": {"data": data, "meta": {"$ref": "#/components/schemas/Meta"}},
    }
    content: dict[str, Any] = {"schema": schema}
    sample = samples().get(endpoint.operation, {}).get("response")
    if sample is not None:
        content["example"] = sample
    reply: dict[str, Any] = {"description": endpoint.text, "content": {"application/json": content}}
    links = _links(endpoint, everything) if endpoint.status == 201 and endpoint.method == "POST" else {}
    return {**reply, "links": links} if links else reply


def _links(maker: Endpoint, everything: Iterable[Endpoint]) -> dict[str, Any]:
    """What can be asked about what a request has made: paths that go on with its id, or hold it."""
    links = {}
    asked: set[tuple[str, str]] = set()
    for endpoint in everything:
        if (endpoint.method, endpoint.path) in asked:
            continue  # it is joined with the one before
        asked.add((endpoint.method, endpoint.path))
        for path in endpoint.paths:
            start = next((one for one in maker.paths if path.startswith(f"{one}/{{")), None)
            if start is not None and endpoint is not maker:
                name = path[len(start) + 2 :].split("}")[0]
                links[endpoint.operation] = {
                    "operationId": endpoint.operation,
                    "parameters": {f"path.{name}": "$response.body#/data/id"},
                }
                break
    return links


def _errors() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Errors"}
    return {
        status: {"description": text, "content": {"application/json": {"schema": schema}}}
        for status, text in _ERRORS.items()
    }
