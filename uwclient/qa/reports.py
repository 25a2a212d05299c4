"""Tells how players stand at a moment: what is live, upcoming, held back and waiting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from uwclient import Record
from uwclient.qa.player import Player
from uwclient.qa.timeline import printed

LIVE = ("events", "messages", "offers", "remote_configs", "surveys")
MOST_SHOWN = 20


class State(NamedTuple):
    """One thing about a player at a moment.

    Attributes:
        name: "live", "upcoming", "held back", …
        items: what is so, the first of many.
        more: how many there are besides.

    """

    name: str
    items: tuple[str, ...]
    more: int = 0

    def __str__(self) -> str:
        more = f", and {self.more} more" if self.more else ""
        return f"{self.name}: {', '.join(self.items) or 'nothing'}{more}"


def why_not(within: str | timedelta, now: datetime, players: Iterable[Player]) -> str:
    """Return what to say when a condition has not become true."""
    lines = [f"What was waited for did not happen within {within}; it is {printed(now)} now."]
    for player in players:
        lines.append(f"{player.id}:")
        lines += [f"  {state}" for state in states_of(player)]
    return "\n".join(lines)


def states_of(player: Player) -> Iterator[State]:
    """Yield how a player stands now."""
    uw = player.uw
    yield _shortened("live", [(name, one) for name in LIVE for one in getattr(uw, name).active], "end_at", "until")
    yield _shortened(
        "upcoming", [(name, one) for name in LIVE for one in getattr(uw, name).upcoming], "start_at", "at"
    )
    if player.has_ui:
        held = [f"{id} ({why})" for id, why in player.ui.held_back()]
        yield State("held back", tuple(held[:MOST_SHOWN]), max(0, len(held) - MOST_SHOWN))
    yield State("waiting for delivery", tuple(_waiting(player)))
    if not uw.is_session_initialized:
        error = uw.diagnostics.session.error
        yield State("session", (f"there is none with the platform{'' if error is None else f': {error}'}",))


def _shortened(name: str, found: list[tuple[str, Record]], edge: str, word: str) -> State:
    """The first of the records, each with the moment of its start or end."""
    shown = []
    for module, record in found[:MOST_SHOWN]:
        moment = getattr(record, edge)
        shown.append(f"{module} {record.id}" + (f" {word} {printed(moment)}" if moment else ""))
    return State(name, tuple(shown), max(0, len(found) - MOST_SHOWN))


def _waiting(player: Player) -> Iterator[str]:
    delivery = player.uw.diagnostics.delivery
    yield f"{delivery.waiting} actions"
    if delivery.error is not None:
        yield f"the last delivery failed: {delivery.error}"
