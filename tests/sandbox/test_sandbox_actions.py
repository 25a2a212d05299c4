from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.conftest import told
from uwclient.sandbox import Sandbox
from uwclient.sandbox.core.request_hash import request_hash
from uwclient.sandbox.core.values import DATA_TYPES, data_type_of, fits

if TYPE_CHECKING:
    import requests

    from tests.sandbox.conftest import HttpPlayer, Join

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TAKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/attributes", {"attributes": []}),
    ("POST", "/events", {"events": []}),
    ("POST", "/regions/transition", {"region": {"name": "shop"}}),
    ("POST", "/engagements/outcomes", {"engagement_outcome_key": "k", "outcome_type": "offer"}),
    ("PUT", "/email_address", {"email_address": "hero@example.com"}),
    ("DELETE", "/email_address", {}),
    ("POST", "/message_impressions/initialize", {"message_id": "hello"}),
    ("POST", "/message_impressions/update_state", {"message_id": "hello", "state": "viewed"}),
    ("POST", "/offer_impressions/initialize", {"offer_id": "gems"}),
]
"""One request of each kind that the sandbox takes, given a message and an offer."""
WITH_ATTRIBUTES: dict[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    "attributes": ("/attributes", lambda entries: {"attributes": entries}),
    "events[0].attributes": ("/events", lambda entries: {"events": [{"event_id": "x", "attributes": entries}]}),
    "region.metadata": ("/regions/transition", lambda entries: {"region": {"name": "x", "metadata": entries}}),
}
"""The three places that attributes can stand in."""


def refused(reply: requests.Response, path: str, status: int = 422) -> str:
    """The error and the hints of a reply that refuses a field."""
    assert reply.status_code == status, reply.text
    (error,) = reply.json()["errors"]
    assert error.startswith(f"{path}: "), error
    assert error.endswith(".")
    return " ".join([error, *reply.json()["meta"]["hints"]])


# Attributes.


def test_attributes_are_set_and_replaced(sandbox: Sandbox, player: HttpPlayer) -> None:
    sent: list[dict[str, Any]] = [
        {"name": "title", "value": "Zoë", "data_type": "string"},
        {"name": "whale", "value": True, "data_type": "boolean"},
        {"name": "coins", "value": 5, "data_type": "integer"},
        {"name": "ratio", "value": 0.5, "data_type": "float"},
        {"name": "seen", "value": "2020-02-01T00:00:00Z", "data_type": "datetime"},
    ]

    reply = player.do("/attributes", {"attributes": sent})
    player.do("/attributes", {"attributes": [{"name": "coins", "value": 6}]})

    assert (reply.status_code, reply.content) == (204, b"")
    assert "Content-Type" not in reply.headers
    view = sandbox.player(player.id)
    assert told(view.attributes) == {**{one["name"]: one["value"] for one in sent}, "coins": 6}
    assert told(view.attribute_types) == {one["name"]: one["data_type"] for one in sent}


def test_the_data_type_is_inferred_when_it_is_left_out(sandbox: Sandbox, player: HttpPlayer) -> None:
    values: dict[str, Any] = {"a": "2020-02-01T00:00:00Z", "b": False, "c": 5, "d": 5.0}
    entries = [{"name": name, "value": value} for name, value in values.items()]

    player.do("/attributes", {"attributes": [*entries, {"name": "e", "value": 1, "data_type": None}]})

    types = {"a": "string", "b": "boolean", "c": "integer", "d": "float", "e": "integer"}
    assert told(sandbox.player(player.id).attribute_types) == types


