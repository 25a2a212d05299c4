"""A survey on the sandbox, and that no test leaves a process or a fault behind."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.conftest import PATIENCE
from tests.surveys.survey_steps import children, publish
from uwclient.sandbox import Sandbox


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """A platform with one survey."""
    publish(sandbox)
    return sandbox


@pytest.fixture(autouse=True)
def _no_process_stays() -> Iterator[None]:
    """Fail when a process that a test has started outlives it, if only as a zombie."""
    before = children()
    yield
    deadline = time.monotonic() + PATIENCE
    while children() - before:
        assert time.monotonic() < deadline, f"These processes are still there: {children() - before}"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _nothing_fails_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail when uwclient has logged a fault of its own."""
    yield
    faults = [record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when)]
    assert not [
        message for message in faults if "failed in an unexpected way" in message or "could not be resumed" in message
    ]
