"""Reads the query and the body of a request (pure): numbers, dotted names, empty values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from uwclient.sandbox.core.collection import LARGEST_PAGE, ListQuery
from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import CREATE, Field, Warn, read_value

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_MOST_PARTS = 20
_HIGHEST_PAGE = 10**9

LIST_FIELDS = (
    Field("query", "text", "A text that is looked for, whatever its case."),
    Field("sort_by", "text", "The field to sort by."),
    Field("sort_direction", "text", "Whether the lowest or the highest comes first.", choices=("asc", "desc")),
    Field("page", "integer", "Which page, from 1."),
    Field("page_size", "integer", f"How many records a page has, 1 to {LARGEST_PAGE}; by default 10."),
    Field("per_page", "integer", "The same as page_size."),
)
"""The parameters that every list takes."""
IN_PAGES = Field("page_size", "integer", f"How many records a page has, 1 to {LARGEST_PAGE}.", default=10)
"""Declared by the lists that come in pages whether a page is asked for or not."""


class MissingParameter(Exception):
    """A required parameter of the query is missing (400)."""


def read_query(fields: Iterable[Field], given: Mapping[str, str], warn: Warn) -> dict[str, Any]:
    """The parameters of a query by name, each of its type; "" counts as not given.

    Args:
        fields: those that the endpoint knows.
        given: those that were sent.
        warn: told of unknown ones, and of required ones that are empty.

    Raises:
        MissingParameter: a required one is missing.
        FieldError: one does not fit.

    """
    known = {field.name: field for field in fields}
    for name in given.keys() - known.keys():
        warn(f"There is no parameter {name[:60]!r}{did_you_mean(name[:60], known)}; it was ignored.")
    values: dict[str, Any] = {}
    for name, field in known.items():
        if given.get(name):
            values[name] = read_value(field, _typed(field, given[name]), CREATE, warn, (name,))
        elif field.required and name not in given:
            raise MissingParameter(name)
        elif field.required:
            warn(f"{name} is empty: it was given its default.")
    return values


def read_listing(values: Mapping[str, Any], page_size: int | None) -> ListQuery:
    """What a query asks of a list.

    Args:
        values: the parameters of LIST_FIELDS that were sent.
        page_size: the documented size of a page; None for lists that are whole unless a page is asked for.

    """
    size = values.get("page_size") or values.get("per_page")
    page = values.get("page", 1 if size is not None or page_size is not None else None)
    _check_range("page", page, _HIGHEST_PAGE)
    _check_range("page_size", size, _HIGHEST_PAGE)
    return ListQuery(
        search=values.get("query", ""),
        sort_by=values.get("sort_by", ""),
        descending=values.get("sort_direction") == "desc",
        page=page,
        page_size=min(size or page_size or 10, LARGEST_PAGE),
    )


def spread(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body with its dotted names spread: `{"delivery.start_at_type": x}` is `{"delivery": {"start_at_type": x}}`.

    Several dots count as one, and a number is a place in a list. Nested and dotted names may stand side by side.
    """
    spread_body: dict[str, Any] = {name: value for name, value in body.items() if "." not in name}
    for name, value in body.items():
        if "." in name:
            parts = [part for part in name.split(".") if part]
            if not parts or len(parts) > _MOST_PARTS:
                raise FieldError(name[:60], "there is no such field")
            _put(spread_body, parts, value)
    return {name: _with_lists(value) for name, value in spread_body.items()}


def without(body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """A body without some fields."""
    left_out = set(names)
    return {name: value for name, value in body.items() if name not in left_out}


def check_needed(body: Mapping[str, Any], names: Iterable[str]) -> None:
    """FieldError when a field that a body must have is missing."""
    for name in names:
        if name not in body:
            raise FieldError(name, "it is missing")


class _Spread(dict[str, Any]):
    """An object that dotted names have made; what clients nest themselves stays a plain one."""


def _put(target: dict[str, Any], parts: list[str], value: Any) -> None:
    """Set what a dotted name leads to, beside what stands there already."""
    for part in parts[:-1]:
        inner = target.get(part)
        if not isinstance(inner, _Spread):
            entries = {str(place): one for place, one in enumerate(inner)} if isinstance(inner, list) else inner
            inner = target[part] = _Spread(entries if isinstance(entries, dict) else {})
        target = inner
    target[parts[-1]] = value


def _with_lists(value: Any) -> Any:
    """Of objects that dotted names have made, those whose names are all numbers become lists in that order."""
    if not isinstance(value, _Spread):
        return value
    made = {name: _with_lists(one) for name, one in value.items()}
    if made and all(name.isascii() and name.isdigit() for name in made):
        return [made[name] for name in sorted(made, key=lambda name: (len(name), name))]
    return made


def _typed(field: Field, text: str) -> Any:
    if field.type == "integer":
        if not _INTEGER.fullmatch(text):
            raise FieldError(field.name, f"{text[:60]!r} is not a whole number")
        return int(text)
    if field.type == "boolean":
        if text.lower() not in _FLAGS:
            raise FieldError(field.name, f"{text[:60]!r} is not true or false")
        return _FLAGS[text.lower()]
    return text


def _check_range(name: str, value: int | None, highest: int) -> None:
    if value is not None and not 1 <= value <= highest:
        raise FieldError(name, f"{value} is not a number from 1 to {highest}")
