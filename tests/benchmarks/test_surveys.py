"""What taking a survey costs a game of sixty frames a second, with a real process that shows the page."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.benchmarks.frame_loop import Frames, play
from tests.surveys import fake_view
from uwclient import UserWise
from uwclient.survey_views import BrowserView, SurveyView, WindowView

RUNS = 5
QUIET_FRAMES = 180
LONGEST = 900
"""Frames that a survey may take, fifteen seconds."""

LIMIT_MS = 1.0


@contextmanager
def remote_sandbox(folder: Path) -> Iterator[str]:
    """A sandbox in a process of its own, so that it does not share the game's interpreter; its address."""
    scenario = folder / "scenario.yaml"
    scenario.write_text("surveys:\n  - {id: feedback, name: Feedback}\n")
    command = [sys.executable, "-m", "uwclient", "sandbox", "--scenario", str(scenario), "--api-key", "k"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split(" at ")[1].split()[0]
        finally:
            process.terminate()


def standin_window() -> SurveyView:
    return WindowView(
        command=[sys.executable, "-S", "-E", fake_view.__file__, "say:loaded", "say:survey_completed", "stay"]
    )


def real_window() -> SurveyView:
    if find_spec("webview") is None:
        pytest.skip("pywebview is not installed (the webview extra)")
    return WindowView()


def browser() -> SurveyView:
    return BrowserView()


class Taking:
    """Owns a client whose player takes the survey again and again."""

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw
        self.ends = 0
        self.entries = 0
        self._stays = 0
        uw.surveys.on_invite_initialized.connect(self._accept)
        uw.surveys.on_entered.connect(self._entered)
        uw.surveys.on_closed.connect(self._ended)
        uw.surveys.on_enter_failed.connect(self._ended)

    def _accept(self, _: object, survey: object, was_initialized: bool, response_id: str, invite_id: str) -> None:
        assert was_initialized
        self._uw.surveys.respond_to_invite(survey, response_id, invite_id, True)  # type: ignore[arg-type]

    def _entered(self, *_: object, **__: object) -> None:
        self.entries += 1
        self._stays = 120

    def _ended(self, *_: object, **__: object) -> None:
        self.ends += 1

    def begin(self) -> None:
        self._uw.surveys.initialize_invite(self._uw.surveys.active[0])

    def frame(self) -> None:
        """The player stays for two seconds, then the page is taken away."""
        self._uw.pump()
        if self._stays:
            self._stays -= 1
            if not self._stays:
                self._uw.surveys.close()


def frames_until(done: Callable[[], bool]) -> Iterator[None]:
    for _ in range(LONGEST):
        if done():
            break
        yield
    for _ in range(30):
        yield


def waited_for_processor() -> float:
    """Milliseconds that this thread has waited for other programs to leave it a processor, so far."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6


def played(part: Callable[[], object], frames: Iterator[object]) -> tuple[Frames, Frames]:
    """How long the frames took, and how long they would have taken on a machine with processors to spare."""
    waits = [waited_for_processor()]

    def counted() -> Iterator[object]:
        for frame in frames:  # it is asked for a frame when the one before has ended
            yield frame
            waits.append(waited_for_processor())

    took = play(part, counted())
    alone = [extra - (after - before) for extra, before, after in zip(took.extra_ms, waits, waits[1:], strict=False)]
    return took, Frames(alone)


@pytest.mark.parametrize("make_view", [standin_window, real_window, browser], ids=lambda make: make.__name__)
def test_taking_a_survey_hardly_shows_in_the_worst_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_view: Callable[[], SurveyView]
) -> None:
    monkeypatch.setenv("BROWSER", "/bin/true %s")
    view = make_view()
    ballast = [
        bytearray(1024 * 1024) for _ in range(500)
    ]  # a game is large, and some ways to start a process copy it
    rows: list[tuple[Frames, Frames, Frames, Frames]] = []
    with remote_sandbox(tmp_path) as url:
        uw = UserWise("k", "hero-42", host=url, data_dir=tmp_path / "data")
        uw.surveys.view = view
        taking = Taking(uw)
        uw.start()
        try:
            deadline = time.monotonic() + 20
            while not uw.surveys.active and time.monotonic() < deadline:
                uw.pump()
                time.sleep(0.005)
            for _ in range(RUNS):
                quiet = played(uw.pump, iter(range(QUIET_FRAMES)))
                before = taking.ends
                taking.begin()
                busy = played(taking.frame, frames_until(lambda before=before: taking.ends > before))  # type: ignore[misc]
                rows.append((quiet[0], busy[0], quiet[1], busy[1]))
        finally:
            uw.stop()
    assert taking.ends == taking.entries == RUNS
    assert len(ballast) == 500
    print(
        f"\n{make_view.__name__}: worst frame without | with the survey (ms beyond the game's own work), and the same"
    )
    print("  less what the frame waited while other programs, the survey's own among them, had the processors")
    for row in rows:
        print("  {:6.2f} | {:6.2f}     {:6.2f} | {:6.2f}".format(*(frames.worst for frames in row)))
    median = statistics.median(with_survey.worst - without.worst for *_, without, with_survey in rows)
    print(f"  median of the difference: {median:.2f} ms")
    assert median <= LIMIT_MS
