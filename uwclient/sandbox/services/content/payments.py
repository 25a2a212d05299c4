"""The shape of an offer's `payment_data`, as the documentation shows it (section Scheduled Campaigns; pure).

{payment_type: iap, iap_data: {ios_product_id: …, android_product_id: …, cost: 1.99}}
{payment_type: currency, currency_data: {name: Gold, external_id: gold, currency_amount: 50}}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import Field

_DETAILS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "iap": (
            Field("ios_product_id", "text", "The product in the App Store.", null=True),
            Field("android_product_id", "text", "The product in Google Play.", null=True),
            Field("cost", "number", "What it costs, in US dollars.", required=True),
        ),
        "currency": (
            Field("name", "text", "What the currency is called.", null=True),
            Field("external_id", "text", "Your own id of the currency.", null=True),
            Field("currency_amount", "number", "How much of it.", required=True),
        ),
    }
)
"""For each type of payment: the fields below `<type>_data`."""


def _check_details(payment: Mapping[str, Any]) -> None:
    """FieldError unless the details of the payment's own type, and only those, are there."""
    payment_type = payment["payment_type"]
    for other, fields in _DETAILS.items():
        holder = f"{other}_data"
        if other == payment_type and holder not in payment:
            names = ", ".join(field.name for field in fields)
            raise FieldError(holder, f"it is missing: give it {names}")
        if other != payment_type and holder in payment:
            raise FieldError(holder, f"a payment of the type {payment_type} has none: use {payment_type}_data")


PAYMENT = Field(
    "payment_data",
    "object",
    "What an offer costs.",
    fields=(
        Field("payment_type", "text", "How it is paid.", required=True, choices=tuple(_DETAILS)),
        *(Field(f"{name}_data", "object", f"The price, by {name}.", fields=one) for name, one in _DETAILS.items()),
    ),
    check=_check_details,
)
