"""Who may call the platform: the API key, and the hash that signs a request (guide: Security; pure)."""

from __future__ import annotations

import base64
import hmac
import ipaddress
from collections.abc import Sequence

from uwclient.sandbox.core.request_hash import request_hash
from uwclient.sandbox.http.replies import ApiError


def check_api_key(header: str | None, parameter: str | None, api_key: str) -> None:
    """ApiError 401 unless the header holds the key in base64, or the query parameter holds the key."""
    expected = base64.b64encode(api_key.encode()).decode()
    if header is not None:
        if _same(header.strip(), expected):
            return
        unencoded = _same(header.strip(), api_key)
        hint = (
            "X-Api-Key holds the key as it is; send base64 of it."
            if unencoded
            else "X-Api-Key must be base64 of the API key, in one line."
        )
        raise ApiError(401, "Your API key is invalid.", hint)
    if parameter is None:
        raise ApiError(
            401, "There is no API key.", "Send X-Api-Key: base64(API key), or the query parameter api_key."
        )
    if not _same(parameter, api_key):
        raise ApiError(401, "Your API key is invalid.", "The query parameter api_key is the key as it is.")


def check_address(address: str, whitelist: Sequence[str]) -> None:
    """ApiError 403 unless a client's address is on the list, of addresses and networks; an empty list takes all."""
    client = ipaddress.ip_address(address)
    if whitelist and not any(client in ipaddress.ip_network(one, strict=False) for one in whitelist):
        raise ApiError(
            403,
            f"The address {address} is not on the IP whitelist.",
            f"The whitelist has {', '.join(whitelist)}; the address of the connection counts, and no header.",
        )


def check_hash(url: str, bodies: Sequence[bytes], secret_key: str, function: str) -> None:
    """ApiError 403 unless the URL ends in `enc=` and the hash of what comes before, a body and the key.

    Args:
        url: the URL as it was asked for.
        bodies: what may count as the body; the first is that which was sent.
        secret_key: the company's key.
        function: one of HASH_FUNCTIONS.

    """
    unsigned, given = split_hash(url)
    if given is None:
        hint = f"Add enc, the {function} hex digest of URL + raw body + secret key, as the last query parameter."
        if "enc=" in url:
            hint = "The query parameter enc must be the last one."
        elif b'"enc"' in bodies[0]:
            hint = "enc belongs into the query, as the last parameter, and not into the body."
        raise ApiError(403, "The request is not signed.", hint)
    if not any(_same(given, request_hash(unsigned, body, secret_key, function)) for body in bodies):
        raise ApiError(
            403,
            "The security request hash is invalid.",
            f"enc must be the {function} hex digest of {unsigned!r}, then the raw body ({len(bodies[0])} bytes), "
            "then the secret key.",
        )


def split_hash(url: str) -> tuple[str, str | None]:
    """The URL without a last query parameter enc, and the value of that; the URL and None without one."""
    for separator in ("&enc=", "?enc="):
        unsigned, found, given = url.rpartition(separator)
        if found and "&" not in given:
            return unsigned, given
    return url, None


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
