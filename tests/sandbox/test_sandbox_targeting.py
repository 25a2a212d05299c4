from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.conftest import told
from uwclient.sandbox import Sandbox, ScenarioError
from uwclient.sandbox.core.targeting import matches, read_condition
from uwclient.sandbox.core.times import parse_iso, parse_relative, parse_time

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9))
WORDS = st.sampled_from(["and", "or"])


def met(operator: str, values: list[Any], value: Any) -> bool:
    return matches([read_condition({"name": "a", "operator": operator, "values": values})], {"a": value})


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("equal", ["Gold"], "Gold", True),
        ("equal", ["Gold"], "gold", False),
        ("equal", ["a", "b"], "b", True),
        ("equal", [5], 5.0, True),
        ("equal", ["5"], 5, False),
        ("equal", [True], True, True),
        ("equal", [True], 1, False),
        ("equal", [1], True, False),
        ("equal", ["2020-01-01T00:00:00Z"], "2020-01-01T02:00:00+02:00", True),
        ("contain", ["OLD"], "Golden", True),
        ("contain", ["x", "den"], "Golden", True),
        ("contain", ["x"], "Golden", False),
        ("contain", [5], 15, False),
        ("greater_than", [9.5], 10, True),
        ("greater_than", [10], 10, False),
        ("greater_than", [0], True, False),
        ("greater_than", [0], "1", False),
        ("less_than", [10], 9.99, True),
        ("less_than", ["2020-02-04T00:00:00Z"], "2020-02-03T23:59:59.999Z", True),
        ("less_than", ["2020-02-04T00:00:00Z"], "2020-02-04T01:00:00+02:00", True),
        ("less_than", ["2020-02-04T00:00:00Z"], "yesterday", False),
        ("between", [1, 3], 1, True),
        ("between", [1, 3], 3.0, True),
        ("between", [1, 3], 3.1, False),
        ("between", ["2020-01-01", "2020-01-31"], datetime(2020, 1, 15), True),
    ],
)
def test_each_operator_compares_as_the_guide_says(
    operator: str, values: list[Any], value: Any, expected: bool
) -> None:
    assert met(operator, values, value) is expected


def test_the_example_of_the_guide_finds_its_whale() -> None:
    conditions = [
        read_condition(raw)
        for raw in (
            {"name": "is_whale", "operator": "equal", "values": [True]},
            {"group_logical_operator": "and", "name": "current_diamonds", "operator": "less_than", "values": [500]},
            {
                "group_logical_operator": "and",
                "name": "last_offer_purchase_date",
                "operator": "less_than",
                "values": ["2020-02-04T00:00:00Z"],
            },
        )
    ]
    whale = {"is_whale": True, "current_diamonds": 499, "last_offer_purchase_date": "2020-01-01T00:00:00Z"}

    assert matches(conditions, whale)
    assert not matches(conditions, {**whale, "current_diamonds": 500})
    assert not matches(conditions, {"is_whale": True, "current_diamonds": 1})


@given(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=6))
def test_conditions_are_joined_from_left_to_right(joined: list[tuple[str, bool]]) -> None:
    conditions = [
        read_condition({"group_logical_operator": word, "name": f"a{place}", "operator": "equal", "values": [True]})
        for place, (word, _) in enumerate(joined)
    ]
    expected = joined[0][1]
    for word, value in joined[1:]:
        expected = (expected and value) if word == "and" else (expected or value)

    assert matches(conditions, {f"a{place}": value for place, (_, value) in enumerate(joined)}) is expected


@given(NUMBERS, NUMBERS, NUMBERS)
def test_between_is_neither_less_nor_greater(value: float, low: float, high: float) -> None:
    outside = met("less_than", [low], value) or met("greater_than", [high], value)

    assert met("between", [low, high], value) is not outside


@given(st.one_of(st.none(), st.booleans(), NUMBERS, st.text(), st.datetimes()), NUMBERS)
def test_no_value_makes_targeting_fail(value: Any, number: float) -> None:
    for operator, values in (
        ("equal", [number, "x", None]),
        ("contain", ["x", number]),
        ("greater_than", [number]),
        ("between", ["2020-01-01", "2021-01-01"]),
    ):
        assert met(operator, values, value) in (True, False)


