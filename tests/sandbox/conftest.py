"""A sandbox that runs, and players who talk to it over real HTTP."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.sandbox.studio import Studio
from uwclient.sandbox import Sandbox

API = "/api/sdk/v1/appusers"


class HttpPlayer:
    """One player's plain HTTP client: no SDK, so that the sandbox alone is tested."""

    def __init__(self, sandbox: Sandbox, player_id: str) -> None:
        self.id = player_id
        self.session_id = ""
        self._sandbox = sandbox
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Api-Key"] = base64.b64encode(sandbox.api_key.encode()).decode()

    def ask(self, method: str, path: str = "", **options: Any) -> requests.Response:
        """Any request below the player's path."""
        url = f"{self._sandbox.url}{API}/{quote(self.id, safe='')}{path}"
        return self._http.request(method, url, timeout=options.pop("timeout", 5), **options)

    def start(self, **fields: Any) -> requests.Response:
        """Start a session; in `live` if nothing else is said."""
        reply = self.ask("GET", json={"environment_stage": "live", **fields})
        if reply.ok:
            self.session_id = reply.json()["session_id"]
        return reply

    def get(self, path: str, **query: Any) -> requests.Response:
        """A GET with the session's id."""
        return self.ask("GET", path, params={"session_id": self.session_id, **query})

    def do(self, path: str, body: Any, method: str = "POST", **query: Any) -> requests.Response:
        """A POST (or PUT, or DELETE) with the session's id."""
        return self.ask(method, path, params={"session_id": self.session_id, **query}, json=body)

    def ids(self, path: str, state: str = "active", **query: Any) -> list[str]:
        """The ids of the records in a list."""
        reply = self.get(path, **query)
        assert reply.status_code == 200, reply.text
        return [record["id"] for record in reply.json()[state]]

    def refresh(self) -> requests.Response:
        """Refresh the segments of the session."""
        return self.ask("POST", f"/sessions/{self.session_id}/refresh_segments")

    def survey_page(self, survey_id: str) -> str:
        """The address of the page on which the player answers a survey."""
        asked = self.do("/surveys/get_response_id", {"survey_id": survey_id}).json()
        url: str = self.do("/survey_url", asked).json()["survey_url"]
        return url

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was told of a player: attributes (or their types) without the one that the platform adds by itself."""
    return {name: value for name, value in values.items() if name != "_first_login_date"}


Join = Callable[..., HttpPlayer]
Ask = Callable[..., requests.Response]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running
    running.check()


@pytest.fixture
def studio(sandbox: Sandbox) -> Studio:
    """Asks the server API of the sandbox."""
    return Studio(sandbox.url, sandbox.api_key)


@pytest.fixture
def ask(sandbox: Sandbox) -> Iterator[Ask]:
    """Sends requests of a studio's backend."""
    http = requests.Session()
    http.headers["X-Api-Key"] = base64.b64encode(sandbox.api_key.encode()).decode()

    def send(method: str, path: str, body: Any = None, **rest: Any) -> requests.Response:
        return http.request(method, sandbox.url + path, json=body, timeout=10, **rest)

    yield send
    http.close()


@pytest.fixture
def visitor() -> Iterator[Join]:
    """Makes players of any sandbox, without a session."""
    players: list[HttpPlayer] = []

    def make(sandbox: Sandbox, player_id: str = "hero-42") -> HttpPlayer:
        players.append(HttpPlayer(sandbox, player_id))
        return players[-1]

    yield make
    for player in players:
        player.close()


@pytest.fixture
def join(visitor: Join) -> Join:
    """Makes players of any sandbox, with a session."""

    def make(sandbox: Sandbox, player_id: str = "hero-42", **fields: Any) -> HttpPlayer:
        player = visitor(sandbox, player_id)
        reply = player.start(**fields)
        assert reply.status_code == 200, reply.text
        return player

    return make


@pytest.fixture
def player(sandbox: Sandbox, join: Join) -> HttpPlayer:
    return join(sandbox)
