"""Players by the server API: assigned attributes, events, revenue, outcomes, addresses and tokens, and their data."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import Ask, Join, told
from uwclient import UserWise
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.openapi import samples

APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
V1 = "/api/v1/appuser/hero-42"
V2 = "/api/v2/appusers"


def refused(reply: requests.Response, place: str) -> str:
    assert reply.status_code == 422, reply.text
    error: str = reply.json()["errors"][0]
    assert error.startswith(place), error
    return error


class TestTheDocumentedRequests:
    @pytest.mark.parametrize(
        ("operation", "method", "path"),
        [
            ("assign_player_attributes", "POST", f"{V1}/attributes"),
            ("assign_player_attributes", "POST", "/api/v1/appusers/hero-42/attributes"),
            ("bulk_assign_attributes", "POST", f"{V2}/bulk_assign_attributes"),
            ("assign_player_events", "POST", f"{V1}/events"),
            ("assign_player_events", "POST", "/api/v1/appusers/hero-42/events"),
            ("bulk_assign_events", "POST", f"{V2}/bulk_assign_events"),
            ("assign_revenue_events", "POST", f"{V1}/revenue_events"),
            ("register_player_outcome", "POST", f"{V2}/hero-42/engagements/outcomes"),
            ("register_device_token", "POST", f"{V2}/hero-42/push_notifications/device_tokens/register"),
            ("deregister_device_token", "POST", f"{V2}/hero-42/push_notifications/device_tokens/deregister"),
        ],
    )
    def test_a_sample_is_taken_without_a_reply(self, ask: Ask, operation: str, method: str, path: str) -> None:
        reply = ask(method, path, samples()[operation]["request"])

        assert (reply.status_code, reply.content) == (204, b"")

    def test_the_data_of_a_player_have_the_documented_shape(self, sandbox: Sandbox, ask: Ask, join: Join) -> None:
        join(sandbox, language="en")
        data = ask("GET", f"{V1}?environment_stage=live").json()["data"]
        sample = samples()["get_player"]["response"]["data"]

        assert data.keys() == sample.keys()
        assert data["environment_details"].keys() == sample["environment_details"].keys()
        assert data["traits"]["_language"] == "en"
        assert data["traits"]["_first_login_date"].endswith(".000Z")
        assert data["last_login"].endswith("+00:00")
        assert data["environment_details"]["num_sessions"] == 1

    def test_segments_of_a_player_have_the_documented_shape(self, sandbox: Sandbox, ask: Ask) -> None:
        sandbox.define_segment("whales", attributes=[{"name": "level", "operator": "greater_than", "values": [10]}])
        ask("POST", f"{V1}/attributes", {"attributes": [{"name": "level", "value": 11}]})
        (segment,) = ask("GET", f"{V2}/hero-42/segments?app_id={APP_ID}&environment_stage=live").json()["data"]

        assert segment["name"] == "whales"
        assert samples()["get_player_segments"]["response"]["data"][0].keys() <= segment.keys()

    def test_what_the_app_has_met_is_listed_by_app(self, sandbox: Sandbox, ask: Ask, join: Join) -> None:
        for path in ("attributes", "events", "app_regions"):
            assert ask("GET", f"/api/v1/{path}").json()["data"] == {}
        player = join(sandbox)
        player.do("/regions/transition", {"region": {"name": "menu", "metadata": [{"name": "pvp", "value": True}]}})
        player.do("/regions/transition", {"region": {"name": "menu", "metadata": [{"name": "power", "value": 1.5}]}})
        for value in (1, 2.5):
            bought = {"event_id": "bought", "attributes": [{"name": "cost", "value": value}]}
            ask("POST", f"{V1}/events", {"events": [bought, {"event_id": "level_up"}]})
        ask("POST", f"{V1}/attributes", {"attributes": [{"name": "level", "value": 5}]})

        types = ask("GET", "/api/v1/attributes").json()["data"][APP_ID]
        assert types == [
            {"name": "_first_login_date", "data_type": "datetime"},
            {"name": "level", "data_type": "integer"},
        ]
        assert ask("GET", "/api/v1/events").json()["data"][APP_ID] == [
            {"event_id": "bought", "attributes": [{"name": "cost", "data_type": "float"}]},
            {"event_id": "level_up", "attributes": []},
        ]
        assert ask("GET", "/api/v1/app_regions").json()["data"][APP_ID] == [
            {
                "name": "menu",
                "metadata": [{"name": "pvp", "data_type": "boolean"}, {"name": "power", "data_type": "float"}],
            }
        ]


class TestBeingKnown:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", f"{V1}/attributes", {"attributes": []}),
            ("POST", f"{V1}/events", {"events": []}),
            ("POST", f"{V1}/revenue_events", {"revenue_events": [{"revenue": 1}]}),
            ("PUT", f"{V2}/hero-42/email_address", {"email_address": "hero@example.com"}),
            (
                "POST",
                f"{V2}/hero-42/push_notifications/device_tokens/register",
                {"device_token": "t", "notification_platform": "fcm"},
            ),
        ],
    )
    def test_what_is_told_of_a_player_makes_the_player_known(
        self, ask: Ask, method: str, path: str, body: Any
    ) -> None:
        assert ask("GET", f"{V1}?environment_stage=dev").status_code == 404
        assert ask("GET", f"{V2}/hero-42/segments?app_id={APP_ID}&environment_stage=dev").status_code == 404
        assert ask(method, path, body).status_code == 204
        assert ask("GET", f"{V1}?environment_stage=dev").json()["data"]["last_login"] is None
        assert ask("GET", f"{V2}/hero-42/segments?app_id={APP_ID}&environment_stage=dev").json()["data"] == []

    def test_what_is_refused_makes_nobody_known(self, ask: Ask) -> None:
        refused(ask("POST", f"{V1}/events", {"events": [{"event_id": ""}]}), "events[0].event_id")
        assert ask("GET", f"{V1}?environment_stage=dev").status_code == 404

    def test_the_first_login_stays(self, sandbox: Sandbox, ask: Ask, join: Join) -> None:
        first = join(sandbox)
        traits = ask("GET", f"{V1}?environment_stage=live").json()["data"]["traits"]
        sandbox.clock.advance(days=3)
        first.start(environment_stage="qa")
        data = ask("GET", f"{V1}?environment_stage=qa").json()["data"]

        assert data["traits"]["_first_login_date"] == traits["_first_login_date"]
        assert data["last_login"][:10] > data["traits"]["_first_login_date"][:10]
        assert data["environment_details"]["num_sessions"] == 1


class TestAssigning:
    def test_backend_and_game_assign_the_same_attributes(self, sandbox: Sandbox, ask: Ask, join: Join) -> None:
        player = join(sandbox)
        player.do("/attributes", {"attributes": [{"name": "level", "value": 4}, {"name": "clan", "value": "a"}]})
        ask(
            "POST", f"{V1}/attributes", {"attributes": [{"name": "level", "value": 5}, {"name": "clan", "value": ""}]}
        )

        assert told(sandbox.player("hero-42").attributes) == {"level": 5, "clan": ""}
        misfit = ask("POST", f"{V1}/attributes", {"attributes": [{"name": "level", "value": "six"}]})
        assert "does not fit the data type 'integer'" in refused(misfit, "attributes[0].value")
        refused(player.do("/attributes", {"attributes": [{"name": "clan", "value": 3}]}), "attributes[0].value")

    def test_a_named_session_counts_if_it_is_the_players(self, sandbox: Sandbox, ask: Ask, join: Join) -> None:
        for session_id in (join(sandbox).session_id, join(sandbox, "other").session_id):
            ask("POST", f"{V1}/events", {"events": [{"event_id": "a"}], "session_id": session_id})

        first, second = sandbox.player("hero-42").events
        assert (bool(first.session_id), second.session_id) == (True, "")

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "attributes"),
            ({"attributes": "level"}, "attributes"),
            ({"attributes": [1]}, "attributes[0]"),
            ({"attributes": [{"value": 1}]}, "attributes[0].name"),
            ({"attributes": [{"name": "", "value": 1}]}, "attributes[0].name"),
            ({"attributes": [{"name": "a"}]}, "attributes[0].value"),
            ({"attributes": [{"name": "a", "value": None}]}, "attributes[0].value"),
            ({"attributes": [{"name": "a", "value": [1]}]}, "attributes[0].value"),
            ({"attributes": [{"name": "a", "value": "x", "data_type": "int"}]}, "attributes[0].data_type"),
            ({"attributes": [{"name": "a", "value": 1}, {"name": "a", "value": "x"}]}, "attributes[1].value"),
        ],
    )
    def test_a_wrong_attribute_is_refused_and_nothing_is_kept(
        self, sandbox: Sandbox, ask: Ask, body: Any, place: str
    ) -> None:
        refused(ask("POST", f"{V1}/attributes", body), place)
        assert (sandbox.player("hero-42").attributes, sandbox.player("hero-42").deliveries) == ({}, ())

    @pytest.mark.parametrize(
        ("path", "entry", "place"),
        [
            ("attributes", {"attributes": {"level": 1}}, "assignment_data[1].id"),
            ("attributes", {"id": 5, "attributes": {"level": 1}}, "assignment_data[1].id"),
            ("attributes", {"id": "b"}, "assignment_data[1].attributes"),
            ("attributes", {"id": "b", "attributes": {"level": [1]}}, "assignment_data[1].attributes.level"),
            ("attributes", {"id": "a", "attributes": {"level": "x"}}, "assignment_data[1].attributes[0].value"),
            ("events", {"id": "b", "events": [{"attributes": {}}]}, "assignment_data[1].events[0].event_id"),
            (
                "events",
                {"id": "b", "events": [{"event_id": "e", "attributes": {"x": None}}]},
                "assignment_data[1].events[0].attributes.x",
            ),
        ],
    )
    def test_a_bulk_assignment_is_taken_as_a_whole_or_not_at_all(
        self, sandbox: Sandbox, ask: Ask, path: str, entry: Any, place: str
    ) -> None:
        good = {"id": "a", "attributes": {"level": 1}, "events": [{"event_id": "e"}]}
        known = {name: good[name] for name in ("id", path)}

        refused(ask("POST", f"{V2}/bulk_assign_{path}", {"assignment_data": [known, entry]}), place)
        assert sandbox.player("a").attributes == {}
        assert sandbox.player("a").events == ()
        assert ask("GET", "/api/v1/appuser/a?environment_stage=dev").status_code == 404

    def test_more_than_a_game_may_send_at_once_is_taken_from_a_backend(self, sandbox: Sandbox, ask: Ask) -> None:
        everyone = [{"id": f"player-{number}", "attributes": {"level": number}} for number in range(500)]
        assert ask("POST", f"{V2}/bulk_assign_attributes", {"assignment_data": everyone}).status_code == 204
        assert sandbox.player("player-499").attributes == {"level": 499}

    def test_segments_follow_at_once_and_sessions_at_their_next_refresh(
        self, sandbox: Sandbox, ask: Ask, join: Join
    ) -> None:
        sandbox.define_segment("high", attributes=[{"name": "level", "operator": "greater_than", "values": [10]}])
        sandbox.publish("offers", id="gems", segments=["high"])
        player = join(sandbox)
        ask("POST", f"{V1}/attributes", {"attributes": [{"name": "level", "value": 11}]})
        now = ask("GET", f"{V2}/hero-42/segments?app_id={APP_ID}&environment_stage=live").json()["data"]

        assert [one["name"] for one in now] == ["high"]
        assert player.ids("/offers") == []
        player.refresh()
        assert player.ids("/offers") == ["gems"]
        details = ask("GET", f"{V1}?environment_stage=live").json()["data"]["environment_details"]
        assert details["last_known_matching_segments"] == [one["id"] for one in now]


def test_a_game_sees_at_its_next_refresh_what_a_backend_has_made_of_its_player(
    sandbox: Sandbox, ask: Ask, tmp_path: Path
) -> None:
    sandbox.define_segment("high", attributes=[{"name": "level", "operator": "greater_than", "values": [10]}])
    sandbox.publish("offers", id="gems", segments=["high"])
    uw = UserWise("sandbox-key", "hero-42", host=sandbox.url, data_dir=tmp_path, threaded=False)
    uw.start()
    sandbox.wait_for(lambda: uw.pump() or sandbox.requests_to("offers"), timeout=10)
    assert [offer.id for offer in uw.offers.active] == []
    ask("POST", f"{V1}/attributes", {"attributes": [{"name": "level", "value": 11}]}).raise_for_status()
    uw.refresh_content()
    sandbox.wait_for(lambda: uw.pump() or uw.offers.active, timeout=10)
    uw.stop()

    assert [offer.id for offer in uw.offers.active] == ["gems"]


VALUES = st.one_of(st.booleans(), st.integers(-9, 9), st.floats(-9, 9, width=16), st.text("ab", max_size=2))
NAMES = st.sampled_from(["level", "clan", "rich"])
ASSIGNMENTS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.dictionaries(NAMES, VALUES, max_size=2)), max_size=4)


class Model:
    """Attributes of players in the plainest way: the first value of a name decides its type."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], Any] = {}
        self.types: dict[tuple[str, str], str] = {}

    def take(self, assignments: list[tuple[str, dict[str, Any]]]) -> bool:
        values, types = dict(self.values), dict(self.types)
        for player, attributes in assignments:
            for name, value in attributes.items():
                kind = {bool: "yes or no", int: "number", float: "number", str: "text"}[type(value)]
                if types.setdefault((player, name), kind) != kind:
                    return False
                values[player, name] = value
        self.values, self.types = values, types
        return True


