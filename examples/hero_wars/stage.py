"""One play-through: puts world, panels and live content together and moves them on in step."""

from __future__ import annotations

from dataclasses import dataclass, field

from uwclient import UserWise

from .live.content import LiveContent
from .live.push import PushLibrary
from .live.reports import Note
from .live.shop import Shop
from .panels.panels import Panels
from .play.happenings import Happening, Kind
from .play.intent import Intent
from .play.wares import wares
from .play.world import World
from .screen.effects import Effects
from .screen.palette import Theme

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


def nobody_notes(call: str, details: str) -> None:
    """For stages whose reports nobody reads."""


class Stage:
    """Everything that a frame consists of, without a screen; `happenings` are those of the last one."""

    def __init__(
        self,
        uw: UserWise,
        seed: int,
        note: Note = nobody_notes,
        library: PushLibrary | None = None,
        shop: Shop | None = None,
    ) -> None:
        self.world = World(seed)
        self.effects = Effects(seed)
        self.panels = Panels()
        self.happenings: list[Happening] = []
        self.live = LiveContent(uw, self.world, self.panels, note, library, shop)
        self.colours = ThemeFade()
        self.age = 0.0
        self.banner_age = 0.0
        self.golden_light = 0.0

    def advance(self, dt: float, intent: Intent) -> None:
        """Moves everything `dt` seconds on."""
        self.age += dt
        self._follow(intent)
        self.world.tuning = self.live.balance.tuning
        self.colours.step(dt, self.live.balance.theme)
        self.panels.step(dt)
        self._light(dt)
        if not self.panels.pause_play:
            self.world.step(dt, intent)
        self.happenings = self.world.take_happenings()
        self.effects.celebrate(self.happenings)
        self.effects.step(dt)
        self._proclaim(self.happenings)
        self.live.step(self.happenings)

    def _follow(self, intent: Intent) -> None:
        panels = self.panels
        if intent.push:
            self.live.push.receive()
        if panels.popups.visible is not None:
            if intent.accept or intent.dismiss:
                panels.popups.answer(accepted=intent.accept)
            return
        if intent.buy:
            self.live.offers.buy_front()
        if intent.market:
            self._go_to_market_or_back()
        if intent.ware is not None and panels.market.is_open:
            self._buy(intent.ware)

    def _go_to_market_or_back(self) -> None:
        market = self.panels.market
        if market.is_open:
            market.leave()
        elif self.world.boss is None:
            market.enter()
        else:
            self.panels.toasts.say("The market is closed during a fight")

    def _buy(self, place: int) -> None:
        ware = wares(self.world.tuning.prices)[place]
        if self.world.powers.owns(ware.power):
            return
        if not self.world.buy(ware):
            self.panels.toasts.say(f"Not enough {ware.currency} yet")
            return
        self.panels.market.celebrate(ware.power)
        self.panels.toasts.say(f"{ware.title} is yours!")
        self.live.reports.tell_ware(ware)

    def _proclaim(self, happenings: list[Happening]) -> None:
        for happening in happenings:
            if happening.kind is Kind.LEVEL and self.world.boss is None:
                self.panels.herald.proclaim(f"LEVEL {happening.amount}", "More slimes, more glory")
            elif happening.kind is Kind.BOSS:
                self.panels.herald.proclaim("KING SLIME", "Land on his crown!")
            elif happening.kind is Kind.BOSS_DOWN:
                self.panels.herald.proclaim("VICTORY!", "The meadow is yours")

    def _light(self, dt: float) -> None:
        self.banner_age = self.banner_age + dt if self.live.events.banner() else 0.0
        change = dt / GOLDEN_FADE if self.world.multiplier > 1 else -dt / GOLDEN_FADE
        self.golden_light = max(0.0, min(1.0, self.golden_light + change))
