"""The road without a network: what `Delivery` sends, and when, in a time that the test moves."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.delivering import DOWN, NOW, Desk, busy, rejected
from uwclient.background import action_queues as queues_module
from uwclient.background import delivery as delivery_module
from uwclient.disk import outbox as outbox_module
from uwclient.disk.dead_letters import read_dead_letters
from uwclient.errors import AccessDenied, RequestRejected
from uwclient.models.campaign import Firing
from uwclient.models.notices import ActionFailed, ActionsDropped, ActionsSettled, Delivered, ImpressionOpened
from uwclient.models.player import ActionKind


@pytest.fixture
def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.fixture
def online(desk: Desk) -> Desk:
    desk.delivery.use_session("session-1")
    desk.work()
    return desk


# When requests leave.


def test_nothing_is_sent_without_a_session(desk: Desk) -> None:
    desk.put(250)
    desk.pass_time(60, step=1)
    assert desk.platform.batches == []


def test_what_waited_for_a_session_is_sent_in_it(desk: Desk) -> None:
    desk.put(250)
    desk.delivery.use_session("session-1")
    desk.pass_time(1)
    assert desk.sent() == list(range(1, 251))
    assert {session_id for _, session_id, _ in desk.platform.batches} == {"session-1"}


def test_a_first_action_waits_a_little_for_neighbours(online: Desk) -> None:
    began = online.now
    online.put()
    online.pass_time(0.1)
    online.put()
    online.pass_time(1.0)
    assert online.platform.bodies == [b'{"events":[1,2]}']
    assert online.platform.moments[0] - began == pytest.approx(delivery_module.LINGER, abs=0.02)


def test_a_hundred_actions_wait_for_nothing(online: Desk) -> None:
    online.put(100)
    online.work()
    assert online.sent() == list(range(1, 101))


def test_what_was_taken_over_from_an_earlier_run_waits_for_nothing(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.put(3)
    first.close()
    second = Desk(tmp_path)
    second.work()
    second.delivery.use_session("session-2")
    second.put_in = 3
    second.put()
    second.work()
    assert second.platform.bodies[0] == b'{"events":[1,2,3]}'
    second.pass_time(1.0)
    assert second.platform.bodies[1:] == [b'{"events":[4]}']
    second.close()
    assert list((tmp_path / "outbox").iterdir()) == []


def test_actions_that_have_waited_already_do_not_wait_for_each_other(online: Desk) -> None:
    for number in range(30):
        online.put(kind="region" if number % 2 else "event")
    began = online.now
    online.pass_time(20.0, step=0.05)
    assert len(online.platform.batches) == 30
    assert online.platform.moments[-1] - began < 2 * delivery_module.LINGER


def test_after_a_refused_request_each_action_goes_alone_without_waiting(online: Desk) -> None:
    online.platform.refuse = lambda batch: b"17" in batch.body
    online.put(60)
    began = online.now
    online.pass_time(30.0, step=0.05)

    assert online.sent() == [*range(1, 61), *range(1, 61)]
    assert len(online.notices(ActionFailed)) == 1
    assert online.platform.moments[-1] - began < 2 * delivery_module.LINGER


def test_a_switch_to_single_actions_ends_behind_the_refused_request(online: Desk) -> None:
    online.platform.refuse = lambda batch: b",42," in batch.body or b"[42]" in batch.body
    online.put(350)
    online.pass_time(40.0, step=0.05)
    sizes = [batch.size for _, _, batch in online.platform.batches]
    assert sizes == [100, *[1] * 100, 100, 100, 50]


# Retries.


def test_the_wait_after_failures_grows_and_is_never_longer_than_its_ceiling(online: Desk) -> None:
    online.platform.answers.extend([DOWN] * 12)
    online.put(3)
    online.pass_time(2500, step=0.25)

    moments = online.platform.moments
    waits = [later - earlier for earlier, later in itertools.pairwise(moments)]
    ceilings = [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0, 300.0]
    assert len(waits) == 12
    assert all(wait <= ceiling + 0.25 for wait, ceiling in zip(waits, ceilings, strict=True))
    assert max(waits[6:]) > 30
    assert online.sent() == [1, 2, 3] * 13
    assert not online.outbox.waiting


def test_the_wait_is_short_again_after_a_success(online: Desk) -> None:
    online.platform.answers.extend([DOWN] * 8)
    online.put()
    online.pass_time(2000, step=0.5)
    online.platform.answers.append(DOWN)
    online.put()
    count = len(online.platform.batches)
    online.pass_time(3.0)
    assert len(online.platform.batches) == count + 2


@pytest.mark.parametrize("asked", [1.0, 20.0, 300.0])
def test_what_the_platform_asks_to_wait_is_waited(online: Desk, asked: float) -> None:
    online.platform.answers.append(busy(asked))
    online.put()
    online.pass_time(0.5)
    assert len(online.platform.batches) == 1
    for _ in range(3):
        online.put()
        online.pass_time(asked / 4 - 0.25)
    assert len(online.platform.batches) == 1, "new actions hurry nothing"
    online.pass_time(asked * 1.1 + 3.0)
    assert len(online.platform.batches) == 2
    assert online.sent() == [1, 1, 2, 3, 4]


def test_actions_that_arrive_while_it_waits_go_with_the_next_try(online: Desk) -> None:
    online.platform.answers.append(DOWN)
    online.put()
    online.pass_time(0.26)
    online.put(5)
    online.pass_time(10.0)
    assert online.platform.bodies == [b'{"events":[1]}', b'{"events":[1,2,3,4,5,6]}']


def test_a_new_session_is_tried_without_waiting(online: Desk) -> None:
    online.platform.answers.append(busy(300.0))
    online.put()
    online.pass_time(0.5)
    online.delivery.use_session("session-2")
    online.pass_time(0.5)
    assert [session_id for _, session_id, _ in online.platform.batches] == ["session-1", "session-2"]


def test_refused_access_stops_delivery_and_keeps_the_queue(online: Desk) -> None:
    denied = AccessDenied("no", status=401)
    online.platform.answers.append(denied)
    online.put(3)
    online.pass_time(600, step=1)
    assert online.keeper.denied == [denied]
    assert len(online.platform.batches) == 1
    assert len(online.outbox.waiting) == 3

    online.delivery.use_session("session-2")
    online.pass_time(1.0)
    assert online.sent() == [1, 2, 3, 1, 2, 3]


# What is refused.


def test_a_refused_action_is_a_dead_letter_and_the_others_go_on(online: Desk) -> None:
    online.platform.refuse = lambda batch: b"region" in batch.body
    online.put(ticket=1)
    online.put(kind="region", ticket=2)
    online.put(ticket=3)
    online.pass_time(2.0)

    (failed,) = online.notices(ActionFailed)
    assert (failed.ticket, failed.action.kind, failed.action.body) == (2, "region", 2)
    assert isinstance(failed.error, RequestRejected)
    assert online.notices(ActionsSettled) == [
        ActionsSettled((1,), True),
        ActionsSettled((2,), False),
        ActionsSettled((3,), True),
    ]
    (letter,) = read_dead_letters(online.folder)
    assert (letter["kind"], letter["body"], letter["reason"]) == ("region", 2, "no")


def test_the_failure_is_told_before_the_action_is_settled(online: Desk) -> None:
    online.platform.refuse = lambda batch: True
    online.put(ticket=1)
    online.pass_time(1.0)
    told = [type(notice) for notice in online.posted]
    assert [kind for kind in told if kind is not Delivered] == [ActionFailed, ActionsSettled]


def test_what_was_refused_because_the_session_is_gone_waits_for_the_next_one(online: Desk) -> None:
    online.platform.answers.append(rejected(404))
    online.keeper.session_is_known = False
    online.put(3)
    online.pass_time(5.0)
    assert online.notices(ActionFailed) == []
    assert len(online.outbox.waiting) == 3

    online.delivery.use_session("session-2")
    online.pass_time(1.0)
    assert online.sent() == [1, 2, 3, 1, 2, 3]
    assert list(read_dead_letters(online.folder)) == []


def test_an_action_of_a_kind_that_nobody_knows_is_a_dead_letter(online: Desk) -> None:
    online.put(kind="hologram")
    online.put()
    online.pass_time(1.0)
    (failed,) = online.notices(ActionFailed)
    assert "hologram" in str(failed.error)
    assert online.platform.bodies == [b'{"events":[2]}']


def test_an_impression_gives_its_id_to_the_states_that_follow(online: Desk) -> None:
    online.platform.answers.append({"offer_impression": {"id": "i-1"}})
    online.outbox.append("offer_shown", b'{"offer_id":"o","reference":"r"}', NOW, 5)
    online.outbox.append("offer_state", b'{"reference":"r","state":"viewed"}', NOW, 6)
    online.delivery.check_soon()
    online.pass_time(2.0)

    assert online.platform.bodies == [b'{"offer_id":"o"}', b'{"state":"viewed","offer_impression_id":"i-1"}']
    assert online.notices(ImpressionOpened) == [ImpressionOpened(5, "i-1")]


# Bounds.


def test_the_oldest_are_dropped_when_too_many_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues_module, "MOST_ACTIONS", 10)
    desk.put(8, ticket=1)
    desk.work()
    assert desk.notices(ActionsDropped) == []
    desk.put(5, ticket=2)
    desk.work()
    assert desk.notices(ActionsDropped) == [ActionsDropped(3)]
    assert desk.notices(ActionsSettled) == [ActionsSettled((1, 1, 1), False)]
    desk.delivery.use_session("session-1")
    desk.pass_time(1.0)
    assert desk.sent() == list(range(4, 14))


def test_the_oldest_are_dropped_when_they_are_too_large(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues_module, "MOST_BYTES", 25)
    desk.put(20)  # 9 of one byte, 11 of two: 31
    desk.work()
    assert desk.notices(ActionsDropped) == [ActionsDropped(6)]
    assert desk.outbox.waiting_bytes == 25


def test_what_is_too_old_is_dropped_and_what_is_not_stays(desk: Desk) -> None:
    desk.put(3, at=NOW - queues_module.GREATEST_AGE - 1)
    desk.put(2, at=NOW - queues_module.GREATEST_AGE)
    desk.put(2)
    desk.work()
    assert desk.notices(ActionsDropped) == [], "what is old is not known before the platform told the time"
    desk.keeper.surely_past = float(NOW)
    desk.put()
    desk.work()
    assert desk.notices(ActionsDropped) == [ActionsDropped(3)]
    assert len(desk.outbox.waiting) == 5


def test_what_an_earlier_run_has_left_beyond_the_bound_is_told_as_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "SEGMENT_BYTES", 1)
    desk = Desk(tmp_path)
    desk.put(7)
    desk.close()
    monkeypatch.setattr(queues_module, "MOST_ACTIONS", 3)
    desk = Desk(tmp_path)
    desk.delivery.use_session("session-1")
    desk.pass_time(1.0)
    assert desk.notices(ActionsDropped) == [ActionsDropped(4)]
    assert desk.sent() == [5, 6, 7]
    desk.close()


def test_bounds_count_over_all_runs_and_the_earliest_loses_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk = Desk(tmp_path)
        desk.put(4)
        desk.close()
    monkeypatch.setattr(queues_module, "MOST_ACTIONS", 9)
    desk = Desk(tmp_path)
    desk.put(2)
    desk.work()
    assert sum(notice.number for notice in desk.notices(ActionsDropped)) == 5

    desk.delivery.use_session("session-1")
    desk.pass_time(1.0)
    assert desk.sent() == [2, 3, 4, 1, 2, 3, 4, 1, 2]
    desk.close()
    assert list((tmp_path / "outbox").iterdir()) == []


# Triggered campaigns.


def told_of(desk: Desk) -> list[tuple[int, tuple[str, ...]]]:
    """The number of actions in each request, and the impressions that it told of."""
    return [(batch.size, batch.impression_ids) for _, _, batch in desk.platform.batches]


def test_the_session_hears_which_impressions_have_arrived(online: Desk) -> None:
    online.put()
    online.trigger("i1", "i2")
    online.trigger("i3")
    online.pass_time(1.0)
    assert told_of(online) == [(3, ("i1", "i2", "i3"))]
    assert online.keeper.campaigns_told == [("i1", "i2", "i3")]


def test_nobody_hears_of_impressions_that_have_not_arrived(online: Desk) -> None:
    online.platform.answers.extend([DOWN, busy(5.0)])
    online.trigger("i1")
    online.pass_time(4.0)
    assert len(online.platform.batches) == 2
    assert online.keeper.campaigns_told == []
    online.pass_time(10.0)
    assert online.keeper.campaigns_told == [("i1",)]


def test_requests_that_tell_of_no_campaign_are_not_followed_by_a_load(online: Desk) -> None:
    online.put(3)
    online.pass_time(1.0)
    assert online.keeper.campaigns_told == []


def test_an_action_that_is_refused_with_its_campaigns_goes_without_them(
    online: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    online.platform.refuse = lambda batch: "bad" in batch.impression_ids
    online.put()
    online.trigger("good")
    online.trigger("bad", "mute", ticket=3)
    online.trigger("fine")
    online.put()
    online.pass_time(2.0)

    assert told_of(online) == [
        (5, ("good", "bad", "mute", "fine")),
        (1, ()),
        (1, ("good",)),
        (1, ("bad", "mute")),
        (1, ()),
        (1, ("fine",)),
        (1, ()),
    ]
    assert online.sent() == [1, 2, 3, 4, 5, 1, 2, 3, 3, 4, 5]
    assert online.keeper.campaigns_told == [("good",), ("fine",)]
    assert online.notices(ActionFailed) == []
    assert online.notices(ActionsSettled) == [ActionsSettled((3,), True)]
    assert "it is sent without" in caplog.text


def test_an_action_that_is_refused_in_any_case_is_given_up_without_its_campaigns(
    online: Desk, tmp_path: Path
) -> None:
    online.platform.refuse = lambda batch: b"[1]" in batch.body
    online.trigger("i1", ticket=1)
    online.pass_time(1.0)
    (failed,) = online.notices(ActionFailed)
    assert (failed.action.kind, failed.action.body) == ("event", 1)
    assert [(letter["kind"], letter["body"]) for letter in read_dead_letters(tmp_path)] == [("event", 1)]


def test_only_the_refused_action_goes_without_its_campaigns(tmp_path: Path) -> None:
    """Each run numbers its actions from one: those of the next are not taken for it."""
    first = Desk(tmp_path)
    first.trigger("bad")
    first.close()
    second = Desk(tmp_path)
    second.platform.refuse = lambda batch: "bad" in batch.impression_ids
    second.trigger("good")
    second.delivery.use_session("session-2")
    second.pass_time(2.0)
    assert told_of(second) == [(1, ("bad",)), (1, ()), (1, ("good",))]
    second.close()


def test_what_waits_is_known_with_the_campaigns_that_it_has_set_off(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.trigger("i1", "i2")
    first.put()
    first.outbox.append(ActionKind.TRIGGERING_EVENT.value, b"damaged", NOW, 0)
    first.close()
    second = Desk(tmp_path)
    second.trigger("i3")
    assert second.queues.firings_waiting() is None, "what earlier runs have left is not known yet"
    second.work()
    assert second.queues.firings_waiting() == tuple(
        (Firing("campaign", one, "session-1"), NOW) for one in ("i1", "i2", "i3")
    )
    second.close()


def test_a_damaged_action_is_given_up_alone(online: Desk) -> None:
    online.put()
    online.outbox.append(ActionKind.TRIGGERING_EVENT.value, b'{"firings":[[5]],"done":7}', NOW, 2)
    online.put_in += 1
    online.put()
    online.pass_time(2.0)
    assert online.sent() == [1, 3]
    (failed,) = online.notices(ActionFailed)
    assert failed.ticket == 2


# The end.


def test_finishing_delivers_what_waits_and_then_ends(online: Desk) -> None:
    online.put(250)
    online.delivery.finish()
    online.work()
    assert online.sent() == list(range(1, 251))
    assert not online.worker.is_working


def test_finishing_ends_at_the_first_failure_and_keeps_the_rest(online: Desk) -> None:
    online.platform.answers.extend([{}, DOWN])
    online.put(250)
    online.delivery.finish()
    online.work()
    assert len(online.platform.batches) == 2
    assert len(online.outbox.waiting) == 150
    assert not online.worker.is_working


def test_finishing_begins_no_request_that_could_not_end_in_time(online: Desk) -> None:
    online.put(250)
    online.delivery.finish(lambda: not online.platform.batches)
    online.work()
    assert online.sent() == list(range(1, 101))
    assert len(online.outbox.waiting) == 150
    assert not online.worker.is_working


@pytest.mark.parametrize("waiting", [0, 3])
def test_finishing_without_a_session_ends_at_once(desk: Desk, waiting: int) -> None:
    desk.put(waiting)
    desk.delivery.finish()
    desk.work()
    assert not desk.worker.is_working
    assert len(desk.outbox.waiting) == waiting


def test_finishing_does_not_hurry_a_platform_that_asked_to_wait(online: Desk) -> None:
    online.platform.answers.append(busy(60.0))
    online.put()
    online.pass_time(1.0)
    online.delivery.finish()
    online.work()
    assert len(online.platform.batches) == 1
    assert not online.worker.is_working


# Two threads.


@pytest.mark.parametrize("connected", [True, False], ids=["online", "offline"])
def test_the_game_may_queue_while_the_worker_looks_at_the_queue(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, connected: bool
) -> None:
    """The worker walks through what waits, and the game's thread appends at any moment of it."""
    monkeypatch.setattr(queues_module, "MOST_ACTIONS", 300)
    if connected:
        desk.delivery.use_session("session-1")
    finished = threading.Event()

    def play() -> None:
        for _ in range(15_000):
            desk.put(ticket=1)
        finished.set()

    usual = sys.getswitchinterval()
    game = threading.Thread(target=play)
    try:
        sys.setswitchinterval(1e-6)
        game.start()
        while not finished.is_set():
            desk.now += 0.01
            desk.work()
    finally:
        game.join()
        sys.setswitchinterval(usual)
    desk.delivery.use_session("session-1")
    desk.pass_time(5.0)

    assert "failed in an unexpected way" not in caplog.text
    dropped = sum(notice.number for notice in desk.notices(ActionsDropped))
    sent = desk.sent()
    assert sent == sorted(set(sent)), "in order, none twice"
    assert len(sent) + dropped == 15_000
