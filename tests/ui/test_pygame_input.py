"""What pygame tells of the player's devices: what belongs to the game, what is lost, and what makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pygame
import pytest
from pygame.event import Event

from tests.ui.window import Window, button, key
from uwclient.engines import pygame_input
from uwclient.sandbox import Sandbox
from uwclient.ui.live import GRACE

if TYPE_CHECKING:
    from tests.conftest import Play

ENTER, SPACE, ESCAPE, TAB = pygame.K_RETURN, pygame.K_SPACE, pygame.K_ESCAPE, pygame.K_TAB
PRICE = {"payment_type": "iap", "iap_data": {"cost": 49.99}}
PAD_A = Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_A)
STICK_A = Event(pygame.JOYBUTTONDOWN, instance_id=0, joy=0, button=0)


pytestmark = pytest.mark.usefixtures("display")


@pytest.fixture
def window(play: Play, sandbox: Sandbox) -> Iterator[Window]:
    """A game with an offer that costs something."""
    sandbox.publish("offers", id="gems", title="Gems", payment_data=PRICE)
    window = Window(play, sandbox, size=(640, 400))
    yield window
    window.close()


@pytest.fixture
def answers(window: Window) -> list[str]:
    """Grows with each answer."""
    answers: list[str] = []
    window.ui.on_answer = lambda record, choice: answers.append(choice)
    return answers


# Buying.


@pytest.mark.parametrize("press", [key(SPACE), key(ENTER), PAD_A, STICK_A], ids=["space", "enter", "pad", "stick"])
def test_a_player_who_hammers_a_button_buys_nothing(window: Window, answers: list[str], press: Event) -> None:
    for _ in range(200):
        window.send(press)
        for _ in range(4):
            window.frame()
    assert window.ui.is_open
    assert answers == []


@pytest.mark.parametrize("press", [key(SPACE), PAD_A, STICK_A], ids=["space", "pad", "stick"])
def test_one_press_later_on_does_not_buy_either(window: Window, answers: list[str], press: Event) -> None:
    window.until_drawn()
    window.send(press)
    assert answers == ["dismiss"]


@pytest.mark.parametrize("press", [key(SPACE), PAD_A, STICK_A], ids=["space", "pad", "stick"])
def test_a_player_who_has_moved_the_focus_buys(window: Window, answers: list[str], press: Event) -> None:
    window.until_drawn()
    window.send(key(TAB), press)
    assert answers == ["accept"]


def test_a_click_that_began_before_the_card_or_in_its_grace_is_none(window: Window, answers: list[str]) -> None:
    window.ui.hold()
    window.send(button((400, 300)))
    window.ui.release()
    window.until(lambda: window.ui.is_open)
    place = window.place("accept")
    assert window.send(button(place, up=True)) != [], "the game has seen it pressed"
    window.send(button(place))
    window.send(button(place, up=True))
    for _ in range(int(GRACE / 0.02) + 40):
        window.frame()
    assert answers == []
    window.send(button(place))
    assert answers == ["accept"]


# What belongs to the game.


def test_a_key_with_alt_control_or_meta_is_the_games(window: Window, answers: list[str]) -> None:
    window.until_drawn()
    before = window.scene
    for mod in (pygame.KMOD_LALT, pygame.KMOD_RALT, pygame.KMOD_LCTRL, pygame.KMOD_RCTRL, pygame.KMOD_LMETA):
        for code in (ENTER, ESCAPE, TAB, pygame.K_F10, pygame.K_q):
            presses = [key(code, mod), key(code, mod, up=True)]
            assert window.send(*presses) == presses
    assert (answers, window.scene) == ([], before)
    assert window.loop.overlay is not None
    assert not window.loop.overlay.visible


def test_the_modifiers_themselves_are_the_games_and_shift_is_none_of_them(window: Window) -> None:
    window.until_drawn()
    for code in (pygame.K_LALT, pygame.K_RCTRL, pygame.K_LMETA):
        assert window.send(key(code), key(code, up=True)) != []
    assert window.send(key(pygame.K_LSHIFT, pygame.KMOD_LSHIFT)) == []


def test_keys_with_control_do_nothing_in_the_overlay(window: Window) -> None:
    overlay = window.loop.overlay
    assert overlay is not None
    window.send(key(pygame.K_F10), key(pygame.K_F10, up=True))
    assert window.send(key(ESCAPE, pygame.KMOD_LCTRL)) != []
    assert overlay.visible


# What is lost.


def test_a_release_that_never_came_does_not_eat_the_next_one(window: Window) -> None:
    window.until_drawn()
    for press in (key(pygame.K_w), button((1, 1)), STICK_A):
        assert window.send(press) == []
    window.ui.hold()
    presses = [key(pygame.K_w), button((1, 1)), STICK_A]
    releases = [key(pygame.K_w, up=True), button((1, 1), up=True), Event(pygame.JOYBUTTONUP, STICK_A.dict)]
    assert window.send(*presses) == presses
    assert window.send(*releases) == releases, "or the hero would run for ever"


def test_two_gamepads_do_not_answer_for_each_other(window: Window) -> None:
    window.until_drawn()
    assert window.send(Event(pygame.JOYBUTTONDOWN, instance_id=0, button=7)) == []
    other = Event(pygame.JOYBUTTONUP, instance_id=1, button=7)
    assert window.send(other) == [other]
    assert window.send(Event(pygame.JOYBUTTONUP, instance_id=0, button=7)) == []


def test_a_key_that_was_held_when_the_window_lost_the_focus_counts_when_it_is_pressed_anew(
    window: Window, answers: list[str]
) -> None:
    pygame.key.set_repeat(200, 50)
    window.ui.hold()
    window.send(key(ESCAPE))
    window.ui.release()
    window.until_drawn()
    window.send(Event(pygame.WINDOWFOCUSLOST, window=None), Event(pygame.WINDOWFOCUSGAINED, window=None))
    window.send(key(ESCAPE))
    assert answers == ["dismiss"]


def test_a_game_that_passes_on_no_releases_has_its_cards_answered_with_keys(
    window: Window, answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pygame_input, "REPEATS_WITHIN", 0.0)
    pygame.key.set_repeat(1, 1)
    window.ui.hold()
    window.send(key(ESCAPE), key(ESCAPE))
    window.ui.release()
    window.until_drawn()
    window.send(key(ESCAPE))
    assert answers == ["dismiss"]


def test_a_stick_that_was_pulled_out_tilted_counts_when_it_is_back(window: Window) -> None:
    window.until_drawn()
    view = window.ui._view
    assert view is not None
    tilt = Event(pygame.JOYAXISMOTION, instance_id=3, axis=0, value=1.0)
    window.send(tilt, tilt)
    assert view.focus == "accept"
    window.send(Event(pygame.JOYDEVICEREMOVED, instance_id=3), tilt)
    assert view.focus == "dismiss"


# What makes no sense.


KINDS = [
    pygame.KEYDOWN, pygame.KEYUP, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL,
    pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYHATMOTION, pygame.JOYAXISMOTION, pygame.JOYDEVICEREMOVED,
    pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION, pygame.FINGERDOWN,
    pygame.FINGERUP, pygame.TEXTINPUT,
]  # fmt: skip
DETAILS = ("key", "mod", "button", "pos", "y", "value", "axis", "instance_id", "finger_id")
NONSENSE: list[object] = [None, "x", [], {}, (1,), ("a", "b"), 10**400, float("nan"), float("inf")]


@pytest.mark.parametrize("open", ["card", "overlay", "nothing"])
def test_an_event_without_what_it_should_say_means_nothing(window: Window, answers: list[str], open: str) -> None:
    window.until_drawn()
    if open == "overlay":
        window.send(key(pygame.K_F10))
    elif open == "nothing":
        window.ui.hold()
    view = window.ui._view
    focus = view and view.focus
    for kind in KINDS:
        for value in NONSENSE:
            window.loop.process(Event(kind, dict.fromkeys(DETAILS, value)))
        window.loop.process(Event(kind))
        window.frame()
    assert answers == []
    assert (view and view.focus) == focus


# Fonts and pointer.


@pytest.mark.parametrize("starts_again", [True, False])
def test_a_game_that_quits_the_fonts_gets_its_cards_written_anew(window: Window, starts_again: bool) -> None:
    window.until_drawn()
    before = window.surface.copy()
    for _ in range(3):
        pygame.font.quit()
        if starts_again:
            pygame.font.init()
        window.surface = pygame.display.set_mode((900, 600))
        window.frame()
        window.surface = pygame.display.set_mode((640, 400))
        for _ in range(20):
            window.frame()
    assert pygame.image.tobytes(window.surface, "RGB") == pygame.image.tobytes(before, "RGB")


def test_detaching_leaves_the_fonts_as_they_were(window: Window) -> None:
    window.until_drawn()
    window.loop.detach()
    assert pygame.font.quit.__module__ == "pygame.font"


def test_a_hidden_pointer_is_shown_while_there_are_buttons(window: Window) -> None:
    pygame.mouse.set_visible(False)
    window.ui.hold()
    window.frame()
    assert not pygame.mouse.get_visible()
    window.ui.release()
    window.until_drawn()
    assert pygame.mouse.get_visible()
    pygame.mouse.set_visible(False)
    window.frame()
    assert pygame.mouse.get_visible(), "some games hide it in each frame"
    window.send(key(ESCAPE))
    assert not pygame.mouse.get_visible()
    window.send(key(pygame.K_F10))
    assert pygame.mouse.get_visible()
    window.loop.detach()
    assert not pygame.mouse.get_visible()


def test_a_pointer_that_is_visible_stays_so(window: Window) -> None:
    pygame.mouse.set_visible(True)
    window.until_drawn()
    window.send(key(ESCAPE))
    assert pygame.mouse.get_visible()
