"""Who is in a segment: all at once, one by one, and by a model that knows nothing of either."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.values import Attribute
from uwclient.sandbox.services.players.models import NewEvent
from uwclient.sandbox.services.players.sort_keys import sort_key

NAMES = ("level", "name")
EVENT_IDS = ("bought", "won")
PLAYERS = ("anna", "bert", "ghost")
"""The last one never does anything."""

instants = st.builds(
    lambda day, hour, zone: f"2026-01-{day:02}T{hour:02}:00:00{zone}",
    st.integers(1, 2),
    st.sampled_from([0, 1, 23]),
    st.sampled_from(["", "Z", "+01:00", "-0100", "+23:59"]),
) | st.sampled_from(
    ["2026-01-01", "2026-01-01T00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"]
)
numbers = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([2**53, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 0.1, -0.0, 5e-324, 1.7e308, 2.0**53]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**70), 2**70),
)
texts = st.one_of(st.text("aBßẞıİΣς☃\x00", max_size=3), st.text(max_size=4), st.sampled_from(["yesterday", "1"]))
near = st.sampled_from([0, 1, 1.0, "2026-01-01", "2026-01-01T01:00:00+01:00"])
"""Few values, so that conditions meet them often, and at their bounds."""
values = st.one_of(near, near, st.booleans(), numbers, texts, instants)
some_attributes = st.dictionaries(st.sampled_from(NAMES), values | st.just("half a letter: \ud800"))
joining = st.sampled_from(["and", "or", None])


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    operator = draw(st.sampled_from(["equal", "contain", "greater_than", "less_than", "between"]))
    if operator == "equal":
        wanted = draw(st.lists(values, min_size=1, max_size=3))
    elif operator == "contain":
        wanted = draw(st.lists(texts | st.integers(0, 12) | st.just(True), min_size=1, max_size=2))
    else:
        size = 2 if operator == "between" else 1
        wanted = draw(st.lists(st.one_of(near, near, numbers, instants), min_size=size, max_size=size))
    return {
        "name": draw(st.sampled_from(NAMES)),
        "operator": operator,
        "values": wanted,
        "group_logical_operator": draw(joining),
    }


@st.composite
def event_groups(draw: st.DrawFn) -> dict[str, Any]:
    group = {
        "group_logical_operator": draw(joining),
        "logical_operator": draw(st.sampled_from(["and", "or", "not", None])),
    }
    event_ids = st.sampled_from(EVENT_IDS)
    if draw(st.booleans()):
        return {**group, "event_ids": draw(st.lists(event_ids, min_size=1, max_size=2))}
    event_set = st.fixed_dictionaries(
        {"event_id": event_ids}, optional={"attributes": st.lists(conditions(), max_size=2)}
    )
    return {**group, "event_sets": draw(st.lists(event_set, min_size=1, max_size=2))}


segments = st.fixed_dictionaries(
    {
        "attributes": st.lists(conditions(), max_size=3),
        "events": st.lists(event_groups(), max_size=3),
        "players": st.lists(st.sampled_from(PLAYERS), max_size=2),
        "exclude": st.lists(st.sampled_from(PLAYERS), max_size=1),
    }
).filter(lambda one: bool(one["attributes"] or one["events"] or one["players"]))
histories = st.fixed_dictionaries(
    {
        "attributes": st.lists(some_attributes, max_size=2),
        "events": st.lists(st.tuples(st.sampled_from(EVENT_IDS), some_attributes), max_size=4),
    }
)


# The model: a value is what it means, and a segment is what the guide says.


def meaning(value: Any) -> tuple[str, Any]:
    """What kind of value it is, and one by which it is compared with others of its kind."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, (int, float)):
        return "number", Fraction(value)
    try:
        moment = datetime.fromisoformat(value) if value[:1].isdigit() and len(value) >= len("2026-01-01") else None
    except ValueError:
        moment = None
    if moment is None:
        return "text", value
    return "instant", moment.replace(tzinfo=None) - datetime(1, 1, 1) - (moment.utcoffset() or timedelta())


def is_met(wanted: dict[str, Any], value: Any) -> bool:
    kind, this = meaning(value)
    if wanted["operator"] == "contain":
        return isinstance(value, str) and any(str(one).casefold() in value.casefold() for one in wanted["values"])
    others = [meaning(one) for one in wanted["values"]]
    if wanted["operator"] == "equal":
        return (kind, this) in others
    if any(other != kind for other, _ in others):
        return False
    bounds = [bound for _, bound in others]
    return {
        "greater_than": lambda: this > bounds[0],
        "less_than": lambda: this < bounds[0],
        "between": lambda: bounds[0] <= this <= bounds[1],
    }[wanted["operator"]]() is True


