"""Owns what the player has answered, and the modules whose records can be: offers, messages and surveys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from uwclient.models.answers import Decision, Occasion, answer_text, occasion_of
from uwclient.models.content import Kind, Record
from uwclient.modules.base import ContentModule, SetStartsBefore, Transition
from uwclient.state.schedule import Schedule

MOST_KEPT = 10_000
MOST_PLAYERS = 8
"""Of so many players the answers stay in memory, for those who come back and have no disk to be kept on."""

R = TypeVar("R", bound=Record)


class Answers:
    """Owns a player's answers, the newest last. `keep(text)` writes one to disk; of too many the oldest goes."""

    def __init__(self, player_id: str, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        self._players: dict[str, dict[Occasion, Decision]] = {}
        self._given: dict[Occasion, Decision]
        self.use(player_id)

    def of(self, kind: Kind, record: Record) -> Decision:
        """What the player said to a record, for the time that it goes live now."""
        return self._given.get(occasion_of(kind, record), Decision.OPEN)

    def give(self, kind: Kind, record: Record, answer: Decision) -> None:
        """The player has answered. What was accepted is not dismissed later, only taken back (OPEN)."""
        occasion = occasion_of(kind, record)
        before = self._given.get(occasion)
        if before is answer or (before is Decision.ACCEPTED and answer is Decision.DISMISSED):
            return
        self._given.pop(occasion, None)
        self._given[occasion] = answer
        if len(self._given) > MOST_KEPT:
            del self._given[next(iter(self._given))]
        self._keep(answer_text(occasion, answer))

    def restore(self, given: Mapping[Occasion, Decision]) -> None:
        """Go on from what earlier runs have kept; what was said since counts for more."""
        since = dict(self._given)
        self._given.clear()
        self._given.update(given)
        self._given.update(since)

    def use(self, player_id: str) -> None:
        """Go on as this player."""
        self._given = self._players.pop(player_id, {})
        self._players[player_id] = self._given
        if len(self._players) > MOST_PLAYERS:
            del self._players[next(iter(self._players))]


class AnsweredModule(ContentModule[R]):
    """Owns records that the player answers, each once for each time that it goes live.

    An answer is kept on disk. It counts until the record starts at another time, or a campaign brings it once more.
    """

    def __init__(
        self, kind: Kind, schedule: Schedule[Transition], set_starts_before: SetStartsBefore, answers: Answers
    ) -> None:
        super().__init__(kind, schedule, set_starts_before)
        self._answers = answers

    def _is_answered(self, record: Record) -> bool:
        return self._answers.of(self._kind, record) is not Decision.OPEN

    def _answer(self, record: Record, answer: Decision) -> None:
        self._answers.give(self._kind, record, answer)

    def _begins_anew(self, record: Record) -> None:
        if self._is_answered(record):
            self._answer(record, Decision.OPEN)
