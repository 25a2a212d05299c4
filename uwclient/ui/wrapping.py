"""Owns how text is broken into lines that fit (pure, given something that measures)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

ELLIPSIS = "…"
Measure = Callable[[str], float]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """The lines of a text, none wider than `width`."""
    return [line for paragraph in text.split("\n") for line in _lines(paragraph, width, measure)]


def fit(text: str, width: float, most_lines: int, measure: Measure) -> list[str]:
    """At most so many lines; an ellipsis ends text that is cut."""
    lines = wrap(text, width, measure)
    if len(lines) <= most_lines:
        return lines
    return [*lines[: most_lines - 1], shorten(" ".join(lines[most_lines - 1 :]), width, measure)]


def shorten(text: str, width: float, measure: Measure) -> str:
    """The text on one line, cut with an ellipsis where it does not fit."""
    if measure(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if low or measure(ELLIPSIS) <= width else ""


def _lines(paragraph: str, width: float, measure: Measure) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        candidate = f"{line} {word}" if line else word
        if measure(candidate) <= width:
            line = candidate
            continue
        if line:
            yield line
        *full, line = _pieces(word, width, measure)
        yield from full
    yield line


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    pieces = []
    while measure(word) > width and len(word) > 1:
        end = next(end for end in range(len(word) - 1, 0, -1) if end == 1 or measure(word[:end]) <= width)
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]
