"""The environments of the sandbox, by key."""

from __future__ import annotations

from collections.abc import Mapping


class Environments:
    """The environments; they change only when a saved sandbox is restored.

    Args:
        types: the type of each (one of ENVIRONMENT_TYPES), by key.

    """

    def __init__(self, types: Mapping[str, str]) -> None:
        self._types = dict(types)

    def state(self) -> dict[str, str]:
        """The type of each environment, by key."""
        return dict(self._types)

    def restore(self, state: Mapping[str, str]) -> None:
        """Have the environments that `state` gave."""
        self._types = dict(state)

    def keys(self) -> list[str]:
        """The keys of all environments."""
        return list(self._types)

    def keys_for_sessions(self) -> list[str]:
        """The keys of the environments in which sessions can start: all but those of type dev."""
        return [key for key, kind in self._types.items() if kind != "dev"]

    def type_of(self, key: str) -> str | None:
        """dev, qa or live; None when there is no environment of that key."""
        return self._types.get(key)
