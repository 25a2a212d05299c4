"""What comes into the calendar of a world: when content was live and will be, faults, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


_Key = tuple[str, str, str]
"""A player, a kind, and an id."""


class Stretch(NamedTuple):
    """A stretch of time of one player, or (player "") of the platform."""

    start: datetime
    end: datetime
    kind: str
    id: str
    player: str


def planned_for(player: Player, now: datetime) -> Iterator[Stretch]:
    """Yield from now on when content is live, as the player's client knows it."""
    for module in LIVE:
        records = getattr(player.uw, module)
        for record in islice((*records.active, *records.upcoming), MOST_PLANNED):
            yield Stretch(max(record.start_at or now, now), record.end_at or ENDLESS, module, record.id, player.id)


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
    due = {(one.player, one.kind, one.id): one for one in planned}
    owners: dict[tuple[datetime, datetime, str, str], list[str]] = defaultdict(list)
    for stretch in (*_begun(lines, now, due), *(one for one in due.values() if one.start > now)):
        owners[stretch[:-1]].append(stretch.player)
    return [Span(*about[:-1], _label(about[-1], names, players)) for about, names in owners.items()]


def _begun(lines: Iterable[Line], now: datetime, due: Mapping[_Key, Stretch]) -> Iterator[Stretch]:
    """Yield what has begun; what has not ended goes on until it is due to end."""
    begun: dict[_Key, list[datetime]] = {}

    def end(key: _Key, time: datetime) -> Iterator[Stretch]:
        player, kind, id = key
        for start in begun.pop(key, ()):
            yield Stretch(start, time, kind, id, player)

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
        yield from end(key, due[key].end if key in due else now)


def _label(id: str, names: Sequence[str], players: int) -> str:
    """What a bar is called: with whose it is, unless it is everybody's or the platform's."""
    owners = sorted(set(names) - {""})
    label = id or "offline"
    if not owners or len(owners) == players:
        return label
    return f"{label} · {owners[0]}" if len(owners) == 1 else f"{label} · {len(owners)} players"
