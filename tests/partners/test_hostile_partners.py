"""Whatever a partner sends, a client and a receiver do only what is documented."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.partners.conftest import sample
from tests.partners.test_documented_samples import ACTIVITY, HERE, Says
from tests.server_api.test_hostile_replies import BODIES, OTHERS, json_values, places, with_another
from uwclient import ReplyError
from uwclient.errors import DataError
from uwclient.partners.crowdtwist import CrowdTwist
from uwclient.partners.errors import PartnerError
from uwclient.partners.growsurf import Event, Receiver, new_secret_path, read_event
from uwclient.partners.pico import Pico
from uwclient.partners.shoplive import Shoplive

START = datetime(2026, 1, 5, tzinfo=UTC)

CALLS: dict[str, Callable[[Says], object]] = {
    "pico_widgets": lambda says: Pico("auth", host=HERE, transport=says, retries=0).widgets(1),
    "pico_participants": lambda says: list(Pico("auth", host=HERE, transport=says, retries=0).participants(1)),
    "shoplive_stats": lambda says: Shoplive("key", "token", host=HERE, transport=says, retries=0).campaign_stats(
        START, START + timedelta(days=1)
    ),
    "crowdtwist": lambda says: CrowdTwist("key", host=HERE, transport=says, retries=0).activities("alice"),
}
SHOWN: dict[str, Any] = {name: [ACTIVITY] if name == "crowdtwist" else json.loads(sample(name)) for name in CALLS}
EVENTS = [
    json.loads(sample("growsurf_participant_reached_a_goal").replace(b'"bar""', b'"bar","')),
    json.loads(sample("growsurf_new_participant_added")),
    json.loads(sample("growsurf_campaign_ended")),
]


def check(name: str, body: bytes, status: int = 200) -> None:
    """Check that a call gives records that can be printed, or raises what is documented."""
    with suppress(ReplyError, PartnerError):
        assert repr(CALLS[name](Says(body, status)))


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 429, 500])
@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("name", CALLS)
def test_each_call_survives_any_body(name: str, what: str, status: int) -> None:
    check(name, BODIES[what], status)


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(CALLS)), body=st.binary(max_size=200), status=st.integers(200, 599))
def test_any_bytes_with_any_status(name: str, body: bytes, status: int) -> None:
    check(name, body, status)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(CALLS)), other=json_values, data=st.data())
def test_wrong_types_in_every_field(name: str, other: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*places(SHOWN[name])]))
    check(name, json.dumps(with_another(SHOWN[name], path, other)).encode())


@pytest.mark.parametrize("name", CALLS)
def test_each_value_may_be_another(name: str) -> None:
    for path in places(SHOWN[name]):
        for other in [*OTHERS, "9" * 5000, 10**18, "2026-13-01T00:00:00Z", "1e999"]:
            check(name, json.dumps(with_another(SHOWN[name], path, other)).encode())


def check_event(body: bytes) -> int:
    path = new_secret_path()
    receiver = Receiver(path)
    receiver.any_event.connect(lambda receiver, event: repr(event))
    return receiver.receive(f"/hooks/{path}", body)


@settings(max_examples=300, deadline=None)
@given(shown=st.sampled_from(EVENTS), other=json_values, data=st.data())
def test_wrong_types_in_every_field_of_an_event(shown: dict[str, Any], other: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*places(shown)]))
    assert check_event(json.dumps(with_another(shown, path, other)).encode()) in (204, 400)


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_event_is_answered_with_400(what: str) -> None:
    assert check_event(BODIES[what]) == 400
    with pytest.raises(DataError):
        read_event(BODIES[what])


def test_an_event_that_nobody_knows_yet_is_an_event() -> None:
    told = copy.deepcopy(EVENTS[2])
    told["event"] = "CAMPAIGN_PAUSED"
    event = read_event(json.dumps(told).encode())
    assert type(event) is Event
    assert event.data["status"] == "COMPLETE"
