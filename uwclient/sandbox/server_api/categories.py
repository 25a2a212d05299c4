"""Categories (section App Categories): what campaigns and content are sorted by."""

from __future__ import annotations

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.server_api.crud_endpoints import CrudEndpoints
from uwclient.sandbox.server_api.endpoint import ANY_APP, Endpoint
from uwclient.sandbox.services.catalogue.resources import CATEGORY, CATEGORYABLE_TYPES

_CATEGORIES = CrudEndpoints(
    CATEGORY,
    lambda platform: platform.catalogue.categories,
    "category",
    "categories",
    "/api/v1/app_categories",
    "category_id",
)
_TYPE = Field("categoryable_type", "text", "Only those that sort this.", choices=CATEGORYABLE_TYPES)

ENDPOINTS: tuple[Endpoint, ...] = (
    _CATEGORIES.list(ANY_APP, query=(_TYPE,), filters=("app_id", "categoryable_type")),
    _CATEGORIES.create(),
    _CATEGORIES.update(needs=("name", "color")),
    _CATEGORIES.delete("Successfully deleted the app category."),
)
