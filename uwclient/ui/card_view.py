"""One card on the screen: its lines, its focus and its scroll position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from uwclient.ui.card_layout import Layout, Look, lay_out
from uwclient.ui.card_sizing import CardSizes, size_card, wrap_body
from uwclient.ui.cards import Card
from uwclient.ui.commands import Command
from uwclient.ui.countdown import countdown
from uwclient.ui.pictures import Pictures
from uwclient.ui.scene import EMPTY, Scene
from uwclient.ui.text_metrics import CachedTextMetrics
from uwclient.ui.theme import Theme
from uwclient.ui.wrapping import Line

SCROLLED_LINES = 3.0
"""Lines that a key scrolls the text by."""

FRAME_SHARE = 0.0003
"""Seconds of a frame that preparing a card may take; the rest is done in the next frames."""


class _Made(NamedTuple):
    """A card prepared for one size of the window and one set of fonts; `coming` makes the missing lines."""

    window: tuple[float, float]
    ruler: CachedTextMetrics
    sizes: CardSizes
    lines: list[Line]
    coming: Iterator[Line]


class CardView:
    """A card on the screen.

    Preparing a card, above all breaking a long text into lines, takes more than a frame can spare: it appears when
    that is done. In another window size it is done at once, since the old lines would not fit.

    The focus is on the most important button. If that costs something, the focus is on the harmless one, and the
    player must move it to buy.

    `monotonic` is the clock, in seconds, that tells how much of a frame is left; one that stands still leaves all.

    Attributes:
        card: its content.
        has_moved: whether its picture has just arrived in another shape than was kept free, and moved the rest.

    """

    def __init__(self, card: Card, theme: Theme, monotonic: Callable[[], float]) -> None:
        self.card = card
        self._monotonic = monotonic
        self._theme = theme
        self._focus = 0 if card.costs else len(card.buttons) - 1
        self._scroll = 0.0
        self._made: _Made | None = None
        self._layout: Layout | None = None
        self._drawn: tuple[object, ...] = (None,)
        self.has_moved = False

    @property
    def scene(self) -> Scene:
        """The scene that was drawn last."""
        return EMPTY if self._layout is None else self._layout.scene

    @property
    def is_shown(self) -> bool:
        """Whether it has been drawn."""
        return self._layout is not None

    @property
    def focus(self) -> str:
        """The name of the button that has the focus."""
        return self.card.buttons[self._focus].name

    def continue_from(self, other: CardView) -> None:
        """Take over the focus and the scroll position of an older version of the same card."""
        self._layout = other._layout
        self._scroll = other._scroll
        if self.card.buttons == other.card.buttons:  # else the player has chosen something else
            self.focus_on(other.focus)

    def move_focus(self, steps: int) -> None:
        """Move the focus by some buttons; after the last one comes the first."""
        self._focus = (self._focus + steps) % len(self.card.buttons)

    def focus_on(self, name: str) -> None:
        """Move the focus to the button of that name, if there is one."""
        names = [button.name for button in self.card.buttons]
        if name in names:
            self._focus = names.index(name)

    def steer(self, command: Command) -> None:
        """Move the focus, or scroll a text that does not fit."""
        way = 1 if command in (Command.NEXT, Command.SCROLL_DOWN) else -1
        scrolls = command in (Command.SCROLL_UP, Command.SCROLL_DOWN)
        if scrolls and self._layout is not None and self._layout.most_scroll > 0:
            self.scroll(way * SCROLLED_LINES)
        else:
            self.move_focus(way)

    def target_at(self, x: float, y: float) -> str:
        """The name of the target at a point, or ""."""
        return next((target.name for target in reversed(self.scene.targets) if target.box.holds(x, y)), "")

    def scroll(self, lines: float) -> None:
        """Scroll the text up by so many lines, as far as it goes."""
        if self._layout is not None:
            self._scroll = min(max(0.0, self._scroll + lines * self._layout.line), self._layout.most_scroll)

    def draw(self, width: float, height: float, ruler: CachedTextMetrics, now: float, pictures: Pictures) -> Scene:
        """What to draw in a window of this size: EMPTY until it is ready, the same object while nothing changed.

        `now` is in seconds since 1970 on the platform's clock.
        """
        ends = self._monotonic() + FRAME_SHARE
        made = self._made
        if made is None or (width, height) != made.window or ruler is not made.ruler:
            made = self._made = self._begin(width, height, ruler)
        if not self.is_shown and (self._monotonic() > ends or not self._is_wrapped(made, ends)):
            return EMPTY
        time_left = self._time_left(now)
        wanted = (made, self._focus, self._scroll, time_left, pictures.version)
        self.has_moved = False
        if wanted != self._drawn:
            before = self.scene.targets
            self._lay_out(made, time_left, pictures)
            self.has_moved = self._drawn[0] is made and self.scene.targets != before
            self._drawn = wanted
        return self.scene

    def _begin(self, width: float, height: float, ruler: CachedTextMetrics) -> _Made:
        made = size_card(self.card, width, height, self._theme, ruler)
        coming = wrap_body(self.card, made, ruler)
        if self.is_shown:
            return _Made((width, height), ruler, made, list(coming), iter(()))
        return _Made((width, height), ruler, made, [], coming)

    def _is_wrapped(self, made: _Made, ends: float) -> bool:
        """Break more of the text into lines until the moment `ends`; whether all of it is done."""
        for line in made.coming:
            made.lines.append(line)
            if self._monotonic() > ends:
                return False
        return True

    def _time_left(self, now: float) -> str:
        if self.card.ends is None:
            return ""
        return self.card.countdown.format(time=countdown(self.card.ends - now))

    def _lay_out(self, made: _Made, time_left: str, pictures: Pictures) -> None:
        width, height = made.window
        image_id = self.card.image_id(portrait=height > width)
        if image_id is not None and pictures.is_lost(image_id):
            image_id = None
        loading = image_id is not None and pictures.bytes_of(image_id) is None
        shape = None if image_id is None else pictures.shape_of(image_id)
        look = Look(self.focus, self._scroll, time_left, image_id, loading, shape)
        layout = lay_out(self.card, made.sizes, made.lines, look, width, height, self._theme, made.ruler)
        self._layout = layout
        self._scroll = min(self._scroll, layout.most_scroll)
        for picture in layout.pictures:
            pictures.request(picture.media_id, (round(picture.box.width), round(picture.box.height)))
