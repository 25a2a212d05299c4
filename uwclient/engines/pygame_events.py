"""Repeats the signals of a client as pygame events, for games that have one event loop for everything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pygame

from uwclient import ArgumentError, UserWise
from uwclient.engines.signal_names import signals_of

_types: dict[str, int] = {}
"""The event type of each signal, by its name: pygame has few and takes none back, so each is asked for once."""


class SignalMirror:
    """Owns the listeners that repeat the signals of a client as pygame events, and their types."""

    def __init__(self, uw: UserWise) -> None:
        self._connections: list[tuple[Any, Callable[..., None], int]] = []
        self._dropped = 0
        for name, signal in signals_of(uw):
            listener = partial(self._post, _type_of(name), name)
            signal.connect(listener)
            self._connections.append((signal, listener, _type_of(name)))

    def event_type(self, signal: Any) -> int:
        """The type of the events that repeat a signal; ArgumentError for anything but a signal of this client."""
        for one, _, event_type in self._connections:
            if one is signal:
                return event_type
        raise ArgumentError("event_type() takes a signal of this client, such as uw.offers.on_active.")

    def close(self) -> None:
        """Disconnect the listeners."""
        for signal, listener, _ in self._connections:
            signal.disconnect(listener)
        self._connections.clear()

    def _post(self, event_type: int, name: str, sender: object, **details: Any) -> None:
        """Post an event; the queue may be full when a game does not empty it."""
        try:
            pygame.event.post(pygame.event.Event(event_type, {"sender": sender, **details}))
        except pygame.error as error:
            self._dropped += 1
            if self._dropped == 1:
                logging.getLogger("uwclient").warning("The event of the signal %s is lost: %s", name, error)


def _type_of(name: str) -> int:
    if not _types:
        pygame.register_quit(_types.clear)  # pygame begins to count anew
    event_type = _types.get(name)
    if event_type is None:
        event_type = _types[name] = pygame.event.custom_type()
    return event_type
