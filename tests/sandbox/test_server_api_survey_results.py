"""Survey results by the server API, from answers that players gave on the page of a survey."""

from __future__ import annotations

import base64
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import Join
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.openapi import samples

APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
SURVEY = "/api/v1/surveys/feedback"
QUESTIONS = [
    {"id": "mood", "type": "single_select", "text": "How do you feel?", "options": ["Good", "Bad", "Bored"]},
    {"id": "modes", "type": "multi_select", "text": "Which modes?", "options": ["Duels", "Story"]},
    {"id": "hard", "type": "rating", "text": "How hard is it?", "scale": 3},
    {"id": "heroes", "type": "ranking", "text": "Who is best?", "options": ["Aya", "Bron"]},
    {"id": "more", "type": "open_ended", "text": "Anything else?"},
]
Ask = Callable[..., requests.Response]
Answer = Callable[..., str]


@pytest.fixture
def ask(sandbox: Sandbox) -> Iterator[Ask]:
    """Sends requests of a studio's backend."""
    http = requests.Session()
    http.headers["X-Api-Key"] = base64.b64encode(sandbox.api_key.encode()).decode()

    def send(method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        return http.request(method, sandbox.url + path, json=body, params=query, timeout=10)

    yield send
    http.close()


@pytest.fixture
def answer(sandbox: Sandbox, join: Join) -> Answer:
    """Has a player answer the survey on its page; the id of the response."""
    sandbox.publish("surveys", id="feedback", questions=QUESTIONS)

    def give(player_id: str, survey: str = "feedback", /, **answers: Any) -> str:
        page = join(sandbox, player_id).survey_page(survey)
        requests.get(page, timeout=5).raise_for_status()
        reply = requests.post(page.replace("?", "/answers?"), json={"answers": answers}, timeout=5)
        assert reply.json() == {"result": "survey_completed"}, reply.text
        return page.split("/")[-1].split("?")[0]

    return give


def shape_of(value: Any, sample: Any) -> None:
    """Every key of a sample is there, with a value of the same JSON type."""
    if isinstance(sample, dict):
        assert isinstance(value, dict)
        for name, inner in sample.items():
            assert name in value
            if name != "value":  # which may be of any type
                shape_of(value[name], inner)
    elif isinstance(sample, list):
        assert isinstance(value, list)
        for one in value[:1] if sample else ():
            shape_of(one, sample[0])
    elif isinstance(sample, (int, float)):
        assert isinstance(value, (int, float))


def test_results_have_the_documented_shape(sandbox: Sandbox, ask: Ask, answer: Answer) -> None:
    sandbox.player("a").set_attributes(player_level=10, name="Zoë")
    answer("a", mood="Good", modes=["Duels", "Story"], hard=2, heroes=["Bron", "Aya"], more="More!")
    ask(
        "POST",
        "/api/v1/appuser/a/events",
        {"events": [{"event_id": "won", "attributes": [{"name": "x", "value": 1}]}]},
    )

    for operation, path, query in (
        ("survey_results", "questionnaire_results", {}),
        ("survey_answer_statistics", "answer_statistics", {"question_id": "mood"}),
    ):
        reply = ask("POST", f"{SURVEY}/{path}", {}, **query)
        assert reply.status_code == 200
        shape_of(reply.json()["data"], samples()[operation]["response"]["data"])
        filtered = ask("POST", f"{SURVEY}/{path}", samples()[operation]["request"], **query)
        assert filtered.status_code == 200
    (raw,) = ask("GET", f"{SURVEY}/raw_responses").json()["data"]
    (sample,) = samples()["survey_raw_responses"]["response"]["data"]
    assert raw.keys() >= sample.keys()
    assert raw["answers"] == [
        {"values": ["Good"], "question_id": "mood"},
        {"values": ["Duels", "Story"], "question_id": "modes"},
        {"values": ["2"], "question_id": "hard"},
        {"values": ["Bron", "Aya"], "question_id": "heroes"},
        {"values": ["More!"], "question_id": "more"},
    ]
    assert raw["start_at"].endswith("+00:00")
    assert raw["appuser_id"] == str(uuid.uuid5(uuid.UUID(APP_ID), "a"))
    assert (raw["appuser_external_id"], raw["survey_id"], raw["state"]) == ("a", "feedback", "success")
    assert raw["appuser_events"] == [{"event_id": "won", "attributes": [{"name": "x", "value": 1}]}]
    assert {"name": "player_level", "value": 10} in raw["appuser_attributes"]


def test_answers_are_added_up(ask: Ask, answer: Answer) -> None:
    empty = ask("POST", f"{SURVEY}/questionnaire_results").json()["data"]["questions"]
    assert [(one["count"], sum(option["count"] for option in one["options"])) for one in empty] == [(0, 0)] * 5
    answer("a", mood="Good", modes=["Duels", "Story"], hard=2, heroes=["Bron", "Aya"], more="More!")
    answer("b", mood="Bad", modes=["Story"], more="Less")
    answer("c", mood="Good", hard=2, heroes=["Bron", "Aya"], more="Less")

    data = ask("POST", f"{SURVEY}/questionnaire_results").json()["data"]

    mood, modes, hard, heroes, more = data["questions"]
    assert (mood["count"], mood["total_unique_answers_count"], mood["type"]) == (3, 2, "single_select")
    assert mood["options"] == [
        {"text": "Good", "count": 2, "per": 66.67},
        {"text": "Bad", "count": 1, "per": 33.33},
        {"text": "Bored", "count": 0, "per": 0.0},
    ]
    assert [(one["text"], one["per"]) for one in modes["options"]] == [("Duels", 50.0), ("Story", 100.0)]
    assert [(one["text"], one["count"]) for one in hard["options"]] == [("1", 0), ("2", 2), ("3", 0)]
    assert [(one["text"], one["count"]) for one in heroes["options"]] == [("Aya", 0), ("Bron", 2)]
    assert [(one["text"], one["count"]) for one in more["options"]] == [("Less", 2), ("More!", 1)]
    events, attributes = data["meta"]["events"], data["meta"]["attributes"]
    assert events == []
    assert [(one["name"], one["count"], one["per"]) for one in attributes] == [("_first_login_date", 3, 100.0)]


def test_only_what_was_completed_counts_and_all_can_be_listed(
    sandbox: Sandbox, ask: Ask, answer: Answer, join: Join
) -> None:
    first = answer("a", mood="Good")
    left = join(sandbox, "b").survey_page("feedback").split("/")[-1].split("?")[0]

    def ids(**query: Any) -> list[str]:
        return [one["id"] for one in ask("GET", f"{SURVEY}/raw_responses", **query).json()["data"]]

    assert ids() == ids(results_type="complete") == ids(results_type="") == [first]
    assert ids(results_type="incomplete") == [left]
    assert ids(results_type="all") == [first, left]
    (unfinished,) = ask("GET", f"{SURVEY}/raw_responses", results_type="incomplete").json()["data"]
    assert (unfinished["end_at"], unfinished["answers"]) == (None, [])
    questions = ask("POST", f"{SURVEY}/questionnaire_results").json()["data"]["questions"]
    assert questions[0]["count"] == 1


def test_the_cursor_gives_each_response_once(ask: Ask, answer: Answer) -> None:
    ids = [answer(f"player-{number}", mood="Good") for number in range(7)]
    found: list[str] = []
    while True:
        query = {"start_after_response_id": found[-1]} if found else {}
        page = [one["id"] for one in ask("GET", f"{SURVEY}/raw_responses", limit=3, **query).json()["data"]]
        if not page:
            break
        found += page
        if len(found) == 6:
            ids.append(answer("late", mood="Bad"))

    assert found == ids
    assert ask("GET", f"{SURVEY}/raw_responses", start_after_response_id="unknown").status_code == 422
    assert ask("GET", f"{SURVEY}/raw_responses", limit=0).status_code == 422
    warned = ask("GET", f"{SURVEY}/raw_responses", limit=10_001).json()
    assert "limit is 10001" in warned["meta"]["warnings"][0]


def test_answers_to_open_questions_come_in_pages_and_others_do_not(ask: Ask, answer: Answer) -> None:
    for number in range(7):
        answer(f"player-{number}", more=f"text {number // 2}", mood="Good")

    def texts(**query: Any) -> list[str]:
        reply = ask("POST", f"{SURVEY}/answer_statistics", question_id="more", **query)
        return [one["text"] for one in reply.json()["data"]]

    assert texts(page_size=2) == ["text 0", "text 1"]
    assert texts(page_size=2, page=2) == ["text 2", "text 3"]
    assert texts(page_size=2, page=3) == []
    assert texts() == ["text 0", "text 1", "text 2", "text 3"]
    several = ask("POST", f"{SURVEY}/questionnaire_results", page_size=1, page=2).json()["data"]["questions"]
    assert [len(one["options"]) for one in several] == [3, 2, 3, 2, 1]
    assert several[-1]["options"][0]["text"] == "text 1"
    mood = ask("POST", f"{SURVEY}/answer_statistics", question_id="mood", page=2, page_size=1).json()["data"]
    assert len(mood) == 3


def test_filters_choose_whose_answers_count(sandbox: Sandbox, ask: Ask, answer: Answer) -> None:
    for player, level in (("a", 5), ("b", 50), ("c", 80)):
        sandbox.player(player).set_attributes(level=level)
        answer(player, mood="Good" if level < 60 else "Bad")
    won = {"events": [{"event_id": "won", "attributes": [{"name": "by", "value": 3}]}]}
    for player in ("a", "c"):
        ask("POST", f"/api/v1/appuser/{player}/events", won)

    def moods(body: Any) -> list[int]:
        data = ask("POST", f"{SURVEY}/questionnaire_results", body).json()["data"]
        return [option["count"] for option in data["questions"][0]["options"][:2]]

    above = {"name": "level", "operator": "greater_than", "values": [10]}
    below = {"name": "level", "operator": "less_than", "values": [60]}
    by_three = {"name": "by", "operator": "equal", "values": [3]}
    assert moods({}) == moods({"events": [], "attributes": []}) == [2, 1]
    assert moods({"attributes": [above]}) == [1, 1]
    assert moods({"attributes": [above, below]}) == [1, 0]
    assert moods({"attributes": [{**above, "app_id": APP_ID}, {**below, "group_logical_operator": "or"}]}) == [2, 1]
    assert moods({"events": [{"event_id": "won", "attributes": [by_three]}]}) == [1, 1]
    assert moods({"events": [{"event_id": "won"}], "attributes": [above]}) == [0, 1]
    assert moods({"events": [{"event_id": "won"}, {"event_id": "lost"}]}) == [0, 0]
    assert moods({"events": [{"event_id": "lost"}, {"event_id": "won", "group_logical_operator": "or"}]}) == [1, 1]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"events": ["won"]}, "events[0]"),
        ({"events": [{"event": "won"}]}, "events[0].event"),
        ({"events": [{"event_id": ""}]}, "events[0].event_id"),
        ({"events": [{"event_id": "a", "attributes": [{"name": "x"}]}]}, "events[0].attributes[0]"),
        ({"attributes": [1]}, "attributes[0]"),
        ({"attributes": [{"name": "x", "operator": "is", "values": [1]}]}, "attributes[0]"),
        ({"attributes": "x"}, "attributes"),
    ],
)
def test_a_wrong_filter_is_refused(ask: Ask, answer: Answer, body: Any, place: str) -> None:
    for path, query in (("questionnaire_results", {}), ("answer_statistics", {"question_id": "mood"})):
        reply = ask("POST", f"{SURVEY}/{path}", body, **query)
        assert reply.status_code == 422
        assert reply.json()["errors"][0].startswith(f"{place}:")


