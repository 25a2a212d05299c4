"""Bridges on a sandbox, with partners that a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from uwclient.bridges.bridge import Bridge, Surroundings
from uwclient.bridges.sources import GROWSURF_KINDS
from uwclient.bridges.yaml_reading import Section
from uwclient.dice import Dice
from uwclient.http.messages import Transport
from uwclient.sandbox import Sandbox
from uwclient.time_sources import SystemTime

APP = "ba59bd72-3111-4cbf-83c9-72b3198fa814"

GROWSURF_RULES: dict[str, Any] = {
    "player": {"field": "participant.metadata.playerId"},
    "tell": [
        {
            "when": "PARTICIPANT_REACHED_A_GOAL",
            "if": {"reward.approved": True, "reward.isReferrer": True},
            "attributes": {"referrals": "participant.referralCount", "is_ambassador": {"value": True}},
            "event": "referral_goal",
            "with": {"reward": "reward.title"},
        }
    ],
}

MakeBridge = Callable[..., Bridge]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make_bridge(sandbox: Sandbox, tmp_path: Path, said: list[str]) -> Iterator[MakeBridge]:
    """Makes bridges to the sandbox; those that are still open are closed in the end."""
    made: list[Bridge] = []

    def make(
        rules: dict[str, Any],
        kinds: Sequence[str] = GROWSURF_KINDS,
        *,
        transport: Transport | None = None,
        dry_run: bool = False,
    ) -> Bridge:
        config = {"userwise": {"host": sandbox.url, "app_id": APP}, "queue": "queue", **rules}
        environ = {"UW_API_KEY": sandbox.api_key}
        around = Surroundings(environ, SystemTime(), Dice(7), transport, said.append)
        made.append(Bridge(Section("bridge.yaml", config), kinds, tmp_path, around, dry_run=dry_run))
        return made[-1]

    yield make
    for bridge in made:
        bridge.close()


def events_of(sandbox: Sandbox, player: str) -> list[tuple[str, dict[str, Any]]]:
    """The events that the platform has of a player, with their attributes."""
    return [(one.event_id, dict(one.attributes)) for one in sandbox.player(player).events]


def never(seconds: float) -> bool:
    """A wait in which nobody ends the bridge."""
    return False
