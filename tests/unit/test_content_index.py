from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import never_rests
from tests.unit.told import told
from uwclient.models.content import GameEvent, Kind, Listed
from uwclient.models.notices import Changes
from uwclient.rules.content import LARGEST_COMPARED, ContentIndex

Listing = dict[str, dict[str, Any]]

listings: st.SearchStrategy[Listing] = st.dictionaries(
    st.sampled_from("abcdef"),
    st.fixed_dictionaries({"name": st.sampled_from(("Dragon", "Arena")), "data": st.lists(st.integers(0, 2))}),
)


def records(listing: Listing, **spacing: Any) -> Iterator[GameEvent]:
    for record_id, value in listing.items():
        yield GameEvent(id=record_id, text=json.dumps({"id": record_id, **value}, **spacing).encode())


def replace(index: ContentIndex, listing: Listing, **spacing: Any) -> Changes:
    return index.replace(told(index, records(listing, **spacing)), never_rests)


def replace_texts(index: ContentIndex, **texts: str) -> Changes:
    listed = [GameEvent(id=name, text=text.encode()) for name, text in texts.items()]
    return index.replace(told(index, listed), never_rests)


def is_empty(changes: Changes) -> bool:
    return not changes.upserts and not changes.removed


def replay(model: Listing, changes: Changes) -> None:
    """Do to a dict what a module does with changes."""
    for gone in changes.removed:
        del model[gone]
    for record in changes.upserts.records():
        model[record.id] = {name: value for name, value in record.raw.items() if name != "id"}


def kept(index: ContentIndex) -> list[Any]:
    return [json.loads(text) for text in index.texts()]


@given(st.lists(listings, max_size=8))
def test_replaying_the_changes_gives_the_last_listing(sequence: list[Listing]) -> None:
    index, model = ContentIndex(Kind.EVENTS), Listing()
    for listing in sequence:
        replay(model, replace(index, listing))

        assert model == listing
        assert kept(index) == [{"id": record_id, **value} for record_id, value in listing.items()]
        assert len(index) == len(listing)


@given(listings, st.sampled_from((None, 2)), st.booleans())
def test_a_listing_that_says_the_same_changes_nothing(listing: Listing, indent: int | None, backwards: bool) -> None:
    index = ContentIndex(Kind.EVENTS)
    replace(index, listing)
    again = {record_id: dict(reversed(value.items())) for record_id, value in listing.items()}
    shuffled = dict(reversed(again.items())) if backwards else again

    assert is_empty(replace(index, shuffled, indent=indent))


@given(listings, listings)
def test_a_change_names_only_what_is_different(before: Listing, after: Listing) -> None:
    index = ContentIndex(Kind.EVENTS)
    replace(index, before)

    changes = replace(index, after)

    assert set(changes.upserts) == {name for name, value in after.items() if before.get(name) != value}
    assert set(changes.removed) == before.keys() - after.keys()
    assert changes.kind is Kind.EVENTS


@pytest.mark.parametrize(("before", "after"), [("1", "true"), ("0", "false"), ("1", "1.0"), ("[0]", "[false]")])
def test_a_value_of_another_type_is_a_change(before: str, after: str) -> None:
    index = ContentIndex(Kind.REMOTE_CONFIGS)
    replace_texts(index, tuning=f'{{"json":{{"double_coins":{before}}}}}')

    changes = replace_texts(index, tuning=f'{{"json":{{"double_coins":{after}}}}}')

    assert "tuning" in changes.upserts


TOO_DEEP = "[" * 15_000 + "]" * 15_000
NO_JSON = "[" + "nonsense," * 1000 + "1]"


@pytest.mark.parametrize("nested", [TOO_DEEP, NO_JSON], ids=["too deep", "no JSON"])
def test_a_text_that_cannot_be_decoded_is_compared_as_it_is(nested: str) -> None:
    index = ContentIndex(Kind.EVENTS)
    replace_texts(index, dragon=f'{{"data":{nested}}}')

    assert not replace_texts(index, dragon=f'{{"data":{nested}}}').upserts
    assert "dragon" in replace_texts(index, dragon=f'{{"data": {nested}}}').upserts


