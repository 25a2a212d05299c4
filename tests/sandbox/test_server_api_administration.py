"""Environments, categories, A/B tests and releases by the server API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.studio import APP_ID, STAGE

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join
    from tests.sandbox.studio import Studio
    from uwclient.sandbox import Sandbox

ENVIRONMENTS = "/api/v2/environments"
CATEGORIES = "/api/v1/app_categories"
TESTS = "/api/v1/a_b_tests"
APP = {"app_id": APP_ID}
LIVE = {**STAGE, "environment_stage": "live"}


class TestEnvironments:
    def test_an_app_begins_with_one_of_each_type(self, studio: Studio) -> None:
        reply = studio.ask("GET", ENVIRONMENTS, query=APP).json()

        found = {(row["name"], row["key"], row["type"], row["default"]) for row in reply["data"]}
        assert found == {("Dev", "dev", "dev", True), ("QA", "qa", "qa", True), ("Live", "live", "live", True)}
        assert reply["meta"]["query"] == {
            "current_page": 1,
            "current_page_record_count": 3,
            "records_per_page": 10,
            "total_pages": 1,
            "total_records": 3,
        }

    def test_a_new_one_is_no_default_and_keeps_its_type(self, studio: Studio) -> None:
        made = studio.do("POST", ENVIRONMENTS, {**APP, "name": "Beta", "key": "beta", "type": "qa"})
        item = f"{ENVIRONMENTS}/{made['id']}"

        assert (made["default"], made["type"]) == (False, "qa")
        assert studio.do("GET", item, query=APP) == made
        assert "type" in studio.warnings("PUT", item, {**APP, "type": "live", "key": "gamma"})
        changed = studio.do("GET", item, query=APP)
        assert (changed["type"], changed["key"], changed["name"]) == ("qa", "gamma", "Beta")
        assert studio.ask("DELETE", item, query=APP).status_code == 405
        assert studio.ask("GET", ENVIRONMENTS).status_code == 400

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"key": "live"}, "key: another environment has 'live' already"),
            ({"type": "test"}, "is not one of dev, qa, live"),
            ({"type": None}, "type: it is missing"),
            ({"name": 3}, "name: 3 is not a text"),
            ({"app_id": "other"}, "app_id"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, studio: Studio, fields: dict[str, Any], sentence: str) -> None:
        body = {**APP, "name": "Beta", "key": "beta", "type": "qa", **fields}

        assert sentence in studio.refused("POST", ENVIRONMENTS, body)

    def test_empty_fields_have_defaults(self, studio: Studio) -> None:
        body = {"app_id": "", "name": "", "key": "", "type": ""}

        made = [studio.do("POST", ENVIRONMENTS, body) for _ in range(2)]

        assert [one["key"] for one in made] == ["environment-1", "environment-2"]
        assert {(one["name"], one["type"]) for one in made} == {("New Environment", "dev")}

    def test_players_start_sessions_in_a_new_one(self, studio: Studio, sandbox: Sandbox, join: Join) -> None:
        studio.do("POST", ENVIRONMENTS, {**APP, "name": "Beta", "key": "beta", "type": "qa"})
        campaign = studio.campaign()
        studio.content(campaign, "message", {"title": "Hi"})
        sandbox.releases.share(campaign, "beta", run=True)

        assert len(join(sandbox, "anna", environment_stage="beta").ids("/messages")) == 1
        assert join(sandbox, "bert").ids("/messages") == []


class TestCategories:
    def test_a_deleted_one_is_gone_from_lists_but_campaigns_keep_it(self, studio: Studio) -> None:
        fields = {"name": "Weekend", "categoryable_type": "scheduled_campaign", "color": "#F0F0F0"}
        made = studio.do("POST", CATEGORIES, {**APP, **fields})
        campaign = studio.campaign(category_id=made["id"])
        item = f"{CATEGORIES}/{made['id']}"
        assert studio.do("GET", CATEGORIES) == [made]

        assert studio.do("DELETE", item) == "Successfully deleted the app category."

        assert studio.do("GET", CATEGORIES, query={"page": 1}) == []
        assert studio.do("GET", f"/api/v1/campaigns/{campaign}", query=STAGE)["category_id"] == made["id"]
        again = studio.warnings("PUT", f"/api/v1/campaigns/{campaign}", {"category_id": made["id"]}, STAGE)
        assert again == ""
        assert studio.ask("DELETE", item).status_code == 404
        assert studio.ask("PUT", item, {"name": "x", "color": "#000000"}).status_code == 404

    def test_a_deleted_one_stays_so_in_a_sandbox_that_is_restored(self, studio: Studio, sandbox: Sandbox) -> None:
        fields = {"name": "Weekend", "categoryable_type": "scheduled_campaign", "color": "#F0F0F0"}
        made = studio.do("POST", CATEGORIES, fields)
        studio.do("DELETE", f"{CATEGORIES}/{made['id']}")
        sandbox.restore(sandbox.save())

        assert studio.do("GET", CATEGORIES) == []
        assert studio.warnings("POST", "/api/v1/campaigns", {"category_id": made["id"]}, STAGE) == ""

    def test_they_are_listed_by_what_they_sort(self, studio: Studio) -> None:
        for kind in ("scheduled_campaign", "triggered_campaign", "campaign_content"):
            studio.do("POST", CATEGORIES, {**APP, "name": kind, "categoryable_type": kind, "color": "#000000"})

        found = studio.do("GET", CATEGORIES, query={"categoryable_type": "triggered_campaign"})
        assert [row["name"] for row in found] == ["triggered_campaign"]
        assert len(studio.do("GET", CATEGORIES, query=APP)) == 3

    @pytest.mark.parametrize("body", [{"name": "x"}, {"color": "#000000"}, {"name": "x", "color": "red"}])
    def test_an_update_needs_name_and_colour(self, studio: Studio, body: dict[str, str]) -> None:
        fields = {"name": "Weekend", "categoryable_type": "scheduled_campaign", "color": "#F0F0F0"}
        made = studio.do("POST", CATEGORIES, fields)

        studio.refused("PUT", f"{CATEGORIES}/{made['id']}", body)
        assert studio.do("GET", CATEGORIES) == [made]


class TestAbTests:
    def test_they_are_read_with_variants_and_the_players_who_were_shown_them(
        self, studio: Studio, sandbox: Sandbox, join: Join
    ) -> None:
        campaign = studio.campaign(name="Sale")
        offer = studio.content(campaign, "variables", {"json": {"price": 1}})
        control = {"name": "one", "percentage": 50, "control_group": True}
        variants = [control, {"name": "two", "percentage": 50, "fields": {"json": {"price": 2}}}]
        test = sandbox.ab_tests.define(campaign, variants, offer)
        sandbox.releases.share(campaign, "qa", run=True)
        sandbox.releases.share(campaign, "live", run=True)
        for number in range(6):
            join(sandbox, f"p{number}").ids("/remote_configs")
        join(sandbox, "q", environment_stage="qa").ids("/remote_configs")

        found = studio.do("GET", f"{TESTS}/{test}")

        assert (found["campaign_id"], found["campaign_content_id"]) == (campaign, offer)
        assert [(one["name"], one["type"], one["control_group"]) for one in found["variants"]] == [
            ("one", "variables", True),
            ("two", "variables", False),
        ]
        assert sum(one["assigned_users_count"] for one in found["variants"]) == 7
        in_live = studio.do("GET", f"{TESTS}/{test}", query=LIVE)
        assert sum(one["assigned_users_count"] for one in in_live["variants"]) == 6
        (listed,) = studio.do("GET", TESTS, query={"query": "sal"})
        assert listed == {name: value for name, value in found.items() if name != "variants"}
        assert studio.ask("GET", f"{TESTS}/none").status_code == 404
        assert studio.ask("POST", TESTS, {}).status_code == 405


class TestReleases:
    def test_all_releases_leave_an_environment(self, studio: Studio, sandbox: Sandbox, player: HttpPlayer) -> None:
        campaign = studio.campaign()
        studio.content(campaign, "message", {"title": "Hi"})
        sandbox.releases.share(campaign, "qa", run=True)
        sandbox.releases.share(campaign, "live", run=True)
        path = f"/api/v2/releases/{campaign}"
        assert len(player.ids("/messages")) == 1

        assert studio.do("DELETE", path, query={"environment_stage": "live", "override_only": "0"}) is None

        assert player.ids("/messages") == []
        assert studio.ask("GET", f"/api/v1/campaigns/{campaign}", query=LIVE).status_code == 404
        assert studio.do("GET", f"/api/v1/campaigns/{campaign}", query=STAGE)["furthest_state"] == "qa"
        gone = studio.ask("DELETE", path, query={"environment_stage": "live", "override_only": "false"})
        assert gone.status_code == 404
        sandbox.releases.share(campaign, "live")
        assert sandbox.campaigns.state(campaign) == "draft"

    @pytest.mark.parametrize("flag", ["true", "1"])
    def test_only_what_was_replaced_is_dropped(
        self, studio: Studio, sandbox: Sandbox, player: HttpPlayer, flag: str
    ) -> None:
        campaign = studio.campaign()
        message = studio.content(campaign, "message", {"title": "one"})
        override = {"contents": {message: {"content": {"title": "other"}}}}
        sandbox.releases.share(campaign, "live", run=True, override=override)
        item = f"/api/v1/campaigns/{campaign}/content/{message}"
        studio.do("PUT", item, {"type": "message", "content": {"title": "two"}}, STAGE)
        assert player.get("/messages").json()["active"][0]["title"] == "other"

        query = {"environment_stage": "live", "override_only": flag}
        studio.do("DELETE", f"/api/v2/releases/{campaign}", query=query)

        assert player.get("/messages").json()["active"][0]["title"] == "two"

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({"environment_stage": "live"}, 400),
            ({"override_only": "false"}, 400),
            ({"environment_stage": "live", "override_only": "perhaps"}, 422),
            ({"environment_stage": "nowhere", "override_only": "false"}, 422),
            ({"environment_stage": "dev", "override_only": "false"}, 404),
            ({"environment_stage": "qa", "override_only": "false"}, 404),
            ({"environment_stage": "live", "override_only": "false", "app_id": APP_ID}, 204),
        ],
    )
    def test_what_is_missing_or_wrong_is_told_apart(
        self, studio: Studio, sandbox: Sandbox, query: dict[str, str], status: int
    ) -> None:
        campaign = studio.campaign()
        sandbox.releases.share(campaign, "live")

        assert studio.ask("DELETE", f"/api/v2/releases/{campaign}", query=query).status_code == status
        assert studio.ask("DELETE", "/api/v2/releases/none", query=query).status_code in (status, 404)
