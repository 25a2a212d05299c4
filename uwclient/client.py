"""The client that a game holds: its public face. It makes the parts, and leaves the work to them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from uwclient.background.run_manager import Seams
from uwclient.config import DEFAULT_HOST, Settings, check_player_id, settings_from
from uwclient.device import language_for
from uwclient.errors import LifecycleError
from uwclient.frame_work import FrameWork
from uwclient.lifecycle import TIMEOUT_SENTENCE, Lifecycle, config_of
from uwclient.models.player import Attributes, OutcomeType, PlayerEvent, Region
from uwclient.modules.actions import Callback, check_callback
from uwclient.modules.player_actions import PlayerActions
from uwclient.notice_router import NoticeRouter
from uwclient.parts import Parts
from uwclient.pump import Pump, check_duration
from uwclient.rules.clock import moment_of
from uwclient.signals import ClientSignals
from uwclient.time_sources import TimeSource

if TYPE_CHECKING:
    from uwclient.diagnostics import Diagnostics
    from uwclient.http.messages import Transport

FRAME_BUDGET_MS = 0.5
"""Milliseconds that one pump may take by default, with a worker thread; the rest waits for the next frame."""


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
        environment_group: the group of that environment, where the studio has more than one.
        host: the platform's address; https, except on this machine.
        secret_key: adds the request hash `enc` to every request (guide: Request Hashing).
        data_dir: where to keep files; None is the user's application data folder. A relative path is seen from the
            working folder of now, whatever that is later; `~` is the user's home.
        language: ISO 639-1 code; None is what the system says.
        country: ISO 3166-1 code; None is what the system says.
        timezone: IANA name; None is what the system says.
        allow_insecure: accept plain http to another machine, for a test network.
        threaded: False runs background work inside `pump()`, step by step, with no thread: for tests.
        transport: what requests travel by, in place of connections of the client's own; for tests.
        time_source: where time comes from; for tests.
        seed: what random delays are drawn by, so that a run can be repeated; for tests.

    """

    _shared: ClassVar[UserWise | None] = None

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
        transport: Transport | None = None,
        time_source: TimeSource | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__()
        settings = Settings(
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
        seams = Seams.of(transport, time_source, seed)
        parts = self._parts = Parts(
            config_of(settings), seams, self._wake, lambda notice: self._pump.post_later(notice)
        )
        self.events = parts.events
        self.messages = parts.messages
        self.offers = parts.offers
        self.remote_configs = parts.remote_configs
        self.surveys = parts.surveys
        self.campaigns = parts.campaigns
        self.emails = parts.emails
        self.push = parts.push
        self.media = parts.media
        self._runs = parts.runs
        self._router = NoticeRouter(self, parts)
        work = FrameWork(parts, self._router)
        self._pump = Pump(parts.mailbox, parts.monotonic, work.next_steps, work.next_due, parts.recorder)
        self._player_actions = PlayerActions(parts.actions, parts.campaigns, parts.runs, self._pump.interrupt)
        self._life = Lifecycle(parts, self._pump, self._router)
        self._diagnostics: Diagnostics | None = None
        UserWise._shared = self

    def _wake(self) -> None:
        self._pump.wake()

    def __repr__(self) -> str:
        config = self._runs.config
        return f"<UserWise: player {config.player_id!r} in {config.environment_stage!r}, {self._life.state.value}>"

    @classmethod
    def from_env(
        cls,
        *,
        transport: Transport | None = None,
        time_source: TimeSource | None = None,
        seed: int | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """A client whose settings come from environment variables, so that no key need stand in the code.

        UW_API_KEY and UW_PLAYER_ID are required; UW_ENVIRONMENT ("live", "qa" or "dev"), UW_HOST, UW_DATA_DIR and
        UW_SECRET_KEY are optional. An empty variable counts as not set.

        Args:
            transport: as for `UserWise`.
            time_source: as for `UserWise`.
            seed: as for `UserWise`.
            **settings: the arguments of `UserWise`, by name; they override the variables.

        Returns:
            The client.

        Raises:
            ArgumentError: a setting is missing or wrong; the message names the variable.
        """
        given = settings_from(os.environ, settings)
        return cls(**given, transport=transport, time_source=time_source, seed=seed)

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
        return self._runs.config.player_id

    @property
    def environment_stage(self) -> str:
        """The type of the environment: "live", "qa" or "dev"."""
        return self._runs.config.environment_stage

    @property
    def language(self) -> str | None:
        """The language of content (ISO 639-1), such as "en"; None when neither the game nor the system names one.

        Set it at any time, for instance from a language menu: the content is loaded again in that language. Setting
        None selects the system's language.

        Raises:
            ArgumentError: it is set to something that is no code of two letters.
        """
        return language_for(self._runs.config)

    @language.setter
    def language(self, code: str | None) -> None:
        self._parts.game_thread.check_call()
        self._runs.use_language(code)

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
        return self._life.is_running

    @property
    def diagnostics(self) -> Diagnostics:
        """What the client is doing, for finding faults: state, counters and recent failures."""
        if self._diagnostics is None:
            from uwclient.diagnostics import Diagnostics  # imported when it is first used

            parts = self._parts
            self._diagnostics = Diagnostics(
                self, parts.recorder, parts.scheduler, parts.time_source, lambda: parts.runs.config
            )
        return self._diagnostics

    @property
    def time_source(self) -> TimeSource:
        """Where the client's time comes from: what it was given, or the clocks of this machine."""
        return self._parts.time_source

    def now(self) -> datetime:
        """Return the platform's time (an aware datetime in UTC); changing the device's clock does not change it."""
        return moment_of(self._parts.time.now())

    def start(self) -> None:
        """Start the client, also again after `stop()`. Does nothing while it is running.

        It waits neither for the network nor for the import of the network stack, which a thread does in small steps.
        """
        self._life.start()

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
        self._life.stop(timeout)

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
        self._life.reconfigure(changes)

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
        threaded = self._runs.config.threaded
        if not threaded:
            self._runs.start_pump()
        if budget_ms is None:
            return self._pump.pump(FRAME_BUDGET_MS if threaded else None)
        check_duration(budget_ms, "budget_ms must be a number of milliseconds, 0 or more, or None.")
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
        if not self._runs.has_run:
            raise LifecycleError("refresh_content() needs a running client: call start() first.")
        self._parts.game_thread.check_call()
        check_callback(callback)
        if timeout is not None:
            check_duration(timeout, TIMEOUT_SENTENCE)
        self._runs.refresh(self._parts.refreshes.add(callback, timeout))

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
        if player_id != self.player_id:
            self._life.switch_player(player_id)

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
        self._player_actions.assign_event(event, callback)

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
        self._player_actions.set_attributes(attributes, callback)

    def transition_to_region(self, region: Region, callback: Callback = None) -> None:
        """Record that the player has entered another region of the game, such as the shop.

        It is recorded and delivered like `assign_event`. Documentation: section Regions.

        Args:
            region: its name and its metadata; the metadata has the limits of an event's attributes.
            callback: called as by `assign_event`.

        Raises:
            ArgumentError: a value cannot be sent; nothing is recorded.
        """
        self._player_actions.transition_to_region(region, callback)

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
        self._player_actions.set_engagement_outcome(key, outcome_type, callback)
