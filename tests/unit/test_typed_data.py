"""Nested JSON as the game's own classes: what fits, what does not, and where."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import re
import sys
import weakref
from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, asdict, dataclass, field, is_dataclass, make_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from itertools import chain
from types import ModuleType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Optional,
    TypeVar,
    Union,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import awkward_text, json_values
from uwclient import ArgumentError, DataError, GameEvent, Message, Offer, RemoteConfig, UserWiseError
from uwclient.models import conversion

if TYPE_CHECKING:
    from decimal import Decimal  # as a linter moves it, when only annotations name it

T = TypeVar("T")


def event_with(data: Any) -> GameEvent:
    return GameEvent(id="weekend", text=json.dumps({"id": "weekend", "data": data}).encode())


def read_anything(event: GameEvent, cls: Any) -> Any:
    return event.data_as(cls)


def read(cls: Any, data: Any) -> Any:
    return read_anything(event_with(data), cls)


def fault_of(cls: Any, data: Any) -> str:
    with pytest.raises(DataError) as refused:
        read(cls, data)
    error = refused.value
    assert str(error) == f"{error.path}: {error.problem}"
    return str(error)


# What a game may have.


class Rarity(StrEnum):
    COMMON = "common"
    EPIC = "epic"


class Tier(IntEnum):
    ZERO = 0
    ONE = 1


class Mood(Enum):
    CALM = "calm"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> Mood:
        return cls[str(value).upper()] if str(value).startswith("?") else cls.OTHER


class Point(NamedTuple):
    x: int
    y: int = 7


ORIGIN = Point(0, 0)
OLDER: Any = Optional[int]  # noqa: UP045 - as older code writes it


@dataclass(frozen=True)
class Reward:
    amount: int
    item_ids: list[int] = field(default_factory=list)
    rarity: Rarity = Rarity.COMMON


@dataclass
class Weekend:
    rewards: tuple[Reward, ...]
    starts: datetime | None = None
    odds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    at: Point = ORIGIN
    size: tuple[int, str] = (1, "m")
    mode: Literal["day", "night", 3, True, None] = "day"
    tier: Tier = Tier.ONE
    named: Optional[str] = None  # noqa: UP045
    either: str | int | None = None
    inner: Place | None = None
    neighbours: Sequence[Place] = ()


class Alias:
    """Stands for a `type` statement, which older Pythons do not have."""

    def __init__(self, meaning: object = None) -> None:
        self.__value__ = meaning or self


GOOD: list[tuple[Any, Any, Any]] = [
    (bool, True, True),
    (int, 3, 3),
    (int, -(10**4000), -(10**4000)),
    (int, 3.0, 3),
    (int, -0.0, 0),
    (list[int], [1.0, 2], [1, 2]),
    (int | None, 5.0, 5),
    (Literal[1, 2], 2.0, 2),
    (Tier, 1.0, Tier.ONE),
    (float, 1.5, 1.5),
    (float, 3, 3.0),
    (str, "", ""),
    (None, None, None),
    (type(None), None, None),
    (Any, {"a": [1]}, {"a": [1]}),
    (object, None, None),
    (list, [1, "a"], [1, "a"]),
    (tuple, [1, "a"], (1, "a")),
    (dict, {"a": 1}, {"a": 1}),
    (list[int], [], []),
    (list[list[int]], [[1], []], [[1], []]),
    (Sequence[int], [1], [1]),
    (tuple[int, ...], [1, 2], (1, 2)),
    (tuple[int, str], [1, "a"], (1, "a")),
    (dict[str, int], {"a": 1, "": 2}, {"a": 1, "": 2}),
    (Mapping[str, Any], {"a": None}, {"a": None}),
    (OLDER, None, None),
    (OLDER, 1, 1),
    (int | str, "a", "a"),
    (int | float, 2, 2),
    (int | float, 2.5, 2.5),
    (datetime | str, "soon", "soon"),
    (list[int] | dict[str, int], {"a": 1}, {"a": 1}),
    (list[int] | list[str], ["a"], ["a"]),
    (Literal["a", 1, False, None], "a", "a"),
    (Literal["a", 1, False, None], 1, 1),
    (Literal["a", 1, False, None], False, False),
    (Literal["a", 1, False, None], None, None),
    (Rarity, "epic", Rarity.EPIC),
    (Tier, 0, Tier.ZERO),
    (Mood, "furious", Mood.OTHER),
    (NewType("Coins", int), 3, 3),
    (Alias(list[int]), [3], [3]),
    (Point, {"x": 1}, Point(1, 7)),
    (namedtuple("Loose", "a b", defaults=[2]), {"a": None}, (None, 2)),
    (Reward, {"amount": 1}, Reward(1)),
    (Reward, {"amount": 1, "rarity": "epic", "unknown": {}}, Reward(1, [], Rarity.EPIC)),
    (list[Reward], [{"amount": 1}, {"amount": 2}], [Reward(1), Reward(2)]),
    (dict[str, Reward], {"a": {"amount": 1}}, {"a": Reward(1)}),
    (Reward | Point, {"x": 1, "y": 2}, Point(1, 2)),
    (Place, {}, Place()),
    (Place, {"inner": {"inner": {"mode": None}}}, Place(inner=Place(inner=Place(mode=None)))),
]


@pytest.mark.parametrize(("cls", "data", "wanted"), GOOD, ids=lambda value: str(value).split(" object at ")[0][:40])
def test_what_fits_is_read(cls: Any, data: Any, wanted: Any) -> None:
    [got] = read(list[cls], [data])

    assert got == wanted
    assert type(got) is type(wanted) or isinstance(wanted, tuple)
    assert repr(got) == repr(wanted) or isinstance(wanted, tuple)


BAD: list[tuple[Any, Any, str]] = [
    (int, "3", "[0]: expected int, got str"),
    (int, True, "[0]: expected int, got bool"),
    (int, 1.5, "[0]: expected int, got float"),
    (int, 1e308, "[0]: expected int, got float"),
    (int, 2.0**53, "[0]: expected int, got float"),
    (int, None, "[0]: expected int, got None"),
    (int, [], "[0]: expected int, got list"),
    (float, "1.5", "[0]: expected float, got str"),
    (float, False, "[0]: expected float, got bool"),
    (float, 10**400, "[0]: expected float, got an int that is too large for one"),
    (float, float("nan"), "[0]: expected float, got nan"),
    (float, float("-inf"), "[0]: expected float, got -inf"),
    (bool, 1, "[0]: expected bool, got int"),
    (str, 1, "[0]: expected str, got int"),
    (str, {}, "[0]: expected str, got dict"),
    (None, 0, "[0]: expected None, got int"),
    (datetime, 5, "[0]: expected datetime, got int"),
    (datetime, "soon", "[0]: expected datetime, got 'soon', which is not ISO 8601"),
    (datetime, "", "[0]: expected datetime, got '', which is not ISO 8601"),
    (list[int], {"0": 1}, "[0]: expected list, got dict"),
    (list[int], "12", "[0]: expected list, got str"),
    (list[int], [1, 2, "c"], "[0][2]: expected int, got str"),
    (tuple[int, ...], [1, None], "[0][1]: expected int, got None"),
    (tuple[int, str], [1], "[0]: expected 2 elements, got 1"),
    (tuple[int, str], [1, "a", 2], "[0]: expected 2 elements, got 3"),
    (tuple[int, str], [1, 2], "[0][1]: expected str, got int"),
    (tuple[int, str], {}, "[0]: expected list, got dict"),
    (dict[str, int], [], "[0]: expected dict, got list"),
    (dict[str, int], {"gems": "x"}, "[0].gems: expected int, got str"),
    (dict[str, int], {"a b": "x"}, "[0]['a b']: expected int, got str"),
    (dict[str, int], {"ü" * 99: "x"}, f"[0].{'ü' * 40}: expected int, got str"),
    (int | None, "x", "[0]: expected int or None, got str"),
    (int | str | None, [], "[0]: expected int, str or None, got list"),
    (Reward | None, {"amount": "x"}, "[0].amount: expected int, got str"),
    (Reward | None, [], "[0]: expected Reward or None, got list"),
    (
        Reward | Point,
        {"amount": "x"},
        "[0]: expected Reward or Point, got dict "
        "(as Reward, amount: expected int, got str; as Point, x: expected int, got nothing)",
    ),
    (Literal["a", "b"], "c", "[0]: expected 'a' or 'b', got 'c'"),
    (Literal[1], True, "[0]: expected 1, got True"),
    (Literal[1], [], "[0]: expected 1, got list"),
    (Rarity, "mythic", "[0]: expected Rarity, got 'mythic'"),
    (Rarity, ["epic"], "[0]: expected Rarity, got list"),
    (Rarity | None, "mythic", "[0]: expected Rarity, got 'mythic'"),
    (Rarity, "m" * 99, f"[0]: expected Rarity, got '{'m' * 39}"),
    (Tier, True, "[0]: expected Tier, got True"),
    (Tier, 0.5, "[0]: expected Tier, got 0.5"),
    (Literal[1], 1.5, "[0]: expected 1, got 1.5"),
    (Mood, "?", "[0]: expected Mood, got '?'"),
    (Point, [1, 2], "[0]: expected Point, got list"),
    (Point, {"y": 2}, "[0].x: expected int, got nothing"),
    (Reward, None, "[0]: expected Reward, got None"),
    (Reward, {}, "[0].amount: expected int, got nothing"),
    (Reward, {"amount": None}, "[0].amount: expected int, got None"),
    (Reward, {"amount": 1, "item_ids": None}, "[0].item_ids: expected list, got None"),
    (
        Place,
        {"inner": {"neighbours": [{}, {"size": [1, 2]}]}},
        "[0].inner.neighbours[1].size[1]: expected str, got int",
    ),
]


@pytest.mark.parametrize(("cls", "data", "sentence"), BAD, ids=lambda value: str(value).split(" object at ")[0][:40])
def test_what_does_not_fit_is_named_by_its_place(cls: Any, data: Any, sentence: str) -> None:
    assert fault_of(list[cls], [data]) == sentence


def test_the_error_names_the_path() -> None:
    good = {"amount": 5, "item_ids": [1]}

    assert fault_of(Weekend, {"rewards": [good, {"amount": 5, "item_ids": ["12"]}]}) == (
        "rewards[1].item_ids[0]: expected int, got str"
    )
    assert (
        fault_of(Weekend, {"rewards": [good, {"item_ids": [12]}]}) == "rewards[1].amount: expected int, got nothing"
    )
    assert fault_of(Weekend, {}) == "rewards: expected list, got nothing"
    assert fault_of(Weekend, [good]) == "data: expected Weekend, got list"


def test_a_data_error_is_one_of_uwclients_and_survives_a_copy() -> None:
    with pytest.raises(DataError) as refused:
        read(Weekend, {"rewards": [3]})

    assert isinstance(refused.value, UserWiseError)
    assert isinstance(refused.value, ValueError)
    assert not isinstance(refused.value, ArgumentError)
    for other in (copy.copy(refused.value), pickle.loads(pickle.dumps(refused.value))):
        assert str(other) == "rewards[0]: expected Reward, got int"
        assert (other.path, other.problem) == ("rewards[0]", "expected Reward, got int")


@pytest.mark.parametrize("data", ['{"id": "weekend"}', '{"id": "weekend", "data": null}'], ids=["missing", "null"])
def test_data_that_is_not_there_is_empty(data: str) -> None:
    event = GameEvent(id="weekend", text=data.encode())

    assert event.data_as(Place) == Place()
    assert event.data_as(list[Reward]) == []
    assert event.data_as(tuple[Reward, ...]) == ()
    assert event.data_as(dict[str, int]) == {}
    assert read_anything(event, Reward | None) is None
    with pytest.raises(DataError, match=r"^amount: expected int, got nothing$"):
        event.data_as(Reward)
    with pytest.raises(DataError, match=r"^data: expected int, got None$"):
        event.data_as(int)


def test_each_kind_of_content_has_its_own_member() -> None:
    text = (
        b'{"data": [1], "json": {"amount": 2}, "framework_data": {"amount": 3}, "additional_fields": [{"amount": 4}]}'
    )

    assert GameEvent(id="one", text=text).data_as(list[int]) == [1]
    assert RemoteConfig(id="one", text=text).json_as(Reward) == Reward(2)
    assert Offer(id="one", text=text).framework_data_as(Reward) == Reward(3)
    assert Message(id="one", text=text).additional_fields_as(list[Reward]) == [Reward(4)]
    for record, member in (
        (RemoteConfig(id="one", text=b'{"json": 1}'), "json"),
        (Offer(id="one", text=b'{"framework_data": 1}'), "framework_data"),
        (Message(id="one", text=b'{"additional_fields": 1}'), "additional_fields"),
    ):
        with pytest.raises(DataError, match=f"^{member}: expected Reward, got int$"):
            getattr(record, f"{member}_as")(Reward)


def test_what_is_read_is_the_games_to_change() -> None:
    event = event_with({"rewards": [], "odds": {"epic": 1}})
    first = event.data_as(Weekend)
    first.odds["epic"] = 5.0

    assert event.data_as(Weekend).odds == {"epic": 1.0}
    assert event.data == {"rewards": [], "odds": {"epic": 1}}

    nothing = GameEvent(id="one")
    nothing.data_as(dict)["left"] = 1
    assert nothing.data_as(dict) == {}
    read_anything(nothing, Any)["left"] = 1
    assert read_anything(nothing, Any) == {}


def what_a_type_checker_knows(event: GameEvent, offer: Offer, message: Message, config: RemoteConfig) -> None:
    """Never called: `mypy` fails here when a method does not give the type that it is asked for."""
    weekend: Weekend = event.data_as(Weekend)
    rewards: list[Reward] = config.json_as(list[Reward])
    point: Point = offer.framework_data_as(Point)
    odds: dict[str, float] = message.additional_fields_as(dict[str, float])
    no_weekend: Reward = event.data_as(Weekend)  # type: ignore[assignment]
    no_rewards: list[Point] = config.json_as(list[Reward])  # type: ignore[arg-type]
    no_point: Reward = offer.framework_data_as(Point)  # type: ignore[assignment]
    no_odds: dict[str, str] = message.additional_fields_as(dict[str, float])  # type: ignore[arg-type]
    del weekend, rewards, point, odds, no_weekend, no_rewards, no_point, no_odds


# Times.


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-12-24T18:00:00Z", datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ("2026-12-24 18:00", datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ("2026-12-24", datetime(2026, 12, 24, tzinfo=UTC)),
        ("2026-12-24T18:00:00.5+02:00", datetime(2026, 12, 24, 18, 0, 0, 500_000, timezone(timedelta(hours=2)))),
        ("9999-12-31T23:59:59-12:00", datetime(9999, 12, 31, 23, 59, 59, 0, timezone(timedelta(hours=-12)))),
    ],
)
def test_a_time_is_aware_and_utc_without_an_offset(text: str, wanted: datetime) -> None:
    [got] = read(list[datetime], [text])

    assert got == wanted
    assert got.utcoffset() == wanted.utcoffset()


def test_an_empty_object_is_an_empty_list_where_the_member_is_one() -> None:
    assert read(list[Reward], {}) == []
    assert read(tuple[Reward, ...], {}) == ()
    assert fault_of(Weekend, {"rewards": {}}) == "rewards: expected list, got dict"
    assert fault_of(Weekend, []) == "data: expected Weekend, got list"


# What classes can be like.


@dataclass
class Base:
    coins: int
    shared: ClassVar[dict[str, int]] = {}
    made_here: list[str] = field(init=False, default_factory=lambda: ["fresh"])


@dataclass
class Derived(Base):
    _: KW_ONLY
    hearts: int = 3


class Undecorated(Derived):
    def double(self) -> int:
        return self.coins * 2


def set_price(self: Any, factor: int, bonus: int) -> None:
    self.price = self.base * factor + bonus


Scaled: Any = make_dataclass(
    "Scaled",
    [
        ("price", int, field(init=False)),
        ("base", int),
        ("factor", InitVar[int]),
        ("bonus", InitVar[int], field(default=1)),
    ],
    namespace={"__post_init__": set_price},
)


@dataclass(init=False)
class SelfMade:
    purse: list[int]

    def __init__(self, coins: int, *more: int, **others: int) -> None:
        self.purse = [coins, *more]
        self.others = others


ELSEWHERE = """
from __future__ import annotations
from dataclasses import dataclass
from datetime import datetime as Moment
@dataclass
class Timed:
    at: Moment
