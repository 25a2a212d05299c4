"""Tells why what a test waited for did not happen: what is live, held back and waiting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from uwclient.qa.player import Player
from uwclient.qa.timeline import printed

LIVE = ("events", "messages", "offers", "remote_configs", "surveys")
MOST_SHOWN = 20


def why_not(within: str | timedelta, now: datetime, players: Iterable[Player]) -> str:
    """Return what to say when a condition has not become true."""
    lines = [f"What was waited for did not happen within {within}; it is {printed(now)} now."]
    for player in players:
        lines.append(f"{player.id}:")
        lines += [f"  {line}" for line in _state_of(player)]
    return "\n".join(lines)


def _state_of(player: Player) -> Iterator[str]:
    uw = player.uw
    live = [f"{name} {record.id}" for name in LIVE for record in getattr(uw, name).active]
    upcoming = [
        f"{name} {record.id} at {printed(record.start_at)}" if record.start_at else f"{name} {record.id}"
        for name in LIVE
        for record in getattr(uw, name).upcoming
    ]
    yield f"live: {_listed(live)}"
    yield f"upcoming: {_listed(upcoming)}"
    if player.has_ui:
        yield f"held back: {_listed([f'{id} ({why})' for id, why in player.ui.held_back()])}"
    delivery = uw.diagnostics.delivery
    yield f"waiting for delivery: {delivery.waiting} actions"
    if not uw.is_session_initialized:
        yield "there is no session with the platform"


def _listed(found: list[str]) -> str:
    more = f", and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    return (", ".join(found[:MOST_SHOWN]) or "nothing") + more
