"""A player who is erased is nowhere any more: in no table, file, log or copy in memory. Everybody else stays."""

from __future__ import annotations

import base64
import gc
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.sandbox.conftest import Ask, HttpPlayer, Join
from uwclient import UserWise
from uwclient.sandbox import PlayerView, Sandbox
from uwclient.sandbox.services.environments.rules import environment_id
from uwclient.sandbox.services.segments.rules import segment_id

GONE = "hero/Zoë-7"
IN_PATHS = quote(GONE, safe="")
KEPT = "rogue-8"
APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
COINS = {
    "type": "attribute_trigger",
    "logic": {"attribute_name": "coins", "operator": "equal", "values": [100], "data_type": "integer"},
}
QUESTIONS = [{"id": "more", "type": "open_ended", "text": "More?", "required": True}]
HALVES = [
    {"name": "as it is", "percentage": 50, "control_group": True},
    {"name": "loud", "percentage": 50, "fields": {"title": "LOUD"}},
]
TABLES = {
    "ab_assignments",
    "attributes",
    "campaign_impressions",
    "deliveries",
    "device_tokens",
    "email_addresses",
    "engagement_outcomes",
    "facts",
    "impressions",
    "known_players",
    "occurrences",
    "player_events",
    "push_impressions",
    "push_notifications",
    "region_transitions",
    "releases",
    "revenue_events",
    "segments",
    "sessions",
    "survey_responses",
    "webhook_deliveries",
    "odysseys",
    "schedule",
}
"""The tables that name a player, or hold what the player said."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def sandbox(file: Path) -> Iterator[Sandbox]:
    with Sandbox(database=file, seed=3) as made:
        made.webhooks.add(lambda event: None)
        made.define_segment("friends", players=[GONE, KEPT])
        made.define_segment(
            "others", attributes=[{"name": "coins", "operator": "equal", "values": [1]}], exclude=[GONE]
        )
        made.publish("offers", id="gems", title="Gems")
        made.publish("messages", id="hello", title="Hello", segments=["friends"])
        made.publish("surveys", id="feedback", questions=QUESTIONS)
        made.publish_campaign(id="rich", trigger=COINS, messages=[{"id": "rich!", "title": "Rich"}])
        campaign = made.campaigns.create(name="tested")
        content = made.campaigns.add_content(campaign, "message", content={"title": "quiet"})
        made.ab_tests.define(campaign, HALVES, content)
        made.campaigns.update(campaign, segment_ids=[segment_id("friends")])
        made.releases.share(campaign, "live", run=True)
        make_journey(made)
        yield made
        made.check()


def make_journey(sandbox: Sandbox) -> None:
    """A journey for everybody with coins, who wait at its first step."""
    headers = {"X-Api-Key": base64.b64encode(sandbox.api_key.encode()).decode(), "Content-Type": "application/json"}

    def post(path: str, body: Any) -> Any:
        url = f"http://127.0.0.1/api/v2/{path}"
        reply = sandbox.ask("POST", url, headers=headers, body=json.dumps(body).encode())
        assert reply is not None
        assert reply.status < 300, reply.body
        return json.loads(reply.body)["data"]

    dev = environment_id("dev")
    entry = {"entry_strategy": "player_action", "entry_strategy_config": COINS}
    rules = {"rule_predicate": "all", "on_entry_strategy": "none", "rules": [entry]}
    journey = post("journeys", {"environment_id": dev, "name": "Welcome", "entry_rules": rules})
    waiting = {
        "delay_type": "time_delay",
        "time_delay_type": "relative",
        "duration_number": 5,
        "duration_unit": "day",
    }
    step = {"type": "delay", "config": waiting, "advancement": {"type": "immediate", "config": {}}}
    place = {"environment_id": dev, "position": {"row": 0, "column": 0}}
    post(f"journeys/{journey['id']}/steps", {**place, **step})
    sandbox.releases.share(journey["id"], "live")


def live(sandbox: Sandbox, ask: Ask, player: HttpPlayer, secret: str) -> list[str]:
    """Do all that a player can do, and be told of all that a backend can tell; the texts that only they have."""

    def do(path: str, body: Any, method: str = "POST") -> Any:
        reply = player.do(path, body, method)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    tokens = [f"{secret}-{number}" for number in range(12)]
    attribute = {"name": tokens[0], "value": tokens[1]}
    do("/attributes", {"attributes": [attribute, {"name": "coins", "value": 100}]})
    (campaign,) = player.get("/triggerable_campaigns").json()["campaigns"]
    triggered = {"triggered_campaign_impression_ids": [campaign["campaign_impression_id"]]}
    do("/events", {"events": [{"event_id": tokens[2], "attributes": [attribute]}], **triggered})
    do("/regions/transition", {"region": {"name": tokens[3], "metadata": [attribute]}})
    do("/engagements/outcomes", {"engagement_outcome_key": tokens[4], "outcome_type": "offer"})
    for kind in ("offers", "messages", "get_surveys"):
        player.get(f"/{kind}")
    shown = do("/offer_impressions/initialize", {"offer_id": "gems"})
    offer = {"offer_impression_id": shown["offer_impression"]["id"], "state": "viewed"}
    do("/offer_impressions/update_state", offer)
    do("/message_impressions/initialize", {"message_id": "hello"})
    do("/email_address", {"email_address": f"{tokens[5]}@example.com"}, "PUT")
    token = {"device_token": tokens[6], "notification_platform": "fcm"}
    do("/push_notifications/device_tokens/register", token)
    pushed = sandbox.send_push(player.id, title=tokens[7])
    do(f"/push_notifications/impressions/{pushed['impression_id']}", {"state": "viewed"}, "PUT")
    page = player.survey_page("feedback")
    requests.get(page, timeout=5).raise_for_status()
    for answers in ({"more": tokens[8], "other": 1}, {"more": tokens[9]}):
        requests.post(page.replace("?", "/answers?"), json={"answers": answers}, timeout=5)
    paid = {"transaction_id": tokens[10], "revenue": 1, "attributes": [attribute]}
    in_paths = quote(player.id, safe="")
    path = f"/api/v1/appuser/{in_paths}"
    ask("POST", f"{path}/revenue_events", {"revenue_events": [paid]}).raise_for_status()
    ask("POST", f"{path}/revenue_events", {"revenue_events": [{"revenue": tokens[11]}]})
    ask("GET", f"/api/v2/appusers/{in_paths}/segments?app_id={APP_ID}&environment_stage=live&page=1")
    return tokens


def known_of(view: PlayerView) -> dict[str, Any]:
    """All that the platform tells of a player."""
    names = [name for name, value in vars(PlayerView).items() if isinstance(value, property)]
    return {name: getattr(view, name) for name in names if name not in ("revision", "news_at")}


def cells(file: Path) -> Iterator[str]:
    """Each cell of each table of a database, as a text."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"').fetchall():
                for column, value in enumerate(row):
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    yield f"{table}.{column}: {text}"
    database.close()


