"""The handshake with a SOCKS5 proxy (RFC 1928, and RFC 1929 for user name and password)."""

from __future__ import annotations

import ipaddress
import socket
import struct

from uwclient.http.proxies import SocksProxy

_VERSION, _CONNECT = 5, 1
_FREE, _PASSWORD = 0, 2
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REASONS = {
    1: "it failed",
    2: "it does not allow that",
    3: "the network is not reachable",
    4: "the host is not reachable",
    5: "the host refused the connection",
    6: "the time to live has expired",
    7: "it cannot connect to hosts",
    8: "it does not know that kind of address",
}


class SocksError(OSError):
    """Raised when the proxy does not connect to the host; the text says why."""


def connect_through(made: socket.socket, proxy: SocksProxy, host: str, port: int) -> None:
    """Have the proxy at the other end of a socket connect to a host. Raises SocksError and OSError."""
    _sign_in(made, proxy)
    target = _target(proxy, host, port)
    made.sendall(struct.pack("!BBx", _VERSION, _CONNECT) + target + struct.pack("!H", port))
    version, reply, kind = struct.unpack("!BBxB", _received(made, 4))
    if version != _VERSION or reply != 0:
        raise SocksError(_REASONS.get(reply, "its reply is not SOCKS5"))
    sizes = {_IPV4: 4, _IPV6: 16}
    size = sizes[kind] if kind in sizes else _received(made, 1)[0]
    _received(made, size + 2)  # the proxy's own address, which is not needed


def _sign_in(made: socket.socket, proxy: SocksProxy) -> None:
    user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
    methods = bytes([_FREE, _PASSWORD] if user else [_FREE])
    made.sendall(bytes([_VERSION, len(methods)]) + methods)
    version, method = _received(made, 2)
    if version != _VERSION:
        raise SocksError("it does not speak SOCKS5")
    if method not in methods:
        raise SocksError("it requires another authentication: check the user name and password in its URL")
    if method == _PASSWORD:
        made.sendall(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if _received(made, 2)[1] != 0:
            raise SocksError("it does not accept the user name and password in its URL")


def _target(proxy: SocksProxy, host: str, port: int) -> bytes:
    """Encode an address for SOCKS; as a name if the proxy resolves names."""
    try:
        return _packed(host)
    except ValueError:
        if proxy.resolves_names:
            name = host.encode("idna")
            return bytes([_NAME, len(name)]) + name
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return _packed(str(found[0][4][0]))


def _packed(address: str) -> bytes:
    """Encode an IP address with its kind. Raises ValueError for anything else."""
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
