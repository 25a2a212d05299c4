from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    import requests

    from tests.sandbox.conftest import HttpPlayer, Join

INITIALIZE = {"messages": "/message_impressions/initialize", "offers": "/offer_impressions/initialize"}
FIELD = {"messages": "message_id", "offers": "offer_id"}


def show(player: HttpPlayer, kind: str, content_id: str) -> requests.Response:
    return player.do(INITIALIZE[kind], {FIELD[kind]: content_id})


def view_message(player: HttpPlayer, message_id: str = "hello", state: str = "viewed") -> requests.Response:
    return player.do("/message_impressions/update_state", {"message_id": message_id, "state": state})


def move(player: HttpPlayer, impression_id: str, state: str) -> requests.Response:
    return player.do("/offer_impressions/update_state", {"offer_impression_id": impression_id, "state": state})


@pytest.fixture
def impression_id(sandbox: Sandbox, player: HttpPlayer) -> str:
    """An impression of an offer that was just initialized."""
    sandbox.publish("offers", id="gems")
    made: str = show(player, "offers", "gems").json()["offer_impression"]["id"]
    return made


def states(sandbox: Sandbox) -> list[str]:
    (impression,) = sandbox.player("hero-42").offer_impressions
    assert impression.state == impression.history[-1].state
    return [change.state for change in impression.history]


