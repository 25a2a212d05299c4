"""Lays out the debug overlay: where its lists, buttons and texts stand."""

from __future__ import annotations

import math
from collections.abc import Collection, Generator, Sequence
from typing import NamedTuple

from uwclient.ui.overlay_rows import FILTERS, Row, Section, Tone
from uwclient.ui.overlay_text import fitted
from uwclient.ui.scene import Box, Color, Panel, Scene, Shape, Target, Text, TextMetrics

ORDER = ("status", "content", "signals", "requests", "cost", "frames")
"""The lists in the order in which keys go through them."""

BUTTONS = (
    ("refresh", "Refresh (R)"),
    ("next_player", "Next player (N)"),
    ("export", "Export (E)"),
    ("close", "Close (Esc)"),
)
"""The name and the label of each button."""

Page = tuple[tuple[str, ...], ...]
"""The lists of each column, from above."""

FRAMES: Page = (("frames",),)
SINGLE: tuple[Page, ...] = tuple(((name,),) for name in ORDER)
PAIRS: tuple[Page, ...] = ((("status", "cost"),), (("content",),), (("signals", "requests"),), FRAMES)
HALVES: tuple[Page, ...] = ((("status", "cost"), ("content",)), (("signals", "requests"),), FRAMES)
WHOLE: tuple[Page, ...] = ((("status", "cost"), ("content",), ("signals", "requests")), FRAMES)
"""The pages of the overlay, for windows with more and more room."""

SHARES = {"status": 0.5, "cost": 0.5, "signals": 0.6, "requests": 0.4}
"""The shares of a column that two lists have, one above the other."""

SMALLEST_TEXT = 10.0
NARROWEST = 28.0
"""The width of a column in font sizes; in a narrow window the text is smaller, so that there is one."""

HIGH = 32
"""Rows of a window that is high enough for two lists, one above the other."""

SMALLEST_WINDOW = (80.0, 60.0)
"""A smaller one is only covered."""

MOST_KEPT = 4000


class OverlayTheme(NamedTuple):
    """The colors of the overlay, and the height of its text as a share of the window's.

    Attributes:
        background: covers the game; give it an alpha to see some of it.
        bar: is behind the titles of lists; `chosen` behind what is chosen, `button` behind buttons.
        text: the color of text; `dim` of what matters less, `head` of titles, `good` and `bad` of what is so.
        scale: the height of the text, as a share of the window's.

    """

    background: Color = Color(16, 20, 28)
    bar: Color = Color(34, 42, 58)
    chosen: Color = Color(52, 72, 112)
    button: Color = Color(44, 54, 76)
    text: Color = Color(228, 233, 242)
    dim: Color = Color(168, 178, 196)
    head: Color = Color(255, 214, 120)
    good: Color = Color(132, 224, 160)
    bad: Color = Color(255, 152, 142)
    scale: float = 0.02


class Look(NamedTuple):
    """The state of the overlay that its layout shows.

    Attributes:
        title: the title of the overlay.
        said: the outcome of the last action.
        focus: the list that has the focus.
        filter: the module that the content is of, or "all".

    """

    title: str
    said: Row
    focus: str
    filter: str


class Place(NamedTuple):
    """Where a list stands, and how many of its rows are seen."""

    box: Box
    rows: int


class Plan(NamedTuple):
    """The places on a page. `tabs` is None where everything is on one page."""

    window: Box
    title: Box
    buttons: Box
    tabs: Box | None
    lists: dict[str, Place]


class Typesetter:
    """The font size for a window, and the texts that were measured in it."""

    def __init__(self, ruler: TextMetrics, width: float, height: float, scale: float) -> None:
        self.ruler = ruler
        self.window = Box(0.0, 0.0, math.floor(width), math.floor(height))
        self.size = float(max(SMALLEST_TEXT, round(min(height * scale, width / NARROWEST))))
        self.row = max(1, math.ceil(max(ruler.line_height(self.size), ruler.line_height(self.size, True))))
        self.gap = max(1, round(self.size * 0.2))
        self.bar = self.row + 2 * self.gap
        self.columns = max(1, min(3, int(width / (self.size * NARROWEST) + 0.1)))
        self._widths: dict[tuple[str, bool], float] = {}
        self._fitted: dict[tuple[str, float, bool, bool], str] = {}

    @property
    def characters(self) -> int:
        """About how many stand in a row of a list."""
        return int(self.window.width / self.columns / self.size * 2.0)

    def width(self, text: str, bold: bool = False) -> float:
        """How wide a text is."""
        key = (text, bold)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) >= MOST_KEPT:
                self._widths.clear()
            width = self._widths[key] = self.ruler.width(text, self.size, bold)
        return width

    def fitted(self, text: str, width: float, bold: bool = False, keep_end: bool = False) -> str:
        """As much of a text as fits."""
        key = (text, width, bold, keep_end)
        shown = self._fitted.get(key)
        if shown is None:
            if len(self._fitted) >= MOST_KEPT:
                self._fitted.clear()
            shown = fitted(text, width, lambda cut: self.ruler.width(cut, self.size, bold), keep_end)
            self._fitted[key] = shown
        return shown


