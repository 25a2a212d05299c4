"""What the hero can pay with."""

from __future__ import annotations

from dataclasses import dataclass

COINS = "coins"
GEMS = "gems"


@dataclass(slots=True)
class Purse:
    """Coins and gems; neither is ever below zero."""

    coins: int = 0
    gems: int = 0

    def holds(self, currency: str) -> int:
        """How much there is of a currency; none of one that this game does not know."""
        return {COINS: self.coins, GEMS: self.gems}.get(currency, 0)

    def gain(self, currency: str, amount: int) -> None:
        """Adds to a currency; one that this game does not know is left on the ground."""
        if currency == COINS:
            self.coins += amount
        elif currency == GEMS:
            self.gems += amount

    def spend(self, currency: str, amount: int) -> bool:
        """Pays, or returns False and takes nothing when there is too little."""
        if self.holds(currency) < amount:
            return False
        self.gain(currency, -amount)
        return True

    def lose_coins(self, most: int) -> int:
        """Drops so many coins, or all when there are fewer. Returns how many."""
        lost = min(most, self.coins)
        self.coins -= lost
        return lost
