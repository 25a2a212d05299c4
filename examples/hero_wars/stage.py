"""Owns one play-through: puts world, pop-ups, offers and live content together and moves them on in step."""

from __future__ import annotations

from dataclasses import dataclass, field

from uwclient import UserWise

from .effects import Effects
from .intent import Intent
from .live import LiveContent
from .palette import Theme
from .popups import PopupQueue
from .shelf import Shelf
from .toasts import Toasts
from .world import World

THEME_FADE = 0.9
GOLDEN_FADE = 0.8


@dataclass(slots=True)
class ThemeFade:
    """The colours on screen, on their way to the colours that the config asks for."""

    start: Theme = field(default_factory=Theme)
    goal: Theme = field(default_factory=Theme)
    age: float = THEME_FADE

    @property
    def current(self) -> Theme:
        """The colours to draw with now."""
        return self.start.towards(self.goal, min(1.0, self.age / THEME_FADE))

    def step(self, dt: float, goal: Theme) -> None:
        """Moves on, and sets off towards a new goal when it differs from the old one."""
        if goal != self.goal:
            self.start, self.goal, self.age = self.current, goal, 0.0
        self.age += dt


class Stage:
    """Everything that a frame consists of, without a screen."""

    def __init__(self, uw: UserWise, seed: int) -> None:
        self.world = World(seed)
        self.effects = Effects(seed)
        self.popups = PopupQueue()
        self.shelf = Shelf()
        self.toasts = Toasts()
        self.live = LiveContent(uw, self.world, self.popups, self.shelf, self.toasts)
        self.live.connect()
        self.colours = ThemeFade()
        self.age = 0.0
        self.banner_age = 0.0
        self.golden_light = 0.0

    @property
    def is_paused(self) -> bool:
        """Play rests while a pop-up is open."""
        return self.popups.visible is not None

    def advance(self, dt: float, intent: Intent) -> None:
        """Moves everything `dt` seconds on."""
        self.age += dt
        self._answer(intent)
        self.world.tuning = self.live.tuning()
        self.colours.step(dt, self.live.theme())
        self._follow_events(dt)
        self.popups.step(dt)
        self.toasts.step(dt)
        if not self.is_paused:
            self.world.step(dt, intent)
            self.shelf.step(dt)
        self.effects.celebrate(self.world.take_happenings())
        self.effects.step(dt)

    def _follow_events(self, dt: float) -> None:
        self.banner_age = self.banner_age + dt if self.live.banner() else 0.0
        change = dt / GOLDEN_FADE if self.world.multiplier > 1 else -dt / GOLDEN_FADE
        self.golden_light = max(0.0, min(1.0, self.golden_light + change))

    def _answer(self, intent: Intent) -> None:
        if self.is_paused:
            if intent.accept or intent.dismiss:
                self.popups.answer(accepted=intent.accept)
        elif intent.buy:
            self.live.buy_front_offer()
