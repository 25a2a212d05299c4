from __future__ import annotations

import pytest
from hero_wars.panels.popups import CLOSE_TIME, OPEN_TIME, Look, Popup, PopupQueue


class Answers:
    def __init__(self) -> None:
        self.given: list[tuple[str, bool]] = []

    def popup(self, key: str, title: str = "Title") -> Popup:
        def note(accepted: bool) -> None:
            self.given.append((key, accepted))

        return Popup(key, Look.MESSAGE, title, "Body", "OK", None, note)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def queue(answers: Answers) -> PopupQueue:
    queue = PopupQueue()
    queue.push(answers.popup("first"))
    queue.push(answers.popup("second"))
    settle(queue)
    return queue


def settle(queue: PopupQueue) -> None:
    for _ in range(round((OPEN_TIME + CLOSE_TIME) * 60) + 4):
        queue.step(1 / 60)


def shown(queue: PopupQueue) -> str | None:
    return queue.current.key if queue.current else None


def test_popups_are_shown_one_at_a_time_in_order(queue: PopupQueue) -> None:
    assert shown(queue) == "first"
    queue.answer(accepted=True)
    assert queue.current is None
    settle(queue)
    assert shown(queue) == "second"


def test_an_answer_is_reported_once(queue: PopupQueue, answers: Answers) -> None:
    queue.answer(accepted=False)
    queue.answer(accepted=True)
    assert answers.given == [("first", False)]


def test_a_key_pressed_while_a_popup_opens_does_not_answer_it(answers: Answers) -> None:
    queue = PopupQueue()
    queue.push(answers.popup("first"))
    queue.step(1 / 60)
    queue.answer(accepted=True)
    assert shown(queue) == "first"
    assert answers.given == []


def test_a_popup_withdrawn_while_shown_closes_without_an_answer(queue: PopupQueue, answers: Answers) -> None:
    assert queue.withdraw("first")
    settle(queue)
    assert shown(queue) == "second"
    assert answers.given == []


def test_a_popup_withdrawn_while_it_waits_never_opens(queue: PopupQueue) -> None:
    assert not queue.withdraw("second")
    queue.answer(accepted=True)
    settle(queue)
    assert queue.visible is None


def test_a_popup_pushed_again_is_refreshed_where_it_stands(queue: PopupQueue, answers: Answers) -> None:
    queue.push(answers.popup("second", "New second"))
    queue.push(answers.popup("first", "New first"))
    titles = []
    while queue.current is not None:
        titles.append(queue.current.title)
        queue.answer(accepted=True)
        settle(queue)
    assert titles == ["New first", "New second"]


def test_while_the_queue_is_held_nothing_opens_and_then_all_comes_in_order(answers: Answers) -> None:
    queue = PopupQueue()
    queue.held = True
    queue.push(answers.popup("first"))
    queue.push(answers.popup("second"))
    settle(queue)
    assert (queue.visible, queue.waiting) == (None, 2)
    queue.held = False
    settle(queue)
    assert (shown(queue), queue.waiting) == ("first", 1)


def test_a_popup_that_is_open_when_the_queue_is_held_can_still_be_answered(
    queue: PopupQueue, answers: Answers
) -> None:
    queue.held = True
    queue.answer(accepted=True)
    settle(queue)
    assert (queue.visible, answers.given) == (None, [("first", True)])


def test_a_popup_tells_when_it_opens_and_not_before() -> None:
    queue, opened = PopupQueue(), []
    for key in ("first", "second"):
        queue.push(
            Popup(key, Look.MESSAGE, "", "", "OK", None, lambda _: None, on_show=lambda key=key: opened.append(key))  # type: ignore[misc]
        )
    settle(queue)
    assert opened == ["first"]


def test_what_is_pushed_as_the_first_is_shown_next(queue: PopupQueue, answers: Answers) -> None:
    queue.push(answers.popup("urgent"), first=True)
    queue.answer(accepted=True)
    settle(queue)
    assert shown(queue) == "urgent"


def test_a_closing_popup_stays_visible_until_it_is_gone(queue: PopupQueue) -> None:
    queue.withdraw("second")
    queue.answer(accepted=True)
    assert queue.visible is not None
    assert queue.openness == 1.0
    queue.step(CLOSE_TIME / 2)
    assert 0.0 < queue.openness < 1.0
    settle(queue)
    assert queue.openness == 0.0
