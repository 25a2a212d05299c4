"""Owns the conversation with the platform: the session, and when content is asked for.

Runs on the worker. What comes of it is posted to the game thread as notices.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

from uwclient.background.loading import ContentLoader
from uwclient.background.wanted_refreshes import Wanted, WantedRefreshes
from uwclient.background.worker import Worker
from uwclient.errors import AccessDenied, ConnectionFailed, RequestRejected, Unavailable, UserWiseError
from uwclient.log import logger
from uwclient.models.campaign import Firing
from uwclient.models.content import Kind
from uwclient.models.notices import (
    ApiWarning,
    EarlierTime,
    Notice,
    RefreshEnded,
    RefreshFinished,
    SegmentsRefreshed,
    ServerTime,
    SessionFailed,
    SessionOpened,
)
from uwclient.models.session import Device, Session, TimeSample
from uwclient.rules.clock import ServerClock, TimeSource
from uwclient.wire.retry import LONGEST_WAIT, Backoff
from uwclient.wire.session_api import SessionApi, retry_after

JITTER = 0.1
"""Polls come up to this share of the interval later, so that clients that started together drift apart."""

KEEP_INTERVAL = 600.0
"""Seconds after which the platform's time is kept anew for the next run."""

CUTS_IN_A_ROW = 2
"""After so many connections that were cut or timed out, the rest of a refresh waits for the next one."""


class Actions(Protocol):
    """What the conversation has to know of the player's actions."""

    def firings_waiting(self) -> tuple[tuple[Firing, float], ...] | None:
        """The campaigns that were triggered by actions that wait, each with its time; None when that is not known."""

    def is_to_deliver(self, number: int) -> bool:
        """Whether something that was done up to this number is about to be delivered."""


