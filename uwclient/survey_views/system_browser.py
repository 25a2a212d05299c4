"""Owns how this system opens a page in the player's browser: with the program that is there for it."""

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
"""What opens pages on desktops other than those of Windows and macOS, best first."""


def opening_script() -> str | None:
    """The shell's script that opens the address which it reads from its input; None where nothing can.

    So the address is on no command line but the browser's own, and the script may wait for the browser or be ended
    without it. BROWSER is heeded as Python's `webbrowser` does it: commands, the best first, with %s for the address.
    """
    for command in (*os.environ.get("BROWSER", "").split(os.pathsep), *_usual()):
        words = _words(command)
        if words and shutil.which(words[0]) is not None:
            return f"cd /; unset OLDPWD; IFS= read -r url; {_with_address(words)} < /dev/null; exit $?"
    return None


def _usual() -> tuple[str, ...]:
    return ("/usr/bin/open",) if sys.platform == "darwin" else OPENERS


def _words(command: str) -> list[str]:
    """A command in words, without the "&" at its end: nobody waits for it anyway."""
    try:
        words = shlex.split(command)
    except ValueError:  # an open quotation
        return []
    return words[:-1] if words and words[-1] == "&" else words


def _with_address(words: list[str]) -> str:
    if not any("%s" in word for word in words):
        words = [*words, "%s"]
    return " ".join('"$url"'.join(map(shlex.quote, word.split("%s"))) for word in words)
