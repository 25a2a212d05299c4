"""In a pygame game: cards are answered with real events, the game keeps its own, and nothing stays behind."""

from __future__ import annotations

import gc
import threading
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pygame
import pytest
from pygame.event import Event

from tests.conftest import until
from tests.ui.test_live import listeners
from tests.ui.window import GROUND, Window, button, key, picture
from uwclient import ArgumentError, UserWise
from uwclient.engines.pygame import attach
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import MakeClient, Play

ENTER, ESCAPE, TAB = pygame.K_RETURN, pygame.K_ESCAPE, pygame.K_TAB
PRESSES = [
    key(pygame.K_w),
    button((5, 5)),
    button((5, 5), number=3),
    Event(pygame.MOUSEMOTION, pos=(5, 5), rel=(1, 1), buttons=(0, 0, 0)),
    Event(pygame.MOUSEWHEEL, x=0, y=1, flipped=False),
    Event(pygame.TEXTINPUT, text="w"),
    Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=7),
    Event(pygame.JOYHATMOTION, instance_id=0, joy=0, hat=0, value=(0, 0)),
    Event(pygame.JOYAXISMOTION, instance_id=0, joy=0, axis=3, value=0.9),
    Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=7),
    Event(pygame.CONTROLLERAXISMOTION, instance_id=0, axis=4, value=32000),
    Event(pygame.FINGERDOWN, touch_id=0, finger_id=0, x=0.5, y=0.5, dx=0, dy=0),
    Event(pygame.FINGERMOTION, touch_id=0, finger_id=0, x=0.5, y=0.5, dx=0, dy=0),
]


pytestmark = pytest.mark.usefixtures("display")


def three_offers(sandbox: Sandbox) -> None:
    for id in "abc":
        sandbox.publish("offers", id=id, title=f"Offer {id}", payment_data=None)


def answers_of(window: Window) -> list[tuple[str, str]]:
    """Grows with each answer."""
    answers: list[tuple[str, str]] = []
    window.ui.on_answer = lambda record, choice: answers.append((record.id, choice))
    return answers


# Input.


def test_cards_are_answered_with_the_keyboard(sandbox: Sandbox, make_window: Any) -> None:
    three_offers(sandbox)
    window = make_window()
    answers = answers_of(window)
    for keys in ([key(ENTER)], [key(TAB), key(pygame.K_SPACE)], [key(TAB, pygame.KMOD_LSHIFT), key(ESCAPE)]):
        window.until_drawn()
        assert window.send(*keys) == []
    assert answers == [("a", "accept"), ("b", "dismiss"), ("c", "dismiss")]


def test_keys_that_a_game_posts_by_itself_need_no_modifiers(sandbox: Sandbox, make_window: Any) -> None:
    three_offers(sandbox)
    window = make_window()
    answers = answers_of(window)
    window.until_drawn()
    window.send(Event(pygame.KEYDOWN, key=TAB), Event(pygame.KEYDOWN, key=ENTER))
    assert answers == [("a", "dismiss")]


def test_cards_are_answered_with_the_mouse(sandbox: Sandbox, make_window: Any) -> None:
    three_offers(sandbox)
    window = make_window()
    answers = answers_of(window)
    for name in ("accept", "dismiss", "accept"):
        window.until_drawn()
        place = window.place(name)
        assert window.send(Event(pygame.MOUSEMOTION, pos=place, rel=(1, 1), buttons=(0, 0, 0)), button(place)) == []
        assert window.send(button(place, up=True)) == [], "nor does the game see the button go up"
    assert answers == [("a", "accept"), ("b", "dismiss"), ("c", "accept")]


