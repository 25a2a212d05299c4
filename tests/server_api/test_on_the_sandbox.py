"""Each call of the client does on a sandbox what it says, with a signature that is checked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.conftest import MakeSandbox
from tests.server_api.conftest import TABLE
from tests.server_api.every_call import APP, EVERY_CALL
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.endpoints import ENDPOINTS
from uwclient.server_api import (
    AttributeCondition,
    Forbidden,
    NotFound,
    Record,
    ServerApi,
    Unauthorized,
    Unprocessable,
)

SECRET = "the-company's-secret"
SERVED = {one.operation for one in ENDPOINTS}
MAY_BE_EMPTY = {"players.segments", "surveys.raw_responses", "surveys.answer_statistics", "regions.list"}


@pytest.fixture
def sandbox(make_sandbox: MakeSandbox) -> Sandbox:
    return make_sandbox(secret_key=SECRET)


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[ServerApi]:
    with ServerApi(sandbox.api_key, secret_key=SECRET, app_id=APP, host=sandbox.url, retries=0) as made:
        yield made


class MadeIds(Mapping[str, str]):
    """Ids of what a call is about, which is made when the id is asked for."""

    def __init__(self, sandbox: Sandbox, server: ServerApi, method: str) -> None:
        self._sandbox = sandbox
        self._server = server
        self._resource = method.rpartition(".")[0]
        self._known: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def _make(self, name: str) -> str:
        makers: dict[str, Callable[[], str]] = {
            "appuser_external_id": self._player,
            "external_id": self._player,
            "a_b_test_id": self._ab_test,
            "campaign_id": lambda: self._created("campaigns"),
            "environment_id": lambda: self._created("environments"),
            "journey_id": lambda: self._created("journeys"),
            "releasable_id": self._shared,
            "survey_id": self._survey,
            "question_id": lambda: self._server.surveys.results(self["survey_id"]).questions[0].id,
            "media_record_id": lambda: self._server.media.upload(b"data", name="file.bin").id,
        }
        return makers.get(name, lambda: self._created(self._resource))()

    def _created(self, resource: str) -> str:
        return id_of(EVERY_CALL[f"{resource}.create"](self._server, self))

    def _player(self) -> str:
        self._server.players.assign_attributes("hero/42", {"player_level": 60})
        return "hero/42"

    def _ab_test(self) -> str:
        control = {"name": "one", "percentage": 50, "control_group": True}
        return self._sandbox.ab_tests.define(self["campaign_id"], [control, {"name": "two", "percentage": 50}])

    def _shared(self) -> str:
        self._sandbox.releases.share(self["campaign_id"], "live")
        return self["campaign_id"]

    def _survey(self) -> str:
        questions = [{"text": "How was it?", "type": "single_select", "question_options": [{"value": "Good"}]}]
        contents = self._server.campaigns.contents(self["campaign_id"])
        survey = contents.create("survey", {"name": "Survey", "questions": questions})
        self._sandbox.releases.share(self["campaign_id"], "live")
        return survey.id

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def id_of(made: Any) -> str:
    return str(made.id)


@pytest.mark.parametrize("endpoint", TABLE, ids=lambda endpoint: str(endpoint["method"]))
def test_a_call_is_carried_out(sandbox: Sandbox, server: ServerApi, endpoint: dict[str, Any]) -> None:
    if endpoint["operation"] not in SERVED:
        pytest.skip("the sandbox does not serve it")
    method = endpoint["method"]
    ids = MadeIds(sandbox, server, method)
    made_before(server, ids, sandbox, method)
    result = EVERY_CALL[method](server, ids)
    if method != "players.delete_data":  # which is erased from the log, too
        last = sandbox.requests[-1]
        assert (last.method, last.status) == (endpoint["endpoint"].split()[0], endpoint["status"])
    if isinstance(result, Record):
        assert result.to_json() == result.raw
    elif not isinstance(result, (int, type(None))):
        assert result or method in MAY_BE_EMPTY


def made_before(server: ServerApi, ids: MadeIds, sandbox: Sandbox, method: str) -> None:
    """Make something that a list can list."""
    create = f"{method.rpartition('.')[0]}.create"
    if not method.endswith(".list"):
        return
    if create in EVERY_CALL:
        EVERY_CALL[create](server, ids)
    elif method == "message_types.list":
        sandbox.message_types.define("popup", name="popup")
    elif method == "media.list":
        server.media.upload(b"data", name="file.bin")
    elif method == "ab_tests.list":
        assert ids["a_b_test_id"]
    elif method in ("attributes.list", "events.list"):
        server.players.assign_attributes("hero", {"level": 1})
        server.players.assign_events("hero", ["won"])


def test_a_campaign_is_written_read_changed_copied_and_deleted(server: ServerApi) -> None:
    made = server.campaigns.create(name="Halloween", tags=["autumn"], start_at="2026-10-31T18:00:00Z")
    assert server.campaigns.get(made.id) == made
    changed = server.campaigns.update(made.id, description="Boo")
    assert (changed.name, changed.description, changed.tags) == ("Halloween", "Boo", ("autumn",))
    copy = server.campaigns.duplicate(made.id)
    assert copy.name == "Halloween (Duplicate)"
    server.campaigns.delete(made.id)
    assert [one.id for one in server.campaigns.list(query="halloween")] == [copy.id]
    with pytest.raises(NotFound):
        server.campaigns.get(made.id)


def test_a_player_is_told_of_and_asked_about(server: ServerApi) -> None:
    segment = server.segments.create(
        name="Experts", attributes=[AttributeCondition("player_level", "greater_than", (50,))]
    )
    server.players.bulk_assign_attributes({"expert": {"player_level": 60}, "novice": {"player_level": 1}})
    assert server.players.get("expert").traits["player_level"] == 60
    assert [one.id for one in server.players.segments("expert")] == [segment.id]
    assert [one.id for one in server.players.segments("novice")] == []
    server.players.delete_data("expert")
    with pytest.raises(NotFound):
        server.players.get("expert")


def test_lists_of_the_sandbox_are_paged(server: ServerApi) -> None:
    for number in range(7):
        server.campaigns.create(name=f"Campaign {number}")
    pages = server.campaigns.list(page_size=3)
    assert [one.name for one in pages] == [f"Campaign {number}" for number in range(7)]
    assert (pages.page(2).total_pages, pages.page(2).total_records, len(pages.page(3))) == (3, 7, 1)


@pytest.mark.parametrize("environment", ["dev", "qa", "live"])
def test_each_environment_has_campaigns_of_its_own(sandbox: Sandbox, server: ServerApi, environment: str) -> None:
    made = server.campaigns.create(name="Halloween")
    sandbox.releases.share(made.id, "live")
    found = [one.id for one in server.campaigns.list(environment_stage=environment)]
    assert found == ([] if environment == "qa" else [made.id])


def test_what_the_platform_remarks_is_logged(server: ServerApi, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "uwclient"):
        server.campaigns.create(name="Halloween", segment_ids=["no-such-segment"])
    assert [record.name for record in caplog.records] == ["uwclient"]
    assert "no-such-segment" in caplog.text


@pytest.mark.parametrize(
    ("settings", "call", "error", "sentence"),
    [
        ({"api_key": "wrong"}, "items.list", Unauthorized, "The API key is not accepted"),
        ({"secret_key": "wrong"}, "items.list", Forbidden, "check secret_key"),
        ({}, "items.get", NotFound, "There is no such record"),
        ({"environment_stage": "moon"}, "campaigns.create", Unprocessable, "A field is not accepted"),
        ({"environment_stage": "live"}, "campaigns.create", Unprocessable, "A field is not accepted"),
    ],
)
def test_what_is_wrong_has_an_exception_and_a_sentence_of_its_own(
    sandbox: Sandbox, settings: dict[str, str], call: str, error: type[Exception], sentence: str
) -> None:
    said: dict[str, Any] = {"api_key": sandbox.api_key, "secret_key": SECRET, **settings}
    with (
        ServerApi(**said, app_id=APP, host=sandbox.url) as server,
        pytest.raises(error, match=sentence) as raised,
    ):
        EVERY_CALL[call](server, {"item_id": "no-such-item"})
    assert SECRET not in str(raised.value)
