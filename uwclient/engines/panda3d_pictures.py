"""Decodes images into Panda3D textures, in the size in which they are drawn."""

from __future__ import annotations

import io
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from panda3d.core import SamplerState, Texture

from uwclient.engines.picture_queue import MOST_PIXELS, REST, PictureQueue, Size
from uwclient.throttle import rest
from uwclient.ui.scene import Box

if TYPE_CHECKING:
    from PIL.Image import Image as Bitmap

    from uwclient.ui.pictures import Pictures

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
STRIP = 64
"""Rows of the result that are made at once: what takes the interpreter lock takes it for a part of a frame only."""


class Decoded(NamedTuple):
    """A decoded picture, not a texture yet.

    Attributes:
        size: how large it is to be drawn.
        stored: the size of its pixels, another one for simple renderers.
        pixels: blue, green, red and alpha, a byte each, from the lowest row up, as Panda3D has it.

    """

    size: Size
    stored: Size
    pixels: bytes


class Textures(PictureQueue[Decoded, Any]):
    """Owns the textures of the pictures that were drawn last.

    Panda3D's own JPEG reader ends the process when it is given a broken file, so Pillow reads them.
    """

    def __init__(self, pictures: Pictures, *, powers_of_two: bool = False, linear: bool = False) -> None:
        form = Texture.FSrgbAlpha if linear else Texture.FRgba8
        super().__init__(pictures, partial(decode, powers_of_two=powers_of_two), partial(_texture, form))
        _load_decoders()

    def get(self, media_id: str, box: Box) -> Any:
        """Return the texture of a picture for a box, or None while there is none.

        Its `getOrigFileXSize()` and `getOrigFileYSize()` are the size of the picture. In a box of another size it is
        decoded again; until then it is the last one.
        """
        shown = self.request(media_id, (max(1, round(box.width)), max(1, round(box.height))))
        return None if shown is None else shown.picture


def _load_decoders() -> None:
    """Load Pillow's decoders now, rather than in the middle of play."""
    try:
        from PIL import Image, WebPImagePlugin  # noqa: F401 - preinit() does not load it
    except ModuleNotFoundError:
        logging.getLogger("uwclient").warning(
            "Pictures need Pillow, which is not installed: pip install 'uwclient[panda3d]'."
        )
    else:
        Image.preinit()


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
        rest(REST)
    return reduced


def _texture(form: Any, name: str, decoded: Decoded) -> Any:
    texture = Texture(name)
    texture.setup2dTexture(*decoded.stored, Texture.TUnsignedByte, form)
    texture.setOrigFileSize(*decoded.size)
    texture.setRamImage(decoded.pixels)
    texture.setWrapU(SamplerState.WMClamp)
    texture.setWrapV(SamplerState.WMClamp)
    texture.setMinfilter(SamplerState.FTLinear)
    texture.setMagfilter(SamplerState.FTLinear)
    return texture
