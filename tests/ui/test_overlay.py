"""The overlay shows what the SDK is doing, does what its buttons say, and never harms the game."""

from __future__ import annotations

import gc
import json
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.overlay_looks import (
    SIZES,
    PlainRuler,
    assert_well_laid_out,
    pages_of,
    settled,
    texts_of,
)
from uwclient import PlayerEvent
from uwclient.sandbox import Sandbox
from uwclient.ui.overlay import KEYS, Overlay, OverlayTheme
from uwclient.ui.scene import EMPTY, Color, Panel, Scene, Text

if TYPE_CHECKING:
    from tests.conftest import Game, Play


class Shown:
    """Owns an open overlay in a window, and the time that it goes by."""

    def __init__(self, game: Game, size: tuple[int, int] = (1280, 720), **options: Any) -> None:
        self.game = game
        self.size = size
        self.ruler = PlainRuler()
        self.moment = 0.0
        self.overlay = Overlay(game.uw, monotonic=lambda: self.moment, **options)
        self.overlay.toggle()

    def scene(self) -> Scene:
        """What is there now, when every list had its turn."""
        self.moment += 0.3
        return settled(self.overlay, *self.size, self.ruler)

    def text(self) -> str:
        """All that can be read now, on one page."""
        return "\n".join(texts_of(self.scene()))

    def lines(self) -> list[str]:
        """The same, each text by itself."""
        return self.text().split("\n")

    def all_text(self) -> str:
        """All that can be read on all pages."""
        self.moment += 0.3
        return "\n".join(texts_of(*pages_of(self.overlay, *self.size, self.ruler)))

    def click(self, name: str) -> None:
        """Click on what has this name."""
        (box,) = [box for box, target in self.scene().targets if target == name][:1]
        assert self.overlay.click(box.left + box.width / 2, box.top + box.height / 2)

    def until(self, condition: Callable[[str], object]) -> None:
        """Play on until the text is as it should be."""
        self.game.until(lambda: condition(self.text()))


# Open and closed.


def test_closed_it_shows_nothing_and_takes_nothing(play: Play) -> None:
    overlay = Overlay(play(start=False).uw)
    ruler = PlainRuler()

    assert not overlay.visible
    assert overlay.scene(1280, 720, ruler) is EMPTY
    assert not overlay.click(5, 5)
    assert not overlay.scroll(5, 5, 1)
    assert not any(overlay.key(name) for name in ("r", "tab", "down", "escape"))
    assert ruler.measured == 0


def test_open_it_covers_the_window_and_takes_every_click(play: Play) -> None:
    shown = Shown(play(start=False))
    scene = shown.scene()
    assert isinstance(scene.shapes[0], Panel)
    assert scene.shapes[0].box == (0, 0, 1280, 720)
    assert shown.overlay.click(1279, 719)
    assert shown.overlay.scroll(1279, 719, 1)


def test_the_lists_come_one_by_one_so_that_no_frame_pays_for_all(play: Play) -> None:
    shown = Shown(play(start=False))
    scenes = [shown.overlay.scene(1280, 720, shown.ruler) for _ in range(600)]
    sizes = sorted({len(scene.shapes) for scene in scenes})
    assert [len(scene.shapes) for scene in scenes] == sorted(len(scene.shapes) for scene in scenes)
    assert len(sizes) >= 6, "the frame around the lists came first, and each of the lists by itself"
    assert scenes[-1] is scenes[-200]


def test_the_same_scene_is_given_while_nothing_has_changed(play: Play) -> None:
    shown = Shown(play(start=False))
    scene = shown.scene()
    assert all(shown.overlay.scene(1280, 720, shown.ruler) is scene for _ in range(20))


