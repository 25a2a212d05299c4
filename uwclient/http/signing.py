"""Authenticates requests: the API key header and the request hash (guide: Security)."""

from __future__ import annotations

import base64
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
"""The hash functions by name, the usual one first."""


def api_key_header(api_key: str) -> str:
    """Return the value of `X-Api-Key`: the key in base64, on one line."""
    return base64.b64encode(api_key.encode()).decode()


def request_hash(url: str, body: bytes, secret_key: str, hash_function: str = "sha3-256") -> str:
    """Return the value of `enc`, or the signature of a webhook: the hash, in hex, of URL, raw body and secret key.

    The key comes last, as in the guide's worked examples; the guide's prose says otherwise.
    """
    return HASH_FUNCTIONS[hash_function](url.encode() + body + secret_key.encode()).hexdigest()


def signed_url(url: str, body: bytes, secret_key: str) -> str:
    """Return the URL with its hash as the last query parameter."""
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}enc={request_hash(url, body, secret_key)}"
