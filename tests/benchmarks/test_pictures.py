"""What decoding ten pictures of 2 MB costs the frames of a game, which plays in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.benchmarks.drawn_frames import ROOT
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.test_frames import report


@pytest.mark.parametrize("engine", ["pygame", "panda3d"])
def test_decoding_pictures_hardly_shows_in_the_worst_frame(engine: str, figures: Figures) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip(engine)
    command = [sys.executable, "-m", "tests.benchmarks.picture_frames", engine]
    environment = {**os.environ, "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    rows = [json.loads(line) for line in told.splitlines()]
    row = f"ten pictures of {rows[0][3] / 1e6:.1f} MB, decoded for {engine}: the worst frame, more"
    figures.add(Figure("pictures", row, [busy - quiet for quiet, busy, *_ in rows]))
    name = f"ten pictures of {rows[0][3]:,} bytes, decoded for {engine}"
    assert report(name, [(quiet, busy, most) for quiet, busy, most, _ in rows]) <= 1.0
