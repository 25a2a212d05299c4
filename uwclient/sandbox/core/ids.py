"""The ids that a platform gives out: foreseeable with a seed, not at all without one."""

from __future__ import annotations

import uuid

from uwclient.dice import Dice
from uwclient.sandbox.core.errors import no_letter
from uwclient.sandbox.core.storage import Storage

_TABLE = "CREATE TABLE IF NOT EXISTS drawn_ids (purpose TEXT PRIMARY KEY, count INTEGER NOT NULL)"


def named_id(namespace: uuid.UUID, name: str) -> str:
    """The id that something has by its name: always the same one for the same name (UUID version 5).

    ScenarioError when the name holds half a surrogate pair.
    """
    try:
        return str(uuid.uuid5(namespace, name))
    except UnicodeEncodeError as problem:
        raise no_letter(problem) from None


class Ids:
    """Draws ids; owns the table of how many were drawn for each purpose, which is part of the platform's state.

    With a seed, an id depends on the seed, the purpose and how many were drawn for that purpose before. So a purpose
    names whom an id is for, too, such as `"session", player_id`: then no player's ids depend on what others do.
    """

    def __init__(self, storage: Storage, dice: Dice) -> None:
        self._storage = storage
        self._dice = dice
        storage.run(_TABLE)

    def uuid(self, *purpose: str) -> str:
        """Return a new UUID."""
        return self.uuids(1, *purpose)[0]

    def uuids(self, count: int, *purpose: str) -> list[str]:
        """Return so many new UUIDs."""
        return [str(uuid.UUID(int=bits >> 128, version=4)) for bits in self._draw(count, purpose)]

    def token(self, *purpose: str) -> str:
        """Return 32 new hexadecimal digits."""
        return f"{self._draw(1, purpose)[0] >> 128:032x}"

    def _draw(self, count: int, purpose: tuple[str, ...]) -> list[int]:
        """Draw so many numbers of 256 bits."""
        name = "/".join(purpose)
        before = self._count(name, count) if count and self._dice.seed is not None else 0
        return [self._dice.bits(f"{name}/{before + number}") for number in range(count)]

    def _count(self, name: str, count: int) -> int:
        """Add to how many were drawn for a purpose; how many that was before.

        The table has no names, as they hold the ids of players: it outlives the players who are erased, so that
        nobody is given their ids again.
        """
        purpose = f"{self._dice.bits(f'drawn ids/{name}'):064x}"
        with self._storage.transaction():
            row = self._storage.row("SELECT count FROM drawn_ids WHERE purpose = ?", (purpose,))
            before = 0 if row is None else int(row[0])
            self._storage.run("INSERT OR REPLACE INTO drawn_ids VALUES (?, ?)", (purpose, before + count))
            return before
