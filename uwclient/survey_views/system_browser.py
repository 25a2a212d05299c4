"""Finds the command with which this system opens a page in the player's browser."""

from __future__ import annotations

import os
import shlex
import shutil
import sys

OPENERS = (
    "xdg-open",
    "gio open",
    "wslview",
    "sensible-browser",
    "x-www-browser",
    "firefox",
    "google-chrome",
    "chromium",
    "chromium-browser",
)
"""The commands that open pages on other desktops than those of Windows and macOS, best first."""


def opening_script() -> str | None:
    """Return a shell script that reads a URL from its input and opens it; None if there is no opener.

    So the URL is only on the browser's own command line. The script may wait for the browser, and can be killed
    without it. The environment variable BROWSER has the meaning that Python's `webbrowser` gives it: commands, the
    best first, with %s for the URL.
    """
    for command in (*os.environ.get("BROWSER", "").split(os.pathsep), *_usual()):
        words = _words(command)
        if words and shutil.which(words[0]) is not None:
            return f"cd /; unset OLDPWD; IFS= read -r url; {_with_address(words)} < /dev/null; exit $?"
    return None


def _usual() -> tuple[str, ...]:
    return ("/usr/bin/open",) if sys.platform == "darwin" else OPENERS


def _words(command: str) -> list[str]:
    """Split a command into words; an "&" at its end is removed, because nobody waits for it anyway."""
    try:
        words = shlex.split(command)
    except ValueError:  # an unbalanced quote
        return []
    return words[:-1] if words and words[-1] == "&" else words


def _with_address(words: list[str]) -> str:
    if not any("%s" in word for word in words):
        words = [*words, "%s"]
    return " ".join('"$url"'.join(map(shlex.quote, word.split("%s"))) for word in words)
