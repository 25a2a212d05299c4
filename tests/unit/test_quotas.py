"""How often campaigns may be triggered, whatever the platform has heard of it by when it answers."""

from __future__ import annotations

import itertools
import json
from collections import Counter, deque
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.unit.strategies import json_values
from uwclient.models.campaign import Campaign, Firing, Quota
from uwclient.rules.quotas import Quotas

NOW = 1_800_000_000.0


def campaign(id: str, quota: Quota, impression_id: str) -> Campaign:
    return Campaign(id=id, quota=quota, impression_id=impression_id)


def told(quota: Quota, impression_id: str = "i1", session_id: str = "s1") -> Quotas:
    """Quotas that know one campaign."""
    quotas = Quotas()
    quotas.session_id = session_id
    quotas.update(campaign("c", quota, impression_id))
    return quotas


def fire_all(quotas: Quotas, now: float = NOW, most: int = 20) -> int:
    """Trigger the campaign as often as may be, up to `most` times; how often that was."""
    for count in range(most):
        if not quotas.allows("c", now):
            return count
        quotas.record_firing("c", now)
    return most


KEPT: WeakKeyDictionary[Quotas, dict[str, Any]] = WeakKeyDictionary()
"""What is on disk of each: all that was saved, one after the other."""


def kept(quotas: Quotas) -> dict[str, Any]:
    """Save what has changed, as JSON; all that is on disk then."""
    saved = {**KEPT.get(quotas, {}), **json.loads(json.dumps(quotas.take_unsaved()))}
    KEPT[quotas] = {campaign_id: counts for campaign_id, counts in saved.items() if counts is not None}
    return KEPT[quotas]


def next_run(quotas: Quotas) -> Quotas:
    """What another run makes of what this one has kept."""
    later = Quotas()
    later.restore(kept(quotas))
    KEPT[later] = {}
    return later


# The counts.


@pytest.mark.parametrize(
    ("quota", "times"),
    [
        (Quota(), 20),
        (Quota(total=0), 0),
        (Quota(total=1), 1),
        (Quota(total=5), 5),
        (Quota(session=0), 0),
        (Quota(session=3), 3),
        (Quota(total=5, session=2), 2),
        (Quota(total=2, session=5), 2),
        (Quota(total=0, session=5), 0),
        (Quota(total=5, session=0), 0),
        (Quota(total=10**30, session=10**30), 20),
    ],
)
def test_a_campaign_fires_as_long_as_both_counts_are_above_zero(quota: Quota, times: int) -> None:
    assert fire_all(told(quota)) == times


def test_a_firing_says_what_the_platform_counts_it_by() -> None:
    quotas = told(Quota(), "i7", "s3")
    assert quotas.record_firing("c", NOW) == Firing("c", "i7", "s3")


def test_campaigns_have_counts_of_their_own() -> None:
    quotas = told(Quota(total=1))
    quotas.update(campaign("d", Quota(total=1), "i2"))
    quotas.record_firing("c", NOW)
    assert not quotas.allows("c", NOW)
    assert quotas.allows("d", NOW)


def test_a_load_that_the_platform_answered_before_it_heard_of_a_firing_gives_nothing_back() -> None:
    quotas = told(Quota(total=1))
    quotas.record_firing("c", NOW)
    quotas.update(campaign("c", Quota(total=1), "i1"))
    quotas.release_reported()
    assert not quotas.allows("c", NOW)


def test_the_counts_of_a_platform_that_has_heard_of_a_firing_are_taken_as_they_are() -> None:
    quotas = told(Quota(total=3, session=2))
    quotas.record_firing("c", NOW)
    quotas.report(["i1"], NOW)
    quotas.update(campaign("c", Quota(total=2, session=1), "i2"))
    quotas.release_reported()
    assert fire_all(quotas) == 1


def test_a_quota_that_is_raised_while_a_firing_is_under_way_is_not_lost() -> None:
    quotas = told(Quota(total=1))
    quotas.record_firing("c", NOW)
    quotas.report(["i1"], NOW)
    quotas.update(campaign("c", Quota(total=4), "i2"))
    assert fire_all(quotas) == 4


