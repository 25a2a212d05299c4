"""The two spellings of journeys (pure).

Requests and replies name some fields differently, and both are taken:

requests                              replies
entry_rules.rule_predicate            entry_rules.rules_predicate       (exit_rules likewise)
reenrollment.…                        reenrollment_rules.…
reenrollment.cooldown_unit            reenrollment_rules.cooldown_duration_unit
entry_rules.rules.0..entry_strategy   entry_rules.rules[0].entry_strategy
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NAMES = {
    "reenrollment": "reenrollment_rules",
    "rule_predicate": "rules_predicate",
    "cooldown_unit": "cooldown_duration_unit",
}
_NESTED = ("entry_rules", "exit_rules", "reenrollment_rules", "rules", "position", "advancement")
_NOTHING: tuple[Any, ...] = ("", None, {})


def reply_spelling(given: Mapping[str, Any]) -> dict[str, Any]:
    """A journey that a client sent, as replies spell it; literal dotted keys (two dots count as one) are spread."""
    spread: dict[str, Any] = {}
    for name, value in given.items():
        _put(spread, [part for part in name.split(".") if part], value)
    return _respelled(spread)


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value where its path leads; what is nested and what is dotted become one object."""
    first, *rest = path or [""]
    name = _NAMES.get(first, first)
    if rest:
        inner = into.get(name)
        into[name] = inner = dict(inner) if isinstance(inner, Mapping) else {}
        _put(inner, rest, value)
    elif isinstance(value, Mapping) and isinstance(into.get(name), dict):
        for key, one in value.items():
            _put(into[name], [key], one)
    else:
        into[name] = value


def _respelled(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for first, value in given.items():
        name = _NAMES.get(first, first)
        if name == "rules":
            found[name] = list(_rules(value))
        elif name in _NESTED and isinstance(value, Mapping):
            found[name] = _respelled(value)
        else:
            found[name] = value
    return found


def _rules(given: Any) -> Iterator[Any]:
    """Rules as a list; those of which nothing is given are left out."""
    if isinstance(given, Mapping) and all(key.isdigit() for key in given):
        given = [given[key] for key in sorted(given, key=int)]
    for rule in given if isinstance(given, (list, tuple)) else [given]:
        if rule in _NOTHING:
            continue
        if not isinstance(rule, Mapping) or any(value not in _NOTHING for value in rule.values()):
            yield rule
