"""Media: the platform's description of a file, and the game's requests and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

CACHE_BYTES = 64 * 1024 * 1024
"""The default maximum size of the media cache on disk, in bytes."""

LARGEST_FILE = 16 * 1024 * 1024
"""The default maximum size of a file that is downloaded, in bytes."""


class MediaVariant(NamedTuple):
    """A smaller version of an image.

    Attributes:
        url: the URL to download it from.
        max_width: its maximum width in pixels.
        max_height: its maximum height in pixels.

    """

    url: str
    max_width: int
    max_height: int


class MediaInfo(NamedTuple):
    """The description of an image, or any other file, that live operations have uploaded.

    Attributes:
        id: the platform's id.
        name: the name given by live operations.
        content_type: the MIME type, such as "image/png", or "" if it is not known.
        byte_size: the size of the original in bytes, or 0 if it is not known.
        url: the URL to download the original from; it may expire.
        variants: smaller versions, by name such as "small".

    """

    id: str
    name: str
    content_type: str
    byte_size: int
    url: str
    variants: Mapping[str, MediaVariant]

    def variant_for(self, width: float, height: float) -> str | None:
        """Return the name of the smallest variant that is at least so many pixels large; None for the original."""
        large_enough = [
            (variant.max_width * variant.max_height, name)
            for name, variant in self.variants.items()
            if variant.max_width >= width and variant.max_height >= height
        ]
        return min(large_enough)[1] if large_enough else None


Size: TypeAlias = "tuple[float, float] | None"
"""(width, height) in pixels; None stands for the original."""


class MediaInfoWanted(NamedTuple):
    """A request for the description of a media file."""

    media_id: str


class MediaBytesWanted(NamedTuple):
    """A request for the bytes of a media file, by its id or from a URL."""

    source: str
    is_url: bool = False
    size: Size = None
    ignore_cache: bool = False


MediaQuery: TypeAlias = MediaInfoWanted | MediaBytesWanted


class MediaSettings(NamedTuple):
    """A game's settings for media.

    Attributes:
        cache_bytes: the maximum size of the cache on disk, in bytes.
        largest_file: the maximum size of a file that is downloaded, in bytes.
        prefetch: whether images of content are loaded ahead.
        prefetch_size: the size in which they will be needed.

    """

    cache_bytes: int = CACHE_BYTES
    largest_file: int = LARGEST_FILE
    prefetch: bool = False
    prefetch_size: Size = None
