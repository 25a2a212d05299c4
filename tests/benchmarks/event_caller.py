"""Owns a game in a process of its own that tells events to one product, and can be killed.

`python -m tests.benchmarks.event_caller PRODUCT URL KEY FOLDER` prints "ready" and plays frames. Between them it
does what the lines of its input say: "call FIRST COUNT PACE" tells events, one each PACE seconds, and answers "told"
the moment the last call has returned, then with a line of JSON; "flush"; and "stop", after which it ends.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.event_clients import PRODUCTS, EventClient
from tests.benchmarks.event_sink import ROOT, RemoteSink

FRAME = 1 / 60
STOP_TIMEOUT = 60.0


@dataclass(frozen=True)
class Calls:
    """What calls cost: microseconds each, when the first began (monotonic), and how many were said to be refused."""

    microseconds: list[float]
    begun: float
    refused: int

    def percentile(self, share: float) -> float:
        ordered = sorted(self.microseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True)
class RemoteGame:
    """A game that runs in another process."""

    process: subprocess.Popen[str]

    def call(self, first: int, count: int, pace: float = 0.0) -> Calls:
        """Have it tell so many events, numbered from `first`."""
        self.begin_calls(first, count, pace)
        return self.finish_calls()

    def begin_calls(self, first: int, count: int, pace: float = 0.0) -> None:
        """As `call`, without waiting for the end."""
        self._say(f"call {first} {count} {pace}")

    def finish_calls(self) -> Calls:
        """Wait until it has told them."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "told\n"
        return Calls(**json.loads(self.process.stdout.readline()))

    def flush(self) -> None:
        """Have it send what it keeps; this does not wait."""
        self._say("flush")

    def stop(self) -> None:
        """Have it end in order, and wait for that."""
        self._say("stop")
        self.process.wait(STOP_TIMEOUT)

    def kill_after_calls(self, first: int, count: int) -> None:
        """Have it tell events, and end it the moment the last call has returned."""
        self.begin_calls(first, count)
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        self.process.kill()
        assert told == "told\n"
        self.process.wait()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()


@contextmanager
def remote_game(product: str, sink: RemoteSink, folder: Path) -> Iterator[RemoteGame]:
    """A game with this product; it is killed at the end of the block, if it still runs. Its log goes to a file."""
    module = "tests.benchmarks.event_caller"
    command = [sys.executable, "-m", module, product, sink.url, sink.api_key, str(folder)]
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                process.wait()
                log.seek(0)
                raise RuntimeError(f"The game with {product} did not start:\n{log.read()}")
            yield RemoteGame(process)
        finally:
            process.kill()


def tell(client: EventClient, first: int, count: int, pace: float) -> Calls:
    """Tell so many events, and play frames between those that are apart."""
    clock = time.perf_counter_ns
    call = client.call
    nanoseconds = array("q", bytes(8 * count))
    refused = 0
    begun = time.monotonic()
    next_frame = begun
    for index in range(count):
        if pace:
            due = begun + index * pace
            if due >= next_frame:
                client.frame()
                next_frame += FRAME
            time.sleep(max(0.0, due - time.monotonic()))
        before = clock()
        taken = call(first + index)
        nanoseconds[index] = clock() - before
        refused += not taken
    print("told", flush=True)
    return Calls([value / 1000 for value in nanoseconds], begun, refused)


def read_lines(lines: queue.SimpleQueue[str]) -> None:
    """Pass on the lines of the input; "stop" at its end."""
    for line in sys.stdin:
        lines.put(line)
    lines.put("stop")


def main(product: str, url: str, api_key: str, folder: str) -> None:
    """Play until the input ends or says so."""
    client = PRODUCTS[product].start(url, api_key, Path(folder))
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=read_lines, args=(lines,), daemon=True).start()
    print("ready", flush=True)
    while True:
        try:
            command, *arguments = lines.get(timeout=FRAME).split()
        except queue.Empty:
            client.frame()
            continue
        if command == "call":
            first, count, pace = arguments
            calls = tell(client, int(first), int(count), float(pace))
            print(json.dumps(vars(calls)), flush=True)
        elif command == "flush":
            client.flush()
        else:
            client.stop()
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
