from __future__ import annotations

import pygame
import pytest
from hero_wars.play.intent import Intent
from hero_wars.screen.controls import WARES, Mode, Target, gather, intent_of
from hero_wars.screen.palette import INK, PAPER, mix, parse_hex, readable_on, to_hex
from hero_wars.screen.viewport import Viewport
from pygame.event import Event


def intent(*events: Event, held: int | None = None, mode: Mode = Mode.PLAY, hit: Target | None = None) -> Intent:
    return intent_of(gather(events, lambda spot: hit), lambda key: key == held, mode)


def press(key: int) -> Event:
    return Event(pygame.KEYDOWN, key=key)


CLICK = Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(10, 10))


def test_space_jumps_in_the_game_and_accepts_in_a_popup() -> None:
    space = press(pygame.K_SPACE)
    assert intent(space, held=pygame.K_SPACE) == Intent(jump=True)
    assert intent(space, held=pygame.K_SPACE, mode=Mode.POPUP) == Intent(accept=True)


def test_escape_leads_one_step_back() -> None:
    assert intent(press(pygame.K_ESCAPE), mode=Mode.POPUP) == Intent(dismiss=True)
    assert intent(press(pygame.K_ESCAPE), mode=Mode.MARKET) == Intent(market=True)
    assert intent(press(pygame.K_ESCAPE)) == Intent(quit=True)


@pytest.mark.parametrize("place", range(4))
def test_a_ware_is_chosen_by_its_number_or_a_click_and_only_in_the_market(place: int) -> None:
    key = press(pygame.K_1 + place)
    assert intent(key, mode=Mode.MARKET) == Intent(ware=place)
    assert intent(CLICK, hit=WARES[place], mode=Mode.MARKET) == Intent(ware=place)
    assert intent(key) == Intent()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (pygame.K_b, Intent(buy=True)),
        (pygame.K_e, Intent(market=True)),
        (pygame.K_p, Intent(push=True)),
    ],
)
def test_letters_buy_go_to_the_market_and_bring_a_notification(key: int, expected: Intent) -> None:
    assert intent(press(key)) == expected


def test_closing_the_window_is_noticed_whatever_is_open() -> None:
    assert gather([Event(pygame.QUIT)], lambda spot: None).closed
    assert not gather([press(pygame.K_ESCAPE), CLICK], lambda spot: None).closed


@pytest.mark.parametrize(("key", "move"), [(pygame.K_LEFT, -1.0), (pygame.K_d, 1.0), (pygame.K_q, 0.0)])
def test_arrows_and_letters_move(key: int, move: float) -> None:
    assert intent(held=key).move == move


@pytest.mark.parametrize(
    ("hit", "expected"),
    [
        (Target.ACCEPT, Intent(accept=True)),
        (Target.DISMISS, Intent(dismiss=True)),
        (None, Intent()),
    ],
)
def test_a_click_does_what_it_hits(hit: Target | None, expected: Intent) -> None:
    assert intent(CLICK, hit=hit, mode=Mode.POPUP) == expected


@pytest.mark.parametrize("mode", [Mode.PLAY, Mode.MARKET])
def test_a_click_on_the_offer_buys_and_one_on_the_market_goes_there_or_back(mode: Mode) -> None:
    assert intent(CLICK, hit=Target.BUY, mode=mode) == Intent(buy=True)
    assert intent(CLICK, hit=Target.MARKET, mode=mode) == Intent(market=True)


@pytest.mark.parametrize("window", [(960, 540), (1920, 1080), (1000, 1000), (300, 1000), (2000, 300)])
def test_the_picture_keeps_its_shape_and_its_middle_in_any_window(window: tuple[int, int]) -> None:
    box = Viewport(window).box
    assert pygame.Rect((0, 0), window).contains(box)
    assert box.width / box.height == pytest.approx(16 / 9, rel=0.01)
    assert Viewport(window).to_logical(box.topleft) == (0, 0)
    assert Viewport(window).to_logical((window[0] // 2, window[1] // 2)) == pytest.approx((480, 270), abs=4)


def test_colours_are_read_from_hex() -> None:
    assert parse_hex("#1b1F3b") == (27, 31, 59)
    assert to_hex((27, 31, 59)) == "#1b1f3b"


def test_text_on_a_colour_can_be_read() -> None:
    assert readable_on((255, 240, 200)) == INK
    assert readable_on((20, 30, 60)) == PAPER
    assert mix((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
