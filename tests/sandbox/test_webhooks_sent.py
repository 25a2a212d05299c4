"""What the sandbox sends to endpoints, how it is signed, and what it does when they do not acknowledge."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.hosts import CERTIFICATE
from tests.conftest import PATIENCE
from tests.sandbox.webhook_receivers import (
    ERROR,
    OK,
    REDIRECT,
    Backend,
    all_tried,
    die,
    drip,
    flood,
    hang,
    reply,
    statuses,
)
from uwclient.qa import World
from uwclient.sandbox import Sandbox, ScenarioError, UnknownRecordError, WebhookRequest
from uwclient.sandbox.services.webhooks import posting
from uwclient.sandbox.services.webhooks.rules import EVENTS, HIGHEST_DRAW, MOST_ATTEMPTS, headers_of, wait_before
from uwclient.time_sources import StandingTime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import HttpPlayer

PUBLISHED_TABLE = {2: (18, 76), 3: (34, 121), 4: (100, 216), 5: (276, 421), 6: (646, 820)}
SESSION = ["player_session_creation"]
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def backend() -> Iterator[Backend]:
    with Backend() as backend:
        yield backend


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have attempts time out after a moment."""
    monkeypatch.setattr(posting, "SECONDS", 0.3)


def join(sandbox: Sandbox, player_id: str = "hero-42") -> None:
    """Start a session, which makes one delivery to each endpoint that wants to know."""
    url = f"http://127.0.0.1/api/sdk/v1/appusers/{player_id}?environment_stage=live&api_key={sandbox.api_key}"
    reply = sandbox.ask("GET", url)
    assert reply is not None
    assert reply.status == 200


def refuse_something(sandbox: Sandbox) -> int:
    """Have something undone that a player's request has begun; the status of the reply."""
    url = f"http://127.0.0.1/api/sdk/v1/appusers/hero-42/message_impressions/update_state?api_key={sandbox.api_key}"
    session = sandbox.player("hero-42").sessions[-1].id
    body = {"session_id": session, "message_id": "none", "state": "viewed"}
    reply = sandbox.ask("POST", url, headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())
    assert reply is not None
    return reply.status


def standing(database: str | None = None, seed: int | None = None) -> tuple[Sandbox, StandingTime]:
    """A sandbox whose time only the test moves."""
    time = StandingTime(START)
    return Sandbox(time_source=time, database=database, seed=seed), time


def let_pass(sandbox: Sandbox, time: StandingTime, seconds: float) -> int:
    """Go to each moment at which something is due; how many attempts were made."""
    made = sandbox.webhooks.send_due()
    end = time.now() + timedelta(seconds=seconds)
    while sandbox.next_due is not None and sandbox.next_due <= end:
        time.set(sandbox.next_due)
        sandbox.catch_up()
        made += sandbox.webhooks.send_due()
    time.set(end)
    return made


# What is sent.


def test_the_signature_vectors_of_the_guide_fit() -> None:
    body = "{“key”:“value”}".encode()
    url = "https://userwise.io/api/endpoint"
    for function in ("sha3-256", "sha3-512", "sha256", "sha512"):
        signature = headers_of(url, body, "secret", function)["Userwise-Signature"]
        assert signature == hashlib.new(function, url.encode() + body + b"secret").hexdigest()


def test_a_request_has_the_documented_form(sandbox: Sandbox, backend: Backend, player: HttpPlayer) -> None:
    sandbox.webhooks.add(backend.url, hash_function="sha512")
    player.start()
    sandbox.wait_for(lambda: statuses(sandbox) == ["acknowledged"])

    (received,) = backend.received
    session = sandbox.player(player.id).sessions[-1]
    signed = backend.url.encode() + received.body + b"sandbox-secret"
    assert received.line == "POST /webhooks?game=hero-wars HTTP/1.1"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"] == "userwise-webhooks/1.0"
    assert received.headers["userwise-signature"] == hashlib.sha512(signed).hexdigest()
    assert received.event == {
        "webhook_event_name": "player_session_creation",
        "webhook_event_time": session.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "webhook_event_app_id": "ba59bd72-3111-4cbf-83c9-72b3198fa814",
        "webhook_event_payload": {
            "appuser_app_external_id": player.id,
            "appuser_app_session_id": session.id,
            "appuser_app_session_segment_ids": [],
        },
    }


