"""Faults by name, and the rule by which all faults are planned: which requests, how often, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from uwclient import PlayerEvent, StandingTime
from uwclient.sandbox import Sandbox
from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.http.fault_kinds import CannedReply, Drop, Hold, LoseReply, Truncate, WrongDate
from uwclient.sandbox.http.fault_profiles import PROFILES
from uwclient.sandbox.http.faults import Faults

if TYPE_CHECKING:
    from tests.conftest import MakeClient
    from tests.sandbox.conftest import HttpPlayer, Join

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
ASKED = 400


@pytest.fixture
def time() -> StandingTime:
    return StandingTime(NINE)


@pytest.fixture
def faults(time: StandingTime) -> Faults:
    return Faults(SandboxClock(NINE, time))


def met(faults: Faults, count: int = ASKED, path: str = "/offers") -> list[object]:
    """What so many requests meet."""
    return [faults.take(path) for _ in range(count)]


def kinds(found: list[object]) -> set[type]:
    return {type(one) for one in found}


def share(found: list[object]) -> float:
    """How many of the requests met something, from 0 to 1."""
    return sum(one is not None for one in found) / len(found)


# What the profiles are.


@pytest.mark.parametrize(
    ("name", "least", "most", "what"),
    [
        ("offline", 1, 1, {Drop}),
        ("captive_portal", 1, 1, {CannedReply}),
        ("slow_3g", 1, 1, {Hold}),
        ("lost_replies", 0.4, 0.6, {LoseReply}),
        ("truncated", 0.4, 0.6, {Truncate}),
        ("rate_limited", 0.65, 0.85, {CannedReply}),
        ("platform_outage", 1, 1, {CannedReply}),
        ("clock_wrong", 0.4, 0.6, {WrongDate}),
        ("flaky", 0.05, 0.15, {Drop, LoseReply, Truncate, CannedReply}),
        ("flaky(0.5)", 0.4, 0.6, {Drop, LoseReply, Truncate, CannedReply}),
    ],
)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_profile_fails_as_often_as_it_says(
    name: str, least: float, most: float, what: set[type], seed: int, faults: Faults
) -> None:
    faults.profile(name, seed=seed)
    found = met(faults)
    assert least <= share(found) <= most
    assert kinds(found) - {type(None)} == what


def test_in_the_subway_tunnels_and_stations_follow_each_other(faults: Faults, time: StandingTime) -> None:
    faults.profile("subway", seed=3)
    lost = []
    for _ in range(240):
        found = met(faults, 5)
        assert share(found) in (0, 1), "nothing changes within half a minute"
        assert kinds(found) <= {type(None), Drop, LoseReply}
        lost.append(share(found) == 1)
        time.advance(seconds=30)
    edges = sum(one != other for one, other in pairwise(lost))
    assert 0.5 <= sum(lost) / len(lost) <= 0.7
    assert 60 <= edges <= 180


@pytest.mark.parametrize("name", PROFILES)
def test_the_same_seed_gives_the_same_failures(name: str, time: StandingTime) -> None:
    def run(seed: int) -> list[object]:
        clock = SandboxClock(NINE, time)
        faults = Faults(clock)
        faults.profile(name, seed=seed, p=0.5)
        found = []
        for _ in range(40):
            found += met(faults, 3)
            clock.advance(seconds=20)
        return found

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_profiles_have_dice_of_their_own(faults: Faults, time: StandingTime) -> None:
    faults.profile("flaky", seed=3, p=0.5, glob="/offers")
    alone = met(faults)
    both = Faults(SandboxClock(NINE, time))
    both.profile("flaky", seed=3, p=0.5, glob="/offers")
    both.profile("flaky", seed=3, p=0.5, glob="/events")
    beside = []
    for _ in range(ASKED):
        beside += met(both, 1)
        met(both, 2, "/events")
    assert beside == alone


@pytest.mark.parametrize("name", PROFILES)
def test_what_has_no_chance_never_happens_and_what_is_sure_always_does(
    name: str, faults: Faults, time: StandingTime
) -> None:
    faults.profile(name, p=0, glob="/never")
    faults.profile(name, p=1, glob="/always")
    for _ in range(20):
        assert share(met(faults, 5, "/never")) == 0
        assert share(met(faults, 5, "/always")) == 1
        time.advance(seconds=31)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("subwy", "did you mean 'subway'"),
        ("slow-3g", "did you mean 'slow_3g'"),
        ("flakey(0.3)", "did you mean 'flaky'"),
        ("earthquake", "use offline, subway, captive_portal"),
        ("flaky(2)", "from 0 .never. to 1 .always."),
        ("flaky(0.1.2)", "not a probability"),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_one_that_was_meant(name: str, sentence: str, faults: Faults) -> None:
    with pytest.raises(ValueError, match=sentence):
        faults.profile(name)
    assert faults.planned == ()


@pytest.mark.parametrize("p", [-0.1, 1.1, "often", float("nan")])
def test_a_probability_that_is_none_is_refused(p: Any, faults: Faults) -> None:
    with pytest.raises(ValueError, match="not a probability"):
        faults.profile("flaky", p=p)


# What players meet.


@pytest.fixture
def standing() -> Iterator[Sandbox]:
    with Sandbox(time_source=StandingTime(NINE), seed=1) as sandbox:
        yield sandbox
    sandbox.check()


def test_a_portal_replies_with_a_page_that_is_no_answer(standing: Sandbox, join: Join) -> None:
    player = join(standing)
    standing.faults.profile("captive_portal")
    reply = player.get("/offers")
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/html")


def test_too_many_requests_are_told_how_long_to_wait(standing: Sandbox, join: Join) -> None:
    player = join(standing)
    standing.faults.profile("rate_limited", p=1)
    reply = player.get("/offers")
    assert reply.status_code == 429
    assert 5 <= int(reply.headers["Retry-After"]) < 60


def test_a_platform_that_is_down_answers_with_different_errors(standing: Sandbox, join: Join) -> None:
    player = join(standing)
    standing.faults.profile("platform_outage")
    assert {player.get("/offers").status_code for _ in range(40)} == {500, 502, 503, 504}


def test_a_wrong_clock_shows_only_in_the_date(standing: Sandbox, join: Join) -> None:
    standing.publish("offers", id="gems", end_at="+1h")
    player = join(standing)
    standing.faults.profile("clock_wrong", p=1)
    reply = player.get("/offers")
    assert [offer["id"] for offer in reply.json()["active"]] == ["gems"]
    shown = datetime.strptime(reply.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    assert timedelta(hours=1) <= abs(shown - NINE) <= timedelta(days=2)


def test_on_a_clock_that_stands_still_a_reply_says_how_late_it_is(standing: Sandbox, join: Join) -> None:
    player = join(standing)
    standing.faults.profile("slow_3g", seed=2)
    late = [float(player.get("/offers").headers["Uwclient-Late"]) for _ in range(20)]
    assert all(0.4 <= seconds <= 4 for seconds in late)
    assert len(set(late)) > 10


def test_a_reply_is_late_by_seconds_of_the_sandboxs_clock(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.speed = 3600
    sandbox.faults.hang("*/offers", seconds=3600)
    before = sandbox.clock.now()
    reply = player.get("/offers")
    assert "Uwclient-Late" not in reply.headers
    assert timedelta(hours=1) <= sandbox.clock.now() - before <= timedelta(hours=4)


def test_an_outage_in_real_time_ends_by_itself(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.outage(seconds=0.2)
    statuses = [player.get("/offers").status_code]
    while statuses[-1] != 200:
        statuses.append(player.get("/offers").status_code)
    assert statuses[0] >= 500
    end = sandbox.faults.planned[0].end
    assert end is not None
    assert sandbox.clock.now() >= end


def test_an_outage_must_take_some_time(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="cannot end"):
        sandbox.outage(seconds=0)


# When faults happen.


def test_a_fault_happens_in_its_time_only(standing: Sandbox, join: Join) -> None:
    player = join(standing)
    standing.faults.profile("platform_outage", during=("+1h", "+3h"))
    standing.faults.respond("*/offers", status=418, times=None, during=(None, NINE + timedelta(minutes=30)))
    seen = []
    for _ in range(8):
        seen.append(player.get("/offers").status_code // 100)
        standing.clock.advance(minutes=30)
    assert seen == [4, 2, 5, 5, 5, 5, 2, 2]


def test_without_a_time_a_fault_happens_wherever_the_clock_is_moved(standing: Sandbox, join: Join) -> None:
    player = join(standing)
    standing.faults.drop("*", times=None)
    for days in (-3, 9):
        standing.clock.advance(days=days)
        with pytest.raises(requests.ConnectionError):
            player.get("/offers")


def test_the_edges_of_what_is_planned_are_told(faults: Faults, time: StandingTime) -> None:
    faults.profile("subway", during=("+1h", "+3h"))
    faults.drop("*", during=("+2h", None))
    edges = []
    while (edge := faults.next_edge) is not None:
        edges.append(edge - NINE)
        time.set(edge)
    assert edges == [timedelta(hours=hours) for hours in (1, 2, 3)]
    assert [one.name for one in faults.planned if one.is_on(time.now())] == ["drop"]


@pytest.mark.parametrize(
    ("during", "sentence"),
    [
        (("+3h", "+1h"), "cannot end"),
        (("+1h", "+1h"), "cannot end"),
        (("soon", None), "'soon' is not a time"),
        ("+1h", "from when to when"),
        (("+1h",), "from when to when"),
    ],
)
def test_a_time_that_is_none_is_refused_in_a_sentence(during: Any, sentence: str, faults: Faults) -> None:
    with pytest.raises(ValueError, match=sentence):
        faults.profile("subway", during=during)
    with pytest.raises(ValueError, match=sentence):
        faults.drop("*", during=during)
    assert faults.planned == ()


def test_there_is_an_end_to_how_much_can_be_planned(faults: Faults) -> None:
    for _ in range(1000):
        faults.drop("*")
    with pytest.raises(ValueError, match="clear"):
        faults.drop("*")


def test_a_restored_sandbox_fails_as_the_saved_one_would_have(standing: Sandbox) -> None:
    faults = standing.faults
    faults.profile("flaky", seed=5, p=0.5, times=30)
    faults.respond("*/offers", status=418, body=b"\xff", headers={"X-Own": "1"}, times=20, during=(None, "+1h"))
    faults.hang("*/events", seconds=2)
    faults.endless("/files/*", times=None)
    met(faults, 7)
    saved, planned = standing.save(), faults.planned
    first = met(faults)
    faults.clear()
    faults.drop("*")

    standing.restore(saved)
    assert faults.planned == planned
    assert met(faults) == first
    assert len(planned) == 4


# The rule of planning, against a simple model of it.

PATHS = ("/offers", "/events", "/files/a")
GLOBS = ("*", "/offers", "/e*", "/none")
PLANS = st.tuples(
    st.sampled_from(GLOBS),
    st.one_of(st.none(), st.integers(1, 3)),
    st.one_of(st.none(), st.integers(0, 4)),
    st.one_of(st.none(), st.integers(1, 4)),
)
"""The glob, the times, the hour of the start and the hours until the end."""


@dataclass
class _Modelled:
    """A planned fault, in whole hours."""

    status: int
    glob: str
    left: int | None
    start: int | None
    length: int | None

    @property
    def during(self) -> tuple[datetime | None, datetime | None]:
        start = None if self.start is None else NINE + timedelta(hours=self.start)
        return start, None if self.length is None else (start or NINE) + timedelta(hours=self.length)

    def fits(self, hour: int, path: str) -> bool:
        begun, ended = hour >= (self.start or 0), self.length is not None and hour >= (self.start or 0) + self.length
        return begun and not ended and self.left != 0 and fnmatchcase(path, self.glob)


@settings(max_examples=100, deadline=None)
@given(plans=st.lists(PLANS, max_size=4), asked=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(PATHS))))
def test_the_first_planned_fault_that_fits_happens(
    plans: list[tuple[str, int | None, int | None, int | None]], asked: list[tuple[int, str]]
) -> None:
    clock = SandboxClock(NINE, StandingTime(NINE))
    faults = Faults(clock)
    model = [_Modelled(200 + number, *plan) for number, plan in enumerate(plans)]
    for one in model:
        faults.respond(one.glob, status=one.status, times=one.left, during=one.during)
    for hour, path in asked:
        clock.set(NINE + timedelta(hours=hour))
        expected = next((one for one in model if one.fits(hour, path)), None)
        if expected is not None and expected.left is not None:
            expected.left -= 1
        fault = faults.take(path)
        assert (fault.status if isinstance(fault, CannedReply) else None) == (expected and expected.status)


# What a game makes of it.


@pytest.mark.parametrize("name", PROFILES)
def test_whatever_fails_for_a_while_nothing_is_lost_and_offers_end_in_time(
    name: str, time: StandingTime, make_client: MakeClient
) -> None:
    ended = []
    with Sandbox(time_source=time, seed=1) as sandbox:
        sandbox.publish("offers", id="gems", end_at="+12m")
        uw = make_client(host=sandbox.url, api_key=sandbox.api_key, threaded=False, time_source=time, seed=1)
        uw.offers.on_inactive.connect(lambda _, **offer: ended.append(uw.now()))
        uw.start()
        uw.pump()
        sandbox.faults.profile(name, seed=3, during=("+2m", "+15m"))
        for step in range(120):
            if step % 6 == 0 and step < 90:
                uw.assign_event(PlayerEvent(f"quest {step}"))
            time.advance(seconds=15)
            uw.pump()
        uw.stop()
        arrived = {event.event_id for event in sandbox.player("hero-42").events}
        sandbox.check()
    assert arrived == {f"quest {step}" for step in range(0, 90, 6)}
    assert ended == [NINE + timedelta(minutes=12)]
