"""Values of attributes as bytes, which compare as the values do (pure).

Equal values have equal keys, whatever they are written as: 5 and 5.0, or two texts that name the same instant. Keys
of one kind are in the order of the values, so that "greater than" is a range of bytes, which a database can look
through. SQLite's own numbers will not do: they hold no whole number beyond 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from uwclient.sandbox.core.targeting import Condition
from uwclient.sandbox.core.times import microseconds, parse_iso

_BOOLEAN, _NUMBER, _TEXT, _INSTANT = b"b", b"n", b"s", b"t"
_NEGATIVE, _ZERO, _POSITIVE = b"\x00", b"\x01", b"\x02"
_MOST_AT_ONCE = 500
"""SQLite takes so many values in one statement, at least."""

Clause = tuple[str, list[bytes]]
"""A condition in SQL about the columns `key` and `folded`, and its values."""


def sort_key(value: object) -> bytes | None:
    """The key of a boolean, a number, a text or a datetime; None for anything else, which equals nothing."""
    if isinstance(value, bool):
        return _BOOLEAN + bytes([value])
    if isinstance(value, (int, float)):
        return None if value in _ENDLESS or value != value else _NUMBER + _number_key(value)
    if isinstance(value, datetime):
        return _instant_key(value if value.utcoffset() is not None else value.replace(tzinfo=UTC))
    if not isinstance(value, str):
        return None
    moment = parse_iso(value)
    return _TEXT + _encoded(value) if moment is None else _instant_key(moment)


def folded(value: object) -> bytes | None:
    """A text in the form in which parts of it are looked for; None for anything else."""
    return _encoded(value.casefold()) if isinstance(value, str) else None


def clauses(condition: Condition) -> Iterator[Clause]:
    """The SQL that finds the values that meet a condition: those that meet any of the clauses."""
    if condition.operator == "contain":
        for one in condition.values:
            yield "instr(folded, ?) > 0", [_encoded(str(one).casefold())]
        return
    keys = [key for key in map(sort_key, condition.values) if key is not None]
    if condition.operator == "equal":
        for start in range(0, len(keys), _MOST_AT_ONCE):
            some = keys[start : start + _MOST_AT_ONCE]
            yield f"key IN ({', '.join('?' * len(some))})", some
    elif condition.operator == "greater_than":
        yield "key > ? AND key < ?", [keys[0], bytes([keys[0][0] + 1])]
    elif condition.operator == "less_than":
        yield "key < ? AND key >= ?", [keys[0], keys[0][:1]]
    elif keys[0][:1] == keys[1][:1]:
        yield "key BETWEEN ? AND ?", keys


_ENDLESS = (float("inf"), float("-inf"))


def _number_key(value: float) -> bytes:
    """A finite number as its sign, its exponent and its fraction, which is at least 1/2 and has no end of zeros.

    Of a negative number the exponent is negated, and the fraction is 1 minus itself: the larger it is, the sooner it
    comes.
    """
    numerator, denominator = value.as_integer_ratio()
    if numerator == 0:
        return _ZERO
    bits = abs(numerator).bit_length()
    size = (bits + 7) // 8
    fraction = abs(numerator) << (8 * size - bits)
    exponent = bits - denominator.bit_length()
    if numerator < 0:
        fraction, exponent = (1 << 8 * size) - fraction, -exponent
    sign = _NEGATIVE if numerator < 0 else _POSITIVE
    return sign + (exponent + 2**31).to_bytes(4, "big") + fraction.to_bytes(size, "big").rstrip(b"\x00")


def _instant_key(moment: datetime) -> bytes:
    return _INSTANT + (microseconds(moment) + 2**63).to_bytes(8, "big")


def _encoded(text: str) -> bytes:
    """A text as UTF-8, which has the order of the text; JSON can bring halves of surrogate pairs, which stay."""
    return text.encode("utf-8", "surrogatepass")
