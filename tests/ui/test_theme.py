"""A theme that could not be read is refused in a sentence, when it is given."""

from __future__ import annotations

from typing import Any

import pytest

from uwclient import ArgumentError
from uwclient.ui.contrast import contrast
from uwclient.ui.scene import Color
from uwclient.ui.theme import LEAST_CONTRAST, Theme, check_theme

BLACK, WHITE = Color(0, 0, 0), Color(255, 255, 255)


def test_the_usual_theme_is_fine() -> None:
    check_theme(Theme())


@pytest.mark.parametrize(
    ("above", "below", "ratio"),
    [(BLACK, WHITE, 21.0), (WHITE, BLACK, 21.0), (WHITE, WHITE, 1.0), (Color(118, 118, 118), WHITE, 4.54)],
)
def test_contrast_is_that_of_the_guidelines(above: Color, below: Color, ratio: float) -> None:
    assert contrast(above, below) == pytest.approx(ratio, abs=0.01)


def test_on_a_color_that_the_game_shines_through_the_worst_case_counts() -> None:
    assert contrast(WHITE, Color(0, 0, 0, 128)) < contrast(WHITE, BLACK)
    assert contrast(WHITE, Color(0, 0, 0, 0)) == pytest.approx(1.0)
    assert contrast(Color(255, 255, 255, 0), BLACK) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": Color(60, 66, 90)}, r"Theme.text is hard to tell from Theme.card: their contrast is 1\.\d"),
        ({"card": WHITE}, "Theme.title is hard to tell from Theme.card"),
        ({"well": WHITE}, "Theme.text is hard to tell from Theme.well"),
        ({"primary": Color(40, 28, 6)}, "Theme.on_primary is hard to tell from Theme.primary"),
        ({"on_secondary": Color(56, 63, 97)}, "Theme.on_secondary is hard to tell from Theme.secondary"),
        ({"toast": WHITE}, "Theme.on_toast is hard to tell from Theme.toast"),
        ({"focus": Color(30, 34, 53)}, "Theme.focus is hard to tell from Theme.card"),
        ({"card": Color(30, 34, 53, 0)}, "Theme.title is hard to tell from Theme.card"),
        ({"text": (1, 2, 3)}, r"Theme.text must be a Color whose parts are 0 to 255, not \(1, 2, 3\)"),
        ({"text": Color(300, 0, 0)}, "Theme.text must be a Color"),
        ({"text": "white"}, "Theme.text must be a Color"),
        ({"scrim": None}, "Theme.scrim must be a Color"),
        ({"text_size": 0}, "Theme.text_size must be a number of pixels from 1 to 2000, not 0"),
        ({"text_size": "18"}, "Theme.text_size must be a number"),
        ({"title_size": float("nan")}, "Theme.title_size must be a number"),
        ({"card_width": float("inf")}, "Theme.card_width must be a number"),
        ({"card_width": 199}, "Theme.card_width must be a number of pixels from 200 to 2000, not 199"),
        ({"corner": -1}, "Theme.corner must be a number of pixels from 0"),
        ({"corner": True}, "Theme.corner must be a number"),
        ({"font": ""}, "Theme.font must be the name or the file of a font, or None"),
        ({"bold_font": b"x"}, "Theme.bold_font must be the name or the file of a font"),
    ],
)
def test_what_is_wrong_with_a_theme_is_said_in_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence) as refused:
        check_theme(Theme(**fields))
    assert str(refused.value).endswith(".")


def test_a_theme_just_above_the_limit_is_fine_and_just_below_is_not() -> None:
    grays = [Color(gray, gray, gray) for gray in range(256)]
    readable = [gray for gray in grays if contrast(gray, Theme().card) >= LEAST_CONTRAST]
    check_theme(Theme(text=readable[0]))
    with pytest.raises(ArgumentError):
        check_theme(Theme(text=grays[grays.index(readable[0]) - 1]))
