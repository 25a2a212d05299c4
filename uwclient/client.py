"""The client that a game holds: `UserWise` connects the parts; they do the work."""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self, Unpack

from uwclient.config import (
    DEFAULT_HOST,
    Config,
    Settings,
    check_player_id,
    checked_config,
    settings_from,
    settings_of,
)
from uwclient.device import language_for
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.errors import ArgumentError, LifecycleError, StorageError
from uwclient.game_thread import GameThread
from uwclient.log import logger
from uwclient.models import notices
from uwclient.models.action_envelope import TRIGGERING, with_firings
from uwclient.models.content import Kind, Record
from uwclient.models.media import MediaBytesWanted, MediaInfoWanted, MediaQuery, MediaSettings
from uwclient.models.player import ActionKind, Attributes, OutcomeType, PlayerEvent, Region
from uwclient.models.queries import Answer, Query
from uwclient.modules.actions import Actions, Callback, check_callback
from uwclient.modules.answers import Answers
from uwclient.modules.base import ContentModule, Transition
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
from uwclient.modules.survey_page import PageHandle
from uwclient.modules.surveys import Stage, SurveysModule
from uwclient.notice_router import NoticeRouter, Parts
from uwclient.pending_refreshes import PendingRefreshes
from uwclient.pump import Mailbox, Pump, check_budget
from uwclient.rules.actions import action_text, attributes_body, event_body, outcome_text, region_body
from uwclient.rules.clock import ServerClock, SystemTime, TimeSource, moment_of
from uwclient.rules.schedule import Schedule
from uwclient.signals import ClientSignals

if TYPE_CHECKING:
    from uwclient.background.run import Run
    from uwclient.diagnostics import Diagnostics
    from uwclient.disk.answers import AnswerLog
    from uwclient.disk.outbox import Outbox

FRAME_BUDGET_MS = 0.5
"""Milliseconds that one pump may take by default, with a worker thread; the rest waits for the next frame."""

LONGEST_WAIT = 10.0
"""The maximum number of seconds that one pump of a client without a thread waits for the network."""

DELIVERY_SHARE = 0.8
"""The share of the timeout of `stop()` that may go into delivering actions."""

PAGES_GONE_WITHIN = 1.0
"""The maximum number of seconds that `stop()` waits for a survey's page to close; it takes a few milliseconds."""

NO_ANSWER = "The client was stopped, or switched to another player, before the platform answered."


class Lifecycle(Enum):
    """The state of a client. A stopped client can be started again."""

    NEW = "new"
    RUNNING = "running"
    STOPPED = "stopped"


