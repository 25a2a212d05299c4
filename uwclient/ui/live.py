"""Owns what of the live content is on the screen now: message pop-ups, offer cards, survey invites and notes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from uwclient import ArgumentError, Message, Offer, Record, Survey, UserWise
from uwclient.callables import check_runs_when_called, take_result
from uwclient.ui.cards import ACCEPT, DISMISS, Card, card_of
from uwclient.ui.commands import Command
from uwclient.ui.countdown import countdown
from uwclient.ui.invites import Invites
from uwclient.ui.layout import CARD, SMALLEST_WINDOW, lay_out_note
from uwclient.ui.pictures import Pictures
from uwclient.ui.queue import Key, Queue, key_of, usual_priority
from uwclient.ui.repeats import Repeat, Repeats
from uwclient.ui.ruler import KnownRuler
from uwclient.ui.scene import EMPTY, Ruler, Scene
from uwclient.ui.theme import Theme, check_theme
from uwclient.ui.toasts import Toasts
from uwclient.ui.view import View
from uwclient.ui.words import Words

KINDS = ("messages", "offers", "surveys")
"""The kinds of content that there are cards for, by the names of their modules."""

GRACE = 0.4
"""Seconds in which a card takes no answer: a key that was meant for the game must not close it unread."""

PAUSE = 0.4
"""Seconds between two cards."""

FIRST = float("inf")
SCROLLED_LINES = 3.0

Priority: TypeAlias = Callable[[Record], "float | None"]
Answered: TypeAlias = Callable[[Record, str], object]

_log = logging.getLogger("uwclient")


class LiveUI:
    """Owns what of the live content is on the screen now: one card at a time, and short notes between them.

    An engine asks for the `scene` in each frame, draws it, and passes on what the player does. Everything here
    belongs to the game's thread. What is shown counts for the platform once it is drawn: an offer or a message
    opens its impression, and a survey asks for its invite before. What comes back by itself is up to
    `repeat`; what the game calls `open` for is shown in any case.

    Args:
        uw: the client.
        theme: the look; ArgumentError when its text could not be read.
        words: what the cards say by themselves.
        show: the kinds of content that are shown by themselves, of "messages", "offers" and "surveys".
        repeat: when a record that was shown comes back by itself. "live": what was answered returns when it goes live
            anew, with another start or brought by a campaign once more, and what was not returns at the next start.
            "start": each record is shown once in the life of this UI, answered or not. "always": each time that
            `on_active` tells of it.
        priority: tells which of the waiting records comes first: that with the highest number, of equal ones the
            oldest. None: it is not shown by itself. Usually surveys come before messages, messages before offers.
        on_answer: called as `on_answer(record, choice)` when the player has answered a card, with "accept" or
            "dismiss". The platform is told already. For an offer that is accepted, this is where to sell it, and to
            tell `uw.offers.purchased(offer)` or `purchase_failed(offer)`, after which it is shown at the next start.
        monotonic: the clock that notes and pauses go by, in seconds; for tests.

    Attributes:
        on_answer: as above; it may be set later.
        pictures: the images that the cards need, for engines.
        theme: the look, for engines.

    """

    def __init__(
        self,
        uw: UserWise,
        *,
        theme: Theme = Theme(),  # noqa: B008 - frozen
        words: Words = Words(),  # noqa: B008 - frozen
        show: Collection[str] = KINDS,
        repeat: Repeat = "live",
        priority: Priority = usual_priority,
        on_answer: Answered | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if isinstance(show, str) or not set(show) <= set(KINDS):
            raise ArgumentError(f"show must be a collection of some of {', '.join(map(repr, KINDS))}.")
        check_theme(theme)
        check_runs_when_called(priority, "priority")
        self._repeats = Repeats(uw, repeat)
        self.on_answer = on_answer
        self.pictures = Pictures(uw)
        self.theme = theme
        self._uw = uw
        self._words = words
        self._priority = priority
        self._monotonic = monotonic
        self._player = uw.player_id
        self._queue = Queue()
        self._invites = Invites(uw, self._put, monotonic)
        self._toasts = Toasts()
        self._told: Key | None = None  # what the platform knows to be shown
        self._view: View | None = None
        self._ready_at = 0.0
        self._elsewhere = False
        self._has_room = True  # a card that a shrunken window does not show takes no input
        self._ruler: KnownRuler | None = None
        self._note: tuple[object, Scene] = (None, EMPTY)
        self._connections: list[tuple[Any, Callable[..., None]]] = []
        self._follow(show)

    # What a game does.

    @property
    def on_answer(self) -> Answered | None:
        """What is called when the player has answered a card; ArgumentError for `async def`."""
        return self._on_answer

    @on_answer.setter
    def on_answer(self, on_answer: Answered | None) -> None:
        if on_answer is not None:
            check_runs_when_called(on_answer, "on_answer")
        self._on_answer = on_answer

    @property
    def is_open(self) -> bool:
        """Whether a card is on the screen, and takes the player's input."""
        return self._has_room and self._view is not None and self._view.is_shown

    @property
    def held(self) -> bool:
        """Whether cards are held back."""
        return self._queue.held

    @property
    def waiting(self) -> tuple[Record, ...]:
        """What waits for the screen, the next one first; surveys that have no invite yet come last."""
        return (*self._queue.waiting, *self._invites.waiting)

    def held_back(self) -> list[tuple[str, str]]:
        """The ids of the live records that wait for the screen, and why each does; for the debug overlay."""
        asked = {survey.id for survey in self._invites.waiting}
        why = "held back by the game" if self.held else "waits for its turn"
        return [(one.id, "waits for its invite" if one.id in asked else why) for one in self.waiting]

    def hold(self, reason: str = "") -> None:
        """Show no card, such as during a boss fight, until the same reason is released. Notes are still shown.

        A card that is on the screen goes at once, and comes back first.
        """
        self._queue.hold(reason)
        self._advance()

    def release(self, reason: str = "") -> None:
        """Show cards again, once no other reason holds them."""
        self._queue.release(reason)

    def open(self, record: Message | Offer | Survey) -> bool:
        """Show a live record next, even when it was shown before, such as from the game's shop.

        Returns whether it is live; what is not cannot be shown. ArgumentError for what there is no card for.
        """
        if not isinstance(record, (Message, Offer, Survey)):
            raise ArgumentError("open() takes a Message, an Offer or a Survey.")
        self._notice_player()
        live = (*self._uw.messages.active, *self._uw.offers.active, *self._uw.surveys.active)
        newest = next((one for one in live if key_of(one) == key_of(record)), None)
        if newest is None:
            return False
        self._repeats.note_opened(newest)
        if isinstance(newest, Survey) and not self._queue.holds(key_of(newest)):
            self._invites.want(newest)
        else:
            self._queue.put(newest, FIRST)
        return True

    def toast(self, text: str) -> None:
        """Show a short note while no card is on the screen; it goes away by itself."""
        if not isinstance(text, str):
            raise ArgumentError("A note must be text.")
        self._toasts.put(text)

    def close(self) -> None:
        """Disconnect everything, and show nothing more. Leaves nothing behind."""
        for signal, listener in self._connections:
            signal.disconnect(listener)
        self._connections.clear()
        self._invites.close()
        self._queue.clear()
        self._toasts.clear()
        self.pictures.close()
        self._view = self._ruler = None
        self._note = (None, EMPTY)

    # What an engine does.

    def scene(self, width: float, height: float, ruler: Ruler) -> Scene:
        """What to draw in a window of this size now; the very same object while nothing changed."""
        if self._view is None and not self._toasts and (self._queue.held or not (self._queue or self._invites)):
            return EMPTY
        self._has_room = min(width, height) >= SMALLEST_WINDOW
        if not self._has_room:
            return EMPTY
        if self._ruler is None or self._ruler.ruler is not ruler:
            self._ruler = KnownRuler(ruler)
        self._advance()
        if self._view is None:
            return self._draw_note(width, height, self._ruler)
        was_shown = self._view.is_shown
        scene = self._view.draw(width, height, self._ruler, self._countdown(self._view.card), self.pictures)
        if not was_shown and self._view.is_shown:
            self._ready_at = self._monotonic() + GRACE
            self._tell_shown()
        elif self._view.has_moved:  # away from under a finger
            self._ready_at = self._monotonic() + GRACE
        return scene

    def command(self, command: Command) -> bool:
        """A key or a button of a gamepad was pressed; whether the UI took it."""
        self._elsewhere = False
        view = self._view
        if view is None or not self.is_open:
            return False
        match command:
            case Command.NEXT:
                view.move_focus(1)
            case Command.PREVIOUS:
                view.move_focus(-1)
            case Command.PRESS:
                self._press(view.focus)
            case Command.BACK:
                self._press(DISMISS)
            case Command.SCROLL_UP | Command.SCROLL_DOWN:
                way = 1 if command is Command.SCROLL_DOWN else -1
                if view.can_scroll:
                    view.scroll(way * SCROLLED_LINES)
                else:
                    view.move_focus(way)
        return True

    def point(self, x: float, y: float) -> bool:
        """The mouse is somewhere else now; whether the UI took it."""
        if self._view is None or not self.is_open:
            return False
        self._view.focus_on(self._target(x, y))
        return True

    def click(self, x: float, y: float) -> bool:
        """The mouse was pressed; whether the UI took it. Outside of a card that does nothing."""
        self._elsewhere = False
        if self._view is None or not self.is_open:
            return False
        target = self._target(x, y)
        if target not in ("", CARD):
            self._view.focus_on(target)
            self._press(target)
        return True

    def scroll(self, lines: float) -> bool:
        """The text is to move up by so many lines, or down by negative ones; whether the UI took it."""
        if self._view is None or not self.is_open:
            return False
        self._view.scroll(lines)
        return True

    # What the platform sends.

    def _follow(self, kinds: Collection[str]) -> None:
        for kind in KINDS:
            module = getattr(self._uw, kind)
            self._connect(module.on_updated, self._on_updated)
            self._connect(module.on_inactive, self._on_inactive)
            if kind in kinds:
                self._connect(module.on_active, self._on_active)
                for record in module.active:
                    self._on_active(module, record)
        self._connect(self._uw.surveys.on_completed, self._on_survey_completed)
        self._connect(self._uw.surveys.on_enter_failed, self._on_survey_failed)

    def _connect(self, signal: Any, listener: Callable[..., None]) -> None:
        self._connections.append((signal, listener))
        signal.connect(listener)

    def _on_active(self, _: object, record: Record) -> None:
        self._notice_player()
        if self._repeats.was_shown(record):
            return
        if isinstance(record, Survey):
            if self._priority_of(record) is not None:
                self._invites.want(record)
        else:
            self._put(record)

    def _on_updated(self, _: object, record: Record, previous: Record) -> None:
        self._queue.renew(record)
        if self._view is not None and self._queue.current is record:
            view = View(self._card(record), self.theme)
            view.continue_from(self._view)
            self._view = view
            self._ready_at = self._monotonic() + GRACE

    def _on_inactive(self, _: object, record: Record) -> None:
        self._notice_player()
        self._take_out(record)
        if self._queue.current is None:
            self._told = None
        if isinstance(record, Survey):
            self._invites.forget(record.id)
        self._advance()

    def _on_survey_completed(self, _: object, survey: Survey, response_id: str) -> None:
        self._toasts.put(self._words.survey_thanks)

    def _on_survey_failed(self, _: object, survey: Survey, response_id: str, error: Exception) -> None:
        self._toasts.put(self._words.survey_failed)

    def _put(self, record: Record) -> None:
        """Have a record wait for the screen, unless it is not to be shown by itself."""
        priority = self._priority_of(record)
        if priority is not None:
            self._queue.put(record, priority)

    def _take_out(self, record: Record) -> None:
        """Have a record neither wait nor be on the screen any more."""
        self._repeats.note_gone(record)
        self._queue.take_out(key_of(record))

    def _priority_of(self, record: Record) -> float | None:
        try:
            priority = self._priority(record)
            return None if priority is None else float(priority)
        except Exception:
            _log.exception("The priority of %r could not be told; it has the usual one.", record)
            return usual_priority(record)

    def _notice_player(self) -> None:
        """What was for one player is not answered by another."""
        if self._uw.player_id != self._player:
            self._player = self._uw.player_id
            self._queue.clear()
            self._invites.clear()
            self._view = None

    # What comes on the screen.

    def _advance(self) -> None:
        """Take away what is not to be seen any more, and bring what comes next."""
        self._notice_player()
        if self._view is not None and (self._queue.held or self._queue.current is None):
            self._leave()
        if self._view is not None or self._queue.held or not (self._queue or self._invites):
            return
        in_survey = self._uw.surveys.in_progress
        if self._monotonic() < self._ready_at or (self._elsewhere and in_survey):
            return
        if not in_survey:
            self._invites.ask()
        record = self._queue.advance()
        while record is not None and self._repeats.is_answered(record):  # such as in the game's shop, since it waits
            self._take_out(record)
            record = self._queue.advance()
        if record is not None:
            self._view = View(self._card(record), self.theme)

    def _leave(self) -> None:
        self._view = None
        self._ready_at = self._monotonic() + PAUSE

    def _card(self, record: Record) -> Card:
        try:
            return card_of(record, self._words)
        except Exception:
            _log.exception("The words for %r failed; it is shown with the usual ones.", record)
            return card_of(record, Words())

    def _countdown(self, card: Card) -> str:
        if card.ends is None:
            return ""
        return card.countdown.format(time=countdown(card.ends - self._uw.now().timestamp()))

    def _draw_note(self, width: float, height: float, ruler: KnownRuler) -> Scene:
        text = self._toasts.shown(self._monotonic())
        if text is None:
            return EMPTY
        wanted = (text, width, height, ruler)
        if wanted != self._note[0]:
            self._note = (wanted, lay_out_note(text, width, height, self.theme, ruler))
        return self._note[1]

    def _target(self, x: float, y: float) -> str:
        targets = () if self._view is None else self._view.scene.targets
        return next((target.name for target in reversed(targets) if target.box.holds(x, y)), "")

    # What the player does.

    def _tell_shown(self) -> None:
        """The platform is told once for each time that something comes on the screen."""
        record = self._queue.current
        if record is None or self._told == key_of(record):
            return  # it was held back, and comes again
        self._told = key_of(record)
        self._repeats.note_shown(record)
        match record:
            case Offer():
                self._uw.offers.show(record)
            case Message():
                self._uw.messages.initialize(record)

    def _press(self, choice: str) -> None:
        self._notice_player()
        record = self._queue.current
        if record is None or self._view is None or not self._view.is_shown or self._monotonic() < self._ready_at:
            return
        self._take_out(record)
        self._told = None
        self._leave()
        self._tell_answer(record, accepted=choice == ACCEPT)
        if self.on_answer is not None:
            try:
                take_result(self.on_answer, self.on_answer(record, choice))
            except Exception:
                _log.exception("on_answer failed for %r.", record)

    def _tell_answer(self, record: Record, *, accepted: bool) -> None:
        match record:
            case Offer():
                (self._uw.offers.accept if accepted else self._uw.offers.dismiss)(record)
            case Message():
                self._uw.messages.mark_viewed(record)
            case Survey():
                self._elsewhere = self._invites.respond(record, accepted) and accepted
                if accepted and not self._elsewhere:
                    self._toasts.put(self._words.survey_failed)
