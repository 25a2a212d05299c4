"""Campaigns by the server API: what is edited where, what is filled in, what is warned about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.studio import APP_ID, STAGE

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer
    from tests.sandbox.studio import Studio
    from uwclient.sandbox import Sandbox

CAMPAIGNS = "/api/v1/campaigns"
LIVE = {**STAGE, "environment_stage": "live"}


class TestCampaigns:
    def test_a_new_one_is_a_draft_with_defaults(self, studio: Studio) -> None:
        made = studio.do("POST", CAMPAIGNS, {}, STAGE)

        assert (made["name"], made["state"], made["previous_state"]) == ("New Campaign", "draft", "draft")
        assert (made["delivery_type"], made["furthest_state"]) == ("scheduled", "dev")
        assert (made["environment_key"], made["environment_type"]) == ("dev", "dev")
        assert (made["start_at"], made["start_at_tz"], made["end_at_tz"]) == (None, "utc", "utc")
        assert made["contents"] == made["tags"] == made["segment_ids"] == []
        assert made == studio.do("GET", f"{CAMPAIGNS}/{made['id']}", query=STAGE)

    @pytest.mark.parametrize(
        ("sent", "printed"),
        [
            ("2026-02-03T04:05:06Z", "2026-02-03T04:05:06Z"),
            ("2026-02-03T04:05:06+02:00", "2026-02-03T02:05:06Z"),
            ("2026-02-03 04:05", "2026-02-03T04:05:00Z"),
            ("2026-02-03T04:05:06.789Z", "2026-02-03T04:05:06Z"),
        ],
    )
    def test_times_are_read_as_iso_8601_and_printed_in_one_way(self, studio: Studio, sent: str, printed: str) -> None:
        made = studio.do("POST", CAMPAIGNS, {"start_at": sent}, STAGE)

        assert made["start_at"] == printed

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"start_at": "soon"}, "start_at: 'soon' is not a time"),
            ({"start_at": "2026-02-02", "end_at": "2026-02-01"}, "end_at: it is before start_at"),
            ({"delivery_type": "triggred"}, "did you mean 'triggered'?"),
            ({"tags": "christmas"}, "tags"),
            ({"segment_ids": [1]}, "segment_ids"),
            ({"name": 1}, "name: 1 is not a text"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, studio: Studio, fields: dict[str, Any], sentence: str) -> None:
        assert sentence in studio.refused("POST", CAMPAIGNS, fields, STAGE)
        assert studio.do("GET", CAMPAIGNS, query=STAGE) == []

    def test_the_end_is_read_as_the_start_is(self, studio: Studio) -> None:
        first = {"start_at_tz": "player_local", "end_at_tz": "utc"}
        assert "end_at_tz is always that of start_at_tz" in studio.warnings("POST", CAMPAIGNS, first, STAGE)
        (made,) = studio.do("GET", CAMPAIGNS, query=STAGE)
        assert (made["start_at_tz"], made["end_at_tz"]) == ("player_local", "player_local")

        item = f"{CAMPAIGNS}/{made['id']}"
        assert "player_local was taken" in studio.warnings("PUT", item, {"end_at_tz": "utc"}, STAGE)
        assert studio.do("PUT", item, {"start_at_tz": "utc"}, STAGE)["end_at_tz"] == "utc"

    def test_null_takes_a_time_away_and_an_empty_text_leaves_it(self, studio: Studio) -> None:
        item = f"{CAMPAIGNS}/{studio.campaign(start_at='2026-01-01', end_at='2026-02-01', tags=['a'])}"

        kept = studio.do("PUT", item, {"start_at": "", "end_at": "", "tags": ""}, STAGE)
        assert (kept["start_at"], kept["end_at"], kept["tags"]) == (
            "2026-01-01T00:00:00Z",
            "2026-02-01T00:00:00Z",
            ["a"],
        )
        assert studio.do("PUT", item, {"end_at": None, "tags": []}, STAGE)["end_at"] is None

    def test_what_is_not_there_is_kept_with_a_warning(self, studio: Studio) -> None:
        fields = {"category_id": "no-category", "segment_ids": ["no-segment"], "trigger": {"type": "x"}}
        warnings = studio.warnings("POST", CAMPAIGNS, {**fields, "delivery_type": "triggered"}, STAGE)

        assert "no-category" in warnings
        assert "no-segment" in warnings
        assert "trigger.type" in warnings
        (made,) = studio.do("GET", CAMPAIGNS, query=STAGE)
        assert (made["category_id"], made["segment_ids"]) == ("no-category", ["no-segment"])
        assert made["trigger"] == {"type": "x", "logic": {}, "settings": {}}

    def test_a_trigger_comes_back_as_it_was_sent_and_its_settings_are_the_quota(
        self, studio: Studio, sandbox: Sandbox, player: HttpPlayer
    ) -> None:
        logic = {"external_event_id": "boss", "event_attributes": []}
        trigger = {"type": "event_trigger", "logic": logic, "settings": {"total_triggers": 2}}
        campaign = studio.campaign(delivery_type="triggered", trigger=trigger)

        assert studio.do("GET", f"{CAMPAIGNS}/{campaign}", query=STAGE)["trigger"] == trigger
        sandbox.releases.share(campaign, "live", run=True)
        (shown,) = player.get("/triggerable_campaigns").json()["campaigns"]
        assert shown["trigger"] == {
            "type": "event_trigger",
            "logic": logic,
            "quota": {"total_remaining_triggers": 2},
        }
        item = f"{CAMPAIGNS}/{campaign}"
        changed = studio.do("PUT", item, {"trigger": {"type": "event_trigger", "logic": {}}}, STAGE)
        assert changed["trigger"]["settings"] == {"total_triggers": 2}
        changed = studio.do("PUT", item, {"trigger": {**trigger, "settings": {}}}, STAGE)
        assert changed["trigger"] == {**trigger, "settings": {}}

    @pytest.mark.parametrize("settings", [{"total_triggers": -1}, {"total": 1}, 7, {"session_triggers": 1.5}])
    def test_settings_that_make_no_sense_are_left_out_with_a_warning(self, studio: Studio, settings: Any) -> None:
        trigger = {"type": "event_trigger", "logic": {"external_event_id": "boss"}, "settings": settings}
        warnings = studio.warnings("POST", CAMPAIGNS, {"delivery_type": "triggered", "trigger": trigger}, STAGE)

        assert "trigger.settings" in warnings
        (made,) = studio.do("GET", CAMPAIGNS, query=STAGE)
        assert made["trigger"]["settings"] == {}

    def test_how_it_is_delivered_stays(self, studio: Studio) -> None:
        item = f"{CAMPAIGNS}/{studio.campaign()}"

        assert "delivery_type" in studio.warnings("PUT", item, {"delivery_type": "triggered"}, STAGE)
        assert studio.do("GET", item, query=STAGE)["delivery_type"] == "scheduled"

    def test_what_was_read_can_be_written_again(self, studio: Studio) -> None:
        logic = {"external_event_id": "boss", "event_attributes": []}
        trigger = {"type": "event_trigger", "logic": logic, "settings": {"session_triggers": 1}}
        studio.campaign(name="a", start_at="2026-01-01", end_at="2026-02-01", tags=["x"], description="d")
        studio.campaign(name="b", delivery_type="triggered", trigger=trigger)

        for made in studio.do("GET", CAMPAIGNS, query=STAGE):
            again = studio.do("PUT", f"{CAMPAIGNS}/{made['id']}", made, STAGE)
            assert {**again, "updated_at": None} == {**made, "updated_at": None}


class TestLists:
    def test_a_list_is_of_one_environment_and_finds_names_and_tags(self, studio: Studio, sandbox: Sandbox) -> None:
        for name, tags in (("Weihnachten", ["Winter"]), ("Ostern", []), ("Äpfel", ["ÄRGER"])):
            studio.campaign(name=name, tags=tags)

        def found(**query: Any) -> list[str]:
            return [row["name"] for row in studio.do("GET", CAMPAIGNS, query={**STAGE, **query})]

        assert found() == ["Weihnachten", "Ostern", "Äpfel"]
        assert found(query="WINTER") == ["Weihnachten"]
        assert found(query="stern") == ["Ostern"]
        assert found(query="ärger") == ["Äpfel"]
        assert found(query="%") == []
        assert found(sort_by="name", sort_direction="desc") == ["Äpfel", "Weihnachten", "Ostern"]
        assert studio.do("GET", CAMPAIGNS, query=LIVE) == []

    def test_states_and_kinds_of_delivery_are_filters(self, studio: Studio, sandbox: Sandbox) -> None:
        first, second = studio.campaign(name="one"), studio.campaign(name="two", delivery_type="triggered")
        studio.content(first, "message", {"title": "Hi"})
        sandbox.releases.share(first, "live", run=True)
        sandbox.releases.share(second, "live")

        def found(**query: Any) -> list[str]:
            return [row["name"] for row in studio.do("GET", CAMPAIGNS, query={**LIVE, **query})]

        assert found(state="running") == ["one"]
        assert found(state="draft") == ["two"]
        assert found(state="draft", delivery_type="scheduled") == []
        assert found(delivery_type="triggered", state="") == ["two"]
        assert "is not one of" in studio.refused("GET", CAMPAIGNS, query={**LIVE, "state": "runing"})

    def test_a_page_has_ten_campaigns_unless_another_size_is_asked_for(self, studio: Studio) -> None:
        for number in range(12):
            studio.campaign(name=f"{number:02}")

        reply = studio.ask("GET", CAMPAIGNS, query=STAGE).json()

        assert len(reply["data"]) == 10
        assert reply["meta"]["query"]["total_pages"] == 2
        rest = studio.do("GET", CAMPAIGNS, query={**STAGE, "page": 2})
        assert [row["name"] for row in rest] == ["10", "11"]
        assert len(studio.do("GET", CAMPAIGNS, query={**STAGE, "page_size": 50})) == 12

    def test_every_scalar_field_of_the_reply_sorts(self, studio: Studio, sandbox: Sandbox) -> None:
        for name in ("b", "a", "c"):
            sandbox.releases.share(studio.campaign(name=name), "qa" if name == "a" else "live")
        studio.campaign(name="d")
        (row, *_) = studio.do("GET", CAMPAIGNS, query=STAGE)

        for field in (
            name for name, value in row.items() if not isinstance(value, (list, dict)) and name != "trigger"
        ):
            for direction in ("asc", "desc"):
                query = {**STAGE, "sort_by": field, "sort_direction": direction}
                values = [one[field] for one in studio.do("GET", CAMPAIGNS, query=query) if one[field] is not None]
                assert values == sorted(values, reverse=direction == "desc"), field
        assert "use id, app_id" in studio.refused("GET", CAMPAIGNS, query={**STAGE, "sort_by": "contents"})


class TestEnvironments:
    def test_only_dev_is_edited(self, studio: Studio, sandbox: Sandbox) -> None:
        campaign = studio.campaign(name="one")
        content = studio.content(campaign, "message", {"title": "Hi"})
        sandbox.releases.share(campaign, "live")
        item = f"{CAMPAIGNS}/{campaign}"

        for method, path in (
            ("POST", CAMPAIGNS),
            ("PUT", item),
            ("POST", f"{item}/duplicate"),
            ("POST", f"{item}/content"),
            ("PUT", f"{item}/content/{content}"),
            ("DELETE", f"{item}/content/{content}"),
            ("POST", f"{item}/content/{content}/duplicate"),
        ):
            body = {"type": "message", "name": "two"} if method != "DELETE" else None
            reply = studio.ask(method, path, body, LIVE)
            assert reply.status_code == 422, (method, path)
            assert "dev environment" in reply.json()["meta"]["hints"][0]
        assert studio.do("GET", item, query=LIVE)["name"] == "one"

    def test_an_environment_shows_what_was_shared_with_it(self, studio: Studio, sandbox: Sandbox) -> None:
        campaign = studio.campaign(name="one")
        content = studio.content(campaign, "message", {"title": "Hi", "name": "Greeting"})
        item = f"{CAMPAIGNS}/{campaign}"
        assert studio.ask("GET", item, query=LIVE).status_code == 404

        sandbox.releases.share(campaign, "qa")
        studio.do("PUT", item, {"name": "two"}, STAGE)
        studio.do("PUT", f"{item}/content/{content}", {"type": "message", "content": {"title": "Ho"}}, STAGE)

        in_qa = studio.do("GET", item, query={**STAGE, "environment_stage": "qa"})
        assert (in_qa["name"], in_qa["furthest_state"], in_qa["environment_key"]) == ("one", "qa", "qa")
        assert in_qa["contents"] == [{"type": "message", "id": content, "name": "Greeting"}]
        qa = {**STAGE, "environment_stage": "qa"}
        assert studio.do("GET", f"{item}/content/{content}", query=qa)["content"]["title"] == "Hi"
        assert studio.do("GET", item, query=STAGE)["furthest_state"] == "qa"
        sandbox.releases.share(campaign, "live")
        assert studio.do("GET", item, query=STAGE)["furthest_state"] == "live"

    def test_an_environment_is_named_by_key_type_or_id(self, studio: Studio) -> None:
        studio.do("POST", "/api/v2/environments", {"app_id": APP_ID, "name": "Tom", "key": "tom", "type": "dev"})
        ids = {row["key"]: row["id"] for row in studio.do("GET", "/api/v2/environments", query={"app_id": APP_ID})}

        made = studio.do("POST", CAMPAIGNS, {"name": "his"}, {"app_id": APP_ID, "environment_id": ids["tom"]})
        assert made["environment_key"] == "tom"
        item = f"{CAMPAIGNS}/{made['id']}"
        assert studio.ask("GET", item, query=STAGE).status_code == 404
        assert studio.do("GET", item, query={"app_id": APP_ID, "environment_stage": "tom"}) == made
        assert studio.ask("GET", CAMPAIGNS, query={"app_id": APP_ID}).status_code == 400
        assert studio.ask("GET", CAMPAIGNS, query={"environment_stage": "dev"}).status_code == 400
        assert "no environment 'deev'" in studio.refused(
            "GET", CAMPAIGNS, query={**STAGE, "environment_stage": "deev"}
        )
        assert "default dev" in studio.warnings("GET", CAMPAIGNS, query={**STAGE, "environment_stage": ""})

    def test_deleting_in_dev_takes_all_releases_along(self, studio: Studio, sandbox: Sandbox) -> None:
        campaign = studio.campaign()
        sandbox.releases.share(campaign, "qa")
        sandbox.releases.share(campaign, "live")
        item = f"{CAMPAIGNS}/{campaign}"

        studio.do("DELETE", item, query=LIVE)
        assert studio.ask("GET", item, query=LIVE).status_code == 404
        assert studio.do("GET", item, query=STAGE)["furthest_state"] == "qa"
        assert studio.ask("DELETE", item, query=LIVE).status_code == 404
        studio.do("DELETE", item, query=STAGE)
        for stage in ("dev", "qa", "live"):
            assert studio.ask("GET", item, query={**STAGE, "environment_stage": stage}).status_code == 404
        assert studio.ask("DELETE", item, query=STAGE).status_code == 404
