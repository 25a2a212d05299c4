from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox, ScenarioError, scenario

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

EXAMPLE = """\
    survey_refresh_interval_seconds: 5
    clock: 2026-03-28T23:00:00Z
    segments:
      - {name: vips, players: [hero-42]}
      - name: whales
        attributes:
          - {name: coins, operator: greater_than, values: [500]}
    players:
      rich: {attributes: {coins: 501}}
    events:
      - {id: double-coins, name: Double coins, start_at: +10s, end_at: +40s, data: {since: 2020-01-01, ok: no}}
    offers:
      - {id: gems, title: Gems, segments: [vips]}
      - {id: yacht, segments: [whales], environments: [qa]}
    timeline:
      - {at: +30s, withdraw: gems}
      - {at: +20s, change: gems, with: {title: Now cheaper}}
      - {at: +35s, publish: offers, with: {id: late, end_at: +50s}}
    """


def written(folder: Path, text: str) -> Path:
    file = folder / "scenario.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return file


def test_a_scenario_file_fills_the_sandbox(tmp_path: Path, join: Join) -> None:
    with Sandbox(written(tmp_path, EXAMPLE)) as sandbox:
        hero = join(sandbox)
        assert hero.start().json()["survey_refresh_interval_seconds"] == 5
        assert hero.ids("/offers") == ["gems"]
        assert join(sandbox, "rich", environment_stage="qa").ids("/offers") == ["yacht"]
        (event,) = hero.get("/campaign_events").json()["upcoming"]
        assert event["start_at"] == "2026-03-28T23:00:10+00:00"
        assert event["data"] == {"since": "2020-01-01", "ok": "no"}
    sandbox.check()


def test_a_timeline_happens_as_the_clock_reaches_it(tmp_path: Path, join: Join) -> None:
    with Sandbox(written(tmp_path, EXAMPLE)) as sandbox:
        hero = join(sandbox)
        sandbox.clock.advance(seconds=20)
        assert hero.get("/offers").json()["active"][0]["title"] == "Now cheaper"
        sandbox.clock.advance(seconds=10)
        assert hero.ids("/offers") == []
        sandbox.clock.advance(seconds=6)
        (late,) = hero.get("/offers").json()["active"]
        assert (late["start_at"], late["end_at"]) == ("2026-03-28T23:00:35+00:00", "2026-03-28T23:00:50+00:00")
        sandbox.clock.advance(days=-1)
        assert hero.ids("/offers", "upcoming") == ["late"]


def test_a_timeline_leaves_alone_what_was_withdrawn_by_hand(tmp_path: Path) -> None:
    sandbox = Sandbox(written(tmp_path, EXAMPLE))
    sandbox.withdraw("gems")

    sandbox.clock.advance(minutes=1)

    sandbox.withdraw("late")
    with pytest.raises(KeyError):
        sandbox.change("gems")


def test_a_mapping_is_a_scenario_too(join: Join) -> None:
    with Sandbox({"offers": [{"id": "gems"}]}) as sandbox:
        assert join(sandbox).ids("/offers") == ["gems"]


def test_arguments_win_over_the_scenario() -> None:
    mapping = {"api_key": "from-file", "secret_key": "s", "survey_refresh_interval_seconds": 5}

    assert Sandbox(mapping).api_key == "from-file"
    assert Sandbox(mapping).secret_key == "s"
    assert Sandbox(mapping, api_key="explicit").api_key == "explicit"


def test_a_key_with_nothing_under_it_is_as_good_as_none(tmp_path: Path, join: Join) -> None:
    keys = ("api_key", "secret_key", "port", "segments", "events", "messages", "offers", "surveys", "timeline")
    text = "".join(f"{key}:\n" for key in keys) + "players:\n  hero-42:\n"
    with Sandbox(written(tmp_path, text)) as sandbox:
        assert join(sandbox).ids("/offers") == []


def test_both_documented_payments_are_taken(tmp_path: Path, join: Join) -> None:
    text = """\
        offers:
          - {id: a, payment_data: {payment_type: iap, iap_data: {cost: 2, ios_product_id: x, android_product_id: }}}
          - id: b
            payment_data: {payment_type: currency, currency_data: {name: Gold, external_id: g, currency_amount: 5}}
        """
    with Sandbox(written(tmp_path, text)) as sandbox:
        assert join(sandbox).ids("/offers") == ["a", "b"]


def test_an_empty_file_is_an_empty_scenario(tmp_path: Path) -> None:
    assert Sandbox(written(tmp_path, "")).api_key == "sandbox-key"


def test_the_example_in_the_documentation_is_a_valid_scenario(tmp_path: Path) -> None:
    text = (scenario.__doc__ or "").split("Every part is optional:\n")[1].split("\nTimes are ISO 8601")[0]
    for name in ("banner.png", "banner-small.png"):
        (tmp_path / name).write_bytes(b"picture")

    sandbox = Sandbox(written(tmp_path, text))

    sandbox.clock.advance(seconds=25)
    sandbox.withdraw("double-coins")
    assert (tmp_path / "state.sqlite").exists()


