"""What leaves the machine in a bug report: all that helps, and nothing that is secret or tells who the player is."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from uwclient import ArgumentError, StorageError
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeClient, MakeSandbox, Play

API_KEY = "very-private-api-key"
SECRET_KEY = "very-private-secret-key"
ADA, BOB = "ada lovelace/1815", "bob-the-second"
EMAIL = "ada@example.com"
NICKNAME = "The Enchantress of Numbers"
TOKEN = "fGk3_0aQ9cE:APA91bH-7uZ0x5T2kPq8rW4yLmN6vJ1sD3gF9hXcVbQaZeRtYuIoP0"


def test_a_snapshot_is_json_and_tells_everything(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.publish("offers", id="gems", name="Gems", end_at="+1h")
    sandbox.publish("messages", id="hello", start_at="+2h")
    game = play()
    game.until_loaded()
    logging.getLogger("uwclient").warning("A line.")
    game.uw.remote_configs.value("no.such", 1)

    snapshot = json.loads(json.dumps(game.uw.diagnostics.snapshot()))
    assert list(snapshot) == [
        "taken_at",
        "versions",
        "config",
        "session",
        "clock",
        "next_change",
        "refresh",
        "delivery",
        "modules",
        "records",
        "signals",
        "requests",
        "slowest_listeners",
        "frames",
        "log",
    ]
    assert {"uwclient", "python", "system", "requests"} <= set(snapshot["versions"])
    assert snapshot["session"]["state"] == "open"
    assert snapshot["next_change"]["record_id"] == "gems"
    assert [(record["id"], record["state"]) for record in snapshot["records"]["offers"]] == [("gems", "active")]
    assert [(record["id"], record["state"]) for record in snapshot["records"]["messages"]] == [("hello", "upcoming")]
    assert len(snapshot["requests"]) == len(game.uw.diagnostics.requests)
    assert len(snapshot["signals"]) == len(game.uw.diagnostics.signals)


def test_a_snapshot_of_a_large_game_is_bounded(sandbox: Sandbox, play: Play) -> None:
    for number in range(700):
        sandbox.publish("offers", id=f"offer-{number}")
    game = play()
    game.until_loaded()
    snapshot = game.uw.diagnostics.snapshot()
    assert len(snapshot["records"]["offers"]) == 500
    assert snapshot["modules"][2]["active"] == 700


def test_log_lines_are_in_a_snapshot_those_of_failing_listeners_too(play: Play) -> None:
    game = play(start=False)

    def fail(*_: object, **__: object) -> None:
        raise KeyError("no sword")

    game.uw.on_start.connect(fail)
    game.uw.start()
    game.uw.pump()

    line = game.uw.diagnostics.snapshot()["log"][-1]
    assert "a listener of on_start, failed" in line
    assert "KeyError: 'no sword'" in line
    assert "test_bug_reports.py, line" in line


def test_a_report_goes_where_it_is_wanted(
    make_client: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uw = make_client()
    in_data = [uw.diagnostics.export() for _ in range(3)]
    assert [path.parent for path in in_data] == [tmp_path / "data"] * 3
    assert len(set(in_data)) == 3, "no report is written over another"
    assert uw.diagnostics.export(tmp_path / "a" / "b").parent == tmp_path / "a" / "b"
    assert uw.diagnostics.export(str(tmp_path / "here.json")) == tmp_path / "here.json"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert make_client(data_dir=None).diagnostics.export().parent == tmp_path
    for path in (*in_data, tmp_path / "here.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["session"]["state"] == "stopped"


def test_a_report_that_cannot_be_written_says_so(make_client: MakeClient, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    uw = make_client()
    for path in (tmp_path / "file", tmp_path / "file" / "x.json"):
        with pytest.raises(StorageError, match=r"cannot be written to .*check free space and permissions"):
            uw.diagnostics.export(path)


@pytest.mark.parametrize("path", [5, "", b"here", "a\0b", " "])
def test_what_is_no_path_is_refused(make_client: MakeClient, path: Any) -> None:
    with pytest.raises(ArgumentError, match="path must be the path of a folder"):
        make_client().diagnostics.export(path)


# Secrets.


def say_all_secrets(game: Game) -> None:
    """Have every place that remembers something meet every secret."""
    encoded = [base64.b64encode(key.encode()).decode() for key in (API_KEY, SECRET_KEY)]
    known = [API_KEY, SECRET_KEY, ADA, BOB, EMAIL, TOKEN, str(game.uw.session_id), f"{Path.home()}/games"]
    texts = [*known, *encoded]
    for text in (*texts, f"GET /x?session_id={game.uw.session_id}&enc=0badc0de", quote(ADA, safe="")):
        logging.getLogger("uwclient").warning("A line with %s.", text)

    def fail(*_: object, **__: object) -> None:
        raise KeyError(" ".join(texts))

    game.uw.on_api_warning.connect(fail)


def planted(game: Game, sandbox: Sandbox) -> list[str]:
    """Play so that secrets get everywhere; all that must not be in the report of it."""
    game.until_loaded()
    first_session = str(game.uw.session_id)
    said = {
        "errors": [f"{EMAIL} of {ADA} at {NICKNAME}: {TOKEN} {API_KEY}"],
        "meta": {"hints": [TOKEN], "warnings": []},
    }
    sandbox.faults.respond("*/email_address", status=422, body=said, times=None)
    sandbox.faults.respond("*/attributes", status=422, body=said, times=None)
    say_all_secrets(game)
    game.uw.emails.set_address(EMAIL)
    game.uw.set_attributes({"nickname": NICKNAME})
    game.until_sent("client", "on_delivery_failed", 2)
    sandbox.faults.respond("*/messages", status=400, body=said, times=None)
    game.refresh()
    game.uw.switch_player(BOB)
    game.until(lambda: game.uw.is_session_initialized)
    sandbox.faults.respond("*/surveys", status=403, body=said, times=None)
    sessions = [first_session, str(game.uw.session_id)]
    players = [ADA, quote(ADA, safe=""), BOB]
    keys = [API_KEY, SECRET_KEY, *(base64.b64encode(key.encode()).decode() for key in (API_KEY, SECRET_KEY))]
    return [
        *keys,
        *sessions,
        *players,
        EMAIL,
        "example.com",
        NICKNAME,
        TOKEN,
        TOKEN[12:],
        str(Path.home()),
        "0badc0de",
    ]


def test_no_secret_is_in_a_report_wherever_it_was_met(
    make_sandbox: MakeSandbox, play: Play, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    private = make_sandbox(api_key=API_KEY, secret_key=SECRET_KEY)
    game = play(ADA, at=private, api_key=API_KEY, secret_key=SECRET_KEY)
    secrets = planted(game, private)
    everything = repr([game.uw.diagnostics.signals, game.uw.diagnostics.delivery, caplog.messages])
    assert [secret for secret in secrets if secret in everything], "there is something to be found"

    report = game.uw.diagnostics.export(tmp_path).read_text(encoding="utf-8")

    assert [secret for secret in secrets if secret in report] == []
    assert [secret for secret in secrets if secret in json.dumps(json.loads(report), ensure_ascii=False)] == []
    assert "A line with" in report
    assert "on_delivery_failed" in report


def test_what_signs_the_address_of_a_file_is_not_in_a_report(play: Play, tmp_path: Path) -> None:
    game = play()
    game.uw.media.get_bytes("http://127.0.0.1:1/hero.png?w=5&Signature=c2lnbmVk#part", lambda data: None)
    game.until_sent("media", "on_failed")
    assert "c2lnbmVk" in repr(game.uw.diagnostics.signals), "there is something to be found"

    report = game.uw.diagnostics.export(tmp_path).read_text(encoding="utf-8")

    assert "http://127.0.0.1:1/hero.png?[removed] The connection" in report
    assert "c2lnbmVk" not in report


def test_a_report_tells_the_player_to_somebody_who_knows_the_id(make_client: MakeClient) -> None:
    uw = make_client(player_id=ADA)
    digest = hashlib.sha256(ADA.encode()).hexdigest()[:12]
    assert uw.diagnostics.snapshot()["config"]["player_id"] == f"player-{digest}"


@pytest.mark.parametrize("player_id", ["1", "a", "log", "é", "\\", "'", '"', "%", "." * 3, "🙂" * 40])
def test_odd_player_ids_are_hidden_and_leave_the_rest_readable(make_client: MakeClient, player_id: str) -> None:
    uw = make_client(player_id=player_id)
    logging.getLogger("uwclient").warning("Loading of 12 catalogues by %s failed.", player_id)

    snapshot = uw.diagnostics.snapshot()

    line = snapshot["log"][-1]
    assert "Loading of 12 catalogues by player-" in line
    assert line.endswith(" failed.")
    assert snapshot["config"]["player_id"].startswith("player-")
    assert snapshot["versions"]["uwclient"]


def test_ids_of_content_stay_readable_and_opaque_tokens_do_not(sandbox: Sandbox, play: Play) -> None:
    uuid = "3f2b8c1e-9d4a-4b6f-8a7c-1e2d3c4b5a69"
    sandbox.publish("offers", id=uuid)
    game = play()
    game.until_live("offers", uuid)
    logging.getLogger("uwclient").warning(
        "The token %s of the device, and a-long-name-without-a-single-digit.", "d4" * 32
    )

    snapshot = game.uw.diagnostics.snapshot()

    assert snapshot["records"]["offers"][0]["id"] == uuid
    assert "d4d4d4d4" not in snapshot["log"][-1]
    assert "a-long-name-without-a-single-digit" in snapshot["log"][-1]


def test_a_report_is_made_soon_however_much_the_player_was_refused(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.respond("*/attributes", status=422, times=None)
    game = play()
    game.until(lambda: game.uw.is_session_initialized)
    for first in range(0, 2000, 100):
        game.uw.set_attributes(
            {f"a{number}": f"value {number} of this player" for number in range(first, first + 100)}
        )
    game.until_sent("client", "on_delivery_failed", 20)
    for _ in range(100):
        logging.getLogger("uwclient").warning("%s", "long-and-odd-" * 400)

    began = time.thread_time()  # of this thread, however busy the machine is
    game.uw.diagnostics.snapshot()
    assert time.thread_time() - began < 1.0, "it grows with what was refused, and no faster"
