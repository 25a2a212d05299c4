"""Which app and which environment calls are for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from uwclient.errors import ArgumentError


class Scope:
    """Owns the app and the environment of a client, and the ids of environments that were looked up.

    Args:
        app_id: the id of the app.
        environment_stage: the key of the environment that calls are for, unless they name another.
        find_ids: asks the platform for the keys of all environments, each with its id.

    """

    def __init__(
        self, app_id: str, environment_stage: str, find_ids: Callable[[], Iterable[tuple[str, str]]]
    ) -> None:
        self.app_id = app_id
        self.environment_stage = environment_stage
        self._find_ids = find_ids
        self._ids: dict[str, str] = {}
        self._lock = threading.Lock()

    def named(self, environment_stage: str | None) -> dict[str, str]:
        """Return app and environment as calls have them that take the environment's key."""
        return {"app_id": self.app_id, "environment_stage": environment_stage or self.environment_stage}

    def environment_id(self, environment_stage: str | None) -> str:
        """Return the id of an environment by its key; the platform is asked once.

        Raises ArgumentError when the app has no environment with this key.
        """
        key = environment_stage or self.environment_stage
        with self._lock:
            if key not in self._ids:
                self._ids.update(self._find_ids())
            if key not in self._ids:
                raise ArgumentError(
                    f"The app has no environment {key!r}: use one of {', '.join(sorted(self._ids)) or 'none'}."
                )
            return self._ids[key]
