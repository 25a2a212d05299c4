"""What a game sells and gives: currencies, items and products (sections App Currencies, App Items, App Products)."""

from __future__ import annotations

from dataclasses import dataclass

from uwclient.server_api.body import given
from uwclient.server_api.choices import Direction, search
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class Currency(Record):
    """A currency of the game.

    Attributes:
        id: its id.
        app_id: the app that it belongs to.
        name_singular: the name of one, such as "Diamond".
        name_plural: the name of several.
        external_currency_id: the game's own id for it.
        icon_attachment_id: the media record of its icon.

    """

    id: str
    app_id: str | None = None
    name_singular: str | None = None
    name_plural: str | None = None
    external_currency_id: str | None = None
    icon_attachment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Item(Record):
    """An item of the game.

    Attributes:
        id: its id.
        app_id: the app that it belongs to.
        name: its name.
        external_item_id: the game's own id for it.
        icon_attachment_id: the media record of its icon.

    """

    id: str
    app_id: str | None = None
    name: str | None = None
    external_item_id: str | None = None
    icon_attachment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Product(Record):
    """Something that is sold for money in the app stores.

    Attributes:
        id: its id.
        app_id: the app that it belongs to.
        name: its name.
        cost: its price.
        android_id: its id in Google's store.
        ios_id: its id in Apple's store.

    """

    id: str
    app_id: str | None = None
    name: str | None = None
    cost: float | None = None
    android_id: str | None = None
    ios_id: str | None = None


class Currencies(Resource):
    """The currencies of the app: `server.currencies`."""

    def list(
        self, *, query: str | None = None, sort_by: str | None = None, sort_direction: Direction | None = None
    ) -> Pages[Currency]:
        """List the currencies: GET /api/v1/app_currencies.

        Args:
            query: text that the singular or plural name has in it.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".

        """
        wanted = {"app_id": self._scope.app_id, **search(query, sort_by, sort_direction)}
        return self._list(Currency, "GET /api/v1/app_currencies", wanted)

    def get(self, currency_id: str) -> Currency:
        """Get a currency: GET /api/v1/app_currencies/{currency_id}."""
        return self._one(Currency, "GET /api/v1/app_currencies/{currency_id}", currency_id=currency_id)

    def create(
        self, *, name_singular: str, name_plural: str, external_currency_id: str, icon_attachment_id: str
    ) -> Currency:
        """Create a currency: POST /api/v1/app_currencies.

        Args:
            name_singular: the name of one, such as "Diamond".
            name_plural: the name of several.
            external_currency_id: the game's own id for it.
            icon_attachment_id: the media record of its icon.

        """
        fields = {
            "app_id": self._scope.app_id,
            "name_singular": name_singular,
            "name_plural": name_plural,
            "external_currency_id": external_currency_id,
            "icon_attachment_id": icon_attachment_id,
        }
        return self._one(Currency, "POST /api/v1/app_currencies", fields)

    def update(
        self,
        currency_id: str,
        *,
        name_singular: str | None = None,
        name_plural: str | None = None,
        external_currency_id: str | None = None,
        icon_id: str | None = None,
    ) -> Currency:
        """Change the fields of a currency that are given: PUT /api/v1/app_currencies/{currency_id}.

        Args:
            currency_id: the currency.
            name_singular: the name of one.
            name_plural: the name of several.
            external_currency_id: the game's own id for it.
            icon_id: the media record of its icon.

        """
        fields = given(
            name_singular=name_singular,
            name_plural=name_plural,
            external_currency_id=external_currency_id,
            icon_id=icon_id,
        )
        return self._one(Currency, "PUT /api/v1/app_currencies/{currency_id}", fields, currency_id=currency_id)

    def delete(self, currency_id: str) -> None:
        """Delete a currency: DELETE /api/v1/app_currencies/{currency_id}."""
        self._tell("DELETE /api/v1/app_currencies/{currency_id}", currency_id=currency_id)


