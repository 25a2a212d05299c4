"""Splits text into what a reader sees as one character: letters with their marks, emoji with their modifiers.

A shorter form of the rules of Unicode (UAX #29): enough never to tear apart what belongs together in text that is
shown to players.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

JOINER = "\u200d"
NON_JOINER = "\u200c"
_HANGUL = range(0x1100, 0x1200)
_FLAGS = range(0x1F1E6, 0x1F200)
_SKIN = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_EXTENDING = ("Mn", "Me", "Mc")


def graphemes(text: str) -> Iterator[str]:
    """The characters of a text as a reader counts them; together they are the text."""
    if text.isascii():
        yield from text
        return
    whole = ""
    flags = 0
    for character in text:
        flags = flags + 1 if ord(character) in _FLAGS else 0
        if whole and _belongs(whole, character, flags):
            whole += character
        else:
            if whole:
                yield whole
            whole = character
    yield whole


def _belongs(before: str, character: str, flags: int) -> bool:
    last = before[-1]
    if last in "\r\n" or character in "\r\n":
        return False
    if flags:
        return flags % 2 == 0
    if _extends(character):
        return True
    if last == JOINER:  # a family, a profession: emoji that are one
        return unicodedata.category(character) == "So"
    return ord(last) in _HANGUL and ord(character) in _HANGUL


@lru_cache(maxsize=4096)
def _extends(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) in _EXTENDING
        or character in (JOINER, NON_JOINER)
        or code in _SKIN
        or code in _TAGS
    )
