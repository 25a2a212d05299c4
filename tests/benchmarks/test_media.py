"""What loading pictures costs a game of sixty frames a second: within one run, with the loading and without."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.benchmarks.content_platform import remote_platform
from tests.benchmarks.frame_loop import play
from tests.benchmarks.refresh_frames import QUIET_FRAMES, frames_until
from tests.benchmarks.test_frames import RUNS, client_of, report

PICTURES = 10


def start(client: object) -> None:
    """Start, and pump until there is a session."""
    client.start()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while not client.is_session_initialized and time.monotonic() < deadline:  # type: ignore[attr-defined]
        client.pump()  # type: ignore[attr-defined]
        time.sleep(0.005)


@pytest.mark.parametrize("ignore_cache", [True, False], ids=["fetched", "from the disk"])
@pytest.mark.parametrize("size", [300_000, 2_000_000], ids=lambda size: f"{size / 1e6:g} MB")
def test_loading_pictures_hardly_shows_in_the_worst_frame(size: int, ignore_cache: bool, tmp_path: Path) -> None:
    rows = []
    with remote_platform(0, 0, size) as platform:
        uw = client_of(platform, tmp_path)
        try:
            start(uw)
            got: list[int] = []

            def load_next(data: bytes | None) -> None:
                assert data is not None
                got.append(len(data))
                if len(got) < PICTURES:
                    uw.media.get_bytes(str(size), load_next, ignore_cache=ignore_cache)

            for _ in range(RUNS):
                quiet = play(uw.pump, iter(range(QUIET_FRAMES)))
                got.clear()
                uw.media.get_bytes(str(size), load_next, ignore_cache=ignore_cache)
                busy = play(uw.pump, frames_until(lambda: len(got) >= PICTURES))
                rows.append((quiet.worst, busy.worst, busy.percentile(0.95)))
        finally:
            uw.stop()
    how = "fetched" if ignore_cache else "from the disk"
    assert report(f"{PICTURES} pictures of {size:,} bytes, {how}", rows) <= 2.0