@settings(max_examples=40, deadline=None)
@given(requests_sent=st.lists(ASSIGNMENTS, max_size=6))
def test_bulk_assignments_leave_what_the_model_says(requests_sent: list[Any]) -> None:
    sandbox, model = Sandbox(seed=1), Model()
    key = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode(), "Content-Type": "application/json"}
    for sent in requests_sent:
        data = [{"id": player, "attributes": given} for player, given in sent]
        body = json.dumps({"assignment_data": data}).encode()
        reply = sandbox.ask("POST", f"http://127.0.0.1{V2}/bulk_assign_attributes", headers=key, body=body)
        assert reply is not None
        assert reply.status == (204 if model.take(sent) else 422)
    sandbox.check()
    found = {(player, name): value for player in "ab" for name, value in sandbox.player(player).attributes.items()}
    assert found == model.values


class TestRevenue:
    def test_a_known_transaction_is_updated_and_every_other_event_is_added(self, sandbox: Sandbox, ask: Ask) -> None:
        ask("POST", f"{V1}/revenue_events", samples()["assign_revenue_events"]["request"])
        first = samples()["assign_revenue_events"]["request"]["revenue_events"][0]
        refund = {"transaction_id": first["transaction_id"], "revenue": 0}
        ask("POST", f"{V1}/revenue_events", {"revenue_events": [refund, {"revenue": 5}, {"revenue": 5}]})

        view = sandbox.player("hero-42")
        assert [one.revenue for one in view.revenue_events] == [0, -0.34, 5, 5]
        assert (view.revenue_events[0].product_id, view.revenue_events[0].revenue_type) == ("124", "purchase")
        assert view.revenue_events[1].attributes == {"level": "43"}
        assert view.attributes == {}

    @pytest.mark.parametrize("revenue", [None, "", "3", True, [], "missing"])
    def test_revenue_is_a_number(self, sandbox: Sandbox, ask: Ask, revenue: Any) -> None:
        entry = {"transaction_id": "t"} if revenue == "missing" else {"transaction_id": "t", "revenue": revenue}
        refused(ask("POST", f"{V1}/revenue_events", {"revenue_events": [entry]}), "revenue_events[0].revenue")
        assert sandbox.player("hero-42").revenue_events == ()

    def test_a_transaction_is_one_of_its_player(self, sandbox: Sandbox, ask: Ask) -> None:
        for player in ("a", "b"):
            entry = {"transaction_id": "t", "revenue": 1}
            ask("POST", f"/api/v1/appuser/{player}/revenue_events", {"revenue_events": [entry]})
        assert [len(sandbox.player(one).revenue_events) for one in ("a", "b")] == [1, 1]


