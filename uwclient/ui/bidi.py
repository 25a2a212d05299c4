"""Puts the characters of a line in the order in which they are drawn, from left to right.

The algorithm of Unicode (UAX #9) without explicit embeddings, which are removed before: Hebrew and Arabic run from
right to left, numbers and Latin words in them from left to right, and brackets turn round.
"""

from __future__ import annotations

import re
import unicodedata

from uwclient.ui.graphemes import graphemes

_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_MIRRORS = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_OPENING = "([{"
_CLOSING = ")]}"
_STRONG = ("L", "R", "AL")
_NUMBERS = ("EN", "AN")
_DIRECTED = ("L", "R", *_NUMBERS)


def has_right_to_left(text: str) -> bool:
    """Whether any of the text runs from right to left."""
    return _FROM_THE_RIGHT.search(text) is not None


def is_right_to_left(paragraph: str) -> bool:
    """Whether a paragraph as a whole runs from right to left: its first letter says so."""
    if not has_right_to_left(paragraph):
        return False
    first = next((way for way in map(unicodedata.bidirectional, paragraph) if way in _STRONG), "L")
    return first != "L"


def visual(line: str, right_to_left: bool) -> str:
    """The characters of a line in the order in which they are drawn from left to right."""
    if not right_to_left and not has_right_to_left(line):
        return line
    characters = list(graphemes(line))
    levels = _levels(characters, int(right_to_left))
    characters = [_mirrored(one) if level % 2 else one for one, level in zip(characters, levels, strict=True)]
    order = list(range(len(characters)))
    for level in range(max(levels, default=0), 0, -1):
        order = _reversed_runs(order, levels, level)
    return "".join(characters[place] for place in order)


def _mirrored(character: str) -> str:
    return _MIRRORS.get(character, character)


def _reversed_runs(order: list[int], levels: list[int], level: int) -> list[int]:
    """The order with each run of at least this level reversed."""
    turned: list[int] = []
    run: list[int] = []
    for place in order:
        if levels[place] >= level:
            run.append(place)
            continue
        turned += [*reversed(run), place]
        run = []
    return turned + run[::-1]


def _levels(characters: list[str], base: int) -> list[int]:
    """The level of each character: odd ones run from right to left."""
    ways = _resolve_numbers([unicodedata.bidirectional(one[0]) for one in characters], base)
    _resolve_brackets(characters, ways, base)
    ways = _resolve_neutrals(ways, base)
    levels = []
    for way in ways:
        if way == "R":
            levels.append(1)
        elif way in _NUMBERS:
            levels.append(2)
        else:
            levels.append(0 if base == 0 else 2)
    return levels


def _resolve_numbers(ways: list[str], base: int) -> list[str]:
    """Numbers take in the signs that belong to them (rules W1 to W7)."""
    resolved = list(ways)
    strong = "R" if base else "L"
    for place, way in enumerate(resolved):
        if way in ("NSM", "BN"):
            way = resolved[place - 1] if place else strong
        if way == "EN" and strong == "AL":
            way = "AN"
        if way in _STRONG:
            strong = way
        resolved[place] = way
    for place in range(1, len(resolved) - 1):
        before, way, after = resolved[place - 1 : place + 2]
        if before == after and ((way == "ES" and before == "EN") or (way == "CS" and before in _NUMBERS)):
            resolved[place] = before
    _spread_to_signs(resolved, range(len(resolved)))
    _spread_to_signs(resolved, range(len(resolved) - 1, -1, -1))
    strong = "R" if base else "L"
    for place, way in enumerate(resolved):
        if way in _STRONG:
            strong = "L" if way == "L" else "R"
            resolved[place] = strong
        elif way == "EN" and strong == "L":
            resolved[place] = "L"
    return resolved


def _spread_to_signs(ways: list[str], places: range) -> None:
    """Signs such as % and $ beside a number are part of it."""
    before = ""
    for place in places:
        if ways[place] == "ET" and before == "EN":
            ways[place] = "EN"
        before = ways[place]


def _resolve_brackets(characters: list[str], ways: list[str], base: int) -> None:
    """A pair of brackets has one direction: that of the line, unless all around it has the other (rule N0)."""
    own, other = ("R", "L") if base else ("L", "R")
    for opening, closing in _pairs(characters, ways):
        inside = {_side(way) for way in ways[opening + 1 : closing] if way in _DIRECTED}
        if own in inside:
            ways[opening] = ways[closing] = own
        elif inside:
            before = next((_side(way) for way in reversed(ways[:opening]) if way in _DIRECTED), own)
            ways[opening] = ways[closing] = other if before == other else own


def _pairs(characters: list[str], ways: list[str]) -> list[tuple[int, int]]:
    """Where brackets open and close, in the order of their opening."""
    open_ones: list[int] = []
    pairs: list[tuple[int, int]] = []
    for place, character in enumerate(characters):
        if ways[place] != "ON":
            continue
        if character in _OPENING:
            open_ones.append(place)
        elif character in _CLOSING:
            match = next((one for one in reversed(open_ones) if _MIRRORS[characters[one]] == character), None)
            if match is not None:
                del open_ones[open_ones.index(match) :]
                pairs.append((match, place))
    return sorted(pairs)


def _resolve_neutrals(ways: list[str], base: int) -> list[str]:
    """Neutral characters take the direction of their neighbours where these agree (rules N1 and N2)."""
    resolved = list(ways)
    own = "R" if base else "L"
    place = 0
    while place < len(resolved):
        if resolved[place] in _DIRECTED:
            place += 1
            continue
        end = place
        while end < len(resolved) and resolved[end] not in _DIRECTED:
            end += 1
        before = _side(resolved[place - 1]) if place else own
        after = _side(resolved[end]) if end < len(resolved) else own
        resolved[place:end] = [before if before == after else own] * (end - place)
        place = end
    return resolved


def _side(way: str) -> str:
    return "L" if way == "L" else "R"
