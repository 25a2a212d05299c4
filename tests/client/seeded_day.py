"""Twelve hours of a game on a sandbox, in virtual time and with one seed: prints all that happened, as JSON lines.

    python -m tests.client.seeded_day DATA_DIR SEED

Whatever the process, its hash seed, its threads and its Python: the same seed prints the same lines.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uwclient import PlayerEvent, StandingTime, UserWise
from uwclient.sandbox import Sandbox
from uwclient.ui.live import LiveUI

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(64)
SCENARIO: dict[str, Any] = {
    "survey_refresh_interval_seconds": 600,
    "segments": [
        {"name": f"s{number}", "attributes": [{"name": "level", "operator": "greater_than", "values": [number]}]}
        for number in range(5)
    ],
    "events": [
        {"id": f"event-{number}", "start_at": f"+{number}h", "end_at": f"+{number + 3}h"} for number in range(9)
    ],
    "offers": [
        {"id": "gems", "segments": ["s1", "s3"], "landscape_image_id": "banner", "portrait_image_id": None},
        {"title": "without an id", "start_at": "+2h"},
    ],
    "messages": [{"id": "welcome"}, {"title": "without an id, too"}],
    "remote_configs": [{"id": "balance", "json": {"speed": 3}}],
    "surveys": [{"id": "feedback", "questions": [{"type": "open_ended", "text": "How was it?"}]}],
    "campaigns": [
        {
            "id": f"campaign-{number}",
            "trigger": {"type": "event_trigger", "logic": {"external_event_id": "won", "event_attributes": []}},
            "messages": [{"title": "Well done"}],
        }
        for number in range(4)
    ],
    "timeline": [{"at": "+5h", "publish": "offers", "with": {"title": "late"}}],
}


class Told:
    """What happened, in its order."""

    def __init__(self, time: StandingTime) -> None:
        self._time = time
        self.lines: list[str] = []

    def tell(self, *what: Any) -> None:
        """Note that something happened now."""
        self.lines.append(json.dumps([self._time.now().isoformat(), *what], default=str))


def listen(uw: UserWise, told: Told) -> None:
    """Note the signals of content and of the session."""
    for name in ("events", "messages", "offers", "remote_configs", "surveys"):
        for signal in ("on_active", "on_updated", "on_inactive"):
            getattr(getattr(uw, name), signal).connect(
                lambda _, record, name=name, signal=signal: told.tell(name, signal, record.id)
            )
    uw.on_session_initialized.connect(lambda _, session_id: told.tell("session", session_id))
    uw.offers.on_impression_initialized.connect(lambda _, impression: told.tell("impression", impression.id))


def settle(uw: UserWise) -> None:
    """Pump until nothing happens any more."""
    while uw.pump():
        pass


def play(sandbox: Sandbox, uw: UserWise, time: StandingTime, told: Told) -> None:
    """Play twelve hours, a minute at a time, with an outage in them."""
    ui = LiveUI(uw, repeat="start")
    uw.start()
    for minute in range(12 * 60):
        settle(uw)
        if minute % 240 == 60:
            uw.set_attributes({"level": minute // 240, **{f"a{number}": number for number in range(9)}})
            uw.assign_event(PlayerEvent("won", {"minute": minute}))
        if minute == 300:
            sandbox.faults.respond("*", status=503, times=20)
        if minute == 500:
            told.tell("published", sandbox.publish("offers", title="by hand"))
            told.tell("push", sandbox.send_push("hero-42", title="Come back"))
        if minute % 100 == 50 and uw.offers.active:
            offer = uw.offers.active[minute % len(uw.offers.active)]
            uw.offers.show(offer)
            uw.offers.accept(offer)
        if minute % 60 == 0:
            told.tell("waiting", [record.id for record in ui.waiting])
        time.advance(minutes=1)
    uw.stop()


def tell_platform(sandbox: Sandbox, told: Told) -> None:
    """Note what the platform was asked, and what it knows in the end."""
    for one in sandbox.requests:
        told.tell(one.at, one.method, one.path, one.query, one.body.decode(errors="replace"), one.status)
    player = sandbox.player("hero-42")
    told.tell(player.sessions, player.offer_impressions, player.message_impressions, player.triggered_campaigns)
    told.tell(player.survey_responses, player.push_impressions)


@contextmanager
def noise() -> Iterator[None]:
    """Other threads, which take the interpreter now and then."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.0005):
            sum(range(2000))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def day(data_dir: Path, seed: int) -> list[str]:
    """Play the day; what happened, a line each."""
    time = StandingTime(START)
    told = Told(time)
    with Sandbox(SCENARIO, time_source=time, seed=seed) as sandbox:
        sandbox.add_media("banner", PIXEL)
        uw = UserWise(
            sandbox.api_key,
            "hero-42",
            host=sandbox.url,
            data_dir=data_dir,
            language="en",
            country="US",
            timezone="Pacific/Apia",
            threaded=False,
            time_source=time,
            seed=seed,
        )
        listen(uw, told)
        play(sandbox, uw, time, told)
        tell_platform(sandbox, told)
    sandbox.check()
    return told.lines


if __name__ == "__main__":
    with noise():
        lines = day(Path(sys.argv[1]), int(sys.argv[2]))
    print("\n".join(lines))