def test_the_secret_key_of_the_sandbox_signs(backend: Backend) -> None:
    sandbox = Sandbox(secret_key="s3cret", api_key="k")
    calls: list[WebhookRequest] = []
    sandbox.webhooks.add(calls.append)
    sandbox.send_push("hero-42", title="Hello")
    sandbox.webhooks.send_due()

    (call,) = calls
    expected = hashlib.sha3_256(call.url.encode() + call.body + b"s3cret").hexdigest()
    assert call.headers["Userwise-Signature"] == expected


def test_an_endpoint_gets_the_events_it_wants() -> None:
    sandbox, _ = standing()
    all_of_them: list[WebhookRequest] = []
    pushes: list[WebhookRequest] = []
    sandbox.webhooks.add(all_of_them.append)
    sandbox.webhooks.add(pushes.append, events=["push_notification_delivery_override"])
    join(sandbox)
    sandbox.send_push("hero-42", title="Hello", body="There", framework_data={"gems": 3})
    sandbox.webhooks.send_due()

    assert [one.name for one in all_of_them] == ["player_session_creation", "push_notification_delivery_override"]
    (push,) = pushes
    (impression,) = sandbox.player("hero-42").push_impressions
    assert push.payload == {
        "push_notification_id": impression.push_notification_id,
        "environment_id": sandbox.player("hero-42").sessions[0].environment_id,
        "appuser_app_external_ids": ["hero-42"],
        "push_notification_title": "Hello",
        "push_notification_body": "There",
        "push_notification_image_id": None,
        "push_notification_framework_data": {"gems": 3},
    }


def test_what_is_refused_or_undone_is_not_sent(sandbox: Sandbox, player: HttpPlayer) -> None:
    calls: list[WebhookRequest] = []
    sandbox.webhooks.add(calls.append)
    for _ in range(2):
        assert player.do("/message_impressions/initialize", {"message_id": "none"}).status_code == 404

    assert sandbox.webhooks.deliveries == ()


# When it is sent again.


@pytest.mark.parametrize("attempt", PUBLISHED_TABLE)
@given(draw=st.integers(1, HIGHEST_DRAW))
def test_each_wait_is_within_the_published_table(attempt: int, draw: int) -> None:
    least, most = PUBLISHED_TABLE[attempt]
    assert least <= wait_before(attempt, draw) <= most
    assert (wait_before(attempt, 1), wait_before(attempt, HIGHEST_DRAW)) == (least, most)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_attempts_follow_the_published_table_whatever_the_seed(seed: int) -> None:
    sandbox, time = standing(seed=seed)
    calls: list[datetime] = []

    def refuse(request: WebhookRequest) -> int:
        calls.append(time.now())
        return 503

    sandbox.webhooks.add(refuse)
    join(sandbox)
    made = let_pass(sandbox, time, 3600)

    waits = [(after - before).total_seconds() for before, after in itertools.pairwise(calls)]
    (delivery,) = sandbox.webhooks.deliveries
    assert made == len(calls) == MOST_ATTEMPTS
    assert all(least <= wait <= most for wait, (least, most) in zip(waits, PUBLISHED_TABLE.values(), strict=True))
    assert [one.at for one in delivery.attempts] == calls
    assert (delivery.status, delivery.next_try_at) == ("dropped", None)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_acknowledges(sandbox: Sandbox, status: int) -> None:
    with Backend(reply(f"HTTP/1.1 {status} Fine\r\nContent-Length: 0\r\n\r\n".encode())) as backend:
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.wait_for(lambda: statuses(sandbox) == ["acknowledged"])

    (delivery,) = sandbox.webhooks.deliveries
    assert [one.status for one in delivery.attempts] == [status]
    assert delivery.attempts[0].problem is None


