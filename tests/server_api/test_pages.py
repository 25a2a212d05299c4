"""Lists of any length: all of them in turn, one page, the first; with little in memory, and never without end."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server_api.conftest import SAMPLES, client_of, query_of, told
from uwclient import ArgumentError, Reply, ReplyError, Request
from uwclient.server_api import Campaign, Page

CAMPAIGN: dict[str, Any] = SAMPLES["list_campaigns"]["response"]["data"][0]


def listing(count: int, *, counts: bool) -> Callable[[Request], Reply]:
    """A platform with so many campaigns; `counts` is whether it tells how many pages there are."""

    def answer(request: Request) -> Reply:
        query = query_of(request)
        size, page = int(query.get("page_size", "10")), int(query.get("page", "1"))
        numbers = range((page - 1) * size, min(page * size, count))
        pages = -(-count // size)
        meta: Any = {"query": {"current_page": page, "total_pages": pages, "total_records": count}} if counts else {}
        return told([{**CAMPAIGN, "id": f"campaign-{number}"} for number in numbers], **meta)

    return answer


@given(count=st.integers(0, 40), size=st.integers(1, 15), counts=st.booleans())
def test_iterating_gives_every_record_once_and_in_order(count: int, size: int, counts: bool) -> None:
    server, platform = client_of(listing(count, counts=counts))
    found = [campaign.id for campaign in server.campaigns.list(page_size=size)]
    assert found == [f"campaign-{number}" for number in range(count)]
    full = -(-count // size)
    assert len(platform.requests) == (max(full, 1) if counts else full + 1)


def test_a_page_is_a_sequence_that_knows_how_many_there_are() -> None:
    server, platform = client_of(listing(25, counts=True))
    page = server.campaigns.list(query="hallo", page_size=10).page(3)
    assert isinstance(page, Page)
    assert [one.id for one in page] == [f"campaign-{number}" for number in range(20, 25)]
    assert (len(page), page[-1].id, page.number, page.total_pages, page.total_records) == (5, "campaign-24", 3, 3, 25)
    assert [one.id for one in page[:2]] == ["campaign-20", "campaign-21"]
    assert query_of(platform.requests[0]) | {"enc": ""} == {
        "app_id": CAMPAIGN["app_id"],
        "environment_stage": "dev",
        "query": "hallo",
        "page": "3",
        "page_size": "10",
        "enc": "",
    }


def test_a_page_past_the_end_is_empty() -> None:
    server, _ = client_of(listing(3, counts=True))
    assert list(server.campaigns.list().page(9)) == []


def test_the_first_record_costs_one_record() -> None:
    server, platform = client_of(listing(300, counts=True))
    first = server.campaigns.list().first()
    assert first is not None
    assert first.id == "campaign-0"
    assert query_of(platform.requests[0])["page_size"] == "1"


def test_there_may_be_no_first_record() -> None:
    server, _ = client_of(listing(0, counts=True))
    assert server.campaigns.list().first() is None


def test_a_list_asks_nothing_until_it_is_used() -> None:
    server, platform = client_of(listing(3, counts=True))
    assert "Campaign" in repr(server.campaigns.list())
    assert platform.requests == []


def test_a_list_without_documented_pages_is_asked_for_as_a_whole() -> None:
    server, platform = client_of(lambda request: told([{"id": "a"}, {"id": "b"}]))
    assert [one.id for one in server.offer_frameworks.list()] == ["a", "b"]
    assert [query_of(one).keys() for one in platform.requests] == [{"enc"}]


def test_a_list_without_documented_pages_is_followed_when_the_platform_says_that_there_are_more() -> None:
    server, platform = client_of(listing(25, counts=True))
    assert len(list(server.offer_frameworks.list())) == 25
    assert [query_of(one).get("page") for one in platform.requests] == [None, "2", "3"]


def test_a_platform_that_knows_no_pages_is_noticed() -> None:
    server, _ = client_of(lambda request: told([{"id": "a"}, {"id": "b"}]))
    with pytest.raises(ReplyError, match="page 1 again"):
        list(server.campaigns.list())


@pytest.mark.parametrize("number", [0, -1])
def test_pages_are_counted_from_one(number: int) -> None:
    server, _ = client_of(listing(3, counts=True))
    with pytest.raises(ArgumentError, match="counted from 1"):
        server.campaigns.list().page(number)


def test_a_page_has_at_least_one_record() -> None:
    server, _ = client_of(listing(3, counts=True))
    with pytest.raises(ArgumentError, match="page_size"):
        server.campaigns.list(page_size=0)


def test_memory_does_not_grow_with_the_number_of_pages() -> None:
    def peak(count: int) -> int:
        server, platform = client_of(listing(count, counts=True))
        tracemalloc.start()
        for campaign in server.campaigns.list(page_size=50):
            assert isinstance(campaign, Campaign)
            platform.requests.clear()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50)  # what is made once
    assert peak(1000) < 1.5 * peak(150)
