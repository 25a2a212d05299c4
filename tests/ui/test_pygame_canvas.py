"""What pygame draws is what the scene says: in its place, in its color, and gone when it is over."""

from __future__ import annotations

import io
import random
import struct
import threading
import time
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygame
import pytest
from pygame import Surface

from tests.conftest import PATIENCE
from tests.ui.geometry import SIZES, problems
from tests.ui.window import GROUND, key, picture
from uwclient.engines.picture_queue import MOST_PIXELS
from uwclient.engines.pygame_canvas import Canvas
from uwclient.engines.pygame_fonts import Fonts
from uwclient.engines.pygame_pictures import PictureSurfaces, decode
from uwclient.engines.pygame_shapes import rect_of
from uwclient.engines.system_fonts import Coverage, SystemFonts
from uwclient.sandbox import Sandbox
from uwclient.ui.card_layout import CARD
from uwclient.ui.scene import EMPTY, Box, Color, Panel, Picture, Scene, Shape, Text
from uwclient.ui.theme import Theme

RED, BLUE = Color(200, 30, 40), Color(20, 60, 220)


pytestmark = pytest.mark.usefixtures("display")


@pytest.fixture
def fonts() -> Iterator[Fonts]:
    """The fonts of this machine."""
    fonts = Fonts()
    yield fonts
    fonts.close()


class Images:
    """Owns images that are there at once."""

    def __init__(self, **images: bytes) -> None:
        self.images: dict[str, bytes | None] = dict(images)
        self.version = 0

    def bytes_of(self, media_id: str) -> bytes | None:
        return self.images.get(media_id)

    def reject(self, media_id: str) -> None:
        self.images[media_id] = None


def draw(fonts: Fonts, *shapes: Shape, size: tuple[int, int] = (320, 240), **images: bytes) -> Surface:
    """Shapes on a transparent surface, once all of them are there."""
    target = Surface(size, pygame.SRCALPHA)
    gallery = PictureSurfaces(Images(**images))  # type: ignore[arg-type]
    canvas = Canvas(fonts, gallery)
    scene = Scene(shapes)
    ends = time.monotonic() + PATIENCE
    canvas.prepare(target, scene)
    while fonts.is_searching or canvas.is_busy or gallery.is_busy:
        assert time.monotonic() < ends
        fonts.update()
        gallery.update()
        canvas.prepare(target, scene)
    canvas.prepare(target, scene)
    while canvas.is_busy:
        canvas.prepare(target, scene)
    target.fill((0, 0, 0, 0))
    canvas.draw(target)
    gallery.close()
    return target


def at(surface: Surface, x: int, y: int) -> tuple[int, ...]:
    return tuple(surface.get_at((x, y)))


# Shapes.


def test_a_panel_fills_its_box_and_nothing_else(fonts: Fonts) -> None:
    drawn = draw(fonts, Panel(Box(10, 20, 100, 130), RED))
    assert drawn.get_bounding_rect() == pygame.Rect(10, 20, 100, 130)
    assert at(drawn, 10, 20) == at(drawn, 109, 149) == RED


def test_a_round_panel_has_smooth_corners_and_an_edge_inside_its_box(fonts: Fonts) -> None:
    drawn = draw(fonts, Panel(Box(10, 20, 100, 130), RED, 20.0, BLUE, 4.0))
    assert drawn.get_bounding_rect() == pygame.Rect(10, 20, 100, 130)
    assert at(drawn, 10, 20)[3] == 0
    assert at(drawn, 60, 21) == at(drawn, 11, 80) == at(drawn, 60, 148) == BLUE
    assert at(drawn, 60, 25) == at(drawn, 15, 80) == RED
    corner = {at(drawn, 10 + x, 20 + y)[3] for x in range(20) for y in range(20)}
    assert len(corner) > 5, "it is smooth"


