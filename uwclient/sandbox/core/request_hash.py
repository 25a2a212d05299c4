"""The hash that signs a request (guide: Request Hashing)."""

from __future__ import annotations

import hashlib


def request_hash(url: str, body: bytes, secret_key: str) -> str:
    """The sha3-256 hex digest of URL, raw body and secret key; the URL is that before `enc` is added."""
    return hashlib.sha3_256(url.encode() + body + secret_key.encode()).hexdigest()
