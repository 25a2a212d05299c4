"""Breaks text into lines that fit a width."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from math import inf
from typing import NamedTuple, TypeAlias

from uwclient.ui.arabic import shape
from uwclient.ui.bidi import is_right_to_left, visual
from uwclient.ui.graphemes import graphemes
from uwclient.ui.sanitize import CUT, strip_invisible

Measure: TypeAlias = Callable[[str], float]

LONGEST_LINE = 400
"""Characters that are looked at for one line of a word without end."""

LONGEST_TIE = 30
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd]"
)
"""Characters that have no spaces between words: lines may end after each of them."""
_NEVER_FIRST = frozenset(
    "、。，．・：；？！ー々ゝゞヽヾ’”）〕］｝〉》」』】〗％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…)]}!?,.:;%"
)
_NEVER_LAST = frozenset("‘“（〔［｛〈《「『【〖([{$￥")
_BREAKS_AFTER = re.compile("(?<=[^-–—/\u200b][-–—/\u200b])(?=[^-–—/])|(?<=\u200b)")


class Line(NamedTuple):
    """One line, its characters in the order in which they are drawn; whether it is aligned at the right."""

    text: str
    right_aligned: bool = False


def wrap(text: str, width: float, measure: Measure) -> Iterator[Line]:
    """The lines of a text, none wider than `width` unless a single character is; made one by one."""
    for paragraph in text.split("\n"):
        right_aligned = is_right_to_left(paragraph)
        for line in _lines(shape(paragraph), width, measure):
            yield Line(visual(line, right_aligned), right_aligned)


def fit(text: str, width: float, most_lines: int, measure: Measure) -> list[Line]:
    """At most so many lines, 1 or more; an ellipsis ends text that is cut."""
    fitted: list[Line] = []
    for paragraph in text.split("\n"):
        right_aligned = is_right_to_left(paragraph)
        lines = list(islice(_lines(shape(paragraph), width, measure), most_lines + 1))
        fitted += [Line(line, right_aligned) for line in lines]
        if len(fitted) > most_lines:
            last = _cut(fitted[most_lines - 1].text, width, measure)
            fitted[most_lines - 1 :] = [Line(last, fitted[most_lines - 1].right_aligned)]
            break
    return [Line(visual(line.text, line.right_aligned), line.right_aligned) for line in fitted]


def shorten(text: str, width: float, measure: Measure) -> str:
    """The text on one line, cut with an ellipsis where it does not fit."""
    right_aligned = is_right_to_left(text)
    shown = shape(" ".join(text.split()))
    if measure(strip_invisible(shown)) > width:
        shown = _cut(shown, width, measure)
    return visual(strip_invisible(shown), right_aligned)


def _cut(text: str, width: float, measure: Measure) -> str:
    """As much of a text as fits before an ellipsis, with it; nothing where not even that fits."""
    characters = list(graphemes(text[:LONGEST_LINE]))
    low, high = 0, len(characters)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(strip_invisible("".join(characters[:middle])).rstrip() + CUT) <= width:
            low = middle
        else:
            high = middle - 1
    cut = strip_invisible("".join(characters[:low])).rstrip() + CUT
    return cut if measure(cut) <= width else ""


class _Piece(NamedTuple):
    """A part of a line that is not broken, with a space before it or not."""

    text: str
    spaced: bool


def _lines(paragraph: str, width: float, measure: Measure) -> Iterator[str]:
    """The lines of a paragraph in the order in which it is read."""
    space = measure(" ")
    coming = (piece for word in paragraph.split() for piece in _pieces(word))
    returned = deque[_Piece]()  # what did not fit on the line before
    line: list[_Piece] = []
    taken = 0.0
    while piece := returned.popleft() if returned else next(coming, None):
        wide = measure(piece.text) if len(piece.text) <= LONGEST_LINE else inf
        if wide > width and not line:
            returned.extendleft(reversed(_torn(piece, width, measure)))
            piece = returned.popleft()
            wide = measure(piece.text)
        room = taken + space * piece.spaced + wide if line else wide
        if line and room > width:
            returned.appendleft(piece)
            yield _line(line, returned, width, measure)
            line, taken = [], 0.0
        else:
            line.append(piece)
            taken = room
    while line:
        yield _line(line, returned, width, measure)
        line = list(returned)
        returned.clear()
    if not paragraph.split():
        yield ""


def _line(line: list[_Piece], returned: deque[_Piece], width: float, measure: Measure) -> str:
    """The text of a line. The sum of its parts may be off by a little: what does not fit is returned."""
    while True:
        text = "".join(f" {piece.text}" if piece.spaced else piece.text for piece in line).lstrip()
        if len(line) == 1 or measure(text) <= width:
            return text
        returned.appendleft(line.pop())


def _pieces(word: str) -> Iterator[_Piece]:
    """The pieces of a word: a line may end between them."""
    if word.isascii() and "-" not in word and "/" not in word:
        yield _Piece(word, spaced=True)
        return
    spaced = True
    for part in (part for run in _BREAKS_AFTER.split(word) for part in _characters(run)):
        if text := strip_invisible(part):
            yield _Piece(text, spaced)
            spaced = False


def _characters(run: str) -> Iterator[str]:
    """The pieces of text that has characters of scripts without spaces."""
    if _WIDE.search(run) is None:
        yield run
        return
    part = ""
    wide_before = False
    for character in graphemes(run):
        wide = _WIDE.match(character) is not None
        tied = character[0] in _NEVER_FIRST or part[-1:] in _NEVER_LAST or not (wide or wide_before)
        if part and not (tied and len(part) < LONGEST_TIE):
            yield part
            part = ""
        part += character
        wide_before = wide
    yield part


def _torn(piece: _Piece, width: float, measure: Measure) -> list[_Piece]:
    """Cut a word that is longer than a line: as much as fits, a character at least, and the rest."""
    characters = list(graphemes(piece.text[:LONGEST_LINE]))
    if len(piece.text) > LONGEST_LINE and len(characters) > 1:
        characters.pop()  # its rest may belong to it
    low, high = 1, len(characters)
    while low < high:
        middle = (low + high + 1) // 2
        if measure("".join(characters[:middle])) <= width:
            low = middle
        else:
            high = middle - 1
    head = "".join(characters[:low])
    rest = piece.text[len(head) :]
    return [_Piece(head, piece.spaced), _Piece(rest, spaced=False)] if rest else [_Piece(head, piece.spaced)]
