"""Decides whether a record that was shown before is shown by itself once more."""

from __future__ import annotations

from typing import Literal, TypeAlias

from uwclient import ArgumentError, Message, Offer, Record, Survey, UserWise
from uwclient.ui.card_queue import Key, key_of

Repeat: TypeAlias = Literal["start", "live", "always"]
"""When: at each start, when it goes live anew, or each time that `on_active` is sent."""

REPEATS = ("start", "live", "always")


def is_answered(uw: UserWise, record: Record) -> bool:
    """Whether the player has answered a record; False for a kind that takes no answer."""
    match record:
        case Offer():
            return uw.offers.is_answered(record)
        case Message():
            return uw.messages.is_answered(record)
        case Survey():
            return uw.surveys.is_answered(record)
    return False


class RepeatPolicy:
    """Remembers what was shown, and what the game has opened itself, which is shown in any case."""

    def __init__(self, uw: UserWise, repeat: Repeat) -> None:
        if repeat not in REPEATS:
            raise ArgumentError(f"repeat must be one of {', '.join(map(repr, REPEATS))}, not {repeat!r}.")
        self._uw = uw
        self._repeat = repeat
        self._shown: set[tuple[str, Key]] = set()  # each with its player
        self._opened: set[Key] = set()

    def was_shown(self, record: Record) -> bool:
        """Whether a record that goes live was shown before, and is not shown again."""
        if self._repeat == "start":
            return (self._uw.player_id, key_of(record)) in self._shown
        return self.is_answered(record)

    def is_answered(self, record: Record) -> bool:
        """Whether a waiting record has been answered, here or elsewhere in the game, and is not shown."""
        if self._repeat != "live" or key_of(record) in self._opened:
            return False
        return is_answered(self._uw, record)

    def note_shown(self, record: Record) -> None:
        """The record is on the screen."""
        self._shown.add((self._uw.player_id, key_of(record)))

    def note_opened(self, record: Record) -> None:
        """The game wants the record on the screen, until it leaves that."""
        self._opened.add(key_of(record))

    def note_gone(self, record: Record) -> None:
        """The record neither waits nor is on the screen any more."""
        self._opened.discard(key_of(record))
