"""The overlay can be read in every window, whatever it has to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.overlay_looks import SIZES, PlainRuler, assert_well_laid_out, laid_out, texts_of
from uwclient.ui.overlay_layout import ORDER, Look, OverlayTheme, Plan, Typesetter, lay_out_frame, lay_out_list, plan
from uwclient.ui.overlay_rows import Row, Section
from uwclient.ui.overlay_text import CUT, broken, clock, countdown, fitted, since
from uwclient.ui.scene import Scene

NOW = datetime(2026, 5, 17, 12, 30, 5, tzinfo=UTC)
THEME = OverlayTheme()
tones = st.sampled_from(["text", "dim", "good", "bad", "head"])
texts = st.text(max_size=60) | st.text(st.characters(), min_size=200, max_size=500)
rows = st.builds(Row, texts, texts, texts, tones, st.booleans())


def scene_of(type_: Typesetter, page: Plan, listed: list[Row], said: Row, focus: str) -> Scene:
    """A page whose lists all say the same."""
    look = Look("UserWise: hero-42, live, session open", said, focus, "offers")
    parts = [lay_out_frame(page, look, THEME, type_)]
    for name, place in page.lists.items():
        section = Section(name, name.capitalize(), len(listed), listed.__getitem__, 5.5)
        parts.append(laid_out(lay_out_list(section, place, 0, look, THEME, type_)))
    shapes = tuple(shape for part in parts for shape in part.shapes)
    return Scene(shapes, tuple(target for part in parts for target in part.targets))


@settings(deadline=None)
@given(st.lists(rows, max_size=8), rows, st.sampled_from(ORDER), st.sampled_from(SIZES), st.floats(0.5, 2.0))
def test_every_text_fits_and_nothing_overlaps_whatever_it_says(
    listed: list[Row], said: Row, focus: str, size: tuple[int, int], wide: float
) -> None:
    ruler = PlainRuler(wide)
    type_ = Typesetter(ruler, *size, THEME.scale)
    page = plan(type_, focus)
    assert focus in page.lists
    assert_well_laid_out(scene_of(type_, page, listed * 10, said, focus), *size, ruler)


@settings(deadline=None)
@given(st.integers(1, 5000), st.integers(1, 3000), st.sampled_from(ORDER))
def test_no_window_is_too_small_or_too_odd(width: int, height: int, focus: str) -> None:
    ruler = PlainRuler()
    type_ = Typesetter(ruler, width, height, THEME.scale)
    page = plan(type_, focus)
    scene = scene_of(type_, page, [Row("lead", "a text", "a tail")] * 80, Row(), focus)
    if page.lists:
        assert_well_laid_out(scene, width, height, ruler)
    else:
        assert len(scene.shapes) == 1, "there is no room for more than the background"


@pytest.mark.parametrize(
    ("size", "lists", "rows"), [((320, 240), 1, 13), ((1280, 720), 5, 60), ((3840, 2160), 5, 60)]
)
def test_a_window_has_room_for_this_much(size: tuple[int, int], lists: int, rows: int) -> None:
    page = plan(Typesetter(PlainRuler(), *size, THEME.scale), "status")
    assert len(page.lists) == lists
    assert sum(place.rows for place in page.lists.values()) >= rows


@pytest.mark.parametrize("size", [*SIZES, (800, 600), (480, 800), (600, 300)])
def test_every_list_is_on_some_page_and_tabs_lead_to_it(size: tuple[int, int]) -> None:
    type_ = Typesetter(PlainRuler(), *size, THEME.scale)
    pages = [plan(type_, name) for name in ORDER]
    assert all(name in page.lists for name, page in zip(ORDER, pages, strict=True))
    look = Look("", Row(), "status", "all")
    targets = {name for _, name in lay_out_frame(pages[0], look, THEME, type_).targets}
    if len(pages[0].lists) < len(ORDER):
        assert {f"list:{name}" for name in ORDER} <= targets


def test_only_the_rows_that_are_seen_are_made() -> None:
    asked: list[int] = []

    def row(number: int) -> Row:
        asked.append(number)
        return Row(text=str(number))

    type_ = Typesetter(PlainRuler(), 1280, 720, THEME.scale)
    place = plan(type_, "content").lists["content"]
    section = Section("content", "Content", 10**9, row, 5.0)
    look = Look("", Row(), "content", "all")

    scene = laid_out(lay_out_list(section, place, 500_000, look, THEME, type_))

    assert asked == list(range(500_000, 500_000 + place.rows))
    assert f"500001-{500_000 + place.rows} of 1000000000" in texts_of(scene)


def test_what_was_measured_once_is_not_measured_again_and_what_is_kept_is_bounded() -> None:
    ruler = PlainRuler()
    type_ = Typesetter(ruler, 1280, 720, THEME.scale)
    for _ in range(3):
        assert type_.fitted("a long text " * 20, 100.0).endswith(CUT)
        before = ruler.measured
    assert type_.fitted("a long text " * 20, 100.0)
    assert ruler.measured == before
    for number in range(20_000):
        type_.fitted(str(number), 100.0)
        type_.width(str(number))
    assert len(type_._fitted) <= 4000
    assert len(type_._widths) <= 4000


# Texts.


@given(st.text(max_size=400), st.floats(0, 300), st.booleans())
def test_a_text_is_cut_as_little_as_needed(text: str, width: float, keep_end: bool) -> None:
    def measure(text: str) -> float:
        return 7.0 * len(text)

    shown = fitted(text, width, measure, keep_end)

    assert measure(shown) <= width
    assert all(character.isprintable() for character in shown)
    whole = len(text[:300]) * 7.0 <= width
    if not whole and shown:
        assert shown.startswith(CUT) if keep_end else shown.endswith(CUT)
    if whole:
        assert len(shown) == len(text[:300])
    elif width >= 14.0:
        assert shown, "an ellipsis alone would fit"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5.0, "0:00"),
        (0.0, "0:00"),
        (0.2, "0:01"),
        (59.0, "0:59"),
        (61.0, "1:01"),
        (3599.5, "1:00:00"),
        (3661.0, "1:01:01"),
        (86_399.0, "23:59:59"),
        (86_400.0 * 2 + 3600 * 5, "2d 05h"),
        (float("inf"), "11574d 01h"),
    ],
)
def test_a_countdown_says_how_long(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (None, "always"),
        (NOW, "12:30"),
        (NOW - timedelta(hours=3), "09:30"),
        (NOW + timedelta(hours=15), "03:30"),
        (NOW - timedelta(days=3), "May 14"),
        (NOW + timedelta(days=200), "Dec 3"),
        (NOW - timedelta(days=700), "2024"),
    ],
)
def test_a_start_is_said_in_a_few_characters(moment: datetime | None, shown: str) -> None:
    assert since(moment, NOW) == shown
    assert clock(NOW) == "12:30:05"


@given(st.text(max_size=2000), st.integers(-10, 200))
def test_a_sentence_is_broken_into_a_few_lines(text: str, characters: int) -> None:
    lines = broken(text, characters)
    assert 1 <= len(lines) <= 4
    assert all(len(line) <= max(characters, 10) for line in lines)
