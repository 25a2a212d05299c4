"""Checks that a webhook comes from the platform (guide: Webhook Request Anatomy)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping

from uwclient.errors import ArgumentError, SignatureError
from uwclient.http.signing import HASH_FUNCTIONS, request_hash
from uwclient.log import logger
from uwclient.webhooks.events import WebhookEvent, event_in
from uwclient.webhooks.mismatch import why_it_does_not_fit

HEADER = "userwise-signature"
_HALF_LETTER = re.compile("[\ud800-\udfff]")

Headers = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
"""The headers of a request, as web frameworks give them: a mapping or pairs, in any case of letters."""


def verify(url: str, body: bytes, headers: Headers, secret: str, hash_function: str = "sha3-256") -> WebhookEvent:
    """Check the signature of a webhook, and read what it tells.

    The log (`logging.getLogger("uwclient")`) says why a signature does not fit. Whoever has sent it should learn
    nothing: reply with a status alone, such as 400.

    Args:
        url: the URL of the endpoint as it is registered, with its query; not the one that a proxy shows.
        body: the bytes of the request as they came, not decoded and encoded again.
        headers: the headers of the request.
        secret: the secret key of the company; of a sandbox, its `webhooks.secret_key`.
        hash_function: what the endpoint is set to: "sha3-256", "sha3-512", "sha256" or "sha512".

    Returns:
        The event, with a class of its own where it is known.

    Raises:
        SignatureError: it does not come from the platform, or what it says is no event.
        ArgumentError: (a ValueError) an argument is wrong, such as a body that is no bytes.

    """
    check_arguments(url, secret, hash_function)
    if not isinstance(body, bytes | bytearray | memoryview):
        raise ArgumentError(f"body must be the raw bytes of the request, not {type(body).__name__}.")
    body = bytes(body)
    expected = request_hash(url, body, secret, hash_function)
    given = signature_in(headers)
    if not hmac.compare_digest(expected.encode(), (given or "").encode("utf-8", "surrogatepass")):
        logger().warning("A webhook is refused: %s", why_it_does_not_fit(url, body, given, secret, hash_function))
        raise SignatureError("The signature of the webhook does not fit: nothing of it can be believed.")
    try:
        return event_in(body)
    except (ValueError, RecursionError) as problem:
        raise SignatureError(f"The webhook is signed, but its body tells of no event: {problem}.") from None


def check_arguments(url: str, secret: str, hash_function: str) -> None:
    """Raise ArgumentError when something is wrong with what an endpoint is verified by."""
    if not isinstance(url, str) or not url.isprintable() or "://" not in url:
        raise ArgumentError(
            "url must be that of the endpoint as it is registered, such as https://game.example/hooks."
        )
    if not isinstance(secret, str) or not secret or _HALF_LETTER.search(secret):
        raise ArgumentError("secret must be the company's secret key; it is empty, or no text.")
    if hash_function not in HASH_FUNCTIONS:
        raise ArgumentError(f"hash_function must be one of {', '.join(HASH_FUNCTIONS)}, not {hash_function!r}.")


def signature_in(headers: Headers) -> str | None:
    """Return the only signature in some headers; None when there is none, or when there are several."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found = [value for name, value in pairs if _as_text(name).lower() == HEADER]
    return _as_text(found[0]).strip() if len(found) == 1 else None


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""
