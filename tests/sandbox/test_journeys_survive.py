"""Whenever a sandbox with a database is killed, no leg is lost, and none is entered twice."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.journey_making import (
    branch,
    delay,
    leave,
    message,
    offer,
    on,
    publish,
    push,
    sell_gems,
    until_event,
)
from uwclient.sandbox import OdysseyView, Sandbox
from uwclient.time_sources import StandingTime

START = datetime(2026, 3, 1, tzinfo=UTC)
Ask = Callable[..., Any]


class Killed:
    """Copies a database before each statement of a sandbox: what would be left if it were killed there."""

    def __init__(self, sandbox: Sandbox, database: Path) -> None:
        self._connection = sandbox._platform.backend.storage._connection
        self._database = database
        self.copies: list[Path] = []

    def __enter__(self) -> Killed:
        self._connection.set_trace_callback(self._copy)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.set_trace_callback(None)

    def _copy(self, statement: str) -> None:
        if statement.lstrip().startswith("SELECT"):
            return
        folder = self._database.parent / f"copy-{len(self.copies)}"
        folder.mkdir()
        for file in self._database.parent.glob(f"{self._database.name}*"):
            shutil.copy(file, folder)
        self.copies.append(folder / self._database.name)


def started(database: Path, time: StandingTime) -> Sandbox:
    return Sandbox(database=database, time_source=time, seed=1)


def asking(sandbox: Sandbox, player_id: str = "hero") -> Ask:
    headers = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode(), "Content-Type": "application/json"}

    def ask(method: str, path: str, body: Any = None) -> Any:
        url = f"http://127.0.0.1/api/sdk/v1/appusers/{player_id}{path}"
        sent = b"" if body is None else json.dumps(body).encode()
        reply = sandbox.ask(method, url, headers=headers, body=sent)
        assert reply is not None
        assert reply.status < 300, reply.body
        return json.loads(reply.body) if reply.body else None

    return ask


def way(sandbox: Sandbox) -> list[tuple[Any, ...]]:
    """A player's odysseys, as far as they do not depend on when they are looked at."""
    return [_told(one) for one in sandbox.player("hero").odysseys]


def _told(one: OdysseyView) -> tuple[Any, ...]:
    return one.id, one.exit_state, one.exited_at, tuple((leg.id, leg.step_id, leg.ended_at) for leg in one.legs)


def make_journey(sandbox: Sandbox) -> None:
    sell_gems(sandbox)
    publish(
        sandbox,
        push("start"),
        message("hello", after="start"),
        delay("wait", "start", hours=24),
        until_event("duel", "won", "start"),
        branch("won?", "wait", event="won"),
        offer("gems", on("won?", "no")),
        delay("rest", on("won?", "yes"), hours=1),
        leave("end", [on("gems", "bought"), "rest"], ("enter_journey", "second")),
    )
    publish(sandbox, delay("later", hours=2), push("bye", "later"), id="second", entry={"rules": []})


def joined(ask: Ask, session: str) -> None:
    ask("POST", f"/events?session_id={session}", {"events": [{"event_id": "joined"}]})


def shown_hello(ask: Ask, session: str) -> None:
    (record,) = ask("GET", f"/messages?session_id={session}")["active"]
    ask("POST", f"/message_impressions/initialize?session_id={session}", {"message_id": record["id"]})


def bought(ask: Ask, session: str) -> None:
    (record,) = ask("GET", f"/offers?session_id={session}")["active"]
    ask("POST", f"/offer_impressions/initialize?session_id={session}", {"offer_id": record["id"]})
    body = {"engagement_outcome_key": "bought", "outcome_type": "offer"}
    ask("POST", f"/engagements/outcomes?session_id={session}", body)


def a_day(ask: Ask, session: str) -> None:
    ask("POST", f"/sessions/{session}/refresh_segments", {})


@pytest.mark.parametrize(
    ("before", "days", "action"),
    [
        ([], 0, joined),
        ([joined], 0, shown_hello),
        ([joined], 1, a_day),
        ([joined, a_day], 0, bought),
        ([joined, a_day, bought], 1, a_day),
    ],
    ids=["entering", "receiving", "a delay that ends", "leaving for another journey", "the other journey"],
)
def test_after_a_kill_at_any_statement_the_odyssey_is_as_before_or_as_after(
    tmp_path: Path, before: list[Callable[..., None]], days: int, action: Callable[..., None]
) -> None:
    time, database = StandingTime(START), tmp_path / "state.sqlite"
    sandbox = started(database, time)
    make_journey(sandbox)
    ask = asking(sandbox)
    session = ask("GET", "?environment_stage=live")["session_id"]
    for one in before:
        if one is a_day:
            time.advance(days=1)
        one(ask, session)
    if not days:
        allowed = [way(sandbox)]
    else:
        allowed = []
        time.advance(days=days)

    def ask_and_look(*request: Any) -> Any:
        answered = ask(*request)
        allowed.append(way(sandbox))
        return answered

    with Killed(sandbox, database) as killed:
        action(ask_and_look, session)

    assert len(killed.copies) > 3
    for copy in killed.copies:
        again = started(copy, time)
        assert way(again) in allowed, "each step happens wholly or not at all, and what is due is done"
        assert_time_goes_on(again, time)


def assert_time_goes_on(sandbox: Sandbox, time: StandingTime) -> None:
    """Every leg that waits for time is due on the schedule."""
    legs = [leg for one in sandbox.player("hero").odysseys for leg in one.legs]
    waiting = {leg.id for leg in legs if leg.waits_for is not None and leg.waits_for.startswith("Waits until 20")}
    schedule = sandbox._platform.backend.storage.rows("SELECT arguments FROM schedule WHERE action = 'journey leg'")
    due = {json.loads(arguments)[3] for (arguments,) in schedule}
    assert waiting <= due
    assert sandbox.clock.now() == time.now()


def test_a_sandbox_that_is_started_again_leads_players_on(tmp_path: Path) -> None:
    time, database = StandingTime(START), tmp_path / "state.sqlite"
    sandbox = started(database, time)
    make_journey(sandbox)
    ask = asking(sandbox)
    session = ask("GET", "?environment_stage=live")["session_id"]
    joined(ask, session)
    del sandbox

    time.advance(days=1)
    again = started(database, time)

    assert way(again)[0][3][-1][1] == "gems"
    (record,) = asking(again)("GET", f"/offers?session_id={session}")["active"]
    assert record["title"] == "gems"
