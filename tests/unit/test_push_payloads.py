from __future__ import annotations

from collections import ChainMap, OrderedDict, UserDict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import json_objects, json_values
from uwclient.models.push import PushPayload
from uwclient.rules.push import read_payload

PAYLOAD = {"origin": "userwise", "image_id": "img", "push_notification_id": "n1", "impression_id": "i1"}
ids = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and text not in (".", ".."))
anything = json_values | st.binary() | st.builds(object) | st.lists(st.binary())


class Hostile(Mapping[str, Any]):
    """A mapping whose every method fails in its own way."""

    def __getitem__(self, key: str) -> Any:
        raise ZeroDivisionError(key)

    def __iter__(self) -> Iterator[str]:
        raise RecursionError

    def __len__(self) -> int:
        raise MemoryError


class NoClass:
    """An object that does not even tell its type."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise ValueError


class Text(str):
    """A text that is equal to everything."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        raise ValueError


@pytest.mark.parametrize(
    "make", [dict, OrderedDict, UserDict, ChainMap, MappingProxyType], ids=lambda make: make.__name__
)
def test_a_payload_of_the_platform_is_read_whatever_mapping_it_is(make: Any) -> None:
    assert read_payload(make(PAYLOAD)) == PushPayload("i1", "n1", "img")


@given(ids, ids, ids, json_objects)
def test_other_fields_do_not_matter(impression: str, notification: str, image: str, others: dict[str, Any]) -> None:
    payload = {**others, "origin": "userwise", "impression_id": impression}
    payload |= {"push_notification_id": notification, "image_id": image}
    assert read_payload(payload) == PushPayload(impression, notification, image)


@pytest.mark.parametrize("name", ["image_id", "push_notification_id"])
@pytest.mark.parametrize("value", [None, "", 5, [], {}, b"n1", "..", "x" * 10_000, "\ud800"], ids=repr)
def test_what_cannot_be_an_id_counts_as_missing(name: str, value: Any) -> None:
    read = read_payload({**PAYLOAD, name: value})
    assert read is not None
    assert getattr(read, name) is None
    assert read.impression_id == "i1"


@pytest.mark.parametrize(
    "value", [None, "", " ", 5, True, [], {}, b"i1", ".", "..", "x" * 10_000, "\ud800"], ids=repr
)
def test_without_an_impression_there_is_nothing_to_tell(value: Any) -> None:
    assert read_payload({**PAYLOAD, "impression_id": value}) is None


@pytest.mark.parametrize("origin", [None, "", "Userwise", "userwise ", "onesignal", 5, b"userwise", ["userwise"]])
def test_a_payload_of_another_origin_is_none_of_ours(origin: Any) -> None:
    assert read_payload({**PAYLOAD, "origin": origin}) is None
    assert read_payload({name: value for name, value in PAYLOAD.items() if name != "origin"}) is None


@given(anything | st.dictionaries(st.sampled_from(sorted(PAYLOAD)), anything | st.sampled_from(["userwise", "i1"])))
def test_anything_at_all_may_be_handed_over(payload: Any) -> None:
    read = read_payload(payload)
    assert read is None or (payload["origin"] == "userwise" and read.impression_id == payload["impression_id"])


@pytest.mark.parametrize("payload", [[PAYLOAD], "userwise", b"", 5, None, type, PAYLOAD.items()], ids=repr)
def test_what_is_no_mapping_is_ignored(payload: Any) -> None:
    assert read_payload(payload) is None


def test_what_fails_when_it_is_looked_at_is_ignored() -> None:
    assert read_payload(Hostile()) is None
    assert read_payload(NoClass()) is None


def test_a_text_that_lies_about_itself_is_taken_at_its_letters() -> None:
    assert read_payload({**PAYLOAD, "origin": Text("onesignal")}) is None
    read = read_payload({**PAYLOAD, "impression_id": Text("i1")})
    assert read is not None
    assert type(read.impression_id) is str
    assert {read.impression_id} == {"i1"}
