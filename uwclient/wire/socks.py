"""Owns the handshake with a SOCKS5 proxy (RFC 1928, and RFC 1929 for name and password)."""

from __future__ import annotations

import ipaddress
import socket
import struct

from uwclient.wire.proxies import SocksProxy

_VERSION, _CONNECT = 5, 1
_FREE, _PASSWORD = 0, 2
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REASONS = {
    1: "it failed",
    2: "it does not allow that",
    3: "the network is not reachable",
    4: "the host is not reachable",
    5: "the host refused the connection",
    6: "the way was too long",
    7: "it cannot connect to hosts",
    8: "it does not know that kind of address",
}


class SocksError(OSError):
    """The proxy does not lead to the host; the text says why."""


def connect_through(made: socket.socket, proxy: SocksProxy, host: str, port: int) -> None:
    """Have the proxy at the other end of a connected socket lead to a host. Raises SocksError, and OSError."""
    _sign_in(made, proxy)
    target = _target(proxy, host, port)
    made.sendall(struct.pack("!BBx", _VERSION, _CONNECT) + target + struct.pack("!H", port))
    version, reply, kind = struct.unpack("!BBxB", _received(made, 4))
    if version != _VERSION or reply != 0:
        raise SocksError(_REASONS.get(reply, "it makes no sense"))
    sizes = {_IPV4: 4, _IPV6: 16}
    size = sizes[kind] if kind in sizes else _received(made, 1)[0]
    _received(made, size + 2)  # the proxy's own address, which nobody needs


def _sign_in(made: socket.socket, proxy: SocksProxy) -> None:
    user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
    methods = bytes([_FREE, _PASSWORD] if user else [_FREE])
    made.sendall(bytes([_VERSION, len(methods)]) + methods)
    version, method = _received(made, 2)
    if version != _VERSION:
        raise SocksError("it does not speak SOCKS5")
    if method not in methods:
        raise SocksError("it wants another way to sign in: is there a name and a password in its URL?")
    if method == _PASSWORD:
        made.sendall(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if _received(made, 2)[1] != 0:
            raise SocksError("it does not accept the name and the password")


def _target(proxy: SocksProxy, host: str, port: int) -> bytes:
    """An address as SOCKS wants it: a name where the proxy is to resolve it."""
    try:
        return _packed(host)
    except ValueError:
        if proxy.resolves_names:
            name = host.encode("idna")
            return bytes([_NAME, len(name)]) + name
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return _packed(str(found[0][4][0]))


def _packed(address: str) -> bytes:
    """An IP address with its kind; ValueError when it is none."""
    found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    return bytes([_IPV4 if found.version == 4 else _IPV6]) + found.packed


def _received(made: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = made.recv(size - len(received))
        if not piece:
            raise SocksError("it closed the connection")
        received += piece
    return received
