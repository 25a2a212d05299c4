"""Media, made from files or bytes, and checked (the SDKs' `GET /media/{id}`)."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uwclient.sandbox.core.errors import FieldError

ORIGINAL = "original"
LARGEST_FILE = 32 * 1024 * 1024
LARGEST_SIDE = 1_000_000
LARGEST_SIZE = 2**63 - 1
"""The largest size that can be declared: what the database keeps as a number."""

Source = str | Path | bytes
"""A file, or the bytes of one."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A smaller version, which fits into so many pixels; its data are None where the original serves as it is."""

    name: str
    max_width: int
    max_height: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Media:
    """One picture (or any other file) and its variants; the declared size may differ from the true one."""

    id: str
    name: str
    content_type: str
    declared_size: int
    data: bytes
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What clients are told about media; `variants` are names with their largest width and height."""

    id: str
    name: str
    content_type: str
    byte_size: int
    variants: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of a file that was sent: the media, and why they have no smaller versions although a picture."""

    info: MediaInfo
    problem: str | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file as it is served."""

    content_type: str
    data: bytes
    etag: str


def make_media(
    media_id: str,
    source: Source,
    content_type: str,
    name: str | None,
    variants: Mapping[str, tuple[str | Path | bytes, int, int]],
    declared_size: int | None,
) -> Media:
    """Media with the bytes of its files. FieldError says what is wrong.

    Args:
        media_id: the id by which content refers to it.
        source: a file, or its bytes.
        content_type: such as "image/png".
        name: its name; None for the id.
        variants: smaller versions, by name: a file or its bytes, the largest width and the largest height (pixels).
        declared_size: the bytes that clients are told; None for the true number.

    """
    if not media_id:
        raise FieldError("id", "it is empty")
    if "/" not in content_type or not content_type.isascii() or not content_type.isprintable():
        raise FieldError("content_type", f"{content_type!r} is no content type: write one such as image/png")
    if declared_size is not None and not 0 <= declared_size <= LARGEST_SIZE:
        raise FieldError("declared_size", f"{declared_size} is not a number of bytes: use 0 or more")
    data = _bytes_of(source, ("file",))
    made: list[Variant] = []
    for variant, (inner, width, height) in variants.items():
        if variant in ("", ORIGINAL):
            raise FieldError(("variants", variant), "a variant needs a name of its own, such as small")
        if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE):
            raise FieldError(("variants", variant), f"{width} x {height} is no size in pixels")
        made.append(Variant(variant, width, height, _bytes_of(inner, ("variants", variant, "file"))))
    return Media(
        media_id,
        name or media_id,
        content_type,
        len(data) if declared_size is None else declared_size,
        data,
        tuple(made),
    )


def _bytes_of(source: Source, path: tuple[str, ...]) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if not stat.S_ISREG(Path(source).stat().st_mode):  # a pipe would be waited for
            raise ValueError("it is no file")
        with Path(source).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ValueError(f"it is larger than {LARGEST_FILE} bytes")
        return data
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise FieldError(path, f"{str(source)!r} cannot be read ({reason})") from None
