"""The shape of replies: objects, lists, and errors with hints (guide: Errors & Warnings)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, g, request
from werkzeug.wrappers import Response as PlainResponse


class ApiError(Exception):
    """A request failed: a status, the error, and a hint that says what to do."""

    def __init__(self, status: int, error: str, hint: str | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.hint = hint


def warn(warning: str) -> None:
    """Add a warning to the reply of the request that is being answered."""
    g.setdefault("warnings", []).append(warning)


def object_reply(payload: Mapping[str, Any], status: int = 200) -> Response:
    """An object as the documentation shows it; with `meta` only when there is something to warn of."""
    warnings = g.get("warnings", [])
    meta = {"meta": {"warnings": warnings, "hints": []}} if warnings else {}
    return _json(json.dumps({**payload, **meta}).encode(), status)


def empty_reply() -> Response:
    """204; warnings have no place in it."""
    return Response(status=204)


def list_reply(body: bytes, etag: str | None) -> Response:
    """A finished list, or 304 when the client has it already."""
    reply = _json(body, 200)
    if etag is not None:
        reply.set_etag(etag)
        if request.if_none_match.contains_weak(etag):
            return Response(status=304, headers={"ETag": reply.headers["ETag"]})
    return reply


def error_reply(status: int, errors: Sequence[str], hints: Sequence[str] = ()) -> Response:
    """A failure: `{"errors": [...], "meta": {"hints": [...], "warnings": [...]}}`."""
    return _json(_error_body(errors, hints, g.get("warnings", [])), status)


def refusal(status: int, error: str, hint: str | None = None) -> PlainResponse:
    """A failure, for a request that does not reach the application."""
    return PlainResponse(
        _error_body([error], [] if hint is None else [hint], []), status, mimetype="application/json"
    )


def _error_body(errors: Sequence[str], hints: Sequence[str], warnings: Sequence[str]) -> bytes:
    meta = {"hints": list(hints), "warnings": list(warnings)}
    return json.dumps({"errors": list(errors), "meta": meta}).encode()


def _json(body: bytes, status: int) -> Response:
    return Response(body, status, mimetype="application/json")
