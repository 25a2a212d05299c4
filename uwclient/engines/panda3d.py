"""Live content in a Panda3D game: `attach(uw, base)` adds a task, messenger events, cards and the overlay."""

from __future__ import annotations

from typing import Any

try:
    import direct  # noqa: F401 - looked for first, so that its absence is explained
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "uwclient.engines.panda3d needs Panda3D: pip install 'uwclient[panda3d]'.", name=error.name
    ) from error

from uwclient import ArgumentError, UserWise
from uwclient.engines.panda3d_events import SignalMirror
from uwclient.engines.panda3d_screens import Screens
from uwclient.engines.ready_made import ready_made
from uwclient.time_sources import RealTime
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.theme import Theme

TASK = "uwclient"
SORT = 40
"""When the task runs: after the game's own and those of Panda3D, before `igLoop` (50) draws the frame."""


def attach(
    uw: UserWise,
    base: Any,
    *,
    ui: bool | LiveUI = True,
    theme: Theme = Theme(),  # noqa: B008 - frozen
    overlay: bool | Overlay = True,
    overlay_key: str = "f10",
    budget_ms: float = 0.5,
    mirror_signals: bool = True,
) -> PandaLoop:
    """Add live content to a Panda3D game: from now on a task pumps the client in each frame.

    It starts the client unless that is running. Call it on the thread that runs the tasks. `base.destroy()`, which
    Panda3D calls at the end of the program too, removes everything, as `PandaLoop.detach()` does.

    Args:
        uw: the client.
        base: the ShowBase of the game.
        ui: True draws ready-made cards for messages, offers and survey invites over the game's window; or a `LiveUI`
            that you made, with strings, priorities or kinds of your own.
        theme: the look of the cards, and their fonts; ignored with a `LiveUI` of your own.
        overlay: True lets a key open the debug overlay, which shows what the client is doing, for testers; or an
            `Overlay` that you made, with players to switch between. Pass False in releases.
        overlay_key: Panda3D's name of that key, such as "f10".
        budget_ms: milliseconds of a frame that the delivery of signals may take; the rest waits for the next frame.
        mirror_signals: send each signal as a messenger event too: `on_active` of `uw.offers` is "uw-offers-active",
            `on_session_initialized` of the client "uw-session-initialized". A handler gets the signal's details in
            their documented order: `self.accept("uw-offers-active", self.show_offer)` calls `show_offer(record)`.
            An exception in a handler is logged.

    Returns:
        What `attach` has added, to hold cards back and to remove it again.

    Raises:
        ArgumentError: for another `base`, a `budget_ms` below 0, and a theme whose text cannot be read.

    """
    if not hasattr(base, "taskMgr"):
        raise ArgumentError("attach() takes a client and the ShowBase of the game: attach(uw, base).")
    if isinstance(budget_ms, bool) or not isinstance(budget_ms, (int, float)) or not budget_ms >= 0:
        raise ArgumentError("budget_ms must be a number of milliseconds, 0 or more.")
    live_ui, debug_overlay = ready_made(uw, ui, overlay, theme)
    screens = Screens(base, live_ui, debug_overlay, overlay_key) if live_ui or debug_overlay else None
    return PandaLoop(uw, base, screens, SignalMirror(uw) if mirror_signals else None, budget_ms)


class PandaLoop:
    """Owns what `attach` adds to a Panda3D game: a task, listeners, and the cards and the overlay over its window.

    Attributes:
        ui: the cards and toasts; None with `ui=False`.
        overlay: the debug overlay; None with `overlay=False`.

    """

    def __init__(
        self, uw: UserWise, base: Any, screens: Screens | None, mirror: SignalMirror | None, budget_ms: float
    ) -> None:
        self.ui = None if screens is None else screens.ui
        self.overlay = None if screens is None else screens.overlay
        self._uw = uw
        self._diagnostics = uw.diagnostics  # loaded now, rather than in the first frame
        self._base = base
        self._screens = screens
        self._mirror = mirror
        self._budget_ms = budget_ms
        self._started = not uw.is_running
        uw.start()
        self._task = base.taskMgr.add(self._frame, TASK, sort=SORT)
        base.finalExitCallbacks.append(self.detach)

    @property
    def takes_input(self) -> bool:
        """Whether a card or the overlay is open and takes input: a game that polls its devices ignores them then."""
        return self._screens is not None and self._screens.is_open()

    def detach(self) -> None:
        """Remove everything that `attach` has added, and stop the client if `attach` has started it.

        The second call does nothing.
        """
        if self._task is None:
            return
        self._base.taskMgr.remove(self._task)
        self._task = None
        if self.detach in self._base.finalExitCallbacks:
            self._base.finalExitCallbacks.remove(self.detach)
        if self._started:
            self._uw.stop()
        if self._screens is not None:
            self._screens.close()
        if self._mirror is not None:
            self._mirror.close()

    def _frame(self, task: Any) -> Any:
        self._uw.pump(self._budget_ms)
        if self._screens is not None and self._task is not None:  # a listener may detach
            began = RealTime.monotonic()
            self._screens.update()
            self._diagnostics.record_work("drawing", RealTime.monotonic() - began)
        return task.cont
