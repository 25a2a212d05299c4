"""Push notifications: what the device is handed, what the platform hears of it, and what can be looked up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import ArgumentError, PushImpression, PushNotification, PushPayload, PushPlatform, PushState
from uwclient.modules import push
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeSandbox, Play

PLAYER = "hero-42"
TOKEN = "a-device-token-that-nobody-prints"
IMPRESSIONS = "/push_notifications/impressions/"


def online(game: Game) -> Game:
    game.until(lambda: game.uw.is_session_initialized)
    return game


@pytest.fixture
def game(play: Play) -> Game:
    """A game that is online."""
    return online(play())


def states(sandbox: Sandbox) -> list[list[str]]:
    """The states that each impression went through."""
    return [[change.state for change in one.history] for one in sandbox.player(PLAYER).push_impressions]


def marks(sandbox: Sandbox) -> list[Any]:
    """What was told of impressions, in order."""
    return [request.json for request in sandbox.requests if request.method == "PUT" and IMPRESSIONS in request.path]


def received(game: Game) -> list[PushPayload]:
    return [details["payload"] for details in game.seen.of("push", "on_received")]


# Device tokens.


@pytest.mark.parametrize("platform", ["apns", "fcm", PushPlatform.APNS, PushPlatform.FCM])
def test_a_token_is_registered_and_removed(sandbox: Sandbox, game: Game, platform: Any) -> None:
    told: list[bool] = []
    game.uw.push.register_device_token(platform, TOKEN, told.append)
    game.until(lambda: told == [True])
    (token,) = sandbox.player(PLAYER).device_tokens
    assert (token.platform, token.token) == (str(PushPlatform(platform).value), TOKEN)

    game.uw.push.unregister_device_token(TOKEN, callback=told.append)
    game.until(lambda: told == [True, True])
    assert sandbox.player(PLAYER).device_tokens == ()
    asked = [request.json for request in sandbox.requests if "device_tokens" in request.path]
    assert asked == [
        {"notification_platform": str(PushPlatform(platform).value), "device_token": TOKEN},
        {"device_token": TOKEN},
    ]


def test_a_token_that_is_registered_offline_reaches_the_platform_in_a_later_run(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    offline = play()
    offline.uw.push.register_device_token("apns", TOKEN)
    offline.uw.push.register_device_token("fcm", "another")
    offline.uw.push.unregister_device_token("another")
    offline.until_sent("client", "on_session_initialization_failed")
    offline.uw.stop()
    sandbox.start()

    play()
    sandbox.wait_for(lambda: len(sandbox.player(PLAYER).deliveries) == 3)

    assert [token.token for token in sandbox.player(PLAYER).device_tokens] == [TOKEN]
    order = [request.json["device_token"] for request in sandbox.requests if "device_tokens" in request.path]
    assert order == [TOKEN, "another", "another"]


@pytest.mark.parametrize("answer", ["accepted", "refused", "unreachable"])
def test_a_token_stands_in_no_log_and_no_repr(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    caplog.set_level(logging.DEBUG)
    game = online(play())
    if answer != "accepted":
        status = {"refused": 422, "unreachable": 503}[answer]
        sandbox.faults.respond("*/device_tokens/*", status=status, times=None)
    sandbox.send_push(PLAYER, title="Hi")
    told: list[bool] = []
    game.uw.push.register_device_token("fcm", TOKEN, told.append)
    game.uw.push.unregister_device_token(TOKEN, told.append)
    sandbox.wait_for_requests("register")
    if answer != "unreachable":
        game.until(lambda: len(told) == 2)
    failed = game.seen.of("client", "on_delivery_failed")
    assert len(failed) == (2 if answer == "refused" else 0)
    assert all(details["action"].body["device_token"] == TOKEN for details in failed), "the game itself may know it"
    game.uw.stop()

    shown = [repr(game.seen.sent), repr(vars(game.uw)), repr(vars(game.uw.push)), caplog.text]
    assert not [text for text in shown if TOKEN in text]


def test_the_token_of_an_impression_is_not_in_its_repr(sandbox: Sandbox, game: Game) -> None:
    game.uw.push.register_device_token("fcm", TOKEN)
    sandbox.wait_for(lambda: sandbox.player(PLAYER).device_tokens)
    payload = sandbox.send_push(PLAYER, title="Hi")
    got: list[PushImpression | None] = []
    game.uw.push.get_impression(payload["impression_id"], got.append)
    game.until(lambda: got)

    (impression,) = got
    assert impression is not None
    assert impression.device_token == TOKEN
    assert TOKEN not in repr(impression)
    assert payload["impression_id"] in repr(impression)


@pytest.mark.parametrize(
    "call",
    [
        lambda uw: uw.push.register_device_token("gcm", TOKEN),
        lambda uw: uw.push.register_device_token(None, TOKEN),
        lambda uw: uw.push.register_device_token("fcm", ""),
        lambda uw: uw.push.register_device_token("fcm", TOKEN.encode()),
        lambda uw: uw.push.register_device_token("fcm", TOKEN + "\ud800"),
        lambda uw: uw.push.register_device_token("fcm", TOKEN, "callback"),
        lambda uw: uw.push.register_device_token("fcm", TOKEN * 5000),
        lambda uw: uw.push.unregister_device_token(None),
        lambda uw: uw.push.unregister_device_token([TOKEN]),
        lambda uw: uw.push.update_impression_state("i1", "sent"),
        lambda uw: uw.push.update_impression_state("i1", None),
        lambda uw: uw.push.update_impression_state("", "viewed"),
        lambda uw: uw.push.update_impression_state("..", "viewed"),
        lambda uw: uw.push.update_impression_state(5, "viewed"),
        lambda uw: uw.push.get_notification("n1", None),
        lambda uw: uw.push.get_notification(None, print),
        lambda uw: uw.push.get_notification(".", print),
        lambda uw: uw.push.get_impression("x" * 1000, print),
        lambda uw: uw.push.get_impression("i1", "callback"),
    ],
)
def test_a_wrong_argument_is_refused_in_a_sentence_that_shows_no_token(
    sandbox: Sandbox, game: Game, call: Callable[[Any], object]
) -> None:
    sandbox.forget_requests()
    with pytest.raises(ArgumentError) as refused:
        call(game.uw)
    assert str(refused.value).endswith((".", "fcm", "viewed", "ok."))
    assert TOKEN not in str(refused.value)
    assert game.refresh()
    assert not [request for request in sandbox.requests if "push" in request.path]


# What is told of impressions.


@pytest.mark.parametrize("state", ["delivered", "viewed", PushState.DELIVERED, PushState.VIEWED])
def test_the_state_of_an_impression_is_updated(sandbox: Sandbox, game: Game, state: Any) -> None:
    payload = sandbox.send_push(PLAYER, title="Hi")
    told: list[bool] = []
    game.uw.push.update_impression_state(payload["impression_id"], state, told.append)
    game.until(lambda: told == [True])

    assert states(sandbox)[0][-1] == str(PushState(state).value)
    request = next(one for one in sandbox.requests if IMPRESSIONS in one.path)
    assert request.method == "PUT"
    assert request.path.endswith(f"{IMPRESSIONS}{payload['impression_id']}")
    assert request.query == {"session_id": game.uw.session_id}
    assert request.json == {"state": str(PushState(state).value)}


def test_an_id_may_hold_anything(sandbox: Sandbox, game: Game) -> None:
    told: list[bool] = []
    game.uw.push.update_impression_state("a/b?c=d#ü%20", "viewed", told.append)
    game.until(lambda: told == [False])
    (request,) = [one for one in sandbox.requests if IMPRESSIONS in one.path]
    assert request.path.endswith(f"{IMPRESSIONS}a%2Fb?c=d#ü%20")


def test_a_signed_client_signs_what_it_tells_and_asks(make_sandbox: MakeSandbox, play: Play) -> None:
    sandbox = make_sandbox(secret_key="secret")
    payload = sandbox.send_push(PLAYER, title="Hi")
    game = online(play(at=sandbox, secret_key="secret"))
    got: list[object] = []
    game.uw.push.handle_payload(payload)
    game.uw.push.get_notification(payload["push_notification_id"], got.append)
    game.until(lambda: got and got[0] and states(sandbox)[0][-1] == "delivered")


# Payloads.


def test_a_payload_of_the_platform_is_marked_and_told_from_pump_alone(sandbox: Sandbox, game: Game) -> None:
    payload = sandbox.send_push(PLAYER, title="Hi", image_id="img")

    assert game.uw.push.handle_payload(payload) is True
    assert received(game) == [], "nothing is told outside pump()"
    game.uw.pump()

    told = PushPayload(payload["impression_id"], payload["push_notification_id"], "img")
    assert received(game) == [told]
    sandbox.wait_for(lambda: states(sandbox) == [["created", "sent", "delivered"]])


def test_a_payload_is_marked_and_told_once_however_often_it_is_handed_over(sandbox: Sandbox, game: Game) -> None:
    first, second = (sandbox.send_push(PLAYER, title="Hi") for _ in range(2))
    for payload in (first, second, first, first, second):
        assert game.uw.push.handle_payload(payload) is True
        game.uw.pump()

    assert [payload.impression_id for payload in received(game)] == [
        first["impression_id"],
        second["impression_id"],
    ]
    sandbox.wait_for(lambda: len(marks(sandbox)) == 2)
    assert game.refresh()
    assert marks(sandbox) == [{"state": "delivered"}] * 2


def test_an_impression_that_was_viewed_before_its_payload_came_is_not_marked_back(
    sandbox: Sandbox, game: Game
) -> None:
    payload = sandbox.send_push(PLAYER, title="Hi")
    game.uw.push.update_impression_state(payload["impression_id"], "viewed")

    assert game.uw.push.handle_payload(payload) is True
    game.until_sent("push", "on_received")
    sandbox.wait_for(lambda: states(sandbox)[0][-1] == "viewed")
    assert game.refresh()
    assert marks(sandbox) == [{"state": "viewed"}]


def test_a_payload_that_comes_before_the_start_waits_for_it(sandbox: Sandbox, play: Play) -> None:
    payload = sandbox.send_push(PLAYER, title="Hi")
    game = play(start=False)
    assert game.uw.push.handle_payload(payload) is True
    game.uw.start()
    game.until_sent("push", "on_received")
    sandbox.wait_for(lambda: states(sandbox)[0][-1] == "delivered")


@pytest.mark.parametrize(
    "payload",
    [None, 5, b"userwise", "userwise", [], {}, {"origin": "other", "impression_id": "i1"}, {"origin": "userwise"}],
    ids=repr,
)
def test_anything_else_is_ignored(sandbox: Sandbox, game: Game, payload: Any) -> None:
    assert game.uw.push.handle_payload(payload) is False
    assert game.refresh()
    assert received(game) == []
    assert marks(sandbox) == []


def test_a_payload_of_the_player_who_has_left_is_not_told_to_the_next(sandbox: Sandbox, game: Game) -> None:
    payload = sandbox.send_push(PLAYER, title="Hi")
    game.uw.push.handle_payload(payload)
    game.uw.switch_player("rogue-7")
    online(game)

    assert received(game) == []
    sandbox.wait_for(lambda: states(sandbox)[0][-1] == "delivered")


def test_what_is_remembered_of_impressions_is_bounded(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "MOST_REMEMBERED", 3)
    for number in range(5):
        game.uw.push.handle_payload({"origin": "userwise", "impression_id": f"i{number}"})
        game.uw.pump()
    game.uw.push.handle_payload({"origin": "userwise", "impression_id": "i4"})
    game.uw.push.handle_payload({"origin": "userwise", "impression_id": "i0"})
    game.uw.pump()
    assert [payload.impression_id for payload in received(game)] == ["i0", "i1", "i2", "i3", "i4", "i0"]


# Lookups.


def test_a_notification_and_its_impression_are_looked_up(sandbox: Sandbox, game: Game) -> None:
    payload = sandbox.send_push(
        PLAYER, name="Spring", title="Hi", body="Come back", image_id="img", framework_data={"gems": [5]}
    )
    notifications: list[PushNotification | None] = []
    impressions: list[PushImpression | None] = []
    game.uw.push.get_notification(payload["push_notification_id"], notifications.append)
    game.uw.push.get_impression(payload["impression_id"], impressions.append)
    assert not notifications, "nothing is told outside pump()"
    assert not impressions
    game.until(lambda: notifications and impressions)

    assert notifications == [
        PushNotification(payload["push_notification_id"], "Spring", "Hi", "Come back", "img", {"gems": [5]})
    ]
    (impression,) = impressions
    assert impression is not None
    assert impression.id == payload["impression_id"]
    assert impression.push_notification_id == payload["push_notification_id"]
    assert (impression.state, impression.device_token) == ("sent", None)
    assert impression.start_at is not None
    assert abs((impression.start_at - sandbox.clock.now()).total_seconds()) < 60


LOOK_UPS = ["get_notification", "get_impression"]


@pytest.mark.parametrize("look_up", LOOK_UPS)
def test_what_the_platform_does_not_know_is_none_and_a_line_in_the_log(
    game: Game, look_up: str, caplog: pytest.LogCaptureFixture
) -> None:
    got: list[object] = []
    getattr(game.uw.push, look_up)("unknown", got.append)
    game.until(lambda: got)
    assert got == [None]
    assert "'unknown' could not be looked up: GET /appusers/…/push_notifications/" in caplog.text


@pytest.mark.parametrize("look_up", LOOK_UPS)
@pytest.mark.parametrize(
    "body",
    [
        "nonsense",
        [],
        {},
        {"id": None},
        {"id": []},
        {"id": "x", "title": 5, "state": 5},
        {"id": "x", "body": {}, "start_at": "never"},
        {"data": {"id": "x"}},
    ],
    ids=str,
)
def test_a_reply_of_another_shape_is_none_and_a_line_in_the_log(
    sandbox: Sandbox, game: Game, look_up: str, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.respond("*/push_notifications/*", status=200, body=body)
    got: list[object] = []
    getattr(game.uw.push, look_up)("n1", got.append)
    game.until(lambda: got)
    assert got == [None]
    assert "could not be looked up: " in caplog.text
    sentences = ("The platform's reply cannot be used", "but the reply is not the platform's")
    assert any(sentence in caplog.text for sentence in sentences)


def test_what_is_missing_in_a_reply_is_nothing(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.respond("*/push_notifications/*", status=200, body={"id": "x", "framework_data": None}, times=2)
    got: list[object] = []
    game.uw.push.get_notification("x", got.append)
    game.uw.push.get_impression("x", got.append)
    game.until(lambda: len(got) == 2)
    assert got == [PushNotification("x", "", "", "", None, {}), PushImpression("x", None, "", None, None)]


def test_offline_a_lookup_is_none(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()
    got: list[object] = []
    game.uw.push.get_notification("n1", got.append)
    game.until(lambda: got == [None])


def test_a_lookup_before_the_start_is_none(play: Play) -> None:
    game = play(start=False)
    got: list[object] = []
    game.uw.push.get_notification("n1", got.append)
    assert got == []
    game.uw.pump()
    assert got == [None]


@pytest.mark.parametrize(
    "leave", [lambda uw: uw.stop(), lambda uw: uw.switch_player("rogue-7")], ids=["stop", "switch"]
)
def test_a_lookup_that_hangs_ends_with_the_run_once(
    sandbox: Sandbox, game: Game, leave: Callable[[Any], None], caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.hang("*/push_notifications/*", times=None)
    got: list[object] = []
    game.uw.push.get_notification("n1", got.append)
    game.until(lambda: [request for request in sandbox.requests if "push" in request.path])

    leave(game.uw)
    game.until(lambda: got)
    for _ in range(5):
        game.uw.pump()

    assert got == [None]
    assert not [record for record in caplog.records if record.levelno > logging.INFO], "nothing has failed"


def test_a_callback_that_fails_hurts_nobody(sandbox: Sandbox, game: Game, caplog: pytest.LogCaptureFixture) -> None:
    payload = sandbox.send_push(PLAYER, title="Hi")

    def fail(_: object) -> None:
        raise ZeroDivisionError

    got: list[object] = []
    game.uw.push.get_notification(payload["push_notification_id"], fail)
    game.uw.push.get_notification(payload["push_notification_id"], got.append)
    game.until(lambda: got)
    assert "the callback of push.get_notification()" in caplog.text
