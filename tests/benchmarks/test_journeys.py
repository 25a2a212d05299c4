"""How long it takes to send ten thousand made-up players through a journey."""

from __future__ import annotations

import time
from typing import Any

from tests.sandbox.journey_making import branch, delay, email, leave, message, offer, on, on_segments, publish, push
from uwclient.sandbox import Behaviour, Sandbox

PLAYERS, DAYS, STEPS = 10_000, 30, 20
LIMIT = 30.0
"""Seconds."""
BEHAVIOURS = (
    Behaviour(
        "keen",
        share=0.2,
        sessions_a_day=3,
        attributes={"level": 1},
        answers={"bought": 0.3, "declined": 0.5},
        actions=[{"attribute": {"coins": 500}, "probability": 0.2}, {"event": "won", "probability": 0.7}],
    ),
    Behaviour(
        "regular",
        share=0.5,
        sessions_a_day=1.5,
        attributes={"level": 1},
        answers={"bought": 0.1, "declined": 0.7},
        actions=[{"event": "won", "probability": 0.7}],
    ),
    Behaviour("lapsing", share=0.3, sessions_a_day=0.3, attributes={"level": 9}),
)


def twenty_steps() -> list[dict[str, Any]]:
    """A message, five rounds of waiting, an offer and thanks, and an end that depends on who one is."""
    steps = [message("hello")]
    before: list[Any] = ["hello"]
    for number in range(5):
        steps += [
            delay(f"wait {number}", before, hours=20),
            offer(f"offer {number}", f"wait {number}"),
            message(f"thanks {number}", on(f"offer {number}", "bought")),
        ]
        before = [f"thanks {number}", on(f"offer {number}", "declined")]
    return [
        *steps,
        branch("rich?", before, segments=("rich",)),
        push("push", on("rich?", "yes")),
        email("mail", on("rich?", "no")),
        leave("end", ["push", "mail"]),
    ]


def test_ten_thousand_players_take_seconds() -> None:
    sandbox = Sandbox(start="2026-03-01T00:00:00Z")
    sandbox.define_segment("new", attributes=[{"name": "level", "operator": "less_than", "values": [5]}])
    sandbox.define_segment("rich", attributes=[{"name": "coins", "operator": "greater_than", "values": [99]}])
    steps = twenty_steps()
    assert len(steps) == STEPS
    publish(sandbox, *steps, entry=on_segments("new"), reenrollment={"allowed": True})

    began = time.perf_counter()
    funnel = sandbox.journeys.simulate("welcome", players=PLAYERS, days=DAYS, behaviours=BEHAVIOURS)
    taken = time.perf_counter() - began

    print(f"\n  {PLAYERS:,} players, {STEPS} steps, {DAYS} days: {taken:.1f} s")
    assert funnel.entered > PLAYERS / 2
    assert taken <= LIMIT
