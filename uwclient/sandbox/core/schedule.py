"""What will happen by itself, at a moment of the sandbox's clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.revisions import Revisions
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.times import from_microseconds, microseconds

_TABLE = """CREATE TABLE IF NOT EXISTS schedule (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, arguments TEXT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS schedule_by_time ON schedule (at, id)"

Act = Callable[[Any], None]
"""What is done when the moment of an action has come; its argument is what was scheduled with it."""


class Schedule:
    """Owns the table of the actions that have not happened yet; each happens once, however the clock is moved.

    An action is a name and JSON, so that it can be kept: whoever schedules some says with `on` what they do.
    """

    def __init__(self, storage: Storage, revisions: Revisions) -> None:
        self._storage = storage
        self._revisions = revisions
        self._acts: dict[str, Act] = {}
        storage.run(_TABLE)
        storage.run(_INDEX)
        self.read()

    def read(self) -> None:
        """Look up what comes first, after the table was written by somebody else."""
        row = self._storage.row("SELECT min(at) FROM schedule")
        self._first = None if row is None or row[0] is None else int(row[0])

    @property
    def next_at(self) -> datetime | None:
        """The moment of the action that comes first; None when there is none."""
        return None if self._first is None else from_microseconds(self._first)

    def on(self, action: str, act: Act) -> None:
        """Do `act` with the arguments of each action of that name when it is due."""
        self._acts[action] = act

    def add(self, moment: datetime, action: str, arguments: Any) -> None:
        """Do an action once the clock has reached `moment`, after what was added earlier for that moment.

        Args:
            moment: when, an aware datetime.
            action: a name that `on` was told.
            arguments: what JSON can hold.

        """
        at = microseconds(moment)
        self._storage.note_copied()
        self._storage.run(
            "INSERT INTO schedule (at, action, arguments) VALUES (?, ?, ?)", (at, action, json.dumps(arguments))
        )
        self._first = at if self._first is None else min(self._first, at)

    def add_once(self, moment: datetime, action: str, arguments: Any) -> None:
        """As `add`, unless the same is scheduled for that moment already."""
        key = (microseconds(moment), action, json.dumps(arguments))
        if self._storage.row("SELECT 1 FROM schedule WHERE at = ? AND action = ? AND arguments = ?", key) is None:
            self.add(moment, action, arguments)

    def remove(self, action: str, chosen: Callable[[Any], bool] = lambda _: True) -> None:
        """Forget the actions of that name that have not happened yet, or those that are chosen by their arguments."""
        rows = self._storage.rows("SELECT id, arguments FROM schedule WHERE action = ?", (action,))
        gone = [(number,) for number, arguments in rows if chosen(json.loads(arguments))]
        self._storage.note_copied()
        self._storage.run_many("DELETE FROM schedule WHERE id = ?", gone)
        self.read()

    def run_due(self, now: datetime) -> None:
        """Do what is due by `now`, in the order of the moments: each wholly, or (when it raises) not at all."""
        due = microseconds(now)
        while self._first is not None and self._first <= due:
            number, action, arguments = self._storage.rows(
                "SELECT id, action, arguments FROM schedule ORDER BY at, id LIMIT 1"
            )[0]
            try:
                with self._storage.transaction():
                    self._take(number)
                    self._acts[action](json.loads(arguments))
            except Exception:
                self._take(number)
                raise

    def _take(self, number: int) -> None:
        """Forget an action, because it happens now."""
        self._storage.note_copied()
        with self._revisions.untold():
            self._storage.run("DELETE FROM schedule WHERE id = ?", (number,))
        self.read()
