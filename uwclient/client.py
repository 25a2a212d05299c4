"""The client that a game holds: its public face. It makes the parts, and leaves the work to them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from uwclient.background.run_manager import Seams
from uwclient.config import DEFAULT_HOST, Settings, check_player_id, settings_from
from uwclient.device import language_for
from uwclient.errors import ArgumentError, LifecycleError
from uwclient.frame_work import FrameWork
from uwclient.lifecycle import TIMEOUT_SENTENCE, Lifecycle, config_of
from uwclient.models.player import Attributes, OutcomeType, PlayerEvent, Region
from uwclient.modules.actions import Callback, check_callback
from uwclient.modules.player_actions import PlayerActions
from uwclient.notice_router import NoticeRouter
from uwclient.parts import Parts
from uwclient.pump import Pump, check_duration
from uwclient.rules.clock import SystemTime, TimeSource, moment_of
from uwclient.signals import ClientSignals

if TYPE_CHECKING:
    from uwclient.diagnostics import Diagnostics
    from uwclient.wire.messages import Transport

FRAME_BUDGET_MS = 0.5
"""What a pump may take by default while a worker thread delivers; the rest waits for the next frame."""


class UserWise(ClientSignals):
    """The UserWise platform in a game: live events, offers, messages, remote configs and surveys.

    Make one, connect listeners, call `start()`, then `pump()` once a frame, and `stop()` at the end. All methods
    and listeners belong to one thread, the game's. Wrong arguments raise ArgumentError; what goes wrong in the
    background is a signal and a line on the "uwclient" logger, never an exception in the game.

    None stands for the default of every argument but the first two.

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
        import random  # after the import of uwclient, which is to be cheap

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
        _check_has("transport", transport, "send")
        _check_has("time_source", time_source, "monotonic", "wall")
        if seed is not None and not isinstance(seed, int):
            raise ArgumentError("seed must be a whole number, or None for another one each time.")
        rng = random.Random(seed)  # noqa: S311 - jitter, not cryptography
        config = config_of(settings)
        seams = Seams(time_source or SystemTime(), rng, transport)
        parts = self._parts = Parts(config, seams, self._wake, lambda notice: self._pump.post_later(notice))
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

        They are UW_API_KEY and UW_PLAYER_ID, and where wanted UW_ENVIRONMENT ("live", "qa" or "dev"), UW_HOST,
        UW_DATA_DIR and UW_SECRET_KEY; an empty one counts as not set. Keyword arguments are those of the client, and
        go before. Raises ArgumentError, which names the variable, for what is missing or wrong.
        """
        given = settings_from(os.environ, settings)
        return cls(**given, transport=transport, time_source=time_source, seed=seed)

    @classmethod
    def instance(cls) -> UserWise:
        """The client that was made last, for code that was not handed it. LifecycleError before there is one."""
        if cls._shared is None:
            raise LifecycleError("There is no client yet: make one with UserWise(api_key=…, player_id=…) first.")
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
        """The language of content (ISO 639-1), such as "en"; None when neither the game nor the system has said any.

        It can be set at any time, for a language menu: session and content follow. None is what the system says.
        Raises ArgumentError when it is set to anything else.
        """
        return language_for(self._runs.config)

    @language.setter
    def language(self, code: str | None) -> None:
        self._parts.game_thread.calls()
        self._runs.use_language(code)

    @property
    def session_id(self) -> str | None:
        """The platform's id of the session, or None while there is none."""
        return self._router.session_id

    @property
    def is_session_initialized(self) -> bool:
        """Whether there is a session with the platform now."""
        return self.session_id is not None

    @property
    def is_running(self) -> bool:
        """Whether the client was started and not stopped since."""
        return self._life.is_running

    @property
    def diagnostics(self) -> Diagnostics:
        """What the client is doing, for whoever looks for a fault."""
        if self._diagnostics is None:
            from uwclient.diagnostics import Diagnostics  # not before somebody looks

            parts = self._parts
            self._diagnostics = Diagnostics(
                self, parts.recorder, parts.scheduler, parts.time_source, lambda: parts.runs.config
            )
        return self._diagnostics

    def now(self) -> datetime:
        """The platform's time, which the player cannot change (aware, UTC)."""
        return moment_of(self._parts.time.now())

    def start(self) -> None:
        """Start, or start again after a stop. Does nothing while running.

        Loads the network stack, which takes about a tenth of a second the first time; it waits for nothing else.
        """
        self._life.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Stop, waiting at most `timeout` seconds for the background thread. Does nothing when not running.

        With a session, most of that time may go into delivering what the player did last; what is not delivered
        then is kept for the next start. What is live stays as it is. Sends `on_stop`, in a last pump of its own.

        It may be called at any time and on any thread: from `atexit`, a signal's handler, a forked process. Once the
        interpreter has ended its threads, as in `__del__` at its end, there is nothing left to stop, and nothing is
        lost either: what the player did is on disk.
        """
        self._life.stop(timeout)

    def reconfigure(self, **changes: Unpack[Settings]) -> None:
        """Change settings before `start()`, for games that make their client when they are imported.

        The names are those of the arguments of the client, None stands for a default again, and listeners stay. What
        the player did since then goes where the settings say now; another player's stays theirs.
        Raises LifecycleError while the client runs, and ArgumentError for wrong values, and changes nothing then.
        """
        self._life.reconfigure(changes)

    def pump(self, budget_ms: float | None = None) -> int:
        """Deliver what the platform has sent and what has come due; call it once a frame.

        Listeners run in here, and what modules show changes in here, nowhere else. After `budget_ms` milliseconds
        the rest waits for the next frame; None is half a millisecond, or no limit when the client has no thread;
        float("inf") is no limit. A listener that is running is never interrupted. Returns the number of signals sent.

        A client without a thread waits for the platform in here, in one call at most ten seconds, and no longer than
        the shortest `timeout` of a `refresh_content` that has not ended.
        """
        threaded = self._runs.config.threaded
        if not threaded:
            self._runs.begin_pump()
        if budget_ms is None:
            return self._pump.pump(FRAME_BUDGET_MS if threaded else None)
        check_duration(budget_ms, "budget_ms must be a number of milliseconds, 0 or more, or None.")
        return self._pump.pump(budget_ms)

    def refresh_content(self, callback: Callable[[bool], object] | None = None, timeout: float | None = None) -> None:
        """Have the segments computed anew and all content loaded again, now instead of at the next poll.

        `callback(ok)` is called from `pump()` at the end, or with False after `timeout` seconds.
        Raises LifecycleError when the client is not running.
        """
        if not self._runs.has_run:
            raise LifecycleError("refresh_content() needs a running client: call start() first.")
        self._parts.game_thread.calls()
        check_callback(callback)
        if timeout is not None:
            check_duration(timeout, TIMEOUT_SENTENCE)
        self._runs.refresh(self._parts.refreshes.begin(callback, timeout))

    def switch_player(self, player_id: str) -> None:
        """Go on as another player. What was live for the last one ends in the next `pump()`."""
        check_player_id(player_id)
        if player_id != self.player_id:
            self._life.switch_player(player_id)

    def assign_event(self, event: PlayerEvent, callback: Callback = None) -> None:
        """Tell something that the player has done or that has happened to them (section Session Player Events).

        Like everything that the player does, it is on disk when the call returns, and is delivered in order, now or
        when there is a connection, in this run or a later one. `callback(ok)` is called from `pump()` when the
        platform has it, or has refused it, unless the client is stopped before. Raises ArgumentError for values that
        cannot be sent.
        """
        self._player_actions.assign_event(event, callback)

    def set_attributes(self, attributes: Attributes, callback: Callback = None) -> None:
        """Set attributes of the player (section Session Player Attributes): a mapping, or PlayerAttributes.

        The data type is that of the value; give a PlayerAttribute to say another. Raises ArgumentError for values
        that cannot be sent: no such type, a datetime without a time zone, a float that is not finite.
        """
        self._player_actions.set_attributes(attributes, callback)

    def transition_to_region(self, region: Region, callback: Callback = None) -> None:
        """Tell that the player has gone to another region of the game. Raises ArgumentError for wrong values."""
        self._player_actions.transition_to_region(region, callback)

    def set_engagement_outcome(self, key: str, outcome_type: OutcomeType | str, callback: Callback = None) -> None:
        """Tell how the player engaged with content (guide: Journeys, Engagement Outcome Edges).

        `outcome_type` is "campaign_event", "offer", "message", "push_notification" or "email"; else ArgumentError.
        """
        self._player_actions.set_engagement_outcome(key, outcome_type, callback)


def _check_has(name: str, value: object, *methods: str) -> None:
    """Raise ArgumentError for what is neither None nor has these methods."""
    if value is not None and not all(callable(getattr(value, method, None)) for method in methods):
        wanted = " and ".join(f"{method}()" for method in methods)
        raise ArgumentError(f"{name} must be an object with {wanted}, or None.")
