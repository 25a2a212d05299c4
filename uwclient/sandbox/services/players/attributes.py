"""Which values attributes can take, set by the studio or assigned by a client (pure; guide: Attribute Targeting)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath
from uwclient.sandbox.core.field_types import shown
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.core.values import DATA_TYPES, NUMBERS, Attribute, data_type_of, fits

MOST_ENTRIES = 100
"""So many attributes, or events, fit into one request."""

Typed = Mapping[str, tuple[Any, str]]
"""Attributes by name: the value as JSON holds it, and the data type."""


def attribute_list(name: str, text: str, *, required: bool = False) -> Field:
    """A field that holds attributes, as clients send them: of a player, an event or a region."""
    return Field(
        name,
        "list",
        text,
        required=required,
        most=MOST_ENTRIES,
        fields=(
            Field("name", "word", "The name of the attribute.", required=True, empty=True),
            Field("value", "any", "A text, true or false, or a number.", required=True, null=True, empty=True),
            Field("data_type", "text", "Its data type; that of the value when missing.", choices=tuple(DATA_TYPES)),
        ),
        check=_check_values,
        others="kept",
    )


def attributes_in_list(entries: Sequence[Mapping[str, Any]]) -> tuple[Attribute, ...]:
    """The attributes that such a field holds."""
    return tuple(Attribute(one["name"], one["value"], one.get("data_type")) for one in entries)


def named_attributes(name: str, text: str, *, required: bool = False) -> Field:
    """A field that holds values of attributes by name."""
    value = Field("", "any", "A text, true or false, or a number.")
    return Field(name, "object", text, required=required, values=value, check=_check_named_values)


def attributes_by_name(values: Mapping[str, Any]) -> tuple[Attribute, ...]:
    """The attributes that such a field holds."""
    return tuple(Attribute(name, value, None) for name, value in values.items())


def typed_values(values: Mapping[str, Any]) -> Typed:
    """Python values with their data types. ValueError for a value that has none of the five."""
    return {name: _typed(name, value) for name, value in values.items()}


def typed_assignment(
    known_types: Mapping[str, str], attributes: Sequence[Attribute], path: FieldPath = ("attributes",)
) -> Typed:
    """What a client assigns to a player.

    An attribute that the player has already keeps its data type, except that an integer becomes a float when a float
    is sent. A new one takes the type of its first value.

    Args:
        known_types: the data types of the player's attributes, by name.
        attributes: what the client sent.
        path: leads to them, for the error.

    Raises:
        FieldError: one of them does not fit the data type of its name.

    """
    types = dict(known_types)
    typed: dict[str, tuple[Any, str]] = {}
    for position, attribute in enumerate(attributes):
        place = (*path, position)
        data_type = types[attribute.name] = _type_after(types.get(attribute.name), attribute)
        if attribute.data_type not in (None, data_type) and not {attribute.data_type, data_type} <= NUMBERS:
            raise FieldError(
                (*place, "data_type"),
                f"the attribute {attribute.name!r} is of the data type {data_type!r} already, "
                f"not {attribute.data_type!r}",
                f"Send it as {data_type}, or use another name.",
            )
        _check_data_type(attribute.value, data_type, (*place, "value"))
        typed[attribute.name] = (attribute.value, data_type)
    return typed


def _check_values(entries: Sequence[Mapping[str, Any]]) -> None:
    """FieldError unless each value fits the data type beside it, or has one of the five."""
    for position, entry in enumerate(entries):
        data_type, value = entry.get("data_type"), entry["value"]
        if data_type is not None:
            _check_data_type(value, data_type, (position, "value"))
        elif data_type_of(value) is None:
            raise _untyped(value, (position, "value"))


def _check_named_values(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if not name:
            raise FieldError((name,), "the name of an attribute is a text of at least one letter")
        if data_type_of(value) is None:
            raise _untyped(value, (name,))


def _untyped(value: object, path: FieldPath) -> FieldError:
    problem = f"{shown(value)} has none of the five data types"
    return FieldError(path, problem, f"Send {', '.join(DATA_TYPES.values())}.")


def _check_data_type(value: object, data_type: str, path: FieldPath) -> None:
    if not fits(value, data_type):
        problem = f"{shown(value)} does not fit the data type {data_type!r}"
        raise FieldError(path, problem, f"Send {DATA_TYPES[data_type]}.")


def _type_after(known: str | None, sent: Attribute) -> str:
    """The data type that an attribute has once it is sent; `known` is what it had before, if it was there."""
    if known is None:
        return sent.stored_type
    return "float" if {known, sent.stored_type} == NUMBERS else known


def _typed(name: str, value: Any) -> tuple[Any, str]:
    data_type = data_type_of(value)
    if data_type is None:
        advice = "a finite number" if isinstance(value, float) else "a string, boolean, integer, float or datetime"
        raise ValueError(f"Attribute {name!r} cannot be {value!r}: use {advice}.")
    return (value.isoformat() if isinstance(value, datetime) else value), data_type
