"""Made-up players travel in memory by the same rules, and real clients take the same paths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.sandbox.journey_making import (
    branch,
    delay,
    leave,
    message,
    offer,
    on,
    on_segments,
    publish,
    push,
    sell_gems,
)
from tests.sandbox.journey_players import play_population
from uwclient.qa import World
from uwclient.sandbox import Behaviour, Sandbox, ScenarioError, UnknownRecordError

BEHAVIOURS = (
    Behaviour(
        "buyer",
        share=0.5,
        sessions_a_day=2,
        attributes={"level": 1},
        answers={"bought": 0.6, "declined": 0.3},
        actions=[{"attribute": {"coins": 500}, "probability": 0.3}, {"event": "won", "probability": 0.8}],
    ),
    Behaviour(
        "looker",
        share=0.3,
        attributes={"level": 1},
        answers={"declined": 0.8},
        actions=[{"event": "won", "attributes": {"hero": "aya"}, "probability": 0.5}],
    ),
    Behaviour("veteran", share=0.2, attributes={"level": 40}),
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(start="2026-03-01T00:00:00Z")
    welcome(made)
    yield made
    made.check()


def welcome(sandbox: Sandbox) -> None:
    """A journey in which it matters who one is, what one does and what one answers."""
    sell_gems(sandbox)
    sandbox.define_segment("new", attributes=[{"name": "level", "operator": "less_than", "values": [5]}])
    sandbox.define_segment("rich", attributes=[{"name": "coins", "operator": "greater_than", "values": [99]}])
    publish(
        sandbox,
        message("hello"),
        delay("wait", "hello", hours=30),
        branch("won?", "wait", event="won"),
        offer("gems", on("won?", "yes")),
        push("come back", on("won?", "no")),
        message("thanks", on("gems", "bought")),
        branch("rich?", ["thanks", on("gems", "declined"), "come back"], segments=("rich",)),
        delay("rest", on("rich?", "no"), hours=10),
        leave("end", ["rest", on("rich?", "yes")]),
        entry=on_segments("new"),
        reenrollment_rules={"allowed": True, "limit": 2, "cooldown_duration": 5, "cooldown_duration_unit": "hours"},
    )


def test_the_same_seed_gives_the_same_funnel_and_another_seed_another_one(sandbox: Sandbox) -> None:
    first, again, other = (
        sandbox.journeys.simulate("welcome", players=200, days=10, behaviours=BEHAVIOURS, seed=seed)
        for seed in (7, 7, 8)
    )

    assert first == again
    assert first.table() == again.table()
    assert first != other


def test_a_funnel_tells_how_many_came_where_how_long_it_took_and_how_it_ended(sandbox: Sandbox) -> None:
    funnel = sandbox.journeys.simulate("welcome", players=300, days=20, behaviours=BEHAVIOURS)
    steps = {one.step_id: one for one in funnel.steps}
    edges = {(one.from_id, one.to_id): one for one in funnel.edges}

    assert funnel.players == 300
    assert 0.6 < funnel.entered / 300 < 0.95, "the veterans are in no segment that opens the journey"
    assert steps["hello"].players == funnel.entered
    assert steps["wait"].median_stay == timedelta(hours=30)
    assert steps["won?"].visits == steps["gems"].visits + steps["come back"].visits
    assert edges["won?", "gems"].players == steps["gems"].players
    assert sum(funnel.exits.values()) == funnel.odysseys > funnel.entered
    assert funnel.exits["completed_due_to_exit_node"] == steps["end"].visits
    assert "hello" in funnel.table()
    assert f"completed_due_to_exit_node: {steps['end'].visits:,}" in funnel.table()


def test_a_simulation_leaves_the_sandbox_as_it_is(sandbox: Sandbox) -> None:
    before = sandbox.player("player-1").revision

    sandbox.journeys.simulate("welcome", players=20, days=5, behaviours=BEHAVIOURS)

    assert sandbox.player("player-1").revision == before
    assert sandbox.players == ()


def test_more_players_do_not_change_the_first_ones(sandbox: Sandbox) -> None:
    few, many = (
        sandbox.journeys.simulate("welcome", players=count, days=5, behaviours=BEHAVIOURS) for count in (20, 60)
    )

    assert few.paths.items() <= many.paths.items()


@pytest.mark.parametrize(
    ("behaviours", "words"),
    [
        ([], "share of more than 0"),
        ([Behaviour("a", answers={"yes": 0.7, "no": 0.7})], "behaviours[0].answers"),
        ([Behaviour("a", actions=[{"dance": 1}])], "write event, region or attribute"),
        ([Behaviour("a", actions=[{"event": "won", "probability": 7}])], "behaviours[0].actions[0].probability"),
        ([Behaviour("a", sessions_a_day=-1)], "less than 0"),
    ],
)
def test_behaviours_that_make_no_sense_are_refused(sandbox: Sandbox, behaviours: list[Behaviour], words: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        sandbox.journeys.simulate("welcome", behaviours=behaviours)

    assert words in str(refused.value)


def test_an_unknown_journey_cannot_be_simulated(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownRecordError, match="no journey 'welcom'"):
        sandbox.journeys.simulate("welcom")


def test_real_clients_take_the_paths_that_were_simulated() -> None:
    count, days = 12, 6
    with World(seed=5) as world:
        welcome(world.sandbox)
        funnel = world.sandbox.journeys.simulate("welcome", players=count, days=days, behaviours=BEHAVIOURS)

        play_population(world, BEHAVIOURS, count, days, 0, {"gems": ["bought", "declined"]})

        for number in range(count):
            player_id = f"player-{number + 1}"
            played = [(one.path, one.exit_state) for one in world.sandbox.player(player_id).odysseys]
            simulated = funnel.paths.get(player_id, ())
            assert played == [
                (one.step_ids, None if one.exit_state == "on_the_way" else one.exit_state) for one in simulated
            ]
        assert sum(len(one) for one in funnel.paths.values()) > count // 2
