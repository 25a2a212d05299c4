"""Each endpoint of the documentation has a method, which says so, sends what is documented, and reads the reply."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import reduce
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.server_api.conftest import SAMPLES, TABLE, AnyIds, Platform, client_of, query_of, told
from tests.server_api.every_call import APP, EVERY_CALL
from uwclient import Reply, Request
from uwclient.http.signing import request_hash
from uwclient.server_api import Record, ServerApi

ENVIRONMENTS = [{"id": "dev-id", "key": "dev"}, {"id": "live-id", "key": "live"}]

UNSENT = {
    "app_id": "the client's own",
    "page": "a list sends it when a page is asked for",
    "page_size": "a list sends it when a page is asked for",
    "per_page": "a list sends it when a page is asked for",
    "start_after_response_id": "a cursor sends it",
    "email_address": "no sample of a deletion sends the address that is deleted",
    "session_id": "it is said to mean opt_out, which is sent as the SDKs do; no backend has a session",
}
"""Documented parameters that a call need not name."""


def method_named(name: str) -> Any:
    """The method of the client, such as "campaigns.contents.get"."""
    server, _ = client_of(lambda request: told(None))
    *resources, method = name.split(".")

    def inside(owner: Any, part: str) -> Any:
        found = getattr(owner, part)
        return found("an-id") if callable(found) else found

    return getattr(reduce(inside, resources, server), method)


def of_operation(operation: str) -> dict[str, Any]:
    return next(one for one in TABLE if one["operation"] == operation)


ALL = pytest.mark.parametrize("operation", [one["operation"] for one in TABLE])


def test_there_are_111_endpoints_and_each_has_a_method_of_its_own() -> None:
    assert len(TABLE) == 111
    assert {one["method"] for one in TABLE} == EVERY_CALL.keys()


@ALL
def test_a_method_says_which_endpoint_it_is_for(operation: str) -> None:
    endpoint = of_operation(operation)
    page = inspect.getdoc(method_named(endpoint["method"])) or ""
    assert endpoint["endpoint"] in page
    assert endpoint["documented"].replace("v1//", "v1/") in page
    for name in inspect.signature(method_named(endpoint["method"])).parameters:
        assert f"    {name}: " in page or len(inspect.signature(method_named(endpoint["method"])).parameters) == 1


@ALL
def test_a_call_sends_what_is_documented(operation: str, any_ids: AnyIds) -> None:
    endpoint = of_operation(operation)
    platform = call(operation, any_ids)
    request = next(one for one in platform.requests if "/environments" not in one.url or "environment" in operation)
    verb, _, path = endpoint["endpoint"].partition(" ")
    filled = re.sub(r"\{(\w+)\}", lambda found: quote(APP if found[1] == "app_id" else any_ids[found[1]], ""), path)
    assert (request.method, urlsplit(request.url).path) == (verb, filled)

    query, body = query_of(request), body_of(request)
    sent = {"query": set(query), "body": set(map(plain, names_in(body)))}
    for part in ("query", "body"):
        documented = {plain(one["name"]) for one in endpoint[part]}
        if operation == "create_json_list":
            documented |= {"name", "key", "list"} if part == "body" else set()
        if operation == "delete_player_email" and part == "query":
            documented |= {"opt_out"}
        own = {"enc"} if part == "query" else set()
        assert sent[part] - own - documented == inside_of_free_fields(sent[part], documented)
        required = {plain(one["name"]) for one in endpoint[part] if one.get("required")}
        assert required - sent[part] - OTHER_KINDS.get(operation, set()) == set()


@ALL
def test_a_call_is_signed_as_the_last_thing(operation: str, any_ids: AnyIds) -> None:
    for request in call(operation, any_ids).requests:
        url, _, signature = request.url.rpartition("enc=")
        assert signature == request_hash(url[:-1], request.body, "secret")
        assert request.headers["X-Api-Key"] == "a2V5"
        assert request.method != "GET" or request.body == b""


@ALL
def test_a_documented_parameter_can_be_given(operation: str) -> None:
    endpoint = of_operation(operation)
    known = set(inspect.signature(method_named(endpoint["method"])).parameters)
    place = {"environment_id", "environment_stage"}
    for one in endpoint["query"]:
        assert one["name"] in known | UNSENT.keys() | place
    outermost = {re.split(r"[.\[]", one["name"])[0] for one in endpoint["body"]}
    if "bulk" in operation:
        outermost = set()
    assert {name.removeprefix("engagement_outcome_") for name in outermost} <= known | UNSENT.keys() | place


@ALL
def test_a_documented_request_is_what_the_call_sends(operation: str, any_ids: AnyIds) -> None:
    shown = SAMPLES.get(operation, {}).get("request")
    request = next(one for one in call(operation, any_ids).requests if one.method != "GET" or shown is None)
    for name, value in nested(shown or {}).items():
        if name not in ("session_id", "app_id") and value not in ("[email protected]", "dev"):
            assert agree(json.loads(request.body)[name], value), name


@ALL
def test_a_documented_reply_is_read_and_written_back_without_loss(operation: str, any_ids: AnyIds) -> None:
    shown = SAMPLES.get(operation, {}).get("response")
    server, _ = client_of(sample_server(operation))
    result = EVERY_CALL[of_operation(operation)["method"]](server, any_ids)
    if shown is None or isinstance(shown["data"], str):
        assert result is None or isinstance(result, int)
        return
    read, written = records_in(result), objects_in(shown["data"])
    assert len(read) == len(written) > 0
    for record, sample in zip(read, written, strict=True):
        assert record.to_json() == sample
        assert agree(typed(record), sample)
        assert replace(record).to_json() == sample


def sample_server(operation: str) -> Any:
    """A platform that gives the documented reply once, and nothing more."""
    shown = SAMPLES.get(operation, {}).get("response")
    status = of_operation(operation)["status"]
    given: list[Reply] = []

    def answer(request: Request) -> Reply:
        if "/v2/environments?" in request.url and "environment" not in operation:
            return told(ENVIRONMENTS)
        if given:
            return told([])
        given.append(Reply.of(status, b"" if shown is None else json.dumps(shown).encode()))
        return given[0]

    return answer


def call(operation: str, ids: AnyIds) -> Platform:
    """The platform after it was called with the documented call."""
    server, platform = client_of(sample_server(operation))
    EVERY_CALL[of_operation(operation)["method"]](server, ids)
    return platform


OTHER_KINDS = {
    "create_campaign_content": {"template_json", "campaign_event_framework_id", "json", "body", "framework_id"}
    | {"payment_type"},
    "delete_player_email": {"email_address"},
}
"""Fields that are required for another kind of content; and the address to delete, which no sample sends."""

FREE = {
    *("content", "data", "json", "schema", "list", "config", "attributes", "events", "values"),
    *("event_sets", "entry_strategy_config", "exit_strategy_config", "type_config", "value"),
}
"""Fields that hold what the documentation leaves to the studio, or lists elsewhere."""


def inside_of_free_fields(sent: set[str], documented: set[str]) -> set[str]:
    return sent - documented - {"enc"} if documented & FREE else set()


def plain(name: str) -> str:
    """The last part of a dotted name."""
    return re.split(r"\.+", name.replace("[]", ""))[-1]


def names_in(body: Any) -> Iterator[str]:
    """All names in a body, at any depth."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield name
            yield from names_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from names_in(value)


