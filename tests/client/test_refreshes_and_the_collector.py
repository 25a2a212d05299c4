"""A refresh changes thousands of records, and the garbage collector does not notice; a full pass drops a frame."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.client.campaigning import on_event, wanting
from uwclient.sandbox import Sandbox

RECORDS = 2500
PASSES = 3
"""So many are let pass; a refresh that leaves an object more for each record, even for a while, makes more."""

GAME = Path(__file__).with_name("collected_game.py")


class CollectedGame:
    """Owns a game in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def refresh(self) -> tuple[int, int]:
        """Have it refresh; the passes of the collector, and the full ones among them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("refresh\n")
        self._process.stdin.flush()
        passes, full = map(int, self._process.stdout.readline().split())
        return passes, full


@contextmanager
def playing(sandbox: Sandbox, folder: Path, records: int) -> Iterator[CollectedGame]:
    command = [sys.executable, str(GAME), sandbox.url, sandbox.api_key, str(folder), str(records)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "playing\n"
        yield CollectedGame(process)


PRICE = {"payment_type": "iap", "iap_data": {"cost": 4.99, "ios_product_id": "gems"}}
DATA = {"events": "data", "messages": "additional_fields", "offers": "framework_data", "remote_configs": "json"}
KINDS = (*DATA, "surveys")


def told(kind: str, version: int) -> dict[str, Any]:
    """What is different of a record."""
    return {DATA[kind]: {"version": version}} if kind in DATA else {"name": f"version {version}"}


def is_quiet(game: CollectedGame) -> bool:
    """Whether the collector hardly runs in a refresh."""
    passes, full = game.refresh()
    return passes <= PASSES and full == 0


def test_the_collector_does_not_notice_thousands_of_changed_records(sandbox: Sandbox, tmp_path: Path) -> None:
    for number in range(RECORDS):
        kind = KINDS[number % len(KINDS)]
        fields: dict[str, Any] = {"payment_data": PRICE} if kind == "offers" else {}
        sandbox.publish(kind, id=f"r{number}", **fields, **told(kind, 0))
    with playing(sandbox, tmp_path, RECORDS) as game:
        for version in (1, 2):
            for number in range(RECORDS):
                sandbox.change(f"r{number}", **told(KINDS[number % len(KINDS)], version))
            assert is_quiet(game)


def test_the_collector_does_not_notice_that_ends_stay_or_move(sandbox: Sandbox, tmp_path: Path) -> None:
    for number in range(RECORDS):
        sandbox.publish("events", id=f"e{number}", end_at=f"+{10 + number % 50}d", data={"version": 0})
    with playing(sandbox, tmp_path, RECORDS) as game:
        for version in (1, 2):
            for number in range(RECORDS):
                moved = {"end_at": f"+{10 + version + number * 7 % 50}d"} if number % 2 else {}
                sandbox.change(f"e{number}", data={"version": version}, **moved)
            assert is_quiet(game)


def publish_campaign(sandbox: Sandbox, number: int, version: int) -> None:
    boss = wanting("boss", "equal", "dragon", data_type="string")
    trigger = on_event(f"x{number % 100}", wanting("level", "greater_than", number), boss)
    brought = [{"id": f"e{number}", "name": f"version {version}"}]
    sandbox.publish_campaign(id=f"c{number}", trigger=trigger, events=brought)


def test_the_collector_does_not_notice_thousands_of_changed_campaigns(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.publish("events", id="weekend", data={"version": 0})
    for number in range(RECORDS):
        publish_campaign(sandbox, number, 0)
    with playing(sandbox, tmp_path, 1) as game:
        for version in (1, 2):
            sandbox.change("weekend", data={"version": version})
            for number in range(RECORDS):
                sandbox.withdraw_campaign(f"c{number}")
                publish_campaign(sandbox, number, version)
            assert is_quiet(game)
