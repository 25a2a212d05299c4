"""Takes the screenshots of a run: which moments are worth one, when each is due, and the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygame
from pygame import Surface

from uwclient import UserWise

from .journal import Say, say_at_once
from .panels.popups import Look
from .stage import Stage

Moment = Callable[[Stage], bool]

OVERLAY = "debug-overlay"
"""The picture for which the debug overlay is opened: while something is held back."""


@dataclass(slots=True)
class Shot:
    """A picture to take once the stage has looked right for `wait` more seconds."""

    name: str
    wait: float
    looks_right: Moment


def plays(stage: Stage) -> bool:
    """Nothing covers the field."""
    return not stage.panels.pause_play and stage.panels.market.openness == 0.0


def shows(look: Look) -> Moment:
    """A pop-up of that look is open."""

    def looks_right(stage: Stage) -> bool:
        popup = stage.panels.popups.current
        return popup is not None and popup.look is look

    return looks_right


def has_card(note: str) -> Moment:
    """An offer is on display, changed or not."""

    def looks_right(stage: Stage) -> bool:
        card = stage.panels.shelf.front
        return plays(stage) and card is not None and card.note == note

    return looks_right


SHOTS = (
    ("start", 1.0, plays),
    ("message", 1.2, shows(Look.MESSAGE)),
    ("event", 3.0, lambda stage: plays(stage) and stage.live.events.banner() is not None),
    ("offer", 1.5, has_card("")),
    ("offer-updated", 0.6, has_card("price changed")),
    ("level-up", 0.5, lambda stage: plays(stage) and stage.world.levels.level == 2),
    ("boss", 0.9, lambda stage: plays(stage) and stage.world.boss is not None),
    ("boss-hit", 0.1, lambda stage: stage.world.boss is not None and stage.world.boss.stunned_for > 0.0),
    ("boss-defeated", 0.6, lambda stage: plays(stage) and stage.world.levels.level > 3),
    ("market", 1.4, lambda stage: stage.panels.market.is_open and stage.panels.popups.visible is None),
    (OVERLAY, 2.5, lambda stage: stage.world.boss is not None and stage.panels.popups.waiting > 0),
    ("survey-invite", 1.0, shows(Look.SURVEY)),
    ("push", 1.5, lambda stage: stage.panels.notice.push is not None),
    ("coin-rain", 4.0, lambda stage: plays(stage) and stage.world.coin_rate > 1.0),
)
"""The telling moments: a name, how long the stage must look right, and what looks right."""


class Album:
    """Numbered PNG files in one folder; of every moment only the first is kept."""

    def __init__(self, folder: Path, say: Say = say_at_once) -> None:
        self._folder = folder
        self._say = say
        self._waiting = [Shot(*shot) for shot in SHOTS]
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def follow(self, uw: UserWise) -> None:
        """Waits also for moments that leave no trace on the stage."""
        self._after(uw.remote_configs.on_updated, Shot("config-changed", 3.0, plays))
        self._after(uw.messages.on_inactive, Shot("message-withdrawn", 0.5, plays))
        self._after(uw.surveys.on_completed, Shot("survey-completed", 0.7, plays))

    def due(self, dt: float, stage: Stage) -> list[str]:
        """The names of the pictures to take now, `dt` seconds after the last call."""
        fitting = [shot for shot in self._waiting if shot.looks_right(stage)]
        for shot in fitting:
            shot.wait -= dt
        ready = [shot for shot in fitting if shot.wait <= 0]
        self._waiting = [shot for shot in self._waiting if shot not in ready]
        return [shot.name for shot in ready]

    def save(self, name: str, picture: Surface) -> Path:
        """Writes the next numbered file and prints its path."""
        self._count += 1
        path = self._folder / f"{self._count:02}-{name}.png"
        pygame.image.save(picture, path)
        self._say(str(path))
        return path

    def _after(self, signal: Any, shot: Shot) -> None:
        """Waits for a shot once the signal was sent for the first time."""
        taken: list[Shot] = []

        def expect(_sender: object, **_details: Any) -> None:
            if not taken:
                taken.append(shot)
                self._waiting.append(shot)

        signal.connect(expect)
