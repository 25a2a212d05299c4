"""What a frame has to do, and in which order: the work that the pump does bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from uwclient.background.run_manager import RunManager
from uwclient.game_thread import GameThread
from uwclient.modules.campaigns import CampaignsModule
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.modules.surveys import SurveysModule
from uwclient.notice_router import NoticeRouter
from uwclient.pending_refreshes import PendingRefreshes
from uwclient.pump import Mailbox


class FrameWork:
    """The order of a frame: departures of a player who left, triggered campaigns, a survey's page, notices, dues."""

    def __init__(
        self,
        game_thread: GameThread,
        runs: RunManager,
        scheduler: ContentScheduler,
        campaigns: CampaignsModule,
        surveys: SurveysModule,
        refreshes: PendingRefreshes,
        mailbox: Mailbox,
        router: NoticeRouter,
        monotonic: Callable[[], float],
    ) -> None:
        self._game_thread = game_thread
        self._runs = runs
        self._scheduler = scheduler
        self._campaigns = campaigns
        self._surveys = surveys
        self._refreshes = refreshes
        self._mailbox = mailbox
        self._router = router
        self._monotonic = monotonic

    def next_due(self) -> float:
        """The monotonic moment at which a frame has something to do, when nothing is posted before."""
        if not self._runs.has_run:
            return float("inf")
        return min(self._runs.next_due, self._refreshes.next_due, self._scheduler.next_due, self._surveys._next_due)

    def next_steps(self) -> Iterator[int] | None:
        """The steps that come next of a frame's work, or None when nothing is left to do."""
        self._game_thread.pumps()
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
        notice = self._mailbox.take()
        if notice is not None:
            return self._router.take(notice, now)
        if not self._runs.has_run:
            return None
        return self._refreshes.next_overdue(now) or self._scheduler.next_due_steps(now)
