"""The README's promises: its Python runs as it stands, and its commands are the ones that exist."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from uwclient import UserWise
from uwclient.sandbox import Sandbox
from uwclient.survey_views import PageNews

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
INTEGRATION, PYGAME, PANDA3D, TYPED, ACTIONS, SURVEYS, MEDIA, PUSH, TESTING = BLOCKS


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox
        sandbox.check()


def run(block: str, scope: dict[str, Any]) -> None:
    """Run a block of the README as a program of its own."""
    exec(compile(block, "README.md", "exec", dont_inherit=True), scope)


def client_arguments(sandbox: Sandbox, folder: Path) -> str:
    """What points a client of the README at a sandbox."""
    return f'api_key="{sandbox.api_key}", host="{sandbox.url}", data_dir={str(folder)!r}'


def until(uw: UserWise, condition: Callable[[], object]) -> None:
    """Play until the condition holds."""
    deadline = time.monotonic() + 10
    uw.start()
    try:
        while not condition():
            assert time.monotonic() < deadline, "it did not come to that"
            uw.pump()
            time.sleep(0.001)
    finally:
        uw.stop()


def test_the_smallest_integration_runs_as_it_stands(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    sandbox.publish("remote_configs", id="balance", external_id="balance", json={"hero": {"speed": 300}})
    deadline = time.monotonic() + 10
    scope: dict[str, object] = {
        "playing": lambda: scope.get("speed") != 300.0 and time.monotonic() < deadline,
    }
    client = f'"{sandbox.api_key}", host="{sandbox.url}", data_dir={str(tmp_path)!r}'
    run(INTEGRATION.replace('"YOUR-API-KEY"', client), scope)
    assert scope["speed"] == 300.0
    assert capsys.readouterr().out == "On sale now: 300 gems\n"


def test_the_smallest_integration_takes_ten_lines_of_code() -> None:
    assert len([line for line in INTEGRATION.splitlines() if line.strip()]) <= 10


def test_a_pygame_game_shows_cards_as_it_stands(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    sandbox.publish("offers", id="gems", title="300 gems")
    deadline = time.monotonic() + 10
    seen: list[str] = []

    def playing() -> bool:
        open_cards = [] if "live" not in scope else [scope["live"].ui.is_open]
        return not any(open_cards) and time.monotonic() < deadline

    scope: dict[str, Any] = {
        "playing": playing,
        "handle": seen.append,
        "draw_game": lambda screen: seen.append("drawn"),
    }
    run(PYGAME.replace('api_key="YOUR-API-KEY"', client_arguments(sandbox, tmp_path)), scope)
    assert "drawn" in seen
    assert time.monotonic() < deadline
    assert sandbox.player("hero-42").offer_impressions


def test_a_panda3d_game_hears_signals_as_it_stands(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    settings = "load-display p3tinydisplay\nwindow-type offscreen\naudio-library-name null"
    program = f"""
import sys, time
from panda3d.core import loadPrcFileData
loadPrcFileData("", {settings!r})
from direct.showbase.ShowBase import ShowBase
sold = []
def put_in_shop(record):
    sold.append(record.title)
def run(self):
    ends = time.monotonic() + 10
    while not sold and time.monotonic() < ends:
        self.taskMgr.step()
    self.destroy()
ShowBase.run = run
{PANDA3D.replace('api_key="YOUR-API-KEY"', client_arguments(sandbox, tmp_path))}
print("sold", sold)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "sold ['300 gems']" in done.stdout


def test_nested_data_comes_as_the_classes_of_the_game(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.publish("events", data={"multiplier": 2, "rewards": [{"item": "cape"}]})
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    run(TYPED, {"uw": uw, "__name__": "game"})
    until(uw, lambda: uw.events.active)
    assert capsys.readouterr().out == "2.0 cape\n"


def test_a_player_takes_a_survey(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.publish("surveys", questions=[{"type": "rating", "text": "How is it?", "scale": 5}])
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
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
    run(SURVEYS, {"uw": uw})
    until(uw, lambda: "closed" in ends)
    assert ends == ["completed", "closed"]
    assert opened[0].startswith(f"{sandbox.url}/take_survey/")


def test_the_image_of_an_offer_comes(sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox.add_media("dragon", b"dragon")
    sandbox.publish("offers", landscape_image_id="dragon")
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    printed: list[str] = []
    uw.offers.on_active.connect(
        lambda offers, record: run(
            MEDIA, {"uw": uw, "offer": record, "print": lambda *told: printed.append(str(told))}
        )
    )
    until(uw, lambda: printed)
    assert printed == ["(6, 'bytes')"]


def test_a_push_notification_is_marked(sandbox: Sandbox, tmp_path: Path) -> None:
    payload = sandbox.send_push("hero-42", title="Come back")
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    uw.start()
    scope = {"uw": uw, "token": "abc", "payload": payload, "impression_id": payload["impression_id"]}
    run(PUSH, scope)
    player = sandbox.player("hero-42")
    sandbox.wait_for(lambda: player.push_impressions[-1].state == "viewed")
    uw.stop()
    assert [change.state for change in player.push_impressions[-1].history][-2:] == ["delivered", "viewed"]
    assert [token.token for token in player.device_tokens] == ["abc"]


def test_the_actions_reach_the_platform(sandbox: Sandbox, tmp_path: Path) -> None:
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    uw.start()
    run(ACTIONS, {"uw": uw})
    player = sandbox.player("hero-42")
    sandbox.wait_for(lambda: player.email_address)
    uw.stop()
    assert [event.event_id for event in player.events] == ["level_up"]
    assert player.attributes["coins"] == 120
    assert [region.name for region in player.regions] == ["shop"]


def test_the_sandbox_example_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    run(TESTING, scope)
    uw = scope["uw"]
    assert isinstance(uw, UserWise)
    assert uw.offers.active == (), "three hours later it is over"


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", README)
    missing = [link for link in links if not (Path(__file__).parents[1] / link).exists()]
    assert links
    assert not missing
