"""What the pages of docs/ on testing and the sandbox show runs as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.pages import blocks, run
from uwclient import PlayerEvent

if TYPE_CHECKING:
    from tests.conftest import MakeClient


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    for number, block in enumerate(blocks("testing.md")):
        (tmp_path / f"test_game_{number}.py").write_text(block, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_a_sandbox_does_what_the_page_says(make_client: MakeClient) -> None:
    seen: list[object] = []

    def play(url: str, api_key: str) -> None:
        """A rich player sees the chest, and is cheered when they reach the next level."""
        uw = make_client(host=url, api_key=api_key)
        uw.start()
        while not (uw.offers.active and uw.campaigns.loaded):
            uw.pump()
        seen.append([offer.title for offer in uw.offers.active])
        uw.assign_event(PlayerEvent("level_up"))
        uw.pump()
        seen.append([message.title for message in uw.messages.active])
        uw.stop()

    scope: dict[str, Any] = {"play": play}
    [block] = blocks("sandbox.md")
    run(block, scope)
    assert seen == [["A chest"], ["Well done!"]]
    assert len(scope["sandbox"].player("hero-42").push_impressions) == 1
