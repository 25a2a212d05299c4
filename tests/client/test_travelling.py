"""Players who travel, and players who choose another language while they play."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import ArgumentError
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

LONDON, TOKYO = "Europe/London", "Asia/Tokyo"


@pytest.fixture(autouse=True)
def _at_home_in_london(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", LONDON)
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """A platform on which it is winter in London, noon."""
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    sandbox.clock.advance(seconds=(noon - sandbox.clock.now()) / timedelta(seconds=1))
    return sandbox


def starts(sandbox: Sandbox) -> list[tuple[str | None, str | None]]:
    """The time zone and the language of each session start."""
    told = [request.query for request in sandbox.requests if request.path.endswith("/appusers/hero-42")]
    return [(query.get("timezone"), query.get("language")) for query in told]


def publish_local(sandbox: Sandbox) -> None:
    """Content of the evening of December 1st, and of the morning, in the player's own time; and one for all."""
    sandbox.publish("offers", id="evening", start_at="2026-12-01 20:00", start_at_tz="player_local")
    sandbox.publish(
        "offers", id="noon", start_at="2026-12-01 11:00", end_at="2026-12-01 13:00", start_at_tz="player_local"
    )
    sandbox.publish("offers", id="always")


def begun(sandbox: Sandbox, play: Play, **options: Any) -> Game:
    publish_local(sandbox)
    game = play(virtual=True, **options)
    game.until_loaded()
    game.until_live("offers", "noon", "always")
    return game


