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

from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys, did_you_mean

QUESTION_TYPES = ("single_select", "multi_select", "rating", "ranking", "open_ended")
DEFAULT_SCALE = 5
_WITH_OPTIONS = ("single_select", "multi_select", "ranking")
_FIELDS = ("id", "type", "text", "options", "required", "scale")


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


def read_questions(raw: object) -> tuple[Question, ...]:
    """The questions of a survey; FieldError says what is wrong with one. An id is made up when missing."""
    if not isinstance(raw, (list, tuple)):
        raise FieldError("questions", f"{raw!r} is not a list: write [{{type: …, text: …}}, …]")
    questions: dict[str, Question] = {}
    for position, fields in enumerate(raw):
        question = _question(fields, position, ("questions", position))
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
    return {name: getattr(question, name) for name in _FIELDS}


def _question(fields: object, position: int, path: FieldPath) -> Question:
    if not isinstance(fields, Mapping):
        raise FieldError(path, f"{fields!r} is not a mapping: write {{type: …, text: …}}")
    check_keys(fields, _FIELDS, path, "questions have no such field")
    kind = fields.get("type")
    if kind not in QUESTION_TYPES:
        close = did_you_mean(str(kind), QUESTION_TYPES)
        raise FieldError((*path, "type"), f"{kind!r} is not one of {', '.join(QUESTION_TYPES)}{close}")
    question_id = fields.get("id", f"q{position + 1}")
    for field, value in (("id", question_id), ("text", fields.get("text"))):
        if not isinstance(value, str) or not value:
            raise FieldError((*path, field), f"{value!r} is not a text of at least one letter")
    required = fields.get("required", False)
    if not isinstance(required, bool):
        raise FieldError((*path, "required"), f"{required!r} is not true or false")
    return Question(
        question_id, kind, fields["text"], _options(kind, fields, path), required, _scale(kind, fields, path)
    )


def _options(kind: str, fields: Mapping[str, Any], path: FieldPath) -> tuple[str, ...]:
    options = fields.get("options")
    if kind not in _WITH_OPTIONS:
        if options is not None:
            raise FieldError((*path, "options"), f"a question of the type {kind} has no options")
        return ()
    if (
        not isinstance(options, (list, tuple))
        or not options
        or not all(isinstance(one, str) and one for one in options)
    ):
        raise FieldError((*path, "options"), f"{options!r} is not a list of texts: write [first, second]")
    if len(set(options)) < len(options):
        raise FieldError((*path, "options"), "one of them is there twice")
    return tuple(options)


def _scale(kind: str, fields: Mapping[str, Any], path: FieldPath) -> int:
    scale = fields.get("scale")
    if kind != "rating":
        if scale is not None:
            raise FieldError((*path, "scale"), f"a question of the type {kind} has no scale")
        return 0
    if scale is None:
        return DEFAULT_SCALE
    if isinstance(scale, bool) or not isinstance(scale, int) or not 2 <= scale <= 10:
        raise FieldError((*path, "scale"), f"{scale!r} is not a whole number from 2 to 10")
    return scale
