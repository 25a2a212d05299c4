"""Going through a list page by page while others write: what is there all the time comes once, and only once."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox

CURRENCIES = "/api/v1/app_currencies"
HEADERS = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode()}
Ask = Callable[..., Any]

ORDERS = ("", "&sort_direction=desc", "&sort_by=name_singular", "&sort_by=name_singular&sort_direction=desc")
WRITES = st.lists(st.tuples(st.sampled_from(("create", "delete", "rename")), st.integers(0, 99)), max_size=4)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.check()


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    sandbox.reset()
    return asking(sandbox)


def asking(sandbox: Sandbox) -> Ask:
    """Has requests answered in this process; returns their JSON."""

    def ask(method: str, path: str, body: Any = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        reply = sandbox.ask(method, f"http://127.0.0.1{path}", headers=HEADERS, body=sent)
        assert reply is not None
        assert reply.status < 300, reply.body
        return json.loads(reply.body)

    return ask


class Currencies:
    """Currencies with names that come in no order, and the ids of those that were there all the time."""

    def __init__(self, ask: Ask, count: int) -> None:
        self._ask = ask
        self._made = 0
        self.ids: list[str] = []
        for _ in range(count):
            self.create()
        self.constant = set(self.ids)

    def create(self, number: int = 0) -> None:
        self._made += 1
        name = f"{(self._made * 37 + number) % 100:02}"
        fields = {"name_singular": name, "name_plural": "", "external_currency_id": f"c{self._made}"}
        made = self._ask("POST", CURRENCIES, {**fields, "icon_attachment_id": ""})
        self.ids.append(made["data"]["id"])

    def delete(self, number: int) -> None:
        if self.ids:
            gone = self.ids.pop(number % len(self.ids))
            self.constant.discard(gone)
            self._ask("DELETE", f"{CURRENCIES}/{gone}")

    def rename(self, number: int) -> None:
        if self.ids:
            self._ask("PUT", f"{CURRENCIES}/{self.ids[number % len(self.ids)]}", {"name_singular": f"{number:02}"})


@given(
    st.integers(0, 12),
    st.integers(1, 5),
    st.sampled_from(ORDERS),
    st.lists(WRITES, min_size=1, max_size=8),
    st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_lose_and_double_nothing_that_was_there_all_the_time(
    sandbox: Sandbox, count: int, size: int, order: str, writes: list[list[tuple[str, int]]], by_meta: bool
) -> None:
    sandbox.reset()
    ask = asking(sandbox)
    currencies = Currencies(ask, count)
    seen: Counter[str] = Counter()
    page = 0
    while True:
        page += 1
        reply = ask("GET", f"{CURRENCIES}?page={page}&page_size={size}{order}")
        seen.update(row["id"] for row in reply["data"])
        last = page >= reply["meta"]["query"]["total_pages"] if by_meta else len(reply["data"]) < size
        if last:
            break
        for what, number in writes[page - 1] if page <= len(writes) else ():
            getattr(currencies, what)(number)

    assert max(seen.values(), default=1) == 1
    assert currencies.constant <= seen.keys()


def test_a_list_that_nobody_writes_is_cut_into_its_pages(ask: Ask) -> None:
    Currencies(ask, 7)
    whole = ask("GET", f"{CURRENCIES}?sort_by=name_singular")["data"]

    for page in (1, 2, 2, 3, 1, 3, 4, 2):
        reply = ask("GET", f"{CURRENCIES}?page={page}&page_size=3&sort_by=name_singular")
        assert reply["data"] == whole[3 * (page - 1) : 3 * page]
        assert reply["meta"]["query"]["total_pages"] == 3
        assert reply["meta"]["query"]["total_records"] == 7


def test_two_clients_that_go_through_the_same_list_do_not_meet(ask: Ask) -> None:
    currencies = Currencies(ask, 9)
    here = ask("GET", f"{CURRENCIES}?page=1&page_size=3")["data"]
    here += ask("GET", f"{CURRENCIES}?page=2&page_size=3")["data"]
    currencies.delete(0)
    there = ask("GET", f"{CURRENCIES}?page=1&page_size=3")["data"]
    here += ask("GET", f"{CURRENCIES}?page=3&page_size=3")["data"]
    there += ask("GET", f"{CURRENCIES}?page=2&page_size=3")["data"]

    assert {row["id"] for row in here} >= set(currencies.ids)
    assert [row["id"] for row in there] == currencies.ids[:6]


def test_a_first_page_is_always_that_of_the_list_as_it_is(ask: Ask) -> None:
    currencies = Currencies(ask, 4)
    ask("GET", f"{CURRENCIES}?page=1&page_size=2")
    currencies.delete(0)

    assert [row["id"] for row in ask("GET", f"{CURRENCIES}?page=1&page_size=2")["data"]] == currencies.ids[:2]
    assert [row["id"] for row in ask("GET", f"{CURRENCIES}?page=2&page_size=2")["data"]] == currencies.ids[2:]


def test_a_sandbox_that_was_emptied_knows_of_no_earlier_page(sandbox: Sandbox, ask: Ask) -> None:
    Currencies(ask, 4)
    ask("GET", f"{CURRENCIES}?page=1&page_size=2")
    sandbox.reset()
    currencies = Currencies(ask, 4)

    assert [row["id"] for row in ask("GET", f"{CURRENCIES}?page=2&page_size=2")["data"]] == currencies.ids[2:]
