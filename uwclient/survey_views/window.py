"""Shows a survey's page in a window beside the game's, in a process of its own, with pywebview."""

from __future__ import annotations

import json
import signal
import sys
from collections import deque
from collections.abc import Sequence

from uwclient.errors import ArgumentError
from uwclient.models.pages import PageNews
from uwclient.survey_views.processes import HelperProcess, own_interpreter, python_environment
from uwclient.time_sources import RealTime

LOAD_TIMEOUT = 30.0
"""The maximum number of seconds that loading the page may take, by default."""

FAREWELL = 10.0
"""Seconds after which a window that has reported its end is killed."""

NEVER = float("inf")
_ENDED_BY_SOMEBODY = {
    -getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGKILL", "SIGTERM") if hasattr(signal, name)
}


class WindowView:
    """Shows surveys in a window. It needs pywebview (`pip install "uwclient[webview]"`).

    The window never blocks the game, and reports how the survey ended: the page sends that through the bridges that
    the SDKs of Android and iOS provide to it.

    Args:
        title: the window's title.
        width: the window's width in pixels.
        height: the window's height in pixels.
        load_timeout: the maximum number of seconds that loading the page may take.
        command: the command to start, as a list of arguments. None selects this Python with
            `uwclient.survey_views.window_process`. A packaged game has no Python: it gives its own executable with an
            argument, for which its main program calls `window_process.main()`.

    Raises:
        ArgumentError: an argument is wrong.

    """

    def __init__(
        self,
        title: str = "Survey",
        width: int = 560,
        height: int = 720,
        load_timeout: float = LOAD_TIMEOUT,
        command: Sequence[str] | None = None,
    ) -> None:
        if not isinstance(title, str):
            raise ArgumentError("title must be text.")
        for name, value in (("width", width), ("height", height), ("load_timeout", load_timeout)):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < NEVER:
                raise ArgumentError(f"{name} must be a number greater than 0.")
        self._looks = {"title": title, "width": int(width), "height": int(height)}
        self._load_timeout = load_timeout
        self._command = command

    def open(self, url: str) -> WindowPage:
        """Start the window's process, and pass the URL to it through a pipe, where nobody else can read it.

        Args:
            url: the page's URL.

        Returns:
            The page.

        Raises:
            UserWiseError: the game is packaged, and no command was given.
            OSError: the process cannot be started.
        """
        command = self._command or own_interpreter("uwclient.survey_views.window_process")
        order = json.dumps({"url": url, **self._looks})
        return WindowPage(HelperProcess(command, order, python_environment(), speaks=True), self._load_timeout)


class WindowPage:
    """Owns one window's process, and derives the page's state from its output and its exit code."""

    knows_end = True

    def __init__(self, process: HelperProcess, load_timeout: float) -> None:
        self._process = process
        self._load_timeout = load_timeout
        self._deadline = RealTime.monotonic() + load_timeout
        self._pending: deque[PageNews] = deque()
        self._is_loaded = False
        self._failure = ""
        self._is_over = False

    def poll(self) -> PageNews | None:
        """Return the next change since the last call, or None."""
        exit_code = (
            self._process.exit_code
        )  # before its output is read, so that the output is complete if it has ended
        for said in self._process.lines():
            self._handle(said)
        if self._pending:
            return self._pending.popleft()
        if exit_code is not None and self._process.is_silent:
            return self._end(exit_code)
        if RealTime.monotonic() > self._deadline or self._process.exceeds_output_limit:
            self._give_up()
        return None

    def close(self) -> None:
        """Close the window."""
        self._is_loaded = True
        self._process.kill()

    def _handle(self, said: dict[str, object]) -> None:
        match said.get("said"):
            case "loaded":
                self._is_loaded = True
                self._deadline = NEVER
            case "survey_completed":
                self._is_loaded = True
                self._pending.append(PageNews("completed"))
                self._deadline = RealTime.monotonic() + FAREWELL
            case "survey_force_closed" | "closed":
                self._is_loaded = True
                self._deadline = RealTime.monotonic() + FAREWELL
            case "failed" if not self._is_loaded:
                self._failure = str(said.get("reason"))[:500]
                self._deadline = RealTime.monotonic() + FAREWELL

    def _give_up(self) -> None:
        if not self._is_loaded and not self._failure:
            self._failure = f"The survey's page did not load within {self._load_timeout:g} s: check the network."
        self._deadline = NEVER
        self._process.kill()

    def _end(self, exit_code: int) -> PageNews | None:
        if self._is_over:
            return None
        self._is_over = True
        self._process.release()
        if self._failure:
            return PageNews("failed", self._failure)
        if self._is_loaded or exit_code in _ENDED_BY_SOMEBODY:
            return PageNews("closed")
        return PageNews(
            "failed",
            f"The survey's window could not be opened (its process ended with {exit_code}): check that pywebview and "
            "its dependencies are installed, and that there is a display.",
        )


def is_available() -> bool:
    """Whether a window can probably be opened: pywebview is installed, with a toolkit."""
    from importlib.util import find_spec

    def has(*names: str) -> bool:
        return any(find_spec(name) is not None for name in names)

    on_a_unix_desktop = sys.platform not in ("win32", "darwin")
    return has("webview") and (not on_a_unix_desktop or has("PySide6", "PyQt6", "PyQt5", "gi"))
