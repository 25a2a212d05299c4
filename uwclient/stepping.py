"""Drives a client without a thread from moment to moment, for tools that own its time.

A tool that simulates weeks has to know when a client has something to do next and who wants that, does its background
work step by step, and passes over the polls that would bring nothing, because the tool owns the platform too.
`uwclient.qa` is such a tool. It gives the client a `TimeSource` and a `Transport` of its own, and `threaded=False`.
"""

from __future__ import annotations

from collections.abc import Callable

from uwclient.client import UserWise
from uwclient.diagnostics_recorder import Watcher
from uwclient.errors import ArgumentError

NEVER = float("inf")


class Steps:
    """What one client does next. From now on its pumps leave the background work to `work`.

    All moments are seconds of the client's monotonic clock: 0 stands for now, infinity for never.

    Args:
        uw: a client with `threaded=False`.
        watcher: hears of each signal before the listeners do, and of what the player does.

    Raises:
        ArgumentError: the client has a thread.

    """

    def __init__(self, uw: UserWise, watcher: Watcher | None = None) -> None:
        parts = self._parts = uw._parts
        if parts.runs.config.threaded:
            raise ArgumentError("A client is driven step by step only without a thread: give it threaded=False.")
        self._uw = uw
        self._runs = parts.runs
        self._pump = uw._pump
        self._runs.is_stepped = True
        parts.recorder.watcher = watcher

    # What is due.

    @property
    def next_in_game(self) -> float:
        """The moment at which a pump has something to do."""
        if self._pump.has_work:
            return 0.0
        parts = self._parts
        if not self._runs.has_run:
            return NEVER
        return min(parts.refreshes.next_due, parts.scheduler.next_due, parts.surveys._next_due)

    @property
    def next_in_background(self) -> float:
        """The moment at which there is background work: requests, and files to read and write."""
        run = self._runs.run
        return NEVER if run is None else run.next_due

    @property
    def next_besides_poll(self) -> float:
        """The moment of the next background work that is not the poll."""
        run = self._runs.run
        return NEVER if run is None else run.next_due_besides_poll

    @property
    def cause(self) -> str:
        """What comes next, in words."""
        parts, run = self._parts, self._runs.run
        moments = {
            "a notice for the game": 0.0 if self._pump.has_work else NEVER,
            "the page of a survey, which is looked at": parts.surveys._next_due,
            "the timeout of a refresh_content()": parts.refreshes.next_due,
            "the schedule of content": parts.scheduler.next_due,
            f"the background task {'' if run is None else run.next_task}": self.next_in_background,
        }
        return min(moments, key=moments.__getitem__)

    # What is done.

    def pump(self) -> int:
        """Do what the game's thread has to do now; returns how many signals were sent."""
        self._uw._wake()
        return self._uw.pump()

    def work(self) -> None:
        """Do the next piece of background work that is due, if there is one; requests are made in it.

        It may run in another thread than the pumps, one piece at a time.
        """
        run = self._runs.run
        if run is not None:
            run.step(NEVER)

    def kill(self) -> None:
        """End the client as SIGKILL ends a game: nothing is sent, told or written any more, and its files close."""
        self._runs.abandon_files()
        self._uw._life.reset_after_fork()

    # Polls.

    @property
    def refreshes(self) -> int:
        """How many times all content was loaded without a failure, in the run that lasts."""
        run = self._runs.run
        return 0 if run is None else run.sync.refreshes

    @property
    def answered_at(self) -> float:
        """The moment of the last reply to the run that lasts, or of the last poll that has passed."""
        run = self._runs.run
        return NEVER if run is None else run.sync.answered_at

    @property
    def next_idle_poll(self) -> float:
        """The moment of the next poll, if it only looks for what is new; infinity for none."""
        run = self._runs.run
        return NEVER if run is None else run.sync.next_idle_poll

    def pass_polls(self, before: float, ahead: float, shown_at: Callable[[float], float]) -> int:
        """Let the idle polls before a moment pass without a request, as if the platform had had nothing new.

        The client is as it would be after them: their random delays are drawn, and it knows the platform's time.

        Args:
            before: the moment before which neither the client nor the platform has anything else to do.
            ahead: how many seconds the platform's clock is ahead of the client's monotonic one.
            shown_at: what the client's clock shows first at a moment or after it, as `moment` where it is continuous.

        Returns:
            How many polls passed.

        """
        run = self._runs.run
        return 0 if run is None else run.pass_polls(before, ahead, shown_at)

    def write_down(self) -> None:
        """Save what polls that have passed would have saved, before somebody reads the client's files."""
        run = self._runs.run
        if run is not None:
            run.sync.write_down()