class UserWise(ClientSignals):
    """The UserWise platform in a game: live events, offers, messages, remote configs and surveys.

    Create one, connect listeners, call `start()`, then `pump()` once a frame, and `stop()` at the end. Call all
    methods on one thread, the game's; listeners are called on it too. A wrong argument raises ArgumentError. A
    failure in the background is reported by a signal and a line on the "uwclient" logger; it never raises an
    exception in the game.

    None selects the default of every argument except the first two.

    Args:
        api_key: the key from the API settings page of your app.
        player_id: your own id for the player.
        environment_stage: the type of the environment: "live", "qa" or "dev" (which cannot open sessions).
        environment_group: the group of that environment, if the studio has more than one.
        host: the platform's address, scheme, name and port; https, except on this machine.
        secret_key: your company's secret key, if request hashing is on; every request is then signed with the
            request hash `enc` (guide: Request Hashing).
        data_dir: the folder for the client's files; None selects the user's application data folder. A relative
            path is resolved now, against the current working folder; `~` is the user's home.
        language: ISO 639-1 code such as "en"; None selects the system's.
        country: ISO 3166-1 code such as "US"; None selects the system's.
        timezone: IANA name such as "Europe/Paris"; None selects the system's.
        allow_insecure: whether plain http to another machine is accepted, for a test network.
        threaded: False runs background work inside `pump()`, step by step, without a thread; for tests.
        time_source: the clock to use instead of the system's; for tests.

    Raises:
        ArgumentError: an argument has a wrong type or value.

    """

    _shared: ClassVar[UserWise | None] = None
    _interpreter_ends = staticmethod(sys.is_finalizing)  # here, as the names of modules may be gone by then

    def __init__(
        self,
        api_key: str,
        player_id: str,
        environment_stage: str | None = "live",
        *,
        environment_group: str | None = "default",
        host: str | None = DEFAULT_HOST,
        secret_key: str | None = None,
        data_dir: str | os.PathLike[str] | None = None,
        language: str | None = None,
        country: str | None = None,
        timezone: str | None = None,
        allow_insecure: bool | None = False,
        threaded: bool | None = True,
        time_source: TimeSource | None = None,
    ) -> None:
        import random  # after the import of uwclient, which is to be cheap

        super().__init__()
        self._config = _config_of(
            Settings(
                api_key=api_key,
                player_id=player_id,
                environment_stage=environment_stage,
                environment_group=environment_group,
                host=host,
                secret_key=secret_key,
                data_dir=data_dir,
                language=language,
                country=country,
                timezone=timezone,
                allow_insecure=allow_insecure,
                threaded=threaded,
            )
        )
        self._time = time_source or SystemTime()
        self._rng = random.Random()  # noqa: S311 - jitter, not cryptography
        self._state = Lifecycle.NEW
        self._run: Run | None = None
        self._when_forgotten: weakref.finalize[..., UserWise] | None = None
        self._game_thread = GameThread()
        self._retired: list[Run] = []
        self._storage_failed = False
        self._wait_ends = 0.0  # when this pump has waited for long enough, if it is the pump that waits

        self._recorder = DiagnosticsRecorder(self._time.monotonic)
        self._outbox = _outbox_of(self._config)
        self._actions = Actions(self._outbox, self._time_of_action, self._delivery_wanted, self._report_storage)
        self._answer_log = _answer_log_of(self._config)
        self._answers = Answers(self._answer_log.folder, self._keep_answer)
        self._queries = PendingQueries(self._ask, self._answer)
        self._pending_refreshes = PendingRefreshes(self._time.monotonic)
        schedule: Schedule[Transition] = Schedule()
        tell = self._set_starts_before
        self.events = EventsModule(schedule, tell, self._reload_event, self._rng)
        self.messages = MessagesModule(schedule, tell, self._answers, self._actions)
        self.offers = OffersModule(schedule, tell, self._answers, self._actions)
        self.remote_configs = RemoteConfigsModule(schedule, tell)
        stage = Stage(self._open_page, self._time.monotonic, self._wake)
        self.surveys = SurveysModule(schedule, tell, self._answers, self._actions, self._queries, stage)
        self.emails = EmailsModule(self._actions)
        self._mailbox = Mailbox()
        self.push = PushModule(
            self._actions, self._queries, lambda payload: self._mailbox.post(notices.PushReceived(payload))
        )
        self.media = MediaModule(self._queries, lambda: self._config.allow_insecure, self._use_media)
        self._modules: dict[Kind, ContentModule[Any]] = {
            Kind.EVENTS: self.events,
            Kind.MESSAGES: self.messages,
            Kind.OFFERS: self.offers,
            Kind.REMOTE_CONFIGS: self.remote_configs,
            Kind.SURVEYS: self.surveys,
        }
        self.campaigns = CampaignsModule(self._modules, self._server_seconds, self._keep_counts)
        clock = ServerClock(self._time.wall(), self._time.monotonic())
        self._scheduler = ContentScheduler(self._modules, schedule, clock)
        parts = Parts(
            self._scheduler,
            self.campaigns,
            self.push,
            self._actions,
            self._answers,
            self._queries,
            self._pending_refreshes,
            self._recorder,
        )
        self._router = NoticeRouter(self, parts, self._number_waiting)
        self._pump = Pump(self._mailbox, self._time.monotonic, self._next_steps, self._next_due, self._recorder)
        self._diagnostics: Diagnostics | None = None
        UserWise._shared = self
        _clients.add(self)

    def __repr__(self) -> str:
        config = self._config
        return f"<UserWise: player {config.player_id!r} in {config.environment_stage!r}, {self._state.value}>"

    @classmethod
    def from_env(cls, *, time_source: TimeSource | None = None, **settings: Unpack[Settings]) -> Self:
        """Create a client with settings from environment variables, so that the code holds no key.

        UW_API_KEY and UW_PLAYER_ID are required; UW_ENVIRONMENT ("live", "qa" or "dev"), UW_HOST, UW_DATA_DIR and
        UW_SECRET_KEY are optional. An empty variable counts as not set.

        Args:
            time_source: as for `UserWise`.
            **settings: the arguments of `UserWise`, by name; they override the variables.

        Returns:
            The client.

        Raises:
            ArgumentError: a setting is missing or wrong; the message names the variable.
        """
        return cls(**settings_from(os.environ, settings), time_source=time_source)

    @classmethod
    def instance(cls) -> UserWise:
        """Return the client that was created last, for code that was not handed it.

        Raises:
            LifecycleError: no client was created yet.
        """
        if cls._shared is None:
            raise LifecycleError("There is no client yet: create one with UserWise(api_key=…, player_id=…) first.")
        return cls._shared

    @property
    def player_id(self) -> str:
        """Your own id for the player; `switch_player` changes it."""
        return self._config.player_id

    @property
    def environment_stage(self) -> str:
        """The type of the environment: "live", "qa" or "dev"."""
        return self._config.environment_stage

    @property
    def language(self) -> str | None:
        """The language of content (ISO 639-1), such as "en"; None when neither the game nor the system names one.

        Set it at any time, for instance from a language menu: the content is loaded again in that language. Setting
        None selects the system's language.

        Raises:
            ArgumentError: it is set to something that is no code of two letters.
        """
        return language_for(self._config)

    @language.setter
    def language(self, code: str | None) -> None:
        self._game_thread.calls()
        self._config = replace(self._config, language=code)
        if self._run is not None:
            self._run.use_settings(self._config)
            self._pump.wake()

    @property
    def session_id(self) -> str | None:
        """The platform's id of the session, or None while no session is open."""
        return self._router.session_id

    @property
    def is_session_initialized(self) -> bool:
        """Whether a session with the platform is open now."""
        return self.session_id is not None

    @property
    def is_running(self) -> bool:
        """Whether the client was started and not stopped since."""
        return self._state is Lifecycle.RUNNING

    @property
    def diagnostics(self) -> Diagnostics:
        """What the client is doing, for finding faults: state, counters and recent failures."""
        if self._diagnostics is None:
            from uwclient.diagnostics import Diagnostics  # imported when it is first used

            self._diagnostics = Diagnostics(self, self._recorder, self._scheduler, self._time, lambda: self._config)
        return self._diagnostics

    def now(self) -> datetime:
        """Return the platform's time (an aware datetime in UTC); changing the device's clock does not change it."""
        return moment_of(self._server_seconds())

    def start(self) -> None:
        """Start the client, also again after `stop()`. Does nothing while it is running.

        The first call imports the network stack, which takes about a tenth of a second; it does not wait for the
        network.
        """
        if self._state is Lifecycle.RUNNING or self._interpreter_ends():
            return
        self._game_thread.begin()
        self._begin_run()
        self._state = Lifecycle.RUNNING
        self._mailbox.post(notices.Started(session_initialized=False))

    def stop(self, timeout: float = 2.0) -> None:
        """Stop the client, and pump one last time; that sends `on_stop`. Does nothing when it is not running.

        With a session, most of the timeout may go into delivering the last actions of the player. What is not
        delivered in time is kept on disk for the next start. Records that are live stay live.

        It may be called at any time and on any thread: from `atexit`, from a signal handler, in a forked process.
        While the interpreter is shutting down, as in `__del__` at its end, it does nothing; nothing is lost, because
        the player's actions are on disk.

        Args:
            timeout: the maximum number of seconds to wait for the background thread, 0 or more.

        Raises:
            ArgumentError: the timeout is no number of seconds.
        """
        if self._interpreter_ends():
            return
        _check_timeout(timeout)
        if self._state is not Lifecycle.RUNNING:
            return
        self._state = Lifecycle.STOPPED
        self._game_thread.end()
        self.surveys.leave(LifecycleError(NO_ANSWER))
        self._finish_run(timeout * DELIVERY_SHARE)
        run = self._run
        self._retire_run()
        self._join_retired(timeout * (1.0 - DELIVERY_SHARE))
        if run is not None:
            self._recorder.waiting = run.waiting
        if run in self._retired and run is not None:
            left = self._outbox
            self._leave_outbox()
            self._outbox.references.update(left.references)
            self._actions.requeue(left.in_memory())
            run.keep_outbox()
        else:
            self._outbox.close()
        self.surveys.wait_closed(PAGES_GONE_WITHIN)
        self._pump.pump(None)
        self._actions.forget()
        self._mailbox.post(notices.Stopped())
        self._pump.pump(None)
        self._game_thread.end()

    def reconfigure(self, **changes: Unpack[Settings]) -> None:
        """Change settings before `start()`, for games that create their client when they are imported.

        Listeners stay connected. Actions that were recorded before are delivered with the new settings; if the
        player changes, they stay with the player who did them.

        Args:
            **changes: the arguments of `UserWise` that change, by name; None selects the default.

        Raises:
            LifecycleError: the client is running; nothing is changed.
            ArgumentError: a setting is wrong; nothing is changed.
        """
        from uwclient.disk.paths import player_folder

        if self._state is Lifecycle.RUNNING:
            raise LifecycleError(
                "reconfigure() cannot be called while the client is running: call it before start(), or after stop()."
            )
        settings: Any = settings_of(self._config) | changes
        config = _config_of(settings, None if "data_dir" in changes else self._config.data_root)
        if player_folder(config) == player_folder(self._config):
            self._config = config
            return
        left, is_same_player = self._outbox, config.player_id == self._config.player_id
        self._begin_elsewhere(config)
        if is_same_player:
            self._outbox.references.update(left.references)
            self._actions.requeue(list(left.waiting))
            self._recorder.waiting = len(left.waiting)
            left.discard()
        else:
            self._actions.forget()
            left.close()

    def pump(self, budget_ms: float | None = None) -> int:
        """Apply what the platform has sent and what is due, and send the signals; call it once a frame.

        Listeners and callbacks are called only in here, and the modules' records change only in here. A listener
        that is running is never interrupted.

        A client without a thread waits for the platform in here: at most ten seconds in one call, and no longer than
        the shortest timeout of a `refresh_content` that is in progress.

        Args:
            budget_ms: the number of milliseconds after which the rest waits for the next frame. None is half a
                millisecond, or no limit if the client has no thread; float("inf") is no limit.

        Returns:
            The number of signals sent.

        Raises:
            ArgumentError: the budget is no number of milliseconds.
        """
        if not self._config.threaded:
            self._wait_ends = time.monotonic() + LONGEST_WAIT
        if budget_ms is None:
            return self._pump.pump(self._default_budget)
        check_budget(budget_ms)
        return self._pump.pump(budget_ms)

    def refresh_content(self, callback: Callable[[bool], object] | None = None, timeout: float | None = None) -> None:
        """Have the player's segments computed again and all content loaded again, now instead of at the next poll.

        Args:
            callback: called once from `pump()` as `callback(ok)` when the refresh has ended, with False when it
                failed or timed out.
            timeout: seconds after which the refresh counts as failed, 0 or more; None waits without a limit.

        Raises:
            LifecycleError: the client is not running.
            ArgumentError: an argument is wrong.
        """
        if self._run is None:
            raise LifecycleError("refresh_content() needs a running client: call start() first.")
        self._game_thread.calls()
        check_callback(callback)
        if timeout is not None:
            _check_timeout(timeout)
        self._run.refresh(self._pending_refreshes.begin(callback, timeout))
        self._pump.wake()

    def switch_player(self, player_id: str) -> None:
        """Switch to another player, whose content is loaded next. Does nothing for the current player.

        The next `pump()` sends `on_inactive` for every record that was live. Actions of the previous player that are
        not delivered yet are kept on disk, and delivered as theirs. A survey in progress is closed.

        Args:
            player_id: your own id for the player: text that is not empty, without control characters.

        Raises:
            ArgumentError: the id cannot be used; the player is not switched.
        """
        check_player_id(player_id)
        if player_id == self._config.player_id:
            return
        self._game_thread.calls()
        self.surveys.leave(LifecycleError(NO_ANSWER))
        if self._run is not None:
            self._run.leave()
            self._retire_run()
        else:
            self._outbox.close()
        self._begin_elsewhere(replace(self._config, player_id=player_id))
        self._actions.forget()
        if self._state is Lifecycle.RUNNING:
            self._begin_run()

    def assign_event(self, event: PlayerEvent, callback: Callback = None) -> None:
        """Record that the player has done something, or that something happened to them.

        Like every action of the player, it is on disk when the call returns. Actions are delivered in order, as soon
        as there is a connection, in this run or a later one. Documentation: section Session Player Events.

        Args:
            event: its id and its attributes. The id need not be known to the platform. At most 100 attributes; an
                integer must fit into 64 bits; the whole action is at most 64 KB of JSON.
            callback: called once from `pump()` as `callback(ok)`: True when the platform has accepted the action,
                False when it has refused it, or when it was dropped. It is not called when the client is stopped, or
                switched to another player, before that.

        Raises:
            ArgumentError: a value cannot be sent; nothing is recorded.
        """
        self._record(ActionKind.EVENT, event_body(event), callback)

    def set_attributes(self, attributes: Attributes, callback: Callback = None) -> None:
        """Set attributes of the player, which segments and campaigns are targeted by.

        It is recorded and delivered like `assign_event`. Documentation: section Session Player Attributes.

        Args:
            attributes: a mapping of names to values, or a list of PlayerAttribute; 1 to 100 of them, together at most
                64 KB of JSON. A value is a bool, an int that fits into 64 bits, a finite float, text, or a datetime
                with a time zone. Its data type is that of the value; use PlayerAttribute to choose another.
            callback: called as by `assign_event`.

        Raises:
            ArgumentError: a value cannot be sent; nothing is recorded.
        """
        self._record(ActionKind.ATTRIBUTES, attributes_body(attributes), callback)

    def transition_to_region(self, region: Region, callback: Callback = None) -> None:
        """Record that the player has entered another region of the game, such as the shop.

        It is recorded and delivered like `assign_event`.

        Args:
            region: its name and its metadata; the metadata has the limits of an event's attributes.
            callback: called as by `assign_event`.

        Raises:
            ArgumentError: a value cannot be sent; nothing is recorded.
        """
        self._record(ActionKind.REGION, region_body(region), callback)

    def set_engagement_outcome(self, key: str, outcome_type: OutcomeType | str, callback: Callback = None) -> None:
        """Record how the player engaged with content; a journey may go on by it.

        It is recorded and delivered like `assign_event`. Documentation: guide Journeys, Engagement Outcome Edges.

        Args:
            key: the key of the engagement outcome, as it was set up on the platform.
            outcome_type: the type of content: "campaign_event", "offer", "message", "push_notification" or "email".
            callback: called as by `assign_event`.

        Raises:
            ArgumentError: the key is empty, or there is no such type; nothing is recorded.
        """
        self._actions.record(ActionKind.OUTCOME, outcome_text(key, outcome_type), callback)

    # Wiring.

    def _record(self, kind: ActionKind, body: Any, callback: Callback) -> None:
        """Queue an action, together with the firings of the campaigns that it triggers."""
        check_callback(callback)
        text = action_text(body)
        firings = self.campaigns.trigger(kind, body) if self.is_running else ()
        if firings:
            kind, text = TRIGGERING[kind], with_firings(text, firings)
            self._pump.interrupt(self.campaigns.show_triggered())
        self._actions.record(kind, text, callback)

    def _begin_elsewhere(self, config: Config) -> None:
        """Switch to another player or data folder; the records that are live belong to the previous one."""
        self._config = config
        self._leave_outbox()
        self._answer_log = _answer_log_of(config)
        self._answers.use(self._answer_log.folder)
        self._recorder.begin(config.player_id)
        self.offers.forget_impressions()
        self.push.forget()
        self._scheduler.player_left()
        self.campaigns.player_left()
        self._pump.wake()

    def _keep_counts(self, counts: dict[str, Any]) -> None:
        if self._run is not None:
            self._run.keep_counts(counts)

    def _keep_answer(self, text: bytes) -> None:
        try:
            self._answer_log.append(text)
        except StorageError as error:
            self._report_storage(error)

    def _forget_parent(self) -> None:
        """Stop this copy of the client, in a forked process: its thread is gone, and its files are the parent's."""
        if self._state is Lifecycle.RUNNING:
            self._state = Lifecycle.STOPPED
        if self._when_forgotten is not None:
            self._when_forgotten.detach()
        self._game_thread.end()
        self._run = None
        self._retired = []
        self._router.session_id = None
        self._mailbox.forget_parent()
        self._pump.drop()
        self.surveys.forget()
        self.media.begin()
        self._leave_outbox()
        self._actions.forget()

    def _server_seconds(self) -> float:
        return self._scheduler.clock.now(self._time.monotonic())

    def _leave_outbox(self) -> None:
        """Open a new outbox; the old one is left to the run that still uses it, if there is one."""
        self._outbox = _outbox_of(self._config)
        self._actions.use(self._outbox)

    def _time_of_action(self) -> tuple[float, bool]:
        monotonic = self._time.monotonic()
        return self._scheduler.clock.now(monotonic), self._scheduler.clock.is_sure(monotonic, self._time.wall())

    def _number_waiting(self) -> tuple[int, int] | None:
        return None if self._run is None else (self._run.waiting, self._run.set_aside)

    def _delivery_wanted(self) -> None:
        self._game_thread.calls()
        if self._run is None:
            self._recorder.waiting += 1
            return
        self._recorder.waiting = self._run.waiting
        self._run.deliver()
        if not self._config.threaded:
            self._pump.wake()

    def _report_storage(self, error: StorageError) -> None:
        if not self._storage_failed:
            logger().warning("%s", error)
            self._mailbox.post(notices.StorageFailed(error))
        self._storage_failed = True

    @property
    def _default_budget(self) -> float | None:
        return FRAME_BUDGET_MS if self._config.threaded else None

    def _begin_run(self) -> None:
        from uwclient.background.run import Run

        self._retired = [run for run in self._retired if not run.join(0.0)]
        self._scheduler.begin(self._time.monotonic())
        self.campaigns.begin()
        self._pump.drop()
        self._recorder.begin(self._config.player_id)
        mailbox = self._mailbox
        self._run = Run(self._config, self._outbox, self._time, self._rng, mailbox.new_generation, mailbox.post)
        for run in self._retired:
            if run.folder == self._run.folder:  # the same player has come back
                self._run.follow(run)
        for kind, module in self._modules.items():
            if module.upcoming_starts_before is not None:
                self._run.set_starts_before(kind, module.upcoming_starts_before)
        self.media.begin()
        self._use_media(self.media.settings)
        self._recorder.waiting = self._run.waiting
        self._when_forgotten = weakref.finalize(self, self._run.abandon)
        self._when_forgotten.atexit = False
        self._run.start()

    def _retire_run(self) -> None:
        """Detach the run: what it still posts is ignored."""
        if self._run is None:
            return
        if self._when_forgotten is not None:
            self._when_forgotten.detach()
        self._retired.append(self._run)
        self._run = None
        self._router.session_id = None
        self._pump.drop()
        self._mailbox.new_generation()  # which no run has: what this run still posts is ignored
        for ticket in self._pending_refreshes.waiting:
            self._mailbox.post(notices.RefreshFinished(ticket, ok=False))
        self._queries.give_up(LifecycleError(NO_ANSWER))

    def _finish_run(self, timeout: float) -> None:
        """Deliver the queued actions, for at most `timeout` seconds and until the first failure."""
        if self._run is not None and self._run.has_waiting:
            self._run.finish(timeout)

    def _join_retired(self, timeout: float) -> None:
        ends = time.monotonic() + timeout
        for run in self._retired:
            run.end()
        self._retired = [run for run in self._retired if not run.join(ends - time.monotonic())]
        if self._retired and timeout > 0:
            logger().warning("A request still hangs after %.1f s; its thread ends when the request does.", timeout)

    def _ask(self, ticket: int, ask: Query | MediaQuery) -> None:
        self._game_thread.calls()
        if self._run is None:
            error = LifecycleError("The client is not running: call start() first.")
            self._pump.leave(notices.Answered(ticket, Answer(error=error)))
            return
        if isinstance(ask, (MediaInfoWanted, MediaBytesWanted)):
            self._run.ask_media(ticket, ask)
        else:
            self._run.ask(ticket, ask)
        self._pump.wake()

    def _answer(self, ticket: int, answer: Answer) -> None:
        self._mailbox.post(notices.Answered(ticket, answer))

    def _open_page(self, showing: PageHandle) -> None:
        if self._run is not None:
            self._run.open_page(showing.open)
            self._pump.wake()

    def _wake(self) -> None:
        self._pump.wake()

    def _use_media(self, settings: MediaSettings) -> None:
        if self._run is not None:
            shown: tuple[Record, ...] = ()
            if settings.prefetch:
                listed = (*self.messages.active, *self.messages.upcoming, *self.offers.active, *self.offers.upcoming)
                shown = (*listed, *(record for one in self.campaigns.loaded for _, record in one.content))
            self._run.use_media(settings, shown)
            self._pump.wake()

    def _reload_event(self, event_id: str) -> None:
        if self._run is not None:
            self._run.reload_event(event_id)

    def _set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        if self._run is not None:
            self._run.set_starts_before(kind, moment)

    def _next_due(self) -> float:
        run = self._run
        if run is None:
            return float("inf")
        return min(run.next_due, self._pending_refreshes.next_due, self._scheduler.next_due, self.surveys.next_due)

    def _do_background_work(self) -> None:
        """Run the due background steps on this thread, until this pump has waited its maximum for the network."""
        while self._run is not None and self._run.next_due <= (now := self._time.monotonic()):
            began = time.monotonic()
            self._wait_ends = min(self._wait_ends, began + max(0.0, self._pending_refreshes.next_due - now))
            if not self._config.threaded and began >= self._wait_ends:
                return
            self._run.step(self._wait_ends - began)

    def _next_steps(self) -> Iterator[int] | None:
        """The next work of this frame: departures, triggered campaigns, the survey's page, a notice, what is due."""
        self._game_thread.pumps()
        self._do_background_work()
        now = self._time.monotonic()
        farewells = self._scheduler.next_departures()
        if farewells is not None:
            return farewells
        if self.campaigns.has_triggered:
            return self.campaigns.show_triggered()
        look_at_page = self.surveys.next_steps(now)
        if look_at_page is not None:
            return look_at_page
        notice = self._mailbox.take()
        if notice is not None:
            return self._router.take(notice, now)
        if self._run is None:
            return None
        return self._pending_refreshes.next_overdue(now) or self._scheduler.next_due_steps(now)


