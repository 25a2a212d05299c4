"""Drives a client without a thread from moment to moment, for tools that own its time.

A tool that simulates weeks has to know when a client has something to do next, who wants that, and which polls need
not be made, because the tool owns the platform too and knows that they would bring nothing. `uwclient.qa` is such a
tool. It gives the client a `TimeSource` and a `Transport` of its own, and `threaded=False`.
"""

from __future__ import annotations

from uwclient.client import UserWise

NEVER = float("inf")


class Steps:
    """What one client does next; all moments are seconds of its monotonic clock."""

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw
        self._parts = uw._parts

    @property
    def next_due(self) -> float:
        """The moment at which a pump has something to do; 0 for now, infinity for never."""
        return min(self._next_in_game, self._parts.runs.next_due)

    @property
    def next_due_besides_poll(self) -> float:
        """As `next_due`, but for the next poll."""
        run = self._parts.runs.run
        return min(self._next_in_game, NEVER if run is None else run.next_due_besides_poll)

    @property
    def next_idle_poll(self) -> float:
        """The moment of the next poll, if it only looks for what is new; infinity when it does more, or none comes."""
        run = self._parts.runs.run
        return NEVER if run is None else run.sync.next_idle_poll

    @property
    def refreshes(self) -> int:
        """How many times all content was loaded in the run that lasts."""
        run = self._parts.runs.run
        return 0 if run is None else run.sync.refreshes

    def pass_polls(self, before: float, ahead: float) -> int:
        """Let the idle polls before a moment pass without a request, as if the platform had had nothing new.

        The client is as it would be after them: their random delays are drawn, and it knows the platform's time.

        Args:
            before: the moment before which neither the client nor the platform has anything else to do.
            ahead: how many seconds the platform's clock is ahead of the client's monotonic one.

        Returns:
            How many polls passed.

        """
        run = self._parts.runs.run
        return 0 if run is None else run.sync.pass_polls(before, ahead)

    def pump(self) -> int:
        """Do all that is due now, whether the client expects something or not; returns how many signals were sent."""
        self._uw._wake()
        return self._uw.pump()

    @property
    def cause(self) -> str:
        """Who has something to do next, in words."""
        parts = self._parts
        causes = {
            "a notice for the game": 0.0 if parts.mailbox.waiting else NEVER,
            "the page of a survey, which is looked at": parts.surveys._next_due,
            "the timeout of a refresh_content()": parts.refreshes.next_due,
            "the schedule of content": parts.scheduler.next_due,
            f"the background task {self._next_task}": parts.runs.next_due,
        }
        return min(causes, key=causes.__getitem__)

    @property
    def _next_task(self) -> str:
        run = self._parts.runs.run
        return "" if run is None else run.next_task

    @property
    def _next_in_game(self) -> float:
        parts = self._parts
        if parts.mailbox.waiting or parts.campaigns._has_triggered:
            return 0.0
        if not parts.runs.has_run:
            return NEVER
        return min(parts.refreshes.next_due, parts.scheduler.next_due, parts.surveys._next_due)
