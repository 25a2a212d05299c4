"""The runs of one client: the one that lasts, those that still end, and the files that pass from one to the next.

Importing this is cheap: what a run is made of is imported with the first one.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uwclient.config import Config
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.dice import Dice
from uwclient.disk.answers import AnswerLog
from uwclient.disk.outbox import Outbox
from uwclient.disk.paths import player_folder
from uwclient.errors import ArgumentError, LifecycleError, StorageError
from uwclient.game_thread import GameThread
from uwclient.log import logger
from uwclient.models.content import Kind, Record
from uwclient.models.media import MediaBytesWanted, MediaInfoWanted, MediaQuery, MediaSettings
from uwclient.models.notices import StorageFailed
from uwclient.models.pages import SurveyView
from uwclient.models.player import QueuedAction
from uwclient.models.queries import Query
from uwclient.pump import Mailbox
from uwclient.time_sources import RealTime, SystemTime, TimeSource

if TYPE_CHECKING:
    from uwclient.background.run import Run
    from uwclient.http.messages import Transport

LONGEST_WAIT = 10.0
"""The maximum number of seconds that one pump of a client without a thread waits for the network."""

DELIVERY_SHARE = 0.85
"""The share of the timeout of `stop()` that may go into delivering actions."""


class Seams(NamedTuple):
    """What a test may put in the place of this machine: its time, its dice, and the network (None: the real one)."""

    time_source: TimeSource
    dice: Dice
    transport: Transport | None

    @classmethod
    def of(cls, transport: Transport | None, time_source: TimeSource | None, seed: int | None) -> Seams:
        """Return what was given, and this machine for the rest. Raises ArgumentError for what cannot serve."""
        _check_has("transport", transport, "send")
        _check_has("time_source", time_source, "monotonic", "wall")
        if seed is not None and not isinstance(seed, int):
            raise ArgumentError("seed must be a whole number, or None for another one each time.")
        return cls(time_source or SystemTime(), Dice(seed), transport)


class RunManager:
    """The life of a client's runs. Each is one player's, from a start to the next stop.

    What the player does is kept in files here, with a run or without one. What is asked for that needs a run is left
    while none lasts.

    Attributes:
        config: the settings of the client; those of the run that lasts, too.
        outbox: the queue in which the player's actions wait, with a run or without one.
        is_stepped: whether a tool does the background work (`uwclient.stepping`), and no pump.

    """

    def __init__(
        self,
        config: Config,
        seams: Seams,
        mailbox: Mailbox,
        recorder: DiagnosticsRecorder,
        game_thread: GameThread,
        wake: Callable[[], None],
    ) -> None:
        self.config = config
        self._seams = seams
        self._mailbox = mailbox
        self._recorder = recorder
        self._game_thread = game_thread
        self._wake = wake
        self._monotonic = seams.time_source.monotonic
        self._run: Run | None = None
        self._retired: list[Run] = []
        self._when_dropped: weakref.finalize[..., RunManager] | None = None
        self._storage_failed = False
        self.is_stepped = False
        self._wait_ends = 0.0  # when this pump has waited for long enough, if it is the pump that waits
        self._use_files(config)

    def _use_files(self, config: Config) -> None:
        folder = player_folder(config)
        self.outbox = Outbox(folder / "outbox", self._seams.dice)
        self._answer_log = AnswerLog(folder)

    # The life of runs.

    @property
    def has_run(self) -> bool:
        """Whether a run lasts."""
        return self._run is not None

    @property
    def run(self) -> Run | None:
        """The run that lasts, if one does."""
        return self._run

    def start(
        self,
        starts_before: Mapping[Kind, datetime],
        media: MediaSettings,
        shown: tuple[Record, ...],
    ) -> None:
        """Begin a run with what the game has asked for; `shown` are the records whose images it wants."""
        from uwclient.background.run import Ports, Run

        self._retired = [run for run in self._retired if not run.join(0.0)]
        folder = player_folder(self.config)
        of_this_player = [run for run in self._retired if run.folder == folder]
        ports = Ports(*self._seams, self._mailbox.new_generation, self._mailbox.post)
        self._run = Run(self.config, self.outbox, ports, of_this_player)
        for kind, moment in starts_before.items():
            self._run.set_starts_before(kind, moment)
        self._run.use_media(media, shown)
        self._recorder.waiting = max(self._recorder.waiting, self._run.waiting)  # it has not read what was left yet
        self._when_dropped = weakref.finalize(self, self._run.abandon)
        self._when_dropped.atexit = False
        self._run.start()

    def stop(self, timeout: float) -> None:
        """End the run: deliver as long as that goes well within `timeout` seconds, then wait for its threads."""
        run = self._run
        if run is None:
            return
        if run.has_waiting:
            run.finish(timeout * DELIVERY_SHARE)
        self._retire(run)
        self._join_retired(timeout * (1.0 - DELIVERY_SHARE))
        self._recorder.waiting = run.waiting
        if run in self._retired:  # it still uses its queue
            left, self.outbox = self.outbox, Outbox(run.folder / "outbox", self._seams.dice)
            self.outbox.references.update(left.references)
            self._requeue(left.in_memory())
            run.keep_outbox()
        else:
            self.outbox.close()

    def switch_player(self, config: Config) -> None:
        """The player goes, and another one is played by these settings; the run that lasted ends by itself."""
        run = self._run
        if run is not None:
            run.finish_alone()
            self._retire(run)
        else:
            self.outbox.close()
        self.config = config
        self._use_files(config)

    def move(self, config: Config) -> int:
        """Go on with other settings, with no run; what the same player did goes where their files are now.

        Returns how many of their actions wait there.
        """
        left, is_same_player = self.outbox, config.player_id == self.config.player_id
        self.config = config
        self._use_files(config)
        if not is_same_player:
            left.close()
            return 0
        self.outbox.references.update(left.references)
        self._requeue(left.waiting)
        left.discard()
        return len(self.outbox.waiting)

    def reset_after_fork(self) -> None:
        """In a forked process: the runs are the parent's, and so are its files."""
        if self._when_dropped is not None:
            self._when_dropped.detach()
        self._run = None
        self._retired = []
        self._recorder.waiting = 0
        self._mailbox.reset_after_fork()
        self._use_files(self.config)

    def abandon_files(self) -> None:
        """Let go of all files as they are, as the system does for a process that it ends."""
        if self._run is not None:
            self._run.abandon_files()
        self.outbox.abandon()

    def _retire(self, run: Run) -> None:
        """Hear no more of the run."""
        if self._when_dropped is not None:
            self._when_dropped.detach()
        self._retired.append(run)
        self._run = None
        self._mailbox.new_generation()  # which no run has: what this run still posts is ignored

    def _join_retired(self, timeout: float) -> None:
        ends = RealTime.monotonic() + timeout
        for run in self._retired:
            run.end()
        self._retired = [run for run in self._retired if not run.join(ends - RealTime.monotonic())]
        if self._retired and timeout > 0:
            logger().warning("A request still hangs after %.1f s; its thread ends when the request does.", timeout)

    def _requeue(self, actions: Iterable[QueuedAction]) -> None:
        for action in list(actions):
            try:
                self.outbox.append(action.kind, action.text, action.at, action.ticket, at_is_sure=action.at_is_sure)
            except StorageError as error:
                self.report_storage(error)

    # What the player does.

    def deliver(self) -> None:
        """Have what was appended delivered, by this run or a later one."""
        self._game_thread.check_call()
        self._recorder.waiting += 1  # what is delivered meanwhile is told by notices
        run = self._run
        if run is None:
            return
        run.deliver()
        if not self.config.threaded:
            self._wake()

    def keep_answer(self, text: bytes) -> None:
        """Keep what the player said to an offer, a message or a survey."""
        try:
            self._answer_log.append(text)
        except StorageError as error:
            self.report_storage(error)

    @property
    def folder(self) -> Path:
        """The player's folder."""
        return self._answer_log.folder

    def report_storage(self, error: StorageError) -> None:
        """Tell that the disk refuses something, once."""
        if not self._storage_failed:
            logger().warning("%s", error)
            self._mailbox.post(StorageFailed(error))
        self._storage_failed = True

    @property
    def number_waiting(self) -> tuple[int, int] | None:
        """How many actions wait for delivery, and how many of them were set aside; None without a run."""
        return None if self._run is None else (self._run.waiting, self._run.set_aside)

    # What the game asks for.

    def refresh(self, ticket: int) -> None:
        """Ask for a refresh; RefreshFinished(ticket) tells of its end."""
        if self._run is not None:
            self._run.refresh(ticket)
            self._wake()

    def ask(self, ticket: int, ask: Query | MediaQuery) -> None:
        """Ask the platform something; Answered(ticket, …) tells what came of it. LifecycleError without a run."""
        self._game_thread.check_call()
        if self._run is None:
            raise LifecycleError("The client is not running: call start() first.")
        if isinstance(ask, (MediaInfoWanted, MediaBytesWanted)):
            self._run.ask_media(ticket, ask)
        else:
            self._run.ask(ticket, ask)
        self._wake()

    def use_language(self, code: str | None) -> None:
        """Go on with another language."""
        self.config = replace(self.config, language=code)
        if self._run is not None:
            self._run.use_settings(self.config)
            self._wake()

    def use_media(self, settings: MediaSettings, shown: tuple[Record, ...]) -> None:
        """Go on with what the game has said about media; `shown` are the records whose images it wants."""
        if self._run is not None:
            self._run.use_media(settings, shown)
            self._wake()

    def open_page(self, open_with: Callable[[SurveyView], None]) -> None:
        """Have a survey's page opened."""
        if self._run is not None:
            self._run.open_page(open_with)
            self._wake()

    def reload_event(self, event_id: str) -> None:
        """Ask for one event again."""
        if self._run is not None:
            self._run.reload_event(event_id)

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """Set up to which moment upcoming records are loaded."""
        if self._run is not None:
            self._run.set_starts_before(kind, moment)

    def keep_counts(self, counts: dict[str, Any]) -> None:
        """Have counts of campaigns kept on disk, with those that have not changed; None for those that are gone."""
        if self._run is not None:
            self._run.keep_counts(counts)

    # The work of a client without a thread.

    @property
    def next_due(self) -> float:
        """The monotonic moment of the next step that a pump has to do; infinity when it has none."""
        return float("inf") if self._run is None or self.is_stepped else self._run.next_due

    def start_pump(self) -> None:
        """A pump begins, and may wait for the network as long as one may."""
        self._wait_ends = RealTime.monotonic() + LONGEST_WAIT

    def do_due(self, latest: float) -> None:
        """Do what is due on this thread, unless this pump has waited for long enough, or waits beyond `latest`."""
        while self._run is not None and self.next_due <= (now := self._monotonic()):
            began = RealTime.monotonic()
            self._wait_ends = min(self._wait_ends, began + max(0.0, latest - now))
            if not self.config.threaded and began >= self._wait_ends:
                return
            self._run.step(self._wait_ends - began)


def _check_has(name: str, value: object, *methods: str) -> None:
    """Raise ArgumentError for what is neither None nor has these methods."""
    if value is not None and not all(callable(getattr(value, method, None)) for method in methods):
        wanted = " and ".join(f"{method}()" for method in methods)
        raise ArgumentError(f"{name} must be an object with {wanted}, or None.")
