"""The environments of the sandbox (section Environments)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.crud import Crud
from uwclient.sandbox.core.resource import Warn
from uwclient.sandbox.services.environments.rules import (
    DEFAULT_ENVIRONMENTS,
    ENVIRONMENT,
    NAMES,
    environment_id,
)


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: its id, the key by which clients call it, and its type (dev, qa or live)."""

    id: str
    key: str
    type: str

    @property
    def has_players(self) -> bool:
        """Whether sessions can start in it, and content can run: not in dev."""
        return self.type != "dev"


class Environments:
    """Owns the table of environments; the first of each type is the default one, and there is always a dev one.

    Args:
        backend: what the services share.
        types: the type of each (one of ENVIRONMENT_TYPES), by key; what a database has already stays as it is.

    """

    def __init__(self, backend: Backend, types: Mapping[str, str]) -> None:
        self._backend = backend
        self.crud = Crud(backend, ENVIRONMENT, unique=("key",))
        self._listeners: list[Callable[[Environment], None]] = []
        self.fill(types)

    def fill(self, types: Mapping[str, str]) -> None:
        """Make the environments that are not there yet; a scenario that names none adds none to a database."""
        if types != DEFAULT_ENVIRONMENTS or not self.crud.all():
            for key, kind in types.items():
                if self.with_key(key) is None:
                    self._add(environment_id(key), {"name": NAMES.get(key, key), "key": key, "type": kind})
        if self.default_of("dev") is None:
            key = next(key for key in ("dev", "dev-2", "dev-3") if self.with_key(key) is None)
            self._add(environment_id(key), {"name": NAMES.get(key, key), "key": key, "type": "dev"})

    def on_new(self, listener: Callable[[Environment], None]) -> None:
        """Call `listener` with each environment that is made later."""
        self._listeners.append(listener)

    def create(self, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Make an environment; one whose key is empty gets one. FieldError when a field is missing or wrong."""
        with self._backend.lock, self._backend.storage.transaction():
            if given.get("key") == "" and warn is not None:
                given = {**given, "key": self._free_key()}
                warn(f"key is empty: the environment was given {given['key']!r}.")
            row = self.crud.create(given, warn)
            for listener in self._listeners:
                listener(_environment(row))
            return row

    def all(self) -> list[Environment]:
        """All environments."""
        return [_environment(row) for row in self.crud.all()]

    def with_players(self) -> list[Environment]:
        """The environments in which sessions can start: all but those of type dev."""
        return [one for one in self.all() if one.has_players]

    def keys(self) -> list[str]:
        """The keys of all environments."""
        return [one.key for one in self.all()]

    def keys_for_sessions(self) -> list[str]:
        """The keys of the environments in which sessions can start."""
        return [one.key for one in self.with_players()]

    def get(self, environment_id: str) -> Environment:
        """The environment of that id. NotFound when there is none."""
        return _environment(self.crud.get(environment_id))

    def with_key(self, key: str) -> Environment | None:
        """The environment of that key."""
        return next((one for one in self.all() if one.key == key), None)

    def of_stage(self, stage: str) -> Environment | None:
        """The environment that an `environment_stage` means: that of the key, else the default one of the type."""
        return self.with_key(stage) or self.default_of(stage)

    def default_of(self, kind: str) -> Environment | None:
        """The default environment of a type."""
        rows = [row for row in self.crud.all() if row["type"] == kind]
        return next((_environment(row) for row in sorted(rows, key=_is_no_default)), None)

    @property
    def dev(self) -> Environment:
        """The environment in which scenarios and tests write."""
        found = self.default_of("dev")
        assert found is not None, "there is always a dev environment"  # noqa: S101
        return found

    def type_of(self, key: str) -> str | None:
        """dev, qa or live; None when there is no environment of that key."""
        found = self.with_key(key)
        return None if found is None else found.type

    def _free_key(self) -> str:
        return next(key for number in count(1) if self.with_key(key := f"environment-{number}") is None)

    def _add(self, row_id: str, values: Mapping[str, Any]) -> None:
        self.crud.put(row_id, {**values, "default": self.default_of(values["type"]) is None})


def _environment(row: Row) -> Environment:
    return Environment(row["id"], row["key"], row["type"])


def _is_no_default(row: Row) -> bool:
    return not row["default"]
