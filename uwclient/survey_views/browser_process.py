"""Owns the opening of the browser, in a process of its own: `python -m uwclient.survey_views.browser_process`.

Reads {"url": …} from its input. Ends with 0 when the browser was opened, and with 1 when there is none.
"""

from __future__ import annotations

import json
import os
import sys
import webbrowser


def main() -> int:
    """Open the browser, which is not to read what the game says."""
    order = json.loads(sys.stdin.buffer.readline())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    return 0 if webbrowser.open(order["url"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
