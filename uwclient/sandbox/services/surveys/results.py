"""What answers to a survey add up to (pure; section Survey Results)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uwclient.sandbox.services.content.questions import Question


@dataclass(frozen=True, slots=True)
class Answered:
    """One response of a player.

    Attributes:
        id: the response.
        player_id: who answered.
        state: one of SURVEY_STATES.
        questions: what was asked.
        answers: by question id; empty unless it was completed.
        started_at: when it was attempted.
        ended_at: when it came to an end; None while it is under way.

    """

    id: str
    player_id: str
    state: str
    questions: tuple[Question, ...]
    answers: Mapping[str, Any]
    started_at: datetime
    ended_at: datetime | None


@dataclass(slots=True)
class Tally:
    """The answers to one question.

    Attributes:
        question: the question.
        count: how many respondents answered it.
        texts: how often each text was given; those of options that nobody chose are there with 0.

    """

    question: Question
    count: int = 0
    texts: Counter[str] = field(default_factory=Counter)

    def add(self, answer: Any) -> None:
        """Count one respondent's answer."""
        self.count += 1
        given = texts_of(answer)
        self.texts.update(given[:1] if self.question.type == "ranking" else given)

    @property
    def unique_count(self) -> int:
        """How many different texts were given."""
        return sum(1 for count in self.texts.values() if count)

    def options(self) -> list[dict[str, Any]]:
        """Each text with its share: as the question lists them, or (open_ended) the most frequent first."""
        pairs: Iterable[tuple[str, int]] = self.texts.items()
        if self.question.type == "open_ended":
            pairs = sorted(pairs, key=lambda one: (-one[1], one[0]))
        return [{"text": text, "count": count, "per": share(count, self.count)} for text, count in pairs]


def tallies(questions: Sequence[Question], responses: Iterable[Answered]) -> list[Tally]:
    """The answers to each question, added up.

    Args:
        questions: those that the survey asks now; what earlier responses were asked besides comes after them.
        responses: those that count.

    """
    found = {question.id: _empty(question) for question in questions}
    for response in responses:
        for question in response.questions:
            tally = found.setdefault(question.id, _empty(question))
            if question.id in response.answers:
                tally.add(response.answers[question.id])
    return list(found.values())


def texts_of(answer: Any) -> list[str]:
    """An answer as a list of texts: a ranking has the best first, a rating is its number."""
    return [str(one) for one in (answer if isinstance(answer, list) else [answer])]


def share(count: int, total: int) -> float:
    """How many of a hundred, to two places; 0 of nobody."""
    return round(100 * count / total, 2) if total else 0.0


def _empty(question: Question) -> Tally:
    ratings = [str(number) for number in range(1, question.scale + 1)]
    return Tally(question, texts=Counter(dict.fromkeys([*question.options, *ratings], 0)))
