"""GrowSurf's webhooks: behind a secret path, each handled once, the kinds of rewards told apart."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

from tests.partners.conftest import sample
from uwclient import ArgumentError
from uwclient.partners.growsurf import ParticipantReachedAGoal, Receiver, new_secret_path
from uwclient.partners.testing import GrowSurfStandIn, growsurf_participant, growsurf_reward

SECRET = "0123456789abcdef" * 2
PATH = f"/hooks/{SECRET}"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver(SECRET)


@pytest.fixture
def heard(receiver: Receiver) -> list[Any]:
    events: list[Any] = []
    receiver.any_event.connect(lambda receiver, event: events.append(event))
    return events


@pytest.fixture
def growsurf(receiver: Receiver) -> GrowSurfStandIn:
    return GrowSurfStandIn((receiver.receive, PATH))


def test_both_sides_of_a_reward_are_told_apart_before_and_after_it_is_approved(
    receiver: Receiver, growsurf: GrowSurfStandIn
) -> None:
    told: list[tuple[str, bool | None, bool | None]] = []

    @receiver.participant_reached_a_goal.connect
    def goal(receiver: Receiver, event: ParticipantReachedAGoal) -> None:
        told.append((event.participant.id, event.reward.is_referrer, event.reward.approved))

    for _ in range(2):  # GrowSurf sends all of them again
        for approved in (False, True):
            for who, is_referrer in (("ann", True), ("bob", False)):
                reward = growsurf_reward(f"of {who}", approved=approved, is_referrer=is_referrer)
                assert growsurf.reach_goal(growsurf_participant(who), reward) == 204
    assert told == [("ann", True, False), ("bob", False, False), ("ann", True, True), ("bob", False, True)]


def test_an_event_that_is_sent_again_with_other_counts_is_the_same(
    growsurf: GrowSurfStandIn, heard: list[Any]
) -> None:
    for referrals in (1, 2):
        growsurf.join(growsurf_participant("ann", referrals=referrals))
        growsurf.reach_goal(growsurf_participant("ann", referrals=referrals), growsurf_reward("r1"))
        growsurf.end({"id": "c", "endedAt": 7, "winnerCount": referrals})
    assert [event.event for event in heard] == [
        "NEW_PARTICIPANT_ADDED",
        "PARTICIPANT_REACHED_A_GOAL",
        "CAMPAIGN_ENDED",
    ]


def test_rewards_without_an_id_are_told_apart_by_all_that_they_say(
    growsurf: GrowSurfStandIn, heard: list[Any]
) -> None:
    for title in ("first", "second", "second"):
        growsurf.reach_goal(growsurf_participant("ann"), {"title": title})
    assert [event.reward.title for event in heard] == ["first", "second"]


@pytest.mark.parametrize(
    "path", ["/", "/hooks", f"/hooks/{SECRET}x", f"/hooks/{SECRET[:-1]}", f"/{SECRET}/hooks", "/é"]
)
def test_who_does_not_know_the_path_learns_nothing(receiver: Receiver, heard: list[Any], path: str) -> None:
    assert receiver.receive(path, sample("growsurf_new_participant_added")) == 404
    assert receiver.receive(path, b"nonsense") == 404
    assert heard == []
    assert SECRET not in repr(receiver)


@pytest.mark.parametrize("path", ["", "short", "a" * 32, "0123456789abcdef/0123456789abcdef", "é" * 32])
def test_a_path_that_can_be_guessed_is_refused(path: str) -> None:
    with pytest.raises(ArgumentError, match="128 random bits"):
        Receiver(path)


def test_a_new_path_is_another_one_each_time() -> None:
    paths = {new_secret_path() for _ in range(50)}
    assert {len(path) for path in paths} == {32}
    assert len(paths) == 50
    for path in paths:
        Receiver(path)


def test_invalid_json_is_answered_with_400(receiver: Receiver, heard: list[Any]) -> None:
    assert receiver.receive(PATH, sample("growsurf_participant_reached_a_goal")) == 400
    assert heard == []


def test_a_listener_that_fails_has_the_event_taken_again(
    receiver: Receiver, growsurf: GrowSurfStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [RuntimeError("away")]

    @receiver.new_participant_added.connect
    def joined(receiver: Receiver, event: object) -> None:
        if failures:
            raise failures.pop()

    assert [growsurf.join(growsurf_participant("ann")) for _ in range(3)] == [500, 204, 204]
    assert "A listener of new_participant_added has failed" in caplog.text


def test_wsgi_serves_the_endpoint(receiver: Receiver, heard: list[Any]) -> None:
    said: list[str] = []
    body = sample("growsurf_campaign_ended")
    for script, info in (("/hooks", f"/{SECRET}"), (PATH, ""), ("/hooks", "/guess")):
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": script,
            "PATH_INFO": info,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        assert list(receiver.wsgi_app(environ, lambda status, headers: said.append(status))) == [b""]
    assert said == ["204 No Content", "204 No Content", "404 Not Found"]
    assert len(heard) == 1


def test_asgi_serves_the_endpoint(receiver: Receiver, heard: list[Any]) -> None:
    async def get() -> dict[str, Any]:
        return {"type": "http.request", "body": sample("growsurf_campaign_ended")}

    async def statuses() -> list[int]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        for path in (PATH, "/guess"):
            await receiver.asgi_app({"type": "http", "method": "POST", "path": path, "headers": []}, get, send)
        return [message["status"] for message in sent if "status" in message]

    assert asyncio.run(statuses()) == [204, 404]
    assert len(heard) == 1