def test_parts_can_be_shared_with_anchors_and_merged(tmp_path: Path, join: Join) -> None:
    text = """\
        offers:
          - &base {id: a, title: T, items: {gem: 1}}
          - {<<: *base, id: b}
          - <<: *base
            id: c
            title: U
        """
    with Sandbox(written(tmp_path, text)) as sandbox:
        found = join(sandbox).get("/offers").json()["active"]

    assert [(one["id"], one["title"], one["items"]) for one in found] == [
        ("a", "T", {"gem": 1}),
        ("b", "T", {"gem": 1}),
        ("c", "U", {"gem": 1}),
    ]


# ruff: noqa: E501 - a scenario and what is said of it stand on one line
WRONG = [
    (
        "offers:\n  - {id: a}\n  - {id: b}\n  - id: c\n    start_at: +10x\n",
        "5: offers[2].start_at: '+10x' is not a time: "
        "write ISO 8601 or a relative time such as +10s, +2m, +1h, -30s",
    ),
    ("offers:\n  - {id: a, start_at: 10}\n", "2: offers[0].start_at: 10 is not a time: "),
    ("events: [\n", "2: it is not valid YAML: "),
    ("events:\n\t- x\n", "2: it is not valid YAML: "),
    ("a: 1\n--- \nb: 2\n", "2: it is not valid YAML: "),
    ("offers: !!python/object:os.system {}\n", "1: it is not valid YAML: "),
    ("\nofers: []\n", "2: ofers: there is no such field (did you mean 'offers'?)"),
    ("qqq: []\n", "1: qqq: there is no such field; use api_key, "),
    ("- offers\n", "1: [\"offers\"] is not an object"),
    ("offers: {id: a}\n", "1: offers: {\"id\": \"a\"} is not a list"),
    ("offers:\n  - id: a\n    title: 5\n", "3: offers[0].title: 5 is not a text"),
    ("offers:\n  - {id: 5}\n", "2: offers[0].id: 5 is not a text"),
    ("offers:\n  - id: a\n    end_ta: +5s\n", "3: offers[0].end_ta: there is no such field (did you mean 'end_at'?)"),
    ("offers:\n  - id: a\nevents:\n  - id: a\n", "2: offers[0].id: there is content 'a' already"),
    ("offers:\n  - id: a\n    id: b\n", "3: the key 'id' is there twice"),
    ("offers:\n  - {id: a, segments: [vip]}\nsegments:\n  - {name: vips, players: [x]}\n",
     "2: offers[0].segments: there is no segment 'vip' (did you mean 'vips'?)"),
    ("offers:\n  - {id: a, environments: [moon]}\n", "2: offers[0].environments: there is no environment 'moon'"),
    ("offers:\n  - id: a\n    start_at: +2h\n    end_at: +1h\n", "4: offers[0].end_at: "),
    ("offers:\n  - {id: a, start_at_tz: local}\n", "2: offers[0].start_at_tz: \"local\" is not one of utc, player_local"),
    ("environments: {live: production}\n", "1: environments.live: \"production\" is not one of dev, qa, live"),
    ("segments:\n  - {name: a, players: [x]}\n  - {name: a, players: [x]}\n", "3: segments[1].name: there is a segment 'a'"),
    ("segments:\n  - {name: a}\n", "2: segments[0].attributes: the segment matches nobody"),
    ("segments:\n  - {players: [x]}\n", "2: segments[0].name: it is missing"),
    (
        "segments:\n  - name: a\n    attributes:\n      - {name: x, operator: equal, values: [1]}\n"
        "      - {name: x, operator: is, values: [1]}\n",
        "5: segments[0].attributes[1]: 'is' is not an operator",
    ),
    ("segments:\n  - {name: a, attributes: [{nam: x}]}\n", "2: segments[0].attributes[0].nam: there is no such field"),
    ("players:\n  42: {}\n", "1: players: the key 42 is not a text: put it in quotes"),
    ("players:\n  x: {attributes: {coins: [1]}}\n", "2: players.x.attributes.coins: [1] is not a text, true or false, or a number"),
    ("timeline:\n  - {at: +1s, withdraw: x}\n", "2: timeline[0].withdraw: there is no content 'x' at that time"),
    ("timeline:\n  - {at: +1s}\n", "2: timeline[0]: an entry does one thing"),
    ("timeline:\n  - {withdraw: x}\n", "2: timeline[0].at: it is missing"),
    ("timeline:\n  - {at: soon, withdraw: x}\n", "2: timeline[0].at: 'soon' is not a time"),
    ("timeline:\n  - {at: +1s, change: x}\n", "2: timeline[0]: write 'with'"),
    ("timeline:\n  - {at: +1s, publish: offer, with: {}}\n", "2: timeline[0].publish: 'offer' is not a kind of content"),
    ("offers: [{id: a}]\ntimeline:\n  - at: +1s\n    change: a\n    with:\n      end_at: -1h\n",
     "6: timeline[0].with.end_at: "),
    ("offers: [{id: a}]\ntimeline:\n  - {at: +1s, change: a, with: {id: b}}\n", "3: timeline[0].with.id: the id of a record"),
    ("offers: [{id: a}]\ntimeline:\n  - {at: +2s, change: a, with: {}}\n  - {at: +1s, withdraw: a}\n",
     "3: timeline[0].change: there is no content 'a' at that time"),
    ("offers: [{id: a}]\ntimeline:\n  - {at: +2s, publish: events, with: {id: a}}\n",
     "3: timeline[0].with.id: there is content 'a' already"),
    ("clock: noon\n", "1: clock: 'noon' is not a time"),
    ("api_key: ''\n", "1: api_key: \"\" is not a text of at least one letter"),
    ("port: 70000\n", "1: port: 70000 is too large: use 65535 or less"),
    ("port: -1\n", "1: port: -1 is too small: use 0 or more"),
    ("survey_refresh_interval_seconds: 0\n", "1: survey_refresh_interval_seconds: 0 is too small: use more than 0"),
    ("offers:\n  -\n", "2: offers[0]: null is not an object"),
    ("ofers:\n", "1: ofers: there is no such field (did you mean 'offers'?)"),
    ("events:\n  - id: a\n    data: 5\n", "3: events[0].data: 5 is not an object or a list"),
    ("events: [{id: a, data: }]\n", "1: events[0].data: null is not an object or a list"),
    ("remote_configs:\n  - id: a\n    json: fast\n", "3: remote_configs[0].json: \"fast\" is not an object or a list"),
    ("offers:\n  - {id: a, items: gem}\n", "2: offers[0].items: \"gem\" is not an object or a list"),
    ("offers:\n  - {id: a, currencies: 1.5}\n", "2: offers[0].currencies: 1.5 is not an object or a list"),
    ("offers:\n  - {id: a, framework_data: true}\n", "2: offers[0].framework_data: true is not an object or a list"),
    ("messages:\n  - {id: a, additional_fields: x}\n", "2: messages[0].additional_fields: \"x\" is not an object or a list"),
    ("offers:\n  - {id: a, payment_data: [1]}\n", "2: offers[0].payment_data: [1] is not an object"),
    ("offers:\n  - id: a\n    payment_data: {}\n", "3: offers[0].payment_data.payment_type: it is missing: use one of iap, currency"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: ipa\n",
     "4: offers[0].payment_data.payment_type: \"ipa\" is not one of iap, currency (did you mean 'iap'?)"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: iap\n",
     "3: offers[0].payment_data.iap_data: it is missing: give it ios_product_id, android_product_id, cost"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: iap\n      iap_data: {cost: 2}\n      currency_data: {currency_amount: 2}\n",
     "6: offers[0].payment_data.currency_data: a payment of the type iap has none: use iap_data"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: iap\n      iap_data:\n        cost: '1.99'\n",
     "6: offers[0].payment_data.iap_data.cost: \"1.99\" is not a finite number: write it without quotes"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: iap\n      iap_data: {cots: 1.99}\n",
     "5: offers[0].payment_data.iap_data.cots: there is no such field (did you mean 'cost'?)"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: currency\n      currency_data:\n        currency_amount: true\n",
     "6: offers[0].payment_data.currency_data.currency_amount: true is not a finite number"),
    ("offers:\n  - id: a\n    payment_data:\n      payment_type: currency\n      currency_data:\n        external_id: 5\n",
     "6: offers[0].payment_data.currency_data.external_id: 5 is not a text: put it in quotes"),
    ("offers: [{id: a}]\ntimeline:\n  - at: +1s\n    change: a\n    with:\n      payment_data: {payment_type: gold}\n",
     "6: timeline[0].with.payment_data.payment_type: \"gold\" is not one of iap, currency"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), WRONG)
