"""A client whose platform is a function, and the documented calls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, settings

from tests.server_api.every_call import APP
from uwclient import Reply, Request, UserWiseError
from uwclient.server_api import ServerApi

settings.register_profile("calls", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("calls in CI", settings.get_profile("calls"), derandomize=True)
settings.load_profile("calls in CI" if os.environ.get("CI") == "true" else "calls")

PACKAGE = Path(__file__).parents[2] / "uwclient" / "server_api"
TABLE: list[dict[str, Any]] = json.loads((PACKAGE / "endpoints.json").read_text(encoding="utf-8"))
SAMPLES: dict[str, dict[str, Any]] = json.loads(
    (PACKAGE.parent / "sandbox" / "server_api" / "samples.json").read_text(encoding="utf-8")
)
"""What the documentation shows, by operation: a "request", a "response", or none."""
HERE = "http://127.0.0.1:9"


@dataclass
class Platform:
    """Answers requests in this process, and notes them."""

    answer: Callable[[Request], Reply | UserWiseError]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Reply | UserWiseError:
        self.requests.append(request)
        return self.answer(request)

    @property
    def paths(self) -> list[str]:
        return [f"{one.method} {urlsplit(one.url).path}" for one in self.requests]


def told(data: object, status: int = 200, **meta: object) -> Reply:
    """The platform's reply with this content."""
    return Reply.of(status, json.dumps({"data": data, "meta": {"warnings": [], "hints": [], **meta}}).encode())


def query_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def client_of(answer: Callable[[Request], Reply | UserWiseError], **settings: Any) -> tuple[ServerApi, Platform]:
    """A client, and the platform that it talks to."""
    platform = Platform(answer)
    given: dict[str, Any] = {"secret_key": "secret", "app_id": APP, "host": HERE, "seed": 7, "sleep": lambda s: None}
    return ServerApi("key", transport=platform, **{**given, **settings}), platform


class AnyIds(Mapping[str, str]):
    """An id for each name that a path has."""

    def __getitem__(self, name: str) -> str:
        return f"the {name}/?"

    def __iter__(self) -> Any:
        raise AssertionError("ids are asked for by name")

    def __len__(self) -> int:
        return 1


@pytest.fixture
def any_ids() -> AnyIds:
    return AnyIds()
