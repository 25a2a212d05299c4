"""Faults that a test plans: what goes wrong with which requests, and when."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.core.times import EPOCH, parse_time
from uwclient.sandbox.http.fault_kinds import (
    CannedReply,
    Drop,
    Endless,
    Fault,
    Hold,
    LoseReply,
    Truncate,
    fault_as_json,
    fault_from_json,
)
from uwclient.sandbox.http.fault_profiles import checked_chance, drawn, profile_named
from uwclient.sandbox.http.outgoing import Held

ENDLESS_SIZE = 10_000_000_000
"""The bytes after which even an endless body ends."""
MOST_PLANNED = 1000
_EDGES = ("start", "end", "since")

Time = str | datetime
"""ISO 8601, a datetime, or relative to now on the sandbox's clock, such as "+1h"."""
During = tuple[Time | None, Time | None]
"""The start and the end of a time, either of which may be None: for one that has begun, or has no end."""


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault that was planned and can still happen.

    Attributes:
        name: the name of a profile, or of the method that planned it.
        glob: the requests that it concerns, by path.
        start: when it begins; None when it has begun, whatever the clock shows.
        end: when it has ended; None for never.
        times: how many more requests can meet it; None for any number.
        fault: what happens to each request; None for a profile, whose dice decide.
        chance: how probable it is, from 0 to 1.
        seed: of the profile's dice.
        since: the time that stretches of a profile count from: its start, or when it was planned.
        asked: how many requests the profile has been asked about.

    """

    name: str
    glob: str
    start: datetime | None
    end: datetime | None
    times: int | None
    fault: Fault | None = None
    chance: float = 1.0
    seed: int = 0
    since: datetime = EPOCH
    asked: int = 0

    def is_on(self, moment: datetime) -> bool:
        """Whether it can happen at that moment."""
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)

    def concerns(self, path: str, moment: datetime) -> bool:
        """Whether it can happen to a request."""
        return self.is_on(moment) and fnmatchcase(path, self.glob)

    def happens(self, moment: datetime) -> Fault | None:
        """What happens to the next request that it concerns; None for nothing."""
        if self.fault is not None:
            return self.fault
        return drawn(self.name, self.chance, self.seed, self.asked, (moment - self.since).total_seconds())

    def after(self, *, happened: bool) -> PlannedFault | None:
        """What is planned after one more request; None when that was the last one."""
        times = self.times if self.times is None or not happened else self.times - 1
        return None if times == 0 else replace(self, times=times, asked=self.asked + 1)


KeepTime = Callable[[Held, float | None], None]
"""Takes over a request that is held, for so many seconds or (None) until it is released."""


class Faults:
    """Owns the planned faults, and the requests that they hold.

    All that is planned follows one rule. A fault concerns the requests whose path matches its glob, such as
    "*/offers" or "*", `times` times or (None) every time, while the sandbox's clock is in `during`, or until
    `clear()`. When several concern a request, the one that was planned first happens.

    All methods raise ValueError for `times` below 1, and for a time that is none.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._planned: list[PlannedFault] = []
        self._held: set[Held] = set()
        self._keep_time: KeepTime | None = None

    # Planning.

    def profile(
        self,
        name: str,
        *,
        seed: int = 0,
        p: float | None = None,
        glob: str = "*",
        times: int | None = None,
        during: During | None = None,
    ) -> None:
        """Fail in a way that has a name, such as `faults.profile("subway", seed=3, during=("+1h", "+3h"))`.

        Args:
            name: offline, subway, captive_portal, slow_3g, lost_replies, truncated, rate_limited, platform_outage,
                clock_wrong or flaky, also with the chance: "flaky(0.3)".
            seed: of the profile's dice: the same requests fail in the same way.
            p: how probable it is that a request fails (for subway: that it comes in a tunnel), from 0 to 1; None for
                the profile's own chance.
            glob: which requests, by path.
            times: how many requests may fail; None for any number.
            during: from when to when on the sandbox's clock; None for now until `clear()`.

        Raises:
            ValueError: there is no such profile, or another argument is wrong.

        """
        known, chance = profile_named(name)
        chance = chance if p is None else checked_chance(p)
        start, end = self._window(during)
        since = start or self._clock.now()
        self._add(PlannedFault(known, glob, start, end, times, chance=chance, seed=seed, since=since))

    def respond(
        self,
        glob: str,
        *,
        status: int,
        body: bytes | str | Mapping[str, Any] | list[Any] | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
        during: During | None = None,
    ) -> None:
        """Answer with a reply of your own.

        Args:
            glob: which requests, by path.
            status: 200 to 599.
            body: bytes and text as they are, a mapping or list as JSON; None for an error in the platform's shape.
            headers: headers of the reply.
            times: how often; None for every time.
            during: from when to when on the sandbox's clock; None for now until `clear()`.

        Raises:
            ValueError: another status, or another argument is wrong.

        """
        if not 200 <= status <= 599:
            raise ValueError(f"{status!r} is not the status of a reply: use 200 to 599.")
        if body is None:
            body = {"errors": ["The sandbox was told to fail."], "meta": {"hints": [], "warnings": []}}
        self._plan("respond", glob, CannedReply(status, _as_bytes(body), dict(headers or {})), times, during)

    def hang(
        self, glob: str, seconds: float | None = None, times: int | None = 1, during: During | None = None
    ) -> None:
        """Hold the request for `seconds` (None: until `clear()` or the sandbox stops), then answer it.

        They are seconds of the sandbox's clock. One that stands still holds nothing: the reply comes at once, and its
        header Uwclient-Late says by how many seconds it would be late.
        """
        self._plan("hang", glob, Hold(seconds), times, during)

    def drop(self, glob: str, times: int | None = 1, during: During | None = None) -> None:
        """Close the connection without a reply; the request never reaches the platform."""
        self._plan("drop", glob, Drop(), times, during)

    def lose_reply(self, glob: str, times: int | None = 1, during: During | None = None) -> None:
        """Let the platform do what the request asks for, then close the connection without a reply."""
        self._plan("lose_reply", glob, LoseReply(), times, during)

    def truncate(self, glob: str, times: int | None = 1, during: During | None = None) -> None:
        """Let the platform do what the request asks for, send half of the reply's body, and close.

        Of a reply without a body, such as a 204, half of the head is sent.
        """
        self._plan("truncate", glob, Truncate(), times, during)

    def endless(
        self,
        glob: str,
        *,
        content_type: str = "image/png",
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
        during: During | None = None,
    ) -> None:
        """Answer with a body that does not end before the client closes the connection, or after 10 GB.

        Its length is not announced, unless `headers` hold a Content-Length.
        """
        self._plan("endless", glob, Endless(content_type, dict(headers or {}), ENDLESS_SIZE), times, during)

    def clear(self) -> None:
        """Remove all planned faults, and release the held requests."""
        with self._lock:
            self._planned.clear()
            held = list(self._held)
        for one in held:
            one.release()

    # What is planned.

    @property
    def planned(self) -> tuple[PlannedFault, ...]:
        """What can still happen, in the order in which it was planned."""
        with self._lock:
            return tuple(self._planned)

    @property
    def next_edge(self) -> datetime | None:
        """When a planned fault begins or has ended next, on the sandbox's clock; None for never."""
        now = self._clock.now()
        edges = [edge for one in self.planned for edge in (one.start, one.end) if edge is not None and edge > now]
        return min(edges, default=None)

    def state(self) -> list[dict[str, Any]]:
        """What is planned, as JSON can hold it."""
        return [_as_json(one) for one in self.planned]

    def restore(self, state: Sequence[Mapping[str, Any]]) -> None:
        """Plan what `state` gave, and nothing else."""
        planned = [_from_json(one) for one in state]
        self.clear()
        with self._lock:
            self._planned.extend(planned)

    def leave_time_to(self, keep_time: KeepTime | None) -> None:
        """Have somebody else say when held requests go on, such as a test whose time is not this machine's.

        Args:
            keep_time: called for each request that is held, on the thread that answers it; it calls `go_on()` or
                `cancel()` of what it is given, later or at once. None leaves the time to the server again.

        """
        self._keep_time = keep_time

    # What happens.

    def take(self, path: str) -> Fault | Held | None:
        """What happens to this request, if anything; counts it."""
        with self._lock:
            now = self._clock.now()
            for number, one in enumerate(self._planned):
                if not one.concerns(path, now):
                    continue
                fault = one.happens(now)
                following = one.after(happened=fault is not None)
                self._planned[number : number + 1] = [] if following is None else [following]
                if fault is not None:
                    break
            else:
                return None
        return self._hold(fault) if isinstance(fault, Hold) else fault

    def _hold(self, hold: Hold) -> Held | Hold:
        """The request as it is held; on a clock that stands still, with nobody to keep the time, only the fault."""
        if self._keep_time is None and hold.seconds is not None and not self._clock.rate:
            return hold
        seconds = None if self._keep_time or hold.seconds is None else hold.seconds / self._clock.rate
        held = Held(seconds, self._no_longer_held)
        with self._lock:
            self._held.add(held)
        if self._keep_time is not None:
            self._keep_time(held, hold.seconds)
        return held

    def _no_longer_held(self, held: Held) -> None:
        with self._lock:
            self._held.discard(held)

    def _plan(self, name: str, glob: str, fault: Fault, times: int | None, during: During | None) -> None:
        start, end = self._window(during)
        self._add(PlannedFault(name, glob, start, end, times, fault))

    def _window(self, during: During | None) -> tuple[datetime | None, datetime | None]:
        if during is None:
            return None, None
        if not isinstance(during, tuple | list) or len(during) != 2:
            raise ValueError(f'{during!r} is not a time from when to when: write such as ("+1h", "+3h").')
        now = self._clock.now()
        start, end = (None if edge is None else parse_time(edge, now) for edge in during)
        if start is not None and end is not None and end <= start:
            raise ValueError(f"A fault cannot end at {end.isoformat()}, before it starts at {start.isoformat()}.")
        return start, end

    def _add(self, fault: PlannedFault) -> None:
        if fault.times is not None and fault.times < 1:
            raise ValueError(f"A fault cannot happen {fault.times!r} times: use 1 or more, or None for every time.")
        with self._lock:
            if len(self._planned) >= MOST_PLANNED:
                raise ValueError(f"{MOST_PLANNED} faults are planned already: call clear() first.")
            self._planned.append(fault)


def _as_bytes(body: bytes | str | Mapping[str, Any] | list[Any]) -> bytes:
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def _as_json(one: PlannedFault) -> dict[str, Any]:
    edges = {edge: None if getattr(one, edge) is None else getattr(one, edge).isoformat() for edge in _EDGES}
    return {**asdict(one), **edges, "fault": None if one.fault is None else fault_as_json(one.fault)}


def _from_json(data: Mapping[str, Any]) -> PlannedFault:
    times = {edge: data[edge] and datetime.fromisoformat(data[edge]) for edge in _EDGES}
    return PlannedFault(**{**data, **times, "fault": data["fault"] and fault_from_json(data["fault"])})