def test_a_quota_that_is_lowered_before_the_platform_hears_of_a_firing_is_not_exceeded() -> None:
    quotas = told(Quota(total=5))
    quotas.record_firing("c", NOW)
    quotas.update(campaign("c", Quota(total=2), "i1"))
    assert fire_all(quotas) == 1


def test_firings_elsewhere_give_nothing_back_here() -> None:
    """The count goes down because the player plays on another device too."""
    quotas = told(Quota(total=3))
    quotas.record_firing("c", NOW)
    quotas.update(campaign("c", Quota(total=2), "i1"))
    quotas.release_reported()
    assert fire_all(quotas) == 1


def test_a_platform_that_has_counted_before_the_reply_was_lost_is_believed_once_it_confirms() -> None:
    quotas = told(Quota(total=3))
    quotas.record_firing("c", NOW)
    quotas.update(campaign("c", Quota(total=2), "i2"))  # it was delivered, and nobody here knows
    assert fire_all(next_run(quotas), most=0) == 0
    quotas.report(["i1"], NOW)  # delivered once more: the platform's answer does not change
    quotas.release_reported()
    assert fire_all(quotas) == 2


def test_what_was_fired_twice_with_one_impression_is_counted_twice_here() -> None:
    """The platform counts an impression once, and has seen one of two."""
    quotas = told(Quota(total=5, session=5))
    assert [quotas.record_firing("c", NOW).impression_id for _ in range(2)] == ["i1", "i1"]
    quotas.report(["i1"], NOW)
    quotas.update(campaign("c", Quota(total=4, session=4), "i2"))
    quotas.release_reported()
    quotas.report(["i1"], NOW)
    quotas.release_reported()
    assert fire_all(quotas) == 3


def test_a_platform_that_tells_the_same_impression_again_has_not_counted_it() -> None:
    quotas = told(Quota(total=1))
    quotas.record_firing("c", NOW)
    quotas.report(["i1"], NOW)
    quotas.release_reported()
    assert not quotas.allows("c", NOW)


# Sessions.


def test_a_new_session_has_its_own_count_and_the_same_total() -> None:
    quotas = told(Quota(total=5, session=2))
    assert fire_all(quotas) == 2
    quotas.session_id = "s2"
    quotas.update(campaign("c", Quota(total=5, session=2), "i2"))
    assert fire_all(quotas) == 2
    quotas.session_id = "s3"
    quotas.update(campaign("c", Quota(total=5, session=2), "i3"))
    assert fire_all(quotas) == 1


def test_a_new_session_in_which_the_platform_tells_nothing_new_has_its_own_count_too() -> None:
    quotas = told(Quota(total=3, session=2))
    assert fire_all(quotas) == 2
    quotas.session_id = "s2"
    assert fire_all(quotas) == 1


def test_a_session_that_is_resumed_goes_on_counting() -> None:
    quotas = told(Quota(session=2))
    quotas.record_firing("c", NOW)
    later = next_run(quotas)
    later.session_id = "s1"
    later.update(campaign("c", Quota(session=2), "i1"))
    later.recover([(Firing("c", "i1", "s1"), NOW)], NOW)
    assert fire_all(later) == 1


# The cooldown.


@pytest.mark.parametrize(("seconds", "allowed"), [(0.0, False), (59.999, False), (60.0, True), (60.001, True)])
def test_the_cooldown_ends_to_the_moment(seconds: float, allowed: bool) -> None:
    quotas = told(Quota(cooldown=60.0))
    quotas.record_firing("c", NOW)
    assert quotas.allows("c", NOW + seconds) is allowed
    later = next_run(quotas)
    later.update(campaign("c", Quota(cooldown=60.0), "i2"))
    assert later.allows("c", NOW + seconds) is allowed

    as_told = told(Quota(cooldown=60.0, latest=NOW))
    assert as_told.allows("c", NOW + seconds) is allowed


