"""Finds the proxy that the environment names for a host."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import requests.utils

from uwclient.errors import ConnectionFailed
from uwclient.urls import is_loopback

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy: `url` is complete, `shown` is without user name and password."""

    url: str = field(repr=False)
    shown: str


def proxy_for(url: str) -> Proxy | ConnectionFailed | None:
    """Return the proxy that the environment names for a URL, None for a direct connection, or an error.

    Connections to this machine are always direct, because a proxy could not reach it.
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
            f"The proxy that the environment names for {parts.scheme}://{parts.netloc} cannot be used: set "
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY to one such as 'http://proxy:3128' or 'socks5h://proxy:1080'."
        )
    shown_name = f"[{name}]" if ":" in name else name
    return Proxy(complete, f"{proxy.scheme}://{shown_name}:{port}")


@dataclass(frozen=True, slots=True)
class SocksProxy:
    """A SOCKS proxy, with what the handshake needs."""

    host: str
    port: int
    resolves_names: bool
    user: str = field(repr=False)
    password: str = field(repr=False)


def socks_proxy(url: str) -> SocksProxy:
    """Parse the URL of a SOCKS proxy."""
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SocksProxy(parts.hostname or "", port, parts.scheme == "socks5h", user, password)
