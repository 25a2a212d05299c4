"""What the pages of docs/ on the client and its modules show runs as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import until
from tests.pages import blocks, client_arguments, ends_after, run
from uwclient.sandbox import Sandbox
from uwclient.survey_views import PageNews

if TYPE_CHECKING:
    from tests.conftest import MakeClient, Play


@pytest.mark.parametrize("is_there", [True, False], ids=["online", "offline"])
def test_a_game_hears_whether_there_is_a_session(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], is_there: bool
) -> None:
    [block] = blocks("client.md")
    printed: list[str] = []

    def heard() -> bool:
        printed.append(capsys.readouterr().out)
        return "line" in printed[-1]

    if not is_there:
        sandbox.faults.respond("*", status=503, times=None)
    run(
        block.replace('api_key="YOUR-API-KEY"', client_arguments(sandbox, tmp_path)),
        {"playing": ends_after(heard)},
    )
    assert printed[-1].startswith("Online since" if is_there else "Offline:")


def test_a_game_hears_of_an_offer_from_its_start_to_its_end(
    sandbox: Sandbox, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    game = play(start=False)
    run(blocks("content.md")[0], {"uw": game.uw})
    game.uw.start()
    game.until_live("offers", "gems")
    sandbox.change("gems", title="400 gems")
    game.refresh()
    sandbox.withdraw("gems")
    game.refresh()
    assert capsys.readouterr().out == "On sale: 300 gems\nChanged: 300 gems is now 400 gems\nOver: 400 gems\n"


def test_nested_data_comes_as_the_classes_of_the_game(
    sandbox: Sandbox, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.publish("events", data={"multiplier": 2, "rewards": [{"item": "cape"}]})
    game = play(start=False)
    run(blocks("content.md")[1], {"uw": game.uw, "__name__": "game"})
    game.uw.start()
    game.until(lambda: game.uw.events.active)
    assert capsys.readouterr().out == "2.0 cape\n"


def test_the_actions_reach_the_platform(sandbox: Sandbox, make_client: MakeClient) -> None:
    [block] = blocks("actions.md")
    uw = make_client()
    uw.start()
    run(block, {"uw": uw})
    player = sandbox.player("hero-42")
    sandbox.wait_for(lambda: player.email_address)
    uw.stop()
    assert [event.event_id for event in player.events] == ["level_up"]
    assert player.attributes["coins"] == 120
    assert [region.name for region in player.regions] == ["shop"]


def test_a_purchase_triggers_a_campaign(sandbox: Sandbox, play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    condition = {"attribute_name": "cost", "operator": "greater_than", "values": [9.5], "data_type": "float"}
    logic = {"external_event_id": "iap_purchased", "event_attributes": [condition]}
    sandbox.publish_campaign(
        name="Thanks",
        trigger={"type": "event_trigger", "logic": logic},
        messages=[{"id": "thanks", "title": "Thank you!"}],
    )
    game = play()
    scope: dict[str, Any] = {"uw": game.uw}
    [block] = blocks("campaigns.md")
    run(block, scope)
    game.until(lambda: game.uw.campaigns.loaded)
    scope["on_bought"](4.99)
    game.uw.pump()
    assert game.live("messages") == []
    scope["on_bought"](19.99)
    game.until_live("messages", "thanks")
    assert capsys.readouterr().out == "Triggered: Thanks\n"


def test_a_player_takes_a_survey(sandbox: Sandbox, make_client: MakeClient) -> None:
    sandbox.publish("surveys", questions=[{"type": "rating", "text": "How is it?", "scale": 5}])
    uw = make_client()
    opened: list[str] = []

    class Page:
        knows_end = True

        def __init__(self) -> None:
            self._news = [PageNews("closed"), PageNews("completed")]

        def poll(self) -> PageNews | None:
            return self._news.pop() if self._news else None

        def close(self) -> None:
            self._news = [PageNews("closed")]

    class View:
        def open(self, url: str) -> Page:
            opened.append(url)
            return Page()

    uw.surveys.view = View()
    ends: list[str] = []
    uw.surveys.on_completed.connect(lambda surveys, survey, response_id: ends.append("completed"))
    uw.surveys.on_closed.connect(lambda surveys, survey, response_id: ends.append("closed"))
    [block] = blocks("surveys.md")
    run(block, {"uw": uw})
    uw.start()
    until(lambda: "closed" in ends, uw)
    assert ends == ["completed", "closed"]
    assert opened[0].startswith(f"{sandbox.url}/take_survey/")


def test_the_image_of_an_offer_comes(sandbox: Sandbox, make_client: MakeClient) -> None:
    sandbox.add_media("dragon", b"dragon")
    sandbox.publish("offers", landscape_image_id="dragon")
    uw = make_client()
    printed: list[str] = []
    [block] = blocks("media.md")
    uw.offers.on_active.connect(
        lambda offers, record: run(
            block, {"uw": uw, "offer": record, "print": lambda *said: printed.append(str(said))}
        )
    )
    uw.start()
    until(lambda: printed, uw)
    assert printed == ["(6, 'bytes')"]


def test_a_push_notification_is_marked(sandbox: Sandbox, make_client: MakeClient) -> None:
    payload = sandbox.send_push("hero-42", title="Come back")
    uw = make_client()
    uw.start()
    [block] = blocks("push.md")
    run(block, {"uw": uw, "token": "abc", "payload": payload, "impression_id": payload["impression_id"]})
    player = sandbox.player("hero-42")
    sandbox.wait_for(lambda: player.push_impressions[-1].state == "viewed")
    uw.stop()
    assert [change.state for change in player.push_impressions[-1].history][-2:] == ["delivered", "viewed"]
    assert [token.token for token in player.device_tokens] == ["abc"]