def test_the_later_of_two_firings_counts_for_the_cooldown() -> None:
    quotas = told(Quota(cooldown=60.0, latest=NOW - 70))
    quotas.record_firing("c", NOW)
    quotas.update(campaign("c", Quota(cooldown=60.0, latest=NOW - 30), "i2"))
    assert not quotas.allows("c", NOW + 59)
    quotas.update(campaign("c", Quota(cooldown=60.0, latest=NOW + 10), "i3"))
    assert not quotas.allows("c", NOW + 69)
    assert quotas.allows("c", NOW + 70)


@pytest.mark.parametrize("ahead", [0.001, 3600.0])
def test_without_a_cooldown_a_moment_that_lies_ahead_blocks_nothing(ahead: float) -> None:
    quotas = told(Quota(latest=NOW + ahead))
    quotas.record_firing("c", NOW + ahead)
    assert quotas.allows("c", NOW)


def test_a_moment_read_from_a_clock_that_was_wrong_does_not_block_for_longer_than_the_cooldown() -> None:
    quotas = told(Quota(cooldown=60.0))
    quotas.record_firing("c", NOW + 365 * 86400.0)
    assert quotas.allows("c", NOW)


def test_a_firing_a_moment_ahead_of_the_clock_is_not_forgotten() -> None:
    assert not told(Quota(cooldown=60.0, latest=NOW + 1.5)).allows("c", NOW)


def test_a_firing_that_the_platform_hears_of_late_is_not_dated_late_here() -> None:
    quotas = told(Quota(cooldown=60.0))
    quotas.record_firing("c", NOW)
    quotas.report(["i1"], NOW + 40)
    quotas.update(campaign("c", Quota(cooldown=60.0, latest=NOW + 40.9), "i2"))
    for one in (quotas, next_run(quotas)):
        one.update(campaign("c", Quota(cooldown=60.0, latest=NOW + 40.9), "i2"))
        assert not one.allows("c", NOW + 59.9)
        assert one.allows("c", NOW + 60.0)


def test_a_firing_elsewhere_after_the_last_one_here_counts_for_the_cooldown() -> None:
    quotas = told(Quota(cooldown=60.0))
    quotas.record_firing("c", NOW)
    quotas.report(["i1"], NOW + 1)
    quotas.update(campaign("c", Quota(cooldown=60.0, latest=NOW + 30), "i2"))
    assert not quotas.allows("c", NOW + 89.9)
    assert quotas.allows("c", NOW + 90)


def test_a_firing_that_was_delivered_at_the_end_of_a_run_is_dated_when_it_was_done() -> None:
    quotas = told(Quota(cooldown=60.0))
    quotas.record_firing("c", NOW)
    later = next_run(quotas)
    later.update(campaign("c", Quota(cooldown=60.0), "i1"))
    later.recover([], NOW + 50)
    later.update(campaign("c", Quota(cooldown=60.0, latest=NOW + 30), "i2"))
    assert later.allows("c", NOW + 60)


# From one run to the next.


def test_what_waits_is_held_although_it_was_not_kept() -> None:
    """The game was killed right after the action was written down."""
    quotas = Quotas()
    quotas.restore({})
    quotas.session_id = "s1"
    quotas.update(campaign("c", Quota(total=3, session=3, cooldown=60.0), "i1"))
    quotas.recover([(Firing("c", "i1", "s1"), NOW), (Firing("c", "i1", "s1"), NOW - 90)], NOW)
    assert not quotas.allows("c", NOW + 59)
    assert fire_all(quotas, most=1, now=NOW + 60) == 1
    assert not quotas.allows("c", NOW + 120)


def test_what_waits_and_was_kept_is_held_once() -> None:
    quotas = told(Quota(total=3))
    firing = quotas.record_firing("c", NOW)
    later = next_run(quotas)
    later.session_id = "s1"
    later.update(campaign("c", Quota(total=3), "i1"))
    later.recover([(firing, NOW)], NOW)
    assert fire_all(later) == 2


