from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests

from uwclient.sandbox import Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join

QUESTIONS: list[dict[str, Any]] = [
    {"id": "mood", "type": "single_select", "text": "How is it?", "options": ["Good", "Bad"], "required": True},
    {"id": "modes", "type": "multi_select", "text": "What do you play?", "options": ["Quests", "Duels"]},
    {"id": "hard", "type": "rating", "text": "How hard?", "scale": 3},
    {"id": "heroes", "type": "ranking", "text": "Who is best?", "options": ["Aya", "Bron"]},
    {"id": "more", "type": "open_ended", "text": "Anything else?"},
]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def states(sandbox: Sandbox, player_id: str = "hero-42") -> list[str]:
    (response,) = sandbox.player(player_id).survey_responses
    assert response.state == response.history[-1].state
    return [change.state for change in response.history]


def response_id(player: HttpPlayer) -> str:
    reply = player.do("/surveys/get_response_id", {"survey_id": "feedback"})
    assert (reply.status_code, set(reply.json())) == (200, {"survey_response_id"})
    return str(reply.json()["survey_response_id"])


def part_of(url: str, part: str) -> str:
    """The address that the page sends its answers to (or that it was closed)."""
    path, _, query = url.partition("?")
    return f"{path}/{part}?{query}"


def submit(url: str, answers: Any) -> requests.Response:
    return requests.post(part_of(url, "answers"), json={"answers": answers}, timeout=5)


@pytest.fixture
def survey(sandbox: Sandbox) -> str:
    return sandbox.publish("surveys", id="feedback", name="Dragons <& you>", questions=QUESTIONS)


@pytest.fixture
def page(sandbox: Sandbox, survey: str, player: HttpPlayer) -> str:
    """The address of a survey's page that nobody has opened yet."""
    return player.survey_page(survey)


def test_the_number_of_questions_follows_the_questions(sandbox: Sandbox, player: HttpPlayer, survey: str) -> None:
    (record,) = player.get("/get_surveys").json()["active"]
    assert record["questions_count"] == 5
    assert "questions" not in record

    sandbox.change(survey, questions=QUESTIONS[:2])
    assert player.get("/get_surveys").json()["active"][0]["questions_count"] == 2
    sandbox.change(survey, name="Renamed")
    assert player.get("/get_surveys").json()["active"][0]["questions_count"] == 2


def test_a_survey_is_entered_through_an_invite(sandbox: Sandbox, player: HttpPlayer, survey: str) -> None:
    sandbox.clock.set(NOON)
    asked = response_id(player)
    invited = player.do("/survey_invites/initialize", {"survey_response_id": asked})
    invite_id = invited.json()["survey_invite_id"]
    accepted = player.do(
        "/survey_invites/appuser_response",
        {"survey_response_id": asked, "survey_invite_id": invite_id, "appuser_survey_invite_response": True},
    )
    url = player.do("/survey_url", {"survey_response_id": asked}).json()["survey_url"]
    page = requests.get(url, timeout=5)
    sandbox.clock.advance(minutes=5)
    done = submit(url, {"mood": "Good", "modes": ["Duels"], "hard": 3, "heroes": ["Bron", "Aya"], "more": "Zoë"})

    assert [invited.status_code, accepted.status_code, page.status_code] == [200, 200, 200]
    assert url.startswith(f"{sandbox.url}/take_survey/{asked}?lang=en&enc=")
    assert done.json() == {"result": "survey_completed"}
    assert states(sandbox) == [
        "attempted",
        "survey_invite_presented",
        "survey_invite_accepted",
        "entered",
        "success",
    ]
    (found,) = sandbox.player(player.id).survey_responses
    assert (found.id, found.survey_id, found.invite_id) == (asked, "feedback", invite_id)
    assert found.invite_accepted is True
    assert found.answers == {"mood": "Good", "modes": ["Duels"], "hard": 3, "heroes": ["Bron", "Aya"], "more": "Zoë"}
    assert found.ended_at is not None
    assert 300 <= (found.ended_at - found.started_at).total_seconds() < 360
    assert [change.request for change in found.history] == [1, 2, 3, 5, 6]


def test_the_documented_way_needs_no_invite(sandbox: Sandbox, player: HttpPlayer, survey: str) -> None:
    asked = response_id(player)

    url = player.do("/surveys/get_response_id", {"survey_response_id": asked}).json()

    assert set(url) == {"survey_url"}
    assert requests.get(url["survey_url"], timeout=5).status_code == 200
    assert states(sandbox) == ["attempted", "entered"]
    assert sandbox.player(player.id).survey_responses[0].invite_accepted is None


