"""What a command shows: records as JSON or as a table, and how far long work is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from types import TracebackType
from typing import Any, TextIO

from uwclient.server_api import Page, Pages, RawResponses, Record

WIDEST = 36
"""Characters of a value at most: an id fits."""

SAME_IN_ALL = {"raw", "app_id", "environment_id", "environment_type", "environment_key"}
"""Fields without a column: they say what the user has said."""

BAR = 30
"""Characters of a progress bar."""


class ProgressBar:
    """Owns a line on a terminal that says how much is done; nothing where there is no terminal.

    Attributes:
        total: how much there is to do; None when nobody knows.

    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_shown = False
        self.total: int | None = None

    def show(self, done: int) -> None:
        """Show that so much is done."""
        if not self._stream.isatty():
            return
        text = f"{done:,}"
        if self.total:
            full = BAR * min(done, self.total) // self.total
            text = f"[{'#' * full}{'.' * (BAR - full)}] {text} of {self.total:,}"
        self._stream.write(f"\r{text}")
        self._stream.flush()
        self._is_shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_shown = False

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()


def show(result: Any, bar: ProgressBar, *, as_table: bool) -> None:
    """Print what a call gave."""
    if isinstance(result, (Pages, RawResponses, Page)) or _is_records(result):
        try:
            show_all = _show_table if as_table else _show_array
            show_all(_parts(result, bar), bar)
        finally:
            bar.clear()
            if isinstance(result, RawResponses) and result.position is not None:
                print(f"To go on from here: --start-after {result.position}", file=sys.stderr)
    elif isinstance(result, Record) and as_table:
        _show_table([[result]], bar)
    elif result is not None:
        bar.clear()
        print(_text(_plain(result), indent=2))


def _is_records(result: Any) -> bool:
    return isinstance(result, tuple) and all(isinstance(one, Record) for one in result)


def _parts(result: Any, bar: ProgressBar) -> Iterator[Sequence[Record]]:
    """Yield the records in parts, and keep the bar."""
    parts: Iterable[Sequence[Record]] = [result]
    if isinstance(result, Pages):
        parts = result.pages()
    elif isinstance(result, RawResponses):
        parts = ([one] for one in result)
    done = 0
    for part in parts:
        bar.total = getattr(part, "total_records", None)
        yield part
        done += len(part)
        if not sys.stdout.isatty():  # there the records themselves say how far it is
            bar.show(done)


def _show_array(parts: Iterable[Sequence[Record]], bar: ProgressBar) -> None:
    """Print an array with a record in each line, as the records come."""
    before = "["
    for part in parts:
        bar.clear()
        for record in part:
            print(f"{before}\n{_text(record.to_json())}", end="")
            before = ","
    bar.clear()
    print("[]" if before == "[" else "\n]")


def _show_table(parts: Iterable[Sequence[Record]], bar: ProgressBar) -> None:
    """Print a table as the records come; its columns are what the first part has in them."""
    columns: dict[str, int] = {}
    for part in parts:
        bar.clear()
        if not columns and part:
            columns = {name: _width(name, part) for name in _columns(part)}
            _print_row(columns, columns.values())
        for record in part:
            _print_row([_cell(getattr(record, name)) for name in columns], columns.values())


def _columns(records: Sequence[Record]) -> list[str]:
    """Return the names of the fields that fit into a cell and are not empty everywhere."""
    return [
        one.name
        for one in fields(records[0])
        if one.name not in SAME_IN_ALL and any(_cell(getattr(record, one.name)) for record in records)
    ]


def _width(name: str, records: Iterable[Record]) -> int:
    longest = max(len(_cell(getattr(record, name))) for record in records)
    return max(len(name), min(WIDEST, longest))


def _print_row(cells: Iterable[str], widths: Iterable[int]) -> None:
    row = "  ".join(f"{cell[:width]:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
    print(row.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii"))


def _cell(value: Any) -> str:
    """Return a value as a cell has it; "" for what has too much in it."""
    if isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if not isinstance(value, (str, int, float)):
        return ""
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))


def _plain(result: Any) -> Any:
    """Return a result as JSON has it."""
    if isinstance(result, Record):
        return result.to_json()
    if isinstance(result, Mapping):
        return {name: _plain(one) for name, one in result.items()}
    return [_plain(one) for one in result] if isinstance(result, tuple) else result


def _text(value: Any, indent: int | None = None) -> str:
    """Return JSON as the terminal can show it."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text
