from __future__ import annotations

import random
from collections import Counter
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.http.retry import LONGEST_WAIT, Backoff

seeds = st.integers(0, 2**32)
failure_counts = st.integers(0, 5000)


def after(failures: int) -> Backoff:
    return Backoff(failures=failures)


@given(seeds, failure_counts)
def test_a_wait_lies_between_nothing_and_its_ceiling(seed: int, failures: int) -> None:
    backoff = after(failures)

    assert 0.0 <= backoff.delay(random.Random(seed)) <= backoff.ceiling <= LONGEST_WAIT


@given(seeds, failure_counts, st.floats(0.0, 3600.0))
def test_what_the_platform_asks_for_is_honoured_and_spread(seed: int, failures: int, asked: float) -> None:
    delay = after(failures).delay(random.Random(seed), asked)

    assert asked <= delay <= asked + max(Backoff().base, asked * 0.1) + 1e-9


def test_the_ceiling_doubles_up_to_five_minutes() -> None:
    ceilings = [after(failures).ceiling for failures in range(1, 13)]

    assert ceilings == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


def test_a_failure_makes_a_new_backoff_and_leaves_the_old() -> None:
    fresh = Backoff()
    failed = fresh.after_failure()

    assert (fresh.failures, failed.failures) == (0, 1)
    assert failed.after_failure() == Backoff(failures=2)
    with pytest.raises(FrozenInstanceError):
        fresh.failures = 3  # type: ignore[misc]


def busiest(delays: list[float], bucket: float) -> int:
    """How many come back in the fullest bucket of that many seconds."""
    return Counter(int(delay / bucket) for delay in delays).most_common(1)[0][1]


@pytest.mark.parametrize("failures", [1, 3, 6, 12])
def test_a_thousand_clients_come_back_evenly_over_the_whole_wait(failures: int) -> None:
    rng = random.Random(42)
    delays = [after(failures).delay(rng) for _ in range(1000)]

    assert busiest(delays, after(failures).ceiling / 10) < 150


@pytest.mark.parametrize(("failures", "most_in_a_second"), [(1, 600), (3, 200), (6, 40), (9, 15), (12, 15)])
def test_a_thousand_clients_that_fail_together_do_not_come_back_in_one_second(
    failures: int, most_in_a_second: int
) -> None:
    rng = random.Random(42)
    delays = [after(failures).delay(rng) for _ in range(1000)]

    assert busiest(delays, 1.0) < most_in_a_second


def test_a_thousand_clients_that_were_told_to_wait_do_not_come_back_in_one_second() -> None:
    rng = random.Random(42)
    delays = [after(1).delay(rng, retry_after=60.0) for _ in range(1000)]

    assert min(delays) >= 60.0
    assert busiest(delays, 1.0) < 250


@given(seeds, failure_counts, st.floats(0.0, 1000.0))
def test_no_wait_is_longer_than_the_trouble_has_lasted(seed: int, failures: int, lasting: float) -> None:
    delay = after(failures).delay(random.Random(seed), lasting=lasting)

    assert delay <= max(lasting, 2 * Backoff().base)
    assert delay <= after(failures).ceiling
