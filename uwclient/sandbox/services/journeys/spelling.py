"""The two spellings of journeys (pure).

Requests and replies name some fields differently, and both are taken:

    requests                              replies
    entry_rules.rule_predicate            entry_rules.rules_predicate       (exit_rules likewise)
    reenrollment.…                        reenrollment_rules.…
    reenrollment.cooldown_unit            reenrollment_rules.cooldown_duration_unit
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NAMES = {
    "reenrollment": "reenrollment_rules",
    "rule_predicate": "rules_predicate",
    "cooldown_unit": "cooldown_duration_unit",
}
_RULES = ("entry_rules", "exit_rules", "reenrollment_rules")
_NOTHING: tuple[Any, ...] = ("", None, {})


def reply_spelling(given: Mapping[str, Any]) -> dict[str, Any]:
    """A journey that a client sent, as replies spell it; rules of which nothing is given are left out."""
    found = _renamed(given)
    for name in _RULES:
        if isinstance(found.get(name), Mapping):
            found[name] = _renamed(found[name])
            if "rules" in found[name]:
                found[name]["rules"] = list(_rules(found[name]["rules"]))
    return found


def _renamed(given: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(name, name): value for name, value in given.items()}


def _rules(given: Any) -> Iterator[Any]:
    for rule in given if isinstance(given, (list, tuple)) else [given]:
        if isinstance(rule, Mapping):
            rule = {name: value for name, value in rule.items() if value not in _NOTHING}
        if rule not in _NOTHING:
            yield rule
