from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.models.session import TimeSample
from uwclient.rules.clock import CONFIRMED_AFTER, DRIFT, JUMP, ServerClock
from uwclient.time_sources import SystemTime

EPSILON = 1e-3
EPOCH = 1_790_000_000.0
SECONDS_A_DAY = 86400.0


@dataclass
class Platform:
    """The true time: an offset to the monotonic clock of a machine whose quartz is wrong."""

    offset: float
    drift: float

    def time_at(self, monotonic: float) -> float:
        return monotonic * (1.0 + self.drift) + self.offset

    def reply(self, sent: float, latency: float, made_after: float) -> TimeSample:
        """What a request sent then tells; the reply is made after that share of the latency."""
        date = math.floor(self.time_at(sent + latency * made_after))
        return TimeSample(float(date), sent, sent + latency)


platforms = st.builds(Platform, st.floats(EPOCH, EPOCH + 1e7), st.floats(-DRIFT, DRIFT))
latencies = st.floats(0.0, 10.0)
shares = st.floats(0.0, 1.0)
requests = st.lists(st.tuples(st.floats(0.0, 4000.0), latencies, shares), min_size=1, max_size=20)
device_errors = st.floats(-1e6, 1e6)


@given(platforms, requests, device_errors)
def test_the_estimate_is_as_good_as_the_best_sample_so_far(
    platform: Platform, asked: list[tuple[float, float, float]], device_error: float
) -> None:
    clock = ServerClock(platform.time_at(0.0) + device_error, 0.0)
    moment, bound, sampled_at = 0.0, math.inf, 0.0
    for pause, latency, share in asked:
        moment += pause
        sample = platform.reply(moment, latency, share)
        moment = sample.received
        clock.observe(sample)

        drifted = 2 * DRIFT * (moment - sampled_at)  # the clock's own, and what it must allow for
        bound, sampled_at = min(bound + drifted, 1.0 + latency), moment
        assert abs(clock.now(moment) - platform.time_at(moment)) <= bound + EPSILON


@given(st.floats(-2.0, 2.0), requests)
def test_an_estimate_that_no_sample_refutes_is_never_stepped(
    device_error: float, asked: list[tuple[float, float, float]]
) -> None:
    platform = Platform(EPOCH, 0.0)
    clock = ServerClock(EPOCH + device_error, 0.0)
    told_at_first, moment = clock.offset, 0.0
    for pause, latency, share in asked:
        sample = platform.reply(moment + pause, latency, share)
        moment = sample.received
        if not sample.date - sample.received <= told_at_first <= sample.date + 1.0 - sample.sent:
            break
        clock.observe(sample)

        assert clock.offset == told_at_first


@pytest.mark.parametrize("drift", [DRIFT, -DRIFT])
def test_many_samples_tell_more_than_whole_seconds_even_of_a_clock_that_drifts(drift: float) -> None:
    platform = Platform(EPOCH + 0.7, drift)
    clock = ServerClock(EPOCH + 40.0, 0.0)
    errors = []
    for number in range(2000):
        sample = platform.reply(number * 7.37, 0.02, 0.5)
        clock.observe(sample)
        errors.append(abs(clock.now(sample.received) - platform.time_at(sample.received)))

    assert max(errors[:100]) <= 1.02
    assert max(errors[100:]) <= 0.1


def test_a_right_device_clock_is_never_stepped() -> None:
    clock = ServerClock(EPOCH + 0.4, 0.0)
    platform = Platform(EPOCH + 0.4, 0.0)

    for moment in range(0, 3600, 60):
        assert clock.observe(platform.reply(float(moment), 0.3, 0.5)) is False

    assert clock.offset == EPOCH + 0.4


@given(platforms, requests, device_errors)
def test_a_platform_that_runs_on_is_never_reported_as_set_back(
    platform: Platform, asked: list[tuple[float, float, float]], device_error: float
) -> None:
    clock = ServerClock(platform.time_at(0.0) + device_error, 0.0)
    clock.observe(platform.reply(0.0, 0.0, 0.0))
    moment = 0.0
    for pause, _, share in asked:
        sample = platform.reply(moment + pause, 0.2, share)
        moment = sample.received

        assert clock.observe(sample) is False


@given(platforms, latencies, st.floats(0.0, SECONDS_A_DAY))
def test_a_platform_clock_that_is_set_back_is_told_and_followed(
    platform: Platform, latency: float, more: float
) -> None:
    clock = ServerClock(platform.time_at(0.0), 0.0)
    clock.observe(platform.reply(0.0, latency, 0.5))
    platform.offset -= JUMP + 2 * (1.0 + latency) + more + EPSILON

    assert clock.observe(platform.reply(latency, latency, 0.5)) is False, "one answer is not believed"
    assert clock.observe(platform.reply(latency, latency, 0.5)) is True
    assert abs(clock.now(latency) - platform.time_at(latency)) <= 1.0 + latency + EPSILON


def test_a_platform_clock_that_is_set_forward_is_followed_without_a_word() -> None:
    clock = ServerClock(EPOCH, 0.0)
    clock.observe(TimeSample(EPOCH, 0.0, 0.0))

    for _ in range(2):
        assert clock.observe(TimeSample(EPOCH + SECONDS_A_DAY, 1.0, 1.0)) is False
    assert clock.now(1.0) == pytest.approx(EPOCH + SECONDS_A_DAY, abs=1.0)


