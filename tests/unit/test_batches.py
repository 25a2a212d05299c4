from __future__ import annotations

import itertools
import json
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.strategies import awkward_text, json_values
from uwclient.models.action_envelope import TRIGGERING, OpenedAction, opened, size_of, with_firings
from uwclient.models.campaign import Firing
from uwclient.models.player import ActionKind, QueuedAction
from uwclient.wire import actions as batches
from uwclient.wire.actions import LARGEST_BATCH, Batch, UnknownReference, impression_id_in, next_batch

REFERENCES = {"known": "impression-1"}


def compact(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def queued(kind: ActionKind, body: object) -> QueuedAction:
    return QueuedAction(1, kind.value, compact(body), 0)


def event(name: str) -> QueuedAction:
    return queued(ActionKind.EVENT, {"event_id": name})


def attributes(*names: str) -> QueuedAction:
    return queued(ActionKind.ATTRIBUTES, [{"name": name, "value": 1, "data_type": "integer"} for name in names])


def region(name: str) -> QueuedAction:
    return queued(ActionKind.REGION, {"name": name, "metadata": []})


ALONE = {
    ActionKind.REGION: ({"name": "shop", "metadata": []}, "POST", "/regions/transition"),
    ActionKind.OUTCOME: ({"engagement_outcome_key": "k"}, "POST", "/engagements/outcomes"),
    ActionKind.MESSAGE_SHOWN: ({"message_id": "m"}, "POST", "/message_impressions/initialize"),
    ActionKind.MESSAGE_STATE: ({"message_id": "m", "state": "viewed"}, "POST", "/message_impressions/update_state"),
    ActionKind.OFFER_SHOWN: ({"offer_id": "o", "reference": "r"}, "POST", "/offer_impressions/initialize"),
    ActionKind.OFFER_STATE: ({"reference": "known", "state": "viewed"}, "POST", "/offer_impressions/update_state"),
    ActionKind.SET_EMAIL: ({"email_address": "a@b.c"}, "PUT", "/email_address"),
    ActionKind.DELETE_EMAIL: ({"opt_out": True}, "DELETE", "/email_address"),
    ActionKind.SURVEY_DECLINED: ({"survey_response_id": "r"}, "POST", "/survey_invites/appuser_response"),
}
"""The kinds of which each action is a request of its own."""

events = st.builds(event, st.sampled_from("abc"))
attribute_writes = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4).map(lambda names: attributes(*names))
wide_writes = st.builds(
    lambda first, count: attributes(*(f"n{first + number}" for number in range(count))),
    st.integers(0, 300),
    st.integers(1, 100),
)
others = st.sampled_from(sorted(ALONE)).map(lambda kind: queued(kind, ALONE[kind][0]))
queues = st.lists(
    st.one_of(
        st.lists(events, min_size=1, max_size=260), st.lists(attribute_writes, max_size=30), others.map(lambda o: [o])
    )
    | st.lists(wide_writes, max_size=6),
    max_size=6,
).map(lambda runs: [action for run in runs for action in run])


def split(queue: list[QueuedAction]) -> list[tuple[Batch, list[QueuedAction]]]:
    """All requests of a queue, each with the actions that it took."""
    requests: list[tuple[Batch, list[QueuedAction]]] = []
    while queue:
        batch = next_batch(queue, REFERENCES, LARGEST_BATCH)
        assert 1 <= batch.size <= len(queue)
        requests.append((batch, queue[: batch.size]))
        queue = queue[batch.size :]
    return requests


def names_in(action: QueuedAction) -> list[str]:
    return [entry["name"] for entry in json.loads(action.text)]


def fit(together: list[QueuedAction], more: QueuedAction) -> bool:
    """Whether one more action could have travelled in the same request."""
    kind = together[0].kind
    if kind != more.kind or kind not in (ActionKind.EVENT, ActionKind.ATTRIBUTES):
        return False
    if len(together) + 1 > LARGEST_BATCH or sum(len(a.text) for a in [*together, more]) > batches.LARGEST_BODY:
        return False
    if kind == ActionKind.EVENT:
        return True
    names = [name for action in together for name in names_in(action)]
    return set(names).isdisjoint(names_in(more)) and len(names) + len(names_in(more)) <= LARGEST_BATCH


@given(queues)
@example([attributes(*["a"] * 100), attributes(*(f"b{number}" for number in range(99)))])
def test_the_requests_of_a_queue_carry_its_actions_in_order_and_keep_the_limits(queue: list[QueuedAction]) -> None:
    for batch, taken in split(queue):
        assert len({action.kind for action in taken}) == 1
        sent = json.loads(batch.body) if batch.body else None
        if taken[0].kind == ActionKind.EVENT:
            assert sent == {"events": [json.loads(action.text) for action in taken]}
            assert len(sent["events"]) <= 100
        elif taken[0].kind == ActionKind.ATTRIBUTES:
            assert sent == {"attributes": [entry for action in taken for entry in json.loads(action.text)]}
            assert len(sent["attributes"]) <= 100
        else:
            assert len(taken) == 1