@pytest.mark.parametrize(
    ("behaviour", "status", "problem"),
    [
        (reply(ERROR), 500, "The reply was 500: oops."),
        (reply(REDIRECT), 302, "The reply was 302 without a text."),
        (reply(b"HTTP/1.1 100 Continue\r\n\r\n" + ERROR), 500, "The reply was 500: oops."),
        (reply(b"SSH-2.0-x\r\n\r\n"), None, "There was no reply: what came is no HTTP: 'SSH-2.0-x'."),
        (reply(b"HTTP/1.1 20\r\n\r\n"), None, "There was no reply: what came is no HTTP: 'HTTP/1.1 20'."),
        (reply(b"HTTP/1.1 200 OK\r\nContent-Le"), None, "There was no reply: "),
        (die, None, "There was no reply: "),
        (hang, None, "There was no reply within 0 seconds."),
        (drip, None, "There was no reply within 0 seconds."),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("impatient")
def test_what_does_not_acknowledge_is_tried_again_later(
    sandbox: Sandbox, behaviour: Any, status: int | None, problem: str
) -> None:
    with Backend(behaviour) as backend:
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.wait_for(lambda: all_tried(sandbox))

    (delivery,) = sandbox.webhooks.deliveries
    (attempt,) = delivery.attempts
    assert attempt.status == status
    assert str(attempt.problem).startswith(problem)
    assert delivery.status == "waiting"
    assert delivery.next_try_at is not None
    assert timedelta(seconds=18) <= delivery.next_try_at - attempt.at <= timedelta(seconds=76)


def test_of_ten_gigabytes_no_more_is_read_than_a_little(sandbox: Sandbox) -> None:
    with Backend(flood) as backend:
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.wait_for(lambda: all_tried(sandbox))

    (attempt,) = sandbox.webhooks.deliveries[0].attempts
    assert attempt.status == 500
    assert len(str(attempt.problem)) < 300


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthe rest never comes",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
    ],
)
@pytest.mark.usefixtures("impatient")
def test_a_status_counts_whatever_becomes_of_the_rest(sandbox: Sandbox, head: bytes) -> None:
    def say_and_hang(connection: Any, closed: Any) -> None:
        connection.sendall(head)
        closed.wait()

    with Backend(say_and_hang) as backend:
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.wait_for(lambda: statuses(sandbox) == ["acknowledged"])


def test_nobody_listens_where_a_port_is_closed(sandbox: Sandbox) -> None:
    with Backend() as backend:
        url = backend.url
    sandbox.webhooks.add(url)
    join(sandbox)
    sandbox.wait_for(lambda: all_tried(sandbox))

    assert sandbox.webhooks.deliveries[0].attempts[0].status is None


def test_a_running_sandbox_tries_again_by_itself_as_fast_as_its_clock_goes(sandbox: Sandbox) -> None:
    with Backend(reply(ERROR), reply(ERROR), reply(OK)) as backend:
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.clock.speed = 600
        sandbox.wait_for(lambda: statuses(sandbox) == ["acknowledged"], timeout=PATIENCE)
    assert len(backend.received) == 3


def test_what_ends_by_itself_is_told_in_time_though_nobody_asks(sandbox: Sandbox) -> None:
    with Backend() as backend:
        sandbox.webhooks.add(backend.url)
        sandbox.publish("offers", id="gems", environments=["live"], end_at="+1s")
        backend.wait_for(2, timeout=PATIENCE)
    states = [one.payload["campaign_current_state"] for one in backend.received]
    assert states == ["running", "completed"]


# Order.