def test_a_response_under_way_is_given_again_and_one_that_is_over_is_not(
    sandbox: Sandbox, player: HttpPlayer, survey: str, join: Join
) -> None:
    first = response_id(player)
    assert response_id(player) == first
    assert response_id(join(sandbox)) == first
    assert response_id(join(sandbox, "rogue-7")) != first

    url = player.do("/survey_url", {"survey_response_id": first}).json()["survey_url"]
    requests.get(url, timeout=5)
    submit(url, {"mood": "Bad"})

    assert response_id(player) != first
    refused = player.do("/survey_url", {"survey_response_id": first})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        "survey_response_id: the survey response is success, and has no page any more."
    ]


def test_an_invite_that_is_declined_ends_the_response(sandbox: Sandbox, player: HttpPlayer, survey: str) -> None:
    asked = response_id(player)
    invites = [player.do("/survey_invites/initialize", {"survey_response_id": asked}).json() for _ in range(2)]
    body = {"survey_response_id": asked, "survey_invite_id": invites[0]["survey_invite_id"]}

    declined = [
        player.do("/survey_invites/appuser_response", {**body, "appuser_survey_invite_response": False})
        for _ in range(2)
    ]
    accepted = player.do("/survey_invites/appuser_response", {**body, "appuser_survey_invite_response": True})

    assert invites[0] == invites[1]
    assert [one.json()["state"] for one in declined] == ["survey_invite_denied"] * 2
    assert accepted.status_code == 422
    assert accepted.json()["errors"][0].startswith(
        "appuser_survey_invite_response: the survey response is survey_inv"
    )
    assert player.do("/survey_url", {"survey_response_id": asked}).status_code == 422
    assert states(sandbox) == ["attempted", "survey_invite_presented", "survey_invite_denied"]
    assert sandbox.player(player.id).survey_responses[0].invite_accepted is False


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/surveys/get_response_id", {}, 422),
        ("/surveys/get_response_id", {"survey_id": "other"}, 404),
        ("/surveys/get_response_id", {"survey_id": "for-others"}, 404),
        ("/surveys/get_response_id", {"survey_response_id": "x"}, 404),
        ("/survey_url", {}, 422),
        ("/survey_url", {"survey_response_id": "x"}, 404),
        ("/survey_invites/initialize", {"survey_response_id": "x"}, 404),
        ("/survey_invites/appuser_response", {"survey_response_id": "x"}, 422),
        (
            "/survey_invites/appuser_response",
            {"survey_response_id": "x", "survey_invite_id": "y", "appuser_survey_invite_response": "yes"},
            422,
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    sandbox: Sandbox, player: HttpPlayer, survey: str, path: str, body: dict[str, Any], status: int
) -> None:
    sandbox.define_segment("others", players=["nobody"])
    sandbox.publish("surveys", id="for-others", segments=["others"])

    assert player.do(path, body).status_code == status
    assert player.ask("POST", path, json=body).status_code == 400
    assert sandbox.player(player.id).survey_responses == ()


def test_a_response_belongs_to_its_player(sandbox: Sandbox, player: HttpPlayer, survey: str, join: Join) -> None:
    asked = response_id(player)
    invite_id = player.do("/survey_invites/initialize", {"survey_response_id": asked}).json()["survey_invite_id"]
    other = join(sandbox, "rogue-7")
    answer = {"survey_response_id": asked, "survey_invite_id": invite_id, "appuser_survey_invite_response": True}

    assert other.do("/survey_url", {"survey_response_id": asked}).status_code == 404
    assert other.do("/survey_invites/initialize", {"survey_response_id": asked}).status_code == 404
    assert other.do("/survey_invites/appuser_response", answer).status_code == 404
    assert player.do("/survey_invites/appuser_response", {**answer, "survey_invite_id": "x"}).status_code == 404
    assert other.get(f"/surveys/responses/{asked}").status_code == 404
    assert states(sandbox) == ["attempted", "survey_invite_presented"]


def test_the_state_of_a_response_can_be_polled(player: HttpPlayer, survey: str) -> None:
    asked = response_id(player)

    assert player.get(f"/surveys/responses/{asked}").json() == {
        "survey_response": {
            "id": asked,
            "state": "attempted",
            "survey": {"id": "feedback"},
            "survey_invite_id": None,
        }
    }
    url = player.do("/survey_url", {"survey_response_id": asked}).json()["survey_url"]
    requests.get(url, timeout=5)
    assert player.get(f"/surveys/responses/{asked}").json()["survey_response"]["state"] == "entered"


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    reply = requests.get(page, timeout=5)

    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert "<h1>Dragons &lt;&amp; you&gt;</h1>" in reply.text
    assert "http://" not in reply.text
    assert "https://" not in reply.text
    assert "src=" not in reply.text


