"""Owns what lives from one start to the next stop: the workers, their connections and files, for one player.

Importing this loads the network stack, which costs a tenth of a second; so it happens at `start()`, not before.
What reads nested data into classes comes along, so that it is not loaded in the middle of play.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import uwclient.models.conversion  # noqa: F401 - see above
from uwclient.background.delivery import Delivery
from uwclient.background.loading import ContentLoader
from uwclient.background.media_run import MediaRun
from uwclient.background.queries import QueryRunner
from uwclient.background.sync import Sync
from uwclient.background.worker import Worker
from uwclient.config import Config
from uwclient.device import DeviceWatch, boot_id, zone_named
from uwclient.disk.answers import AnswerLog
from uwclient.disk.cache import Cache
from uwclient.disk.outbox import Outbox
from uwclient.disk.paths import player_folder, root_of
from uwclient.disk.private import mend
from uwclient.errors import StorageError
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
from uwclient.rules.clock import SystemTime, TimeSource
from uwclient.survey_views.automatic import AutomaticView
from uwclient.version import __version__
from uwclient.wire.session_api import SessionApi
from uwclient.wire.transport import Authorities, Transport


class Run:
    """Owns one worker and all that it works with, and beside it what loads media.

    `folder` is the player's. `new_post` gives the way to post what concerns this run, for work at a pace, and
    `post_always` is for what is true whichever run is heard.
    """

    def __init__(
        self,
        config: Config,
        outbox: Outbox,
        time_source: TimeSource,
        rng: random.Random,
        new_post: Callable[[Callable[[], None]], Callable[[Notice], None]],
        post_always: Callable[[Notice], None],
    ) -> None:
        monotonic = time_source.monotonic
        folder = player_folder(config)
        worker = self._worker = Worker(monotonic, polite=config.threaded)
        post = new_post(worker.throttle)
        authorities = Authorities()
        agent = f"uwclient/{__version__}"
        self._transport = Transport(config.host, agent, monotonic, worker.throttle, authorities, post_always)
        self._media = MediaRun(config, authorities, monotonic, rng, post)
        self._device = DeviceWatch(config)
        device = self._device.look()
        boot = boot_id() if isinstance(time_source, SystemTime) else None
        self._sync = Sync(worker, device, post, time_source, rng, boot)
        api = SessionApi(config, self._transport, self._sync.hear)
        cache = Cache(folder, worker.throttle)
        self._loader = ContentLoader(api, cache, device, zone_named, self._content_loaded, worker.throttle)
        self._delivery = Delivery(worker, api, outbox, folder, post_always, monotonic, rng)
        self._delivery.begin(self._sync)
        self._queries = QueryRunner(api, post)
        self._automatic_view = AutomaticView()
        worker.on_error = self._recover
        self.folder = folder
        self._sync.begin(api, self._loader, self._use_session, self._delivery, self._device.look)
        worker.at(monotonic(), mend, root_of(config), worker.throttle)
        worker.request(self._remember_answers)  # before any content: what was answered is not to flash up
        self._post = post
        self._threaded = config.threaded
        self._monotonic = monotonic
        self._outbox = outbox
        self._outbox_is_left = False

    def start(self) -> None:
        """Start the thread, where the client has one."""
        if self._threaded:
            self._worker.start(self._close)

    @property
    def next_due(self) -> float:
        """The monotonic moment of the next step that the game's thread has to do itself."""
        if self._threaded:
            return min(self._worker.start_due, self._media.start_due)
        return min(self._worker.next_due, self._media.next_due)

    def step(self, longest_wait: float) -> None:
        """Do one background task on this thread, or start the thread that does them if it could not be before.

        A task waits at most `longest_wait` seconds for the network.
        """
        if self._threaded:
            self._worker.start_if_due()
            self._media.start_if_due()
            return
        self._transport.limit(longest_wait)
        self._media.limit(longest_wait)
        if self._worker.next_due <= self._media.next_due:
            self._worker.step()
        else:
            self._media.step()

    def refresh(self, ticket: int) -> None:
        """Ask for a refresh after what was queued before; RefreshFinished(ticket) tells of its end."""
        self._worker.request(self._refresh_after, ticket, self._outbox.last_number)

    def _refresh_after(self, ticket: int, last_action: int) -> None:
        self._delivery.hurry(last_action)
        self._sync.refresh_for(ticket, last_action)

    def use_settings(self, config: Config) -> None:
        """Go on with another language."""
        self._device.config = config
        self._worker.request(self._sync.follow_device)

    def ask(self, ticket: int, ask: Query) -> None:
        """Ask the platform something; Answered(ticket, …) tells what came of it."""
        self._worker.request(self._queries.ask, ticket, ask)

    def open_page(self, open_with: Callable[[SurveyView], None]) -> None:
        """Have a survey's page opened, with the automatic view where the game has chosen none."""
        self._worker.request(open_with, self._automatic_view)

    def ask_media(self, ticket: int, ask: MediaQuery) -> None:
        """Have media loaded; Answered(ticket, …) tells what came of it."""
        self._media.ask(ticket, ask)

    def use_media(self, settings: MediaSettings, records: tuple[Record, ...]) -> None:
        """Go on with what the game has said about media; `records` are what is live and upcoming now."""
        self._media.use(settings)
        if records:
            self._worker.request(self._media.prefetch_images, records, self._worker.throttle)

    def reload_event(self, event_id: str) -> None:
        """Ask for one event again."""
        self._worker.request(self._sync.reload_event, event_id)

    def keep_counts(self, counts: dict[str, Any]) -> None:
        """Have the counts of campaigns kept on disk; once for many."""
        if self._loader.want_counts(counts):
            self._worker.request(self._loader.keep_counts)

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """Tell how far ahead to ask for upcoming records."""
        self._worker.request(self._loader.set_starts_before, kind, moment)

    def deliver(self) -> None:
        """Tell that something was queued."""
        self._delivery.look_soon()

    def finish(self, timeout: float) -> None:
        """End once what is queued is delivered, or cannot be now; wait for that at most `timeout` seconds."""
        self._worker.request(self._delivery.finish)
        if self._threaded:
            self._worker.join(timeout)
        ends = time.monotonic() + timeout
        while not self._threaded and self._has_work() and time.monotonic() < ends:
            self._transport.limit(ends - time.monotonic())
            self._worker.step()

    def _has_work(self) -> bool:
        return self._worker.is_working and self._worker.next_due <= self._monotonic()

    def follow(self, predecessor: Run) -> None:
        """Begin with the queue once an earlier run of the same player has let go of it."""
        self._delivery.wait_for(lambda: predecessor.has_left_queue)

    def leave(self) -> None:
        """The player goes. What is queued is delivered as far as it can be now; the rest stays on disk for them."""
        if self._worker.has_thread:
            self._media.end()
            self._worker.request(self._delivery.finish)
        else:
            self.end()
        self.keep_outbox()

    def keep_outbox(self) -> None:
        """Nobody else uses the queue any more: leave it when this run ends."""
        self._outbox_is_left = True
        if self.has_left_queue:
            self._outbox.close()

    @property
    def has_left_queue(self) -> bool:
        """Whether its worker does nothing any more."""
        return self._worker.join(0.0)

    def end(self) -> None:
        """Have everything end as soon as it can; this waits for nothing."""
        self._media.end()
        self._worker.ask_to_stop()
        self._transport.abort()
        if not self._worker.has_thread:
            self._close()

    def abandon(self) -> None:
        """The client is forgotten: have the threads end by themselves. Safe in the middle of a garbage collection."""
        self._outbox_is_left = True
        self._media.abandon()
        self._worker.ask_to_stop()
        if not self._worker.has_thread:
            self._close()

    def join(self, timeout: float) -> bool:
        """Wait for the threads; False when they have not ended within `timeout` seconds."""
        ends = time.monotonic() + timeout
        return self._worker.join(timeout) and self._media.join(ends - time.monotonic())

    @property
    def waiting(self) -> int:
        """How many actions wait to be delivered, also of earlier runs."""
        return self._delivery.waiting

    @property
    def set_aside(self) -> int:
        """How many of them were set aside."""
        return self._delivery.set_aside

    @property
    def has_waiting(self) -> bool:
        """Whether anything waits to be delivered, also of earlier runs."""
        return self._delivery.has_waiting

    def _remember_answers(self) -> None:
        throttle = self._worker.throttle
        try:
            self._post(AnswersRemembered(read_answers(AnswerLog(self.folder).read(throttle), throttle)))
        except StorageError as error:
            logger().warning("%s", error)
            self._post(StorageFailed(error))

    def _use_session(self, session_id: str | None) -> None:
        self._delivery.use_session(session_id)
        self._queries.use_session(session_id)
        self._media.use_session(session_id)

    def _content_loaded(self, notice: Notice) -> None:
        """Pass on what was loaded; its images may be wanted too."""
        if isinstance(notice, (CacheLoaded, ContentLoaded, CampaignsLoaded, CampaignsRemembered)):
            # First, for the game takes the records out of what is passed on.
            self._media.prefetch_images(_shown_by(notice.changes.upserts), self._worker.throttle)
        self._post(notice)

    def _recover(self) -> None:
        self._sync.recover()
        self._delivery.recover()
        self._queries.recover()

    def _close(self) -> None:
        self._transport.close()
        self._delivery.close()
        if self._outbox_is_left:
            self._outbox.close()


def _shown_by(loaded: PackedRecords) -> Iterator[Record]:
    """The records that may be shown: those loaded, or those that loaded campaigns bring."""
    for record in loaded.records():
        if isinstance(record, Campaign):
            yield from (brought for _, brought in record.content)
        else:
            yield record
