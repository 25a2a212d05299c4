"""The sandbox's exceptions: for authors of scenarios and tests, and for replies to clients."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

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
    """One field is wrong: the path to it, the reason, and a hint for clients, where there is one."""

    def __init__(self, field: str | FieldPath, reason: str, hint: str | None = None) -> None:
        self.path: FieldPath = (field,) if isinstance(field, str) else field
        self.reason = reason
        self.hint = hint
        super().__init__(f"{path_text(self.path)}: {reason}" if self.path else reason)

    def below(self, path: FieldPath) -> FieldError:
        """The same error, seen from where `path` begins."""
        return FieldError((*path, *self.path), self.reason, self.hint)


class UnknownRecordError(KeyError):
    """There is no content, or campaign, of that id."""

    def __init__(self, record_id: str, known: Iterable[str], what: str = "content") -> None:
        self._sentence = f"There is no {what} {record_id!r} in the sandbox{did_you_mean(record_id, known)}."
        super().__init__(self._sentence)

    def __str__(self) -> str:
        return self._sentence


class JourneyError(RuntimeError):
    """A journey leads a player round for ever; the message names the steps."""


class NotFound(UnknownRecordError):
    """What a client asked for does not exist, or not for this player (404); the message says what."""

    def __init__(self, sentence: str) -> None:
        KeyError.__init__(self, sentence)
        self._sentence = sentence


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The remark ` (did you mean 'x'?)` when a known word is close; "" otherwise.

    Args:
        word: what was written.
        known: what could have been meant.
        cutoff: how close is close: 1 is the same, 0 nothing in common.

    """
    possible = list(_possible(word, known, cutoff))
    close = difflib.get_close_matches(word, possible, n=1, cutoff=cutoff) if possible else []
    return f" (did you mean {close[0]!r}?)" if close else ""


def _possible(word: str, known: Iterable[str], cutoff: float) -> Iterator[str]:
    """Leave out, and fast, nearly all words that are not close, before difflib compares letter by letter.

    Words that are close have many letters in common, so each has few letters that the other does not have.
    """
    length, letters = len(word), _letters(word)
    for one in known:
        others = _letters(one)
        needed = cutoff * (length + len(one)) / 2
        if length - (letters & ~others).bit_count() >= needed <= len(one) - (others & ~letters).bit_count():
            yield one


@lru_cache(maxsize=4096)
def _letters(word: str) -> int:
    """One bit for each letter of a word; several letters may share a bit."""
    bits = 0
    for letter in set(word):
        bits |= 1 << (ord(letter) % 64)
    return bits


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


def no_letter(problem: UnicodeEncodeError) -> ScenarioError:
    """The error about a text that cannot be kept, as it holds half a surrogate pair."""
    around = problem.object[max(0, problem.start - 20) : problem.end + 20]
    return ScenarioError(
        f"{around!r} holds half a surrogate pair, which is no letter: write the whole pair, or none."
    )
