"""Every documented request runs against the sandbox as it stands, and is answered as documented."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.sandbox.documented_requests import APP_ID, PLAYER, Documented, Replay, documented, in_order, shape_problems
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.endpoints import ENDPOINTS

SERVER = [one for one in documented() if one.api == "server"]
SESSION = [one for one in documented() if one.api != "server"]


@pytest.fixture(scope="module", params=["unsigned", "signed", "by the other paths"])
def replay(request: pytest.FixtureRequest) -> Iterator[Replay]:
    secret = "secret" if request.param == "signed" else None
    with Sandbox(secret_key=secret) as sandbox:
        made = prepared(sandbox, secret)
        made.by_other_paths = request.param == "by the other paths"
        yield made
        sandbox.check()


def prepared(sandbox: Sandbox, secret: str | None) -> Replay:
    """A sandbox with what no endpoint makes: an A/B test, a release, a survey's answer, and a push notification."""
    replay = Replay(sandbox, secret)
    replay.ids = dict.fromkeys(("appuser_external_id", "external_id", "player_id"), PLAYER)
    replay.ids["app_id"] = APP_ID
    environments = {one.key: one.id for one in sandbox._platform.environments.all()}
    replay.ids["environment_id_of_dev"] = environments["dev"]
    for kind, name in (("offers", "offer_id"), ("messages", "message_id"), ("events", "event_id")):
        sandbox.publish(kind, id=f"published {kind}")
        replay.ids[name] = f"published {kind}"
    question: dict[str, object] = {
        "id": str(uuid.uuid4()),
        "type": "single_select",
        "text": "How was it?",
        "options": ["Good", "Bad"],
    }
    sandbox.publish("surveys", id="published survey", questions=[question])
    replay.ids["survey_id"], replay.ids["question_id"] = "published survey", str(question["id"])
    replay.send(next(one for one in SESSION if one.operation == "session_start"))
    answer_survey(replay, {question["id"]: "Good"})
    tested, released = sandbox.campaigns.create(name="Tested"), sandbox.campaigns.create(name="Released")
    variants = [
        {"name": "All", "percentage": 60, "contents": []},
        {"name": "None", "percentage": 40, "control_group": True},
    ]
    replay.ids["a_b_test_id"] = sandbox.ab_tests.define(tested, variants)
    sandbox.releases.share(released, "live")
    replay.ids["releasable_id"] = released
    return replay


def answer_survey(replay: Replay, answers: dict[object, str]) -> None:
    """Have the player answer the survey on its page."""
    below = f"{replay.sandbox.url}/api/sdk/v1/appusers/{PLAYER}"
    session = f"session_id={replay.ids['session_id']}"
    begun = replay.deliver(
        requests.Request("POST", f"{below}/surveys/get_response_id?{session}", json={"survey_id": "published survey"})
    )
    asked = replay.deliver(requests.Request("POST", f"{below}/survey_url?{session}", json=begun.json()))
    page, _, query = asked.json()["survey_url"].partition("?")
    assert requests.get(f"{page}?{query}", timeout=10).status_code == 200
    done = requests.post(f"{page}/answers?{query}", json={"answers": answers}, timeout=10)
    assert done.status_code == 200, done.text


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


def test_requests_of_a_session_are_answered_as_documented(replay: Replay) -> None:
    problems = []
    for one in SESSION:
        if one.operation == "session_push_get":
            sent = replay.sandbox.send_push(PLAYER, title="Hi", body="There is news.", image_id="image")
            replay.ids.update(push_notification_id=sent["push_notification_id"], impression_id=sent["impression_id"])
        reply = replay.send(one)
        problems += problems_of(one, reply.status_code, reply.text, reply.json() if reply.content else None)

    assert problems == []


def problems_of(one: Documented, status: int, text: str, body: object) -> list[str]:
    if status != one.status:
        return [f"{one.operation}: {status} instead of {one.status}: {text[:300]}"]
    if one.response is None:
        return []
    return [f"{one.operation}: {problem}" for problem in shape_problems(one.response, body, "reply")]