"""


@dataclass
class Curious:
    """Some of its annotations name what is not there, but not those of what it is made with."""

    _: KW_ONLY
    purse: ClassVar[Decimal]
    spent: Decimal = field(init=False)
    mood: Inside = "calm"  # type: ignore[assignment]

    class Inside(StrEnum):
        CALM = "calm"


@dataclass
class Priced:
    amount: Annotated[int, "in gems"]

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("amount must not be negative")
        if self.amount == 0:
            raise KeyError(self.amount)
        assert self.amount < 100, "too dear" + "!" * 1000


@dataclass
class Shop:
    prices: list[Priced]
    best: Priced | None = None
    choice: Priced | Reward | None = None


def test_a_field_that_is_not_given_to_the_class_is_not_read() -> None:
    got = read(Base, {"coins": 1, "made_here": 5, "shared": 6})

    assert got == Base(1)
    assert got.made_here == ["fresh"]


def test_classes_inherit_their_fields_and_take_keywords() -> None:
    assert read(Derived, {"coins": 1, "hearts": 5}) == Derived(1, hearts=5)
    got = read(Undecorated, {"coins": 4})
    assert (type(got), got.double(), got.hearts) == (Undecorated, 8, 3)
    assert type(read(Derived, {"coins": 4})) is Derived, "what one class keeps is not its subclass's"
    assert type(read(Undecorated, {"coins": 4})) is Undecorated


def test_a_class_that_makes_itself_is_read_as_it_wants_to_be_made() -> None:
    got = read(SelfMade, {"coins": 3, "purse": 5, "others": 7})
    assert (got.purse, got.others) == ([3], {})
    assert fault_of(SelfMade, {}) == "coins: expected int, got nothing"


def test_annotations_are_understood_where_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere: Any = ModuleType("elsewhere")
    monkeypatch.setitem(sys.modules, "elsewhere", elsewhere)
    exec(ELSEWHERE, vars(elsewhere))
    mine: Any = make_dataclass("Mine", [("coins", int)], bases=(elsewhere.Timed,))

    assert read(mine, {"coins": 1, "at": "2026-01-01"}) == mine(datetime(2026, 1, 1, tzinfo=UTC), 1)


def test_annotations_that_do_not_matter_are_not_looked_at() -> None:
    assert read(Curious, {"mood": "calm"}).mood is Curious.Inside.CALM


def test_what_is_only_for_post_init_is_read_too() -> None:
    assert read(Scaled, {"base": 2, "factor": 5}).price == 11
    assert read(Scaled, {"base": 2, "factor": 5, "bonus": 2}).price == 12
    assert fault_of(Scaled, {"base": 2}) == "factor: expected int, got nothing"
    assert fault_of(Scaled, {"base": 2, "factor": "5"}) == "factor: expected int, got str"


def test_defaults_are_made_anew_for_each() -> None:
    first, second = read(list[Reward], [{"amount": 1}, {"amount": 1}])

    first.item_ids.append(7)
    assert second.item_ids == []


@pytest.mark.parametrize(
    ("data", "sentence", "cause"),
    [
        (
            {"prices": [{"amount": 1}, {"amount": -1}]},
            "prices[1]: Priced refuses it: ValueError: amount must",
            ValueError,
        ),
        ({"prices": [{"amount": 0}]}, "prices[0]: Priced refuses it: KeyError: 0", KeyError),
        ({"prices": [{"amount": 500}]}, "prices[0]: Priced refuses it: AssertionError: too dear!!!", AssertionError),
        ({"prices": [], "best": {"amount": 0}}, "best: Priced refuses it: KeyError: 0", KeyError),
        ({"prices": [], "choice": {"amount": 0}}, None, None),
    ],
)
def test_a_value_that_the_class_refuses_is_named_with_its_reason(
    data: Any, sentence: str | None, cause: type[Exception] | None
) -> None:
    if sentence is None:
        assert read(Shop, data).choice == Reward(0)
        return
    with pytest.raises(DataError) as refused:
        read(Shop, data)

    assert str(refused.value).startswith(sentence)
    assert len(str(refused.value)) < 400
    assert cause is not None
    assert isinstance(refused.value.__cause__, cause)


# What cannot be read, whatever the content.


@dataclass
class Box(Generic[T]):
    value: T


@dataclass
class Money:
    total: Decimal


@dataclass
class DeepMoney:
    purse: dict[str, list[Money]]


class LateTuple(NamedTuple):
    purse: Missing  # type: ignore[name-defined]  # noqa: F821


class Pair(Enum):
    BOTH = (1, 2)


class Plain:
    pass


def of_field(annotation: Any) -> Any:
    return make_dataclass("Odd", [("first", int), ("thing", annotation)])


def local_classes() -> Any:
    @dataclass
    class Inner:
        coins: int

    @dataclass
    class Outer:
        coins: int
        inner: list[Inner]

    return Outer


NO_TYPE: list[tuple[Any, str]] = [
    (5, r"^cls is 5, which cannot be read from JSON: use a dataclass or NamedTuple, list\[X\], "),
    ("Reward", r"^cls is the text 'Reward': name the class itself, or put the whole annotation in quotes\.$"),
    (Union["Reward", int], r"^cls is the text ForwardRef\('Reward'\): name the class itself"),
    (Reward(1), r"^cls is Reward\(amount=1, .*, which cannot be read"),
    (Plain, r"^cls is Plain, which cannot be read"),
    (bytes, r"^cls is bytes, which cannot be read"),
    (complex, r"^cls is complex, which cannot be read"),
    (set[int], r"^cls is set\[int\], which cannot be read"),
    (list[Plain], r"^cls is .*Plain.*, which cannot be read"),
    (dict[int, str], r"^cls is dict\[int, str\], which cannot be read"),
    (Box, r"^Box\.value is ~T, which cannot be read"),
    (Box[int], r"^cls is .*Box\[int\], which cannot be read"),
    (Pair, r"^cls is Pair, which cannot be read"),
    (Literal[b"a"], r"^cls is typing\.Literal\[b'a'\], which cannot be read"),
    (Literal[Rarity.EPIC], r"^cls is typing\.Literal\[.*EPIC.*\], which cannot be read"),
    (of_field(set[int]), r"^Odd\.thing is set\[int\], which cannot be read"),
    (of_field(list[Plain] | None), r"^Odd\.thing is Plain, which cannot be read"),
    (of_field(tuple[int, Box[int]]), r"^Odd\.thing is .*Box\[int\], which cannot be read"),
    (of_field("nothing like Python"), r"^The annotation of Odd\.thing cannot be understood \(.*\): define or import"),
    (
        Money,
        r"^The annotation of Money\.total cannot be understood \(name 'Decimal' .*\): define or import .*TYPE_CHECK",
    ),
    (DeepMoney, r"^The annotation of Money\.total cannot be understood"),
    (LateTuple, r"^The annotation of LateTuple\.purse cannot be understood"),
    (local_classes(), r"^The annotation of Outer\.inner cannot be understood .* not inside a function"),
    (Alias(), r"^cls is .*, which refers to itself: only a dataclass or NamedTuple can do that\.$"),
]


@pytest.mark.parametrize(("cls", "sentence"), NO_TYPE, ids=lambda value: str(value).split(" object at ")[0][:40])
@pytest.mark.parametrize("data", [None, {}, {"wrong": "content"}], ids=["nothing", "empty", "wrong"])
def test_a_class_that_cannot_be_read_is_refused_whatever_the_content(cls: Any, sentence: str, data: Any) -> None:
    for _ in range(2):  # the second time too
        with pytest.raises(ArgumentError, match=sentence) as refused:
            read(cls, data)
        assert str(refused.value).endswith(".")


def test_a_class_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Any = make_dataclass("Known", [("coins", int), ("nested", list[Reward])])
    read(made, {"coins": 1, "nested": []})
    monkeypatch.delattr(conversion, "get_type_hints")

    assert read(list[made], [{"coins": 2, "nested": []}])[0].coins == 2


def test_a_class_is_let_go_when_the_game_lets_it_go() -> None:
    made: Any = make_dataclass("Short", [("coins", int), ("nested", list[Reward])])
    assert read(made, {"coins": 1, "nested": []}).coins == 1
    gone = weakref.ref(made)
    del made
    gc.collect()

    assert gone() is None


# Broken and hostile content.


@dataclass
class Node:
    children: list[Node] = field(default_factory=list)


@dataclass
class Add:
    first: Add | Multiply | int
    second: Add | Multiply | int
    kind: Literal["add"]


@dataclass
class Multiply:
    first: Add | Multiply | int
    second: Add | Multiply | int
    kind: Literal["multiply"]


def nested(depth: int) -> GameEvent:
    text = '{"children":[' * depth + "{}" + "]}" * depth
    return GameEvent(id="deep", text=f'{{"data":{text}}}'.encode())


def test_nesting_as_deep_as_content_may_be_is_read() -> None:
    node = nested(50).data_as(Node)
    for _ in range(50):
        [node] = node.children
    assert node == Node()


def test_nesting_that_is_too_deep_is_a_data_error() -> None:
    with pytest.raises(DataError, match=r"^data: it is nested too deeply$|refuses it: RecursionError"):
        nested(450).data_as(Node)
    with pytest.raises(DataError, match=r"^data: it cannot be decoded$"):
        nested(50_000).data_as(Node)


@pytest.mark.parametrize("text", ['{"data": nonsense}', '{"data": ' + "9" * 5000 + "}"], ids=["no JSON", "huge"])
def test_data_that_cannot_be_decoded_is_a_data_error_and_no_default(text: str) -> None:
    event = GameEvent(id="broken", text=text.encode())

    assert event.data == {}
    with pytest.raises(DataError, match=r"^data: it cannot be decoded$"):
        event.data_as(Place)


@pytest.mark.parametrize("last", [1, "wrong"])
def test_unions_in_unions_take_no_longer_than_there_is_content(last: Any) -> None:
    value = last
    for number in range(60):  # trying each type at each level would take 2**60 steps
        value = {"first": value, "second": number, "kind": "multiply"}

    if last == 1:
        got = read(Add | Multiply, value)
        assert (type(got), type(got.first), got.second) == (Multiply, Multiply, 59)
    else:
        assert len(fault_of(Add | Multiply, value)) < 500


@given(json_values)
def test_whatever_the_content_it_is_read_or_a_data_error(data: Any) -> None:
    for cls in (Weekend, Place, Point, Node, Add | Multiply, list[Reward | Place | None], dict[str, Shop]):
        try:
            got = read(cls, data)
        except DataError as error:
            got = error
        if isinstance(got, DataError):
            assert got.path
            assert len(str(got)) < 1000
        else:
            assert isinstance(got, (list, dict, Weekend, Place, Point, Node, Add, Multiply))


# Round trips.

numbers = st.floats(allow_nan=False, allow_infinity=False)
moments = st.datetimes(timezones=st.just(UTC))
points = st.builds(Point, st.integers(), st.integers())
rewards = st.builds(Reward, st.integers(), st.lists(st.integers(), max_size=4), st.sampled_from(Rarity))
weekends = st.builds(
    Weekend,
    st.lists(rewards, max_size=4).map(tuple),
    st.none() | moments,
    st.dictionaries(awkward_text, numbers, max_size=4),
)
places = st.recursive(
    st.builds(
        Place,
        at=points,
        size=st.tuples(st.integers(), awkward_text),
        mode=st.sampled_from(["day", "night", 3, True, None]),
        tier=st.sampled_from(Tier),
        named=st.none() | awkward_text,
        either=st.none() | st.integers() | awkward_text,
        neighbours=st.builds(list),
    ),
    lambda inner: st.builds(Place, inner=st.none() | inner, neighbours=st.lists(inner, max_size=3)),
    max_leaves=6,
)


def told(value: Any) -> Any:
    """As the platform would tell it, with keys that the class does not know yet."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"from_the_future": [1], **{name: told(getattr(value, name)) for name in value.__dataclass_fields__}}
    if isinstance(value, Point):
        return {**value._asdict(), "from_the_future": None}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: told(one) for key, one in value.items()}
    return [told(one) for one in value] if isinstance(value, (list, tuple)) else value


