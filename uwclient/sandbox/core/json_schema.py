"""Tables of fields as JSON Schema (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uwclient.sandbox.core.field_types import TYPES, nullable
from uwclient.sandbox.core.resource import CREATE, Field


def json_schema(fields: Iterable[Field], operation: str | None = None) -> dict[str, Any]:
    """The fields as JSON Schema: those that an operation may write, or (None) those of replies."""
    listed = [field for field in fields if operation is None or operation in field.when]
    properties = {field.name: schema_of(field, operation) for field in listed}
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    required = [field.name for field in listed if field.required]
    if required and operation == CREATE:
        schema["required"] = required
    return schema


def schema_of(field: Field, operation: str | None = None) -> dict[str, Any]:
    """One field as JSON Schema; `operation` as for `json_schema`."""
    schema = {**TYPES[field.type].schema, "description": field.text}
    if field.fields and field.type == "list":
        schema["items"] = json_schema(field.fields, operation and CREATE)
    elif field.fields:
        schema.update(json_schema(field.fields, operation))
    if field.values is not None:
        schema["items" if field.type == "list" else "additionalProperties"] = schema_of(field.values, operation)
    bounds = {"minimum": field.minimum, "maximum": field.maximum, "maxItems": field.most, "default": field.default}
    schema.update({name: bound for name, bound in bounds.items() if bound is not None})
    if field.choices:
        schema["enum"] = list(field.choices)
    return nullable(schema) if field.null else schema
