"""Owns what of the platform's own sentences may be shown: they echo keys, players and e-mail addresses."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from uwclient.models.notices import ApiWarning
from uwclient.wire.parsing import read_sentences

MOST_SENTENCES = 20
LONGEST_SENTENCE = 500

HIDDEN = "[hidden]"
"""What stands in place of something private."""

_LONGEST_READ = 4000
_SHORT = 8  # a key or an id of fewer characters may be a part of any word, so it is hidden as a word of its own
_EMAIL = r"[^\s@<>(),;:\"']{1,64}(?:@|%40)[^\s@<>(),;:\"']{1,255}"


class Mask:
    """Owns the words of one client that are private: it takes them, and all e-mail addresses, out of sentences."""

    def __init__(self, private: Iterable[str | None]) -> None:
        spellings = {spelling for word in private if word for spelling in _spellings(word)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._private = re.compile("|".join([*map(_pattern, longest_first), _EMAIL]), re.IGNORECASE)

    def text(self, sentence: str) -> str:
        """A sentence without what is private, and without its end where it is too long."""
        if len(sentence) > _LONGEST_READ:  # half a word at the cut would not be recognised
            sentence = sentence[:_LONGEST_READ].rpartition(" ")[0] + "…"
        shown = self._private.sub(HIDDEN, sentence)
        return shown if len(shown) <= LONGEST_SENTENCE else shown[:LONGEST_SENTENCE] + "…"

    def sentences(self, values: object) -> tuple[str, ...]:
        """What a reply says in a list such as `errors`, fit to be shown."""
        return tuple(map(self.text, read_sentences(values)[:MOST_SENTENCES]))

    def note(self, note: ApiWarning | None) -> ApiWarning | None:
        """The warnings and hints of a reply, fit to be shown."""
        if note is None:
            return None
        return ApiWarning(self.sentences(list(note.warnings)), self.sentences(list(note.hints)))


def _spellings(word: str) -> set[str]:
    """A word as it may come back: as it was, in a URL, as JSON prints it, and in base64."""
    packed = base64.b64encode(word.encode()).decode()
    return {word, quote(word, safe=""), quote(word), quote_plus(word), json.dumps(word)[1:-1], packed}


def _pattern(word: str) -> str:
    pattern = re.escape(word)
    return pattern if len(word) >= _SHORT else rf"(?<!\w){pattern}(?!\w)"
