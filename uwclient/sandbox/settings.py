"""The settings of a sandbox's server, and what its arguments may be (pure)."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.errors import ScenarioError, did_you_mean
from uwclient.sandbox.core.request_hash import DEFAULT_HASH_FUNCTION, HASH_FUNCTIONS
from uwclient.sandbox.core.times import parse_time
from uwclient.sandbox.http.web_origins import is_host_name

DEFAULT_API_KEY = "sandbox-key"
DEFAULT_REFRESH_INTERVAL = 60
SHORTEST_INTERVAL = 5
HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the server.

    Attributes:
        api_key: what clients must send.
        secret_key: what requests must be signed with; None when they need no signature.
        refresh_interval: seconds between two refreshes, as sessions tell clients.
        etags: whether lists of content carry an ETag.
        allowed_hosts: names, besides those of this machine, that the sandbox answers to.
        ip_whitelist: the addresses and networks that the server API answers to; empty for all.
        hash_function: what requests are signed by, one of HASH_FUNCTIONS.

    """

    api_key: str
    secret_key: str | None
    refresh_interval: float
    etags: bool
    allowed_hosts: tuple[str, ...] = ()
    ip_whitelist: tuple[str, ...] = ()
    hash_function: str = DEFAULT_HASH_FUNCTION

    def refresh_interval_at(self, speed: float) -> float:
        """The interval in real seconds while the clock runs at a speed: shorter when it is fast, down to 5 s."""
        shortest = min(self.refresh_interval, SHORTEST_INTERVAL)
        return self.refresh_interval if speed <= 1 else max(shortest, self.refresh_interval / speed)


def start_time(start: str | datetime | None, now: datetime) -> datetime | None:
    """When the clock starts, if an argument says so. ScenarioError when that is no time."""
    try:
        return None if start is None else parse_time(start, now)
    except ValueError as problem:
        raise ScenarioError(f"start: {problem}.") from None


def check_arguments(port: int | None, api_key: str | None, allow_hosts: Sequence[str], seed: int | None) -> None:
    """ScenarioError when an argument of a sandbox is wrong."""
    if port is not None and not 0 <= port <= HIGHEST_PORT:
        raise ScenarioError(f"port: {port} is not a port: use 1 to {HIGHEST_PORT}, or 0 for any free one.")
    if api_key == "":
        raise ScenarioError('api_key: it is empty: use any text, such as "sandbox-key".')
    if seed is not None and not isinstance(seed, int):
        raise ScenarioError("seed: it must be a whole number, or None for ids that nobody can foresee.")
    check_hosts("allow_hosts", allow_hosts)


def check_hosts(argument: str, hosts: Sequence[str]) -> None:
    """ScenarioError when an argument is no list of hosts' names."""
    for host in [hosts] if isinstance(hosts, str) else hosts:
        if host is hosts or not is_host_name(host):
            raise ScenarioError(f'{argument}: {host!r} is no list of hosts\' names: write such as ["10.0.2.2"].')


def check_access(ip_whitelist: Sequence[str], hash_function: str) -> None:
    """ScenarioError when an argument is wrong that says who may call the server API."""
    if hash_function not in HASH_FUNCTIONS:
        close = did_you_mean(str(hash_function), HASH_FUNCTIONS)
        raise ScenarioError(f"hash_function: {hash_function!r} is not one of {', '.join(HASH_FUNCTIONS)}{close}.")
    for address in [ip_whitelist] if isinstance(ip_whitelist, str) else ip_whitelist:
        try:
            if address is ip_whitelist:
                raise ValueError("it is one text")
            ipaddress.ip_network(address, strict=False)
        except ValueError:
            raise ScenarioError(
                f'ip_whitelist: {address!r} is no list of addresses: write such as ["127.0.0.1", "10.0.0.0/8"].'
            ) from None
