"""What a game hears of a survey that it enters: each signal once, in order, whatever happens to the page."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.surveys.survey_steps import (
    SURVEY,
    ViewOfTheTest,
    accept,
    answer,
    error_of,
    open_page,
    states,
    told,
    until_told,
)
from uwclient import ArgumentError, UserWiseError
from uwclient.models.pages import PageNews
from uwclient.modules import survey_page, surveys
from uwclient.sandbox import Sandbox
from uwclient.survey_views import BrowserView, WindowView

if TYPE_CHECKING:
    from tests.conftest import Game, Play

pytestmark = pytest.mark.usefixtures("sandbox")
EVERYTHING = float("inf")
"""The budget of a pump that leaves nothing for the next one."""


def test_a_survey_that_is_completed_is_entered_completed_and_closed(sandbox: Sandbox, play: Play) -> None:
    game = play()
    page = open_page(game)
    assert game.uw.surveys.in_progress
    answer(page.url)
    page.tell("completed")
    game.until_sent("surveys", "on_completed")
    assert game.uw.surveys.in_progress, "until the page is gone"
    page.tell("closed")

    until_told(game, "on_entered", "on_completed", "on_closed")
    assert states(sandbox)[-1] == "success"
    (response,) = sandbox.player("hero-42").survey_responses
    for signal in ("on_entered", "on_completed", "on_closed"):
        (details,) = game.seen.of("surveys", signal)
        assert set(details) == {"survey", "response_id"}
        assert (details["survey"].id, details["response_id"]) == (SURVEY, response.id)
    assert not game.uw.surveys.in_progress


def test_a_page_that_is_closed_early_is_entered_and_closed(play: Play) -> None:
    game = play()
    open_page(game).tell("closed")
    until_told(game, "on_entered", "on_closed")


def test_a_page_that_does_not_load_is_entered_and_fails(play: Play) -> None:
    game = play()
    open_page(game).tell("failed", reason="It does not load.")
    until_told(game, "on_entered", "on_enter_failed")
    assert error_of(game) == "It does not load."
    assert not game.uw.surveys.in_progress


def test_a_page_that_fails_after_the_answers_were_sent_is_closed(play: Play) -> None:
    game = play()
    open_page(game).tell("completed", "failed")
    until_told(game, "on_entered", "on_completed", "on_closed")


def test_what_a_page_tells_twice_is_heard_once(play: Play) -> None:
    game = play()
    open_page(game).tell("completed", "completed", "closed", "closed", "completed", "failed")
    until_told(game, "on_entered", "on_completed", "on_closed")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UserWiseError("There is no window today."), "There is no window today."),
        (FileNotFoundError(2, "No such file or directory", "browser"), "cannot be shown: No such file or directory."),
        (RuntimeError("secret"), "cannot be shown: RuntimeError."),
        (SystemExit("secret"), "cannot be shown: SystemExit."),
    ],
)
def test_a_view_that_cannot_open_a_page_is_never_entered(play: Play, error: BaseException, sentence: str) -> None:
    def fail() -> None:
        raise error

    game = play()
    game.uw.surveys.view = ViewOfTheTest(on_open=fail)
    accept(game)

    until_told(game, "on_enter_failed")
    assert sentence in error_of(game)
    assert "secret" not in error_of(game)
    assert game.refresh()  # the background still works


class ViewThatReturns:
    """A view that returns what the test says, page or not."""

    def __init__(self, opened: object) -> None:
        self._opened = opened

    def open(self, _: str) -> Any:
        return self._opened


@pytest.mark.parametrize("opened", [None, "a page", object()])
@pytest.mark.parametrize("threaded", [True, False])
def test_a_view_that_returns_no_page_is_never_entered(play: Play, opened: object, threaded: bool) -> None:
    game = play(threaded=threaded)
    game.uw.surveys.view = ViewThatReturns(opened)
    accept(game)

    until_told(game, "on_enter_failed")
    assert "must return a page, with poll() and close()" in error_of(game)


class SilentPage:
    """A page that keeps what it should tell to itself."""

    def __init__(self, news: object) -> None:
        self._news = news

    @property
    def knows_end(self) -> bool:
        if self._news is None:
            raise RuntimeError("nobody knows")
        return True

    def poll(self) -> Any:
        return self._news

    def close(self) -> None:
        pass


@pytest.mark.parametrize("news", [PageNews("failed"), SimpleNamespace(kind="failed")])
def test_a_page_that_fails_without_a_reason_has_an_error_all_the_same(play: Play, news: object) -> None:
    game = play()
    game.uw.surveys.view = ViewThatReturns(SilentPage(news))
    accept(game)

    until_told(game, "on_entered", "on_enter_failed")
    assert error_of(game) == "The survey's page has failed; its view gives no reason."


def test_a_page_that_cannot_say_whether_it_knows_its_end_is_given_up(play: Play) -> None:
    game = play()
    game.uw.surveys.view = ViewThatReturns(SilentPage(None))
    accept(game)

    until_told(game, "on_entered", "on_enter_failed")
    assert error_of(game) == "The survey's page has failed (RuntimeError)."


@pytest.mark.parametrize("fault", ["raises", "tells nonsense"])
def test_a_page_that_breaks_is_taken_away(play: Play, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    game = play()
    page = open_page(game)
    if fault == "raises":
        page.fails_with = RuntimeError("broken")
    else:
        page.tell("survey_completed")

    until_told(game, "on_entered", "on_enter_failed")
    assert page.closes == 1
    assert "its page is given up" in caplog.text


def test_a_view_may_be_chosen_and_chosen_again(play: Play) -> None:
    game = play(start=False)
    assert game.uw.surveys.view is None
    for view in (BrowserView(), WindowView(), ViewOfTheTest(), None):
        game.uw.surveys.view = view
        assert game.uw.surveys.view is view


@pytest.mark.parametrize("view", ["browser", 5, object(), BrowserView])
def test_what_is_no_view_is_refused(play: Play, view: Any) -> None:
    game = play(start=False)
    with pytest.raises(ArgumentError, match=r"view must be a SurveyView, such as BrowserView\(\)"):
        game.uw.surveys.view = view


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://evil.example/take_survey/1?enc=SIGNED",
        "https://me:pass@app.userwise.io/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1:x/",
        "--help",
        "x" * 100_000,
        5,
    ],
    ids=lambda url: str(url)[:30],
)
def test_a_page_at_a_wrong_address_is_not_opened(sandbox: Sandbox, play: Play, url: object) -> None:
    sandbox.faults.respond("*/survey_url", status=200, body={"survey_url": url})
    game = play()
    view = game.uw.surveys.view = ViewOfTheTest()
    accept(game)

    until_told(game, "on_enter_failed")
    assert "address" in error_of(game)
    assert "SIGNED" not in error_of(game)
    assert view.pages == []


# The player, the game and the platform come in between.


def test_a_game_takes_the_page_away(play: Play) -> None:
    game = play()
    page = open_page(game)

    game.uw.surveys.close()
    game.uw.pump(EVERYTHING)

    assert told(game) == ["on_entered", "on_closed"]
    assert page.closes == 1
    assert not game.uw.surveys.in_progress
    game.uw.surveys.close()
    until_told(game, "on_entered", "on_closed")
    assert page.closes == 1


def test_a_page_that_was_completed_and_is_taken_away_is_closed(play: Play) -> None:
    game = play()
    page = open_page(game)
    page.tell("completed")
    game.until_sent("surveys", "on_completed")
    game.uw.surveys.close()
    until_told(game, "on_entered", "on_completed", "on_closed")


def test_a_listener_may_take_the_page_away(play: Play) -> None:
    game = play()
    game.uw.surveys.on_entered.connect(lambda surveys, **_: surveys.close())
    page = open_page(game)
    until_told(game, "on_entered", "on_closed")
    assert page.closes == 1


@pytest.mark.parametrize("path", ["*/survey_invites/appuser_response", "*/survey_url"])
@pytest.mark.parametrize("way", ["close", "stop", "switch"])
def test_who_goes_while_the_platform_is_asked_has_not_entered(
    sandbox: Sandbox, play: Play, path: str, way: str
) -> None:
    game = play()
    view = ViewOfTheTest()
    game.uw.surveys.view = view
    sandbox.faults.hang(path, seconds=0.3)
    accept(game)
    game.until(lambda: sandbox.requests[-1].path.endswith(path[2:]))

    if way == "close":
        game.uw.surveys.close()
    elif way == "stop":
        game.uw.stop()
    else:
        game.uw.switch_player("rogue-7")

    until_told(game, "on_enter_failed")
    assert not game.uw.surveys.in_progress
    time.sleep(0.3)  # the platform has answered by now
    until_told(game, "on_enter_failed")
    assert view.pages == []
    asked = sum(request.path.endswith("/survey_url") for request in sandbox.requests)
    assert asked == (1 if path == "*/survey_url" else 0)


@pytest.mark.parametrize("way", ["stop", "switch"])
def test_a_page_ends_with_the_run(play: Play, way: str) -> None:
    game = play()
    page = open_page(game)

    if way == "stop":
        game.uw.stop()
        assert [sent.signal for sent in game.seen.sent][-2:] == ["on_closed", "on_stop"]
    else:
        game.uw.switch_player("rogue-7")
        game.uw.pump(EVERYTHING)
        assert told(game) == ["on_entered", "on_closed"]

    assert page.closes == 1
    until_told(game, "on_entered", "on_closed")


def test_a_listener_may_stop_the_client(play: Play) -> None:
    game = play()
    game.uw.surveys.on_entered.connect(lambda *_, **__: game.uw.stop())
    page = open_page(game)
    until_told(game, "on_entered", "on_closed")
    assert [sent.signal for sent in game.seen.sent][-3:] == ["on_entered", "on_closed", "on_stop"]
    assert page.closes == 1


def test_the_next_player_and_the_next_run_can_take_surveys(play: Play) -> None:
    game = play()
    open_page(game)
    game.uw.switch_player("rogue-7")
    game.until_sent("surveys", "on_closed")
    open_page_again(game, 2)
    game.uw.stop()
    game.uw.start()
    open_page_again(game, 3)
    assert told(game) == ["on_entered", "on_closed", "on_entered", "on_closed", "on_entered"]


def open_page_again(game: Game, count: int) -> None:
    game.until(lambda: game.uw.is_session_initialized)
    accept(game)
    game.until_sent("surveys", "on_entered", count)


def test_a_stop_does_not_wait_long_for_a_page_that_stays(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("uwclient.lifecycle.PAGES_GONE_WITHIN", 0.05)
    game = play()
    open_page(game).stays = True
    began = time.monotonic()

    game.uw.stop()

    assert time.monotonic() - began < 1.0
    until_told(game, "on_entered", "on_closed")


def test_a_page_that_stays_after_it_was_closed_is_given_up(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(survey_page, "GONE_WITHIN", 0.05)
    game = play()
    open_page(game).stays = True

    game.uw.surveys.close()

    until_told(game, "on_entered", "on_closed")
    game.until(lambda: "A survey's page is still there" in caplog.text)


def test_a_page_that_was_still_being_opened_is_taken_away(play: Play) -> None:
    opening, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        opening.set()
        assert go_on.wait(5)

    game = play()
    view = ViewOfTheTest(on_open=wait)
    game.uw.surveys.view = view
    accept(game)
    game.until(opening.is_set)

    game.uw.surveys.close()
    until_told(game, "on_enter_failed")
    go_on.set()

    game.until(lambda: view.pages and view.page.closes == 1)
    assert view.page.news == view.page.news.__class__(), "it was polled until it was gone"
    until_told(game, "on_enter_failed")


def test_a_survey_that_is_withdrawn_meanwhile_can_be_finished(sandbox: Sandbox, play: Play) -> None:
    game = play()
    page = open_page(game)
    sandbox.withdraw(SURVEY)
    assert game.refresh()
    assert game.live("surveys") == []

    answer(page.url)
    page.tell("completed", "closed")

    until_told(game, "on_entered", "on_completed", "on_closed")


def test_the_end_of_a_page_is_heard_while_a_request_hangs(sandbox: Sandbox, play: Play) -> None:
    game = play()
    page = open_page(game)
    sandbox.faults.hang("*/messages", times=None)
    game.uw.refresh_content()
    game.until(lambda: sandbox.requests[-1].path.endswith("/messages"))
    began = time.monotonic()

    page.tell("completed", "closed")

    game.until_sent("surveys", "on_closed")
    assert time.monotonic() - began < 1.0


def test_a_client_without_a_thread_shows_pages_in_its_own_time(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.pass_time(2)
    page = open_page(game)
    page.tell("completed", "closed")

    game.pass_time(1)

    assert told(game) == ["on_entered", "on_completed", "on_closed"]
    accept(game)
    game.until_sent("surveys", "on_entered", 2)
    game.uw.stop()
    assert told(game)[3:] == ["on_entered", "on_closed"]


def test_a_listener_that_fails_keeps_nobody_from_hearing(play: Play) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the game's own fault")

    game = play(start=False)
    for signal in (game.uw.surveys.on_entered, game.uw.surveys.on_completed, game.uw.surveys.on_closed):
        signal.connect(fail)
    game.uw.start()
    open_page(game).tell("completed", "closed")
    until_told(game, "on_entered", "on_completed", "on_closed")


# Where the page cannot tell, the platform may.


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform is asked without long pauses."""
    monkeypatch.setattr(surveys, "ASK_INTERVAL", 0.05)


