"""Owns a platform in a process of its own, so that its work does not take the game's interpreter lock.

`python content_platform.py RECORDS BYTES ENDS MEDIA_BYTES…` publishes that many events of that size, adds media of
these sizes (the id of each is its size), and prints address and key. ENDS is when the events end: "never", or "+9d".
Each number N on a line of its input changes the first N of them; it answers when they are changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEVER = "never"


@dataclass(frozen=True)
class RemotePlatform:
    """A platform that runs in another process."""

    url: str
    api_key: str
    process: subprocess.Popen[str]

    def change(self, count: int) -> None:
        """Change so many of the events; returns when they are changed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


@contextmanager
def remote_platform(
    records: int, record_bytes: int, *media_bytes: int, ends: str = NEVER
) -> Iterator[RemotePlatform]:
    """A platform with so many events of that size each, and media of these sizes, until the block ends."""
    with platform_of([__file__, *map(str, (records, record_bytes, ends, *media_bytes))]) as platform:
        yield platform


@contextmanager
def platform_of(arguments: Sequence[str]) -> Iterator[RemotePlatform]:
    """The platform of a program of Python that prints address and key, until the block ends."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, api_key = process.stdout.readline().split()
        yield RemotePlatform(url, api_key, process)


def event_data(generation: int, size: int) -> dict[str, object]:
    """Data of about `size` bytes, of the shape that games have: rows of numbers, names and flags."""
    row = {"level": 1, "name": "a name of a thing", "costs": [1, 2.5, 3], "locked": True, "next": None}
    return {"generation": generation, "rows": [row] * max(1, (size - 300) // len(json.dumps(row)))}


def main(records: int, record_bytes: int, ends: str, *media_bytes: int) -> None:
    """Serve until the input ends."""
    from uwclient.sandbox import Sandbox

    with Sandbox() as sandbox:
        for number in range(records):
            end_at = None if ends == NEVER else ends
            sandbox.publish("events", id=f"event-{number}", end_at=end_at, data=event_data(0, record_bytes))
        for size in media_bytes:
            sandbox.add_media(str(size), os.urandom(size))
        print(sandbox.url, sandbox.api_key, flush=True)
        for generation, line in enumerate(sys.stdin, 1):
            for number in range(int(line)):
                sandbox.change(f"event-{number}", data=event_data(generation, record_bytes))
            print("changed", flush=True)


if __name__ == "__main__":
    records, record_bytes, ends, *media_bytes = sys.argv[1:]
    main(int(records), int(record_bytes), ends, *map(int, media_bytes))
