"""The player's answers, and the base of the modules whose records are answered: offers, messages and surveys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from uwclient.models.answers import AnswersOf, Decision, answer_text, put, start_of, subject_of
from uwclient.models.content import Kind, Record
from uwclient.modules.base import ContentModule, SetStartsBefore
from uwclient.rules.timetable import Timetable

MOST_KEPT = 10_000
"""The maximum number of answered records that are kept for a player."""

MOST_PLAYERS = 8
"""The maximum number of players whose answers stay in memory, for returning players where the disk does not work."""

R = TypeVar("R", bound=Record)


class Answers:
    """A player's answers. `keep(text)` writes one to disk; of too many the oldest is discarded.

    A player is identified by the folder of their files, which differs by platform too.
    """

    def __init__(self, folder: Path, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        self._folder = folder
        self._given: AnswersOf = {}
        self._players = {folder: self._given}

    def of(self, kind: Kind, record: Record) -> Decision:
        """Return the player's decision on a record, for the start that it has now."""
        starts = self._given.get(subject_of(kind, record))
        return Decision.OPEN if starts is None else starts.get(start_of(record), Decision.OPEN)

    def give(self, kind: Kind, record: Record, decision: Decision) -> None:
        """Record a decision. An accepted record cannot be dismissed later, only set back to OPEN."""
        subject, start = subject_of(kind, record), start_of(record)
        before = self._given.get(subject, {}).get(start)
        if before is decision or (before is Decision.ACCEPTED and decision is Decision.DISMISSED):
            return
        put(self._given, subject, start, decision)
        if len(self._given) > MOST_KEPT:
            del self._given[next(iter(self._given))]
        self._keep(answer_text(subject, start, decision))

    def restore(self, given: AnswersOf) -> None:
        """Restore the answers of earlier runs; newer ones override them. The argument is kept and changed."""
        for subject, starts in self._given.items():
            for start, decision in starts.items():
                put(given, subject, start, decision)
        self._given = self._players[self._folder] = given

    def use(self, folder: Path) -> None:
        """Switch to the player of this folder."""
        self._folder = folder
        self._given = self._players.pop(folder, {})
        self._players[folder] = self._given
        if len(self._players) > MOST_PLAYERS:
            del self._players[next(iter(self._players))]


class AnsweredModule(ContentModule[R]):
    """A module whose records the player answers, once for each time that a record goes live.

    Answers are kept on disk. An answer holds until the record has another start, or a campaign activates it again.
    """

    def __init__(
        self, kind: Kind, timetable: Timetable, set_starts_before: SetStartsBefore, answers: Answers
    ) -> None:
        super().__init__(kind, timetable, set_starts_before)
        self._answers = answers

    def _is_answered(self, record: Record) -> bool:
        return self._answers.of(self._kind, record) is not Decision.OPEN

    def _answer(self, record: Record, decision: Decision) -> None:
        self._answers.give(self._kind, record, decision)

    def _reopen(self, record: Record) -> None:
        if self._is_answered(record):
            self._answer(record, Decision.OPEN)
