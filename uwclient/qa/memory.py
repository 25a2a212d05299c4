"""What the objects of a client hold at one moment, so that a world can go back to it.

A client that is restarted from its files is another one: it has forgotten what campaigns brought, what waits on the
screen, and what it was about to do. So a world that goes back puts the very same objects back into their earlier
state. Whoever holds one of them, such as a listener or a test, sees the earlier state too.
"""

from __future__ import annotations

import random
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from uwclient.qa.background import BackgroundWork
from uwclient.qa.clock import WorldClock
from uwclient.qa.listeners import connect_all, listeners_of
from uwclient.qa.timeline import Timeline
from uwclient.qa.transports import DirectWay, HttpWay
from uwclient.signals import Signal
from uwclient.time_sources import StandingTime

OUTSIDE = (Timeline, WorldClock, StandingTime, DirectWay, HttpWay, BackgroundWork, type)
"""Objects that do not go back: those of the world itself."""

PutBack = Callable[[], object]


class Memory:
    """The state of all objects of uwclient that can be reached from some, and of the containers in between.

    Objects of a test or a game, locks and files are left as they are.
    """

    def __init__(self, roots: Iterable[object]) -> None:
        self._kept: list[object] = []
        self._put_back: list[PutBack] = []
        seen: set[int] = set()
        waiting = list(roots)
        while waiting:
            one = waiting.pop()
            if id(one) not in seen:
                seen.add(id(one))
                self._kept.append(one)  # so that no other object gets its id
                waiting.extend(self._remember(one))

    def recall(self) -> None:
        """Put everything back into the state that is remembered."""
        for put_back in self._put_back:
            put_back()

    def all_of(self, kind: type[Any]) -> Iterator[Any]:
        """Return the remembered objects of a class."""
        return (one for one in self._kept if isinstance(one, kind))

    def _remember(self, one: Any) -> Iterable[object]:
        """Remember the state of one object; returns what it refers to."""
        match one:
            case str() | bytes() | int() | float() | None:
                return ()
            case dict():
                items = dict(one)
                self._put_back.append(partial(_refill, one, one.update, items))
                return (*items.keys(), *items.values())
            case list() | bytearray() | array():
                copy: Any = one[:]
                self._put_back.append(partial(one.__setitem__, slice(None), copy))
                return copy if isinstance(copy, list) else ()
            case set():
                members = frozenset(one)
                self._put_back.append(partial(_refill, one, one.update, members))
                return members
            case deque():
                entries = tuple(one)
                self._put_back.append(partial(_refill, one, one.extend, entries))
                return entries
            case tuple() | frozenset():
                return one
            case random.Random():
                state = one.getstate()
                self._put_back.append(lambda: one.setstate(state))
                return ()
            case Signal():  # those who listen since then go on listening
                listeners = listeners_of(one)
                self._put_back.append(lambda: connect_all(one, listeners))
                return ()
            case partial():
                return (one.func, *one.args, *one.keywords.values())
            case MethodType():
                return (one.__self__, one.__func__)
            case FunctionType():
                return _closure_of(one) if _is_ours(one.__module__) else ()
            case _:
                is_inside = _is_ours(type(one).__module__) and not isinstance(one, OUTSIDE)
                return self._remember_attributes(one) if is_inside else ()

    def _remember_attributes(self, one: Any) -> Iterable[object]:
        attributes = dict(getattr(one, "__dict__", {}))
        slots = {name: getattr(one, name) for name in _slots_of(type(one)) if hasattr(one, name)}
        if attributes:
            self._put_back.append(partial(_refill, one.__dict__, one.__dict__.update, attributes))
        for name, value in slots.items():
            self._put_back.append(partial(object.__setattr__, one, name, value))
        return (*attributes.values(), *slots.values())


def _refill(container: Any, fill: Callable[[Any], object], content: object) -> None:
    """Put a container back that is held by others, so that it must stay the same object."""
    container.clear()
    fill(content)


def _is_ours(module: str | None) -> bool:
    """Whether a module belongs to the clients of a world, and not to its sandbox, a test or a game."""
    name = module or ""
    return name.startswith("uwclient.") and not name.startswith("uwclient.sandbox")


def _slots_of(kind: type[Any]) -> Iterator[str]:
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        yield from (name for name in ((slots,) if isinstance(slots, str) else slots) if not name.startswith("__"))


def _closure_of(function: FunctionType) -> list[object]:
    """What the variables hold that a function has taken from where it was made."""
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # not assigned yet
            continue
    return found
