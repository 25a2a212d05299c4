"""Carries the listeners of one client over to another, which goes on in its place."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

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


def move_listeners(old: UserWise, new: UserWise) -> None:
    """Connect what listens to the old client to the new one, in the same order."""
    targets = dict(signals_of(new))
    for name, signal in signals_of(old):
        for receiver in list(signal.receivers.values()):
            if not isinstance(receiver, weakref.ref):
                targets[name].connect(receiver)
            elif (alive := receiver()) is not None:
                targets[name].connect(alive, weak=True)
