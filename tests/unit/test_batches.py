from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from uwclient.models.player import ActionKind, QueuedAction
from uwclient.wire import actions as batches
from uwclient.wire.actions import LARGEST_BATCH, Batch, UnknownReference, next_batch, told_impression_id

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
    assert told_impression_id(reply) is None


def test_the_id_of_an_impression_is_in_the_reply() -> None:
    assert told_impression_id({"offer_impression": {"id": "i-1", "state": "initialized"}}) == "i-1"
