"""A game's start: `python start_steps.py ADDRESS KEY FOLDER` prints the milliseconds until each step's end.

The folder has content of that platform in a cache; the platform is not there any more. The last number is no moment:
it is the longest that the game was held up in the third of a second after it had its content.
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()


def moment() -> float:
    """The milliseconds since the beginning."""
    return (time.perf_counter() - BEGAN) * 1000


def main() -> None:
    """Take the steps."""
    moments = []
    import uwclient

    moments.append(moment())
    client = uwclient.UserWise
    moments.append(moment())
    import sys  # nothing new

    address, key, folder = sys.argv[1:]
    uw = client(key, "hero-42", host=address, data_dir=folder)
    moments.append(moment())
    uw.start()
    moments.append(moment())
    ends = time.monotonic() + 20
    while not uw.events.active and time.monotonic() < ends:
        uw.pump()
        time.sleep(0.0005)
    assert uw.events.active
    moments.append(moment())
    longest = 0.0
    while time.monotonic() < ends and moment() < moments[-1] + 333:
        began = time.perf_counter()
        time.sleep(0.001)
        uw.pump()
        longest = max(longest, time.perf_counter() - began - 0.001)
    import json

    print(json.dumps([*moments, longest * 1000]))
    uw.stop()


if __name__ == "__main__":
    main()
