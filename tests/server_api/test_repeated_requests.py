"""Which requests are sent again, how long a call waits for that, and how often at most."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server_api.conftest import Platform, client_of, told
from uwclient import ConnectionFailed, Reply, ReplyError, Request, UserWiseError
from uwclient.http.retrying import Patience, Retrier, may_repeat
from uwclient.server_api import NotFound, ServerApi, ServerApiError, ServiceUnavailable, TooManyRequests
from uwclient.server_api.errors import BY_STATUS

PORTAL = Reply.of(200, b"<!DOCTYPE html><p>Log in to use this network.</p>")
CUT = ConnectionFailed("cut", reached=True)
REFUSED = ConnectionFailed("refused")
DIAMOND = {"id": "diamond"}


def refusal(status: int, **headers: str) -> Reply:
    return Reply.of(status, b'{"errors": ["No."]}', headers)


def failing(*failures: Reply | UserWiseError) -> Callable[[Request], Reply | UserWiseError]:
    """A platform that fails so often, and then answers."""
    left = [*failures]
    return lambda request: left.pop(0) if left else told(DIAMOND)


def read(server: ServerApi) -> object:
    return server.currencies.get("diamond")


def write(server: ServerApi) -> object:
    return server.currencies.update("diamond", name_plural="Diamonds")


@pytest.mark.parametrize("failure", [CUT, REFUSED, PORTAL, refusal(429), refusal(500), refusal(502), refusal(503)])
def test_a_read_is_repeated_whatever_has_failed(failure: Reply | UserWiseError) -> None:
    server, platform = client_of(failing(failure, failure))
    assert read(server)
    assert len(platform.requests) == 3
    assert len({one.url for one in platform.requests}) == 1


@pytest.mark.parametrize("failure", [REFUSED, refusal(429)])
def test_a_write_that_surely_did_not_arrive_is_repeated(failure: Reply | UserWiseError) -> None:
    server, platform = client_of(failing(failure, failure))
    assert write(server)
    assert len(platform.requests) == 3


@pytest.mark.parametrize("failure", [CUT, PORTAL, ReplyError("large"), refusal(500), refusal(502), refusal(503)])
def test_a_write_that_may_have_arrived_is_not_repeated(failure: Reply | UserWiseError) -> None:
    server, platform = client_of(failing(failure))
    with pytest.raises((ConnectionFailed, ReplyError, ServerApiError)):
        write(server)
    assert len(platform.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 422])
def test_what_would_fail_again_is_not_repeated(status: int) -> None:
    server, platform = client_of(failing(refusal(status)))
    with pytest.raises(BY_STATUS[status]):
        read(server)
    assert len(platform.requests) == 1


def test_survey_results_are_reads_although_they_are_posted() -> None:
    server, platform = client_of(failing(CUT))
    assert server.surveys.results("a-survey")
    assert [one.method for one in platform.requests] == ["POST", "POST"]


def test_a_call_gives_up_after_its_retries() -> None:
    server, platform = client_of(lambda request: refusal(503), retries=2)
    with pytest.raises(ServiceUnavailable):
        read(server)
    assert len(platform.requests) == 3


def test_a_call_waits_as_long_as_the_platform_asks() -> None:
    waits: list[float] = []
    server, _ = client_of(failing(refusal(429, **{"Retry-After": "17"})), sleep=waits.append)
    read(server)
    assert [17 <= wait <= 17 * 1.1 for wait in waits] == [True]


def test_a_call_does_not_wait_for_an_hour() -> None:
    waits: list[float] = []
    server, platform = client_of(failing(refusal(429, **{"Retry-After": "3600"})), sleep=waits.append)
    with pytest.raises(TooManyRequests) as raised:
        write(server)
    assert (raised.value.retry_after, waits, len(platform.requests)) == (3600, [], 1)


def test_a_wait_until_a_date_counts_from_the_platforms_own_clock() -> None:
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    form = "%a, %d %b %Y %H:%M:%S GMT"
    headers = {"Date": now.strftime(form), "Retry-After": (now + timedelta(seconds=20)).strftime(form)}
    waits: list[float] = []
    server, _ = client_of(failing(refusal(429, **headers)), sleep=waits.append)
    read(server)
    assert [20 <= wait <= 22 for wait in waits] == [True]


@given(st.integers(), st.integers(0, 12))
def test_waits_have_full_jitter_under_a_ceiling_that_doubles(seed: int, failures: int) -> None:
    waits: list[float] = []
    platform = Platform(failing(*[CUT] * failures))
    request = Request("GET", "https://api.userwise.io/api/v1/attributes")

    retrier = Retrier(Patience(12), Random(seed), waits.append)

    assert retrier.send(platform, request, lambda reply: reply.status, changes_nothing=True) == 200
    assert len(waits) == failures
    assert all(0 <= wait <= min(8.0, 0.5 * 2**number) for number, wait in enumerate(waits))


@pytest.mark.parametrize("status", range(400, 600))
def test_of_refusals_only_429_is_sure_that_a_write_did_nothing(status: int) -> None:
    error = BY_STATUS.get(status, ServerApiError)("no", status=status)
    assert may_repeat(error, changes_nothing=False) == (status == 429)
    assert may_repeat(error, changes_nothing=True) == (status in (408, 425, 429) or status >= 500)


def test_threads_share_a_client() -> None:
    server, platform = client_of(lambda request: told(DIAMOND))
    threads = [threading.Thread(target=read, args=[server]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(platform.requests) == 8


def test_a_refusal_tells_its_reasons(caplog: pytest.LogCaptureFixture) -> None:
    body = b'{"errors": ["No such thing."], "meta": {"hints": ["Look elsewhere."], "warnings": ["Old id."]}}'
    server, _ = client_of(lambda request: Reply.of(404, body))
    with pytest.raises(NotFound) as raised:
        server.currencies.get("gold")
    error = raised.value
    assert (error.method, error.path, error.status) == ("GET", "/api/v1/app_currencies/gold", 404)
    assert (error.errors, error.hints, error.warnings) == (("No such thing.",), ("Look elsewhere.",), ("Old id.",))
    assert "No such thing. Look elsewhere." in str(error)


def test_warnings_of_a_reply_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    body = b'{"data": {"id": "x"}, "meta": {"warnings": ["There is no category \'c\'."], "hints": []}}'
    server, _ = client_of(lambda request: Reply.of(201, body))
    server.campaigns.create(category_id="c")
    assert caplog.messages == ["POST /api/v1/campaigns: There is no category 'c'."]


def test_a_redirect_is_no_reply_of_the_platform() -> None:
    server, _ = client_of(lambda request: Reply.of(302, b"", {"Location": "https://login.example/?user=me"}))
    with pytest.raises(ReplyError, match=r"redirects to 'https://login\.example'\): check the host"):
        read(server)


@pytest.mark.parametrize("status", [401, 403, 404, 407])
def test_a_refusal_without_a_reason_is_probably_not_the_platforms(status: int) -> None:
    server, _ = client_of(lambda request: Reply.of(status, b"<html>Blocked by the gateway</html>"))
    with pytest.raises(ServerApiError, match="check the host, and gateways of the network"):
        read(server)
