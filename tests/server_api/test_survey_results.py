"""What real players answered on the page of a survey is read by the client: results, one question, each response."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from tests.sandbox.conftest import HttpPlayer
from tests.server_api.every_call import APP
from uwclient.sandbox import Sandbox
from uwclient.server_api import AttributeCondition, ServerApi

QUESTIONS = [{"id": "mood", "type": "single_select", "text": "How do you feel?", "options": ["Good", "Bad"]}]
MOODS = ["Good", "Bad", "Good", "Good", "Bad"]


def answer(sandbox: Sandbox, player_id: str, mood: str) -> None:
    """Have a player answer the survey on its page."""
    with closing(HttpPlayer(sandbox, player_id)) as player:
        assert player.start().status_code == 200
        page = player.survey_page("feedback")
    requests.get(page, timeout=5).raise_for_status()
    requests.post(page.replace("?", "/answers?"), json={"answers": {"mood": mood}}, timeout=5).raise_for_status()


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[ServerApi]:
    sandbox.publish("surveys", id="feedback", questions=QUESTIONS)
    with ServerApi(sandbox.api_key, secret_key=None, app_id=APP, host=sandbox.url) as made:
        for number, mood in enumerate(MOODS):
            made.players.assign_attributes(f"hero-{number}", {"level": number})
            answer(sandbox, f"hero-{number}", mood)
        yield made


def test_results_are_counted_and_filtered(server: ServerApi) -> None:
    results = server.surveys.results("feedback")
    [mood] = results.questions
    assert [(one.text, one.count, one.per) for one in mood.options] == [("Good", 3, 60), ("Bad", 2, 40)]
    assert results.to_json() == results.raw
    low = AttributeCondition("level", "less_than", (2,))
    counted = server.surveys.answer_statistics("feedback", mood.id, attributes=[low])
    assert [(one.text, one.count) for one in counted] == [("Good", 1), ("Bad", 1)]


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_a_cursor_reads_what_came_and_goes_on_with_what_comes(
    sandbox: Sandbox, server: ServerApi, limit: int
) -> None:
    cursor = server.surveys.raw_responses("feedback", limit=limit)
    assert [one.answers[0].values for one in cursor] == [(mood,) for mood in MOODS]
    answer(sandbox, "late", "Bad")
    assert [one.answers[0].values for one in cursor] == [("Bad",)]
    resumed = server.surveys.raw_responses("feedback", start_after=cursor.position)
    assert list(resumed) == []