def test_a_message_is_received_and_then_viewed(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    sandbox.publish("messages", id="hello")

    received = show(player, "messages", "hello")
    (before,) = sandbox.player(player.id).message_impressions
    sandbox.clock.advance(minutes=1)
    viewed = view_message(player)
    (after,) = sandbox.player(player.id).message_impressions

    assert (received.status_code, received.json()) == (200, {})
    assert (viewed.status_code, viewed.json()) == (200, {})
    assert (before.message_id, before.state, before.viewed_at) == ("hello", "received", None)
    assert (after.id, after.state, after.received_at) == (before.id, "viewed", before.received_at)
    assert after.viewed_at is not None
    assert 60 <= (after.viewed_at - after.received_at).total_seconds() < 120
    assert [change.request for change in after.history] == [one.number for one in sandbox.requests[1:]]


def test_a_message_can_be_viewed_twice_and_stays_viewed(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("messages", id="hello")
    show(player, "messages", "hello")

    assert [view_message(player).status_code for _ in range(2)] == [200, 200]

    (impression,) = sandbox.player(player.id).message_impressions
    assert [change.state for change in impression.history] == ["received", "viewed"]


def test_a_message_that_was_shown_again_has_an_impression_more(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("messages", id="hello")
    show(player, "messages", "hello")
    view_message(player)
    show(player, "messages", "hello")
    assert [one.state for one in sandbox.player(player.id).message_impressions] == ["viewed", "received"]

    view_message(player)

    assert [one.state for one in sandbox.player(player.id).message_impressions] == ["viewed", "viewed"]


def test_a_message_cannot_be_viewed_before_it_is_received(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.publish("messages", id="hello")
    show(join(sandbox, "rogue-7"), "messages", "hello")

    reply = view_message(player)

    assert reply.status_code == 422
    assert reply.json()["errors"] == ["message_id: the player has no impression of the message 'hello'."]
    assert reply.json()["meta"]["hints"] == ["Send message_impressions/initialize first."]


@pytest.mark.parametrize("state", ["received", "veiwed", "", None])
def test_a_message_has_no_other_state_to_go_to(sandbox: Sandbox, player: HttpPlayer, state: str) -> None:
    sandbox.publish("messages", id="hello")
    show(player, "messages", "hello")

    reply = view_message(player, state=state)

    assert reply.status_code == 422
    assert reply.json()["errors"][0].startswith("state: ")


@pytest.mark.parametrize("kind", INITIALIZE)
def test_what_a_player_cannot_see_makes_no_impression(sandbox: Sandbox, player: HttpPlayer, kind: str) -> None:
    sandbox.define_segment("others", players=["nobody"])
    sandbox.publish(kind, id="for-others", segments=["others"])
    sandbox.publish(kind, id="for-testers", environments=["qa"])
    sandbox.publish("events", id="of-another-kind")
    sandbox.publish(kind, id="gone")
    sandbox.withdraw("gone")

    for content_id in ("for-others", "for-testers", "of-another-kind", "gone", "unknown"):
        reply = show(player, kind, content_id)
        assert reply.status_code == 404
        assert reply.json()["errors"] == [f"There is no {kind[:-1]} {content_id!r} for this player."]

    view = sandbox.player(player.id)
    assert (view.message_impressions, view.offer_impressions, view.deliveries) == ((), (), ())
    assert show(player, kind, "").status_code == 422


@pytest.mark.parametrize("kind", INITIALIZE)
def test_what_a_player_saw_offline_may_arrive_when_it_is_over(
    sandbox: Sandbox, player: HttpPlayer, kind: str
) -> None:
    sandbox.publish(kind, id="x", end_at="+1h")
    sandbox.clock.advance(hours=2)

    assert show(player, kind, "x").status_code == 200


def test_an_offer_impression_has_the_documented_shape(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems")

    reply = show(player, "offers", "gems").json()

    (impression,) = sandbox.player(player.id).offer_impressions
    assert reply == {
        "offer_impression": {"id": impression.id, "state": "initialized", "offer": {"id": "gems"}},
    }
    assert (impression.offer_id, impression.state) == ("gems", "initialized")


def test_an_offer_is_viewed_accepted_and_purchased(sandbox: Sandbox, player: HttpPlayer, impression_id: str) -> None:
    for state in ("viewed", "accepted", "purchase_failed", "accepted", "purchased"):
        reply = move(player, impression_id, state)
        assert (reply.status_code, set(reply.json())) == (200, {"message"})

    assert states(sandbox) == ["initialized", "viewed", "accepted", "purchase_failed", "accepted", "purchased"]


FORWARD: dict[str, set[str]] = {
    "viewed": {"dismissed", "accepted", "purchase_failed", "purchased"},
    "dismissed": set(),
    "accepted": {"purchase_failed", "purchased"},
    "purchase_failed": {"accepted", "purchased"},
    "purchased": set(),
}


@pytest.mark.parametrize(("first", "second"), list(itertools.product(FORWARD, FORWARD)))
def test_an_offer_impression_goes_forward_only(
    sandbox: Sandbox, player: HttpPlayer, impression_id: str, first: str, second: str
) -> None:
    assert move(player, impression_id, first).status_code == 200

    reply = move(player, impression_id, second)

    moved = second in FORWARD[first]
    assert reply.status_code == (200 if moved or first == second else 422)
    assert states(sandbox) == ["initialized", first, *([second] if moved else [])]
    assert len(sandbox.player(player.id).deliveries) == (3 if reply.ok else 2)
    if reply.status_code == 422:
        assert reply.json()["errors"] == [f"state: the impression is {first}, and cannot become {second}."]
        assert reply.json()["meta"]["hints"]


def test_a_state_that_arrives_again_after_the_next_one_changes_nothing(
    sandbox: Sandbox, player: HttpPlayer, impression_id: str
) -> None:
    for state in ("viewed", "accepted", "viewed", "accepted"):
        assert move(player, impression_id, state).status_code == 200

    assert states(sandbox) == ["initialized", "viewed", "accepted"]


@pytest.mark.parametrize("state", ["initialized", "seen", None, 5])
def test_an_offer_impression_has_no_other_states_to_go_to(player: HttpPlayer, impression_id: str, state: str) -> None:
    reply = move(player, impression_id, state)

    assert reply.status_code == 422
    assert reply.json()["errors"][0].startswith("state: ")


def test_an_offer_impression_belongs_to_its_player(
    sandbox: Sandbox, player: HttpPlayer, join: Join, impression_id: str
) -> None:
    assert move(join(sandbox, "rogue-7"), impression_id, "viewed").status_code == 404
    assert move(player, "unknown", "viewed").status_code == 404
    assert move(join(sandbox), impression_id, "viewed").status_code == 200

    assert states(sandbox) == ["initialized", "viewed"]


def test_the_timeline_happens_before_an_impression(join: Join) -> None:
    scenario = {"timeline": [{"at": "+10s", "publish": "offers", "with": {"id": "late"}}]}
    with Sandbox(scenario) as sandbox:
        player = join(sandbox)
        assert show(player, "offers", "late").status_code == 404
        sandbox.clock.advance(seconds=11)
        assert show(player, "offers", "late").status_code == 200
