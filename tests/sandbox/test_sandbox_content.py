from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join

PATHS = {
    "events": "/campaign_events",
    "messages": "/messages",
    "offers": "/offers",
    "remote_configs": "/remote_configs",
    "surveys": "/get_surveys",
}
DOCUMENTED = {
    "events": {
        "campaign_event_template_id",
        "campaign_event_framework_id",
        "external_id",
        "external_event_type",
        "data",
    },
    "messages": {"title", "body", "portrait_image_id", "landscape_image_id", "message_type", "additional_fields"},
    "offers": {"title", "body", "portrait_image_id", "landscape_image_id", "currencies", "items", "payment_data"}
    | {"offer_type", "framework_id", "framework_data"},
    "remote_configs": {"external_id", "json"},
    "surveys": {"questions_count"},
}
EVERY_RECORD = {"id", "name", "start_at", "start_at_tz", "end_at", "end_at_tz"}


@pytest.mark.parametrize("kind", PATHS)
def test_a_record_carries_every_documented_field_and_nothing_internal(
    sandbox: Sandbox, player: HttpPlayer, kind: str
) -> None:
    sandbox.publish(kind, id="one")

    (record,) = player.get(PATHS[kind]).json()["active"]

    assert set(record) >= EVERY_RECORD | DOCUMENTED[kind]
    assert not {"segments", "environments", "kind"} & set(record)


