"""Owns a server in a process of its own that takes events and counts them; its port can be closed and opened again.

`python -m tests.benchmarks.event_sink KIND` prints its address and key, KIND being "sandbox" for the platform that
comes with uwclient, or "plain" for one that parses what the peers send and answers 200. It then does what the lines
of its input say, and answers each with a line of JSON: "count", "numbers" (of the events, in the order of their
arrival), "close" (once every request that arrived is answered), and "open".
"""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

HOST = "127.0.0.1"
PLAYER = "hero-42"
ROOT = Path(__file__).parents[2]
POLL = 0.02


@dataclass(frozen=True)
class RemoteSink:
    """A server that runs in another process."""

    url: str
    api_key: str
    process: subprocess.Popen[str]

    @property
    def count(self) -> int:
        """How many events have arrived."""
        return int(self._ask("count"))

    @property
    def numbers(self) -> list[int]:
        """The numbers of the events, in the order of their arrival."""
        return list(self._ask("numbers"))

    def close(self) -> None:
        """Close the port and all connections; no request is cut between being taken and being answered."""
        self._ask("close")

    def open(self) -> None:
        """Listen again, on the same port."""
        self._ask("open")

    def _ask(self, command: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def remote_sink(kind: str) -> Iterator[RemoteSink]:
    """A server of that kind, until the block ends."""
    command = [sys.executable, "-m", "tests.benchmarks.event_sink", kind]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, api_key = process.stdout.readline().split()
        yield RemoteSink(url, api_key, process)


class Sink(Protocol):
    """What the process serves."""

    def address(self) -> tuple[str, str]: ...
    def count(self) -> int: ...
    def numbers(self) -> list[int]: ...
    def close(self) -> None: ...
    def open(self) -> None: ...


class SandboxSink:
    """The platform that comes with uwclient, with all that it checks and stores."""

    def __init__(self) -> None:
        from uwclient.sandbox import Sandbox

        self._sandbox = Sandbox()
        self._sandbox.start()

    def address(self) -> tuple[str, str]:
        return self._sandbox.url, self._sandbox.api_key

    def count(self) -> int:
        return self._sandbox.player(PLAYER).event_count

    def numbers(self) -> list[int]:
        return [event.attributes["number"] for event in self._sandbox.player(PLAYER).events]

    def close(self) -> None:
        self._sandbox.faults.drop("*", times=None)  # takes nothing more, while it answers what it has taken
        time.sleep(0.2)
        self._sandbox.stop()

    def open(self) -> None:
        self._sandbox.faults.clear()
        self._sandbox.start()


class PlainSink:
    """A server that takes the batches of all peers, parses them, and keeps only the numbers."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._answering = threading.Lock()
        self._port = 0
        self.open()

    def address(self) -> tuple[str, str]:
        return f"http://{HOST}:{self._port}", "any-key"

    def count(self) -> int:
        return len(self._numbers)

    def numbers(self) -> list[int]:
        return list(self._numbers)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        with self._answering:
            self._server.cut_connections()

    def open(self) -> None:
        self._server = _Server((HOST, self._port), self._take)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(POLL,), daemon=True).start()

    def _take(self, body: bytes, answer: Callable[[], None]) -> None:
        numbers = event_numbers(json.loads(body))
        with self._answering:
            self._numbers += numbers
            answer()


def event_numbers(body: Any) -> list[int]:
    """The numbers of the events in one request's body; what peers send besides events has none."""
    events = body if isinstance(body, list) else body.get("batch", [])
    values = [event.get("properties") or event.get("data") or {} for event in events]
    return [value["number"] for value in values if "number" in value]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], take: Callable[[bytes, Callable[[], None]], None]) -> None:
        self.take = take
        self._connections: set[socket.socket] = set()
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def cut_connections(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one piece
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # the client was killed in the middle of it
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.take(body, self._answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.wfile.flush()


def main(kind: str) -> None:
    """Serve until the input ends."""
    sink: Sink = SandboxSink() if kind == "sandbox" else PlainSink()
    commands: dict[str, Callable[[], object]] = {
        "count": sink.count,
        "numbers": sink.numbers,
        "close": sink.close,
        "open": sink.open,
    }
    print(*sink.address(), flush=True)
    for line in sys.stdin:
        print(json.dumps(commands[line.strip()]()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
