"""Joins Arabic letters, for engines whose fonts do not: each takes the form that its neighbours call for.

The forms are those of the Unicode presentation blocks, which the character database itself lists.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from uwclient.ui.graphemes import JOINER

_ARABIC = re.compile("[\u0620-\u06ff]")
_TATWEEL = "\u0640"
_BLOCKS = (range(0xFB50, 0xFC00), range(0xFE70, 0xFEFD))


class _Forms(NamedTuple):
    """The forms of letters and ligatures."""

    shapes: dict[str, dict[str, str]]
    """By the letter, or the two letters of a ligature: its forms by their names."""


def shape(text: str) -> str:
    """The text with each Arabic letter in the form that its neighbours call for."""
    if _ARABIC.search(text) is None:
        return text
    shapes = _forms().shapes
    letters = _ligatures(text, shapes)
    shaped = []
    for place, letter in enumerate(letters):
        forms = shapes.get(letter)
        if forms is None:
            shaped.append(letter)
            continue
        joins_before = _joins_on(_neighbour(letters, place, -1), shapes) and "final" in forms
        joins_after = "initial" in forms and _is_joined(_neighbour(letters, place, 1), shapes)
        name = ("isolated", "initial", "final", "medial")[joins_after + 2 * joins_before]
        shaped.append(forms.get(name) or forms.get("final" if joins_before else "isolated") or letter)
    return "".join(shaped)


@cache
def _forms() -> _Forms:
    shapes: dict[str, dict[str, str]] = {}
    for code in (code for block in _BLOCKS for code in block):
        name, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        letters = "".join(chr(int(part, 16)) for part in parts)
        if name.strip("<>") in ("isolated", "initial", "medial", "final") and _is_wanted(letters):
            shapes.setdefault(letters, {})[name.strip("<>")] = chr(code)
    return _Forms(shapes)


def _is_wanted(letters: str) -> bool:
    """Letters, and the one ligature that must be one: lam with alef."""
    is_lam_alef = len(letters) == 2 and letters[0] == "\u0644" and letters[1] in "\u0622\u0623\u0625\u0627"
    return len(letters) == 1 or is_lam_alef


def _ligatures(text: str, shapes: dict[str, dict[str, str]]) -> list[str]:
    """The letters of a text; a ligature is one."""
    letters: list[str] = []
    for letter in text:
        if letters and letters[-1] + letter in shapes:
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


def _neighbour(letters: list[str], place: int, step: int) -> str:
    """The next letter before or after; marks do not stand between letters."""
    place += step
    while 0 <= place < len(letters) and unicodedata.category(letters[place][0]) == "Mn":
        place += step
    return letters[place] if 0 <= place < len(letters) else ""


def _joins_on(letter: str, shapes: dict[str, dict[str, str]]) -> bool:
    """Whether a letter joins the one after it."""
    return letter in (_TATWEEL, JOINER) or "initial" in shapes.get(letter, ())


def _is_joined(letter: str, shapes: dict[str, dict[str, str]]) -> bool:
    """Whether a letter joins the one before it."""
    return letter in (_TATWEEL, JOINER) or "final" in shapes.get(letter, ())