def test_an_attribute_keeps_its_data_type(sandbox: Sandbox, player: HttpPlayer) -> None:
    player.do("/attributes", {"attributes": [{"name": "coins", "value": 5}, {"name": "ratio", "value": 0.5}]})

    other = player.do("/attributes", {"attributes": [{"name": "coins", "value": "x", "data_type": "string"}]})
    misfit = player.do("/attributes", {"attributes": [{"name": "a", "value": 1}, {"name": "coins", "value": "5"}]})
    whole = player.do("/attributes", {"attributes": [{"name": "ratio", "value": 1}]})

    assert "is of the data type 'integer' already" in refused(other, "attributes[0].data_type")
    assert "Send a whole number." in refused(misfit, "attributes[1].value")
    assert whole.status_code == 204
    assert told(sandbox.player(player.id).attributes) == {"coins": 5, "ratio": 1}
    assert sandbox.player(player.id).attribute_types["ratio"] == "float"
    assert len(sandbox.player(player.id).deliveries) == 2


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize(("first", "second"), [(5.5, 6), (6, 5.5), (5.0, 6)])
def test_integers_and_floats_are_one_family(
    sandbox: Sandbox, player: HttpPlayer, first: float, second: float, typed: bool
) -> None:
    for value in (first, second):
        data_type = "integer" if isinstance(value, int) else "float"
        said = {"data_type": data_type} if typed else {}
        sent = {"attributes": [{"name": "coins", "value": value, **said}]}
        assert player.do("/attributes", sent).status_code == 204

    assert told(sandbox.player(player.id).attributes) == {"coins": second}
    assert told(sandbox.player(player.id).attribute_types) == {"coins": "float"}
    for other in ({"value": "x", "data_type": "string"}, {"value": True, "data_type": "boolean"}):
        refused(player.do("/attributes", {"attributes": [{"name": "coins", **other}]}), "attributes[0].data_type")


def test_an_attribute_given_twice_in_a_request_must_agree_with_itself(sandbox: Sandbox, player: HttpPlayer) -> None:
    agreeing = [{"name": "a", "value": 1}, {"name": "a", "value": 2}]
    clashing = [{"name": "b", "value": 1}, {"name": "b", "value": "x", "data_type": "string"}]

    assert player.do("/attributes", {"attributes": agreeing}).status_code == 204
    refused(player.do("/attributes", {"attributes": clashing}), "attributes[1].data_type")

    assert told(sandbox.player(player.id).attributes) == {"a": 2}


def test_python_may_give_an_attribute_another_data_type(sandbox: Sandbox, player: HttpPlayer) -> None:
    player.do("/attributes", {"attributes": [{"name": "level", "value": 5}]})

    sandbox.player(player.id).set_attributes(level="five")

    assert told(sandbox.player(player.id).attribute_types) == {"level": "string"}


def test_attributes_move_a_player_between_segments_at_the_next_refresh(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.define_segment("whales", attributes=[{"name": "coins", "operator": "greater_than", "values": [500]}])
    sandbox.publish("offers", id="yacht", segments=["whales"])
    seen = []
    for coins in (501, 5):
        player.do("/attributes", {"attributes": [{"name": "coins", "value": coins}]})
        seen.append(player.ids("/offers"))
        player.refresh()
        seen.append(player.ids("/offers"))

    assert seen == [[], ["yacht"], ["yacht"], []]


def test_attributes_show_in_the_data_of_the_session(player: HttpPlayer) -> None:
    player.do("/attributes", {"attributes": [{"name": "coins", "value": 5}]})

    data = player.ask("GET", f"/sessions/{player.session_id}").json()

    assert data["attributes"][1:] == [{"name": "coins", "value": 5}]
    assert data["attributes"][0]["name"] == "_first_login_date"


# What attributes, the attributes of events and the metadata of regions have in common.


@pytest.mark.parametrize("place", WITH_ATTRIBUTES)
@pytest.mark.parametrize(
    ("entry", "field", "reason"),
    [
        ({"name": "a", "value": "five", "data_type": "integer"}, ".value", '"five" does not fit'),
        ({"name": "a", "value": 5.0, "data_type": "integer"}, ".value", "Send a whole number."),
        ({"name": "a", "value": True, "data_type": "integer"}, ".value", "true does not fit"),
        ({"name": "a", "value": True, "data_type": "float"}, ".value", "Send a finite number."),
        ({"name": "a", "value": 1, "data_type": "boolean"}, ".value", "Send true or false."),
        ({"name": "a", "value": 1, "data_type": "string"}, ".value", "Send a text."),
        ({"name": "a", "value": "tomorrow", "data_type": "datetime"}, ".value", "ISO 8601"),
        ({"name": "a", "value": 1600000000, "data_type": "datetime"}, ".value", "ISO 8601"),
        ({"name": "a", "value": float("nan")}, ".value", "NaN has none of the five data types"),
        ({"name": "a", "value": float("inf"), "data_type": "float"}, ".value", "Infinity does not fit"),
        ({"name": "a", "value": float("-inf")}, ".value", "a finite number"),
        ({"name": "a", "value": None}, ".value", "null has none"),
        ({"name": "a", "value": [1]}, ".value", "[1] has none"),
        ({"name": "a", "value": {"x": 1}}, ".value", "has none"),
        ({"name": "a"}, ".value", "it is missing"),
        ({"value": 1}, ".name", "it is missing"),
        ({"name": "", "value": 1}, ".name", "is not a text"),
        ({"name": 5, "value": 1}, ".name", "5 is not a text"),
        ({"name": "a", "value": 1, "data_type": "int"}, ".data_type", "did you mean 'integer'?"),
        ({"name": "a", "value": 1, "data_type": 1}, ".data_type", "1 is not a text"),
        ("a", "", '"a" is not an object'),
    ],
)
def test_a_wrong_attribute_is_refused_with_its_path_and_nothing_is_kept(
    sandbox: Sandbox, player: HttpPlayer, place: str, entry: Any, field: str, reason: str
) -> None:
    path, body = WITH_ATTRIBUTES[place]
    text = json.dumps(body([{"name": "fine", "value": 1}, entry]))

    reply = player.ask("POST", path, params={"session_id": player.session_id}, data=text)

    assert reason in refused(reply, f"{place}[1]{field}")
    view = sandbox.player(player.id)
    assert (told(view.attributes), view.events, view.regions, view.deliveries) == ({}, (), (), ())


@pytest.mark.parametrize("place", WITH_ATTRIBUTES)
def test_a_hundred_attributes_are_taken_and_one_more_is_not(player: HttpPlayer, place: str) -> None:
    path, body = WITH_ATTRIBUTES[place]
    entries = [{"name": f"a{number}", "value": number} for number in range(101)]

    assert player.do(path, body(entries[:100])).ok
    assert "there are 101 entries, and a request takes 100" in refused(player.do(path, body(entries)), place)
    assert "{} is not a list" in refused(player.do(path, body({})), place)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())))
