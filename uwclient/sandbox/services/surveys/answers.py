"""Which answers fit the questions of a survey (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.services.content.questions import Question

LONGEST_ANSWER = 5000


def wrong_answers(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with some answers, a sentence for each question (by id); empty when they can be taken."""
    known = {question.id: question for question in questions}
    wrong = {name: "There is no such question." for name in answers if name not in known}
    for question in questions:
        answer = answers.get(question.id)
        if answer in (None, "", []):
            if question.required:
                wrong[question.id] = "Please answer this question."
        elif not _fits(question, answer):
            wrong[question.id] = f"That is no answer to a question of the type {question.type}."
    return wrong


def given_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without those that say nothing."""
    return {name: answer for name, answer in answers.items() if answer not in (None, "", [])}


def _fits(question: Question, answer: object) -> bool:
    if question.type == "single_select":
        return answer in question.options
    if question.type == "rating":
        return isinstance(answer, int) and not isinstance(answer, bool) and 1 <= answer <= question.scale
    if question.type == "open_ended":
        return isinstance(answer, str) and len(answer) <= LONGEST_ANSWER
    if not isinstance(answer, list) or not all(isinstance(one, str) and one in question.options for one in answer):
        return False
    complete = question.type != "ranking" or len(answer) == len(question.options)
    return complete and len(set(answer)) == len(answer)
