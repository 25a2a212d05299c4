"""What a game sees of uwclient: its names, what it costs to import, and how it refuses wrong arguments."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import uwclient
from uwclient import ArgumentError, LifecycleError, UserWise
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import MakeClient, Play

EXPORTS = [
    "AccessDenied",
    "ApiError",
    "ArgumentError",
    "Campaign",
    "ClockStatus",
    "ConnectionFailed",
    "DataError",
    "DeliveryStatus",
    "Diagnostics",
    "FrameCost",
    "FramePart",
    "GameEvent",
    "LifecycleError",
    "Limits",
    "ListenerCost",
    "MediaInfo",
    "MediaVariant",
    "Message",
    "ModuleStatus",
    "Offer",
    "OfferImpression",
    "OfferState",
    "OutcomeType",
    "PaymentData",
    "PlayerAction",
    "PlayerAttribute",
    "PlayerEvent",
    "PushImpression",
    "PushNotification",
    "PushPayload",
    "PushPlatform",
    "PushState",
    "Record",
    "RecordError",
    "RefreshStatus",
    "Region",
    "RemoteConfig",
    "Reply",
    "ReplyError",
    "Request",
    "RequestRejected",
    "RequestStatus",
    "ScheduledChange",
    "SentSignal",
    "SessionStatus",
    "SignatureError",
    "SlowFrame",
    "StandingTime",
    "StorageError",
    "Survey",
    "TimeSource",
    "Transport",
    "Unavailable",
    "UserWise",
    "UserWiseError",
    "__version__",
]
HEAVY = ("requests", "urllib3", "pygame", "panda3d", "flask", "yaml", "jsonschema", "tzlocal", "ssl", "sqlite3")


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter of its own, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        cwd=Path(uwclient.__file__).parents[1],
    )


def test_the_exports_are_these() -> None:
    assert uwclient.__all__ == EXPORTS
    assert [name for name in EXPORTS if not hasattr(uwclient, name)] == []


def test_the_import_loads_nothing_heavy() -> None:
    done = run_python(f"import sys, uwclient; print([name for name in {HEAVY} if name in sys.modules])")
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_making_a_client_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        f"import sys, uwclient; uwclient.UserWise('key', 'hero', data_dir=sys.argv[1]).pump();"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = run_python(code, str(tmp_path))
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("moment", ["at once", "while a request hangs", "when loaded", "in the middle of a load"])
def test_an_interpreter_that_ends_without_stop_neither_hangs_nor_complains(
    sandbox: Sandbox, tmp_path: Path, moment: str
) -> None:
    for number in range(2000):
        sandbox.publish("offers", id=f"offer-{number}")
    if moment == "while a request hangs":
        sandbox.faults.hang("*/messages", times=None)
    code = """
import sys, time, uwclient
host, data_dir, moment = sys.argv[1:]
uw = uwclient.UserWise("sandbox-key", "hero-42", host=host, data_dir=data_dir)
uw.start()
waits_for = {
    "at once": lambda: True,
    "while a request hangs": lambda: uw.is_session_initialized,
    "when loaded": lambda: len(uw.offers.active) == 2000,
    "in the middle of a load": lambda: 0 < len(uw.offers.active),
}[moment]
ends = time.monotonic() + 10
while not waits_for() and time.monotonic() < ends:
    uw.pump(0.1)
    time.sleep(0.001)
