"""What telling an event costs, and what is lost of what was told: uwclient, and its peers in the same run.

Run with `pytest tests/benchmarks/test_actions.py -s -o addopts=""`. Each product runs in a process of its own, with
its own defaults; so does its server, on this machine: the sandbox for uwclient, which checks and stores everything
in SQLite, and for the peers one that only parses and counts. Only uwclient has limits here; its peers are shown for
comparison, and left out where they are not installed.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.event_caller import Calls, RemoteGame, remote_game
from tests.benchmarks.event_clients import PRODUCTS
from tests.benchmarks.event_sink import RemoteSink, remote_sink
from tests.benchmarks.figures import Figure, Figures

ROUNDS = 5
BURST = 20_000
PACED = 2000
PACE = 0.005
KILLED_AFTER = 1000
OUTAGE_EVENTS = 500
OUTAGE_PACE = 0.03
OUTAGE_BEGINS = 2.5
OUTAGE = 10.0

QUIET = 7.0
"""Seconds without an arrival after which no more is expected: all peers send what they have every 5 s or sooner."""

POLL = 0.02


@dataclass(frozen=True)
class Burst:
    """One round: the very first call, the burst, and what became of it."""

    first: Calls
    calls: Calls
    arrived: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.arrived / self.seconds


@pytest.fixture(scope="module")
def installed() -> list[str]:
    """The products that are there; prints their versions."""
    print("\n\nProducts:")
    for name, product in PRODUCTS.items():
        print(f"  {name:<13} {product.version or f'skipped: {product.distribution} is not installed'}")
    return [name for name, product in PRODUCTS.items() if product.version is not None]


@pytest.fixture(scope="module")
def bursts(installed: list[str]) -> dict[str, list[Burst]]:
    """Rounds of bursts: a round has all products, so that a noisy moment is not one product's alone."""
    found: dict[str, list[Burst]] = {name: [] for name in installed}
    for _ in range(ROUNDS):
        for name in installed:
            found[name].append(burst(name))
    return found


@contextmanager
def game_and_sink(name: str) -> Iterator[tuple[RemoteGame, RemoteSink]]:
    """A new game with this product, and a new server."""
    with (
        tempfile.TemporaryDirectory() as folder,
        remote_sink(PRODUCTS[name].sink) as sink,
        remote_game(name, sink, Path(folder)) as game,
    ):
        yield game, sink


def burst(name: str) -> Burst:
    with game_and_sink(name) as (game, sink):
        first = game.call(-1, 1)
        calls = game.call(0, BURST)
        game.flush()
        ended = wait_for_arrivals(lambda: sink.count, BURST + 1, QUIET)
        game.stop()
        arrived = len({number for number in sink.numbers if number >= 0})
        return Burst(first, calls, arrived, ended - calls.begun)


def wait_for_arrivals(count: Callable[[], int], wanted: int, quiet: float) -> float:
    """Wait until so many have arrived, or no more do; the monotonic moment when the last of them was seen."""
    arrived, last = count(), time.monotonic()
    while arrived < wanted and time.monotonic() - last < quiet:
        time.sleep(POLL)
        if (now := count()) != arrived:
            arrived, last = now, time.monotonic()
    return last


