"""Reads what every JSON reply of the platform is: an object, with sentences (guide: Errors & Warnings)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from uwclient.models.notices import ApiWarning


def read_object(body: bytes) -> dict[str, Any] | None:
    """Decode a whole body; None when it is not a JSON object."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def read_sentences(values: Any) -> tuple[str, ...]:
    """Read a list of sentences such as `errors`, `warnings` or `hints`; values that are not text are left out."""
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def read_note(told: Mapping[str, Any] | None) -> ApiWarning | None:
    """Read the warnings and hints in a reply's `meta`; None when there are none."""
    meta = told.get("meta") if told else None
    if not isinstance(meta, dict):
        return None
    note = ApiWarning(read_sentences(meta.get("warnings")), read_sentences(meta.get("hints")))
    return note if note.warnings or note.hints else None
