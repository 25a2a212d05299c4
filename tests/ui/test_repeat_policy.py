"""What a player has answered does not come back at every start, unless the game wants that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.campaigning import on_event
from tests.surveys.survey_steps import QUESTIONS, ViewOfTheTest
from tests.ui.screen import Screen
from tests.ui.test_live import message, offer
from uwclient import ArgumentError, Offer, PlayerEvent, Record
from uwclient.sandbox import Sandbox
from uwclient.ui.live import LiveUI
from uwclient.ui.scene import EMPTY
from uwclient.ui.strings import Strings

if TYPE_CHECKING:
    from tests.conftest import Play

ROOT = Path(__file__).parents[2]
SURVEY_TITLE = Strings().survey_title


class Runs:
    """Owns the runs of one game: each begins where the last was stopped."""

    def __init__(self, play: Play, sandbox: Sandbox) -> None:
        self._play = play
        self._sandbox = sandbox
        self._made: list[Screen] = []

    def next(self, **options: Any) -> Screen:
        """Stop the game, and start it again."""
        for screen in self._made[-1:]:
            screen.game.uw.stop()
            screen.ui.close()
        self._made.append(Screen(self._play, self._sandbox, **options))
        self._made[-1].game.uw.surveys.view = ViewOfTheTest()
        return self._made[-1]

    def close(self) -> None:
        """Leave no listener behind."""
        for screen in self._made:
            screen.ui.close()


@pytest.fixture
def runs(play: Play, sandbox: Sandbox) -> Iterator[Runs]:
    made = Runs(play, sandbox)
    yield made
    made.close()


def shows_nothing(screen: Screen) -> bool:
    """Whether nothing comes on the screen in a good while."""
    for _ in range(30):
        if screen.draw() is not EMPTY:
            return False
        screen.wait(0.1)
    return True


def answered(screen: Screen, title: str, choice: str) -> None:
    screen.until_shows(title)
    screen.click(choice)
    screen.wait(0.5)


# From one start to the next.


@pytest.mark.parametrize("choice", ["accept", "dismiss"])
def test_an_offer_that_was_answered_is_not_shown_at_the_next_start(sandbox: Sandbox, runs: Runs, choice: str) -> None:
    offer(sandbox, "gems")
    answered(runs.next(), "Title of gems", choice)
    screen = runs.next()
    assert shows_nothing(screen)
    assert screen.game.live("offers") == ["gems"], "the game has it all the same"


def test_a_message_that_was_read_is_not_shown_at_the_next_start(sandbox: Sandbox, runs: Runs) -> None:
    message(sandbox, "welcome")
    answered(runs.next(), "Title of welcome", "dismiss")
    assert shows_nothing(runs.next())


@pytest.mark.parametrize("choice", ["accept", "dismiss"])
def test_an_invite_that_was_answered_is_not_shown_at_the_next_start(
    sandbox: Sandbox, runs: Runs, choice: str
) -> None:
    sandbox.publish("surveys", id="poll", questions=QUESTIONS)
    screen = runs.next()
    answered(screen, SURVEY_TITLE, choice)
    if choice == "accept":
        screen.game.until_sent("surveys", "on_entered")
    assert shows_nothing(runs.next())


def test_what_was_seen_and_not_answered_is_shown_at_the_next_start(sandbox: Sandbox, runs: Runs) -> None:
    message(sandbox, "welcome")
    screen = runs.next()
    screen.until_shows("Title of welcome")
    screen.ui.hold("boss")
    screen.wait()
    runs.next().until_shows("Title of welcome")
    runs.next().until_shows("Title of welcome")


def test_what_has_ended_before_it_was_answered_is_shown_when_it_goes_live_again(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = runs.next()
    screen.until_shows("Title of gems")
    screen.wait(12)
    sandbox.change("gems", end_at="+300s")
    runs.next().until_shows("Title of gems")


def test_an_answered_offer_returns_when_it_starts_at_another_time_and_not_when_it_is_edited(
    sandbox: Sandbox, runs: Runs
) -> None:
    offer(sandbox, "gems")
    answered(runs.next(), "Title of gems", "accept")
    sandbox.change("gems", title="Cheaper now", end_at="+2h")
    assert shows_nothing(runs.next())
    sandbox.change("gems", start_at="+1s")
    runs.next().until_shows("Cheaper now")


def test_an_answered_offer_whose_end_is_put_off_does_not_return(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = runs.next()
    answered(screen, "Title of gems", "accept")
    screen.wait(12)
    sandbox.change("gems", end_at="+300s")
    screen.refresh()
    assert shows_nothing(screen)
    assert screen.game.live("offers") == ["gems"]


def test_what_a_campaign_brings_returns_each_time_that_it_is_triggered(sandbox: Sandbox, runs: Runs) -> None:
    sandbox.publish_campaign(id="big", trigger=on_event("boss"), offers=[{"id": "gems", "title": "A gem"}])
    for _ in range(2):
        screen = runs.next()
        for _ in range(2):
            screen.game.uw.assign_event(PlayerEvent("boss"))
            answered(screen, "A gem", "dismiss")
            assert shows_nothing(screen)


def test_a_record_of_another_kind_with_the_same_id_is_shown(sandbox: Sandbox, runs: Runs) -> None:
    sandbox.publish_campaign(id="big", trigger=on_event("boss"), messages=[{"id": "one", "title": "A message"}])
    offer(sandbox, "one")
    screen = runs.next()
    answered(screen, "Title of one", "accept")
    screen.game.uw.assign_event(PlayerEvent("boss"))
    screen.until_shows("A message")


def test_each_player_answers_for_themselves(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems")
    screen = runs.next()
    answered(screen, "Title of gems", "accept")
    screen.game.uw.switch_player("another")
    screen.until_shows("Title of gems")
    screen.game.uw.switch_player("hero-42")
    screen.game.until_live("offers", "gems")
    assert shows_nothing(screen)
    screen = runs.next()
    assert shows_nothing(screen)
    screen.game.uw.switch_player("another")
    screen.until_shows("Title of gems")


KILLED_IN_ITS_ANSWER = """
import os, signal, sys, time
from tests.ui.geometry import PlainRuler, target
from uwclient import UserWise
from uwclient.ui.live import LiveUI
host, data_dir = sys.argv[1:]
uw = UserWise("sandbox-key", "hero-42", host=host, data_dir=data_dir)
ui = LiveUI(uw, on_answer=lambda record, choice: os.kill(os.getpid(), signal.SIGKILL))
ruler = PlainRuler()
uw.start()
while True:
    uw.pump()
    scene = ui.scene(1280, 720, ruler)
    if ui.is_open:
        time.sleep(0.5)
        ui.click(*target(scene, "accept"))
    time.sleep(0.005)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs processes that are killed")