def test_a_change_of_the_time_zone_is_noticed_at_the_next_refresh(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = begun(sandbox, play)
    session_id = game.uw.session_id

    monkeypatch.setenv("TZ", TOKYO)  # where it is nine in the evening
    game.pass_time(70)
    game.until_live("offers", "evening", "always")

    assert starts(sandbox) == [(LONDON, "en"), (TOKYO, "en")]
    assert game.uw.session_id == session_id
    assert len(game.seen.of("client", "on_session_initialized")) == 1
    assert game.seen.ids("offers", "on_inactive") == ["noon"]
    assert "always" not in game.seen.ids("offers", "on_updated")


def test_a_refresh_that_the_game_asks_for_notices_it_too(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = begun(sandbox, play)
    monkeypatch.setenv("TZ", TOKYO)

    assert game.refresh()

    game.until_live("offers", "evening", "always")
    assert starts(sandbox)[-1] == (TOKYO, "en")


def test_content_follows_the_time_zone_offline(sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    game = begun(sandbox, play)
    sandbox.stop()

    monkeypatch.setenv("TZ", TOKYO)
    game.pass_time(70)

    assert sorted(game.live("offers")) == ["always", "evening"]


def test_a_time_zone_that_changes_while_offline_is_told_when_there_is_a_session_again(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.faults.respond("*/hero-42", status=503, times=1)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")

    monkeypatch.setenv("TZ", TOKYO)
    game.pass_time(30)
    game.until_loaded()

    assert starts(sandbox) == [(LONDON, "en"), (TOKYO, "en")]


def test_a_time_zone_that_the_game_has_set_stays(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = begun(sandbox, play, timezone=LONDON)
    monkeypatch.setenv("TZ", TOKYO)

    game.pass_time(70)
    assert game.refresh()

    assert sorted(game.live("offers")) == ["always", "noon"]
    assert starts(sandbox) == [(LONDON, "en")]


@pytest.mark.parametrize("told", ["Mars/Olympus", "", ":", "../../etc/passwd", "\x01"])
def test_a_time_zone_that_is_none_stops_nothing(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    game = begun(sandbox, play)
    monkeypatch.setenv("TZ", told)

    assert game.refresh()

    assert starts(sandbox)[-1][0]


def test_the_times_of_upcoming_content_are_those_of_the_new_zone(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = begun(sandbox, play)
    known = {offer.id: offer for offer in (*game.uw.offers.active, *game.uw.offers.upcoming)}
    assert known["evening"].start_at == datetime(2026, 12, 1, 20, tzinfo=UTC)

    monkeypatch.setenv("TZ", TOKYO)
    assert game.refresh()

    evening = game.uw.offers.get("evening")
    assert evening is not None
    assert evening.start_at == datetime(2026, 12, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "is_asked_anew"),
    [({"timezone": TOKYO}, True), ({"language": "de"}, True), ({"country": "AT"}, True), ({}, False)],
    ids=["time zone", "language", "country", "nothing"],
)
def test_content_that_was_kept_for_another_device_is_asked_for_anew(
    sandbox: Sandbox, play: Play, change: dict[str, Any], is_asked_anew: bool
) -> None:
    sandbox.publish("offers", id="always")
    first = play()
    first.until_loaded()
    first.uw.stop()
    sandbox.forget_requests()

    game = play(**change)
    game.until_loaded()

    assert game.live("offers") == ["always"]
    (asked,) = sandbox.requests_to("offers")
    assert ("If-None-Match" in asked.headers) is not is_asked_anew


def test_the_language_is_what_the_system_says_until_it_is_set(play: Play) -> None:
    assert play(start=False).uw.language == "en"
    assert play(start=False, language="fr").uw.language == "fr"


def test_session_and_content_follow_a_language_that_is_set_in_play(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="hello", title="Hello")
    game = play()
    game.until_loaded()
    session_id = game.uw.session_id
    sandbox.forget_requests()

    sandbox.change("hello", title="Hallo")  # as the platform answers for another language
    game.uw.language = "de"
    game.until_sent("messages", "on_updated")

    assert game.uw.language == "de"
    assert [message.title for message in game.uw.messages.active] == ["Hallo"]
    assert starts(sandbox) == [(LONDON, "de")]
    assert sandbox.player("hero-42").sessions[-1].details.language == "de"
    assert game.uw.session_id == session_id
    assert len(game.seen.of("client", "on_session_initialized")) == 1
    game.until(lambda: sandbox.requests_to("offers"))
    assert not [request for request in sandbox.requests_to("offers") if "If-None-Match" in request.headers]


def test_a_language_that_is_set_before_the_start_or_while_stopped_counts(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    game.uw.language = "de"
    game.uw.start()
    game.until_loaded()
    game.uw.stop()
    game.uw.language = "fr"
    game.uw.start()
    game.until(lambda: len(starts(sandbox)) == 2 and game.uw.is_session_initialized)
    game.uw.language = None
    game.until(lambda: len(starts(sandbox)) == 3)

    assert [language for _, language in starts(sandbox)] == ["de", "fr", "en"]


def test_the_last_of_many_choices_counts_whatever_was_under_way(sandbox: Sandbox, play: Play) -> None:
    game = play()
    ends: list[bool] = []
    for language in ("de", "fr", "it", "es", "pt") * 4:
        game.uw.language = language
        game.uw.refresh_content(ends.append)
        game.uw.pump()
    game.until(lambda: len(ends) == 20)
    assert game.refresh()

    assert ends == [True] * 20
    assert starts(sandbox)[-1] == (LONDON, "pt")


def test_a_platform_that_does_not_know_the_session_any_more_opens_one_in_the_new_language(
    sandbox: Sandbox, play: Play
) -> None:
    game = play()
    game.until_loaded()
    sandbox.faults.respond("*/hero-42", status=404, times=1)

    game.uw.language = "de"
    game.until_sent("client", "on_session_initialized", count=2)

    assert starts(sandbox)[-1] == (LONDON, "de")


def test_a_platform_that_refuses_the_new_language_is_asked_again(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/hero-42", status=401, times=1)

    game.uw.language = "de"
    game.until_sent("client", "on_session_initialization_failed")
    game.pass_time(400, step=5)
    game.until_sent("client", "on_session_initialized", count=2)

    assert starts(sandbox)[-1] == (LONDON, "de")


@pytest.mark.parametrize("status", [302, 404, 500])
def test_the_session_outlives_a_gateway_that_answers_when_the_new_language_is_told(
    sandbox: Sandbox, play: Play, status: int
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    session_id = game.uw.session_id
    sandbox.faults.respond("*/hero-42", status=status, body="<html>", times=2)

    game.uw.language = "de"
    game.until(lambda: len(starts(sandbox)) == 2)
    game.pass_time(30)
    game.until(lambda: len(starts(sandbox)) == 4)
    assert game.refresh()

    assert starts(sandbox)[-1] == (LONDON, "de")
    assert game.uw.session_id == session_id
    assert game.seen.of("client", "on_session_initialization_failed") == []
    assert len(game.seen.of("client", "on_session_initialized")) == 1


@pytest.mark.parametrize("language", ["", "german", "d", 5, "d1", ["de"], "ü1"])
def test_a_language_that_is_none_is_refused_and_changes_nothing(play: Play, language: Any) -> None:
    game = play(start=False, language="fr")
    with pytest.raises(ArgumentError, match="language must"):
        game.uw.language = language
    assert game.uw.language == "fr"