def test_unknown_fields_pass_through_untouched(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems", glitter={"ä": [1, None, "→"]}, title=None)

    (record,) = player.get("/offers").json()["active"]

    assert record["glitter"] == {"ä": [1, None, "→"]}
    assert record["title"] is None


def test_content_goes_from_upcoming_to_active_to_gone(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    sandbox.publish("offers", id="gems", start_at="2026-01-01T01:00:00Z", end_at=datetime(2026, 1, 1, 3, tzinfo=UTC))
    seen = []
    for _ in range(5):
        seen.append((player.ids("/offers"), player.ids("/offers", "upcoming")))
        sandbox.clock.advance(hours=1)

    assert seen == [([], ["gems"]), (["gems"], []), (["gems"], []), ([], []), ([], [])]


def test_content_comes_back_when_the_clock_moves_back(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems", end_at="+1h")
    sandbox.clock.advance(hours=2)
    assert player.ids("/offers") == []

    sandbox.clock.advance(hours=-2)

    assert player.ids("/offers") == ["gems"]


def test_times_are_printed_as_the_documentation_prints_them(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("events", id="x", start_at="2022-03-14T03:00:00+02:00", end_at="2922-03-14T01:00:00.250Z")

    (record,) = player.get("/campaign_events").json()["active"]

    assert record["start_at"] == "2022-03-14T01:00:00+00:00"
    assert record["end_at"] == "2922-03-14T01:00:00.250+00:00"


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("Etc/UTC", "2026-07-01T12:00:00Z"),
        ("America/New_York", "2026-07-01T16:00:00Z"),
        ("Asia/Kolkata", "2026-07-01T06:30:00Z"),
    ],
)
def test_player_local_content_starts_at_the_players_own_noon(
    sandbox: Sandbox, join: Join, zone: str, starts: str
) -> None:
    player = join(sandbox, timezone=zone)
    sandbox.publish("events", id="noon", start_at="2026-07-01T12:00:00+09:00", start_at_tz="player_local")
    start = datetime.fromisoformat(starts.replace("Z", "+00:00"))

    sandbox.clock.set(start)
    assert player.ids("/campaign_events") == ["noon"]
    sandbox.clock.advance(seconds=-60)
    assert player.ids("/campaign_events") == []
    (record,) = player.get("/campaign_events").json()["upcoming"]
    assert record["start_at"] == "2026-07-01T12:00:00+00:00"
    assert record["end_at_tz"] == "player_local"


def test_player_local_content_follows_daylight_saving(sandbox: Sandbox, join: Join) -> None:
    player = join(sandbox, timezone="Europe/Berlin")
    sandbox.publish(
        "events", id="day", start_at="2026-03-29T00:00:00", end_at="2026-03-30T00:00:00", start_at_tz="player_local"
    )
    seen = []
    for moment in ("2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00"):
        sandbox.clock.set(datetime.fromisoformat(moment + ":00+00:00"))
        seen.append(player.ids("/campaign_events"))

    assert seen == [[], ["day"], ["day"], []]


def test_player_local_content_without_a_start_has_started_everywhere(sandbox: Sandbox, join: Join) -> None:
    sandbox.clock.set(datetime(2026, 7, 1, tzinfo=UTC))
    sandbox.publish("events", id="x", start_at_tz="player_local", end_at="2026-07-01T12:00:00")
    west, east = (join(sandbox, zone, timezone=f"Etc/{zone}") for zone in ("GMT+12", "GMT-14"))

    (record,) = west.get("/campaign_events").json()["active"]
    assert (record["start_at_tz"], record["end_at_tz"]) == ("utc", "player_local")
    assert east.ids("/campaign_events") == []


def test_upcoming_content_can_be_limited_to_what_starts_before(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    sandbox.publish("offers", id="soon", start_at="+1h")
    sandbox.publish("offers", id="late", start_at="+1d")

    assert player.ids("/offers", "upcoming", starts_before="2026-01-01T06:00:00Z") == ["soon"]
    assert player.ids("/offers", "upcoming", starts_before="2026-01-01T08:00:00+02:00") == ["soon"]
    assert player.ids("/offers", "upcoming", starts_before="") == ["soon", "late"]
    bad = player.get("/offers", starts_before="tomorrow")
    assert bad.status_code == 422
    assert "%2B" in bad.json()["meta"]["hints"][0]


def test_content_is_seen_in_its_environments_only(sandbox: Sandbox, join: Join) -> None:
    sandbox.publish("offers", id="tested", environments=["qa"])
    sandbox.publish("offers", id="both")

    assert join(sandbox, environment_stage="live").ids("/offers") == ["both"]
    assert join(sandbox, environment_stage="qa").ids("/offers") == ["tested", "both"]


def test_content_with_several_segments_is_seen_by_players_in_any(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("a", players=["anna"])
    sandbox.define_segment("b", players=["bert"])
    sandbox.publish("offers", id="gems", segments=["a", "b"])

    assert join(sandbox, "anna").ids("/offers") == ["gems"]
    assert join(sandbox, "bert").ids("/offers") == ["gems"]
    assert join(sandbox, "carl").ids("/offers") == []


def test_a_change_and_a_withdrawal_show_at_once(sandbox: Sandbox, player: HttpPlayer) -> None:
    made = sandbox.publish("offers", title="old", items={"gem": 1})
    before = player.get("/offers").json()["active"][0]

    sandbox.change(made, title="new")
    after = player.get("/offers").json()["active"][0]
    assert after == {**before, "title": "new"}

    sandbox.change(made, end_at="+1h", segments=[])
    assert player.get("/offers").json()["active"][0]["end_at"] is not None

    sandbox.withdraw(made)
    assert player.ids("/offers") == []


def test_a_change_keeps_player_local_times(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish(
        "events", id="x", start_at="2026-07-01T12:00:00", start_at_tz="player_local", end_at="2999-07-01T12:00"
    )
    sandbox.change("x", name="y")
    sandbox.clock.set(datetime(2026, 8, 1, tzinfo=UTC))

    (record,) = player.get("/campaign_events").json()["active"]

    assert (record["name"], record["start_at"], record["start_at_tz"]) == (
        "y",
        "2026-07-01T12:00:00+00:00",
        "player_local",
    )
    assert record["end_at_tz"] == "player_local"


@pytest.mark.parametrize("action", ["change", "withdraw"])
def test_unknown_content_cannot_be_changed_or_withdrawn(sandbox: Sandbox, action: str) -> None:
    sandbox.publish("offers", id="gems")

    with pytest.raises(KeyError) as caught:
        getattr(sandbox, action)("gem")

    assert str(caught.value) == "There is no content 'gem' in the sandbox (did you mean 'gems'?)."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"start_at": "+10x"}, "start_at: '+10x' is not a time: write ISO 8601 or a relative time such as +10s"),
        ({"start_at": "+2h", "end_at": "+1h"}, "is before the start at"),
        ({"segments": ["vip"]}, "there is no segment 'vip' (did you mean 'vips'?)"),
        ({"environments": ["lvie"]}, "there is no environment 'lvie' (did you mean 'live'?)"),
        ({"id": "taken"}, "'taken' is published already"),
        ({"start_at": "+1h", "start_at_tz": "player_local"}, "write the wall-clock time in ISO 8601"),
        ({"start_at_tz": "local"}, "is not one of utc, player_local"),
        ({"data": {1, 2}}, "data: it cannot be written as JSON"),
        ({"data": float("nan")}, "data: it cannot be written as JSON"),
    ],
)
def test_content_that_makes_no_sense_is_refused_in_a_sentence(
    sandbox: Sandbox, fields: dict[str, Any], reason: str
) -> None:
    sandbox.define_segment("vips", players=["hero-42"])
    sandbox.publish("events", id="taken")

    with pytest.raises(ScenarioError) as caught:
        sandbox.publish("events", **fields)

    assert reason in str(caught.value)


def test_an_unknown_kind_of_content_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ScenarioError, match=r"'offer' is not a kind of content \(did you mean 'offers'\?\)"):
        sandbox.publish("offer")