def texts_in_memory(start: object) -> Iterator[str | bytes]:
    """All texts and bytes that an object holds, however far away."""
    seen, waiting = {id(start)}, [start]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (str, bytes)):
            yield one
        for inner in gc.get_referents(one):
            if id(inner) not in seen and not isinstance(inner, (type, ModuleType, FunctionType)):
                seen.add(id(inner))
                waiting.append(inner)


def spellings(texts: list[str]) -> list[str]:
    """Texts as they stand in tables, and as JSON and paths write them."""
    return [*texts, *(json.dumps(one)[1:-1] for one in texts), IN_PATHS]


def found_in(texts: list[str], file: Path, sandbox: Sandbox) -> list[str]:
    """The places in which one of some texts stands."""
    wanted = spellings(texts)
    places = [cell[:200] for cell in cells(file) if any(one in cell for one in wanted)]
    for path in sorted(file.parent.glob(f"{file.name}*")):
        content = path.read_bytes()
        places += [f"{path.name} has {one!r}" for one in wanted if one.encode() in content]
    for held in texts_in_memory(sandbox):
        text = held.decode("latin-1") if isinstance(held, bytes) else held
        as_bytes = [one.encode().decode("latin-1") for one in wanted] if isinstance(held, bytes) else wanted
        places += [f"in memory: {text[:200]!r}" for one in as_bytes if one in text]
    places += [str(one) for one in sandbox.requests if any(text in str(one) + repr(one.body) for text in wanted)]
    return places


