"""The conversation with the platform: the session, and when content is asked for.

It runs on the worker, and posts the results to the game's thread as notices.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import floor

from uwclient.background.loading import ContentLoader
from uwclient.background.platform_clock import PlatformClock
from uwclient.background.refresh_round import RefreshRound, Went, concerns_all
from uwclient.background.retries import Retries
from uwclient.background.wanted_refreshes import Wanted, WantedRefreshes
from uwclient.background.worker import Worker
from uwclient.dice import between
from uwclient.errors import AccessDenied, RequestRejected, UserWiseError
from uwclient.http.retry import LONGEST_WAIT
from uwclient.log import logger
from uwclient.models.campaign import Firing
from uwclient.models.content import Kind
from uwclient.models.notices import (
    Notice,
    RefreshEnded,
    RefreshFinished,
    SegmentsRefreshed,
    SessionFailed,
    SessionOpened,
)
from uwclient.models.session import Device, Session, TimeSample
from uwclient.wire.session_api import SessionApi

JITTER = 0.1
"""The maximum share of the interval by which polls are delayed, so that clients started together drift apart."""

READING = 0.2
"""Seconds that the cache is read at a time; a hundred thousand records take many times as long, and neither the
session nor anything else may wait for that."""

KEEP_INTERVAL = 600.0
"""Seconds between two times that the platform's time is saved for the next run."""


