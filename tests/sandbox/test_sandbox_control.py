"""The control port: the verbs as JSON, for those who hold the token, and for nobody else."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from uwclient import StandingTime
from uwclient.sandbox import Sandbox, ScenarioError
from uwclient.sandbox.control.port import LARGEST_COMMAND, ControlPort
from uwclient.sandbox.control.verbs import VERBS, packed, unpacked
from uwclient.sandbox.control.watch import SavedFile

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(time_source=StandingTime(NINE), seed=1) as running:
        yield running
    running.check()


@pytest.fixture
def port(sandbox: Sandbox) -> Iterator[ControlPort]:
    with ControlPort(sandbox) as port:
        yield port


def ask(port: ControlPort, path: str, body: Any = None, method: str = "POST", **headers: str) -> requests.Response:
    """A request as `uwclient ctl` makes it, with other headers."""
    own = {"Authorization": f"Bearer {port.token}", "Content-Type": "application/json"}
    sent = {name: value for name, value in {**own, **headers}.items() if value}
    data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    return requests.request(method, f"{port.url}{path}", data=data, headers=sent, timeout=5)


def do(port: ControlPort, verb: str, **arguments: Any) -> dict[str, Any]:
    """What a verb returns."""
    reply = ask(port, f"/{verb}", arguments)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_the_clock_is_moved_set_and_let_run(port: ControlPort, sandbox: Sandbox) -> None:
    assert do(port, "advance", duration="2d")["time"] == "2026-01-07T09:00:00+00:00"
    assert do(port, "advance", duration="-1h30m")["time"] == "2026-01-07T07:30:00+00:00"
    assert do(port, "at", time="2026-10-31T23:00")["time"] == "2026-10-31T23:00:00+00:00"
    assert do(port, "at", time="+1h")["time"] == "2026-11-01T00:00:00+00:00"
    assert do(port, "speed", speed="3600")["speed"] == 3600
    assert sandbox.clock.now() == datetime(2026, 11, 1, tzinfo=UTC)
    assert sandbox.clock.speed == 3600


def test_faults_are_planned_by_name_shown_and_cleared(port: ControlPort, sandbox: Sandbox, join: Join) -> None:
    player = join(sandbox)
    planned = do(
        port, "fault", name="platform_outage", seed=3, requests="*/offers", times="2", start="+1h", end="+3h"
    )
    assert planned["faults"] == [
        {
            "name": "platform_outage",
            "requests": "*/offers",
            "start": "2026-01-05T10:00:00+00:00",
            "end": "2026-01-05T12:00:00+00:00",
            "times": 2,
        }
    ]
    do(port, "advance", duration="1h")
    assert [player.get(f"/{kind}").status_code // 100 for kind in ("offers", "messages", "offers")] == [5, 2, 5]
    do(port, "fault", name="flaky(0.5)")
    assert [one["name"] for one in do(port, "status")["faults"]] == ["flaky"]
    assert do(port, "clear")["faults"] == []
    assert sandbox.faults.planned == ()


def test_players_are_shown_with_what_is_known_of_them(port: ControlPort, sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("rich", attributes=[{"name": "coins", "operator": "greater_than", "values": [5]}])
    sandbox.player("newcomer").set_attributes(coins=1)
    sandbox.player("hero-42").set_attributes(coins=10)
    join(sandbox).do("/events", {"events": [{"event_id": "level_up", "attributes": []}]})
    assert do(port, "players") == {
        "count": 2,
        "players": [
            {
                "id": "hero-42",
                "sessions": 1,
                "last_session_at": NINE.isoformat(),
                "segments": ["rich"],
                "attributes": {"coins": 10, "_first_login_date": NINE.isoformat()},
                "events": 1,
            },
            {
                "id": "newcomer",
                "sessions": 0,
                "last_session_at": None,
                "segments": [],
                "attributes": {"coins": 1},
                "events": 0,
            },
        ],
    }


def test_a_sandbox_is_saved_and_restored_over_the_port(port: ControlPort, sandbox: Sandbox) -> None:
    sandbox.add_media("banner", os.urandom(3 * 1024 * 1024))
    saved = do(port, "save")
    do(port, "advance", duration="9d")
    sandbox.publish("offers", id="late")
    restored = do(port, "restore", file=saved["file"])
    assert restored["time"] == NINE.isoformat()
    sandbox.publish("offers", id="late")
    assert unpacked(saved["file"]).startswith(b"SQLite format 3")


def wrong_requests() -> list[Any]:
    return [
        pytest.param("/advance", {}, 422, "duration: it is missing", id="missing"),
        pytest.param("/advance", {"duration": "soon"}, 422, "'soon' is not a duration", id="duration"),
        pytest.param("/advance", {"duration": "2912200d"}, 422, "outside the calendar", id="calendar"),
        pytest.param("/advance", {"duration": "2d", "durasion": "1"}, 422, "did you mean 'duration'", id="argument"),
        pytest.param("/advance", {"duration": ["2d"]}, 422, "not a text", id="list"),
        pytest.param("/speed", {"speed": "fast"}, 422, "'fast' is not a number", id="number"),
        pytest.param("/speed", {"speed": -1}, 422, "not a speed", id="speed"),
        pytest.param("/fault", {"name": "subwy"}, 422, "did you mean 'subway'", id="profile"),
        pytest.param("/fault", {"name": "subway", "times": "0"}, 422, "cannot happen 0 times", id="times"),
        pytest.param("/restore", {"file": "%"}, 422, "did not arrive whole", id="coding"),
        pytest.param("/restore", {"file": packed(b"{}")}, 422, "no saved sandbox", id="file"),
        pytest.param("/restore", {"file": packed(b"{}" * 99)[:12]}, 422, "did not arrive whole", id="cut"),
        pytest.param("/advanse", {"duration": "2d"}, 404, "did you mean 'advance'", id="verb"),
        pytest.param("/", {}, 404, "There is no verb", id="none"),
        pytest.param("/advance", b"duration=2d", 400, "not valid JSON", id="json"),
        pytest.param("/advance", b"[" * 9999, 400, "not valid JSON", id="deep"),
        pytest.param("/advance", ["2d"], 400, "not a JSON object", id="object"),
    ]


@pytest.mark.parametrize(("path", "body", "status", "sentence"), wrong_requests())
def test_a_wrong_command_is_refused_in_a_sentence_and_changes_nothing(
    path: str, body: Any, status: int, sentence: str, port: ControlPort, sandbox: Sandbox
) -> None:
    reply = ask(port, path, body)
    assert reply.status_code == status
    assert sentence in reply.json()["errors"][0]
    assert sandbox.clock.now() == NINE
    assert sandbox.faults.planned == ()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Authorization": "Bearer " + "0" * 64}, 401),
        ({"Authorization": "Bearer é"}, 401),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
    ids=str,
)
def test_a_command_from_elsewhere_or_without_the_token_is_refused(
    headers: dict[str, str], status: int, port: ControlPort, sandbox: Sandbox
) -> None:
    encoded = {name: value.encode("latin-1").decode("latin-1") for name, value in headers.items()}
    assert ask(port, "/advance", {"duration": "2d"}, **encoded).status_code == status
    assert sandbox.clock.now() == NINE


def test_only_posts_are_commands(port: ControlPort, sandbox: Sandbox) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert ask(port, "/clear", method=method).status_code == 405


def test_the_token_of_one_sandbox_moves_no_other(port: ControlPort) -> None:
    with Sandbox() as other, ControlPort(other) as its_port:
        assert its_port.token != port.token
        assert port.token not in repr(port)
        assert ask(its_port, "/status", Authorization=f"Bearer {port.token}").status_code == 401


@pytest.mark.parametrize(("authorization", "status"), [("", 401), (None, 413)])
def test_a_body_is_read_only_for_the_token_and_has_a_bound(
    authorization: str | None, status: int, port: ControlPort
) -> None:
    """What is refused for its head alone gets its reply although no body follows."""
    given = f"Bearer {port.token}" if authorization is None else authorization
    with socket.create_connection((urlsplit(port.url).hostname, urlsplit(port.url).port), 5) as connection:
        head = ["POST /restore HTTP/1.1", "Host: localhost", f"Authorization: {given}"]
        head += ["Content-Type: application/json", f"Content-Length: {LARGEST_COMMAND + (status == 413)}", "", ""]
        connection.sendall("\r\n".join(head).encode())
        assert connection.recv(12) == f"HTTP/1.1 {status}".encode()


def test_every_verb_says_what_it_and_its_arguments_do() -> None:
    assert {"advance", "at", "speed", "fault", "save", "restore", "players"} <= VERBS.keys()
    for verb in VERBS.values():
        assert verb.help
        assert all(argument.help for argument in verb.arguments)


# What CI asks.


def test_health_needs_no_key_meets_no_fault_and_leaves_no_trace(sandbox: Sandbox) -> None:
    sandbox.faults.drop("*", times=None)
    reply = requests.get(f"{sandbox.url}/healthz", timeout=5)
    assert (reply.status_code, reply.json()) == (200, {"status": "ok", "time": NINE.isoformat()})
    assert requests.head(f"{sandbox.url}/healthz", timeout=5).status_code == 200
    assert sandbox.requests == []
    foreign = requests.get(f"{sandbox.url}/healthz", headers={"Host": "evil.example"}, timeout=5)
    assert foreign.status_code == 403


def test_health_is_no_way_around_the_key(sandbox: Sandbox) -> None:
    sandbox.faults.clear()
    assert requests.get(f"{sandbox.url}/healthz/../api", timeout=5).status_code == 401
    assert requests.get(f"{sandbox.url}/healthzz", timeout=5).status_code == 401


# Scenarios that are read again.

SCENARIO: dict[str, Any] = {
    "clock": "2026-01-05T09:00:00Z",
    "segments": [{"name": "whales", "players": ["hero-42"]}],
    "players": {"hero-42": {"attributes": {"coins": 10}}},
    "offers": [{"id": "gems", "title": "300 gems"}, {"id": "chest", "segments": ["whales"]}],
    "campaigns": [{"id": "thanks", "trigger": {"type": "region_trigger", "logic": {"region_name": "x"}}}],
    "timeline": [{"at": "+1h", "publish": "offers", "with": {"id": "late", "end_at": "+9h"}}],
}


@pytest.fixture
def loaded() -> Iterator[Sandbox]:
    with Sandbox(SCENARIO, time_source=StandingTime(NINE)) as running:
        yield running
    running.check()


def offers(player: HttpPlayer) -> dict[str, str]:
    return {offer["id"]: offer["title"] for offer in player.get("/offers").json()["active"]}


def test_a_reloaded_scenario_is_the_content_of_this_moment(loaded: Sandbox, join: Join) -> None:
    player = join(loaded)
    loaded.publish("offers", id="by hand", title="By hand")
    loaded.player("hero-42").set_attributes(coins=99)
    loaded.clock.advance(hours=2)
    assert list(offers(player)) == ["gems", "chest", "by hand", "late"]

    loaded.reload(
        {
            **SCENARIO,
            "clock": None,
            "segments": [],
            "campaigns": [],
            "offers": [{"id": "gems", "title": "400 gems", "start_at": "+1h30m"}, {"id": "far", "start_at": "+3h"}],
            "timeline": [
                {"at": "+1h", "publish": "offers", "with": {"id": "new", "title": "New"}},
                {"at": "+90m", "change": "new", "with": {"title": "Newer"}},
                {"at": "+4h", "withdraw": "gems"},
            ],
        }
    )
    assert offers(player) == {"by hand": "By hand", "gems": "400 gems", "new": "Newer"}
    assert player.get("/triggerable_campaigns").json()["campaigns"] == []
    assert loaded.player("hero-42").attributes["coins"] == 99
    assert loaded.clock.now() - NINE == timedelta(hours=2)
    loaded.clock.advance(hours=2)
    assert offers(player) == {"by hand": "By hand", "far": "far", "new": "Newer"}


def test_a_wrong_scenario_is_told_with_its_place_and_changes_nothing(
    loaded: Sandbox, join: Join, tmp_path: Path
) -> None:
    player = join(loaded)
    before = offers(player)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("offers:\n  - id: gems\n    end_at: never\n")
    with pytest.raises(ScenarioError, match=r"wrong.yaml:3.*end_at"):
        loaded.reload(wrong)
    assert offers(player) == before
    loaded.clock.advance(hours=1)
    assert "late" in offers(player)


def test_attributes_that_the_scenario_changes_are_set(loaded: Sandbox) -> None:
    loaded.player("hero-42").set_attributes(coins=99)
    loaded.reload({**SCENARIO, "players": {"hero-42": {"attributes": {"coins": 20}}}})
    assert loaded.player("hero-42").attributes == {"coins": 20}


def test_a_file_was_saved_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text("offers: []")
    file = SavedFile(path)
    assert not file.was_saved()
    path.write_text("")
    assert not file.was_saved(), "it may not be complete yet"
    path.write_text("messages: []")
    assert [file.was_saved() for _ in range(3)] == [False, True, False]
    path.unlink()
    assert [file.was_saved() for _ in range(3)] == [False, False, False]
    path.write_text("surveys: []")
    assert [file.was_saved() for _ in range(3)] == [False, True, False]
