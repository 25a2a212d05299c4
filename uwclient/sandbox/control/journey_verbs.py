"""The verbs that look at journeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.control.verb import Argument, Verb
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.sandbox import Sandbox


def _journey(sandbox: Sandbox, journey: str, environment: str = "live") -> dict[str, Any]:
    return {"journey": journey, **asdict(sandbox.journeys.counts(journey, environment))}


def _odysseys(sandbox: Sandbox, player: str) -> dict[str, Any]:
    return {
        "player": player,
        "odysseys": [
            {
                "journey": one.journey_id,
                "environment": one.environment,
                "entered_at": one.entered_at.isoformat(),
                "exit_state": one.exit_state,
                "path": list(one.path),
                "waits_for": list(one.waits_for),
            }
            for one in sandbox.player(player).odysseys
        ],
    }


def _preview(
    sandbox: Sandbox, journey: str, player: str, days: str = "30", environment: str = "live"
) -> dict[str, Any]:
    try:
        length = float(days)
    except ValueError:
        raise FieldError("days", f"{days!r} is not a number") from None
    preview = sandbox.journeys.preview(journey, player, length, environment)
    return {"journey": journey, "player": player, "preview": str(preview).splitlines()}


_JOURNEY = Argument("journey", "its id")
_PLAYER = Argument("player", "the player's id")
_ENVIRONMENT = Argument("environment", "a key, or qa or live (default: live)", optional=True)

JOURNEY_VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "journey": Verb("count the players of a journey, by step and by edge", _journey, (_JOURNEY, _ENVIRONMENT)),
        "odysseys": Verb("show a player's ways through journeys, and why the player waits", _odysseys, (_PLAYER,)),
        "preview": Verb(
            "show the path that a player would take through a journey",
            _preview,
            (_JOURNEY, _PLAYER, Argument("days", "how far to look (default: 30)", optional=True), _ENVIRONMENT),
        ),
    }
)
