"""What testers do with the players of a world, and with what players do to games."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from tests.qa.conftest import START, MakeWorld, names
from uwclient import ArgumentError, PlayerEvent
from uwclient.qa import Player, World

QUESTIONS = [{"id": "fun", "type": "single_select", "text": "Is it fun?", "options": ["Yes", "No"], "required": True}]
SCENARIO = {
    "clock": START.isoformat(),
    "offers": [{"id": "gems", "start_at": "+1h", "end_at": "+5d"}],
    "messages": [{"id": "hello", "start_at": "+2h", "end_at": "+5d"}],
    "surveys": [{"id": "quiz", "start_at": "+3h", "end_at": "+5d"}],
}


def test_nothing_of_a_player_comes_from_this_machine(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Apia")
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    world = make_world()
    player = world.player(attributes={"level": 7})
    world.skip(seconds=1)
    [session] = player.on_platform.sessions
    assert (session.details.language, session.details.country, session.details.timezone) == ("en", "US", "UTC")
    assert player.on_platform.attributes["level"] == 7


def test_a_player_is_started_and_not_pumped_yet(make_world: MakeWorld) -> None:
    player = make_world().player()
    assert player.uw.is_running
    assert not player.uw.is_session_initialized


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"threaded": True}, "threaded must be False"),
        ({"seed": 7}, "seed is the world's"),
        ({"host": "https://api.userwise.io"}, "host is the world's"),
        ({"country": "Austria"}, "country"),
    ],
)
def test_a_setting_that_a_player_cannot_have_is_refused(
    make_world: MakeWorld, setting: dict[str, Any], sentence: str
) -> None:
    world = make_world()
    with pytest.raises(ArgumentError, match=sentence):
        world.player(**setting)
    assert world.players == []


def test_content_and_signals_can_be_waited_for(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    player = world.player()
    assert player.wait_active("offers", "gems").id == "gems"
    assert world.now == START + timedelta(hours=1)
    heard = player.wait_signal("messages.on_active", id="hello")
    assert (heard.source, heard.details["record"].id) == ("messages", "hello")
    assert world.now == START + timedelta(hours=2)
    [quiz] = player.wait_active(player.uw.surveys)
    assert quiz.id == "quiz"
    with pytest.raises(LookupError, match="no module 'ofers'"):
        player.wait_active("ofers", "gems")
    with pytest.raises(TimeoutError, match="live: messages hello"):
        player.wait_signal("on_active", id="nothing", within="1h")


# Games that end.


def test_a_restarted_game_goes_on_with_its_files_and_listeners(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    player = world.player()
    heard: list[str] = []
    player.uw.offers.on_active.connect(lambda sender, record: heard.append(record.id))
    player.wait_active("offers", "gems")
    player.uw.offers.accept(player.uw.offers.active[0])
    before = player.uw
    player.restart()
    world.skip(minutes=1)
    assert player.uw is not before
    assert heard == ["gems", "gems"]
    assert player.uw.offers.is_answered(player.uw.offers.active[0])
    assert len(player.on_platform.sessions) == 1


def test_a_killed_game_delivers_nothing_at_its_end_and_loses_nothing(make_world: MakeWorld) -> None:
    world = make_world()
    player = world.player()
    world.skip(minutes=1)
    player.uw.assign_event(PlayerEvent("battle_won"))
    before = len(world.sandbox.requests)
    player.kill()
    assert len(world.sandbox.requests) == before
    assert "stop" not in [line.what for line in world.timeline]
    world.skip(minutes=1)
    assert names(player) == ["battle_won"]


def test_killed_games_leave_no_files_open(make_world: MakeWorld) -> None:
    world = make_world()
    player = world.player()
    open_files = []
    for _ in range(4):
        player.uw.assign_event(PlayerEvent("battle_won"))
        world.skip(minutes=5)
        player.kill()
        open_files.append(len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0)  # noqa: PTH112, PTH208
    assert open_files[1] == open_files[-1]


def test_what_an_offline_player_does_arrives_later(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    player = world.player()
    world.skip(minutes=10)
    with player.offline():
        world.skip(hours=2)
        player.uw.assign_event(PlayerEvent("battle_won"))
        world.skip(hours=1)
        assert names(player) == []
    world.skip(minutes=10)
    assert names(player) == ["battle_won"]
    assert [(line.id, line.time - START) for line in world.timeline.only("active")] == [
        ("gems", timedelta(hours=1)),
        ("hello", timedelta(hours=2)),
        ("quiz", timedelta(hours=3)),
    ]


# Cards and surveys.


def test_cards_come_up_and_are_answered_at_once(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    player = world.player()
    ui = player.use_ui(show=("offers", "messages"))
    with pytest.raises(LookupError, match="No card is on the screen"):
        ui.answer()
    world.skip(hours=2)
    assert ui.answer("accept").id == "gems"
    assert ui.answer("dismiss").id == "hello"
    world.skip(minutes=1)
    assert [impression.state for impression in player.on_platform.offer_impressions] == ["accepted"]
    assert [(line.what, line.id) for line in world.timeline.only("ui")] == [("accept", "gems"), ("dismiss", "hello")]


def survey_player(world: World) -> Player:
    player = world.player()
    player.use_ui(show=("surveys",))
    world.wait(lambda: player.ui.card)
    player.ui.answer("accept")
    return player


def test_a_survey_is_played_by_the_test(make_world: MakeWorld) -> None:
    survey = {**SCENARIO["surveys"][0], "questions": QUESTIONS}  # type: ignore[dict-item]
    world = make_world({**SCENARIO, "surveys": [survey]})
    player = survey_player(world)
    world.skip(hours=3)
    assert player.uw.surveys.in_progress
    page = player.surveys.page
    with pytest.raises(ValueError, match="answers are not taken"):
        page.complete({})
    page.complete({"fun": "Yes"})
    page.leave()
    world.skip(seconds=1)
    assert not player.uw.surveys.in_progress
    assert [line.what for line in world.timeline.only("surveys")][-3:] == ["entered", "completed", "closed"]
    assert [response.state for response in player.on_platform.survey_responses] == ["success"]


def test_a_script_plays_a_survey_at_its_moments(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    player = world.player()
    player.surveys.play(("closed", "150s"), ("completed", "2m"))
    player.use_ui(show=("surveys",))
    world.wait(lambda: player.ui.card)
    player.ui.answer("accept")
    began = world.now
    world.skip(hours=1)
    moments = {line.what: line.time - began for line in world.timeline.only("surveys")}
    assert moments["completed"] == timedelta(minutes=2)
    assert moments["closed"] == timedelta(seconds=150)


def test_a_survey_that_hangs_costs_no_stops(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    player = survey_player(world)
    assert world.skip(days=10) < 20
    assert player.uw.surveys.in_progress
