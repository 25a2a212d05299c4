"""Owns the road out of the game: what the player does is written down here, and what comes of it told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

from uwclient.callables import check_runs_when_called
from uwclient.errors import ArgumentError, StorageError, UserWiseError
from uwclient.models.player import ActionKind
from uwclient.pump import call_safely

Callback: TypeAlias = "Callable[[bool], object] | None"


class Outcome(NamedTuple):
    """What has become of an action.

    Attributes:
        ok: whether the platform has it.
        error: why not, where it was refused.
        impression_id: the id that the platform gave, where it was asked for one.

    """

    ok: bool
    error: UserWiseError | None = None
    impression_id: str | None = None


_DROPPED = Outcome(False, UserWiseError("The action was dropped: too much waited, or for too long."))


class Queue(Protocol):
    """Where actions wait for delivery."""

    def append(self, kind: str, text: bytes, at: int, ticket: int, *, at_is_sure: bool) -> None:
        """Keep an action; StorageError when it is in memory only."""


class Files(Protocol):
    """Who has the queue in which actions wait at the moment: it is another one for another player."""

    @property
    def outbox(self) -> Queue:
        """The queue."""


def check_callback(callback: object) -> None:
    """Raise ArgumentError for what cannot be called back."""
    if callback is None:
        return
    if not callable(callback):
        raise ArgumentError("callback must be a function of one argument, ok.")
    check_runs_when_called(callback, "callback")


class _Awaited(NamedTuple):
    callback: Callback
    tell: Callable[[Outcome], int] | None


class Actions:
    """Owns what the game waits for of the actions that it has recorded.

    `now` tells the time in seconds since 1970, and whether there are two witnesses for it; `wake` that something was
    queued, and `report` what the disk refused.
    """

    def __init__(
        self,
        files: Files,
        now: Callable[[], tuple[float, bool]],
        wake: Callable[[], None],
        report: Callable[[StorageError], None],
    ) -> None:
        self._files = files
        self._now = now
        self._wake = wake
        self._report = report
        self._awaited: dict[int, _Awaited] = {}
        self._outcomes: dict[int, Outcome] = {}  # what is known of an action before it is settled
        self._last_ticket = 0

    def forget(self) -> None:
        """Await nothing: what is still queued is delivered in another run, or belongs to another player."""
        self._awaited.clear()
        self._outcomes.clear()

    def record(
        self, kind: ActionKind, text: bytes, callback: Callback, tell: Callable[[Outcome], int] | None = None
    ) -> None:
        """Queue an action. `callback(ok)` is the game's, `tell(outcome)` sends signals and returns how many."""
        ticket = 0
        if callback is not None or tell is not None:
            check_callback(callback)
            ticket = self._last_ticket = self._last_ticket + 1
            self._awaited[ticket] = _Awaited(callback, tell)
        seconds, is_sure = self._now()
        try:
            self._files.outbox.append(kind.value, text, max(0, int(seconds)), ticket, at_is_sure=is_sure)
        except StorageError as error:
            self._report(error)
        self._wake()

    def note(self, ticket: int, outcome: Outcome) -> None:
        """Keep what is known of an action until it is settled."""
        if ticket in self._awaited:
            self._outcomes[ticket] = outcome

    def settle(self, ticket: int, ok: bool) -> int:
        """Tell what has become of an action, once; the number of signals sent."""
        awaited = self._awaited.pop(ticket, None)
        outcome = self._outcomes.pop(ticket, Outcome(True) if ok else _DROPPED)
        if awaited is None:
            return 0
        sent = awaited.tell(outcome) if awaited.tell is not None else 0
        if awaited.callback is not None:
            call_safely(awaited.callback, ok, what="a callback")
        return sent
