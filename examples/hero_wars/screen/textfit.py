"""Fits text into boxes: wraps it by words, breaks words that are too long, and cuts it with an ellipsis.

Works with any `measure` that gives the width of a text, so that it can be tested without a font.
"""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], int]
ELLIPSIS = "…"
BALANCE_STEP = 8


def wrap(text: str, width: int, measure: Measure) -> list[str]:
    """The text in lines no wider than `width`; line breaks in the text are kept."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines.extend(_wrap_paragraph(paragraph, width, measure))
    return lines


def fit(text: str, width: int, max_lines: int, measure: Measure) -> list[str]:
    """At most `max_lines` (1 or more) lines no wider than `width`; an ellipsis ends text that is cut."""
    lines = wrap(text, width, measure)
    if len(lines) <= max_lines:
        return lines
    return [*lines[: max_lines - 1], _cut(lines[max_lines - 1], width, measure)]


def balance(text: str, width: int, max_lines: int, measure: Measure) -> list[str]:
    """As `fit`, with lines about equally long, so that no word is left alone on the last one."""
    fitted = fit(text, width, max_lines, measure)
    narrower = width - BALANCE_STEP
    while narrower > width // 2 and len(wrap(text, narrower, measure)) == len(wrap(text, width, measure)):
        fitted = fit(text, narrower, max_lines, measure)
        narrower -= BALANCE_STEP
    return fitted


def _cut(text: str, width: int, measure: Measure) -> str:
    while text and measure(text.rstrip() + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _wrap_paragraph(paragraph: str, width: int, measure: Measure) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        candidate = f"{lines[-1]} {word}".strip()
        if measure(candidate) <= width:
            lines[-1] = candidate
            continue
        pieces = _break_word(word, width, measure)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
    return lines


def _break_word(word: str, width: int, measure: Measure) -> list[str]:
    pieces: list[str] = []
    while measure(word) > width and len(word) > 1:
        end = len(word) - 1
        while end > 1 and measure(word[:end]) > width:
            end -= 1
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]
