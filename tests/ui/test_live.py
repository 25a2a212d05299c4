"""Live content comes on the screen by itself, one thing at a time, and the platform hears what the player did."""

from __future__ import annotations

import logging
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.geometry import PlainRuler, problems, target
from tests.ui.screen import Screen
from uwclient import ArgumentError, Offer, Record
from uwclient.sandbox import Sandbox
from uwclient.ui.card_layout import CARD
from uwclient.ui.commands import Command
from uwclient.ui.live import GRACE, PAUSE, LiveUI
from uwclient.ui.scene import EMPTY, Color, Panel
from uwclient.ui.strings import Strings
from uwclient.ui.theme import Theme

if TYPE_CHECKING:
    from tests.conftest import Play


def message(sandbox: Sandbox, id: str, **fields: Any) -> None:
    sandbox.publish("messages", id=id, title=f"Title of {id}", body=f"Body of {id}", **fields)


def offer(sandbox: Sandbox, id: str, **fields: Any) -> None:
    price = {"payment_type": "iap", "iap_data": {"cost": 0.99}}
    sandbox.publish("offers", id=id, title=f"Title of {id}", **{"payment_data": price, **fields})


def states(impressions: tuple[Any, ...]) -> list[str]:
    return [impression.state for impression in impressions]


# Messages.


def test_a_message_pops_up_and_says_what_it_says(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    assert screen.written() == ["Title of welcome", "Body of welcome", "OK"]
    assert screen.ui.is_open


def test_a_message_is_told_as_shown_when_it_is_drawn_and_as_viewed_when_it_is_closed(
    sandbox: Sandbox, make_screen: Any
) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.game.pass_time(2)
    assert screen.player.message_impressions == (), "it was not drawn yet"

    screen.until_shows("Title of welcome")
    screen.until_platform(lambda: states(screen.player.message_impressions) == ["received"])
    screen.click("dismiss")
    assert screen.draw() is EMPTY
    screen.until_platform(lambda: states(screen.player.message_impressions) == ["viewed"])


def test_what_was_live_before_the_ui_was_made_is_shown_too(sandbox: Sandbox, play: Play) -> None:
    message(sandbox, "welcome")
    game = play(virtual=True)
    game.until_live("messages", "welcome")
    ui = LiveUI(game.uw)
    ruler = PlainRuler()
    game.until(lambda: ui.scene(1280, 720, ruler) is not EMPTY)
    ui.close()


def test_a_message_that_is_withdrawn_goes_by_itself(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "mistake")
    screen = make_screen()
    screen.until_shows("Title of mistake")
    sandbox.withdraw("mistake")
    screen.refresh()
    assert screen.draw() is EMPTY
    assert not screen.ui.is_open
    assert states(screen.player.message_impressions) == ["received"]


def test_a_message_that_is_edited_changes_where_it_is(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    sandbox.change("welcome", title="Another title")
    screen.refresh()
    assert screen.written() == ["Another title", "Body of welcome", "OK"]
    screen.wait(2)
    assert len(screen.player.message_impressions) == 1, "it is still the same showing"


# Offers.


def test_an_offer_is_told_as_viewed_when_it_is_drawn_and_as_accepted_when_it_is_taken(
    sandbox: Sandbox, make_screen: Any
) -> None:
    offer(sandbox, "gems", items={"gems": 300}, end_at="+100s")
    taken: list[tuple[str, str]] = []
    screen = make_screen(on_answer=lambda record, choice: taken.append((record.id, choice)))
    screen.until_shows("Title of gems")
    assert {"300", "gems", "Get it · $0.99", "Not now"} <= set(screen.written())
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["viewed"])

    assert screen.click("accept")
    assert taken == [("gems", "accept")], "the game hears at once, whatever the connection"
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["accepted"])


def test_an_offer_that_is_not_taken_is_told_as_dismissed(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    screen = make_screen()
    screen.until_shows("Title of gems")
    screen.click("dismiss")
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["dismissed"])