def joined(parts: list[tuple[str | None, bool]]) -> bool:
    met = parts[0][1]
    for word, this in parts[1:]:
        met = (met or this) if word == "or" else (met and this)
    return met


def happened(event_set: dict[str, Any], events: list[tuple[str, dict[str, Any]]]) -> bool:
    wanted = event_set.get("attributes", [])
    return any(
        event_id == event_set["event_id"]
        and all(one["name"] in given_ and is_met(one, given_[one["name"]]) for one in wanted)
        for event_id, given_ in events
    )


def in_group(group: dict[str, Any], events: list[tuple[str, dict[str, Any]]]) -> bool:
    sets = group.get("event_sets") or [{"event_id": one} for one in group["event_ids"]]
    met = [happened(one, events) for one in sets]
    return {"or": any(met), "not": not any(met)}.get(group["logical_operator"] or "and", all(met))


def belongs(segment: dict[str, Any], name: str, history: dict[str, Any]) -> bool:
    """Whether a player is in a segment, says the model."""
    if name in segment["exclude"] or name in segment["players"]:
        return name not in segment["exclude"]
    own: dict[str, Any] = {}
    for attributes in history["attributes"]:
        own.update(attributes)
    wanted, groups = segment["attributes"], segment["events"]
    by_attributes = [
        (one["group_logical_operator"], one["name"] in own and is_met(one, own[one["name"]])) for one in wanted
    ]
    by_events = [(one["group_logical_operator"], in_group(one, history["events"])) for one in groups]
    return bool(wanted or groups) and all(joined(parts) for parts in (by_attributes, by_events) if parts)


def below(bound: Any) -> dict[str, Any]:
    return {"name": "level", "operator": "less_than", "values": [bound], "group_logical_operator": None}


def for_those(*attributes: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    return {"attributes": list(attributes), "events": events, "players": [], "exclude": []}


def bought(*conditions_: dict[str, Any]) -> dict[str, Any]:
    sets = [{"event_id": "bought", "attributes": list(conditions_)}]
    return {"group_logical_operator": None, "logical_operator": None, "event_sets": sets}


NOTHING: dict[str, Any] = {"attributes": [], "events": []}
SANDBOX = Sandbox()


@settings(max_examples=400, deadline=None)
@given(segment=segments, anna=histories, bert=histories)
@example(
    for_those(below(1), events=[]),
    {"attributes": [{"level": 1.0}], "events": []},
    {**NOTHING, "attributes": [{"level": 0}]},
)
@example(
    for_those(events=[bought(below(1), {**below("2026-01-02"), "name": "name"})]),
    {"attributes": [], "events": [("bought", {"level": 0}), ("bought", {"name": "2026-01-01"})]},
    {"attributes": [], "events": [("bought", {"level": 0, "name": "2026-01-01"})]},
)
def test_members_are_the_same_all_at_once_one_by_one_and_in_the_model(
    segment: dict[str, Any], anna: dict[str, Any], bert: dict[str, Any]
) -> None:
    SANDBOX.reset()
    platform = SANDBOX._platform
    live = platform.environments.of_stage("live")
    assert live is not None
    SANDBOX.define_segment("these", **segment)
    for name, history in (("anna", anna), ("bert", bert)):
        platform.players.visit(name, live.id, SANDBOX.clock.now())
        for attributes in history["attributes"]:
            SANDBOX.player(name).set_attributes(**attributes)
        for event_id, attributes in history["events"]:
            given_ = tuple(Attribute(key, value, None) for key, value in attributes.items())
            platform.players.assign_events(Source(name, "", 0, ()), [NewEvent(event_id, given_)])
    expected = [
        name
        for name, history in (("anna", anna), ("bert", bert), ("ghost", NOTHING))
        if belongs(segment, name, history) and (name != "ghost" or name in segment["players"])
    ]

    assert SANDBOX.segments.players("these") == expected
    assert SANDBOX.segments.count("these") == len(expected)
    assert [name for name in ("anna", "bert") if platform.segments.of(live.id, name)] == [
        name for name in expected if name != "ghost"
    ]


@given(values, values)
@example(-0.5, -0.501)
@example(2**63, float(2**63))
@example(10**400, 1.7e308)
def test_sort_keys_compare_as_the_values_mean(one: Any, other: Any) -> None:
    (kind, left), (other_kind, right) = meaning(one), meaning(other)
    first, second = sort_key(one), sort_key(other)
    assert first is not None
    assert second is not None

    assert (first == second) is ((kind, left) == (other_kind, right))
    assert (first[:1] == second[:1]) is (kind == other_kind)
    if kind == other_kind:
        assert (first < second) is (left < right)


@given(st.sampled_from([float("inf"), float("nan"), None, [1], {}]))
def test_what_no_attribute_can_be_has_no_sort_key(value: Any) -> None:
    assert sort_key(value) is None
