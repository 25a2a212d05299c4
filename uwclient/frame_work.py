"""What a frame has to do, and in which order: the work that the pump does bit by bit."""

from __future__ import annotations

from collections.abc import Iterator

from uwclient.notice_router import NoticeRouter
from uwclient.parts import Parts


class FrameWork:
    """The order of a frame: departures of a player who left, triggered campaigns, a survey's page, notices, dues.

    What is left of the player who left is freed last, a little in each frame.
    """

    def __init__(self, parts: Parts, router: NoticeRouter) -> None:
        self._game_thread = parts.game_thread
        self._runs = parts.runs
        self._scheduler = parts.scheduler
        self._campaigns = parts.campaigns
        self._surveys = parts.surveys
        self._refreshes = parts.refreshes
        self._mailbox = parts.mailbox
        self._router = router
        self._monotonic = parts.monotonic
        self._recorder = parts.recorder
        self._freed_in = -1  # the number of the last frame that freed something

    def next_due(self) -> float:
        """The monotonic moment at which a frame has something to do, when nothing is posted before."""
        if self._scheduler.has_to_free:
            return 0.0
        if not self._runs.has_run:
            return float("inf")
        return min(self._runs.next_due, self._refreshes.next_due, self._scheduler.next_due, self._surveys._next_due)

    def next_steps(self) -> Iterator[int] | None:
        """The steps that come next of a frame's work, or None when nothing is left to do."""
        self._game_thread.check_pump()
        self._runs.do_due(latest=self._refreshes.next_due)
        now = self._monotonic()
        departures = self._scheduler.next_departures()
        if departures is not None:
            return departures
        if self._campaigns._has_triggered:
            return self._campaigns._show_triggered()
        look_at_page = self._surveys._next_steps(now)
        if look_at_page is not None:
            return look_at_page
        notice = self._mailbox.pop()
        if notice is not None:
            return self._router.route(notice, now)
        if self._runs.has_run:
            due = self._refreshes.next_overdue(now) or self._scheduler.next_due_steps(now)
            if due is not None:
                return due
        return self._free_some()

    def _free_some(self) -> Iterator[int] | None:
        frame = self._recorder.frame
        if not self._scheduler.has_to_free or self._freed_in == frame:
            return None
        self._freed_in = frame
        return self._scheduler.free_some()
