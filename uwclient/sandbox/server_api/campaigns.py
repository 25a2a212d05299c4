"""Campaigns (section Campaigns): edited in dev, and seen in the other environments as they were shared there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.collection import ListQuery, Page, Row
from uwclient.sandbox.core.resource import CREATE, NEVER, UPDATE, Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import DEV_STAGE, STAGE, Call, Endpoint
from uwclient.sandbox.server_api.listing import page_with
from uwclient.sandbox.server_api.reading import IN_PAGES
from uwclient.sandbox.server_api.reply import Many, One, Says
from uwclient.sandbox.services.campaigns.life import STATES
from uwclient.sandbox.services.campaigns.resources import CAMPAIGN, DELIVERY_TYPES, SCHEDULED

_COMPUTED = (
    Field("environment_type", "text", "dev, qa or live.", when=NEVER),
    Field("environment_key", "text", "The key of the environment.", when=NEVER),
    Field(
        "contents",
        "list",
        "Its content, in order.",
        when=NEVER,
        fields=(
            Field("type", "text", "What it is."),
            Field("id", "text", "Its id."),
            Field("name", "text", "Its name, for people."),
        ),
    ),
    Field("furthest_state", "text", "The furthest type of environment that it was shared with.", when=NEVER),
)
_FIELDS = (*CAMPAIGN.fields, *_COMPUTED)
_PATH = "/api/v1/campaigns"
_ITEM = f"{_PATH}/{{campaign_id}}"
_FILTERS = (
    Field("delivery_type", "text", "Only those that are delivered so.", choices=DELIVERY_TYPES),
    Field("state", "text", "Only those in this state.", choices=STATES),
)


def _complete(platform: Platform, row: Row) -> Row:
    """A campaign with all that clients see of it."""
    environment_id, campaign_id = row["environment_id"], row["id"]
    environment = platform.environments.get(environment_id)
    contents = platform.campaigns.contents.of(environment_id, campaign_id)
    return {
        **row,
        "environment_type": environment.type,
        "environment_key": environment.key,
        "contents": [{**one, "name": one["content"].get("name")} for one in contents],
        "furthest_state": platform.releases.furthest(campaign_id),
        "trigger": _trigger(row),
    }


def _trigger(row: Row) -> Any:
    """What triggers a campaign; its settings are the limits that it has."""
    trigger = row["trigger"]
    if row["delivery_type"] == SCHEDULED and trigger is None:
        return None
    if trigger is not None and not isinstance(trigger, Mapping):
        return trigger
    limits = {name: limit for name, limit in (row["quota"] or {}).items() if limit is not None}
    return {"type": None, "logic": {}, **(trigger or {}), "settings": limits}


def _list(platform: Platform, call: Call) -> Page:
    equal = {field.name: call.query[field.name] for field in _FILTERS if field.name in call.query}

    def find(listing: ListQuery) -> Page:
        return platform.campaigns.page(call.environment.id, listing, **equal)

    computed = [field.name for field in _COMPUTED]
    return page_with(call.listing, computed, find, lambda row: _complete(platform, row))


def _get(platform: Platform, call: Call) -> Row:
    return _complete(platform, platform.campaigns.get(call.environment.id, call.ids["campaign_id"]))


def _create(platform: Platform, call: Call) -> Row:
    return _complete(platform, platform.campaigns.create(call.environment.id, call.body, call.warn))


def _update(platform: Platform, call: Call) -> Row:
    campaign_id = call.ids["campaign_id"]
    return _complete(platform, platform.campaigns.update(call.environment.id, campaign_id, call.body, call.warn))


def _delete(platform: Platform, call: Call) -> None:
    """In dev a campaign goes with all its releases, elsewhere with the releases there."""
    environment, campaign_id = call.environment, call.ids["campaign_id"]
    platform.campaigns.get(environment.id, campaign_id)
    if environment.has_players:
        platform.releases.delete(campaign_id, environment.id)
    else:
        platform.releases.withdraw(campaign_id)
        platform.campaigns.remove(environment.id, campaign_id)


def _duplicate(platform: Platform, call: Call) -> Row:
    return _complete(platform, platform.campaigns.duplicate(call.environment.id, call.ids["campaign_id"]))


def _writable(operation: str) -> tuple[Field, ...]:
    return tuple(field for field in CAMPAIGN.fields if operation in field.when and field.name != "app_id")


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_campaigns",
        "GET",
        _PATH,
        "List the campaigns of an environment.",
        _list,
        Many(_FIELDS),
        scope=STAGE,
        query=(*_FILTERS, IN_PAGES),
    ),
    Endpoint("get_campaign", "GET", _ITEM, "Get one campaign.", _get, One(_FIELDS), scope=STAGE),
    Endpoint(
        "create_campaign",
        "POST",
        _PATH,
        "Create a campaign, a draft.",
        _create,
        One(_FIELDS),
        status=201,
        scope=DEV_STAGE,
        body=_writable(CREATE),
    ),
    Endpoint(
        "update_campaign",
        "PUT",
        _ITEM,
        "Update fields of one campaign.",
        _update,
        One(_FIELDS),
        scope=DEV_STAGE,
        body=_writable(UPDATE),
        body_operation=UPDATE,
    ),
    Endpoint(
        "delete_campaign",
        "DELETE",
        _ITEM,
        "Delete one campaign: in dev with all its releases, elsewhere those of the environment.",
        _delete,
        Says("Successfully deleted the app campaign."),
        scope=STAGE,
    ),
    Endpoint(
        "duplicate_campaign",
        "POST",
        f"{_ITEM}/duplicate",
        "Copy a campaign with its content; the copy is a draft.",
        _duplicate,
        One(_FIELDS),
        status=201,
        scope=DEV_STAGE,
    ),
)
