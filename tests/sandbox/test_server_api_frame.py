"""What all requests of the server API have in common: access, spelling, empty values, paging, warnings, errors."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import requests

from uwclient.sandbox import Sandbox, ScenarioError

APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
CURRENCIES = "/api/v1/app_currencies"
Ask = Callable[..., requests.Response]


def asking(sandbox: Sandbox, key: str = "sandbox-key") -> Ask:
    """Sends requests with the API key."""
    headers = {"X-Api-Key": base64.b64encode(key.encode()).decode()}

    def ask(method: str, path: str, **rest: Any) -> requests.Response:
        return requests.request(method, sandbox.url + path, headers=headers, timeout=10, **rest)

    return ask


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    return asking(sandbox)


def currency(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "name_singular": f"Coin {number}",
        "name_plural": f"Coins {number}",
        "external_currency_id": f"coin-{number}",
        "icon_attachment_id": "icon",
        **fields,
    }


def test_what_was_created_is_listed_found_changed_and_deleted(ask: Ask) -> None:
    made = ask("POST", CURRENCIES, json=currency())
    row = made.json()["data"]

    assert made.status_code == 201
    assert row == {"id": row["id"], "app_id": APP_ID, **currency()}
    assert ask("GET", CURRENCIES).json()["data"] == [row]
    assert ask("GET", f"{CURRENCIES}/{row['id']}").json()["data"] == row
    changed = ask("PUT", f"{CURRENCIES}/{row['id']}", json={"name_plural": "Gold", "icon_id": "other"})
    assert changed.json()["data"] == {**row, "name_plural": "Gold", "icon_attachment_id": "other"}
    gone = ask("DELETE", f"{CURRENCIES}/{row['id']}")
    assert (gone.status_code, gone.json()["data"]) == (200, "Successfully deleted the app currency.")
    assert ask("DELETE", f"{CURRENCIES}/{row['id']}").status_code == 404


def test_every_reply_has_meta_and_every_list_says_where_it_is(ask: Ask) -> None:
    for number in range(12):
        made = ask("POST", CURRENCIES, json=currency(number))
        assert made.json()["meta"] == {"warnings": [], "hints": []}

    reply = ask("GET", f"{CURRENCIES}?page=2&page_size=5&sort_by=name_singular&sort_direction=desc").json()

    assert [row["name_singular"] for row in reply["data"]] == [f"Coin {number}" for number in (4, 3, 2, 11, 10)]
    assert reply["meta"]["query"] == {
        "current_page": 2,
        "current_page_record_count": 5,
        "records_per_page": 5,
        "total_pages": 3,
        "total_records": 12,
    }


def test_a_page_past_the_end_is_empty(ask: Ask) -> None:
    ask("POST", CURRENCIES, json=currency())

    reply = ask("GET", f"{CURRENCIES}?page=9").json()

    assert reply["data"] == []
    assert reply["meta"]["query"]["total_records"] == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("sort_by=nme_plural", "did you mean 'name_plural'?"),
        ("page=0", "0 is not a number from 1"),
        ("page=x", "'x' is not a whole number"),
        ("sort_direction=up", "is not one of asc, desc"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(ask: Ask, query: str, sentence: str) -> None:
    reply = ask("GET", f"{CURRENCIES}?{query}")

    assert reply.status_code == 422
    assert sentence in reply.json()["errors"][0]


def test_unknown_fields_and_parameters_are_left_out_with_a_warning(ask: Ask) -> None:
    reply = ask("POST", f"{CURRENCIES}?shiny=1", json=currency(name_plurl="Coins"))

    assert reply.status_code == 201
    warnings = reply.json()["meta"]["warnings"]
    assert any("'shiny'" in one for one in warnings)
    assert any("did you mean 'name_plural'?" in one for one in warnings)


def test_an_empty_text_means_not_given(ask: Ask) -> None:
    made = ask("POST", CURRENCIES, json=currency(icon_attachment_id=""))
    row = made.json()["data"]

    assert row["icon_attachment_id"] is None
    assert "icon_attachment_id is empty" in made.json()["meta"]["warnings"][0]
    changed = ask("PUT", f"{CURRENCIES}/{row['id']}", json={"name_plural": ""})
    assert changed.json()["data"] == row
    assert ask("GET", f"{CURRENCIES}?query=&page=&sort_by=").json()["data"] == [row]


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("POST", "{", 400),
        ("POST", "[]", 400),
        ("POST", "[" * 100_000, 400),
        ("POST", "{}", 422),
        ("PATCH", "{}", 405),
    ],
)
def test_bodies_that_are_wrong_are_told_apart(ask: Ask, method: str, body: str, status: int) -> None:
    reply = ask(method, CURRENCIES, data=body)

    assert reply.status_code == status
    assert reply.json()["errors"]


@pytest.mark.parametrize("cost", [0, 1, 0.1, 2**63, 10**300])
def test_a_number_of_any_size_is_kept(ask: Ask, cost: Any) -> None:
    made = ask("POST", "/api/v1/app_products", json={"name": "Pack", "cost": cost})

    listed = ask("GET", "/api/v1/app_products?query=Pack").json()["data"]
    assert made.status_code == 201
    assert [float(one["cost"]) for one in listed] == [float(cost)]


@pytest.mark.parametrize("cost", [-(2**63), 10**400, True, "1", [1]])
def test_what_is_no_price_is_refused(ask: Ask, cost: Any) -> None:
    assert ask("POST", "/api/v1/app_products", json={"name": "Pack", "cost": cost}).status_code == 422


@pytest.mark.parametrize("edges", [{"create": {"from_id": {}}}, {"create": {"from_id": ["x"]}}, {"delete": [{}]}])
def test_the_id_of_an_edge_is_a_text(ask: Ask, edges: Any) -> None:
    journey = ask("POST", "/api/v2/journeys", json={"environment_id": ""}).json()["data"]["id"]
    step = {"type": "exit", "config": {}, "position": {"row": 0, "column": 0}, "advancement": {"type": "immediate"}}
    path = f"/api/v2/journeys/{journey}/steps"

    assert ask("POST", path, json={"environment_id": "", **step, "incoming_edges": edges}).status_code in (201, 422)


class TestAccess:
    def test_a_wrong_key_is_refused(self, sandbox: Sandbox) -> None:
        assert asking(sandbox, "other")("GET", CURRENCIES).status_code == 401
        assert requests.get(f"{sandbox.url}{CURRENCIES}?api_key=sandbox-key", timeout=10).status_code == 200

    @pytest.mark.parametrize("function", ["sha3-256", "sha3-512", "sha256", "sha512"])
    def test_a_request_is_signed_by_the_function_of_the_company(self, function: str) -> None:
        with Sandbox(secret_key="secret", hash_function=function) as sandbox:
            ask, url = asking(sandbox), f"{sandbox.url}{CURRENCIES}?query=a"
            signed = hashlib.new(function.replace("-", "_"), f"{url}secret".encode()).hexdigest()

            assert ask("GET", f"{CURRENCIES}?query=a&enc={signed}").status_code == 200
            assert ask("GET", f"{CURRENCIES}?query=b&enc={signed}").status_code == 403
            assert ask("GET", CURRENCIES).status_code == 403

    def test_the_body_of_a_get_may_count_or_not(self) -> None:
        with Sandbox(secret_key="secret") as sandbox:
            ask = asking(sandbox)
            for body in ("", "{}"):
                signed = hashlib.sha3_256(f"{sandbox.url}{CURRENCIES}{body}secret".encode()).hexdigest()
                assert ask("GET", f"{CURRENCIES}?enc={signed}", data="{}").status_code == 200

    def test_enc_in_the_body_is_refused_with_a_hint(self) -> None:
        with Sandbox(secret_key="secret") as sandbox:
            reply = asking(sandbox)("POST", CURRENCIES, json={**currency(), "enc": "0" * 64})

            assert reply.status_code == 403
            assert "into the query" in reply.json()["meta"]["hints"][0]

    def test_only_addresses_on_the_whitelist_may_ask(self) -> None:
        with Sandbox(ip_whitelist=["10.0.0.0/8"]) as sandbox:
            refused = asking(sandbox)("GET", CURRENCIES, params={}, data=None)
            assert refused.status_code == 403
            forwarded = requests.get(
                f"{sandbox.url}{CURRENCIES}?api_key=sandbox-key", headers={"X-Forwarded-For": "10.0.0.1"}, timeout=10
            )
            assert forwarded.status_code == 403
            for path in (f"/{CURRENCIES}", f"/api//v1{CURRENCIES.removeprefix('/api/v1')}", f"{CURRENCIES}//"):
                assert asking(sandbox)("GET", path).status_code == 403, path
        with Sandbox(ip_whitelist=["127.0.0.1"]) as sandbox:
            assert asking(sandbox)("GET", CURRENCIES).status_code == 200

    def test_a_wrong_argument_is_refused_with_a_sentence(self) -> None:
        with pytest.raises(ScenarioError, match="hash_function"):
            Sandbox(hash_function="md5")
        with pytest.raises(ScenarioError, match="ip_whitelist"):
            Sandbox(ip_whitelist=["home"])