@pytest.mark.parametrize(
    ("accept", "back", "across"),
    [
        (
            Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=0),
            Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=1),
            Event(pygame.JOYHATMOTION, instance_id=0, joy=0, hat=0, value=(1, 0)),
        ),
        (
            Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_A),
            Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_B),
            Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_DPAD_RIGHT),
        ),
        (
            Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=0),
            Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=1),
            Event(pygame.JOYAXISMOTION, instance_id=0, joy=0, axis=0, value=0.9),
        ),
        (
            Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_A),
            Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_B),
            Event(pygame.CONTROLLERAXISMOTION, instance_id=0, axis=0, value=30000),
        ),
    ],
    ids=["joystick with a hat", "controller", "stick of a joystick", "stick of a controller"],
)
def test_cards_are_answered_with_a_gamepad(
    sandbox: Sandbox, make_window: Any, accept: Event, back: Event, across: Event
) -> None:
    three_offers(sandbox)
    window = make_window()
    answers = answers_of(window)
    for events in ([accept], [back], [across, accept]):
        window.until_drawn()
        assert window.send(*events) == []
    assert answers == [("a", "accept"), ("b", "dismiss"), ("c", "dismiss")]


def test_a_stick_that_is_held_means_one_step_and_its_way_back_is_the_games(
    sandbox: Sandbox, make_window: Any
) -> None:
    sandbox.publish("offers", id="a", title="Offer a", payment_data=None)
    window = make_window()
    window.until_drawn()

    def tilt(value: float) -> list[Event]:
        got: list[Event] = window.send(Event(pygame.JOYAXISMOTION, instance_id=0, joy=0, axis=0, value=value))
        return got

    for value in (0.7, 0.9, 1.0, 0.5, 0.9):
        assert tilt(value) == []
    assert window.ui._view.focus == "dismiss"
    assert len(tilt(0.1)) == 1
    assert tilt(0.9) == []
    assert window.ui._view.focus == "accept"


def test_with_controllers_in_use_the_events_of_the_same_pads_as_joysticks_mean_nothing(
    sandbox: Sandbox, make_window: Any
) -> None:
    from pygame._sdl2 import controller

    sandbox.publish("offers", id="a", title="Offer a", payment_data=None)
    window = make_window()
    window.until_drawn()
    controller.init()
    hat = Event(pygame.JOYHATMOTION, instance_id=0, joy=0, hat=0, value=(1, 0))
    pad = Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    assert window.send(hat, pad) == []
    assert window.ui._view.focus == "dismiss", "one step, not two"


def test_a_long_text_scrolls_with_the_wheel_and_the_arrows(sandbox: Sandbox, make_window: Any) -> None:
    body = "\n".join(f"Line {number}" for number in range(100))
    sandbox.publish("messages", id="notes", title="Notes", body=body)
    window = make_window()
    window.until_drawn()
    before = window.scene
    window.send(Event(pygame.MOUSEWHEEL, x=0, y=-1, flipped=False))
    below = window.scene
    assert below != before
    window.send(key(pygame.K_UP))
    assert window.scene == before


def test_while_a_card_is_open_the_game_gets_no_input_and_afterwards_all_of_it(
    sandbox: Sandbox, make_window: Any
) -> None:
    window = make_window()
    window.frame()
    assert window.send(*PRESSES) == PRESSES
    sandbox.publish("messages", id="welcome", title="Welcome")
    assert window.game.refresh()
    window.until_drawn()
    assert window.send(*PRESSES) == []
    window.send(key(ENTER), key(ENTER, up=True))
    assert not window.ui.is_open
    window.until(lambda: window.pixel(640, 360) == GROUND)
    assert window.send(*PRESSES) == PRESSES