def test_a_value_fits_the_data_type_that_is_inferred_for_it(value: Any) -> None:
    inferred = data_type_of(value)

    fitting = {data_type for data_type in DATA_TYPES if fits(value, data_type)}

    assert fitting - {"datetime", "float"} <= {inferred}
    assert inferred is None or inferred in fitting


# Events.


def test_events_are_kept_in_the_order_of_arrival(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.set(NOON)
    cost = {"name": "cost", "value": 9, "data_type": "float"}

    reply = player.do(
        "/events",
        {
            "events": [{"event_id": "shop_opened"}, {"event_id": "iap_purchased", "attributes": [cost]}],
            "triggered_campaign_impression_ids": ["c1", "c2"],
        },
    )
    sandbox.clock.advance(hours=1)
    player.do("/events", {"events": [{"event_id": "shop_opened", "attributes": None}]})

    assert (reply.status_code, reply.content) == (204, b"")
    opened, bought, again = sandbox.player(player.id).events
    assert [opened.event_id, bought.event_id, again.event_id] == ["shop_opened", "iap_purchased", "shop_opened"]
    assert (opened.attributes, bought.attributes, bought.attribute_types) == ({}, {"cost": 9}, {"cost": "float"})
    assert (opened.impression_ids, bought.impression_ids, again.impression_ids) == (("c1", "c2"), ("c1", "c2"), ())
    assert {one.session_id for one in (opened, bought, again)} == {player.session_id}
    assert opened.at == bought.at
    assert 3600 <= (again.at - opened.at).total_seconds() < 3660
    assert sandbox.player(player.id).event_count == 3


def test_an_event_knows_the_request_that_brought_it(sandbox: Sandbox, player: HttpPlayer) -> None:
    player.do("/events", {"events": [{"event_id": "a"}, {"event_id": "b"}]})
    sandbox.forget_requests()
    player.do("/events", {"events": [{"event_id": "c"}]})

    first, second, third = sandbox.player(player.id).events

    assert first.request == second.request
    (logged,) = sandbox.requests_to("events")
    assert logged.number == third.request > first.request
    assert logged.status == 204


def test_an_event_that_is_delivered_twice_is_there_twice(sandbox: Sandbox, player: HttpPlayer) -> None:
    for _ in range(2):
        player.do("/events", {"events": [{"event_id": "level_up"}]})

    first, second = sandbox.player(player.id).events
    assert (first.event_id, second.event_id) == ("level_up", "level_up")
    assert first.request < second.request


def test_the_attributes_of_an_event_are_no_attributes_of_the_player(sandbox: Sandbox, player: HttpPlayer) -> None:
    player.do("/attributes", {"attributes": [{"name": "a", "value": 1}]})

    reply = player.do("/events", {"events": [{"event_id": "x", "attributes": [{"name": "a", "value": "one"}]}]})

    assert reply.status_code == 204
    assert told(sandbox.player(player.id).attributes) == {"a": 1}


def test_events_belong_to_the_player_who_had_them(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    join(sandbox, "rogue-7").do("/events", {"events": [{"event_id": "x"}]})

    assert sandbox.player(player.id).events == ()
    assert sandbox.player("nobody").event_count == 0


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "events"),
        ({"event": []}, "events"),
        ({"events": {}}, "events"),
        ({"events": [{"event_id": "x"}] * 101}, "events"),
        ({"events": [{"event_id": "x"}, {}]}, "events[1].event_id"),
        ({"events": [{"event_id": ""}]}, "events[0].event_id"),
        ({"events": [{"event_id": 5}]}, "events[0].event_id"),
        ({"events": ["x"]}, "events[0]"),
        ({"events": [{"event_id": "x", "attributes": {"a": 1}}]}, "events[0].attributes"),
        ({"events": [], "triggered_campaign_impression_ids": "c1"}, "triggered_campaign_impression_ids"),
        ({"events": [], "triggered_campaign_impression_ids": ["c1", 2]}, "triggered_campaign_impression_ids[1]"),
    ],
)
def test_wrong_events_are_refused_with_the_path_and_nothing_is_kept(
    sandbox: Sandbox, player: HttpPlayer, body: dict[str, Any], path: str
) -> None:
    refused(player.do("/events", body), path)

    assert sandbox.player(player.id).events == ()


