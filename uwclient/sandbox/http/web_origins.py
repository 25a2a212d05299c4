"""The host names that the sandbox answers to, and the web pages that may call it (pure).

The sandbox is for programs on this machine. A foreign page in a browser on this machine can reach it too: by its
address, or by a name that resolves to it (DNS rebinding). The headers Host, Origin and Sec-Fetch-Site tell.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from uwclient.sandbox.http.replies import ApiError

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\[\]:@/?#\\\s]+)(?::[0-9]{0,5})?")

_HOW_TO_ALLOW = "uwclient sandbox --allow-host NAME, or Sandbox(allow_hosts=[NAME])"


def check_host(host: str | None, allowed: tuple[str, ...]) -> None:
    """ApiError 403 unless the header Host names this machine or one of `allowed`; an old client sends none."""
    if host is not None and not _is_own(_name_in(host), allowed):
        raise ApiError(
            403,
            f"The sandbox does not answer to the host {host[:100]!r}.",
            f"Use its address, or allow the name: {_HOW_TO_ALLOW}.",
        )


def check_page(origin: str | None, site: str | None, allowed: tuple[str, ...]) -> None:
    """ApiError 403 when a web page from elsewhere asks.

    `origin` and `site` are the headers Origin, which a browser leaves out of some requests, and Sec-Fetch-Site.
    """
    if origin is None and site != "cross-site":
        return
    if origin is None or not _is_own_origin(origin, allowed):
        raise ApiError(
            403,
            f"The sandbox does not talk to web pages of {(origin or 'another site')[:100]!r}.",
            f"Serve the page from this machine, or allow its host: {_HOW_TO_ALLOW}.",
        )


def is_host_name(text: str) -> bool:
    """Whether a text is a host's name or address, without a port."""
    return _name_in(f"[{text}]" if ":" in text else text) is not None


def is_loopback(name: str) -> bool:
    """Whether a host's name or address, without brackets, always means this machine."""
    name = name.lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _is_own_origin(origin: str, allowed: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    only_host = origin.lower() == f"{parts.scheme}://{parts.netloc}".lower()
    return parts.scheme in ("http", "https") and only_host and _is_own(_name_in(parts.netloc), allowed)


@lru_cache(maxsize=16)
def _is_own(name: str | None, allowed: tuple[str, ...]) -> bool:
    return name is not None and (is_loopback(name) or name in [one.lower() for one in allowed])


def _name_in(host: str) -> str | None:
    """The name or address in "name:port", in small letters and without brackets; None when there is none."""
    found = _HOST.fullmatch(host)
    return None if found is None else found["name"].strip("[]").removesuffix(".").lower()
