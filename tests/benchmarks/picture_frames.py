"""Owns a game in a process of its own, whose frames are measured while an engine's pictures are decoded beside it.

`python -m tests.benchmarks.picture_frames pygame` (or `panda3d`) answers with a line of JSON for each round: the
worst frame without pictures, the worst with them, what 95 % of those took at most, in milliseconds beyond the game's
own work, and the bytes of a picture.
"""

from __future__ import annotations

import json
import os
import random
import sys
from typing import Any

from tests.benchmarks.frame_loop import as_many_as, frames_until, play

ROUNDS = 7
PICTURES = 10
ROOM = (560, 315)


class Photographs:
    """Owns the bytes of the pictures."""

    version = 0

    def __init__(self, data: bytes) -> None:
        self._data = data

    def bytes_of(self, media_id: str) -> bytes:
        """The bytes of a picture: all look the same."""
        return self._data

    def reject(self, media_id: str) -> None:
        """A picture cannot be decoded."""
        raise AssertionError(media_id)


def photograph(size: tuple[int, int]) -> bytes:
    """A JPEG with soft shapes and fine grain, of about 2 MB."""
    from io import BytesIO

    from PIL import Image

    chance = random.Random(7)
    shapes = Image.frombytes("RGB", (8, 5), chance.randbytes(120)).resize(size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("RGB", size, chance.randbytes(size[0] * size[1] * 3))
    file = BytesIO()
    Image.blend(shapes, grain, 0.28).save(file, "JPEG", quality=90)
    return file.getvalue()


def queue_of(engine: str, pictures: Any) -> Any:
    """The pictures of an engine."""
    if engine == "pygame":
        from uwclient.engines.pygame_pictures import PictureSurfaces

        return PictureSurfaces(pictures)
    from uwclient.engines.panda3d_pictures import Textures

    return Textures(pictures)


def main(engine: str) -> None:
    """Measure some rounds."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    data = photograph((2560, 1440))
    for number in range(-1, ROUNDS):  # the first one warms up
        queue = queue_of(engine, Photographs(data))
        for picture in range(PICTURES):
            queue.request(f"picture-{picture}", ROOM)
        busy = play(queue.update, frames_until(lambda queue=queue: queue.version >= PICTURES))  # type: ignore[misc]
        quiet = play(queue.update, as_many_as(busy))
        queue.close()
        if number >= 0:
            print(json.dumps((quiet.worst, busy.worst, busy.percentile(0.95), len(data))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
