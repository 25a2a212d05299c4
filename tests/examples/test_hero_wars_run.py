"""A run of the game: its start and end, its window, and the pictures and lines that it leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pygame
import pytest
from hero_wars.album import OVERLAY, SHOTS, Album, plays
from hero_wars.game import Game, Options, run
from hero_wars.journal import Journal, describe
from hero_wars.panels.popups import Look, Popup
from hero_wars.panels.shelf import OfferCard
from hero_wars.play.boss import Boss
from hero_wars.play.happenings import Happening, Kind
from hero_wars.screen.sounds import RATE, SOUNDS, Sounds, wave
from hero_wars.screen.window import open_window
from hero_wars.stage import Stage

from tests.conftest import MakeClient
from tests.examples.playing import FRAME, advance
from uwclient import GameEvent, Message, Offer, OfferImpression, PushPayload, Survey, UserWise


@pytest.fixture
def uw(make_client: MakeClient) -> UserWise:
    return make_client()


def lifecycle(uw: UserWise) -> list[str]:
    """What the client does from now on: started and stopped."""
    heard: list[str] = []
    uw.on_start.connect(lambda *_, **__: heard.append("start"))
    uw.on_stop.connect(lambda *_, **__: heard.append("stop"))
    return heard


def taken(album: Album, stage: Stage, seconds: float) -> list[str]:
    names: list[str] = []
    for _ in range(round(seconds / FRAME)):
        advance(stage, FRAME)
        names += album.due(FRAME, stage)
    return names


def test_a_run_starts_and_stops_the_client_and_leaves_pictures(
    uw: UserWise, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = lifecycle(uw)
    code = run(Options(headless=True, seconds=0.2, screenshots=tmp_path / "shots"), uw)
    assert (code, heard) == (0, ["start", "stop"])
    assert [path.name for path in (tmp_path / "shots").iterdir()] == ["01-end.png"]
    assert str(tmp_path / "shots" / "01-end.png") in capsys.readouterr().out


def test_a_run_stops_the_client_when_something_breaks(uw: UserWise, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(uw, "pump", break_down)
    with pytest.raises(RuntimeError):
        run(Options(headless=True, seconds=1.0), uw)
    assert not uw.is_running


def test_closing_the_window_ends_a_run_that_has_no_other_end(uw: UserWise) -> None:
    def close_window(*_: object, **__: object) -> None:
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    uw.on_start.connect(close_window)
    assert run(Options(), uw) == 0
    assert not uw.is_running


@pytest.mark.parametrize(("key", "runs"), [(pygame.K_F10, False), (pygame.K_F9, True)])
def test_while_the_debug_overlay_is_open_held_keys_do_not_move_the_hero(
    uw: UserWise, monkeypatch: pytest.MonkeyPatch, key: int, runs: bool
) -> None:
    class EveryKey:
        def __getitem__(self, held: int) -> bool:
            return held == pygame.K_RIGHT

    monkeypatch.setattr(pygame.key, "get_pressed", EveryKey)
    window = open_window()
    assert window is not None
    game = Game(Options(seconds=0.3), uw, window)
    before = game._stage.world.hero.x
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))
    game.loop()
    pygame.quit()
    assert (game._stage.world.hero.x > before) is runs


def test_without_a_screen_the_game_says_how_to_run_it(
    uw: UserWise, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = lifecycle(uw)
    monkeypatch.setenv("SDL_VIDEODRIVER", "none-such")
    assert run(Options(), uw) == 1
    assert "run it headless" in capsys.readouterr().err
    assert heard == []


def test_the_album_takes_each_telling_moment_once(stage: Stage, tmp_path: Path) -> None:
    album = Album(tmp_path, say=lambda line: None)
    names = taken(album, stage, 1.5)
    for key in ("first", "second"):
        stage.panels.popups.push(Popup(key, Look.MESSAGE, "News", "", "OK", None, lambda accepted: None))
        names += taken(album, stage, 2.0)
        stage.panels.popups.answer(accepted=True)
        names += taken(album, stage, 1.0)
    assert names == ["start", "message"]


def test_the_album_has_an_eye_for_offers_bosses_and_the_market(stage: Stage, tmp_path: Path) -> None:
    album = Album(tmp_path, say=lambda line: None)
    card = OfferCard("gems", "Gems", "", (), None, None)
    stage.panels.shelf.put(card)
    names = taken(album, stage, 2.0)
    stage.panels.shelf.update(OfferCard("gems", "Gems", "", (("gems", 1),), None, None))
    stage.panels.market.enter()
    names += taken(album, stage, 2.0)
    stage.panels.market.leave()
    stage.world.boss = Boss(700.0, 4, 4)
    names += taken(album, stage, 1.2)
    assert names == ["start", "offer", "market", "boss"]


def test_moments_that_leave_no_trace_are_taken_after_their_signal(stage: Stage, uw: UserWise, tmp_path: Path) -> None:
    album = Album(tmp_path, say=lambda line: None)
    album.follow(uw)
    assert "message-withdrawn" not in taken(album, stage, 2.0)
    for _ in range(2):
        uw.messages.on_inactive.send(uw.messages, record=Message(id="oops"))
    assert taken(album, stage, 2.0) == ["message-withdrawn"]
    assert "message-withdrawn" not in [name for name, *_ in SHOTS]


def offer() -> Offer:
    return Offer(id="gems", title="300 gems", text=json.dumps({"items": {"gems": 300}}).encode())


def test_the_journal_prints_each_signal_and_each_report_as_one_readable_line(uw: UserWise) -> None:
    lines: list[str] = []
    moments = iter([100.0, 112.3, 113.0, 114.0])
    journal = Journal(lines.append, clock=lambda: next(moments))
    journal.follow(uw)
    uw.offers.on_active.send(uw.offers, record=offer())
    uw.events.on_loaded.send(uw.events, from_api=True, from_cache=False)
    journal.told("assign_event", "level_up  level=2")
    assert lines == [
        '[ 12.3 s] offers.on_active                 gems           "300 gems"',
        "[ 13.0 s] events.on_loaded                 from_api=True  from_cache=False",
        "[ 14.0 s] > assign_event                   level_up  level=2",
    ]


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ({"record": GameEvent(id="e", name="Rain", external_id="coin_rain")}, 'coin_rain      "Rain"'),
        ({"record": Message(id="m", title="Hi"), "previous": Message(id="m", title="Ho")}, 'm              "Hi"'),
        ({"message": Message(id="m", title="Hi"), "error": "full"}, 'm              "Hi"  error=full'),
        (
            {"survey": Survey(id="s", name="Steps"), "response_id": "long", "invite_id": "long"},
            's              "Steps"',
        ),
        ({"session_id": "abc"}, "session_id=abc"),
        ({"impression": OfferImpression("long", "gems", "viewed")}, "gems           viewed"),
        ({"payload": PushPayload("long", "feast", "picture")}, "notification=feast"),
        ({}, ""),
    ],
)
def test_the_journal_tells_content_by_the_ids_and_titles_that_people_know(details: dict[str, Any], text: str) -> None:
    assert describe(details) == text


def test_every_sound_swells_fades_and_stays_in_its_range() -> None:
    for notes in SOUNDS.values():
        samples = wave(notes)
        assert len(samples) == sum(round(note.seconds * RATE) for note in notes)
        assert 1000 < max(map(abs, samples)) < 2**15 - 1
        assert abs(samples[0]) < 50
        assert abs(samples[-1]) < 50


@pytest.mark.usefixtures("screen")
def test_a_coin_is_heard_unless_the_player_wants_silence() -> None:
    sounds = Sounds()
    coin = [Happening(Kind.COIN, 0.0, 0.0)] * 2
    sounds.muted = True
    sounds.play(coin)
    assert not pygame.mixer.get_busy()
    sounds.muted = False
    sounds.play(coin)
    assert pygame.mixer.get_busy()


@pytest.mark.usefixtures("screen")
def test_without_a_loudspeaker_the_game_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    pygame.mixer.quit()
    monkeypatch.setenv("SDL_AUDIODRIVER", "none-such")
    Sounds().play([Happening(Kind.COIN, 0.0, 0.0)])
    assert pygame.mixer.get_init() is None


def test_pressing_f10_shows_the_overlay_in_the_picture_and_hides_it_again(
    uw: UserWise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hero_wars.album.SHOTS", (("start", 0.0, plays), (OVERLAY, 0.1, plays)))
    assert run(Options(headless=True, seconds=2.0, screenshots=tmp_path / "shots"), uw) == 0
    pictures = [pygame.image.load(path) for path in sorted((tmp_path / "shots").iterdir())]
    bright = [pygame.transform.average_color(picture)[0] for picture in pictures]
    assert len(pictures) == 3
    assert bright[1] < bright[0] / 2, "the overlay covers the field"
    assert bright[2] > bright[1] * 2