def test_a_device_clock_that_ran_ahead_is_told_as_set_back() -> None:
    clock = ServerClock(EPOCH + SECONDS_A_DAY, 0.0)

    assert clock.observe(TimeSample(EPOCH, 0.0, 0.1)) is True


def test_before_the_first_sample_the_time_is_the_devices() -> None:
    clock = ServerClock(EPOCH, 100.0)

    assert not clock.is_synchronized
    assert clock.now(160.0) == EPOCH + 60.0


def test_a_time_that_was_told_to_an_earlier_run_is_the_least_until_the_first_sample() -> None:
    clock = ServerClock(EPOCH, 100.0)

    clock.not_before(EPOCH - 5.0, 100.0)
    assert clock.now(100.0) == EPOCH

    clock.not_before(EPOCH + 500.0, 110.0)
    assert clock.now(110.0) == EPOCH + 500.0
    assert not clock.is_synchronized


def test_once_the_platform_has_told_the_time_an_earlier_run_has_no_say() -> None:
    clock = ServerClock(EPOCH, 0.0)
    clock.observe(TimeSample(EPOCH, 0.0, 0.1))

    clock.not_before(EPOCH + SECONDS_A_DAY, 1.0)

    assert clock.now(0.0) == EPOCH
    assert clock.is_synchronized


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_the_moment_of_an_instant_is_when_the_clock_shows_it(offset: float, monotonic: float) -> None:
    clock = ServerClock(EPOCH + offset, 0.0)

    assert clock.monotonic_at(clock.now(monotonic)) == pytest.approx(monotonic, abs=EPSILON)
    assert clock.monotonic_at(math.inf) == math.inf


def test_the_time_of_this_machine_does_not_go_back() -> None:
    time = SystemTime()

    readings = [time.monotonic() for _ in range(100)]

    assert readings == sorted(readings)


# Wrong words.

wrong_by = st.sampled_from([-31 * SECONDS_A_DAY, -900.0, -5.0, 0.0, 0.0, 0.0, 5.0, 31 * SECONDS_A_DAY])
told = st.lists(st.tuples(st.integers(0, 900), wrong_by), min_size=1, max_size=30)


@given(told, device_errors)
def test_the_time_is_that_of_the_last_two_answers_in_a_row_that_agree_or_of_the_first(
    answers: list[tuple[int, float]], device_error: float
) -> None:
    clock = ServerClock(EPOCH + device_error, 0.0)
    moment, believed, last = 0, 0.0, math.nan
    for pause, wrong in answers:
        moment += pause
        clock.observe(TimeSample(EPOCH + wrong + moment, float(moment), float(moment)))
        if math.isnan(last) or wrong == last:
            believed = wrong
        last = wrong

        assert clock.now(float(moment)) == pytest.approx(EPOCH + believed + moment, abs=1.0)


@given(told, st.floats(-60 * SECONDS_A_DAY, 60 * SECONDS_A_DAY))
def test_a_time_is_surely_past_when_the_device_says_so_too_or_the_platform_ten_minutes_later(
    answers: list[tuple[int, float]], device_error: float
) -> None:
    clock = ServerClock(EPOCH + device_error, 0.0)
    assert clock.surely_past(0.0, EPOCH + device_error) == 0.0
    moment, heard = 0, []
    for pause, wrong in answers:
        moment += pause
        heard.append((moment, wrong))
        clock.observe(TimeSample(EPOCH + wrong + moment, float(moment), float(moment)))

        past = clock.surely_past(float(moment), EPOCH + device_error + moment)
        seconds_ago = [moment - at for at, told_wrong in heard if EPOCH + moment + told_wrong + 1.0 >= past]
        told_by_device = past <= EPOCH + device_error + moment
        assert seconds_ago, "the platform has said so"
        assert told_by_device or max(seconds_ago) >= CONFIRMED_AFTER


def test_a_lone_wrong_answer_each_minute_never_moves_the_time() -> None:
    clock = ServerClock(EPOCH, 0.0)
    for moment in range(0, 7200, 10):
        wrong = -900.0 if moment % 60 == 50 else 0.0
        assert clock.observe(TimeSample(EPOCH + wrong + moment, float(moment), float(moment))) is False
        assert clock.now(float(moment)) == pytest.approx(EPOCH + moment, abs=1.0)


def test_a_first_answer_that_was_wrong_is_put_right_by_two() -> None:
    clock = ServerClock(EPOCH, 0.0)
    clock.observe(TimeSample(EPOCH - SECONDS_A_DAY, 0.0, 0.1))
    assert not clock.is_sure(0.1, EPOCH + SECONDS_A_DAY)

    for moment in (1.0, 2.0):
        clock.observe(TimeSample(EPOCH + moment, moment, moment))

    assert clock.now(2.0) == pytest.approx(EPOCH + 2.0, abs=1.0)
    assert clock.is_sure(2.0, EPOCH)


def test_the_time_is_sure_with_a_second_witness() -> None:
    clock = ServerClock(EPOCH, 0.0)
    assert not clock.is_sure(0.0, EPOCH), "the device alone is one"
    clock.observe(TimeSample(EPOCH, 0.0, 0.0))
    assert clock.is_sure(0.0, EPOCH + 3600.0)
    assert not clock.is_sure(0.0, EPOCH + 31 * SECONDS_A_DAY)
    clock.observe(TimeSample(EPOCH + CONFIRMED_AFTER, CONFIRMED_AFTER, CONFIRMED_AFTER))
    assert clock.is_sure(CONFIRMED_AFTER, EPOCH + 31 * SECONDS_A_DAY)
