"""Finds a field in JSON text, so that nested JSON can stay text until it is needed."""

from __future__ import annotations

import re
from json import JSONDecoder

_SPACE = re.compile(r"[ \t\r\n]*")
_decode_at = JSONDecoder().raw_decode


def member_text(text: str, name: str) -> str | None:
    """Return the raw text of the field `name` of the JSON object `text`, or None if it has no such field.

    Raises ValueError when `text` is not a JSON object.
    """
    at = _after_space(text, 0)
    if text[at : at + 1] != "{":
        raise ValueError("not a JSON object")
    at = _after_space(text, at + 1)
    found = None
    while text[at : at + 1] != "}":
        key, at = _decode_at(text, at)
        at = _after_space(text, at)
        if text[at : at + 1] != ":":
            raise ValueError(f"no ':' at position {at}")
        start = _after_space(text, at + 1)
        _, end = _decode_at(text, start)
        if key == name:
            found = text[start:end]
        at = _after_space(text, end)
        if text[at : at + 1] == ",":
            at = _after_space(text, at + 1)
    return found


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