def test_what_was_delivered_at_the_end_of_a_run_is_held_until_the_platform_has_answered() -> None:
    quotas = told(Quota(total=3))
    quotas.record_firing("c", NOW)
    later = next_run(quotas)
    later.session_id = "s1"
    later.update(campaign("c", Quota(total=3), "i1"))
    later.recover([], NOW)
    offline = next_run(later)
    offline.session_id = "s1"
    offline.update(campaign("c", Quota(total=3), "i1"))
    offline.recover([], NOW)
    assert fire_all(offline) == 2

    later.session_id = "s2"
    later.update(campaign("c", Quota(total=2), "i2"))
    later.release_reported()
    assert fire_all(later) == 2


def test_a_load_that_was_kept_and_whose_counts_were_not_is_enough() -> None:
    """The game was killed between the two: the impression has gone, so it was counted."""
    quotas = told(Quota(total=3))
    quotas.record_firing("c", NOW)
    later = next_run(quotas)
    later.session_id = "s1"
    later.update(campaign("c", Quota(total=2), "i2"))
    later.recover([], NOW)
    assert fire_all(later) == 2


def test_a_load_of_another_session_proves_nothing() -> None:
    quotas = told(Quota(total=3))
    firing = quotas.record_firing("c", NOW)
    later = next_run(quotas)
    later.session_id = "s2"
    later.update(campaign("c", Quota(total=3), "i2"))
    later.recover([(firing, NOW)], NOW)
    assert fire_all(later) == 2


def test_the_same_client_that_starts_again_learns_what_was_delivered() -> None:
    quotas = told(Quota(total=3))
    quotas.record_firing("c", NOW)
    quotas.start_run()
    quotas.update(campaign("c", Quota(total=3), "i1"))
    quotas.recover([], NOW)
    assert fire_all(quotas, most=0) == 0
    quotas.session_id = "s2"
    quotas.update(campaign("c", Quota(total=2), "i2"))
    assert fire_all(quotas) == 2


def test_a_campaign_that_is_withdrawn_and_comes_back_has_not_forgotten() -> None:
    quotas = told(Quota(total=2))
    quotas.record_firing("c", NOW)
    quotas.remove("c")
    quotas.update(campaign("c", Quota(total=2), "i1"))
    assert fire_all(quotas) == 1


def test_nothing_is_kept_of_campaigns_that_went_once_they_are_counted() -> None:
    quotas = told(Quota(total=2))
    quotas.record_firing("c", NOW)
    quotas.remove("c")
    assert kept(quotas) != {}
    quotas.report(["i1"], NOW)
    quotas.release_reported()
    assert kept(quotas) == {}


def test_what_is_kept_does_not_grow_from_session_to_session() -> None:
    quotas = told(Quota())
    sizes = []
    for number in range(50):
        quotas.session_id = f"s{number}"
        quotas.update(campaign("c", Quota(), f"i{number}"))
        for _ in range(3):
            quotas.record_firing("c", NOW)
        quotas.report([f"i{number}"], NOW)
        quotas.update(campaign("c", Quota(), f"j{number}"))
        quotas.release_reported()
        sizes.append(len(json.dumps(kept(quotas))))
    assert max(sizes) - min(sizes) < 40


def test_what_changed_is_to_be_kept() -> None:
    quotas = told(Quota())
    assert quotas.is_saved
    quotas.record_firing("c", NOW)
    assert not quotas.is_saved
    quotas.take_unsaved()
    assert quotas.is_saved
    quotas.report(["i1"], NOW)
    quotas.update(campaign("c", Quota(), "i2"))
    assert not quotas.is_saved


def test_what_was_saved_is_a_copy() -> None:
    quotas = told(Quota())
    quotas.record_firing("c", NOW)
    saved = quotas.take_unsaved()
    before = json.dumps(saved)
    quotas.record_firing("c", NOW + 1)
    quotas.update(campaign("d", Quota(), "i2"))
    quotas.record_firing("d", NOW)
    assert json.dumps(saved) == before


