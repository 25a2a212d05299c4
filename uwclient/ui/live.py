"""Owns what of the live content is on the screen now: pop-ups, offers, survey invites and notes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from uwclient import ArgumentError, Message, Offer, Record, Survey, UserWise
from uwclient.ui.cards import ACCEPT, DISMISS, Card, card_of
from uwclient.ui.commands import Command
from uwclient.ui.countdown import countdown
from uwclient.ui.layout import CARD, SMALLEST_WINDOW, Layout, Look, lay_out, lay_out_toast
from uwclient.ui.pictures import Pictures
from uwclient.ui.queue import Queue, key_of, usual_priority
from uwclient.ui.scene import EMPTY, Ruler, Scene
from uwclient.ui.theme import Theme
from uwclient.ui.toasts import Toasts
from uwclient.ui.words import Words

KINDS = ("messages", "offers", "surveys")


class LiveUI:
    """Owns what of the live content is on the screen now."""

    def __init__(
        self,
        uw: UserWise,
        *,
        theme: Theme = Theme(),  # noqa: B008 - frozen
        words: Words = Words(),  # noqa: B008 - frozen
        show: Collection[str] = KINDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if isinstance(show, str) or not set(show) <= set(KINDS):
            raise ArgumentError(f"show must be some of {', '.join(KINDS)}.")
        self._uw = uw
        self._theme = theme
        self._words = words
        self._monotonic = monotonic
        self._queue = Queue()
        self._toasts = Toasts()
        self.pictures = Pictures(uw)
        self._card: Card | None = None
        self._focus = ""
        self._scroll = 0.0
        self._layout: Layout | None = None
        self._scene = EMPTY
        self._drawn: object = None
        self._connections: list[tuple[Any, Callable[..., object]]] = []
        for kind in show:
            module = getattr(uw, kind)
            self._connect(module.on_active, self._on_active)
            self._connect(module.on_updated, self._on_updated)
            self._connect(module.on_inactive, self._on_inactive)
            for record in module.active:
                self._on_active(module, record)

    def close(self) -> None:
        """Disconnect everything; leaves nothing behind."""
        for signal, listener in self._connections:
            signal.disconnect(listener)
        self._connections.clear()
        self._queue.clear()
        self._toasts.clear()
        self.pictures.close()
        self._leave()

    @property
    def held(self) -> bool:
        """Whether cards are held back."""
        return self._queue.held

    @property
    def is_open(self) -> bool:
        """Whether a card is on the screen, which takes the player's input."""
        return self._card is not None

    def hold(self, reason: str = "") -> None:
        """Show no card, such as during a boss fight, until the same reason is released."""
        self._queue.hold(reason)

    def release(self, reason: str = "") -> None:
        """Show cards again, once no other reason holds them."""
        self._queue.release(reason)

    def toast(self, text: str) -> None:
        """Show a short note; it goes away by itself."""
        self._toasts.put(text)

    def scene(self, width: float, height: float, ruler: Ruler) -> Scene:
        """What to draw in a window of this size now; the very same object while nothing changed."""
        self._advance()
        note = None if self._card is not None else self._toasts.shown(self._monotonic())
        if min(width, height) < SMALLEST_WINDOW or (self._card is None and note is None):
            self._drawn, self._scene, self._layout = None, EMPTY, None
            return EMPTY
        wanted = (
            width,
            height,
            id(ruler),
            self._card,
            self._focus,
            self._scroll,
            self._countdown(),
            note,
            self.pictures.version,
        )
        if wanted != self._drawn:
            self._drawn = wanted
            self._scene = self._lay_out(width, height, ruler, note)
        return self._scene

    def command(self, command: Command) -> bool:
        """A key or a gamepad button was pressed; whether the UI took it."""
        if self._card is None:
            return False
        names = [button.name for button in self._card.buttons]
        match command:
            case Command.NEXT | Command.PREVIOUS:
                step = 1 if command is Command.NEXT else -1
                self._focus = names[(names.index(self._focus) + step) % len(names)]
            case Command.PRESS:
                self._press(self._focus)
            case Command.BACK:
                self._press(DISMISS)
            case Command.SCROLL_UP | Command.SCROLL_DOWN:
                self.scroll(-3.0 if command is Command.SCROLL_UP else 3.0)
        return True

    def point(self, x: float, y: float) -> bool:
        """The mouse was moved; whether the UI took it."""
        if self._card is None:
            return False
        target = self._target(x, y)
        if target not in ("", CARD):
            self._focus = target
        return True

    def click(self, x: float, y: float) -> bool:
        """The mouse was pressed; whether the UI took it."""
        if self._card is None:
            return False
        target = self._target(x, y)
        if target not in ("", CARD):
            self._press(target)
        return True

    def scroll(self, lines: float) -> bool:
        """The text is moved up by so many lines; whether the UI took it."""
        if self._card is None:
            return False
        if self._layout is not None:
            self._scroll = min(max(0.0, self._scroll + lines * self._layout.line), self._layout.most_scroll)
        return True

    # Wiring.

    def _connect(self, signal: Any, listener: Callable[..., object]) -> None:
        self._connections.append((signal, listener))
        signal.connect(listener)

    def _on_active(self, _: object, record: Record) -> None:
        self._queue.put(record, usual_priority(record))

    def _on_updated(self, _: object, record: Record, previous: Record) -> None:
        self._queue.renew(record, usual_priority(record))
        if self._card is not None and self._queue.current is record:
            self._card = card_of(record, self._words)

    def _on_inactive(self, _: object, record: Record) -> None:
        self._queue.take_out(key_of(record))

    def _advance(self) -> None:
        record = self._queue.advance()
        if record is None or self._queue.held:
            self._leave()
        elif self._card is None:
            self._enter(record)

    def _enter(self, record: Record) -> None:
        self._card = card_of(record, self._words)
        self._focus = self._card.buttons[-1].name
        self._scroll = 0.0
        match record:
            case Offer():
                self._uw.offers.show(record)
            case Message():
                self._uw.messages.initialize(record)

    def _leave(self) -> None:
        self._card = None
        self._layout = None

    def _press(self, choice: str) -> None:
        record = self._queue.current
        if record is None:
            return
        self._queue.take_out(key_of(record))
        self._leave()
        match record, choice:
            case Offer(), "accept":
                self._uw.offers.accept(record)
            case Offer(), _:
                self._uw.offers.dismiss(record)
            case Message(), _:
                self._uw.messages.mark_viewed(record)
            case Survey(), _:
                self._toasts.put(self._words.survey_thanks if choice == ACCEPT else "")

    def _countdown(self) -> str:
        if self._card is None or self._card.ends is None:
            return ""
        return self._words.ends_in.format(time=countdown(self._card.ends - self._uw.now().timestamp()))

    def _target(self, x: float, y: float) -> str:
        return next((target.name for target in reversed(self._scene.targets) if target.box.holds(x, y)), "")

    def _lay_out(self, width: float, height: float, ruler: Ruler, note: str | None) -> Scene:
        if self._card is None:
            return lay_out_toast(note or "", width, height, self._theme, ruler)
        image = self._card.image_id(portrait=height > width)
        lost = image is not None and self.pictures.is_lost(image)
        look = Look(self._focus, self._scroll, self._countdown(), lost)
        self._layout = lay_out(self._card, look, width, height, self._theme, ruler)
        picture = self._layout.picture
        if picture is not None:
            self.pictures.want(picture.media_id, (round(picture.box.width), round(picture.box.height)))
        return self._layout.scene
