"""Brings up games that are to be killed: a process that has loaded everything, and forks one for each order.

Reads orders from stdin, one JSON object a line, and runs each in a process of its own, which writes to stdout:
its process id, and a line for each call that has returned.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import uwclient.background.run
from uwclient import PlayerEvent, Region, UserWise
from uwclient.background import delivery
from uwclient.disk import outbox
from uwclient.http.retry import Backoff

_READY = b"ready\n"


def play(order: dict[str, Any]) -> None:
    """Do as many things as ordered; then wait to be killed, or stop."""
    outbox.SEGMENT_BYTES = order["segment_bytes"]
    if order["impatient"]:
        delivery.LINGER = 0.0
        Backoff.delay = _soon  # type: ignore[method-assign, assignment]
    uw = UserWise(order["api_key"], order["player"], host=order["host"], data_dir=order["data_dir"])
    if order["start"]:
        uw.start()
        while order["online"] and not uw.is_session_initialized:
            uw.pump()
            time.sleep(0.001)
    for number in range(order["first"], order["first"] + order["count"]):
        if order["regions"] and number % order["regions"] == 0:
            uw.transition_to_region(Region(f"e{number}"))
        else:
            uw.assign_event(PlayerEvent(f"e{number}"))
        os.write(1, b"%d\n" % number)
        if order["start"]:
            uw.pump()
        time.sleep(order["pause"])
    while True:
        uw.pump()
        time.sleep(0.005)


def _soon(backoff: Backoff, *arguments: object, **options: object) -> float:
    """The seconds to the next try, for games that do not live long."""
    return 0.002


def main() -> None:
    """Fork for each order; the child never comes back."""
    assert uwclient.background.run
    os.write(1, _READY)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.write(1, b"%d\n" % os.getpid())
            play(json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