ROW = [NOW, [["i1", "s1", 1]], 0.0]
NO_MOMENTS: list[Any] = [None, "now", True, float("nan"), float("inf"), float("-inf"), 10**400, []]
NO_HELD: list[Any] = [
    None,
    {},
    [None],
    [["i1", "s1"]],
    [["i1", "s1", 0]],
    [["i1", "s1", -5]],
    [["i1", "s1", 1.5]],
    [["i1", "s1", True]],
    [[1, "s1", 1]],
    [["i1", None, 1]],
    [["i1", "s1", 1], 7],
]
BROKEN_ROWS: list[Any] = [
    *(None, 5, "row", {}, [], [NOW], [NOW, []], [*ROW, 1]),
    *([moment, [], 0.0] for moment in NO_MOMENTS),
    *([NOW, [], moment] for moment in NO_MOMENTS),
    *([NOW, held, 0.0] for held in NO_HELD),
]


@pytest.mark.parametrize("row", BROKEN_ROWS, ids=repr)
def test_a_row_that_makes_no_sense_costs_only_itself(row: Any) -> None:
    quotas = Quotas()
    quotas.restore({"c": row, "d": ROW})
    quotas.session_id = "s1"
    for one in "cd":
        quotas.update(campaign(one, Quota(total=1), "i1"))
    assert quotas.allows("c", NOW + 100)
    assert not quotas.allows("d", NOW + 100)


@given(st.dictionaries(st.text(max_size=3), json_values | st.lists(json_values, min_size=3, max_size=3)))
def test_any_json_is_survived(saved: dict[str, Any]) -> None:
    quotas = Quotas()
    quotas.restore(saved)
    quotas.recover([], NOW)
    for campaign_id in saved:
        quotas.update(campaign(campaign_id, Quota(total=10**6), "i"))
        quotas.allows(campaign_id, NOW)
        quotas.record_firing(campaign_id, NOW)
    quotas.release_reported()
    json.dumps(quotas.take_unsaved())


# Any course of events, with a platform that counts as the real one.


class Answer(NamedTuple):
    """What the platform tells of the campaign, and what it had counted by then."""

    session_id: str
    impression_id: str
    quota: Quota
    counted: frozenset[str]


class Platform:
    """Counts an impression once, for the session that it was given to; gives another when it has."""

    def __init__(self, total: int | None, session: int | None) -> None:
        self.total, self.session = total, session
        self.elsewhere = 0
        self.session_id = "s0"
        self.given: dict[str, str] = {}
        self.counted: set[str] = set()
        self.waiting: dict[str, str] = {}
        self._names = itertools.count()

    def answer(self) -> Answer:
        if self.session_id not in self.waiting:
            impression_id = f"i{next(self._names)}"
            self.given[impression_id] = self.session_id
            self.waiting[self.session_id] = impression_id
        used = sum(self.given[one] == self.session_id for one in self.counted)
        quota = Quota(
            None if self.total is None else max(0, self.total - len(self.counted) - self.elsewhere),
            None if self.session is None else max(0, self.session - used),
        )
        return Answer(self.session_id, self.waiting[self.session_id], quota, frozenset(self.counted))

    def hear(self, impression_id: str) -> None:
        self.counted.add(impression_id)
        self.waiting = {session: one for session, one in self.waiting.items() if one != impression_id}


limits = st.none() | st.integers(0, 6)


