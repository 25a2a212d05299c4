"""The questions of a survey (pure).

    {id: mood, type: single_select, text: How do you feel?, options: [Good, Bad], required: true}

Types, and what an answer to each is:

    single_select   one of the options
    multi_select    a list of options
    rating          a whole number from 1 to `scale` (5, unless it says 2 to 10)
    ranking         a list of all options, the best first
    open_ended      a text
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import Field, Reading, read

QUESTION_TYPES = ("single_select", "multi_select", "rating", "ranking", "open_ended")
DEFAULT_SCALE = 5
_WITH_OPTIONS = ("single_select", "multi_select", "ranking")


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `options` is empty and `scale` 0 where the type has none."""

    id: str
    type: str
    text: str
    options: tuple[str, ...] = ()
    required: bool = False
    scale: int = 0


ANYTHING = Question("comment", "open_ended", "What would you like to tell us?")
"""The question of a survey that was published without any."""


def _check_parts(questions: Sequence[Mapping[str, Any]]) -> None:
    """FieldError unless each question has what its type asks for, and nothing else."""
    for position, question in enumerate(questions):
        kind, options = question["type"], question.get("options")
        if (options is None) == (kind in _WITH_OPTIONS):
            reason = "has no options" if options is not None else "needs options: write [first, second]"
            raise FieldError((position, "options"), f"a question of the type {kind} {reason}")
        if options is not None and not options:
            raise FieldError((position, "options"), "there are none: write [first, second]")
        if len(set(options or ())) < len(options or ()):
            raise FieldError((position, "options"), "one of them is there twice")
        if kind != "rating" and question.get("scale") is not None:
            raise FieldError((position, "scale"), f"a question of the type {kind} has no scale")


QUESTIONS = Field(
    "questions",
    "list",
    "What a survey asks.",
    fields=(
        Field("id", "word", "The question's id; q1, q2, … when missing."),
        Field("type", "text", "How it is answered.", required=True, choices=QUESTION_TYPES),
        Field("text", "word", "The question.", required=True),
        Field("options", "list", "What can be chosen.", null=True, values=Field("", "word", "An option.")),
        Field("required", "boolean", "Whether it must be answered."),
        Field("scale", "integer", "The highest rating.", null=True, minimum=2, maximum=10),
    ),
    check=_check_parts,
)


def read_questions(raw: object) -> tuple[Question, ...]:
    """The questions of a survey; FieldError says what is wrong with one. An id is made up when missing."""
    questions: dict[str, Question] = {}
    for position, fields in enumerate(read(QUESTIONS, raw, Reading(blanks=()), ("questions",))):
        question = _question(fields, position)
        if question.id in questions:
            raise FieldError(("questions", position, "id"), f"there is a question {question.id!r} already")
        questions[question.id] = question
    return tuple(questions.values())


def questions_text(questions: Sequence[Question]) -> str:
    """Questions as a table keeps them."""
    if not questions:
        return "[]"
    return json.dumps([_fields_of(question) for question in questions], ensure_ascii=False)


def questions_in(text: str) -> tuple[Question, ...]:
    """The questions that such a text holds."""
    return tuple(Question(**{**one, "options": tuple(one["options"])}) for one in json.loads(text))


def questions_of_content(listed: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions that a survey's content holds, whose options stand in `question_options`."""
    return [_of_content(fields, position) for position, fields in enumerate(listed)]


def _of_content(fields: Mapping[str, Any], position: int) -> Question:
    kind = fields.get("type") or "open_ended"
    values = [one["value"] for one in fields.get("question_options") or () if one.get("value")]
    options = tuple(dict.fromkeys(values or fields.get("options") or ()))
    return Question(
        fields.get("id") or f"q{position + 1}",
        kind,
        fields.get("text") or "",
        options if kind in _WITH_OPTIONS else (),
        bool(fields.get("required")),
        (fields.get("scale") or DEFAULT_SCALE) if kind == "rating" else 0,
    )


def content_of_question(question: Question) -> dict[str, Any]:
    """The fields of a question as a survey's content holds them."""
    options = [{"value": option, "media_id": None} for option in question.options]
    return {**_fields_of(question), "options": [], "question_options": options, "media_id": None}


def _fields_of(question: Question) -> dict[str, Any]:
    return {field.name: getattr(question, field.name) for field in QUESTIONS.fields}


def _question(fields: Mapping[str, Any], position: int) -> Question:
    return Question(
        fields.get("id", f"q{position + 1}"),
        fields["type"],
        fields["text"],
        tuple(fields.get("options") or ()),
        fields.get("required", False),
        (fields.get("scale") or DEFAULT_SCALE) if fields["type"] == "rating" else 0,
    )
