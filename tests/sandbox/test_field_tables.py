"""Tables of fields: what they take, what they say about the rest, and their JSON Schema."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.field_types import TYPES
from uwclient.sandbox.core.json_schema import json_schema
from uwclient.sandbox.core.resource import (
    CREATE,
    MOST_COMPARED,
    UPDATE,
    Field,
    Reading,
    read,
    read_fields,
)
from uwclient.sandbox.services.ab_tests.rules import VARIANT
from uwclient.sandbox.services.campaigns.resources import CONTENT_FIELDS
from uwclient.sandbox.world_file import RESOURCES

TABLES: Mapping[str, tuple[Field, ...]] = {
    **{resource.name: resource.fields for resource in RESOURCES},
    **{f"content of {kind}": fields for kind, fields in CONTENT_FIELDS.items()},
    "variant": VARIANT,
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 150) | st.floats(-3, 150) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
OF_TYPE: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.text(max_size=3),
    "word": st.text(min_size=1, max_size=3),
    "integer": st.integers(-3, 150),
    "number": st.floats(-3, 150) | st.integers(-3, 150),
    "boolean": st.booleans(),
    "scalar": st.text(max_size=3) | st.booleans() | st.integers(-3, 150),
    "time": st.sampled_from(["2026-01-01", "2026-01-01T10:00:00+01:00"]),
    "moment": st.sampled_from(["2026-01-01", "2026-01-01T10:00:00Z"]),
    "any": ANY_JSON,
    "texts": st.lists(st.text(max_size=2), max_size=2),
    "object": st.dictionaries(st.text(max_size=2), ANY_JSON, max_size=2),
    "list": st.lists(ANY_JSON, max_size=2),
    "structure": st.lists(ANY_JSON, max_size=2) | st.dictionaries(st.text(max_size=2), ANY_JSON, max_size=2),
    "json": ANY_JSON,
}


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Values that a field takes, but for its check."""
    if field.choices:
        return st.sampled_from(field.choices)
    if field.fields:
        inner = objects_of(field.fields)
        return st.lists(inner, max_size=2) if field.type == "list" else inner
    return OF_TYPE[field.type]


def objects_of(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {field.name: values_of(field) for field in fields if field.required},
        optional={field.name: values_of(field) for field in fields if not field.required and CREATE in field.when},
    )


def accepts(fields: tuple[Field, ...], given_fields: Mapping[str, Any], operation: str) -> bool:
    try:
        read(Field("", "object", "", fields=fields), given_fields, Reading(operation, blanks=()))
    except FieldError:
        return False
    return True


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=50, deadline=None)
@given(data=st.data(), operation=st.sampled_from([CREATE, UPDATE]))
def test_what_a_table_takes_its_schema_takes(name: str, data: st.DataObject, operation: str) -> None:
    fields = TABLES[name]
    drawn = data.draw(objects_of(fields))
    for changed in data.draw(st.lists(st.sampled_from([field.name for field in fields]), max_size=1)):
        drawn[changed] = data.draw(ANY_JSON)
    for left_out in data.draw(st.lists(st.sampled_from([field.name for field in fields]), max_size=1)):
        drawn.pop(left_out, None)

    accepted = accepts(fields, drawn, operation)

    event(f"accepted: {accepted}")
    assert not accepted or Draft202012Validator(json_schema(fields, operation)).is_valid(drawn)


FORMS = (
    Field("word", "word", "A word.", required=True),
    Field("count", "integer", "How many.", minimum=2, maximum=10, null=True),
    Field("mood", "text", "How it feels.", choices=("good", "bad"), null=True),
    Field("names", "list", "Names.", values=Field("", "word", "A name."), most=3),
    Field("sizes", "object", "Sizes by name.", values=Field("", "number", "A size.", minimum=0)),
    Field(
        "parts",
        "list",
        "Its parts.",
        fields=(Field("id", "word", "Its id.", required=True), Field("value", "scalar", "A value.")),
        others="kept",
    ),
    Field("data", "structure", "Anything inside."),
)


