"""What clients are told about media, with the addresses of the files (pure)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from uwclient.sandbox.services.media.files import ORIGINAL, MediaInfo

FILES = "/files"
"""The path of the files; like those of any web server, they need no API key."""


def record(info: MediaInfo, platform_url: str) -> dict[str, Any]:
    """The record of media as JSON; `platform_url` is where the platform is, without a slash at the end."""

    def url(variant: str) -> str:
        return f"{platform_url}{FILES}/{quote(info.id, safe='')}/{quote(variant, safe='')}"

    return {
        "id": info.id,
        "name": info.name,
        "content_type": info.content_type,
        "byte_size": info.byte_size,
        "url": url(ORIGINAL),
        "variants": {
            name: {"url": url(name), "max_width": width, "max_height": height}
            for name, (width, height) in info.variants.items()
        },
    }
