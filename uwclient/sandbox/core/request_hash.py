"""The hash that signs a request (guide: Request Hashing)."""

from __future__ import annotations

import hashlib
from types import MappingProxyType

HASH_FUNCTIONS = MappingProxyType(
    {
        "sha3-256": hashlib.sha3_256,
        "sha3-512": hashlib.sha3_512,
        "sha256": hashlib.sha256,
        "sha512": hashlib.sha512,
    }
)
"""The hash functions by name."""
DEFAULT_HASH_FUNCTION = "sha3-256"


def request_hash(url: str, body: bytes, secret_key: str, function: str = DEFAULT_HASH_FUNCTION) -> str:
    """The hex digest of URL, raw body and secret key; the URL is that before `enc` is added."""
    return HASH_FUNCTIONS[function](url.encode() + body + secret_key.encode()).hexdigest()
