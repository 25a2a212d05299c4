"""Refuses YAML that is too large or too deep once its aliases are replaced by their values (pure).

The values are counted before anything is built: ten lines of aliases of aliases can mean a billion values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

MOST_VALUES = 250_000
DEEPEST = 100


def check_bounds(events: Iterable[yaml.Event]) -> None:
    """MarkedYAMLError, with the place, when a document holds too many values, is too deep, or contains itself."""
    anchors: dict[str, int | None] = {}  # how many values each stands for; None: its end has not come yet
    open_nodes: list[tuple[str | None, int]] = []
    count = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            count += _size_of_alias(event, anchors)
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
            if event.anchor is not None:
                anchors[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, count))
            count += 1
            if event.anchor is not None:
                anchors[event.anchor] = None
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                anchors[anchor] = count - before
        if count > MOST_VALUES:
            raise _refusal(event, f"it holds more than {MOST_VALUES} values, aliases spelled out")
        if len(open_nodes) > DEEPEST:
            raise _refusal(event, f"it is nested more than {DEEPEST} deep")


def _size_of_alias(event: yaml.AliasEvent, anchors: dict[str, int | None]) -> int:
    size = anchors.get(str(event.anchor), 1)  # one that is not known is refused when the document is read
    if size is None:
        raise _refusal(event, f"*{event.anchor} contains itself")
    return size


def _refusal(event: yaml.Event, reason: str) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark
    return yaml.MarkedYAMLError(problem=reason, problem_mark=mark)