def test_only_who_reads_the_page_enters_the_survey(sandbox: Sandbox, page: str) -> None:
    reply = requests.head(page, timeout=5)

    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert states(sandbox) == ["attempted"]


def test_the_page_speaks_the_language_and_wears_the_colours(sandbox: Sandbox, join: Join) -> None:
    colors = {"splash_background_color": "#123456", "splash_text_color": "red;} body {display: none"}
    sandbox.publish("surveys", id="feedback", **colors)
    player = join(sandbox, language="de")

    url = player.survey_page("feedback")
    text = requests.get(url, timeout=5).text

    assert "?lang=de&enc=" in url
    assert '<html lang="de">' in text
    assert "--accent: #123456; --on-accent: #ffffff;" in text


def test_a_survey_without_questions_asks_for_a_comment(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("surveys", id="feedback", questions_count=7)
    url = player.survey_page("feedback")

    assert "What would you like to tell us?" in requests.get(url, timeout=5).text
    assert submit(url, {"comment": "More dragons"}).status_code == 200
    assert sandbox.player(player.id).survey_responses[0].answers == {"comment": "More dragons"}


def test_a_page_that_was_tampered_with_is_refused(sandbox: Sandbox, player: HttpPlayer, page: str) -> None:
    reply = requests.get(page.replace("lang=en", "lang=fr"), timeout=5)

    assert reply.status_code == 403
    assert "This survey cannot be shown" in reply.text
    assert "How is it?" not in reply.text
    assert states(sandbox) == ["attempted", "term_url_security"]
    assert "The survey is closed" in requests.get(page, timeout=5).text
    assert submit(page, {"mood": "Good"}).status_code == 422


@pytest.mark.parametrize("enc", ["", "&enc=", "&enc=00", "&enc=%C3%BC"])
def test_a_page_without_the_right_signature_is_refused(sandbox: Sandbox, page: str, enc: str) -> None:
    assert requests.get(page.partition("&enc=")[0] + enc, timeout=5).status_code == 403
    assert states(sandbox) == ["attempted", "term_url_security"]


def test_tampering_does_not_undo_what_was_answered(sandbox: Sandbox, page: str) -> None:
    requests.get(page, timeout=5)
    submit(page, {"mood": "Good"})

    for part in ("answers", "close"):
        url = part_of(page + "0", part)
        assert requests.post(url, json={"answers": {}}, timeout=5).status_code == 403

    assert states(sandbox) == ["attempted", "entered", "success"]


def test_a_page_of_nothing_is_refused(sandbox: Sandbox) -> None:
    reply = requests.get(f"{sandbox.url}/take_survey/unknown?lang=en&enc=00", timeout=5)

    assert (reply.status_code, reply.headers["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_the_page_needs_no_key_where_requests_must_be_signed(join: Join) -> None:
    with Sandbox(secret_key="s") as sandbox:
        assert requests.get(f"{sandbox.url}/take_survey/unknown", timeout=5).status_code == 403
        assert requests.get(f"{sandbox.url}/files/unknown/original", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"mood"}),
        ({"mood": ""}, {"mood"}),
        ({"mood": "Awful"}, {"mood"}),
        ({"mood": ["Good"]}, {"mood"}),
        ({"mood": "Good", "modes": "Duels"}, {"modes"}),
        ({"mood": "Good", "modes": ["Duels", "Duels"]}, {"modes"}),
        ({"mood": "Good", "modes": [["Duels"]]}, {"modes"}),
        ({"mood": "Good", "hard": 4}, {"hard"}),
        ({"mood": "Good", "hard": 0}, {"hard"}),
        ({"mood": "Good", "hard": True}, {"hard"}),
        ({"mood": "Good", "hard": "2"}, {"hard"}),
        ({"mood": "Good", "heroes": ["Aya"]}, {"heroes"}),
        ({"mood": "Good", "heroes": ["Aya", "Aya"]}, {"heroes"}),
        ({"mood": "Good", "more": 5}, {"more"}),
        ({"mood": "Good", "more": "x" * 5001}, {"more"}),
        ({"mood": "Good", "else": 1}, {"else"}),
        ({"modes": ["Fishing"], "hard": 9}, {"mood", "modes", "hard"}),
    ],
)
def test_answers_that_do_not_fit_are_refused_by_question(
    sandbox: Sandbox, page: str, answers: dict[str, Any], wrong: set[str]
) -> None:
    requests.get(page, timeout=5)

    reply = submit(page, answers)

    assert reply.status_code == 422
    assert set(reply.json()["questions"]) == wrong
    assert len(reply.json()["errors"]) == len(wrong)
    assert states(sandbox) == ["attempted", "entered"]


