"""The endpoints of a resource of the app: list, get, create, update and delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from uwclient.sandbox.core.collection import Page
from uwclient.sandbox.core.crud import Crud
from uwclient.sandbox.core.resource import CREATE, UPDATE, Field, Resource
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import Call, Endpoint, Scope
from uwclient.sandbox.server_api.reply import Many, Nothing, One, Reply, Says


class CrudEndpoints:
    """Makes the endpoints of one resource.

    Args:
        resource: its table of fields.
        crud: finds its rows in a platform.
        name: as operations have it: "currency"; the list is that of `plural`.
        plural: "currencies".
        path: the path of the list.
        item: the name of its id in paths: "currency_id".
        items: the path below which single ones are, where that is another one.

    """

    def __init__(
        self,
        resource: Resource,
        crud: Callable[[Platform], Crud],
        name: str,
        plural: str,
        path: str,
        item: str,
        items: str | None = None,
    ) -> None:
        self._resource = resource
        self._crud = crud
        self._name = name
        self._plural = plural
        self._path = path
        self._item = item
        self._item_path = f"{items or path}/{{{item}}}"

    def list(
        self, scope: Scope | None = None, query: tuple[Field, ...] = (), filters: Iterable[str] = (), **more: Any
    ) -> Endpoint:
        """The list; `filters` are the parameters that must equal a field of the same name."""
        names = tuple(filters)

        def answer(platform: Platform, call: Call) -> Page:
            equal = {name: call.query[name] for name in names if name in call.query}
            return self._crud(platform).page(call.listing, **equal)

        text = f"List the {self._plural.replace('_', ' ')}."
        return Endpoint(
            f"list_{self._plural}",
            "GET",
            self._path,
            text,
            answer,
            Many(self._resource.fields),
            scope=scope or Scope(),
            query=query,
            **more,
        )

    def get(self, **more: Any) -> Endpoint:
        """One row."""
        return Endpoint(
            f"get_{self._name}",
            "GET",
            self._item_path,
            f"Get one {self._resource.name}.",
            lambda platform, call: self._crud(platform).get(call.ids[self._item]),
            One(self._resource.fields),
            **more,
        )

    def create(self, **more: Any) -> Endpoint:
        """A new row."""
        return Endpoint(
            f"create_{self._name}",
            "POST",
            more.pop("path", self._path),
            f"Create one {self._resource.name}.",
            lambda platform, call: self._crud(platform).create(call.body, call.warn),
            One(self._resource.fields),
            status=201,
            body=self._writable(CREATE),
            **more,
        )

    def update(self, **more: Any) -> Endpoint:
        """Other values for fields of a row."""
        return Endpoint(
            f"update_{self._name}",
            "PUT",
            more.pop("path", self._item_path),
            f"Update fields of one {self._resource.name}.",
            lambda platform, call: self._crud(platform).update(call.ids[self._item], call.body, call.warn),
            One(self._resource.fields),
            body=self._writable(UPDATE),
            body_operation=UPDATE,
            **more,
        )

    def delete(self, sentence: str | None = None, **more: Any) -> Endpoint:
        """Delete a row; a reply with a sentence, or without a body."""
        reply: Reply = Nothing() if sentence is None else Says(sentence)
        return Endpoint(
            f"delete_{self._name}",
            "DELETE",
            more.pop("path", self._item_path),
            f"Delete one {self._resource.name}.",
            lambda platform, call: self._crud(platform).delete(call.ids[self._item]),
            reply,
            status=204 if sentence is None else 200,
            **more,
        )

    def _writable(self, operation: str) -> tuple[Field, ...]:
        return tuple(field for field in self._resource.fields if operation in field.when)
