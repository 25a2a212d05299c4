"""The shape of an offer's `payment_data`, as the documentation shows it (section Scheduled Campaigns; pure).

{payment_type: iap, iap_data: {ios_product_id: …, android_product_id: …, cost: 1.99}}
{payment_type: currency, currency_data: {name: Gold, external_id: gold, currency_amount: 50}}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError, check_keys, did_you_mean

PAYMENT_TYPES: Mapping[str, Mapping[str, type]] = MappingProxyType(
    {
        "iap": {"ios_product_id": str, "android_product_id": str, "cost": float},
        "currency": {"name": str, "external_id": str, "currency_amount": float},
    }
)
"""For each type of payment: the fields below `<type>_data`, and what they hold (float: a number)."""


def check_payment(payment: Mapping[str, Any]) -> None:
    """FieldError, with a path from `payment_data` on, when the shape is another one."""
    payment_type = payment.get("payment_type")
    types = ", ".join(PAYMENT_TYPES)
    if payment_type is None:
        raise FieldError(("payment_data", "payment_type"), f"it is missing: use one of {types}")
    if payment_type not in PAYMENT_TYPES:
        close = did_you_mean(str(payment_type), PAYMENT_TYPES)
        raise FieldError(("payment_data", "payment_type"), f"{payment_type!r} is not one of {types}{close}")
    holder = f"{payment_type}_data"
    check_keys(payment, ("payment_type", holder), ("payment_data",))
    details = payment.get(holder)
    if not isinstance(details, Mapping):
        fields = ", ".join(PAYMENT_TYPES[payment_type])
        raise FieldError(("payment_data", holder), f"{details!r} is not a mapping: give it {fields}")
    check_keys(details, PAYMENT_TYPES[payment_type], ("payment_data", holder))
    for field, wanted in PAYMENT_TYPES[payment_type].items():
        value = details.get(field)
        if wanted is str and not isinstance(value, (str, type(None))):
            raise FieldError(("payment_data", holder, field), f"{value!r} is not a text: put it in quotes")
        if wanted is float and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise FieldError(
                ("payment_data", holder, field), f"{value!r} is not a number: write one without quotes, such as 1.99"
            )