def test_what_is_unknown_is_not_found(ask: Ask, answer: Answer) -> None:
    other = "/api/v1/surveys/feedbak"
    assert ask("POST", f"{other}/questionnaire_results").status_code == 404
    assert ask("POST", f"{other}/answer_statistics", question_id="mood").status_code == 404
    assert ask("GET", f"{other}/raw_responses").status_code == 404
    unknown = ask("POST", f"{SURVEY}/answer_statistics", question_id="moood")
    assert unknown.status_code == 404
    assert "did you mean 'mood'?" in unknown.json()["errors"][0]
    assert ask("POST", f"{SURVEY}/answer_statistics").status_code == 400


def test_a_survey_made_by_the_api_is_answered_and_counted(sandbox: Sandbox, ask: Ask, answer: Answer) -> None:
    stage = {"app_id": APP_ID, "environment_stage": "dev"}
    campaign = ask("POST", "/api/v1/campaigns", {"name": "Asking"}, **stage).json()["data"]["id"]
    options = [{"value": "Yes", "media_id": ""}, {"value": "No", "media_id": ""}]
    question = {"text": "Fun?", "type": "single_select", "question_options": options}
    body = {"type": "survey", "content": {"name": "Fun", "questions": [question]}}
    content = ask("POST", f"/api/v1/campaigns/{campaign}/content", body, **stage).json()["data"]
    sandbox.releases.share(campaign, "live", run=True)
    path = f"/api/v1/surveys/{content['id']}/questionnaire_results"
    (asked,) = ask("POST", path).json()["data"]["questions"]
    answer("a", content["id"], **{asked["id"]: "Yes"})

    (counted,) = ask("POST", path).json()["data"]["questions"]
    assert (counted["id"], counted["text"], counted["count"]) == (asked["id"], "Fun?", 1)
    assert [(one["text"], one["count"]) for one in counted["options"]] == [("Yes", 1), ("No", 0)]


