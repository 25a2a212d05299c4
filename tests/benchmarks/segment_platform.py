"""Sandboxes with many players, segments and campaigns, filled without HTTP."""

from __future__ import annotations

import random
from typing import Any

from uwclient.sandbox import Sandbox
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.values import Attribute
from uwclient.sandbox.services.players.models import NewEvent

COUNTRIES = ("DE", "FR", "GB", "US")
EVENT_IDS = tuple(f"event-{number}" for number in range(20))


def add_players(sandbox: Sandbox, count: int) -> None:
    """Add players with six attributes and up to three events each, who have been in the live environment."""
    dice, platform = random.Random(14), sandbox._platform
    live = platform.environments.of_stage("live")
    assert live is not None
    with platform.backend.storage.transaction():
        for number in range(count):
            platform.players.set_attributes(f"player-{number:06}", _attributes(dice, number))
            add_events(
                sandbox, f"player-{number:06}", ["level_up", *dice.choice(([], ["bought"], ["bought", "won"]))]
            )


def add_events(sandbox: Sandbox, player_id: str, event_ids: list[str]) -> None:
    """Add events to a player, each with a price of its own."""
    dice = random.Random(player_id)
    events = [
        NewEvent(one, (Attribute("price", dice.uniform(0, 50), None), Attribute("sku", dice.choice("abc"), None)))
        for one in event_ids
    ]
    sandbox._platform.players.assign_events(Source(player_id, "", 0, ()), events)


def add_segments(sandbox: Sandbox, count: int) -> None:
    """Define segments: each with two conditions on attributes and one on events."""
    dice = random.Random(15)
    for number in range(count):
        conditions = [
            condition("level", "greater_than", dice.randrange(60)),
            condition(*dice.choice((("country", "equal", "DE", "US"), ("joined", "less_than", "2026-06-01")))),
        ]
        event_set = {
            "event_id": dice.choice(EVENT_IDS),
            "attributes": [condition("price", "greater_than", number % 50)],
        }
        group = {"logical_operator": dice.choice(("and", "not")), "event_sets": [event_set]}
        sandbox.define_segment(f"segment-{number}", attributes=conditions, events=[group])


def add_campaigns(sandbox: Sandbox, count: int, contents: int) -> None:
    """Run campaigns with as many messages each, every one for a segment."""
    segments = [row["id"] for row in sandbox._platform.segments.all(sandbox._platform.environments.dev.id)]
    with sandbox._platform.backend.storage.transaction():
        for number in range(count):
            named = {"segment_ids": [segments[number % len(segments)]]} if segments else {}
            campaign_id = sandbox.campaigns.create(name=f"campaign {number}", **named)
            for place in range(contents):
                content = {"title": f"Message {place}", "body": "Text", "message_type": "default"}
                sandbox.campaigns.add_content(campaign_id, "message", content=content)
            sandbox.releases.share(campaign_id, to="live", run=True)


def condition(name: str, operator: str, *values: Any) -> dict[str, Any]:
    """A condition as segments have it."""
    return {"name": name, "operator": operator, "values": list(values)}


def _attributes(dice: random.Random, number: int) -> dict[str, Any]:
    return {
        "level": dice.randrange(60),
        "coins": dice.uniform(0, 1000),
        "country": dice.choice(COUNTRIES),
        "name": f"Hero {number} of {dice.random()}",
        "is_whale": dice.random() < 0.1,
        "joined": f"2026-{dice.randrange(1, 13):02}-01T00:00:{dice.randrange(60):02}Z",
    }
