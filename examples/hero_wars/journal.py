"""Owns the printed record of a run: one readable line for each signal that the client sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from uwclient import UserWise

Say = Callable[[str], None]

MODULES = ("events", "messages", "offers", "remote_configs", "surveys")
NAME_WIDTH = 32


def say_at_once(line: str) -> None:
    """Prints a line without delay, also into a file or a pipe."""
    print(line, flush=True)


class Journal:
    """Prints signals, with the seconds since the journal was made."""

    def __init__(self, say: Say = say_at_once, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._began = clock()

    def follow(self, uw: UserWise) -> None:
        """Prints every signal of the client and of its content modules from now on."""
        self._follow_all(uw, "")
        for name in MODULES:
            self._follow_all(getattr(uw, name), f"{name}.")

    def note(self, name: str, details: str) -> None:
        """Prints one line."""
        self._say(f"[{self._clock() - self._began:5.1f} s] {name:<{NAME_WIDTH}} {details}".rstrip())

    def _follow_all(self, owner: Any, prefix: str) -> None:
        for name in dir(owner):
            if name.startswith("on_"):
                getattr(owner, name).connect(partial(self._heard, prefix + name))

    def _heard(self, title: str, _sender: object, **details: Any) -> None:
        self.note(title, describe(details))


def describe(details: dict[str, Any]) -> str:
    """The details of a signal in a few words: content by id and title, the rest as `name=value`."""
    content = next((details[name] for name in ("record", "message", "offer") if name in details), None)
    if content is None:
        return "  ".join(f"{name}={value}" for name, value in details.items())
    label = getattr(content, "title", None) or getattr(content, "name", None) or ""
    handle = getattr(content, "external_id", None) or content.id
    told = f'{handle:<14} "{label}"'
    return f"{told}  {details['error']}" if "error" in details else told