def test_a_list_is_laid_out_anew_four_times_a_second_and_no_more(play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    shown = Shown(game)
    game.pass_time(1)
    before = shown.scene()
    game.pass_time(1)
    shown.moment += 0.2
    assert settled(shown.overlay, *shown.size, shown.ruler) is before
    shown.moment += 0.1
    assert settled(shown.overlay, *shown.size, shown.ruler) is not before


def test_another_window_and_other_fonts_are_laid_out_at_once(play: Play) -> None:
    shown = Shown(play(start=False))
    for size in (*SIZES, (800, 600)):
        shown.size = size
        assert_well_laid_out(shown.scene(), *size, shown.ruler)
    before = shown.scene()
    shown.ruler = PlainRuler(1.3)
    assert shown.scene() is not before
    assert_well_laid_out(shown.scene(), 800, 600, shown.ruler)


# What it shows.


def test_it_tells_session_player_environment_clock_and_what_comes_next(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", name="Gems", start_at="+60s")
    game = play(virtual=True, start=False)
    shown = Shown(game)
    assert "session stopped" in shown.text()
    game.uw.start()
    game.until_loaded()

    text = shown.text()
    assert "UserWise: hero-42, live, session open" in text
    assert f"open {game.uw.session_id}" in text
    assert "s from this machine's" in text
    assert "Gems (offers) goes live" in text
    assert "in 1:00" in text or "in 0:59" in text
    game.pass_time(20)
    later = shown.text()
    assert "in 0:40" in later or "in 0:39" in later, "the countdown moves"
    game.pass_time(45)
    assert "nothing is scheduled" in shown.text()


def test_it_tells_what_waits_and_what_was_delivered(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/events", status=503, body={"errors": ["Come back later."]}, times=None)
    game = play(virtual=True)
    game.until_loaded()
    shown = Shown(game)
    assert "empty" in shown.text()
    game.uw.assign_event(PlayerEvent("first"))
    assert "1 action waits" in shown.text()
    game.pass_time(1, step=0.1)
    assert "503" in shown.text()
    game.uw.assign_event(PlayerEvent("second"))
    assert "2 actions wait" in shown.text()
    sandbox.faults.clear()
    game.pass_time(10)
    assert "empty" in shown.text()
    assert "2 actions\n" in shown.text()


def test_it_tells_signals_requests_listeners_and_costs(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.faults.respond("*/remote_configs", status=503, times=1)
    game = play(start=False)
    game.uw.offers.on_active.connect(a_listener_of_the_game)
    game.uw.start()
    game.until_loaded()

    text = Shown(game).all_text()
    assert "offers.on_active gems" in text
    assert "client.on_session_initialized" in text
    assert "GET /offers" in text
    assert "200 " in text
    assert "503 " in text
    assert "a_listener_of_the_game" in text
    assert "median" in text
    assert "with nothing to do" in text


def a_listener_of_the_game(*_: object, **__: object) -> None:
    """Does nothing."""


@pytest.mark.parametrize("size", SIZES)
def test_everything_can_be_read_at_every_size(sandbox: Sandbox, play: Play, size: tuple[int, int]) -> None:
    for number in range(60):
        sandbox.publish("offers", id=f"gems-{number}", name=f"Gems for number {number}", end_at=f"+{number + 1}h")
    sandbox.publish("events", id="rush", name="Großes Wochenende 週末の大イベント " * 9, start_at="+2h")
    sandbox.publish("messages", id="m" * 300, name="a\tb\nc\x00d\u202e", end_at="+400d")
    sandbox.faults.respond("*/get_surveys", status=500, body={"errors": ["It does not work. " * 30]}, times=None)
    game = play()
    game.until(lambda: len(game.uw.offers.active) == 60 and game.uw.diagnostics.modules[4].failure)
    shown = Shown(game, size, held_back=lambda: [("gems-3", "not during a boss fight " * 9)])
    for name in ("e", "r", "n"):
        for scene in pages_of(shown.overlay, *size, shown.ruler):
            assert_well_laid_out(scene, *size, shown.ruler)
        shown.overlay.key(name)


def test_colors_of_the_game_are_used(play: Play) -> None:
    theme = OverlayTheme(background=Color(1, 2, 3), text=Color(250, 251, 252), scale=0.04)
    scene = Shown(play(start=False), theme=theme).scene()
    assert isinstance(scene.shapes[0], Panel)
    assert scene.shapes[0].color == Color(1, 2, 3)
    texts = [shape for shape in scene.shapes if isinstance(shape, Text)]
    assert Color(250, 251, 252) in {text.color for text in texts}
    assert {text.size for text in texts} == {29.0}


# Why is it not shown?


def test_it_tells_why_content_is_not_there(sandbox: Sandbox, play: Play) -> None:
    bad = {"active": [{"id": "good", "title": "x"}, {"id": "bad", "start_at": "tomorrow"}], "upcoming": []}
    sandbox.publish("events", id="rush", name="Rush", start_at="+10m")
    sandbox.publish("offers", id="gems", name="Gems", end_at="+1h")
    sandbox.faults.respond("*/messages", status=200, body=bad, times=1)
    sandbox.faults.respond("*/get_surveys", status=500, times=1)
    game = play(virtual=True, start=False)
    shown = Shown(game, held_back=lambda: [("gems", "boss fight")])
    assert "The client is stopped" in shown.text()
    assert "not loaded yet" in shown.text()
    game.uw.start()
    game.until_sent("surveys", "on_load_failed")
    game.until(lambda: game.uw.offers.active)

    text = shown.text()
    assert "1 of the records cannot be used" in text
    assert "messages[1].start_at" in text
    assert "Not loaded: GET /appusers/…/get_surveys" in text
    assert "Rush (rush)\n" in text
    assert "starts in 10:00" in text or "starts in 9:5" in text
    assert "Gems (gems)\n" in text
    assert "boss fight" in text
    assert "was not sent to this player" in text


def test_it_tells_what_was_answered_already(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", end_at="+1h")
    sandbox.publish("messages", id="welcome")
    game = play(virtual=True)
    game.until_loaded()
    shown = Shown(game)
    assert "answered" not in shown.text()
    game.uw.messages.initialize(game.uw.messages.active[0])
    game.uw.offers.dismiss(game.uw.offers.active[0])
    game.uw.messages.mark_viewed(game.uw.messages.active[0])
    game.pass_time(1)
    assert shown.text().splitlines().count("answered") == 2


def test_a_session_that_fails_is_told_with_the_reason(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*", status=401, body={"errors": ["Wrong key."]}, times=None)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")
    text = Shown(game).text()
    assert "session failed" in text
    assert "No session" in text
    assert "Wrong key." in text


def test_the_content_of_one_module_can_be_looked_at_alone(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("messages", id="hello")
    game = play()
    game.until_loaded()
    shown = Shown(game)
    contents = [line for line in shown.text().split("\n") if line in ("gems", "hello")]
    assert sorted(contents) == ["gems", "hello"]

    shown.click("filter:messages")
    lines = shown.text().split("\n")
    assert "hello" in lines
    assert "gems" not in lines
    shown.overlay.key("f")
    lines = shown.text().split("\n")
    assert "gems" in lines
    assert "hello" not in lines


def test_a_function_of_the_game_that_fails_is_logged_once(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    def held_back() -> list[tuple[str, str]]:
        raise RuntimeError("of the game")

    shown = Shown(play(start=False), held_back=held_back)
    assert "offers" in shown.text()
    assert "offers" in shown.text()
    assert len([record for record in caplog.records if "held_back=" in record.getMessage()]) == 1


# Many records.


def test_of_a_thousand_records_only_what_is_seen_is_laid_out_and_the_rest_can_be_scrolled_to(
    sandbox: Sandbox, play: Play
) -> None:
    for number in range(1000):
        sandbox.publish("offers", id=f"gems-{number:03}")
    game = play()
    game.until(lambda: len(game.uw.offers.active) == 1000)
    shown = Shown(game)
    shown.click("filter:offers")
    assert len(shown.scene().shapes) < 320
    assert "gems-000" in shown.lines()
    assert "gems-500" not in shown.lines()

    seen = set(shown.lines())
    for _ in range(60):
        shown.overlay.key("page_down")
        seen.update(shown.lines())
    assert {f"gems-{number:03}" for number in range(1000)} - seen == set()
    at_the_end = shown.scene()
    shown.overlay.key("down")
    assert shown.scene().shapes == at_the_end.shapes
    shown.overlay.key("home")
    assert "gems-000" in shown.lines()
    shown.overlay.key("end")
    assert "gems-999" in shown.lines()
    shown.overlay.key("page up")
    shown.overlay.key("arrow_up")
    assert "gems-999" not in shown.lines()


def test_the_wheel_scrolls_the_list_that_it_is_over(sandbox: Sandbox, play: Play) -> None:
    for number in range(100):
        sandbox.publish("offers", id=f"gems-{number:03}")
    game = play()
    game.until(lambda: len(game.uw.offers.active) == 100)
    shown = Shown(game)
    _tab, bar = [box for box, name in shown.scene().targets if name == "list:content"]
    assert shown.overlay.scroll(bar.left + 5, bar.bottom + 200, 20)
    assert "21-" in shown.text()
    assert shown.overlay.scroll(bar.left + 5, bar.bottom + 200, -200)
    assert "21-" not in shown.text()
    assert "1-" in shown.text()


def test_a_list_that_becomes_shorter_is_not_left_scrolled_beyond_its_end(sandbox: Sandbox, play: Play) -> None:
    for number in range(100):
        sandbox.publish("offers", id=f"gems-{number:03}")
    game = play()
    game.until(lambda: len(game.uw.offers.active) == 100)
    shown = Shown(game)
    shown.click("list:content")
    shown.scene()
    shown.overlay.key("end")
    for number in range(1, 100):
        sandbox.withdraw(f"gems-{number:03}")
    assert game.refresh()
    assert "gems-000" in shown.text()


# What it does.


def test_refresh_loads_the_content_again(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    shown = Shown(game)
    shown.click("refresh")
    assert "Content is being loaded" in shown.text()
    shown.until(lambda text: "Content was loaded." in text)
    assert sandbox.requests_to("refresh_segments")
    shown.moment += 10
    assert "Content was loaded." not in shown.text()


def test_a_refresh_that_is_not_possible_or_fails_says_so(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    shown = Shown(game)
    shown.overlay.key("r")
    assert "call start() first" in shown.text()
    game.uw.start()
    game.until_loaded()
    sandbox.faults.respond("*/messages", status=500, times=1)
    shown.overlay.key("r")
    shown.until(lambda text: "The refresh failed" in text)


def test_next_player_goes_through_the_given_ones(play: Play) -> None:
    game = play("ada")
    shown = Shown(game, players=["ada", "bob", "carol"])
    seen = []
    for _ in range(4):
        shown.click("next_player")
        seen.append(game.uw.player_id)
        assert f"Going on as {seen[-1]}." in shown.text()
    assert seen == ["bob", "carol", "ada", "bob"]


def test_the_game_may_say_who_is_next(play: Play) -> None:
    game = play()
    names = iter(["first", ""])
    shown = Shown(game, next_player=lambda: next(names))
    shown.overlay.key("n")
    assert game.uw.player_id == "first"
    shown.overlay.key("n")
    assert "There is no next player: player_id must not be empty" in shown.text()
    shown.overlay.key("n")
    assert "There is no next player" in shown.text(), "the function has raised"
    assert game.uw.player_id == "first"


def test_without_players_next_player_tells_how_to_give_them(play: Play) -> None:
    game = play()
    shown = Shown(game)
    shown.overlay.key("n")
    assert "players=" in shown.text()
    assert game.uw.player_id == "hero-42"


def test_export_writes_a_report_and_tells_where(play: Play, tmp_path: Path) -> None:
    shown = Shown(play(start=False), folder=tmp_path / "reports")
    shown.click("export")
    (report,) = (tmp_path / "reports").iterdir()
    assert json.loads(report.read_text())["session"]["state"] == "stopped"
    assert report.name in shown.text()
    shown.moment += 100
    assert report.name[:20] in shown.text(), "the status still tells where it is"


def test_an_export_that_fails_says_so(play: Play, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shown = Shown(play(start=False), folder=tmp_path / "file")
    shown.overlay.key("e")
    assert "cannot be written" in shown.text()


@pytest.mark.parametrize("way", ["button", "key", "toggle"])
def test_it_closes(play: Play, way: str) -> None:
    shown = Shown(play(start=False))
    shown.scene()
    if way == "button":
        shown.click("close")
    elif way == "key":
        assert shown.overlay.key("escape")
    else:
        shown.overlay.toggle()
    assert not shown.overlay.visible
    assert shown.scene() is EMPTY
    shown.overlay.toggle()
    assert "Cost of a frame" not in texts_of(shown.overlay.scene(1280, 720, shown.ruler)), "nothing is left of before"
    assert "Status" in shown.lines()


def test_keys_go_round_the_lists_and_leave_the_others_to_the_game(play: Play) -> None:
    shown = Shown(play(start=False), (320, 240))

    def title() -> str:
        (bar,) = [box for box, name in shown.scene().targets if name.startswith("list:") and box.width > 200]
        return next(
            shape.text for shape in shown.scene().shapes if isinstance(shape, Text) and bar.holds(*shape.box[:2])
        )

    titles = []
    for _ in range(7):
        titles.append(title())
        assert shown.overlay.key("Tab")
    assert titles == ["Status", "Content", "Signals", "Requests", "Cost of a frame", "Slowest frames", "Status"]
    assert shown.overlay.key("left")
    assert title() == "Status"
    shown.click("list:requests")
    assert title() == "Requests"
    assert not any(shown.overlay.key(name) for name in ("w", "space", "f10", "", "return", "ü"))
    named = {name for names in KEYS for name in names.split(", ")}
    assert all(shown.overlay.key(name) for name in sorted(named - {"escape"}))


def test_a_page_names_the_slowest_frames_and_what_ran_in_them(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    shown = Shown(game)
    shown.click("list:frames")
    assert "Slowest frames" in texts_of(shown.scene()), "from now on frames are watched"

    @game.uw.events.on_active.connect
    def be_slow(events: object, record: object) -> None:
        time.sleep(0.05)

    sandbox.publish("events", id="weekend")
    assert game.refresh()
    game.uw.pump()
    shown.click("list:frames")
    lines = shown.lines()
    assert any("be_slow" in line for line in lines)
    assert "pump" in lines
    assert any(line.endswith(" s ago") for line in lines)


# What it must not do.


def test_no_key_of_the_platform_is_on_it(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/messages", status=500, times=None)
    game = play(secret_key="very-private-secret-key")
    game.until_sent("messages", "on_load_failed")
    text = Shown(game).all_text()
    assert sandbox.api_key not in text
    assert "very-private" not in text
    assert "enc=" not in text


def test_it_leaves_nothing_behind(play: Play) -> None:
    game = play()
    game.until_loaded()
    listeners = sum(len(signal.receivers) for signal in vars(game.uw).values() if hasattr(signal, "receivers"))
    shown = Shown(game)
    shown.scene()
    gone = weakref.ref(shown.overlay)
    del shown
    gc.collect()
    assert gone() is None
    after = sum(len(signal.receivers) for signal in vars(game.uw).values() if hasattr(signal, "receivers"))
    assert after == listeners


def test_looking_at_a_client_does_not_change_it(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play(virtual=True)
    game.until_loaded()
    requests, signals = len(sandbox.requests), len(game.seen.sent)
    Shown(game).all_text()
    game.uw.pump()
    assert (len(sandbox.requests), len(game.seen.sent)) == (requests, signals)


def test_an_open_overlay_leaves_nothing_behind_that_only_the_garbage_collector_can_free(
    play: Play, sandbox: Sandbox
) -> None:
    sandbox.publish("offers", id="hoard", title="300 gems")
    shown = Shown(play(virtual=True))
    shown.game.until_loaded()
    shown.all_text()
    shown.game.uw.stop()  # no thread makes garbage meanwhile
    gc.collect()
    gc.disable()
    try:
        shown.all_text()
        assert gc.collect() == 0
    finally:
        gc.enable()
