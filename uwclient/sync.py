"""Owns the conversation with the platform: the session, and when content is asked for.

Runs on the worker. What comes of it is posted to the game thread as notices.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from uwclient.disk.cache import Cache, CachedFile
from uwclient.errors import (
    AccessDenied,
    ConnectionFailed,
    RecordError,
    ReplyError,
    RequestRejected,
    StorageError,
    Unavailable,
    UserWiseError,
)
from uwclient.log import logger
from uwclient.models.content import Kind
from uwclient.models.session import (
    ApiWarning,
    CacheLoaded,
    Changes,
    ContentLoaded,
    Device,
    EarlierTime,
    LoadFailed,
    Notice,
    RefreshFinished,
    SegmentsRefreshed,
    ServerTime,
    Session,
    SessionFailed,
    SessionOpened,
    StorageFailed,
    TimeSample,
)
from uwclient.state.content import ContentIndex
from uwclient.wire.parsing import ContentParser
from uwclient.wire.retry import LONGEST_WAIT, Backoff
from uwclient.wire.session_api import SessionApi, retry_after
from uwclient.worker import Worker

JITTER = 0.1
"""Polls come up to this share of the interval later, so that clients that started together drift apart."""


CHECK_INTERVAL = 60.0
"""Seconds for which a session that the platform has just confirmed is not doubted again."""


class _Source:
    """Owns what is known of one kind of content: the records, and by what to recognise the same reply."""

    def __init__(self, kind: Kind) -> None:
        self.index = ContentIndex(kind)
        self.etag: str | None = None
        self.digest = ""
        self.starts_before: datetime | None = None
        self.confirmed = False  # whether the platform has answered in this session


class Sync:
    """Owns one player's session from start to stop, and the refreshes in it."""

    def __init__(
        self,
        worker: Worker,
        cache: Cache,
        device: Device,
        post: Callable[[Notice], None],
        monotonic: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._worker = worker
        self._cache = cache
        self._device = device
        self._zone: tzinfo = ZoneInfo(device.timezone)
        self._post = post
        self._monotonic = monotonic
        self._rng = rng
        self._api: SessionApi
        self._session: Session | None = None
        self._resumable: str | None = None
        self._backoff = Backoff()
        self._sources = {kind: _Source(kind) for kind in Kind}
        self._pending: list[Kind] = []  # kinds that the refresh under way has still to load
        self._tickets: list[int] = []  # what the game waits for: served by the refresh under way
        self._next_tickets: list[int] = []  # and by the one after it
        self._failure: UserWiseError | None = None  # of a kind, in the refresh under way
        self._session_proved = False  # whether content was loaded in this session
        self._session_checked_at = float("-inf")
        self._doubted = False  # whether the platform has just refused the session's segments
        self._storage_failed = False
        self._last_date = 0.0
        worker.on_error = self._recover

    def begin(self, api: SessionApi, use_session: Callable[[str | None], None]) -> None:
        """Put the first work on the agenda: what is on disk, then the session.

        `use_session` hears the id of each session that is opened, and None when there is none any more.
        """
        self._api = api
        self._use_session = use_session
        self._worker.at(0.0, self._load_cache)

    def hear(self, told: TimeSample | ApiWarning) -> None:
        """What a reply said beside its content."""
        if isinstance(told, TimeSample):
            self._last_date = told.date
            self._post(ServerTime(told))
        else:
            self._post(told)

    # What the game asks for.

    def refresh_for(self, ticket: int) -> None:
        """Refresh segments and content now; RefreshFinished(ticket) tells of the end."""
        self._next_tickets.append(ticket)
        if self._session is None:
            self._worker.at(self._monotonic(), self._open_session)
        elif not self._pending:
            self._worker.at(self._monotonic(), self._refresh)

    @property
    def platform_time(self) -> float:
        """The platform's time as last heard, in seconds since 1970; 0 when it was not."""
        return self._last_date

    def check_session(self) -> bool:
        """Whether the platform still knows the session, now that it has refused something in it."""
        if self._session is None:
            return False
        if self._monotonic() - self._session_checked_at < CHECK_INTERVAL:
            return True
        told = self._api.session_data(self._session.id)
        if isinstance(told, RequestRejected):
            self._forget_session(told)
            return False
        self._session_checked_at = self._monotonic()
        return True

    def deny_access(self, error: AccessDenied) -> None:
        """The platform has refused the key, the hash or the address."""
        self._lose_session(error)

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """How far ahead to ask for upcoming records of a kind, from the next refresh on."""
        self._sources[kind].starts_before = moment

    def reload_event(self, event_id: str) -> None:
        """Load one event again. If that fails it goes live with what it has."""
        if self._session is None:
            return
        body = self._api.event(event_id, self._session.id)
        try:
            if isinstance(body, UserWiseError):
                raise body
            record = ContentParser(Kind.EVENTS, self._zone, self._worker.pace).parse_one(body)
        except UserWiseError as error:
            logger().info("The event %s was not loaded again before its start: %s", event_id, error)
            return
        changes = self._sources[Kind.EVENTS].index.update(record)
        if changes.upserts:
            self._post(ContentLoaded(changes, announce=False))

    # The cache.

    def _load_cache(self) -> None:
        self._cache.forget_unfinished()
        last_run = self._cache.load_small("session")
        resumable, date = last_run.get("session_id"), last_run.get("platform_time")
        self._resumable = resumable if isinstance(resumable, str) else None
        if isinstance(date, (int, float)):
            self._post(EarlierTime(float(date)))
        for kind in Kind:
            self._load_cached(kind)
        self._worker.at(self._monotonic(), self._open_session)

    def _load_cached(self, kind: Kind) -> None:
        for path in self._cache.generations(kind.value):
            try:
                file = self._cache.open(path)
                changes = self._read_cached(kind, file)
            except UserWiseError as error:
                self._cache.set_aside(path)
                self._fail(kind, error)
            else:
                self._post(CacheLoaded(changes))
                return

    def _read_cached(self, kind: Kind, file: CachedFile) -> Changes:
        parser = ContentParser(kind, self._zone, self._worker.pace)
        source = self._sources[kind]
        changes = source.index.replace(parser.parse(file.pieces, source.index.record_with), self._worker.pace)
        etag, digest = file.about.get("etag"), file.about.get("digest")
        source.etag = etag if isinstance(etag, str) else None
        source.digest = digest if isinstance(digest, str) else ""
        return changes

    def _save(self, name: str, about: dict[str, object], content: Iterable[bytes]) -> None:
        try:
            self._cache.save(name, about, content)
        except StorageError as error:
            if not self._storage_failed:
                logger().warning("%s", error)
                self._post(StorageFailed(error))
            self._storage_failed = True
        else:
            self._storage_failed = False

    # The session.

    def _open_session(self) -> None:
        opened = self._api.start_session(self._device, self._resumable)
        if isinstance(opened, RequestRejected) and self._resumable is not None:
            logger().info("The session of the last run cannot be resumed; a new one is started.")
            self._resumable = None
            opened = self._api.start_session(self._device, None)
        if isinstance(opened, UserWiseError):
            self._lose_session(opened)
            return
        self._session = opened
        self._session_proved = False
        self._session_checked_at = float("-inf")
        self._resumable = opened.id
        self._backoff = Backoff()
        for source in self._sources.values():
            source.confirmed = False
        self._save("session", {"session_id": opened.id, "platform_time": self._last_date}, ())
        self._post(SessionOpened(opened.id))
        self._use_session(opened.id)
        self._load_all()

    def _lose_session(self, error: UserWiseError) -> None:
        """There is no session now. It is tried again; seldom, when the platform said no rather than nothing."""
        logger().warning("No session: %s", error)
        self._session = None
        self._use_session(None)
        self._pending.clear()
        self._post(SessionFailed(error))
        self._finish_tickets(ok=False)
        self._retry(self._open_session, error, refused=isinstance(error, (AccessDenied, RequestRejected)))

    def _retry(self, task: Callable[[], None], error: UserWiseError, refused: bool = False) -> None:
        self._backoff = self._backoff.after_failure()
        if refused:
            delay = self._rng.uniform(0.8, 1.0) * LONGEST_WAIT
        else:
            delay = self._backoff.delay(self._rng, retry_after(error))
        logger().info("The next try is in %.1f s.", delay)
        self._worker.at(self._monotonic() + delay, task)

    # Refreshing.

    def _refresh(self) -> None:
        """Have the segments computed anew, then load every kind."""
        if self._session is None or self._pending:
            return
        self._tickets += self._next_tickets
        self._next_tickets = []
        error = self._api.refresh_segments(self._session.id)
        self._doubted = isinstance(error, RequestRejected)
        if error is not None and not self._doubted:
            self._interrupt(error)
            return
        if error is not None:
            logger().warning("The segments were not refreshed: %s", error)
        elif self._tickets:
            self._post(SegmentsRefreshed())
        self._load_all()

    def _load_all(self) -> None:
        self._tickets += self._next_tickets
        self._next_tickets = []
        self._pending = list(Kind)
        self._failure = None
        self._worker.at(self._monotonic(), self._load_next)

    def _load_next(self) -> None:
        """Load one kind, and put the next step of the refresh on the agenda."""
        if self._session is None or not self._pending:
            return
        kind = self._pending[0]
        error = self._load(kind, self._session)
        if self._doubted and isinstance(error, RequestRejected):
            self._forget_session(error)
            return
        if error is not None and _concerns_all(error):
            self._interrupt(error)
            return
        self._doubted = False
        self._pending.pop(0)
        if error is not None:
            self._failure = error
            self._fail(kind, error)
        if self._pending:
            self._worker.at(self._monotonic(), self._load_next)
        else:
            self._finish_refresh(self._session)

    def _load(self, kind: Kind, session: Session) -> UserWiseError | None:
        source = self._sources[kind]
        reply = self._api.content(kind, session.id, source.starts_before, source.etag)
        if isinstance(reply, UserWiseError):
            return reply
        self._session_proved = True
        if reply.pieces is None or reply.digest == source.digest:
            if not source.confirmed:
                self._post(ContentLoaded(Changes(kind), announce=True))
            source.confirmed = True
            return None
        parser = ContentParser(kind, self._zone, self._worker.pace)
        try:
            records = parser.parse(_taken_from(reply.pieces), source.index.record_with)
            changes = source.index.replace(records, self._worker.pace)
        except ReplyError as error:
            return error
        source.etag, source.digest = reply.etag, reply.digest
        # On disk first: what the game has seen is there after a crash.
        about: dict[str, object] = {"etag": source.etag, "digest": source.digest}
        self._save(kind.value, about, _as_reply(source.index.texts()))
        if parser.note is not None:
            self._post(parser.note)
        if parser.faults:
            self._fail(kind, _left_out(kind, parser.faults))
        self._post(ContentLoaded(changes, announce=not source.confirmed))
        source.confirmed = True
        return None

    def _finish_refresh(self, session: Session) -> None:
        self._finish_tickets(ok=self._failure is None)
        if self._failure is not None:
            self._backoff = self._backoff.after_failure()
            delay = min(session.refresh_interval, self._backoff.delay(self._rng, retry_after(self._failure)))
        else:
            self._backoff = Backoff()
            delay = session.refresh_interval * self._rng.uniform(1.0, 1.0 + JITTER)
        self._worker.at(self._monotonic() + (0.0 if self._next_tickets else delay), self._refresh)

    def _interrupt(self, error: UserWiseError) -> None:
        """The platform does not answer, or not in this session: what was still to load has failed."""
        for kind in self._pending or Kind:
            self._fail(kind, error)
        self._pending.clear()
        if isinstance(error, AccessDenied):
            self._lose_session(error)
        else:
            self._finish_tickets(ok=False)
            self._retry(self._refresh, error)

    def _forget_session(self, error: RequestRejected) -> None:
        """The platform knows neither the segments nor the content of this session: open a new one."""
        logger().info("The platform does not know the session any more; a new one is started. %s", error)
        proved = self._session_proved
        self._session = self._resumable = None
        self._use_session(None)
        self._pending.clear()
        if proved:
            self._next_tickets = self._tickets + self._next_tickets
            self._tickets = []
            self._worker.at(self._monotonic(), self._open_session)
        else:
            self._finish_tickets(ok=False)
            self._retry(self._open_session, error)

    def _finish_tickets(self, ok: bool) -> None:
        tickets = self._tickets if ok or self._session is not None else self._tickets + self._next_tickets
        for ticket in tickets:
            self._post(RefreshFinished(ticket, ok))
        if self._session is None:
            self._next_tickets = []
        self._tickets = []

    def _fail(self, kind: Kind, error: UserWiseError) -> None:
        logger().warning("Loading %s: %s", kind.value, error)
        self._post(LoadFailed(kind, error))

    def _recover(self) -> None:
        """After a fault of uwclient's own: give up what was under way, and go on in a while."""
        self._pending.clear()
        self._finish_tickets(ok=False)
        task = self._open_session if self._session is None else self._refresh
        self._retry(task, UserWiseError("a fault in uwclient"))


def _concerns_all(error: UserWiseError) -> bool:
    """Whether the other kinds would fare no better now."""
    if isinstance(error, Unavailable):
        return error.status in (429, 503) or error.retry_after is not None
    return isinstance(error, (ConnectionFailed, AccessDenied))


def _left_out(kind: Kind, faults: list[str]) -> RecordError:
    shown = "; ".join(faults[:3]) + (f"; and {len(faults) - 3} more" if len(faults) > 3 else "")
    return RecordError(f"{len(faults)} of the {kind.value} cannot be used and were left out: {shown}.")


def _taken_from(pieces: deque[bytes]) -> Iterator[bytes]:
    while pieces:
        yield pieces.popleft()


def _as_reply(texts: Iterator[bytes]) -> Iterator[bytes]:
    """The records as the platform would send them, so that they are read back on the same road."""
    yield b'{"active":['
    separator = b""
    for text in texts:
        yield separator
        yield text
        separator = b",\n"
    yield b"]}"
