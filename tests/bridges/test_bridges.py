"""What partners say of people becomes attributes and events of players, once, in order, whatever fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.conftest import APP, GROWSURF_RULES, MakeBridge, events_of, never
from uwclient import ArgumentError, ConnectionFailed, Reply, Request, UserWiseError
from uwclient.bridges.command import follow, poll, receiver_for
from uwclient.bridges.facts import FactPath, Happening
from uwclient.bridges.rules import PlayerRule
from uwclient.bridges.sources import CROWDTWIST_KINDS, PICO_KINDS, CrowdTwistSource, PicoSource
from uwclient.bridges.yaml_reading import Section
from uwclient.http.connections import Connections
from uwclient.partners.testing import (
    CrowdTwistStandIn,
    GrowSurfStandIn,
    PicoStandIn,
    crowdtwist_activity,
    growsurf_participant,
    growsurf_reward,
    pico_participant,
)
from uwclient.sandbox import Sandbox

SECRET = "0123456789abcdef" * 2


class Failing:
    """A network to the sandbox that answers its first requests like this; None loses the reply of one."""

    def __init__(self, sandbox: Sandbox, *faults: Reply | UserWiseError | None) -> None:
        self.connections = Connections(sandbox.url)
        self.faults = list(faults)

    def send(self, request: Request) -> Reply | UserWiseError:
        if not self.faults:
            return self.connections.send(request)
        fault = self.faults.pop(0)
        if fault is None:
            self.connections.send(request)
            return ConnectionFailed("The reply was lost.", reached=True)
        return fault

    def close(self) -> None:
        self.connections.close()


@pytest.fixture
def failing(sandbox: Sandbox) -> Iterator[Failing]:
    made = Failing(sandbox)
    yield made
    made.close()


def growsurf_of(bridge: Any) -> GrowSurfStandIn:
    return GrowSurfStandIn((receiver_for(bridge, SECRET).receive, f"/{SECRET}"))


def reach_goals(growsurf: GrowSurfStandIn) -> list[int]:
    """A double-sided reward with manual approval: four events, of which one is told."""
    ann = growsurf_participant("ann", referrals=3, playerId="hero-42")
    bob = growsurf_participant("bob", playerId="hero-43")
    return [
        growsurf.reach_goal(who, growsurf_reward(id, approved=approved, is_referrer=side, title="Cape"))
        for approved in (False, True)
        for who, id, side in ((ann, "r1", True), (bob, "r2", False))
    ]


def test_a_referral_goal_becomes_attributes_and_an_event(sandbox: Sandbox, make_bridge: MakeBridge) -> None:
    bridge = make_bridge(GROWSURF_RULES)
    growsurf = growsurf_of(bridge)
    assert reach_goals(growsurf) + reach_goals(growsurf) == [204] * 8
    assert bridge.deliver_all(never)
    ((name, attributes),) = events_of(sandbox, "hero-42")
    assert (name, attributes["reward"], len(attributes["bridge_id"])) == ("referral_goal", "Cape", 32)
    assert sandbox.player("hero-42").attributes == {"referrals": 3, "is_ambassador": True}
    assert events_of(sandbox, "hero-43") == []


def test_what_was_told_before_a_restart_is_not_told_again(sandbox: Sandbox, make_bridge: MakeBridge) -> None:
    for _ in range(3):
        bridge = make_bridge(GROWSURF_RULES)
        reach_goals(growsurf_of(bridge))
        bridge.deliver_all(never)
        bridge.close()
    assert len(events_of(sandbox, "hero-42")) == 1


def test_what_waits_is_told_by_the_next_run(sandbox: Sandbox, make_bridge: MakeBridge) -> None:
    first = make_bridge(GROWSURF_RULES)
    reach_goals(growsurf_of(first))
    first.close()
    assert events_of(sandbox, "hero-42") == []
    second = make_bridge(GROWSURF_RULES)
    reach_goals(growsurf_of(second))
    second.deliver_all(never)
    assert len(events_of(sandbox, "hero-42")) == 1
    assert second.queue is not None
    assert len(second.queue) == 0


@pytest.mark.parametrize(
    "fault",
    [
        Reply.of(503, b"{}"),
        Reply.of(429, b'{"errors": ["slower"]}'),
        Reply.of(401, b'{"errors": ["the key"]}'),
        Reply.of(404, b"<html>a gateway</html>"),
        Reply.of(422, b"{}"),
        Reply.of(200, b"<html>sign in</html>"),
        Reply.of(302, b"", {"Location": "https://elsewhere.example/"}),
        ConnectionFailed("refused"),
    ],
)
def test_what_gets_no_answer_is_told_later(
    sandbox: Sandbox, make_bridge: MakeBridge, failing: Failing, fault: Reply | UserWiseError
) -> None:
    failing.faults = [fault, fault]
    bridge = make_bridge(GROWSURF_RULES, transport=failing)
    reach_goals(growsurf_of(bridge))
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    assert bridge.deliver_all(wait)
    assert len(waits) == 2
    assert len(events_of(sandbox, "hero-42")) == 1


def test_a_double_comes_only_after_a_lost_reply_and_is_recognisable(
    sandbox: Sandbox, make_bridge: MakeBridge, failing: Failing
) -> None:
    only_event = [{**GROWSURF_RULES["tell"][0], "attributes": {}}]
    bridge = make_bridge({**GROWSURF_RULES, "tell": only_event}, transport=failing)
    reach_goals(growsurf_of(bridge))
    failing.faults = [None, None]
    bridge.deliver_all(never)
    found = events_of(sandbox, "hero-42")
    assert len(found) == 3
    assert len({attributes["bridge_id"] for _, attributes in found}) == 1


def test_a_platform_that_knows_keys_has_no_doubles(
    sandbox: Sandbox, make_bridge: MakeBridge, failing: Failing
) -> None:
    keyed = {"userwise": {"host": sandbox.url, "app_id": APP, "idempotency_key": True}}
    bridge = make_bridge({**GROWSURF_RULES, **keyed}, transport=failing)
    reach_goals(growsurf_of(bridge))
    failing.faults = [None, Reply.of(503)]
    failing.connections.send = fail_twice(failing.connections.send)  # type: ignore[method-assign]
    bridge.deliver_all(never)
    assert len(events_of(sandbox, "hero-42")) == 1


def fail_twice(send: Any) -> Any:
    """Loses the replies of the first two events."""
    lost: list[Request] = []

    def sending(request: Request) -> Reply | UserWiseError:
        reply: Reply | UserWiseError = send(request)
        if request.url.endswith("/events") and len(lost) < 2:
            lost.append(request)
            return ConnectionFailed("The reply was lost.", reached=True)
        return reply

    return sending


def test_what_is_refused_for_good_does_not_stop_the_others(
    sandbox: Sandbox, make_bridge: MakeBridge, failing: Failing, tmp_path: Path
) -> None:
    bridge = make_bridge(GROWSURF_RULES, transport=failing)
    reach_goals(growsurf_of(bridge))
    failing.faults = [Reply.of(422, b'{"errors": ["referrals is no integer here"]}')]
    bridge.deliver_all(never)
    assert bridge.delivery is not None
    assert (bridge.delivery.told, bridge.delivery.refused) == (1, 1)
    (letter,) = (tmp_path / "queue" / "dead-letters.jsonl").read_text().splitlines()
    assert json.loads(letter)["body"]["player"] == "hero-42"
    assert len(events_of(sandbox, "hero-42")) == 1


def test_a_person_who_is_no_player_is_logged_by_a_digest(
    sandbox: Sandbox, make_bridge: MakeBridge, caplog: pytest.LogCaptureFixture
) -> None:
    bridge = make_bridge(GROWSURF_RULES)
    growsurf = growsurf_of(bridge)
    assert growsurf.reach_goal(growsurf_participant("secret-ann"), growsurf_reward("r1")) == 204
    assert bridge.strangers == 1
    assert "No player is found for the person" in caplog.text
    assert "secret-ann" not in caplog.text


def test_a_dry_run_prints_what_would_be_told_and_keeps_nothing(
    sandbox: Sandbox, make_bridge: MakeBridge, said: list[str], tmp_path: Path
) -> None:
    bridge = make_bridge(GROWSURF_RULES, dry_run=True)
    reach_goals(growsurf_of(bridge))
    bridge.deliver_all(never)
    assert [line.partition("{")[0] for line in said] == ["hero-42: attributes ", "hero-42: event "]
    assert events_of(sandbox, "hero-42") == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_for_one_bridge(make_bridge: MakeBridge) -> None:
    make_bridge(GROWSURF_RULES)
    with pytest.raises(ArgumentError, match="Another bridge uses the folder"):
        make_bridge(GROWSURF_RULES)


PICO_RULES: dict[str, Any] = {
    "player": {"field": "user.labels[id=736].value"},
    "tell": [
        {"attributes": {"correct_answers": "total_correct_answers"}},
        {"if": {"total_correct_answers": 5}, "event": "trivia_won", "with": {"widget": "widget.id"}},
    ],
}
CROWDTWIST_RULES: dict[str, Any] = {
    "player": {"field": "user.id"},
    "tell": [
        {"if": {"activity.id": 64}, "attributes": {"video_is_locked": "activity.is_locked_by_tier"}},
        {
            "if": {"activity.is_locked_by_tier": False},
            "event": "activity_unlocked",
            "with": {"activity": "activity.name"},
        },
    ],
}


def pico_source(stand_in: PicoStandIn, **part: Any) -> PicoSource:
    way: Any = {"transport": stand_in, "retries": 0}
    return PicoSource(Section("pico", {"host": stand_in.url, **part}), stand_in.auth, way)


def person(name: str, correct: int) -> dict[str, Any]:
    return pico_participant(name, correct=correct, labels={"736": f"hero-{name}", "751": "en-US"})


def test_a_trivia_win_is_told_once_and_answers_whenever_they_change(
    sandbox: Sandbox, make_bridge: MakeBridge
) -> None:
    stand_in = PicoStandIn()
    stand_in.widgets["2448"] = [{"id": "7", "is_game": True}, {"id": "8", "is_game": False}]
    bridge, source = make_bridge(PICO_RULES, PICO_KINDS), pico_source(stand_in, activation=2448)
    for correct in (4, 5, 5, 4, 5):
        stand_in.participants["7"] = [person("ann", correct), person("bob", 0)]
        assert poll(bridge, source, never)
        assert sandbox.player("hero-ann").attributes["correct_answers"] == correct
    ((name, attributes),) = events_of(sandbox, "hero-ann")
    assert (name, attributes["widget"]) == ("trivia_won", "7")
    assert sandbox.player("hero-bob").attributes == {"correct_answers": 0}
    told = [one for one in sandbox.requests if one.method == "POST"]
    assert len(told) == 6  # four answers of ann, one win, one of bob


def test_a_partner_that_fails_is_asked_again_later(sandbox: Sandbox, make_bridge: MakeBridge) -> None:
    stand_in = PicoStandIn()
    stand_in.participants["7"] = [person(str(number), 5) for number in range(120)]
    bridge, source = make_bridge(PICO_RULES, PICO_KINDS), pico_source(stand_in, widgets=["7"])
    stand_in.fail(Reply.of(503), ConnectionFailed("away"), Reply.of(200, b"{}"))
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 5

    follow(bridge, source, wait, 300)
    assert waits == [2.0, 4.0, 8.0, 300, 300]
    assert all(len(events_of(sandbox, f"hero-{number}")) == 1 for number in range(120))


def test_a_long_back_fill_says_how_far_it_is(make_bridge: MakeBridge, said: list[str]) -> None:
    stand_in = PicoStandIn()
    stand_in.participants["7"] = [person(str(number), 1) for number in range(2500)]
    bridge = make_bridge(PICO_RULES, PICO_KINDS, dry_run=True)
    poll(bridge, pico_source(stand_in, widgets=["7"]), never)
    assert [line for line in said if "read" in line] == [
        "1,000 read, 1,000 of it new, 0 wait",
        "2,000 read, 2,000 of it new, 0 wait",
        "2,500 read, 2,500 of it new: done",
    ]


def test_an_unlocked_activity_is_told_of_each_user_of_a_file(
    sandbox: Sandbox, make_bridge: MakeBridge, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "users.txt").write_text("hero-42\n\nnobody-knows-me\nhero-43\n")
    stand_in = CrowdTwistStandIn()
    way: Any = {"transport": stand_in}
    part = Section("crowdtwist", {"users_file": "users.txt", "client_id": "7"})
    source = CrowdTwistSource(part, tmp_path, stand_in.api_key, way)
    bridge = make_bridge(CROWDTWIST_RULES, CROWDTWIST_KINDS)
    for locked in (True, False, True, False):
        stand_in.activities["hero-42"] = [crowdtwist_activity(64, locked=locked)]
        stand_in.activities["hero-43"] = []
        assert poll(bridge, source, never)
        assert sandbox.player("hero-42").attributes == {"video_is_locked": locked}
    assert [attributes["activity"] for _, attributes in events_of(sandbox, "hero-42")] == ["activity 64"]
    assert {one.query.get("id_type") for one in stand_in.asked} == {"third_party_id"}
    assert "CrowdTwist does not know the user" in caplog.text
    assert "nobody-knows-me" not in caplog.text


FACTS = {"participant": {"email": "ann@hero.example", "id": 42}, "labels": [{"id": "a.b", "value": "x"}, 7]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("participant.email", "ann@hero.example"),
        ("labels[id=a.b].value", "x"),
        ("labels[id=c].value", None),
        ("participant.email.more", None),
        ("nothing[a=b]", None),
    ],
)
def test_a_way_leads_to_a_value(path: str, value: object) -> None:
    assert FactPath(path).value_in(FACTS) == value


@pytest.mark.parametrize("path", ["", ".", "a..b", "a.", "a[b]", "a[b=c", 7, None])
def test_what_is_no_way_is_refused(path: object) -> None:
    with pytest.raises(ArgumentError, match="no way to a value"):
        FactPath(path)


@pytest.mark.parametrize(
    ("rule", "player"),
    [
        ({"field": "participant.id"}, "42"),
        ({"field": "participant.email", "pattern": "(.+)@hero.example"}, "ann"),
        ({"field": "participant.email", "pattern": "[a-z]+"}, None),
        ({"field": "participant.email", "table": {"ann@hero.example": "hero-1"}}, "hero-1"),
        ({"field": "participant.id", "table": {42: "hero-2"}}, "hero-2"),
        ({"field": "participant.id", "table": {7: "hero-2"}}, None),
        ({"field": "participant"}, None),
    ],
)
def test_a_rule_of_the_file_says_who_a_person_is(rule: dict[str, Any], player: str | None) -> None:
    found = PlayerRule.read(Section("player", rule)).player_of(Happening("any", "", "", FACTS))
    assert found == player


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"player": {"feild": "a"}}, "needs 'field'"),
        ({"player": {"field": "a", "pattern": "("}}, "no regular expression"),
        ({"player": {"field": "a", "other": 1}}, "'other', which is not known"),
        ({"tell": []}, "list that is not empty"),
        ({"tell": [{"when": "SOMETHING"}]}, "must be one of PARTICIPANT_REACHED_A_GOAL"),
        ({"tell": [{"when": "CAMPAIGN_ENDED"}]}, "tells nothing"),
        ({"tell": [{"when": "CAMPAIGN_ENDED", "attributes": {"a": 7}}]}, "no way to a value"),
        ({"queue": None}, "must be text"),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(make_bridge: MakeBridge, change: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        make_bridge({**GROWSURF_RULES, **change})
