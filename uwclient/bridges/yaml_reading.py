"""Reads a configuration in YAML, and says where something in it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uwclient.errors import ArgumentError

MISSING = object()


class Section:
    """A mapping of the file; each of its keys must be read, so that a wrong one is found.

    Args:
        place: where it is in the file.
        value: what YAML has there.

    """

    def __init__(self, place: str, value: object) -> None:
        if not isinstance(value, dict):
            raise ArgumentError(f"{place} must be a mapping, not {type(value).__name__}.")
        self.place = place
        self._value = value
        self._read: set[str] = set()

    def text(self, name: str, default: object = MISSING) -> str:
        """Return a text, or a number as text."""
        value = self._get(name, default)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ArgumentError(f"{self.place}.{name} must be text, not {value!r}.")
        return str(value)

    def number(self, name: str, default: object = MISSING) -> float:
        """Return a number above 0."""
        value = self._get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise ArgumentError(f"{self.place}.{name} must be a number above 0, not {value!r}.")
        return float(value)

    def flag(self, name: str, default: object = MISSING) -> bool:
        """Return true or false."""
        value = self._get(name, default)
        if not isinstance(value, bool):
            raise ArgumentError(f"{self.place}.{name} must be true or false, not {value!r}.")
        return value

    def mapping(self, name: str, default: Mapping[str, Any] | object | None = MISSING) -> Mapping[str, Any] | None:
        """Return a mapping."""
        value = self._get(name, default)
        if value is not None and not isinstance(value, dict):
            raise ArgumentError(f"{self.place}.{name} must be a mapping, not {type(value).__name__}.")
        return value

    def section(self, name: str) -> Section:
        """Return a mapping as a section of its own."""
        return Section(f"{self.place}.{name}", self._get(name, MISSING))

    def sections(self, name: str) -> list[Section]:
        """Return a list of mappings."""
        value = self._list(name)
        return [Section(f"{self.place}.{name}[{place}]", one) for place, one in enumerate(value)]

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self._list(name)
        if any(isinstance(one, bool) or not isinstance(one, str | int) for one in value):
            raise ArgumentError(f"{self.place}.{name} must be a list of texts.")
        return [str(one) for one in value]

    def check_all_read(self) -> None:
        """Raise ArgumentError when there are keys that nobody has asked for."""
        unknown = sorted(str(name) for name in self._value if name not in self._read)
        if unknown:
            raise ArgumentError(
                f"{self.place} has {unknown[0]!r}, which is not known: use {', '.join(sorted(self._read))}."
            )

    def _list(self, name: str) -> list[Any]:
        value = self._get(name, MISSING)
        if not isinstance(value, list) or not value:
            raise ArgumentError(f"{self.place}.{name} must be a list that is not empty.")
        return value

    def _get(self, name: str, default: object) -> Any:
        self._read.add(name)
        value = self._value.get(name, default)
        if value is MISSING:
            raise ArgumentError(f"{self.place} needs {name!r}.")
        return value


def read_file(path: Path) -> Section:
    """Read a file. Raises ArgumentError for what is no YAML, OSError, and ModuleNotFoundError without PyYAML."""
    import yaml

    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ArgumentError(f"{path} is no YAML: {' '.join(str(problem).split())}.") from None
    return Section(path.name, value)
