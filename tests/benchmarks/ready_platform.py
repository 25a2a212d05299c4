"""Owns a platform in a process of its own whose replies are ready before they are asked for.

The sandbox puts a reply of megabytes together when it is asked, for a tenth of a second. On a machine of two cores
the game then waits for one of them, several milliseconds at a time, which is no matter of the client.

`python -m tests.benchmarks.ready_platform RECORDS BYTES ENDS` has that many events of that size, and prints its
address and a key. ENDS is when the events end: "never", or a time. Each number N on a line of its input changes the
first N of them; it answers when they are changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.content_platform import NEVER, RemotePlatform, event_data, platform_of
from tests.benchmarks.large_platform import SESSION_OPENED, serving

LISTS = ("messages", "offers", "remote_configs", "get_surveys")
_NOTHING = b'{"active":[],"upcoming":[]}'


@contextmanager
def ready_platform(records: int, record_bytes: int, ends: str = NEVER) -> Iterator[RemotePlatform]:
    """A platform with so many events of that size each, until the block ends."""
    with platform_of(["-m", __name__, str(records), str(record_bytes), ends]) as platform:
        yield platform


class Events:
    """The reply that lists all events."""

    def __init__(self, records: int, record_bytes: int, ends: str) -> None:
        self._size = record_bytes
        self._end_at = None if ends == NEVER else ends
        self._texts = [self._text(number, 0) for number in range(records)]
        self._generation = 0
        self._list()

    def change(self, count: int) -> None:
        """Change the first events."""
        self._generation += 1
        self._texts[:count] = [self._text(number, self._generation) for number in range(count)]
        self._list()

    def body(self, path: str) -> bytes:
        """What a request for this path is answered."""
        last = path.rpartition("/")[2]
        if last == "campaign_events":
            return self._listed
        if last == "triggerable_campaigns":
            return b'{"campaigns":[]}'
        return _NOTHING if last in LISTS else SESSION_OPENED

    def _list(self) -> None:
        self._listed = b'{"active":[%s],"upcoming":[]}' % ",".join(self._texts).encode()

    def _text(self, number: int, generation: int) -> str:
        record = {"id": f"event-{number}", "name": f"Event {number}", "external_id": f"x{number}"}
        times = {"start_at": "2020-01-01T00:00:00Z", "start_at_tz": "utc", "end_at": self._end_at, "end_at_tz": "utc"}
        return json.dumps({**record, **times, "data": event_data(generation, self._size)})


def main(records: int, record_bytes: int, ends: str) -> None:
    """Serve until the input ends."""
    events = Events(records, record_bytes, ends)
    with serving(events) as address:
        print(address, "key", flush=True)
        for line in sys.stdin:
            events.change(int(line))
            print("changed", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
