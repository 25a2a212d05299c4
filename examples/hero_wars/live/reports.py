"""Reports to the platform: what the player does, how far they are, and where they are.

These are also what triggered campaigns wait for: see `campaigns` in scenario.yaml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from uwclient import PlayerEvent, Region, UserWise

from ..panels.shelf import OfferCard
from ..play.happenings import Happening, Kind
from ..play.wares import Ware
from ..play.world import World

Note: TypeAlias = Callable[[str, str], object]
"""Writes down what was told: `note(call, details)`."""


class Reports:
    """Tells what matters, when it matters: not every coin, but each level, boss, streak and purchase."""

    def __init__(self, uw: UserWise, world: World, note: Note) -> None:
        self._uw = uw
        self._world = world
        self._note = note
        self._region = ""

    def tell(self, happening: Happening) -> None:
        """Something has happened in play."""
        if happening.kind is Kind.LEVEL:
            self._assign("level_up", {"level": happening.amount})
            self._tell_attributes()
        elif happening.kind is Kind.BOSS_DOWN:
            self._assign("boss_defeated", {"level": happening.amount})
        elif happening.kind is Kind.STREAK:
            self._assign("streak", {"length": happening.amount})

    def tell_region(self, region: str) -> None:
        """The hero is somewhere; said once for each time they come there."""
        if region == self._region:
            return
        self._region = region
        self._note("transition_to_region", region)
        self._uw.transition_to_region(Region(region, {"level": self._world.levels.level}))

    def tell_ware(self, ware: Ware) -> None:
        """The hero has bought something in the market."""
        self._assign("ware_bought", {"ware": ware.power.value, ware.currency: ware.price})
        self._tell_attributes()

    def tell_offer(self, card: OfferCard) -> None:
        """The player has bought an offer."""
        self._assign("offer_bought", {"offer": card.key, "price": card.price.amount if card.price else 0.0})
        self._tell_attributes()

    def tell_grant(self) -> None:
        """The backend has granted what was paid for."""
        self._tell_attributes()

    def _assign(self, event: str, attributes: Mapping[str, str | int | float]) -> None:
        self._note("assign_event", f"{event:<14} {_listed(attributes)}")
        self._uw.assign_event(PlayerEvent(event, dict(attributes)))

    def _tell_attributes(self) -> None:
        world = self._world
        attributes = {"level": world.levels.level, "coins": world.purse.coins, "gems": world.purse.gems}
        self._note("set_attributes", _listed(attributes))
        self._uw.set_attributes({**attributes})


def _listed(attributes: Mapping[str, object]) -> str:
    return "  ".join(f"{name}={value}" for name, value in attributes.items())