def test_nobody_meets_no_conditions_and_nothing_is_met_by_what_is_missing() -> None:
    assert not matches([], {"a": 1})
    assert not matches([read_condition({"name": "b", "operator": "less_than", "values": [5]})], {"a": 1})


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"operator": "equal", "values": [1]}, "needs the name of an attribute"),
        ({"name": "a", "operator": "is", "values": [1]}, "'is' is not an operator"),
        ({"name": "a", "operator": "equal", "values": []}, "at least one value"),
        ({"name": "a", "operator": "equal", "values": 5}, "at least one value"),
        ({"name": "a", "operator": "between", "values": [1]}, "needs two values"),
        ({"name": "a", "operator": "equal", "values": [1, float("inf")]}, "inf is not a finite number"),
        ({"name": "a", "operator": "less_than", "values": ["many"]}, "compares numbers and datetimes"),
        ({"name": "a", "operator": "equal", "values": [1], "group_logical_operator": "xor"}, "use 'and' or 'or'"),
    ],
)
def test_targeting_that_makes_no_sense_is_refused_in_a_sentence(
    sandbox: Sandbox, condition: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ScenarioError, match=r"^attributes\[0\]: ") as caught:
        sandbox.define_segment("s", attributes=[condition])

    assert reason in str(caught.value)


def test_a_segment_for_nobody_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ScenarioError, match="matches nobody"):
        sandbox.define_segment("s")


def test_a_segment_takes_those_it_lists_and_those_who_match(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment(
        "s", players=["listed"], attributes=[{"name": "coins", "operator": "equal", "values": [5]}]
    )
    sandbox.player("matching").set_attributes(coins=5)
    sandbox.publish("offers", id="gems", segments=["s"])

    assert join(sandbox, "listed").ids("/offers") == ["gems"]
    assert join(sandbox, "matching").ids("/offers") == ["gems"]
    assert join(sandbox, "neither").ids("/offers") == []


def test_attributes_have_one_of_the_five_data_types(sandbox: Sandbox) -> None:
    player = sandbox.player("hero-42")
    player.set_attributes(name="Zoë", whale=True, coins=5, ratio=0.5, seen=datetime(2020, 1, 1, tzinfo=UTC))

    assert told(player.attributes) == {
        "name": "Zoë",
        "whale": True,
        "coins": 5,
        "ratio": 0.5,
        "seen": "2020-01-01T00:00:00+00:00",
    }
    for wrong in ([1], float("nan")):
        with pytest.raises(ValueError, match="'list' cannot be"):
            player.set_attributes(list=wrong)


@given(st.datetimes(datetime(1000, 1, 1), datetime(3000, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_iso_time_is_read_as_python_writes_it(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_iso(aware.isoformat()) == aware
    assert parse_iso(moment.isoformat()) == moment.replace(tzinfo=UTC)


@given(st.integers(0, 10**5), st.integers(0, 10**5), st.sampled_from("+-"))
def test_relative_times_add_up(hours: int, seconds: int, sign: str) -> None:
    distance = timedelta(hours=hours, seconds=seconds)

    assert parse_relative(f"{sign}{hours}h{seconds}s") == (distance if sign == "+" else -distance)


@given(st.text(alphabet="+-0123456789.smhdTZ: ", max_size=24))
def test_whatever_is_written_is_a_time_or_refused_in_a_sentence(text: str) -> None:
    origin = datetime(2026, 1, 1, tzinfo=UTC)
    if parse_iso(text) is not None:
        assert parse_time(text, origin) == parse_iso(text)
    elif (distance := parse_relative(text)) is not None and abs(distance) < timedelta(days=1000):
        assert parse_time(text, origin) == origin + distance
    elif distance is None:
        with pytest.raises(ValueError, match="is not a time: write ISO 8601"):
            parse_time(text, origin)


@pytest.mark.parametrize(
    "text", ["+99999999999999999999d", "+9999999d", "2026-13-01", "2026-02-30T10:00", "10s", "+", ""]
)
def test_what_only_looks_like_a_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_time(text, datetime(2026, 1, 1, tzinfo=UTC))