def test_the_window_is_always_the_games(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome")
    window = make_window()
    window.until_drawn()
    others = [Event(pygame.QUIT), Event(pygame.WINDOWCLOSE, window=None), Event(pygame.USEREVENT, code=7)]
    assert window.send(*others) == others


def test_a_key_that_the_game_saw_pressed_is_released_for_it_and_only_such_a_key(
    sandbox: Sandbox, make_window: Any
) -> None:
    window = make_window()
    assert window.send(key(pygame.K_RIGHT)) != []
    sandbox.publish("messages", id="welcome", title="Welcome")
    assert window.game.refresh()
    window.until_drawn()
    assert window.send(key(pygame.K_RIGHT, up=True)) != [], "or the hero would run for ever"
    assert window.send(key(pygame.K_w)) == []
    assert window.send(key(ENTER)) == []
    window.until(lambda: not window.ui.is_open)
    assert window.send(key(ENTER, up=True), key(pygame.K_w, up=True)) == []
    assert window.send(key(ENTER), key(ENTER, up=True)) != []


def test_a_key_that_is_held_since_before_the_card_came_does_not_answer_it(sandbox: Sandbox, make_window: Any) -> None:
    window = make_window()
    pygame.key.set_repeat(200, 50)
    answers = answers_of(window)
    assert window.send(key(pygame.K_SPACE)) != []
    sandbox.publish("offers", id="gems", title="Gems", payment_data=None)
    assert window.game.refresh()
    window.until_drawn()
    assert window.send(key(pygame.K_SPACE), key(pygame.K_SPACE)) == []
    assert answers == []
    window.send(key(pygame.K_SPACE, up=True), key(pygame.K_SPACE))
    assert answers == [("gems", "accept")]


# The debug overlay.


def test_f10_opens_the_debug_overlay_over_the_cards_and_closes_it_again(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("offers", id="gems", title="Gems")
    window = make_window()
    window.until_drawn()
    before = window.pixel(20, 20)
    assert window.send(key(pygame.K_F10), key(pygame.K_F10, up=True)) == []
    assert window.loop.overlay.visible
    window.until(lambda: window.pixel(20, 20) != before)
    answers = answers_of(window)
    assert window.send(key(pygame.K_TAB), button((640, 360)), Event(pygame.MOUSEWHEEL, x=0, y=1, flipped=False)) == []
    window.send(key(ESCAPE))
    assert not window.loop.overlay.visible
    assert answers == [], "the card below did not take it"
    window.until(lambda: window.pixel(20, 20) == before)
    window.send(key(ESCAPE))
    assert answers == [("gems", "dismiss")]


@pytest.mark.parametrize(
    "press",
    [
        key(ENTER),
        key(pygame.K_SPACE),
        Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=0),
        Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_A),
    ],
)
def test_a_card_below_the_open_overlay_is_not_answered_unseen(
    sandbox: Sandbox, make_window: Any, press: Event
) -> None:
    sandbox.publish("offers", id="gems", title="Gems")
    window = make_window()
    window.until_drawn()
    answers = answers_of(window)
    window.send(key(pygame.K_F10), key(pygame.K_F10, up=True))
    assert window.send(press) == [], "nor is it for the game"
    assert answers == []


def test_keys_of_the_overlay_that_are_held_down_count_once_unless_they_scroll(make_window: Any) -> None:
    window = make_window()
    pygame.key.set_repeat(300, 30)
    window.send(*[key(pygame.K_F10)] * 4, key(pygame.K_F10, up=True))
    assert window.loop.overlay.visible
    asked: list[str] = []

    def hear(name: str) -> bool:
        asked.append(name)
        return True

    window.loop.overlay.key = hear
    assert window.send(*[key(pygame.K_e)] * 3, *[key(pygame.K_DOWN)] * 3) == []
    assert asked == ["e", "down", "down", "down"]


def test_the_overlay_says_what_the_game_holds_back(sandbox: Sandbox, make_client: MakeClient) -> None:
    sandbox.publish("messages", id="welcome")
    uw = make_client()
    loop = attach(uw)
    assert loop.ui is not None
    loop.ui.hold("boss")
    until(lambda: uw.messages.active, uw)
    assert loop.ui.held_back() == [("welcome", "held back by the game")]
    loop.ui.release("boss")
    assert loop.ui.held_back() == [("welcome", "waits for its turn")]
    loop.detach()


def test_the_overlay_can_be_left_out_or_be_on_another_key(make_window: Any) -> None:
    window = make_window(overlay=False)
    assert window.send(key(pygame.K_F10)) != []
    assert window.loop.overlay is None
    window.close()
    window = make_window(overlay_key=pygame.K_F3)
    assert window.send(key(pygame.K_F10)) != []
    assert window.send(key(pygame.K_F3)) == []
    assert window.loop.takes_input


# Signals as events.


