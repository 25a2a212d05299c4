"""The API key and the secret key appear nowhere that somebody reads: no log, no repr, no exception."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from uwclient import ArgumentError
from uwclient.config import Config
from uwclient.http.messages import Request
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeClient, MakeSandbox, Play

API_KEY = "very-private-api-key"
SECRET_KEY = "very-private-secret-key"
KEYS = (API_KEY, SECRET_KEY)
HIDDEN = (*KEYS, *(base64.b64encode(key.encode()).decode() for key in KEYS))


@pytest.fixture
def private(make_sandbox: MakeSandbox) -> Sandbox:
    """A platform with these keys."""
    return make_sandbox(api_key=API_KEY, secret_key=SECRET_KEY)


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield


def assert_hidden(*texts: str) -> None:
    for text in texts:
        assert not [secret for secret in HIDDEN if secret in text], text


def all_text(game: Game, caplog: pytest.LogCaptureFixture) -> list[str]:
    """All that a game, or whoever reads its log, can print."""
    formatter = logging.Formatter("%(name)s %(message)s %(args)s")
    errors = [details["error"] for sent in game.seen.sent if "error" in (details := sent.details)]
    return [
        repr(game.uw),
        repr(vars(game.uw)),
        repr(game.seen.sent),
        *(formatter.format(record) for record in caplog.records),
        *(f"{error} {error!r} {vars(error)}" for error in errors),
    ]


def refused(sandbox: Sandbox) -> None:
    sandbox.stop()


def dropped(sandbox: Sandbox) -> None:
    sandbox.faults.drop("*", times=None)


def denied(sandbox: Sandbox) -> None:
    sandbox.faults.respond("*", status=401, times=None)


def rejected(sandbox: Sandbox) -> None:
    sandbox.faults.respond("*", status=422, times=None)


def overloaded(sandbox: Sandbox) -> None:
    sandbox.faults.respond("*", status=503, times=None)


def nonsense(sandbox: Sandbox) -> None:
    sandbox.faults.respond("*", status=200, body="nonsense", times=None)


def bad_records(sandbox: Sandbox) -> None:
    sandbox.faults.respond("*s", status=200, body={"active": [{"id": None}]}, times=None)


def nothing(sandbox: Sandbox) -> None:
    """All goes well."""


@pytest.mark.parametrize(
    "trouble",
    [nothing, refused, dropped, denied, rejected, overloaded, nonsense, bad_records],
    ids=lambda trouble: trouble.__name__,
)
@pytest.mark.parametrize("midway", [False, True], ids=["at the start", "midway"])
def test_no_failure_shows_a_secret(
    private: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, trouble: Callable[[Sandbox], None], midway: bool
) -> None:
    private.publish("offers", id="gems")
    game = play(at=private, api_key=API_KEY, secret_key=SECRET_KEY, virtual=True, start=False)
    if midway:
        game.uw.start()
        game.until_loaded()
    trouble(private)
    game.uw.start()
    game.pass_time(100)
    game.uw.stop()

    logging.getLogger("urllib3.connectionpool").debug("a line of the game's own")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("urllib3")]
    assert lines == ["a line of the game's own"], "the whole log is looked at"
    assert_hidden(*all_text(game, caplog))


def test_wrong_keys_are_not_shown_either(
    make_sandbox: MakeSandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    strict = make_sandbox(api_key="another", secret_key="another")
    for api_key, secret_key in ((API_KEY, None), ("another", SECRET_KEY)):
        game = play(at=strict, api_key=api_key, secret_key=secret_key)
        game.until_sent("client", "on_session_initialization_failed")
        assert_hidden(*all_text(game, caplog))


def test_settings_and_requests_print_no_secret(make_client: MakeClient) -> None:
    assert_hidden(
        repr(Config(api_key=API_KEY, secret_key=SECRET_KEY, player_id="hero-42")),
        repr(Request("GET", "https://api.userwise.io/", headers={"X-Api-Key": HIDDEN[2]})),
    )


@pytest.mark.parametrize("wrong", [f"{API_KEY}\n", [API_KEY], API_KEY.encode()], ids=["control", "list", "bytes"])
@pytest.mark.parametrize("name", ["api_key", "secret_key"])
def test_a_key_that_is_refused_is_not_shown(make_client: MakeClient, name: str, wrong: object) -> None:
    with pytest.raises(ArgumentError) as refusal:
        make_client(**{name: wrong})
    assert_hidden(str(refusal.value), repr(refusal.value))


def test_a_password_in_the_host_is_not_shown(make_client: MakeClient) -> None:
    with pytest.raises(ArgumentError) as refusal:
        make_client(host=f"https://me:{SECRET_KEY}@api.userwise.io")
    assert_hidden(str(refusal.value))
    with pytest.raises(ArgumentError) as refusal:
        make_client(host=f"ftp://me:{SECRET_KEY}@api.userwise.io")
    assert_hidden(str(refusal.value))