def test_the_countdown_of_an_offer_moves_once_a_second_and_nothing_else_does(
    sandbox: Sandbox, make_screen: Any
) -> None:
    offer(sandbox, "gems", end_at="+100s")
    screen = make_screen()
    screen.until_shows("Title of gems")
    seen = []
    scenes = []
    for _ in range(50):
        scenes.append(screen.draw())
        seen.append(next(text for text in screen.written() if text.startswith("Ends in")))
        screen.game.pass_time(0.1)
    assert 5 <= len(set(seen)) <= 6
    assert sorted(seen, reverse=True) == seen
    assert len({id(scene) for scene in scenes}) == len(set(seen)), "the same scene as long as nothing changes"
    changed = [len(set(one.shapes) - set(two.shapes)) for one, two in pairwise(scenes)]
    assert max(changed) == 1, "only the countdown is another"


def test_an_offer_whose_time_ends_while_it_is_shown_goes(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = make_screen()
    screen.until_shows("Title of gems")
    screen.wait(12)
    assert screen.draw() is EMPTY
    assert not screen.ui.is_open
    assert states(screen.player.offer_impressions) == ["viewed"]


def test_a_price_that_changes_under_the_finger_is_not_paid_at_once(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    taken: list[Record] = []
    screen = make_screen(on_answer=lambda record, choice: taken.append(record))
    screen.until_shows("Get it · $0.99")
    sandbox.change("gems", payment_data={"payment_type": "iap", "iap_data": {"cost": 9.99}})
    screen.refresh()
    assert screen.shows("Get it · $9.99")
    screen.click("accept")
    assert taken == []
    screen.wait()
    screen.click("accept")
    assert [record.id for record in taken] == ["gems"]


def test_a_picture_that_moves_the_buttons_when_it_arrives_has_nothing_pressed_that_was_not_meant(
    sandbox: Sandbox, make_screen: Any
) -> None:
    tall = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (300).to_bytes(4, "big") + (30).to_bytes(4, "big")
    arrived: list[Any] = []
    offer(sandbox, "gems", landscape_image_id="image")
    screen = make_screen()
    screen.game.uw.media.get_bytes = lambda id, callback, size=None: arrived.append(callback)
    screen.until_shows("Title of gems")
    before = target(screen.draw(), "accept")
    arrived[0](tall)
    assert target(screen.draw(), "accept") != before
    screen.click("accept")
    assert screen.shows("Title of gems"), "not under the finger"
    screen.wait()
    screen.click("accept")
    assert not screen.shows("Title of gems")


def test_what_the_game_raises_in_on_answer_is_logged(
    sandbox: Sandbox, make_screen: Any, caplog: pytest.LogCaptureFixture
) -> None:
    offer(sandbox, "gems")

    def fail(record: Record, choice: str) -> None:
        raise RuntimeError("the shop is closed")

    screen = make_screen(on_answer=fail)
    screen.until_shows("Title of gems")
    screen.click("accept")
    assert "the shop is closed" in caplog.text
    assert screen.draw() is EMPTY


# One thing at a time.


def test_one_thing_is_shown_at_a_time_the_most_important_first(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    message(sandbox, "first")
    message(sandbox, "second")
    screen = make_screen()
    for id in ("first", "second", "gems"):
        screen.until_shows(f"Title of {id}")
        assert len([text for text in screen.written() if text.startswith("Title")]) == 1
        screen.click("dismiss")
    screen.wait(5)
    assert screen.draw() is EMPTY


def test_between_two_cards_the_game_is_seen_for_a_moment(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "first")
    message(sandbox, "second")
    screen = make_screen()
    screen.until_shows("Title of first")
    screen.click("dismiss")
    screen.game.pass_time(PAUSE / 2)
    assert screen.draw() is EMPTY
    screen.until_shows("Title of second")


def test_nothing_is_shown_during_a_boss_fight(sandbox: Sandbox, make_screen: Any) -> None:
    screen = make_screen()
    screen.ui.hold("boss")
    message(sandbox, "welcome")
    screen.refresh()
    screen.wait(3)
    assert screen.draw() is EMPTY
    assert screen.ui.held
    assert not screen.press(Command.PRESS), "the game has all the input"
    assert [record.id for record in screen.ui.waiting] == ["welcome"]

    screen.ui.release("boss")
    screen.until_shows("Title of welcome")


def test_a_card_that_is_held_back_while_it_is_shown_comes_back_and_counts_once(
    sandbox: Sandbox, make_screen: Any
) -> None:
    offer(sandbox, "gems")
    screen = make_screen()
    screen.until_shows("Title of gems")
    screen.ui.hold()
    assert not screen.ui.is_open
    assert screen.draw() is EMPTY
    screen.ui.release()
    screen.until_shows("Title of gems")
    screen.click("accept")
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["accepted"])
    assert len(screen.player.offer_impressions) == 1


def test_what_ends_while_it_is_held_back_is_never_shown(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = make_screen()
    screen.ui.hold("boss")
    screen.wait(15)
    screen.ui.release("boss")
    screen.wait(3)
    assert screen.draw() is EMPTY
    assert screen.player.offer_impressions == ()


def test_what_was_answered_is_not_shown_again_however_often_it_is_refreshed(
    sandbox: Sandbox, make_screen: Any
) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    screen.click("dismiss")
    sandbox.change("welcome", body="Edited")
    screen.refresh()
    screen.wait(5)
    assert screen.draw() is EMPTY


def test_what_goes_live_again_is_shown_again(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    screen.click("dismiss")
    sandbox.change("welcome", start_at="+30s")
    screen.refresh()
    screen.wait(20)
    assert screen.draw() is EMPTY
    screen.wait(12)
    screen.until_shows("Title of welcome")


def test_what_ended_while_it_was_shown_and_goes_live_again_counts_again(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems", end_at="+10s")
    screen = make_screen()
    screen.until_shows("Title of gems")
    screen.wait(12)
    sandbox.change("gems", end_at="+300s")
    screen.refresh()
    screen.until_shows("Title of gems")
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["viewed", "viewed"])


def test_what_two_players_are_shown_counts_for_each(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    screen = make_screen()
    screen.until_shows("Title of gems")
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["viewed"])
    screen.game.uw.switch_player("another")
    screen.until_shows("Title of gems")
    screen.until_platform(lambda: states(sandbox.player("another").offer_impressions) == ["viewed"])


def test_a_player_who_comes_back_is_not_shown_again_what_they_have_answered(
    sandbox: Sandbox, make_screen: Any
) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    screen.click("dismiss")
    screen.game.uw.switch_player("another")
    screen.until_shows("Title of welcome")
    screen.click("dismiss")
    screen.game.uw.switch_player("hero-42")
    screen.game.until_live("messages", "welcome")
    screen.wait(3)
    assert screen.draw() is EMPTY


def test_a_card_of_a_player_who_has_left_is_neither_drawn_nor_answered(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    answers: list[object] = []
    screen = make_screen(on_answer=lambda *answer: answers.append(answer))
    screen.until_shows("Title of gems")
    place = target(screen.draw(), "accept")
    screen.game.uw.switch_player("another")
    screen.ui.click(*place)
    assert answers == []
    assert screen.draw() is EMPTY, "before the next pump"
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["viewed"])


def test_a_game_can_say_what_comes_first_and_what_is_not_shown(sandbox: Sandbox, make_screen: Any) -> None:
    for id in ("a", "b", "hidden"):
        message(sandbox, id)
    offer(sandbox, "gems")

    def priority(record: Record) -> float | None:
        return None if record.id == "hidden" else {"b": 9.0, "gems": 5.0}.get(record.id, 1.0)

    screen = make_screen(priority=priority)
    for id in ("b", "gems", "a"):
        screen.until_shows(f"Title of {id}")
        screen.click("dismiss")
    screen.wait(3)
    assert screen.draw() is EMPTY


@pytest.mark.parametrize("priority", [lambda record: 1 / 0, lambda record: "high", lambda record: [1.0]])
def test_a_priority_that_fails_is_logged_and_the_usual_one_counts(
    sandbox: Sandbox, make_screen: Any, caplog: pytest.LogCaptureFixture, priority: Any
) -> None:
    message(sandbox, "welcome")
    screen = make_screen(priority=priority)
    screen.until_shows("Title of welcome")
    assert "priority" in caplog.text


def test_only_the_kinds_that_were_asked_for_are_shown(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    offer(sandbox, "gems")
    screen = make_screen(show=["offers"])
    screen.until_shows("Title of gems")
    screen.click("dismiss")
    screen.wait(3)
    assert screen.draw() is EMPTY


def test_a_game_can_open_a_card_by_itself_again_and_again(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    screen = make_screen(show=[])
    screen.wait(2)
    assert screen.draw() is EMPTY
    (record,) = screen.game.uw.offers.active
    sandbox.change("gems", body="Newer than the record that the game has kept")
    screen.refresh()
    for _ in range(2):
        assert screen.ui.open(record)
        screen.until_shows("Title of gems")
        screen.click("dismiss")
    screen.until_platform(lambda: states(screen.player.offer_impressions) == ["dismissed", "dismissed"])


def test_what_is_not_live_cannot_be_opened(sandbox: Sandbox, make_screen: Any) -> None:
    screen = make_screen()
    assert not screen.ui.open(Offer("nobody knows it"))
    assert screen.draw() is EMPTY
    with pytest.raises(ArgumentError, match=r"open\(\) takes a Message, an Offer or a Survey"):
        screen.ui.open("gems")


# Input.


def test_while_a_card_is_open_it_takes_all_input_and_afterwards_none(sandbox: Sandbox, make_screen: Any) -> None:
    screen = make_screen()

    def taken() -> list[bool]:
        ui = screen.ui
        return [ui.point(1, 1), ui.click(1, 1), ui.scroll(1), ui.command(Command.NEXT), ui.command(Command.SCROLL_UP)]

    screen.draw()
    assert taken() == [False] * 5
    message(sandbox, "welcome")
    screen.refresh()
    screen.until_shows("Title of welcome")
    assert taken() == [True] * 5
    screen.click("dismiss")
    assert taken() == [False] * 5


def test_a_click_outside_of_the_card_or_beside_its_buttons_does_nothing(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    card = next(one.box for one in screen.draw().targets if one.name == CARD)
    for place in ((1, 1), (1279, 719), (card.left + 2, card.top + 2)):
        assert screen.ui.click(*place)
        assert screen.shows("Title of welcome")


def test_a_card_is_answered_with_keys_alone(sandbox: Sandbox, make_screen: Any) -> None:
    answers: list[tuple[str, str]] = []
    for id in ("a", "b", "c"):
        offer(sandbox, id, payment_data=None)
    screen = make_screen(on_answer=lambda record, choice: answers.append((record.id, choice)))
    for id, commands in (
        ("a", [Command.PRESS]),
        ("b", [Command.NEXT, Command.PRESS]),
        ("c", [Command.PREVIOUS, Command.PREVIOUS, Command.BACK]),
    ):
        screen.until_shows(f"Title of {id}")
        for command in commands:
            assert screen.press(command)
    assert answers == [("a", "accept"), ("b", "dismiss"), ("c", "dismiss")]


def focused(screen: Screen) -> str:
    """The button that has a ring around it."""
    scene = screen.draw()
    ring = next(one.box for one in scene.shapes if isinstance(one, Panel) and one.color == Theme().focus)
    return next(one.name for one in scene.targets if one.name != CARD and ring.holds(*target(scene, one.name)))


def test_the_focus_is_seen_and_follows_keys_and_mouse(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems", payment_data=None)
    screen = make_screen()
    screen.until_shows("Title of gems")
    assert focused(screen) == "accept"
    screen.press(Command.NEXT)
    assert focused(screen) == "dismiss"
    screen.press(Command.SCROLL_DOWN)
    assert focused(screen) == "accept", "with nothing to scroll the arrows go through the buttons"
    screen.ui.point(*target(screen.draw(), "dismiss"))
    assert focused(screen) == "dismiss"
    screen.ui.point(1, 1)
    assert focused(screen) == "dismiss"


def test_a_press_that_was_meant_for_the_game_does_not_close_a_card_unread(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    for _ in range(100):
        if screen.shows("Title of welcome"):
            break
        screen.game.pass_time(0.1)
    assert screen.press(Command.PRESS)
    assert screen.click("dismiss")
    assert screen.shows("Title of welcome")
    screen.game.pass_time(GRACE + 0.01)
    screen.press(Command.PRESS)
    assert not screen.shows("Title of welcome")


def price(cost: float) -> dict[str, Any]:
    return {"payment_type": "iap", "iap_data": {"cost": cost}}


@pytest.mark.parametrize("press", ["key", "mouse"])
def test_a_player_who_hammers_answers_nothing(sandbox: Sandbox, make_screen: Any, press: str) -> None:
    offer(sandbox, "gems", payment_data=None)
    answers: list[str] = []
    screen = make_screen(on_answer=lambda record, choice: answers.append(choice))
    while not screen.shows("Title of gems"):
        screen.game.pass_time(0.1)
    for _ in range(30):
        assert screen.press(Command.PRESS) if press == "key" else screen.click("accept")
        screen.game.pass_time(GRACE - 0.1)
        screen.draw()
    assert answers == [], "each press begins the grace anew"
    screen.wait(GRACE + 0.1)
    screen.press(Command.PRESS)
    assert answers == ["accept"]


def test_a_key_buys_only_after_the_player_has_moved_the_focus(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "a", payment_data=price(49.99))
    offer(sandbox, "b", payment_data=price(49.99))
    answers: list[tuple[str, str]] = []
    screen = make_screen(on_answer=lambda record, choice: answers.append((record.id, choice)))
    screen.until_shows("Title of a")
    assert focused(screen) == "dismiss"
    screen.press(Command.PRESS)
    screen.until_shows("Title of b")
    screen.press(Command.NEXT)
    assert focused(screen) == "accept"
    screen.press(Command.PRESS)
    assert answers == [("a", "dismiss"), ("b", "accept")]


def test_steps_in_the_grace_do_not_move_the_focus_to_what_costs_something(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems", payment_data=price(49.99))
    screen = make_screen()
    while not screen.shows("Title of gems"):
        screen.game.pass_time(0.1)
    for command in (Command.NEXT, Command.PREVIOUS, Command.SCROLL_DOWN):
        assert screen.press(command)
    screen.ui.point(*target(screen.draw(), "accept"))
    assert focused(screen) == "dismiss"


def test_a_price_that_changes_takes_the_focus_back(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems", payment_data=price(0.99))
    screen = make_screen()
    screen.until_shows("Get it · $0.99")
    screen.press(Command.NEXT)
    assert focused(screen) == "accept"
    sandbox.change("gems", body="Only today.")
    screen.refresh()
    screen.wait()
    assert focused(screen) == "accept", "what it says otherwise does not matter"
    sandbox.change("gems", payment_data=price(9.99))
    screen.refresh()
    assert screen.shows("Get it · $9.99")
    assert focused(screen) == "dismiss"


def test_a_card_that_an_engine_cannot_show_takes_no_input_and_the_log_says_why_once(
    sandbox: Sandbox, make_screen: Any, caplog: pytest.LogCaptureFixture
) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    for _ in range(3):
        screen.draw()
        screen.ui.unseen("the window is behind the sofa")
        assert not screen.ui.is_open
        assert not screen.press(Command.PRESS)
        assert not screen.ui.click(640, 360)
    assert [record.message for record in caplog.records if "behind the sofa" in record.message] == [
        "Cards of live content cannot be seen, and take no input, as long as the window is behind the sofa."
    ]
    screen.draw()
    assert screen.press(Command.PRESS)
    assert screen.shows("Title of welcome"), "it is new to the player"
    screen.wait()
    screen.press(Command.PRESS)
    assert not screen.shows("Title of welcome")


def test_a_long_text_scrolls_with_keys_and_wheel_and_not_too_far(sandbox: Sandbox, make_screen: Any) -> None:
    lines = [f"Line {number}" for number in range(100)]
    sandbox.publish("messages", id="notes", title="Notes", body="\n".join(lines))
    screen = make_screen()
    screen.until_shows("Notes")
    assert screen.shows("Line 0")
    screen.press(Command.SCROLL_UP)
    assert screen.shows("Line 0")
    screen.press(Command.SCROLL_DOWN)
    assert not screen.shows("Line 0")
    screen.ui.scroll(1000)
    assert screen.shows("Line 99")
    screen.ui.scroll(-1)
    assert not screen.shows("Line 0")
    screen.ui.scroll(-1000)
    assert screen.shows("Line 0")


def test_a_long_text_is_made_ready_over_several_frames_and_then_shown_whole(
    sandbox: Sandbox, make_screen: Any
) -> None:
    class SlowRuler(PlainRuler):
        def width(self, text: str, size: float, bold: bool = False) -> float:
            screen.game.device.moment += 0.0001
            return super().width(text, size, bold)

    words = [f"word{number}" for number in range(800)]
    sandbox.publish("messages", id="notes", title="Notes", body=" ".join(words))
    screen = make_screen()
    screen.ruler = SlowRuler()
    frames = 0
    while screen.draw() is EMPTY:
        assert not screen.ui.is_open
        assert not screen.press(Command.PRESS), "what is not seen yet takes no input"
        screen.game.pass_time(0.1)
        frames += 1
    assert frames > 20
    assert screen.shows("Notes")
    screen.ui.scroll(1000)
    assert screen.written()[-2].endswith(words[-1])


def test_a_scrolled_text_that_is_edited_stays_where_it_was(sandbox: Sandbox, make_screen: Any) -> None:
    lines = [f"Line {number}" for number in range(100)]
    sandbox.publish("messages", id="notes", title="Notes", body="\n".join(lines))
    screen = make_screen()
    screen.until_shows("Notes")
    screen.ui.scroll(30)
    assert screen.shows("Line 35")
    sandbox.change("notes", title="New notes")
    screen.refresh()
    assert screen.shows("New notes")
    assert screen.shows("Line 35")


# Windows, notes, words.


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (3840, 2160), (600, 1000)], ids=str)
def test_a_card_follows_the_size_of_the_window(sandbox: Sandbox, make_screen: Any, size: tuple[int, int]) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    screen.ui.scroll(0)
    screen.size = size
    scene = screen.draw()
    assert problems(scene, screen.ruler, *size) == []
    assert screen.click("dismiss")
    assert screen.draw() is EMPTY


def test_in_a_window_without_room_nothing_is_shown_or_told(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.size = (1, 0)
    screen.wait(3)
    assert not screen.ui.is_open
    assert screen.player.message_impressions == ()
    screen.size = (1280, 720)
    screen.until_shows("Title of welcome")


def test_in_a_window_that_has_become_too_small_a_card_is_not_answered_unseen(
    sandbox: Sandbox, make_screen: Any
) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    x, y = target(screen.draw(), "dismiss")
    screen.size = (100, 100)
    assert screen.draw() is EMPTY
    assert not screen.ui.is_open
    assert [screen.press(command) for command in Command] == [False] * len(Command)
    assert [screen.ui.click(x, y), screen.ui.point(x, y), screen.ui.scroll(1)] == [False, False, False]
    screen.size = (1280, 720)
    assert screen.shows("Title of welcome")
    assert screen.ui.is_open


def test_other_fonts_lay_everything_out_anew(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen()
    screen.until_shows("Title of welcome")
    before = screen.draw()
    screen.ruler = PlainRuler()
    assert screen.draw() is not before
    assert screen.draw() is screen.draw()


def test_a_note_is_shown_while_no_card_is_and_takes_no_input(sandbox: Sandbox, make_screen: Any) -> None:
    screen = make_screen()
    screen.ui.toast("Game saved")
    assert screen.written() == ["Game saved"]
    assert screen.draw() is screen.draw()
    assert not screen.ui.click(640, 700)
    message(sandbox, "welcome")
    screen.refresh()
    screen.until_shows("Title of welcome")
    assert not screen.shows("Game saved")
    screen.click("dismiss")
    screen.wait(6)
    assert screen.draw() is EMPTY


def test_notes_are_shown_while_cards_are_held(make_screen: Any) -> None:
    screen = make_screen()
    screen.ui.hold("boss")
    screen.ui.toast("Checkpoint")
    assert screen.written() == ["Checkpoint"]


def test_a_game_speaks_its_own_language(sandbox: Sandbox, make_screen: Any) -> None:
    message(sandbox, "welcome")
    screen = make_screen(strings=Strings(close="Verstanden"))
    screen.until_shows("Verstanden")


def test_words_that_are_missing_are_refused() -> None:
    translations: Any = {}
    with pytest.raises(ArgumentError, match="must be text, not None"):
        Strings(decline=translations.get("decline"))


@pytest.mark.parametrize("words", [Strings(ends_in="{oops}"), Strings(ends_in="{"), Strings(money="{:d}")])
def test_words_that_cannot_be_said_are_logged_and_the_usual_ones_shown(
    sandbox: Sandbox, make_screen: Any, caplog: pytest.LogCaptureFixture, words: Strings
) -> None:
    offer(sandbox, "gems", end_at="+100s")
    screen = make_screen(strings=words)
    screen.until_shows("Get it · $0.99")
    assert [text for text in screen.written() if text.startswith("Ends in 1:")]
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


# Arguments and the end.


@pytest.mark.parametrize("show", ["messages", ["events"], ["message"]])
def test_a_kind_that_has_no_cards_is_refused(play: Play, show: Any) -> None:
    game = play(start=False)
    with pytest.raises(ArgumentError, match="show must be a collection of some of 'messages', 'offers', 'surveys'"):
        LiveUI(game.uw, show=show)


def test_a_theme_that_cannot_be_read_is_refused_and_nothing_is_connected(play: Play) -> None:
    game = play(start=False)
    before = listeners(game.uw)
    with pytest.raises(ArgumentError, match=r"Theme\.text is hard to tell from Theme\.card"):
        LiveUI(game.uw, theme=Theme(text=Color(30, 34, 53)))
    assert listeners(game.uw) == before


def test_a_toast_must_be_text(make_screen: Any) -> None:
    screen = make_screen()
    with pytest.raises(ArgumentError, match="A toast must be text"):
        screen.ui.toast(7)


def listeners(uw: Any) -> int:
    """How many listeners a client and its modules have."""
    parts = [uw, *(part for name, part in vars(uw).items() if not name.startswith("_"))]
    signals = [
        signal for part in parts for name, signal in getattr(part, "__dict__", {}).items() if name[:3] == "on_"
    ]
    assert len(signals) > 20
    return sum(len(signal.receivers) for signal in signals)


def test_closing_leaves_no_listener_and_nothing_on_the_screen(sandbox: Sandbox, play: Play) -> None:
    message(sandbox, "welcome")
    game = play(virtual=True, start=False)
    before = listeners(game.uw)
    ui = LiveUI(game.uw)
    assert listeners(game.uw) > before
    game.uw.start()
    ruler = PlainRuler()
    game.until(lambda: ui.scene(1280, 720, ruler) is not EMPTY)
    ui.toast("note")
    ui.close()
    ui.close()
    assert listeners(game.uw) == before
    assert ui.scene(1280, 720, ruler) is EMPTY
    assert not ui.is_open
    message(sandbox, "late")
    assert game.refresh()
    game.pass_time(3)
    assert ui.scene(1280, 720, ruler) is EMPTY


def test_the_focus_tells_what_a_key_would_press(sandbox: Sandbox, make_screen: Any) -> None:
    offer(sandbox, "gems")
    screen = make_screen()
    assert screen.ui.focus == ""
    screen.until_shows("Title of gems")
    assert screen.ui.focus == "dismiss", "an offer that costs something is not bought by accident"

    screen.press(Command.NEXT)
    assert screen.ui.focus == "accept"

    screen.press(Command.PRESS)
    assert screen.ui.focus == ""
