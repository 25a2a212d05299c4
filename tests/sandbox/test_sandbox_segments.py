"""Segments by attributes and events: who is in them, one by one and all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox, ScenarioError, UnknownRecordError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

BOUGHT = {"event_sets": [{"event_id": "bought"}]}
DEAR = {"name": "cost", "operator": "greater_than", "values": [5]}


def groups(*event_sets: dict[str, Any], **keys: str) -> list[dict[str, Any]]:
    return [{**keys, "event_sets": list(event_sets)}]


@pytest.mark.parametrize(
    ("events", "members"),
    [
        ([BOUGHT], ["anna", "bert"]),
        (groups({"event_id": "bought", "attributes": [DEAR]}), ["anna"]),
        (groups({"event_id": "bought"}, {"event_id": "won"}), ["bert"]),
        (groups({"event_id": "bought"}, {"event_id": "won"}, logical_operator="or"), ["anna", "bert", "carl"]),
        (groups({"event_id": "bought"}, logical_operator="not"), ["carl", "dora"]),
        ([{"event_ids": ["bought", "won"]}], ["bert"]),
        ([BOUGHT, {**groups({"event_id": "won"})[0], "group_logical_operator": "or"}], ["anna", "bert", "carl"]),
    ],
)
def test_a_segment_is_of_what_players_did(
    sandbox: Sandbox, join: Join, events: list[dict[str, Any]], members: list[str]
) -> None:
    players = {name: join(sandbox, name) for name in ("anna", "bert", "carl", "dora")}
    for name, event_id, cost in (
        ("anna", "bought", 9),
        ("bert", "bought", 2),
        ("bert", "won", 9),
        ("carl", "won", 1),
    ):
        attributes = [{"name": "cost", "value": cost}]
        players[name].do("/events", {"events": [{"event_id": event_id, "attributes": attributes}]})
    sandbox.define_segment("these", events=events)
    sandbox.publish("offers", id="gems", segments=["these"])

    assert sandbox.segments.players("these") == members
    assert sandbox.segments.count("these") == len(members)
    for name, player in players.items():
        player.refresh()
        assert player.ids("/offers") == (["gems"] if name in members else [])


def test_who_is_excluded_is_never_in_a_segment(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("these", players=["anna", "bert"], exclude=["bert"])

    assert sandbox.segments.players("these") == ["anna"]
    join(sandbox, "bert")
    assert sandbox.player("bert").sessions[0].segments == ()


def test_an_audience_is_of_those_who_played_lately(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("these", players=["anna", "bert", "carl"])
    join(sandbox, "anna")
    sandbox.clock.advance(days=20)
    join(sandbox, "bert")
    join(sandbox, "dora")
    sandbox.clock.advance(days=5)

    stats = {"trailing_30d_active_user_count": 2, "trailing_7d_active_user_count": 1}
    assert sandbox.segments.audience("these") == stats
    assert sandbox.segments.audience("these", "dev") == stats
    assert sandbox.segments.audience("these", "qa")["trailing_30d_active_user_count"] == 0


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([{"event_sets": []}], r"events\[0\].event_sets: \[\] is not a list with at least one event"),
        (
            [{**BOUGHT, "logical_operator": "nand"}],
            r"events\[0\].logical_operator: 'nand' is not one of and, or, not",
        ),
        ([{"event_set": []}], r"there is no such key here \(did you mean 'event_sets'\?\)"),
        (groups({"event_id": 5}), r"events\[0\].event_sets\[0\].event_id: 5 is not the id of an event"),
        (groups({"event_id": "x", "attributes": [{"name": "a"}]}), "None is not an operator"),
    ],
)
def test_events_that_make_no_sense_are_refused_in_a_sentence(sandbox: Sandbox, events: Any, reason: str) -> None:
    with pytest.raises(ScenarioError, match=reason):
        sandbox.define_segment("these", events=events)


def test_an_unknown_segment_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownRecordError, match="There is no segment 'nobody'"):
        sandbox.segments.count("nobody")


values = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(-5, 5),
    st.floats(-10, 10),
    st.text("aBß☃", max_size=3),
    st.sampled_from(["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2025-06-01T12:00:00.5Z"]),
)
ordered = values.filter(
    lambda value: not isinstance(value, bool) and (not isinstance(value, str) or value[:1] == "2")
)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    operator = draw(st.sampled_from(["equal", "contain", "greater_than", "less_than", "between"]))
    wanted = {"equal": st.lists(values, min_size=1, max_size=3), "contain": st.lists(values, min_size=1, max_size=2)}
    size = 2 if operator == "between" else 1
    return {
        "name": draw(st.sampled_from(["a", "b"])),
        "operator": operator,
        "values": draw(wanted.get(operator, st.lists(ordered, min_size=size, max_size=size))),
        "group_logical_operator": draw(st.sampled_from(["and", "or"])),
    }


@settings(max_examples=200, deadline=None)
@given(
    players=st.lists(st.dictionaries(st.sampled_from(["a", "b"]), values), min_size=1, max_size=6),
    attributes=st.lists(conditions(), min_size=1, max_size=3),
)
def test_all_members_are_those_of_whom_the_conditions_hold(
    players: list[dict[str, Any]], attributes: list[dict[str, Any]]
) -> None:
    sandbox = Sandbox()
    for number, values_of in enumerate(players):
        sandbox.player(f"player-{number}").set_attributes(**values_of)
    sandbox.define_segment("these", attributes=attributes)
    platform = sandbox._platform
    live = platform.environments.of_stage("live")
    assert live is not None

    each = [f"player-{number}" for number in range(len(players)) if platform.segments.of(live.id, f"player-{number}")]
    assert sandbox.segments.players("these") == each
