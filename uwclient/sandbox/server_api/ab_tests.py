"""A/B tests (section AB Tests), which the dashboard makes: they are only read here."""

from __future__ import annotations

from collections import Counter
from typing import Any

from uwclient.sandbox.core.collection import Page, Row
from uwclient.sandbox.core.resource import NEVER, Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import Call, Endpoint, Scope
from uwclient.sandbox.server_api.reading import IN_PAGES
from uwclient.sandbox.server_api.reply import Many, One
from uwclient.sandbox.services.ab_tests.rules import AB_TEST

_SCOPE = Scope(app=True, stage=True, required=False)
_VARIANTS = Field(
    "variants",
    "list",
    "Its variants.",
    when=NEVER,
    fields=(
        Field("id", "text", "The variant's id."),
        Field("name", "text", "Its name."),
        Field("percentage", "integer", "How many of a hundred players get it."),
        Field("type", "text", "The type of the content that is tested; null when a campaign is."),
        Field("control_group", "boolean", "Whether it is the content as it is."),
        Field("assigned_users_count", "integer", "How many players were shown it."),
    ),
)


def _list(platform: Platform, call: Call) -> Page:
    return platform.ab_tests.page(call.environment.id, call.listing)


def _get(platform: Platform, call: Call) -> Row:
    """The test as it is in dev, with the players of all environments; or as one environment has it, with its own."""
    test = platform.ab_tests.get(call.environment.id, call.ids["a_b_test_id"])
    counts = _counts(platform, call, test["id"])
    kind = _type(platform, call, test)
    variants = [{**one, "type": kind, "assigned_users_count": counts[one["id"]]} for one in test["variants"]]
    return {**test, "variants": variants}


def _counts(platform: Platform, call: Call, test_id: str) -> Counter[str]:
    places = [call.environment] if call.names_environment else platform.environments.all()
    found: Counter[str] = Counter()
    for environment in places:
        if platform.ab_tests.has(environment.id, test_id):
            found.update(platform.ab_tests.assigned(environment.id, test_id))
    return found


def _type(platform: Platform, call: Call, test: Row) -> Any:
    """The type of the content that is tested, as it was sent."""
    contents = platform.campaigns.contents.of(call.environment.id, test["campaign_id"])
    return next((one["type"] for one in contents if one["id"] == test["campaign_content_id"]), None)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_ab_tests",
        "GET",
        "/api/v1/a_b_tests",
        "List the A/B tests.",
        _list,
        Many(AB_TEST.fields),
        scope=_SCOPE,
        query=(IN_PAGES,),
    ),
    Endpoint(
        "get_ab_test",
        "GET",
        "/api/v1/a_b_tests/{a_b_test_id}",
        "Get one A/B test with its variants.",
        _get,
        One((*AB_TEST.fields, _VARIANTS)),
        scope=_SCOPE,
    ),
)