def test_nothing_is_left_of_a_player_who_is_erased(file: Path, sandbox: Sandbox, ask: Ask, join: Join) -> None:
    player = join(sandbox, GONE, language="de", timezone="Europe/Berlin")
    secrets = [GONE, player.session_id, *live(sandbox, ask, player, "s3cret")]
    live(sandbox, ask, join(sandbox, KEPT, language="en"), "kept")
    many = [{"id": GONE, "attributes": {"level": 1}}, {"id": KEPT, "attributes": {"level": 1}}]
    ask("POST", "/api/v2/appusers/bulk_assign_attributes", {"assignment_data": many}).raise_for_status()
    requests.post(f"{sandbox.url}/api/sdk/v1/x?api_key=sandbox-key", data=f'{{"id": "{GONE}"'.encode(), timeout=5)
    ours = known_of(sandbox.player(KEPT))
    before = found_in(secrets, file, sandbox)
    assert {place.split(".")[0] for place in before} >= TABLES
    assert any("in memory" in place for place in before)

    reply = ask("DELETE", f"/api/v1/appuser/{IN_PATHS}/data")

    assert reply.json()["data"] == "Successfully deleted all player data."
    assert found_in(secrets, file, sandbox) == []
    assert known_of(sandbox.player(KEPT)) == ours
    assert [one.id for one in sandbox.players] == [KEPT]
    assert sandbox.segments.players("friends") == [KEPT]
    assert player.get("/offers").status_code == 404
    assert ask("GET", f"/api/v1/appuser/{IN_PATHS}?environment_stage=live").status_code == 404


def test_a_session_that_starts_again_has_none_of_the_old_ids(sandbox: Sandbox, ask: Ask, join: Join) -> None:
    before = join(sandbox, KEPT).session_id
    ask("DELETE", f"/api/v1/appusers/{KEPT}/data").raise_for_status()
    after = join(sandbox, KEPT).session_id

    assert before != after
    assert sandbox.player(KEPT).attributes.keys() == {"_first_login_date"}
    assert len(sandbox.player(KEPT).sessions) == 1


def test_erasing_somebody_who_is_not_known_succeeds(sandbox: Sandbox, ask: Ask) -> None:
    for _ in range(2):
        assert ask("DELETE", "/api/v1/appuser/nobody/data").status_code == 200
    assert ask("GET", "/api/v1/appuser/nobody?environment_stage=live").status_code == 404


def test_what_was_changed_and_moved_before_is_gone_too(file: Path, sandbox: Sandbox, ask: Ask) -> None:
    for number in range(60):
        attributes = {f"name-{place}": f"s3cret {number} {'x' * (number * place % 300)}" for place in range(40)}
        data = [{"id": GONE, "attributes": attributes}, {"id": f"other-{number}", "attributes": {"a": "x" * 90}}]
        ask("POST", "/api/v2/appusers/bulk_assign_attributes", {"assignment_data": data}).raise_for_status()
    ask("DELETE", f"/api/v1/appuser/{IN_PATHS}/data").raise_for_status()

    assert found_in([GONE, "s3cret"], file, sandbox) == []


def test_a_file_that_another_program_reads_is_clean_after_it_has_read(file: Path, sandbox: Sandbox, ask: Ask) -> None:
    ask("POST", f"/api/v1/appuser/{IN_PATHS}/events", {"events": [{"event_id": "s3cret"}]}).raise_for_status()
    reader = sqlite3.connect(file)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM player_events").fetchall()
    assert ask("DELETE", f"/api/v1/appuser/{IN_PATHS}/data").status_code == 200
    reader.close()
    ask("POST", f"/api/v1/appuser/{KEPT}/events", {"events": []}).raise_for_status()

    assert found_in([GONE, "s3cret"], file, sandbox) == []


def test_a_game_whose_player_was_erased_goes_on_with_a_new_session(
    sandbox: Sandbox, ask: Ask, tmp_path: Path
) -> None:
    uw = UserWise("sandbox-key", KEPT, host=sandbox.url, data_dir=tmp_path / "game", threaded=False)
    uw.start()
    sandbox.wait_for(lambda: uw.pump() or sandbox.player(KEPT).sessions, timeout=10)
    ask("DELETE", f"/api/v1/appuser/{KEPT}/data").raise_for_status()
    uw.refresh_content()
    sandbox.wait_for(lambda: uw.pump() or sandbox.player(KEPT).sessions, timeout=10)
    uw.stop()

    assert len(sandbox.player(KEPT).sessions) == 1
