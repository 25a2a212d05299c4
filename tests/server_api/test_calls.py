"""Calls that are more than one request: many players, uploads, cursors, environments; and what is refused at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server_api.conftest import client_of, query_of, told
from tests.server_api.every_call import APP
from uwclient import ArgumentError, ConnectionFailed, Reply, ReplyError, Request, UserWiseError
from uwclient.server_api import BulkStopped, ServerApi, Unprocessable
from uwclient.server_api.bulk import LARGEST_PART, MOST_IN_PART, parts

NO = Reply.of(422, b'{"errors": ["level: it is text"]}')
NOTHING = Reply.of(204)

# Many players.


@settings(max_examples=40)
@given(st.lists(st.integers(0, 400_000), max_size=6), st.integers(0, 2500))
def test_parts_are_bounded_and_have_everything_in_order(large: list[int], small: int) -> None:
    values = [*({"id": str(size), "text": "x" * size} for size in large), *({"id": "small"} for _ in range(small))]
    made = list(parts(values))
    assert [one for part in made for one in part] == values
    for part in made:
        assert 1 <= len(part) <= MOST_IN_PART
        assert len(part) == 1 or len(json.dumps(part)) < LARGEST_PART + 2 * len(part) + 2


def test_many_players_are_assigned_in_parts() -> None:
    server, platform = client_of(lambda request: Reply.of(204))
    done: list[int] = []
    count = server.players.bulk_assign_attributes(
        ((f"player-{number}", {"level": number}) for number in range(2500)), progress=done.append
    )
    assert (count, done) == (2500, [1000, 2000, 2500])
    sent = [one for request in platform.requests for one in json.loads(request.body)["assignment_data"]]
    assert sent == [{"id": f"player-{number}", "attributes": {"level": number}} for number in range(2500)]


def test_no_players_need_no_request() -> None:
    server, platform = client_of(lambda request: Reply.of(204))
    assert server.players.bulk_assign_events({}) == 0
    assert platform.requests == []


def test_a_bulk_call_that_stops_says_how_far_it_was() -> None:
    replies: list[Reply | UserWiseError] = [NOTHING, ConnectionFailed("cut", reached=True)]
    server, _ = client_of(lambda request: replies.pop(0))
    with pytest.raises(BulkStopped, match=r"The first 1,000 are done, and the next 200 are not: cut") as raised:
        server.players.bulk_assign_attributes({f"player-{number}": {"level": 1} for number in range(1200)})
    assert raised.value.done == 1000
    assert isinstance(raised.value.__cause__, ConnectionFailed)


def test_a_bulk_call_whose_first_part_is_refused_raises_the_refusal() -> None:
    server, _ = client_of(lambda request: Reply.of(422, b'{"errors": ["level: it is text"]}'))
    with pytest.raises(Unprocessable, match="level: it is text"):
        server.players.bulk_assign_attributes({"player": {"level": "x"}})


# Uploads.


def sent_file(request: Request) -> tuple[str | None, str, bytes]:
    """The name, the type and the bytes of the file in a request."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts_of_form: Any = message_from_bytes(head + request.body).get_payload()
    [part] = parts_of_form
    assert part.get_param("name", header="Content-Disposition") == "media"
    return part.get_filename(), part.get_content_type(), part.get_payload(decode=True)


@pytest.mark.parametrize("as_path", [Path, str])
def test_a_file_is_uploaded_with_its_name_and_type(tmp_path: Path, as_path: Any) -> None:
    path = tmp_path / "banner.png"
    path.write_bytes(b"\x89PNG and more")
    server, platform = client_of(lambda request: told({"id": "m"}, 201))
    assert server.media.upload(as_path(path)).id == "m"
    assert sent_file(platform.requests[0]) == ("banner.png", "image/png", b"\x89PNG and more")
    assert query_of(platform.requests[0])["app_id"] == APP