def test_a_game_that_is_killed_while_it_sells_does_not_show_the_offer_again(
    sandbox: Sandbox, runs: Runs, tmp_path: Path
) -> None:
    offer(sandbox, "gems")
    done = subprocess.run(
        [sys.executable, "-c", KILLED_IN_ITS_ANSWER, sandbox.url, str(tmp_path / "data")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=30,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    screen = runs.next()
    assert shows_nothing(screen)
    screen.until_platform(lambda: [one.state for one in screen.player.offer_impressions] == ["accepted"])


# What the game does beside the cards.


def test_a_purchase_that_fails_brings_the_offer_back_at_the_next_start(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems")
    uw: list[Any] = []

    def sell(record: Record, choice: str) -> None:
        assert isinstance(record, Offer)
        uw[0].offers.purchase_failed(record)

    screen = runs.next(on_answer=sell)
    uw.append(screen.game.uw)
    answered(screen, "Title of gems", "accept")
    assert shows_nothing(screen), "not in the face of a player who has just given up"
    screen = runs.next()
    answered(screen, "Title of gems", "accept")
    assert shows_nothing(runs.next())


def test_the_shop_opens_an_offer_whatever_was_answered(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems")
    answered(runs.next(), "Title of gems", "accept")
    screen = runs.next()
    for choice in ("dismiss", "accept"):
        assert screen.ui.open(screen.game.uw.offers.active[0])
        answered(screen, "Title of gems", choice)
        assert shows_nothing(screen)


def test_what_was_opened_by_the_shop_survives_a_boss_fight(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems")
    screen = runs.next()
    answered(screen, "Title of gems", "accept")
    screen.ui.open(screen.game.uw.offers.active[0])
    screen.until_shows("Title of gems")
    screen.ui.hold("boss")
    screen.wait()
    screen.ui.release("boss")
    screen.until_shows("Title of gems")


def test_an_offer_that_was_bought_elsewhere_while_it_waited_is_not_shown(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems")
    message(sandbox, "welcome")
    screen = runs.next()
    screen.until_shows("Title of welcome")
    screen.game.uw.offers.accept(screen.game.uw.offers.active[0])
    screen.click("dismiss")
    assert shows_nothing(screen)
    assert screen.ui.waiting == ()


# The other ways.


def test_with_always_what_was_answered_returns_each_time_that_it_goes_live(sandbox: Sandbox, runs: Runs) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = runs.next(repeat="always")
    answered(screen, "Title of gems", "accept")
    assert shows_nothing(screen)
    screen.wait(12)
    sandbox.change("gems", end_at="+300s")
    screen.refresh()
    answered(screen, "Title of gems", "accept")
    runs.next(repeat="always").until_shows("Title of gems")


@pytest.mark.parametrize("is_answered", [True, False])
def test_with_start_each_record_is_shown_at_most_once_in_a_run(
    sandbox: Sandbox, runs: Runs, is_answered: bool
) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = runs.next(repeat="start")
    screen.until_shows("Title of gems")
    screen.ui.hold("boss")
    screen.wait()
    screen.ui.release("boss")
    screen.until_shows("Title of gems")
    if is_answered:
        screen.click("accept")
    screen.wait(12)
    sandbox.change("gems", start_at="+1s", end_at="+300s")
    screen.refresh()
    assert shows_nothing(screen)
    assert screen.game.live("offers") == ["gems"]
    runs.next(repeat="start").until_shows("Title of gems")


@pytest.mark.parametrize("repeat", ["never", "", None, 1, ["live"]])
def test_another_way_is_refused(play: Play, repeat: Any) -> None:
    with pytest.raises(ArgumentError, match="repeat must be one of 'start', 'live', 'always'"):
        LiveUI(play(start=False).uw, repeat=repeat)
