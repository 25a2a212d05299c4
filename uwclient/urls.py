"""Which URLs may be used: https, or http that does not leave this machine. One rule, whatever is behind the URL.

And what may be told of one.
"""

from __future__ import annotations

LONGEST_URL = 8192


def url_problem(url: str, allow_insecure: bool = False) -> str | None:
    """Why a URL may not be used, as the end of a sentence and without its path and query; None when it is fine.

    A URL is ASCII: a host that only looks like another one, or a direction mark in a path, is no part of one. Other
    letters are written percent-encoded in a path, and as punycode in a host. `allow_insecure` accepts plain http to
    another machine.
    """
    from urllib.parse import urlsplit  # imported here, because it takes a millisecond

    if len(url) > LONGEST_URL:
        return f"it is {len(url)} characters long, which is too long: at most {LONGEST_URL} will do"
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return (
            "it has characters that no address has: spaces, backslashes, control characters, or letters beyond ASCII "
            "that are not percent-encoded"
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no URL"
    if parts.scheme not in ("https", "http"):
        return f"it is not https: it has the scheme {parts.scheme[:20]!r}"
    if not host:
        return "it names no host"
    if "@" in parts.netloc:
        return "it has credentials in it, which hide where it leads"
    if parts.scheme == "http" and not is_loopback(host) and not allow_insecure:
        return f"it is plain http to {host[:100]!r}, which anybody on the way can read and change"
    return None


def is_loopback(name: str) -> bool:
    """Whether a host name can only mean this machine."""
    from ipaddress import IPv6Address, ip_address

    plain = name.lower().removesuffix(".")
    if plain == "localhost" or plain.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    inside = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inside or address).is_loopback


def place_of(url: str) -> str:
    """Return scheme, host and port of a URL; path, query and credentials may be private."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0].rpartition('@')[2]}"
