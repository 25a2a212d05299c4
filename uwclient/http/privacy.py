"""Masks private words in the platform's sentences, which may echo keys, player ids and e-mail addresses."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from uwclient.http.envelope import read_sentences
from uwclient.models.notices import ApiWarning

MOST_SENTENCES = 20
"""The maximum number of sentences of a reply that are kept."""

LONGEST_SENTENCE = 500
"""The maximum number of characters of a sentence."""

HIDDEN = "[hidden]"
"""The replacement of a private word."""

_LONGEST_READ = 4000
_SHORT = 8  # a private word with fewer characters is hidden only as a whole word
_EMAIL = r"[^\s@<>(),;:\"']{1,64}(?:@|%40)[^\s@<>(),;:\"']{1,255}"


class Mask:
    """Replaces the private words of one client, and all e-mail addresses, in sentences."""

    def __init__(self, private: Iterable[str | None]) -> None:
        spellings = {spelling for word in private if word for spelling in _spellings(word)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._private = re.compile("|".join([*map(_pattern, longest_first), _EMAIL]), re.IGNORECASE)

    def text(self, sentence: str) -> str:
        """Mask a sentence, and shorten it if it is too long."""
        if len(sentence) > _LONGEST_READ:  # cut between words, because half a private word would not be recognised
            sentence = sentence[:_LONGEST_READ].rpartition(" ")[0] + "…"
        shown = self._private.sub(HIDDEN, sentence)
        return shown if len(shown) <= LONGEST_SENTENCE else shown[:LONGEST_SENTENCE] + "…"

    def sentences(self, values: object) -> tuple[str, ...]:
        """Mask the sentences in a list of a reply, such as `errors`."""
        return tuple(map(self.text, read_sentences(values)[:MOST_SENTENCES]))

    def note(self, note: ApiWarning | None) -> ApiWarning | None:
        """Mask the warnings and hints of a reply."""
        if note is None:
            return None
        return ApiWarning(self.sentences(list(note.warnings)), self.sentences(list(note.hints)))


def _spellings(word: str) -> set[str]:
    """Return the forms in which a word may be echoed: unchanged, and encoded for URLs, JSON and base64."""
    packed = base64.b64encode(word.encode()).decode()
    return {word, quote(word, safe=""), quote(word), quote_plus(word), json.dumps(word)[1:-1], packed}


def _pattern(word: str) -> str:
    pattern = re.escape(word)
    return pattern if len(word) >= _SHORT else rf"(?<!\w){pattern}(?!\w)"
