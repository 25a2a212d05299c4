"""Reads the request that is being answered: its JSON body, its number, and the address it was sent to."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from uwclient.sandbox.http.replies import ApiError

REQUEST_NUMBER = "uwclient.request_number"
"""The key of a request's number in its WSGI environ."""


def body_object() -> dict[str, Any]:
    """The JSON object in the body; {} when the body is empty. ApiError 400 when it is anything else."""
    raw = request.get_data()
    if not raw.strip():
        return {}
    try:
        text = raw.decode()
        body = json.loads(text)
        _check_letters(text, body)
    except ValueError as problem:
        raise ApiError(400, "The body is not valid JSON.", f"{problem}.") from None
    except RecursionError:
        raise ApiError(400, "The body is not valid JSON.", "It is nested too deep.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body is not a JSON object.", 'Send an object, such as {"session_id": "..."}.')
    return body


def request_number() -> int:
    """The number of the request that is being answered, as `LoggedRequest.number`."""
    number: int = request.environ[REQUEST_NUMBER]
    return number


def own_url() -> str:
    """The sandbox's own address, as `Sandbox.url`, whatever the client calls it."""
    return f"http://{request.environ['SERVER_NAME']}:{request.environ['SERVER_PORT']}"


def _check_letters(text: str, body: object) -> None:
    r"""ValueError when a text holds half of a surrogate pair ("\ud83d"), which no database can keep."""
    if "\\ud" in text.lower():
        try:
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError as problem:
            raise ValueError(f"A text holds half a surrogate pair: {problem}") from None
