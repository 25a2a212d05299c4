"""docs/partners.md runs as it stands, its commands are understood, and its tables are those of the code."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pages import DOCS, ROOT, blocks, run
from uwclient.bridges.bridge import Bridge, Surroundings
from uwclient.bridges.sources import CROWDTWIST_KINDS, GROWSURF_KINDS, PICO_KINDS
from uwclient.bridges.yaml_reading import read_file
from uwclient.cli import _parser, main
from uwclient.dice import Dice
from uwclient.partners.testing import CrowdTwistStandIn, PicoStandIn, crowdtwist_activity, pico_participant
from uwclient.sandbox import Sandbox
from uwclient.time_sources import SystemTime

PAGE = (DOCS / "partners.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "bridges"


def test_the_clients_of_the_page_ask_their_stand_ins(capsys: pytest.CaptureFixture[str]) -> None:
    run(blocks("partners.md")[0], {})
    assert capsys.readouterr().out.splitlines() == [
        "Trivia ann 5",
        "Trivia bob 2",
        "Activity 64 True CHECK_IN Your Site",
        "02 March spring 7",
        "09 March spring 7",
    ]


def test_the_receiver_of_the_page_hears_of_a_reward_once(capsys: pytest.CaptureFixture[str]) -> None:
    run(blocks("partners.md")[1], {"__name__": "page"})
    assert capsys.readouterr().out == "hero-42 has brought a friend: Early-Bird Reward\n"


def test_the_commands_of_the_page_are_understood() -> None:
    for line in "".join(blocks("partners.md", "console")).splitlines():
        assert _parser().parse_args(shlex.split(line)[1:]).config


def test_the_table_of_facts_has_all_that_rules_can_name() -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)`", PAGE, re.MULTILINE))
    assert named == {*GROWSURF_KINDS, *PICO_KINDS, *CROWDTWIST_KINDS}


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    config = read_file(EXAMPLE / "growsurf.yaml")
    config.section("growsurf").text("listen")
    around = Surroundings({"UW_API_KEY": "key"}, SystemTime(), Dice(7))
    Bridge(config, GROWSURF_KINDS, tmp_path, around, dry_run=True).close()
    config.check_all_read()


@pytest.mark.parametrize("arguments", [[], ["--virtual"]])
def test_the_example_brings_an_offer_to_the_player(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "bridges", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=EXAMPLE.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "hero-42 is offered ['gems', 'ambassadors-cape']"


RULES = {
    "pico": {
        "player": {"field": "user.labels[id=1].value"},
        "tell": [{"if": {"total_correct_answers": 5}, "event": "trivia_won"}],
    },
    "crowdtwist": {
        "player": {"field": "user.id"},
        "tell": [{"if": {"activity.is_locked_by_tier": False}, "event": "activity_unlocked"}],
    },
}


@pytest.mark.parametrize("partner", RULES)
def test_a_bridge_of_the_command_line_polls_once_and_tells(
    partner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox() as sandbox, PicoStandIn() as pico, CrowdTwistStandIn() as crowdtwist:
        pico.participants["7"] = [pico_participant("ann", correct=5, labels={"1": "hero-42"})]
        crowdtwist.activities["hero-42"] = [crowdtwist_activity(64)]
        own: dict[str, dict[str, Any]] = {
            "pico": {"widgets": [7], "host": pico.url},
            "crowdtwist": {"users": ["hero-42"], "host": crowdtwist.url},
        }
        for name, value in (
            ("UW_API_KEY", sandbox.api_key),
            ("PICO_AUTH", pico.auth),
            ("CROWDTWIST_API_KEY", crowdtwist.api_key),
        ):
            monkeypatch.setenv(name, value)
        config = {
            "userwise": {"host": sandbox.url, "app_id": "app"},
            "queue": "queue",
            partner: own[partner],
            **RULES[partner],
        }
        file = tmp_path / "bridge.yaml"
        file.write_text(json.dumps(config))
        command = ["bridge", partner, "--config", str(file), "--once"]
        assert [main(command), main(command)] == [0, 0]
        events = [event.event_id for event in sandbox.player("hero-42").events]
    assert events == [RULES[partner]["tell"][0]["event"]]  # type: ignore[index]
    assert capsys.readouterr().out == "1 read, 1 of it new: done\n1 read, 0 of it new: done\n"


def test_a_secret_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PICO_AUTH", raising=False)
    file = tmp_path / "bridge.yaml"
    file.write_text("pico: {widgets: [7]}")
    assert main(["bridge", "pico", "--config", str(file)]) == 2
    assert "PICO_AUTH is not set: secrets are not in the file" in capsys.readouterr().err
    file.write_text("pico: {widgets: [7")
    assert main(["bridge", "pico", "--config", str(file)]) == 2
    assert "is no YAML" in capsys.readouterr().err
