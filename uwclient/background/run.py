"""What lives from one start to the next stop: the workers, their connections and files, for one player.

It is imported by `start()`, and imports no more than content from the cache needs. The network stack comes beside
the content from the cache, or with the first request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from uwclient.background.action_queues import ActionQueues
from uwclient.background.delivery import Delivery
from uwclient.background.loading import ContentLoader
from uwclient.background.media_run import MediaRun
from uwclient.background.platform_clock import PlatformClock
from uwclient.background.posting import Posting
from uwclient.background.queries import QueryRunner
from uwclient.background.retries import Retries
from uwclient.background.sync import Sync
from uwclient.background.wanted_refreshes import WantedRefreshes
from uwclient.background.worker import Worker
from uwclient.config import Config
from uwclient.device import DeviceWatch, boot_id, zone_named
from uwclient.dice import Dice
from uwclient.disk.answers import AnswerLog
from uwclient.disk.cache import Cache
from uwclient.disk.outbox import Outbox
from uwclient.disk.paths import player_folder, root_of
from uwclient.disk.private import restrict_access
from uwclient.errors import StorageError
from uwclient.http.authorities import Authorities
from uwclient.http.messages import Transport
from uwclient.late_imports import import_late
from uwclient.log import logger
from uwclient.models.answers import read_answers
from uwclient.models.campaign import Campaign
from uwclient.models.content import Kind, Record
from uwclient.models.media import MediaQuery, MediaSettings
from uwclient.models.notices import (
    AnswersRemembered,
    CacheLoaded,
    CampaignsLoaded,
    CampaignsRemembered,
    ContentLoaded,
    Notice,
    StorageFailed,
)
from uwclient.models.packed_records import PackedRecords
from uwclient.models.pages import SurveyView
from uwclient.models.queries import Query
from uwclient.time_sources import RealTime, SystemTime, TimeSource
from uwclient.wire.sender import Sender
from uwclient.wire.session_api import SessionApi

STARTING_SHARE = 0.8
"""The share of the time for the last deliveries in which another may begin; the rest is for one on its way."""


class Ports(NamedTuple):
    """What a run needs of the client.

    Attributes:
        time_source: where time comes from.
        dice: where jitter comes from.
        transport: what requests travel by; None for connections of the run's own.
        new_post: gives the way to post what concerns this run, for work at a pace.
        post_always: posts what is true whichever run is heard.

    """

    time_source: TimeSource
    dice: Dice
    transport: Transport | None
    new_post: Callable[[Callable[[], None]], Callable[[Notice], None]]
    post_always: Callable[[Notice], None]


class Run:
    """One worker and all that it works with, and beside it what loads media.

    It begins with the player's actions once its `predecessors`, earlier runs of the same player, have let go of
    theirs.

    Attributes:
        folder: the player's folder.
        sync: the player's session, and the refreshes in it.

    """

    def __init__(self, config: Config, outbox: Outbox, ports: Ports, predecessors: Sequence[Run] = ()) -> None:
        monotonic, dice = ports.time_source.monotonic, ports.dice
        self.folder = player_folder(config)
        worker = self._worker = Worker(monotonic, polite=config.threaded)
        post_of_run = ports.new_post(worker.throttle)
        self._posting = Posting()
        post, post_always = self._posting.by(post_of_run), self._posting.by(ports.post_always)
        self._post = post
        authorities = Authorities()
        transport = ports.transport
        self._sender = Sender(
            transport, config.host, ports.time_source, worker.throttle, authorities, tell=post_always
        )
        self._media = MediaRun(
            config, transport, authorities, ports.time_source, dice.generator("prefetching"), post_of_run
        )
        self._device = DeviceWatch(config)
        device = self._device.read()
        boot = boot_id() if isinstance(ports.time_source, SystemTime) else None
        clock = PlatformClock(ports.time_source, boot, post)
        api = SessionApi(config, self._sender, clock.observe)
        cache = Cache(self.folder, self._rest)
        self._loader = ContentLoader(api, cache, device, zone_named, self._content_loaded, self._rest)
        queues = self._queues = ActionQueues(outbox, self.folder, worker.throttle)
        of_actions = Retries(monotonic, dice.generator("delivering again"))
        self.sync = Sync(
            worker,
            api,
            self._loader,
            clock,
            device,
            self._device.read,
            WantedRefreshes(monotonic, lambda number: queues.has_up_to(number) and not of_actions.failures),
            Retries(monotonic, dice.generator("asking again")),
            post,
            monotonic,
            dice.generator("polling"),
        )
        self._delivery = Delivery(
            worker,
            api,
            queues,
            self.sync,
            of_actions,
            post_always,
            ports.time_source,
            lambda: all(run.has_left_queue for run in predecessors),
        )
        self._query_runner = QueryRunner(api, post)
        for part in (self._delivery, self._query_runner, self._media):
            self.sync.subscribe(part.use_session)
        worker.on_error = self._recover
        worker.on_idle = self._posting.post_all
        worker.at(0.0, self._remember)
        # Else it would be imported in a frame, by the first `content_as`.
        worker.at(monotonic(), import_late, "uwclient.models.conversion")
        worker.at(monotonic(), restrict_access, root_of(config), worker.throttle)
        worker.request(self._remember_answers)  # before any content: an answered record must not flash up
        self._threaded = config.threaded
        self._monotonic = monotonic
        self._outbox = outbox
        self._outbox_is_left = False
        self._delivers_meanwhile = True  # in the middle of long tasks

    def start(self) -> None:
        """Start the thread, if the client has one."""
        if self._threaded:
            self._worker.start(self._close)
            self._sender.prepare()

    @property
    def next_due_besides_poll(self) -> float:
        """As `next_due`, of a client without a thread, but for the next poll."""
        return min(self.sync.next_due_besides_poll, self._media.next_due)

    def pass_polls(self, before: float, ahead: float, shown_at: Callable[[float], float]) -> int:
        """Let idle polls pass, as `Sync.pass_polls` says."""
        passed = self.sync.pass_polls(before, ahead, shown_at)
        self._posting.post_all()
        return passed

    @property
    def next_task(self) -> str:
        """The name of the background task that comes next."""
        return self._worker.next_task

    @property
    def next_due(self) -> float:
        """The monotonic time of the next step that runs on the game's thread."""
        if self._threaded:
            return min(self._worker.start_due, self._media.start_due)
        return min(self._worker.next_due, self._media.next_due)

    def step(self, longest_wait: float) -> None:
        """Run one background task on this thread, or try again to start a thread that could not be started.

        A task waits at most `longest_wait` seconds for the network.
        """
        if self._threaded:
            self._worker.start_if_due()
            self._media.start_if_due()
            return
        self._sender.limit(longest_wait)
        self._media.limit(longest_wait)
        if self._worker.next_due <= self._media.next_due:
            self._worker.step()
            self._posting.post_all()
        else:
            self._media.step()

    def refresh(self, ticket: int) -> None:
        """Request a refresh after the actions queued so far; RefreshFinished(ticket) is posted at its end."""
        self._worker.request(self._refresh_after, ticket, self._outbox.last_number)

    def _refresh_after(self, ticket: int, last_action: int) -> None:
        self._delivery.hurry(last_action)
        self.sync.refresh_for(ticket, last_action)

    def use_settings(self, config: Config) -> None:
        """Switch to another language."""
        self._device.config = config
        self._worker.request(self.sync.follow_device)

    def ask(self, ticket: int, ask: Query) -> None:
        """Send a query to the platform; Answered(ticket, …) is posted with the result."""
        self._worker.request(self._query_runner.ask, ticket, ask)

    def open_page(self, open_with: Callable[[SurveyView], None]) -> None:
        """Have a survey's page opened; `open_with` gets the automatic view, for games that have chosen none."""
        self._worker.request(self._open_page, open_with)

    def _open_page(self, open_with: Callable[[SurveyView], None]) -> None:
        import_late("uwclient.survey_views.automatic")
        from uwclient.survey_views.automatic import AutomaticView

        open_with(AutomaticView())

    def ask_media(self, ticket: int, ask: MediaQuery) -> None:
        """Request media; Answered(ticket, …) is posted with the result."""
        self._media.ask(ticket, ask)

    def use_media(self, settings: MediaSettings, records: tuple[Record, ...]) -> None:
        """Apply the game's settings for media, and prefetch the images of these records."""
        self._media.use(settings)
        if records:
            self._worker.request(self._media.prefetch_images, records, self._worker.throttle)

    def reload_event(self, event_id: str) -> None:
        """Have one event loaded again."""
        self._worker.request(self.sync.reload_event, event_id)

    def keep_counts(self, counts: dict[str, Any]) -> None:
        """Have campaign counts saved on disk, with those before; calls in quick succession are merged."""
        if self._loader.want_counts(counts):
            self._worker.request(self._save_counts)

    def _save_counts(self) -> None:
        """Save the campaign counts before the actions behind them are delivered.

        What is not delivered is known from the queue in the next run; what is delivered, from the counts alone.
        """
        self._delivers_meanwhile = False
        try:
            self._loader.keep_counts()
        finally:
            self._delivers_meanwhile = True

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """Set up to which moment upcoming records are loaded."""
        self._worker.request(self._loader.set_starts_before, kind, moment)

    def deliver(self) -> None:
        """Have the worker deliver an action that was queued."""
        self._delivery.check_soon()

    def finish(self, timeout: float) -> None:
        """Deliver the queue until the first failure, for at most `timeout` seconds, and end the worker."""
        ends = RealTime.monotonic() + timeout
        last_start = ends - timeout * (1.0 - STARTING_SHARE)
        self._worker.request(self._delivery.finish, lambda: RealTime.monotonic() < last_start)
        if self._threaded:
            self._worker.join(timeout)
        while not self._threaded and self._has_work() and RealTime.monotonic() < ends:
            self._sender.limit(ends - RealTime.monotonic())
            self._worker.step()
            self._posting.post_all()

    def _has_work(self) -> bool:
        return self._worker.is_working and self._worker.next_due <= self._monotonic()

    def finish_alone(self) -> None:
        """End the run after delivering what can be delivered now; the rest stays on disk for this player."""
        if self._worker.has_thread:
            self._media.end()
            self._worker.request(self._delivery.finish)
        else:
            self.end()
        self.keep_outbox()

    def keep_outbox(self) -> None:
        """Have this run close the queue at its end, because nobody else uses it any more."""
        self._outbox_is_left = True
        if self.has_left_queue:
            self._outbox.close()

    @property
    def has_left_queue(self) -> bool:
        """Whether the worker has ended."""
        return self._worker.join(0.0)

    def end(self) -> None:
        """Abort everything; this does not wait."""
        self._media.end()
        self._worker.ask_to_stop()
        self._sender.abort()
        if not self._worker.has_thread:
            self._close()

    def abandon(self) -> None:
        """Have the threads end by themselves, because the client is being garbage collected."""
        self._outbox_is_left = True
        self._media.abandon()
        self._worker.ask_to_stop()
        if not self._worker.has_thread:
            self._close()

    def abandon_files(self) -> None:
        """Let go of the files of earlier runs as they are, as the system does for a process that it ends."""
        self._queues.abandon()

    def join(self, timeout: float) -> bool:
        """Wait for the threads; returns False when they have not ended within `timeout` seconds."""
        ends = RealTime.monotonic() + timeout
        return self._worker.join(timeout) and self._media.join(ends - RealTime.monotonic())

    @property
    def waiting(self) -> int:
        """The number of actions that wait to be delivered, including those of earlier runs."""
        return self._queues.waiting

    @property
    def set_aside(self) -> int:
        """The number of waiting actions that were set aside."""
        return self._queues.set_aside

    @property
    def has_waiting(self) -> bool:
        """Whether actions wait that were not set aside, including those of earlier runs."""
        return self._queues.has_waiting

    def _rest(self) -> None:
        """Give way between two steps of a load, which takes seconds: to the game, and to the actions that are due."""
        throttle = self._worker.throttle
        rests = throttle.rests
        throttle()
        if throttle.rests != rests and self._delivers_meanwhile:
            self._save_counts()
            self._delivery.deliver_meanwhile()

    def _remember_answers(self) -> None:
        throttle = self._worker.throttle
        try:
            self._post(AnswersRemembered(read_answers(AnswerLog(self.folder).read(throttle), throttle)))
        except StorageError as error:
            logger().warning("%s", error)
            self._post(StorageFailed(error))

    def _remember(self) -> None:
        self.sync.remember(self._queues.firings_waiting())

    def _content_loaded(self, notice: Notice) -> None:
        """Pass on what was loaded; its images may be wanted too."""
        if isinstance(notice, (CacheLoaded, ContentLoaded, CampaignsLoaded, CampaignsRemembered)):
            # First, for the game takes the records out of what is passed on.
            self._media.prefetch_images(_shown_by(notice.changes.upserts), self._worker.throttle)
        self._post(notice)

    def _recover(self) -> None:
        self.sync.recover()
        self._delivery.recover()
        self._query_runner.recover()

    def _close(self) -> None:
        self._posting.post_all()
        self._sender.close()
        self._queues.close()
        if self._outbox_is_left:
            self._outbox.close()


def _shown_by(loaded: PackedRecords) -> Iterator[Record]:
    """The records that may be shown: those loaded, or those that loaded campaigns bring."""
    for record in loaded.records():
        if isinstance(record, Campaign):
            yield from (brought for _, brought in record.content)
        else:
            yield record
