"""The parts of a client, made in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uwclient.background.run_manager import RunManager, Seams
from uwclient.config import Config
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.game_thread import GameThread
from uwclient.models.content import Kind
from uwclient.models.notices import Notice, PushReceived
from uwclient.modules.actions import Actions
from uwclient.modules.answers import Answers
from uwclient.modules.base import ContentModule
from uwclient.modules.campaigns import CampaignsModule
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.modules.emails import EmailsModule
from uwclient.modules.events import EventsModule
from uwclient.modules.media import MediaModule
from uwclient.modules.messages import MessagesModule
from uwclient.modules.offers import OffersModule
from uwclient.modules.push import PushModule
from uwclient.modules.queries import PendingQueries
from uwclient.modules.remote_configs import RemoteConfigsModule
from uwclient.modules.surveys import Stage, SurveysModule
from uwclient.pending_refreshes import PendingRefreshes
from uwclient.pump import Mailbox
from uwclient.rules.clock import PlatformTime
from uwclient.rules.timetable import Timetable


class Parts:
    """What a client is made of, but for the pump: the modules, and what they share.

    `wake` has the next pump look at what is due, and `post_later` a notice told by a pump that has not begun yet.
    """

    def __init__(
        self, config: Config, seams: Seams, wake: Callable[[], None], post_later: Callable[[Notice], None]
    ) -> None:
        monotonic = self.monotonic = seams.time_source.monotonic
        self.time_source = seams.time_source
        self.time = PlatformTime(seams.time_source)
        mailbox = self.mailbox = Mailbox()
        self.game_thread = GameThread()
        self.recorder = DiagnosticsRecorder(monotonic)
        runs = self.runs = RunManager(config, seams, mailbox, self.recorder, self.game_thread, wake)
        self.refreshes = PendingRefreshes(monotonic)
        actions = self.actions = Actions(
            runs, self.time.now_and_if_sure, runs.deliver, runs.report_storage, self.recorder.record_action
        )
        answers = self.answers = Answers(runs.folder, runs.keep_answer)
        queries = self.queries = PendingQueries(runs.ask, mailbox.post, post_later)
        timetable = Timetable()
        tell = runs.set_starts_before
        self.events = EventsModule(timetable, tell, runs.reload_event, seams.dice.generator("reloading events"))
        self.messages = MessagesModule(timetable, tell, answers, actions)
        self.offers = OffersModule(timetable, tell, answers, actions, seams.dice)
        self.remote_configs = RemoteConfigsModule(timetable, tell)
        stage = Stage(runs.open_page, monotonic, wake)
        self.surveys = SurveysModule(timetable, tell, answers, actions, queries, stage)
        modules: dict[Kind, ContentModule[Any]] = {
            Kind.EVENTS: self.events,
            Kind.MESSAGES: self.messages,
            Kind.OFFERS: self.offers,
            Kind.REMOTE_CONFIGS: self.remote_configs,
            Kind.SURVEYS: self.surveys,
        }
        self.scheduler = ContentScheduler(modules, timetable, self.time.clock)
        self.campaigns = CampaignsModule(modules, self.time.now, runs.keep_counts)
        self.emails = EmailsModule(actions)
        self.push = PushModule(actions, queries, lambda payload: mailbox.post(PushReceived(payload)))
        with_images = (self.messages, self.offers)
        self.media = MediaModule(
            queries, lambda: runs.config.allow_insecure, runs.use_media, with_images, self.campaigns
        )