class Items(Resource):
    """The items of the app: `server.items`."""

    def list(
        self, *, query: str | None = None, sort_by: str | None = None, sort_direction: Direction | None = None
    ) -> Pages[Item]:
        """List the items: GET /api/v1/app_items.

        Args:
            query: text that the name has in it.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".

        """
        wanted = {"app_id": self._scope.app_id, **search(query, sort_by, sort_direction)}
        return self._list(Item, "GET /api/v1/app_items", wanted)

    def get(self, item_id: str) -> Item:
        """Get an item: GET /api/v1/app_items/{item_id}."""
        return self._one(Item, "GET /api/v1/app_items/{item_id}", item_id=item_id)

    def create(self, *, name: str, external_item_id: str, icon_attachment_id: str) -> Item:
        """Create an item: POST /api/v1/app_items.

        Args:
            name: its name.
            external_item_id: the game's own id for it.
            icon_attachment_id: the media record of its icon.

        """
        fields = {
            "app_id": self._scope.app_id,
            "name": name,
            "external_item_id": external_item_id,
            "icon_attachment_id": icon_attachment_id,
        }
        return self._one(Item, "POST /api/v1/app_items", fields)

    def update(
        self,
        item_id: str,
        *,
        name: str | None = None,
        external_item_id: str | None = None,
        icon_attachment_id: str | None = None,
    ) -> Item:
        """Change the fields of an item that are given: PUT /api/v1/app_items/{item_id}.

        Args:
            item_id: the item.
            name: its name.
            external_item_id: the game's own id for it.
            icon_attachment_id: the media record of its icon.

        """
        fields = given(name=name, external_item_id=external_item_id, icon_attachment_id=icon_attachment_id)
        return self._one(Item, "PUT /api/v1/app_items/{item_id}", fields, item_id=item_id)

    def delete(self, item_id: str) -> None:
        """Delete an item: DELETE /api/v1/app_items/{item_id}."""
        self._tell("DELETE /api/v1/app_items/{item_id}", item_id=item_id)


class Products(Resource):
    """The products of the app: `server.products`."""

    def list(
        self, *, query: str | None = None, sort_by: str | None = None, sort_direction: Direction | None = None
    ) -> Pages[Product]:
        """List the products: GET /api/v1/app_products.

        Args:
            query: text that the name, the price or an id in a store has in it.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".

        """
        wanted = {"app_id": self._scope.app_id, **search(query, sort_by, sort_direction)}
        return self._list(Product, "GET /api/v1/app_products", wanted)

    def get(self, product_id: str) -> Product:
        """Get a product: GET /api/v1/app_products/{product_id}."""
        return self._one(Product, "GET /api/v1/app_products/{product_id}", product_id=product_id)

    def create(self, *, name: str, cost: float, android_id: str | None = None, ios_id: str | None = None) -> Product:
        """Create a product: POST /api/v1/app_products.

        Args:
            name: its name.
            cost: its price, 0 or more.
            android_id: its id in Google's store.
            ios_id: its id in Apple's store.

        """
        fields = given(app_id=self._scope.app_id, name=name, cost=cost, android_id=android_id, ios_id=ios_id)
        return self._one(Product, "POST /api/v1/app_products", fields)

    def update(
        self,
        product_id: str,
        *,
        name: str | None = None,
        cost: float | None = None,
        android_id: str | None = None,
        ios_id: str | None = None,
    ) -> Product:
        """Change the fields of a product that are given: PUT /api/v1/app_products/{product_id}.

        Args:
            product_id: the product.
            name: its name.
            cost: its price, 0 or more.
            android_id: its id in Google's store.
            ios_id: its id in Apple's store.

        """
        fields = given(name=name, cost=cost, android_id=android_id, ios_id=ios_id)
        return self._one(Product, "PUT /api/v1/app_products/{product_id}", fields, product_id=product_id)

    def delete(self, product_id: str) -> None:
        """Delete a product: DELETE /api/v1/app_products/{product_id}."""
        self._tell("DELETE /api/v1/app_products/{product_id}", product_id=product_id)
