"""Whatever a platform sends in a reply of the largest size: the process of a game stays small."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from uwclient.http.messages import LARGEST_BODY

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells the largest size of a process so"
)

REPOSITORY = Path(__file__).parents[2]
MOST = 200

PLAY = """
import time
from uwclient import UserWise
uw = UserWise("key", "hero-42", host={url!r}, data_dir={folder!r}, threaded=False)
ends, errors = [], []
for module in (uw.events, uw.messages, uw.offers, uw.remote_configs, uw.surveys, uw.campaigns):
    module.on_load_failed.connect(lambda _, error: errors.append(error), weak=False)
uw.start()
uw.refresh_content(ends.append)
deadline = time.monotonic() + 120
while not ends and time.monotonic() < deadline:
    uw.pump()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(len(ends), len(errors), int(peak.split()[1]) // 1024)
uw.stop()
"""
"""A game that keeps all errors, and says how many refreshes ended, how many errors came, and its megabytes."""


RECORDS = b",".join(b'{"id":"%d","data":{"x":"%s"}}' % (number, b"y" * 5000) for number in range(6500))


def filled(start: bytes, unit: bytes, end: bytes, size: int = LARGEST_BODY) -> bytes:
    """As much of a unit as there is room for."""
    return start + unit * ((size - len(start) - len(end)) // len(unit)) + end


CONTENT: dict[str, Callable[[bytes], bytes]] = {
    "nothing but numbers": lambda name: filled(b'{"%s":[' % name, b"1,", b"1]}"),
    "one long record": lambda name: filled(b'{"%s":[{"id":"1","data":{"x":"' % name, b"y", b'"}}]}'),
    "records that fill it": lambda name: b'{"%s":[%s]}' % (name, RECORDS),
}


class Platform(http.server.ThreadingHTTPServer):
    """Opens sessions, and sends the same content again and again as if it were new."""

    content: Callable[[bytes], bytes]


class Answers(http.server.BaseHTTPRequestHandler):
    server: Platform

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.partition("?")[0].rpartition("/")[2]
        body = b"{}"
        if name == "hero-42":
            body = b'{"was_initialized": true, "session_id": "s1", "survey_refresh_interval_seconds": 60}'
        elif name != "refresh_segments":
            body = self.server.content(b"campaigns" if name == "triggerable_campaigns" else b"active")
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client has seen enough

    do_POST = do_GET  # noqa: N815 - a name of http.server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(("127.0.0.1", 0), Answers) as made:
        serving = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        yield made
        made.shutdown()
        serving.join(5)


@pytest.mark.parametrize("what", CONTENT)
def test_no_content_makes_a_game_large(platform: Platform, tmp_path: Path, what: str) -> None:
    platform.content = CONTENT[what]
    program = PLAY.format(url=f"http://127.0.0.1:{platform.server_address[1]}", folder=str(tmp_path))

    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False
    )

    assert ended.returncode == 0, ended.stderr
    refreshes, errors, megabytes = map(int, ended.stdout.split())
    assert refreshes == 1
    assert errors > 0, "what cannot be kept is told"
    assert megabytes < MOST
