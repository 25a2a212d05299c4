"""Carries the listeners of one client over to another, which goes on in its place."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from uwclient import UserWise
from uwclient.signals import Signal

MODULES = ("events", "messages", "offers", "remote_configs", "surveys", "campaigns", "push", "media")


def signals_of(uw: UserWise) -> Iterator[tuple[str, Signal]]:
    """Yield all signals of a client and its modules, each with its full name, such as "offers.on_active"."""
    for source in ("", *MODULES):
        sender = getattr(uw, source) if source else uw
        for name, signal in vars(sender).items():
            if isinstance(signal, Signal):
                yield f"{source}.{name}", signal


Listener = tuple[Any, bool]
"""A function that listens, and whether the signal holds it weakly."""


def listeners_of(signal: Signal) -> list[Listener]:
    """Return what listens to a signal, in the order of connecting."""
    found: list[Listener] = []
    for receiver in list(signal.receivers.values()):
        is_weak = isinstance(receiver, weakref.ref)
        listener = receiver() if is_weak else receiver
        if listener is not None:
            found.append((listener, is_weak))
    return found


def connect_all(signal: Signal, listeners: Iterable[Listener]) -> None:
    """Connect listeners, those that are connected already in their place before all others."""
    others = listeners_of(signal)
    for listener, _ in others:
        signal.disconnect(listener)
    for listener, is_weak in (*listeners, *others):
        signal.connect(listener, weak=is_weak)


def move_listeners(old: UserWise, new: UserWise) -> None:
    """Connect what listens to the old client to the new one, in the same order."""
    targets = dict(signals_of(new))
    for name, signal in signals_of(old):
        connect_all(targets[name], listeners_of(signal))
