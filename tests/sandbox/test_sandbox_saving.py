"""A whole sandbox can be saved and restored, also back in time, in the same sandbox or in another."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
SCENARIO: dict[str, Any] = {
    "clock": "2026-03-28T12:00:00Z",
    "environments": {"live": "live", "staging": "qa"},
    "segments": [{"name": "whales", "attributes": [{"name": "coins", "operator": "greater_than", "values": [500]}]}],
    "offers": [{"id": "gems", "title": "300 gems", "end_at": "+2h"}],
    "timeline": [
        {"at": "+1h", "change": "gems", "with": {"title": "Last hour", "end_at": "+3h"}},
        {"at": "+2h", "publish": "offers", "with": {"id": "late", "title": "Late", "end_at": "+4h"}},
        {"at": "+3h", "withdraw": "late"},
    ],
}


def titles(player: HttpPlayer) -> list[str]:
    return [offer["title"] for offer in player.get("/offers").json()["active"]]


def test_a_restored_sandbox_knows_nothing_of_what_came_later(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    player.do("/events", {"events": [{"event_id": "level_up", "attributes": []}]})
    saved = sandbox.save()
    before = sandbox.player("hero-42")
    known = (before.events, before.sessions, before.attributes)
    assert len(before.events) == 1

    sandbox.change("gems", title="Half price")
    sandbox.publish("messages", id="hello")
    campaign = sandbox.publish_campaign(trigger={"type": "event_trigger", "logic": {"external_event_id": "level_up"}})
    before.set_attributes(coins=7)
    player.do("/events", {"events": [{"event_id": "level_up", "attributes": []}]})
    assert player.get("/triggerable_campaigns").json()["campaigns"][0]["id"] == campaign
    assert len(before.events) == 2

    sandbox.restore(saved)
    assert (before.events, before.sessions, before.attributes) == known
    assert titles(player) == ["300 gems"]
    assert player.ids("/messages") == []
    assert player.get("/triggerable_campaigns").json()["campaigns"] == []


def test_time_goes_back_and_the_timeline_happens_again(join: Join) -> None:
    with Sandbox(SCENARIO) as sandbox:
        player = join(sandbox)
        saved = sandbox.save()
        for _ in range(2):
            assert sandbox.clock.now() - NOON < timedelta(minutes=1)
            seen = []
            for _ in range(4):
                seen.append(titles(player))
                sandbox.clock.advance(hours=1)
            assert seen == [["300 gems"], ["Last hour"], ["Last hour", "Late"], []]
            sandbox.restore(saved)


@pytest.mark.parametrize("source_in_file", [False, True])
@pytest.mark.parametrize("target_in_file", [False, True])
def test_another_sandbox_goes_on_where_the_saved_one_was(
    source_in_file: bool, target_in_file: bool, tmp_path: Path, join: Join, visitor: Join
) -> None:
    with Sandbox(SCENARIO, database=tmp_path / "source.sqlite" if source_in_file else None) as source:
        source.add_media("banner", b"pixels")
        player = join(source, environment_stage="staging")
        player.do("/attributes", {"attributes": [{"name": "coins", "value": 800, "data_type": "integer"}]})
        source.clock.advance(hours=1)
        saved = source.save()

    with Sandbox(database=tmp_path / "target.sqlite" if target_in_file else None) as target:
        target.restore(saved)
        again = visitor(target)
        again.session_id = player.session_id
        assert titles(again) == ["Last hour"]
        assert target.clock.started_at == NOON
        assert target.player("hero-42").attributes["coins"] == 800
        assert again.start(session_id=again.session_id, environment_stage="staging").status_code == 200
        assert target.player("hero-42").sessions[0].segments == ("whales",)
        assert again.get("/../../media/banner").json()["data"]["byte_size"] == 6
        target.clock.advance(hours=1)
        assert titles(again) == ["Last hour", "Late"]
    if target_in_file:
        with Sandbox(database=tmp_path / "target.sqlite") as reopened:
            assert [session.environment for session in reopened.player("hero-42").sessions] == ["staging"]


def test_what_was_saved_is_a_database_to_look_into(sandbox: Sandbox, player: HttpPlayer) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(sandbox.save())
        assert database.execute("SELECT player_id FROM sessions").fetchall() == [("hero-42",)]


def damaged(saved: bytes) -> bytes:
    middle = len(saved) // 2
    return saved[:middle] + bytes(4096) + saved[middle + 4096 :]


def foreign(_: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE scores (player TEXT)")
        return database.serialize()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda saved: b"", "no saved sandbox"),
        (lambda saved: b"{}", "no saved sandbox"),
        (lambda saved: saved[:5000], "no saved sandbox"),
        (damaged, "damaged|no saved sandbox"),
        (foreign, "Another version"),
    ],
    ids=["empty", "json", "cut", "damaged", "foreign"],
)
def test_what_is_no_saved_sandbox_is_refused_and_changes_nothing(
    spoil: Any, sentence: str, sandbox: Sandbox, player: HttpPlayer
) -> None:
    spoiled = spoil(sandbox.save())
    sandbox.publish("offers", id="gems", title="300 gems")
    sandbox.clock.advance(hours=1)
    now = sandbox.clock.now()

    with pytest.raises(ValueError, match=sentence):
        sandbox.restore(spoiled)
    assert titles(player) == ["300 gems"]
    assert sandbox.clock.now() >= now


IDS = st.sampled_from(["a", "b", "c"])
DEEDS = st.one_of(
    st.tuples(st.just("publish"), IDS),
    st.tuples(st.just("withdraw"), IDS),
    st.tuples(st.just("campaign"), IDS),
    st.tuples(st.just("segment"), IDS),
    st.tuples(st.just("media"), IDS),
    st.tuples(st.just("attribute"), IDS),
    st.tuples(st.just("advance"), st.integers(-3, 3)),
)


def act(sandbox: Sandbox, deed: str, what: Any) -> None:
    """Do something to a sandbox; what it refuses has no effect."""
    try:
        if deed == "publish":
            sandbox.publish("offers", id=what, end_at="+2h")
        elif deed == "withdraw":
            sandbox.withdraw(what)
        elif deed == "campaign":
            sandbox.publish_campaign(id=what, trigger={"type": "region_trigger", "logic": {"region_name": what}})
        elif deed == "segment":
            sandbox.define_segment(what, players=["hero-42"])
        elif deed == "media":
            sandbox.add_media(what, b"x" * (1 + len(sandbox.requests)))
        elif deed == "attribute":
            sandbox.player("hero-42").set_attributes(**{what: 1})
        else:
            sandbox.clock.advance(hours=what)
    except (ValueError, KeyError):
        pass


@settings(max_examples=15, deadline=None)
@given(before=st.lists(DEEDS, max_size=5), after=st.lists(DEEDS, max_size=5))
def test_whatever_happened_a_restored_sandbox_shows_what_was_saved(
    before: list[tuple[str, Any]], after: list[tuple[str, Any]]
) -> None:
    from tests.sandbox.conftest import HttpPlayer, told

    def shown(sandbox: Sandbox) -> list[object]:
        """All that a player is shown, without the ids that each sandbox makes up."""
        player = HttpPlayer(sandbox, "hero-42")
        player.start()
        campaigns = player.get("/triggerable_campaigns").json()["campaigns"]
        pages = [player.get(f"/{kind}").json() for kind in ("offers", "../../media/a", "../../media/b")]
        pages[1:] = [page.get("data", {}).get("byte_size") for page in pages[1:]]
        pages += [[one["id"] for one in campaigns], told(sandbox.player("hero-42").attributes)]
        pages.append(player.get(f"/sessions/{player.session_id}").json()["segment_ids"])
        player.close()
        return pages

    with Sandbox({"clock": "2026-03-28T12:00:00Z"}) as sandbox:
        for deed in before:
            act(sandbox, *deed)
        saved = sandbox.save()
        expected = shown(sandbox)
        for deed in after:
            act(sandbox, *deed)
        sandbox.restore(saved)
        assert shown(sandbox) == expected
        sandbox.check()
