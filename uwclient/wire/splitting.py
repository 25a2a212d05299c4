"""Splits a long JSON reply into the texts of its records while it is read, without decoding it.

Decoding megabytes in one call would hold the interpreter lock for tens of milliseconds, and the thousands of dicts
that it creates would trigger the garbage collector. Splitting does neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from uwclient.errors import ReplyError

_TO_BRACKET = re.compile(rb'(?>[^"\\\[\]{}]++|"[^"\\]*+(?>\\.[^"\\]*+)*+")*+', re.DOTALL)
"""What leads to the next bracket: text without any, and whole strings."""

_REST_OF_STRING = re.compile(rb'[^"\\]*+(?>\\.[^"\\]*+)*+', re.DOTALL)
_QUOTE, _OBJECT, _ARRAY_END = b'"{]'
_CLOSER_OF = {ord("{"): ord("}"), ord("["): ord("]")}
_RECORD_DEPTH = 2
_ARRAY_NAME = re.compile(rb'(?<!\\)"(\w+)"\s*:\s*\Z')
_NEEDED = re.compile(rb'(?<!\\)"payment_data"\s*:\s*\Z')
_LONGEST_NAME = 64
_BRACKETS_BETWEEN_RESTS = 128

_RUN = "records"

LARGEST_DECODED = 4096
"""The maximum number of bytes of a nested value that is decoded with its record; longer ones are cut out."""

LARGEST_RECORD = 8 * 1024 * 1024
"""The maximum number of bytes of a record; a longer one is truncated, and cannot be used."""


def records_at(element: Any) -> int:
    """How many records an element of an array in an outline stands for; 0 when it is something else."""
    number = element.get(_RUN) if isinstance(element, dict) and len(element) == 1 else None
    return number if type(number) is int else 0


class RecordText(NamedTuple):
    """One element of an array in the reply's root object.

    Attributes:
        text: its JSON.
        large: the positions (start, end) of long nested values in the text, none inside another.
        list: the name of the array.

    """

    text: bytes
    large: tuple[tuple[int, int], ...] = ()
    list: str = ""

    def outline(self) -> bytes:
        """Return the text with its long nested values replaced by null."""
        if not self.large:
            return self.text
        parts, at = [], 0
        for start, end in self.large:
            if self._is_needed(start):
                continue
            parts += [self.text[at:start], b"null"]
            at = end
        return b"".join([*parts, self.text[at:]])

    def _is_needed(self, start: int) -> bool:
        """Whether the value that starts there is needed in the outline, however long it is."""
        return _NEEDED.search(self.text[max(0, start - _LONGEST_NAME) : start]) is not None


class _Brackets:
    """Finds the brackets of JSON that arrives in pieces; those in its strings are none."""

    def __init__(self) -> None:
        self._in_string = False  # at the end of the piece before
        self._is_escaped = False  # whether the next byte of that string is

    def places(self, piece: bytes) -> Iterator[int]:
        """Yield where the brackets of the next piece are. A backslash outside of strings is yielded too."""
        at = self._end_of_string(piece, 0) if self._in_string else 0
        while at < len(piece):
            found = _TO_BRACKET.match(piece, at)
            at = len(piece) if found is None else found.end()
            if at < len(piece) and piece[at] == _QUOTE:  # of a string that goes on in the next piece
                at = self._end_of_string(piece, at + 1)
            elif at < len(piece):
                yield at
                at += 1

    def _end_of_string(self, piece: bytes, at: int) -> int:
        """Where the open string has ended; at the end of the piece it may go on."""
        if at < len(piece) and self._is_escaped:
            at, self._is_escaped = at + 1, False
        rest = _REST_OF_STRING.match(piece, at)
        at = len(piece) if rest is None else rest.end()
        self._in_string = at == len(piece) or piece[at] != _QUOTE
        if at < len(piece):
            self._is_escaped = self._in_string  # by a backslash, the last byte of the piece
            at += 1
        return at


class RecordSplitter:
    """Splits a reply `{"…": [record, …], …}` that arrives in pieces.

    Records are the objects directly inside the named arrays of the root. Everything else ends up in `outline`, the
    root with one object for each run of records that follow each other: it is small, tells whether the reply has the
    right shape, and can be decoded without as many objects as there are records. `records_at` reads those objects.
    """

    def __init__(self, lists: Collection[str], throttle: Callable[[], None]) -> None:
        self._lists = lists
        self.found: set[str] = set()  # those of them that have been seen
        self._throttle = throttle
        self._closers: list[int] = []  # the closing bracket of each open container
        self._brackets = _Brackets()
        self._list = ""  # the name of the open array of records, or ""
        self._in_record = False
        self._text = bytearray()  # the open record so far
        self._nested_at = 0
        self._large: list[tuple[int, int]] = []
        self._run = 0  # records that follow each other, up to here
        self._after_run = bytearray()  # what stands between the last of them and here
        self._outline = bytearray()
        self.finished = False

    @property
    def outline(self) -> bytes:
        """What was read so far, without the records."""
        return bytes(self._outline) + self._told_of_run() + bytes(self._after_run)

    @property
    def size_of_outline(self) -> int:
        """How long the outline is, as nearly as matters."""
        return len(self._outline) + len(self._after_run)

    def feed(self, piece: bytes) -> Iterator[RecordText]:
        """Process the next piece, and yield the records that it completes. Raises ReplyError on wrong brackets."""
        taken = 0  # how many bytes of the piece are in the record or the outline already
        for number, at in enumerate(self._brackets.places(piece), 1):
            if number % _BRACKETS_BETWEEN_RESTS == 0:
                self._throttle()
            mark = piece[at]
            if mark in _CLOSER_OF:
                if self._opens_record(mark):
                    self._after_run += piece[taken:at]
                    self._count_record()
                    taken = at
                elif len(self._closers) == 1:
                    name = bytes(self._after_run[-_LONGEST_NAME:]) + piece[taken:at]
                    self._list = self._list_named(name[-_LONGEST_NAME:])
                self._open(mark, len(self._text) + at - taken)
            elif self._closes_record(mark, len(self._text) + at + 1 - taken):
                self._text += piece[taken : at + 1]
                taken = at + 1
                yield self._take_record()
        if not self._in_record:
            self._after_run.extend(piece[taken:])
        elif len(self._text) <= LARGEST_RECORD:
            self._text.extend(piece[taken:])

    def _count_record(self) -> None:
        """A record begins, in the run of the one before it if nothing but a comma is between them."""
        if not self._run or self._after_run.strip() != b",":
            self._outline += self._told_of_run() + self._after_run
            self._run = 0
        self._run += 1
        self._after_run.clear()

    def _told_of_run(self) -> bytes:
        return b'{"%s":%d}' % (_RUN.encode(), self._run) if self._run else b""

    def _list_named(self, end: bytes) -> str:
        """The name at the end of the text, if it is that of an array of records."""
        found = _ARRAY_NAME.search(end)
        name = found.group(1).decode("ascii", "replace") if found else ""
        if name not in self._lists:
            return ""
        self.found.add(name)
        return name

    def _opens_record(self, mark: int) -> bool:
        return (
            mark == _OBJECT
            and self._list != ""
            and len(self._closers) == _RECORD_DEPTH
            and self._closers[-1] == _ARRAY_END
        )

    def _open(self, mark: int, position: int) -> None:
        """Handle an opening bracket at this position of the record, if there is one."""
        if self.finished:
            raise ReplyError("The reply is not JSON: something follows its end.")
        if self._opens_record(mark):
            self._in_record = True
        elif len(self._closers) == _RECORD_DEPTH + 1:
            self._nested_at = position
        self._closers.append(_CLOSER_OF[mark])

    def _closes_record(self, mark: int, end: int) -> bool:
        if not self._closers or self._closers.pop() != mark:
            raise ReplyError("The reply is not JSON: its brackets do not match.")
        depth = len(self._closers)
        self.finished = depth == 0
        if self._in_record and depth == _RECORD_DEPTH + 1 and end - self._nested_at > LARGEST_DECODED:
            self._large.append((self._nested_at, end))
        return self._in_record and depth == _RECORD_DEPTH

    def _take_record(self) -> RecordText:
        record = RecordText(bytes(self._text), tuple(self._large), self._list)
        self._text.clear()
        self._large.clear()
        self._in_record = False
        return record
