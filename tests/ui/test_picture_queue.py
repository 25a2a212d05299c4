"""Pictures are decoded beside the game, in the size in which they are shown, and from the best bytes there are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import PATIENCE
from uwclient import throttle
from uwclient.engines.picture_queue import MOST_KEPT, PictureQueue, Size

Decode = Callable[[bytes, Size], "bytes | None"]


class Images:
    """The bytes of images, as the client has them."""

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}
        self.rejected: list[str] = []

    def bytes_of(self, media_id: str) -> bytes | None:
        return self.images.get(media_id)

    def reject(self, media_id: str) -> None:
        self.rejected.append(media_id)
        self.images.pop(media_id, None)


@pytest.fixture
def images() -> Images:
    return Images()


@pytest.fixture
def make_queue(images: Images) -> Iterator[Any]:
    """Queues that are closed after the test."""
    made: list[PictureQueue[bytes, str]] = []

    def make(decode: Decode = lambda data, room: data) -> PictureQueue[bytes, str]:
        made.append(PictureQueue(images, decode, lambda media_id, data: f"{media_id} {data!r}"))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for queue in made:
        queue.close()


def settle(queue: PictureQueue[bytes, str]) -> None:
    """Play on until there is nothing to decode."""
    ends = time.monotonic() + PATIENCE
    while queue.is_busy:
        assert time.monotonic() < ends
        queue.update()


def test_a_picture_is_there_once_it_is_decoded_and_the_version_tells(images: Images, make_queue: Any) -> None:
    queue = make_queue()
    images.images["one"] = b"small"
    assert queue.request("one", (10, 10)) is None
    settle(queue)

    assert queue.request("one", (10, 10)).picture == "one b'small'"
    assert queue.version == 1
    assert not queue.is_busy, "it is not decoded again"


def test_larger_bytes_that_arrive_later_are_shown_in_the_same_room(images: Images, make_queue: Any) -> None:
    queue = make_queue()
    images.images["one"] = b"small"
    queue.request("one", (10, 10))
    settle(queue)
    images.images["one"] = b"large"
    assert queue.request("one", (10, 10)).picture == "one b'small'", "until then the last one is shown"
    settle(queue)

    assert queue.request("one", (10, 10)).picture == "one b'large'"


def test_rooms_that_the_window_no_longer_has_are_passed_over(images: Images, make_queue: Any) -> None:
    begun, go_on = threading.Event(), threading.Event()
    decoded = []

    def decode(data: bytes, room: Size) -> bytes:
        decoded.append(room)
        begun.set()
        assert go_on.wait(PATIENCE)
        return data

    queue = make_queue(decode)
    images.images["one"] = b"image"
    queue.request("one", (1, 1))
    assert begun.wait(PATIENCE)
    for side in range(2, 50):
        queue.request("one", (side, side))
    go_on.set()
    settle(queue)

    assert decoded == [(1, 1), (49, 49)]
    assert queue.request("one", (49, 49)).room == (49, 49)


def test_bytes_that_are_no_picture_are_rejected_once(
    images: Images, make_queue: Any, caplog: pytest.LogCaptureFixture
) -> None:
    queue = make_queue(lambda data, room: None)
    images.images["page"] = b"<html>"
    queue.request("page", (10, 10))
    settle(queue)

    assert queue.request("page", (10, 10)) is None
    assert images.rejected == ["page"]
    assert "page" in caplog.text


def test_only_the_pictures_that_were_shown_last_are_kept(images: Images, make_queue: Any) -> None:
    queue = make_queue()
    names = [str(number) for number in range(MOST_KEPT + 3)]
    for name in names:
        images.images[name] = b"image"
        queue.request(name, (10, 10))
        settle(queue)
    images.images.clear()

    assert [name for name in names if queue.request(name, (10, 10)) is not None] == names[3:]


def test_who_watches_the_frames_is_told_of_the_thread(images: Images, make_queue: Any) -> None:
    told: list[str] = []
    throttle.watchers.append(lambda seconds: told.append(threading.current_thread().name))
    try:
        queue = make_queue()
        images.images["one"] = b"small"
        queue.request("one", (10, 10))
        settle(queue)
    finally:
        throttle.watchers.pop()

    assert told == ["uwclient-pictures"]