class Course(RuleBasedStateMachine):
    """A player plays, offline and online; deliveries and loads take their time; games end and begin again."""

    @initialize(total=limits, session=limits)
    def begin(self, total: int | None, session: int | None) -> None:
        self.platform = Platform(total, session)
        self.queue: deque[Firing] = deque()
        self.shown: list[Firing] = []
        self.reported: list[str] = []
        self.load: Answer | None = None
        self.quotas = Quotas()
        self.sessions = itertools.count(1)
        self.take_in(self.platform.answer())

    def take_in(self, answer: Answer) -> None:
        """A load arrives, and what the platform was told of before it."""
        self.known = answer
        self.quotas.report(self.reported, NOW)
        self.reported.clear()
        self.quotas.session_id = answer.session_id
        self.quotas.update(campaign("c", answer.quota, answer.impression_id))
        self.quotas.release_reported()

    def missing(self, session_id: str | None = None) -> int:
        """The firings here (in a session) that the platform had not counted when it answered."""
        shown = Counter(one.impression_id for one in self.shown if session_id in (None, one.session_id))
        return sum(number - (one in self.known.counted) for one, number in shown.items())

    def may_fire(self) -> bool:
        quota = self.known.quota
        in_all = quota.total is None or quota.total > self.missing()
        return in_all and (quota.session is None or quota.session > self.missing(self.known.session_id))

    @rule(times=st.integers(1, 4))
    def act(self, times: int) -> None:
        for _ in range(times):
            if self.quotas.allows("c", NOW):
                assert self.may_fire(), "more than the quota allows"
                firing = self.quotas.record_firing("c", NOW)
                self.queue.append(firing)
                self.shown.append(firing)

    @precondition(lambda self: self.load is None)
    @rule(count=st.integers(1, 4), reply_is_lost=st.booleans())
    def deliver(self, count: int, reply_is_lost: bool) -> None:
        together = [self.queue[place].impression_id for place in range(min(count, len(self.queue)))]
        for impression_id in together:
            self.platform.hear(impression_id)
        if not reply_is_lost:
            self.reported += dict.fromkeys(together)
            for _ in together:
                self.queue.popleft()

    @precondition(lambda self: self.load is None)
    @rule()
    def load_at_once(self) -> None:
        self.take_in(self.platform.answer())

    @precondition(lambda self: self.load is None)
    @rule()
    def ask(self) -> None:
        """The platform answers; the answer is under way. The worker delivers nothing until it is there."""
        self.load = self.platform.answer()

    @precondition(lambda self: self.load is not None)
    @rule(times=st.integers(0, 3))
    def hear(self, times: int) -> None:
        self.act(times)
        if self.load is not None:
            self.take_in(self.load)
        self.load = None

    @rule()
    def open_session(self) -> None:
        self.platform.session_id = f"s{next(self.sessions)}"

    @rule(total=limits, session=limits)
    def change_the_quota(self, total: int | None, session: int | None) -> None:
        self.platform.total, self.platform.session = total, session

    @rule()
    def play_elsewhere(self) -> None:
        self.platform.elsewhere += 1

    @rule(in_this_process=st.booleans())
    def restart(self, in_this_process: bool) -> None:
        """What the last load told is on disk, and so is what waits."""
        if in_this_process:
            self.quotas.start_run()
        else:
            self.quotas = next_run(self.quotas)
        self.load = None
        self.reported.clear()
        self.quotas.session_id = self.known.session_id
        self.quotas.update(campaign("c", self.known.quota, self.known.impression_id))
        self.quotas.recover([(firing, NOW) for firing in self.queue], NOW)

    @rule()
    def kill(self) -> None:
        """Nothing is kept of what waits but the queue itself."""
        waiting = {firing.impression_id for firing in self.queue}
        repeated = {one for one, number in Counter(one.impression_id for one in self.shown).items() if number > 1}
        if waiting & repeated:
            return  # of two firings with one impression, of which one was delivered, the other is not told apart
        saved = kept(self.quotas)
        for _, held, _ in saved.values():
            held[:] = [row for row in held if row[0] not in waiting]
        self.quotas = Quotas()
        self.quotas.restore(saved)
        self.load = None
        self.reported.clear()
        self.quotas.session_id = self.known.session_id
        self.quotas.update(campaign("c", self.known.quota, self.known.impression_id))
        self.quotas.recover([(firing, NOW) for firing in self.queue], NOW)

    def teardown(self) -> None:
        """Once the platform has heard of everything, nothing is lost: all that it allows can be triggered."""
        if not hasattr(self, "platform"):
            return
        if self.load is not None:
            self.take_in(self.load)
        self.deliver(len(self.queue), reply_is_lost=False)
        self.take_in(self.platform.answer())
        assert self.quotas.allows("c", NOW) is self.may_fire()
        while self.quotas.allows("c", NOW) and len(self.shown) < 50:
            assert self.may_fire()
            self.shown.append(self.quotas.record_firing("c", NOW))
        assert not self.may_fire() or len(self.shown) >= 50


TestCourse = Course.TestCase
TestCourse.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
