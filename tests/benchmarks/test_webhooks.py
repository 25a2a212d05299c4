"""Webhooks delay no request of a player, however badly a backend behaves."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from tests.sandbox.webhook_receivers import OK, Backend, Behaviour, drip, hang, reply
from uwclient.sandbox import Sandbox

REQUESTS = 200
ROUNDS = 3


def milliseconds(prepare: Callable[[Sandbox], object]) -> float:
    """The median of how long it takes to start a session."""
    with Sandbox() as sandbox:
        prepare(sandbox)
        taken = []
        for number in range(REQUESTS):
            url = f"http://127.0.0.1/api/sdk/v1/appusers/hero-{number}?environment_stage=live&api_key=sandbox-key"
            began = time.perf_counter()
            sandbox.ask("GET", url)
            taken.append(time.perf_counter() - began)
        return statistics.median(taken) * 1000


@pytest.mark.parametrize(("behaviour", "most"), [(hang, 2.0), (drip, 2.0), (reply(OK), 6.0)])
def test_a_session_starts_as_fast_as_without_webhooks(behaviour: Behaviour, most: float) -> None:
    """What is sent meanwhile takes its share of the processor, but nobody waits for it."""
    with Backend(behaviour) as backend:
        ratios = []
        for _ in range(ROUNDS):
            without = milliseconds(lambda sandbox: None)
            ratios.append(milliseconds(lambda sandbox: sandbox.webhooks.add(backend.url)) / without)
    assert statistics.median(ratios) < most, ratios
