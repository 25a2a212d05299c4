"""Owns the shapes of what a player has answered: which record, the start that it has, and what they said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from uwclient.models.content import Kind, Record
from uwclient.models.iso_time import printed_time

MOST_STARTS = 8
"""Of so many starts of one record the answers are kept."""


class Decision(StrEnum):
    """What a player said to an offer, a message or an invite; OPEN is nothing yet, or taken back."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    OPEN = "open"


class Subject(NamedTuple):
    """What is answered; ids of different kinds may be the same."""

    kind: str
    id: str


AnswersOf: TypeAlias = dict[Subject, dict[str, Decision]]
"""The answers of one player, by record and by its start; what was answered last comes last."""


def subject_of(kind: Kind, record: Record) -> Subject:
    """What an answer to a record is about."""
    return Subject(kind.value, record.id)


def start_of(record: Record) -> str:
    """The start of a record, "" for none; one in the player's local time as it was written, whatever the zone."""
    if record.start_at is None:
        return ""
    return _local_start(record) or record.start_at.isoformat()


def put(answers: AnswersOf, subject: Subject, start: str, decision: Decision) -> None:
    """Have an answer be the newest."""
    starts = answers.pop(subject, {})
    starts.pop(start, None)
    starts[start] = decision
    if len(starts) > MOST_STARTS:
        del starts[next(iter(starts))]
    answers[subject] = starts


def answer_text(subject: Subject, start: str, decision: Decision) -> bytes:
    """One answer as it is kept on disk, without a line break."""
    return json.dumps([*subject, start, decision.value]).encode()


def read_answers(texts: Iterable[bytes], throttle: Callable[[], None]) -> AnswersOf:
    """What `answer_text` gave, the oldest first; what makes no sense is left out."""
    answers: AnswersOf = {}
    for text in texts:
        throttle()
        read = _read(text)
        if read is not None:
            put(answers, *read)
    return answers


def _local_start(record: Record) -> str | None:
    if record.start_at_tz != "player_local":
        return None
    try:
        written = printed_time(json.loads(record.raw_member("start_at") or ""))
    except (ValueError, TypeError, AttributeError):
        return None
    return f"{written.replace(tzinfo=None).isoformat()} local"


def _read(text: bytes) -> tuple[Subject, str, Decision] | None:
    try:
        kind, id, start, decision = json.loads(text)
        is_text = isinstance(kind, str) and isinstance(id, str) and isinstance(start, str)
        return (Subject(kind, id), start, Decision(decision)) if is_text else None
    except (ValueError, TypeError, RecursionError):  # of a newer version, or written by somebody else
        return None
