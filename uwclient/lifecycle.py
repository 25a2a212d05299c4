"""The life of a client: start, stop, another player, other settings, and the end of its process."""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from dataclasses import replace
from enum import Enum
from typing import Any

from uwclient.config import Config, Settings, checked_config, settings_of
from uwclient.disk.paths import player_folder, root_of
from uwclient.errors import LifecycleError
from uwclient.models import notices
from uwclient.notice_router import NoticeRouter
from uwclient.parts import Parts
from uwclient.pump import Pump, check_duration

PAGES_GONE_WITHIN = 1.0
"""The maximum number of seconds that `stop()` waits for a survey's page to close; it takes a few milliseconds."""

NO_ANSWER = "The client was stopped, or switched to another player, before the platform answered."

TIMEOUT_SENTENCE = "timeout must be a number of seconds, 0 or more."


class State(Enum):
    """The state of a client. A stopped client can be started again."""

    NEW = "new"
    RUNNING = "running"
    STOPPED = "stopped"


class Lifecycle:
    """The order in which the parts of a client begin and end. `UserWise` says what each method means to a game."""

    _interpreter_ends = staticmethod(sys.is_finalizing)  # here, as the names of modules may be gone by then

    def __init__(self, parts: Parts, pump: Pump, router: NoticeRouter) -> None:
        self._parts = parts
        self._pump = pump
        self._router = router
        self.state = State.NEW
        _living.add(self)

    @property
    def is_running(self) -> bool:
        """Whether the client was started, and not stopped since."""
        return self.state is State.RUNNING

    def start(self) -> None:
        """Start, or start again after a stop."""
        if self.is_running or self._interpreter_ends():
            return
        self._parts.game_thread.claim()
        self._start_run()
        self.state = State.RUNNING
        self._parts.mailbox.post(notices.Started(session_initialized=False))

    def stop(self, timeout: float) -> None:
        """Stop, and tell so in a last pump."""
        if self._interpreter_ends():
            return
        check_duration(timeout, TIMEOUT_SENTENCE)
        if not self.is_running:
            return
        parts = self._parts
        self.state = State.STOPPED
        parts.game_thread.end()
        parts.surveys._end_survey(LifecycleError(NO_ANSWER))
        try:
            parts.runs.stop(timeout)
        finally:  # also when Ctrl-C ends the waiting
            self._run_is_over()
        parts.surveys._wait_closed(PAGES_GONE_WITHIN)
        self._pump.pump(None)
        parts.actions.clear()
        parts.mailbox.post(notices.Stopped())
        self._pump.pump(None)
        parts.game_thread.end()

    def switch_player(self, player_id: str) -> None:
        """Go on as another player."""
        parts = self._parts
        parts.game_thread.check_call()
        parts.surveys._end_survey(LifecycleError(NO_ANSWER))
        had_run = parts.runs.has_run
        parts.runs.switch_player(replace(parts.runs.config, player_id=player_id))
        if had_run:
            self._run_is_over()
        self._player_left()
        parts.actions.clear()
        if self.is_running:
            self._start_run()

    def reconfigure(self, changes: Settings) -> None:
        """Go on with other settings, before a start."""
        if self.is_running:
            raise LifecycleError(
                "reconfigure() cannot be called while the client is running: call it before start(), or after stop()."
            )
        parts, before = self._parts, self._parts.runs.config
        settings: Any = settings_of(before) | changes
        config = config_of(settings, None if "data_dir" in changes else before.data_root)
        if player_folder(config) == player_folder(before):
            parts.runs.config = config
            return
        waiting = parts.runs.move(config)
        self._player_left()
        parts.recorder.waiting = waiting
        if config.player_id != before.player_id:
            parts.actions.clear()

    def close_page(self) -> None:
        """The interpreter ends without a stop: no page of a survey is to stay."""
        self._parts.surveys._end_survey(LifecycleError(NO_ANSWER))
        self._parts.surveys._wait_closed(PAGES_GONE_WITHIN)

    def reset_after_fork(self) -> None:
        """Stop this copy of the client, in a forked process: its thread is gone, and its files are the parent's."""
        parts = self._parts
        if self.is_running:
            self.state = State.STOPPED
        parts.game_thread.end()
        parts.runs.reset_after_fork()
        self._router.session_id = None
        self._pump.drop()
        parts.surveys._discard_page()
        parts.media._start_run()
        parts.actions.clear()

    def _start_run(self) -> None:
        parts = self._parts
        parts.scheduler.start_run(parts.monotonic())
        parts.campaigns._start_run()
        parts.media._start_run()
        self._pump.drop()
        parts.recorder.start_run(parts.runs.config.player_id)
        parts.runs.start(parts.scheduler.starts_before, parts.media._settings, parts.media._wanted_records)
        self._pump.wake()

    def _run_is_over(self) -> None:
        """What was asked of the run is not answered any more."""
        parts = self._parts
        self._router.session_id = None
        self._pump.drop()
        for ticket in parts.refreshes.waiting:
            parts.mailbox.post(notices.RefreshFinished(ticket, ok=False))
        parts.queries.cancel_all(LifecycleError(NO_ANSWER))

    def _player_left(self) -> None:
        """Another player plays, or in another place; what was live is of the last one."""
        parts = self._parts
        parts.answers.use(parts.runs.folder)
        parts.recorder.start_run(parts.runs.config.player_id)
        parts.offers._clear_impressions()
        parts.push._clear_player()
        parts.scheduler.player_left(parts.campaigns._player_left())
        self._pump.wake()


def config_of(settings: Settings, data_root: str | None = None) -> Config:
    """The checked settings, with the data folder resolved now, unless `data_root` is given."""
    config = checked_config(settings)
    return replace(config, data_root=data_root or str(root_of(config)))


_living: weakref.WeakSet[Lifecycle] = weakref.WeakSet()


def _close_pages() -> None:
    for life in list(_living):
        life.close_page()


def _reset_after_fork() -> None:
    for life in list(_living):
        life.reset_after_fork()


atexit.register(_close_pages)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
