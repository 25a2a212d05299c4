"""What the tests of player actions share: where things lie, and that nothing fails unforeseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from uwclient.background import delivery
from uwclient.http.retry import Backoff


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of the clients."""
    return tmp_path / "data"


@pytest.fixture
def no_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    """First actions wait for no neighbours; for tests that are not about that."""
    monkeypatch.setattr(delivery, "LINGER", 0.0)


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed requests are tried again soon; for tests with a thread, in which time really passes."""
    monkeypatch.setattr(Backoff, "delay", lambda self, rng, retry_after=None, lasting=0.0: 0.02)


@pytest.fixture(autouse=True)
def _nothing_fails_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail when uwclient has logged a fault of its own."""
    yield
    faults = [record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when)]
    assert not [
        message for message in faults if "failed in an unexpected way" in message or "could not be resumed" in message
    ]