def test_what_was_asked_earlier_stays_in_the_results(sandbox: Sandbox, ask: Ask, answer: Answer) -> None:
    answer("a", mood="Good")
    sandbox.change("feedback", questions=QUESTIONS[1:2])
    answer("b", modes=["Duels"])

    questions = ask("POST", f"{SURVEY}/questionnaire_results").json()["data"]["questions"]
    assert [(one["id"], one["count"]) for one in questions] == [
        ("modes", 1),
        ("mood", 1),
        ("hard", 0),
        ("heroes", 0),
        ("more", 0),
    ]
    sandbox.withdraw("feedback")
    assert ask("POST", f"{SURVEY}/questionnaire_results").json()["data"]["questions"][0]["count"] == 1


class Caller:
    """Sends requests to a sandbox in this process."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._headers = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode(), "Content-Type": "application/json"}

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        reply = self._sandbox.ask(method, f"http://127.0.0.1{path}", headers=self._headers, body=data)
        assert reply is not None
        assert reply.status < 300, reply.body
        return json.loads(reply.body) if "json" in reply.headers["Content-Type"] else None

    def answer(self, player: str, answers: Any) -> None:
        """Answer the survey on its page."""
        base = f"/api/sdk/v1/appusers/{player}"
        session = self("GET", f"{base}?environment_stage=live")["session_id"]
        asked = self("POST", f"{base}/surveys/get_response_id?session_id={session}", {"survey_id": "feedback"})
        url = self("POST", f"{base}/survey_url?session_id={session}", asked)["survey_url"]
        page = url.removeprefix("http://127.0.0.1:80")
        self("GET", page)
        self("POST", page.replace("?", "/answers?"), {"answers": answers})


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "mood": st.sampled_from(["Good", "Bad", "Bored"]),
        "modes": st.lists(st.sampled_from(["Duels", "Story"]), min_size=1, unique=True),
        "hard": st.integers(1, 3),
        "heroes": st.permutations(["Aya", "Bron"]),
        "more": st.sampled_from(["x", "y", "z"]),
    },
)


@settings(max_examples=20, deadline=None)
@given(given_answers=st.lists(st.tuples(st.sampled_from("abc"), ANSWERS), max_size=8), level=st.integers(0, 3))
def test_results_are_what_counting_the_raw_responses_gives(given_answers: list[Any], level: int) -> None:
    sandbox = Sandbox(seed=1)
    call = Caller(sandbox)
    sandbox.publish("surveys", id="feedback", questions=QUESTIONS)
    for number, player in enumerate("abc"):
        sandbox.player(player).set_attributes(level=number)
    for player, answers in given_answers:
        call.answer(player, answers)
    above = {"attributes": [{"name": "level", "operator": "greater_than", "values": [level - 1]}]}
    results = call("POST", f"{SURVEY}/questionnaire_results?page_size=1000", above)["data"]
    raw = call("GET", f"{SURVEY}/raw_responses")["data"]
    sandbox.check()

    assert [(one["appuser_external_id"], len(one["answers"])) for one in raw] == [
        (player, len(answers)) for player, answers in given_answers
    ]
    counted = [one for one in raw if "abc".index(one["appuser_external_id"]) >= level]
    for question in results["questions"]:
        said = [one["values"] for row in counted for one in row["answers"] if one["question_id"] == question["id"]]
        texts = Counter(text for values in said for text in (values[:1] if question["id"] == "heroes" else values))
        assert question["count"] == len(said)
        assert question["total_unique_answers_count"] == len(texts)
        assert {one["text"]: one["count"] for one in question["options"] if one["count"]} == texts
        for one in question["options"]:
            assert one["per"] == (round(100 * one["count"] / len(said), 2) if said else 0)
    people = {one["appuser_external_id"] for one in counted}
    levels = [one for one in results["meta"]["attributes"] if one["name"] == "level"]
    assert [one["count"] for one in levels] == ([len(people)] if people else [])
