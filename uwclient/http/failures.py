"""Describes in sentences why a request had no reply."""

from __future__ import annotations

import socket

import requests
import urllib3.exceptions

from uwclient.http.proxies import Proxy
from uwclient.http.sockets import CONNECT_TIMEOUT
from uwclient.http.socks import SocksError
from uwclient.urls import place_of

_CUT = (
    requests.exceptions.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.SSLError,
)


def reason(error: Exception, url: str, proxy: Proxy | None) -> str:
    """Return a sentence about an error, which has no private parts of the URL."""
    place = place_of(url)
    way = place if proxy is None else f"{place} through the proxy {proxy.shown}"
    refused = was_caused_by(error, SocksError)
    if refused is not None and proxy is not None:
        return f"The proxy {proxy.shown} does not lead to {place}: {refused}."
    if was_caused_by(error, socket.gaierror):
        return f"The name in {_named(place, proxy)} cannot be resolved: check the network and the host."
    if isinstance(error, requests.exceptions.ProxyError) and proxy is not None:
        return (
            f"The proxy {proxy.shown} cannot be reached or does not lead to {place}: check HTTPS_PROXY, HTTP_PROXY "
            "and ALL_PROXY, or have NO_PROXY name the host."
        )
    if isinstance(error, requests.exceptions.SSLError):
        return f"The certificate of {way} is not trusted: check the clock, the proxy and the CA bundle."
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"No connection to {way} within {CONNECT_TIMEOUT:.0f} s: check the network."
    if isinstance(error, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)):
        return f"No reply from {way} in time, or only a part of it."
    if isinstance(error, requests.exceptions.ConnectionError) and "refused" in str(error).lower():
        return f"The connection to {_named(place, proxy)} was refused: check the host, and that the platform is up."
    if isinstance(error, _CUT):
        return f"The connection to {way} failed or was cut before the reply was complete."
    return f"The request to {way} failed: {type(error).__name__}."


def _named(place: str, proxy: Proxy | None) -> str:
    """Name the host that this machine connects to itself."""
    return place if proxy is None else f"{proxy.shown}, the proxy for {place},"


def never_connected(error: Exception) -> bool:
    """Whether no connection was established."""
    kinds = (socket.gaierror, urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return any(was_caused_by(error, kind) is not None for kind in kinds)


def was_caused_by(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """Return the first error of this kind in the chain of causes, or None."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
