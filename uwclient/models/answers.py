"""Owns the shapes of what a player has answered: which record, the time it went live for, and what they said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import Enum
from typing import NamedTuple

from uwclient.models.content import Kind, Record
from uwclient.models.iso_time import printed_time


class Decision(str, Enum):
    """What a player said to an offer, a message or an invite; OPEN is nothing yet, or taken back."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    OPEN = "open"


class Occasion(NamedTuple):
    """What is answered once: a record, with its start. The same record with another start is another occasion."""

    kind: str
    id: str
    start: str


def occasion_of(kind: Kind, record: Record) -> Occasion:
    """The occasion of a record. A start in the player's local time is the one that was written, in whatever zone."""
    if record.start_at is None:
        return Occasion(kind.value, record.id, "")
    return Occasion(kind.value, record.id, _written_start(record) or record.start_at.isoformat())


def answer_text(occasion: Occasion, answer: Decision) -> bytes:
    """One answer as it is kept on disk, without a line break."""
    return json.dumps([*occasion, answer.value]).encode()


def read_answers(texts: Iterable[bytes], pace: Callable[[], None]) -> dict[Occasion, Decision]:
    """What `answer_text` gave, the oldest first; what was taken back, or makes no sense, is left out."""
    answers: dict[Occasion, Decision] = {}
    for text in texts:
        pace()
        read = _read(text)
        if read is not None:
            occasion, answer = read
            answers.pop(occasion, None)
            if answer is not Decision.OPEN:
                answers[occasion] = answer
    return answers


def _written_start(record: Record) -> str | None:
    if record.start_at_tz != "player_local":
        return None
    try:
        written = printed_time(json.loads(record.raw_member("start_at") or ""))
    except (ValueError, TypeError, AttributeError):
        return None
    return f"{written.replace(tzinfo=None).isoformat()} local"


def _read(text: bytes) -> tuple[Occasion, Decision] | None:
    try:
        kind, id, start, answer = json.loads(text)
        is_text = isinstance(kind, str) and isinstance(id, str) and isinstance(start, str)
        return (Occasion(kind, id, start), Decision(answer)) if is_text else None
    except (ValueError, TypeError, RecursionError):  # of a newer version, or written by somebody else
        return None
