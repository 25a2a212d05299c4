"""Campaigns: what is delivered when, and to whom (section Campaigns)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uwclient.server_api.body import Json, Moment, given
from uwclient.server_api.choices import CampaignState, DeliveryType, Direction, TimeZoneRule, search
from uwclient.server_api.contents import Contents
from uwclient.server_api.pages import PAGE_SIZE, Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource, merged
from uwclient.server_api.times import in_iso_order


@dataclass(frozen=True, slots=True)
class ContentInCampaign(Record):
    """That a campaign has a content; the whole of it comes from `server.campaigns.contents(campaign_id).get(…)`.

    Attributes:
        type: its kind, such as "offer".
        id: its id, where the platform tells it.
        name: its name, where the platform tells it.

    """

    type: str | None = None
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger(Record):
    """What starts a triggered campaign.

    Attributes:
        type: "event_trigger", "attribute_trigger" or "region_trigger".
        logic: the conditions.
        settings: how often it may be triggered.

    """

    type: str | None = None
    logic: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Campaign(Record):
    """A campaign in one environment.

    Attributes:
        id: its id, the same in all environments.
        app_id: the app that it belongs to.
        environment_id: the environment that it was read in.
        environment_type: "dev", "qa" or "live".
        environment_key: the environment's key.
        name: its name.
        description: for those who plan campaigns.
        category_id: its category.
        contents: what it delivers.
        furthest_state: how far it was shared: "dev", "qa" or "live".
        state: "draft", "running", "paused", "attention_required" or "completed".
        previous_state: the state before.
        delivery_type: "scheduled" or "triggered".
        trigger: what starts a triggered one.
        start_at: when a scheduled one starts.
        start_at_tz: "utc", or "player_local" for the same reading of the clock everywhere.
        end_at: when it ends.
        end_at_tz: the same as `start_at_tz`.
        ui_schedule_in_timezone: the time zone in which the dashboard shows the times.
        tags: words to find it by.
        segment_ids: the segments of which a player must be in one; none for everybody.
        created_at: when it was made.
        updated_at: when it was changed.

    """

    id: str
    app_id: str | None = None
    environment_id: str | None = None
    environment_type: str | None = None
    environment_key: str | None = None
    name: str | None = None
    description: str | None = None
    category_id: str | None = None
    contents: tuple[ContentInCampaign, ...] = ()
    furthest_state: str | None = None
    state: str | None = None
    previous_state: str | None = None
    delivery_type: str | None = None
    trigger: Trigger | None = None
    start_at: datetime | None = None
    start_at_tz: str | None = None
    end_at: datetime | None = None
    end_at_tz: str | None = None
    ui_schedule_in_timezone: str | None = None
    tags: tuple[str, ...] = ()
    segment_ids: tuple[str, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @classmethod
    def prepared(cls, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what was told, with times in the order of ISO 8601: samples of campaigns have the month first."""
        return {**told, **{name: in_iso_order(told.get(name)) for name in ("created_at", "updated_at")}}


