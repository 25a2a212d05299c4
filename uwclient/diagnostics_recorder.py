"""Records the recent signals, requests, listeners, frames and failures for `uw.diagnostics`.

It runs on the game's thread, in a pump; the worker reports through the mailbox. The records are bounded, and are
formatted only when they are read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from uwclient.errors import RecordError
from uwclient.models import notices
from uwclient.models.content import Kind
from uwclient.models.player import ActionKind, PlayerAction

if TYPE_CHECKING:
    from uwclient.frame_profile import FrameProfile, WatchedFrame

SIGNALS = 20
REQUESTS = 50
FRAMES = 600
LISTENERS = 200
REFUSED = 20
IDENTITIES = 20


class Signalled(NamedTuple):
    """A signal that was sent, with its monotonic time."""

    at: float
    sender: object
    name: str
    details: Mapping[str, Any]


class Watcher(Protocol):
    """A tool that hears of everything as it happens."""

    def signal(self, name: str, sender: object, details: Mapping[str, Any]) -> None:
        """A signal is about to be sent to the listeners."""

    def action(self, kind: ActionKind, text: bytes) -> None:
        """The player has done something."""


class DiagnosticsRecorder:
    """The recent history of one client. Its parts write to it; `Diagnostics` reads it.

    Attributes:
        frame: how many pumps there were.
        busy_frames: the numbers of the pumps that had something to do.
        busy_seconds: how long each of them took. Of pairs the garbage collector would take note.
        profile: what watches the frames, while somebody looks at the slowest.
        waiting: how many actions waited for delivery at the last pump, and were recorded since.
        set_aside: how many of them were set aside.
        watcher: a tool that hears of signals and actions, or None.

    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.watcher: Watcher | None = None
        self.frame = 0
        self.profile: FrameProfile | None = None
        self.busy_frames: deque[int] = deque(maxlen=FRAMES)
        self.busy_seconds: deque[float] = deque(maxlen=FRAMES)
        self.signals: deque[Signalled] = deque(maxlen=SIGNALS)
        self.requests: deque[notices.RequestMade] = deque(maxlen=REQUESTS)
        self.listeners: dict[str, tuple[int, float, float]] = {}
        self.sessions: deque[str] = deque(maxlen=IDENTITIES)
        self.players: deque[str] = deque(maxlen=IDENTITIES)
        self.refused: deque[PlayerAction] = deque(maxlen=REFUSED)
        self.delivery: tuple[float, notices.Delivered] | None = None
        self.waiting = 0
        self._player_id = ""
        self._reset_run()

    def start_run(self, player_id: str) -> None:
        """Start a run, and reset the state of the last one; what the same player has left still waits."""
        if player_id != self._player_id:
            self.waiting = 0
            self._player_id = player_id
        if player_id not in self.players:
            self.players.append(player_id)
        self._reset_run()

    def _reset_run(self) -> None:
        self.set_aside = 0
        self.session_error: str | None = None
        self.refresh: tuple[float, notices.RefreshEnded] | None = None
        self.sources: dict[Kind, str] = {}
        self.failures: dict[Kind, str] = {}
        self.left_out: dict[Kind, notices.RecordsLeftOut] = {}

    def record_signal(self, name: str, sender: object, details: Mapping[str, Any]) -> None:
        """Record a signal."""
        if self.watcher is not None:
            self.watcher.signal(name, sender, details)
        if "error" in details:  # as text, because its traceback would keep objects alive
            details = {**details, "error": str(details["error"])}
        self.signals.append(Signalled(self._monotonic(), sender, name, details))

    def record_action(self, kind: ActionKind, text: bytes) -> None:
        """Record an action that the player has done, by its stored form."""
        if self.watcher is not None:
            self.watcher.action(kind, text)

    def record_call(self, name: str, seconds: float) -> None:
        """Record a call of a listener or a callback."""
        calls, total, worst = self.listeners.get(name, (0, 0.0, 0.0))
        if not calls and len(self.listeners) >= LISTENERS:
            del self.listeners[min(self.listeners, key=lambda known: self.listeners[known][2])]
        self.listeners[name] = (calls + 1, total + seconds, max(worst, seconds))
        if self.profile is not None:
            self.profile.record_work(name, seconds)

    def record_pump(self, seconds: float) -> None:
        """Record a pump that had something to do."""
        self.frame += 1
        self.busy_frames.append(self.frame)
        self.busy_seconds.append(seconds)
        if self.profile is not None:
            self.profile.record_work("pump", seconds)

    def frame_begins(self) -> None:
        """A pump begins while frames are watched."""
        if self.profile is not None and not self.profile.frame_begins():
            self.profile = None

    def slow_frames(self) -> list[tuple[float, WatchedFrame]]:
        """The slowest frames of the last minute, and how many seconds ago each began; this begins the watch."""
        from uwclient.frame_profile import FrameProfile  # most games never look

        if self.profile is None:
            self.profile = FrameProfile()
        return self.profile.look()

    def record_notice(self, notice: notices.Notice, now: float) -> None:
        """Record a notice of the worker, at this monotonic time."""
        match notice:
            case notices.RequestsMade(requests):
                self.requests.extend(requests)
            case notices.RefreshEnded(ok):
                self.refresh = now, notice
                if ok:
                    self.failures.clear()
            case notices.Delivered(number, _, error) if number or error is not None:
                self.delivery = now, notice
            case notices.ActionFailed(_, action, _):
                self.refused.append(action)
            case notices.CacheLoaded(changes):
                self.sources[changes.kind] = "cache"
            case notices.ContentLoaded(changes):
                self.sources[changes.kind] = "platform"
                self.failures.pop(changes.kind, None)
            case notices.LoadFailed(kind, error) if not isinstance(error, RecordError):
                self.failures[kind] = str(error)
            case notices.RecordsLeftOut(kind):
                self.left_out[kind] = notice
            case notices.SessionOpened(session_id):
                self.sessions.append(session_id)
                self.session_error = None
            case notices.SessionFailed(error):
                self.session_error = str(error)
