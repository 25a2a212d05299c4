"""The OpenAPI document is valid, is what `uwclient openapi` prints, and tells the truth about the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from uwclient.cli import main
from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.endpoints import ENDPOINTS, SECTIONS
from uwclient.sandbox.server_api.openapi import document
from uwclient.sandbox.session_api import SESSION_ENDPOINTS
from uwclient.time_sources import StandingTime

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KEY = {"X-Api-Key": "c2FuZGJveC1rZXk="}
QUICK = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SCHEMA = schemathesis.openapi.from_dict(document(SECTIONS))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made
        made.check()


def test_the_document_is_valid_and_has_every_endpoint() -> None:
    made = document(SECTIONS)
    operations = [one["operationId"] for methods in made["paths"].values() for one in methods.values()]

    validate(made)
    assert len(operations) == len(set(operations))
    joined = {"update_media"} & {one.operation for one in ENDPOINTS}  # shares method and path with replace_media_file
    assert {one.operation for one in ENDPOINTS} - set(operations) <= joined | {"replace_media_file"}
    assert {one.operation for one in SESSION_ENDPOINTS} - set(operations) == {
        "session_survey_url"
    }  # one of two bodies


def test_the_sandbox_serves_it_and_a_page_without_a_key(sandbox: Sandbox) -> None:
    served = requests.get(f"{sandbox.url}/openapi.json", timeout=10)
    page = requests.get(f"{sandbox.url}/docs", timeout=10)

    assert served.json() == document(SECTIONS, sandbox.url)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "create_currency" in page.text
    assert "http://" not in page.text.replace("http://127.0.0.1", "").split("<nav>")[0]
    assert requests.get(f"{sandbox.url}/docs/style.css", timeout=10).headers["Content-Type"].startswith("text/css")


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == document(SECTIONS)

    assert main(["openapi", "--output", str(tmp_path / "api.json"), "--url", "http://127.0.0.1:1"]) == 0
    assert json.loads((tmp_path / "api.json").read_text("utf-8"))["servers"] == [{"url": "http://127.0.0.1:1"}]
    assert main(["openapi", "--output", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


@SCHEMA.parametrize()
@QUICK
def test_requests_made_up_from_it_are_answered_as_it_says(case: Any, sandbox: Sandbox) -> None:
    reply = case.call(base_url=sandbox.url, headers=KEY, timeout=20)

    case.validate_response(reply, checks=CHECKS)


def test_what_one_reply_gives_serves_the_next_request() -> None:
    schema = schemathesis.openapi.from_dict(document(SECTIONS))

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        """Follows the links between operations, each time on a new sandbox that draws the same ids."""

        def setup(self) -> None:
            self.platform = Sandbox(seed=1, time_source=StandingTime(datetime(2026, 1, 5, tzinfo=UTC)))
            self.platform.start()

        def teardown(self) -> None:
            self.platform.stop()
            self.platform.check()

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"base_url": self.platform.url, "headers": KEY, "timeout": 20}

        def validate_response(self, response: Any, case: Any, **rest: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Walk.run(
        settings=settings(
            max_examples=20,
            stateful_step_count=6,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
    )