def test_twenty_thousand_events_are_taken_quickly_and_all_there(sandbox: Sandbox, player: HttpPlayer) -> None:
    began = time.process_time()  # the sandbox is in this process
    for batch in range(200):
        events = [
            {"event_id": f"e{batch * 100 + place}", "attributes": [{"name": "place", "value": place}]}
            for place in range(100)
        ]
        assert player.do("/events", {"events": events}).status_code == 204

    taken = time.process_time()
    found = sandbox.player(player.id).events

    assert taken - began < 4
    assert time.process_time() - taken < 2
    assert sandbox.player(player.id).event_count == 20_000
    assert [event.event_id for event in found] == [f"e{number}" for number in range(20_000)]
    assert found[-1].attributes == {"place": 99}


def test_events_of_many_connections_at_once_all_arrive(sandbox: Sandbox, join: Join) -> None:
    players = [join(sandbox) for _ in range(8)]

    def play(number: int) -> None:
        for step in range(10):
            events = [{"event_id": f"{number}-{step}-{place}"} for place in range(10)]
            assert players[number].do("/events", {"events": events}).status_code == 204

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(play, range(8)))

    ids = [event.event_id for event in sandbox.player("hero-42").events]
    for number in range(8):
        mine = [one for one in ids if one.startswith(f"{number}-")]
        assert mine == [f"{number}-{step}-{place}" for step in range(10) for place in range(10)]
    batches = [ids[start : start + 10] for start in range(0, len(ids), 10)]
    assert all(len({one.rpartition("-")[0] for one in batch}) == 1 for batch in batches)


# Regions and outcomes.


def test_regions_are_kept_per_player_and_shown_in_their_session(
    sandbox: Sandbox, player: HttpPlayer, join: Join
) -> None:
    sandbox.clock.set(NOON)
    power = {"name": "power", "value": 115, "data_type": "integer"}

    reply = player.do(
        "/regions/transition",
        {"region": {"name": "battle", "metadata": [power]}, "triggered_campaign_impression_ids": ["c1"]},
    )
    later = join(sandbox)
    later.do("/regions/transition", {"region": {"name": "shop"}})

    assert reply.status_code == 200
    assert reply.json()["meta"]["warnings"] == [
        "The player was never given the campaign impression 'c1'; it counts for nothing."
    ]
    battle, shop = sandbox.player(player.id).regions
    assert (battle.name, battle.metadata, battle.metadata_types) == ("battle", {"power": 115}, {"power": "integer"})
    assert (battle.session_id, battle.impression_ids) == (player.session_id, ("c1",))
    assert (shop.name, shop.metadata, shop.session_id) == ("shop", {}, later.session_id)
    (shown,) = player.ask("GET", f"/sessions/{player.session_id}").json()["region_transitions"]
    assert shown == {
        "name": "battle",
        "metadata": [{"name": "power", "value": 115}],
        "transitioned_on": "2026-01-01T12:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "region"),
        ({"region": "shop"}, "region"),
        ({"region": {}}, "region.name"),
        ({"region": {"name": ""}}, "region.name"),
    ],
)
def test_a_region_without_a_name_is_refused(player: HttpPlayer, body: dict[str, Any], path: str) -> None:
    refused(player.do("/regions/transition", body), path)


