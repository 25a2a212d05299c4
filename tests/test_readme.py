"""The README's promises: its Python runs as it stands, and its commands are the ones that exist."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uwclient import UserWise
from uwclient.sandbox import Sandbox

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
INTEGRATION, ACTIONS, TESTING = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox
        sandbox.check()


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
    exec(INTEGRATION.replace('"YOUR-API-KEY"', client), scope)
    assert scope["speed"] == 300.0
    assert capsys.readouterr().out == "On sale now: 300 gems\n"


def test_the_smallest_integration_takes_ten_lines_of_code() -> None:
    assert len([line for line in INTEGRATION.splitlines() if line.strip()]) <= 10


def test_the_actions_reach_the_platform(sandbox: Sandbox, tmp_path: Path) -> None:
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    uw.start()
    exec(ACTIONS, {"uw": uw})
    player = sandbox.player("hero-42")
    sandbox.wait_for(lambda: player.email_address)
    uw.stop()
    assert [event.event_id for event in player.events] == ["level_up"]
    assert player.attributes["coins"] == 120
    assert [region.name for region in player.regions] == ["shop"]


def test_the_sandbox_example_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    exec(TESTING, scope)
    uw = scope["uw"]
    assert isinstance(uw, UserWise)
    assert [offer.title for offer in uw.offers.active] == ["300 gems"]


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", README)
    missing = [link for link in links if not (Path(__file__).parents[1] / link).exists()]
    assert links
    assert not missing
