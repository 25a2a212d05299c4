"""Packs a file for an upload. The whole body is made at once, because its hash signs the request."""

from __future__ import annotations

import random
from typing import NamedTuple

from urllib3 import encode_multipart_formdata


class File(NamedTuple):
    """A file to be uploaded.

    Attributes:
        field: the name of the form's field.
        name: the file's name.
        data: its bytes.
        content_type: its MIME type.

    """

    field: str
    name: str
    data: bytes
    content_type: str


def packed(file: File, rng: random.Random) -> tuple[bytes, str]:
    """Return the body of a form with one file, and its content type. `rng` draws the boundary between its parts."""
    boundary = f"{rng.getrandbits(128):032x}"
    return encode_multipart_formdata({file.field: (file.name, file.data, file.content_type)}, boundary)
