"""Segments by attributes and events: who is in them, one by one and all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox, ScenarioError, UnknownRecordError
from uwclient.sandbox.core.deliveries import Source

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

BOUGHT = {"event_sets": [{"event_id": "bought"}]}
DEAR = {"name": "cost", "operator": "greater_than", "values": [5]}
LEVEL = {"name": "level", "operator": "greater_than", "values": [10]}


def environment(sandbox: Sandbox, stage: str) -> str:
    """The id of an environment."""
    found = sandbox._platform.environments.of_stage(stage)
    assert found is not None
    return found.id


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


def test_players_come_in_pages(sandbox: Sandbox) -> None:
    sandbox.define_segment("these", players=["zoe", "émil", "anna"], attributes=[LEVEL])
    for name in ("bert", "carl"):
        sandbox.player(name).set_attributes(level=11)
    segments, live = sandbox._platform.segments, environment(sandbox, "live")
    row = segments.named(live, "these")
    assert row is not None

    pages = [segments.players(live, row["id"], start, 2) for start in (0, 2, 4, 6)]

    assert pages == [["anna", "bert"], ["carl", "zoe"], ["émil"], []]


def test_who_never_came_is_counted_when_included_and_who_came_without_a_trace_when_nothing_was_done(
    sandbox: Sandbox, join: Join
) -> None:
    sandbox.define_segment("idle", events=groups({"event_id": "bought"}, logical_operator="not"), players=["ghost"])
    join(sandbox, "anna")

    assert sandbox.segments.players("idle") == ["anna", "ghost"]


def test_event_ids_are_answered_as_event_sets(sandbox: Sandbox) -> None:
    sandbox.define_segment("these", events=[{"event_ids": ["bought", "won"], "logical_operator": "or"}])
    row = sandbox._platform.segments.named(environment(sandbox, "live"), "these")
    assert row is not None

    sets = [{"event_id": "bought", "attributes": []}, {"event_id": "won", "attributes": []}]
    assert row["events"] == [{"logical_operator": "or", "event_sets": sets}]


def test_a_segments_state_is_the_furthest_environment_that_has_it(sandbox: Sandbox) -> None:
    segments = sandbox._platform.segments
    row = segments.create(environment(sandbox, "dev"), {"name": "these", "attributes": [LEVEL]})

    states = [segments.furthest_state(row["id"])]
    for stage in ("qa", "live"):
        sandbox.releases.share(row["id"], to=stage)
        states.append(segments.furthest_state(row["id"]))

    assert states == ["dev", "qa", "live"]


def test_a_release_keeps_the_segment_as_it_was(sandbox: Sandbox) -> None:
    segments, dev = sandbox._platform.segments, environment(sandbox, "dev")
    row = segments.create(dev, {"name": "these", "attributes": [LEVEL]})
    sandbox.releases.share(row["id"], to="live")
    sandbox.player("anna").set_attributes(level=5)
    segments.update(dev, row["id"], {"attributes": [{**LEVEL, "values": [1]}]})

    assert (sandbox.segments.players("these", "dev"), sandbox.segments.players("these")) == (["anna"], [])
    sandbox.releases.share(row["id"], to="live")
    assert sandbox.segments.players("these") == ["anna"]


def test_who_is_in_a_segment_is_known_again_after_the_platform_was_restored(sandbox: Sandbox) -> None:
    sandbox.define_segment("these", attributes=[LEVEL])
    sandbox.player("anna").set_attributes(level=11)
    saved = sandbox.save()
    sandbox.player("anna").set_attributes(level=9)
    sandbox.player("bert").set_attributes(level=12)

    assert sandbox.segments.players("these") == ["bert"]
    sandbox.restore(saved)
    assert sandbox.segments.players("these") == ["anna"]


def test_who_goes_on_with_a_session_was_there(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("these", players=["anna"])
    anna = join(sandbox, "anna")
    sandbox.clock.advance(days=10)
    assert sandbox.segments.audience("these")["trailing_7d_active_user_count"] == 0

    anna.refresh()

    assert sandbox.segments.audience("these")["trailing_7d_active_user_count"] == 1


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


def test_who_gave_a_token_or_an_address_is_known_without_a_session(sandbox: Sandbox, visitor: Join) -> None:
    sandbox.define_segment("idle", events=[{"logical_operator": "not", "event_ids": ["bought"]}])

    token = {"device_token": "t", "notification_platform": "fcm"}
    assert visitor(sandbox, "anna").do("/push_notifications/device_tokens/register", token).ok
    sandbox._platform.emails.set(Source("bert", "", 0), "bert@example.com")

    assert sandbox.segments.players("idle") == ["anna", "bert"]
    assert [player.id for player in sandbox.players] == ["anna", "bert"]


@pytest.mark.parametrize(
    "act",
    [
        lambda sandbox: sandbox.define_segment("z\ud800", players=["anna"]),
        lambda sandbox: sandbox.segments.count("z\ud800"),
        lambda sandbox: sandbox.publish("messages", id="z\ud800"),
        lambda sandbox: sandbox.publish_campaign(id="z\ud800", trigger={"type": "event_trigger"}),
        lambda sandbox: sandbox.campaigns.run("z\ud800"),
        lambda sandbox: sandbox.releases.share("z\ud800", "live"),
        lambda sandbox: sandbox.player("z\ud800").visit(sandbox.clock.now()),
        lambda sandbox: sandbox.send_push("z\ud800", title="Hello"),
    ],
)
def test_half_a_letter_in_a_name_is_refused_in_a_sentence(act: Callable[[Sandbox], object], sandbox: Sandbox) -> None:
    with pytest.raises(ScenarioError, match="holds half a surrogate pair"):
        act(sandbox)


def test_half_a_letter_is_refused_in_a_sentence_and_leaves_nothing(sandbox: Sandbox) -> None:
    condition = {"name": "clan", "operator": "equal", "values": ["\ud83d"]}

    with pytest.raises(ScenarioError, match="holds half a surrogate pair"):
        sandbox.define_segment("halves", attributes=[condition])

    with pytest.raises(UnknownRecordError):
        sandbox.segments.count("halves")
    sandbox.define_segment("halves", attributes=[{**condition, "values": ["\U0001f600"]}])
    sandbox.player("anna").set_attributes(clan="\U0001f600")
    assert sandbox.segments.players("halves") == ["anna"]
