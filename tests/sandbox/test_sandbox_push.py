from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    import requests

    from tests.sandbox.conftest import HttpPlayer, Join

TOKENS = "/push_notifications/device_tokens"


def register(player: HttpPlayer, token: str = "t1", platform: str = "fcm") -> requests.Response:
    return player.do(f"{TOKENS}/register", {"notification_platform": platform, "device_token": token})


def move(player: HttpPlayer, impression_id: str, state: Any) -> requests.Response:
    return player.do(f"/push_notifications/impressions/{impression_id}", {"state": state}, "PUT")


def states(sandbox: Sandbox) -> list[str]:
    (impression,) = sandbox.player("hero-42").push_impressions
    return [change.state for change in impression.history]


def test_a_token_is_registered_and_deregistered(sandbox: Sandbox, player: HttpPlayer) -> None:
    assert register(player).status_code == 201
    (token,) = sandbox.player(player.id).device_tokens
    assert (token.token, token.platform) == ("t1", "fcm")

    for _ in range(2):
        gone = player.do(f"{TOKENS}/deregister", {"device_token": "t1"})
        assert (gone.status_code, gone.content) == (204, b"")
    assert sandbox.player(player.id).device_tokens == ()


def test_a_token_that_is_registered_again_is_there_once_and_last(sandbox: Sandbox, player: HttpPlayer) -> None:
    for token, platform in (("t1", "fcm"), ("t2", "fcm"), ("t1", "apns")):
        assert register(player, token, platform).status_code == 201

    assert [(one.token, one.platform) for one in sandbox.player(player.id).device_tokens] == [
        ("t2", "fcm"),
        ("t1", "apns"),
    ]


def test_push_needs_no_session_but_a_wrong_one_is_refused(sandbox: Sandbox, player: HttpPlayer) -> None:
    body = {"notification_platform": "apns", "device_token": "t1"}

    assert player.ask("POST", f"{TOKENS}/register", json=body).status_code == 201
    assert player.ask("POST", f"{TOKENS}/register?session_id=wrong", json=body).status_code == 404
    assert sandbox.player(player.id).deliveries[0].session_id == ""


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"device_token": "t"}, "notification_platform"),
        ({"device_token": "t", "notification_platform": "gcm"}, "notification_platform"),
        ({"notification_platform": "fcm"}, "device_token"),
        ({"notification_platform": "fcm", "device_token": 5}, "device_token"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(player: HttpPlayer, body: dict[str, Any], path: str) -> None:
    reply = player.do(f"{TOKENS}/register", body)

    assert reply.status_code == 422
    assert reply.json()["errors"][0].startswith(f"{path}: ")


def test_a_push_has_the_documented_shape(sandbox: Sandbox, player: HttpPlayer) -> None:
    register(player)
    payload = sandbox.send_push(
        player.id, name="Spring", title="Hi", body="Come back", image_id="img", framework_data={"gems": 5}
    )

    notification = player.get(f"/push_notifications/{payload['push_notification_id']}")
    impression = player.get(f"/push_notifications/impressions/{payload['impression_id']}")

    assert set(payload) == {"origin", "image_id", "push_notification_id", "impression_id"}
    assert (payload["origin"], payload["image_id"]) == ("userwise", "img")
    assert notification.json() == {
        "id": payload["push_notification_id"],
        "name": "Spring",
        "title": "Hi",
        "body": "Come back",
        "image_id": "img",
        "framework_data": {"gems": 5},
    }
    found = impression.json()
    assert found.pop("start_at").endswith("Z")
    assert found == {
        "id": payload["impression_id"],
        "device_token": "t1",
        "state": "sent",
        "push_notification_id": payload["push_notification_id"],
    }


def test_there_is_an_impression_for_each_token(sandbox: Sandbox, player: HttpPlayer) -> None:
    for token in ("t1", "t2"):
        register(player, token)

    payload = sandbox.send_push(player.id, title="Hi")

    first, second = sandbox.player(player.id).push_impressions
    assert (first.device_token, second.device_token) == ("t1", "t2")
    assert payload["impression_id"] == second.id
    assert first.push_notification_id == second.push_notification_id == payload["push_notification_id"]


def test_without_a_token_there_is_one_impression(sandbox: Sandbox, player: HttpPlayer) -> None:
    payload = sandbox.send_push(player.id, title="Hi")

    (impression,) = sandbox.player(player.id).push_impressions
    assert (impression.id, impression.device_token, impression.state) == (payload["impression_id"], None, "sent")
    assert payload["image_id"] is None


def test_a_push_is_delivered_and_viewed(sandbox: Sandbox, player: HttpPlayer) -> None:
    impression_id = sandbox.send_push(player.id, title="Hi")["impression_id"]

    for state in ("delivered", "delivered", "viewed", "delivered"):
        assert move(player, impression_id, state).status_code == 200

    assert states(sandbox) == ["created", "sent", "delivered", "viewed"]
    (impression,) = sandbox.player(player.id).push_impressions
    assert [change.request for change in impression.history] == [None, None, 1, 3]
    assert impression.history[-1].session_id == player.session_id


@pytest.mark.parametrize(("first", "second"), list(itertools.product(("delivered", "viewed"), repeat=2)))
def test_a_push_goes_forward_only(sandbox: Sandbox, player: HttpPlayer, first: str, second: str) -> None:
    impression_id = sandbox.send_push(player.id, title="Hi")["impression_id"]
    assert move(player, impression_id, first).status_code == 200

    reply = move(player, impression_id, second)

    assert reply.status_code == (422 if (first, second) == ("viewed", "delivered") else 200)
    if not reply.ok:
        assert reply.json()["errors"] == ["state: the impression is viewed, and cannot become delivered."]


@pytest.mark.parametrize("state", ["sent", "created", "seen", None, 5])
def test_a_push_has_no_other_state_to_go_to(sandbox: Sandbox, player: HttpPlayer, state: Any) -> None:
    impression_id = sandbox.send_push(player.id, title="Hi")["impression_id"]

    assert move(player, impression_id, state).status_code == 422
    assert states(sandbox) == ["created", "sent"]


def test_a_push_belongs_to_its_player(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    payload = sandbox.send_push(player.id, title="Hi")
    other = join(sandbox, "rogue-7")

    assert other.get(f"/push_notifications/{payload['push_notification_id']}").status_code == 404
    assert other.get(f"/push_notifications/impressions/{payload['impression_id']}").status_code == 404
    assert move(other, payload["impression_id"], "viewed").status_code == 404
    assert player.get("/push_notifications/unknown").status_code == 404
    assert sandbox.player("rogue-7").deliveries == ()
