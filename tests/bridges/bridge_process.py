"""Brings up bridges that are to be killed: a process that has loaded everything, and forks one for each order.

Reads orders from stdin, a configuration as JSON in each line, and runs a bridge for it in a process of its own, which
writes its process id and its port to stdout; "dead" follows when it has ended.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import uwclient.http.transport
from uwclient.bridges.bridge import Bridge, Surroundings
from uwclient.bridges.command import Endpoint, receiver_for
from uwclient.bridges.sources import GROWSURF_KINDS
from uwclient.bridges.yaml_reading import Section
from uwclient.dice import Dice
from uwclient.http.retry import Backoff
from uwclient.time_sources import SystemTime


def _soon(backoff: Backoff, *arguments: object, **options: object) -> float:
    """The seconds to the next try, for bridges that do not live long."""
    return 0.002


def run(order: dict[str, Any]) -> None:
    """Receive and deliver until the process is killed."""
    Backoff.delay = _soon  # type: ignore[method-assign, assignment]
    around = Surroundings({"UW_API_KEY": order.pop("api_key")}, SystemTime(), Dice())
    bridge = Bridge(Section("bridge.yaml", order), GROWSURF_KINDS, Path(order["queue"]), around)
    stopped = threading.Event()
    with Endpoint("127.0.0.1", 0, receiver_for(bridge, "0123456789abcdef" * 2)) as server:
        os.write(1, b"%d %d\n" % (os.getpid(), server.server_port))
        while bridge.deliver_all(stopped.wait):
            stopped.wait(0.002)


def main() -> None:
    """Fork for each order; the child never comes back."""
    assert uwclient.http.transport
    os.write(1, b"ready\n")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
