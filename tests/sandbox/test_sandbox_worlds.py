"""Sandboxes that begin anew, and worlds that are kept in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.cli import main
from uwclient.sandbox import Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

SCENARIO: dict[str, Any] = {
    "clock": "2026-01-01T12:00:00Z",
    "segments": [{"name": "rich", "attributes": [{"name": "coins", "operator": "greater_than", "values": [5]}]}],
    "players": {"hero-42": {"attributes": {"coins": 10}}},
    "offers": [
        {"id": "gems", "title": "greeting", "segments": ["rich"], "items": {"gem": 3}, "end_at": "+2h"},
        {"id": "half", "percent": 50},
    ],
    "surveys": [{"id": "mood", "questions": [{"type": "rating", "text": "How?", "scale": 3}]}],
    "campaigns": [{"id": "bought", "trigger": {"type": "region_trigger", "logic": {"region_name": "shop"}}}],
    "localizations": {"greeting": {"en": "Hello", "de": "Hallo"}},
    "ab_tests": [
        {
            "content": "gems",
            "variants": [
                {"name": "as it is", "percentage": 0, "control_group": True},
                {"name": "loud", "percentage": 100, "fields": {"body": "BUY"}},
            ],
        }
    ],
    "timeline": [
        {"at": "+30m", "pause": "gems", "environment": "live"},
        {"at": "+40m", "run": "gems"},
        {"at": "+50m", "complete": "bought"},
    ],
}


def seen(sandbox: Sandbox, join: Join, player_id: str = "hero-42") -> dict[str, Any]:
    """Everything that a player is shown."""
    player = join(sandbox, player_id, language="de")
    lists = {path: player.get(f"/{path}").json() for path in ("offers", "get_surveys")}
    campaigns = player.get("/triggerable_campaigns").json()["campaigns"]
    return {**lists, "campaigns": [(one["id"], one["trigger"]) for one in campaigns]}


def test_a_scenario_tests_translates_and_moves_campaigns(join: Join) -> None:
    with Sandbox(SCENARIO) as sandbox:
        player = join(sandbox, language="de")
        (offer,) = [one for one in player.get("/offers").json()["active"] if one["id"] == "gems"]
        assert (offer["title"], offer["body"]) == ("Hallo", "BUY")

        half = [join(sandbox, f"player-{number}").ids("/offers") for number in range(30)]
        assert {tuple(ids) for ids in half} == {(), ("half",)}

        states = []
        for _ in range(4):
            sandbox.clock.advance(minutes=15)
            states.append((sandbox.campaigns.state("gems"), sandbox.campaigns.state("bought")))
        assert states == [
            ("running", "running"),
            ("paused", "running"),
            ("running", "running"),
            ("running", "completed"),
        ]


def test_so_many_of_a_hundred_players_can_trigger_a_campaign(sandbox: Sandbox, join: Join) -> None:
    sandbox.publish_campaign(id="half", trigger={"type": "moon"}, percent=50)

    counts = [len(seen(sandbox, join, f"player-{number}")["campaigns"]) for number in range(30)]
    assert {*counts} == {0, 1}


@pytest.mark.parametrize("where", ["memory", "file"])
def test_a_sandbox_that_is_reset_is_as_new(tmp_path: Path, join: Join, where: str) -> None:
    database = tmp_path / "state.sqlite" if where == "file" else None
    with Sandbox(SCENARIO, database=database) as sandbox:
        before = seen(sandbox, join)
        sandbox.change("gems", title="other")
        sandbox.publish("offers", id="more")
        sandbox.campaigns.pause("half")
        sandbox.localizations["greeting"] = {"en": "Bye"}
        sandbox.player("hero-42").set_attributes(coins=0, level=3)
        sandbox.faults.respond("*", status=503)
        sandbox.clock.advance(days=3)

        sandbox.reset()

        assert sandbox.requests == []
        assert sandbox.player("hero-42").sessions == []
        assert sandbox.player("hero-42").attributes == {"coins": 10}
        assert abs((sandbox.clock.now() - datetime(2026, 1, 1, 12, tzinfo=UTC)).total_seconds()) < 60
        assert seen(sandbox, join) == before


def test_a_world_goes_through_a_file_into_another_sandbox(tmp_path: Path, join: Join) -> None:
    file = tmp_path / "world.yaml"
    with Sandbox(SCENARIO) as first, Sandbox({"clock": SCENARIO["clock"]}) as second:
        campaign = first.campaigns.create(name="Draft", start_at="2026-05-01T10:00:00.250Z")
        first.campaigns.add_content(campaign, "message", content={"title": "one"})
        first.campaigns.pause("half", "qa")
        first.export_world(file)
        second.import_world(file)

        assert seen(second, join) == seen(first, join)
        assert second.campaigns.state("half", "qa") == "paused"
        second.releases.share(campaign, "live")
        second.clock.advance(hours=3)
        assert second.campaigns.state("gems") == "completed"
        again = tmp_path / "again.yaml"
        second.import_world(file)
        second.export_world(again)
        assert again.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_players_come_back_with_what_they_did(tmp_path: Path, join: Join) -> None:
    file = tmp_path / "world.yaml"
    attributes = [
        {"name": "joined", "value": "2026-01-01T00:00:00Z", "data_type": "datetime"},
        {"name": "health", "value": 1, "data_type": "float"},
        {"name": "clan", "value": "2026-01-01"},
    ]
    bought = {"event_id": "bought", "attributes": [{"name": "at", "value": "2026-01-01", "data_type": "datetime"}]}
    halves = [{"name": "a", "percentage": 50, "control_group": True}, {"name": "b", "percentage": 50}]
    group = [{"event_sets": [{"event_id": "bought"}]}]
    with Sandbox() as first, Sandbox() as second:
        first.define_segment("buyers", events=group, players=["never came"], exclude=["bert"])
        campaign = first.campaigns.create()
        message = first.campaigns.add_content(campaign, "message", content={"title": "one"})
        test = first.ab_tests.define(campaign, halves, message)
        first.releases.share(campaign, "live", run=True)
        for name in ("anna", "bert"):
            player = join(first, name)
            player.do("/attributes", {"attributes": attributes})
            player.do("/events", {"events": [bought, {"event_id": "won"}, bought]})
            player.get("/messages")
        first.export_world(file)
        for _ in range(2):
            second.import_world(file)

        assert [one.id for one in second.players] == ["anna", "bert"]
        for name in ("anna", "bert"):
            one, other = first.player(name), second.player(name)
            assert (other.attributes, other.attribute_types) == (one.attributes, one.attribute_types)
            assert [(e.event_id, e.attributes, e.attribute_types) for e in other.events] == [
                (e.event_id, e.attributes, e.attribute_types) for e in one.events
            ]
            assert all(
                abs((a.at - b.at).total_seconds()) < 0.01 for a, b in zip(one.events, other.events, strict=True)
            )
        assert second.segments.players("buyers") == ["anna", "never came"]
        assert second.ab_tests.assigned(test) == first.ab_tests.assigned(test)


@pytest.mark.parametrize(
    ("written", "instead", "reason"),
    [
        ("world: 1", "world: 2", "this is no world of version 1"),
        ("campaigns:", "campains:", r"campains: there is no such key here \(did you mean 'campaigns'\?\)"),
        ("  name: gems", "  nam: gems", r"world.yaml:\d+: campaigns\[0\].nam: there is no such key here"),
        (
            "      coins: 10",
            "      coins: [1]",
            r"world.yaml:\d+: players.hero-42.attributes.coins: \[1\] is none of",
        ),
        ("segment_ids:\n", "tags: 5\n  segment_ids:\n", r"campaigns\[0\].tags: 5 is not a list of texts"),
    ],
)
def test_a_file_that_is_no_world_is_refused_with_its_place(
    tmp_path: Path, written: str, instead: str, reason: str
) -> None:
    file = tmp_path / "world.yaml"
    sandbox = Sandbox(SCENARIO)
    sandbox.export_world(file)
    text = file.read_text(encoding="utf-8")
    assert written in text
    file.write_text(text.replace(written, instead, 1), encoding="utf-8")

    with pytest.raises(ScenarioError, match=reason):
        sandbox.import_world(file)
    assert sandbox.campaigns.state("gems") == "running"


def test_the_command_line_exports_and_imports_a_world(
    tmp_path: Path, join: Join, capsys: pytest.CaptureFixture[str]
) -> None:
    world, database = str(tmp_path / "world.yaml"), str(tmp_path / "state.sqlite")
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("offers: [{id: gems, title: Gems}]", encoding="utf-8")

    assert main(["sandbox", "--scenario", str(scenario), "export", world]) == 0
    assert main(["sandbox", "--database", database, "import", world]) == 0
    with Sandbox(database=database) as sandbox:
        assert join(sandbox).ids("/offers") == ["gems"]
    assert main(["sandbox", "import", world]) == 2
    assert "--database FILE" in capsys.readouterr().err