@given(queues)
def test_neighbours_travel_together_as_far_as_they_can(queue: list[QueuedAction]) -> None:
    requests = split(queue)
    for (_, taken), (_, following) in itertools.pairwise(requests):
        assert not fit(taken, following[0])


@given(queues)
def test_no_request_has_an_attribute_of_two_writes_twice(queue: list[QueuedAction]) -> None:
    for _, taken in split(queue):
        if taken[0].kind == ActionKind.ATTRIBUTES:
            seen: set[str] = set()
            for action in taken:
                assert seen.isdisjoint(names_in(action))
                seen.update(names_in(action))


def test_a_hundred_events_fit_and_the_next_one_waits() -> None:
    queue = [event(str(number)) for number in range(101)]
    assert [batch.size for batch, _ in split(queue)] == [100, 1]


def test_fewer_are_taken_where_fewer_are_wanted() -> None:
    queue = [event(str(number)) for number in range(10)]
    assert next_batch(queue, {}, 1).size == 1
    assert next_batch(queue, {}, 3).size == 3


def test_large_events_travel_in_several_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGEST_BODY", 100)
    small, large = event("s"), event("x" * 500)
    sizes = [batch.size for batch, _ in split([small, small, large, small])]
    assert sizes == [2, 1, 1], "one that is too large by itself travels all the same"


@pytest.mark.parametrize("kind", ALONE)
def test_each_kind_has_its_request(kind: ActionKind) -> None:
    body, method, path = ALONE[kind]
    batch = next_batch([queued(kind, body), queued(kind, body)], REFERENCES, LARGEST_BATCH)

    expected: dict[ActionKind, Any] = {
        ActionKind.REGION: {"region": body},
        ActionKind.OFFER_SHOWN: {"offer_id": "o"},
        ActionKind.OFFER_STATE: {"state": "viewed", "offer_impression_id": "impression-1"},
    }
    assert (batch.size, batch.method, batch.path) == (1, method, path)
    if kind is ActionKind.DELETE_EMAIL:
        assert (batch.body, batch.query) == (b"", {"opt_out": "true"})
    else:
        assert json.loads(batch.body) == expected.get(kind, body)
        assert dict(batch.query) == {}
    assert batch.defines == ("r" if kind is ActionKind.OFFER_SHOWN else None)


def test_a_state_names_its_impression_by_the_id_when_it_has_one() -> None:
    action = queued(ActionKind.OFFER_STATE, {"offer_impression_id": "impression-2", "state": "viewed"})
    assert json.loads(next_batch([action], {}, 1).body) == {"offer_impression_id": "impression-2", "state": "viewed"}


def test_a_state_of_an_impression_that_nobody_knows_cannot_be_sent() -> None:
    action = queued(ActionKind.OFFER_STATE, {"reference": "unknown", "state": "viewed"})
    with pytest.raises(UnknownReference, match="never confirmed"):
        next_batch([action], REFERENCES, 1)


def test_a_kind_of_a_newer_version_cannot_be_sent() -> None:
    with pytest.raises(UnknownReference, match="'hologram'"):
        next_batch([QueuedAction(1, "hologram", b"{}", 0)], {}, 1)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {"offer_impression": None},
        {"offer_impression": {}},
        {"offer_impression": {"id": 5}},
        {"offer_impression": {"id": ""}},
        {"offer_impression": "x"},
    ],
)
def test_a_reply_without_an_id_tells_none(reply: dict[str, Any] | None) -> None:
    assert impression_id_in(reply) is None


def test_the_id_of_an_impression_is_in_the_reply() -> None:
    assert impression_id_in({"offer_impression": {"id": "i-1", "state": "initialized"}}) == "i-1"


# Actions that have set campaigns off.

ids = (
    st.text(st.characters(codec="utf-8"), max_size=6)
    | awkward_text
    | st.sampled_from(('","done":', ',"done":[', "\\", '"'))
)
firing_of_any_kind = st.builds(Firing, ids, ids, ids)


def triggering(action: QueuedAction, *impression_ids: str) -> QueuedAction:
    """The action, as it is written down once it has set off campaigns with these impressions."""
    firings = [Firing(f"campaign of {one}", one, "s1") for one in impression_ids]
    kind = TRIGGERING[ActionKind(action.kind)]
    return action._replace(kind=kind.value, text=with_firings(action.text, firings))


@given(st.sampled_from(list(TRIGGERING)), json_values.map(compact), st.lists(firing_of_any_kind, max_size=4))
def test_what_is_written_down_with_firings_is_read_back_as_it_was(
    kind: ActionKind, text: bytes, firings: list[Firing]
) -> None:
    written = with_firings(text, firings)
    assert opened(QueuedAction(1, TRIGGERING[kind].value, written, 0)) == OpenedAction(
        kind.value, text, tuple(firings)
    )
    assert b"\n" not in written
    json.loads(written)
    assert len(with_firings(text, [])) + sum(map(size_of, firings)) >= len(written)