class Campaigns(Resource):
    """The campaigns of the app: `server.campaigns`."""

    def contents(self, campaign_id: str, *, environment_stage: str | None = None) -> Contents:
        """Return the resource of a campaign's contents. Nothing is sent.

        Args:
            campaign_id: the campaign.
            environment_stage: the key of the environment, if not that of the client.

        """
        return Contents(self._caller, self._scope, campaign_id, environment_stage)

    def list(
        self,
        *,
        query: str | None = None,
        delivery_type: DeliveryType | None = None,
        state: CampaignState | None = None,
        sort_by: str | None = None,
        sort_direction: Direction | None = None,
        page_size: int = PAGE_SIZE,
        environment_stage: str | None = None,
    ) -> Pages[Campaign]:
        """List campaigns: GET /api/v1/campaigns.

        Args:
            query: text that the name or a tag has in it.
            delivery_type: only "scheduled" or "triggered" ones.
            state: only those in this state.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".
            page_size: how many come with each reply.
            environment_stage: the key of the environment, if not that of the client.

        """
        wanted = {
            **self._scope.named(environment_stage),
            "delivery_type": delivery_type,
            "state": state,
            **search(query, sort_by, sort_direction),
        }
        return self._list(Campaign, "GET /api/v1/campaigns", wanted, page_size=page_size)

    def get(self, campaign_id: str, *, environment_stage: str | None = None) -> Campaign:
        """Get a campaign: GET /api/v1/campaigns/{campaign_id}.

        Args:
            campaign_id: the campaign.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = self._scope.named(environment_stage)
        return self._one(Campaign, "GET /api/v1/campaigns/{campaign_id}", query=place, campaign_id=campaign_id)

    def create(
        self,
        *,
        name: str | None = None,
        delivery_type: DeliveryType | None = None,
        description: str | None = None,
        category_id: str | None = None,
        start_at: Moment | None = None,
        start_at_tz: TimeZoneRule | None = None,
        end_at: Moment | None = None,
        end_at_tz: TimeZoneRule | None = None,
        tags: Sequence[str] | None = None,
        segment_ids: Sequence[str] | None = None,
        environment_stage: str | None = None,
        extra: Json | None = None,
    ) -> Campaign:
        """Create a campaign, as a draft in a dev environment: POST /api/v1/campaigns.

        Args:
            name: its name.
            delivery_type: "scheduled" or "triggered"; it cannot be changed later.
            description: for those who plan campaigns.
            category_id: its category.
            start_at: when it starts (aware, or ISO 8601).
            start_at_tz: "utc", or "player_local" for the same reading of the clock everywhere.
            end_at: when it ends.
            end_at_tz: the same as `start_at_tz`.
            tags: words to find it by.
            segment_ids: the segments of which a player must be in one; none for everybody.
            environment_stage: the key of the environment, if not that of the client.
            extra: fields beyond the documentation, such as the sandbox's `trigger`.

        """
        fields = given(
            name=name,
            delivery_type=delivery_type,
            description=description,
            category_id=category_id,
            start_at=start_at,
            start_at_tz=start_at_tz,
            end_at=end_at,
            end_at_tz=end_at_tz,
            tags=tags,
            segment_ids=segment_ids,
        )
        place = self._scope.named(environment_stage)
        return self._one(Campaign, "POST /api/v1/campaigns", merged(fields, extra), place)

    def update(
        self,
        campaign_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        category_id: str | None = None,
        start_at: Moment | None = None,
        start_at_tz: TimeZoneRule | None = None,
        end_at: Moment | None = None,
        end_at_tz: TimeZoneRule | None = None,
        tags: Sequence[str] | None = None,
        segment_ids: Sequence[str] | None = None,
        environment_stage: str | None = None,
        extra: Json | None = None,
    ) -> Campaign:
        """Change the fields of a campaign that are given: PUT /api/v1/campaigns/{campaign_id}.

        Args:
            campaign_id: the campaign, in a dev environment.
            name: its name.
            description: for those who plan campaigns.
            category_id: its category.
            start_at: when it starts (aware, or ISO 8601).
            start_at_tz: "utc", or "player_local" for the same reading of the clock everywhere.
            end_at: when it ends.
            end_at_tz: the same as `start_at_tz`.
            tags: words to find it by, in place of those that it has.
            segment_ids: the segments of which a player must be in one, in place of those that it has.
            environment_stage: the key of the environment, if not that of the client.
            extra: fields beyond the documentation, such as the sandbox's `trigger`.

        """
        fields = given(
            name=name,
            description=description,
            category_id=category_id,
            start_at=start_at,
            start_at_tz=start_at_tz,
            end_at=end_at,
            end_at_tz=end_at_tz,
            tags=tags,
            segment_ids=segment_ids,
        )
        place, body = self._scope.named(environment_stage), merged(fields, extra)
        return self._one(Campaign, "PUT /api/v1/campaigns/{campaign_id}", body, place, campaign_id=campaign_id)

    def delete(self, campaign_id: str, *, environment_stage: str | None = None) -> None:
        """Delete a campaign: DELETE /api/v1/campaigns/{campaign_id}.

        Args:
            campaign_id: the campaign.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = self._scope.named(environment_stage)
        self._tell("DELETE /api/v1/campaigns/{campaign_id}", query=place, campaign_id=campaign_id)

    def duplicate(self, campaign_id: str, *, environment_stage: str | None = None) -> Campaign:
        """Make a copy with all contents and settings: POST /api/v1/campaigns/{campaign_id}/duplicate.

        Args:
            campaign_id: the campaign.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = self._scope.named(environment_stage)
        endpoint = "POST /api/v1/campaigns/{campaign_id}/duplicate"
        return self._one(Campaign, endpoint, query=place, campaign_id=campaign_id)
