"""Whatever comes in place of a reply, a call raises only what is documented, and soon."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.hosts import FileHost, file_host, reply
from tests.http.test_framing import CHUNKED, endless
from tests.server_api.conftest import SAMPLES, TABLE, AnyIds, client_of, told
from tests.server_api.every_call import APP, EVERY_CALL
from uwclient import ArgumentError, ConnectionFailed, Reply, ReplyError
from uwclient.http.messages import LARGEST_BODY
from uwclient.server_api import ServerApi, ServerApiError

DOCUMENTED = (ArgumentError, ConnectionFailed, ReplyError, ServerApiError)
MB = 1 << 20

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@contextmanager
def calling(sends: Callable[[], Iterable[bytes]]) -> Iterator[tuple[ServerApi, FileHost]]:
    """A client of a host that sends this to whoever asks."""
    with file_host(lambda head: sends()) as host:
        address = host.url.removesuffix("/picture.png")
        with ServerApi("key", secret_key=None, app_id=APP, host=address, retries=0) as server:
            yield server, host


def outcome(server: ServerApi, method: str) -> object:
    """What a call gives, or the documented exception that it raises."""
    try:
        return EVERY_CALL[method](server, AnyIds())
    except DOCUMENTED as error:
        return error


@settings(max_examples=60)
@given(sent=st.binary(max_size=300), method=st.sampled_from(sorted(EVERY_CALL)))
def test_any_bytes_raise_what_is_documented(sent: bytes, method: str) -> None:
    with calling(lambda: [sent]) as (server, _):
        assert isinstance(outcome(server, method), DOCUMENTED)


@settings(max_examples=60)
@given(body=st.binary(max_size=300), status=st.integers(200, 599), method=st.sampled_from(sorted(EVERY_CALL)))
def test_any_body_with_any_status_raises_what_is_documented(body: bytes, status: int, method: str) -> None:
    server, _ = client_of(lambda request: Reply.of(status, body), retries=1)
    outcome(server, method)


PAGE = b"<!DOCTYPE html><html><body>Log in to use this network.</body></html>"
DEEP = b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
DEEP_OBJECTS = b'{"data": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}"
BODIES = {
    "HTML": PAGE,
    "cut JSON": b'{"data": [{"id": "a"',
    "arrays in arrays": DEEP,
    "objects in objects": DEEP_OBJECTS,
    "arrays in errors": b'{"errors": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no object": b"[]",
    "a number of a million digits": b'{"data": ' + b"9" * 1_000_000 + b"}",
    "no Unicode": b'{"data": "\xff\xfe"}',
    "nothing": b"",
    "null": b"null",
    "null data": b'{"data": null}',
    "odd meta": b'{"data": [], "meta": []}',
    "odd counts": b'{"data": [{"id": "a"}], "meta": {"query": {"total_pages": -1, "total_records": "x"}}}',
}


@pytest.mark.parametrize("status", [200, 201, 204, 302, 400, 404, 422, 429, 500, 503])
@pytest.mark.parametrize("what", BODIES)
def test_each_call_survives_it(what: str, status: int) -> None:
    server, _ = client_of(lambda request: Reply.of(status, BODIES[what]), retries=0)
    for method in EVERY_CALL if len(BODIES[what]) < 10_000 else ["campaigns.list", "regions.list", "media.upload"]:
        outcome(server, method)


@pytest.mark.parametrize("how", ["a length of 10 GB", "chunks without end", "a body without end"])
def test_a_reply_of_ten_gigabytes_is_left_soon(how: str) -> None:
    starts = {
        "a length of 10 GB": endless(reply(content_length="10000000000"), b"x"),
        "chunks without end": endless(CHUNKED, b"2000\r\n" + b"x" * 0x2000 + b"\r\n"),
        "a body without end": endless(reply(content_length="left out"), b"x"),
    }
    with calling(starts[how]) as (server, host):
        assert isinstance(outcome(server, "campaigns.list"), (ReplyError, ConnectionFailed))
        assert host.sent < 2 * LARGEST_BODY + 16 * MB


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_reply_that_is_cut_is_no_reply(share: float) -> None:
    whole = reply(json.dumps(SAMPLES["list_campaigns"]["response"]).encode())
    with calling(lambda: [whole[: int(len(whole) * share)]]) as (server, _):
        assert isinstance(outcome(server, "campaigns.get"), (ReplyError, ConnectionFailed))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value within a JSON value, and to itself."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def with_another(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """A JSON value with another value at a place."""
    if not path:
        return other
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = other
    return changed


ANSWERED = [one for one in TABLE if SAMPLES.get(one["operation"], {}).get("response")]


@settings(max_examples=400)
@given(endpoint=st.sampled_from(ANSWERED), other=json_values, dice=st.integers(0, 2**32))
def test_wrong_types_in_every_field_raise_what_is_documented(endpoint: Any, other: Any, dice: int) -> None:
    shown = SAMPLES[endpoint["operation"]]["response"]
    path = random.Random(dice).choice([*places(shown)])
    check_odd(endpoint["method"], endpoint["status"], with_another(shown, path, other))


OTHERS: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    float("nan"),
    "",
    "text",
    [],
    [None],
    [[]],
    {},
    {"id": 7},
    [{"id": "x"}],
]


@pytest.mark.parametrize("endpoint", ANSWERED, ids=lambda endpoint: str(endpoint["method"]))
def test_each_value_of_a_documented_reply_may_be_another(endpoint: dict[str, Any]) -> None:
    shown = SAMPLES[endpoint["operation"]]["response"]
    distinct = {re.sub(r"\d+", "0", repr(path)): path for path in places(shown)}
    for number, path in enumerate(distinct.values()):
        for other in OTHERS if len(distinct) < 40 else OTHERS[number % 3 :: 3]:
            check_odd(endpoint["method"], endpoint["status"], with_another(shown, path, other))


def check_odd(method: str, status: int, said: Any) -> None:
    """Check that a call gives records that can be written, or raises what is documented."""
    body = json.dumps(said).encode()
    sent: list[bytes] = []

    def answer(request: Any) -> Reply:
        if "/v2/environments?" in request.url and "environments" not in method:
            return told([{"id": "dev-id", "key": "dev"}, {"id": "live-id", "key": "live"}])
        sent.append(body)
        return Reply.of(status, body) if len(sent) == 1 else told([])

    server, _ = client_of(answer, retries=0)
    result = outcome(server, method)
    assert repr(result)
    for record in result if isinstance(result, list) else [result]:
        if hasattr(record, "to_json"):
            record.to_json()
