"""What cannot be sent is refused at the call, in a plain sentence, and nothing of it is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.actions.playing import queue_files
from tests.conftest import PLAYER, Play, until
from uwclient import (
    ArgumentError,
    OfferImpression,
    OfferState,
    OutcomeType,
    PlayerAttribute,
    PlayerEvent,
    Region,
    UserWise,
)
from uwclient.sandbox import Sandbox

NAN, INFINITY = float("nan"), float("inf")
NAIVE = datetime(2026, 1, 1)
IMPRESSION = OfferImpression("i-1", "gems", "initialized")


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[UserWise, Path]]:
    """A client that knows a message and an offer, and its folder; all tests share it, as none gets anything done."""
    data = tmp_path_factory.mktemp("idle")
    with Sandbox() as sandbox:
        sandbox.publish("messages", id="hello")
        sandbox.publish("offers", id="gems")
        uw = UserWise(sandbox.api_key, PLAYER, host=sandbox.url, data_dir=data, threaded=False)
        uw.start()
        until(lambda: uw.messages.active and uw.offers.active, uw)
        yield uw, data
        uw.stop()


VALUES: dict[str, tuple[Any, str]] = {
    "a naive datetime": (NAIVE, "without a time zone"),
    "not a number": (NAN, "finite"),
    "infinity": (INFINITY, "finite"),
    "minus infinity": (-INFINITY, "finite"),
    "2**63": (2**63, "64 bits"),
    "-2**63-1": (-(2**63) - 1, "64 bits"),
    "nothing": (None, "NoneType"),
    "a list": ([1], "list"),
    "a mapping": ({"a": 1}, "dict"),
    "bytes": (b"x", "bytes"),
    "a complex number": (1j, "complex"),
    "a date": (NAIVE.date(), "date"),
}
PLACES: dict[str, Callable[[UserWise, Any], object]] = {
    "attributes": lambda uw, attributes: uw.set_attributes(attributes),
    "event": lambda uw, attributes: uw.assign_event(PlayerEvent("x", attributes)),
    "region": lambda uw, attributes: uw.transition_to_region(Region("x", attributes)),
}


@pytest.fixture
def uw(data: Path) -> Iterator[UserWise]:
    """A client that was not started: arguments are checked all the same."""
    made = UserWise("key", PLAYER, host="http://127.0.0.1:9", data_dir=data)
    yield made
    made.stop()


def refuse(uw: UserWise, data: Path, call: Callable[[], object], match: str) -> None:
    """The call raises a plain sentence, and nothing is queued or sent."""
    with pytest.raises(ArgumentError, match=match) as raised:
        call()
    text = str(raised.value)
    assert isinstance(raised.value, (ValueError, TypeError))
    assert text.endswith((".", "accept() and dismiss()."))
    assert "\n" not in text
    assert len(text) < 300
    assert queue_files(data) == []
    assert uw.diagnostics.delivery.waiting == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", VALUES)
def test_a_value_that_cannot_be_sent_is_refused(uw: UserWise, data: Path, place: str, what: str) -> None:
    value, match = VALUES[what]
    refuse(uw, data, lambda: PLACES[place](uw, {"fine": 1, "wrong": value}), match)
    refuse(uw, data, lambda: PLACES[place](uw, [PlayerAttribute("wrong", value)]), "wrong")


WRONG_ATTRIBUTES: dict[str, tuple[Any, str]] = {
    "an empty name": ({"": 1}, "name"),
    "a name that is no text": ({5: 1}, "name"),
    "no name": ([PlayerAttribute(None, 1)], "name"),  # type: ignore[arg-type]
    "a number": (5, "mapping"),
    "a text": ("coins", "mapping"),
    "pairs": ([("coins", 5)], "PlayerAttribute"),
    "an attribute alone": (PlayerAttribute("coins", 5), "PlayerAttribute"),
    "a set": ({"coins"}, "mapping"),
    "true": (True, "mapping"),
    "zero": (0, "mapping"),
    "an empty text": ("", "mapping"),
    "nothing": (None, "mapping"),
    "a hundred and one": ({f"a{number}": number for number in range(101)}, "at most 100"),
    "too much text": ({"a": "x" * 70_000}, "at most 65536"),
    "an unknown data type": ([PlayerAttribute("a", 1, "number")], "use boolean"),
    "text that is called an integer": (
        [PlayerAttribute("a", "5", "integer")],
        "data_type says integer: give a value of that type",
    ),
    "a float that is called an integer": ([PlayerAttribute("a", 5.0, "integer")], "data_type says integer"),
    "true that is called an integer": ([PlayerAttribute("a", True, "integer")], "data_type says integer"),
    "true that is called a float": ([PlayerAttribute("a", True, "float")], "data_type says float"),
    "an integer that is called a text": ([PlayerAttribute("a", 5, "string")], "data_type says string"),
    "text that is no datetime": ([PlayerAttribute("a", "noon", "datetime")], "ISO 8601"),
    "text without a time zone": ([PlayerAttribute("a", "2026-01-01T12:00:00", "datetime")], "time zone"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", WRONG_ATTRIBUTES)
def test_wrong_attributes_are_refused(uw: UserWise, data: Path, place: str, what: str) -> None:
    attributes, match = WRONG_ATTRIBUTES[what]
    refuse(uw, data, lambda: PLACES[place](uw, attributes), match)


WRONG_CALLS: dict[str, tuple[Callable[[Any], object], str]] = {
    "no attributes": (lambda uw: uw.set_attributes({}), "must not be empty"),
    "an empty list of attributes": (lambda uw: uw.set_attributes([]), "must not be empty"),
    "an event by its name": (lambda uw: uw.assign_event("level_up"), "PlayerEvent"),
    "an event that is a pair": (lambda uw: uw.assign_event(("level_up", {})), "PlayerEvent"),
    "an event without a name": (lambda uw: uw.assign_event(PlayerEvent("")), "event.id"),
    "an event with a blank name": (lambda uw: uw.assign_event(PlayerEvent("  ")), "event.id"),
    "an event with no name": (lambda uw: uw.assign_event(PlayerEvent(None)), "event.id"),  # type: ignore[arg-type]
    "an event with a number": (lambda uw: uw.assign_event(PlayerEvent(5)), "event.id"),  # type: ignore[arg-type]
    "an event of a great size": (lambda uw: uw.assign_event(PlayerEvent("x" * 70_000)), "bytes of JSON"),
    "nothing as an event": (lambda uw: uw.assign_event(None), "PlayerEvent"),
    "a region by its name": (lambda uw: uw.transition_to_region("shop"), "Region"),
    "a region without a name": (lambda uw: uw.transition_to_region(Region("")), "region.name"),
    "an event for a region": (lambda uw: uw.transition_to_region(PlayerEvent("shop")), "Region"),
    "an outcome without a key": (lambda uw: uw.set_engagement_outcome("", "email"), "key"),
    "an outcome with no key": (lambda uw: uw.set_engagement_outcome(None, "email"), "key"),
    "an outcome of no type": (lambda uw: uw.set_engagement_outcome("k", None), "outcome_type"),
    "an outcome of an unknown type": (lambda uw: uw.set_engagement_outcome("k", "sms"), "outcome_type"),
    "an outcome of a wrong case": (lambda uw: uw.set_engagement_outcome("k", "Email"), "outcome_type"),
    "an outcome of an offer's state": (
        lambda uw: uw.set_engagement_outcome("k", OfferState.VIEWED),
        "outcome_type",
    ),
    "an outcome of a list": (lambda uw: uw.set_engagement_outcome("k", []), "outcome_type"),
    "an address without a place": (lambda uw: uw.emails.set_address("hero"), "e-mail"),
    "an address without a name": (lambda uw: uw.emails.set_address("@example.com"), "e-mail"),
    "an address with a blank": (lambda uw: uw.emails.set_address("he ro@example.com"), "e-mail"),
    "an empty address": (lambda uw: uw.emails.set_address(""), "address"),
    "no address": (lambda uw: uw.emails.set_address(None), "address"),
    "an opt-out in words": (lambda uw: uw.emails.delete_address("yes"), "opt_out"),
    "a message by its id": (lambda uw: uw.messages.initialize("hello"), "Message"),
    "an offer for a message": (lambda uw: uw.messages.initialize(uw.offers.active[0]), "Message"),
    "an offer that is viewed as a message": (lambda uw: uw.messages.mark_viewed(uw.offers.active[0]), "Message"),
    "a message for an offer": (lambda uw: uw.offers.show(uw.messages.active[0]), "Offer"),
    "an offer by its id": (lambda uw: uw.offers.initialize_impression("gems"), "Offer"),
    "no offer to accept": (lambda uw: uw.offers.accept(None), "Offer"),
    "an offer to dismiss by its id": (lambda uw: uw.offers.dismiss("gems"), "Offer"),
    "an offer for an impression": (
        lambda uw: uw.offers.update_impression_state(uw.offers.active[0], "viewed"),
        "on_impression_initialized",
    ),
    "an impression by its id": (
        lambda uw: uw.offers.update_impression_state("i-1", "viewed"),
        "on_impression_initialized",
    ),
    "an unknown state": (lambda uw: uw.offers.update_impression_state(IMPRESSION, "seen"), "state"),
    "the first state": (lambda uw: uw.offers.update_impression_state(IMPRESSION, "initialized"), "state"),
    "no state": (lambda uw: uw.offers.update_impression_state(IMPRESSION, None), "state"),
    "an outcome's type as a state": (
        lambda uw: uw.offers.update_impression_state(IMPRESSION, OutcomeType.EMAIL),
        "state",
    ),
}


@pytest.mark.parametrize("what", WRONG_CALLS)
def test_a_wrong_call_is_refused(idle: tuple[UserWise, Path], what: str) -> None:
    call, match = WRONG_CALLS[what]
    refuse(*idle, lambda: call(idle[0]), match)


WITH_CALLBACK: dict[str, Callable[[Any, Any], object]] = {
    "assign_event": lambda uw, callback: uw.assign_event(PlayerEvent("x"), callback),
    "set_attributes": lambda uw, callback: uw.set_attributes({"a": 1}, callback),
    "transition_to_region": lambda uw, callback: uw.transition_to_region(Region("x"), callback),
    "set_engagement_outcome": lambda uw, callback: uw.set_engagement_outcome("k", "email", callback),
    "emails.set_address": lambda uw, callback: uw.emails.set_address("a@b.c", callback),
    "emails.delete_address": lambda uw, callback: uw.emails.delete_address(False, callback),
    "messages.initialize": lambda uw, callback: uw.messages.initialize(uw.messages.active[0], callback),
    "messages.mark_viewed": lambda uw, callback: uw.messages.mark_viewed(uw.messages.active[0], callback),
    "offers.initialize_impression": lambda uw, cb: uw.offers.initialize_impression(uw.offers.active[0], cb),
    "offers.update_impression_state": lambda uw, cb: uw.offers.update_impression_state(IMPRESSION, "viewed", cb),
    "offers.show": lambda uw, callback: uw.offers.show(uw.offers.active[0], callback),
    "offers.accept": lambda uw, callback: uw.offers.accept(uw.offers.active[0], callback),
    "offers.dismiss": lambda uw, callback: uw.offers.dismiss(uw.offers.active[0], callback),
}


@pytest.mark.parametrize("method", WITH_CALLBACK)
def test_a_callback_that_cannot_be_called_is_refused(idle: tuple[UserWise, Path], method: str) -> None:
    wrong: tuple[Any, ...] = (42, "done", [])
    for callback in wrong:
        refuse(*idle, partial(WITH_CALLBACK[method], idle[0], callback), "callback")


def test_after_a_refused_call_the_game_goes_on(sandbox: Sandbox, play: Play) -> None:
    game = play()
    with pytest.raises(ArgumentError):
        game.uw.assign_event(PlayerEvent(""))
    game.uw.assign_event(PlayerEvent("x", {"at": datetime(2026, 1, 1, tzinfo=UTC)}))
    game.until(lambda: sandbox.player(PLAYER).event_count)
    assert [event.event_id for event in sandbox.player(PLAYER).events] == ["x"]