@pytest.mark.parametrize("kind", ["campaign_event", "offer", "message", "push_notification", "email"])
def test_engagement_outcomes_of_every_type_are_kept(sandbox: Sandbox, player: HttpPlayer, kind: str) -> None:
    reply = player.do("/engagements/outcomes", {"engagement_outcome_key": "opened", "outcome_type": kind})

    assert (reply.status_code, reply.content) == (204, b"")
    (outcome,) = sandbox.player(player.id).outcomes
    assert (outcome.key, outcome.outcome_type, outcome.session_id) == ("opened", kind, player.session_id)


def test_an_outcome_of_another_type_is_refused(sandbox: Sandbox, player: HttpPlayer) -> None:
    typo = player.do("/engagements/outcomes", {"engagement_outcome_key": "opened", "outcome_type": "mail"})
    keyless = player.do("/engagements/outcomes", {"outcome_type": "email"})

    assert "(did you mean 'email'?)" in refused(typo, "outcome_type")
    refused(keyless, "engagement_outcome_key")
    assert sandbox.player(player.id).outcomes == ()


# Email addresses.


def test_an_email_address_is_set_replaced_and_deleted(sandbox: Sandbox, player: HttpPlayer) -> None:
    view = sandbox.player(player.id)
    seen = [view.email_address]

    reply = player.do("/email_address", {"email_address": "hero@example.com"}, "PUT")
    assert (reply.status_code, reply.json()) == (200, {})
    player.do("/email_address", {"email_address": "hero+2@mail.example.com"}, "PUT")
    seen.append(view.email_address)
    deleted = player.do("/email_address", None, "DELETE")
    seen.append(view.email_address)

    assert seen == [None, "hero+2@mail.example.com", None]
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert not view.email_opted_out
    assert player.do("/email_address", None, "DELETE").status_code == 204


def test_only_a_new_address_ends_an_opt_out(sandbox: Sandbox, player: HttpPlayer) -> None:
    view = sandbox.player(player.id)
    seen = []
    for opt_out in ("true", "false"):
        player.do("/email_address", None, "DELETE", opt_out=opt_out)
        seen.append(view.email_opted_out)
    player.do("/email_address", {"email_address": "hero@example.com"}, "PUT")

    assert [*seen, view.email_opted_out] == [True, True, False]


@pytest.mark.parametrize(
    "address", ["", "hero", "hero@", "@example.com", "a b@example.com", "a@b", "a@b.", "a@@b.c", 5]
)
def test_what_does_not_look_like_an_email_address_is_refused(
    sandbox: Sandbox, player: HttpPlayer, address: object
) -> None:
    refused(player.do("/email_address", {"email_address": address}, "PUT"), "email_address")

    assert sandbox.player(player.id).email_address is None


def test_an_opt_out_is_true_or_false(player: HttpPlayer) -> None:
    assert "Use true, false." in refused(player.do("/email_address", None, "DELETE", opt_out="yes"), "opt_out")


# What all actions have in common.


@pytest.fixture
def content(sandbox: Sandbox) -> None:
    """The message and the offer that TAKEN speaks of."""
    sandbox.publish("messages", id="hello")
    sandbox.publish("offers", id="gems")


@pytest.mark.usefixtures("content")
def test_every_action_leaves_a_delivery(sandbox: Sandbox, player: HttpPlayer) -> None:
    for method, path, body in TAKEN:
        reply = player.do(path, {**body, "triggered_campaign_impression_ids": ["c1"]}, method)
        assert reply.ok, reply.text

    deliveries = sandbox.player(player.id).deliveries
    assert [one.action for one in deliveries] == [
        "attributes",
        "events",
        "regions",
        "outcomes",
        "email_address",
        "email_address",
        "message_impressions",
        "message_impressions",
        "offer_impressions",
    ]
    assert {one.impression_ids for one in deliveries} == {("c1",)}
    assert [one.request for one in deliveries] == [one.number for one in sandbox.requests[1:]]