def test_signals_are_pygame_events_too(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("offers", id="gems", title="Gems")
    window = make_window(mirror_signals=True)
    uw, loop = window.game.uw, window.loop
    window.until(lambda: any(event.type == loop.event_type(uw.offers.on_loaded) for event in window.events))
    active = [event for event in window.events if event.type == loop.event_type(uw.offers.on_active)]
    opened = [event for event in window.events if event.type == loop.event_type(uw.on_session_initialized)]
    assert [(event.record.id, event.sender) for event in active] == [("gems", uw.offers)]
    assert [(event.session_id, event.sender) for event in opened] == [(uw.session_id, uw)]


def test_each_signal_has_a_type_of_its_own_and_the_same_one_every_time(make_client: MakeClient) -> None:
    uw = make_client()
    signals = [uw.on_start, uw.on_stop, uw.offers.on_active, uw.messages.on_active, uw.messages.on_initialized]
    types = []
    for _ in range(2):
        loop = attach(uw, ui=False, mirror_signals=True)
        types.append([loop.event_type(signal) for signal in signals])
        loop.detach()
    assert len(set(types[0])) == len(signals)
    assert types[0] == types[1], "pygame has few types: none is wasted"
    assert pygame.event.custom_type() not in types[0]


def test_after_pygame_was_started_anew_the_types_are_free_ones(make_client: MakeClient) -> None:
    uw = make_client()
    attach(uw, ui=False, mirror_signals=True).detach()
    pygame.quit()
    pygame.display.init()
    own = pygame.event.custom_type()
    loop = attach(uw, ui=False, mirror_signals=True)
    assert loop.event_type(uw.on_start) != own
    loop.detach()


def fill_the_queue() -> None:
    with suppress(pygame.error):
        while True:
            pygame.event.post(Event(pygame.USEREVENT))


def test_a_full_event_queue_costs_events_and_nothing_else(
    sandbox: Sandbox, make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        sandbox.publish("offers", id=f"offer-{number}")
    uw = make_client()
    heard: list[str] = []
    uw.offers.on_active.connect(lambda _, record: heard.append(record.id))
    loop = attach(uw, ui=False, mirror_signals=True)
    fill_the_queue()
    sandbox.wait_for_requests("get_surveys")
    while len(heard) < 20:
        loop.update(float("inf"))
    loop.detach()
    assert len([record for record in caplog.records if "is lost" in record.message]) == 1


def test_only_signals_of_this_client_have_event_types(make_client: MakeClient) -> None:
    uw, other = make_client(), make_client(player_id="other")
    loop = attach(uw, ui=False, mirror_signals=True)
    with pytest.raises(ArgumentError, match="takes a signal of this client"):
        loop.event_type(other.on_start)
    loop.detach()
    loop = attach(uw, ui=False)
    with pytest.raises(ArgumentError, match="mirror_signals=True"):
        loop.event_type(uw.on_start)
    loop.detach()


# Pausing.


def test_while_the_player_is_away_nothing_is_delivered_and_nothing_is_lost(
    sandbox: Sandbox, make_window: Any
) -> None:
    window = make_window(pause_when_unfocused=True)
    window.send(Event(pygame.WINDOWFOCUSLOST, window=None))
    assert window.loop.is_paused
    sandbox.publish("messages", id="welcome", title="Welcome")
    ends: list[bool] = []
    window.game.uw.refresh_content(ends.append)
    for _ in range(200):
        window.frame()
    assert (ends, window.game.live("messages")) == ([], [])
    window.send(Event(pygame.WINDOWFOCUSGAINED, window=None))
    assert not window.loop.is_paused
    window.until(lambda: ends)
    window.until_drawn()


@pytest.mark.parametrize(
    ("events", "paused"),
    [
        ([pygame.WINDOWMINIMIZED], True),
        ([pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED, pygame.WINDOWRESTORED], True),
        ([pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED, pygame.WINDOWRESTORED, pygame.WINDOWFOCUSGAINED], False),
        ([pygame.WINDOWMINIMIZED, pygame.WINDOWFOCUSGAINED], False),
        ([pygame.WINDOWMOVED], False),
    ],
)
def test_a_minimised_window_is_as_good_as_another_in_front(make_window: Any, events: list[int], paused: bool) -> None:
    window = make_window(pause_when_unfocused=True)
    for event in events:
        window.send(Event(event, window=None))
    assert window.loop.is_paused == paused


def test_unless_asked_for_nothing_pauses(make_window: Any) -> None:
    window = make_window()
    window.send(Event(pygame.WINDOWFOCUSLOST, window=None), Event(pygame.WINDOWMINIMIZED, window=None))
    assert not window.loop.is_paused


# Beginning and end.


def test_attaching_starts_the_client_and_detaching_stops_it(make_client: MakeClient) -> None:
    uw = make_client()
    loop = attach(uw)
    assert uw.is_running
    loop.detach()
    loop.detach()
    assert not uw.is_running


def test_a_client_that_was_running_goes_on(make_client: MakeClient) -> None:
    uw = make_client()
    uw.start()
    attach(uw).detach()
    assert uw.is_running


def test_a_loop_without_ui_only_pumps(sandbox: Sandbox, make_window: Any, make_client: MakeClient) -> None:
    uw = make_client()
    loop = attach(uw, ui=False, overlay=False)
    surface = pygame.display.set_mode((320, 240))
    assert loop.ui is None
    assert loop.draw(surface) == []
    assert not loop.process(key(ENTER))
    loop.detach()


def own_threads() -> set[threading.Thread]:
    """All threads but those of the platform, which come and go."""
    return {one for one in threading.enumerate() if not one.name.startswith("uwclient-sandbox")}


def test_detaching_leaves_nothing_behind(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("image", picture((640, 360)))
    sandbox.publish("messages", id="welcome", title="日本語 Welcome", body="text " * 500, landscape_image_id="image")
    game = play(virtual=True, start=False)
    before = listeners(game.uw)
    threads = own_threads()
    window = Window.__new__(Window)
    window.surface = pygame.display.set_mode((1280, 720))
    window.game, window.events = game, []
    window.loop = attach(game.uw, mirror_signals=True)
    assert window.loop.ui is not None
    window.ui = window.loop.ui
    window.until(lambda: window.ui.is_open)
    window.until(lambda: window.pixel(640, 360) != GROUND)
    screens = window.loop._screens
    assert screens is not None
    owned = (screens, screens._cards, screens._over, screens._pictures, screens._fonts)
    parts = [weakref.ref(part) for part in owned if part is not None]
    del screens, owned

    window.loop.detach()

    assert listeners(game.uw) == before
    assert own_threads() == threads
    gc.collect()
    assert [part() for part in parts] == [None] * 5
    window.surface.fill(GROUND)
    assert window.loop.draw(window.surface) == []
    assert not window.loop.process(key(ENTER))
    assert window.loop.update() == 0
    assert window.pixel(640, 360) == GROUND


def test_detaching_after_pygame_is_gone_raises_nothing(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome")
    window = make_window(dirty_rects=True)
    window.until_drawn()
    pygame.quit()
    window.loop.detach()


def test_a_game_that_starts_pygame_anew_goes_on_with_its_cards(sandbox: Sandbox, make_window: Any) -> None:
    three_offers(sandbox)
    window = make_window()
    answers = answers_of(window)
    for _ in range(2):
        window.until_drawn()
        pygame.quit()
        pygame.init()
        window.surface = pygame.display.set_mode((800, 600))
        window.frame()
        window.until_drawn()  # in a window of another size, everything is measured and written anew
        window.send(key(ENTER), key(ENTER, up=True))
    assert answers == [("a", "accept"), ("b", "accept")]


def test_a_wrong_theme_leaves_the_client_as_it_was(make_client: MakeClient) -> None:
    from uwclient.ui.theme import Theme

    uw: UserWise = make_client()
    before = listeners(uw)
    with pytest.raises(ArgumentError, match=r"Theme\.text_size"):
        attach(uw, theme=Theme(text_size=-1.0))
    assert listeners(uw) == before
    assert not uw.is_running
