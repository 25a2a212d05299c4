"""The player's answers: for each record and each of its starts, the decision."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from uwclient.models.content import Kind, Record
from uwclient.models.iso_time import printed_time

MOST_STARTS = 8
"""The maximum number of starts of one record whose answers are kept."""


class Decision(StrEnum):
    """A player's decision on an offer, a message or an invite; OPEN means none yet, or taken back."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    OPEN = "open"


class Subject(NamedTuple):
    """The record that is answered, by kind and id; records of different kinds may have the same id."""

    kind: str
    id: str


AnswersOf: TypeAlias = dict[Subject, dict[str, Decision]]
"""The answers of one player, by record and by start; the newest answers come last."""


def subject_of(kind: Kind, record: Record) -> Subject:
    """Return the subject of an answer to a record."""
    return Subject(kind.value, record.id)


def start_of(record: Record) -> str:
    """Return a text for a record's start, "" for none; a local time gives the same text in every time zone."""
    if record.start_at is None:
        return ""
    return _local_start(record) or record.start_at.isoformat()


def put(answers: AnswersOf, subject: Subject, start: str, decision: Decision) -> None:
    """Add an answer as the newest one."""
    starts = answers.pop(subject, {})
    starts.pop(start, None)
    starts[start] = decision
    if len(starts) > MOST_STARTS:
        del starts[next(iter(starts))]
    answers[subject] = starts


def answer_text(subject: Subject, start: str, decision: Decision) -> bytes:
    """Encode one answer for the disk, without a line break."""
    return json.dumps([*subject, start, decision.value]).encode()


def read_answers(texts: Iterable[bytes], throttle: Callable[[], None]) -> AnswersOf:
    """Parse what `answer_text` has encoded, the oldest first; texts that cannot be parsed are skipped."""
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
    except (ValueError, TypeError, RecursionError):  # written by a newer version, or by another program
        return None
