"""Every documented request runs against the sandbox as it stands, and is answered as documented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.documented_requests import APP_ID, PLAYER, Documented, Replay, documented, in_order, shape_problems
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.endpoints import ENDPOINTS

SERVER = [one for one in documented() if one.api == "server"]
SEGMENT = "078130e9-e34a-422e-85b9-f11b31ec7cce"


@pytest.fixture(scope="module", params=[None, "secret"], ids=["unsigned", "signed"])
def replay(request: pytest.FixtureRequest) -> Iterator[Replay]:
    with Sandbox(secret_key=request.param) as sandbox:
        yield prepared(sandbox, request.param)
        sandbox.check()


def prepared(sandbox: Sandbox, secret: str | None) -> Replay:
    """A sandbox in which a player has answered a survey, and what no endpoint makes exists."""
    replay = Replay(sandbox, secret)
    environments = {one.key: one.id for one in sandbox._platform.environments.all()}
    replay.ids.update(environment_id_of_dev=environments["dev"], app_id=APP_ID)
    replay.ids.update(dict.fromkeys(("appuser_external_id", "external_id", "player_id"), PLAYER))
    return replay


def test_every_documented_request_is_served() -> None:
    served = {one.operation for one in ENDPOINTS}

    assert {one.operation for one in SERVER} - served == set()
    assert served - {one.operation for one in SERVER} == set()


def test_requests_are_answered_with_the_documented_status_and_shape(replay: Replay) -> None:
    problems = []
    for one in in_order(iter(SERVER)):
        reply = replay.send(one)
        problems += problems_of(one, reply.status_code, reply.text, reply.json() if reply.content else None)

    assert problems == []


def problems_of(one: Documented, status: int, text: str, body: object) -> list[str]:
    if status != one.status:
        return [f"{one.operation}: {status} instead of {one.status}: {text[:300]}"]
    if one.response is None:
        return []
    return [f"{one.operation}: {problem}" for problem in shape_problems(one.response, body, "reply")]
