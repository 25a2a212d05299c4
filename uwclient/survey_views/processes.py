"""Owns the processes that show something beside the game, and what they say. Nothing here waits for them."""

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
"""Bytes that one look takes in: as many short lines as a frame can bear."""

LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH")
"""The variables that tell a system's loader where libraries are."""

LONGEST_TALK = 64 * 1024
"""Bytes that a process may say in its life."""


def own_interpreter(module: str) -> list[str]:
    """The command that runs a module of uwclient in a process of its own. UserWiseError in a packaged game."""
    if is_packaged():
        raise UserWiseError(
            "This game is packaged, so there is no Python interpreter to show the survey with: give the view a "
            "command that does, or use BrowserView()."
        )
    return [sys.executable, "-m", module]


def is_packaged() -> bool:
    """Whether there is no Python beside the game: frozen, as by PyInstaller, or built, as by Nuitka."""
    is_compiled = "__compiled__" in globals() or hasattr(sys.modules.get("__main__"), "__compiled__")
    return bool(getattr(sys, "frozen", False)) or is_compiled or not _is_python(sys.executable)


def _is_python(executable: str | None) -> bool:
    """Whether this is an interpreter that is there; some builders name one that is not."""
    path = Path(executable or "")
    return path.name.lower().startswith(("python", "pypy", "graalpy")) and path.is_file()


def python_environment() -> dict[str, str]:
    """The environment for another Python: it finds the modules that the game finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))}


def desktop_environment() -> dict[str, str]:
    """The environment for a program that is no part of the game: without what leads to the libraries in a bundle.

    PyInstaller's start keeps the player's own value of a variable that it changes as NAME_ORIG.
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
    """Owns a process, its order (one line on its input) and what it says: JSON objects, a line each.

    Its input stays open as long as the game lives and wants it: at its end it is to end too. OSError when it cannot
    be started.

    Attributes:
        is_silent: whether it had nothing to say when `lines` was called last.

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
            start_new_session=True,  # Ctrl-C is meant for the game
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._rest = b""
        self._heard = 0
        self.is_silent = True
        if self._process.stdout is not None and sys.platform != "win32":
            os.set_blocking(self._process.stdout.fileno(), False)
        try:  # a pipe takes some kilobytes without waiting
            self._process.stdin.write(order.encode() + b"\n")  # type: ignore[union-attr]
        except OSError:  # it has ended already, which exit_code tells
            self.release_input()

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by this signal), or None while it runs."""
        return self._process.poll()

    @property
    def talks_too_much(self) -> bool:
        """Whether it has said more than it can have to say."""
        return self._heard > LONGEST_TALK

    def lines(self) -> list[dict[str, Any]]:
        """What it has said since the last call; what is no JSON object is left out."""
        news = self._read()
        self.is_silent = not news
        self._heard += len(news)
        *lines, self._rest = (self._rest + news).split(b"\n")
        return [said for said in map(_decoded, lines) if said]

    def kill(self) -> None:
        """End it at once; exit_code tells when that is done."""
        self.release_input()
        self._process.kill()

    def release_input(self) -> None:
        """Let it know that nothing more is wanted."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def release(self) -> None:
        """Let go of what connects to a process that has ended."""
        self.release_input()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> bytes:
        output = self._process.stdout
        if output is None or output.closed or self.talks_too_much:
            return b""
        if sys.platform == "win32" and not _waits_in_pipe(output.fileno()):
            return b""
        try:
            return os.read(output.fileno(), LARGEST_READ)
        except OSError:  # nothing is there now, or ever
            return b""


class _Process(subprocess.Popen[bytes]):
    """A process that may outlive its object: it ends by itself with its input, so no warning is due."""

    def __del__(self) -> None:
        return


_HOME = str(Path(__file__).parents[2])
"""Where uwclient lies: not whatever folder the game was started in, as Python looks there for modules first."""


def _waits_in_pipe(descriptor: int) -> bool:
    """Whether a read from a pipe would give something; Windows knows no pipes that do not block."""
    import _winapi
    import msvcrt

    try:
        waiting: int = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(descriptor), 0)[0]  # type: ignore[attr-defined]
    except OSError:
        return False
    return waiting > 0


def _decoded(line: bytes) -> dict[str, Any] | None:
    if not line.startswith(b"{"):  # an exception for each of a thousand lines would cost a frame
        return None
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
