"""While somebody looks, the slowest frames are kept, with what ran in them; else nothing is watched."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from tests.unit.conftest import Clock
from uwclient import throttle
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.frame_profile import REMEMBERED_FOR, SLOWEST, FrameProfile, Ran


@pytest.fixture
def profile(clock: Clock) -> Iterator[FrameProfile]:
    made = FrameProfile(clock)
    yield made
    made.end()


def play(profile: FrameProfile, clock: Clock, *frames: float) -> None:
    """Play frames that take so many seconds."""
    for seconds in frames:
        profile.frame_begins()
        clock.now += seconds
    profile.frame_begins()


def test_the_slowest_frames_come_first_and_no_others(profile: FrameProfile, clock: Clock) -> None:
    times = [number / 1000 for number in range(1, 31)]
    play(profile, clock, *times[::2], *times[1::2])

    seconds = [round(frame.seconds, 6) for _, frame in profile.look()]
    assert seconds == sorted(times, reverse=True)[:SLOWEST]


def test_a_frame_names_what_ran_in_it_and_in_no_other(profile: FrameProfile, clock: Clock) -> None:
    profile.frame_begins()
    profile.record_work("pump", 0.002)
    clock.now += 0.016
    profile.frame_begins()
    profile.record_work("drawing", 0.004)
    clock.now += 0.030
    profile.frame_begins()

    (_, slow), (_, quick) = profile.look()
    assert slow.parts == [Ran("drawing", 0.004)]
    assert quick.parts == [Ran("pump", 0.002)]


def test_passes_of_the_collector_are_named_while_frames_are_watched(profile: FrameProfile, clock: Clock) -> None:
    profile.frame_begins()
    gc.collect()
    clock.now += 0.016
    profile.frame_begins()

    ((_, frame),) = profile.look()
    assert "garbage collector, full pass (MainThread)" in [part.what for part in frame.parts]


def test_bursts_of_a_thread_are_named_while_frames_are_watched(profile: FrameProfile, clock: Clock) -> None:
    work = throttle.Throttle(throttle.StopSign(), polite=False)
    work.tell_watchers()
    profile.frame_begins()
    work.tell_watchers()
    clock.now += 0.016
    profile.frame_begins()

    ((_, frame),) = profile.look()
    assert [part.what for part in frame.parts] == ["MainThread"]


def test_the_steps_of_a_thread_that_lives_for_one_job_are_named(profile: FrameProfile, clock: Clock) -> None:
    def work() -> None:
        sum(range(10_000))
        throttle.rest(0.0)
        throttle.tell_step()

    profile.frame_begins()
    thread = threading.Thread(target=work, name="uwclient-pictures")
    thread.start()
    thread.join()
    clock.now += 0.016
    profile.frame_begins()

    ((_, frame),) = profile.look()
    first, second = frame.parts
    assert first.what == second.what == "uwclient-pictures"
    assert first.seconds > second.seconds, "each step is told once"


def test_old_frames_are_forgotten(profile: FrameProfile, clock: Clock) -> None:
    play(profile, clock, 0.5)
    clock.now += REMEMBERED_FOR + 1

    assert profile.look() == []


def test_nothing_is_watched_before_somebody_looks_and_when_nobody_has_for_a_while(clock: Clock) -> None:
    recorder = DiagnosticsRecorder(clock)
    recorder.record_call("listener", 0.001)
    callbacks, watchers = list(gc.callbacks), list(throttle.watchers)
    assert recorder.profile is None

    recorder.profile = FrameProfile(clock)
    recorder.frame_begins()
    assert recorder.profile is not None
    assert (len(gc.callbacks), len(throttle.watchers)) == (len(callbacks) + 1, len(watchers) + 1)
    clock.now += REMEMBERED_FOR + 1
    recorder.frame_begins()

    assert recorder.profile is None
    assert (gc.callbacks, throttle.watchers) == (callbacks, watchers)