def test_first_attempts_keep_the_order_one_after_the_other(sandbox: Sandbox) -> None:
    players = [f"hero-{number}" for number in range(12)]
    with Backend(reply(OK), reply(ERROR), die, reply(OK)) as backend:
        sandbox.webhooks.add(backend.url)
        for player_id in players:
            join(sandbox, player_id)
        sandbox.wait_for(lambda: all_tried(sandbox))

    assert [one.payload["appuser_app_external_id"] for one in backend.received] == players
    assert sorted(statuses(sandbox)) == ["acknowledged"] * 10 + ["waiting"] * 2


def test_one_endpoint_does_not_wait_for_another(sandbox: Sandbox, player: HttpPlayer) -> None:
    with Backend(hang) as stuck, Backend() as quick:
        sandbox.webhooks.add(stuck.url)
        sandbox.webhooks.add(quick.url)
        for number in range(5):
            join(sandbox, f"hero-{number}")
        sandbox.wait_for(lambda: statuses(sandbox).count("acknowledged") == 5)

        assert player.start().status_code == 200
        assert len(stuck.received) == 1
        assert sandbox.webhooks.deliveries[0].attempts == ()


def test_a_stop_does_not_wait_for_a_backend_that_hangs() -> None:
    with Backend(hang) as backend:
        sandbox = Sandbox()
        with sandbox:
            sandbox.webhooks.add(backend.url)
            join(sandbox)
            backend.wait_for(1)
        backend.close()
    assert statuses(sandbox) == ["waiting"]


# What outlives what.


def test_a_restart_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    database = str(tmp_path / "state.sqlite")
    with Backend(reply(OK), reply(ERROR), reply(OK)) as backend:
        with Sandbox(database=database) as sandbox:
            sandbox.webhooks.add(backend.url, events=SESSION)
            for player_id in ("first", "second"):
                join(sandbox, player_id)
            sandbox.wait_for(lambda: all_tried(sandbox))
        join(sandbox, "third")  # nobody sends it any more
        before = sandbox.webhooks.deliveries

        time = StandingTime(before[1].attempts[0].at + timedelta(minutes=5))
        again = Sandbox(database=database, time_source=time)
        assert again.webhooks.endpoints == sandbox.webhooks.endpoints
        assert [one.id for one in again.webhooks.deliveries] == [one.id for one in before]
        again.webhooks.send_due()

        assert statuses(again) == ["acknowledged"] * 3
        heard = [one.payload["appuser_app_external_id"] for one in backend.received]
        assert sorted(heard) == ["first", "second", "second", "third"]


KILLED = """
import sys
from uwclient.sandbox import Sandbox

database, url = sys.argv[1:]
with Sandbox(database=database) as sandbox:
    sandbox.webhooks.add(url, events=["push_notification_delivery_override"])
    for number in range(4):
        sandbox.send_push("hero-42", title=str(number))
    sys.stdin.read()
"""


def test_a_sandbox_that_is_killed_loses_nothing_and_repeats_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    database = str(tmp_path / "state.sqlite")
    with Backend(reply(OK), reply(OK), hang) as backend:
        process = subprocess.Popen([sys.executable, "-c", KILLED, database, backend.url], stdin=subprocess.PIPE)
        backend.wait_for(3, timeout=PATIENCE)
        process.kill()
        process.communicate()
    with Backend(port=backend.port) as again, Sandbox(database=database) as sandbox:
        sandbox.wait_for(lambda: statuses(sandbox) == ["acknowledged"] * 4)

    titles = [[one.payload["push_notification_title"] for one in heard.received] for heard in (backend, again)]
    assert titles == [["0", "1", "2"], ["2", "3"]]


def test_a_clock_that_goes_back_at_a_restart_makes_nothing_wait_for_longer(tmp_path: Path) -> None:
    database = str(tmp_path / "state.sqlite")
    with Backend(die, reply(OK)) as backend:
        sandbox, _ = standing(database)
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.webhooks.send_due()

        time = StandingTime(START - timedelta(days=30))
        again = Sandbox(database=database, time_source=time)
        assert let_pass(again, time, 76) == 1
        assert statuses(again) == ["acknowledged"]


