"""What the tests of triggered campaigns share: triggers, and what the platform has counted."""

from __future__ import annotations

from typing import Any

from tests.conftest import PLAYER, Game
from uwclient import PlayerEvent
from uwclient.sandbox import Sandbox, TriggeredCampaign


def wanting(name: str, operator: str, *values: Any, data_type: str = "integer") -> dict[str, Any]:
    """A condition of an event or an attribute trigger."""
    return {"attribute_name": name, "operator": operator, "values": list(values), "data_type": data_type}


def on_event(name: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    """An event trigger."""
    return {"type": "event_trigger", "logic": {"external_event_id": name, "event_attributes": list(conditions)}}


def on_attribute(name: str, operator: str, *values: Any, data_type: str = "integer") -> dict[str, Any]:
    """An attribute trigger."""
    return {"type": "attribute_trigger", "logic": wanting(name, operator, *values, data_type=data_type)}


def on_region(name: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    """A region trigger; conditions are those of events."""
    metadata = [
        {"metadata_name" if key == "attribute_name" else key: value for key, value in one.items()}
        for one in conditions
    ]
    return {"type": "region_trigger", "logic": {"region_name": name, "metadata": metadata}}


def triggered(game: Game) -> list[str]:
    """The ids of the campaigns that were triggered, in order."""
    return [details["campaign"].id for details in game.seen.of("campaigns", "on_triggered")]


def fire(game: Game, name: str = "x", times: int = 1) -> int:
    """Assign an event some times, with a frame after each; how many campaigns that triggered."""
    before = len(triggered(game))
    for _ in range(times):
        game.uw.assign_event(PlayerEvent(name))
        game.uw.pump(float("inf"))
    return len(triggered(game)) - before


def counted(sandbox: Sandbox, player: str = PLAYER) -> list[TriggeredCampaign]:
    """What the platform has counted; never more than a quota allows."""
    found = sandbox.player(player).triggered_campaigns
    assert [one.campaign_id for one in found if one.over_quota] == []
    assert sandbox.player(player).strange_impression_ids == ()
    return list(found)


def until_counted(game: Game, sandbox: Sandbox, number: int) -> None:
    """Pump until the platform has counted so many, and the game knows its answer."""
    game.until(lambda: len(counted(sandbox)) >= number)
    known = {one.impression_id for one in counted(sandbox)}
    game.until(lambda: not known & {campaign.impression_id for campaign in game.uw.campaigns.loaded})
