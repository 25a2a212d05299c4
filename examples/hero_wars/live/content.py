"""The live content of one play-through: a part for each kind, all listening to one client."""

from __future__ import annotations

from collections.abc import Iterable

from uwclient import UserWise

from ..panels.panels import Panels
from ..play.happenings import Happening
from ..play.world import World
from .balance import LiveBalance
from .events import LiveEvents
from .messages import LiveMessages
from .offers import LiveOffers
from .pictures import LivePictures
from .push import LivePush, PushLibrary
from .reports import Note, Reports
from .session import LiveSession
from .shop import Shop
from .surveys import LiveSurveys

MEADOW = "meadow"
MARKET = "market"
BOSS_FIGHT = "boss_fight"


class LiveContent:
    """Everything here listens from now on: make it before `uw.start()`, so that nothing is missed."""

    def __init__(
        self,
        uw: UserWise,
        world: World,
        panels: Panels,
        note: Note,
        library: PushLibrary | None = None,
        shop: Shop | None = None,
    ) -> None:
        self._world = world
        self._panels = panels
        self.session = LiveSession(uw, panels.toasts)
        self.balance = LiveBalance(uw, panels.toasts)
        self.events = LiveEvents(uw, world, panels.toasts)
        self.pictures = LivePictures(uw)
        self.messages = LiveMessages(uw, panels, self.pictures)
        self.surveys = LiveSurveys(uw, world, panels)
        self.push = LivePush(uw, panels.notice, self.pictures, library)
        self.reports = Reports(uw, world, note)
        self.offers = LiveOffers(uw, world, panels, self.pictures, self.reports, shop)

    def step(self, happenings: Iterable[Happening]) -> None:
        """Once a frame: tells what has happened, and keeps pop-ups out of a boss fight."""
        for happening in happenings:
            self.reports.tell(happening)
        self.reports.tell_region(self._region)
        self.offers.step()
        self._panels.make_room(for_fight=self._world.boss is not None)

    @property
    def _region(self) -> str:
        if self._panels.market.is_open:
            return MARKET
        return MEADOW if self._world.boss is None else BOSS_FIGHT
