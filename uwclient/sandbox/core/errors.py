"""The sandbox's exceptions: for authors of scenarios and tests, and for replies to clients."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

_LONGEST_SENTENCE = 600

FieldPath = tuple[str | int, ...]


class ScenarioError(ValueError):
    """A scenario, or a piece of content, is wrong; the message says where, and how to write it.

    A message longer than 600 characters loses its middle.
    """

    def __init__(self, sentence: str) -> None:
        long = len(sentence) > _LONGEST_SENTENCE
        half = _LONGEST_SENTENCE // 2
        super().__init__(f"{sentence[:half]} … {sentence[-half:]}" if long else sentence)


class FieldError(ScenarioError):
    """One field of a record, segment or timeline entry is wrong; `path` leads to the field."""

    def __init__(self, field: str | FieldPath, reason: str) -> None:
        self.path: FieldPath = (field,) if isinstance(field, str) else field
        self.reason = reason
        super().__init__(f"{path_text(self.path)}: {reason}")


class UnknownRecordError(KeyError):
    """There is no content, or campaign, of that id."""

    def __init__(self, record_id: str, known: Iterable[str], what: str = "content") -> None:
        self._sentence = f"There is no {what} {record_id!r} in the sandbox{did_you_mean(record_id, known)}."
        super().__init__(self._sentence)

    def __str__(self) -> str:
        return self._sentence


class JourneyError(RuntimeError):
    """A journey leads a player round for ever; the message names the steps."""


class Refused(Exception):
    """What a client sent is wrong (422): the path to the field, the reason, and a hint."""

    def __init__(self, path: FieldPath, reason: str, hint: str | None = None) -> None:
        self.path = path
        self.reason = reason
        self.hint = hint
        super().__init__(f"{path_text(path)}: {reason}.")


class NotFound(UnknownRecordError):
    """What a client asked for does not exist, or not for this player (404); the message says what."""

    def __init__(self, sentence: str) -> None:
        KeyError.__init__(self, sentence)
        self._sentence = sentence


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The remark ` (did you mean 'x'?)` when a known word is close; "" otherwise."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def check_keys(
    given: Iterable[object], known: Collection[str], path: FieldPath, what: str = "there is no such key here"
) -> None:
    """FieldError for the first unknown key, with the known one that is closest; `path` leads to the keys."""
    for key in given:
        if key not in known:
            close = did_you_mean(str(key), known) or f"; use {', '.join(known)}"
            raise FieldError((*path, str(key)), f"{what}{close}")


def path_text(path: FieldPath) -> str:
    """A path as one writes it: offers[2].start_at."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
