from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from uwclient.rules.schedule import NOTHING_DUE, Schedule

KEYS = st.integers(0, 8)
MOMENTS = st.integers(0, 12).map(float) | st.just(NOTHING_DUE) | st.just(-NOTHING_DUE)


class ScheduleAgainstADict(RuleBasedStateMachine):
    """A schedule does what a dict of moments, kept in the order of setting, would do slowly."""

    def __init__(self) -> None:
        super().__init__()
        self.schedule: Schedule[int] = Schedule()
        self.model: dict[int, tuple[float, int, float]] = {}

    @rule(key=KEYS, at=MOMENTS, turn=st.integers(0, 2), place=st.sampled_from([-1.5, 0.0, 2.0]))
    def set(self, key: int, at: float, turn: int = 0, place: float = 0.0) -> None:
        self.schedule.set(key, at, turn, place)
        self.model.pop(key, None)
        if at != NOTHING_DUE:
            self.model[key] = (at, turn, place)

    @rule(key=KEYS, moments=st.lists(st.floats(0, 1e9), min_size=50, max_size=80))
    def move_often(self, key: int, moments: list[float]) -> None:
        for at in moments:
            self.set(key, at)

    @rule(key=KEYS)
    def discard(self, key: int) -> None:
        self.schedule.discard(key)
        self.model.pop(key, None)

    @rule()
    def clear(self) -> None:
        self.schedule.clear()
        self.model.clear()

    @rule(now=MOMENTS)
    def pop_due(self, now: float) -> None:
        due = [key for key, (at, _, _) in self.model.items() if at <= now]
        expected = min(due, key=self.model.__getitem__, default=None)  # of equals the first set
        assert self.schedule.pop_due(now) == expected
        if expected is not None:
            del self.model[expected]

    @invariant()
    def knows_the_next_moment_and_what_is_set(self) -> None:
        assert self.schedule.next_at == min((at for at, _, _ in self.model.values()), default=NOTHING_DUE)
        assert len(self.schedule) == len(self.model)
        assert [key in self.schedule for key in range(9)] == [key in self.model for key in range(9)]

    @invariant()
    def the_heap_holds_nothing_that_was_replaced(self) -> None:
        assert len(self.schedule._keys) == len(self.model)


TestScheduleAgainstADict = ScheduleAgainstADict.TestCase


def test_keys_of_one_moment_come_in_the_order_of_setting() -> None:
    schedule: Schedule[str] = Schedule()
    for key in ("dragon", "arena", "tower", "dragon"):
        schedule.set(key, 5.0)

    assert [schedule.pop_due(5.0) for _ in range(4)] == ["arena", "tower", "dragon", None]


def test_keys_that_cannot_be_compared_are_fine() -> None:
    schedule: Schedule[object] = Schedule()
    first, second = object(), object()
    schedule.set(first, 1.0)
    schedule.set(second, 1.0)

    assert schedule.pop_due(1.0) is first


def test_nothing_is_due_before_its_moment() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.set("dragon", 5.0)

    assert schedule.pop_due(4.999) is None
    assert schedule.pop_due(5.0) == "dragon"


def test_a_schedule_of_thousands_that_all_move_stays_short() -> None:
    schedule: Schedule[int] = Schedule()
    schedule.set(-1, -1e9)  # at the top, so that what is replaced below it stays in the heap
    for round_number in range(5):
        for key in range(2000):
            schedule.set(key, float(round_number * 2000 - key))
            assert len(schedule._keys) == (key + 2 if round_number == 0 else 2001)

    assert [schedule.pop_due(NOTHING_DUE) for _ in range(2)] == [-1, 1999]
