"""One run of the client, from a start to a stop: the workers, their connections and files, for one player.

Importing this module imports the network stack, which takes a tenth of a second; so it is imported by `start()`. It
also imports the conversion of nested data, so that this is not imported in the middle of play.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
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
from uwclient.models.pages import SurveyView
from uwclient.models.queries import Query
from uwclient.rules.clock import SystemTime, TimeSource
from uwclient.survey_views.automatic import AutomaticView
from uwclient.version import __version__
from uwclient.wire.session_api import SessionApi
from uwclient.wire.transport import Authorities, Transport


class Run:
    """Owns one worker with everything that it uses, and the worker for media.

    `folder` is the player's. `new_post(throttle)` returns the function that posts notices of this run, which are
    ignored once another run has started; `post_always` posts notices that hold for every run.
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
        worker.request(self._remember_answers)  # before any content: an answered record must not flash up
        self._post = post
        self._threaded = config.threaded
        self._monotonic = monotonic
        self._outbox = outbox
        self._outbox_is_left = False

    def start(self) -> None:
        """Start the thread, if the client has one."""
        if self._threaded:
            self._worker.start(self._close)

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
        self._transport.limit(longest_wait)
        self._media.limit(longest_wait)
        if self._worker.next_due <= self._media.next_due:
            self._worker.step()
        else:
            self._media.step()

    def refresh(self, ticket: int) -> None:
        """Request a refresh after the actions queued so far; RefreshFinished(ticket) is posted at its end."""
        self._worker.request(self._refresh_after, ticket, self._outbox.last_number)

    def _refresh_after(self, ticket: int, last_action: int) -> None:
        self._delivery.hurry(last_action)
        self._sync.refresh_for(ticket, last_action)

    def use_settings(self, config: Config) -> None:
        """Switch to another language."""
        self._device.config = config
        self._worker.request(self._sync.follow_device)

    def ask(self, ticket: int, ask: Query) -> None:
        """Send a query to the platform; Answered(ticket, …) is posted with the result."""
        self._worker.request(self._queries.ask, ticket, ask)

    def open_page(self, open_with: Callable[[SurveyView], None]) -> None:
        """Have a survey's page opened; `open_with` gets the automatic view, for games that have chosen none."""
        self._worker.request(open_with, self._automatic_view)

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
        self._worker.request(self._sync.reload_event, event_id)

    def keep_counts(self, counts: dict[str, Any]) -> None:
        """Have the campaign counts saved on disk; calls in quick succession are merged."""
        if self._loader.want_counts(counts):
            self._worker.request(self._loader.keep_counts)

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """Set up to which moment upcoming records are loaded."""
        self._worker.request(self._loader.set_starts_before, kind, moment)

    def deliver(self) -> None:
        """Have the worker deliver an action that was queued."""
        self._delivery.look_soon()

    def finish(self, timeout: float) -> None:
        """Deliver the queue until the first failure, for at most `timeout` seconds, and end the worker."""
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
        """Deliver only after an earlier run of the same player has closed its queue."""
        self._delivery.wait_for(lambda: predecessor.has_left_queue)

    def leave(self) -> None:
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
        self._transport.abort()
        if not self._worker.has_thread:
            self._close()

    def abandon(self) -> None:
        """Have the threads end by themselves, because the client is being garbage collected."""
        self._outbox_is_left = True
        self._media.abandon()
        self._worker.ask_to_stop()
        if not self._worker.has_thread:
            self._close()

    def join(self, timeout: float) -> bool:
        """Wait for the threads; returns False when they have not ended within `timeout` seconds."""
        ends = time.monotonic() + timeout
        return self._worker.join(timeout) and self._media.join(ends - time.monotonic())

    @property
    def waiting(self) -> int:
        """The number of actions that wait to be delivered, including those of earlier runs."""
        return self._delivery.waiting

    @property
    def set_aside(self) -> int:
        """The number of waiting actions that were set aside."""
        return self._delivery.set_aside

    @property
    def has_waiting(self) -> bool:
        """Whether actions wait that were not set aside, including those of earlier runs."""
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
        """Post a notice of loaded content, and prefetch its images."""
        shown: tuple[Record, ...] = ()  # taken before posting, because the game's thread empties the notice
        if isinstance(notice, (CacheLoaded, ContentLoaded)):
            shown = tuple(notice.changes.upserts.values())
        elif isinstance(notice, (CampaignsLoaded, CampaignsRemembered)):
            campaigns = (one for one in notice.changes.upserts.values() if isinstance(one, Campaign))
            shown = tuple(record for campaign in campaigns for _, record in campaign.content)
        self._post(notice)
        if shown:
            self._media.prefetch_images(shown, self._worker.throttle)

    def _recover(self) -> None:
        self._sync.recover()
        self._delivery.recover()
        self._queries.recover()

    def _close(self) -> None:
        self._transport.close()
        self._delivery.close()
        if self._outbox_is_left:
            self._outbox.close()