@pytest.mark.usefixtures("content")
def test_the_session_may_stand_in_the_body_and_the_query_wins(sandbox: Sandbox, player: HttpPlayer) -> None:
    for method, path, body in TAKEN:
        reply = player.ask(method, path, json={**body, "session_id": player.session_id})
        assert reply.ok, reply.text
        assert player.do(path, {**body, "session_id": "wrong"}, method).ok

    assert len(sandbox.player(player.id).deliveries) == 2 * len(TAKEN)


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(("method", "path", "body"), TAKEN)
def test_an_action_needs_a_session_of_the_same_player(
    sandbox: Sandbox, player: HttpPlayer, join: Join, method: str, path: str, body: dict[str, Any]
) -> None:
    other = join(sandbox, "rogue-7")

    assert player.ask(method, path, json=body).status_code == 400
    assert player.do(path, body, method, session_id="0" * 24).status_code == 404
    assert player.do(path, body, method, session_id=other.session_id).status_code == 404
    assert player.ask(method, path, json={**body, "session_id": 5}).status_code == 400

    assert sandbox.player(player.id).deliveries == ()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"[" * 100_000,
        rb'{"events":[{"event_id":"\ud83d"}]}',
        b'{"events":[{"event_id":"\xed\xa0"}]}',
    ],
    ids=["cut", "list", "text", "deep", "half a letter", "no UTF-8"],
)
def test_a_body_that_is_no_json_object_is_a_bad_request(sandbox: Sandbox, player: HttpPlayer, body: bytes) -> None:
    reply = player.ask("POST", "/events", params={"session_id": player.session_id}, data=body)

    assert reply.status_code == 400
    assert reply.json()["meta"]["hints"]
    assert sandbox.player(player.id).events == ()


@pytest.mark.parametrize("word", ["名前", "a\u0000b", "😀", "'; DROP TABLE attributes; --", "x" * 100_000])
def test_any_text_comes_back_as_it_was_sent(sandbox: Sandbox, player: HttpPlayer, word: str) -> None:
    player.do("/attributes", {"attributes": [{"name": word, "value": word}]})
    player.do("/events", {"events": [{"event_id": word, "attributes": [{"name": word, "value": word}]}]})

    view = sandbox.player(player.id)
    assert told(view.attributes) == {word: word}
    assert (view.events[0].event_id, view.events[0].attributes) == (word, {word: word})


def test_an_action_must_be_signed_where_everything_must(visitor: Join) -> None:
    with Sandbox(secret_key="secret") as sandbox:
        base = f"{sandbox.url}/api/sdk/v1/appusers/hero-42"
        signed = request_hash(f"{base}?environment_stage=live", b"", "secret")
        player = visitor(sandbox)
        session_id = player.ask("GET", f"?environment_stage=live&enc={signed}").json()["session_id"]
        body = b'{"events":[{"event_id":"x"}]}'
        path = f"/events?session_id={session_id}"
        enc = request_hash(f"{base}{path}", body, "secret")
        replies = [
            player.ask("POST", path, data=body),
            player.ask("POST", f"{path}&enc={enc}", data=body.replace(b"x", b"y")),
            player.ask("POST", f"{path}&enc={enc}", data=body),
        ]

    assert [reply.status_code for reply in replies] == [403, 403, 204]
    assert [event.event_id for event in sandbox.player("hero-42").events] == ["x"]


def test_a_database_file_keeps_what_players_did(tmp_path: Path, join: Join) -> None:
    file = tmp_path / "state.sqlite"
    with Sandbox(database=file) as first:
        first.publish("messages", id="hello")
        first.publish("offers", id="gems")
        player = join(first)
        for method, path, body in TAKEN:
            player.do(path, body, method)
        player.do("/events", {"events": [{"event_id": "x", "attributes": [{"name": "a", "value": 1}]}]})
        before = first.player(player.id)
        kept = [getattr(before, name) for name in VIEWS]
    del first, before

    again = Sandbox(database=file).player(player.id)

    assert [getattr(again, name) for name in VIEWS] == kept
    assert all(kept)


VIEWS = ("deliveries", "events", "event_count", "regions", "outcomes", "message_impressions", "offer_impressions")
