"""The collector's passes through new objects, when thousands are made that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from uwclient.young_objects import MOST, short_passes, visit_if_many


@pytest.fixture
def passes() -> Iterator[list[int]]:
    """The generations of the passes of a collector that has the thresholds of a new process, and nothing to visit."""
    thresholds, was_on = gc.get_threshold(), gc.isenabled()
    found: list[int] = []

    def collected(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            found.append(info["generation"])

    gc.collect()
    gc.set_threshold(700, 10, 10)
    gc.enable()
    gc.callbacks.append(collected)
    yield found
    gc.callbacks.remove(collected)
    gc.set_threshold(*thresholds)
    (gc.enable if was_on else gc.disable)()


def make(objects: int) -> tuple[list[list[int]], int]:
    """Make objects in pieces of work of fifty, and the most short passes that were left after any of them."""
    kept: list[list[int]] = []
    left = 0
    for _ in range(objects // 50):
        before = short_passes()
        kept += [[number] for number in range(50)]
        visit_if_many(before)
        left = max(left, short_passes())
    return kept, left


def test_new_objects_are_visited_before_they_are_many(passes: list[int]) -> None:
    _, left = make(20_000)
    assert left * 700 < MOST
    assert set(passes) == {0, 1}


def test_what_is_freed_again_causes_no_pass(passes: list[int]) -> None:
    for _ in range(400):
        make(50)
    assert passes == []


def test_a_game_that_wants_long_passes_has_them(passes: list[int]) -> None:
    gc.set_threshold(20_000, 10, 10)
    make(150_000)
    assert set(passes) == {0}


def test_a_collector_that_the_game_has_switched_off_stays_off(passes: list[int]) -> None:
    kept = [[number] for number in range(5000)]
    gc.disable()
    before = short_passes()
    assert before * 700 >= MOST
    visit_if_many(before - 1)
    assert 1 not in passes
    assert kept
