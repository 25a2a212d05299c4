"""Owns the screenshots of a run: which moments are worth one, when each is due, and the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygame
from pygame import Surface

from uwclient import UserWise

from .journal import Say, say_at_once
from .popups import Look
from .stage import Stage


@dataclass(slots=True)
class Shot:
    """A picture to take once the stage has looked right for `wait` more seconds.

    To look right is to show a pop-up of that `look`, or none when `look` is None.
    """

    name: str
    wait: float
    look: Look | None = None

    def fits(self, stage: Stage) -> bool:
        """Whether the stage shows what this picture is about."""
        popup = stage.popups.visible
        return (popup.look if popup else None) is self.look


class Album:
    """Numbered PNG files in one folder; of every moment only the first is kept."""

    def __init__(self, folder: Path, say: Say = say_at_once) -> None:
        self._folder = folder
        self._say = say
        self._waiting: list[Shot] = [Shot("start", 1.0)]
        self._seen: set[str] = {"start"}
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def follow(self, uw: UserWise) -> None:
        """Waits for the telling moments of live content."""
        self._on(uw.messages.on_active, Shot("message", 0.8, Look.MESSAGE))
        self._on(uw.events.on_active, Shot("event-live", 3.0))
        self._on(uw.offers.on_active, Shot("offer", 1.2))
        self._on(uw.offers.on_updated, Shot("offer-updated", 0.6))
        self._on(uw.remote_configs.on_updated, Shot("config-changed", 3.2))
        self._on(uw.messages.on_inactive, Shot("message-withdrawn", 0.5))
        self._on(uw.surveys.on_active, Shot("survey-invite", 0.8, Look.SURVEY))

    def due(self, dt: float, stage: Stage) -> list[str]:
        """The names of the pictures to take now, `dt` seconds after the last call."""
        fitting = [shot for shot in self._waiting if shot.fits(stage)]
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

    def _on(self, signal: Any, shot: Shot) -> None:
        def expect(_sender: object, **_details: Any) -> None:
            if shot.name not in self._seen:
                self._seen.add(shot.name)
                self._waiting.append(shot)

        signal.connect(expect)
