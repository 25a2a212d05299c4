"""Pictures in Panda3D come from bytes that anybody may have sent, and are decoded beside the game."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.panda.screen_probe import BACKGROUND, PATIENCE, Eye, alike, threads_of_ours
from uwclient.ui.scene import Box, Color, Picture, Scene

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install 'uwclient[panda3d]'")

RED, BLUE = Color(200, 30, 40), Color(30, 40, 200)
WHOLE = Box(100, 50, 200, 200)
NOTHING = (0, 0, 0, 0)


def about(seen: tuple[int, ...], meant: tuple[int, ...]) -> bool:
    """Whether a place is right; the renderer in memory is off by a pixel where a picture begins."""
    return all(abs(one - other) <= 1 for one, other in zip(seen, meant, strict=True))


def image(width: int, height: int, form: str = "PNG", color: Color = RED, alpha: int = 255) -> bytes:
    """An image of one color, with a blue upper left quarter."""
    mode = "RGB" if form == "JPEG" else "RGBA"
    made = Image.new(mode, (width, height), tuple(color[:3]) if mode == "RGB" else (*color[:3], alpha))
    made.paste(tuple(BLUE)[: len(mode)], (0, 0, width // 2, height // 2))
    kept = io.BytesIO()
    made.save(kept, form)
    return kept.getvalue()


class FakePictures:
    """Stands for the images that have arrived."""

    def __init__(self) -> None:
        self.images: dict[str, bytes | None] = {}
        self.rejected: list[str] = []
        self.version = 0

    def bytes_of(self, media_id: str) -> bytes | None:
        return self.images.get(media_id)

    def reject(self, media_id: str) -> None:
        self.images[media_id] = None
        self.rejected.append(media_id)
        self.version += 1


class Gallery:
    """Pictures on a window."""

    def __init__(self, base: Any) -> None:
        from uwclient.engines.panda3d_canvas import Canvas
        from uwclient.engines.panda3d_fonts import Fonts
        from uwclient.engines.panda3d_layer import WindowLayer
        from uwclient.engines.panda3d_pictures import Textures

        self.shelf = FakePictures()
        self.layer = WindowLayer(base)
        self.layer.follow()
        powers_of_two = self.layer.needs_powers_of_two
        self.textures = Textures(self.shelf, powers_of_two=powers_of_two)  # type: ignore[arg-type]
        self.layer.show(True)
        self.canvas = Canvas(self.layer, 0, Fonts(), self.textures)
        self.eye = Eye(base)

    def hang(self, *pictures: Picture) -> Any:
        """Have pictures drawn, once they are decoded; what is to be seen then."""
        self.canvas.show(Scene(pictures), time.perf_counter() + 60)
        self.canvas.renew_pictures()
        self.settle()
        return self.eye.look()

    def settle(self) -> None:
        """Wait until everything that was asked for is decoded, and drawn or rejected."""
        deadline = time.monotonic() + PATIENCE
        while self.textures.is_busy:
            if self.textures.update():
                self.canvas.renew_pictures()
            assert time.monotonic() < deadline, "the pictures are still being decoded"
            time.sleep(0.001)

    def close(self) -> None:
        self.canvas.close()
        self.textures.close()
        self.layer.close()


@pytest.fixture
def gallery(base: Any) -> Iterator[Gallery]:
    gallery = Gallery(base)
    yield gallery
    gallery.close()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_as_large_as_fits_in_its_box_and_in_its_middle(gallery: Gallery, form: str) -> None:
    gallery.shelf.images["wide"] = image(400, 200, form)
    seen = gallery.hang(Picture(WHOLE, "wide"))

    assert about(seen.unlike(BACKGROUND), (100, 100, 300, 200))
    assert alike(seen.at(120, 110), BLUE, by=12)
    assert alike(seen.at(280, 190), RED, by=12)


def test_no_edge_of_a_picture_shows_the_opposite_one(gallery: Gallery) -> None:
    gallery.shelf.images["wide"] = image(480, 200)
    box = Box(40, 60, 320, 320 * 200 / 480)
    seen = gallery.hang(Picture(box, "wide"))

    left, top, right, bottom = seen.unlike(BACKGROUND)
    for x, y in ((left, top), (left + 5, top), (left, top + 5)):
        assert alike(seen.at(x, y), BLUE, by=12)
    for x, y in ((right - 1, top), (right - 1, bottom - 1), (left, bottom - 1)):
        assert alike(seen.at(x, y), RED, by=12)


def test_a_small_picture_is_drawn_larger(gallery: Gallery) -> None:
    gallery.shelf.images["small"] = image(20, 40)
    seen = gallery.hang(Picture(WHOLE, "small"))

    assert about(seen.unlike(BACKGROUND), (150, 50, 250, 250))


def test_nothing_is_drawn_while_a_picture_is_loading_and_it_appears_when_it_has_come(gallery: Gallery) -> None:
    assert gallery.hang(Picture(WHOLE, "late")).unlike(BACKGROUND) == NOTHING

    gallery.shelf.images["late"] = image(50, 50)
    assert about(gallery.hang(Picture(WHOLE, "late")).unlike(BACKGROUND), (100, 50, 300, 250))


def test_what_is_translucent_in_a_picture_lets_through_what_is_behind_it(gallery: Gallery) -> None:
    gallery.shelf.images["glass"] = image(200, 200, alpha=0)
    seen = gallery.hang(Picture(WHOLE, "glass"))

    assert alike(seen.at(150, 100), BLUE)
    assert alike(seen.at(250, 200), BACKGROUND)


def test_a_picture_in_a_box_of_another_size_is_made_anew(gallery: Gallery) -> None:
    gallery.shelf.images["one"] = image(800, 800)
    gallery.hang(Picture(WHOLE, "one"))
    small = gallery.textures.get("one", WHOLE)
    gallery.hang(Picture(Box(0, 0, 320, 320), "one"))

    assert small.getOrigFileXSize() == 200
    assert gallery.textures.get("one", Box(0, 0, 320, 320)).getOrigFileXSize() == 320


def test_the_thread_that_decodes_ends_by_itself(gallery: Gallery) -> None:
    gallery.shelf.images["one"] = image(800, 800)
    gallery.hang(Picture(WHOLE, "one"))
    deadline = time.monotonic() + PATIENCE
    while threads_of_ours() and time.monotonic() < deadline:
        time.sleep(0.001)

    assert threads_of_ours() == []


def test_decoding_happens_beside_the_game(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[threading.Thread] = []
    decode = gallery.textures._decode

    def noted(data: bytes, room: tuple[int, int]) -> object:
        seen.append(threading.current_thread())
        return decode(data, room)

    monkeypatch.setattr(gallery.textures, "_decode", noted)
    gallery.shelf.images["one"] = image(80, 80)
    gallery.hang(Picture(WHOLE, "one"))

    assert seen
    assert threading.main_thread() not in seen


def test_a_picture_comes_once_there_can_be_a_thread_to_decode_it(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("uwclient.threads.TRY_AGAIN_AFTER", 0.01)
    gallery.shelf.images["one"] = image(80, 80)
    with monkeypatch.context() as machine:
        machine.setattr(threading.Thread, "start", refuse)
        for _ in range(20):
            assert gallery.textures.get("one", WHOLE) is None
            assert not gallery.textures.update()
            time.sleep(0.001)

    gallery.hang(Picture(WHOLE, "one"))
    assert gallery.textures.get("one", WHOLE) is not None


def test_what_is_no_picture_is_reported_and_left_out(gallery: Gallery, caplog: pytest.LogCaptureFixture) -> None:
    gallery.shelf.images["broken"] = b"<html>404</html>"
    seen = gallery.hang(Picture(WHOLE, "broken"))

    assert gallery.shelf.rejected == ["broken"]
    assert seen.unlike(BACKGROUND) == NOTHING
    assert "broken" in caplog.text


def test_only_so_many_pictures_are_kept(gallery: Gallery) -> None:
    for number in range(20):
        gallery.shelf.images[str(number)] = image(20, 20)
        gallery.hang(Picture(WHOLE, str(number)))

    assert sum(gallery.textures.get(str(number), WHOLE) is not None for number in range(20)) <= 6


def test_closing_while_a_picture_is_decoded_leaves_no_thread(gallery: Gallery) -> None:
    for number in range(6):
        gallery.shelf.images[str(number)] = image(1500, 1500)
        gallery.textures.get(str(number), WHOLE)
    gallery.textures.close()

    assert threads_of_ours() == []
    assert not gallery.textures.is_busy


def decode(data: bytes, room: tuple[int, int] = (100, 100)) -> Any:
    from uwclient.engines.panda3d_pictures import decode

    return decode(data, room)


@pytest.mark.parametrize("side", [4500, 20_000])
def test_too_many_pixels_are_refused_before_they_are_decoded(side: int) -> None:
    """Files of some kilobytes that would be images of 20 and of 400 million pixels."""
    kept = io.BytesIO()
    Image.new("1", (side, side)).save(kept, "PNG")
    begun = time.perf_counter()

    assert decode(kept.getvalue()) is None
    assert time.perf_counter() - begun < 0.5


def test_a_form_of_image_that_is_not_asked_for_is_refused() -> None:
    kept = io.BytesIO()
    Image.new("RGB", (20, 20)).save(kept, "BMP")

    assert decode(kept.getvalue()) is None


@settings(deadline=None, max_examples=150)
@given(data=st.data(), form=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]))
def test_broken_images_are_survived(data: st.DataObject, form: str) -> None:
    """Cut off or changed at any place: Panda3D's own reader would end the process at some of them."""
    broken = bytearray(image(64, 48, form))
    for _ in range(data.draw(st.integers(0, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    made = decode(bytes(broken[: data.draw(st.integers(0, len(broken)))]))

    assert made is None or (len(made.pixels) == made.size[0] * made.size[1] * 4 and max(made.size) <= 100)


@settings(deadline=None, max_examples=60)
@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    room=st.tuples(st.integers(1, 300), st.integers(1, 300)),
)
def test_a_picture_keeps_its_proportions(size: tuple[int, int], room: tuple[int, int]) -> None:
    made = decode(image(*size), room)
    share = min(room[0] / size[0], room[1] / size[1], 1.0)

    assert made.size == made.stored
    assert all(side <= most for side, most in zip(made.size, room, strict=True))
    assert all(abs(side - whole * share) <= 1 for side, whole in zip(made.size, size, strict=True))


def test_a_simple_renderer_gets_sides_that_are_powers_of_two() -> None:
    from uwclient.engines.panda3d_pictures import decode

    made = decode(image(300, 100), (200, 200), powers_of_two=True)
    assert made is not None
    assert (made.size, made.stored) == ((200, 67), (256, 128))
    assert len(made.pixels) == 256 * 128 * 4


@pytest.mark.parametrize("size", [(1000, 700), (333, 77), (2000, 400)])
def test_a_picture_that_is_made_smaller_keeps_its_colors(size: tuple[int, int]) -> None:
    made = decode(image(*size, alpha=90), (50, 50))

    blue_at_the_top = made.pixels[-4 * made.size[0] :][:4]
    red_at_the_bottom = made.pixels[4 * (made.size[0] - 1) :][:4]
    assert tuple(blue_at_the_top) == (*reversed(BLUE[:3]), 255)
    assert all(abs(a - b) <= 4 for a, b in zip(red_at_the_bottom, (*reversed(RED[:3]), 90), strict=True))
