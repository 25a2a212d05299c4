"""Segments by the server API: edited in dev, found by their ids, and copied to where something that names them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.studio import APP_ID, STAGE

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join
    from tests.sandbox.studio import Studio
    from uwclient.sandbox import Sandbox

SEGMENTS = "/api/v1/segments"
LEVEL = [{"name": "level", "operator": "greater_than", "values": [10]}]
NEVER_BOUGHT = [{"logical_operator": "not", "event_sets": [{"event_id": "bought"}]}]
LIVE = {**STAGE, "environment_stage": "live"}


def names(studio: Studio, **query: Any) -> list[str]:
    return [row["name"] for row in studio.do("GET", SEGMENTS, query={**STAGE, **query})]


def test_what_was_made_is_found_listed_changed_and_deleted(studio: Studio) -> None:
    fields = {"name": "heroes", "attributes": LEVEL, "events": NEVER_BOUGHT, "player_ids_to_include": ["anna"]}
    made = studio.do("POST", SEGMENTS, {**STAGE, **fields, "player_ids_to_exclude": ["bert"]})
    item = f"{SEGMENTS}/{made['id']}"

    assert {name: made[name] for name in fields} == fields
    assert (made["app_id"], made["state"], made["player_ids_to_exclude"]) == (APP_ID, "dev", ["bert"])
    assert made["audience_stats"] == {"trailing_30d_active_user_count": 0, "trailing_7d_active_user_count": 0}
    assert studio.do("GET", item) == made
    assert studio.do("GET", SEGMENTS, query=STAGE) == [made]
    changed = studio.do("PUT", item, {"events": []})
    assert (changed["name"], changed["attributes"], changed["events"]) == ("heroes", LEVEL, [])
    assert studio.do("DELETE", item) == "Successfully deleted Segment."
    assert {studio.ask(method, item, {}).status_code for method in ("GET", "PUT", "DELETE")} == {404}


def test_event_ids_are_a_short_way_to_write_event_sets(studio: Studio) -> None:
    events = [{"logical_operator": "or", "event_ids": ["a", "b"]}]
    made = studio.do("POST", SEGMENTS, {**STAGE, "events": events})

    sets = [{"event_id": "a", "attributes": []}, {"event_id": "b", "attributes": []}]
    assert made["events"] == [{"logical_operator": "or", "event_sets": sets}]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"attributes": [{"name": "level", "operator": "above", "values": [1]}]}, "attributes[0]"),
        ({"attributes": [{"name": "level", "operator": "equal", "values": []}]}, "attributes[0]"),
        ({"attributes": [{"name": "level", "operator": "between", "values": [1]}]}, "attributes[0]"),
        ({"attributes": [{"name": "level", "operator": "less_than", "values": ["ten"]}]}, "attributes[0]"),
        ({"attributes": "level > 10"}, "attributes"),
        ({"events": [{"event_sets": []}]}, "events[0].event_sets"),
        ({"events": [{"logical_operator": "xor", "event_ids": ["a"]}]}, "events[0].logical_operator"),
        ({"environment_stage": "live"}, "environment_stage: 'live' is of type live"),
        ({"environment_stage": "nowhere"}, "environment_stage: there is no environment"),
        ({"app_id": "other"}, "app_id"),
    ],
)
def test_what_makes_no_sense_is_refused(studio: Studio, fields: dict[str, Any], sentence: str) -> None:
    assert sentence in studio.refused("POST", SEGMENTS, {**STAGE, "name": "x", **fields})
    assert names(studio) == []


def test_the_environment_must_be_named(studio: Studio) -> None:
    assert "environment_stage: it is missing" in studio.refused("POST", SEGMENTS, {"app_id": APP_ID, "name": "x"})
    assert "default dev" in studio.warnings("POST", SEGMENTS, {"environment_stage": "", "name": "x"})


class TestBarePath:
    def test_an_id_in_the_query_or_the_body_says_which_is_meant(self, studio: Studio) -> None:
        one, two = studio.segment("same"), studio.segment("same")

        for query, body in (
            ({"id": one}, {"name": "a"}),
            ({"segment_id": one}, {"name": "b"}),
            ({}, {"id": one, "name": "c"}),
            ({}, {"segment_id": one, "name": "d"}),
        ):
            made = studio.do("PUT", SEGMENTS, body, query)
            assert (made["id"], made["name"]) == (one, body["name"])
        assert studio.do("GET", f"{SEGMENTS}/{two}")["name"] == "same"
        assert studio.ask("PUT", SEGMENTS, {"name": "e"}, {"id": "unknown"}).status_code == 404

    def test_a_name_that_only_one_has_does_so_too(self, studio: Studio) -> None:
        one = studio.segment("same")
        assert studio.do("PUT", SEGMENTS, {"name": "same", "attributes": LEVEL})["id"] == one
        studio.segment("same")

        for body in ({"name": "same"}, {"name": "other"}, {"attributes": LEVEL}, {}):
            reply = studio.ask("PUT", SEGMENTS, body)
            assert reply.status_code == 400
            assert "Send PUT /api/v1/segments/ID" in reply.json()["meta"]["hints"][0]


class TestEnvironments:
    def test_a_copy_is_where_a_campaign_that_names_it_was_shared(self, studio: Studio, sandbox: Sandbox) -> None:
        segment = studio.segment("heroes", attributes=LEVEL)
        campaign = studio.campaign(segment_ids=[segment])
        sandbox.releases.share(campaign, "qa")
        studio.do("PUT", f"{SEGMENTS}/{segment}", {"name": "gods"})

        assert studio.do("GET", f"{SEGMENTS}/{segment}")["name"] == "gods"
        assert studio.do("GET", f"{SEGMENTS}/{segment}")["state"] == "qa"
        assert names(studio, environment_stage="qa") == ["heroes"]
        qa = {"environment_stage": "qa"}
        assert studio.do("GET", f"{SEGMENTS}/{segment}", query=qa)["name"] == "heroes"
        assert "of type qa" in studio.refused("PUT", f"{SEGMENTS}/{segment}", {"name": "x"}, qa)
        assert studio.ask("GET", f"{SEGMENTS}/{segment}", query=LIVE).status_code == 404

    def test_deleting_it_leaves_campaigns_that_nobody_sees(
        self, studio: Studio, sandbox: Sandbox, join: Join
    ) -> None:
        segment = studio.segment("heroes", player_ids_to_include=["anna"])
        campaign = studio.campaign(segment_ids=[segment])
        studio.content(campaign, "message", {"title": "Hi"})
        sandbox.releases.share(segment, "live")
        sandbox.releases.share(campaign, "live", run=True)
        anna = join(sandbox, "anna")
        assert len(anna.ids("/messages")) == 1

        studio.do("DELETE", f"{SEGMENTS}/{segment}")

        anna.refresh()
        assert anna.ids("/messages") == []
        assert studio.do("GET", f"/api/v1/campaigns/{campaign}", query=LIVE)["segment_ids"] == [segment]
        assert studio.do("GET", SEGMENTS, query=LIVE) == []

    def test_a_segment_in_a_dev_environment_of_its_own_is_found_by_its_id(self, studio: Studio) -> None:
        studio.do("POST", "/api/v2/environments", {"app_id": APP_ID, "name": "Tom", "key": "tom", "type": "dev"})
        made = studio.do("POST", SEGMENTS, {"app_id": APP_ID, "environment_stage": "tom", "name": "his"})

        assert names(studio) == []
        assert studio.do("GET", f"{SEGMENTS}/{made['id']}") == made
        assert studio.do("PUT", f"{SEGMENTS}/{made['id']}", {"name": "hers"})["name"] == "hers"
        assert studio.do("PUT", SEGMENTS, {"name": "hers"})["id"] == made["id"]
        assert names(studio, environment_stage="tom") == ["hers"]
        studio.do("DELETE", f"{SEGMENTS}/{made['id']}")
        assert names(studio, environment_stage="tom") == []


class TestLists:
    def test_names_are_searched_and_fields_sort(self, studio: Studio, sandbox: Sandbox) -> None:
        for name in ("b hero", "A HERO", "c"):
            studio.segment(name)
        sandbox.releases.share(studio.do("GET", SEGMENTS, query={**STAGE, "query": "c"})[0]["id"], "live")

        assert names(studio, query="hero") == ["b hero", "A HERO"]
        assert names(studio, sort_by="name") == ["A HERO", "b hero", "c"]
        assert names(studio, sort_by="state", sort_direction="desc")[0] == "c"
        assert names(studio, sort_by="updated_at", page=2, page_size=2) == ["c"]
        assert "cannot sort" in studio.refused("GET", SEGMENTS, query={**STAGE, "sort_by": "audience_stats"})

    def test_the_audience_are_those_who_were_there_lately(
        self, studio: Studio, sandbox: Sandbox, player: HttpPlayer
    ) -> None:
        segment = studio.segment("all", player_ids_to_include=[player.id, "never came"])

        def counts() -> tuple[int, int]:
            stats = studio.do("GET", f"{SEGMENTS}/{segment}")["audience_stats"]
            return stats["trailing_30d_active_user_count"], stats["trailing_7d_active_user_count"]

        assert counts() == (1, 1)
        sandbox.clock.advance(days=8)
        assert counts() == (1, 0)
        sandbox.clock.advance(days=23)
        assert counts() == (0, 0)
