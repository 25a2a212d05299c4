"""What comes into the calendar of a world: when content was live and will be, faults, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from uwclient.qa.calendar_layout import Dot, Span
from uwclient.qa.player import Player
from uwclient.qa.reports import LIVE
from uwclient.qa.timeline import Line

BEGINS = {"active", "begin", "offline"}
ENDS = {"inactive", "end", "online"}
"""What begins a stretch of time in a timeline, and what ends it."""

GAME_ENDS = {"kill", "restart"}
"""What ends all that is live, without a word about it."""

DOTS = {"actions", "ui", "platform", "player"}
"""The sources of lines that are shown as dots; besides them, whatever has failed is."""

MOST_PLANNED = 300
ENDLESS = datetime.max.replace(tzinfo=UTC)


class Stretch(NamedTuple):
    """A stretch of time of one player, or (player "") of the platform."""

    start: datetime
    end: datetime
    kind: str
    id: str
    is_planned: bool
    player: str


def planned_for(player: Player, now: datetime) -> Iterator[Stretch]:
    """Yield until when content will be live, and which will be, as the player's client knows it."""
    for module in LIVE:
        records = getattr(player.uw, module)
        for record in islice((*records.active, *records.upcoming), MOST_PLANNED):
            start = max(record.start_at or now, now)
            if record.end_at != start:
                yield Stretch(start, record.end_at or ENDLESS, module, record.id, True, player.id)


def is_failure(line: Line) -> bool:
    """Whether a line tells that something went wrong."""
    return line.what.endswith(("failed", "dropped"))


def dots_of(lines: Iterable[Line]) -> list[Dot]:
    """Return what players and live operations did, and what failed."""
    shown = []
    for line in lines:
        kind = "failed" if is_failure(line) else line.source
        if kind in DOTS | {"failed"} and line.what not in BEGINS | ENDS:
            shown.append(Dot(line.time, kind, str(line)))
    return shown


def spans_of(lines: Sequence[Line], now: datetime, planned: Iterable[Stretch], players: int) -> list[Span]:
    """Return the bars of a calendar.

    Args:
        lines: the timeline.
        now: where it ends.
        planned: what `planned_for` told of the players.
        players: how many there are; what all of them have needs no names.

    """
    owners: dict[tuple[datetime, datetime, str, str, bool], list[str]] = defaultdict(list)
    for stretch in (*_stretches(lines, now), *planned):
        owners[stretch[:-1]].append(stretch.player)
    return [
        Span(start, end, kind, _label(id, names, players), is_planned)
        for (start, end, kind, id, is_planned), names in owners.items()
    ]


def _stretches(lines: Iterable[Line], now: datetime) -> Iterator[Stretch]:
    begun: dict[tuple[str, str, str], list[datetime]] = {}

    def end(key: tuple[str, str, str], time: datetime) -> Iterator[Stretch]:
        player, kind, id = key
        for start in begun.pop(key, ()):
            yield Stretch(start, time, kind, id, False, player)

    for line in lines:
        key = line.player, line.source, line.id
        if line.what in BEGINS:
            begun.setdefault(key, []).append(line.time)
        elif line.what in ENDS:
            yield from end(key, line.time)
        elif line.source == "player" and line.what in GAME_ENDS:
            for live in [one for one in begun if one[0] == line.player and one[1] in LIVE]:
                yield from end(live, line.time)
    for key in list(begun):
        yield from end(key, now)


def _label(id: str, names: Sequence[str], players: int) -> str:
    """What a bar is called: with whose it is, unless it is everybody's or the platform's."""
    owners = sorted(set(names) - {""})
    label = id or "offline"
    if not owners or len(owners) == players:
        return label
    return f"{label} · {owners[0]}" if len(owners) == 1 else f"{label} · {len(owners)} players"