class Sync:
    """One player's session from start to stop, and the refreshes in it.

    `device` is what the player's machine is like, and `look` tells what it is like now. Those who subscribe hear the
    id of each session that is opened, and None when there is none any more. The first work is `remember`.
    """

    def __init__(
        self,
        worker: Worker,
        api: SessionApi,
        loader: ContentLoader,
        clock: PlatformClock,
        device: Device,
        look: Callable[[], Device],
        wanted: WantedRefreshes,
        retries: Retries,
        post: Callable[[Notice], None],
        monotonic: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._worker = worker
        self._api = api
        self._loader = loader
        self._clock = clock
        self._device = device
        self._look = look
        self._wanted = wanted  # what a refresh after the one under way is for
        self._retries = retries
        self._post = post
        self._monotonic = monotonic
        self._rng = rng
        self._subscribers: list[Callable[[str | None], None]] = []
        self._session: Session | None = None
        self._resumable: str | None = None
        self._kept_at = float("-inf")
        self.answered_at = float("-inf")  # the time of the last reply to a request that was no action
        self._session_proved = False  # whether content was loaded in this session
        self._served: list[Wanted] = []  # what the refresh under way is for
        self._round = RefreshRound(loader)
        self._next_poll = float("inf")  # the monotonic time of the next refresh that nobody asked for
        self.refreshes = 0  # how many ended well

    def subscribe(self, hear: Callable[[str | None], None]) -> None:
        """Have somebody hear of sessions: of its id when one is opened, and of None when there is none any more."""
        self._subscribers.append(hear)

    @property
    def surely_past(self) -> float:
        """The latest time, in seconds since 1970, that two clocks agree is past; 0 when none is known."""
        return self._clock.surely_past

    # Requests of the game.

    def refresh_for(self, ticket: int, last_action: int) -> None:
        """Refresh segments and content after the actions up to a number are delivered, or after a few seconds.

        RefreshFinished(ticket) is posted at the end.
        """
        self._wanted.add(ticket, last_action)
        if self._session is None:
            self._worker.at(self._monotonic(), self._open_session)
        else:
            self._check_wanted()

    def actions_settled(self) -> None:
        """Check the requested refreshes, because fewer actions wait than before, or have to wait for long."""
        self._check_wanted()

    def _check_wanted(self) -> None:
        """Schedule the requested refresh, or the next check whether it is time for it."""
        if self._session is None or self._round.is_under_way:
            return
        if self._wanted.has_ripe:
            self._worker.at(self._monotonic(), self._refresh)
        else:
            self._worker.at(self._wanted.next_until, self._check_wanted)

    def follow_device(self) -> None:
        """Open the session again, and load content again, if the language or the time zone has changed."""
        if self._notices_change() and self._session is not None:
            self._worker.at(self._monotonic(), self._open_session)

    def reload_event(self, event_id: str) -> None:
        """Load one event again, if there is a session."""
        if self._session is not None:
            self._loader.reload_event(event_id, self._session.id)

    def check_session(self) -> bool:
        """Ask the platform whether it still knows the session, after it has refused a request in it."""
        if self._session is None:
            return False
        told = self._api.session_data(self._session.id)
        if isinstance(told, RequestRejected):
            self._drop_session(told)
        elif isinstance(told, AccessDenied):
            self._lose_session(told)
        elif not isinstance(told, UserWiseError):
            self.answered_at = self._monotonic()
        return not isinstance(told, UserWiseError)

    def campaigns_triggered(self, impression_ids: tuple[str, ...]) -> None:
        """Load the campaigns again after firings were delivered: they have new quotas and impression ids."""
        self._loader.note_reported(impression_ids)
        self._worker.at(self._monotonic(), self._reload_campaigns)

    def deny_access(self, error: AccessDenied) -> None:
        """Handle that the platform has refused the API key, the request hash or this address."""
        self._lose_session(error)

    # Polls that a tool knows to bring nothing (`uwclient.stepping`).

    @property
    def next_idle_poll(self) -> float:
        """The monotonic time of the next poll, if it only looks for what is new; infinity when it does more."""
        looks_only = (
            self._session is not None
            and self._worker.expects(self._refresh)
            and not self._round.is_under_way
            and self._round.failure is None
            and not self._retries.failures
            and not self._wanted
            and not self._served
            and self._loader.is_up_to_date
            and self._look() == self._device
        )
        return self._next_poll if looks_only else float("inf")

    @property
    def next_due_besides_poll(self) -> float:
        """The monotonic time of the next task of the worker but the poll."""
        return self._worker.next_due_besides(self._refresh)

    def pass_polls(self, before: float, ahead: float, shown_at: Callable[[float], float]) -> int:
        """Do what the idle polls before a moment would do, but for their requests; returns how many those were.

        Args:
            before: the monotonic time of what comes next in the client or on the platform.
            ahead: how many seconds the platform's clock is ahead of the monotonic one.
            shown_at: what the monotonic clock shows first at a moment or after it.

        """
        session, moment = self._session, self.next_idle_poll
        samples: list[TimeSample] = []
        if session is None:
            return 0
        while (shown := shown_at(moment)) < before:
            samples.append(TimeSample(floor(shown + ahead), shown, shown))
            moment = shown + self._poll_delay(session)
        if not samples:
            return 0
        self._clock.observe_all(samples)
        self.answered_at = samples[-1].received
        self._poll_at(moment)
        return len(samples)

    def write_down(self) -> None:
        """Save what polls that have passed would have saved; until then it is only in memory."""
        if self._session is not None and self.answered_at - self._kept_at > KEEP_INTERVAL:
            self._keep_session(self._session.id)

    # The session.

    def remember(self, firings: tuple[tuple[Firing, float], ...] | None) -> None:
        """Take up what the last run has left, then open a session.

        `firings`: what was triggered by actions that still wait, each with its time; None when that is not known yet.
        """
        last = self._loader.last_session()
        session_id = last.get("session_id")
        self._resumable = session_id if isinstance(session_id, str) else None
        self._clock.restore(last)
        self._loader.begin_reading(firings)
        has_more = self._read_cache()
        self._worker.at(self._monotonic(), self._open_session)
        if has_more:
            self._worker.at(self._monotonic(), self._read_on)

    def _read_on(self) -> None:
        """Read more of the cache, in turn with other tasks."""
        if self._read_cache():
            self._worker.at(self._monotonic(), self._read_on)

    def _read_cache(self) -> bool:
        """Read the cache for a while; True when there is more."""
        ends = self._monotonic() + READING
        while self._loader.read_part():
            if self._monotonic() >= ends:
                return True
        return False

    def _keep_session(self, session_id: str) -> None:
        self._kept_at = self._monotonic()
        self._loader.keep_session({"session_id": session_id, **self._clock.kept()})

    def _announce_session(self, session_id: str | None) -> None:
        for hear in self._subscribers:
            hear(session_id)

    def _notices_change(self) -> bool:
        """Check the device, and return whether its description has changed."""
        device = self._look()
        self._worker.throttle()
        if device == self._device:
            return False
        logger().info("Content is for %s in %s now.", device.language or "any language", device.timezone)
        self._device = device
        self._loader.use_device(device)
        return True

    def _open_session(self) -> None:
        """Open a session, or send the changed device to the open one."""
        self._notices_change()
        opened = self._api.start_session(self._device, self._resumable)
        if isinstance(opened, RequestRejected) and self._resumable is not None:
            logger().info("The session of the last run cannot be resumed; a new one is started.")
            self._resumable = None
            opened = self._api.start_session(self._device, None)
        if isinstance(opened, UserWiseError):
            self._not_opened(opened)
            return
        goes_on = self._session is not None and self._session.id == opened.id
        self._session = opened
        self._retries.over()
        self.answered_at = self._monotonic()
        if goes_on:
            self._round.drop()
            self._worker.at(self._monotonic(), self._refresh)
        else:
            self._welcome(opened)

    def _welcome(self, opened: Session) -> None:
        """Start using a new session."""
        self._session_proved = False
        self._resumable = opened.id
        self._keep_session(opened.id)
        self._loader.session_opened()
        self._post(SessionOpened(opened.id))
        self._wanted.wait_anew()
        self._announce_session(opened.id)
        self._served += self._wanted.pop_ready()
        self._load_all()

    def _not_opened(self, error: UserWiseError) -> None:
        """A session that is open outlives what is no answer; only the change of the device is still to be told."""
        if self._session is None or isinstance(error, (AccessDenied, RequestRejected)):
            self._lose_session(error)
            return
        logger().warning("The platform could not be told of the language or the time zone: %s", error)
        self._finish_tickets(ok=False)
        self._retry(self._open_session, error)

    def _lose_session(self, error: UserWiseError) -> None:
        """Handle that there is no session. It is retried; after the longest delay if the platform has refused it."""
        logger().warning("No session: %s", error)
        self._end_session()
        self._post(SessionFailed(error))
        self._finish_tickets(ok=False)
        self._retry(self._open_session, error, refused=isinstance(error, (AccessDenied, RequestRejected)))

    def _drop_session(self, error: RequestRejected) -> None:
        """Open a new session, because the platform does not know this one any more."""
        logger().info("The platform does not know the session any more; a new one is started. %s", error)
        proved = self._session_proved
        self._end_session()
        self._resumable = None
        if proved:
            self._wanted.put_back(self._served)
            self._served = []
            self._worker.at(self._monotonic(), self._open_session)
        else:
            self._finish_tickets(ok=False)
            self._retry(self._open_session, error)

    def _end_session(self) -> None:
        self._session = None
        self._announce_session(None)
        self._round.drop()
        self._worker.never(self._refresh)

    def _retry(self, task: Callable[[], None], error: UserWiseError, refused: bool = False) -> None:
        delay = self._retries.delay_after(error)
        if refused:
            delay = between(self._rng, 0.8, 1.0) * LONGEST_WAIT
        logger().info("The next attempt is in %.1f s.", delay)
        self._continue_at(self._monotonic() + delay, task, ok=False)

    def _continue_at(self, moment: float, task: Callable[[], None], ok: bool) -> None:
        """Schedule the next task, and post when it comes."""
        self._post(RefreshEnded(ok, moment, self._retries.failures))
        self._worker.at(moment, task)

    # Refreshing.

    def _refresh(self) -> None:
        """Have the segments computed again, then load every kind."""
        if self._session is None or self._round.is_under_way:
            return
        if self._notices_change():
            self._open_session()
            return
        self._served += self._wanted.pop_ready()
        error = self._api.refresh_segments(self._session.id)
        self._round.is_session_doubted = isinstance(error, RequestRejected)
        if error is not None and concerns_all(error):
            self._interrupt(error)
            return
        if error is not None:
            logger().warning("The segments were not refreshed: %s", error)
        elif self._served:
            self._post(SegmentsRefreshed())
        self._load_all()

    def _load_all(self) -> None:
        self._round.start()
        self._worker.at(self._monotonic(), self._load_next)

    def _load_next(self) -> None:
        """Load one kind, and schedule the next step of the refresh."""
        if self._session is None or not self._round.is_under_way:
            return
        went, error = self._round.load_next(self._session.id)
        if went is Went.DROPPED or self._session is None:
            return
        if went is Went.SESSION_REFUSED and isinstance(error, RequestRejected):
            self._drop_session(error)
            return
        if went is Went.INTERRUPTED and error is not None:
            self._interrupt(error)
            return
        if went is Went.LOADED:
            self._session_proved = True
            self.answered_at = self._monotonic()
        if self._round.is_under_way:
            self._worker.at(self._monotonic(), self._load_next)
        else:
            self._finish_refresh(self._session)

    def _finish_refresh(self, session: Session) -> None:
        self._finish_tickets(ok=self._round.failure is None)
        if self._monotonic() - self._kept_at > KEEP_INTERVAL:
            self._keep_session(session.id)
        if self._round.failure is not None:
            delay = min(session.refresh_interval, self._retries.delay_after(self._round.failure))
        else:
            self._retries.over()
            self.refreshes += 1
            delay = self._poll_delay(session)
        self._poll_at(self._monotonic() + delay, ok=self._round.failure is None)
        self._check_wanted()

    def _poll_delay(self, session: Session) -> float:
        """Draw the seconds from one poll to the next."""
        return session.refresh_interval * between(self._rng, 1.0, 1.0 + JITTER)

    def _poll_at(self, moment: float, ok: bool = True) -> None:
        """Schedule the next poll."""
        self._next_poll = moment
        self._continue_at(moment, self._refresh, ok)

    def _reload_campaigns(self) -> None:
        """Load the campaigns; an error is ignored, because the next refresh loads them again."""
        if self._session is not None and not self._round.has_still(Kind.CAMPAIGNS):
            self._loader.load(Kind.CAMPAIGNS, self._session.id)

    def _interrupt(self, error: UserWiseError) -> None:
        """The platform does not answer, or not now."""
        self._round.interrupt(error)
        if isinstance(error, AccessDenied):
            self._lose_session(error)
        else:
            self._finish_tickets(ok=False)
            self._retry(self._refresh, error)

    def _finish_tickets(self, ok: bool) -> None:
        ended = self._served if ok or self._session is not None else self._served + self._wanted.pop_all()
        for wanted in ended:
            self._post(RefreshFinished(wanted.ticket, ok))
        self._served = []

    def recover(self) -> None:
        """Abort the current work after a bug in uwclient, and continue with a delay."""
        self._round.drop()
        self._finish_tickets(ok=False)
        task = self._open_session if self._session is None else self._refresh
        self._retry(task, UserWiseError("a fault in uwclient"))
