"""The documentation's samples of campaigns, content, tests, categories, segments, environments and releases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from tests.sandbox.studio import STAGE, Studio
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.openapi import samples

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
PRINTED_TIMES = ("created_at", "updated_at", "start_at", "end_at", "start_at_time", "end_at_time")


class Case(NamedTuple):
    """A documented request and the status of its reply."""

    operation: str
    method: str
    path: str
    status: int
    query: Mapping[str, str] = {}


APP = {"app_id": STAGE["app_id"]}
LIVE = {"environment_stage": "live", "override_only": "false"}
CASES = [
    Case("list_ab_tests", "GET", "/api/v1/a_b_tests", 200),
    Case("get_ab_test", "GET", "/api/v1/a_b_tests/{test}", 200),
    Case("list_campaigns", "GET", "/api/v1/campaigns", 200, STAGE),
    Case("get_campaign", "GET", "/api/v1/campaigns/{triggered}", 200, STAGE),
    Case("create_campaign", "POST", "/api/v1/campaigns", 201, STAGE),
    Case("update_campaign", "PUT", "/api/v1/campaigns/{triggered}", 200, STAGE),
    Case("delete_campaign", "DELETE", "/api/v1/campaigns/{triggered}", 200, STAGE),
    Case("duplicate_campaign", "POST", "/api/v1/campaigns/{triggered}/duplicate", 201, STAGE),
    Case("get_campaign_content", "GET", "/api/v1/campaigns/{campaign}/content/{offer}", 200, STAGE),
    Case("create_campaign_content", "POST", "/api/v1/campaigns/{campaign}/content", 201, STAGE),
    Case("update_campaign_content", "PUT", "/api/v1/campaigns/{campaign}/content/{offer}", 200, STAGE),
    Case("delete_campaign_content", "DELETE", "/api/v1/campaigns/{campaign}/content/{offer}", 200, STAGE),
    Case("duplicate_campaign_content", "POST", "/api/v1/campaigns/{campaign}/content/{offer}/duplicate", 201, STAGE),
    Case("list_categories", "GET", "/api/v1/app_categories", 200),
    Case("create_category", "POST", "/api/v1/app_categories", 201),
    Case("update_category", "PUT", "/api/v1/app_categories/{category}", 200),
    Case("delete_category", "DELETE", "/api/v1/app_categories/{category}", 200),
    Case("list_environments", "GET", "/api/v2/environments", 200, APP),
    Case("get_environment", "GET", "/api/v2/environments/{environment}", 200, APP),
    Case("create_environment", "POST", "/api/v2/environments", 201),
    Case("update_environment", "PUT", "/api/v2/environments/{environment}", 200),
    Case("list_segments", "GET", "/api/v1/segments", 200, STAGE),
    Case("get_segment", "GET", "/api/v1/segments/{segment}", 200),
    Case("create_segment", "POST", "/api/v1/segments", 201),
    Case("update_segment", "PUT", "/api/v1/segments", 200),
    Case("delete_segment", "DELETE", "/api/v1/segments/{segment}", 200),
    Case("delete_release", "DELETE", "/api/v2/releases/{shared}", 204, LIVE),
]


@pytest.fixture
def ids(sandbox: Sandbox, studio: Studio) -> dict[str, str]:
    """What there is already: one of each, made by the samples themselves."""
    requests = {name: sample.get("request") for name, sample in samples().items()}
    campaign = studio.campaign(
        name="Christmas", category_id="c", description="d", start_at="2023-12-10T00:00:00Z", end_at="2023-12-31"
    )
    triggered = studio.campaign(
        delivery_type="triggered", description="d", category_id="c", trigger={"type": "event_trigger", "logic": {}}
    )
    path = f"/api/v1/campaigns/{campaign}/content"
    offer = studio.do("POST", path, requests["create_campaign_content"], STAGE)["id"]
    studio.content(triggered, "message", {"title": "Hi"})
    sandbox.releases.share(campaign, "live")
    control = {"name": "one", "percentage": 50, "control_group": True}
    variants = [control, {"name": "two", "percentage": 50, "fields": {"title": "Two"}}]
    return {
        "campaign": campaign,
        "triggered": triggered,
        "offer": offer,
        "shared": campaign,
        "test": sandbox.ab_tests.define(campaign, variants, offer),
        "category": studio.do("POST", "/api/v1/app_categories", requests["create_category"])["id"],
        "environment": studio.do("GET", "/api/v2/environments", query=APP)[0]["id"],
        "segment": studio.do("POST", "/api/v1/segments", requests["create_segment"])["id"],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.operation)
def test_a_documented_request_has_the_documented_reply(studio: Studio, ids: dict[str, str], case: Case) -> None:
    sample = samples().get(case.operation, {})

    reply = studio.ask(case.method, case.path.format(**ids), sample.get("request"), case.query)

    assert reply.status_code == case.status, reply.text
    if case.status == 204:
        assert reply.content == b""
    else:
        check_shape(sample["response"]["data"], reply.json()["data"], "data")
        assert reply.json()["meta"]["hints"] == []


def check_shape(expected: Any, found: Any, path: str) -> None:
    """Every key of a sample is there, with a value of the same JSON type (or null where nothing was given)."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), path
        for name, value in expected.items():
            assert name in found, f"{path}.{name}"
            check_shape(value, found[name], f"{path}.{name}")
    elif isinstance(expected, list):
        assert isinstance(found, list), path
        for one in found if len(expected) == 1 else ():
            check_shape(expected[0], one, f"{path}[]")
        assert found or path.endswith(("contents", "_ids", "exclude", "include", "tags")), f"{path} is empty"
    elif path == "data":
        assert found == expected  # a sentence
    elif expected is None:
        assert not isinstance(found, (dict, list)), path
    elif path.endswith(PRINTED_TIMES):
        assert found is None or TIME.fullmatch(found), f"{path}: {found}"
    else:
        assert found is None or type(found) is type(expected), f"{path}: {found!r}"
