"""Media: what is said about a picture, and its bytes."""

from __future__ import annotations

import hashlib

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.errors import NotFound
from uwclient.sandbox.services.media.files import ORIGINAL, Media, MediaInfo, StoredFile, Upload, Variant
from uwclient.sandbox.services.media.pictures import BrokenPicture, content_type_of, smaller_versions

_MOST_CACHED = 8 * 1024 * 1024
_TABLES = (
    """CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL, declared_size INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS media_files (
    media_id TEXT NOT NULL, variant TEXT NOT NULL, max_width INTEGER, max_height INTEGER, data BLOB NOT NULL,
    etag TEXT NOT NULL, PRIMARY KEY (media_id, variant))""",
)


class MediaLibrary:
    """Owns the tables of media and of their files, and a cache of the bytes that were served last."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._cached: dict[str, bytes] = {}
        for statement in _TABLES:
            self._storage.run(statement)

    def put(self, media: Media) -> None:
        """Add media, or replace those of that id."""
        etag = _etag(media.data)
        rows: list[tuple[object, ...]] = [(media.id, ORIGINAL, None, None, media.data, etag)]
        for one in media.variants:
            own = etag if one.data is None else _etag(one.data)
            rows.append((media.id, one.name, one.max_width, one.max_height, one.data or b"", own))
        with self._backend.lock, self._storage.transaction():
            self._storage.run("DELETE FROM media_files WHERE media_id = ?", (media.id,))
            self._storage.run(
                "INSERT INTO media VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
                "content_type = excluded.content_type, declared_size = excluded.declared_size",
                (media.id, media.name, media.content_type, media.declared_size),
            )
            self._storage.run_many("INSERT INTO media_files VALUES (?, ?, ?, ?, ?, ?)", rows)

    def upload(self, data: bytes, content_type: str, name: str, media_id: str | None = None) -> Upload:
        """Add a file, or (with an id) put it in the place of another one, whose name stays.

        A picture gets smaller versions, unless it is broken or too large; what it is, is seen from its bytes.

        Args:
            data: the file.
            content_type: what its sender says that it is.
            name: its name; that of the folder before it, if any, is left out.
            media_id: the media whose file it replaces; None for new media.

        Raises:
            NotFound: there is no media of that id.

        """
        name = name.replace("\\", "/").rpartition("/")[2] or "file"
        with self._backend.lock:
            if media_id is not None:
                name = self.info(media_id).name
            found = content_type_of(data, content_type, name)
            variants, problem = _variants_or_problem(data, found)
            media_id = media_id or self._backend.ids.uuid("media")
            self.put(Media(media_id, name, found, len(data), data, variants))
            return Upload(self.info(media_id), problem)

    def rename(self, media_id: str, name: str) -> MediaInfo:
        """Give media another name. NotFound when there are none of that id."""
        with self._backend.lock:
            self._storage.run("UPDATE media SET name = ? WHERE id = ?", (name, media_id))
            return self.info(media_id)

    def delete(self, media_id: str) -> None:
        """Remove media and their files; content that names them keeps the id. NotFound without them."""
        with self._backend.lock, self._storage.transaction():
            self.info(media_id)
            self._storage.run("DELETE FROM media_files WHERE media_id = ?", (media_id,))
            self._storage.run("DELETE FROM media WHERE id = ?", (media_id,))

    def all(self) -> list[MediaInfo]:
        """What clients are told about all media, in the order in which they came."""
        with self._backend.lock:
            return [self.info(media_id) for (media_id,) in self._storage.rows("SELECT id FROM media ORDER BY rowid")]

    def has(self, media_id: str) -> bool:
        """Whether there are media of that id."""
        return self._storage.row("SELECT 1 FROM media WHERE id = ?", (media_id,)) is not None

    def info(self, media_id: str) -> MediaInfo:
        """What clients are told about media. NotFound when there are none of that id."""
        with self._backend.lock:
            row = self._storage.row(
                "SELECT id, name, content_type, declared_size FROM media WHERE id = ?", (media_id,)
            )
            if row is None:
                raise NotFound(f"There is no media {media_id!r}.")
            variants = self._storage.rows(
                "SELECT variant, max_width, max_height FROM media_files WHERE media_id = ? AND variant != ? "
                "ORDER BY rowid",
                (media_id, ORIGINAL),
            )
        found_id, name, content_type, size = row
        sizes = {variant: (width, height) for variant, width, height in variants}
        return MediaInfo(found_id, name, content_type, size, sizes)

    def file(self, media_id: str, variant: str) -> StoredFile:
        """The file of a variant, or of the original. NotFound when there is none."""
        with self._backend.lock:
            row = self._storage.row(
                "SELECT content_type, file.etag, held.rowid FROM media_files AS file "
                "JOIN media ON media.id = file.media_id "
                "JOIN media_files AS held ON held.media_id = file.media_id AND held.etag = file.etag "
                "WHERE file.media_id = ? AND file.variant = ? ORDER BY length(held.data) DESC",
                (media_id, variant),
            )
            if row is None:
                raise NotFound(f"There is no file {media_id!r}, {variant!r}.")
            content_type, etag, number = row
            return StoredFile(content_type, self._bytes(etag, number), etag)

    def _bytes(self, etag: str, number: int) -> bytes:
        """The bytes of a file; clients that ask at once are given the same bytes, not each a copy."""
        data = self._cached.pop(etag, None)
        if data is None:
            data = bytes(self._storage.rows("SELECT data FROM media_files WHERE rowid = ?", (number,))[0][0])
        self._cached[etag] = data
        while sum(map(len, self._cached.values())) > _MOST_CACHED and len(self._cached) > 1:
            del self._cached[next(iter(self._cached))]
        return data


def _variants_or_problem(data: bytes, content_type: str) -> tuple[tuple[Variant, ...], str | None]:
    """The smaller versions of a file, and why it has none although it is a picture."""
    try:
        return smaller_versions(data, content_type), None
    except BrokenPicture as reason:
        return (), str(reason)


def _etag(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
