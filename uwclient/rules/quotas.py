"""Quotas of triggered campaigns: the platform's counts, minus the firings that it has not counted yet.

Documentation: section Triggered Campaigns. The platform counts a firing when its action arrives, which may be days
later, or in the middle of a load. So each firing is held against the campaign's quota until its impression was
reported, and a load after that. The platform counts an impression once; further firings with the same impression stay
held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any, NamedTuple

from uwclient.models.campaign import Campaign, Firing

NEVER = float("-inf")
LATEST = 1e12
"""An upper bound of plausible times, in seconds since 1970."""

CLOCK_ERROR = 2.0
"""Seconds by which the platform's clock may be ahead of the estimate."""


class _Held(NamedTuple):
    """A number of firings that are not in the platform's counts, with their impression and session.

    The impression is "" for firings that the platform will never count.
    """

    impression_id: str
    session_id: str
    number: int


class _Fired(NamedTuple):
    """The firings of one campaign on this device.

    Attributes:
        latest: when it was triggered last, in seconds since 1970.
        held: the firings that are held.
        reported: when a firing was last known to be reported, in seconds since 1970.

    """

    latest: float = NEVER
    held: tuple[_Held, ...] = ()
    reported: float = 0.0


_NOTHING = _Fired()


class Quotas:
    """The counts of each campaign. Times are in seconds since 1970.

    `session_id` is the session of the last load; each session has its own counts.
    """

    def __init__(self) -> None:
        self.session_id = ""
        self._known: dict[str, Campaign] = {}
        self._fired: dict[str, _Fired] = {}
        self._unsaved: set[str] = set()  # campaigns whose counts have changed since they were saved
        self._holders: dict[str, tuple[str, ...]] = {}  # the campaigns that hold firings, by impression
        self._reported: set[str] = set()  # impressions that were reported, and are still held
        self._earlier: set[str] = set()  # impressions that an earlier run has held

    def allows(self, campaign_id: str, now: float) -> bool:
        """Whether the campaign can be triggered now."""
        quota, (latest, held, reported) = self._known[campaign_id].quota, self._fired.get(campaign_id, _NOTHING)
        if quota.total is not None and quota.total <= sum(one.number for one in held):
            return False
        if quota.session is not None and quota.session <= sum(
            one.number for one in held if one.session_id == self.session_id
        ):
            return False
        # The platform dates a firing by its arrival. A later date than that comes from another device.
        elsewhere = NEVER if latest <= quota.latest <= reported + CLOCK_ERROR else quota.latest
        # A time in the future comes from a wrong clock; abs() keeps it from blocking for longer than the cooldown.
        return all(abs(now - moment) >= quota.cooldown for moment in (latest, elsewhere))

    def next_firing(self, campaign_id: str) -> Firing:
        """Return the firing that `record_firing` would record now."""
        return Firing(campaign_id, self._known[campaign_id].impression_id, self.session_id)

    def record_firing(self, campaign_id: str, now: float) -> Firing:
        """Record one firing against the quota, and return it."""
        firing = self.next_firing(campaign_id)
        before = self._fired.get(campaign_id, _NOTHING)
        self._hold(campaign_id, before, [*before.held, _Held(firing.impression_id, firing.session_id, 1)], now)
        return firing

    def update(self, campaign: Campaign) -> None:
        """Update a campaign that was loaded; its counts include everything that was reported."""
        self._known[campaign.id] = campaign
        self._release(campaign.id, self._reported)

    def remove(self, campaign_id: str) -> None:
        """Remove a campaign that is no longer listed; its held firings are kept, in case it is listed again."""
        self._known.pop(campaign_id, None)
        fired = self._fired.get(campaign_id)
        if fired is not None and not fired.held:
            del self._fired[campaign_id]
            self._unsaved.add(campaign_id)

    def forget(self, campaign_id: str) -> None:
        """Forget everything about a campaign, because its player has left."""
        self._known.pop(campaign_id, None)
        self._fired.pop(campaign_id, None)

    def report(self, impression_ids: Collection[str], now: float) -> None:
        """Note reported impressions: the counts of later loads include them."""
        for impression_id in impression_ids:
            for campaign_id in self._holders.get(impression_id, ()):
                self._reported.add(impression_id)
                self._fired[campaign_id] = self._fired[campaign_id]._replace(reported=now)
                self._unsaved.add(campaign_id)

    def release_reported(self) -> None:
        """Release the reported firings after a complete load, except those whose impression is still current."""
        for campaign_id in self._holders_of(self._reported):
            listed = self._known.get(campaign_id)
            self._release(campaign_id, self._reported - {listed.impression_id if listed else ""})
            if listed is None:
                self.remove(campaign_id)
        self._reported &= self._holders.keys()

    # From one run to the next.

    def start_run(self) -> None:
        """Start a run; it learns later which of the held firings were delivered. Its first save is of all counts."""
        self._earlier = set(self._holders)
        self._reported = set()
        self._unsaved.update(self._fired)

    @property
    def is_saved(self) -> bool:
        """Whether nothing has changed since the last call of `take_unsaved`."""
        return not self._unsaved

    def take_unsaved(self) -> dict[str, Any]:
        """Return the counts that have changed since the last call, for the next run: None for those that are gone.

        They are values for JSON. The cost does not depend on how many other campaigns were triggered.
        """
        unsaved, self._unsaved = self._unsaved, set()
        return {campaign_id: self._fired.get(campaign_id) for campaign_id in unsaved}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Restore the counts of the last run; malformed entries are skipped."""
        for campaign_id, row in saved.items():
            fired = _restored(row)
            if fired is not None:
                self._set(campaign_id, fired)
        self.start_run()

    def recover(self, waiting: Collection[tuple[Firing, float]], now: float) -> None:
        """Continue from an earlier run; `waiting` are its firings that are not delivered yet, each with its time.

        The others were delivered, so the counts of the next load include them. The cached counts include them already
        if they have another impression for the same session.
        """
        self._add_earlier(waiting)
        self.report(self._earlier.difference(firing.impression_id for firing, _ in waiting), now)
        for campaign_id in self._holders_of(self._reported):
            listed, fired = self._known.get(campaign_id), self._fired[campaign_id]
            here = {one.impression_id for one in fired.held if one.session_id == self.session_id}
            if listed is not None:
                self._release(campaign_id, self._reported & here - {listed.impression_id})

    def _add_earlier(self, waiting: Collection[tuple[Firing, float]]) -> None:
        """Hold the waiting firings that are not held already."""
        numbers: dict[Firing, int] = {}
        for firing, at in waiting:
            numbers[firing] = numbers.get(firing, 0) + 1
            fired = self._fired.get(firing.campaign_id, _NOTHING)
            self._hold(firing.campaign_id, fired, fired.held, at)
        for (campaign_id, impression_id, session_id), number in numbers.items():
            fired = self._fired[campaign_id]
            known = sum(one.number for one in fired.held if one[:2] == (impression_id, session_id))
            more = _Held(impression_id, session_id, max(0, number - known))
            self._hold(campaign_id, fired, [*fired.held, more])

    def _holders_of(self, impression_ids: Iterable[str]) -> list[str]:
        """The campaigns that hold firings with these impressions, each once."""
        return list(dict.fromkeys(chain.from_iterable(self._holders.get(one, ()) for one in impression_ids)))

    def _release(self, campaign_id: str, counted: Collection[str]) -> None:
        """Release what the platform has counted: one firing for each of these impressions."""
        fired = self._fired.get(campaign_id, _NOTHING)
        if any(one.impression_id in counted for one in fired.held):
            held = [_without_one(one) if one.impression_id in counted else one for one in fired.held]
            self._hold(campaign_id, fired, held)

    def _hold(self, campaign_id: str, before: _Fired, held: Iterable[_Held], at: float = NEVER) -> None:
        numbers: dict[tuple[str, str], int] = {}
        for impression_id, session_id, number in held:
            if not impression_id and session_id != self.session_id:
                session_id = ""  # an earlier session is never resumed after a new one
            numbers[impression_id, session_id] = numbers.get((impression_id, session_id), 0) + number
        rows = tuple(_Held(*key, number) for key, number in numbers.items() if number)
        self._set(campaign_id, before._replace(latest=max(at, before.latest), held=rows))

    def _set(self, campaign_id: str, fired: _Fired) -> None:
        before, self._fired[campaign_id] = self._fired.get(campaign_id, _NOTHING), fired
        self._unsaved.add(campaign_id)
        held_before, held = (_impressions(one) for one in (before, fired))
        for impression_id in held - held_before:
            self._holders[impression_id] = (*self._holders.get(impression_id, ()), campaign_id)
        for impression_id in held_before - held:
            others = tuple(one for one in self._holders.pop(impression_id) if one != campaign_id)
            if others:
                self._holders[impression_id] = others


def _impressions(fired: _Fired) -> set[str]:
    return {one.impression_id for one in fired.held if one.impression_id}


def _without_one(held: _Held) -> _Held:
    return _Held("", held.session_id, held.number - 1)


def _restored(row: object) -> _Fired | None:
    if not isinstance(row, list) or len(row) != len(_Fired._fields):
        return None
    latest, rows, reported = row
    if not _is_moment(latest) or not _is_moment(reported) or not isinstance(rows, list):
        return None
    held = tuple(_Held(*one) for one in rows if _is_held(one))
    return _Fired(latest, held, reported) if len(held) == len(rows) else None


def _is_moment(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < LATEST


def _is_held(row: object) -> bool:
    return isinstance(row, list) and [type(part) for part in row] == [str, str, int] and row[2] > 0
