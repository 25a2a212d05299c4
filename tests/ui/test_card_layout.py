"""Cards and notes keep to their windows in every size: text fits, nothing overlaps, everything can be read."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.ui.geometry import MORE_SIZES, SIZES, PlainRuler, problems, seen, target, texts
from uwclient.ui.card_layout import (
    CARD,
    LEAST_PICTURE,
    Layout,
    Look,
    lay_out,
    scale_of,
    size_card,
    wrap_body,
)
from uwclient.ui.cards import Button, Card
from uwclient.ui.reward_list import Reward
from uwclient.ui.sanitize import sanitize
from uwclient.ui.scene import Box, Panel, Picture, Text
from uwclient.ui.text_metrics import CachedTextMetrics
from uwclient.ui.theme import Theme
from uwclient.ui.toasts import lay_out_toast

RULER = CachedTextMetrics(PlainRuler())
DISMISS, ACCEPT = Button("dismiss", "Not now"), Button("accept", "Get it · $4.99", primary=True)
BODY = "The dragon has slept for a hundred years. Tonight he wakes up, and he is hungry."
LONG_BODY = "\n\n".join([BODY] * 60)
BUNDLE = (Reward("300", "gems"), Reward("12,000", "coins"), Reward("", "Sword of dawn"))
ALPHABETS = st.sampled_from(
    ["abc xyz. ", "日本語「の」文。", "שלום abc 12", "مرحبا عرب", "สวัสดี", "👩‍🚀🇩🇪👍🏽 ok", "e\u0301 WWW mmm", "\n a"]
)
WORDS = ALPHABETS.flatmap(lambda alphabet: st.text(alphabet, max_size=400))


class Window(NamedTuple):
    """A card in a window."""

    width: float
    height: float
    theme: Theme = Theme()

    def show(self, card: Card, look: Look | None = None) -> Layout:
        """The card's layout, its countdown running if it has one."""
        made = size_card(card, self.width, self.height, self.theme, RULER)
        lines = list(wrap_body(card, made, RULER))
        look = look or Look(card.buttons[-1].name if card.buttons else "")
        if card.ends is not None:
            look = look._replace(countdown=look.countdown or "Ends in 12:34")
        return lay_out(card, made, lines, look, self.width, self.height, self.theme, RULER)

    def problems(self, layout: Layout) -> list[str]:
        """What is wrong with a layout."""
        return problems(layout.scene, RULER, self.width, self.height)


def picture_box(layout: Layout) -> Box | None:
    """Where the picture is, if there is room for one."""
    return next((picture.box for picture in layout.pictures), None)


def is_whole(text: Text) -> bool:
    """Whether a line is not cut off."""
    box = seen(text)
    return box is not None and box.height == pytest.approx(text.box.height)


def card(title: str = "Welcome back, hero!", body: str = BODY, **fields: object) -> Card:
    return Card(title, body, **{"buttons": (DISMISS, ACCEPT), **fields})  # type: ignore[arg-type]


CARDS = {
    "message": card(buttons=(DISMISS,)),
    "offer": card(rewards=BUNDLE, ends=1.0, landscape_image_id="image"),
    "long": card("A title without end " * 10, LONG_BODY, rewards=BUNDLE * 5, ends=1.0, landscape_image_id="image"),
    "one long word": card("W" * 300, "M" * 3000, rewards=(Reward("9" * 80, "x" * 80),)),
    "nothing": card("", ""),
    "only a picture": card("", "", landscape_image_id="image"),
    "long labels": card(
        buttons=(Button("dismiss", "Not today, thank you " * 3), Button("accept", "Yes " * 30, True))
    ),
    "many buttons": card(buttons=tuple(Button(f"b{number}", f"Choice {number}") for number in range(4))),
    "japanese": card("日本語のお知らせ", "勇者よ、目を覚ませ。ドラゴンは百年の眠りから目覚めた。" * 20),
    "arabic": card("مرحبا بعودتك", "لقد نام التنين مئة عام. الليلة (Level 12) يستيقظ! " * 20),
}


@pytest.mark.parametrize("size", MORE_SIZES, ids=str)
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_right_in_every_window(name: str, size: tuple[int, int]) -> None:
    window = Window(*size)
    look = Look("accept", image_id=CARDS[name].landscape_image_id)
    for scroll in (0.0, 7.0, 1e9):
        layout = window.show(CARDS[name], look._replace(scroll=scroll))
        assert window.problems(layout) == []


@settings(max_examples=150, deadline=None)
@given(
    title=WORDS,
    body=WORDS,
    label=WORDS,
    size=st.sampled_from(SIZES),
    scroll=st.floats(0, 5000),
    ends=st.booleans(),
    image=st.booleans(),
)
@example("", "", "", (320, 240), 0.0, True, True)
def test_a_card_is_right_whatever_it_says(
    title: str, body: str, label: str, size: tuple[int, int], scroll: float, ends: bool, image: bool
) -> None:
    window = Window(*size)
    shown = Card(
        sanitize(title, 300).replace("\n", " "),
        sanitize(body, 5000),
        rewards=(Reward("3", sanitize(label, 80).replace("\n", " ")),),
        ends=1.0 if ends else None,
        buttons=(DISMISS, Button("accept", sanitize(label, 60).replace("\n", " "), primary=True)),
    )
    layout = window.show(shown, Look("accept", scroll, image_id="image" if image else None))
    assert window.problems(layout) == []


