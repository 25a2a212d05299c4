"""The verbs by which a sandbox is moved from outside: one table for the control port and `uwclient ctl`.

A verb calls what the Python face offers; it takes texts, as they are typed, and returns what JSON can hold.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.control.journey_verbs import JOURNEY_VERBS
from uwclient.sandbox.control.live_verbs import LIVE_VERBS
from uwclient.sandbox.control.verb import MOST_LISTED, Argument, Verb
from uwclient.sandbox.control.webhook_verbs import WEBHOOK_VERBS
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.times import parse_relative, parse_time
from uwclient.sandbox.http.fault_profiles import PROFILES
from uwclient.sandbox.http.faults import PlannedFault
from uwclient.sandbox.player_view import PlayerView
from uwclient.sandbox.sandbox import Sandbox

LARGEST_SAVED = 1024 * 1024 * 1024
"""The bytes of the largest sandbox that can be restored."""


def packed(content: bytes) -> str:
    """The content of a file as it is sent: compressed, in base64."""
    return base64.b64encode(zlib.compress(content, 1)).decode()


def unpacked(text: str) -> bytes:
    """The content of a file that was sent. ValueError for anything else, and for more than LARGEST_SAVED bytes."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.b64decode(text, validate=True), LARGEST_SAVED)
    except (zlib.error, binascii.Error):
        content = b""
    if not unpacking.eof:
        raise ValueError(f"The content of the file did not arrive whole, or has more than {LARGEST_SAVED:,} bytes.")
    return content


def _number(name: str, text: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise FieldError(name, f"{text!r} is not a number") from None


def _status(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "time": sandbox.clock.now().isoformat(),
        "speed": sandbox.clock.speed,
        "url": sandbox.url,
        "faults": [_fault(one) for one in sandbox.faults.planned],
    }


def _advance(sandbox: Sandbox, duration: str) -> dict[str, Any]:
    signed = duration if duration[:1] in ("+", "-") else f"+{duration}"
    if parse_relative(signed) is None:
        raise ValueError(f"{duration!r} is not a duration: write such as 2d, 90m or 1h30m.")
    sandbox.clock.set(parse_time(signed, sandbox.clock.now()))
    return _status(sandbox)


def _at(sandbox: Sandbox, time: str) -> dict[str, Any]:
    sandbox.clock.set(parse_time(time, sandbox.clock.now()))
    return _status(sandbox)


def _speed(sandbox: Sandbox, speed: str) -> dict[str, Any]:
    sandbox.clock.speed = _number("speed", speed, float)
    return _status(sandbox)


def _plan(
    sandbox: Sandbox,
    name: str,
    seed: str = "0",
    p: str | None = None,
    requests: str = "*",
    times: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> dict[str, Any]:
    sandbox.faults.profile(
        name,
        seed=_number("seed", seed, int),
        p=None if p is None else _number("p", p, float),
        glob=requests,
        times=None if times is None else _number("times", times, int),
        during=(start, end),
    )
    return _status(sandbox)


def _clear(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.faults.clear()
    return _status(sandbox)


def _save(sandbox: Sandbox) -> dict[str, Any]:
    saved = sandbox.save()
    return {**_status(sandbox), "bytes": len(saved), "file": packed(saved)}


def _restore(sandbox: Sandbox, file: str) -> dict[str, Any]:
    sandbox.restore(unpacked(file))
    return _status(sandbox)


def _players(sandbox: Sandbox) -> dict[str, Any]:
    players = sandbox.players
    return {"count": len(players), "players": [_player(one) for one in players[-MOST_LISTED:]]}


def _player(player: PlayerView) -> dict[str, Any]:
    sessions = player.sessions
    return {
        "id": player.id,
        "sessions": len(sessions),
        "last_session_at": sessions[-1].started_at.isoformat() if sessions else None,
        "segments": list(sessions[-1].segments) if sessions else [],
        "attributes": player.attributes,
        "events": player.event_count,
    }


def _fault(one: PlannedFault) -> dict[str, Any]:
    return {
        "name": one.name,
        "requests": one.glob,
        "start": None if one.start is None else one.start.isoformat(),
        "end": None if one.end is None else one.end.isoformat(),
        "times": one.times,
    }


def _option(name: str, meaning: str) -> Argument:
    return Argument(name, meaning, optional=True)


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "status": Verb("show the time, the speed, and what is planned to fail", _status),
        "advance": Verb(
            "move the clock",
            _advance,
            (Argument("duration", "how far, such as 2d, 90m or 1h30m; back with: -- -1h"),),
        ),
        "at": Verb("set the clock", _at, (Argument("time", "to which time, in ISO 8601 (UTC), or +2h from now"),)),
        "speed": Verb(
            "let the clock run", _speed, (Argument("speed", "how many seconds a second; 1 is real time, 0 stands"),)
        ),
        "fault": Verb(
            "fail in a way that has a name",
            _plan,
            (
                Argument("name", f"one of {', '.join(PROFILES)}"),
                _option("seed", "of the dice (default: 0)"),
                _option("p", "how probable a failure is, from 0 to 1"),
                _option("requests", "which requests, by path, such as */offers (default: all)"),
                _option("times", "how many requests fail"),
                _option("start", "when it begins, as a time"),
                _option("end", "when it ends, as a time such as +3h"),
            ),
        ),
        "clear": Verb("end all faults", _clear),
        "save": Verb("save the whole sandbox to a file", _save, (Argument("file", "which file to write", "write"),)),
        "restore": Verb(
            "go back to a saved sandbox", _restore, (Argument("file", "a file that save wrote", "read"),)
        ),
        "players": Verb("show the players that the sandbox knows", _players),
        **LIVE_VERBS,
        **JOURNEY_VERBS,
        **WEBHOOK_VERBS,
    }
)
"""The verbs by name."""
