"""Repeats the signals of a client as events of Panda3D's messenger."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from direct.showbase.MessengerGlobal import messenger

from uwclient import UserWise
from uwclient.engines.signal_names import signals_of


class SignalMirror:
    """Owns the listeners that repeat the signals of a client as messenger events."""

    def __init__(self, uw: UserWise) -> None:
        self._listeners: list[tuple[Any, Callable[..., None]]] = []
        for name, signal in signals_of(uw):
            listener = partial(_send, f"uw-{name}")
            signal.connect(listener)
            self._listeners.append((signal, listener))

    def close(self) -> None:
        """Disconnect the listeners."""
        for signal, listener in self._listeners:
            signal.disconnect(listener)
        self._listeners.clear()


def _send(event: str, sender: object, **details: Any) -> None:
    messenger.send(event, list(details.values()))
