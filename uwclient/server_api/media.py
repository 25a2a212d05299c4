"""Pictures and other files of content (section Media Library)."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from uwclient.errors import ArgumentError
from uwclient.server_api.body import Payload, given
from uwclient.server_api.caller import Caller
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record, read
from uwclient.server_api.resource import Resource
from uwclient.server_api.scope import Scope

ANY_FILE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class MediaVariant(Record):
    """A picture in another size.

    Attributes:
        url: where it is.
        max_width: its greatest width, in pixels.
        max_height: its greatest height, in pixels.

    """

    url: str | None = None
    max_width: int | None = None
    max_height: int | None = None


@dataclass(frozen=True, slots=True)
class MediaRecord(Record):
    """A file of the library.

    Attributes:
        id: its id.
        app_id: the app that it belongs to.
        name: its name.
        content_type: its MIME type.
        byte_size: its size in bytes.
        url: where it is.
        variants: a picture in other sizes, such as "small".

    """

    id: str
    app_id: str | None = None
    name: str | None = None
    content_type: str | None = None
    byte_size: int | None = None
    url: str | None = None
    variants: Mapping[str, MediaVariant] = field(default_factory=dict)


class Media(Resource):
    """The files of the app: `server.media`."""

    def __init__(self, caller: Caller, scope: Scope, rng: Random) -> None:
        super().__init__(caller, scope)
        self._rng = rng

    def list(self) -> Pages[MediaRecord]:
        """List the files: GET /api/v1/media_library."""
        return self._list(MediaRecord, "GET /api/v1/media_library", {"app_id": self._scope.app_id})

    def get(self, media_record_id: str) -> MediaRecord:
        """Get what is known of a file: GET /api/v1/media_library/{media_record_id}."""
        endpoint = "GET /api/v1/media_library/{media_record_id}"
        return self._one(MediaRecord, endpoint, media_record_id=media_record_id)

    def upload(
        self, file: str | os.PathLike[str] | bytes, *, name: str | None = None, content_type: str | None = None
    ) -> MediaRecord:
        """Upload a file as a new record: POST /api/v1/media_library.

        Args:
            file: its path, or its bytes.
            name: its name; that of the path, unless it is given.
            content_type: its MIME type; what the name says, unless it is given.

        Raises:
            ArgumentError: there is no such file, or bytes come without a name.

        """
        return self._send_file("POST /api/v1/media_library", file, name, content_type)

    def replace(
        self,
        media_record_id: str,
        file: str | os.PathLike[str] | bytes,
        *,
        name: str | None = None,
        content_type: str | None = None,
    ) -> MediaRecord:
        """Replace the file of a record, which keeps its id: PUT /api/v1/media_library/{media_record_id}.

        Args:
            media_record_id: the record.
            file: the path of the new file, or its bytes.
            name: its name; that of the path, unless it is given.
            content_type: its MIME type; what the name says, unless it is given.

        Raises:
            ArgumentError: there is no such file, or bytes come without a name.

        """
        endpoint = "PUT /api/v1/media_library/{media_record_id}"
        return self._send_file(endpoint, file, name, content_type, media_record_id=media_record_id)

    def update(self, media_record_id: str, *, name: str | None = None) -> MediaRecord:
        """Rename a file: PUT /api/v1/media_library/{media_record_id}.

        Args:
            media_record_id: the record.
            name: its name.

        """
        endpoint = "PUT /api/v1/media_library/{media_record_id}"
        return self._one(MediaRecord, endpoint, given(name=name), media_record_id=media_record_id)

    def delete(self, media_record_id: str) -> None:
        """Delete a file: DELETE /api/v1/media_library/{media_record_id}. Content keeps its id."""
        self._tell("DELETE /api/v1/media_library/{media_record_id}", media_record_id=media_record_id)

    def _send_file(
        self,
        endpoint: str,
        file: str | os.PathLike[str] | bytes,
        name: str | None,
        content_type: str | None,
        **ids: str,
    ) -> MediaRecord:
        from uwclient.http.multipart import File, packed  # imported here, for it needs the network stack

        data, named = _content(file, name)
        kind = content_type or mimetypes.guess_type(named)[0] or ANY_FILE
        body, form = packed(File("media", named, data, kind), self._rng)
        told = self._caller.call(endpoint, ids, {"app_id": self._scope.app_id}, Payload(body, form))
        return read(MediaRecord, told.data, told.place)


def _content(file: str | os.PathLike[str] | bytes, name: str | None) -> tuple[bytes, str]:
    """Return the bytes of a file and its name. Raises ArgumentError."""
    if isinstance(file, bytes):
        if not name:
            raise ArgumentError("Bytes have no name of their own: give the file's name, such as name='logo.png'.")
        return file, name
    path = Path(file)
    try:
        return path.read_bytes(), name or path.name
    except OSError as error:
        raise ArgumentError(f"{path} cannot be read ({error.strerror}): name a file that can.") from None
