"""The table of one resource: rows are found, listed, added, updated and removed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import AS_JSON, TYPES, Field, Resource
from uwclient.sandbox.core.storage import Storage

LARGEST_PAGE = 1000
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

Row = dict[str, Any]
"""One row by column, as Python values; `number` counts the rows of a table in the order in which they were added."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a client asks of a list.

    Attributes:
        search: a text that one of the searched fields contains, ignoring case.
        sort_by: a scalar field; "" for the order of creation.
        descending: whether the last comes first.
        page: counts from 1; None for all rows.
        page_size: rows of a page.
        given: the ids of the rows that earlier pages gave, so that this one begins after them, wherever they stand by
            now; None to count rows.

    """

    search: str = ""
    sort_by: str = ""
    descending: bool = False
    page: int | None = None
    page_size: int = 10
    given: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """Rows of a page, LARGEST_PAGE at most."""
        return min(self.page_size, LARGEST_PAGE)

    @property
    def start(self) -> int:
        """How many rows, of those that earlier pages did not give, come before the page."""
        return 0 if self.page is None or self.given is not None else (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, how many there are on all, and how many on those that were not given before."""

    rows: list[Row]
    total: int
    left: int = 0


class Collection:
    """Owns the table of a resource; columns that an older database lacks are added to it.

    Services may keep its rows in memory: they are told when what was written is undone (`Backend.on_restore`).
    """

    def __init__(self, storage: Storage, resource: Resource) -> None:
        self.resource = resource
        self._storage = storage
        self._columns = {field.name: field for field in resource.columns}
        self._table = _quoted(resource.table)
        self._names = ", ".join(_quoted(field.name) for field in resource.columns)
        columns = {field.name: f"{_quoted(field.name)} {TYPES[field.type].column}" for field in resource.columns}
        listed = ", ".join(["number INTEGER PRIMARY KEY", *columns.values()])
        storage.run(f"CREATE TABLE IF NOT EXISTS {self._table} ({listed})")
        for name in columns.keys() - set(storage.columns(resource.table)):
            storage.run(f"ALTER TABLE {self._table} ADD COLUMN {columns[name]}")
        self._stored_defaults = {name: self._stored(name, value) for name, value in resource.defaults.items()}
        for key in resource.keys:
            name = _quoted(f"{resource.table}_by_{key}")
            storage.run(f"CREATE INDEX IF NOT EXISTS {name} ON {self._table} ({_quoted(key)})")

    def add(self, values: Mapping[str, Any]) -> Row:
        """Add a row; what is not given has its default. Returns the row with its number."""
        stored = {**self._stored_defaults, **{name: self._stored(name, value) for name, value in values.items()}}
        self._storage.note_copied()
        number = self._storage.insert(f"INSERT INTO {self._table} {_insertion(tuple(stored))}", stored.values())
        return {**self.resource.defaults, **values, "number": number}

    def update(self, number: int, values: Mapping[str, Any]) -> None:
        """Replace columns of a row."""
        if not values:
            return
        columns = _comparisons(tuple(values), ", ", "=")
        stored = [self._stored(name, value) for name, value in values.items()]
        self._storage.note_copied()
        self._storage.run(f"UPDATE {self._table} SET {columns} WHERE number = ?", [*stored, number])  # noqa: S608

    def find(self, **keys: Any) -> Row | None:
        """The first row with these values; None when there is none."""
        found = self.rows(**keys)
        return found[0] if found else None

    def last(self, **keys: Any) -> Row | None:
        """The row with these values that was added last; None when there is none."""
        where, values = self._where(keys)
        found = self._select(f"{where} ORDER BY number DESC LIMIT 1", values)
        return found[0] if found else None

    def values(self, name: str, **keys: Any) -> set[Any]:
        """The values of one column in the rows with these values."""
        where, values = self._where(keys)
        rows = self._storage.rows(f"SELECT DISTINCT {_quoted(name)} FROM {self._table} {where}", values)  # noqa: S608
        return {_read(self._columns[name], value) for (value,) in rows}

    def rows(self, **keys: Any) -> list[Row]:
        """All rows with these values, in the order in which they were added."""
        where, values = self._where(keys)
        return self._select(f"{where} ORDER BY number", values)

    def newest_with_text(self, name: str, text: str, **keys: Any) -> Iterator[Row]:
        """The rows with these values whose column, as the table keeps it, contains a text; the newest first."""
        where, values = self._where(keys)
        numbers = self._storage.rows(
            f"SELECT number FROM {self._table} {where} AND instr({_quoted(name)}, ?) > 0 ORDER BY number DESC",  # noqa: S608
            [*values, text],
        )
        return (row for (number,) in numbers for row in self.rows(number=number))

    def page(self, query: ListQuery, **keys: Any) -> Page:
        """The rows that a client asks for, of those with these values. FieldError for a field that cannot sort."""
        where, values = self._where(keys)
        if query.search and self.resource.search:
            looked_into = [_holding(self._columns[name]) for name in self.resource.search]
            where += f" AND ({' OR '.join(looked_into)})"
            values += [query.search] * len(self.resource.search)
        total = left = self._counted(where, values)
        if query.given is not None:
            where += " AND id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(query.given))
            left = self._counted(where, values)
        where += self._order(query)
        if query.page is not None:
            where += " LIMIT ? OFFSET ?"
            values += [query.size, query.start]
        return Page(self._select(where, values), total, left)

    def count(self, **keys: Any) -> int:
        """How many rows have these values."""
        return self._counted(*self._where(keys))

    def remove(self, **keys: Any) -> None:
        """Remove the rows with these values."""
        where, values = self._where(keys)
        self._storage.note_copied()
        self._storage.run(f"DELETE FROM {self._table} {where}", values)  # noqa: S608

    def reply(self, row: Row) -> Row:
        """What clients see of a row."""
        return {field.name: row[field.name] for field in self.resource.fields}

    def _order(self, query: ListQuery) -> str:
        if not query.sort_by:
            return " ORDER BY number DESC" if query.descending else " ORDER BY number"
        sortable = [field.name for field in self.resource.fields if field.is_scalar]
        if query.sort_by not in sortable:
            close = did_you_mean(query.sort_by, sortable)
            raise FieldError("sort_by", f"{query.sort_by!r} cannot sort{close}: use {', '.join(sortable)}")
        direction = "DESC" if query.descending else "ASC"
        return f" ORDER BY {_quoted(query.sort_by)} {direction}, number {direction}"

    def _where(self, keys: Mapping[str, Any]) -> tuple[str, list[Any]]:
        if not keys:
            return "WHERE 1", []
        return f"WHERE {_comparisons(tuple(keys), ' AND ', 'IS')}", list(keys.values())

    def _counted(self, where: str, values: Sequence[Any]) -> int:
        return int(self._storage.rows(f"SELECT count(*) FROM {self._table} {where}", values)[0][0])  # noqa: S608

    def _select(self, where: str, values: Sequence[Any]) -> list[Row]:
        rows = self._storage.rows(f"SELECT number, {self._names} FROM {self._table} {where}", values)  # noqa: S608
        return [self._row(row) for row in rows]

    def _row(self, row: tuple[Any, ...]) -> Row:
        found: Row = {"number": row[0]}
        for field, value in zip(self._columns.values(), row[1:], strict=True):
            found[field.name] = _read(field, value)
        return found

    def _stored(self, name: str, value: Any) -> Any:
        if value is None or name == "number":
            return value
        if self._columns[name].type in AS_JSON:
            return _ENCODER.encode(value)
        return value


def _holding(field: Field) -> str:
    """The condition that a field, or one of the texts in it, holds a text, whatever its case."""
    if field.type == "texts":
        one = "SELECT 1 FROM json_each({}) WHERE instr(casefold(value), casefold(?)) > 0"
        return f"EXISTS ({one.format(_quoted(field.name))})"
    return f"instr(casefold({_quoted(field.name)}), casefold(?)) > 0"


def _read(field: Field, stored: Any) -> Any:
    if stored is None:
        return _missing(field)
    if field.type in AS_JSON:
        return json.loads(stored)
    return bool(stored) if field.type == "boolean" else stored


def _missing(field: Field) -> Any:
    """What a column holds that an older database did not have: lists and objects are empty rather than null."""
    return {"texts": [], "list": []}.get(field.type)


@cache
def _insertion(names: tuple[str, ...]) -> str:
    """The columns and the places of their values, as INSERT wants them."""
    return f"({', '.join(map(_quoted, names))}) VALUES ({', '.join('?' * len(names))})"


@cache
def _comparisons(names: tuple[str, ...], joined_by: str, operator: str) -> str:
    return joined_by.join(f"{_quoted(name)} {operator} ?" for name in names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
