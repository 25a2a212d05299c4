"""A program that uses every call of the server API, as a backend would write it; mypy reads it strictly.

`EVERY_CALL` has a function for each method. It is given the client, and ids by the names that paths have for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from uwclient.server_api import (
    AttributeCondition,
    Delivery,
    EventCondition,
    EventSet,
    PlayerAttribute,
    PlayerEvent,
    Position,
    RevenueEvent,
    ServerApi,
)

Ids: TypeAlias = Mapping[str, str]
Call: TypeAlias = Callable[[ServerApi, Ids], object]

FORM = {
    "type": "object",
    "properties": {"name": {"type": "string", "title": "Valentine's Day Framework", "default": "Holiday"}},
}
TEMPLATE = {
    "template_json": {
        "name": {"type": "string", "title": "Father's Day Framework", "default": "Holiday"},
        "event_challenge": {
            "type": "object",
            "title": "Holiday Event",
            "properties": {"amount_required": {"type": "integer", "required": True}},
        },
    },
    "json": {"name": "Holiday", "event_challenge": {"amount_required": 123}},
    "external_id": "my-campaign-event-external-identifier",
}
OFFER = {
    "name": "My Offer",
    "title": "Upgrade Your Hero!",
    "body": "Buy this offer to upgrade your hero.",
    "portrait_image_id": "b6425b08-f0e4-484a-b8bf-06c3c05abcb7",
    "landscape_image_id": "90aa25bd-5406-4f44-8759-6adbab2d2fdc",
    "app_bundle_id": "e373f5ef-b6d0-449e-8bdd-8aa582599918",
}
WHEN = Delivery(
    start_at_type="concrete",
    start_at_time=datetime(2023, 12, 10, tzinfo=UTC),
    start_at_tz="utc",
    end_at_type="concrete",
    end_at_time="2023-12-10T00:00:00Z",
    segment_ids=("405162c1-b4bf-46ef-a01a-e4ba03f9db09", "..."),
)
LIST = [{"id": "1", "name": "List Item 1"}, {"id": "2", "name": "List Item 2"}, {"id": "3", "name": "List Item 3"}]
APP = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
DID = [
    EventCondition(
        logical_operator="or",
        event_sets=(
            EventSet("played_halloween_event_2020"),
            EventSet("iap_purchased", (AttributeCondition("player_ltv", "greater_than", (120,)),)),
        ),
    ),
    EventCondition(
        group_logical_operator="and",
        logical_operator="not",
        event_sets=(EventSet("played_christmas_event_2020", app_id=APP),),
    ),
]
IS = [
    AttributeCondition("_platform", "equal", ("android", "ios")),
    AttributeCondition("player_level", "greater_than", (50,), group_logical_operator="and"),
]
WHO_DID = [
    EventSet("played_halloween_event_2020"),
    EventSet("iap_purchased", (AttributeCondition("player_ltv", "greater_than", (100,)),)),
]
WHO_IS: list[Mapping[str, object]] = [
    {"name": "player_level", "values": [45], "operator": "greater_than"},
    {"name": "game_progress", "values": [80, 100], "operator": "between"},
    {
        "name": "raw_inventory_str",
        "values": ["greatsword_from_beyond", "void_touched_dragon_egg"],
        "operator": "equal",
    },
]
ENTRY = {
    "rule_predicate": "all",
    "on_entry_strategy": "none",
    "rules": [{"entry_strategy": "player_segment_entry", "entry_strategy_config": {"segment_ids": []}}],
}
EXIT = {"rule_predicate": "any", "rules": [{"exit_strategy": "on_journey_complete", "exit_strategy_config": {}}]}
AGAIN = {"allowed": True, "limit": 100, "cooldown_duration": 60, "cooldown_unit": "minutes"}
DELAY = {
    "delay_type": "time_delay",
    "time_delay_type": "relative",
    "duration_number": 5,
    "duration_unit": "minute",
}
BULK_EVENTS = [{"event_id": "my_bulk_event", "attributes": {"my_attribute": "my_value"}}]
SCHEME = "<html><body>{{body}}</body></html>"

EVERY_CALL: dict[str, Call] = {
    "ab_tests.list": lambda server, ids: list(server.ab_tests.list(sort_by="name", sort_direction="desc")),
    "ab_tests.get": lambda server, ids: server.ab_tests.get(ids["a_b_test_id"]),
    "currencies.list": lambda server, ids: list(server.currencies.list(query="dia", sort_by="name_plural")),
    "currencies.get": lambda server, ids: server.currencies.get(ids["currency_id"]),
    "currencies.create": lambda server, ids: server.currencies.create(
        name_singular="Diamond",
        name_plural="Diamonds",
        external_currency_id="your-internal-currency-id",
        icon_attachment_id="e64f274c-eb5e-4f1e-a630-9d1685709a5c",
    ),
    "currencies.update": lambda server, ids: server.currencies.update(
        ids["currency_id"],
        name_singular="Diamond",
        name_plural="Diamonds",
        external_currency_id="your-internal-currency-id",
        icon_id="e64f274c-eb5e-4f1e-a630-9d1685709a5c",
    ),
    "currencies.delete": lambda server, ids: server.currencies.delete(ids["currency_id"]),
    "items.list": lambda server, ids: list(server.items.list(query="sword")),
    "items.get": lambda server, ids: server.items.get(ids["item_id"]),
    "items.create": lambda server, ids: server.items.create(
        name="Sword of the Mountain Elder",
        external_item_id="your-internal-item-id",
        icon_attachment_id="6e010ead-f046-4413-b445-1f1dbff30942",
    ),
    "items.update": lambda server, ids: server.items.update(
        ids["item_id"],
        name="Sword of the Mountain Elder",
        external_item_id="your-internal-item-id",
        icon_attachment_id="6e010ead-f046-4413-b445-1f1dbff30942",
    ),
    "items.delete": lambda server, ids: server.items.delete(ids["item_id"]),
    "products.list": lambda server, ids: list(server.products.list(sort_by="cost", sort_direction="asc")),
    "products.get": lambda server, ids: server.products.get(ids["product_id"]),
    "products.create": lambda server, ids: server.products.create(
        name="My Product", cost=0.99, android_id="my-playstore-product-id", ios_id="my-appstore-product-id"
    ),
    "products.update": lambda server, ids: server.products.update(
        ids["product_id"],
        name="My Product",
        cost=0.99,
        android_id="my-playstore-product-id",
        ios_id="my-appstore-product-id",
    ),
    "products.delete": lambda server, ids: server.products.delete(ids["product_id"]),
    "regions.list": lambda server, ids: server.regions.list(),
    "campaigns.list": lambda server, ids: list(
        server.campaigns.list(query="Christmas", delivery_type="triggered", state="draft", sort_by="name")
    ),
    "campaigns.get": lambda server, ids: server.campaigns.get(ids["campaign_id"], environment_stage="dev"),
    "campaigns.create": lambda server, ids: server.campaigns.create(
        name="Christmas 2023 Campaign",
        delivery_type="triggered",
        description="Campaign for all users in 2023",
        category_id="bedd2f02-6b7c-4da2-b7b1-e5954d90151a",
        start_at=datetime(2023, 12, 1, tzinfo=UTC),
        start_at_tz="utc",
        end_at="2023-12-31T00:00:00Z",
        end_at_tz="utc",
        tags=["one_tag", "another_tag"],
        segment_ids=[],
    ),
    "campaigns.update": lambda server, ids: server.campaigns.update(
        ids["campaign_id"],
        name="Christmas 2023 Campaign",
        description="Campaign for all users in 2023",
        category_id="bedd2f02-6b7c-4da2-b7b1-e5954d90151a",
        start_at=datetime(2023, 12, 1, tzinfo=UTC),
        start_at_tz="utc",
        end_at="2023-12-31T00:00:00Z",
        end_at_tz="utc",
        tags=("one_tag", "another_tag"),
        segment_ids=(),
    ),
    "campaigns.delete": lambda server, ids: server.campaigns.delete(ids["campaign_id"]),
    "campaigns.duplicate": lambda server, ids: server.campaigns.duplicate(ids["campaign_id"]),
    "campaigns.contents.get": lambda server, ids: server.campaigns.contents(ids["campaign_id"]).get(
        ids["content_id"]
    ),
    "campaigns.contents.create": lambda server, ids: server.campaigns.contents(ids["campaign_id"]).create(
        "offer", OFFER, delivery=WHEN
    ),
    "campaigns.contents.update": lambda server, ids: server.campaigns.contents(ids["campaign_id"]).update(
        ids["content_id"], "offer", OFFER, delivery=WHEN
    ),
    "campaigns.contents.delete": lambda server, ids: server.campaigns.contents(ids["campaign_id"]).delete(
        ids["content_id"]
    ),
    "campaigns.contents.duplicate": lambda server, ids: server.campaigns.contents(ids["campaign_id"]).duplicate(
        ids["content_id"]
    ),
    "event_frameworks.list": lambda server, ids: list(server.event_frameworks.list()),
    "event_frameworks.get": lambda server, ids: server.event_frameworks.get(ids["framework_id"]),
    "event_frameworks.create": lambda server, ids: server.event_frameworks.create(
        name="My Framework", external_event_type="my_event_type_identifier", json=FORM
    ),
    "event_frameworks.update": lambda server, ids: server.event_frameworks.update(
        ids["framework_id"], name="My Framework", json=FORM
    ),
    "event_frameworks.delete": lambda server, ids: server.event_frameworks.delete(ids["framework_id"]),
    "categories.list": lambda server, ids: list(server.categories.list(categoryable_type="scheduled_campaign")),
    "categories.create": lambda server, ids: server.categories.create(
        name="Weekend Events", categoryable_type="scheduled_campaign", color="#F0F0F0"
    ),
    "categories.update": lambda server, ids: server.categories.update(
        ids["category_id"], name="Weekend Events", color="#F0F0F0"
    ),
    "categories.delete": lambda server, ids: server.categories.delete(ids["category_id"]),
    "players.set_email": lambda server, ids: server.players.set_email(ids["external_id"], "hero@example.com"),
    "players.delete_email": lambda server, ids: server.players.delete_email(ids["external_id"], opt_out=True),
    "emails.get_settings": lambda server, ids: server.emails.get_settings(),
    "emails.update_settings": lambda server, ids: server.emails.update_settings(
        sender_domain="example.com", sender_email="hello@example.com", template=SCHEME
    ),
    "engagement_outcomes.list": lambda server, ids: list(server.engagement_outcomes.list()),
    "engagement_outcomes.get": lambda server, ids: server.engagement_outcomes.get(ids["engagement_outcome_id"]),
    "engagement_outcomes.create": lambda server, ids: server.engagement_outcomes.create(
        name="Message Opened 5 Times", key="message_opened_5_times", type="message"
    ),
    "engagement_outcomes.update": lambda server, ids: server.engagement_outcomes.update(
        ids["engagement_outcome_id"], name="Message Opened 5 Times", key="message_opened_5_times"
    ),
    "engagement_outcomes.delete": lambda server, ids: server.engagement_outcomes.delete(ids["engagement_outcome_id"]),
    "environments.list": lambda server, ids: list(server.environments.list()),
    "environments.get": lambda server, ids: server.environments.get(ids["environment_id"]),
    "environments.create": lambda server, ids: server.environments.create(
        name="Tom's Dev Environment", key="tom-dev-env", type="dev"
    ),
    "environments.update": lambda server, ids: server.environments.update(
        ids["environment_id"], name="Tom's Dev Environment", key="tom-dev-env"
    ),
    "journeys.list": lambda server, ids: list(server.journeys.list(environment_stage="dev")),
    "journeys.get": lambda server, ids: server.journeys.get(ids["journey_id"]),
    "journeys.create": lambda server, ids: server.journeys.create(
        name="My Journey",
        description="This is a journey",
        entry_rules=ENTRY,
        exit_rules=EXIT,
        reenrollment=AGAIN,
        shared_environment_ids=[],
    ),
    "journeys.update": lambda server, ids: server.journeys.update(
        ids["journey_id"],
        name="My Journey",
        description="This is a journey",
        entry_rules=ENTRY,
        exit_rules=EXIT,
        reenrollment=AGAIN,
        shared_environment_ids=[],
    ),
    "journeys.delete": lambda server, ids: server.journeys.delete(ids["journey_id"]),
    "journeys.steps.list": lambda server, ids: list(server.journeys.steps(ids["journey_id"]).list()),
    "journeys.steps.get": lambda server, ids: server.journeys.steps(ids["journey_id"]).get(ids["step_id"]),
    "journeys.steps.create": lambda server, ids: server.journeys.steps(ids["journey_id"]).create(
        type="delay",
        config=DELAY,
        position=Position(row=0, column=0),
        advancement={"type": "immediate", "config": {}},
        incoming_edges={"create": {"from_id": None, "type_config": {}}},
    ),
    "journeys.steps.update": lambda server, ids: server.journeys.steps(ids["journey_id"]).update(
        ids["step_id"], config=DELAY, position={"row": 1, "column": 0}
    ),
    "journeys.steps.duplicate": lambda server, ids: server.journeys.steps(ids["journey_id"]).duplicate(
        ids["step_id"]
    ),
    "journeys.steps.delete": lambda server, ids: server.journeys.steps(ids["journey_id"]).delete(ids["step_id"]),
    "json_lists.list": lambda server, ids: list(server.json_lists.list(query="list")),
    "json_lists.get": lambda server, ids: server.json_lists.get(ids["json_list_id"]),
    "json_lists.create": lambda server, ids: server.json_lists.create(name="My List", key="myList", list=LIST),
    "json_lists.update": lambda server, ids: server.json_lists.update(
        ids["json_list_id"], name="My List", key="myList", list=LIST
    ),
    "json_lists.delete": lambda server, ids: server.json_lists.delete(ids["json_list_id"]),
    "media.list": lambda server, ids: list(server.media.list()),
    "media.get": lambda server, ids: server.media.get(ids["media_record_id"]),
    "media.upload": lambda server, ids: server.media.upload(b"\x89PNG", name="new_logo.png"),
    "media.replace": lambda server, ids: server.media.replace(
        ids["media_record_id"], b"\x89PNG", name="new_logo.png"
    ),
    "media.update": lambda server, ids: server.media.update(ids["media_record_id"], name="new_logo.png"),
    "media.delete": lambda server, ids: server.media.delete(ids["media_record_id"]),
    "message_types.list": lambda server, ids: list(server.message_types.list()),
    "offer_frameworks.list": lambda server, ids: list(server.offer_frameworks.list()),
    "offer_frameworks.get": lambda server, ids: server.offer_frameworks.get(ids["framework_id"]),
    "offer_frameworks.create": lambda server, ids: server.offer_frameworks.create(
        name="My Framework", offer_type="special_holiday_offer_identifier", schema=FORM
    ),
    "offer_frameworks.update": lambda server, ids: server.offer_frameworks.update(
        ids["framework_id"], name="My Framework", schema=FORM
    ),
    "offer_frameworks.delete": lambda server, ids: server.offer_frameworks.delete(ids["framework_id"]),
    "attributes.list": lambda server, ids: server.attributes.list(),
    "players.assign_attributes": lambda server, ids: server.players.assign_attributes(
        ids["appuser_external_id"],
        [PlayerAttribute("player_level", 120), PlayerAttribute("is_whale", True, "boolean")],
    ),
    "players.bulk_assign_attributes": lambda server, ids: server.players.bulk_assign_attributes(
        {
            "player_1": {"player_level": 120, "is_whale": True},
            "player_2": {"player_level": 100, "is_whale": False},
        }
    ),
    "players.get": lambda server, ids: server.players.get(ids["appuser_external_id"], environment_stage="dev"),
    "players.delete_data": lambda server, ids: server.players.delete_data(ids["appuser_external_id"]),
    "players.register_outcome": lambda server, ids: server.players.register_outcome(
        ids["appuser_external_id"],
        key="message_opened_5_times",
        type="message",
        journey_id="94a6665f-1372-4c39-8563-a2dd4ae6ee0a",
        journey_step_id="94a6665f-1372-4c39-8563-a2dd4ae6ee0a",
    ),
    "events.list": lambda server, ids: server.events.list(),
    "players.assign_events": lambda server, ids: server.players.assign_events(
        ids["appuser_external_id"],
        [
            "achievement_level_20",
            PlayerEvent(
                "act_one_completed", (PlayerAttribute("act_one_completed_on", datetime(2020, 2, 1, tzinfo=UTC)),)
            ),
        ],
    ),
    "players.bulk_assign_events": lambda server, ids: server.players.bulk_assign_events(
        (player, BULK_EVENTS) for player in ("player_1", "player_2")
    ),
    "players.segments": lambda server, ids: list(server.players.segments(ids["appuser_external_id"])),
    "players.assign_revenue_events": lambda server, ids: server.players.assign_revenue_events(
        ids["appuser_external_id"],
        [
            RevenueEvent(3.12, "b9e67424-8634-4d54-8fad-0ccc1f36a1f4", "124", "purchase"),
            {
                "transaction_id": "95ce3d88-bb30-4400-8b7d-e16a58cc810e",
                "revenue": -0.34,
                "product_id": "222",
                "revenue_type": "refunded",
                "attributes": [{"name": "level", "value": "43"}],
            },
        ],
    ),
    "players.register_device_token": lambda server, ids: server.players.register_device_token(
        ids["external_id"], "1234567890abcdef", "apns"
    ),
    "players.deregister_device_token": lambda server, ids: server.players.deregister_device_token(
        ids["external_id"], "1234567890abcdef"
    ),
    "push_frameworks.list": lambda server, ids: list(server.push_frameworks.list()),
    "push_frameworks.get": lambda server, ids: server.push_frameworks.get(ids["framework_id"]),
    "push_frameworks.create": lambda server, ids: server.push_frameworks.create(name="My Framework", schema=FORM),
    "push_frameworks.update": lambda server, ids: server.push_frameworks.update(
        ids["framework_id"], name="My Framework", schema=FORM
    ),
    "push_frameworks.delete": lambda server, ids: server.push_frameworks.delete(ids["framework_id"]),
    "segments.list": lambda server, ids: list(server.segments.list(query="whale", environment_stage="dev")),
    "segments.get": lambda server, ids: server.segments.get(ids["segment_id"]),
    "segments.create": lambda server, ids: server.segments.create(name="XYZ Whale Users", events=DID, attributes=IS),
    "segments.update": lambda server, ids: server.segments.update(
        ids["segment_id"], name="XYZ Whale Users", events=DID, attributes=IS
    ),
    "segments.delete": lambda server, ids: server.segments.delete(ids["segment_id"]),
    "surveys.results": lambda server, ids: server.surveys.results(
        ids["survey_id"], events=WHO_DID, attributes=WHO_IS
    ),
    "surveys.answer_statistics": lambda server, ids: server.surveys.answer_statistics(
        ids["survey_id"], ids["question_id"], events=WHO_DID, attributes=WHO_IS
    ),
    "surveys.raw_responses": lambda server, ids: list(
        server.surveys.raw_responses(ids["survey_id"], results_type="complete")
    ),
    "templates.list": lambda server, ids: list(server.templates.list(content_type="campaign_event")),
    "templates.get": lambda server, ids: server.templates.get(ids["template_id"]),
    "templates.create": lambda server, ids: server.templates.create(
        name="My Template", content_type="campaign_event", data=TEMPLATE
    ),
    "templates.update": lambda server, ids: server.templates.update(
        ids["template_id"], name="My Template", data=TEMPLATE
    ),
    "templates.delete": lambda server, ids: server.templates.delete(ids["template_id"]),
    "releases.delete": lambda server, ids: server.releases.delete(
        ids["releasable_id"], override_only=True, environment_stage="live"
    ),
}
"""A call of each method, by its name."""
