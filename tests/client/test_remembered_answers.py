"""What a player has answered is known in later runs too, until the record goes live anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.campaigning import fire, on_event
from uwclient import ArgumentError, Message, Offer, Survey
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

ROOT = Path(__file__).parents[2]


def again(play: Play, game: Game, **options: Any) -> Game:
    """The next run of the game."""
    game.uw.stop()
    return loaded(play, **options)


def loaded(play: Play, **options: Any) -> Game:
    game = play(**options)
    game.until_loaded()
    return game


def offer(game: Game, id: str = "gems") -> Offer:
    record = game.uw.offers.get(id)
    assert record is not None
    return record


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


# What counts as an answer.


@pytest.mark.parametrize(
    ("calls", "is_accepted", "is_answered"),
    [
        ([], False, False),
        (["show"], False, False),
        (["show", "dismiss"], False, True),
        (["show", "accept"], True, True),
        (["purchased"], True, True),
        (["accept", "purchased"], True, True),
        (["accept", "purchase_failed"], False, False),
        (["accept", "purchase_failed", "accept"], True, True),
        (["accept", "show", "dismiss"], True, True),
        (["dismiss", "accept"], True, True),
    ],
    ids=str,
)
def test_an_offer_remembers_what_the_player_said_to_it_in_this_run_and_the_next(
    sandbox: Sandbox, play: Play, calls: list[str], is_accepted: bool, is_answered: bool
) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    for call in calls:
        getattr(game.uw.offers, call)(offer(game))
    for one in (game, again(play, game)):
        offers = one.uw.offers
        assert (offers.is_accepted(offer(one)), offers.is_answered(offer(one))) == (is_accepted, is_answered)


@pytest.mark.parametrize(
    ("state", "is_accepted", "is_answered"),
    [
        ("viewed", False, False),
        ("dismissed", False, True),
        ("accepted", True, True),
        ("purchased", True, True),
        ("purchase_failed", False, False),
    ],
)
def test_the_state_of_an_impression_is_an_answer_too(
    sandbox: Sandbox, play: Play, state: str, is_accepted: bool, is_answered: bool
) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    game.uw.offers.initialize_impression(offer(game))
    game.until_sent("offers", "on_impression_initialized")
    (told,) = game.seen.of("offers", "on_impression_initialized")
    game.uw.offers.update_impression_state(told["impression"], state)
    assert game.uw.offers.is_accepted(offer(game)) == is_accepted
    assert game.uw.offers.is_answered(offer(game)) == is_answered


def test_a_purchase_is_told_to_the_platform_and_so_is_one_that_fails(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    done: list[bool] = []
    game.uw.offers.show(offer(game))
    game.uw.offers.accept(offer(game))
    game.uw.offers.purchase_failed(offer(game), done.append)
    game.uw.offers.purchased(offer(game), done.append)
    game.until_sent("offers", "on_purchased")
    assert game.seen.of("offers", "on_purchase_failed") == [{"offer": offer(game)}]
    assert done == [True, True]
    (impression,) = sandbox.player("hero-42").offer_impressions
    history = [change.state for change in impression.history]
    assert history == ["initialized", "viewed", "accepted", "purchase_failed", "purchased"]


def test_a_message_is_answered_once_it_was_read(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="welcome")
    game = loaded(play)
    (message,) = game.uw.messages.active
    game.uw.messages.initialize(message)
    assert not game.uw.messages.is_answered(message)
    game.uw.messages.mark_viewed(message)
    assert game.uw.messages.is_answered(message)
    game = again(play, game)
    assert game.uw.messages.is_answered(game.uw.messages.active[0])


@pytest.mark.parametrize("accepted", [False, True])
def test_a_survey_is_answered_once_its_invite_was_unless_it_could_not_be_entered(
    sandbox: Sandbox, play: Play, accepted: bool
) -> None:
    sandbox.publish("surveys", id="poll", questions=[{"type": "rating", "text": "How is it?", "scale": 5}])
    game = loaded(play)
    (survey,) = game.uw.surveys.active
    game.uw.surveys.initialize_invite(survey)
    game.until_sent("surveys", "on_invite_initialized")
    (told,) = game.seen.of("surveys", "on_invite_initialized")
    assert not game.uw.surveys.is_answered(survey)
    game.uw.surveys.respond_to_invite(survey, told["response_id"], told["invite_id"], accepted)
    assert game.uw.surveys.is_answered(survey)
    game.uw.surveys.close()  # before there is a page
    assert game.uw.surveys.is_answered(survey) is not accepted
    game = again(play, game)
    assert game.uw.surveys.is_answered(game.uw.surveys.active[0]) is not accepted


def test_what_is_no_record_of_the_kind_is_refused(play: Play) -> None:
    uw: Any = play(start=False).uw
    for call, sentence in (
        (uw.offers.is_accepted, "offer must be a record of the type Offer"),
        (uw.offers.is_answered, "offer must be a record of the type Offer"),
        (uw.offers.purchased, "offer must be a record of the type Offer"),
        (uw.offers.purchase_failed, "offer must be a record of the type Offer"),
        (uw.messages.is_answered, "message must be a record of the type Message"),
        (uw.surveys.is_answered, "survey must be a record of the type Survey"),
    ):
        with pytest.raises(ArgumentError, match=sentence):
            call("gems")


# What an answer is about.


def test_records_of_other_kinds_and_other_players_with_the_same_id_are_not_answered(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("offers", id="one")
    game = loaded(play)
    game.uw.offers.dismiss(offer(game, "one"))
    assert not game.uw.messages.is_answered(Message("one", start_at=offer(game, "one").start_at))
    assert not game.uw.surveys.is_answered(Survey("one", start_at=offer(game, "one").start_at))
    game.uw.switch_player("another")
    game.until_live("offers", "one")
    assert not game.uw.offers.is_answered(offer(game, "one"))
    game.uw.switch_player("hero-42")
    game.until_live("offers", "one")
    assert game.uw.offers.is_answered(offer(game, "one"))


def test_an_edited_record_stays_answered_and_one_with_another_start_does_not(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    game.uw.offers.accept(offer(game))
    sandbox.change("gems", title="Edited", end_at="+2h")
    assert game.refresh()
    assert game.uw.offers.is_accepted(offer(game))
    sandbox.change("gems", start_at="+1h")
    assert game.refresh()
    assert not game.uw.offers.is_answered(offer(game))


def test_a_start_in_the_players_local_time_is_the_same_in_every_zone(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", start_at="2026-01-01T12:00:00", start_at_tz="player_local")
    game = loaded(play, timezone="Europe/London")
    game.uw.offers.accept(offer(game))
    start = offer(game).start_at
    game = again(play, game, timezone="Asia/Tokyo")
    assert offer(game).start_at != start
    assert game.uw.offers.is_accepted(offer(game))


def test_what_a_campaign_brings_is_answered_until_it_is_triggered_once_more(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="big", trigger=on_event("boss"), offers=[{"id": "gems", "title": "Gems"}])
    game = loaded(play)
    for _ in range(2):
        fire(game, "boss")
        assert not game.uw.offers.is_answered(offer(game))
        game.uw.offers.accept(offer(game))
        assert game.uw.offers.is_accepted(offer(game))
    game = again(play, game)
    fire(game, "boss")
    assert not game.uw.offers.is_answered(offer(game))
    game = again(play, game)
    fire(game, "boss")
    assert not game.uw.offers.is_answered(offer(game))


def test_a_campaign_leaves_the_answer_to_what_the_platform_lists_as_it_is(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish_campaign(id="big", trigger=on_event("boss"), offers=[{"id": "gems", "title": "Gems"}])
    game = loaded(play)
    game.uw.offers.accept(offer(game))
    fire(game, "boss")
    assert game.uw.offers.is_accepted(offer(game))


# When it is known.


def test_it_is_known_before_the_first_record_goes_live_also_offline(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    game.uw.offers.accept(offer(game))
    game.uw.stop()
    sandbox.faults.drop("*", times=None)
    game = play(start=False)
    heard: list[bool] = []
    game.uw.offers.on_active.connect(lambda offers, record: heard.append(offers.is_accepted(record)))
    game.uw.start()
    game.until_live("offers", "gems")
    assert heard == [True]


def test_a_purchase_that_fails_at_once_after_the_start_takes_back_what_the_last_run_has_kept(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    bought = offer(game)
    game.uw.offers.accept(bought)
    game.uw.stop()
    game = play()
    game.uw.offers.purchase_failed(bought)
    game.until_loaded()
    assert not game.uw.offers.is_accepted(offer(game))


def test_a_client_that_starts_again_knows_it_still(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    game.uw.offers.accept(offer(game))
    game.uw.stop()
    game.uw.start()
    game.until_sent("client", "on_session_initialized", 2)
    assert game.uw.offers.is_accepted(offer(game))


def test_a_device_clock_that_is_set_back_changes_nothing(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play, virtual=True)
    game.uw.offers.accept(offer(game))
    game.uw.stop()
    game = play(virtual=True, start=False)
    game.device.wall_shift = -400 * 86400.0
    game.uw.start()
    game.until_loaded()
    assert game.uw.offers.is_accepted(offer(game))


ANSWER = """
import os, signal, sys, time
from uwclient import UserWise
host, data_dir, call = sys.argv[1:]
uw = UserWise("sandbox-key", "hero-42", host=host, data_dir=data_dir)
uw.start()
while not (uw.offers.active and uw.messages.active):
    uw.pump()
    time.sleep(0.002)
uw.offers.accept(uw.offers.active[0])
uw.messages.mark_viewed(uw.messages.active[0])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs processes that are killed")
def test_a_game_that_is_killed_right_after_the_answer_has_not_forgotten_it(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("messages", id="welcome")
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, sandbox.url, str(data), "accept"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=30,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    game = loaded(play)
    assert game.uw.offers.is_accepted(offer(game))
    assert game.uw.messages.is_answered(game.uw.messages.active[0])
