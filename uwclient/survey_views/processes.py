"""Runs processes that show pages beside the game, and reads their output without blocking."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from uwclient.errors import UserWiseError

LARGEST_READ = 2 * 1024
"""The maximum number of bytes that one poll reads, which limits its time in a frame."""

LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH")
"""The environment variables with the search path of the system's loader."""

LARGEST_OUTPUT = 64 * 1024
"""The maximum number of bytes of a process' whole output."""


def own_interpreter(module: str) -> list[str]:
    """Return the command that runs a module of uwclient in a process. Raises UserWiseError in a packaged game."""
    if is_packaged():
        raise UserWiseError(
            "This game is packaged, so there is no Python interpreter that can show the survey: give the view a "
            "command, or use BrowserView()."
        )
    return [sys.executable, "-m", module]


def is_packaged() -> bool:
    """Whether the game has no Python interpreter: it is frozen, as by PyInstaller, or compiled, as by Nuitka."""
    is_compiled = "__compiled__" in globals() or hasattr(sys.modules.get("__main__"), "__compiled__")
    return bool(getattr(sys, "frozen", False)) or is_compiled or not _is_python(sys.executable)


def _is_python(executable: str | None) -> bool:
    """Whether this is an existing interpreter; some packagers name one that does not exist."""
    path = Path(executable or "")
    return path.name.lower().startswith(("python", "pypy", "graalpy")) and path.is_file()


def python_environment() -> dict[str, str]:
    """Return the environment for another Python process, which finds the same modules as the game."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))}


def desktop_environment() -> dict[str, str]:
    """Return the environment for a program outside of the game, without the library paths of a bundle.

    PyInstaller saves the player's own value of a variable that it changes as NAME_ORIG.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    if not isinstance(bundle, str):
        return dict(os.environ)
    wanted = {name: value for name, value in os.environ.items() if not name.startswith("_PYI_")}
    for name in LIBRARY_PATHS:
        wanted[name] = wanted.pop(f"{name}_ORIG", wanted.get(name, ""))
    outside = {name: _entries_outside(value, bundle) for name, value in wanted.items()}
    return {name: value for name, value in outside.items() if value or os.environ.get(name) == ""}


def _entries_outside(value: str, folder: str) -> str:
    inside = (folder, os.path.join(folder, ""))  # noqa: PTH118 - a path with a separator at its end is text
    entries = value.split(os.pathsep)
    return os.pathsep.join(one for one in entries if one != inside[0] and not one.startswith(inside[1]))


class HelperProcess:
    """Owns a process, which gets an order as one line on its input, and prints JSON objects, a line each.

    Its input stays open until the game ends or releases it; the process must end then. Raises OSError when it cannot
    be started.

    Attributes:
        is_silent: whether the last call of `lines` has read nothing.

    """

    def __init__(self, command: Sequence[str], order: str, environment: Mapping[str, str], *, speaks: bool) -> None:
        self._process = _Process(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if speaks else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=_HOME,
            env=environment,
            start_new_session=True,  # so that Ctrl-C reaches the game only
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._rest = b""
        self._received = 0
        self.is_silent = True
        if self._process.stdout is not None and sys.platform != "win32":
            os.set_blocking(self._process.stdout.fileno(), False)
        try:  # a pipe takes some kilobytes without waiting
            self._process.stdin.write(order.encode() + b"\n")  # type: ignore[union-attr]
        except OSError:  # it has ended already; see exit_code
            self.release_input()

    @property
    def exit_code(self) -> int | None:
        """The exit code (negative for a signal), or None while the process is running."""
        return self._process.poll()

    @property
    def exceeds_output_limit(self) -> bool:
        """Whether the process has printed more than it is allowed to."""
        return self._received > LARGEST_OUTPUT

    def lines(self) -> list[dict[str, Any]]:
        """Return the JSON objects printed since the last call; other lines are skipped."""
        news = self._read()
        self.is_silent = not news
        self._received += len(news)
        *lines, self._rest = (self._rest + news).split(b"\n")
        return [said for said in map(_decoded, lines) if said]

    def kill(self) -> None:
        """Kill the process; `exit_code` is set when it has ended."""
        self.release_input()
        self._process.kill()

    def release_input(self) -> None:
        """Close the input, so that the process ends by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def release(self) -> None:
        """Close the pipes of a process that has ended."""
        self.release_input()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> bytes:
        output = self._process.stdout
        if output is None or output.closed or self.exceeds_output_limit:
            return b""
        if sys.platform == "win32" and not _waits_in_pipe(output.fileno()):
            return b""
        try:
            return os.read(output.fileno(), LARGEST_READ)
        except OSError:  # nothing to read now, or the pipe is closed
            return b""


class _Process(subprocess.Popen[bytes]):
    """A process without the warning that it outlives its object: it ends by itself with its input."""

    def __del__(self) -> None:
        return


_HOME = str(Path(__file__).parents[2])
"""The working folder of the process: uwclient's, not the game's, because Python imports modules from there first."""


def _waits_in_pipe(descriptor: int) -> bool:
    """Whether a pipe has something to read; Windows has no non-blocking pipes."""
    import _winapi
    import msvcrt

    try:
        waiting: int = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(descriptor), 0)[0]  # type: ignore[attr-defined]
    except OSError:
        return False
    return waiting > 0


def _decoded(line: bytes) -> dict[str, Any] | None:
    if not line.startswith(b"{"):  # a thousand exceptions would delay a frame
        return None
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
