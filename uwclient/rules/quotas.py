"""Owns how often campaigns may still be triggered: what the platform has told, less what it has not counted yet.

(Section Triggered Campaigns.) A platform counts a firing when the action that caused it arrives, which may be days
later, or in the middle of a load. So each firing is held against its campaign until the platform was told of its
impression, and has answered after that. It counts an impression once: what was fired with it again stays held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from uwclient.models.campaign import Campaign, Firing

NEVER = float("-inf")
LATEST = 1e12
"""Seconds since 1970 that no clock shows."""

CLOCK_ERROR = 2.0
"""Seconds by which the platform's clock may be ahead of what is known of it."""


class _Held(NamedTuple):
    """Firings that are not in the counts that were told: how many, with what impression, in which session.

    The impression is "" for those that never will be in them.
    """

    impression_id: str
    session_id: str
    number: int


class _Taken(NamedTuple):
    """What was taken of one campaign's quota here.

    Attributes:
        latest: when last.
        held: what of it is held.
        reported: when it was heard last that the platform knows of some of it.

    """

    latest: float = NEVER
    held: tuple[_Held, ...] = ()
    reported: float = 0.0


_NOTHING = _Taken()


class Quotas:
    """Owns the counts of each campaign. Times are in seconds since 1970.

    `session_id` is the session that the platform has told of last; sessions have counts of their own. `is_saved`
    tells whether nothing has changed since `saved` was called.
    """

    def __init__(self) -> None:
        self.session_id = ""
        self.is_saved = True
        self._told: dict[str, Campaign] = {}
        self._taken: dict[str, _Taken] = {}
        self._reported: set[str] = set()  # impressions that the platform was told of, and that are held still
        self._earlier: set[str] = set()  # impressions that an earlier run has held

    def allows(self, campaign_id: str, now: float) -> bool:
        """Whether the campaign may be triggered now."""
        quota, (latest, held, reported) = self._told[campaign_id].quota, self._taken.get(campaign_id, _NOTHING)
        if quota.total is not None and quota.total <= sum(one.number for one in held):
            return False
        if quota.session is not None and quota.session <= sum(
            one.number for one in held if one.session_id == self.session_id
        ):
            return False
        # What was triggered here the platform dates when it hears of it; what it dates otherwise was elsewhere.
        elsewhere = NEVER if latest <= quota.latest <= reported + CLOCK_ERROR else quota.latest
        # A moment that lies ahead was read from a clock that was wrong: it does not block for longer than any other.
        return all(abs(now - moment) >= quota.cooldown for moment in (latest, elsewhere))

    def next_firing(self, campaign_id: str) -> Firing:
        """What the platform would count the next firing by."""
        return Firing(campaign_id, self._told[campaign_id].impression_id, self.session_id)

    def take(self, campaign_id: str, now: float) -> Firing:
        """Count one firing."""
        firing = self.next_firing(campaign_id)
        before = self._taken.get(campaign_id, _NOTHING)
        self._hold(campaign_id, before, [*before.held, _Held(firing.impression_id, firing.session_id, 1)], now)
        return firing

    def tell(self, campaign: Campaign) -> None:
        """Take in what the platform has told anew of a campaign, knowing of all that is reported."""
        self._told[campaign.id] = campaign
        self._release(campaign.id, self._reported)

    def forget(self, campaign_id: str) -> None:
        """The campaign is not told any more; what is still held stays so, should it come back."""
        self._told.pop(campaign_id, None)
        if not self._taken.get(campaign_id, _NOTHING).held:
            self._taken.pop(campaign_id, None)

    def report(self, impression_ids: Collection[str], now: float) -> None:
        """The platform knows of these impressions in all that it tells from now on."""
        for campaign_id, taken in self._taken.items() if impression_ids else ():
            known = {one.impression_id for one in taken.held}.intersection(impression_ids)
            if known:
                self._reported |= known
                self._taken[campaign_id] = taken._replace(reported=now)

    def release_reported(self) -> None:
        """The platform has told all there is: it has counted what it gives new impressions for."""
        for campaign_id in list(self._taken) if self._reported else ():
            told = self._told.get(campaign_id)
            self._release(campaign_id, self._reported - {told.impression_id if told else ""})
            if told is None:
                self.forget(campaign_id)
        self._reported &= self._held_impressions()

    # From one run to the next.

    def begin(self) -> None:
        """Another run begins: it will learn which of what is held by now has been delivered."""
        self._earlier = self._held_impressions()
        self._reported = set()

    def saved(self) -> dict[str, Any]:
        """All that another run needs, for JSON; a copy."""
        self.is_saved = True
        return dict(self._taken)

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `saved` gave; what makes no sense is left out."""
        for campaign_id, row in saved.items():
            taken = _restored(row)
            if taken is not None:
                self._taken[campaign_id] = taken
        self.begin()

    def take_over(self, waiting: Collection[tuple[Firing, float]], now: float) -> None:
        """Go on from an earlier run, of whose firings these wait to be delivered, each with its time.

        What does not wait was delivered, and will be in the counts that are told next. It is in those that an
        earlier run has left if they name another impression of the same session.
        """
        self._add_earlier(waiting)
        self.report(self._earlier.difference(firing.impression_id for firing, _ in waiting), now)
        for campaign_id, taken in list(self._taken.items()):
            told = self._told.get(campaign_id)
            here = {one.impression_id for one in taken.held if one.session_id == self.session_id}
            if told is not None:
                self._release(campaign_id, self._reported & here - {told.impression_id})

    def _add_earlier(self, waiting: Collection[tuple[Firing, float]]) -> None:
        """Hold what waits, unless it is held already."""
        numbers: dict[Firing, int] = {}
        for firing, at in waiting:
            numbers[firing] = numbers.get(firing, 0) + 1
            taken = self._taken.get(firing.campaign_id, _NOTHING)
            self._hold(firing.campaign_id, taken, taken.held, at)
        for (campaign_id, impression_id, session_id), number in numbers.items():
            taken = self._taken[campaign_id]
            known = sum(one.number for one in taken.held if one[:2] == (impression_id, session_id))
            more = _Held(impression_id, session_id, max(0, number - known))
            self._hold(campaign_id, taken, [*taken.held, more])

    def _held_impressions(self) -> set[str]:
        return {one.impression_id for taken in self._taken.values() for one in taken.held if one.impression_id}

    def _release(self, campaign_id: str, counted: Collection[str]) -> None:
        """Hold what the platform has counted no more: one firing of each of these impressions."""
        taken = self._taken.get(campaign_id, _NOTHING)
        if any(one.impression_id in counted for one in taken.held):
            held = [_without_one(one) if one.impression_id in counted else one for one in taken.held]
            self._hold(campaign_id, taken, held)

    def _hold(self, campaign_id: str, before: _Taken, held: Iterable[_Held], at: float = NEVER) -> None:
        numbers: dict[tuple[str, str], int] = {}
        for impression_id, session_id, number in held:
            if not impression_id and session_id != self.session_id:
                session_id = ""  # sessions do not come back once others have begun
            numbers[impression_id, session_id] = numbers.get((impression_id, session_id), 0) + number
        rows = tuple(_Held(*key, number) for key, number in numbers.items() if number)
        self._taken[campaign_id] = before._replace(latest=max(at, before.latest), held=rows)
        self.is_saved = False


def _without_one(held: _Held) -> _Held:
    return _Held("", held.session_id, held.number - 1)


def _restored(row: object) -> _Taken | None:
    if not isinstance(row, list) or len(row) != len(_Taken._fields):
        return None
    latest, rows, reported = row
    if not _is_moment(latest) or not _is_moment(reported) or not isinstance(rows, list):
        return None
    held = tuple(_Held(*one) for one in rows if _is_held(one))
    return _Taken(latest, held, reported) if len(held) == len(rows) else None


def _is_moment(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < LATEST


def _is_held(row: object) -> bool:
    return isinstance(row, list) and [type(part) for part in row] == [str, str, int] and row[2] > 0
