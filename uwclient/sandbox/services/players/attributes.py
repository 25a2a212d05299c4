"""Which values attributes can take, set by the studio or assigned by a client (pure; guide: Attribute Targeting)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.errors import FieldPath, Refused
from uwclient.sandbox.core.fields import check_data_type
from uwclient.sandbox.core.values import NUMBERS, Attribute, data_type_of

Typed = Mapping[str, tuple[Any, str]]
"""Attributes by name: the value as JSON holds it, and the data type."""


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
        Refused: one of them does not fit the data type of its name.

    """
    types = dict(known_types)
    typed: dict[str, tuple[Any, str]] = {}
    for position, attribute in enumerate(attributes):
        place = (*path, position)
        data_type = types[attribute.name] = _type_after(types.get(attribute.name), attribute)
        if attribute.data_type not in (None, data_type) and not {attribute.data_type, data_type} <= NUMBERS:
            raise Refused(
                (*place, "data_type"),
                f"the attribute {attribute.name!r} is of the data type {data_type!r} already, "
                f"not {attribute.data_type!r}",
                f"Send it as {data_type}, or use another name.",
            )
        check_data_type(attribute.value, data_type, (*place, "value"))
        typed[attribute.name] = (attribute.value, data_type)
    return typed


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
