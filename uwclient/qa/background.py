"""The background work of one player's client, with requests that the world's faults may hold.

A request that is held leaves the client's game running, as with a thread; time goes on, and the world comes back to
the request at the moment when its reply arrives, or when the client gives it up. So the work is done in a thread of
its own while requests may be held; the world and that thread take turns, and never run at the same time.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import NamedTuple

from uwclient.qa.moments import NEVER
from uwclient.qa.transports import PlayerTransport
from uwclient.sandbox import HeldRequest
from uwclient.stepping import Steps


class _OnItsWay(NamedTuple):
    """A request that is held: until when, and whether it is answered then, or given up."""

    request: HeldRequest
    until: float
    is_answered: bool


class BackgroundWork:
    """Does the background work of one client, piece by piece."""

    def __init__(self, steps: Steps, transport: PlayerTransport) -> None:
        self._steps = steps
        self._transport = transport
        self._begin: SimpleQueue[bool] = SimpleQueue()
        self._ended: SimpleQueue[_OnItsWay | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._on_its_way: _OnItsWay | None = None

    @property
    def is_held(self) -> bool:
        """Whether a request is on its way, so that there is nothing else to do in the background."""
        return self._on_its_way is not None

    @property
    def next_due(self) -> float:
        """The moment of the next piece of work, in seconds; also that of the reply to a request on its way."""
        return self._steps.next_in_background if self._on_its_way is None else self._on_its_way.until

    def do_next(self, may_be_held: bool) -> None:
        """Do what is due now: go on with a request on its way, or begin with the next piece of work."""
        if self._on_its_way is not None:
            self._go_on(self._on_its_way)
        elif may_be_held:
            self._begin_in_thread()
        else:
            self._steps.work()

    def hold(self, request: HeldRequest, seconds: float | None, now: float) -> None:
        """Keep the request that is being made on its way for so many seconds; for the thread that answers it."""
        answered_at = NEVER if seconds is None else now + seconds
        given_up_at = now + self._transport.silence
        request.on_release = self._come_back
        self._ended.put(_OnItsWay(request, min(answered_at, given_up_at), answered_at <= given_up_at))

    def end(self) -> None:
        """Give up what is on its way, and end the thread."""
        if self._on_its_way is not None:
            self._go_on(self._on_its_way._replace(is_answered=False))
        if self._thread is not None:
            self._begin.put(False)
            self._thread.join()
            self._thread = None

    def _come_back(self) -> None:
        """The request that is held is released: its reply arrives now."""
        if self._on_its_way is not None:
            self._on_its_way = self._on_its_way._replace(until=0.0, is_answered=True)

    def _go_on(self, on_its_way: _OnItsWay) -> None:
        self._on_its_way = None
        if on_its_way.is_answered:
            on_its_way.request.go_on()
        else:
            on_its_way.request.cancel()
            self._transport.way.cut()
        self._on_its_way = self._ended.get()

    def _begin_in_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="uwclient-qa-background", daemon=True)
            self._thread.start()
        self._begin.put(True)
        self._on_its_way = self._ended.get()

    def _run(self) -> None:
        while self._begin.get():
            self._steps.work()
            self._ended.put(None)
