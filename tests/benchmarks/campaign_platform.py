"""Owns a platform with campaigns, in a process of its own: its work does not take the game's interpreter lock.

`python -m tests.benchmarks.campaign_platform SCENARIO COUNT BYTES` publishes so many campaigns, each with a message
of that size, and prints address and key. Each line of its input changes all of them; it answers when that is done.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.content_platform import event_data

ROOT = Path(__file__).parents[2]
EVENT = "boss_defeated"


@dataclass(frozen=True)
class Scenario:
    """Campaigns, by their number, and an action that sets none of them off."""

    conditions: Callable[[int], list[tuple[str, str, list[Any], str]]]
    attributes: Mapping[str, Any]
    name: Callable[[int], str] = lambda number: EVENT


SCENARIOS = {
    "other names": Scenario(
        lambda number: [("score", "equal", [number], "integer")], {"score": 5}, lambda number: f"event_{number}"
    ),
    "no such attribute": Scenario(lambda number: [("score", "equal", [number], "integer")], {"points": 5}),
    "another type": Scenario(lambda number: [("score", "equal", [number], "integer")], {"score": "5"}),
    "equal, number": Scenario(lambda number: [("score", "equal", [number], "integer")], {"score": -1}),
    "equal, text": Scenario(lambda number: [("boss", "equal", [f"boss_{number}"], "string")], {"boss": "boss_x"}),
    "greater_than": Scenario(lambda number: [("score", "greater_than", [number], "integer")], {"score": 0}),
    "greater_than, all alike": Scenario(lambda number: [("score", "greater_than", [100], "integer")], {"score": 100}),
    "less_than": Scenario(lambda number: [("score", "less_than", [number], "integer")], {"score": 1000}),
    "between": Scenario(
        lambda number: [("score", "between", [number * 10, number * 10 + 5], "integer")], {"score": 5007}
    ),
    "between, datetimes": Scenario(
        lambda number: [("at", "between", [f"{2000 + number}-01-01", f"{2000 + number}-02-01"], "datetime")],
        {"at": "2500-06-01T00:00:00+00:00"},
    ),
    "contain": Scenario(
        lambda number: [("boss", "contain", [f"boss_{number}"], "string")], {"boss": "boss_of_the_cave"}
    ),
    "contain, 200 characters": Scenario(
        lambda number: [("boss", "contain", [f"boss_{number}"], "string")], {"boss": "boss of the cave " * 12}
    ),
    "two conditions": Scenario(
        lambda number: [
            ("country", "equal", ["DE"], "string"),
            ("score", "greater_than", [number], "integer"),
        ],
        {"country": "DE", "score": 0},
    ),
    "ten attributes": Scenario(
        lambda number: [("score", "equal", [number], "integer")],
        {"score": -1, **{f"attribute_{number}": number for number in range(9)}},
    ),
    "a hundred attributes": Scenario(
        lambda number: [("score", "equal", [number], "integer")],
        {"score": -1, **{f"attribute_{number}": number for number in range(99)}},
    ),
}


@dataclass(frozen=True)
class RemoteCampaigns:
    """A platform that runs in another process."""

    url: str
    api_key: str
    process: subprocess.Popen[str]

    def change(self) -> None:
        """Change all campaigns; returns when they are changed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("change\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


@contextmanager
def remote_campaigns(scenario: str, count: int, size: int = 0) -> Iterator[RemoteCampaigns]:
    """A platform with so many campaigns, until the block ends."""
    command = [sys.executable, "-m", __name__, scenario, str(count), str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        url, api_key = process.stdout.readline().split()
        yield RemoteCampaigns(url, api_key, process)


def main(scenario: Scenario, count: int, size: int) -> None:
    """Serve until the input ends."""
    from uwclient.sandbox import Sandbox

    def publish(generation: int) -> None:
        for number in range(count):
            conditions = [
                dict(zip(("attribute_name", "operator", "values", "data_type"), condition, strict=True))
                for condition in scenario.conditions(number)
            ]
            logic = {"external_event_id": scenario.name(number), "event_attributes": conditions}
            message = {"id": f"message-{number}", "additional_fields": event_data(generation, size)}
            trigger = {"type": "event_trigger", "logic": logic}
            sandbox.publish_campaign(id=f"campaign-{number}", trigger=trigger, messages=[message])

    with Sandbox() as sandbox:
        publish(0)
        print(sandbox.url, sandbox.api_key, flush=True)
        for generation, _ in enumerate(sys.stdin, 1):
            for number in range(count):
                sandbox.withdraw_campaign(f"campaign-{number}")
            publish(generation)
            print("changed", flush=True)


if __name__ == "__main__":
    main(SCENARIOS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]))