def _check_timeout(timeout: object) -> None:
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise ArgumentError("timeout must be a number of seconds, 0 or more.")


def _config_of(settings: Settings, data_root: str | None = None) -> Config:
    """The checked settings, with the data folder resolved now, unless `data_root` is given."""
    from uwclient.disk.paths import root_of

    config = checked_config(settings)
    return replace(config, data_root=data_root or str(root_of(config)))


def _outbox_of(config: Config) -> Outbox:
    from uwclient.disk.outbox import Outbox
    from uwclient.disk.paths import player_folder

    return Outbox(player_folder(config) / "outbox")


def _answer_log_of(config: Config) -> AnswerLog:
    from uwclient.disk.answers import AnswerLog
    from uwclient.disk.paths import player_folder

    return AnswerLog(player_folder(config))


_clients: weakref.WeakSet[UserWise] = weakref.WeakSet()


def _take_pages_away() -> None:
    """Close the surveys' pages at the end of an interpreter that did not call `stop()`."""
    for client in list(_clients):
        client.surveys.leave(LifecycleError(NO_ANSWER))
        client.surveys.wait_closed(PAGES_GONE_WITHIN)


atexit.register(_take_pages_away)


def _forget_parents() -> None:
    for client in list(_clients):
        client._forget_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parents)
