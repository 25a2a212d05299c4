"""Players travel through journeys: they enter, receive, wait, part and leave (guide: Journeys and Odysseys)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.journey_making import (
    branch,
    delay,
    email,
    leave,
    leaving_by,
    message,
    offer,
    on,
    on_event,
    on_segments,
    publish,
    push,
    sell_gems,
    until_event,
)
from uwclient.sandbox import JourneyError, Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    scenario = {
        "clock": "2026-03-01T12:00:00Z",
        "segments": [
            {"name": "rich", "attributes": [{"name": "coins", "operator": "greater_than", "values": [99]}]},
            {"name": "new", "attributes": [{"name": "level", "operator": "equal", "values": [1]}]},
        ],
    }
    with Sandbox(scenario) as running:
        sell_gems(running)
        yield running
    running.check()


def does(player: HttpPlayer, event_id: str = "joined") -> None:
    assert player.do("/events", {"events": [{"event_id": event_id}]}).status_code == 204


def outcome(player: HttpPlayer, key: str, kind: str = "offer", **filters: str) -> None:
    body = {"engagement_outcome_key": key, "outcome_type": kind, **filters}
    assert player.do("/engagements/outcomes", body).status_code == 204


def see_message(player: HttpPlayer, title: str, *, viewed: bool = True) -> None:
    """The player is shown a message, and reads it."""
    (record,) = [one for one in player.get("/messages").json()["active"] if one["title"] == title]
    player.do("/message_impressions/initialize", {"message_id": record["id"]})
    if viewed:
        player.do("/message_impressions/update_state", {"message_id": record["id"], "state": "viewed"})


def titles(player: HttpPlayer, path: str = "/messages") -> list[str]:
    return [one["title"] for one in player.get(path).json()["active"]]


def paths(sandbox: Sandbox, player: HttpPlayer) -> list[tuple[str, ...]]:
    return [one.path for one in sandbox.player(player.id).odysseys]


def states(sandbox: Sandbox, player: HttpPlayer) -> list[str | None]:
    return [one.exit_state for one in sandbox.player(player.id).odysseys]


# Entering.


def test_an_action_opens_a_journey_at_all_steps_with_an_entry_edge(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"), push("wave"), message("later", after="wave"))
    assert titles(player) == []

    does(player)

    assert sorted(titles(player)) == ["hello", "later"]
    assert paths(sandbox, player) == [("hello", "wave", "later")]


def test_a_segment_opens_a_journey_when_the_player_is_there_and_not_before(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(sandbox, message("hello"), entry=on_segments("new"))
    sandbox._platform.players.set_attributes(player.id, {"level": 1})
    assert titles(player) == []

    player.refresh()

    assert titles(player) == ["hello"]


def test_all_entry_rules_must_hold_at_the_same_action(sandbox: Sandbox, player: HttpPlayer) -> None:
    rules = [*on_segments("new")["rules"], *on_event("joined")["rules"]]
    publish(sandbox, message("hello"), entry={"rules": rules})

    does(player)
    sandbox.player(player.id).set_attributes(level=1)
    assert paths(sandbox, player) == []
    does(player)

    assert paths(sandbox, player) == [("hello",)]


def test_without_entry_rules_only_another_journey_brings_players(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("second"), id="second", entry={"rules": []})
    publish(sandbox, leave("over", None, ("enter_journey", "second")))
    player.refresh()
    assert paths(sandbox, player) == []

    does(player)

    assert paths(sandbox, player) == [("over",), ("second",)]
    assert titles(player) == ["second"]


def test_nobody_enters_twice_unless_the_journey_allows_it(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, leave("end"), id="once")
    publish(sandbox, leave("end"), id="often", reenrollment_rules={"allowed": True, "limit": 2})

    for _ in range(5):
        does(player)

    journeys = [one.journey_id for one in sandbox.player(player.id).odysseys]
    assert (journeys.count("once"), journeys.count("often")) == (1, 3)


def test_a_cooldown_counts_from_the_last_exit(sandbox: Sandbox, player: HttpPlayer) -> None:
    rules = {"allowed": True, "cooldown_duration": 2, "cooldown_unit": "hours"}
    publish(sandbox, delay("wait", hours=3), reenrollment=rules)
    does(player)
    sandbox.clock.advance(hours=4)
    does(player)
    assert len(paths(sandbox, player)) == 1, "the exit was an hour ago"

    sandbox.clock.advance(hours=1)
    does(player)

    assert len(paths(sandbox, player)) == 2


def test_when_a_cooldown_is_over_who_is_in_the_segment_enters_again_by_themselves(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    rules = {"allowed": True, "cooldown_duration": 1, "cooldown_unit": "days"}
    publish(sandbox, push("miss you"), entry=on_segments("new"), reenrollment=rules)
    sandbox.player(player.id).set_attributes(level=1)

    sandbox.clock.advance(days=3, hours=1)

    entered = [one.entered_at for one in sandbox.player(player.id).odysseys]
    assert [later - earlier for earlier, later in pairwise(entered)] == [timedelta(days=1)] * 3
    assert len(sandbox.player(player.id).push_impressions) == 4


@pytest.mark.parametrize(
    ("strategy", "left"),
    [
        ({"on_entry_strategy": "none"}, []),
        ({"on_entry_strategy": "remove_from_all_other_journeys"}, ["first", "second"]),
        (
            {
                "on_entry_strategy": "remove_from_specific_journeys",
                "on_entry_strategy_config": {"journey_ids": ["second"]},
            },
            ["second"],
        ),
    ],
)
def test_an_entry_ends_the_journeys_that_its_strategy_names(
    sandbox: Sandbox, player: HttpPlayer, strategy: dict[str, Any], left: list[str]
) -> None:
    for name in ("first", "second"):
        publish(sandbox, message(name), id=name)
    does(player)
    publish(sandbox, message("third"), id="third", entry={**on_event("moved"), **strategy})

    does(player, "moved")

    ended = [one.journey_id for one in sandbox.player(player.id).odysseys if not one.is_active]
    assert ended == left
    assert set(titles(player)) == {"first", "second", "third"} - set(left)


# Steps.


def test_content_is_sticky_until_it_is_received(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"), message("bye", after="hello"))
    does(player)
    sandbox.clock.advance(days=30)
    assert titles(player) == ["hello"]

    see_message(player, "hello", viewed=False)

    assert titles(player) == ["hello", "bye"], "it stays while it is read"
    see_message(player, "hello")
    assert titles(player) == ["bye"]


def test_an_event_is_received_when_it_stands_in_a_list(sandbox: Sandbox, player: HttpPlayer) -> None:
    framework = sandbox._platform.catalogue.event_frameworks.create(
        {"name": "Any", "external_event_type": "double", "json": {}}
    )["id"]
    content = {"template_json": {}, "campaign_event_framework_id": framework, "json": {"factor": 2}}
    publish(
        sandbox,
        {"id": "double", "type": "campaign_event", "config": {"content": content}},
        push("more", after="double"),
    )
    does(player)
    assert paths(sandbox, player) == [("double",)]

    (record,) = player.get("/campaign_events").json()["active"]

    assert (record["external_event_type"], record["data"]) == ("double", {"factor": 2})
    assert record["journey_step_id"] == "double"
    assert paths(sandbox, player) == [("double", "more")]


def test_content_that_waits_for_an_outcome_goes_the_way_of_that_outcome(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(
        sandbox,
        offer("gems"),
        message("thanks", after=on("gems", "bought")),
        message("pity", after=on("gems", "declined")),
    )
    does(player)
    (record,) = player.get("/offers").json()["active"]
    player.do("/offer_impressions/initialize", {"offer_id": record["id"]})
    outcome(player, "looked")
    outcome(player, "bought", "message")
    outcome(player, "bought", journey_id="another")
    outcome(player, "bought", journey_step_id="another")
    assert titles(player) == []

    outcome(player, "bought", journey_id="welcome", journey_step_id="gems")

    assert titles(player) == ["thanks"]


def test_an_outcome_that_comes_before_the_content_was_shown_counts_once_it_is(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(sandbox, offer("gems"), message("thanks", after=on("gems", "bought")))
    does(player)
    outcome(player, "bought")
    assert titles(player) == []

    (record,) = player.get("/offers").json()["active"]
    player.do("/offer_impressions/initialize", {"offer_id": record["id"]})

    assert titles(player) == ["thanks"]


def test_a_branch_by_segment_is_decided_at_once_and_by_the_segments_of_that_moment(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(
        sandbox,
        delay("wait", hours=1),
        branch("rich?", "wait", segments=("rich",)),
        push("yes", after=on("rich?", "yes")),
        push("no", after=on("rich?", "no")),
    )
    does(player)
    sandbox.player(player.id).set_attributes(coins=100)

    sandbox.clock.advance(hours=1)

    assert paths(sandbox, player) == [("wait", "rich?", "yes")]


def test_a_branch_by_trigger_looks_at_what_was_done_since_the_entry(sandbox: Sandbox, player: HttpPlayer) -> None:
    steps = (
        delay("wait", hours=1),
        branch("won?", "wait", event="won"),
        push("yes", after=on("won?", "yes")),
        push("no", after=on("won?", "no")),
    )
    publish(sandbox, *steps, reenrollment={"allowed": True})
    does(player, "won")
    does(player)
    sandbox.clock.advance(hours=1)
    does(player)
    does(player, "won")
    sandbox.clock.advance(hours=1)

    assert paths(sandbox, player) == [("wait", "won?", "no"), ("wait", "won?", "yes")]


def test_a_path_ends_at_a_branch_without_an_edge_for_the_outcome(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, branch("rich?", segments=("rich",)), push("yes", after=on("rich?", "yes")))

    does(player)

    assert states(sandbox, player) == ["completed_due_to_steps_exhausted"]


def test_delays_end_in_the_order_of_time_however_far_the_clock_is_moved(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, delay("a", hours=24), delay("b", "a", hours=24), push("c", after="b"))
    does(player)
    entered = sandbox.player(player.id).odysseys[0].entered_at

    sandbox.clock.advance(days=10)

    (odyssey,) = sandbox.player(player.id).odysseys
    assert [leg.started_at - entered for leg in odyssey.legs] == [timedelta(days=days) for days in (0, 1, 2)]


def test_a_delay_can_end_at_a_date_and_one_in_the_past_is_over_at_once(sandbox: Sandbox, player: HttpPlayer) -> None:
    until = {"delay_type": "time_delay", "time_delay_type": "absolute"}
    publish(
        sandbox,
        {"id": "past", "type": "delay", "config": {**until, "at": "2026-01-01T00:00:00Z"}},
        {"id": "ahead", "type": "delay", "config": {**until, "at": "2026-03-05T00:00:00Z"}, "after": "past"},
        push("spring", after="ahead"),
    )
    does(player)
    assert paths(sandbox, player) == [("past", "ahead")]

    sandbox.clock.advance(days=4)

    assert paths(sandbox, player) == [("past", "ahead", "spring")]


def test_a_delay_by_trigger_ends_with_an_action_that_comes_later(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, until_event("wait", "joined"), push("again", after="wait"))

    does(player)
    assert paths(sandbox, player) == [("wait",)]
    does(player)

    assert paths(sandbox, player) == [("wait", "again")]


def test_a_push_is_sent_and_an_email_waits_for_an_address(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, push("hi"), email("mail", "hi"), message("done", after="mail"))
    does(player)
    assert paths(sandbox, player) == [("hi", "mail")]
    assert sandbox.journeys.reasons("welcome", player.id) == ["Waits until the player has an e-mail address."]

    player.do("/email_address", {"email_address": "hero@game.example"}, method="PUT")

    (sent,) = sandbox.player(player.id).emails
    assert (sent.address, sent.subject) == ("hero@game.example", "mail")
    assert "Dear player" in sent.body
    assert titles(player) == ["done"]


def test_parallel_legs_go_their_own_ways_and_a_step_where_the_player_is_is_not_entered_twice(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(
        sandbox,
        push("start"),
        delay("short", "start", hours=1),
        delay("long", "start", hours=5),
        message("meet", after=["short", "long"]),
    )
    does(player)
    sandbox.clock.advance(hours=6)

    assert paths(sandbox, player) == [("start", "short", "long", "meet")]


def test_content_with_an_end_closes_its_path_when_it_was_not_received_in_time(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(sandbox, message("quick", end_after_number=2, end_after_unit="days"), push("more", after="quick"))
    does(player)
    (record,) = player.get("/messages").json()["active"]
    assert record["end_at"] is not None

    sandbox.clock.advance(days=2)

    assert titles(player) == []
    assert paths(sandbox, player) == [("quick",)]
    assert states(sandbox, player) == ["completed_due_to_steps_exhausted"]


# Leaving.


def test_an_exit_step_ends_all_legs_and_takes_their_content_away(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("stay"), until_event("wait", "gone"), leave("out", "wait"))
    does(player)
    assert titles(player) == ["stay"]

    does(player, "gone")

    assert titles(player) == []
    assert states(sandbox, player) == ["completed_due_to_exit_node"]


def test_a_segment_ends_a_journey(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("poor"), exit_rules=leaving_by("rich"))
    does(player)

    sandbox.player(player.id).set_attributes(coins=100)

    assert titles(player) == []
    assert states(sandbox, player) == ["completed_due_to_segment_entry"]


def test_an_exit_step_can_end_another_journey(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("other"), id="other", entry=on_event("early"))
    publish(sandbox, leave("out", None, ("exit_journey", "other")))
    does(player, "early")

    does(player)

    assert titles(player) == []
    assert states(sandbox, player) == ["completed_due_to_exit_node"] * 2


def test_webhooks_tell_of_entry_moves_and_exit_in_order(sandbox: Sandbox, player: HttpPlayer) -> None:
    heard: list[Any] = []
    sandbox.webhooks.add(heard.append)
    sandbox.webhooks.send_by_hand()
    publish(sandbox, push("hi"), leave("end", "hi"))

    does(player)
    sandbox.webhooks.send_due()

    (odyssey,) = sandbox.player(player.id).odysseys
    assert [one.name for one in heard] == [
        "player_journey_entered",
        "player_journey_step_advanced",
        "push_notification_delivery_override",
        "player_journey_step_advanced",
        "player_journey_exited",
    ]
    about = {"journey_id": "welcome", "odyssey_id": odyssey.id, "appuser_app_external_id": player.id}
    assert heard[0].payload == about
    first, second = odyssey.legs
    assert heard[1].payload == {
        **about,
        "previous_leg": None,
        "previous_step": None,
        "ready_legs": [{"id": first.id, "step_id": "hi", "step_type": "push_notification"}],
    }
    assert (heard[3].payload["previous_leg"], heard[3].payload["previous_step"]) == (first.id, "hi")
    assert heard[3].payload["ready_legs"] == [{"id": second.id, "step_id": "end", "step_type": "exit"}]
    assert heard[4].payload == {**about, "odyssey_exit_state": "completed_due_to_exit_node"}


# Content.


def test_a_second_odyssey_shows_its_content_under_another_id(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"), reenrollment={"allowed": True})
    does(player)
    first = player.ids("/messages")
    see_message(player, "hello")

    does(player)

    assert titles(player) == ["hello"]
    assert player.ids("/messages") != first


def test_an_impression_that_arrives_late_is_taken(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"), exit_rules=leaving_by("rich"))
    does(player)
    (shown,) = player.ids("/messages")
    sandbox.player(player.id).set_attributes(coins=100)
    assert titles(player) == []

    reply = player.do("/message_impressions/initialize", {"message_id": shown})

    assert reply.status_code == 200


def test_what_a_journey_shows_is_for_one_player_and_one_environment(
    sandbox: Sandbox, player: HttpPlayer, visitor: Any
) -> None:
    publish(sandbox, message("hello"), environments=["live"])
    other, elsewhere = visitor(sandbox, "other"), visitor(sandbox, "elsewhere")
    other.start()
    elsewhere.start(environment_stage="qa")
    for one in (player, elsewhere):
        does(one)

    assert (titles(player), titles(other), titles(elsewhere)) == (["hello"], [], [])


def test_content_that_lacks_something_is_not_shown_and_the_reason_is_told(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(sandbox, {"id": "broken", "type": "offer", "config": {"content": {"title": "Nothing"}}})
    does(player)

    assert titles(player, "/offers") == []
    (reason,) = sandbox.journeys.reasons("welcome", player.id)
    assert "cannot be delivered: content.payment is missing" in reason


# Releases.


def test_an_odyssey_goes_on_in_the_release_that_it_began_with(
    sandbox: Sandbox, player: HttpPlayer, visitor: Any
) -> None:
    publish(sandbox, delay("wait"), message("old", after="wait"))
    does(player)
    publish(sandbox, delay("wait"), message("new", after="wait"))
    late = visitor(sandbox, "late")
    late.start()
    does(late)

    sandbox.clock.advance(days=1)

    assert (titles(player), titles(late)) == (["old"], ["new"])
    assert [one.release for one in sandbox.player(player.id).odysseys] == [1]


def test_a_journey_that_is_taken_away_ends_and_nobody_is_told(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"))
    does(player)
    heard: list[Any] = []
    sandbox.webhooks.add(heard.append)
    sandbox.webhooks.send_by_hand()

    sandbox.releases.delete("welcome", "live")

    sandbox.webhooks.send_due()
    assert titles(player) == []
    assert states(sandbox, player) == ["withdrawn"]
    assert heard == []


def test_an_environment_can_have_other_words_and_rules(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"))
    override = {"steps": {"hello": {"config": {"content": {"title": "Only here"}}}}, "name": "Here"}
    sandbox.releases.share("welcome", "live", override=override)
    does(player)
    assert titles(player) == ["Only here"]
    assert sandbox.player(player.id).odysseys[0].journey == "Here"

    with pytest.raises(ScenarioError, match=r"steps\.hello\.type"):
        sandbox.releases.share("welcome", "live", override={"steps": {"hello": {"type": "offer"}}})


# What never ends.


def test_a_round_of_immediate_steps_is_stopped_with_an_error_that_names_them(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(
        sandbox,
        branch("here", segments=("rich",)),
        push("there", after=on("here", "no")),
        branch("back", "there", segments=("rich",)),
    )
    sandbox.journeys.update_step("welcome", "here", incoming_edges={"create": edge("back", "no")})
    sandbox.releases.share("welcome", "live")

    does(player)

    with pytest.raises(JourneyError, match=r"here \(branch\) -> there \(content\) -> back \(branch\) -> here"):
        sandbox.check()
    assert len(sandbox.player(player.id).push_impressions) == 1
    assert states(sandbox, player) == ["stopped"]
    does(player)


def edge(step: str, outcome: str) -> dict[str, Any]:
    return {"from_id": step, "type_config": {"outcome": outcome}}


def test_journeys_that_open_each_other_for_ever_are_stopped(sandbox: Sandbox, player: HttpPlayer) -> None:
    often = {"allowed": True}
    publish(sandbox, leave("to b", None, ("enter_journey", "b")), id="a", reenrollment=often)
    publish(sandbox, leave("to a", None, ("enter_journey", "a")), id="b", reenrollment=often, entry={"rules": []})

    does(player)

    with pytest.raises(JourneyError, match="round for ever"):
        sandbox.check()
    assert len(paths(sandbox, player)) == 3


def test_a_round_of_delays_is_stopped_after_thousands_of_legs(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, delay("tick", hours=1), delay("tock", "tick", hours=1))
    sandbox.journeys.update_step("welcome", "tick", incoming_edges={"create": {"from_id": "tock"}})
    sandbox.releases.share("welcome", "live")
    does(player)

    sandbox.clock.advance(days=2 * 365)

    sandbox.catch_up()
    with pytest.raises(JourneyError, match="5,000 legs"):
        sandbox.check()
    assert states(sandbox, player) == ["stopped"]


# Looking.


def test_reasons_tell_why_somebody_waits_or_did_not_enter(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, message("hello"), offer("gems", "hello"), leave("end", on("gems", "bought")))
    publish(sandbox, leave("end"), id="newcomers", entry=on_segments("new"))

    def why(journey: str = "welcome") -> str:
        return " ".join(sandbox.journeys.reasons(journey, player.id))

    assert why() == "The player enters with an action: the event 'joined'."
    assert why("newcomers") == "The player is in none of the segments 'new'."
    does(player)
    assert why() == "Waits until the player has received the message."
    see_message(player, "hello")
    player.do("/offer_impressions/initialize", {"offer_id": player.ids("/offers")[0]})
    assert why() == "Waits for the engagement outcome 'bought' of the offer."
    outcome(player, "bought")
    assert why() == "The player has been on this journey, and nobody enters it twice."


def test_counts_tell_how_many_players_came_where(sandbox: Sandbox, player: HttpPlayer, visitor: Any) -> None:
    publish(sandbox, message("hello"), push("more", after="hello"))
    other = visitor(sandbox, "other")
    other.start()
    for one in (player, other):
        does(one)
    see_message(player, "hello")

    counts = sandbox.journeys.counts("welcome")

    assert counts.players == 2
    assert counts.steps == {"hello": 2, "more": 1}
    assert counts.there == {"hello": 1, "more": 0}
    assert sorted(counts.edges.values()) == [1, 2]
    assert counts.exits == {"active": 1, "completed_due_to_steps_exhausted": 1}


def test_a_preview_tells_the_path_and_what_it_hangs_on_and_changes_nothing(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    publish(
        sandbox,
        delay("wait", hours=48),
        branch("rich?", "wait", segments=("rich",)),
        push("yes", after=on("rich?", "yes")),
        offer("gems", on("rich?", "no")),
        leave("end", on("gems", "bought")),
        entry=on_segments("new"),
    )
    before = sandbox.player(player.id).revision

    preview = sandbox.journeys.preview("welcome", player.id, days=7)

    assert preview.obstacle == "The player is in none of the segments 'new'."
    assert preview.path == ("wait", "rich?", "gems")
    parting = preview.first[0].following[0]
    assert parting.hangs_on == "the player is not in one of the segments 'rich' now"
    assert parting.at - preview.first[0].at == timedelta(hours=48)
    assert parting.following[0].following[0].only_if == "the engagement outcome 'bought'"
    assert "exit end if the engagement outcome 'bought'" in str(preview)
    assert sandbox.player(player.id).revision == before
    assert sandbox.journeys.preview("welcome", player.id, days=1).path == ("wait",)


def test_who_is_erased_leaves_no_odyssey(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, delay("wait"), message("later", after="wait"))
    does(player)
    due = sandbox.next_due

    sandbox._platform.backend.erasure.erase(player.id)

    assert due is not None
    assert sandbox.next_due is None
    assert sandbox.player(player.id).odysseys == ()


def test_a_world_that_goes_back_takes_odysseys_with_it(sandbox: Sandbox, player: HttpPlayer) -> None:
    publish(sandbox, delay("wait"), push("later", after="wait"))
    does(player)
    saved = sandbox.save()
    sandbox.clock.advance(days=2)
    assert paths(sandbox, player) == [("wait", "later")]

    sandbox.restore(saved)
    assert paths(sandbox, player) == [("wait",)]
    sandbox.clock.advance(days=2)

    assert paths(sandbox, player) == [("wait", "later")]