def test_a_sandbox_that_goes_back_sends_what_was_not_sent_then() -> None:
    sandbox, _ = standing()
    calls: list[WebhookRequest] = []
    sandbox.webhooks.add(calls.append)
    join(sandbox)
    saved = sandbox.save()
    sandbox.webhooks.send_due()
    sandbox.restore(saved)
    sandbox.webhooks.send_due()

    assert len(calls) == 2
    assert statuses(sandbox) == ["acknowledged"]


def test_what_is_undone_meanwhile_has_nothing_sent_twice() -> None:
    sandbox, _ = standing()
    calls: list[WebhookRequest] = []

    def receive(request: WebhookRequest) -> None:
        calls.append(request)
        assert refuse_something(sandbox) == 422

    sandbox.webhooks.add(receive)
    join(sandbox)
    sandbox.webhooks.send_due()
    sandbox.webhooks.send_due()
    assert len(calls) == 1


def test_functions_of_a_process_that_has_ended_get_nothing(tmp_path: Path) -> None:
    database = str(tmp_path / "state.sqlite")
    sandbox, _ = standing(database)
    sandbox.webhooks.add(lambda request: None)
    join(sandbox)
    again, _ = standing(database)

    assert again.webhooks.endpoints == ()
    assert again.webhooks.deliveries == ()


# What a person does.


def test_a_delivery_is_sent_again_when_somebody_asks_for_it() -> None:
    sandbox, time = standing()
    answers = [500] * 6 + [200, 200]
    calls: list[bytes] = []

    def receive(request: WebhookRequest) -> int:
        calls.append(request.body)
        return answers.pop(0)

    sandbox.webhooks.add(receive)
    join(sandbox)
    let_pass(sandbox, time, 3600)
    (dropped,) = sandbox.webhooks.deliveries
    sandbox.webhooks.resend(dropped.id)
    sandbox.webhooks.send_due()
    acknowledged = statuses(sandbox)
    sandbox.webhooks.resend(dropped.id)
    sandbox.webhooks.send_due()

    assert dropped.status == "dropped"
    assert acknowledged == statuses(sandbox) == ["acknowledged"]
    assert len(calls) == len(sandbox.webhooks.deliveries[0].attempts) == 8
    assert len(set(calls)) == 1
    with pytest.raises(UnknownRecordError, match="webhook delivery"):
        sandbox.webhooks.resend("nothing")


def test_a_delivery_that_is_on_its_way_can_be_sent_again() -> None:
    sandbox, _ = standing()
    calls: list[str] = []

    def receive(request: WebhookRequest) -> None:
        if not calls:
            sandbox.webhooks.resend(sandbox.webhooks.deliveries[0].id)
        calls.append(request.name)

    sandbox.webhooks.add(receive)
    join(sandbox)
    sandbox.webhooks.send_due()
    assert len(calls) == 2
    assert statuses(sandbox) == ["acknowledged"]


def test_an_endpoint_that_fails_for_a_day_is_paused_and_loses_nothing() -> None:
    sandbox, time = standing()
    works = False
    calls: list[str] = []

    def receive(request: WebhookRequest) -> int:
        calls.append(request.payload["appuser_app_external_id"])
        return 200 if works else 500

    endpoint_id = sandbox.webhooks.add(receive)
    for hour in range(30):
        join(sandbox, f"hero-{hour}")
        let_pass(sandbox, time, 3600)
    (paused,) = sandbox.webhooks.endpoints
    tried = len(calls)
    join(sandbox, "late")
    let_pass(sandbox, time, 3600)
    assert paused.is_paused
    assert "since 2026-01-05T09:00:00+00:00" in str(paused.note)
    assert len(calls) == tried

    works = True
    sandbox.webhooks.resume(endpoint_id)
    let_pass(sandbox, time, 3600)
    (resumed,) = sandbox.webhooks.endpoints
    assert (resumed.is_paused, resumed.failing_since) == (False, None)
    assert calls[-1] == "late"
    assert "waiting" not in statuses(sandbox)


