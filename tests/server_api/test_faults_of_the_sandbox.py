"""Over a network that fails in each way that the sandbox knows, reads come through, and no write is made twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import MakeSandbox
from tests.server_api.every_call import APP
from uwclient import ConnectionFailed, ReplyError
from uwclient.sandbox import Sandbox
from uwclient.sandbox.http.fault_profiles import PROFILES
from uwclient.server_api import ServerApi, ServerApiError

WRITES = 12
NAMES = ["first", "second", "third"]
FAILURES = (ConnectionFailed, ReplyError, ServerApiError)
NEVER_WELL = {"offline", "captive_portal", "platform_outage"}
REALLY_SLOW = "slow_3g"
"""Its replies are late on this machine's clock, so few of them are waited for."""


@contextmanager
def client_of(sandbox: Sandbox) -> Iterator[ServerApi]:
    """A client whose waits pass on the sandbox's clock."""

    def sleep(seconds: float) -> None:
        sandbox.clock.advance(seconds=seconds)

    with ServerApi(
        sandbox.api_key,
        secret_key=sandbox.secret_key,
        app_id=APP,
        host=sandbox.url,
        retries=30,
        seed=1,
        sleep=sleep,
    ) as server:
        yield server


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("profile", PROFILES)
def test_no_write_is_made_twice(make_sandbox: MakeSandbox, profile: str, seed: int) -> None:
    sandbox = make_sandbox(secret_key="the-company's", start="2026-11-29T12:00:00Z")
    done = set()
    with client_of(sandbox) as server:
        sandbox.faults.profile(f"{profile}(0.1)" if profile == REALLY_SLOW else profile, seed=seed)
        for number in range(WRITES):
            name = f"framework-{number}"
            try:
                server.event_frameworks.create(name=name, external_event_type="sale", json={})
            except FAILURES:
                sandbox.clock.advance(seconds=20)  # a tunnel ends
            else:
                done.add(name)
        sandbox.faults.clear()
        made = Counter(one.name for one in server.event_frameworks.list())
    assert set(made.values()) <= {1}
    assert done <= made.keys()
    assert bool(done) != (profile in NEVER_WELL)


@pytest.mark.parametrize("profile", sorted(PROFILES.keys() - NEVER_WELL))
def test_reads_come_through(make_sandbox: MakeSandbox, profile: str) -> None:
    sandbox = make_sandbox(secret_key="the-company's", start="2026-11-29T12:00:00Z")
    with client_of(sandbox) as server:
        for name in NAMES:
            server.event_frameworks.create(name=name, external_event_type="sale", json={})
        sandbox.faults.profile(f"{profile}(0.1)" if profile == REALLY_SLOW else profile, seed=3)
        for _ in range(4):
            assert [one.name for one in server.event_frameworks.list()] == NAMES


def test_a_write_to_a_platform_that_is_not_up_yet_is_made_once_it_is(make_sandbox: MakeSandbox) -> None:
    sandbox = make_sandbox(start="2026-11-29T12:00:00Z")
    port = sandbox.port
    sandbox.stop()
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            make_sandbox(port=port)

    host = f"http://127.0.0.1:{port}"
    with ServerApi(sandbox.api_key, secret_key=None, app_id=APP, host=host, retries=5, sleep=sleep) as server:
        assert server.event_frameworks.create(name="sale", external_event_type="sale", json={}).name == "sale"
        assert len(list(server.event_frameworks.list())) == 1
    assert len(waits) == 2


def test_a_platform_that_is_not_there_is_told_in_a_sentence(make_sandbox: MakeSandbox) -> None:
    sandbox = make_sandbox()
    url = sandbox.url
    sandbox.stop()
    with (
        ServerApi("key", secret_key=None, app_id=APP, host=url, retries=0) as server,
        pytest.raises(ConnectionFailed, match=r"was refused: check the host, and that the platform is up"),
    ):
        server.event_frameworks.list().first()


def test_a_connection_that_was_closed_meanwhile_does_not_stop_a_write(make_sandbox: MakeSandbox) -> None:
    first = make_sandbox()
    with ServerApi(first.api_key, secret_key=None, app_id=APP, host=first.url, retries=0) as server:
        server.event_frameworks.create(name="sale", external_event_type="sale", json={})
        port = first.port
        first.stop()
        make_sandbox(port=port)
        assert server.event_frameworks.create(name="sale", external_event_type="sale", json={}).name == "sale"
