"""The shapes of replies: how rows are written as JSON, and what OpenAPI says of them (pure)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.collection import ListQuery, Page, Row
from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.field_types import nullable
from uwclient.sandbox.core.json_schema import json_schema
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.core.times import from_milliseconds


class Reply(ABC):
    """The shape of `data` in a reply."""

    @abstractmethod
    def data(self, answer: Any) -> Any:
        """What a handler returned, as JSON."""

    @abstractmethod
    def schema(self) -> dict[str, Any] | None:
        """The JSON Schema of `data`; None for a reply without a body."""


@dataclass(frozen=True)
class Nothing(Reply):
    """A reply without a body."""

    def data(self, answer: Any) -> Any:
        """None."""
        return None

    def schema(self) -> dict[str, Any] | None:
        """None."""
        return None


@dataclass(frozen=True)
class Says(Reply):
    """A sentence, whatever the handler returned."""

    sentence: str

    def data(self, answer: Any) -> Any:
        """The sentence."""
        return self.sentence

    def schema(self) -> dict[str, Any] | None:
        """A text."""
        return {"type": "string", "const": self.sentence}


@dataclass(frozen=True)
class One(Reply):
    """One row."""

    fields: tuple[Field, ...]

    def data(self, answer: Any) -> Any:
        """The row's fields."""
        return written_fields(self.fields, answer)

    def schema(self) -> dict[str, Any] | None:
        """An object."""
        return reply_schema(self.fields)


@dataclass(frozen=True)
class Many(Reply):
    """A list of rows, which clients may sort and page."""

    fields: tuple[Field, ...]

    def data(self, answer: Any) -> Any:
        """The fields of each row."""
        return [written_fields(self.fields, row) for row in answer]

    def schema(self) -> dict[str, Any] | None:
        """A list of objects."""
        return {"type": "array", "items": reply_schema(self.fields)}


@dataclass(frozen=True)
class ByApp(Reply):
    """A list of rows for each app that has any: `{app_id: [...]}`."""

    fields: tuple[Field, ...]

    def data(self, answer: Any) -> Any:
        """The fields of each row, by app."""
        return {app: [written_fields(self.fields, row) for row in rows] for app, rows in answer.items()}

    def schema(self) -> dict[str, Any] | None:
        """An object of lists."""
        return {"type": "object", "additionalProperties": {"type": "array", "items": reply_schema(self.fields)}}


def written_fields(fields: Iterable[Field], row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row as the platform prints them; what is missing has its default."""
    return {field.name: _written(field, row.get(field.name, field.default)) for field in fields}


def printed_time(value: int) -> str:
    """Milliseconds since 1970 as the server API prints times: 2022-03-14T01:00:00Z."""
    return from_milliseconds(value).strftime("%Y-%m-%dT%H:%M:%SZ")


def reply_schema(fields: Iterable[Field]) -> dict[str, Any]:
    """The JSON Schema of an object in a reply, in which any field may be null."""
    schema = json_schema(fields)
    schema["properties"] = {name: _or_null(one) for name, one in schema["properties"].items()}
    schema["required"] = list(schema["properties"])
    return schema


def check_sortable(fields: Iterable[Field], name: str) -> None:
    """FieldError when a list cannot be sorted by a field of that name."""
    sortable = [field.name for field in fields if field.is_scalar]
    if name and name not in sortable:
        close = did_you_mean(name, sortable)
        raise FieldError("sort_by", f"{name!r} cannot sort{close}: use {', '.join(sortable)}")


def page_of(rows: Sequence[Row], query: ListQuery) -> Page:
    """The rows that a client asks for, of a list in memory."""
    ordered = list(rows)
    if query.sort_by:
        ordered.sort(key=lambda row: _sort_key(row.get(query.sort_by)))
    if query.descending:
        ordered.reverse()
    given = frozenset(query.given or ())
    left = [row for row in ordered if row.get("id") not in given]
    shown = left if query.page is None else left[query.start : query.start + query.size]
    return Page(shown, len(ordered), len(left))


def list_meta(page: Page, query: ListQuery) -> dict[str, int]:
    """What `meta.query` tells of a list; the pages end when all rows have been given."""
    size = query.size if query.page is not None else max(page.total, query.size)
    pages = -(-page.total // size) if query.given is None else -(-len(query.given) // size) - (-page.left // size)
    return {
        "current_page": query.page or 1,
        "current_page_record_count": len(page.rows),
        "records_per_page": size,
        "total_pages": pages,
        "total_records": page.total,
    }


def _written(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.type == "time":
        return printed_time(value)
    if field.fields and field.type == "object":
        return written_fields(field.fields, value)
    if field.fields and field.type == "list":
        return [written_fields(field.fields, one) for one in value]
    return value


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that null fits, too, and so on in what is below it."""
    made = nullable(schema)
    if "properties" in made:
        made["properties"] = {name: _or_null(one) for name, one in made["properties"].items()}
    if "items" in made:
        made["items"] = _or_null(made["items"])
    return made


def _sort_key(value: Any) -> tuple[bool, str, Any]:
    """Orders values of several types: first what is missing, then numbers, then texts."""
    if isinstance(value, (bool, int, float)):
        return (True, "", float(value))
    return (value is not None, "text", str(value or ""))
