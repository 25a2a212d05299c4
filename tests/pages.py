"""What tests of the documentation share: the blocks of a page, and how one is run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uwclient.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PATIENCE = 20.0
LONGEST_SCRIPT = 90.0


def blocks(page: str | Path, language: str = "python") -> list[str]:
    """The blocks of a page of `docs/`, or of any file, in order."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def run(block: str, scope: dict[str, Any]) -> None:
    """Run a block as a program of its own."""
    exec(compile(block, "page.md", "exec", dont_inherit=True), scope)


needs_a_shell = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no bash or no curl"
)
"""For tests of commands as they stand on a page."""


def told_by(script: str, folder: Path) -> str:
    """What a script of commands prints, in a folder where `uwclient` is that of this checkout; it ends as a whole."""
    commands = folder / "bin"
    commands.mkdir()
    (commands / "uwclient").write_text(f'#!/bin/sh\nexec {sys.executable} -m uwclient "$@"\n', encoding="utf-8")
    (commands / "uwclient").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    with (folder / "output").open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            ["bash", "-c", script],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(timeout=LONGEST_SCRIPT)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
        output.seek(0)
        return output.read()


def client_arguments(sandbox: Sandbox, folder: Path) -> str:
    """What points a client of a page at a sandbox, instead of its `api_key`."""
    return f'api_key="{sandbox.api_key}", host="{sandbox.url}", data_dir={str(folder)!r}'


def ends_after(condition: Callable[[], object]) -> Callable[[], bool]:
    """A `playing()` for the loop of a page: true until the condition holds; too long a game fails."""
    deadline = time.monotonic() + PATIENCE

    def playing() -> bool:
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.001)
        return not condition()

    return playing
