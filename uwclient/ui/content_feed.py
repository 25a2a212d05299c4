"""Decides which live record comes on the screen next: it follows the modules, the player and the survey invites."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from uwclient import Message, Offer, Record, Survey, UserWise
from uwclient.ui.card_queue import CardQueue, Priority, key_of, priority_by
from uwclient.ui.repeat_policy import RepeatPolicy
from uwclient.ui.survey_invites import SurveyInvites

KINDS = ("messages", "offers", "surveys")
"""The kinds of content that there are cards for, by the names of their modules."""

FIRST = float("inf")
"""The priority of a record that the game opens itself."""


class FeedRules(NamedTuple):
    """Which records are shown by themselves.

    Attributes:
        kinds: the modules whose records are, of `KINDS`.
        repeats: when a record that was shown is shown again.
        priority: tells which of the waiting records comes first.

    """

    kinds: Collection[str]
    repeats: RepeatPolicy
    priority: Priority


class FeedHooks(NamedTuple):
    """The functions that the feed calls.

    Attributes:
        updated: with the newer version of the record on the screen.
        ended: when a record has ended, on the screen or not.
        cleared: when another player has come, whose screen is empty.

    """

    updated: Callable[[Record], None]
    ended: Callable[[], None]
    cleared: Callable[[], None]


class ContentFeed:
    """Owns the records that wait for the screen, the one that is on it, and the listeners that keep them current."""

    def __init__(self, uw: UserWise, rules: FeedRules, hooks: FeedHooks, monotonic: Callable[[], float]) -> None:
        self._uw = uw
        self._rules = rules
        self._hooks = hooks
        self._player = uw.player_id
        self._queue = CardQueue()
        self._invites = SurveyInvites(uw, self._enqueue, monotonic)
        self._connections: list[tuple[Any, Callable[..., None]]] = []
        self._follow()

    def __bool__(self) -> bool:
        """Whether a record waits or is on the screen."""
        return bool(self._queue or self._invites)

    @property
    def current(self) -> Record | None:
        """The record on the screen, or that a hold keeps off it."""
        return self._queue.current

    @property
    def held(self) -> bool:
        """Whether the game holds cards back."""
        return self._queue.held

    @property
    def waiting(self) -> tuple[Record, ...]:
        """The records that wait, the next one first; surveys without an invite come last."""
        return (*self._queue.waiting, *self._invites.waiting)

    def reasons(self) -> list[tuple[str, str]]:
        """The id of each waiting record, and why it waits."""
        why = "held back by the game" if self.held else "waits for its turn"
        without_invite = [(survey.id, "waits for its invite") for survey in self._invites.waiting]
        return [*((key.id, why) for key in self._queue.keys), *without_invite]

    def hold(self, reason: str) -> None:
        """Keep the screen empty until this reason is released."""
        self._queue.hold(reason)

    def release(self, reason: str) -> None:
        """Take a reason back."""
        self._queue.release(reason)

    def open(self, record: Message | Offer | Survey) -> bool:
        """Put a record first, shown before or not; False when it is not live."""
        self.follow_player()
        live = (*self._uw.messages.active, *self._uw.offers.active, *self._uw.surveys.active)
        newest = next((one for one in live if key_of(one) == key_of(record)), None)
        if newest is None:
            return False
        self._rules.repeats.note_opened(newest)
        if isinstance(newest, Survey) and not self._queue.holds(key_of(newest)):
            self._invites.request(newest)
        else:
            self._queue.put(newest, FIRST)
        return True

    def advance(self) -> Record | None:
        """Bring the next record on the screen, if that is free. Surveys ask for their invites here."""
        if not self._uw.surveys.in_progress:
            self._invites.send_next_request()
        record = self._queue.advance()
        while record is not None and self._rules.repeats.is_answered(
            record
        ):  # elsewhere in the game, while it waited
            self.remove(record)
            record = self._queue.advance()
        return record

    def note_shown(self, record: Record) -> None:
        """The record is on the screen."""
        self._rules.repeats.note_shown(record)

    def remove(self, record: Record) -> None:
        """Take a record off the screen, and out of the queue."""
        self._rules.repeats.note_gone(record)
        self._queue.take_out(key_of(record))

    def respond(self, survey: Survey, accepted: bool) -> bool:
        """Tell the platform what the player answers to an invite; False when that cannot be told."""
        return self._invites.respond(survey, accepted)

    def follow_player(self) -> None:
        """Drop the records of the player before, if there is another one: nobody answers for somebody else."""
        if self._uw.player_id != self._player:
            self._player = self._uw.player_id
            self._queue.clear()
            self._invites.clear()
            self._hooks.cleared()

    def close(self) -> None:
        """Disconnect all listeners, and drop all records."""
        for signal, listener in self._connections:
            signal.disconnect(listener)
        self._connections.clear()
        self._invites.close()
        self._queue.clear()

    def _follow(self) -> None:
        for kind in KINDS:
            module = getattr(self._uw, kind)
            self._connect(module.on_updated, self._on_updated)
            self._connect(module.on_inactive, self._on_inactive)
            if kind in self._rules.kinds:
                self._connect(module.on_active, self._on_active)
                for record in module.active:
                    self._on_active(module, record)

    def _connect(self, signal: Any, listener: Callable[..., None]) -> None:
        self._connections.append((signal, listener))
        signal.connect(listener)

    def _on_active(self, _: object, record: Record) -> None:
        self.follow_player()
        if self._rules.repeats.was_shown(record):
            return
        if not isinstance(record, Survey):
            self._enqueue(record)
        elif priority_by(self._rules.priority, record) is not None:
            self._invites.request(record)

    def _on_updated(self, _: object, record: Record, previous: Record) -> None:
        self._queue.renew(record)
        if self._queue.current is record:
            self._hooks.updated(record)

    def _on_inactive(self, _: object, record: Record) -> None:
        self.follow_player()
        self.remove(record)
        if isinstance(record, Survey):
            self._invites.drop(record.id)
        self._hooks.ended()

    def _enqueue(self, record: Record) -> None:
        """Put a record in the queue, unless it is not to be shown by itself."""
        priority = priority_by(self._rules.priority, record)
        if priority is not None:
            self._queue.put(record, priority)
