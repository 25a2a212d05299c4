"""The page on the server API: its commands run as they stand, and what they make reaches a game."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import DOCS, ROOT

SEEN = """
import time

refreshed = [True]
until = time.monotonic() + 20
while [offer.title for offer in uw.offers.active] != {expected!r} or not uw.is_session_initialized:
    assert time.monotonic() < until, [offer.title for offer in uw.offers.active]
    if refreshed:
        refreshed.clear()
        uw.refresh_content(lambda ok: refreshed.append(ok))
    uw.pump()
    time.sleep(0.01)
uw.stop()
"""


def in_order(folder: Path) -> str:
    """The blocks of the page as one script; the game plays where it stands, and once more at the end."""
    text = (DOCS / "server-api.md").read_text(encoding="utf-8").split("\n## From Python")[0]
    parts = ["set -e"]
    for language, block in re.findall(r"```(sh|python)\n(.*?)```", text, re.DOTALL):
        if language == "python":
            for name, expected in (("before", ["For new heroes"]), ("after", [])):
                program = block + SEEN.replace("{expected!r}", repr(expected))
                (folder / f"{name}.py").write_text(program, encoding="utf-8")
            parts.append(f"{sys.executable} before.py")
        else:
            parts.append(block)
    return "\n".join([*parts, f"{sys.executable} after.py", "echo came to its end"])


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no bash or no curl"
)
def test_the_first_campaign_with_curl_reaches_a_game_and_ends(tmp_path: Path) -> None:
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
    assert '"name": "Over level 10, never bought"' in told