def body_of(request: Request) -> Any:
    return json.loads(request.body) if request.headers.get("Content-Type") == "application/json" else {}


def nested(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A documented body with its dotted names as objects, without the empty text of what is not set."""
    whole: dict[str, Any] = {}
    for name, value in shown.items():
        if value == "":
            continue
        *outer, last = re.split(r"\.+", name)
        inner = whole
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return whole


def records_in(result: Any) -> list[Record]:
    if isinstance(result, Record):
        return [result]
    parts = result.values() if isinstance(result, Mapping) else result
    return [record for part in parts for record in records_in(part)]


def objects_in(data: Any) -> list[dict[str, Any]]:
    """The objects of a reply that are records: one, those in a list, or those in the list of each app."""
    if isinstance(data, list):
        return data
    lists = [one for one in data.values() if isinstance(one, list)]
    by_app = len(lists) == len(data) and all(len(name) > 30 or "{{" in name for name in data)
    return [one for several in lists for one in several] if by_app else [data]


def typed(value: Any) -> Any:
    """What a record holds in its fields, without what it was read from."""
    if isinstance(value, Record):
        return {one.name: typed(getattr(value, one.name)) for one in fields(value) if one.name != "raw"}
    if isinstance(value, Mapping):
        return {name: typed(one) for name, one in value.items()}
    return [typed(one) for one in value] if isinstance(value, (list, tuple)) else value


def agree(held: Any, shown: Any) -> bool:
    """Whether fields hold all that JSON shows; a time may be written in another way."""
    if isinstance(shown, dict):
        return isinstance(held, dict) and all(name in held and agree(held[name], shown[name]) for name in shown)
    if isinstance(shown, list):
        return len(held) == len(shown) and all(map(agree, held, shown))
    if isinstance(held, datetime):
        month_first = re.fullmatch(r"(\d\d-\d\d)-(\d{4})(.*)", shown)
        iso = f"{month_first[2]}-{month_first[1]}{month_first[3]}" if month_first else shown
        return held == datetime.fromisoformat(iso)
    kinds = {type(held), type(shown)}  # 20 is read as 20.0 where a field is a number with a fraction
    return bool(held == shown) and (len(kinds) == 1 or kinds == {int, float})


def test_the_resources_have_no_other_public_names() -> None:
    server, _ = client_of(lambda request: told(None))
    methods = {
        f"{resource}.{name}"
        for resource, owner in vars(server).items()
        if not resource.startswith("_")
        for name in dir(owner)
        if not name.startswith("_")
    }
    documented = {".".join(one["method"].split(".")[:2]) for one in TABLE}
    assert methods == documented
    assert isinstance(server, ServerApi)