def test_of_a_very_long_record_any_change_of_its_text_counts() -> None:
    index = ContentIndex(Kind.EVENTS)
    long = "x" * LARGEST_COMPARED
    replace_texts(index, dragon=f'{{"name":"{long}"}}')

    assert "dragon" in replace_texts(index, dragon=f'{{"name": "{long}"}}').upserts


def test_nothing_changes_when_the_reply_breaks_off() -> None:
    index = ContentIndex(Kind.EVENTS)
    replace(index, {"a": {"name": "Dragon"}, "b": {"name": "Arena"}})
    before = kept(index)

    def broken_off() -> Iterator[Listed]:
        yield from told(index, [GameEvent(id="a", text=b'{"id":"a","name":"Changed"}')])
        raise ConnectionError

    with pytest.raises(ConnectionError):
        index.replace(broken_off(), never_rests)

    assert kept(index) == before
    assert is_empty(replace(index, {"a": {"name": "Dragon"}, "b": {"name": "Arena"}}))


def test_a_text_is_recognised_as_long_as_its_record_is_listed() -> None:
    index = ContentIndex(Kind.EVENTS)
    (known,) = records({"a": {"name": "Dragon"}})
    replace(index, {"a": {"name": "Dragon"}})

    assert index.id_with(known.text) == "a"
    assert index.id_with(b"{}") is None
    replace(index, {})
    assert index.id_with(known.text) is None


def test_a_record_told_again_takes_the_place_of_the_old_one() -> None:
    index = ContentIndex(Kind.EVENTS)
    replace(index, {"a": {"name": "Dragon"}, "b": {"name": "Arena"}})
    newer = GameEvent(id="a", text=b'{"id":"a","name":"Golden Dragon"}')

    assert list(index.update(newer, never_rests).upserts.records()) == [newer]
    assert [record["name"] for record in kept(index)] == ["Golden Dragon", "Arena"]
    assert index.id_with(newer.text) == "a"
    assert index.id_with(b'{"id": "a", "name": "Dragon"}') is None


def test_a_record_told_again_unchanged_or_unknown_changes_nothing() -> None:
    index = ContentIndex(Kind.EVENTS)
    replace(index, {"a": {"name": "Dragon"}})

    assert is_empty(index.update(GameEvent(id="a", text=b'{"name":"Dragon","id":"a"}'), never_rests))
    assert is_empty(index.update(GameEvent(id="stranger", text=b'{"id":"stranger"}'), never_rests))
    assert kept(index) == [{"id": "a", "name": "Dragon"}]


def test_a_record_that_is_told_again_and_then_as_before_changes_back() -> None:
    index, model = ContentIndex(Kind.EVENTS), Listing()
    replay(model, replace(index, {"a": {"name": "Dragon"}}))
    replay(model, replace(index, {"a": {"name": "Dragon"}}, indent=1))  # the same, in another text
    replay(model, index.update(GameEvent(id="a", text=b'{"id":"a","name":"Golden Dragon"}'), never_rests))

    replay(model, replace(index, {"a": {"name": "Dragon"}}, indent=1))

    assert model == {"a": {"name": "Dragon"}}


def test_old_content_is_freed_with_rests_in_between() -> None:
    index = ContentIndex(Kind.EVENTS)
    replace(index, {str(number): {} for number in range(500)})
    rests: list[None] = []

    index.replace(iter(()), lambda: rests.append(None))

    assert len(rests) >= 500


@given(listing=listings, size=st.integers(1, 4))
def test_a_list_taken_in_by_parts_is_known_as_if_it_had_come_at_once(listing: Listing, size: int) -> None:
    index, model = ContentIndex(Kind.EVENTS), Listing()
    rest = told(index, records(listing))
    while (changes := index.extend(islice(rest, size), never_rests)).new:
        assert len(changes.new) <= size
        replay(model, changes)

    assert model == listing
    assert list(index.places()) == list(listing) == sorted(listing, key=index.places().__getitem__)
    assert is_empty(replace(index, listing))


def test_a_part_that_breaks_off_leaves_nothing() -> None:
    index = ContentIndex(Kind.EVENTS)

    def broken_off() -> Iterator[Listed]:
        yield from told(index, records({"a": {"name": "Dragon"}}))
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one above
        index.extend(broken_off(), never_rests)

    assert len(index) == 0
    assert kept(index) == []
