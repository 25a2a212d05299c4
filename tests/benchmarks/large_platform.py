"""Owns a platform with very many records, in a process of its own. It answers from memory, as the sandbox is slow.

`python -m tests.benchmarks.large_platform RECORDS CAMPAIGNS` shares the records out among events, messages, offers
and remote configs, and prints its address. A request to /change/N changes the first N events.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).parents[2]
SESSION_OPENED = (
    b'{"was_initialized":true,"survey_refresh_interval_seconds":3600,"session_id":"64ada9c805378b000942ccde"}'
)
KINDS = {
    "campaign_events": "data",
    "messages": "additional_fields",
    "offers": "framework_data",
    "remote_configs": "json",
}
"""The last part of each list's path, and the field with the studio's own data."""

EVENT = "boss_defeated"


@dataclass(frozen=True)
class LargePlatform:
    """A platform that runs in another process."""

    url: str
    process: subprocess.Popen[str]


@contextmanager
def large_platform(records: int, campaigns: int = 0) -> Iterator[LargePlatform]:
    """A platform with so many records and campaigns, until the block ends."""
    command = [sys.executable, "-m", __name__, str(records), str(campaigns)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield LargePlatform(process.stdout.readline().strip(), process)


class Lists:
    """The texts of all lists; a change makes those again that it is about."""

    def __init__(self, records: int, campaigns: int) -> None:
        self._records = {
            kind: [_record(kind, field, number, 0) for number in range(records // len(KINDS))]
            for kind, field in KINDS.items()
        }
        self._bodies = {kind: _listed(texts) for kind, texts in self._records.items()}
        self._bodies["triggerable_campaigns"] = _of_campaigns(campaigns)
        self._generation = 0

    def change(self, count: int) -> None:
        """Change the first events."""
        self._generation += 1
        texts = self._records["campaign_events"]
        for number in range(count):
            texts[number] = _record("campaign_events", "data", number, self._generation)
        self._bodies["campaign_events"] = _listed(texts)

    def body(self, path: str) -> bytes:
        """What a request for this path is answered."""
        before, _, last = path.rpartition("/")
        if before == "/change":
            self.change(int(last))
            return b"{}"
        if last in self._bodies:
            return self._bodies[last]
        if last == "get_surveys":
            return b'{"active":[],"upcoming":[]}'
        return SESSION_OPENED


def _record(kind: str, field: str, number: int, generation: int) -> str:
    record: dict[str, Any] = {"id": f"{kind}-{number}", "name": f"Record {number}", "external_id": f"x{number}"}
    record |= {"start_at": "2020-01-01T00:00:00Z", "end_at": f"2090-01-01T00:{number % 60:02}:00Z"}
    return json.dumps({**record, field: {"generation": generation, "costs": [1, 2.5, {"gems": number}]}})


def _listed(texts: list[str]) -> bytes:
    return b'{"active":[%s],"upcoming":[]}' % ",".join(texts).encode()


def _of_campaigns(count: int) -> bytes:
    campaigns = []
    for number in range(count):
        condition = {"attribute_name": "score", "operator": "between", "data_type": "integer"}
        condition["values"] = [number * 10, number * 10 + 5]  # type: ignore[assignment]
        trigger = {
            "type": "event_trigger",
            "logic": {"external_event_id": EVENT, "event_attributes": [condition]},
            "quota": {},
        }
        message = {"id": f"brought-{number}", "title": f"Well done {number}"}
        campaigns.append(
            {
                "id": f"campaign-{number}",
                "campaign_impression_id": f"impression-{number}",
                "trigger": trigger,
                "messages": [message],
            }
        )
    return json.dumps({"campaigns": campaigns}).encode()


class Answers(Protocol):
    """What a platform has ready."""

    def body(self, path: str) -> bytes:
        """What a request for this path is answered."""


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """Serve these answers on a thread until the block ends; yields the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _handler(answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else a body waits for the client's word that it has the head, for 40 ms

        def log_message(self, *_: object) -> None:
            """Nothing."""

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            body = answers.body(self.path.partition("?")[0])
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names of the base class

    return Handler


def main(records: int, campaigns: int) -> None:
    """Serve until the input ends."""
    with serving(Lists(records, campaigns)) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
