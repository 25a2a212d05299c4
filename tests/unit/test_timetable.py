from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uwclient.rules.schedule import NOTHING_DUE
from uwclient.rules.timetable import Timetable

ENTRIES = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 5), st.integers(0, 3)), max_size=12
)


def starts(record_id: str, now: float) -> int:
    """One thing that may happen."""
    return 0


def ends(record_id: str, now: float) -> int:
    """Another thing that may happen."""
    return 0


@given(entries=ENTRIES, now=st.integers(0, 5))
def test_what_is_due_of_all_transitions_comes_by_moment_then_by_turn_then_by_place(
    entries: list[tuple[str, int, int, int]], now: int
) -> None:
    timetable = Timetable()
    schedules = {starts: (timetable.add(starts), 10), ends: (timetable.add(ends), 0)}
    model = {}
    for number, (record_id, turn, at, place) in enumerate(entries):
        transition = (starts, ends)[number % 2]
        schedule, first_turn = schedules[transition]
        schedule.set(record_id, float(at), first_turn + turn, float(place))
        model[transition, record_id] = (at, first_turn + turn, place, number)
    assert timetable.next_at == min((rank[0] for rank in model.values()), default=NOTHING_DUE)
    assert timetable.next_transition == min(model, key=model.__getitem__, default=None)

    due = sorted((key for key, rank in model.items() if rank[0] <= now), key=model.__getitem__)
    assert [timetable.pop_due(float(now)) for _ in range(len(due) + 1)] == [*due, None]


def test_a_cleared_timetable_is_empty_at_once_and_freed_step_by_step() -> None:
    timetable = Timetable()
    schedule = timetable.add(starts)
    for number in range(1000):
        schedule.set(f"record {number}", float(number))

    steps = timetable.clear()

    assert timetable.next_at == NOTHING_DUE
    assert timetable.next_transition is None
    assert len(list(steps)) > 10
