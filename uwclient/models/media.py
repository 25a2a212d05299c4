"""Owns the shapes of media: what the platform tells of a picture, and what a game wants of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

CACHE_BYTES = 64 * 1024 * 1024
"""What the cache of all media may take on disk, unless the game says otherwise."""

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of a file that is fetched, unless the game says otherwise."""


class MediaVariant(NamedTuple):
    """A smaller version of a picture.

    Attributes:
        url: where it is.
        max_width: pixels that it is at most wide.
        max_height: pixels that it is at most high.

    """

    url: str
    max_width: int
    max_height: int


class MediaInfo(NamedTuple):
    """A picture, or any other file, that live operations have uploaded.

    Attributes:
        id: the platform's id.
        name: the name that live operations gave it.
        content_type: such as "image/png", or "" when that was not told.
        byte_size: the size of the original, or 0 when that was not told.
        url: where the original is; the address may hold for a while only.
        variants: smaller versions by their name, such as "small".

    """

    id: str
    name: str
    content_type: str
    byte_size: int
    url: str
    variants: Mapping[str, MediaVariant]

    def variant_for(self, width: float, height: float) -> str | None:
        """The name of the smallest variant that is not smaller than so many pixels; None is the original."""
        large_enough = [
            (variant.max_width * variant.max_height, name)
            for name, variant in self.variants.items()
            if variant.max_width >= width and variant.max_height >= height
        ]
        return min(large_enough)[1] if large_enough else None


Size: TypeAlias = "tuple[float, float] | None"
"""Width and height in pixels; None is the original, however large."""


class MediaInfoWanted(NamedTuple):
    """What the platform tells of some media."""

    media_id: str


class MediaBytesWanted(NamedTuple):
    """The bytes of some media, by its id or from a URL."""

    source: str
    is_url: bool = False
    size: Size = None
    ignore_cache: bool = False


MediaQuery: TypeAlias = MediaInfoWanted | MediaBytesWanted


class MediaSettings(NamedTuple):
    """What a game has said about media.

    Attributes:
        cache_bytes: what the cache may take on disk.
        largest_file: bytes of a file that is fetched.
        prefetch: whether images of content are fetched before anybody asks for them.
        prefetch_size: which variant of them.

    """

    cache_bytes: int = CACHE_BYTES
    largest_file: int = LARGEST_FILE
    prefetch: bool = False
    prefetch_size: Size = None