@pytest.mark.parametrize("kind", [kind for kind in ActionKind if kind not in TRIGGERING.values()])
def test_an_action_that_has_set_nothing_off_is_opened_as_it_is(kind: ActionKind) -> None:
    text = b'{"firings":[],"done":{}}'
    assert opened(QueuedAction(1, kind.value, text, 0)) == OpenedAction(kind.value, text, ())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b'{"event_id":"x"}',
        b'{"firings":[["c","i","s"]]}',
        b'{"firings":[["c","i"]],"done":{}}',
        b'{"firings":[["c","i","s",1]],"done":{}}',
        b'{"firings":[["c",5,"s"]],"done":{}}',
        b'{"firings":[["c",{},"s"]],"done":{}}',
        b'{"firings":["abc"],"done":{}}',
        b'{"firings":{"a":1},"done":{}}',
        b'{"firings":5,"done":{}}',
        b'{"firings":[[,"done":{}}',
    ],
)
def test_what_was_not_written_down_with_firings_is_a_value_error(text: bytes) -> None:
    broken = QueuedAction(1, ActionKind.TRIGGERING_EVENT.value, text, 0)
    with pytest.raises(ValueError, match=r".+"):
        opened(broken)
    with pytest.raises(ValueError, match=r".+"):
        next_batch([broken, event("a")], {}, LARGEST_BATCH)
    batch = next_batch([event("a"), broken, event("b")], {}, LARGEST_BATCH)
    assert (batch.size, json.loads(batch.body)) == (1, {"events": [{"event_id": "a"}]})


def test_the_impressions_travel_with_the_actions_that_set_them_off() -> None:
    queue = [event("a"), triggering(event("b"), "i1", "i2"), event("c"), triggering(event("d"), "i3")]
    batch = next_batch(queue, {}, LARGEST_BATCH)
    assert (batch.size, batch.path, batch.impression_ids) == (4, "/events", ("i1", "i2", "i3"))
    assert batch.body == (
        b'{"events":[{"event_id":"a"},{"event_id":"b"},{"event_id":"c"},{"event_id":"d"}],'
        b'"triggered_campaign_impression_ids":["i1","i2","i3"]}'
    )
    alone = next_batch(queue[1:], {}, 1)
    assert (alone.size, alone.impression_ids) == (1, ("i1", "i2"))


def test_the_impressions_of_attributes_and_regions_travel_too() -> None:
    written = next_batch([triggering(attributes("a"), "i1"), attributes("b")], {}, LARGEST_BATCH)
    assert json.loads(written.body) == {
        "attributes": [{"name": name, "value": 1, "data_type": "integer"} for name in "ab"],
        "triggered_campaign_impression_ids": ["i1"],
    }
    entered = next_batch([triggering(region("shop"), "i1"), triggering(region("arena"), "i2")], {}, LARGEST_BATCH)
    assert json.loads(entered.body) == {
        "region": {"name": "shop", "metadata": []},
        "triggered_campaign_impression_ids": ["i1"],
    }


def test_an_impression_is_told_once_in_a_request() -> None:
    batch = next_batch([triggering(event("a"), "i1"), triggering(event("b"), "i2", "i1")], {}, LARGEST_BATCH)
    assert batch.impression_ids == ("i1", "i2")


def test_requests_that_tell_of_no_campaign_do_not_speak_of_them() -> None:
    batch = next_batch([event("a")], {}, LARGEST_BATCH)
    assert (batch.body, batch.impression_ids) == (b'{"events":[{"event_id":"a"}]}', ())


@pytest.mark.parametrize("action", [event("a"), attributes("a"), region("a")], ids=lambda action: action.kind)
def test_an_action_can_go_without_its_impressions(action: QueuedAction) -> None:
    batch = next_batch([triggering(action, "i1")], {}, 1, with_triggers=False)
    assert batch == next_batch([action], {}, 1)


@given(queues, st.randoms(use_true_random=False))
def test_whether_actions_set_campaigns_off_makes_no_difference_to_what_is_told_of_them(
    queue: list[QueuedAction], random: Random
) -> None:
    marked = [
        triggering(action, *(f"i{random.randrange(9)}" for _ in range(random.randrange(1, 4))))
        if action.kind in TRIGGERING and random.random() < 0.3
        else action
        for action in queue
    ]
    for (batch, taken), (plain, _) in zip(split(marked), split(queue), strict=True):
        told = json.loads(batch.body) if batch.body else None
        ids = told.pop("triggered_campaign_impression_ids", []) if isinstance(told, dict) else []
        assert told == (json.loads(plain.body) if plain.body else None)
        assert tuple(ids) == batch.impression_ids
        assert ids == list(dict.fromkeys(one.impression_id for action in taken for one in opened(action).firings))
        assert (batch.size, batch.path) == (plain.size, plain.path)
