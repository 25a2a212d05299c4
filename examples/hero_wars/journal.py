"""Prints a run: a readable line for each signal, and for each report to the platform."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from uwclient import UserWise

Say = Callable[[str], None]

MODULES = ("events", "messages", "offers", "remote_configs", "surveys")
OTHERS = ("campaigns", "push", "media")
CONTENT = ("record", "message", "offer", "survey", "campaign")
UNSAID = ("previous", "response_id", "invite_id")
"""Details that tell a reader nothing: what is new is in the record, and ids are long."""

TOLD = "> "
"""Marks what goes to the platform."""
NAME_WIDTH = 32


def say_at_once(line: str) -> None:
    """Prints a line without delay, also into a file or a pipe."""
    print(line, flush=True)


class Journal:
    """Prints what happens, with the seconds since the journal was made."""

    def __init__(self, say: Say = say_at_once, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._began = clock()

    def follow(self, uw: UserWise) -> None:
        """Prints every signal of the client and of its modules from now on."""
        self._follow_all(uw, "")
        for name in (*MODULES, *OTHERS):
            self._follow_all(getattr(uw, name), f"{name}.")

    def told(self, call: str, details: str) -> None:
        """Prints what the platform is told."""
        self.note(TOLD + call, details)

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
    content = next((details[name] for name in CONTENT if name in details), None)
    if "impression" in details:
        return f"{details['impression'].offer_id:<14} {details['impression'].state}"
    if "payload" in details:
        return f"notification={details['payload'].push_notification_id}"
    rest = {name: value for name, value in details.items() if name not in (*CONTENT, *UNSAID)}
    told = [f"{name}={value}" for name, value in rest.items()]
    return "  ".join(told if content is None else [label_of(content), *told])


def label_of(content: Any) -> str:
    """Content by the id that live operations know it by, and the title that players do."""
    title = getattr(content, "title", None) or getattr(content, "name", None) or ""
    handle = getattr(content, "external_id", None) or content.id
    return f'{handle:<14} "{title}"'
