"""Owns the textures of pictures: decoded in the background, in the size in which they are drawn."""

from __future__ import annotations

import io
import logging
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

from panda3d.core import SamplerState, Texture

from uwclient.threads import Helper
from uwclient.ui.scene import Box

if TYPE_CHECKING:
    from PIL.Image import Image as Bitmap

    from uwclient.ui.pictures import Pictures

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_PIXELS = 16_000_000
MOST_KEPT = 6
STRIP = 64
"""Rows of the result that are made at once: what takes the interpreter lock takes it for a part of a frame only."""

PATIENCE = 2.0
"""Seconds that `close` waits for a picture that is being decoded."""


_log = logging.getLogger("uwclient")


Size = tuple[int, int]


class _Job(NamedTuple):
    media_id: str
    data: bytes
    room: Size


class Decoded(NamedTuple):
    """A picture in pixels: blue, green, red and alpha a byte each, from the lowest row up, as Panda3D has it.

    `size` is how large it is to be drawn; `stored` is the size of the pixels, another one for simple renderers.
    """

    size: Size
    stored: Size
    pixels: bytes


class Textures:
    """Owns the textures of the pictures that were drawn last, and the thread that decodes them while there are any.

    Panda3D's own JPEG reader ends the process when it is given a broken file, so Pillow reads them.
    """

    def __init__(self, pictures: Pictures, *, powers_of_two: bool = False, linear: bool = False) -> None:
        self._pictures = pictures
        self._form = Texture.FSrgbAlpha if linear else Texture.FRgba8
        self._powers_of_two = powers_of_two
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._asked: dict[str, Size] = {}
        self._jobs: deque[_Job] = deque()
        self._done: deque[tuple[_Job, Decoded | None]] = deque()
        self._decoder = Helper(self._decode_all, "uwclient-pictures")
        self._prepare()

    @property
    def is_busy(self) -> bool:
        """Whether there are pictures to be decoded, or to be taken over."""
        return bool(self._jobs or self._done) or self._decoder.is_at_work

    def get(self, media_id: str, box: Box) -> Any:
        """The texture of a picture for a box, or None while it is loading or when it cannot be had.

        Its `getOrigFileXSize()` and `getOrigFileYSize()` are the size of the picture.
        In a box of another size it is made anew; until then the last one is good enough.
        """
        room = (max(1, round(box.width)), max(1, round(box.height)))
        data = self._pictures.bytes_of(media_id)
        if data is not None and self._asked.get(media_id) != room:
            self._asked[media_id] = room
            self._jobs.append(_Job(media_id, data, room))
            self._decoder.wake()
        return self._kept.get(media_id)

    def update(self) -> bool:
        """Take over what has been decoded; whether there is another picture now. One of them in each frame."""
        if self._jobs:  # the thread may have looked for more just before the last one was asked for
            self._decoder.wake()
        if not self._done:
            return False
        job, decoded = self._done.popleft()
        if decoded is None:
            _log.warning("The image %s cannot be read as a picture; it is left out.", job.media_id)
            self._asked.pop(job.media_id, None)
            self._pictures.reject(job.media_id)
            return False
        self._kept[job.media_id] = _texture(job.media_id, decoded, self._form)
        self._kept.move_to_end(job.media_id)
        while len(self._kept) > MOST_KEPT:
            media_id, _ = self._kept.popitem(last=False)
            self._asked.pop(media_id, None)
        return True

    def close(self) -> None:
        """Forget all pictures, and wait for the thread, which is done soon."""
        self._jobs.clear()
        self._decoder.join(PATIENCE)
        self._done.clear()
        self._kept.clear()
        self._asked.clear()

    def _prepare(self) -> None:
        """Load the decoders now, rather than in the middle of play."""
        try:
            from PIL import Image, WebPImagePlugin  # noqa: F401 - preinit() does not load it
        except ModuleNotFoundError:
            _log.warning("Pictures need Pillow, which is not installed: pip install 'uwclient[panda3d]'.")
        else:
            Image.preinit()

    def _decode_all(self) -> None:
        while self._jobs:
            try:
                job = self._jobs.popleft()
            except IndexError:  # closed in between
                return
            self._done.append((job, decode(job.data, job.room, self._powers_of_two)))


def decode(data: bytes, room: Size, powers_of_two: bool = False) -> Decoded | None:
    """A picture as large as fits into the room (width, height), and no larger than it is; None when it is none.

    `powers_of_two`: its pixels are stretched to sides of 64, 128, ... pixels, for a renderer that takes no others.
    """
    try:
        from PIL import Image

        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", room)
            image.load()
            size = _fit((image.width, image.height), room)
            stored = (1 << (size[0] - 1).bit_length(), 1 << (size[1] - 1).bit_length()) if powers_of_two else size
            small = _reduced(image, size).resize(stored, Image.Resampling.LANCZOS).convert("RGBA")
            return Decoded(size, stored, small.tobytes("raw", "BGRA", 0, -1))
    except Exception:  # whatever a decoder makes of broken bytes
        return None


def _fit(size: Size, room: Size) -> Size:
    share = min(room[0] / size[0], room[1] / size[1], 1.0)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _reduced(image: Bitmap, size: Size) -> Bitmap:
    """The picture, with premultiplied alpha, some whole number of times smaller but not smaller than `size`."""
    from PIL import Image

    times = max(1, min(image.width // size[0], image.height // size[1]))
    reduced = Image.new("RGBa", (-(-image.width // times), -(-image.height // times)))
    for row in range(0, reduced.height, STRIP):
        strip = image.crop((0, row * times, image.width, min((row + STRIP) * times, image.height)))
        reduced.paste(strip.convert("RGBA").convert("RGBa").reduce(times), (0, row))
    return reduced


def _texture(name: str, decoded: Decoded, form: Any) -> Any:
    texture = Texture(name)
    texture.setup2dTexture(*decoded.stored, Texture.TUnsignedByte, form)
    texture.setOrigFileSize(*decoded.size)
    texture.setRamImage(decoded.pixels)
    texture.setWrapU(SamplerState.WMClamp)
    texture.setWrapV(SamplerState.WMClamp)
    texture.setMinfilter(SamplerState.FTLinear)
    texture.setMagfilter(SamplerState.FTLinear)
    return texture
