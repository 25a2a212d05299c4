"""The page on journeys: its commands and its tests run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import DOCS, ROOT, blocks

PLAYS = """
import time

until = time.monotonic() + 30
seen = []
uw.messages.on_active.connect(lambda _, record: seen.append(record.title), weak=False)
uw.offers.on_active.connect(lambda _, record: seen.append(record.title), weak=False)
asked = [True]
while len(seen) < {count} or uw.diagnostics.delivery.waiting:
    assert time.monotonic() < until, seen
    if asked:
        asked.clear()
        uw.refresh_content(lambda ok: asked.append(ok))
    uw.pump()
    time.sleep(0.01)
print("seen", seen)
uw.stop()
"""


def in_order(folder: Path) -> str:
    """The commands of the page as one script, with the game played before and after the day has passed."""
    text = (DOCS / "journeys.md").read_text(encoding="utf-8").split("\n## The same as a file")[0]
    parts = ["set -e"]
    for language, block in re.findall(r"```(sh|python)\n(.*?)```", text, re.DOTALL):
        if language == "python":
            for name, count in (("first", 1), ("second", 2)):
                (folder / f"{name}.py").write_text(block + PLAYS.replace("{count}", str(count)), encoding="utf-8")
            parts.append(f"{sys.executable} first.py")
        else:
            parts.append(block.replace("advance 1d\n", f"advance 1d\n{sys.executable} second.py\n"))
    return "\n".join([*parts, "echo came to its end"])


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no bash or no curl"
)
def test_the_welcome_journey_with_curl_leads_a_player_to_its_end(tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "uwclient").write_text(f'#!/bin/sh\nexec {sys.executable} -m uwclient "$@"\n', encoding="utf-8")
    (commands / "uwclient").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    with (tmp_path / "output").open("w+", encoding="utf-8") as output:
        script = subprocess.Popen(
            ["bash", "-c", in_order(tmp_path)],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            script.wait(timeout=90)
        finally:
            os.killpg(script.pid, signal.SIGKILL)
        output.seek(0)
        told = output.read()

    assert told.endswith("came to its end\n"), told
    assert "seen ['Welcome, hero!']" in told
    assert "seen ['Starter pack', 'Thank you!']" in told


def test_the_file_and_its_tests_pass_with_the_plugin(tmp_path: Path) -> None:
    [scenario] = blocks("journeys.md", "yaml")
    (tmp_path / "welcome.yaml").write_text(scenario, encoding="utf-8")
    (tmp_path / "test_welcome.py").write_text(blocks("journeys.md")[1], encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "uwclient.qa.plugin"),
        *("-W", "error", "--rootdir", str(tmp_path), str(tmp_path)),
    ]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
