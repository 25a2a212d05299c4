"""Decides which URLs a survey's page may have: https, or http on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from uwclient.config import is_loopback

LONGEST_URL = 8192


def wrong_url(url: str) -> str | None:
    """Return why a survey's URL is not opened, as a sentence without the signed parts of the URL, or None."""
    if len(url) > LONGEST_URL:
        return f"The survey's address is {len(url)} characters long; at most {LONGEST_URL} are opened."
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "The survey's address has characters that no address has, so it is not opened."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "The survey's address makes no sense, so it is not opened."
    if parts.scheme not in ("https", "http"):
        return f"The survey's address has the scheme {parts.scheme[:20]!r}; only https is opened."
    if not host:
        return "The survey's address names no host, so it is not opened."
    if "@" in parts.netloc:
        return "The survey's address has credentials in it, which hide where it leads, so it is not opened."
    if parts.scheme == "http" and not is_loopback(host):
        return f"The survey's address is plain http to {host[:100]!r}; only https is opened."
    return None
