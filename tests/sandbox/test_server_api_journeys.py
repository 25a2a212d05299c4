"""Journeys and their steps over the server API (sections Journeys and Journey Steps)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.test_server_api_frame import Ask, asking
from uwclient.sandbox import Sandbox
from uwclient.sandbox.services.environments.rules import environment_id

JOURNEYS = "/api/v2/journeys"
DEV, QA, LIVE = (environment_id(key) for key in ("dev", "qa", "live"))
DELAY = {"delay_type": "time_delay", "time_delay_type": "relative", "duration_number": 5, "duration_unit": "minute"}


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    return asking(sandbox)


def made_journey(ask: Ask, **fields: Any) -> Any:
    reply = ask("POST", JOURNEYS, json={"environment_id": DEV, "name": "Welcome", **fields})
    assert reply.status_code == 201, reply.text
    return reply.json()["data"]


def step(type_: str = "delay", config: Any = DELAY, **fields: Any) -> dict[str, Any]:
    return {
        "environment_id": DEV,
        "type": type_,
        "config": config,
        "position.row": 0,
        "position.column": 0,
        "advancement": {"type": "immediate", "config": {}},
        **fields,
    }


def made_step(ask: Ask, journey: Any, *args: Any, **fields: Any) -> Any:
    reply = ask("POST", f"{JOURNEYS}/{journey['id']}/steps", json=step(*args, **fields))
    assert reply.status_code == 201, reply.text
    return reply.json()["data"]


def got(ask: Ask, journey: Any, environment: str = DEV) -> Any:
    reply = ask("GET", f"{JOURNEYS}/{journey['id']}?environment_id={environment}")
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def test_a_new_journey_is_answered_as_the_documentation_shows_it(ask: Ask) -> None:
    journey = made_journey(ask, description="Greets")

    assert journey == {
        "id": journey["id"],
        "created_at": journey["created_at"],
        "updated_at": journey["created_at"],
        "environment_id": DEV,
        "environment_type": "dev",
        "environment_key": "dev",
        "shared_environment_ids": [],
        "name": "Welcome",
        "description": "Greets",
        "steps": [],
        "edges": [],
        "entry_rules": {
            "rules_predicate": "all",
            "on_entry_strategy": "none",
            "on_entry_strategy_config": {},
            "rules": [],
        },
        "exit_rules": {
            "rules_predicate": "any",
            "on_exit_strategy": "none",
            "on_exit_strategy_config": {},
            "rules": [],
        },
        "reenrollment_rules": {
            "allowed": False,
            "limit": None,
            "cooldown_duration": None,
            "cooldown_duration_unit": None,
        },
        "using_override_data": False,
    }


def test_the_names_of_requests_and_those_of_replies_are_taken_dotted_or_nested(ask: Ask) -> None:
    dotted = made_journey(
        ask,
        **{
            "entry_rules.rule_predicate": "all",
            "entry_rules.on_entry_strategy": "remove_from_specific_journeys",
            "entry_rules.on_entry_strategy_config": {"journey_ids": ["j-1"]},
            "entry_rules.rules.0..entry_strategy": "player_segment_entry",
            "entry_rules.rules.0..entry_strategy_config": {"segment_ids": ["s-1"]},
            "exit_rules.rules.0.exit_strategy": "on_segment_match_or_journey_complete",
            "exit_rules.rules.0.exit_strategy_config": {"segment_ids": ["s-2"]},
            "reenrollment.allowed": True,
            "reenrollment.limit": 100,
            "reenrollment.cooldown_duration": 60,
            "reenrollment.cooldown_unit": "minutes",
        },
    )
    rules = {name: dotted[name] for name in ("entry_rules", "exit_rules", "reenrollment_rules")}

    nested = made_journey(ask, **rules)

    assert {name: nested[name] for name in rules} == rules
    assert rules["entry_rules"]["rules"] == [
        {"entry_strategy": "player_segment_entry", "entry_strategy_config": {"segment_ids": ["s-1"]}}
    ]
    assert rules["reenrollment_rules"] == {
        "allowed": True,
        "limit": 100,
        "cooldown_duration": 60,
        "cooldown_duration_unit": "minutes",
    }


def test_the_documented_sample_in_which_nothing_is_filled_in_makes_a_journey(ask: Ask) -> None:
    empty = [
        "environment_id",
        "entry_rules.on_entry_strategy",
        "entry_rules.on_entry_strategy_config",
        "entry_rules.rules.0..entry_strategy",
        "entry_rules.rules.0..entry_strategy_config",
        "exit_rules.on_exit_strategy",
        "exit_rules.rules.0..exit_strategy",
        "reenrollment.allowed",
        "reenrollment.limit",
        "reenrollment.cooldown_unit",
        "shared_environment_ids",
    ]

    reply = ask("POST", JOURNEYS, json={"name": "My Journey", **dict.fromkeys(empty, "")})

    assert reply.status_code == 201, reply.text
    assert reply.json()["data"]["entry_rules"]["rules"] == []
    assert reply.json()["meta"]["warnings"] == ["environment_id is empty: the default dev environment was taken."]


def test_what_is_not_given_of_a_rule_stays_as_it_is(ask: Ask) -> None:
    journey = made_journey(ask, **{"reenrollment": {"allowed": True, "limit": 3}})

    changed = ask("PUT", f"{JOURNEYS}/{journey['id']}", json={"environment_id": DEV, "reenrollment.limit": 5}).json()[
        "data"
    ]

    assert changed["reenrollment_rules"]["allowed"] is True
    assert changed["reenrollment_rules"]["limit"] == 5
    assert changed["name"] == "Welcome"


def test_what_a_journey_refers_to_in_vain_is_a_warning(ask: Ask) -> None:
    rules = [
        {"entry_strategy": "player_segment_entry", "entry_strategy_config": {"segment_ids": ["nobody"]}},
        {"entry_strategy": "player_action", "entry_strategy_config": {"type": "attribute", "logic": {}}},
    ]

    reply = ask("POST", JOURNEYS, json={"environment_id": DEV, "entry_rules": {"rules": rules}}).json()

    warnings = " ".join(reply["meta"]["warnings"])
    assert "there is no segment 'nobody'" in warnings
    assert "no action meets it" in warnings


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"entry_rules": {"rule_predicate": "any"}}, "entry_rules.rules_predicate"),
        ({"exit_rules": {"on_exit_strategy": "dance"}}, "exit_rules.on_exit_strategy"),
        ({"reenrollment.cooldown_unit": "fortnights"}, "reenrollment_rules.cooldown_duration_unit"),
        ({"reenrollment.limit": -1}, "reenrollment_rules.limit"),
        ({"shared_environment_ids": [DEV]}, "shared_environment_ids[0]"),
        ({"environment_id": LIVE}, "edit journeys in dev"),
    ],
)
def test_a_wrong_field_is_refused(ask: Ask, fields: dict[str, Any], words: str) -> None:
    reply = ask("POST", JOURNEYS, json={"environment_id": DEV, **fields})

    assert reply.status_code == 422
    assert words in reply.json()["errors"][0]
    assert ask("GET", f"{JOURNEYS}?environment_id={DEV}").json()["data"] == []


def test_the_first_step_gets_an_entry_edge_and_others_the_edges_that_they_ask_for(ask: Ask) -> None:
    journey = made_journey(ask)
    first = made_step(ask, journey)
    branch = made_step(
        ask,
        journey,
        "branch",
        {"branch_type": "segment", "segment_ids": []},
        **{"incoming_edges.create.from_id": first["id"]},
    )
    offer = made_step(
        ask,
        journey,
        "content",
        {"content_type": "offer", "content": {"title": "Gems"}},
        **{
            "advancement": {"type": "engagement_outcome", "config": {}},
            "incoming_edges.create": {"from_id": branch["id"], "type_config": {"outcome": "yes"}},
        },
    )
    end = made_step(
        ask,
        journey,
        "exit",
        {},
        **{
            "incoming_edges": {
                "create": [
                    {"from_id": branch["id"], "type_config": {"outcome": "no"}},
                    {"from_id": offer["id"], "type_config": {"engagement_outcome_key": "bought"}},
                ]
            }
        },
    )

    whole = got(ask, journey)

    assert [one["id"] for one in whole["steps"]] == [first["id"], branch["id"], offer["id"], end["id"]]
    assert [(one["from_id"], one["to_id"], one["type"], one["config"]) for one in whole["edges"]] == [
        (None, first["id"], "default", {}),
        (first["id"], branch["id"], "default", {}),
        (branch["id"], offer["id"], "branch", {"outcome": "yes"}),
        (branch["id"], end["id"], "branch", {"outcome": "no"}),
        (offer["id"], end["id"], "engagement_outcome", {"engagement_outcome_key": "bought"}),
    ]


def test_a_step_is_answered_as_it_was_sent(ask: Ask) -> None:
    journey = made_journey(ask)

    made = made_step(ask, journey, "message", {"content": {"title": "Hi"}}, **{"position.row": -1})

    assert made == {
        "id": made["id"],
        "type": "message",
        "position": {"row": -1, "column": 0},
        "config": {"content": {"title": "Hi"}},
        "advancement": {"type": "immediate", "config": {}},
    }
    path = f"{JOURNEYS}/{journey['id']}/steps"
    assert ask("GET", f"{path}/{made['id']}").json()["data"] == made
    assert ask("GET", f"{path}?environment_id={DEV}").json()["data"] == [made]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (step("delay", {}), "config.delay_type"),
        (step("delay", {**DELAY, "duration_number": 0}), "config.duration_number"),
        (step("delay", {"delay_type": "time_delay"}), "config.time_delay_type"),
        (step("delay", {"delay_type": "time_delay", "time_delay_type": "absolute", "at": "soon"}), "config.at"),
        (step("delay", advancement={"type": "engagement_outcome", "config": {}}), "always immediate"),
        (step("exit", {"side_effects": [{"type": "sing", "journey_id": "j"}]}), "config.side_effects[0].type"),
        (step("branch", {"branch_type": "trigger"}), "config.trigger"),
        (step(**{"incoming_edges.create.from_id": "nowhere"}), "the journey has no step"),
        ({name: value for name, value in step().items() if name != "advancement"}, "advancement"),
    ],
)
def test_a_wrong_step_is_refused_with_the_place(ask: Ask, given: dict[str, Any], words: str) -> None:
    journey = made_journey(ask)

    reply = ask("POST", f"{JOURNEYS}/{journey['id']}/steps", json=given)

    assert reply.status_code == 422
    assert words in reply.json()["errors"][0]
    assert got(ask, journey)["steps"] == []


def test_a_branch_needs_an_edge_with_an_outcome_and_an_exit_leads_nowhere(ask: Ask) -> None:
    journey = made_journey(ask)
    branch = made_step(ask, journey, "branch", {"branch_type": "segment", "segment_ids": []})
    end = made_step(
        ask,
        journey,
        "exit",
        {},
        **{"incoming_edges.create": {"from_id": branch["id"], "type_config": {"outcome": "yes"}}},
    )
    path = f"{JOURNEYS}/{journey['id']}/steps"

    without = ask("POST", path, json=step(**{"incoming_edges.create.from_id": branch["id"]}))
    after = ask("POST", path, json=step(**{"incoming_edges.create.from_id": end["id"]}))

    assert "incoming_edges.create.type_config.outcome: it is missing" in without.json()["errors"][0]
    assert "an exit step leads nowhere" in after.json()["errors"][0]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_step_is_updated_gains_edges_and_loses_them(ask: Ask, method: str) -> None:
    journey = made_journey(ask)
    first, second = made_step(ask, journey), made_step(ask, journey)
    path = f"{JOURNEYS}/{journey['id']}/steps/{second['id']}"

    changed = ask(
        method,
        path,
        json={
            "environment_id": DEV,
            "config": {**DELAY, "duration_number": 7},
            "position.row": 4,
            "incoming_edges.create.from_id": first["id"],
        },
    )

    assert changed.status_code == 200, changed.text
    assert changed.json()["data"]["config"]["duration_number"] == 7
    assert changed.json()["data"]["position"] == {"row": 4, "column": 0}
    edge = got(ask, journey)["edges"][-1]
    assert (edge["from_id"], edge["to_id"]) == (first["id"], second["id"])
    ask(method, path, json={"environment_id": DEV, "incoming_edges": {"delete": [edge["id"]]}})
    assert [one["from_id"] for one in got(ask, journey)["edges"]] == [None]


def test_a_step_is_duplicated_without_its_edges_and_deleted_with_them(ask: Ask) -> None:
    journey = made_journey(ask)
    first = made_step(ask, journey)
    made_step(ask, journey, **{"incoming_edges.create.from_id": first["id"]})
    path = f"{JOURNEYS}/{journey['id']}/steps/{first['id']}"

    assert ask("POST", f"{path}/duplicate?environment_id={DEV}").status_code == 204
    whole = got(ask, journey)
    assert {**whole["steps"][-1], "id": first["id"]} == {**first, "position": {"row": 1, "column": 0}}
    assert len(whole["edges"]) == 2
    assert ask("DELETE", f"{path}?environment_id={DEV}").status_code == 204
    assert got(ask, journey)["edges"] == []
    assert ask("DELETE", f"{path}?environment_id={DEV}").status_code == 404


def test_sharing_freezes_a_journey_and_leaving_an_environment_out_takes_it_away(ask: Ask) -> None:
    journey = made_journey(ask)
    made_step(ask, journey)
    path = f"{JOURNEYS}/{journey['id']}"
    shared = ask("PUT", path, json={"environment_id": DEV, "shared_environment_ids": [QA, LIVE]}).json()["data"]
    ask("PUT", path, json={"environment_id": DEV, "name": "Renamed"})

    assert sorted(shared["shared_environment_ids"]) == sorted([QA, LIVE])
    there = got(ask, journey, LIVE)
    assert (there["name"], there["environment_key"]) == ("Welcome", "live")
    assert there["steps"] == shared["steps"]
    refused = ask("PUT", path, json={"environment_id": LIVE, "name": "No"})
    assert refused.status_code == 422
    assert ask("DELETE", f"{path}/steps/{there['steps'][0]['id']}?environment_id={LIVE}").status_code == 422
    ask("PUT", path, json={"environment_id": DEV, "shared_environment_ids": [QA]})
    assert ask("GET", f"{path}?environment_id={LIVE}").status_code == 404
    assert got(ask, journey, QA)["name"] == "Renamed"


def test_a_journey_is_deleted_from_one_environment_or_from_all(ask: Ask) -> None:
    journey = made_journey(ask, shared_environment_ids=[QA, LIVE])
    path = f"{JOURNEYS}/{journey['id']}"

    assert ask("DELETE", f"{path}?environment_id={LIVE}").status_code == 204
    assert got(ask, journey)["shared_environment_ids"] == [QA]
    assert ask("DELETE", f"{path}?environment_id={DEV}").status_code == 204
    assert ask("GET", f"{path}?environment_id={QA}").status_code == 404
    assert ask("DELETE", f"{path}?environment_id={DEV}").status_code == 404


def test_journeys_are_listed_by_environment(ask: Ask) -> None:
    made_journey(ask, name="One", shared_environment_ids=[LIVE])
    made_journey(ask, name="Two")

    def names(environment: str) -> list[str]:
        return [one["name"] for one in ask("GET", f"{JOURNEYS}?environment_id={environment}").json()["data"]]

    assert (names(DEV), names(LIVE), names(QA)) == (["One", "Two"], ["One"], [])
