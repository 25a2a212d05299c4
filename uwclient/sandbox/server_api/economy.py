"""Currencies, items and products (sections App Currencies, App Items and App Products)."""

from __future__ import annotations

from uwclient.sandbox.core.resource import UPDATE, Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.crud_endpoints import CrudEndpoints
from uwclient.sandbox.server_api.endpoint import ANY_APP, Call, Endpoint
from uwclient.sandbox.server_api.reply import One
from uwclient.sandbox.services.catalogue.resources import CURRENCY, ITEM, PRODUCT

_CURRENCIES = CrudEndpoints(
    CURRENCY,
    lambda platform: platform.catalogue.currencies,
    "currency",
    "currencies",
    "/api/v1/app_currencies",
    "currency_id",
)
_ITEMS = CrudEndpoints(
    ITEM, lambda platform: platform.catalogue.items, "item", "items", "/api/v1/app_items", "item_id"
)
_PRODUCTS = CrudEndpoints(
    PRODUCT, lambda platform: platform.catalogue.products, "product", "products", "/api/v1/app_products", "product_id"
)


def _update_currency(platform: Platform, call: Call) -> object:
    """Updating calls the icon `icon_id`; everything else calls it `icon_attachment_id`, which is taken too."""
    body = dict(call.body)
    if "icon_id" in body:
        body["icon_attachment_id"] = body.pop("icon_id")
    return platform.catalogue.currencies.update(call.ids["currency_id"], body, call.warn)


ENDPOINTS: tuple[Endpoint, ...] = (
    _CURRENCIES.list(ANY_APP, filters=("app_id",)),
    _CURRENCIES.get(),
    _CURRENCIES.create(),
    Endpoint(
        "update_currency",
        "PUT",
        "/api/v1/app_currencies/{currency_id}",
        "Update fields of one currency.",
        _update_currency,
        One(CURRENCY.fields),
        body=(
            *(one for one in CURRENCY.fields if UPDATE in one.when),
            Field("icon_id", "text", "The media id of its icon; the same as icon_attachment_id."),
        ),
        body_operation=UPDATE,
    ),
    _CURRENCIES.delete("Successfully deleted the app currency."),
    _ITEMS.list(ANY_APP, filters=("app_id",)),
    _ITEMS.get(),
    _ITEMS.create(),
    _ITEMS.update(),
    _ITEMS.delete("Successfully deleted the app item."),
    _PRODUCTS.list(ANY_APP, filters=("app_id",)),
    _PRODUCTS.get(),
    _PRODUCTS.create(),
    _PRODUCTS.update(),
    _PRODUCTS.delete("Successfully deleted the app product."),
)