def questions(sandbox: Sandbox) -> int:
    return sum("/surveys/responses/" in request.path for request in sandbox.requests)


@pytest.mark.usefixtures("often")
def test_the_platform_tells_that_a_survey_was_completed(sandbox: Sandbox, play: Play) -> None:
    game = play()
    page = open_page(game, knows_end=False)
    game.until(lambda: questions(sandbox) >= 2)
    assert told(game) == ["on_entered"]

    answer(page.url)

    until_told(game, "on_entered", "on_completed", "on_closed")
    assert page.closes == 1


@pytest.mark.usefixtures("often")
def test_the_platform_tells_that_a_survey_was_abandoned(sandbox: Sandbox, play: Play) -> None:
    import requests

    game = play()
    page = open_page(game, knows_end=False)
    requests.get(page.url + "0", timeout=5)  # an address that was tampered with

    until_told(game, "on_entered", "on_closed")
    assert states(sandbox)[-1] == "term_url_security"


@pytest.mark.usefixtures("often")
def test_a_platform_that_cannot_tell_is_asked_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/surveys/responses/*", status=404, times=None)
    game = play()
    open_page(game, knows_end=False)
    game.until(lambda: questions(sandbox))
    for _ in range(20):
        game.uw.pump()
        time.sleep(0.01)
    assert questions(sandbox) == 1
    game.uw.surveys.close()
    until_told(game, "on_entered", "on_closed")


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("fault", ["outage", "nonsense"])
def test_a_platform_that_fails_to_tell_is_asked_again(sandbox: Sandbox, play: Play, fault: str) -> None:
    if fault == "outage":
        sandbox.faults.drop("*/surveys/responses/*", times=4)
    else:
        sandbox.faults.respond("*/surveys/responses/*", status=200, body={"survey_response": 5}, times=2)
    game = play()
    page = open_page(game, knows_end=False)
    answer(page.url)
    until_told(game, "on_entered", "on_completed", "on_closed")


@pytest.mark.usefixtures("often")
def test_a_page_that_knows_its_end_has_the_platform_left_alone(sandbox: Sandbox, play: Play) -> None:
    game = play()
    page = open_page(game)
    answer(page.url)
    for _ in range(20):
        game.uw.pump()
        time.sleep(0.01)
    assert questions(sandbox) == 0
    assert told(game) == ["on_entered"]


def test_the_signed_address_is_in_no_log(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        game = play()
        page = open_page(game)
        page.fails_with = RuntimeError("broken")
        game.until_sent("surveys", "on_enter_failed")
        game.uw.stop()
    signature = page.url.partition("enc=")[2].partition("&")[0]
    assert len(signature) > 20
    assert signature not in caplog.text
    assert signature not in repr(vars(game.uw)) + repr(vars(game.uw.surveys)) + repr(game.seen.sent)
