"""What a file is by its first bytes, and smaller versions of a picture (pure; section Media Library).

Pillow makes the smaller versions; without it, the original is served in their place. It reads files from anywhere,
so it is given four decoders, and no picture that would take a gigabyte of memory.
"""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from uwclient.sandbox.services.media.files import Variant

if TYPE_CHECKING:
    from PIL.Image import Image as Bitmap

SIDES: Mapping[str, int] = MappingProxyType(
    {"extra_small": 50, "small": 100, "medium": 250, "large": 500, "extra_large": 1000}
)
"""The smaller versions of each picture: the most pixels of their longer side."""
MOST_PIXELS = 40_000_000
_FORMATS: Mapping[str, str] = MappingProxyType(
    {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
)
_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_ANYTHING = "application/octet-stream"


class BrokenPicture(ValueError):
    """A picture has no smaller versions; the message says why."""


def content_type_of(data: bytes, declared: str, name: str) -> str:
    """What a file is: by its first bytes, else what its sender says, else by its name."""
    for signature, content_type in _SIGNATURES:
        if data.startswith(signature):
            return content_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    said = declared.lower() if declared.isascii() and declared.isprintable() and "/" in declared else ""
    if said in ("", _ANYTHING) or said in _FORMATS:
        guessed = mimetypes.MimeTypes().guess_type(name)[0] or _ANYTHING
        return said or guessed if said in _FORMATS else guessed
    return said


def smaller_versions(data: bytes, content_type: str) -> tuple[Variant, ...]:
    """The smaller versions of a picture, none of anything else. BrokenPicture when it cannot be read."""
    if content_type not in _FORMATS:
        return ()
    try:
        from PIL import Image, WebPImagePlugin  # noqa: F401 - Pillow itself loads that one late
    except ModuleNotFoundError:
        return tuple(Variant(name, side, side, None) for name, side in SIDES.items())
    try:
        with Image.open(io.BytesIO(data), formats=(_FORMATS[content_type],)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BrokenPicture(f"it has {image.width} x {image.height} pixels, more than {MOST_PIXELS}")
            return _scaled(image, _FORMATS[content_type])
    except BrokenPicture:
        raise
    except Exception as problem:  # decoders raise all kinds of errors for broken files
        raise BrokenPicture(f"it cannot be read ({type(problem).__name__})") from None


def _scaled(image: Bitmap, form: str) -> tuple[Variant, ...]:
    """The versions in the order of SIDES, each made from the next larger one."""
    from PIL import ImageOps

    largest = max(SIDES.values())
    width, height = image.size
    image.draft("RGB", (largest, largest))
    current = ImageOps.exif_transpose(image)
    current = current.convert("RGBA" if form != "JPEG" and current.has_transparency_data else "RGB")
    made: list[Variant] = []
    for name, side in sorted(SIDES.items(), key=lambda one: -one[1]):
        if side >= max(width, height):
            made.append(Variant(name, side, side, None))
            continue
        current.thumbnail((side, side))
        file = io.BytesIO()
        current.save(file, form)
        made.append(Variant(name, side, side, file.getvalue()))
    return tuple(reversed(made))
