"""A sandbox with a seed gives the same ids in every run, and its clock may stand still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import HttpPlayer, Join
from uwclient import StandingTime
from uwclient.sandbox import Sandbox, ScenarioError

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TRIGGER = {"type": "event_trigger", "logic": {"external_event_id": "won", "event_attributes": []}}
SCENARIO: dict[str, Any] = {
    "offers": [{"id": "gems"}, {"title": "an offer without an id"}],
    "surveys": [{"id": "feedback"}],
    "campaigns": [
        {"trigger": TRIGGER, "messages": [{"title": "without an id"}]},
        {"id": "second", "trigger": TRIGGER},
    ],
}


def ids_given(sandbox: Sandbox, player: HttpPlayer) -> list[Any]:
    """The ids that a player gets of the platform."""
    response = player.do("/surveys/get_response_id", {"survey_id": "feedback"}).json()
    return [
        player.session_id,
        player.ids("/offers"),
        player.get("/triggerable_campaigns").json(),
        [player.do("/offer_impressions/initialize", {"offer_id": "gems"}).json() for _ in range(2)],
        response,
        player.do("/survey_invites/initialize", response).json(),
        player.do("/survey_url", response).json()["survey_url"].removeprefix(sandbox.url),
        sandbox.send_push(player.id, title="Come back"),
    ]


def published(sandbox: Sandbox) -> list[str]:
    return [
        sandbox.publish("offers", title="new"),
        sandbox.publish_campaign(trigger=TRIGGER, offers=[{"title": "x"}]),
    ]


def run(join: Join, *players: str, **options: Any) -> dict[str, list[Any]]:
    """The ids of a run in which these players come one after the other, and of what is published then."""
    with Sandbox(SCENARIO, **options) as sandbox:
        given = {player: ids_given(sandbox, join(sandbox, player)) for player in players}
        given["published"] = published(sandbox)
    sandbox.check()
    return given


def texts_in(told: Any) -> set[str]:
    """All texts of 24 characters and more that stand in some JSON, such as ids."""
    if isinstance(told, dict):
        return texts_in(list(told.values()))
    if isinstance(told, list):
        return set().union(*map(texts_in, told))
    return {told} if isinstance(told, str) and len(told) >= 24 else set()


def test_a_seed_gives_the_same_ids_and_another_seed_others(join: Join) -> None:
    seven = run(join, "hero-42", "mage-7", seed=7)

    assert seven == run(join, "hero-42", "mage-7", seed=7)
    scenario = {"an offer without an id"} | texts_in(seven["hero-42"][1])
    others = texts_in(list(run(join, "hero-42", "mage-7", seed=8).values()))
    own = texts_in([told for player in ("hero-42", "mage-7") for told in seven[player][3:]])
    assert own
    assert own.isdisjoint(others - scenario)


def test_the_ids_of_a_player_do_not_depend_on_what_others_do(join: Join) -> None:
    together = run(join, "mage-7", "hero-42", "rogue-1", seed=7)

    assert run(join, "hero-42", seed=7)["hero-42"] == together["hero-42"]


def test_players_have_different_ids(join: Join) -> None:
    given = run(join, "hero-42", "mage-7", seed=7)

    def own(player: str) -> set[str]:
        return texts_in([given[player][0], *given[player][3:]])

    assert own("hero-42").isdisjoint(own("mage-7"))


def test_without_a_seed_nobody_can_foresee_an_id(join: Join) -> None:
    assert run(join, "hero-42")["hero-42"][0] != run(join, "hero-42")["hero-42"][0]


def test_a_seeded_sandbox_goes_on_with_new_ids_in_its_database(join: Join, tmp_path: Path) -> None:
    sessions = []
    for _ in range(3):
        with Sandbox(seed=7, database=tmp_path / "state.sqlite") as sandbox:
            sessions.append(join(sandbox).session_id)
            sessions.append(sandbox.publish("offers", title="new"))
    assert len(set(sessions)) == 6


def test_the_clock_stands_still_until_its_time_source_is_moved() -> None:
    time = StandingTime(START)
    sandbox = Sandbox(time_source=time)
    assert sandbox.clock.now() == sandbox.clock.started_at == START

    time.advance(days=14, seconds=0.000001)
    assert sandbox.clock.now() == START + timedelta(days=14, microseconds=1)
    sandbox.clock.advance(hours=1)
    time.advance(hours=1)
    assert sandbox.clock.now() == START + timedelta(days=14, hours=2, microseconds=1)


def test_relative_times_of_a_scenario_count_from_the_given_time(join: Join) -> None:
    scenario = {"offers": [{"id": "gems", "end_at": "+10s"}]}
    with Sandbox(scenario, time_source=StandingTime(START)) as sandbox:
        (offer,) = join(sandbox).get("/offers").json()["active"]
    assert offer["end_at"].startswith("2026-01-05T09:00:10")


def test_replies_are_dated_by_the_given_time(join: Join) -> None:
    time = StandingTime(START)
    with Sandbox(time_source=time) as sandbox:
        player = join(sandbox)
        time.advance(days=1)
        assert player.get("/offers").headers["Date"] == "Tue, 06 Jan 2026 09:00:00 GMT"


def test_a_seed_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"^seed: it must be a whole number, or None for ids that nobody can"):
        Sandbox(seed="7")  # type: ignore[arg-type]