def test_one_event_is_a_bare_record(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.define_segment("others", players=["nobody"])
    sandbox.publish("events", id="double-coins", start_at="+1h", data={"factor": 2})
    sandbox.publish("events", id="hidden", segments=["others"])
    sandbox.publish("events", id="over", end_at="+1s")
    sandbox.publish("offers", id="gems")
    sandbox.clock.advance(seconds=2)

    assert player.get("/campaign_events/double-coins").json()["data"] == {"factor": 2}
    for event_id in ("hidden", "over", "gems", "unknown"):
        assert player.get(f"/campaign_events/{event_id}").status_code == 404


def test_content_needs_a_session_of_the_same_player(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    other = join(sandbox, "rogue-7")
    for path in (*PATHS.values(), "/triggerable_campaigns", "/campaign_events/x"):
        assert player.ask("GET", path).status_code == 400
        assert player.get(path, session_id="0" * 24).status_code == 404
        assert player.get(path, session_id=other.session_id).status_code == 404


def test_there_are_no_triggered_campaigns_before_one_is_published(player: HttpPlayer) -> None:
    assert player.get("/triggerable_campaigns").json() == {"campaigns": []}


def test_an_unchanged_list_is_not_sent_again(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems", title="Gems")
    first = player.get("/offers")
    known = {"If-None-Match": first.headers["ETag"]}
    query = {"session_id": player.session_id}

    again = player.ask("GET", "/offers", params=query, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Date" in again.headers

    sandbox.change("gems", title="Cheaper")
    assert player.ask("GET", "/offers", params=query, headers=known).status_code == 200
    sandbox.change("gems", title="Gems")
    assert player.ask("GET", "/offers", params=query, headers=known).status_code == 304


def test_etags_can_be_switched_off(join: Join) -> None:
    with Sandbox(etags=False) as sandbox:
        reply = join(sandbox).get("/offers")

    assert "ETag" not in reply.headers


def test_ten_thousand_records_are_published_and_fetched_quickly(sandbox: Sandbox, player: HttpPlayer) -> None:
    began = time.process_time()  # the sandbox is in this process
    for number in range(10_000):
        sandbox.publish("offers", id=f"offer-{number}", start_at=f"+{number}h", items={"gems": number})
    upcoming = player.ids("/offers", "upcoming")
    fetched = time.process_time()
    for _ in range(5):
        player.get("/offers")

    assert len(upcoming) == 9_999
    assert fetched - began < 10
    assert time.process_time() - fetched < 5


def test_an_offer_without_a_price_has_none(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gift")
    sandbox.publish("offers", id="gems", payment_data={"payment_type": "iap", "iap_data": {"cost": 4.99}})

    gift, gems = player.get("/offers").json()["active"]

    assert gift["payment_data"] is None
    assert gems["payment_data"]["iap_data"]["cost"] == 4.99
