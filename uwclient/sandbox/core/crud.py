"""Create, get, list, update and delete: what clients and tests do with a resource of the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Collection, ListQuery, Page, Row
from uwclient.sandbox.core.errors import FieldError, NotFound, did_you_mean
from uwclient.sandbox.core.resource import CREATE, UPDATE, Resource, Warn, read_fields

DELETED_AT = "deleted_at"
"""The hidden column of resources whose deleted rows are kept: when one was deleted."""
Changed = Callable[[bool], None]
"""Told of a change, and whether a row was removed."""
Check = Callable[[Row, Mapping[str, Any]], None]
"""Told a row as it will be and the values that are new; raises FieldError when they do not go together."""


class Crud:
    """The rows of one resource of the app, in its table and (to decide from) in memory.

    A row of a resource with the hidden column `deleted_at` is not removed when it is deleted: it is gone for clients,
    and what refers to it still finds it.

    Args:
        backend: what the services share.
        resource: the table of fields.
        unique: fields whose values no two rows share.
        check: what must hold between the fields of a row.

    """

    def __init__(
        self, backend: Backend, resource: Resource, unique: tuple[str, ...] = (), check: Check | None = None
    ) -> None:
        self.resource = resource
        self._backend = backend
        self._table = Collection(backend.storage, resource)
        self._keeps_deleted = any(field.name == DELETED_AT for field in resource.hidden)
        self._unique = unique
        self._check = check
        self._listeners: list[Changed] = []
        self._read()
        backend.on_restore(self._read)

    def _read(self) -> None:
        self._by_id: dict[str, Row] = {row["id"]: row for row in self._table.rows()}

    def on_change(self, listener: Changed) -> None:
        """Call `listener` after each change."""
        self._listeners.append(listener)

    def find(self, row_id: Any) -> Row | None:
        """The row of that id, also when it was deleted and is kept."""
        return self._by_id.get(row_id)

    def get(self, row_id: str) -> Row:
        """The row of that id. NotFound when there is none."""
        with self._backend.lock:
            row = self._by_id.get(row_id)
            if row is None or row.get(DELETED_AT) is not None:
                known = [one["id"] for one in self.all()]
                raise NotFound(f"There is no {self.resource.name} {row_id!r}{did_you_mean(row_id, known)}.")
            return row

    def all(self) -> list[Row]:
        """All rows in the order of creation."""
        with self._backend.lock:
            return [row for row in self._by_id.values() if row.get(DELETED_AT) is None]

    def page(self, query: ListQuery, **keys: Any) -> Page:
        """What a client asks of the list. FieldError for a field that cannot sort."""
        return self._table.page(query, **keys, **({DELETED_AT: None} if self._keeps_deleted else {}))

    def create(self, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Add a row.

        Args:
            given: its fields; the id is made up.
            warn: told what was taken though it is strange; None refuses unknown fields.

        Raises:
            FieldError: a field is missing or does not fit.

        """
        values = read_fields(self.resource.fields, given, CREATE, warn)
        return self.put(self._backend.ids.uuid(self.resource.name), values)

    def put(self, row_id: str, values: Mapping[str, Any]) -> Row:
        """Add a row with an id of the caller's, or update the one of that id; the values are checked already."""
        with self._backend.lock:
            old = self._by_id.get(row_id)
            if old is not None:
                return self._write(old, values)
            stamps = {name: self._backend.now() for name in ("created_at", "updated_at") if self._has(name)}
            row = {**self.resource.defaults, "id": row_id, **stamps, **values}
            self._check_row(row, values)
            self._by_id[row_id] = self._table.add(row)
            self._changed()
            return self._by_id[row_id]

    def update(self, row_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Replace fields of a row; arguments and errors as `create`. NotFound when there is none of that id."""
        with self._backend.lock:
            old = self.get(row_id)
            return self._write(old, read_fields(self.resource.fields, given, UPDATE, warn))

    def delete(self, row_id: str) -> None:
        """Remove a row. NotFound when there is none of that id."""
        with self._backend.lock:
            row = self.get(row_id)
            if self._keeps_deleted:
                self._write(row, {DELETED_AT: self._backend.now()})
                return
            self._table.remove(id=row_id)
            del self._by_id[row_id]
            self._changed(removed=True)

    def reply(self, row: Row) -> Row:
        """What clients see of a row."""
        return self._table.reply(row)

    def _write(self, old: Row, values: Mapping[str, Any]) -> Row:
        stamp = {"updated_at": self._backend.now()} if self._has("updated_at") else {}
        row = {**old, **values, **stamp}
        self._check_row(row, values)
        self._table.update(old["number"], {**values, **stamp})
        self._by_id[old["id"]] = row
        self._changed()
        return row

    def _has(self, name: str) -> bool:
        return any(field.name == name for field in self.resource.fields)

    def _check_row(self, row: Row, values: Mapping[str, Any]) -> None:
        for name in self._unique:
            value = row.get(name)
            if value and any(one[name] == value and one["id"] != row["id"] for one in self._by_id.values()):
                raise FieldError(name, f"another {self.resource.name} has {value!r} already")
        if self._check is not None:
            self._check(row, values)

    def _changed(self, *, removed: bool = False) -> None:
        for listener in self._listeners:
            listener(removed)
