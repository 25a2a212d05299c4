"""Keeps the garbage collector's passes short while thousands of records are made that the game did not have.

The collector visits new objects some hundreds at a time, and what is left of ten such passes once more in one go: of
records, which lie far apart in memory, that takes three to five milliseconds. Visited a third at a time, they take a
little more than one. The game's thresholds stay as they are, and so does a collector that the game has switched off.
"""

from __future__ import annotations

import gc

MOST = 2500
"""Objects that have survived a short pass, beyond which they are visited now rather than with all that follow."""


def short_passes() -> int:
    """How many short passes there were since what they left was visited."""
    return gc.get_count()[1]


def visit_if_many(short_passes_before: int) -> None:
    """Have the collector visit what is young, if that is much, and has grown since `short_passes` was asked."""
    passes, threshold = short_passes(), gc.get_threshold()[0]
    is_much = passes * threshold >= MOST > threshold > 0
    if passes > short_passes_before and is_much and gc.isenabled():
        gc.collect(1)
