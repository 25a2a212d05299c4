"""Arguments of the command line that stand for those of a method: texts, numbers, choices, lists, JSON."""

from __future__ import annotations

import argparse
import inspect
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin


def add_argument(parser: argparse.ArgumentParser, one: inspect.Parameter, hint: Any, meaning: str) -> None:
    """Add an argument of a method: by name if the method has it so, else by its place."""
    options = {"help": meaning.replace("%", "%%"), **_options(hint)}
    if one.kind is one.KEYWORD_ONLY:
        needed = {"required": True} if one.default is one.empty else {"default": one.default}
        parser.add_argument(f"--{one.name.replace('_', '-')}", **needed, **options)
    else:
        if one.default is not one.empty:
            options["nargs"] = "?"
        parser.add_argument(one.name, **options | {"metavar": one.name.upper()})


def summary_and_meanings(page: str) -> tuple[str, dict[str, str]]:
    """Return what a docstring says of the whole, and of each argument."""
    summary, _, rest = page.partition("\nArgs:\n")
    described = rest.partition("\n\n")[0]
    found = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", described, re.MULTILINE)
    return " ".join(summary.split()), {name: " ".join(text.split()) for name, text in found}


def _options(hint: Any) -> dict[str, Any]:
    """Return how argparse reads a value of this type; JSON can also be read from a file."""
    kinds = _members(hint)
    choices = [choice for kind in kinds if get_origin(kind) is Literal for choice in get_args(kind)]
    if choices:
        return {"choices": choices, "metavar": "|".join(choices) if len(choices) < 6 else "KIND"}
    if kinds == [bool]:
        return {"action": "store_true"}
    if kinds in ([int], [float]):
        return {"type": kinds[0], "metavar": "N"}
    if kinds == [Sequence[str]]:
        return {"nargs": "*", "metavar": "TEXT"}
    if os.PathLike[str] in kinds:
        return {"type": Path, "metavar": "FILE"}
    if set(kinds) <= {str, datetime}:
        return {"metavar": "TIME" if datetime in kinds else "TEXT"}
    return {"type": _json, "metavar": "JSON"}


def _members(hint: Any) -> list[Any]:
    """Return the types that a value may have; None is what it has when it is not given."""
    either = get_args(hint) if get_origin(hint) in (Union, UnionType) else [hint]
    return [kind for kind in either if kind is not NoneType]


def _json(text: str) -> Any:
    try:
        if text == "@-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text[1:]} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is not JSON: quote it for the shell, or use @FILE") from None