def test_a_wrong_scenario_is_refused_with_file_line_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    file = written(tmp_path, text)

    with pytest.raises(ScenarioError) as caught:
        Sandbox(file)

    assert str(caught.value).startswith(f"{file}:{reason}")


def test_a_wrong_mapping_is_refused_without_a_line() -> None:
    with pytest.raises(ScenarioError, match=r"^scenario: offers\[0\]\.start_at: 'x' is not a time"):
        Sandbox({"offers": [{"id": "a", "start_at": "x"}]})


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"a: \x00"])
def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "scenario.yaml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ScenarioError, match=r"scenario\.yaml"):
        Sandbox(file)


def test_a_scenario_that_contains_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        Sandbox(written(tmp_path, "offers: [{id: a, items: &x [*x]}]\n"))


@pytest.mark.parametrize("number", [".nan", ".inf"])
def test_a_number_that_json_cannot_hold_is_refused(tmp_path: Path, number: str) -> None:
    mapping: dict[str, Any] = {"players": {"x": {"attributes": {"coins": float(number.strip("."))}}}}
    with pytest.raises(ValueError, match="coins"):
        Sandbox(mapping)
    with pytest.raises(ScenarioError, match=r"data"):
        Sandbox(written(tmp_path, f"events:\n  - {{id: a, data: {number}}}\n"))
