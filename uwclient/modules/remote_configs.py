"""The game's remote configs: `uw.remote_configs`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar, cast

from uwclient.errors import ArgumentError
from uwclient.log import logger
from uwclient.models.content import ALWAYS, Kind, Record, RemoteConfig
from uwclient.models.json_numbers import as_float, as_int
from uwclient.modules.base import ContentModule, SetStartsBefore, Start
from uwclient.rules.timetable import Timetable

T = TypeVar("T")

_NUMBERS: dict[type, Callable[[Any], Any]] = {int: as_int, float: as_float}
_MISSING = object()
_NOT_LOOKED_UP = object()


class RemoteConfigsModule(ContentModule[RemoteConfig]):
    """The live and upcoming remote configs, with a cache of the values that the game has looked up."""

    def __init__(self, timetable: Timetable, set_starts_before: SetStartsBefore) -> None:
        super().__init__(Kind.REMOTE_CONFIGS, timetable, set_starts_before)
        self._fired: dict[str, Start] = {}
        self._in_order: list[RemoteConfig] | None = None
        self._named: tuple[dict[str, RemoteConfig], tuple[RemoteConfig, ...]] | None = None
        self._found: dict[str, Any] = {}
        self._warned: set[tuple[str, str]] = set()
        self._loaded = False

    def get(self, external_id: str) -> RemoteConfig | None:
        """Return the config with the studio's own id (or the platform's), active ones before upcoming ones, or None.

        Of several active configs with the same id it is the one that started last; the activation by a campaign
        counts as a start. Of those that started together it is the first in the platform's list.
        """
        return self._by_external_id.get(external_id) or super().get(external_id)

    def value(self, path: str, default: T) -> T:
        """Return the value at a path in the active configs, or the default. Cheap enough to call each frame.

        Configs are searched in the order in which they started, the latest first. If the path begins with the
        external id of active configs, those are searched first, for the rest of the path; then every active config
        is searched for the whole path.

        Args:
            path: keys joined by dots, such as "balance.hero.speed": an external id, then keys in the config's JSON.
                A number is an index of an array, from 0.
            default: the value to return when there is none, or one of another type; the log has one warning then.
                The value must have the default's type; None accepts any. Numbers are converted where they are equal:
                5.0 is 5 for an int, and 5 is 5.0 for a float.

        Returns:
            The value, of the default's type.

        Raises:
            ArgumentError: the path is not text, or empty.
        """
        if not isinstance(path, str) or not path:
            raise ArgumentError("path must be text such as 'balance.hero.speed'.")
        found = self._found.get(path, _NOT_LOOKED_UP)
        if found is _NOT_LOOKED_UP:
            found = self._found[path] = self._look_up(path)
        if found is not _MISSING:
            if default is None or type(found) is type(default):
                return cast(T, found)
            convert = _NUMBERS.get(type(default))
            number = convert(found) if convert else None
            if number is not None:
                return cast(T, number)
        self._warn_once(path, found, default)
        return default

    def _emit_loaded(self, *, from_api: bool) -> int:
        """Send `on_loaded`; from now on missing keys are warned of."""
        self._loaded = True
        return super()._emit_loaded(from_api=from_api)

    def _activate(self, record: Record, now: float, fired: Start) -> int:
        """Activate a record of a campaign; that counts as a start, also of a record that is live already."""
        self._fired[record.id] = fired
        self._changed()
        return super()._activate(record, now, fired)

    def _clear(self) -> tuple[RemoteConfig, ...]:
        """Remove all records without sending signals, and return those that were live."""
        self._fired.clear()
        return super()._clear()

    def _changed(self) -> None:
        self._found.clear()
        self._in_order = self._named = None

    @property
    def _by_external_id(self) -> dict[str, RemoteConfig]:
        """The configs that `get` returns; made anew when someone looks after a change."""
        upcoming = self.upcoming
        if self._named is None or self._named[1] is not upcoming:
            last_first = chain(reversed(upcoming), reversed(self._latest_first))
            self._named = {config.external_id: config for config in last_first}, upcoming
        return self._named[0]

    @property
    def _latest_first(self) -> list[RemoteConfig]:
        """The active configs, the latest start first; those that started together in the platform's order."""
        if self._in_order is None:
            newest_first = self.active[::-1]
            by_place = sorted(newest_first, key=attrgetter("place"))
            self._in_order = sorted(by_place, key=self._started, reverse=True)
        return self._in_order

    def _started(self, config: RemoteConfig) -> Start:
        return max((config.starts, 0, 0), self._fired.get(config.id, (ALWAYS, 0, 0)))

    def _look_up(self, path: str) -> Any:
        for config in self._latest_first:
            name = config.external_id
            if name and (path == name or path.startswith(f"{name}.")):
                found = _walk(config.json, path[len(name) + 1 :])
                if found is not _MISSING:
                    return found
        inside = (_walk(config.json, path) for config in self._latest_first)
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
    """Return the value at the end of the keys, or _MISSING."""
    for key in path.split(".") if path else ():
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return _MISSING
    return value
