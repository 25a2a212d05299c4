"""Reads the fields of a client's JSON; a wrong one raises Refused with the path to it (pure).

Null counts as missing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldPath, Refused, did_you_mean
from uwclient.sandbox.core.values import DATA_TYPES, Attribute, data_type_of, fits

MOST_ENTRIES = 100
_LONGEST_SHOWN = 60


def read_text(source: Mapping[str, Any], field: str, path: FieldPath = ()) -> str:
    """A required text that is not empty. `path` leads to `source`."""
    value = source.get(field)
    if value is None:
        raise Refused((*path, field), "it is missing", f"Send {field}, a text.")
    if not isinstance(value, str) or not value:
        raise Refused((*path, field), f"{shown(value)} is not a text of at least one letter")
    return value


def read_optional_text(source: Mapping[str, Any], field: str, path: FieldPath = ()) -> str | None:
    """A text that is not empty, or None when it is missing. `path` leads to `source`."""
    return None if source.get(field) is None else read_text(source, field, path)


def read_number(source: Mapping[str, Any], field: str, path: FieldPath = ()) -> float:
    """A required finite number. `path` leads to `source`."""
    value = source.get(field)
    if value is None:
        raise Refused((*path, field), "it is missing", f"Send {field}, a number.")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Refused((*path, field), f"{shown(value)} is not a finite number")
    return value


def read_choice(source: Mapping[str, Any], field: str, choices: Collection[str], path: FieldPath = ()) -> str:
    """A required text that is one of `choices`."""
    value = read_text(source, field, path)
    if value not in choices:
        close = did_you_mean(value, choices)
        raise Refused((*path, field), f"{shown(value)} is not known here{close}", f"Use {', '.join(choices)}.")
    return value


def read_flag(source: Mapping[str, Any], field: str) -> bool:
    """A required true or false."""
    value = source.get(field)
    if not isinstance(value, bool):
        what = "it is missing" if value is None else f"{shown(value)} is not true or false"
        raise Refused((field,), what, f"Send {field}, true or false.")
    return value


def read_texts(source: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """An optional list of texts."""
    if source.get(field) is None:
        return ()
    values = _list(source[field], (field,))
    for position, value in enumerate(values):
        if not isinstance(value, str) or not value:
            raise Refused((field, position), f"{shown(value)} is not a text of at least one letter")
    return tuple(values)


def read_object(source: Mapping[str, Any], field: str, path: FieldPath = ()) -> Mapping[str, Any]:
    """A required object."""
    value = source.get(field)
    if value is None:
        raise Refused((*path, field), "it is missing", f"Send {field}, an object.")
    return _object(value, (*path, field))


def read_entries(
    source: Mapping[str, Any], field: str, path: FieldPath = (), most: int = MOST_ENTRIES
) -> Iterator[Mapping[str, Any]]:
    """The objects in a required list, which takes `most` of them."""
    if source.get(field) is None:
        raise Refused((*path, field), "it is missing", f"Send {field}, a list of objects.")
    values = _list(source[field], (*path, field))
    if len(values) > most:
        raise Refused(
            (*path, field),
            f"there are {len(values)} entries, and a request takes {most}",
            "Send them in several requests.",
        )
    return (_object(value, (*path, field, position)) for position, value in enumerate(values))


def read_attributes(
    source: Mapping[str, Any],
    field: str,
    path: FieldPath = (),
    *,
    required: bool = False,
    most: int = MOST_ENTRIES,
) -> tuple[Attribute, ...]:
    """A list of `{name, value, data_type}`, the last of which is optional; each value fits its data type."""
    if not required and source.get(field) is None:
        return ()
    entries = read_entries(source, field, path, most)
    return tuple(_attribute(entry, (*path, field, position)) for position, entry in enumerate(entries))


def read_named_attributes(
    source: Mapping[str, Any], field: str, path: FieldPath = (), *, required: bool = False
) -> tuple[Attribute, ...]:
    """The same as `read_attributes`, of an object `{name: value}`."""
    if not required and source.get(field) is None:
        return ()
    named = read_object(source, field, path)
    return tuple(_attribute({"name": name, "value": value}, (*path, field, name)) for name, value in named.items())


def check_data_type(value: object, data_type: str, path: FieldPath) -> None:
    """Refused unless a value fits a data type; `path` leads to the value."""
    if not fits(value, data_type):
        raise Refused(
            path,
            f"{shown(value)} does not fit the data type {data_type!r}",
            f"Send {DATA_TYPES[data_type]}.",
        )


def shown(value: object) -> str:
    """A value as JSON writes it, cut off where it gets long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _attribute(entry: Mapping[str, Any], path: FieldPath) -> Attribute:
    name = read_text(entry, "name", path)
    data_type = None
    if entry.get("data_type") is not None:
        data_type = read_choice(entry, "data_type", DATA_TYPES, path)
    if "value" not in entry:
        raise Refused((*path, "value"), "it is missing", "Send a text, true or false, or a number.")
    value = entry["value"]
    if data_type is not None:
        check_data_type(value, data_type, (*path, "value"))
    elif data_type_of(value) is None:
        raise Refused(
            (*path, "value"),
            f"{shown(value)} has none of the five data types",
            f"Send {', '.join(DATA_TYPES.values())}.",
        )
    return Attribute(name, value, data_type)


def _list(value: object, path: FieldPath) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(path, f"{shown(value)} is not a list")
    return value


def _object(value: object, path: FieldPath) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refused(path, f"{shown(value)} is not an object")
    return value