@settings(max_examples=40, deadline=None)
@given(
    sent=st.lists(
        st.tuples(st.sampled_from([None, "t1", "t2"]), st.floats(-5, 5, width=16), st.sampled_from([None, "x", "y"])),
        max_size=12,
    )
)
def test_revenue_events_leave_what_the_model_says(sent: list[tuple[str | None, float, str | None]]) -> None:
    sandbox = Sandbox(seed=1)
    key = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode()}
    model: list[list[Any]] = []
    for transaction, revenue, product in sent:
        entry = {"transaction_id": transaction, "revenue": revenue, "product_id": product}
        body = json.dumps({"revenue_events": [entry]}).encode()
        sandbox.ask("POST", f"http://127.0.0.1{V1}/revenue_events", headers=key, body=body)
        known = next((one for one in model if transaction and one[0] == transaction), None)
        if known is None:
            model.append([transaction, revenue, product])
        else:
            known[1:] = [revenue, product or known[2]]
    sandbox.check()
    found = [[one.transaction_id, one.revenue, one.product_id] for one in sandbox.player("hero-42").revenue_events]
    assert found == model


class TestOutcomesAddressesAndTokens:
    def test_an_outcome_is_kept_whatever_its_key(self, sandbox: Sandbox, ask: Ask) -> None:
        body = {"engagement_outcome_key": "unknown", "engagement_outcome_type": "offer"}
        assert ask("POST", f"{V2}/hero-42/engagements/outcomes", body).status_code == 204
        assert [(one.key, one.outcome_type) for one in sandbox.player("hero-42").outcomes] == [("unknown", "offer")]
        wrong = {**body, "engagement_outcome_type": "dev"}
        refused(ask("POST", f"{V2}/hero-42/engagements/outcomes", wrong), "engagement_outcome_type")

    @pytest.mark.parametrize(
        ("query", "opted_out"),
        [("", False), ("?opt_out=true", True), ("?session_id=true", True), ("?session_id=abc", False)],
    )
    def test_an_address_is_set_removed_and_opted_out(
        self, sandbox: Sandbox, ask: Ask, query: str, opted_out: bool
    ) -> None:
        path, view = f"{V2}/hero-42/email_address", sandbox.player("hero-42")
        assert ask("PUT", path, {"email_address": "hero@example.com"}).status_code == 204
        assert ask("GET", f"{V1}?environment_stage=dev").json()["data"]["has_email_address_registered"] is True
        assert ask("DELETE", path + query, {"email_address": "whatever"}).status_code == 204
        assert (view.email_address, view.email_opted_out) == (None, opted_out)
        ask("PUT", path, {"email_address": "new@example.com"})
        assert (view.email_address, view.email_opted_out) == ("new@example.com", False)

    @pytest.mark.parametrize("body", [{}, {"email_address": ""}, {"email_address": "[email\u00a0protected]"}])
    def test_what_is_no_address_is_refused(self, ask: Ask, body: Any) -> None:
        refused(ask("PUT", f"{V2}/hero-42/email_address", body), "email_address")

    def test_a_token_is_registered_and_removed(self, sandbox: Sandbox, ask: Ask) -> None:
        path, field = f"{V2}/hero-42/push_notifications/device_tokens", "has_push_notification_tokens_registered"
        ask("POST", f"{path}/register", {"device_token": "t", "notification_platform": "apns"})
        assert ask("GET", f"{V1}?environment_stage=dev").json()["data"][field] is True
        for _ in range(2):
            assert ask("POST", f"{path}/deregister", {"device_token": "t"}).status_code == 204
        assert ask("GET", f"{V1}?environment_stage=dev").json()["data"][field] is False
        wrong = {"device_token": "t", "notification_platform": "web"}
        refused(ask("POST", f"{path}/register", wrong), "notification_platform")