def table(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> None:
    """Print a table, a product a row."""
    widths = [max(len(cell) for cell in cells) for cells in zip(columns, *rows.values(), strict=True)]
    print(f"\n\n{title}")
    for name, cells in {"": columns, **rows}.items():
        print(f"  {name:<13}", "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)))


def titled(name: str) -> str:
    """A product and its version."""
    return name if name == "uwclient" else f"{name} {PRODUCTS[name].version}"


COST_COLUMNS = ("first call", "p50", "p99", "p99.9", "max", "refused")


def costs(name: str, first: Sequence[Calls], rounds: Sequence[Calls]) -> list[str]:
    """Medians over the rounds, and the most of all for the maximum."""
    cells = [f"{statistics.median(calls.microseconds[0] for calls in first):,.0f}"]
    cells += [f"{median_percentile(rounds, share):,.1f}" for share in (0.5, 0.99, 0.999)]
    cells.append(f"{max(max(calls.microseconds) for calls in rounds):,.0f}")
    return [*cells, refusals(name, rounds)]


def refusals(name: str, rounds: Sequence[Calls]) -> str:
    """How many calls told that their event was not taken, the queue being full."""
    if not PRODUCTS[name].tells_refusals:
        return "not told"
    return median_and_range([calls.refused for calls in rounds])


def median_percentile(rounds: Sequence[Calls], share: float) -> float:
    return statistics.median(calls.percentile(share) for calls in rounds)


def median_and_range(values: Sequence[float]) -> str:
    if min(values) == max(values):
        return f"{values[0]:,.0f}"
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def test_a_call_in_a_burst_takes_microseconds(bursts: dict[str, list[Burst]], figures: Figures) -> None:
    rows = {
        name: costs(name, [one.first for one in rounds], [one.calls for one in rounds])
        for name, rounds in bursts.items()
    }
    table(
        f"Microseconds a call, in a burst of {BURST:,}: medians of {ROUNDS} rounds, and the longest call of all.\n"
        "Refused are the calls that told that their event was not taken, the queue being full.",
        COST_COLUMNS,
        rows,
    )
    for name, rounds in bursts.items():
        times = [time for one in rounds for time in one.calls.microseconds]
        figures.add(Figure("reports", f"{titled(name)}: a call, {BURST:,} in a burst", times, "µs"))
        lost = [BURST - one.arrived for one in rounds]
        figures.add(Figure("losses", f"{titled(name)}: of a burst of {BURST:,}", lost, ""))
    own = [one.calls for one in bursts["uwclient"]]
    print("  uwclient by round:", ", ".join(f"{c.percentile(0.5):.1f} / {c.percentile(0.999):.0f}" for c in own))
    assert median_percentile(own, 0.5) <= 12.0
    assert median_percentile(own, 0.999) < 1000.0


def test_a_call_now_and_then_takes_little_more(installed: list[str], figures: Figures) -> None:
    """Here the background threads are at work between the calls; a burst leaves uwclient's hardly any turn."""
    rows = {}
    for name in installed:
        with game_and_sink(name) as (game, _):
            first = game.call(-1, 1)
            calls = game.call(0, PACED, PACE)
        rows[name] = costs(name, [first], [calls])
        figures.add(Figure("reports", f"{titled(name)}: a call, one each 5 ms", calls.microseconds, "µs"))
        if name == "uwclient":
            own = calls
    table(f"Microseconds a call, {PACED:,} calls at one each {PACE * 1000:.0f} ms.", COST_COLUMNS, rows)
    assert own.percentile(0.999) < 1000.0


def test_events_are_acknowledged_by_the_thousand(bursts: dict[str, list[Burst]]) -> None:
    columns = ("events a second", "arrived", "lost", "of these refused at the call")
    rows = {}
    for name, rounds in bursts.items():
        arrived = [one.arrived for one in rounds]
        rows[name] = (
            median_and_range([one.per_second for one in rounds]),
            median_and_range(arrived),
            median_and_range([BURST - number for number in arrived]),
            refusals(name, [one.calls for one in rounds]),
        )
    table(
        f"Events a second, from the first call to the last arrival: {BURST:,} at once, medians (and ranges) of "
        f"{ROUNDS} rounds.\nuwclient's server does more with each event; peers are flushed after the burst.",
        columns,
        rows,
    )
    assert statistics.median(one.per_second for one in bursts["uwclient"]) >= 5000
    assert all(one.arrived == BURST for one in bursts["uwclient"])


def test_a_game_that_is_killed_after_its_calls_has_lost_none_of_them(installed: list[str], figures: Figures) -> None:
    lost: dict[str, list[int]] = {name: [] for name in installed}
    twice: dict[str, list[int]] = {name: [] for name in installed}
    for _ in range(ROUNDS):
        for name in installed:
            numbers = numbers_after_kill(name)
            lost[name].append(KILLED_AFTER - len(set(numbers)))
            twice[name].append(len(numbers) - len(set(numbers)))
    for name in installed:
        figures.add(Figure("losses", f"{titled(name)}: killed after {KILLED_AFTER:,} calls", lost[name], ""))
    table(
        f"Events lost when the game is killed (SIGKILL) right after {KILLED_AFTER:,} calls, and started again: "
        f"medians (and ranges) of {ROUNDS} rounds.",
        ("lost", "arrived twice"),
        {name: (median_and_range(lost[name]), median_and_range(twice[name])) for name in installed},
    )
    assert set(lost["uwclient"]) == {0}


def numbers_after_kill(name: str) -> list[int]:
    """What has arrived of a game that was killed, once a second one has run."""
    with tempfile.TemporaryDirectory() as folder, remote_sink(PRODUCTS[name].sink) as sink:
        with remote_game(name, sink, Path(folder)) as game:
            game.kill_after_calls(0, KILLED_AFTER)
        with remote_game(name, sink, Path(folder)) as game:
            game.flush()
            wait_for_arrivals(lambda: len(set(sink.numbers)), KILLED_AFTER, QUIET)
            game.stop()
        return sink.numbers


def test_an_outage_in_the_middle_loses_nothing(installed: list[str]) -> None:
    with ExitStack() as stack:
        pairs = {name: stack.enter_context(game_and_sink(name)) for name in installed}
        for game, _ in pairs.values():
            game.begin_calls(0, OUTAGE_EVENTS, OUTAGE_PACE)
        time.sleep(OUTAGE_BEGINS)
        for _, sink in pairs.values():
            sink.close()
        time.sleep(OUTAGE)
        for _, sink in pairs.values():
            sink.open()
        opened = time.monotonic()
        for game, _ in pairs.values():
            game.finish_calls()
            game.flush()
        rows, arrivals = {}, {}
        ended = wait_for_all({name: sink for name, (_, sink) in pairs.items()})
        for name, (game, sink) in pairs.items():
            game.stop()
            numbers = arrivals[name] = sink.numbers
            different = len(set(numbers))
            rows[name] = (
                f"{OUTAGE_EVENTS - different}",
                f"{len(numbers) - different}",
                "yes" if numbers == sorted(numbers) else "no",
                f"{max(0.0, ended[name] - opened):.1f}",
            )
    table(
        f"{OUTAGE_EVENTS} events, one each {OUTAGE_PACE * 1000:.0f} ms, with the server away for {OUTAGE:.0f} s.",
        ("lost", "arrived twice", "in order", "last arrival (s after the outage)"),
        rows,
    )
    assert arrivals["uwclient"] == list(range(OUTAGE_EVENTS))


def wait_for_all(sinks: dict[str, RemoteSink]) -> dict[str, float]:
    """Wait until all that was told has arrived, or no more does; when the last of each was seen to arrive."""
    arrived = dict.fromkeys(sinks, -1)
    last = dict.fromkeys(sinks, time.monotonic())

    def waits(name: str) -> bool:
        return arrived[name] < OUTAGE_EVENTS and time.monotonic() - last[name] < PRODUCTS[name].longest_wait

    while any(waits(name) for name in sinks):
        time.sleep(POLL)
        for name, sink in sinks.items():
            if arrived[name] < OUTAGE_EVENTS and (now := sink.count) != arrived[name]:
                arrived[name], last[name] = now, time.monotonic()
    return last
