"""The rule of polls that cannot change anything, and need not be made.

A poll is idle when all of this holds:

- It only looks for what is new: the client has everything that the platform has told, and waits for nothing.
- The last poll told the game nothing, and since then nothing was written on the platform that this player can see,
  neither by live operations, nor by itself, nor by the player.
- No content starts that the client was not told of; starts and ends that it knows change nothing.
- No fault meets the requests of the poll, and the player has a network.

It passes without a request: the client draws its delay and learns the time, and the platform knows that the player
was there, as if it had been made.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from uwclient.qa.clock import WorldClock
from uwclient.qa.moments import NEVER, shown_at
from uwclient.qa.transports import PlayerTransport
from uwclient.sandbox import Revision, Sandbox
from uwclient.stepping import Steps


class _Unchanged(NamedTuple):
    """How the platform was at the last poll that told nothing."""

    revision: Revision
    ahead: float
    paths: frozenset[str]


class IdlePolls:
    """Knows which polls of one player are idle, and lets them pass.

    Attributes:
        passed: how many have passed.

    """

    def __init__(
        self, steps: Steps, player_id: str, sandbox: Sandbox, transport: PlayerTransport, clock: WorldClock
    ) -> None:
        self._steps = steps
        self._faults = sandbox.faults
        self._platform = sandbox
        self._view = sandbox.player(player_id)
        self._transport = transport
        self._clock = clock
        self._unchanged: _Unchanged | None = None
        self._before = (0, self._view.revision)
        self.passed = 0

    def forget(self) -> None:
        """Have the next poll made, whatever is known."""
        self._unchanged = None

    def begin(self) -> None:
        """The client is about to do what is due."""
        self._before = self._steps.refreshes, self._view.revision
        self._transport.paths.clear()

    def note(self, told: int, is_whole: bool) -> None:
        """Learn from what the client has done since `begin`.

        Args:
            told: how many signals were sent.
            is_whole: whether a refresh that has ended has begun since then, too.

        """
        refreshes, revision = self._before
        if self._steps.refreshes == refreshes:
            return
        self._unchanged = None
        if is_whole and not told and revision == self._view.revision:
            self._unchanged = _Unchanged(revision, self._clock.ahead, frozenset(map(unquote, self._transport.paths)))

    @property
    def are_idle(self) -> bool:
        """Whether the next poll passes, and those after it, until something else is due."""
        known = self._unchanged
        return (
            known is not None
            and known.revision == self._view.revision
            and known.ahead == self._clock.ahead
            and not self._transport.is_offline
            and self._steps.next_idle_poll < self._news_at
            and not self._meet_a_fault(known.paths)
        )

    @property
    def next_due(self) -> float:
        """The moment, in seconds, of the next work in the background of a client whose polls are idle."""
        return min(self._steps.next_besides_poll, self._news_at)

    def let_pass(self, before: float) -> None:
        """Let the polls before a moment pass."""
        before = min(before, self._news_at)
        passed = self._steps.pass_polls(before, self._clock.ahead, shown_at)
        if passed:
            self.passed += passed
            self._view.visit(self._clock.moment_of(self._steps.answered_at))

    @property
    def _news_at(self) -> float:
        """When content starts that the client was not told of."""
        moment = self._view.news_at
        return NEVER if moment is None else self._clock.seconds_at(moment)

    def _meet_a_fault(self, paths: frozenset[str]) -> bool:
        planned = self._faults.planned
        if not planned:
            return False
        now = self._platform.clock.now()
        return any(fault.concerns(path, now) for fault in planned for path in paths)