def test_what_is_translucent_lets_through_what_is_below(fonts: Fonts) -> None:
    half = Color(255, 255, 255, 128)
    drawn = draw(fonts, Panel(Box(0, 0, 100, 100), RED), Panel(Box(50, 0, 100, 100), half, 10.0))
    assert at(drawn, 25, 50) == RED
    assert at(drawn, 75, 50)[0] > RED.red
    assert at(drawn, 75, 50)[3] == 255
    assert at(drawn, 125, 50)[3] == pytest.approx(128, abs=2)


def test_the_order_of_the_shapes_is_kept(fonts: Fonts) -> None:
    for above, below in ((RED, BLUE), (BLUE, RED)):
        drawn = draw(fonts, Panel(Box(0, 0, 200, 200), below), Panel(Box(50, 50, 100, 100), above))
        assert at(drawn, 100, 100) == above
        assert at(drawn, 10, 10) == below


def test_a_shadow_below_a_card_is_seen_around_it(fonts: Fonts) -> None:
    shadow = Panel(Box(20, 20, 200, 200), Color(0, 0, 0, 90), 10.0)
    drawn = draw(fonts, shadow, Panel(Box(40, 40, 160, 160), RED, 10.0))
    assert at(drawn, 120, 120) == at(drawn, 60, 41) == RED
    for place in ((30, 120), (210, 120), (120, 30), (120, 210), (40, 40)):
        assert at(drawn, *place) == (0, 0, 0, 90)


@pytest.mark.parametrize("text", ["Ag", "WWW|", "ÄÖÜg", "日本語", "Привет", "é\u0301", "mixed 日本 text", "😀 ok"])
@pytest.mark.parametrize("size", [11.5, 18.0, 54.0])
def test_text_is_drawn_within_its_box(fonts: Fonts, text: str, size: float) -> None:
    for bold in (False, True):
        wide, high = settled(fonts, text, size, bold)
        box = Box(40, 60, wide, high)
        drawn = draw(fonts, Text(box, text, size, RED, bold), size=(900, 300))
        marked = drawn.get_bounding_rect()
        assert marked.width > size / 3
        assert pygame.Rect(38, 60, wide + 4, high).contains(marked), "letters may lean out of it by a pixel or two"


def settled(fonts: Fonts, text: str, size: float, bold: bool) -> tuple[float, float]:
    """How wide and high a text is, once its fonts were found."""
    ends = time.monotonic() + PATIENCE
    fonts.ruler.width(text, size, bold)
    while fonts.is_searching and time.monotonic() < ends:
        fonts.update()
    fonts.update()
    return fonts.ruler.width(text, size, bold), fonts.ruler.line_height(size, bold)


def test_text_is_cut_off_at_its_clip(fonts: Fonts) -> None:
    clip = Box(40, 65, 60, 10)
    drawn = draw(fonts, Text(Box(40, 60, 200, 24), "WWWWWWWWWW", 18.0, RED, clip=clip))
    assert pygame.Rect(40, 65, 60, 10).contains(drawn.get_bounding_rect())


def test_lines_in_several_fonts_stand_on_one_line(fonts: Fonts) -> None:
    settled(fonts, "日", 40.0, False)
    if not fonts_with("日"):
        pytest.skip("no font on this machine has Japanese")
    latin = int(fonts.ruler.width("HH", 40.0))
    drawn = draw(fonts, Text(Box(0, 0, 300, 60), "HH日", 40.0, RED))
    letters = drawn.subsurface((0, 0, latin, 200)).get_bounding_rect()
    sign = drawn.subsurface((latin, 0, 100, 200)).get_bounding_rect()
    assert 0 <= sign.bottom - letters.bottom <= 5, "as if they were of one font"


# Fonts.


def fonts_with(character: str) -> list[Path]:
    return [path for path in SystemFonts()._files if character in Coverage(path)]


@pytest.mark.parametrize("character", ["日", "ב", "ﺳ", "Ж", "ă"])
def test_a_character_that_the_plain_font_lacks_is_drawn_in_one_that_has_it(fonts: Fonts, character: str) -> None:
    if not fonts_with(character):
        pytest.skip(f"no font on this machine has {character!r}")
    settled(fonts, character, 40.0, False)
    drawn = draw(fonts, Text(Box(0, 0, 100, 60), character, 40.0, RED))
    unknown = draw(fonts, Text(Box(0, 0, 100, 60), "?", 40.0, RED))
    assert pygame.image.tobytes(drawn, "RGBA") != pygame.image.tobytes(unknown, "RGBA")
    assert fonts.runs(character, False)[0].text == character