def test_bytes_are_uploaded_under_a_given_name() -> None:
    server, platform = client_of(lambda request: told({"id": "m"}, 201))
    server.media.replace("m", b"data", name="level.bin", content_type="application/x-level")
    assert sent_file(platform.requests[0]) == ("level.bin", "application/x-level", b"data")
    assert platform.paths == ["PUT /api/v1/media_library/m"]


def test_bytes_need_a_name() -> None:
    server, platform = client_of(lambda request: told({"id": "m"}, 201))
    with pytest.raises(ArgumentError, match=r"name='logo\.png'"):
        server.media.upload(b"data")
    assert platform.requests == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    server, _ = client_of(lambda request: told({"id": "m"}, 201))
    with pytest.raises(ArgumentError, match=r"nowhere\.png cannot be read"):
        server.media.upload(tmp_path / "nowhere.png")


# Raw responses.


def responses(count: int) -> Any:
    """A platform with so many responses, which gives those after the one that is named."""

    def answer(request: Request) -> Reply:
        query = query_of(request)
        after = int(query.get("start_after_response_id", "-1"))
        last = min(after + 1 + int(query["limit"]), count)
        return told([{"id": str(number), "state": "success"} for number in range(after + 1, last)])

    return answer


@given(count=st.integers(0, 30), limit=st.integers(1, 12))
def test_a_cursor_gives_every_response_once_and_in_order(count: int, limit: int) -> None:
    server, _ = client_of(responses(count))
    found = [one.id for one in server.surveys.raw_responses("survey", limit=limit)]
    assert found == [str(number) for number in range(count)]


@given(count=st.integers(0, 30), limit=st.integers(1, 12), stops=st.integers(0, 30))
def test_a_cursor_goes_on_where_another_was(count: int, limit: int, stops: int) -> None:
    server, _ = client_of(responses(count))
    found: list[str] = []
    first = server.surveys.raw_responses("survey", limit=limit)
    for response in first:
        found.append(response.id)
        if len(found) == stops:
            break
    found += [one.id for one in server.surveys.raw_responses("survey", start_after=first.position, limit=limit)]
    assert found == [str(number) for number in range(count)]


def test_a_cursor_goes_on_after_an_exception() -> None:
    whole = responses(10)
    failures: Iterator[Reply | UserWiseError] = iter([ConnectionFailed("cut", reached=True)])
    server, platform = client_of(
        lambda request: next(failures, whole(request)) if len(platform.requests) == 3 else whole(request), retries=0
    )
    found: list[str] = []
    cursor = server.surveys.raw_responses("survey", limit=2)
    with pytest.raises(ConnectionFailed):
        found.extend(one.id for one in cursor)
    position = cursor.position
    rest = [one.id for one in cursor]
    assert position == "3"
    assert rest == [str(number) for number in range(4, 10)]


def test_a_cursor_that_does_not_move_is_noticed() -> None:
    server, _ = client_of(lambda request: told([{"id": "same"}]))
    with pytest.raises(ReplyError, match="again"):
        list(server.surveys.raw_responses("survey"))


@pytest.mark.parametrize("limit", [0, 10_001])
def test_the_limit_of_a_cursor_is_documented(limit: int) -> None:
    server, _ = client_of(responses(1))
    with pytest.raises(ArgumentError, match="10,000"):
        server.surveys.raw_responses("survey", limit=limit)


# Environments.


def journeys_of(request: Request) -> Reply:
    if "/environments" in request.url:
        return told([{"id": "dev-id", "key": "dev"}, {"id": "summer-id", "key": "summer"}])
    return told([{"id": query_of(request)["environment_id"]}])


def test_the_id_of_an_environment_is_looked_up_once() -> None:
    server, platform = client_of(journeys_of)
    found = [server.journeys.list(environment_stage=key).first() for key in ("dev", "summer", "dev", None)]
    assert [one.id for one in found if one is not None] == ["dev-id", "summer-id", "dev-id", "dev-id"]
    assert sum("/environments" in path for path in platform.paths) == 1


