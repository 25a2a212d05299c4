"""The page on the server API: its commands run as they stand, and what they make reaches a game."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.pages import DOCS, needs_a_shell, told_by

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


@needs_a_shell
def test_the_first_campaign_with_curl_reaches_a_game_and_ends(tmp_path: Path) -> None:
    told = told_by(in_order(tmp_path), tmp_path)

    assert told.endswith("came to its end\n"), told
    assert '"name": "Over level 10, never bought"' in told
