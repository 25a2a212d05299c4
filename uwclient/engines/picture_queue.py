"""Owns the thread that decodes pictures for an engine, and the pictures that were shown last."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from uwclient.threads import Helper
from uwclient.throttle import tell_step
from uwclient.ui.pictures import Pictures

MOST_KEPT = 6
"""Pictures that are kept; of more, the one that was not shown for the longest time is dropped."""

MOST_PIXELS = 16_000_000
"""Pixels of an image; a larger one is not decoded."""

REST = 0.001
"""Seconds that the thread rests after a step that holds the interpreter lock."""

PATIENCE = 2.0
"""Seconds that `close` waits for a picture that is being decoded."""

Size = tuple[int, int]
"""Width and height, in pixels."""

Decoded = TypeVar("Decoded")
Drawable = TypeVar("Drawable")


class _Job(NamedTuple):
    media_id: str
    data: bytes
    room: Size


class Shown(NamedTuple, Generic[Drawable]):
    """A picture, and the room that it was decoded for."""

    room: Size
    picture: Drawable


class PictureQueue(Generic[Decoded, Drawable]):
    """Decodes images on a thread of its own, in the size in which they are shown.

    The thread ends when there is nothing to decode. All methods belong to the game's thread.

    Args:
        pictures: the bytes of the images.
        decode: makes a picture of bytes that fits into a room; None for what is no image. Called on the thread,
            as `decode(data, room)`.
        finish: makes of its result what the engine draws. Called on the game's thread, as
            `finish(media_id, decoded)`.

    Attributes:
        version: changes whenever there is another picture to draw.

    """

    def __init__(
        self,
        pictures: Pictures,
        decode: Callable[[bytes, Size], Decoded | None],
        finish: Callable[[str, Decoded], Drawable],
    ) -> None:
        self.version = 0
        self._pictures = pictures
        self._decode = decode
        self._finish = finish
        self._kept: OrderedDict[str, Shown[Drawable]] = OrderedDict()
        self._newest: dict[str, _Job] = {}  # the last job for each image
        self._jobs: deque[_Job] = deque()
        self._done: deque[tuple[_Job, Decoded | None]] = deque()
        self._decoder = Helper(self._decode_all, "uwclient-pictures")

    @property
    def is_busy(self) -> bool:
        """Whether there are pictures to decode, or to take over."""
        return self._decoder.is_at_work or bool(self._jobs or self._done)  # what it made last is there once it ends

    def request(self, media_id: str, room: Size) -> Shown[Drawable] | None:
        """Return a picture, and have it decoded for this room unless it is.

        Args:
            media_id: the id of the image.
            room: how large the picture may be.

        Returns:
            The picture that was decoded last, for this room or for another one; None while it is loading and when
            it cannot be had.

        """
        data = self._pictures.bytes_of(media_id)
        newest = self._newest.get(media_id)
        if data is not None and (newest is None or newest.room != room or newest.data is not data):
            job = self._newest[media_id] = _Job(media_id, data, room)
            self._jobs.append(job)
            self._decoder.wake()
        if media_id in self._kept:
            self._kept.move_to_end(media_id)
        return self._kept.get(media_id)

    def update(self) -> bool:
        """Take over one picture that was decoded; whether there is another one to draw now."""
        if self._jobs:  # the thread may have ended just before the last job was added
            self._decoder.wake()
        if not self._done:
            return False
        job, decoded = self._done.popleft()
        if decoded is None:
            logging.getLogger("uwclient").warning(
                "The image %s cannot be read as a picture; it is left out.", job.media_id
            )
            self._newest.pop(job.media_id, None)
            self._pictures.reject(job.media_id)
            return False
        self._kept[job.media_id] = Shown(job.room, self._finish(job.media_id, decoded))
        self._kept.move_to_end(job.media_id)
        while len(self._kept) > MOST_KEPT:
            media_id, _ = self._kept.popitem(last=False)
            self._newest.pop(media_id, None)
        self.version += 1
        return True

    def close(self) -> None:
        """Drop all pictures, and wait for the thread, which ends soon."""
        self._jobs.clear()
        self._decoder.join(PATIENCE)
        self._done.clear()
        self._kept.clear()
        self._newest.clear()

    def _decode_all(self) -> None:
        while self._jobs:
            try:
                job = self._jobs.popleft()
            except IndexError:  # closed in between
                return
            if self._newest.get(job.media_id) is job:  # else the window has another size by now
                self._done.append((job, self._decode(job.data, job.room)))
                tell_step()
