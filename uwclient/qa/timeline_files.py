"""Timelines as files beside tests, and how two of them differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

NEIGHBOURS = 3
"""How many lines are shown before and after a difference."""

HOW_TO_WRITE = "Look at it, and if it is right, write the file: pytest --uw-update, or matches(…, update=True)."


class Updating:
    """Whether `Timeline.matches` writes its file instead of comparing; a test tool may switch it on for a run."""

    is_on = False


def compare_with_file(lines: Sequence[str], path: Path, update: bool) -> None:
    """Compare lines with those of a file, or write them to it.

    Raises:
        AssertionError: they differ, or there is no such file; the message shows the first difference.

    """
    if update or Updating.is_on:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    if not path.exists():
        raise AssertionError(f"There is no file {path} to compare the timeline with. {HOW_TO_WRITE}")
    found = first_difference(path.read_text(encoding="utf-8").splitlines(), lines)
    if found is not None:
        raise AssertionError(f"The timeline is not that of {path}. {HOW_TO_WRITE}\n{found}")


def first_difference(expected: Sequence[str], actual: Sequence[str]) -> str | None:
    """Return the first difference with its neighbours, for people to read; None when there is none."""
    pairs = enumerate(zip_longest(expected, actual))
    place = next((place for place, (one, other) in pairs if one != other), None)
    if place is None:
        return None
    shown = [f"  {line}" for line in expected[max(0, place - NEIGHBOURS) : place]]
    shown += [f"- {expected[place]}" if place < len(expected) else "- (the end)"]
    shown += [f"+ {actual[place]}" if place < len(actual) else "+ (the end)"]
    shown += [f"+ {line}" for line in actual[place + 1 : place + 1 + NEIGHBOURS]]
    return "\n".join([f"The first difference is in line {place + 1} (- expected, + happened):", *shown])
