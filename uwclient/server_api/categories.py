"""Categories, by which the dashboard sorts campaigns (section Categories)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from uwclient.server_api.choices import CategoryType
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class Category(Record):
    """A category.

    Attributes:
        id: its id.
        app_id: the app that it belongs to.
        name: its name.
        categoryable_type: what it is for: "scheduled_campaign" or "triggered_campaign".
        color: such as "#F0F0F0".

    """

    id: str
    app_id: str | None = None
    name: str | None = None
    categoryable_type: str | None = None
    color: str | None = None


class Categories(Resource):
    """The categories of the app: `server.categories`."""

    def list(self, *, categoryable_type: CategoryType | Literal["campaign_content"] | None = None) -> Pages[Category]:
        """List the categories: GET /api/v1/app_categories.

        Args:
            categoryable_type: only those for this.

        """
        wanted = {"app_id": self._scope.app_id, "categoryable_type": categoryable_type}
        return self._list(Category, "GET /api/v1/app_categories", wanted)

    def create(self, *, name: str, categoryable_type: CategoryType, color: str) -> Category:
        """Create a category: POST /api/v1/app_categories.

        Args:
            name: its name.
            categoryable_type: "scheduled_campaign" or "triggered_campaign".
            color: such as "#F0F0F0".

        """
        fields = {
            "app_id": self._scope.app_id,
            "categoryable_type": categoryable_type,
            "name": name,
            "color": color,
        }
        return self._one(Category, "POST /api/v1/app_categories", fields)

    def update(self, category_id: str, *, name: str, color: str) -> Category:
        """Change a category: PUT /api/v1/app_categories/{category_id}. The platform requires both fields.

        Args:
            category_id: the category.
            name: its name.
            color: such as "#F0F0F0".

        """
        fields = {"name": name, "color": color}
        return self._one(Category, "PUT /api/v1/app_categories/{category_id}", fields, category_id=category_id)

    def delete(self, category_id: str) -> None:
        """Delete a category: DELETE /api/v1/app_categories/{category_id}. Campaigns keep it."""
        self._tell("DELETE /api/v1/app_categories/{category_id}", category_id=category_id)