def test_an_endpoint_that_is_removed_gets_nothing_more() -> None:
    sandbox, _ = standing()
    calls: list[WebhookRequest] = []
    endpoint_id = sandbox.webhooks.add(calls.append)
    join(sandbox)
    sandbox.webhooks.remove(endpoint_id)
    join(sandbox, "other")

    assert sandbox.webhooks.send_due() == 0
    assert (calls, sandbox.webhooks.endpoints, sandbox.webhooks.deliveries) == ([], (), ())
    with pytest.raises(UnknownRecordError, match="webhook endpoint"):
        sandbox.webhooks.remove(endpoint_id)


def test_a_url_that_is_added_again_gets_new_settings() -> None:
    sandbox, _ = standing()
    first = sandbox.webhooks.add("http://127.0.0.1:9/x")
    second = sandbox.webhooks.add("http://127.0.0.1:9/x", SESSION, "sha256")

    (endpoint,) = sandbox.webhooks.endpoints
    assert first == second == endpoint.id
    assert (endpoint.events, endpoint.hash_function) == (tuple(SESSION), "sha256")


# Where it goes.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("http://example.com/hooks",), "'example.com' is not this machine: allow it with Sandbox"),
        (("http://169.254.169.254/",), "is not this machine"),
        (("http://127.0.0.1@example.com/",), "credentials"),
        (("ftp://127.0.0.1/",), "it is not https"),
        (("not a url",), "characters that no address has"),
        ((42,), "neither a URL nor a function"),
        (("http://localhost/", ["player_sesion_creation"]), "did you mean 'player_session_creation'"),
        (("http://localhost/", []), "it is empty"),
        (("http://localhost/", "player_session_creation"), "write a list"),
        (("http://localhost/", None, "md5"), "'md5' is none of sha3-256, sha3-512, sha256, sha512"),
    ],
)
def test_a_wrong_endpoint_is_refused_with_a_sentence(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Sandbox().webhooks.add(*arguments)


def test_a_host_can_be_allowed() -> None:
    sandbox = Sandbox(webhook_hosts=["example.com"])
    sandbox.webhooks.add("https://example.com/hooks")
    assert [one.url for one in sandbox.webhooks.endpoints] == ["https://example.com/hooks"]


def test_allowed_hosts_are_a_list_of_names() -> None:
    for wrong in ("example.com", ["http://example.com/"]):
        with pytest.raises(ScenarioError, match=r"webhook_hosts: .* is no list of hosts' names"):
            Sandbox(webhook_hosts=wrong)


@pytest.mark.parametrize("host", ["203.0.113.7", "hooks.test"])
def test_a_host_that_is_allowed_no_more_gets_nothing(tmp_path: Path, host: str) -> None:
    database = str(tmp_path / "state.sqlite")
    Sandbox(database=database, webhook_hosts=[host]).webhooks.add(f"http://{host}/hooks")
    sandbox, _ = standing(database)
    join(sandbox)
    sandbox.webhooks.send_due()

    (delivery,) = sandbox.webhooks.deliveries
    assert delivery.attempts[0].problem == f"There was no reply: {host} is not allowed any more."


def test_a_name_is_looked_up_once_and_connected_to_as_found(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(str(host))
        return real("127.0.0.1" if host == "hooks.test" else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with Backend() as backend, Sandbox(webhook_hosts=["hooks.test"]) as allowed:
        allowed.webhooks.add(backend.url.replace("127.0.0.1", "hooks.test"))
        join(allowed)
        allowed.wait_for(lambda: statuses(allowed) == ["acknowledged"])
        (received,) = backend.received

    assert asked.count("hooks.test") == 1
    assert received.headers["host"] == f"hooks.test:{backend.port}"


@pytest.mark.parametrize("is_trusted", [True, False])
def test_https_needs_a_certificate_that_is_trusted(
    sandbox: Sandbox, is_trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with Backend(tls=True) as backend:
        sandbox.webhooks.add(backend.url)
        join(sandbox)
        sandbox.wait_for(lambda: all_tried(sandbox))
        (attempt,) = sandbox.webhooks.deliveries[0].attempts

    assert attempt.status == (200 if is_trusted else None)
    assert is_trusted or "certificate" in str(attempt.problem).lower()


# In worlds.


@pytest.mark.parametrize("polls", ["elide", "all"])
@pytest.mark.parametrize("transport", ["direct", "http"])
def test_in_a_world_attempts_have_ended_before_time_goes_on(transport: Any, polls: Any) -> None:
    with Backend(reply(ERROR), die, reply(OK)) as backend, World(transport=transport, polls=polls) as world:
        world.sandbox.webhooks.add(backend.url, events=SESSION)
        world.player()
        world.skip(minutes=10)
        (delivery,) = world.sandbox.webhooks.deliveries
        elided = world.polls_elided

    assert len(backend.received) == 3
    assert [one.status for one in delivery.attempts] == [500, None, 200]
    assert delivery.attempts[0].at == world.started_at
    assert (elided > 0) == (polls == "elide")


def test_a_world_goes_back_with_its_deliveries() -> None:
    calls: list[str] = []

    def receive(request: WebhookRequest) -> int:
        calls.append(request.name)
        return 500

    with World() as world:
        world.sandbox.webhooks.add(receive, events=SESSION)
        world.player()
        saved = world.save()
        world.skip(hours=1)
        first = len(calls)
        world.restore(saved)
        world.skip(hours=1)

    assert (first, len(calls)) == (6, 11)


def test_functions_are_called_on_the_thread_that_moves_the_time() -> None:
    threads: set[str] = set()
    with World() as world:
        world.sandbox.webhooks.add(lambda request: threads.add(threading.current_thread().name))
        world.player()
        world.skip(minutes=1)
    assert threads == {threading.current_thread().name}


def test_a_function_that_makes_the_same_happen_again_does_not_hang_a_world() -> None:
    with World() as world:
        world.sandbox.webhooks.add(lambda request: world.sandbox.send_push("hero-42", title="Again"))
        world.player()
        with pytest.raises(RuntimeError, match="do not come to an end"):
            world.skip(minutes=1)


# In scenarios.


def test_a_scenario_names_endpoints() -> None:
    scenario = {
        "webhooks": [{"url": "http://127.0.0.1:5000/webhooks", "events": SESSION}, {"url": "http://localhost/a"}]
    }
    sandbox = Sandbox(scenario)

    assert [(one.url, one.events) for one in sandbox.webhooks.endpoints] == [
        ("http://127.0.0.1:5000/webhooks", tuple(SESSION)),
        ("http://localhost/a", EVENTS),
    ]
    sandbox.reload({"webhooks": [{"url": "http://localhost/a", "hash_function": "sha256"}]})
    assert [(one.url, one.hash_function) for one in sandbox.webhooks.endpoints] == [("http://localhost/a", "sha256")]


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ({"url": "http://example.com/"}, "not this machine"),
        ({"url": "http://localhost/", "events": ["nothing"]}, "webhooks.*there is no webhook event 'nothing'"),
        ({"url": "http://localhost/", "events": []}, "it is empty"),
        ({"events": SESSION}, "url: it is missing"),
        ({"url": "http://localhost/", "hash_function": "md5"}, "is none of"),
    ],
)
def test_a_scenario_with_a_wrong_endpoint_is_refused(endpoint: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Sandbox({"webhooks": [endpoint]})
