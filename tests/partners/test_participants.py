"""All participants of a widget: nobody lost and nobody twice, while people join; memory as flat as their ids."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.partners.conftest import participants_reply
from uwclient import Reply, Request
from uwclient.partners.pico import Pico
from uwclient.partners.testing import PicoStandIn

HERE = "http://127.0.0.1:9"


class Growing(PicoStandIn):
    """A widget that people join between two requests."""

    def __init__(self, names: list[str], joining: Callable[[list[str]], None]) -> None:
        super().__init__()
        self.names = names
        self.joining = joining
        self.last_shown: list[str] = []

    def send(self, request: Request) -> Any:
        self.participants["7"] = [{"id": name, "user": {"id": name}} for name in self.names]
        reply = super().send(request)
        self.last_shown = list(self.names)
        self.joining(self.names)
        return reply


@settings(max_examples=150, deadline=None)
@given(
    first=st.integers(0, 160),
    joins=st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1)), max_size=12),
)
def test_who_joins_anywhere_in_the_list_is_found_and_nobody_comes_twice(
    first: int, joins: list[tuple[int, float]]
) -> None:
    names = [f"p{number}" for number in range(first)]
    waiting = list(joins)

    def join(names: list[str]) -> None:
        if waiting:
            count, place = waiting.pop(0)
            for _ in range(count):
                names.insert(int(place * len(names)), f"p{len(names)}")

    stand_in = Growing(names, join)
    found = [one.id for one in Pico(stand_in.auth, transport=stand_in).participants("7")]
    assert len(found) == len(set(found))
    assert set(found) == set(stand_in.last_shown)


def test_who_leaves_hides_nobody_for_longer_than_one_reading() -> None:
    names = [f"p{number}" for number in range(120)]
    leaving = ["p3"]
    stand_in = Growing(names, lambda names: names.remove(leaving.pop()) if leaving else None)
    client = Pico(stand_in.auth, transport=stand_in)
    found = [one.id for one in client.participants("7")]
    assert set(names) - set(found) <= {"p50"}
    assert {one.id for one in client.participants("7")} == set(names)


class Huge:
    """A widget with very many participants, ordered by name; each request lets somebody join anywhere."""

    def __init__(self, count: int, most: int) -> None:
        self._rng = random.Random(7)
        self.ids = list(range(10_000_000, 10_000_000 + count * 7, 7))
        self.left_to_join = most
        self.requests = 0

    def send(self, request: Request) -> Reply:
        self.requests += 1
        offset = int(request.url.partition("offset=")[2])
        reply = participants_reply(len(self.ids), [f"{one:013d}" for one in self.ids[offset : offset + 50]])
        if self.left_to_join:
            self.left_to_join -= 1
            self.ids.insert(self._rng.randrange(len(self.ids)), 20_000_000 + self.left_to_join)
        return reply


@pytest.mark.parametrize("most", [0, 1500])
def test_a_list_of_a_hundred_thousand_is_read_in_little_memory(most: int) -> None:
    huge = Huge(100_000, most)
    client = Pico("auth", host=HERE, transport=huge)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    found: set[int] = set()
    count = 0
    for participant in client.participants("7"):
        count += 1
        if most:
            found.add(int(participant.id))
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert count == len(huge.ids) == 100_000 + most
    if most:
        assert found == set(huge.ids)
    else:
        assert peak < 20_000_000
        assert huge.requests <= 2001


@pytest.mark.parametrize("total", [0, 10**9])
def test_a_count_that_is_wrong_ends_all_the_same(total: int) -> None:
    def send(request: Request) -> Reply:
        offset = int(request.url.partition("offset=")[2])
        return participants_reply(total, [str(one) for one in range(120)][offset : offset + 50])

    stand_in = PicoStandIn()
    stand_in.send = send  # type: ignore[method-assign]
    assert len(list(Pico("auth", transport=stand_in).participants("7"))) == 120
