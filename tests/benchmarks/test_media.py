"""What loading pictures costs a game of sixty frames a second: within one run, with the loading and without.

Game and platform have a process each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.content_platform import remote_platform
from tests.benchmarks.drawn_frames import ROOT
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.test_frames import report


@pytest.mark.parametrize("how", ["fetched", "from the disk"])
@pytest.mark.parametrize("size", [300_000, 2_000_000], ids=lambda size: f"{size / 1e6:g} MB")
def test_loading_pictures_hardly_shows_in_the_worst_frame(
    size: int, how: str, tmp_path: Path, figures: Figures
) -> None:
    with remote_platform(0, 0, size) as platform:
        arguments = [platform.url, platform.api_key, str(tmp_path), str(size), how]
        command = [sys.executable, "-m", "tests.benchmarks.media_frames", *arguments]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = [tuple(json.loads(line)) for line in told.splitlines()]
    row = f"ten pictures of {size / 1e6:.1f} MB, {how}: the worst frame, more"
    figures.add(Figure("pictures", row, [busy - quiet for quiet, busy, _ in rows]))
    assert report(f"ten pictures of {size:,} bytes, {how}", rows) <= 1.0
