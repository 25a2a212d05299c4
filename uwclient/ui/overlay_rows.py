"""The rows of the overlay's lists, each made when it is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from uwclient import ModuleStatus, Record, RequestStatus, SentSignal, UserWise
from uwclient.ui.overlay_text import LONGEST, broken, clock, countdown, since, until
from uwclient.ui.repeat_policy import is_answered

MODULES = ("events", "messages", "offers", "remote_configs", "surveys")
ALL = "all"
FILTERS = (ALL, *MODULES)

MOST_PARTS = 5
"""So many things that ran in a slow frame are named; `slow_frames` has them all."""

WATCHING = (
    "A frame is from one pump to the next. These are the slowest of the last minute, with what ran in them.",
    "Frames are watched while this page is open, and for a minute after that: close it, play on, and look again.",
)

MOST_REASONS = 5
"""The maximum number of unusable records that are listed with a reason; a snapshot lists more."""

NOT_HERE = "What is not here was not sent to this player: look at its segments, its schedule and its quota."


class Tone:
    """The tone of a row: the name of its color in the theme."""

    PLAIN = "text"
    DIM = "dim"
    GOOD = "good"
    BAD = "bad"
    HEAD = "head"


class Row(NamedTuple):
    """One line: a short text that begins it, the text itself, and one at its right end. `keep_end`: of its text."""

    lead: str = ""
    text: str = ""
    tail: str = ""
    tone: str = Tone.PLAIN
    keep_end: bool = False


class Section(NamedTuple):
    """A list with a title; its rows are made one by one. `lead` is the width of what begins them, in font sizes."""

    name: str
    title: str
    length: int
    row: Callable[[int], Row]
    lead: float


class View(NamedTuple):
    """What the rows are made from.

    Attributes:
        uw: the client.
        now: the platform's time.
        characters: about how many fit into a row.
        filter: the module that the content section is about, or "all".
        held: why the game's screens hold records back, by their ids.
        report: where the last report was written, or "".

    """

    uw: UserWise
    now: datetime
    characters: int
    filter: str
    held: Mapping[str, str]
    report: str


def section(name: str, view: View) -> Section:
    """One list by its name."""
    match name:
        case "content":
            content = Content(view)
            return Section(name, "Content", content.length, content.row, 5.5)
        case "status":
            return _listed(name, "Status", list(_status(view)), 5.5)
        case "cost":
            return _listed(name, "Cost of a frame", list(_cost(view)), 5.5)
        case "frames":
            return _listed(name, "Slowest frames", list(_slow_frames(view)), 5.5)
        case "signals":
            return _listed(name, "Signals", [_signal(one) for one in reversed(view.uw.diagnostics.signals)], 5.0)
        case _:
            return _listed(name, "Requests", [_request(one) for one in reversed(view.uw.diagnostics.requests)], 5.0)


def _listed(name: str, title: str, rows: list[Row], lead: float) -> Section:
    return Section(name, title, len(rows), rows.__getitem__, lead)


# Status.


def _status(view: View) -> Iterator[Row]:
    uw = view.uw
    yield Row("player", uw.player_id)
    yield Row("stage", uw.environment_stage)
    yield from _session(view)
    yield Row("clock", f"{clock(view.now)} UTC, {_told_by(*uw.diagnostics.clock)}")
    yield from _next_change(view)
    yield from _refresh(view)
    yield from _delivery(view)
    if view.report:
        yield Row("report", view.report, tone=Tone.GOOD, keep_end=True)


def _told_by(offset: float, is_synchronized: bool) -> str:
    if not is_synchronized:
        return "as this machine believes"
    return f"{round(offset, 1) + 0.0:+} s from this machine's"


def _session(view: View) -> Iterator[Row]:
    state, session_id, error = view.uw.diagnostics.session
    tone = {"open": Tone.GOOD, "failed": Tone.BAD}.get(state, Tone.PLAIN)
    yield Row("session", f"{state} {session_id or ''}", tone=tone)
    if error is not None:
        yield from _sentence("", error, view, Tone.BAD)


def _next_change(view: View) -> Iterator[Row]:
    change = view.uw.diagnostics.next_change
    if change is None:
        yield Row("next", "nothing is scheduled", tone=Tone.DIM)
    else:
        name = change.name or change.record_id
        yield Row("next", f"{name} ({change.module}) {change.change}", f"in {countdown(change.seconds)}")


def _refresh(view: View) -> Iterator[Row]:
    at, ok, next_at, failures = view.uw.diagnostics.refresh
    again = "" if next_at is None else f"again in {until(next_at, view.now)}"
    if at is None:
        yield Row("refresh", "none yet", tone=Tone.DIM)
    elif ok:
        yield Row("refresh", clock(at), again)
    else:
        times = "" if failures < 2 else f" {failures} times"
        yield Row("refresh", f"{clock(at)} failed{times}", again, Tone.BAD)


def _delivery(view: View) -> Iterator[Row]:
    waiting, at, number, ok, error = view.uw.diagnostics.delivery
    yield Row("outbox", "empty" if not waiting else "1 action waits" if waiting == 1 else f"{waiting} actions wait")
    set_aside = view.uw.diagnostics.set_aside
    if set_aside:
        yield Row("set aside", f"{set_aside} without an answer", tone=Tone.BAD)
    if at is None:
        yield Row("sent", "nothing yet", tone=Tone.DIM)
    elif ok:
        yield Row("sent", f"{clock(at)} {number} {'action' if number == 1 else 'actions'}")
    else:
        yield from _sentence(
            "sent", f"{clock(at)} failed: {error or 'too much waited, or for too long.'}", view, Tone.BAD
        )


def _sentence(lead: str, text: str, view: View, tone: str) -> Iterator[Row]:
    for number, line in enumerate(broken(text, view.characters - 12)):
        yield Row("" if number else lead, line, tone=tone)


# Cost.


def _cost(view: View) -> Iterator[Row]:
    cost = view.uw.diagnostics.frames
    yield Row("pump", f"last {cost.last_ms:.2f} ms, median {cost.median_ms:.2f} ms")
    yield Row("", f"99 % {cost.p99_ms:.2f} ms, worst {cost.worst_ms:.2f} ms")
    yield Row("frames", f"{cost.frames}, {cost.idle} of them with nothing to do", tone=Tone.DIM)
    listeners = view.uw.diagnostics.slowest_listeners
    yield Row("worst", "slowest listeners", "calls", Tone.HEAD)
    for listener in listeners:
        yield Row(f"{listener.worst_ms:.2f} ms", listener.name, str(listener.calls), keep_end=True)
    if not listeners:
        yield Row("", "none was called yet", tone=Tone.DIM)


# Slow frames.


def _slow_frames(view: View) -> Iterator[Row]:
    for frame in view.uw.diagnostics.slow_frames:
        yield Row(f"{frame.milliseconds:.1f} ms", "frame", f"{frame.seconds_ago:.0f} s ago", Tone.HEAD)
        for part in frame.parts[:MOST_PARTS]:
            calls = "" if part.calls == 1 else f"{part.calls} times"
            yield Row(f"{part.milliseconds:.2f} ms", part.what, calls)
        if not frame.parts:
            yield Row("", "the game alone", tone=Tone.DIM)
    for sentence in WATCHING:
        yield from _sentence("", sentence, view, Tone.DIM)


# Signals and requests.


def _signal(signal: SentSignal) -> Row:
    tone = Tone.BAD if "fail" in signal.name or "dropped" in signal.name else Tone.PLAIN
    return Row(clock(signal.at), f"{signal.module}.{signal.name} {signal.about}", tone=tone)


def _request(made: RequestStatus) -> Row:
    went_well = made.status is not None and made.status < 400
    path = made.path.removeprefix("/appusers/…") or made.path
    told = "no reply" if made.status is None else str(made.status)
    text = f"{made.method} {path}" if made.error is None else f"{made.method} {path}: {made.error}"
    return Row(clock(made.at), text, f"{told} {made.milliseconds:.0f} ms", Tone.PLAIN if went_well else Tone.BAD)


# Content.


class Content:
    """Tells why a record is not shown: what each module has, what it could not use, and what is held back.

    Its parts do not refer to it: only the garbage collector could free such a circle, several times a second.
    """

    def __init__(self, view: View) -> None:
        self._parts: list[tuple[int, Callable[[int], Row]]] = []
        self._add(list(_troubles(view)))
        for status in view.uw.diagnostics.modules:
            if view.filter in (ALL, status.name):
                module = getattr(view.uw, status.name)
                self._add(list(_module(status, view)))
                self._parts.append((len(module.active), partial(_row_of, module.active, _active, view)))
                self._parts.append((len(module.upcoming), partial(_row_of, module.upcoming, _upcoming, view)))
        self._add([Row("", line, tone=Tone.DIM) for line in broken(NOT_HERE, view.characters - 12)])
        self.length = sum(length for length, _ in self._parts)

    def row(self, number: int) -> Row:
        """One row; IndexError when there is none."""
        for length, row in self._parts:
            if number < length:
                return row(number)
            number -= length
        raise IndexError(number)

    def _add(self, rows: list[Row]) -> None:
        self._parts.append((len(rows), rows.__getitem__))


def _row_of(records: tuple[Any, ...], make: Callable[[Record, View], Row], view: View, number: int) -> Row:
    return make(records[number], view)


def _troubles(view: View) -> Iterator[Row]:
    """The rows about all content."""
    state, _, error = view.uw.diagnostics.session
    if state == "stopped":
        yield from _sentence("!", "The client is stopped: nothing starts or ends.", view, Tone.BAD)
    elif state == "failed":
        yield from _sentence("!", f"No session, so what is here is from the last one: {error}", view, Tone.BAD)
    elif state == "opening":
        yield Row("", "The session is being opened.", tone=Tone.DIM)


def _module(status: ModuleStatus, view: View) -> Iterator[Row]:
    """The rows about one module."""
    counts = f"{status.active} live, {status.upcoming} upcoming"
    yield Row("since", status.name, counts if status.source else "not loaded yet", Tone.HEAD)
    if status.source == "cache":
        yield Row("", "from an earlier run", tone=Tone.DIM)
    if status.failure is not None:
        yield from _sentence("!", f"Not loaded: {status.failure}", view, Tone.BAD)
    if status.left_out:
        yield Row("!", f"{status.left_out} of the records cannot be used:", tone=Tone.BAD)
        for reason in status.reasons[:MOST_REASONS]:
            yield from _sentence("", reason, view, Tone.BAD)


def _active(record: Record, view: View) -> Row:
    why = view.held.get(record.id)
    if why is None and is_answered(view.uw, record):
        return Row(since(record.start_at, view.now), _named(record), "answered")
    if why is not None:
        return Row(since(record.start_at, view.now), _named(record), why, Tone.BAD)
    ends = "no end" if record.end_at is None else f"ends in {until(record.end_at, view.now)}"
    return Row(since(record.start_at, view.now), _named(record), ends)


def _upcoming(record: Record, view: View) -> Row:
    starts = f"starts in {until(record.start_at, view.now)}"
    return Row(since(record.start_at, view.now), _named(record), starts, Tone.DIM)


def _named(record: Record) -> str:
    name, record_id = record.name[:LONGEST], record.id[:LONGEST]
    return f"{name} ({record_id})" if name and name != record_id else record_id
