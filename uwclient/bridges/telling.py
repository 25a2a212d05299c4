"""What a bridge tells the platform of a player: some attributes, or an event. It waits in a queue as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

ATTRIBUTES = "attributes"
EVENT = "event"


class Telling(NamedTuple):
    """One thing to be told.

    Attributes:
        kind: ATTRIBUTES or EVENT.
        slot: what it is about; of an event also its `bridge_id`.
        version: which value; the same slot is told again only with another version.
        player: the player's id.
        body: the attributes by name, or the event.

    """

    kind: str
    slot: str
    version: str
    player: str
    body: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Telling of {self.kind} {self.slot}>"

    def written(self) -> bytes:
        """Return it as a line of JSON."""
        told = {"slot": self.slot, "version": self.version, "player": self.player, "body": self.body}
        return json.dumps(told, separators=(",", ":")).encode()


def read_telling(kind: str, line: bytes) -> Telling:
    """Read what `written` has written."""
    told = json.loads(line)
    return Telling(kind, told["slot"], told["version"], told["player"], told["body"])