class Sync:
    """Owns one player's session from start to stop, and the refreshes in it."""

    def __init__(
        self,
        worker: Worker,
        device: Device,
        post: Callable[[Notice], None],
        time_source: TimeSource,
        rng: random.Random,
        boot_id: str | None,
    ) -> None:
        self._worker = worker
        self._device = device
        self._post = post
        self._monotonic = time_source.monotonic
        self._wall = time_source.wall
        self._clock = ServerClock(time_source.wall(), time_source.monotonic())
        self._rng = rng
        self._boot_id = boot_id
        self._api: SessionApi
        self._loader: ContentLoader
        self._use_session: Callable[[str | None], None]
        self._look: Callable[[], Device]
        self._actions: Actions
        self._session: Session | None = None
        self._resumable: str | None = None
        self._backoff = Backoff()
        self._failing_since = 0.0
        self._kept_at = float("-inf")
        self.answered_at = float("-inf")  # when the platform has answered last, beside actions
        self._session_proved = False  # whether content was loaded in this session
        self._served: list[Wanted] = []  # what the refresh under way is for
        self._wanted: WantedRefreshes  # what one after it is for
        self._pending: list[Kind] = []  # kinds that the refresh under way has still to load
        self._order = list(Kind)  # in which kinds are loaded: those that had no turn come first
        self._failure: UserWiseError | None = None  # of a kind, in the refresh under way
        self._cuts = 0  # how many connections in a row were cut
        self._doubted = False  # whether the platform has just refused the session's segments

    def begin(
        self,
        api: SessionApi,
        loader: ContentLoader,
        use_session: Callable[[str | None], None],
        actions: Actions,
        look: Callable[[], Device],
    ) -> None:
        """Put the first work on the agenda: what is on disk, then the session.

        `use_session` hears the id of each session that is opened, and None when there is none any more. `look` tells
        what this machine and its player are like now.
        """
        self._api = api
        self._loader = loader
        self._use_session = use_session
        self._actions = actions
        self._wanted = WantedRefreshes(self._monotonic, actions.is_to_deliver)
        self._look = look
        self._worker.at(0.0, self._remember)

    def hear(self, told: TimeSample | ApiWarning) -> None:
        """What a reply said beside its content."""
        if isinstance(told, TimeSample):
            self._clock.observe(told)
            self._post(ServerTime(told))
        else:
            self._post(told)

    @property
    def surely_past(self) -> float:
        """The latest instant, in seconds since 1970, that is past by two witnesses; 0 when none is known."""
        return self._clock.surely_past(self._monotonic(), self._wall())

    # What the game asks for.

    def refresh_for(self, ticket: int, last_action: int) -> None:
        """Refresh segments and content as soon as the actions up to a number are delivered.

        What cannot be delivered within a few seconds is not waited for. RefreshFinished(ticket) tells of the end.
        """
        self._wanted.add(ticket, last_action)
        if self._session is None:
            self._worker.at(self._monotonic(), self._open_session)
        else:
            self._look_at_wanted()

    def actions_settled(self) -> None:
        """Fewer actions wait than before, or they have to wait for long."""
        self._look_at_wanted()

    def _look_at_wanted(self) -> None:
        """Put the refresh on the agenda that the game wants, or another look at whether it is time for it."""
        if self._session is None or self._pending:
            return
        if self._wanted.has_ripe:
            self._worker.at(self._monotonic(), self._refresh)
        else:
            self._worker.at(self._wanted.next_until, self._look_at_wanted)

    def follow_device(self) -> None:
        """Have session and content follow when the language or the time zone has changed."""
        if self._notices_change() and self._session is not None:
            self._worker.at(self._monotonic(), self._open_session)

    def reload_event(self, event_id: str) -> None:
        """Load one event again, if there is a session to do it in."""
        if self._session is not None:
            self._loader.reload_event(event_id, self._session.id)

    def check_session(self) -> bool:
        """Whether the platform surely knows the session, now that it has refused something in it."""
        if self._session is None:
            return False
        told = self._api.session_data(self._session.id)
        if isinstance(told, RequestRejected):
            self._forget_session(told)
        elif isinstance(told, AccessDenied):
            self._lose_session(told)
        elif not isinstance(told, UserWiseError):
            self.answered_at = self._monotonic()
        return not isinstance(told, UserWiseError)

    def campaigns_triggered(self, impression_ids: tuple[str, ...]) -> None:
        """The platform has counted triggered campaigns: it has new counts, and new impressions for the next time."""
        self._loader.note_reported(impression_ids)
        self._worker.at(self._monotonic(), self._reload_campaigns)

    def deny_access(self, error: AccessDenied) -> None:
        """The platform has refused the key, the hash or the address."""
        self._lose_session(error)

    # The session.

    def _remember(self) -> None:
        """Take up what the last run has left."""
        last = self._loader.last_session()
        session_id = last.get("session_id")
        self._resumable = session_id if isinstance(session_id, str) else None
        self._remember_time(last.get("time"), last.get("boot_id"))
        self._loader.read_cache(self._actions.firings_waiting())
        self._worker.at(self._monotonic(), self._open_session)

    def _remember_time(self, kept: Any, boot_id: Any) -> None:
        """A time that was heard since this machine was started is as good as one heard now."""
        if not isinstance(kept, list) or len(kept) != 3 or not all(isinstance(part, float) for part in kept):
            return
        sample = TimeSample(*kept)
        if boot_id is not None and boot_id == self._boot_id and sample.received <= self._monotonic():
            self.hear(sample)
        else:
            self._post(EarlierTime(sample.date))

    def _keep_session(self, session_id: str) -> None:
        self._kept_at = self._monotonic()
        believed = self._clock.believed
        time = None if believed is None else list(believed)
        self._loader.keep_session({"session_id": session_id, "time": time, "boot_id": self._boot_id})

    def _notices_change(self) -> bool:
        """Look at the machine; whether it is not what the platform was told."""
        device = self._look()
        self._worker.throttle()
        if device == self._device:
            return False
        logger().info("Content is for %s in %s now.", device.language or "any language", device.timezone)
        self._device = device
        self._loader.use_device(device)
        return True

    def _open_session(self) -> None:
        """Open a session, or tell the one that is open what has changed of the device."""
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
        self._backoff = Backoff()
        self.answered_at = self._monotonic()
        if goes_on:
            self._pending = []
            self._worker.at(self._monotonic(), self._refresh)
        else:
            self._welcome(opened)

    def _welcome(self, opened: Session) -> None:
        """Begin with a session that the game has not heard of."""
        self._session_proved = False
        self._resumable = opened.id
        self._keep_session(opened.id)
        self._loader.session_opened()
        self._post(SessionOpened(opened.id))
        self._wanted.wait_anew()
        self._use_session(opened.id)
        self._served += self._wanted.take_ripe()
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
        """There is no session now. It is tried again; seldom, when the platform said no rather than nothing."""
        logger().warning("No session: %s", error)
        self._leave_session()
        self._post(SessionFailed(error))
        self._finish_tickets(ok=False)
        self._retry(self._open_session, error, refused=isinstance(error, (AccessDenied, RequestRejected)))

    def _forget_session(self, error: RequestRejected) -> None:
        """The platform does not know this session any more: open a new one."""
        logger().info("The platform does not know the session any more; a new one is started. %s", error)
        proved = self._session_proved
        self._leave_session()
        self._resumable = None
        if proved:
            self._wanted.put_back(self._served)
            self._served = []
            self._worker.at(self._monotonic(), self._open_session)
        else:
            self._finish_tickets(ok=False)
            self._retry(self._open_session, error)

    def _leave_session(self) -> None:
        self._session = None
        self._use_session(None)
        self._pending = []
        self._worker.never(self._refresh)

    def _retry(self, task: Callable[[], None], error: UserWiseError, refused: bool = False) -> None:
        delay = self._next_delay(error)
        if refused:
            delay = self._rng.uniform(0.8, 1.0) * LONGEST_WAIT
        logger().info("The next try is in %.1f s.", delay)
        self._go_on_at(self._monotonic() + delay, task, ok=False)

    def _go_on_at(self, moment: float, task: Callable[[], None], ok: bool) -> None:
        """Something has ended; what comes next."""
        self._post(RefreshEnded(ok, moment, self._backoff.failures))
        self._worker.at(moment, task)

    def _next_delay(self, error: UserWiseError) -> float:
        """Seconds to wait after one more failure."""
        now = self._monotonic()
        if not self._backoff.failures:
            self._failing_since = now
        self._backoff = self._backoff.after_failure()
        return self._backoff.delay(self._rng, retry_after(error), lasting=now - self._failing_since)

    # Refreshing.

    def _refresh(self) -> None:
        """Have the segments computed anew, then load every kind."""
        if self._session is None or self._pending:
            return
        if self._notices_change():
            self._open_session()
            return
        self._served += self._wanted.take_ripe()
        error = self._api.refresh_segments(self._session.id)
        self._doubted = isinstance(error, RequestRejected)
        if error is not None and _concerns_all(error):
            self._interrupt(error)
            return
        if error is not None:
            logger().warning("The segments were not refreshed: %s", error)
        elif self._served:
            self._post(SegmentsRefreshed())
        self._load_all()

    def _load_all(self) -> None:
        self._pending = list(self._order)
        self._failure = None
        self._cuts = 0
        self._worker.at(self._monotonic(), self._load_next)

    def _load_next(self) -> None:
        """Load one kind, and put the next step of the refresh on the agenda."""
        if self._session is None or not self._pending:
            return
        kind = self._pending[0]
        error = self._loader.load(kind, self._session.id)
        # A platform may have no campaigns at all: that says nothing of the session, and ails no refresh.
        has_none = kind is Kind.CAMPAIGNS and isinstance(error, RequestRejected)
        if self._doubted and isinstance(error, RequestRejected) and not has_none:
            self._forget_session(error)
            return
        self._doubted = False
        self._cuts = self._cuts + 1 if isinstance(error, ConnectionFailed) else 0
        if error is not None and (_concerns_all(error) or self._cuts == CUTS_IN_A_ROW):
            self._interrupt(error)
            return
        self._pending.pop(0)
        if error is not None:
            self._failure = self._failure if has_none else error
            self._loader.fail(kind, error)
        else:
            self._session_proved = True
            self.answered_at = self._monotonic()
        if self._pending:
            self._worker.at(self._monotonic(), self._load_next)
        else:
            self._finish_refresh(self._session)

    def _finish_refresh(self, session: Session) -> None:
        self._finish_tickets(ok=self._failure is None)
        if self._monotonic() - self._kept_at > KEEP_INTERVAL:
            self._keep_session(session.id)
        if self._failure is not None:
            delay = min(session.refresh_interval, self._next_delay(self._failure))
        else:
            self._backoff = Backoff()
            delay = session.refresh_interval * self._rng.uniform(1.0, 1.0 + JITTER)
        self._go_on_at(self._monotonic() + delay, self._refresh, ok=self._failure is None)
        self._look_at_wanted()

    def _reload_campaigns(self) -> None:
        """If this fails, the next refresh will tell."""
        if self._session is not None and Kind.CAMPAIGNS not in self._pending:
            self._loader.load(Kind.CAMPAIGNS, self._session.id)

    def _interrupt(self, error: UserWiseError) -> None:
        """The platform does not answer, or not now: what was still to load has failed, and is first next time."""
        for kind in self._pending or Kind:
            self._loader.fail(kind, error)
        untried = self._pending[1:]
        self._order = untried + [kind for kind in self._order if kind not in untried]
        self._pending = []
        if isinstance(error, AccessDenied):
            self._lose_session(error)
        else:
            self._finish_tickets(ok=False)
            self._retry(self._refresh, error)

    def _finish_tickets(self, ok: bool) -> None:
        ended = self._served if ok or self._session is not None else self._served + self._wanted.take_all()
        for wanted in ended:
            self._post(RefreshFinished(wanted.ticket, ok))
        self._served = []

    def recover(self) -> None:
        """After a fault of uwclient's own: give up what was under way, and go on in a while."""
        self._pending = []
        self._finish_tickets(ok=False)
        task = self._open_session if self._session is None else self._refresh
        self._retry(task, UserWiseError("a fault in uwclient"))


def _concerns_all(error: UserWiseError) -> bool:
    """Whether the other kinds would fare no better now."""
    if isinstance(error, ConnectionFailed):
        return not error.reached
    if isinstance(error, Unavailable):
        return error.status == 429 or error.retry_after is not None
    return isinstance(error, AccessDenied)