print("done" if waits_for() else "never", time.monotonic(), flush=True)
"""
    done = run_python(code, sandbox.url, str(tmp_path), moment)

    assert (done.returncode, done.stdout[:4], done.stderr) == (0, "done", "")
    assert time.monotonic() - float(done.stdout[4:]) < 5, "the end took so long, whatever came before it"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"api_key": ""}, "api_key must not be empty: give the key from the API settings page"),
    ({"api_key": "  "}, "api_key must not be empty"),
    ({"api_key": None}, "api_key must be text .* not NoneType"),
    ({"api_key": b"key"}, "api_key must be text .* not bytes"),
    ({"api_key": "a\nb"}, "api_key must not hold control characters"),
    ({"player_id": ""}, "player_id must not be empty: give your own id for this player"),
    ({"player_id": 42}, "player_id must be text .* not int"),
    ({"player_id": None}, "player_id must be text .* not NoneType"),
    ({"player_id": b"hero-42"}, "player_id must be text .* not bytes"),
    ({"player_id": ["hero-42"]}, "player_id must be text .* not list"),
    ({"player_id": "."}, "player_id cannot be '.'"),
    ({"player_id": ".."}, "player_id cannot be '..'"),
    ({"player_id": "a\0b"}, "player_id must not hold control characters"),
    ({"player_id": "\ud800"}, "player_id must not hold .* lone surrogates"),
    ({"environment_stage": "prod"}, "environment_stage must be 'live', 'qa' or 'dev', not 'prod'"),
    ({"environment_stage": []}, "environment_stage must be 'live', 'qa' or 'dev'"),
    ({"environment_group": ""}, "environment_group must not be empty: give 'default'"),
    ({"environment_group": 1}, "environment_group must be text"),
    ({"host": "api.userwise.io"}, "host must be an address such as 'https://api.userwise.io'"),
    ({"host": ""}, "host must not be empty"),
    ({"host": "ftp://api.userwise.io"}, "host must be an address"),
    ({"host": "https://"}, "host must be an address"),
    ({"host": "https://[::1"}, "host must be an address"),
    ({"host": "https://x:port"}, "host must be an address"),
    ({"host": "https://x:99999"}, "host must be an address"),
    ({"host": "https://api.userwise.io/api"}, "host must be scheme, name and port alone"),
    ({"host": "https://me:pass@api.userwise.io"}, "host must be scheme, name and port alone"),
    ({"host": "https://api.userwise.io?x=1"}, "host must be scheme, name and port alone"),
    ({"host": "http://api.userwise.io"}, "host .* is plain http.*: use https, or pass allow_insecure=True"),
    ({"host": "http://127.0.0.1.evil.org"}, "host .* is plain http"),
    ({"host": "http://localhost.evil.org"}, "host .* is plain http"),
    ({"secret_key": ""}, "secret_key must not be empty: give your company's secret key, or leave it out"),
    ({"secret_key": b"hush"}, "secret_key must be text"),
    ({"data_dir": 5}, "data_dir must be a path, not int"),
    ({"data_dir": ""}, "data_dir must not be empty: give a folder"),
    ({"data_dir": b"folder"}, "data_dir must be a path, not bytes"),
    ({"data_dir": " "}, "data_dir must not be empty"),
    ({"data_dir": ["saves"]}, "data_dir must be a path, not list"),
    ({"data_dir": "a\ud800b"}, "data_dir must not hold .* lone surrogates"),
    ({"data_dir": "a\0b"}, "data_dir must not hold control characters"),
    ({"language": ""}, "language must not be empty: give 'en', or leave it out"),
    ({"language": 1}, "language must be text"),
    ({"country": ""}, "country must not be empty: give 'US', or leave it out"),
    ({"language": "eng"}, "language must be a code of two letters .* not 'eng'"),
    ({"language": "e1"}, "language must be a code of two letters"),
    ({"country": "U"}, "country must be a code of two letters"),
    ({"country": ["US"]}, "country must be text"),
    ({"timezone": "Mars/Olympus"}, "timezone 'Mars/Olympus' is not known here: use an IANA name"),
    ({"timezone": "../../etc/passwd"}, "timezone .* is not known here"),
    ({"timezone": ""}, "timezone must not be empty"),
    ({"timezone": 2}, "timezone must be text"),
    ({"allow_insecure": "no"}, "allow_insecure must be True or False"),
    ({"allow_insecure": 1}, "allow_insecure must be True or False, not 1"),
    ({"threaded": 0}, "threaded must be True or False, not 0"),
    ({"threaded": "no"}, "threaded must be True or False"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=lambda value: ascii(value)[:60])
def test_a_wrong_argument_is_refused_in_a_sentence(
    make_client: MakeClient, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ArgumentError, match=sentence) as refused:
        make_client(**arguments)

    text = str(refused.value)
    assert text.endswith((".", "…"))
    assert "pass@" not in text
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, TypeError)


@pytest.mark.parametrize(
    "host",
    [
        "http://localhost",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:80",
        "http://game.localhost:5",
        "https://api.userwise.io",
        "https://api.userwise.io/",
    ],
)
def test_these_hosts_are_fine(make_client: MakeClient, host: str) -> None:
    assert make_client(host=host).player_id == "hero-42"


@pytest.mark.parametrize("moment", ["2026-01-01", 5, "no zone"])
def test_a_moment_that_is_none_is_refused(make_client: MakeClient, moment: Any) -> None:
    uw = make_client()
    if moment == "no zone":
        moment = datetime(2026, 1, 1)
    with pytest.raises(ArgumentError, match="upcoming_starts_before must be a datetime with a time zone"):
        uw.offers.upcoming_starts_before = moment
    assert uw.offers.upcoming_starts_before is None


def test_the_shared_client_is_the_one_that_was_made_last(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserWise, "_shared", None)
    with pytest.raises(LifecycleError, match="There is no client yet"):
        UserWise.instance()
    first = make_client()
    assert UserWise.instance() is first
    second = make_client()
    assert UserWise.instance() is second


def test_a_client_that_is_refused_is_not_shared(make_client: MakeClient) -> None:
    good = make_client()
    with pytest.raises(ArgumentError):
        make_client(player_id="")
    assert UserWise.instance() is good


def test_what_a_game_prints_of_a_client_tells_where_it_is(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    assert repr(game.uw) == "<UserWise: player 'hero-42' in 'live', new>"
    sandbox.publish("offers", id="gems")
    game.uw.start()
    game.until_loaded()
    assert repr(game.uw) == "<UserWise: player 'hero-42' in 'live', running>"
    assert repr(game.uw.offers) == "<OffersModule: 1 active, 0 upcoming>"
    game.uw.stop()
    assert repr(game.uw) == "<UserWise: player 'hero-42' in 'live', stopped>"
