"""What is filled in once and used again: templates and lists (sections Templates, JSON Lists)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.choices import Direction, TemplateType, search
from uwclient.server_api.pages import PAGE_SIZE, Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class Template(Record):
    """Content that was filled in beforehand.

    Attributes:
        id: its id; None where a platform leaves it out, as the documentation's samples do.
        app_id: the app that it belongs to.
        name: its name.
        content_type: the kind of content, such as "offer".
        data: the fields of that kind.

    """

    id: str | None = None
    app_id: str | None = None
    name: str | None = None
    content_type: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JsonList(Record):
    """A list of choices for the fields of frameworks.

    Attributes:
        id: its id.
        name: its name.
        key: the name by which frameworks refer to it.
        list: its elements, such as {"id": "1", "name": "Sword"}.

    """

    id: str
    name: str | None = None
    key: str | None = None
    list: tuple[Any, ...] = ()


class Templates(Resource):
    """The templates of the app: `server.templates`."""

    def list(
        self,
        *,
        query: str | None = None,
        content_type: TemplateType | None = None,
        sort_by: str | None = None,
        sort_direction: Direction | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Pages[Template]:
        """List the templates: GET /api/v1/templates.

        Args:
            query: text that the name has in it.
            content_type: only those of this kind.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".
            page_size: how many come with each reply.

        """
        wanted = {
            "app_id": self._scope.app_id,
            "content_type": content_type,
            **search(query, sort_by, sort_direction),
        }
        return self._list(Template, "GET /api/v1/templates", wanted, page_size=page_size)

    def get(self, template_id: str) -> Template:
        """Get a template: GET /api/v1/templates/{template_id}."""
        return self._one(Template, "GET /api/v1/templates/{template_id}", template_id=template_id)

    def create(self, *, content_type: TemplateType, data: Json, name: str | None = None) -> Template:
        """Create a template: POST /api/v1/templates.

        Args:
            content_type: the kind of content, such as "offer"; it cannot be changed later.
            data: the fields of that kind.
            name: its name.

        """
        fields = given(app_id=self._scope.app_id, name=name, content_type=content_type, data=data)
        return self._one(Template, "POST /api/v1/templates", fields)

    def update(self, template_id: str, *, name: str | None = None, data: Json | None = None) -> Template:
        """Change the fields of a template that are given: PUT /api/v1/templates/{template_id}.

        Args:
            template_id: the template.
            name: its name.
            data: the fields of its kind of content.

        """
        fields = given(name=name, data=data)
        return self._one(Template, "PUT /api/v1/templates/{template_id}", fields, template_id=template_id)

    def delete(self, template_id: str) -> None:
        """Delete a template: DELETE /api/v1/templates/{template_id}."""
        self._tell("DELETE /api/v1/templates/{template_id}", template_id=template_id)


class JsonLists(Resource):
    """The lists of the app: `server.json_lists`."""

    def list(self, *, query: str | None = None, per_page: int = PAGE_SIZE) -> Pages[JsonList]:
        """List the lists: GET /api/v1/apps/{app_id}/campaign_event_lists.

        Args:
            query: text that the key or the name has in it.
            per_page: how many come with each reply.

        """
        return self._list(
            JsonList,
            "GET /api/v1/apps/{app_id}/campaign_event_lists",
            {"query": query},
            page_size=per_page,
            size_name="per_page",
            app_id=self._scope.app_id,
        )

    def get(self, json_list_id: str) -> JsonList:
        """Get a list: GET /api/v1/apps/{app_id}/campaign_event_lists/{json_list_id}."""
        endpoint = "GET /api/v1/apps/{app_id}/campaign_event_lists/{json_list_id}"
        return self._one(JsonList, endpoint, app_id=self._scope.app_id, json_list_id=json_list_id)

    def create(self, *, name: str, key: str, list: Sequence[Any] = ()) -> JsonList:
        """Create a list: POST /api/v1/apps/{app_id}/campaign_event_lists.

        Args:
            name: its name.
            key: the name by which frameworks refer to it.
            list: its elements, such as {"id": "1", "name": "Sword"}.

        """
        endpoint = "POST /api/v1/apps/{app_id}/campaign_event_lists"
        return self._one(JsonList, endpoint, {"name": name, "key": key, "list": list}, app_id=self._scope.app_id)

    def update(
        self,
        json_list_id: str,
        *,
        name: str | None = None,
        key: str | None = None,
        list: Sequence[Any] | None = None,
    ) -> JsonList:
        """Change the fields of a list that are given: PUT /api/v1/campaign_event_lists/{json_list_id}.

        Args:
            json_list_id: the list.
            name: its name.
            key: the name by which frameworks refer to it.
            list: its elements, in place of those that it has.

        """
        fields = given(name=name, key=key, list=list)
        return self._one(
            JsonList, "PUT /api/v1/campaign_event_lists/{json_list_id}", fields, json_list_id=json_list_id
        )

    def delete(self, json_list_id: str) -> None:
        """Delete a list: DELETE /api/v1/campaign_event_lists/{json_list_id}."""
        self._tell("DELETE /api/v1/campaign_event_lists/{json_list_id}", json_list_id=json_list_id)
