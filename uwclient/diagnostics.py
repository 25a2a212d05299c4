"""The state of a client, for games and test tools: `uw.diagnostics`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, Protocol

from uwclient.config import Config
from uwclient.diagnostics_recorder import FRAMES, DiagnosticsRecorder
from uwclient.log import recent_lines
from uwclient.models.diagnosis import (
    ClockStatus,
    DeliveryStatus,
    FrameCost,
    FramePart,
    ListenerCost,
    ModuleStatus,
    RefreshStatus,
    RequestStatus,
    ScheduledChange,
    SentSignal,
    SessionStatus,
    SlowFrame,
)
from uwclient.modules.base import ContentModule
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.rules.clock import moment_of
from uwclient.time_sources import TimeSource

if TYPE_CHECKING:
    from pathlib import Path

    from uwclient.frame_profile import Ran

MOST_RECORDS = 500
"""The maximum number of records of each module in a snapshot."""


class Client(Protocol):
    """The part of the client that is read here."""

    @property
    def is_running(self) -> bool:
        """Whether the client was started, and not stopped since."""

    @property
    def session_id(self) -> str | None:
        """The platform's id of the session, or None."""


class Diagnostics:
    """What a client is doing. Reading it changes nothing; read it on the game's thread, at any time.

    Everything is as of the last `pump()`, except countdowns, which are computed when they are read. Reading takes a
    few microseconds.
    """

    def __init__(
        self,
        client: Client,
        recorder: DiagnosticsRecorder,
        scheduler: ContentScheduler,
        time_source: TimeSource,
        config: Callable[[], Config],
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._scheduler = scheduler
        self._time = time_source
        self._config = config

    @property
    def session(self) -> SessionStatus:
        """The state of the session."""
        error = self._recorder.session_error
        session_id = self._client.session_id
        if not self._client.is_running:
            state = "stopped"
        elif session_id is not None:
            state = "open"
        else:
            state = "opening" if error is None else "failed"
        return SessionStatus(state, session_id, error)

    @property
    def clock(self) -> ClockStatus:
        """The client's estimate of the platform's time."""
        clock = self._scheduler.clock
        return ClockStatus(clock.now(self._time.monotonic()) - self._time.wall(), clock.is_synchronized)

    @property
    def next_change(self) -> ScheduledChange | None:
        """The next record that goes live or ends, or None if nothing is scheduled."""
        change = self._scheduler.next_change
        if change is None:
            return None
        kind, record, happens, instant = change
        left = max(0.0, instant - self._scheduler.clock.now(self._time.monotonic()))
        return ScheduledChange(kind.value, record.id, record.name, happens, moment_of(instant), left)

    @property
    def refresh(self) -> RefreshStatus:
        """The last and the next refresh of the content."""
        if self._recorder.refresh is None:
            return RefreshStatus(None, False, None, 0)
        heard, ended = self._recorder.refresh
        next_at = self._moment(ended.next_at) if self._client.is_running else None
        return RefreshStatus(self._moment(heard), ended.ok, next_at, ended.failures)

    @property
    def modules(self) -> tuple[ModuleStatus, ...]:
        """The state of each content module."""
        return tuple(self._modules())

    @property
    def delivery(self) -> DeliveryStatus:
        """The state of delivering the player's actions."""
        waiting = self._recorder.waiting
        if self._recorder.delivery is None:
            return DeliveryStatus(waiting, None, 0, False, None)
        heard, (number, ok, error) = self._recorder.delivery
        return DeliveryStatus(waiting, self._moment(heard), number, ok, None if error is None else str(error))

    @property
    def set_aside(self) -> int:
        """The number of waiting actions that were set aside: the platform replies to others, but not to them."""
        return self._recorder.set_aside

    @property
    def signals(self) -> tuple[SentSignal, ...]:
        """The last 20 signals, the newest last."""
        names = {id(value): name for name, value in vars(self._client).items() if not name.startswith("_")}
        names[id(self._client)] = "client"
        return tuple(
            SentSignal(self._moment(at), names.get(id(sender), type(sender).__name__), name, _about(details))
            for at, sender, name, details in self._recorder.signals
        )

    @property
    def requests(self) -> tuple[RequestStatus, ...]:
        """The last 50 requests that have ended, the newest last."""
        return tuple(
            RequestStatus(
                self._moment(made.sent),
                made.method,
                made.path,
                made.status,
                None if made.error is None else str(made.error),
                made.seconds * 1000.0,
            )
            for made in self._recorder.requests
        )

    @property
    def slowest_listeners(self) -> tuple[ListenerCost, ...]:
        """The listeners and callbacks of the game, the one with the longest call first."""
        costs = [
            ListenerCost(name, calls, total * 1000.0, worst * 1000.0)
            for name, (calls, total, worst) in self._recorder.listeners.items()
        ]
        return tuple(sorted(costs, key=lambda cost: cost.worst_ms, reverse=True))

    @property
    def frames(self) -> FrameCost:
        """The time that `pump()` has taken in the last 600 frames."""
        last_frame = self._recorder.frame
        frames = min(last_frame, FRAMES)
        times = zip(self._recorder.busy_frames, self._recorder.busy_seconds, strict=True)
        busy = sorted(seconds for frame, seconds in times if frame > last_frame - frames)
        costs = [0.0] * (frames - len(busy)) + busy
        if not costs:
            return FrameCost(0.0, 0.0, 0.0, 0.0, 0, 0)
        median, p99, worst = (1000.0 * costs[round((frames - 1) * share)] for share in (0.5, 0.99, 1.0))
        last = 1000.0 * self._recorder.busy_seconds[-1] if self._recorder.busy_seconds else 0.0
        return FrameCost(last, median, p99, worst, frames, frames - len(busy))

    @property
    def slow_frames(self) -> tuple[SlowFrame, ...]:
        """The ten slowest frames of the last minute, the slowest first, and what ran in each.

        Frames are watched from the first time that this is read until a minute after the last; before that there are
        none, and it costs nothing.
        """
        return tuple(
            SlowFrame(ago, frame.seconds * 1000.0, _summed(frame.parts))
            for ago, frame in self._recorder.slow_frames()
        )

    def record_work(self, what: str, seconds: float) -> None:
        """Record work of this frame for `slow_frames`, such as the game's own drawing.

        Cards and the overlay record their "drawing". Nothing is kept while nobody reads `slow_frames`.

        Args:
            what: a few words that name the work.
            seconds: how long it took.
        """
        if self._recorder.profile is not None:
            self._recorder.profile.record_work(what, seconds)

    def snapshot(self) -> dict[str, Any]:
        """Return everything for a bug report, including the last lines of the "uwclient" log, without secrets.

        What may identify the player is replaced by the beginning of its SHA-256: the ids of player and session, and
        long runs of letters and digits, such as a device token. Who knows an id can find it that way. The API key,
        the secret key, request hashes, e-mail addresses, the home folder and the contents of refused actions are
        removed.

        Returns:
            A dict of JSON values.
        """
        from uwclient.bug_report import Cleaner, describe_environment

        config = self._config()
        told = {
            "taken_at": self._moment(self._time.monotonic()),
            **describe_environment(config),
            "session": self.session,
            "clock": self.clock,
            "next_change": self.next_change,
            "refresh": self.refresh,
            "delivery": self.delivery,
            "modules": self.modules,
            "records": {kind.value: _listed(module) for kind, module in self._scheduler.modules.items()},
            "signals": self.signals,
            "requests": self.requests,
            "slowest_listeners": self.slowest_listeners,
            "frames": self.frames,
            "log": tuple(recent_lines()),
        }
        clean: dict[str, Any] = Cleaner(config, self._recorder).clean(told)
        return clean

    def export(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write `snapshot()` to a file that only the user of this machine can read.

        Args:
            path: a file, if it ends in .json; else a folder, created if it does not exist, in which a file with a new
                name is written. None selects the client's `data_dir`, or the current folder if it has none. A
                relative path is resolved against the current folder.

        Returns:
            The path of the file.

        Raises:
            ArgumentError: the path is none.
            StorageError: the file cannot be written.
        """
        from uwclient.bug_report import write_report

        return write_report(self.snapshot(), path, _reports_folder(self._config()))

    def _modules(self) -> Iterator[ModuleStatus]:
        recorder = self._recorder
        for kind, module in self._scheduler.modules.items():
            left_out = recorder.left_out.get(kind)
            yield ModuleStatus(
                kind.value,
                len(module.active),
                len(module.upcoming),
                recorder.sources.get(kind, ""),
                recorder.failures.get(kind),
                0 if left_out is None else left_out.number,
                () if left_out is None else left_out.reasons,
            )

    def _moment(self, monotonic: float) -> datetime:
        return moment_of(self._scheduler.clock.now(monotonic))


def _summed(parts: Iterable[Ran]) -> tuple[FramePart, ...]:
    """What ran in a frame, by its name, what took longest first."""
    sums: dict[str, tuple[int, float]] = {}
    for what, seconds in tuple(parts):
        calls, total = sums.get(what, (0, 0.0))
        sums[what] = (calls + 1, total + seconds)
    named = [FramePart(what, calls, total * 1000.0) for what, (calls, total) in sums.items()]
    return tuple(sorted(named, key=lambda part: part.milliseconds, reverse=True))


def _reports_folder(config: Config) -> str:
    from uwclient.disk.paths import root_of

    return "." if config.data_dir is None else str(root_of(config))


def _about(details: Any) -> str:
    """Format the details of a signal in a few words."""
    said = (_in_words(name, value) for name, value in details.items() if name != "previous")
    return " ".join(filter(None, said))


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else ""
    if name == "error":
        return str(value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return " ".join(str(entry) for entry in value)
    told = getattr(value, "id", None) or getattr(value, "kind", None)
    if isinstance(told, str):
        return told
    return f"{name}={value}"


def _listed(module: ContentModule[Any]) -> list[dict[str, Any]]:
    """List the records of a module."""
    states = chain(zip(module.active, repeat("active")), zip(module.upcoming, repeat("upcoming")))
    return [
        {"id": record.id, "name": record.name, "state": state, "start_at": record.start_at, "end_at": record.end_at}
        for record, state in islice(states, MOST_RECORDS)
    ]
