"""Journeys in scenarios: how they are written, where mistakes are told, and what a new version of the file does."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from uwclient.sandbox import Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

WELCOME = """
    segments:
      - {name: new, attributes: [{name: level, operator: equal, values: [1]}]}
    players:
      hero-42: {attributes: {level: 1}}
    journeys:
      - id: welcome
        environments: [live]
        entry_rules:
          rules: [{entry_strategy: player_segment_entry, entry_strategy_config: {segments: [new]}}]
        steps:
          - {id: hello, type: message, shows: {title: Hello!, body: You are here.}}
          - id: sale
            type: offer
            after: hello
            waits_for_outcome: true
            shows:
              title: Gems
              items: {gems: 5}
              payment_data:
                {payment_type: currency, currency_data: {name: Coins, external_id: coins, currency_amount: 3}}
          - {id: end, type: exit, after: {step: sale, on: bought}}
    """


def written(folder: Path, text: str) -> Path:
    file = folder / "scenario.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return file


def test_a_journey_of_a_file_is_travelled_and_shows_what_it_says(tmp_path: Path, join: Join) -> None:
    with Sandbox(written(tmp_path, WELCOME)) as sandbox:
        hero = join(sandbox)
        (message,) = hero.get("/messages").json()["active"]
        assert (message["title"], message["body"]) == ("Hello!", "You are here.")
        hero.do("/message_impressions/initialize", {"message_id": message["id"]})
        (offer,) = hero.get("/offers").json()["active"]
        assert offer["items"] == {"gems": 5}
        assert offer["payment_data"]["currency_data"]["currency_amount"] == 3
        assert offer["journey_step_id"] == "sale"
        assert join(sandbox, "hero-42", environment_stage="qa").ids("/messages") == []
    sandbox.check()


def test_a_new_version_of_the_file_is_for_new_odysseys_and_a_journey_that_is_gone_ends(
    tmp_path: Path, join: Join
) -> None:
    with Sandbox(written(tmp_path, WELCOME)) as sandbox:
        hero = join(sandbox)
        assert hero.get("/messages").json()["active"][0]["title"] == "Hello!"

        sandbox.reload(written(tmp_path, WELCOME.replace("Hello!", "Good evening!")))
        assert hero.get("/messages").json()["active"][0]["title"] == "Hello!"
        other = join(sandbox, "other", environment_stage="live")
        sandbox.player("other").set_attributes(level=1)
        assert other.get("/messages").json()["active"][0]["title"] == "Good evening!"

        sandbox.reload(written(tmp_path, WELCOME.split("    journeys:")[0]))
        assert hero.ids("/messages") == []
        assert [one.exit_state for one in sandbox.player("hero-42").odysseys] == ["withdrawn"]


def test_a_world_takes_journeys_along(tmp_path: Path, join: Join) -> None:
    with Sandbox(written(tmp_path, WELCOME)) as sandbox:
        sandbox.export_world(tmp_path / "world.yaml")
    with Sandbox() as other:
        other.import_world(tmp_path / "world.yaml")
        hero = join(other)
        assert hero.get("/messages").json()["active"][0]["title"] == "Hello!"
    other.check()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "segments: [new]",
            "segments: [nev]",
            "config.segments: there is no segment 'nev' (did you mean 'new'?)",
        ),
        ("environments: [live]", "environments: [life]", "there is no environment 'life' (did you mean 'live'?)"),
        ("type: exit", "type: exist", "there is no step of type \"exist\" (did you mean 'exit'?)"),
        ("after: hello", "after: hallo", "there is no step \"hallo\" (did you mean 'hello'?)"),
        ("on: bought", "when: bought", "write its id, or {step: ID, on: OUTCOME}"),
        (
            "after: {step: sale, on: bought}",
            "after: sale",
            "steps[2].after: the step 'sale' is left by edges of",
        ),
        ("player_segment_entry", "player_entry", 'entry_strategy: "player_entry" is not one of'),
        ("id: hello, type: message", "id: hello, after: end, type: message", "players enter by the first step"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert WELCOME.count(old) >= 1

    with pytest.raises(ScenarioError) as refused:
        Sandbox(written(tmp_path, WELCOME.replace(old, new)))

    assert reason in str(refused.value)
    assert "scenario.yaml:" in str(refused.value)