@given(st.lists(weekends, max_size=3), st.lists(places, max_size=3))
def test_what_is_told_is_what_is_read(some_weekends: list[Weekend], some_places: list[Place]) -> None:
    assert read(list[Weekend], told(some_weekends)) == some_weekends
    assert read(list[Place], told(some_places)) == some_places


@given(rewards)
def test_what_dataclasses_write_is_read_back(reward: Reward) -> None:
    assert read(Reward, asdict(reward)) == reward


def ints_in(value: Any, path: str = "") -> list[str]:
    """The places of all whole numbers of a Weekend or Place, as errors name them."""
    if type(value) is int:
        return [path]
    if is_dataclass(value) or isinstance(value, Point):
        names = value._fields if isinstance(value, Point) else value.__dataclass_fields__
        places = [ints_in(getattr(value, name), f"{path}.{name}") for name in names if name not in ("mode", "either")]
        return list(chain.from_iterable(places))
    if isinstance(value, (list, tuple)):
        return list(chain.from_iterable(ints_in(one, f"{path}[{at}]") for at, one in enumerate(value)))
    return []


@given(st.lists(weekends, min_size=1, max_size=3) | st.lists(places, min_size=1, max_size=3), st.data())
def test_one_wrong_value_anywhere_is_named_by_its_place(values: list[Any], data: st.DataObject) -> None:
    somewhere = ints_in(values)
    if not somewhere:
        return
    path = data.draw(st.sampled_from(somewhere))
    content = told(values)
    *way, last = [int(at) if at else name for name, at in re.findall(r"\.(\w+)|\[(\d+)\]", path)]
    holder = content
    for step in way:
        holder = holder[step]
    holder[last] = "wrong"

    cls = list[Weekend] if isinstance(values[0], Weekend) else list[Place]
    assert fault_of(cls, content) == f"{path}: expected int, got str"
