"""Finds out why a signature does not fit, for the log of the developer."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from itertools import product

from uwclient.http.signing import HASH_FUNCTIONS, request_hash
from uwclient.urls import place_of

LARGEST_EXPLAINED = 1 << 16
"""The bytes of the largest body for which other causes are tried out."""
SANDBOX_SECRET = "sandbox-secret"  # noqa: S105 - everybody may know it
_NO_CAUSE = (
    "It fits neither another hash function, nor a URL or a body that are nearly the same. So the secret key is "
    "another one, the endpoint is registered with another URL, or somebody else has sent it."
)


def why_it_does_not_fit(url: str, body: bytes, given: str | None, secret: str, hash_function: str) -> str:
    """Return a sentence that says what is probably wrong. Its work depends on the body's length, not on the secret.

    Args:
        url: what the endpoint is said to be registered with.
        body: the bytes that were checked.
        given: the signature that came; None without one.
        secret: the secret key.
        hash_function: what was expected to sign.

    """
    if given is None:
        return "It has no header Userwise-Signature, or more than one."
    if len(body) > LARGEST_EXPLAINED:
        return f"Its body of {len(body):,} bytes is too large to look for a cause."
    for cause, other_url, other_body, other_secret, function in _suspects(url, body, secret, hash_function):
        if _fits(request_hash(other_url, other_body, other_secret, function), given):
            return cause
    return _NO_CAUSE


def _suspects(url: str, body: bytes, secret: str, hash_function: str) -> Iterator[tuple[str, str, bytes, str, str]]:
    """What could have been signed in place of what was checked, each with the sentence that says so."""
    for function in HASH_FUNCTIONS:
        cause = f"It is signed with {function}, not with {hash_function}: set hash_function to what the endpoint has."
        yield cause, url, body, secret, function
    for other in dict.fromkeys(_other_urls(url)):
        cause = (
            f"It is signed for another URL, of {place_of(other)}{_difference(url, other)}: give the URL exactly as "
            "the endpoint is registered, also behind a proxy."
        )
        yield cause, other, body, secret, hash_function
    for other_body in _other_bodies(body):
        cause = "Its body was decoded and encoded again: check the raw bytes, before JSON is read."
        yield cause, url, other_body, secret, hash_function
    if secret.strip() != secret:
        yield "The secret key has a space or a line end too many.", url, body, secret.strip(), hash_function
    cause = "It comes from a sandbox that has no secret_key, and signs with its own: give it yours."
    yield cause, url, body, SANDBOX_SECRET, hash_function


def _other_urls(url: str) -> Iterator[str]:
    """URLs that are easily taken for this one: another scheme, without the query, with or without the last slash."""
    scheme, _, rest = url.partition("://")
    plain, _, query = rest.partition("?")
    paths = (plain, plain.removesuffix("/"), f"{plain}/")
    hosts = {path.replace("127.0.0.1", "localhost", 1) for path in paths}
    hosts |= {path.replace("localhost", "127.0.0.1", 1) for path in paths}
    for one_scheme, path, tail in product((scheme, "http", "https"), sorted({*paths, *hosts}), (f"?{query}", "")):
        if tail != "?":
            yield f"{one_scheme}://{path}{tail}"


def _difference(url: str, other: str) -> str:
    if "?" in url and "?" not in other:
        return " without the query"
    return " with a slash at its end" if other.partition("?")[0].endswith("/") else ""


def _other_bodies(body: bytes) -> Iterator[bytes]:
    """The same JSON, written in other ways, and the bytes without a line end."""
    yield body.rstrip(b"\r\n")
    try:
        data = json.loads(body.decode())
        for ascii_only, separators in product((False, True), ((",", ":"), (", ", ": "))):
            text = json.dumps(data, ensure_ascii=ascii_only, separators=separators)
            yield text.encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return


def _fits(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))
