"""Reads A/B tests, and what only a dashboard defines, from a scenario; each error names the file and the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldPath, did_you_mean
from uwclient.sandbox.core.request_hash import DEFAULT_HASH_FUNCTION
from uwclient.sandbox.core.resource import CREATE, Field, read_fields
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.ab_tests.rules import read_variants
from uwclient.sandbox.services.content.records import Record
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign
from uwclient.sandbox.services.webhooks.rules import check_events, check_hash_function


@dataclass(frozen=True, slots=True)
class TestSpec:
    """One A/B test: of content, or (None) of a triggered campaign."""

    content_id: str | None
    campaign_id: str | None
    variants: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class EndpointSpec:
    """One endpoint of webhooks."""

    url: str
    events: tuple[str, ...] | None
    hash_function: str


def read_endpoints(document: YamlDocument, data: Mapping[str, Any]) -> tuple[EndpointSpec, ...]:
    """The endpoints of webhooks; whether their hosts are allowed is for the sandbox to say."""
    endpoints = []
    for position, raw in enumerate(data.get("webhooks", [])):
        spec = EndpointSpec(raw["url"], raw.get("events"), raw.get("hash_function", DEFAULT_HASH_FUNCTION))
        with document.errors_at(("webhooks", position)):
            check_events(spec.events)
            check_hash_function(spec.hash_function)
        endpoints.append(spec)
    return tuple(endpoints)


def read_tests(
    document: YamlDocument,
    data: Mapping[str, Any],
    records: Mapping[str, Record],
    campaigns: Sequence[WrittenCampaign],
) -> tuple[TestSpec, ...]:
    """The A/B tests, of content and campaigns that are there from the start."""
    tests = []
    for position, raw in enumerate(data.get("ab_tests", [])):
        path: FieldPath = ("ab_tests", position)
        content_id, campaign_id = raw.get("content"), raw.get("campaign")
        if (content_id is None) == (campaign_id is None):
            document.fail(path, "a test is of one thing: write content: ID or campaign: ID")
        if content_id is not None and content_id not in records:
            document.fail(
                (*path, "content"), f"there is no content {content_id!r}{did_you_mean(content_id, records)}"
            )
        known = [campaign.id for campaign in campaigns]
        if campaign_id is not None and campaign_id not in known:
            close = did_you_mean(campaign_id, known)
            document.fail((*path, "campaign"), f"there is no campaign {campaign_id!r}{close}")
        with document.errors_at(path):
            read_variants(raw["variants"], None if content_id is None else records[content_id].kind)
        tests.append(TestSpec(content_id, campaign_id, raw["variants"]))
    return tuple(tests)


def read_definitions(
    document: YamlDocument, data: Mapping[str, Any], key: str, fields: Sequence[Field]
) -> dict[str, dict[str, Any]]:
    """What stands under a key, by id, as a table of fields reads it."""
    found: dict[str, dict[str, Any]] = {}
    for position, raw in enumerate(data.get(key, [])):
        path: FieldPath = (key, position)
        if raw["id"] in found:
            document.fail((*path, "id"), f"there is {raw['id']!r} already: give each its own id")
        with document.errors_at(path):
            found[raw["id"]] = read_fields(fields, {name: raw[name] for name in raw if name != "id"}, CREATE)
    return found
