"""A sandbox that is killed while others write has kept whole steps, and all that it has acknowledged."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from uwclient.sandbox import Sandbox
from uwclient.sandbox.services.campaigns.service import published_campaign_id

ROOT = Path(__file__).parents[2]
LIVES = 3
STATEMENTS = (50, 400)
"""How many statements write before a sandbox is killed: most are in the midst of a step."""


def live_and_die(database: Path, era: str, statements: int) -> list[list[str]]:
    """What a sandbox has told of before it was killed: what was done, and to what."""
    command = [sys.executable, "-m", "tests.sandbox.restless_sandbox", str(database), era, str(statements)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == -signal.SIGKILL, run.stderr
    return [line.split() for line in run.stdout.splitlines()]


@pytest.mark.parametrize("seed", range(3))
def test_a_sandbox_that_is_killed_has_kept_whole_steps(seed: int, tmp_path: Path) -> None:
    chance, database = random.Random(seed), tmp_path / "state.sqlite"
    told: list[list[str]] = []
    for life in range(LIVES):
        told += live_and_die(database, f"life-{life}", chance.randint(*STATEMENTS))

        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        sandbox = Sandbox(database=database)
        assert_releases_are_served(sandbox)
        assert_content_has_its_campaign(sandbox)
        assert_players_are_whole(sandbox)
        for what, about in told:
            assert_is_kept(sandbox, what, about)
        del sandbox


def assert_releases_are_served(sandbox: Sandbox) -> None:
    """Each environment shows just what its newest releases froze."""
    platform = sandbox._platform
    for environment in platform.environments.with_players():
        campaigns = platform.campaigns.all(environment.id)
        for row in campaigns:
            release = platform.releases.latest(row["id"], environment.id)
            assert release is not None, "a campaign that was not shared"
            assert release["release_number"] == row["release_number"]
            frozen = [one["id"] for one in release["snapshot"]["contents"]]
            assert [one["id"] for one in platform.campaigns.contents.of(environment.id, row["id"])] == frozen
            tests = [one["id"] for one in platform.ab_tests.of_campaign(environment.id, row["id"])]
            assert tests == [one["id"] for one in release["snapshot"]["ab_tests"]]
        rows = platform.backend.storage.rows(
            "SELECT DISTINCT releasable_id FROM releases WHERE environment_id = ? AND releasable_type = 'campaign'",
            (environment.id,),
        )
        assert {one for (one,) in rows} == {row["id"] for row in campaigns}


def assert_content_has_its_campaign(sandbox: Sandbox) -> None:
    """Nothing is left of campaigns that are gone, and what is published at once is there at once."""
    platform = sandbox._platform
    for table in ("contents", "ab_tests"):
        left = platform.backend.storage.rows(
            f"SELECT id FROM {table} AS one WHERE NOT EXISTS (SELECT 1 FROM campaigns "
            "WHERE campaigns.id = one.campaign_id AND campaigns.environment_id = one.environment_id)"
        )
        assert left == []
    dev = platform.environments.dev.id
    for row in platform.campaigns.all(dev):
        contents = platform.campaigns.contents.of(dev, row["id"])
        if row["delivery_type"] == "triggered":
            assert len(contents) == 2
        for content in contents:
            if row["id"] == published_campaign_id(content["id"]):
                assert platform.releases.environments_of(row["id"]), "published, but nowhere"


def assert_players_are_whole(sandbox: Sandbox) -> None:
    """What players did refers to deliveries that are there, and e-mails were sent once."""
    platform = sandbox._platform
    for player in sandbox.players:
        assert "_first_login_date" in player.attributes
        events = Counter(event.request for event in player.events)
        assert set(events.values()) <= {3}, "a part of the events of a request"
        assert all(one.history for one in player.message_impressions)
        assert len(player.deliveries) >= len(events) + len(player.message_impressions)
    storage = platform.backend.storage
    assert storage.row("SELECT count(*) FROM sent_emails") == storage.row("SELECT count(*) FROM campaign_sends")


def assert_is_kept(sandbox: Sandbox, what: str, about: str) -> None:
    """What was acknowledged is there."""
    platform = sandbox._platform
    dev = platform.environments.dev.id
    match what:
        case "published":
            assert platform.publishing.has(about)
        case "withdrawn":
            assert not platform.publishing.has(about)
        case "shared":
            assert "live" in {one.key for one in platform.releases.environments_of(about)}
        case "deleted-in-qa":
            assert {one.key for one in platform.releases.environments_of(about)} == {"live"}
        case "duplicated":
            assert len(platform.campaigns.contents.of(dev, about)) == 1
        case "session":
            player, session = about.split("/")
            assert session in {one.id for one in sandbox.player(player).sessions}
        case "events":
            assert sandbox.player(about).event_count == 3
