from __future__ import annotations

import json
from itertools import groupby
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import (
    awkward_text,
    json_objects,
    json_values,
    never_rests,
    pieces_of,
    records_in,
    spaced_json,
)
from uwclient.errors import ReplyError
from uwclient.wire import splitting
from uwclient.wire.splitting import RecordSplitter, RecordText, records_at

Root = dict[str, Any]

lists_of_records = st.lists(json_objects | json_values, max_size=4)
roots: st.SearchStrategy[Root] = st.dictionaries(
    st.sampled_from(("active", "upcoming", "meta")) | awkward_text, lists_of_records | json_values, max_size=4
)


@st.composite
def sent_roots(draw: st.DrawFn) -> tuple[Root, bytes, list[bytes]]:
    """A reply, its body, and the pieces in which the body comes."""
    root = draw(roots)
    body = draw(spaced_json(root))
    return root, body, draw(pieces_of(body))


def split(pieces: list[bytes]) -> tuple[list[RecordText], RecordSplitter]:
    splitter = RecordSplitter(("active", "upcoming"), never_rests)
    return [record for piece in pieces for record in splitter.feed(piece)], splitter


@given(sent_roots())
def test_the_records_of_a_reply_are_found_in_order_however_it_is_cut(sent: tuple[Root, bytes, list[bytes]]) -> None:
    root, _, pieces = sent
    records, splitter = split(pieces)

    assert [json.loads(record.text) for record in records] == list(records_in(root))
    assert splitter.finished


@given(sent_roots())
def test_the_outline_is_the_root_with_nothing_in_its_records(sent: tuple[Root, bytes, list[bytes]]) -> None:
    root, _, pieces = sent
    _, splitter = split(pieces)

    outline = json.loads(splitter.outline)
    assert outline.keys() == root.keys()
    for name, value in root.items():
        if name in ("active", "upcoming") and isinstance(value, list):
            assert outline[name] == [
                {"records": len(list(run))} if is_record else element
                for is_record, run in groupby(value, lambda element: isinstance(element, dict))
                for element in ([None] if is_record else run)
            ]
            assert all(records_at(element) == 0 for element in outline[name] if not isinstance(element, dict))
        else:
            assert outline[name] == value


@given(sent_roots())
def test_a_records_text_is_exactly_what_was_sent(sent: tuple[Root, bytes, list[bytes]]) -> None:
    _, body, pieces = sent
    records, splitter = split(pieces)

    assert all(record.text in body for record in records)
    rest = body
    for record in records:
        before, _, rest = rest.partition(record.text)
        assert before.strip() in (b",", b"") or before in body
    assert splitter.finished


@given(sent_roots(), st.integers(2, 40))
def test_long_nested_values_are_found_and_null_in_a_records_outline(
    sent: tuple[Root, bytes, list[bytes]], longest: int
) -> None:
    root, _, pieces = sent
    with mock.patch.object(splitting, "LARGEST_DECODED", longest):
        records, _ = split(pieces)

    for record, value in zip(records, records_in(root), strict=True):
        nested = {name: member for name, member in value.items() if isinstance(member, (dict, list))}
        cut_out = [record.text[start:end] for start, end in record.large]
        outline = json.loads(record.outline())
        nulled = {name for name in nested if outline[name] is None}

        assert all(len(text) > longest for text in cut_out)
        assert [json.loads(text) for text in cut_out] == [nested[name] for name in value if name in nulled]
        assert outline == {name: None if name in nulled else member for name, member in value.items()}
        assert all(
            len(json.dumps(nested[name], separators=(",", ":"), ensure_ascii=False)) <= longest
            for name in nested.keys() - nulled
        )


def test_a_nested_value_counts_as_long_only_above_the_limit() -> None:
    fits = "[" + "1" * (splitting.LARGEST_DECODED - 2) + "]"
    (record, longer), _ = split([f'{{"active":[{{"data":{fits}}},{{"data":{fits[:-1]}1]}}]}}'.encode()])

    assert record.large == ()
    assert longer.outline() == b'{"data":null}'


@given(st.binary(max_size=200), st.data())
def test_random_bytes_split_or_are_refused(body: bytes, data: st.DataObject) -> None:
    splits_or_is_refused(data.draw(pieces_of(body)))


@given(st.text(st.sampled_from('{}[]",:\\ a0'), max_size=60), st.data())
def test_random_marks_split_or_are_refused(text: str, data: st.DataObject) -> None:
    splits_or_is_refused(data.draw(pieces_of(text.encode())))


def splits_or_is_refused(pieces: list[bytes]) -> None:
    try:
        records, splitter = split(pieces)
    except ReplyError:
        return
    body = b"".join(pieces)
    assert all(record.text in body for record in records)
    assert len(splitter.outline) <= len(body) + len('{"records":1}') * len(records)


@given(sent_roots(), st.data())
def test_a_reply_that_was_cut_off_is_not_finished(sent: tuple[Root, bytes, list[bytes]], data: st.DataObject) -> None:
    _, body, _ = sent
    cut_at = data.draw(st.integers(0, len(body) - 1))

    assert not split([body[:cut_at]])[1].finished


@pytest.mark.parametrize(
    "body", ['{"active":[}', '{"active":[{"id":"a"]}', "}", "{]", '{"a":[]}]', '{"a":[]}{', r'{"a":[\]}', "{}[]"]
)
def test_brackets_that_do_not_match_are_refused(body: str) -> None:
    with pytest.raises(ReplyError, match="not JSON"):
        split([body.encode()])


def test_a_reply_nested_a_hundred_thousand_deep_is_no_trouble() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    (record,), splitter = split([b'{"active":[{"data":' + deep + b"}]}"])

    assert record.outline() == b'{"data":null}'
    assert splitter.finished


def test_work_rests_while_a_long_piece_without_records_is_read() -> None:
    rests: list[None] = []
    splitter = RecordSplitter(("active", "upcoming"), lambda: rests.append(None))

    assert list(splitter.feed(b'{"meta":[' + b"[]," * 5000)) == []

    assert len(rests) > 10


def test_a_stop_asked_for_at_a_rest_ends_the_reading() -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    with pytest.raises(Stop):
        list(RecordSplitter(("active", "upcoming"), stop).feed(b'{"meta":[' + b"[]," * 5000))