def test_when_further_fonts_were_found_there_is_another_ruler(fonts: Fonts) -> None:
    if not fonts_with("日") or "日" in Coverage(fonts._faces[0]):
        pytest.skip("the plain font of this machine has Japanese, or no font has")
    before = fonts.ruler
    settled(fonts, "日", 18.0, False)
    assert fonts.ruler is not before
    after = fonts.ruler
    settled(fonts, "日", 18.0, False)
    assert fonts.ruler is after


def test_what_no_font_has_is_a_question_mark_or_nothing(fonts: Fonts) -> None:
    unknown = next(chr(code) for code in range(0x12000, 0x12400) if not fonts_with(chr(code)))
    settled(fonts, unknown, 18.0, False)
    assert [run.text for run in fonts.runs(f"a{unknown}b", False)] == ["a", "?", "b"]
    symbols = [chr(code) for code in range(0x1FA00, 0x1FB00) if unicodedata.category(chr(code)) == "So"]
    symbol = next(one for one in symbols if not fonts_with(one))
    settled(fonts, symbol, 18.0, False)
    assert "".join(run.text for run in fonts.runs(f"a{symbol}b", False)) == "ab"
    assert not fonts.is_searching, "it is not looked for again and again"


def test_fonts_are_looked_for_on_another_thread(fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    readers: set[str] = set()
    monkeypatch.setattr(Coverage, "__init__", lambda self, path: readers.add(threading.current_thread().name))
    monkeypatch.setattr(Coverage, "__contains__", lambda self, character: False)
    fonts.runs("日", False)
    fonts.update()
    while fonts.is_searching:
        fonts.update()
    assert readers == {"uwclient-fonts"}


@pytest.mark.parametrize(
    "data", [b"", b"not a font", b"\x00\x01\x00\x00\xff\xff" + bytes(100), b"ttcf" + b"\xff" * 20]
)
def test_a_file_that_is_no_font_covers_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "broken.ttf").write_bytes(data)
    assert "a" not in Coverage(tmp_path / "broken.ttf")
    assert "a" not in Coverage(tmp_path / "missing.ttf")


def test_a_theme_can_name_its_font(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = Path(pygame.__file__).parent / pygame.font.get_default_font()
    named = Fonts(str(own))
    plain = Fonts()
    unknown = Fonts("No Such Font 7")
    assert named.ruler.width("WWWiii" * 9, 30.0) != plain.ruler.width("WWWiii" * 9, 30.0)
    assert unknown.ruler.width("Hello", 30.0) == plain.ruler.width("Hello", 30.0)
    assert "There is no font 'No Such Font 7' on this machine" in caplog.text
    (tmp_path / "broken.ttf").write_bytes(b"nonsense")
    broken = Fonts(str(tmp_path / "broken.ttf"))
    assert broken.ruler.width("Hello", 30.0) == plain.ruler.width("Hello", 30.0)
    assert "broken.ttf' cannot be read" in caplog.text
    for one in (named, plain, unknown, broken):
        one.close()


# Whole cards.


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "body",
    ["Short.", "The quick brown fox. " * 60, "日本語の文章は。" * 40, "مرحبا بعودتك أيها البطل " * 30, "W" * 600],
    ids=["short", "long", "japanese", "arabic", "one word"],
)
def test_cards_keep_to_their_windows_in_the_fonts_of_this_machine(
    sandbox: Sandbox, make_window: Any, size: tuple[int, int], body: str
) -> None:
    sandbox.publish(
        "offers", id="gems", title=body[:90], body=body, items={"gems": 300, "日本": 2}, end_at="+500s",
        landscape_image_id="image",
    )  # fmt: skip
    window = make_window(size=size)
    window.until_drawn()
    assert problems(window.scene, window.loop._screens._fonts.ruler, *size) == []


