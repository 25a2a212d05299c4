"""Scenes come onto a Panda3D window as they were meant, and only what has changed is built anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.panda.screen_probe import BACKGROUND, PATIENCE, SIZE, Eye, alike
from uwclient.ui.scene import EMPTY, Box, Color, Panel, Scene, Shape, Text

NIGHT = Color(30, 34, 53)
GOLD = Color(255, 200, 69)
WHITE = Color(255, 255, 255)
NOW = 0.0
"""A moment that has passed: nothing more is built in this frame."""


class Stage:
    """A canvas on a window, and what is to be seen there."""

    def __init__(self, base: Any) -> None:
        from uwclient.engines.panda3d_canvas import Canvas
        from uwclient.engines.panda3d_fonts import Fonts
        from uwclient.engines.panda3d_layer import WindowLayer

        self.fonts = Fonts()
        self.layer = WindowLayer(base)
        self.canvas = Canvas(self.layer, 0, self.fonts, None)
        self.eye = Eye(base)
        self.layer.follow()

    def draw(self, *shapes: Shape) -> Any:
        """Draw shapes, and look."""
        self.canvas.show(Scene(shapes), time.perf_counter() + 60)
        self.layer.show(True)
        return self.eye.look()

    def nodes(self) -> list[Any]:
        """The nodes of the shapes that are drawn, in order."""
        return list(self.canvas._parts.getChildren())

    def close(self) -> None:
        self.canvas.close()
        self.layer.close()
        self.fonts.close()


@pytest.fixture
def stage(base: Any) -> Iterator[Stage]:
    stage = Stage(base)
    yield stage
    stage.close()


def test_a_panel_fills_its_box_and_nothing_else(stage: Stage) -> None:
    seen = stage.draw(Panel(Box(100, 50, 200, 80), NIGHT))

    assert seen.unlike(BACKGROUND) == (100, 50, 300, 130)
    assert alike(seen.at(100, 50), NIGHT)
    assert alike(seen.at(299, 129), NIGHT)


def test_round_corners_show_what_is_behind_them(stage: Stage) -> None:
    seen = stage.draw(Panel(Box(100, 50, 200, 80), NIGHT, radius=30))

    corners = [(101, 51), (298, 51), (101, 128), (298, 128)]
    assert all(alike(seen.at(*corner), BACKGROUND) for corner in corners)
    assert all(alike(seen.at(x, y), NIGHT) for x, y in [(200, 51), (101, 90), (298, 90), (200, 128), (111, 61)])


def test_an_edge_is_drawn_inside_the_box(stage: Stage) -> None:
    seen = stage.draw(Panel(Box(100, 50, 200, 80), NIGHT, radius=10, edge=GOLD, edge_width=4))

    assert alike(seen.at(200, 51), GOLD)
    assert alike(seen.at(102, 90), GOLD)
    assert alike(seen.at(200, 56), NIGHT)
    assert seen.unlike(BACKGROUND) == (100, 50, 300, 130)


def test_a_window_that_works_with_linear_colors_gets_such(panda3d: Any) -> None:
    from uwclient.engines.panda3d_shapes import rgba

    assert rgba(Color(0, 128, 255, 51), linear=False) == pytest.approx((0.0, 128 / 255, 1.0, 0.2))
    assert rgba(Color(0, 128, 255, 51), linear=True) == pytest.approx((0.0, 0.2159, 1.0, 0.2), abs=1e-3)


def test_what_is_translucent_lets_through_what_is_behind_it(stage: Stage) -> None:
    seen = stage.draw(Panel(Box(100, 50, 200, 80), Color(255, 255, 255, 128)))

    between = Color(*((part + 255) // 2 for part in BACKGROUND[:3]))
    assert alike(seen.at(150, 81), between, by=6)


def test_later_shapes_cover_earlier_ones_and_the_order_can_change(stage: Stage) -> None:
    first, second = Panel(Box(100, 50, 100, 100), NIGHT), Panel(Box(150, 50, 100, 100), GOLD)

    assert alike(stage.draw(first, second).at(175, 100), GOLD)
    assert alike(stage.draw(second, first).at(175, 100), NIGHT)


def test_an_empty_scene_leaves_the_game_as_it_is(stage: Stage) -> None:
    stage.draw(Panel(Box(100, 50, 200, 80), NIGHT))
    stage.canvas.show(EMPTY, time.perf_counter() + 60)

    assert stage.canvas.is_empty
    assert stage.eye.look().unlike(BACKGROUND) == (0, 0, 0, 0)


@pytest.mark.parametrize("size", [9, 12, 18, 28, 60])
@pytest.mark.parametrize("words", ["Hello, Ágúst! (gjpqy)", "300 gems — €4.99", "Żółw Жизнь Ωμέγα", "||||||||"])
def test_text_stays_in_the_box_that_was_measured(stage: Stage, words: str, size: float) -> None:
    width, height = stage.fonts.ruler.width(words, size), stage.fonts.ruler.line_height(size)
    seen = stage.draw(Panel(Box(0, 0, *SIZE), NIGHT), Text(Box(10, 40, width, height), words, size, WHITE))

    left, top, right, bottom = seen.unlike(NIGHT)
    assert 10 - 1 <= left < right <= min(10 + width + 1.1, SIZE[0])
    assert 40 - 1 <= top < bottom <= 40 + height + 1
    assert min(right, SIZE[0] - 1) - left > 0.8 * min(width, SIZE[0] - 12)
    assert bottom - top > 0.4 * size


@pytest.mark.parametrize("size", [11, 18, 40])
def test_capitals_are_in_the_middle_of_their_line_and_sharp(stage: Stage, size: int) -> None:
    height = stage.fonts.ruler.line_height(size)
    seen = stage.draw(Panel(Box(0, 0, *SIZE), NIGHT), Text(Box(10, 40, 400, height), "HHH", size, WHITE))
    left, top, right, bottom = seen.unlike(NIGHT)
    row = [seen.at(x, top + 1) for x in range(left - 2, right + 2)]

    assert abs((top + bottom) / 2 - (40 + height / 2)) <= 1
    assert 10 <= left <= 10 + 0.15 * size + 1
    soft = [color for color in row if not alike(color, NIGHT, 12) and not alike(color, WHITE, 12)]
    assert len(soft) <= 2 * 6, "each stem is soft at its sides at most"


def test_bold_text_is_measured_as_it_is_drawn(stage: Stage) -> None:
    width = stage.fonts.ruler.width("MMMMMMMM", 28, True)
    seen = stage.draw(Panel(Box(0, 0, *SIZE), NIGHT), Text(Box(10, 40, width, 40), "MMMMMMMM", 28, WHITE, True))

    left, _, right, _ = seen.unlike(NIGHT)
    assert abs((right - left) - width) < 0.15 * width


def test_text_has_its_color(stage: Stage) -> None:
    seen = stage.draw(Text(Box(10, 10, 600, 300), "█" * 9 if stage.fonts.ruler.width("█", 99) else "I", 99, GOLD))

    place = seen.unlike(BACKGROUND)
    assert any(alike(seen.at(x, (place[1] + place[3]) / 2), GOLD) for x in range(place[0], place[2]))


def test_text_is_cut_off_at_its_clip(stage: Stage) -> None:
    clip = Box(0, 100, SIZE[0], 30)
    lines = [Text(Box(10, y, 500, 24), "HHHHHH gjpqy", 20, WHITE, False, clip) for y in range(70, 160, 12)]
    seen = stage.draw(Panel(Box(0, 0, *SIZE), NIGHT), *lines)

    _, top, _, bottom = seen.unlike(NIGHT)
    assert top >= 100
    assert bottom <= 130
    assert bottom - top > 20


def test_a_clip_follows_the_text_that_is_scrolled(stage: Stage) -> None:
    clip = Box(0, 100, SIZE[0], 30)
    ground = Panel(Box(0, 0, *SIZE), NIGHT)
    stage.draw(ground, Text(Box(10, 90, 500, 24), "HHHHHH", 20, WHITE, False, clip))
    kept = stage.nodes()[1]
    seen = stage.draw(ground, Text(Box(10, 103, 500, 24), "HHHHHH", 20, WHITE, False, clip))

    assert stage.nodes()[1] == kept, "a line that only moves is not built anew"
    assert seen.unlike(NIGHT)[1] > 103


def test_only_what_has_changed_is_built_anew(stage: Stage) -> None:
    card = Panel(Box(100, 50, 200, 80), NIGHT, 12, GOLD, 2)
    stage.draw(card, Text(Box(110, 60, 100, 20), "0:59", 18, WHITE), Text(Box(110, 90, 100, 20), "Gems", 18, WHITE))
    before = stage.nodes()
    stage.draw(card, Text(Box(110, 60, 100, 20), "0:58", 18, WHITE), Text(Box(110, 90, 100, 20), "Gems", 18, WHITE))
    after = stage.nodes()

    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


def test_equal_shapes_are_drawn_as_often_as_they_are_there(stage: Stage) -> None:
    veil = Panel(Box(100, 50, 100, 100), Color(0, 0, 0, 100))
    once = stage.draw(veil).at(150, 101)
    twice = stage.draw(veil, veil).at(150, 101)

    assert sum(twice[:3]) < sum(once[:3])


def card() -> tuple[Shape, ...]:
    """A card with a shadow, some text and a button."""
    shadows = [
        Panel(Box(100 - by, 55 - by, 300 + 2 * by, 200 + 2 * by), Color(0, 0, 0, 20), 12 + by) for by in (9, 5)
    ]
    lines = [Text(Box(120, 70 + 24 * row, 260, 24), f"Line {row} of a card", 18, WHITE) for row in range(4)]
    clipped = Text(Box(120, 170, 260, 24), "Scrolled away", 18, WHITE, False, Box(110, 160, 280, 22))
    button = Panel(Box(120, 210, 260, 36), GOLD, 8), Text(Box(200, 216, 100, 24), "OK", 18, NIGHT, True)
    return *shadows, Panel(Box(100, 50, 300, 200), NIGHT, 12, GOLD, 2), *lines, clipped, *button


def test_a_scene_that_stays_is_put_together_and_looks_the_same(stage: Stage) -> None:
    scene = Scene(card())
    before = stage.draw(*card())
    stage.canvas.show(scene, time.perf_counter() + 60)
    drawn = len(stage.layer.root.findAllMatches("**/+GeomNode"))
    for _ in range(60):
        stage.canvas.show(scene, time.perf_counter())

    assert len(stage.layer.root.findAllMatches("**/+GeomNode")) <= drawn / 2
    assert stage.eye.look().share_unlike(before) < 0.005
    assert stage.draw(*card()[:-2]).share_unlike(before) > 0.01
    assert stage.draw(*card()).share_unlike(before) < 0.005


def test_what_is_covered_is_left_out_and_looks_the_same(stage: Stage) -> None:
    dark = Color(0, 0, 0, 120)
    shadows = Panel(Box(80, 40, 340, 240), dark, 30), Panel(Box(90, 60, 320, 200), dark, 20)
    ground = Panel(Box(100, 50, 300, 200), NIGHT, 12, GOLD, 2)
    without_holes = stage.draw(*shadows, Text(Box(0, 0, 1, 1), "", 9, WHITE), ground)
    with_holes = stage.draw(*shadows, ground)

    assert with_holes.share_unlike(without_holes) < 0.001
    assert not alike(with_holes.at(95, 150), BACKGROUND, by=20), "the shadow is there"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    boxes=st.lists(
        st.tuples(st.floats(-50, 650), st.floats(-50, 370), st.floats(0, 400), st.floats(0, 400)),
        min_size=2,
        max_size=4,
    ),
    radius=st.floats(0, 300),
    edge_width=st.floats(0, 60),
)
def test_panels_of_any_size_can_be_drawn(
    stage: Stage, boxes: list[tuple[float, float, float, float]], radius: float, edge_width: float
) -> None:
    veil, glass = Color(200, 30, 30, 120), Color(30, 30, 200, 90)
    panels = [Panel(Box(*box), veil, radius) for box in boxes[:-1]]
    stage.draw(*panels, Panel(Box(*boxes[-1]), NIGHT, radius, glass, edge_width))

    for node in stage.nodes():
        low, high = node.getTightBounds() or ((0, 0, 0), (0, 0, 0))
        assert all(abs(low[side]) < 2000 and abs(high[side]) < 2000 for side in (0, 2))


def test_a_large_scene_is_built_over_some_frames_and_shown_when_it_is_whole(stage: Stage) -> None:
    stage.draw(Panel(Box(0, 0, 50, 50), GOLD))
    words = Scene(tuple(Text(Box(10, 20 * line, 600, 20), f"Line {line}", 16, WHITE) for line in range(15)))
    stage.canvas.show(words, NOW)
    assert len(stage.nodes()) == 1, "the old scene stays until the new one is whole"

    frames = 1
    while len(stage.nodes()) == 1:
        stage.canvas.show(words, NOW)
        frames += 1
    assert len(stage.nodes()) == 15
    assert 1 < frames <= 30


@given(st.lists(st.none() | st.integers(1, 3000), max_size=30))
def test_shapes_get_sorts_in_their_order_and_those_that_are_in_order_keep_theirs(before: list[int | None]) -> None:
    from uwclient.engines.panda3d_canvas import sorts_between

    sorts = sorts_between(before)
    assert len(sorts) == len(before)
    assert sorts == sorted(set(sorts)), "each comes after the one before it"
    assert sorts_between(list(sorts)) == sorts


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_shape_that_comes_between_others_leaves_them_their_sorts(count: int, place: int) -> None:
    from uwclient.engines.panda3d_canvas import sorts_between

    sorts = sorts_between([None] * count)
    again = sorts_between([*sorts[:place], None, *sorts[place:]])
    assert set(sorts) < set(again)


def test_a_scene_that_changes_in_each_frame_is_drawn_all_the_same(stage: Stage) -> None:
    drawn = set()
    for frame in range(100):
        lines = (Text(Box(10, 20 * line, 600, 20), f"{line}, {frame}", 16, WHITE) for line in range(10))
        stage.canvas.show(Scene(tuple(lines)), NOW)
        drawn.add(tuple(stage.nodes()))
    assert len(drawn) > 4, "each scene is drawn within so many frames, also on a machine that has little time"


def test_the_same_scene_again_costs_next_to_nothing(stage: Stage) -> None:
    scene = Scene(tuple(Text(Box(10, 20 * line, 600, 20), f"Line {line}", 16, WHITE) for line in range(15)))
    stage.canvas.show(scene, time.perf_counter() + 60)
    before = stage.nodes()
    begun = time.thread_time()
    for _ in range(10_000):
        stage.canvas.show(scene, time.perf_counter())
    assert time.thread_time() - begun < 0.5
    assert stage.nodes() == before


def test_it_goes_over_to_a_window_of_another_size(stage: Stage, base: Any) -> None:
    stage.draw(Panel(Box(100, 50, 200, 80), NIGHT))
    base.openMainWindow(type="offscreen", size=(900, 500))
    base.setBackgroundColor(*(part / 255 for part in BACKGROUND[:3]))
    assert stage.layer.follow()
    assert stage.layer.size == (900, 500)

    seen = stage.draw(Panel(Box(600, 400, 200, 80), NIGHT))
    assert seen.size == (900, 500)
    assert seen.unlike(BACKGROUND) == (600, 400, 800, 480)


def test_without_a_window_there_is_nothing_to_draw_on(stage: Stage, base: Any) -> None:
    base.closeWindow(base.win)

    assert not stage.layer.follow()


def test_it_draws_over_the_game_s_own_screens(stage: Stage, base: Any) -> None:
    from panda3d.core import CardMaker

    maker = CardMaker("all")
    maker.setFrameFullscreenQuad()
    base.render2dp.attachNewNode(maker.generate()).setBin("fixed", 1000)

    assert alike(stage.draw(Panel(Box(100, 50, 200, 80), NIGHT)).at(200, 90), NIGHT)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    words=st.text(st.characters(codec=None, categories=None), max_size=40),
    size=st.floats(0.1, 200),
    bold=st.booleans(),
)
def test_any_text_can_be_measured_and_drawn(stage: Stage, words: str, size: float, bold: bool) -> None:
    width = stage.fonts.ruler.width(words, size, bold)
    stage.fonts.draw(Text(Box(10, 10, width, 20), words, size, WHITE, bold)).removeNode()

    assert 0 <= width < 400 * 3 * (len(words) + 1)


def test_text_cannot_name_the_game_s_own_text_properties(stage: Stage) -> None:
    from panda3d.core import TextProperties, TextPropertiesManager

    large = TextProperties()
    large.setTextScale(20)
    TextPropertiesManager.getGlobalPtr().setProperties("large", large)
    plain = stage.fonts.ruler.width(" large Hello", 18)

    assert stage.fonts.ruler.width("\1large\1Hello", 18) == stage.fonts.ruler.width(" large Hello", 18) == plain
    drawn = stage.fonts.draw(Text(Box(0, 0, 100, 20), "\1large\1Hello", 18, WHITE))
    assert drawn.getTightBounds()[1][2] - drawn.getTightBounds()[0][2] < 30


def test_letters_that_no_font_has_are_replaced(stage: Stage) -> None:
    unassigned = "\U0010fffd"

    assert stage.fonts.ruler.width(unassigned, 18) == stage.fonts.ruler.width("?", 18)


def test_letters_that_the_font_lacks_are_taken_from_another_one(stage: Stage) -> None:
    wanted = "語Ж한กا"
    text = Panel(Box(0, 0, *SIZE), NIGHT), Text(Box(10, 40, 400, 40), wanted, 30, WHITE)
    before = stage.fonts.ruler
    widths = [before.width(letter, 30) for letter in wanted]
    lacking = stage.draw(*text)
    deadline = time.monotonic() + PATIENCE
    while stage.fonts.is_searching and time.monotonic() < deadline:
        stage.fonts.update()
        time.sleep(0.001)
    stage.fonts.update()
    if stage.fonts.ruler is before:
        pytest.skip("No font of this machine has a letter that the plain one lacks.")

    assert [stage.fonts.ruler.width(letter, 30) for letter in wanted] != widths
    assert stage.draw(*text) != lacking, "it is drawn anew, in the font that was found"


def test_without_any_font_of_the_system_text_is_drawn_in_panda3d_s_own(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uwclient.engines import panda3d_fonts, system_fonts

    monkeypatch.setattr(system_fonts, "_font_folders", list)
    stage.fonts = stage.canvas._fonts = panda3d_fonts.Fonts()
    words = "Hello, Ágúst! 日"
    width = stage.fonts.ruler.width(words, 28)
    seen = stage.draw(Panel(Box(0, 0, *SIZE), NIGHT), Text(Box(10, 40, width, 40), words, 28, WHITE))

    left, _, right, _ = seen.unlike(NIGHT)
    assert width * 0.8 < right - left < width + 2


def test_a_font_that_is_not_there_is_reported_and_another_one_drawn(
    panda3d: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from uwclient.engines.panda3d_fonts import Fonts

    fonts = Fonts("No Such Font")
    assert fonts.ruler.width("Hello", 18) > 0
    assert "No Such Font" in caplog.text


def test_letters_are_made_ready_little_by_little(stage: Stage) -> None:
    from uwclient.engines.panda3d_fonts import LETTERS

    stage.fonts.expect([(33, False), (44, True)])
    calls = 0
    while stage.fonts.warm():
        calls += 1
    pages = stage.fonts.font(0, 33).getPage(0).getRamImage()
    stage.fonts.draw(Text(Box(0, 0, 100, 40), LETTERS[:50], 33, WHITE)).removeNode()

    assert calls > 20
    assert stage.fonts.font(0, 33).getPage(0).getRamImage() == pages, "what is ready is not made again"


def test_a_window_that_is_resized_in_many_steps_needs_a_bounded_number_of_fonts(stage: Stage) -> None:
    for step in range(4000):
        stage.fonts.ruler.width("H", step / 7)
    sizes = {pixels for _, pixels in stage.fonts._sized}

    assert set(range(8, 60)) <= sizes, "small sizes are exact"
    assert len(sizes) < 150
    assert stage.fonts.ruler.width("HHHH", 100) <= 4 * 100 * 1.1
