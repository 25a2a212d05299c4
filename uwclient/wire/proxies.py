"""Owns the way to a host: directly, or through the proxy that the environment names for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import requests.utils

from uwclient.errors import ConnectionFailed
from uwclient.urls import is_loopback

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy: `url` is complete, `shown` is without name and password."""

    url: str = field(repr=False)
    shown: str


def proxy_for(url: str) -> Proxy | ConnectionFailed | None:
    """The proxy that the environment names for a URL; None for the direct way, an error for one that is no proxy.

    This machine is always reached directly: what goes there is the business of no proxy, which could not reach it.
    """
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return None
    found = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    if not found:
        return None
    complete = found if "://" in found else f"http://{found}"
    try:
        proxy = urlsplit(complete)
        name, port = proxy.hostname, proxy.port or _PORTS.get(proxy.scheme)
    except ValueError:
        name = None
    if not name or proxy.scheme not in _PORTS or any(character <= " " for character in complete):
        return ConnectionFailed(
            f"The proxy that the environment names for {parts.scheme}://{parts.netloc} cannot be used: let "
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY name one such as 'http://proxy:3128' or 'socks5h://proxy:1080'."
        )
    shown_name = f"[{name}]" if ":" in name else name
    return Proxy(complete, f"{proxy.scheme}://{shown_name}:{port}")


@dataclass(frozen=True, slots=True)
class SocksProxy:
    """A SOCKS proxy, as the handshake with it needs it."""

    host: str
    port: int
    resolves_names: bool
    user: str = field(repr=False)
    password: str = field(repr=False)


def socks_proxy(url: str) -> SocksProxy:
    """What the URL of a SOCKS proxy says."""
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SocksProxy(parts.hostname or "", port, parts.scheme == "socks5h", user, password)
