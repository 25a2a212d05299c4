"""One thing at a time: what comes next, what waits, and what nobody gets to see twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient import Message, Offer, Record, Survey
from uwclient.ui.card_queue import CardQueue, default_priority, key_of
from uwclient.ui.toasts import LONGEST, MOST_WAITING, Toasts


def queue_of(*records: Record) -> CardQueue:
    queue = CardQueue()
    for record in records:
        queue.put(record, default_priority(record))
    return queue


def shown_in_turn(queue: CardQueue) -> list[str]:
    """The ids of all records in the order in which they come on the screen."""
    ids = []
    while (record := queue.advance()) is not None:
        ids.append(record.id)
        queue.take_out(key_of(record))
    return ids


def test_surveys_come_before_messages_and_messages_before_offers() -> None:
    queue = queue_of(Offer("o1"), Message("m1"), Survey("s1"), Message("m2"), Offer("o2"))
    assert [record.id for record in queue.waiting] == ["s1", "m1", "m2", "o1", "o2"]
    assert shown_in_turn(queue) == ["s1", "m1", "m2", "o1", "o2"]


def test_what_is_on_the_screen_is_not_pushed_aside() -> None:
    queue = queue_of(Offer("gems"))
    queue.advance()
    queue.put(Survey("s"), 99.0)
    assert queue.advance() == Offer("gems")


def test_a_record_is_never_there_twice() -> None:
    queue = queue_of(Message("a"), Message("a"), Message("b"))
    queue.advance()
    queue.put(Message("a"), 1.0)
    assert queue.waiting == (Message("b"),)
    assert shown_in_turn(queue) == ["a", "b"]


def test_records_of_different_kinds_may_have_the_same_id() -> None:
    assert shown_in_turn(queue_of(Message("1"), Offer("1"))) == ["1", "1"]


def test_a_newer_version_takes_the_place_of_the_older_one() -> None:
    queue = queue_of(Message("a", title="old"), Message("b"))
    queue.advance()
    queue.renew(Message("a", title="new"))
    queue.renew(Message("b", title="newer"))
    queue.renew(Message("c"))
    current, waiting = queue.current, queue.waiting
    assert isinstance(current, Message)
    assert current.title == "new"
    assert waiting == (Message("b", title="newer"),)


def test_a_record_that_waits_again_with_another_priority_keeps_its_turn_among_equals() -> None:
    queue = queue_of(Message("a"), Message("b"))
    queue.put(Message("a"), default_priority(Message("a")))
    assert shown_in_turn(queue) == ["a", "b"]


def test_what_ended_is_gone_wherever_it_was() -> None:
    queue = queue_of(Message("a"), Message("b"), Message("c"))
    queue.advance()
    queue.take_out(key_of(Message("a")))
    queue.take_out(key_of(Message("c")))
    queue.take_out(key_of(Message("never there")))
    assert shown_in_turn(queue) == ["b"]
    assert not queue


def test_nothing_comes_while_any_reason_holds() -> None:
    queue = queue_of(Message("a"))
    queue.hold("boss fight")
    queue.hold("cutscene")
    queue.hold("cutscene")
    assert queue.advance() is None
    queue.release("cutscene")
    queue.release("never held")
    assert queue.held
    assert queue.advance() is None
    queue.release("boss fight")
    assert not queue.held
    assert queue.advance() == Message("a")


def test_what_was_on_the_screen_when_it_was_held_comes_back_first() -> None:
    queue = queue_of(Offer("o"))
    queue.advance()
    queue.hold("boss")
    queue.put(Survey("s"), 3.0)
    queue.release("boss")
    assert queue.advance() == Offer("o")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 3)), max_size=30))
def test_of_what_waits_the_most_important_comes_first_and_of_equals_the_oldest(puts: list[tuple[str, int]]) -> None:
    queue = CardQueue()
    expected: dict[str, tuple[int, int]] = {}
    for order, (name, priority) in enumerate(puts):
        queue.put(Message(name), priority)
        expected[name] = (-priority, expected.get(name, (0, order))[1])
    assert shown_in_turn(queue) == sorted(expected, key=lambda name: expected[name])


def test_a_note_is_shown_as_long_as_it_takes_to_read() -> None:
    toasts = Toasts()
    toasts.put("short")
    toasts.put("long " * 30)
    assert toasts.shown(100.0) == "short"
    assert toasts.shown(102.0) == "short"
    second = toasts.shown(104.0)
    assert second is not None
    assert second.startswith("long")
    assert toasts.shown(109.0) == second
    assert toasts.shown(120.0) is None


def test_too_many_notes_push_out_the_oldest_and_long_ones_are_cut() -> None:
    toasts = Toasts()
    for number in range(MOST_WAITING + 5):
        toasts.put(f"{number}" + "x" * LONGEST)
    first = toasts.shown(0.0)
    assert first is not None
    assert first.startswith("5x")
    assert len(first) == LONGEST


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_note_that_says_nothing_is_not_shown(text: str) -> None:
    toasts = Toasts()
    toasts.put(text)
    assert toasts.shown(0.0) is None
