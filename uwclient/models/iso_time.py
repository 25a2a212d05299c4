"""Parses ISO 8601 times."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=1024)  # most records share their start or end with others
def time_in(text: str) -> datetime:
    """Parse a time with its offset, or in UTC if it has none. Raises ValueError."""
    told = printed_time(text)
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def printed_time(text: str) -> datetime:
    """Parse a time with its offset, or a naive one if it has none. Raises ValueError."""
    return datetime.fromisoformat(_with_plain_offset(text))


def _with_plain_offset(text: str) -> str:
    """Normalize `Z` to an offset, and the fraction of a second to six digits."""
    text = text.strip()
    if text[-1:] in "Zz":
        text = text[:-1] + "+00:00"
    head, dot, tail = text.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits][:6]:0<6}{tail[digits:]}"
    return text