@pytest.mark.parametrize("body", [{}, {"answers": []}, {"answers": "x"}])
def test_a_body_without_answers_is_refused(page: str, body: dict[str, Any]) -> None:
    assert requests.post(part_of(page, "answers"), json=body, timeout=5).status_code == 422


def test_answers_that_arrive_twice_stay_as_they_were(sandbox: Sandbox, page: str) -> None:
    requests.get(page, timeout=5)

    assert [submit(page, {"mood": mood}).status_code for mood in ("Good", "Bad")] == [200, 200]

    assert sandbox.player("hero-42").survey_responses[0].answers == {"mood": "Good"}
    assert states(sandbox) == ["attempted", "entered", "success"]


def test_a_page_can_be_closed_once_it_was_entered(sandbox: Sandbox, page: str) -> None:
    requests.get(page, timeout=5)

    closed = [requests.post(part_of(page, "close"), json={}, timeout=5) for _ in range(2)]

    assert [one.json() for one in closed] == [{"result": "survey_force_closed"}] * 2
    assert states(sandbox) == ["attempted", "entered", "abandoned"]
    assert sandbox.player("hero-42").survey_responses[0].answers == {}
    assert submit(page, {"mood": "Good"}).status_code == 422


def test_closing_comes_too_late_once_the_answers_have_arrived(sandbox: Sandbox, page: str) -> None:
    requests.get(page, timeout=5)
    submit(page, {"mood": "Good"})

    late = requests.post(part_of(page, "close"), json={}, timeout=5)

    assert late.json() == {"result": "survey_completed"}
    assert states(sandbox) == ["attempted", "entered", "success"]


def test_a_survey_that_is_withdrawn_or_changed_can_be_finished(sandbox: Sandbox, page: str, survey: str) -> None:
    requests.get(page, timeout=5)
    sandbox.change(survey, questions=[{"type": "open_ended", "text": "New?"}])
    sandbox.withdraw(survey)

    assert "How is it?" in requests.get(page, timeout=5).text
    assert submit(page, {"mood": "Good"}).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5000/done",
        "http://127.8.9.1",
        "http://localhost:5000/",
        "http://[::1]:5000/?a=b",
    ],
)
def test_the_page_may_return_to_this_machine(page: str, url: str) -> None:
    reply = requests.get(f"{page}&return_url={quote(url, safe='')}", timeout=5)

    assert reply.status_code == 200
    assert "How is it?" in reply.text


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/done",
        "https://127.0.0.1/",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "http://user@127.0.0.1/",
        "http://localhost.example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http://[::1/",
        "//127.0.0.1/",
        "javascript:alert(1)//127.0.0.1",
        "file:///etc/passwd",
        "http://127.0.0.1/\nx",
    ],
)
def test_the_page_returns_nowhere_else(sandbox: Sandbox, page: str, url: str) -> None:
    reply = requests.get(f"{page}&return_url={quote(url, safe='')}", timeout=5)

    assert reply.status_code == 400
    assert "lead away from this computer" in reply.text
    assert states(sandbox) == ["attempted"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("x", r"questions\[0\]: \"x\" is not an object"),
        ({"type": "essay", "text": "x"}, r"\.type: \"essay\" is not one of single_select"),
        ({"type": "rating"}, r"\.text: it is missing"),
        ({"type": "rating", "text": "x", "scale": 11}, r"\.scale: 11 is too large: use 10 or less"),
        ({"type": "rating", "text": "x", "options": ["a"]}, r"\.options: a question of the type rating has no opt"),
        ({"type": "open_ended", "text": "x", "scale": 5}, r"\.scale: a question of the type open_ended has no scale"),
        ({"type": "ranking", "text": "x"}, r"\.options: a question of the type ranking needs options"),
        ({"type": "ranking", "text": "x", "options": ["a", "a"]}, r"\.options: one of them is there twice"),
        ({"type": "open_ended", "text": "x", "required": "yes"}, r"\.required: \"yes\" is not true or false"),
        (
            {"type": "open_ended", "text": "x", "requird": True},
            r"\.requird: there is no such field \(did you m",
        ),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_a_sentence(
    sandbox: Sandbox, question: Any, reason: str
) -> None:
    with pytest.raises(ScenarioError, match=reason):
        sandbox.publish("surveys", questions=[question])


def test_questions_need_a_list_and_ids_of_their_own(sandbox: Sandbox) -> None:
    with pytest.raises(ScenarioError, match=r"^questions: 5 is not a list"):
        sandbox.publish("surveys", questions=5)
    with pytest.raises(ScenarioError, match=r"^questions\[1\]\.id: there is a question 'mood' already"):
        sandbox.publish("surveys", questions=[QUESTIONS[0], QUESTIONS[0]])
