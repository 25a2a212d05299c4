"""Owns the media: what the platform says about a picture, and its bytes (the SDKs' `GET /media/{id}`)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uwclient.sandbox.errors import FieldError
from uwclient.sandbox.storage import Storage

ORIGINAL = "original"
LARGEST_FILE = 32 * 1024 * 1024
_MOST_KEPT = 8 * 1024 * 1024
LARGEST_SIDE = 1_000_000
LARGEST_SIZE = 2**63 - 1
"""The largest size that can be declared: what the database keeps as a number."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL, declared_size INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS media_files (
    media_id TEXT NOT NULL, variant TEXT NOT NULL, max_width INTEGER, max_height INTEGER, data BLOB NOT NULL,
    etag TEXT NOT NULL, PRIMARY KEY (media_id, variant))""",
)

Source = str | Path | bytes
"""Where bytes come from: a file, or the bytes themselves."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Owns what is said of a smaller version: it fits into so many pixels."""

    name: str
    max_width: int
    max_height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Media:
    """Owns one picture (or any other file) and its variants; the declared size may be a lie."""

    id: str
    name: str
    content_type: str
    declared_size: int
    data: bytes
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """Owns what the platform says of some media; `variants` are names with their largest width and height."""

    id: str
    name: str
    content_type: str
    byte_size: int
    variants: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Owns the bytes of one file as it is served."""

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
    """Media with its bytes, read from files where need be. FieldError says what is wrong."""
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


class MediaFiles:
    """Owns the tables of media and of their files."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._kept: dict[str, bytes] = {}
        for statement in _TABLES:
            storage.run(statement)

    def put(self, media: Media) -> None:
        """Add media, or replace what had its id."""
        rows: list[tuple[object, ...]] = [(media.id, ORIGINAL, None, None, media.data, _etag(media.data))]
        rows += [
            (media.id, one.name, one.max_width, one.max_height, one.data, _etag(one.data)) for one in media.variants
        ]
        with self._storage.transaction():
            self._storage.run("DELETE FROM media_files WHERE media_id = ?", (media.id,))
            self._storage.run(
                "INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?)",
                (media.id, media.name, media.content_type, media.declared_size),
            )
            self._storage.run_many("INSERT INTO media_files VALUES (?, ?, ?, ?, ?, ?)", rows)

    def info(self, media_id: str) -> MediaInfo | None:
        """What is said of the media of that id."""
        row = self._storage.row("SELECT id, name, content_type, declared_size FROM media WHERE id = ?", (media_id,))
        if row is None:
            return None
        variants = self._storage.rows(
            "SELECT variant, max_width, max_height FROM media_files WHERE media_id = ? AND variant != ? "
            "ORDER BY rowid",
            (media_id, ORIGINAL),
        )
        found_id, name, content_type, declared_size = row
        sizes = {variant: (width, height) for variant, width, height in variants}
        return MediaInfo(found_id, name, content_type, declared_size, sizes)

    def file(self, media_id: str, variant: str) -> StoredFile | None:
        """The file of a variant, or of the original."""
        row = self._storage.row(
            "SELECT content_type, etag, media_files.rowid FROM media_files JOIN media ON media.id = media_id "
            "WHERE media_id = ? AND variant = ?",
            (media_id, variant),
        )
        return None if row is None else StoredFile(row[0], self._data(row[1], row[2]), row[1])

    def _data(self, etag: str, rowid: int) -> bytes:
        """The bytes of a file; many who ask for one at once are given the same bytes, not each a copy."""
        data = self._kept.pop(etag, None)
        if data is None:
            data = bytes(self._storage.rows("SELECT data FROM media_files WHERE rowid = ?", (rowid,))[0][0])
        self._kept[etag] = data
        while sum(map(len, self._kept.values())) > _MOST_KEPT and len(self._kept) > 1:
            del self._kept[next(iter(self._kept))]
        return data


def _bytes_of(source: Source, path: tuple[str, ...]) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with Path(source).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ValueError(f"it is larger than {LARGEST_FILE} bytes")
        return data
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise FieldError(path, f"{str(source)!r} cannot be read ({reason})") from None


def _etag(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
