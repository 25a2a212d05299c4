"""The contents of a campaign: offers, messages, events, surveys and more (section Campaign Contents)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from uwclient.server_api.body import Json, Moment, given
from uwclient.server_api.caller import Caller
from uwclient.server_api.choices import ContentType
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource
from uwclient.server_api.scope import Scope


@dataclass(frozen=True, slots=True)
class Delivery(Record):
    """When and to whom a content is delivered.

    Attributes:
        start_at_type: "parent" for the campaign's start, "concrete" for `start_at_time`.
        start_at_time: when it starts.
        start_at_tz: "utc" or "player_local"; the end is read with it, too.
        end_at_type: "parent" for the campaign's end, "concrete" for `end_at_time`.
        end_at_time: when it ends.
        segment_ids: the segments of which a player must be in one; none for everybody.

    """

    start_at_type: str | None = None
    start_at_time: Moment | None = None
    start_at_tz: str | None = None
    end_at_type: str | None = None
    end_at_time: Moment | None = None
    segment_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Content(Record):
    """A content of a campaign.

    Attributes:
        id: its id.
        type: its kind, such as "offer".
        delivery: when and to whom it is delivered.
        content: the fields of its kind, such as `title` and `body`.

    """

    id: str
    type: str | None = None
    delivery: Delivery | None = None
    content: Mapping[str, Any] = field(default_factory=dict)


class Contents(Resource):
    """The contents of one campaign: `server.campaigns.contents(campaign_id)`."""

    def __init__(self, caller: Caller, scope: Scope, campaign_id: str, environment_stage: str | None) -> None:
        super().__init__(caller, scope)
        self._campaign_id = campaign_id
        self._place = scope.named(environment_stage)

    def get(self, content_id: str) -> Content:
        """Get a content: GET /api/v1/campaigns/{campaign_id}/content/{content_id}."""
        return self._content("GET /api/v1/campaigns/{campaign_id}/content/{content_id}", content_id=content_id)

    def create(self, type: ContentType, content: Json, *, delivery: Delivery | Json | None = None) -> Content:
        """Create a content: POST /api/v1/campaigns/{campaign_id}/content.

        Args:
            type: its kind, such as "offer".
            content: the fields of its kind, such as `title` and `body`.
            delivery: when and to whom; without it, as the campaign.

        """
        return self._content("POST /api/v1/campaigns/{campaign_id}/content", _fields(type, content, delivery))

    def update(
        self,
        content_id: str,
        type: ContentType,
        content: Json | None = None,
        *,
        delivery: Delivery | Json | None = None,
    ) -> Content:
        """Change the fields of a content that are given: PUT /api/v1/campaigns/{campaign_id}/content/{content_id}.

        Args:
            content_id: the content.
            type: its kind, which cannot be changed.
            content: the fields of its kind that change.
            delivery: the fields of its delivery that change.

        """
        endpoint = "PUT /api/v1/campaigns/{campaign_id}/content/{content_id}"
        return self._content(endpoint, _fields(type, content, delivery), content_id=content_id)

    def delete(self, content_id: str) -> None:
        """Delete a content: DELETE /api/v1/campaigns/{campaign_id}/content/{content_id}."""
        endpoint = "DELETE /api/v1/campaigns/{campaign_id}/content/{content_id}"
        self._tell(endpoint, query=self._place, campaign_id=self._campaign_id, content_id=content_id)

    def duplicate(self, content_id: str) -> Content:
        """Make a copy in the same campaign: POST /api/v1/campaigns/{campaign_id}/content/{content_id}/duplicate."""
        endpoint = "POST /api/v1/campaigns/{campaign_id}/content/{content_id}/duplicate"
        return self._content(endpoint, content_id=content_id)

    def _content(self, endpoint: str, body: Json | None = None, **ids: str) -> Content:
        return self._one(Content, endpoint, body, self._place, campaign_id=self._campaign_id, **ids)


def _fields(type: ContentType, content: Json | None, delivery: Delivery | Json | None) -> dict[str, Any]:
    return given(type=type, content=content, delivery=delivery)