def test_an_environment_that_is_new_is_found() -> None:
    known = ["dev"]
    server, _ = client_of(
        lambda request: (
            told([{"id": f"{key}-id", "key": key} for key in known])
            if "/environments" in request.url
            else journeys_of(request)
        )
    )
    assert server.journeys.list().first()
    known.append("winter")
    assert server.journeys.list(environment_stage="winter").first()


def test_an_unknown_environment_is_named_with_those_there_are() -> None:
    server, _ = client_of(journeys_of)
    with pytest.raises(ArgumentError, match=r"no environment 'moon': use one of dev, summer"):
        server.journeys.list(environment_stage="moon")


def test_each_call_may_be_for_another_environment() -> None:
    server, platform = client_of(lambda request: told({"id": "c"}))
    server.campaigns.get("c", environment_stage="live")
    server.campaigns.contents("c", environment_stage="qa").duplicate("k")
    server.players.get("hero", environment_stage="summer")
    assert [query_of(one)["environment_stage"] for one in platform.requests] == ["live", "qa", "summer"]


# What is refused before anything is sent.


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"secret_key": None, "host": "https://api.userwise.io"}, "secret_key is None, which only a sandbox"),
        ({"secret_key": ""}, "secret_key must not be empty"),
        ({"app_id": ""}, "app_id must not be empty"),
        ({"environment_stage": ""}, "environment_stage must not be empty"),
        ({"host": "http://api.userwise.io"}, "plain http"),
        ({"host": "ftp://127.0.0.1"}, "host must be an address"),
        ({"host": "https://api.userwise.io/v2"}, "scheme, name and port alone"),
        ({"retries": -1}, "retries must be 0 or more"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        client_of(lambda request: told(None), **wrong)


@pytest.mark.parametrize("wrong", ["", " ", ".", "..", 7, None, "\ud800"])
def test_an_id_that_is_none_is_refused(wrong: Any) -> None:
    server, platform = client_of(lambda request: told(None))
    with pytest.raises(ArgumentError):
        server.campaigns.get(wrong)
    assert platform.requests == []


@pytest.mark.parametrize("wrong", [float("nan"), object(), b"bytes", {1: 2}, datetime(2026, 1, 1), "\udfff"])
def test_a_value_that_json_does_not_have_is_refused(wrong: Any) -> None:
    server, platform = client_of(lambda request: told(None))
    with pytest.raises(ArgumentError):
        server.players.assign_attributes("hero", {"value": wrong})
    assert platform.requests == []


def test_a_value_that_holds_itself_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    server, _ = client_of(lambda request: told(None))
    with pytest.raises(ArgumentError, match="nested more than"):
        server.players.assign_attributes("hero", {"value": circle})


@given(st.text(min_size=1))
def test_an_id_is_one_part_of_the_path_whatever_it_has_in_it(player_id: str) -> None:
    server, platform = client_of(lambda request: told({"id": "x"}))
    try:
        server.players.get(player_id)
    except ArgumentError:
        return
    assert platform.paths[0].count("/") == 4


# Secrets.


def test_no_secret_is_in_a_repr_or_an_error() -> None:
    secret, key = "very-secret-company-key", "very-private-api-key"
    body = json.dumps({"errors": [f"Bad key {key} {secret}"], "meta": {"hints": [secret], "warnings": [key]}})
    _, platform = client_of(lambda request: Reply.of(403, body.encode()))
    made = ServerApi(key, secret_key=secret, app_id=APP, transport=platform)
    with pytest.raises(UserWiseError) as raised:
        made.campaigns.list(query="x").first()
    error = raised.value
    shown = [repr(made), repr(vars(made)), repr(vars(made.campaigns)), str(error), repr(error), repr(vars(error))]
    shown += [repr(one) for one in platform.requests]
    assert [text for text in shown if secret in text or key in text] == []
    assert "enc=" not in str(error)


def test_a_closed_client_may_be_closed_again() -> None:
    server, _ = client_of(lambda request: told(None))
    with server:
        server.close()
    server.close()
