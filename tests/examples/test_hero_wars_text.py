from __future__ import annotations

import pygame
import pytest
from hero_wars.panels.popups import Look, Popup
from hero_wars.play.field import HEIGHT, WIDTH
from hero_wars.play.tuning import Prices
from hero_wars.play.wares import wares
from hero_wars.screen.card import CARD_BODY, CARD_TITLE, lay_out_card
from hero_wars.screen.dialog import BODY, TITLE, lay_out
from hero_wars.screen.ink import Ink, TextStyle
from hero_wars.screen.lines import HINT, TOAST_WIDEST
from hero_wars.screen.stall import lay_out_wares
from hero_wars.screen.textfit import ELLIPSIS, balance, fit, shorten, wrap
from hero_wars.screen.widgets import compact, countdown
from hypothesis import given
from hypothesis import strategies as st

SHORT = "OK"
SENTENCE = "Catch the coins, land on the slimes, and keep your eyes open."
LONG = SENTENCE * 20
UNBROKEN = "W" * 300
TEXTS = (SHORT, SENTENCE, LONG, UNBROKEN, "", "two\nlines", "ÄÖÜ ñ ß 12,000 · ×2")


def measure(text: str) -> int:
    return 10 * len(text)


@given(text=st.text(max_size=200), width=st.integers(10, 400), lines=st.integers(1, 6))
def test_fitted_text_never_leaves_its_box(text: str, width: int, lines: int) -> None:
    fitted = fit(text, width, lines, measure)
    assert len(fitted) <= lines
    assert all(measure(line) <= width for line in fitted)


@given(words=st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), min_size=1, max_size=40))
def test_wrapping_loses_no_word(words: list[str]) -> None:
    assert " ".join(wrap(" ".join(words), 120, measure)).split() == words


def test_text_that_fits_is_left_alone() -> None:
    assert shorten("hero", 40, measure) == "hero"
    assert fit("one two", 30, 2, measure) == ["one", "two"]


def test_text_that_does_not_fit_ends_with_an_ellipsis() -> None:
    assert shorten("hero wars", 60, measure) == "hero" + ELLIPSIS
    assert fit("one two three", 50, 2, measure)[-1].endswith(ELLIPSIS)


def test_balanced_text_leaves_no_word_alone_and_takes_no_more_lines() -> None:
    text = "one two three four five six seven"
    assert fit(text, 280, 3, measure) == ["one two three four five six", "seven"]
    assert balance(text, 280, 3, measure) == ["one two three four", "five six seven"]


@given(text=st.text(max_size=200), width=st.integers(60, 400), lines=st.integers(1, 6))
def test_balanced_text_never_leaves_its_box(text: str, width: int, lines: int) -> None:
    balanced = balance(text, width, lines, measure)
    assert len(balanced) <= lines
    assert all(measure(line) <= width for line in balanced)


def test_line_breaks_in_the_text_are_kept() -> None:
    assert wrap("one\n\ntwo", 200, measure) == ["one", "", "two"]


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [80, 222, 400])
@pytest.mark.parametrize("size", [16, 21, 36])
def test_written_text_fits_its_box_with_the_real_font(text: str, width: int, size: int) -> None:
    ink = Ink()
    style = TextStyle(size, lines=3)
    assert all(ink.width(line, size) <= width for line in ink.lines(text, width, style))
    assert ink.height(text, width, style) <= 3 * ink.line_height(size)


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_written_outside_the_box(text: str) -> None:
    ink, canvas = Ink(), pygame.Surface((300, 100), pygame.SRCALPHA)
    box = pygame.Rect(40, 20, 200, 60)
    ink.write(canvas, text, box, TextStyle(22, lines=2, align=0.5))
    assert box.contains(canvas.get_bounding_rect()) or not canvas.get_bounding_rect().width


def popup(title: str, body: str, dismiss: str | None) -> Popup:
    return Popup("key", Look.SURVEY, title, body, "Yes, sure", dismiss, lambda accepted: None)


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("title", TEXTS)
@pytest.mark.parametrize("body", TEXTS)
@pytest.mark.parametrize("dismiss", [None, "Not now"])
@pytest.mark.parametrize("has_photo", [True, False])
def test_a_popup_holds_its_text_its_picture_and_its_buttons_whatever_they_say(
    title: str, body: str, dismiss: str | None, has_photo: bool
) -> None:
    layout = lay_out(popup(title, body, dismiss), Ink(), has_photo)
    assert pygame.Rect(0, 0, WIDTH, HEIGHT).contains(layout.frame)
    assert (layout.photo is not None) is has_photo
    maybe = [part for part in (layout.photo, layout.dismiss) if part is not None]
    parts = [layout.title, layout.body, layout.accept, *maybe]
    assert all(layout.frame.contains(part) for part in parts)
    assert not any(part.collidelist(parts[place + 1 :]) >= 0 for place, part in enumerate(parts))


@pytest.mark.usefixtures("screen")
def test_the_texts_of_an_offer_fit_its_card() -> None:
    ink, layout = Ink(), lay_out_card(has_photo=True)
    assert ink.height(LONG, layout.title.width, CARD_TITLE) <= layout.title.height
    assert ink.height(LONG, layout.body.width, CARD_BODY) <= layout.body.height
    assert ink.height(LONG, 400, TITLE) + ink.height(LONG, 400, BODY) < HEIGHT / 2


@pytest.mark.usefixtures("screen")
def test_the_texts_of_the_market_and_the_hint_need_no_ellipsis() -> None:
    ink = Ink()
    counter = wares(Prices(golden_cape=1_000_000))
    for place, (ware, layout) in enumerate(zip(counter, lay_out_wares(len(counter)), strict=True), start=1):
        assert ink.width(ware.title, 23) <= layout.title.width
        assert len(ink.lines(ware.text, layout.text.width, TextStyle(17, lines=2))) == 1
        assert ink.width(f"{ware.price:,}   [{place}]", 20) + 28 <= layout.price.width
    assert ink.width(HINT, 20) <= TOAST_WIDEST - 36


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (6.2, "0:07"), (60, "1:00"), (750, "12:30"), (11045, "3:04:05"), (183600, "2 d 3 h")],
)
def test_a_countdown_is_written_as_short_as_it_can_be(seconds: float, text: str) -> None:
    assert countdown(seconds) == text


@pytest.mark.parametrize(("amount", "text"), [(0, "0"), (9999, "9,999"), (12345, "12.3K"), (1234567, "1.2M")])
def test_large_amounts_stay_short(amount: int, text: str) -> None:
    assert compact(amount) == text
