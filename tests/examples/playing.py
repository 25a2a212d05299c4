"""What plays Hero Wars in tests: a stage on a platform, and frames one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hero_wars.panels.popups import Popup
from hero_wars.panels.shelf import OfferCard
from hero_wars.play.intent import Intent
from hero_wars.stage import Stage

from tests.conftest import Game
from uwclient.sandbox import Sandbox

FRAME = 1 / 60
PUSH: dict[str, Any] = {"title": "Hello", "body": "Come back!"}


def advance(stage: Stage, seconds: float, intent: Intent | None = None) -> None:
    """Moves a stage on, frame by frame; at least by one."""
    for _ in range(max(1, round(seconds / FRAME))):
        stage.advance(FRAME, intent or Intent())


def popup(stage: Stage) -> Popup:
    """The pop-up that can be answered now."""
    current = stage.panels.popups.current
    assert current is not None, "there is no pop-up"
    return current


def card(stage: Stage) -> OfferCard:
    """The offer in front."""
    front = stage.panels.shelf.front
    assert front is not None, "there is no offer"
    return front


class HeroGame:
    """Owns a stage on a platform: what live operations do there has arrived when the call returns."""

    def __init__(self, game: Game, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.player = sandbox.player(game.uw.player_id)
        self.uw = game.uw
        self.told: list[tuple[str, str]] = []
        self._game = game
        self.stage = Stage(game.uw, 7, self._note, lambda: sandbox.send_push(game.uw.player_id, **PUSH))
        game.uw.start()
        game.until_loaded()

    def publish(self, kind: str, **fields: Any) -> None:
        """Something starts."""
        self.sandbox.publish(kind, **fields)
        self.refresh()

    def change(self, record_id: str, **fields: Any) -> None:
        """Something changes."""
        self.sandbox.change(record_id, **fields)
        self.refresh()

    def withdraw(self, record_id: str) -> None:
        """Something is taken back."""
        self.sandbox.withdraw(record_id)
        self.refresh()

    def refresh(self) -> None:
        """The game asks for news."""
        assert self._game.refresh()

    def pass_time(self, seconds: float) -> None:
        """Time goes by, here and on the platform."""
        self._game.pass_time(seconds)

    def until(self, condition: Callable[[], object]) -> None:
        """Frame after frame, until something holds."""

        def holds() -> object:
            self._game.pass_time(FRAME)
            self.stage.advance(FRAME, Intent())
            return condition()

        self._game.until(holds)

    def _note(self, call: str, details: str) -> None:
        self.told.append((call, details))