def plan(type_: Typesetter, focus: str) -> Plan:
    """Lay out the page that has the list `focus`."""
    pages = _pages(type_)
    page = next(page for page in pages if any(focus in stack for stack in page))
    margin = round(type_.size * 0.5)
    width = max(1.0, type_.window.width - 2 * margin)
    title = Box(margin, margin, width, type_.row)
    buttons = Box(margin, title.bottom + type_.gap, width, type_.bar)
    tabs = Box(margin, buttons.bottom + type_.gap, width, type_.bar) if len(pages) > 1 else None
    top = (tabs or buttons).bottom + type_.gap
    area = Box(margin, top, width, max(0.0, type_.window.bottom - margin - top))
    is_too_small = type_.window.width < SMALLEST_WINDOW[0] or type_.window.height < SMALLEST_WINDOW[1]
    lists = {} if is_too_small else _places(area, page, type_)
    return Plan(type_.window, title, buttons, tabs, lists)


def _places(area: Box, page: Page, type_: Typesetter) -> dict[str, Place]:
    """Where the lists of a page stand; those that have no room are left out."""
    lists: dict[str, Place] = {}
    for column, stack in zip(_columns(area, len(page), 3 * type_.gap), page, strict=True):
        room = column.height - (len(stack) - 1) * 2 * type_.gap
        top = column.top
        for name in stack:
            height = room * SHARES[name] // 1 if len(stack) > 1 else room
            rows = int((height - _head_height(name, type_)) // type_.row)
            if rows > 0:
                lists[name] = Place(Box(column.left, top, column.width, height), rows)
            top += height + 2 * type_.gap
    return lists


def lay_out_frame(plan: Plan, look: Look, theme: OverlayTheme, type_: Typesetter) -> Scene:
    """Lay out the title, the buttons and the tabs around the lists."""
    sheet = _Sheet(theme, type_)
    sheet.panel(plan.window, theme.background)
    if plan.lists:
        _title(sheet, plan.title, look)
        sheet.choices(plan.buttons, BUTTONS, chosen=())
        if plan.tabs is not None:
            tabs = [(f"list:{name}", name.capitalize()) for name in ORDER]
            sheet.choices(plan.tabs, tabs, chosen=[f"list:{name}" for name in plan.lists])
    return sheet.scene()


def lay_out_list(
    section: Section, place: Place, first: int, look: Look, theme: OverlayTheme, type_: Typesetter
) -> Generator[None, None, Scene]:
    """Lay out one list, from its row `first` on, as far as it is seen: a row at each step."""
    sheet = _Sheet(theme, type_)
    box = place.box
    seen = range(first, min(section.length, first + place.rows))
    bar = Box(box.left, box.top, box.width, type_.bar)
    sheet.panel(bar, theme.chosen if section.name == look.focus else theme.bar)
    sheet.target(bar, f"list:{section.name}")
    line = Box(bar.left + type_.gap, bar.top + type_.gap, max(0.0, bar.width - 2 * type_.gap), type_.row)
    some = f"{seen.start + 1}-{seen.stop} of {section.length}" if len(seen) < section.length else ""
    sheet.text(sheet.at_the_right(line, some, theme.text), section.title, theme.head, bold=True)
    if section.name == "content":
        filters = [(f"filter:{name}", name.removeprefix("remote_")) for name in FILTERS]
        sheet.choices(
            Box(bar.left, bar.bottom + type_.gap, bar.width, type_.bar), filters, (f"filter:{look.filter}",)
        )
    lead = min(round(section.lead * type_.size), line.width)
    top = box.top + _head_height(section.name, type_)
    for number in seen:
        _row(sheet, Box(line.left, top, line.width, type_.row), lead, section.row(number))
        top += type_.row
        yield
    return sheet.scene()


class _Sheet:
    """A scene in the making."""

    def __init__(self, theme: OverlayTheme, type_: Typesetter) -> None:
        self.theme = theme
        self.type = type_
        self._shapes: list[Shape] = []
        self._targets: list[Target] = []

    def scene(self) -> Scene:
        """The scene."""
        return Scene(tuple(self._shapes), tuple(self._targets))

    def panel(self, box: Box, color: Color) -> None:
        """A filled rectangle."""
        self._shapes.append(Panel(box, color))

    def target(self, box: Box, name: str) -> None:
        """A place that can be clicked."""
        self._targets.append(Target(box, name))

    def text(self, box: Box, text: str, color: Color, bold: bool = False, keep_end: bool = False) -> None:
        """A line of text in a box, cut where it does not fit."""
        shown = self.type.fitted(text, box.width, bold, keep_end) if text else ""
        if shown:
            self._shapes.append(Text(box, shown, self.type.size, color, bold))

    def at_the_right(self, box: Box, text: str, color: Color) -> Box:
        """A line of text at the right end of a box, over no more than half of it; what is left of the box."""
        shown = self.type.fitted(text, box.width // 2) if text else ""
        if not shown:
            return box
        width = min(box.width, math.ceil(self.type.width(shown)))
        self._shapes.append(Text(Box(box.right - width, box.top, width, box.height), shown, self.type.size, color))
        return Box(box.left, box.top, max(0.0, box.width - width - 2 * self.type.gap), box.height)

    def choices(self, row: Box, choices: Sequence[tuple[str, str]], chosen: Collection[str]) -> None:
        """Bars in a row that can be clicked: name and label of each, as wide as the labels need."""
        gap = self.type.gap
        needed = [self.type.width(label) + 2 * gap for _, label in choices]
        room = row.width - gap * (len(choices) - 1)
        spare = (room - sum(needed)) / len(choices)
        left = row.left
        for width, (name, label) in zip(needed, choices, strict=True):
            wide = max(1, math.floor(width + spare if spare >= 0 else width * room / sum(needed)))
            box = Box(left, row.top, wide, row.height)
            self.panel(box, self.theme.chosen if name in chosen else self.theme.button)
            self.target(box, name)
            margin = max(gap, (wide - self.type.width(label)) // 2)
            ink = Box(left + margin, row.top + gap, max(0.0, wide - margin - gap), self.type.row)
            self.text(ink, label, self.theme.text)
            left += wide + gap


def _title(sheet: _Sheet, line: Box, look: Look) -> None:
    """The title, and beside it the outcome of the last action; in a narrow window only one of them."""
    color = getattr(sheet.theme, look.said.tone)
    if not look.said.text:
        sheet.text(line, look.title, sheet.theme.head, bold=True)
    elif sheet.type.columns == 1:
        sheet.text(line, look.said.text, color, keep_end=look.said.keep_end)
    else:
        third = line.width // 3
        sheet.text(Box(line.left, line.top, third, line.height), look.title, sheet.theme.head, bold=True)
        left = third + 3 * sheet.type.gap
        rest = Box(line.left + left, line.top, line.width - left, line.height)
        sheet.text(rest, look.said.text, color, keep_end=look.said.keep_end)


def _row(sheet: _Sheet, line: Box, lead: float, row: Row) -> None:
    theme = sheet.theme
    color, is_head = getattr(theme, row.tone), row.tone == Tone.HEAD
    begins = Box(line.left, line.top, max(0.0, lead - sheet.type.gap), line.height)
    sheet.text(begins, row.lead, color if row.tone == Tone.BAD else theme.dim)
    rest = Box(line.left + lead, line.top, max(0.0, line.width - lead), line.height)
    rest = sheet.at_the_right(rest, row.tail, theme.dim if is_head else color)
    sheet.text(rest, row.text, color, is_head, row.keep_end)


def _pages(type_: Typesetter) -> tuple[Page, ...]:
    if type_.window.height < HIGH * type_.row:
        return SINGLE
    return (PAIRS, HALVES, WHOLE)[type_.columns - 1]


def _head_height(name: str, type_: Typesetter) -> float:
    """The height of what stands above a list's rows."""
    return (2 if name == "content" else 1) * (type_.bar + type_.gap)


def _columns(area: Box, count: int, gap: float) -> list[Box]:
    """Boxes of one width, side by side."""
    width = max(1.0, (area.width - gap * (count - 1)) // count)
    return [Box(area.left + number * (width + gap), area.top, width, area.height) for number in range(count)]