@settings(max_examples=100, deadline=None)
@given(width=st.integers(120, 5000), height=st.integers(120, 5000), name=st.sampled_from(sorted(CARDS)))
def test_a_card_is_right_in_windows_of_any_shape(width: int, height: int, name: str) -> None:
    window = Window(width, height)
    layout = window.show(CARDS[name], Look("accept", image_id="image"))
    assert window.problems(layout) == []


@pytest.mark.parametrize(
    "theme",
    [
        Theme(text_size=40.0, title_size=70.0),
        Theme(text_size=8.0, title_size=9.0),
        Theme(card_width=2000.0),
        Theme(card_width=200.0),
        Theme(corner=0.0),
        Theme(corner=200.0),
    ],
    ids=["large", "small", "wide", "narrow", "square", "round"],
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_card_is_right_in_themes_of_other_sizes(theme: Theme, size: tuple[int, int]) -> None:
    window = Window(*size, theme=theme)
    for shown in CARDS.values():
        assert window.problems(window.show(shown, Look("accept", image_id=shown.landscape_image_id))) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("text", ["Saved", "A note that is a good deal longer " * 8, "שלום", "W" * 200])
def test_a_note_is_right_in_every_window(text: str, size: tuple[int, int]) -> None:
    scene = lay_out_toast(text, *size, Theme(), RULER)
    assert problems(scene, RULER, *size) == []
    assert 1 <= len(texts(scene)) <= 2
    assert scene.targets == (), "a note takes no clicks"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_everything_that_a_card_says_is_on_it(size: tuple[int, int]) -> None:
    window = Window(*size)
    shown = card("Hello", "world", rewards=(Reward("300", "gems"),), ends=1.0)
    written = texts(window.show(shown).scene)
    assert written == ["Ends in 12:34", "Hello", "world", "300", "gems", "Not now", "Get it · $4.99"]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_long_text_is_read_to_its_end_by_scrolling(size: tuple[int, int]) -> None:
    window = Window(*size)
    body = "\n".join(f"line {number}" for number in range(200))
    shown = card(body=body)
    read: list[str] = []
    scroll = 0.0
    while True:
        layout = window.show(shown, Look(scroll=scroll))
        lines = [one for one in layout.scene.shapes if isinstance(one, Text) and one.clip]
        read += [one.text for one in lines if is_whole(one) and one.text not in read]
        if scroll >= layout.most_scroll:
            break
        scroll = min(scroll + layout.line, layout.most_scroll)
    assert read == body.split("\n")


def test_a_scroll_bar_shows_where_one_is() -> None:
    window = Window(1280, 720)
    bars = []
    for scroll in (0.0, 200.0, 1e9):
        shapes = window.show(card(body=LONG_BODY), Look(scroll=scroll)).scene.shapes
        bars.append([one.box.top for one in shapes if isinstance(one, Panel) and one.box.width < 6])
    assert bars[0] < bars[1] < bars[2]
    assert all(len(tops) == 1 for tops in bars)
    short = window.show(card()).scene.shapes
    assert [one for one in short if isinstance(one, Panel) and one.box.width < 6] == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_things_grow_with_the_window(size: tuple[int, int]) -> None:
    scene = Window(*size).show(card("Hi")).scene
    sizes = {shape.text: shape.size for shape in scene.shapes if isinstance(shape, Text)}
    least = min(size) / 720 * 18
    assert sizes["Not now"] >= max(11.0, least * 0.99)
    button = next(one.box for one in scene.targets if one.name == "dismiss")
    assert button.height >= max(24.0, 40 * min(size) / 720)


def test_a_resized_window_changes_sizes_without_jumps() -> None:
    scales = [scale_of(width, width) for width in range(100, 2000)]
    assert all(0 <= after - before < 0.004 for before, after in pairwise(scales))


def test_a_picture_is_as_large_as_the_text_leaves_room_for() -> None:
    def height_of(body: str, size: tuple[int, int]) -> float:
        box = picture_box(Window(*size).show(card(body=body), Look(image_id="image", shape=1.25)))
        return 0.0 if box is None else box.height

    assert height_of("", (1280, 720)) == pytest.approx(512 * 0.5625)
    assert height_of("", (720, 1280)) > 500, "a high window has room for a high picture"
    assert 0 < height_of(BODY, (320, 240)) < 120 or height_of(BODY, (320, 240)) == 0
    assert height_of(LONG_BODY, (1280, 720)) > 100


@settings(max_examples=300, deadline=None)
@given(
    shape=st.floats(0.01, 100.0),
    size=st.sampled_from((*SIZES, *MORE_SIZES)) | st.tuples(st.integers(120, 4000), st.integers(120, 4000)),
    name=st.sampled_from(sorted(CARDS)),
)
@example(200 / 480, (320, 240), "offer")
@example(200 / 480, (1280, 720), "offer")
@example(200 / 480, (720, 1280), "offer")
@example(1.0, (720, 1280), "only a picture")
def test_the_place_of_a_picture_has_the_pictures_shape(shape: float, size: tuple[int, int], name: str) -> None:
    window = Window(*size)
    layout = window.show(CARDS[name], Look("accept", image_id="image", shape=shape))
    assert window.problems(layout) == []
    box = picture_box(layout)
    if box is None:
        return
    card = next(one.box for one in layout.scene.targets if one.name == CARD)
    assert box.left + box.width / 2 == pytest.approx(card.left + card.width / 2), "it is in the middle"
    if 0.2 < shape < 5.0 and min(box.width, box.height) > LEAST_PICTURE * scale_of(*size) * 1.01:
        assert box.height / box.width == pytest.approx(shape), "and nothing beside it is empty"


def test_a_picture_that_would_be_a_line_keeps_a_place_that_can_be_seen() -> None:
    for size in ((1280, 720), (720, 1280)):
        for shape in (0.001, 1000.0):
            box = picture_box(Window(*size).show(card(), Look(image_id="image", shape=shape)))
            assert box is not None
            assert min(box.width, box.height) == pytest.approx(LEAST_PICTURE)


@pytest.mark.parametrize(
    ("size", "portrait", "shape"), [((1280, 720), "other", 0.5625), ((720, 1280), "image", 1.1)], ids=["wide", "high"]
)
def test_an_image_that_is_still_on_its_way_has_a_place_and_dots(
    size: tuple[int, int], portrait: str, shape: float
) -> None:
    window = Window(*size)
    shown = card(portrait_image_id=portrait)
    loading = window.show(shown, Look("accept", image_id="image", loading=True)).scene
    there = window.show(shown, Look("accept", image_id="image", shape=shape)).scene
    assert loading.targets == there.targets, "nothing moves when one of the usual shape arrives"
    assert len(loading.shapes) - len(there.shapes) == 3


def test_without_an_image_there_is_no_place_for_one() -> None:
    assert not any(isinstance(one, Picture) for one in Window(1280, 720).show(card()).scene.shapes)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_focus_is_seen(size: tuple[int, int]) -> None:
    window = Window(*size)
    for name in ("dismiss", "accept"):
        scene = window.show(card(), Look(name)).scene
        rings = [one for one in scene.shapes if isinstance(one, Panel) and one.color == Theme().focus]
        assert len(rings) == 1
        assert rings[0].box.holds(*target(scene, name))


def test_the_countdown_does_not_make_its_pill_tremble() -> None:
    window = Window(1280, 720)
    pills = set()
    for second in range(60):
        scene = window.show(card(ends=1.0), Look("accept", countdown=f"Ends in 1:{second:02}")).scene
        place = next(number for number, one in enumerate(scene.shapes) if isinstance(one, Text))
        pill = scene.shapes[place - 1]
        assert isinstance(pill, Panel)
        pills.add(pill.box)
    assert len(pills) == 1


def test_labels_that_do_not_fit_side_by_side_stand_on_each_other_where_there_is_room() -> None:
    buttons = (
        Button("dismiss", "No, not today, thank you"),
        Button("accept", "Yes, with the greatest pleasure", True),
    )
    shown = card(body="", buttons=buttons)
    scene = Window(720, 1280).show(shown).scene
    (_, top), (_, below) = target(scene, "accept"), target(scene, "dismiss")
    assert top < below, "the one that is meant to be pressed comes first"
    assert [one for one in texts(scene) if "…" in one] == []


def test_a_hebrew_card_is_read_from_the_right() -> None:
    scene = Window(1280, 720).show(card("שלום", "עולם", ends=1.0, buttons=(DISMISS,))).scene
    box = next(one.box for one in scene.targets if one.name == CARD)
    for shape in scene.shapes:
        if isinstance(shape, Text) and shape.text in ("םולש", "םלוע"):
            assert shape.box.right == pytest.approx(box.right - 24)
            assert shape.box.left > box.left + box.width / 2


def test_a_card_casts_a_shadow_and_covers_the_game_only_if_the_theme_says_so() -> None:
    scrim = Theme().scrim._replace(alpha=100)
    plain_scene = Window(1280, 720).show(card()).scene
    covered = Window(1280, 720, Theme(scrim=scrim, shadow=Theme().shadow._replace(alpha=0))).show(card()).scene
    windows = [one for one in covered.shapes if isinstance(one, Panel) and one.box == (0, 0, 1280, 720)]
    assert [one.color for one in windows] == [scrim]
    assert [one for one in plain_scene.shapes if isinstance(one, Panel) and one.box == (0, 0, 1280, 720)] == []
    assert len([one for one in plain_scene.shapes if isinstance(one, Panel) and 0 < one.color.alpha < 255]) == 8
