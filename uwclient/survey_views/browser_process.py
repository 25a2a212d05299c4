"""Owns the opening of the browser, in a process of its own: `python -m uwclient.survey_views.browser_process`.

Reads {"url": …} from its input. Ends with 0 when the browser was opened, and with 1 when there is none.
"""

from __future__ import annotations

import json
import os
import sys
import time
import webbrowser

FAILS_WITHIN = 5.0
"""Seconds in which what opens browsers, such as xdg-open, has found out that there is none."""

LOOK_INTERVAL = 0.02


def main() -> int:
    """Open the browser, which is not to read what the game says."""
    order = json.loads(sys.stdin.buffer.readline())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.environ.pop("TERM", None)  # no browser that draws into a terminal, where the player does not see it
    return 0 if webbrowser.open(order["url"]) and _is_good() else 1


def _is_good() -> bool:
    """Whether what was started, and not waited for, does not end with an error soon."""
    ends = time.monotonic() + FAILS_WITHIN
    while hasattr(os, "WNOHANG") and time.monotonic() < ends:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:  # all have ended
            return True
        if process and status:
            return False
        time.sleep(LOOK_INTERVAL)
    return True


if __name__ == "__main__":
    raise SystemExit(main())
