"""JSON of every shape, for tests that must hold for all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

awkward_text = st.text(st.sampled_from('"\\[]{},:/ \n\té€😀\u2028') | st.characters(codec="utf-8"), max_size=8)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | awkward_text

json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(awkward_text, inner, max_size=4),
    max_leaves=8,
)

json_objects = st.dictionaries(awkward_text, json_values, max_size=5)


@st.composite
def spaced_json(draw: st.DrawFn, value: Any) -> bytes:
    """The JSON of `value`, with spacing and escapes as some platform might send them."""
    indent = draw(st.sampled_from((None, 0, 1, "\t")))
    separators = draw(st.sampled_from(((",", ":"), (", ", " : "), (" ,\r\n", ":\t"))))
    escaped = draw(st.booleans())
    return json.dumps(value, indent=indent, separators=separators, ensure_ascii=escaped).encode()


@st.composite
def pieces_of(draw: st.DrawFn, body: bytes) -> list[bytes]:
    """`body` in pieces, as a network might cut it; down to a byte each."""
    if draw(st.booleans()):
        size = draw(st.integers(1, 9))
        return [body[at : at + size] for at in range(0, len(body), size)]
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=8)))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def records_in(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects directly inside the lists of content in a reply's root."""
    for name, value in root.items():
        if name in ("active", "upcoming") and isinstance(value, list):
            yield from (element for element in value if isinstance(element, dict))


def never_rests() -> None:
    """A pace without rests."""
