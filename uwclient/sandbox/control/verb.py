"""What a verb is, and what its arguments are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from uwclient.sandbox.core.errors import FieldError, check_keys
from uwclient.sandbox.sandbox import Sandbox

MOST_LISTED = 1000
"""How many players a verb lists at most."""

Kind = Literal["text", "read", "write"]
"""What an argument is: a text; a file whose content is sent; or a file for the content that comes back."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb.

    Attributes:
        name: its name; with two hyphens before it when it is optional.
        help: what it means.
        kind: what it is.
        optional: whether it may be left out.

    """

    name: str
    help: str
    kind: Kind = "text"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.

    Attributes:
        help: what it does, in one sentence.
        act: does it; takes the sandbox, and a text for each argument that was given.
        arguments: its arguments, in the order in which they are typed.

    """

    help: str
    act: Callable[..., Any]
    arguments: tuple[Argument, ...] = ()

    def call(self, sandbox: Sandbox, given: Mapping[str, Any]) -> Any:
        """Do it. ValueError or KeyError, with a sentence, when an argument is wrong."""
        known = {one.name: one for one in self.arguments if one.kind != "write"}
        check_keys(given, known, ())
        for name, one in known.items():
            if name not in given and not one.optional:
                raise FieldError(name, f"it is missing: {one.help}")
        return self.act(sandbox, **{name: _text(name, value) for name, value in given.items() if value is not None})


def _text(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FieldError(name, f"{value!r} is not a text")
    return str(value)
