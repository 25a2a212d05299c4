"""What the player gets of an offer: currencies and items, and what their records say of them (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Find = Callable[[Any], Mapping[str, Any] | None]
"""Finds a row of the catalogue by its id."""

_FILLED_FROM: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"currency": ("external_currency_id", "name_plural"), "item": ("external_item_id", "name")}
)
"""Of each type of unit, the columns with the external id and the name."""


def filled_unit(unit: Mapping[str, Any], find_currency: Find, find_item: Find) -> Mapping[str, Any]:
    """A unit with the external id and the name that its record has now; as it is when there is no such record."""
    find = {"currency": find_currency, "item": find_item}.get(unit.get("unit_type") or "")
    record = find(unit.get("unit_id")) if find else None
    if record is None:
        return unit
    external_id, name = _FILLED_FROM[unit["unit_type"]]
    return {**unit, "unit_external_id": record[external_id], "unit_name": record[name]}
