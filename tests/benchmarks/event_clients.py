"""Owns the products that are compared: how each is started, told of an event, and stopped, as its manual has it.

Each runs with its own defaults, but for the address, and for what would call home.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from tests.benchmarks.event_sink import PLAYER

EVENT = "enemy_defeated"


class EventClient(Protocol):
    """A product in the game's process."""

    def call(self, number: int) -> bool:
        """Tell one event, all that a game does for it included; False where the product says it did not take it."""

    def frame(self) -> None:
        """What the product wants once a frame."""

    def flush(self) -> None:
        """Have what was told sent now."""

    def stop(self) -> None:
        """End in order, as a game does that has the time for it."""


class UserWiseClient:
    """uwclient, once it has a session."""

    def __init__(self, url: str, api_key: str, folder: Path) -> None:
        from uwclient import PlayerEvent, UserWise

        self._event = PlayerEvent
        self._uw = UserWise(api_key, PLAYER, host=url, data_dir=folder)
        self._uw.start()
        deadline = time.monotonic() + 10
        while not self._uw.is_session_initialized and time.monotonic() < deadline:
            self._uw.pump()
            time.sleep(0.005)

    def call(self, number: int) -> bool:
        self._uw.assign_event(self._event(EVENT, {"number": number, "hero": "knight", "damage": 7.5}))
        return True

    def frame(self) -> None:
        self._uw.pump()

    def flush(self) -> None:
        """Nothing: it sends by itself."""

    def stop(self) -> None:
        self._uw.stop()


class PostHogClient:
    """PostHog: its metrics and exception captures are off unless asked for."""

    def __init__(self, url: str, api_key: str, folder: Path) -> None:
        from posthog import Posthog  # type: ignore[import-not-found, unused-ignore]

        self._posthog = Posthog(api_key, host=url)

    def call(self, number: int) -> bool:
        properties = {"number": number, "hero": "knight", "damage": 7.5}
        return self._posthog.capture(EVENT, distinct_id=PLAYER, properties=properties) is not None

    def frame(self) -> None:
        """Nothing: it has a thread."""

    def flush(self) -> None:
        self._posthog.flush()

    def stop(self) -> None:
        self._posthog.shutdown()


class SegmentClient:
    """Segment."""

    def __init__(self, url: str, api_key: str, folder: Path) -> None:
        from segment.analytics.client import Client  # type: ignore[import-untyped, import-not-found, unused-ignore]

        self._client = Client(api_key, host=url)

    def call(self, number: int) -> bool:
        taken, _ = self._client.track(PLAYER, EVENT, {"number": number, "hero": "knight", "damage": 7.5})
        return bool(taken)

    def frame(self) -> None:
        """Nothing: it has a thread."""

    def flush(self) -> None:
        self._client.flush()

    def stop(self) -> None:
        self._client.shutdown()


class LaunchDarklyClient:
    """LaunchDarkly, with flags from memory, so that events are all that it sends; its calls tell nothing of drops."""

    def __init__(self, url: str, api_key: str, folder: Path) -> None:
        from ldclient import LDClient  # type: ignore[import-not-found, unused-ignore]
        from ldclient.config import Config  # type: ignore[import-not-found, unused-ignore]
        from ldclient.context import Context  # type: ignore[import-not-found, unused-ignore]
        from ldclient.integrations.test_data import TestData  # type: ignore[import-not-found, unused-ignore]

        self._context = Context.create(PLAYER)
        config = Config(
            api_key,
            base_uri=url,
            events_uri=url,
            stream_uri=url,
            update_processor_class=TestData.data_source(),
            diagnostic_opt_out=True,
        )
        self._client = LDClient(config)

    def call(self, number: int) -> bool:
        self._client.track(EVENT, self._context, {"number": number, "hero": "knight", "damage": 7.5})
        return True

    def frame(self) -> None:
        """Nothing: it has a thread."""

    def flush(self) -> None:
        self._client.flush()  # type: ignore[no-untyped-call, unused-ignore]

    def stop(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call, unused-ignore]


@dataclass(frozen=True)
class Product:
    """A product: what it is installed from, the server that it needs, and how to start it.

    Attributes:
        tells_refusals: whether a call tells that its event was not taken.
        longest_wait: seconds that it may wait before it tries again, after an outage of some seconds.

    """

    distribution: str
    sink: str
    start: Callable[[str, str, Path], EventClient]
    tells_refusals: bool
    longest_wait: float

    @property
    def version(self) -> str | None:
        """The version that is installed, or None."""
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return None


PRODUCTS = {
    "uwclient": Product("uwclient", "sandbox", UserWiseClient, tells_refusals=True, longest_wait=70.0),
    "posthog": Product("posthog", "plain", PostHogClient, tells_refusals=True, longest_wait=15.0),
    "segment": Product("segment-analytics-python", "plain", SegmentClient, tells_refusals=True, longest_wait=25.0),
    "launchdarkly": Product(
        "launchdarkly-server-sdk", "plain", LaunchDarklyClient, tells_refusals=False, longest_wait=15.0
    ),
}