@settings(deadline=None)
@given(data=st.data())
def test_a_table_of_every_form_and_its_schema_agree(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([field.name for field in FORMS]))
    inside = st.lists(st.integers(0, 12) | st.text(max_size=2) | st.fixed_dictionaries({"id": ANY_JSON}), max_size=5)
    by_name = st.dictionaries(st.text(max_size=2), st.integers(-1, 3) | st.text(max_size=1), max_size=2)
    value = data.draw(ANY_JSON | inside | by_name | st.sampled_from(["good", "", None]) | st.integers(1, 11))
    drawn = {"word": "x", name: value}

    accepted = accepts(FORMS, drawn, CREATE)

    whole = isinstance(value, float) and value.is_integer()  # 5.0 is a whole number for JSON Schema alone
    event(f"{name}, accepted: {accepted}")
    assert whole or accepted == Draft202012Validator(json_schema(FORMS, CREATE)).is_valid(drawn)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"word": ""}, 'word: "" is not a text of at least one letter'),
        ({"word": 5}, "word: 5 is not a text of at least one letter: put it in quotes"),
        ({"count": "5"}, 'count: "5" is not a whole number: write it without quotes'),
        ({"count": "five"}, 'count: "five" is not a whole number'),
        ({"count": 1}, "count: 1 is too small: use 2 or more"),
        ({"count": 11}, "count: 11 is too large: use 10 or less"),
        ({"mood": "god"}, "mood: \"god\" is not one of good, bad (did you mean 'good'?)"),
        ({"names": ["a", "b", "c", "d"]}, "names: there are 4 entries, and a request takes 3"),
        ({"names": ["a", ""]}, 'names[1]: "" is not a text of at least one letter'),
        ({"sizes": {"big": -1}}, "sizes.big: -1 is too small: use 0 or more"),
        ({"parts": [{"id": "a"}, {}]}, "parts[1].id: it is missing: give it a text of at least one letter"),
        ({"parts": [5]}, "parts[0]: 5 is not an object"),
        ({"data": 5}, "data: 5 is not an object or a list"),
        ({"nams": []}, "nams: there is no such field (did you mean 'names'?)"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path_and_a_hint(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FieldError) as caught:
        read(Field("", "object", "A thing.", fields=FORMS), {"word": "x", **changed}, Reading(blanks=()))

    assert str(caught.value) == sentence
    assert caught.value.hint


def test_other_fields_are_kept_where_a_table_says_so() -> None:
    values = read_fields(FORMS, {"word": "x", "parts": [{"id": "a", "color": "red"}]}, CREATE)

    assert values["parts"] == [{"id": "a", "color": "red"}]


def test_many_unknown_fields_are_warned_of_in_few_sentences() -> None:
    warnings: list[str] = []
    unknown = {f"names{number}": number for number in range(5000)}

    assert read_fields(FORMS, {"word": "x", **unknown}, CREATE, warnings.append) == {"word": "x"}

    assert len(warnings) == 21
    assert warnings[0] == "names0: there is no such field (did you mean 'names'?); it was left out."
    assert warnings[-1] == "4,980 more fields are unknown; they were left out."


def test_every_type_has_values_in_these_tests() -> None:
    assert set(OF_TYPE) == set(TYPES)


def test_fields_of_your_own_are_kept_but_not_what_looks_like_a_typing_error() -> None:
    form = Field("", "object", "A thing.", fields=FORMS, others="kept unless misspelt")
    data = {f"{number} of my own": number for number in range(MOST_COMPARED)}

    with pytest.raises(FieldError, match=r"^nams: there is no such field \(did you mean 'names'\?\)$"):
        read(form, {"word": "x", "nams": []}, Reading())
    generated = {"word": "x", **data, "nams": []}  # nobody types a thousand fields
    assert read(form, generated, Reading()) == generated


@given(word=st.text("abcde_", max_size=9), known=st.lists(st.text("abcde_", min_size=1, max_size=9), max_size=6))
@pytest.mark.parametrize("cutoff", [0.6, 0.8])
def test_the_close_name_is_that_of_the_whole_comparison(cutoff: float, word: str, known: list[str]) -> None:
    close = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)

    assert did_you_mean(word, known, cutoff) == (f" (did you mean {close[0]!r}?)" if close else "")
