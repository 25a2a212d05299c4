"""Whatever events an engine brings, and whatever happens to the window: nothing is raised, and nothing is bought."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pygame
import pytest
from pygame.event import Event

from tests.ui.fuzzing import Chaos
from tests.ui.window import Window
from uwclient.sandbox import Sandbox
from uwclient.ui.live import GRACE

if TYPE_CHECKING:
    from tests.conftest import Play

EVENTS = int(os.environ.get("UWCLIENT_FUZZED_EVENTS", "4000"))
"""How many events there are; more of them take longer, and find more."""

MISHAP_EVERY = 23
FRAME_EVERY = 3
OFFERS = 40
STEPS = {pygame.K_TAB, pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN}


@pytest.fixture(autouse=True)
def _pygame() -> Iterator[None]:
    pygame.init()
    yield
    pygame.quit()


class Witness:
    """Owns what a player must have done for each purchase: moved the focus, and then pressed something."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._card: object = None
        self._moved = False
        self._now: Event | None = None
        self._pressed_at = float("-inf")
        self.bought: list[str] = []
        self.wrong: list[str] = []
        window.ui.on_answer = self._answered

    def sees(self, event: Event) -> None:
        """An event is about to be passed on."""
        view = self._window.ui._view
        if view is not self._card:
            self._card, self._moved = view, False
        self._now = event
        before = None if view is None else view.focus
        self._window.loop.process(event)
        self._now = None
        if view is not None and view is self._window.ui._view and view.focus != before:
            self._moved = True
        if event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN, pygame.JOYBUTTONDOWN, pygame.CONTROLLERBUTTONDOWN):
            self._pressed_at = self._window.game.device.monotonic()

    def _answered(self, record: Any, choice: str) -> None:
        if choice != "accept":
            return
        event = self._now
        self.bought.append(record.id)
        by_mouse = event is not None and event.type == pygame.MOUSEBUTTONDOWN
        if event is None or not (by_mouse or self._moved):
            self.wrong.append(f"{record.id} was bought by {event} without a step to it")


def test_a_stream_of_events_raises_nothing_and_buys_nothing_by_accident(play: Play, sandbox: Sandbox) -> None:
    for number in range(OFFERS):
        payment = {"payment_type": "iap", "iap_data": {"cost": 49.99}}
        sandbox.publish(
            "offers", id=f"o{number}", title=f"Offer {number} 日本", body="text " * 40, payment_data=payment
        )
    window = Window(play, sandbox, size=(640, 400))
    chaos, witness = Chaos(seed=1), Witness(window)
    opened = 0
    for number in range(EVENTS):
        witness.sees(chaos.event())
        if number % MISHAP_EVERY == 0:
            chaos.mishap(window.loop)
        if number % FRAME_EVERY == 0:
            window.game.device.moment += GRACE / 5 if number % 9 else 3 * GRACE
            window.loop.update()
            chaos.draw(window.loop)
        opened += window.ui.is_open
        if not window.ui.is_open and not window.ui.waiting:
            for offer in window.game.uw.offers.active:
                window.ui.open(offer)
    window.close()
    print(f"{EVENTS} events, cards open during {opened}, {len(witness.bought)} bought")
    assert witness.wrong == []
    assert opened > EVENTS / 20, "cards were open meanwhile"