def test_a_card_is_seen_where_the_scene_says_and_gone_when_it_is_closed(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("offers", id="gems", title="Gems", end_at="+500s")
    window = make_window()
    window.until_drawn()
    card = next(one.box for one in window.scene.targets if one.name == CARD)
    assert window.pixel(round(card.left) + 8, 360) == Theme().card[:3]
    left, top = window.place("accept")
    assert window.pixel(left, top + 16) == Theme().primary[:3]
    assert window.pixel(20, 20) == GROUND
    window.send(key(pygame.K_ESCAPE))
    assert {window.pixel(x, y) for x in range(0, 1280, 7) for y in range(0, 720, 7)} == {GROUND}


def test_the_countdown_on_the_screen_moves_and_nothing_else_does(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("offers", id="gems", title="Gems", body="Buy them.", end_at="+500s")
    window = make_window()
    window.until_drawn()
    window.frame()
    before, scene = window.surface.copy(), window.scene
    window.until(lambda: window.scene is not scene)
    for _ in range(20):
        window.frame()
    place = next(shape.box for shape in scene.shapes if isinstance(shape, Text))
    changed = difference(before, window.surface)
    assert changed.width > 0
    assert pygame.Rect(place.left - 2, place.top - 2, place.width + 4, place.height + 4).contains(changed)


def difference(one: Surface, other: Surface) -> pygame.Rect:
    """The place where two pictures differ."""
    same = pygame.mask.from_threshold(one, (0, 0, 0), (1, 1, 1, 255), other)
    same.invert()
    rects: list[pygame.Rect] = list(same.get_bounding_rects())  # type: ignore[arg-type]
    return rects[0].unionall(rects[1:]) if rects else pygame.Rect(0, 0, 0, 0)


def test_a_frame_in_which_nothing_changes_draws_nothing_anew(
    sandbox: Sandbox, make_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome", body="text " * 100)
    window = make_window()
    window.until_drawn()
    monkeypatch.setattr(Canvas, "_strip", None)
    for _ in range(50):
        window.frame()
    window.ui.scroll(0)
    window.frame()
    assert window.pixel(640, 360) != GROUND


def test_a_scene_that_changes_in_every_frame_is_drawn_all_the_same(fonts: Fonts) -> None:
    target = Surface((1280, 720))
    gallery = PictureSurfaces(Images())  # type: ignore[arg-type]
    canvas = Canvas(fonts, gallery)
    for number in range(400):
        lines = [Text(Box(50, 20 * row, 500, 20), f"{number} {row} " * 5, 14.0, RED) for row in range(30)]
        canvas.prepare(target, Scene((Panel(Box(10, 10, 800, 600), BLUE), *lines)), ends=0.0)
    canvas.draw(target)
    assert tuple(target.get_at((700, 500)))[:3] == BLUE[:3]


class ComingPicture:
    """A picture that is there from a moment on."""

    version = 0

    def get(self, media_id: str, room: tuple[int, int]) -> Surface | None:
        """The picture, once there is another version."""
        picture = Surface(room)
        picture.fill((200, 30, 40))
        return picture if self.version else None


@pytest.mark.parametrize("steps", range(14))
def test_a_picture_that_comes_while_a_scene_is_drawn_is_shown_whole_or_not_at_all(fonts: Fonts, steps: int) -> None:
    target, pictures = Surface((200, 400)), ComingPicture()
    canvas = Canvas(fonts, pictures)  # type: ignore[arg-type]
    box = Box(0, 0, 200, 400)
    scene = Scene((Panel(box, Color(10, 20, 30)), Picture(box, "photo")))
    for _ in range(steps):
        canvas.prepare(target, scene, 0.0)
    pictures.version += 1
    for _ in range(60):
        canvas.prepare(target, scene, 0.0)
        target.fill((0, 0, 0))
        canvas.draw(target)
        assert len({tuple(target.get_at((100, y))) for y in range(1, 399)}) == 1
    assert tuple(target.get_at((100, 200)))[:3] == (200, 30, 40)


def test_an_empty_scene_is_empty_at_once(fonts: Fonts) -> None:
    target = Surface((320, 240))
    canvas = Canvas(fonts, PictureSurfaces(Images()))  # type: ignore[arg-type]
    scene = Scene((Panel(Box(0, 0, 100, 100), RED),))
    while canvas.is_busy or not canvas.area:
        canvas.prepare(target, scene)
    canvas.prepare(target, EMPTY)
    assert not canvas.area
    target.fill(GROUND)
    canvas.draw(target)
    assert tuple(target.get_at((50, 50)))[:3] == GROUND


def test_a_game_that_redraws_only_what_changed_gets_back_what_was_under_the_card(
    sandbox: Sandbox, make_window: Any
) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome")
    window = make_window(dirty_rects=True)
    window.surface.fill(GROUND)
    pygame.draw.circle(window.surface, RED, (640, 360), 200)
    clean = window.surface.copy()
    updated: list[list[pygame.Rect]] = []

    def frame() -> None:
        for event in pygame.event.get():
            window.loop.process(event)
        window.game.device.moment += 0.02
        window.loop.update()
        assert difference(clean, window.surface).width == 0, "the game finds what it has drawn"
        updated.append(window.loop.draw(window.surface))

    ends = time.monotonic() + PATIENCE
    while (not window.ui.is_open or len(updated) < 100) and time.monotonic() < ends:
        frame()
    assert len(updated[-1]) == 1
    shown = difference(clean, window.surface)
    assert shown.width > 500
    assert updated[-1][0].contains(shown)
    pygame.event.post(key(pygame.K_RETURN))
    frame()
    assert difference(clean, window.surface).width == 0
    assert updated[-1] == updated[-2], "what the card has covered is to be updated once more"
    frame()
    assert updated[-1] == []


# Pictures.


def noise(size: tuple[int, int]) -> bytes:
    """An image that does not compress."""
    pixels = random.Random(1).randbytes(size[0] * size[1] * 3)
    file = io.BytesIO()
    pygame.image.save(pygame.image.frombytes(pixels, size, "RGB"), file, "noise.png")
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes) -> bytes:
    """A black and white picture."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def bomb(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""
    return png(width, height, bytes(1000))


@pytest.mark.parametrize("form", ["png", "jpg", "bmp"])
def test_a_picture_is_shown_as_large_as_fits_and_not_stretched(fonts: Fonts, form: str) -> None:
    data = picture((400, 200), RED[:3], form)
    drawn = draw(fonts, Picture(Box(10, 10, 200, 200), "image"), image=data)
    assert drawn.get_bounding_rect() == pygame.Rect(10, 60, 200, 100)
    assert at(drawn, 110, 110)[:3] == pytest.approx(RED[:3], abs=4)
    drawn = draw(fonts, Picture(Box(10, 10, 300, 50), "image"), image=data)
    assert drawn.get_bounding_rect() == pygame.Rect(110, 10, 100, 50)


def test_of_an_animation_the_first_frame_is_shown() -> None:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\x02\x03\x84\x51\x05\x00"
    gif = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + bytes(RED[:3]) + bytes(3) + frame * 3 + b"\x3b"
    surface = decode(gif, (100, 100))
    assert surface is None or surface.get_size() == (100, 100)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        bomb(100_000, 100_000),
        bomb(0, 10),
        bomb(4000, 3000)[:60],
        picture((64, 64))[:-30] if pygame.version.vernum else b"",
        b"\xff\xd8\xff" + bytes(100),
        b"GIF89a" + struct.pack("<HH", 60000, 60000) + bytes(50),
    ],
    ids=["empty", "text", "svg", "bomb", "no width", "head only", "cut off", "broken jpeg", "large gif"],
)
def test_what_cannot_be_shown_is_left_out(data: bytes) -> None:
    surface = decode(data, (200, 100))
    assert surface is None or max(surface.get_size()) <= 200


def test_a_small_file_that_is_a_large_picture_is_not_decoded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    def blank(width: int, height: int) -> bytes:
        return png(width, height, bytes((1 + width // 8) * height))

    assert MOST_PIXELS * 4 <= 64_000_000
    assert decode(blank(4000, 3000), (40, 40)) is not None
    assert len(blank(8000, 8000)) < 20_000
    monkeypatch.setattr(pygame.image, "load", None)
    assert decode(blank(8000, 8000), (40, 40)) is None
    assert caplog.records == [], "it was not even tried"


def test_the_picture_of_a_card_is_loaded_decoded_and_shown(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.add_media("wide", picture((1280, 720), RED[:3]))
    sandbox.publish("messages", id="welcome", title="Welcome", landscape_image_id="wide")
    window = make_window()
    window.until_drawn()
    place = next(one.box for one in window.scene.shapes if isinstance(one, Picture))
    middle = round(place.left + place.width / 2), round(place.top + place.height / 2)
    window.until(lambda: window.pixel(*middle) == pytest.approx(RED[:3], abs=4))


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (720, 1280)], ids=str)
@pytest.mark.parametrize("image", [(480, 200), (400, 400), (300, 400)], ids=str)
def test_nothing_is_empty_beside_the_picture_of_a_card(
    sandbox: Sandbox, make_window: Any, size: tuple[int, int], image: tuple[int, int]
) -> None:
    sandbox.add_media("image", picture(image, RED[:3]))
    sandbox.publish("messages", id="welcome", title="Welcome", landscape_image_id="image")
    window = make_window(size=size)
    window.until_drawn()

    def place() -> pygame.Rect:
        return rect_of(next(one.box for one in window.scene.shapes if isinstance(one, Picture)))

    def is_filled() -> bool:
        box = place()
        left, top, right, bottom = box.left, box.top, box.right - 1, box.bottom - 1
        corners = ((left, top), (right, top), (left, bottom), (right, bottom))
        return all(window.pixel(*corner) == pytest.approx(RED[:3], abs=4) for corner in corners)

    window.until(is_filled)
    assert place().height / place().width == pytest.approx(image[1] / image[0], rel=0.03)


@pytest.mark.parametrize("data", [b"corrupt", bomb(50_000, 50_000)], ids=["corrupt", "bomb"])
def test_a_card_whose_image_is_broken_is_shown_without_it(
    sandbox: Sandbox, make_window: Any, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.add_media("broken", data)
    sandbox.publish("messages", id="welcome", title="Welcome", landscape_image_id="broken")
    window = make_window()
    window.until_drawn()
    window.until(lambda: not any(isinstance(one, Picture) for one in window.scene.shapes))
    assert window.ui.is_open
    window.send(key(pygame.K_RETURN))
    assert not window.ui.is_open


def test_a_card_whose_image_is_not_there_is_shown_without_it(sandbox: Sandbox, make_window: Any) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome", landscape_image_id="nobody has it")
    window = make_window()
    window.until(lambda: window.ui.is_open)
    window.until(lambda: not any(isinstance(one, Picture) for one in window.scene.shapes))


def test_decoding_a_large_picture_leaves_the_frames_alone(fonts: Fonts) -> None:
    gallery = PictureSurfaces(Images(image=noise((1600, 1200))))  # type: ignore[arg-type]
    assert gallery.get("image", (500, 300)) is None
    gallery.update()
    frames = 0
    while gallery.get("image", (500, 300)) is None:
        gallery.update()
        frames += 1
    gallery.close()
    assert frames > 200, "the interpreter was free for the game all the time"


def test_a_picture_in_another_size_is_made_anew_and_the_last_ones_are_forgotten() -> None:
    names = [f"image{number}" for number in range(20)]
    gallery = PictureSurfaces(Images(**dict.fromkeys(names, picture((64, 64)))))  # type: ignore[arg-type]

    def get(name: str, room: tuple[int, int]) -> Surface:
        while (surface := gallery.get(name, room)) is None or max(surface.get_size()) != min(room):
            gallery.update()
        return surface

    assert get(names[0], (50, 30)).get_size() == (30, 30)
    assert get(names[0], (90, 60)).get_size() == (60, 60)
    for name in names:
        get(name, (50, 30))
    assert len(gallery._kept) < 10
    gallery.close()
    assert not gallery._kept
