"""Owns the game's tuning: `uw.remote_configs`."""

from __future__ import annotations

import sys
from typing import Any, TypeVar, cast

from uwclient.errors import ArgumentError
from uwclient.log import logger
from uwclient.models.content import Kind, RemoteConfig
from uwclient.modules.base import ContentModule, SetStartsBefore, Transition
from uwclient.state.schedule import Schedule

T = TypeVar("T")

_LARGEST_FLOAT = int(sys.float_info.max)
_MISSING = object()
_NOT_LOOKED_UP = object()


class RemoteConfigsModule(ContentModule[RemoteConfig]):
    """Owns the live and upcoming remote configs, and the values in them that the game has asked for."""

    def __init__(self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore) -> None:
        super().__init__(Kind.REMOTE_CONFIGS, schedule, set_starts_before)
        self._found: dict[str, Any] = {}
        self._warned: set[tuple[str, str]] = set()
        self._loaded = False

    def get(self, external_id: str) -> RemoteConfig | None:
        """The first active, else the first upcoming config with the studio's own id (or the platform's), or None."""
        by_external_id = self.find(lambda config: config.external_id == external_id)
        return by_external_id or super().get(external_id)

    def value(self, path: str, default: T) -> T:
        """The value at `path` in the active configs, or `default`. Cheap enough to call each frame.

        A path such as "balance.hero.speed" names a config by its external id and then keys in its JSON (a number
        is a place in an array). Without an external id at its beginning it is looked up in every active config,
        the one that went live last first.

        The value has the type of `default`: an int is taken for a float, anything else of another type is not
        taken; a default of None takes any. A missing key or a wrong type gives `default` and one warning in the
        log. Raises ArgumentError when the path is not text.
        """
        if not isinstance(path, str) or not path:
            raise ArgumentError("path must be text such as 'balance.hero.speed'.")
        found = self._found.get(path, _NOT_LOOKED_UP)
        if found is _NOT_LOOKED_UP:
            found = self._found[path] = self._look_up(path)
        if found is not _MISSING and (default is None or type(found) is type(default)):
            return cast(T, found)
        if type(default) is float and type(found) is int and abs(found) <= _LARGEST_FLOAT:
            return cast(T, float(found))
        self._warn_once(path, found, default)
        return default

    def tell_loaded(self, *, from_api: bool) -> int:
        """Send `on_loaded`; from now on a missing key is worth a warning."""
        self._loaded = True
        return super().tell_loaded(from_api=from_api)

    def _changed(self) -> None:
        self._found.clear()

    def _look_up(self, path: str) -> Any:
        newest_first = self.active[::-1]
        for config in newest_first:
            name = config.external_id
            if name and (path == name or path.startswith(f"{name}.")):
                found = _walk(config.json, path[len(name) + 1 :])
                if found is not _MISSING:
                    return found
        inside = (_walk(config.json, path) for config in newest_first)
        return next((found for found in inside if found is not _MISSING), _MISSING)

    def _warn_once(self, path: str, found: Any, default: object) -> None:
        if found is _MISSING:
            if not self._loaded:
                return
            problem = "no active remote config has it"
        else:
            problem = f"the active remote config has {type(found).__name__}, not {type(default).__name__}"
        if (path, problem) not in self._warned:
            self._warned.add((path, problem))
            logger().warning("remote_configs.value(%r): %s; the default %r is used.", path, problem, default)


def _walk(value: Any, path: str) -> Any:
    """What lies at the end of the keys, or _MISSING."""
    for key in path.split(".") if path else ():
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return _MISSING
    return value
