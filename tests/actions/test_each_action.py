"""Everything a player can do reaches the platform, in the documented form, and what comes of it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.actions.playing import action_requests, asked, heard, until_heard, until_online
from tests.conftest import PLAYER, Game, Play
from uwclient import OfferState, OutcomeType, PlayerAttribute, PlayerEvent, Region, RequestRejected
from uwclient.sandbox import Sandbox

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("no_linger")


@pytest.fixture
def game(sandbox: Sandbox, play: Play) -> Game:
    """A game that is online, with a message and an offer."""
    sandbox.publish("messages", id="hello")
    sandbox.publish("offers", id="gems")
    started = play()
    started.until_live("messages", "hello")
    started.until_live("offers", "gems")
    return started


class Told(list[bool]):
    """What callbacks were called with."""

    def until(self, game: Game, *expected: bool) -> None:
        game.until(lambda: len(self) >= len(expected))
        assert tuple(self) == expected


@pytest.fixture
def told() -> Told:
    return Told()


# Requests.

Do = Callable[[Game, Told], object]
ATTRIBUTES: dict[str, Any] = {"coins": 5, "ratio": 0.5, "vip": True, "title": "Zoë", "born": NOON}
SENT_ATTRIBUTES: list[dict[str, Any]] = [
    {"name": "coins", "value": 5, "data_type": "integer"},
    {"name": "ratio", "value": 0.5, "data_type": "float"},
    {"name": "vip", "value": True, "data_type": "boolean"},
    {"name": "title", "value": "Zoë", "data_type": "string"},
    {"name": "born", "value": "2026-01-01T12:00:00+00:00", "data_type": "datetime"},
]
REQUESTS: dict[str, tuple[Do, str, str, Any]] = {
    "an event": (
        lambda game, told: game.uw.assign_event(PlayerEvent("x", {"a": 1}), told.append),
        "POST",
        "/events",
        {"events": [{"event_id": "x", "attributes": [{"name": "a", "value": 1, "data_type": "integer"}]}]},
    ),
    "an event without attributes": (
        lambda game, told: game.uw.assign_event(PlayerEvent("x"), told.append),
        "POST",
        "/events",
        {"events": [{"event_id": "x"}]},
    ),
    "attributes as a mapping": (
        lambda game, told: game.uw.set_attributes(ATTRIBUTES, told.append),
        "POST",
        "/attributes",
        {"attributes": SENT_ATTRIBUTES},
    ),
    "attributes as a list": (
        lambda game, told: game.uw.set_attributes(
            [PlayerAttribute(name, value) for name, value in ATTRIBUTES.items()], told.append
        ),
        "POST",
        "/attributes",
        {"attributes": SENT_ATTRIBUTES},
    ),
    "attributes with data types": (
        lambda game, told: game.uw.set_attributes(
            [PlayerAttribute("ratio", 1, "float"), PlayerAttribute("born", " 2026-01-01T12:00:00.5z", "datetime")],
            callback=told.append,
        ),
        "POST",
        "/attributes",
        {
            "attributes": [
                {"name": "ratio", "value": 1.0, "data_type": "float"},
                {"name": "born", "value": "2026-01-01T12:00:00.500000+00:00", "data_type": "datetime"},
            ]
        },
    ),
    "a region": (
        lambda game, told: game.uw.transition_to_region(Region("team_battle", {"power": 115}), told.append),
        "POST",
        "/regions/transition",
        {
            "region": {
                "name": "team_battle",
                "metadata": [{"name": "power", "value": 115, "data_type": "integer"}],
            }
        },
    ),
    "an outcome": (
        lambda game, told: game.uw.set_engagement_outcome("email_opened", "email", told.append),
        "POST",
        "/engagements/outcomes",
        {"engagement_outcome_key": "email_opened", "outcome_type": "email"},
    ),
    "an address": (
        lambda game, told: game.uw.emails.set_address("hero@example.com", told.append),
        "PUT",
        "/email_address",
        {"email_address": "hero@example.com"},
    ),
    "a message": (
        lambda game, told: game.uw.messages.initialize(game.uw.messages.active[0], told.append),
        "POST",
        "/message_impressions/initialize",
        {"message_id": "hello"},
    ),
    "an impression of an offer": (
        lambda game, told: game.uw.offers.initialize_impression(game.uw.offers.active[0], told.append),
        "POST",
        "/offer_impressions/initialize",
        {"offer_id": "gems"},
    ),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_each_action_is_one_request_of_the_documented_form(
    sandbox: Sandbox, game: Game, told: Told, what: str
) -> None:
    do, method, path, body = REQUESTS[what]

    assert do(game, told) is None
    assert told == [], "nothing is told outside pump()"
    told.until(game, True)

    (request,) = action_requests(sandbox)
    assert asked(request) == (method, path, body)
    assert request.query == {"session_id": game.uw.session_id}
    assert request.headers["Content-Type"] == "application/json"
    assert b": " not in request.body.replace(b"00:00", b"")
    assert request.status in (200, 204)


@pytest.mark.parametrize("opt_out", [True, False])
def test_an_address_is_deleted_with_or_without_an_opt_out(
    sandbox: Sandbox, game: Game, told: Told, opt_out: bool
) -> None:
    game.uw.emails.set_address("hero@example.com", told.append)
    game.uw.emails.delete_address(opt_out, told.append)
    told.until(game, True, True)

    request = action_requests(sandbox)[-1]
    assert (request.method, request.body) == ("DELETE", b"")
    assert request.query == {"session_id": game.uw.session_id, "opt_out": str(opt_out).lower()}
    assert "Content-Type" not in request.headers
    assert sandbox.player(PLAYER).email_address is None
    assert sandbox.player(PLAYER).email_opted_out is opt_out


def test_an_address_is_known_to_the_platform(sandbox: Sandbox, game: Game, told: Told) -> None:
    game.uw.emails.set_address("hero@example.com", told.append)
    told.until(game, True)
    assert sandbox.player(PLAYER).email_address == "hero@example.com"


def test_a_signed_client_signs_what_the_player_does(make_sandbox: Callable[..., Sandbox], play: Play) -> None:
    sandbox = make_sandbox(secret_key="secret")
    game = until_online(play(at=sandbox, secret_key="secret"))
    game.uw.assign_event(PlayerEvent("x"))
    game.uw.emails.delete_address()
    game.until(lambda: len(sandbox.player(PLAYER).deliveries) == 2)
    assert all(request.query["enc"] for request in action_requests(sandbox))


# What arrives.


def test_an_event_arrives_with_values_and_types(sandbox: Sandbox, game: Game) -> None:
    game.uw.assign_event(PlayerEvent("tutorial_completed", ATTRIBUTES))
    until_heard(game, sandbox, 1)
    (event,) = sandbox.player(PLAYER).events
    assert event.event_id == "tutorial_completed"
    assert event.attributes == {entry["name"]: entry["value"] for entry in SENT_ATTRIBUTES}
    assert event.attribute_types == {entry["name"]: entry["data_type"] for entry in SENT_ATTRIBUTES}
    assert event.session_id == game.uw.session_id


def test_attributes_arrive_with_values_and_types(sandbox: Sandbox, game: Game, told: Told) -> None:
    game.uw.set_attributes(ATTRIBUTES, told.append)
    told.until(game, True)
    view = sandbox.player(PLAYER)
    for entry in SENT_ATTRIBUTES:
        assert view.attributes[entry["name"]] == entry["value"]
        assert view.attribute_types[entry["name"]] == entry["data_type"]


def test_a_region_arrives_with_its_metadata(sandbox: Sandbox, game: Game, told: Told) -> None:
    game.uw.transition_to_region(Region("shop"), told.append)
    game.uw.transition_to_region(Region("battle", [PlayerAttribute("power", 7, "float")]), told.append)
    told.until(game, True, True)
    regions = sandbox.player(PLAYER).regions
    assert [(region.name, dict(region.metadata)) for region in regions] == [("shop", {}), ("battle", {"power": 7.0})]


def test_an_outcome_of_each_type_arrives(sandbox: Sandbox, game: Game, told: Told) -> None:
    for kind in OutcomeType:
        game.uw.set_engagement_outcome("by name", kind, told.append)
        game.uw.set_engagement_outcome("as text", str(kind.value), told.append)
    told.until(game, *[True] * 2 * len(OutcomeType))
    arrived = [(outcome.key, outcome.outcome_type) for outcome in sandbox.player(PLAYER).outcomes]
    assert arrived == [(key, kind.value) for kind in OutcomeType for key in ("by name", "as text")]


def test_names_and_values_in_any_script_arrive(sandbox: Sandbox, game: Game) -> None:
    game.uw.assign_event(PlayerEvent("überfall 😀\n\u2028\0", {'"a\\': "\x7f‮𝄞"}))
    until_heard(game, sandbox, 1)
    (event,) = sandbox.player(PLAYER).events
    assert event.event_id == "überfall 😀\n\u2028\0"
    assert event.attributes == {'"a\\': "\x7f‮𝄞"}


def test_listeners_may_act(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    game.uw.on_session_initialized.connect(lambda *_, **__: game.uw.assign_event(PlayerEvent("login")))
    game.uw.start()
    until_heard(game, sandbox, 1)
    assert heard(sandbox) == ["login"]


# Messages.


def test_a_message_that_was_initialized_is_told_and_received(sandbox: Sandbox, game: Game, told: Told) -> None:
    message = game.uw.messages.active[0]
    game.uw.messages.initialize(message, told.append)
    told.until(game, True)

    assert game.seen.of("messages", "on_initialized") == [{"message": message}]
    (impression,) = sandbox.player(PLAYER).message_impressions
    assert (impression.message_id, impression.state) == ("hello", "received")


def test_a_message_that_was_seen_is_viewed(sandbox: Sandbox, game: Game, told: Told) -> None:
    message = game.uw.messages.active[0]
    game.uw.messages.initialize(message)
    game.uw.messages.mark_viewed(message, told.append)
    told.until(game, True)

    (impression,) = sandbox.player(PLAYER).message_impressions
    assert impression.state == "viewed"
    assert asked(action_requests(sandbox)[-1]) == (
        "POST",
        "/message_impressions/update_state",
        {"message_id": "hello", "state": "viewed"},
    )


def test_a_message_that_the_platform_refuses_is_told_with_the_reason(
    sandbox: Sandbox, game: Game, told: Told
) -> None:
    message = game.uw.messages.active[0]
    sandbox.withdraw("hello")
    game.uw.messages.initialize(message, told.append)
    told.until(game, False)

    (failed,) = game.seen.of("messages", "on_initialization_failed")
    assert failed["message"] == message
    assert isinstance(failed["error"], RequestRejected)
    assert "hello" in str(failed["error"])
    assert game.seen.of("messages", "on_initialized") == []
    (undelivered,) = game.seen.of("client", "on_delivery_failed")
    assert undelivered["action"].body == {"message_id": "hello"}
    assert undelivered["error"] is failed["error"]


# Offers.


def test_an_impression_is_told_with_its_id(sandbox: Sandbox, game: Game, told: Told) -> None:
    game.uw.offers.initialize_impression(game.uw.offers.active[0], told.append)
    told.until(game, True)

    (details,) = game.seen.of("offers", "on_impression_initialized")
    (impression,) = sandbox.player(PLAYER).offer_impressions
    assert details["impression"] == (impression.id, "gems", "initialized")


def test_each_impression_has_an_id_of_its_own(game: Game) -> None:
    for _ in range(3):
        game.uw.offers.initialize_impression(game.uw.offers.active[0])
    game.until_sent("offers", "on_impression_initialized", 3)
    assert len({one["impression"].id for one in game.seen.of("offers", "on_impression_initialized")}) == 3


@pytest.mark.parametrize("states", [["viewed", "dismissed"], ["viewed", "accepted", "purchase_failed", "purchased"]])
@pytest.mark.parametrize("kind", [str, OfferState])
def test_the_state_of_an_impression_is_updated(
    sandbox: Sandbox, game: Game, told: Told, states: list[str], kind: Callable[[str], OfferState | str]
) -> None:
    game.uw.offers.initialize_impression(game.uw.offers.active[0])
    game.until_sent("offers", "on_impression_initialized")
    impression = game.seen.of("offers", "on_impression_initialized")[0]["impression"]
    for state in states:
        game.uw.offers.update_impression_state(impression, kind(state), told.append)
    told.until(game, *[True] * len(states))

    (known,) = sandbox.player(PLAYER).offer_impressions
    assert [change.state for change in known.history] == ["initialized", *states]
    assert asked(action_requests(sandbox)[-1]) == (
        "POST",
        "/offer_impressions/update_state",
        {"offer_impression_id": impression.id, "state": states[-1]},
    )


@pytest.mark.parametrize("end", ["accept", "dismiss"])
def test_an_offer_is_shown_and_then_accepted_or_dismissed(sandbox: Sandbox, game: Game, told: Told, end: str) -> None:
    offer = game.uw.offers.active[0]
    game.uw.offers.show(offer, told.append)
    getattr(game.uw.offers, end)(offer, told.append)
    told.until(game, True, True)

    state = {"accept": "accepted", "dismiss": "dismissed"}[end]
    (known,) = sandbox.player(PLAYER).offer_impressions
    assert [change.state for change in known.history] == ["initialized", "viewed", state]
    assert game.seen.of("offers", "on_viewed") == [{"offer": offer}]
    assert game.seen.of("offers", f"on_{state}") == [{"offer": offer}]
    signals = [sent.signal for sent in game.seen.sent if sent.source == "offers"]
    assert signals[-3:] == ["on_impression_initialized", "on_viewed", f"on_{state}"]


def test_every_show_is_an_impression_and_what_follows_belongs_to_the_last(
    sandbox: Sandbox, game: Game, told: Told
) -> None:
    offer = game.uw.offers.active[0]
    game.uw.offers.show(offer, told.append)
    game.uw.offers.dismiss(offer, told.append)
    game.uw.offers.show(offer, told.append)
    game.uw.offers.accept(offer, told.append)
    told.until(game, *[True] * 4)

    states = [impression.state for impression in sandbox.player(PLAYER).offer_impressions]
    assert states == ["dismissed", "accepted"]


@pytest.mark.parametrize(("end", "state"), [("accept", "accepted"), ("dismiss", "dismissed")])
def test_an_offer_that_was_never_shown_gets_an_impression_all_the_same(
    sandbox: Sandbox, game: Game, told: Told, end: str, state: str
) -> None:
    getattr(game.uw.offers, end)(game.uw.offers.active[0], told.append)
    told.until(game, True)
    (impression,) = sandbox.player(PLAYER).offer_impressions
    assert impression.state == state


def test_an_offer_that_the_platform_refuses_is_told_with_the_reason(sandbox: Sandbox, game: Game, told: Told) -> None:
    offer = game.uw.offers.active[0]
    sandbox.withdraw("gems")
    game.uw.offers.show(offer, told.append)
    told.until(game, False)

    failures = game.seen.of("offers", "on_impression_failed")
    assert [failed["offer"] for failed in failures] == [offer, offer]
    assert "gems" in str(failures[0]["error"])
    assert "never confirmed" in str(failures[1]["error"])
    assert game.seen.of("offers", "on_viewed") == []


def test_an_offer_that_was_refused_once_can_be_shown_later(sandbox: Sandbox, game: Game, told: Told) -> None:
    offer = game.uw.offers.active[0]
    sandbox.faults.respond("*/offer_impressions/initialize", status=422)
    game.uw.offers.show(offer, told.append)
    told.until(game, False)
    game.uw.offers.show(offer, told.append)
    told.until(game, False, True)
    (impression,) = sandbox.player(PLAYER).offer_impressions
    assert impression.state == "viewed"


# Callbacks.


def test_callbacks_come_in_the_order_of_the_actions_from_pump_alone(game: Game) -> None:
    order: list[int] = []

    def note(number: int) -> Callable[[bool], object]:
        return lambda ok: order.append(number)

    for number in range(10):
        if number % 3:
            game.uw.assign_event(PlayerEvent("x"), note(number))
        else:
            game.uw.transition_to_region(Region("shop"), note(number))
    assert order == []
    game.until(lambda: len(order) == 10)
    assert order == list(range(10))


def test_a_callback_that_fails_hurts_nobody(game: Game, told: Told, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: bool) -> None:
        raise ZeroDivisionError

    game.uw.assign_event(PlayerEvent("x"), fail)
    game.uw.assign_event(PlayerEvent("y"), told.append)
    told.until(game, True)
    assert "test_a_callback_that_fails_hurts_nobody.<locals>.fail" in caplog.text


def test_a_callback_may_do_the_next_thing(sandbox: Sandbox, game: Game, told: Told) -> None:
    game.uw.assign_event(PlayerEvent("x"), lambda ok: game.uw.assign_event(PlayerEvent("y"), told.append))
    told.until(game, True)
    assert heard(sandbox) == ["x", "y"]


def test_warnings_of_a_reply_are_passed_on(sandbox: Sandbox, game: Game, told: Told) -> None:
    meta = {"meta": {"warnings": ["The event is new."], "hints": ["Define it."]}}
    sandbox.faults.respond("*/events", status=200, body=meta)
    game.uw.assign_event(PlayerEvent("x"), told.append)
    told.until(game, True)
    assert {"warnings": ("The event is new.",), "hints": ("Define it.",)} in game.seen.of("client", "on_api_warning")


def test_warnings_of_a_refusal_are_passed_on(sandbox: Sandbox, game: Game, told: Told) -> None:
    body = {"errors": ["No."], "meta": {"warnings": ["The event is odd."], "hints": []}}
    sandbox.faults.respond("*/events", status=422, body=body)
    game.uw.assign_event(PlayerEvent("x"), told.append)
    told.until(game, False)
    game.until_sent("client", "on_api_warning")
    assert {"warnings": ("The event is odd.",), "hints": ()} in game.seen.of("client", "on_api_warning")
