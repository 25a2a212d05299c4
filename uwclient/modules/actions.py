"""Records the player's actions for delivery, and reports their outcome to the game."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

from uwclient.callables import check_runs_when_called
from uwclient.errors import ArgumentError, StorageError, UserWiseError
from uwclient.models.player import ActionKind
from uwclient.pump import call_safely

Callback: TypeAlias = "Callable[[bool], object] | None"


class Outcome(NamedTuple):
    """The outcome of an action.

    Attributes:
        ok: whether the platform has accepted it.
        error: why it was refused or dropped, or None.
        impression_id: the id of the impression that the action has created, or None.

    """

    ok: bool
    error: UserWiseError | None = None
    impression_id: str | None = None


_DROPPED = Outcome(
    False, UserWiseError("The action was dropped, because the queue was full or the action was too old.")
)


class Queue(Protocol):
    """The queue in which actions wait for delivery."""

    def append(self, kind: str, text: bytes, at: int, ticket: int, *, at_is_sure: bool) -> None:
        """Append an action; raises StorageError when it could be kept in memory only."""


class Files(Protocol):
    """Who has the queue in which actions wait at the moment: it is another one for another player."""

    @property
    def outbox(self) -> Queue:
        """The queue."""


def check_callback(callback: object) -> None:
    """Raise ArgumentError unless this is None or can be called as `callback(ok)`."""
    if callback is None:
        return
    if not callable(callback):
        raise ArgumentError("callback must be a function of one argument, ok.")
    check_runs_when_called(callback, "callback")


class _Awaited(NamedTuple):
    callback: Callback
    tell: Callable[[Outcome], int] | None


class Actions:
    """Appends actions to the queue, and holds the callbacks of those that are not settled yet.

    `now()` returns the time in seconds since 1970, and whether two clocks agree on it. `wake()` is called after an
    action was queued, `report(error)` when the disk failed, `note(kind, text)` before an action is queued.
    """

    def __init__(
        self,
        files: Files,
        now: Callable[[], tuple[float, bool]],
        wake: Callable[[], None],
        report: Callable[[StorageError], None],
        note: Callable[[ActionKind, bytes], None],
    ) -> None:
        self._files = files
        self._now = now
        self._wake = wake
        self._report = report
        self._note = note
        self._awaited: dict[int, _Awaited] = {}
        self._outcomes: dict[int, Outcome] = {}  # by ticket, of actions that are not settled yet
        self._last_ticket = 0

    def now(self) -> float:
        """The platform's time, in seconds since 1970."""
        return self._now()[0]

    def clear(self) -> None:
        """Discard all callbacks: queued actions are delivered in another run, or belong to another player."""
        self._awaited.clear()
        self._outcomes.clear()

    def record(
        self, kind: ActionKind, text: bytes, callback: Callback, tell: Callable[[Outcome], int] | None = None
    ) -> None:
        """Queue an action. `callback(ok)` is the game's; `tell(outcome)` sends signals and returns their number."""
        ticket = 0
        if callback is not None or tell is not None:
            check_callback(callback)
            ticket = self._last_ticket = self._last_ticket + 1
            self._awaited[ticket] = _Awaited(callback, tell)
        seconds, is_sure = self._now()
        self._note(kind, text)
        try:
            self._files.outbox.append(kind, text, max(0, int(seconds)), ticket, at_is_sure=is_sure)
        except StorageError as error:
            self._report(error)
        self._wake()

    def set_outcome(self, ticket: int, outcome: Outcome) -> None:
        """Keep the outcome of an action until it is settled."""
        if ticket in self._awaited:
            self._outcomes[ticket] = outcome

    def settle(self, ticket: int, ok: bool) -> int:
        """Report the outcome of an action, once, and return the number of signals sent."""
        awaited = self._awaited.pop(ticket, None)
        outcome = self._outcomes.pop(ticket, Outcome(True) if ok else _DROPPED)
        if awaited is None:
            return 0
        sent = awaited.tell(outcome) if awaited.tell is not None else 0
        if awaited.callback is not None:
            call_safely(awaited.callback, ok, what="a callback")
        return sent
