"""Owns the exceptions of the sandbox: for those who write scenarios and tests, and for clients."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

_LONGEST_SENTENCE = 600

FieldPath = tuple[str | int, ...]


class ScenarioError(ValueError):
    """Owns a sentence that says where a scenario (or a piece of content) is wrong, and how to write it.

    What it quotes may be of any length: the middle of a very long sentence is left out.
    """

    def __init__(self, sentence: str) -> None:
        long = len(sentence) > _LONGEST_SENTENCE
        half = _LONGEST_SENTENCE // 2
        super().__init__(f"{sentence[:half]} … {sentence[-half:]}" if long else sentence)


class FieldError(ScenarioError):
    """Owns what is wrong with one field of a record, segment or timeline entry; `path` leads to the field."""

    def __init__(self, field: str | FieldPath, reason: str) -> None:
        self.path: FieldPath = (field,) if isinstance(field, str) else field
        self.reason = reason
        super().__init__(f"{spelled(self.path)}: {reason}")


class UnknownRecordError(KeyError):
    """Owns the sentence that says that no such content (or campaign) is published."""

    def __init__(self, record_id: str, known: Iterable[str], what: str = "content") -> None:
        self._sentence = f"There is no {what} {record_id!r} in the sandbox{did_you_mean(record_id, known)}."
        super().__init__(self._sentence)

    def __str__(self) -> str:
        return self._sentence


class Refused(Exception):
    """Owns why what a client sent cannot be taken: the path to the field, what is wrong, and a hint."""

    def __init__(self, path: FieldPath, reason: str, hint: str | None = None) -> None:
        self.path = path
        self.reason = reason
        self.hint = hint
        super().__init__(f"{spelled(path)}: {reason}.")


class NotThere(Exception):
    """Owns the sentence that says that what a client spoke of does not exist, or not for this player."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The remark ` (did you mean 'x'?)` when a known word is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def refuse_unknown_keys(
    given: Iterable[object], known: Collection[str], path: FieldPath, what: str = "there is no such key here"
) -> None:
    """FieldError for the first key that is not known, with the one that may be meant; `path` leads to the keys."""
    for key in given:
        if key not in known:
            close = did_you_mean(str(key), known) or f"; use {', '.join(known)}"
            raise FieldError((*path, str(key)), f"{what}{close}")


def spelled(path: FieldPath) -> str:
    """A path as people write it: offers[2].start_at."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
