"""Reads times as platforms and people print them: ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime


def time_in(text: str) -> datetime:
    """The time that the text tells, with the offset that it prints; without one it is UTC. Else ValueError."""
    told = printed_time(text)
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def printed_time(text: str) -> datetime:
    """The time that the text tells; naive when it prints no offset. Else ValueError."""
    return datetime.fromisoformat(_with_plain_offset(text))


def _with_plain_offset(text: str) -> str:
    """Python 3.10 reads neither `Z` nor fractions of other than 3 or 6 digits."""
    text = text.strip()
    if text[-1:] in "Zz":
        text = text[:-1] + "+00:00"
    head, dot, tail = text.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits][:6]:0<6}{tail[digits:]}"
    return text
