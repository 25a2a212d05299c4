"""Programs in processes of their own, without the seconds that it takes to start an interpreter and import uwclient.

A process that has imported everything forks one for each program, which ends as an interpreter ends. What a program
sees of its environment is what the test says: variables, working folder, umask. Only what Python itself reads when
it starts (the encoding of streams, for one) is that of the tests: for that, start an interpreter.
"""

from __future__ import annotations

import gc
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
PYTHON = [sys.executable, "-B", "-W", "error"]


class ForkServer:
    """Owns the process that programs are forked from; it starts with the first of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self,
        source: str,
        environment: dict[str, str],
        *,
        arguments: Sequence[str] = (),
        folder: Path = ROOT,
        umask: int = 0o022,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, with this environment and nothing else in it."""
        if not hasattr(os, "fork"):
            return run_fresh(source, environment, arguments=arguments, folder=folder, umask=umask)
        with tempfile.TemporaryDirectory() as streams:
            order = {
                "source": source,
                "environment": environment,
                "arguments": list(arguments),
                "folder": str(folder),
                "umask": umask,
                "streams": streams,
            }
            code = self._told(order)
            output, errors = (Path(streams, name).read_text() for name in ("1", "2"))
        return subprocess.CompletedProcess([*PYTHON, "-c", source, *arguments], code, output, errors)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _told(self, order: dict[str, Any]) -> int:
        """Give an order, and wait for the code that its program ends with."""
        if self._process is None:
            self._process = subprocess.Popen(
                [*PYTHON, "-m", "tests.fork_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            self.close()
            raise subprocess.TimeoutExpired(order["source"], PATIENCE)
        return int(self._process.stdout.readline())


def run_fresh(
    source: str,
    environment: dict[str, str],
    *,
    arguments: Sequence[str] = (),
    folder: Path = ROOT,
    umask: int = 0o022,
) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter that has just started, with this environment and nothing else in it."""
    return subprocess.run(
        [*PYTHON, "-c", source, *arguments],
        env={"PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        umask=umask if os.name == "posix" else -1,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def _become(order: dict[str, Any]) -> None:
    """Be the process of a program: its streams, environment and folder."""
    for stream, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY | os.O_CREAT), (2, os.O_WRONLY | os.O_CREAT)):
        path = Path(order["streams"], str(stream)) if stream else Path(os.devnull)
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, stream)
        os.close(opened)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    os.chdir(order["folder"])
    os.umask(order["umask"])
    sys.argv[:] = ["-c", *order["arguments"]]


def _serve() -> str:
    """Fork for each order. The child comes back with the program that it is to run; the parent does not."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(order)
            return str(order["source"])
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(1, b"%d\n" % code)
    os._exit(0)


if __name__ == "__main__":
    import uwclient.background.run

    assert uwclient.background.run, "loaded, with all that it needs"
    gc.freeze()
    exec(compile(_serve(), "<string>", "exec"), {"__name__": "__main__"})
