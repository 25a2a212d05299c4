"""Faults by name: how networks and platforms fail, each with dice of its own (pure).

What happens to a request depends on the seed, the profile and the number of the request (or the time) alone, so
the same seed gives the same failures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from uwclient.dice import Dice, between
from uwclient.sandbox.core.errors import did_you_mean
from uwclient.sandbox.http.fault_kinds import CannedReply, Drop, Fault, Hold, LoseReply, Truncate, WrongDate

_WITH_CHANCE = re.compile(r"(?P<name>\w+)\((?P<chance>[0-9.]+)\)")
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_PORTAL = b"<!DOCTYPE html><title>Welcome</title><p>Log in to use this network.</p>"
_DOWN = b"<!DOCTYPE html><title>Unavailable</title><p>The service is unavailable. Try again later.</p>"
_TOO_MANY = b'{"errors": ["Too many requests."], "meta": {"hints": ["Wait, then send again."], "warnings": []}}'
_HOUR = 3600.0

_Draw = Callable[[Random], Fault]


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to fail.

    Attributes:
        summary: what happens, in one sentence.
        chance: how probable it is, from 0 to 1: for each request, or for each stretch of time.
        faults: what happens then, one of these, all equally likely.
        stretch: the seconds for which chance decides at once; 0 when it decides for each request.

    """

    summary: str
    chance: float
    faults: tuple[_Draw, ...]
    stretch: float = 0.0


def _drop(rng: Random) -> Fault:
    return Drop()


def _lose_reply(rng: Random) -> Fault:
    return LoseReply()


def _truncate(rng: Random) -> Fault:
    return Truncate()


def _portal(rng: Random) -> Fault:
    return CannedReply(200, _PORTAL, _HTML)


def _slow(rng: Random) -> Fault:
    return Hold(round(between(rng, 0.4, 4.0), 3))


def _too_many(rng: Random) -> Fault:
    return CannedReply(429, _TOO_MANY, {"Retry-After": str(int(between(rng, 5, 60)))})


def _down(rng: Random) -> Fault:
    return CannedReply((500, 502, 503, 504)[rng.getrandbits(2)], _DOWN, _HTML)


def _wrong_date(rng: Random) -> Fault:
    seconds = int(between(rng, _HOUR, 48 * _HOUR))
    return WrongDate(seconds if rng.getrandbits(1) else -seconds)


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "offline": Profile("No request reaches the platform.", 1.0, (_drop,)),
        "subway": Profile(
            "Tunnels of half a minute to some minutes, where requests or their replies are lost, and stations.",
            0.6,
            (_drop, _drop, _lose_reply),
            stretch=30.0,
        ),
        "captive_portal": Profile("A network's page for logging in replies to every request.", 1.0, (_portal,)),
        "slow_3g": Profile("Every reply is 0.4 to 4 seconds late.", 1.0, (_slow,)),
        "lost_replies": Profile(
            "The platform does what is asked, and half of its replies are lost.", 0.5, (_lose_reply,)
        ),
        "truncated": Profile("Half of the replies end in the middle.", 0.5, (_truncate,)),
        "rate_limited": Profile(
            "Of four requests three are refused (429), with a Retry-After of 5 to 60 seconds.", 0.75, (_too_many,)
        ),
        "platform_outage": Profile(
            "Every reply is a page of HTML with a status of 500, 502, 503 or 504.", 1.0, (_down,)
        ),
        "clock_wrong": Profile(
            "The Date of every second reply is wrong, by an hour to two days.", 0.5, (_wrong_date,)
        ),
        "flaky": Profile(
            "A tenth of the requests fail: connections, replies and the platform.",
            0.1,
            (_drop, _lose_reply, _truncate, _down),
        ),
    }
)
"""The profiles by name."""


def profile_named(text: str) -> tuple[str, float]:
    """The name of a profile and its chance, in a text such as "subway" or "flaky(0.3)". ValueError without one."""
    found = _WITH_CHANCE.fullmatch(text)
    name = text if found is None else found["name"]
    if name not in PROFILES:
        close = did_you_mean(name, PROFILES)
        raise ValueError(f"There is no fault profile {name!r}{close}: use {', '.join(PROFILES)}.")
    return name, PROFILES[name].chance if found is None else checked_chance(found["chance"])


def checked_chance(value: object) -> float:
    """A probability. ValueError for anything but a number from 0 to 1."""
    try:
        chance = float(str(value))
    except ValueError:
        chance = -1.0
    if not 0 <= chance <= 1:
        raise ValueError(f"{value!r} is not a probability: use a number from 0 (never) to 1 (always).")
    return chance


def drawn(name: str, chance: float, seed: int, number: int, seconds: float) -> Fault | None:
    """What happens to a request, or None.

    Args:
        name: the profile's name.
        chance: how probable it is that something happens.
        seed: of the dice.
        number: how many requests have come to this profile before.
        seconds: the time since the profile began.

    """
    profile, dice = PROFILES[name], Dice(seed)
    own = dice.generator(f"{name}/{number}")
    decides = dice.generator(f"{name}/stretch {int(seconds // profile.stretch)}") if profile.stretch else own
    if decides.random() >= chance:
        return None
    return profile.faults[int(own.random() * len(profile.faults))](own)
