"""The images of cards are loaded once, in the size that they are needed in, and forgotten in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from uwclient.sandbox import Sandbox
from uwclient.ui.pictures import MOST_KEPT, Pictures

if TYPE_CHECKING:
    from tests.conftest import Play

SMALL, LARGE = (320, 180), (1280, 720)


def test_an_image_is_asked_for_once_and_arrives_in_a_pump(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("image", b"bytes")
    game = play()
    pictures = Pictures(game.uw)
    for _ in range(5):
        pictures.request("image", SMALL)
    assert (pictures.bytes_of("image"), pictures.is_lost("image"), pictures.version) == (None, False, 0)
    game.until(lambda: pictures.version)
    assert (pictures.bytes_of("image"), pictures.is_lost("image"), pictures.version) == (b"bytes", False, 1)
    pictures.request("image", SMALL)
    assert len(sandbox.requests_to("media/image")) == 1


def test_in_a_much_larger_window_a_larger_version_is_loaded(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("image", b"large", variants={"small": (b"small", 400, 225)})
    game = play()
    pictures = Pictures(game.uw)
    pictures.request("image", SMALL)
    game.until(lambda: pictures.bytes_of("image") == b"small")
    pictures.request("image", (400, 220))
    pictures.request("image", LARGE)
    assert pictures.bytes_of("image") == b"small", "until the other one is there"
    game.until(lambda: pictures.bytes_of("image") == b"large")
    assert pictures.version == 2


def test_an_image_that_is_not_there_is_lost_and_not_asked_for_again(sandbox: Sandbox, play: Play) -> None:
    game = play()
    pictures = Pictures(game.uw)
    pictures.request("nobody has it", SMALL)
    game.until(lambda: pictures.is_lost("nobody has it"))
    sandbox.forget_requests()
    pictures.request("nobody has it", LARGE)
    game.refresh()
    assert sandbox.requests_to("media/nobody has it") == []


@pytest.mark.parametrize("id", ["x" * 1000, "..", "ftp://example.com/image.png", "http://example.com/image.png"])
def test_an_image_whose_id_no_file_can_have_is_lost_and_told(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, id: str
) -> None:
    pictures = Pictures(play().uw)
    for _ in range(3):
        pictures.request(id, SMALL)
    assert (pictures.is_lost(id), pictures.version) == (True, 1)
    assert [message.partition(":")[0] for message in caplog.messages] == ["An image is left out"]


def test_an_image_that_an_engine_cannot_draw_is_lost(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("image", b"no picture")
    game = play()
    pictures = Pictures(game.uw)
    pictures.request("image", SMALL)
    game.until(lambda: pictures.version)
    pictures.reject("image")
    assert pictures.is_lost("image")
    assert pictures.version == 2


def test_only_the_last_few_images_are_kept(sandbox: Sandbox, play: Play) -> None:
    names = [f"image-{number}" for number in range(MOST_KEPT + 2)]
    for name in names:
        sandbox.add_media(name, name.encode())
    game = play()
    pictures = Pictures(game.uw)
    for number, name in enumerate(names, 1):
        pictures.request(name, SMALL)
        game.until(lambda number=number: pictures.version == number)  # type: ignore[misc]
        pictures.request(names[0], SMALL)
    assert [name for name in names if pictures.bytes_of(name) is None] == names[1:3]
    assert not pictures.is_lost(names[1])


def test_after_the_end_nothing_arrives(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("image", b"bytes")
    game = play()
    pictures = Pictures(game.uw)
    pictures.request("image", SMALL)
    pictures.close()
    pictures.request("other", SMALL)
    game.refresh()
    sandbox.wait_for_requests("media/image")
    game.refresh()
    assert (pictures.version, pictures.bytes_of("image")) == (0, None)
    assert sandbox.requests_to("media/other") == []
