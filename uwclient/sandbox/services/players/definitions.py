"""What the app has met so far: attributes, events and regions, with the data types of what they carried (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from uwclient.sandbox.core.values import NUMBERS, attributes_in

Definition = dict[str, Any]
"""One attribute, event or region as the server API lists it."""


def attribute_definitions(typed: Iterable[Sequence[str]]) -> list[Definition]:
    """Names with data types, each name once: with its first type, or float where there are integers and floats."""
    types: dict[str, str] = {}
    for name, data_type in typed:
        known = types.setdefault(name, data_type)
        if {known, data_type} == NUMBERS:
            types[name] = "float"
    return [{"name": name, "data_type": data_type} for name, data_type in types.items()]


def entry_definitions(entries: Iterable[Sequence[str]], name_field: str, list_field: str) -> list[Definition]:
    """Events or regions, each once, with all attributes that any of them had.

    Args:
        entries: the name, and the attributes as `attributes_text` writes them.
        name_field: what a definition calls the name.
        list_field: what it calls the attributes.

    """
    typed: dict[str, list[tuple[str, str]]] = {}
    for name, text in entries:
        typed.setdefault(name, []).extend(attributes_in(text)[1].items())
    return [{name_field: name, list_field: attribute_definitions(found)} for name, found in typed.items()]
