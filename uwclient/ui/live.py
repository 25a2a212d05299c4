"""Owns what of the live content is on the screen now: message pop-ups, offer cards, survey invites and notes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from uwclient import ArgumentError, Message, Offer, Record, Survey, UserWise
from uwclient.callables import check_runs_when_called, take_result
from uwclient.ui.cards import ACCEPT, DISMISS, card_or_usual
from uwclient.ui.commands import Command
from uwclient.ui.grace import GRACE, PAUSE, Grace
from uwclient.ui.invites import Invites
from uwclient.ui.layout import CARD
from uwclient.ui.notes import Notes
from uwclient.ui.pictures import Pictures
from uwclient.ui.plan import SMALLEST_WINDOW
from uwclient.ui.queue import Key, Priority, Queue, key_of, priority_by, usual_priority
from uwclient.ui.repeats import Repeat, Repeats
from uwclient.ui.scene import EMPTY, Scene, TextMetrics
from uwclient.ui.strings import Words
from uwclient.ui.text_metrics import KnownRuler
from uwclient.ui.theme import Theme, check_theme
from uwclient.ui.view import View

__all__ = ["GRACE", "KINDS", "PAUSE", "LiveUI"]

KINDS = ("messages", "offers", "surveys")
"""The kinds of content that there are cards for, by the names of their modules."""

FIRST = float("inf")

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
        self._notes = Notes()
        self._told: Key | None = None  # what the platform knows to be shown
        self._view: View | None = None
        self._grace = Grace(monotonic)
        self._elsewhere = False
        self._is_seen = True  # whether the last scene can be seen; a card that cannot takes no input
        self._said_why: set[str] = set()  # why cards could not be seen
        self._ruler: KnownRuler | None = None
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
        return self._is_seen and self._view is not None and self._view.is_shown

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
        self._notes.put(text)

    def close(self) -> None:
        """Disconnect everything, and show nothing more. Leaves nothing behind."""
        for signal, listener in self._connections:
            signal.disconnect(listener)
        self._connections.clear()
        self._invites.close()
        self._queue.clear()
        self._notes.clear()
        self.pictures.close()
        self._view = self._ruler = None

    # What an engine does.

    def scene(self, width: float, height: float, ruler: TextMetrics) -> Scene:
        """What to draw in a window of this size now; the very same object while nothing changed."""
        if self._view is None and not self._notes and (self._queue.held or not (self._queue or self._invites)):
            return EMPTY
        if min(width, height) < SMALLEST_WINDOW:
            self.unseen(f"the window is less than {SMALLEST_WINDOW:.0f} pixels wide or high")
            return EMPTY
        if self._ruler is None or self._ruler.ruler is not ruler:
            self._ruler = KnownRuler(ruler)
        self._advance()
        if self._view is None:
            return self._notes.draw(self._monotonic(), (width, height), self.theme, self._ruler)
        was_open = self.is_open
        scene = self._view.draw(width, height, self._ruler, self._uw.now().timestamp(), self.pictures)
        self._is_seen = True
        if not was_open and self.is_open:
            self._grace.begin()
            self._tell_shown()
        elif self._view.has_moved:  # away from under a finger
            self._grace.begin()
        return scene

    def unseen(self, why: str = "") -> None:
        """An engine has not drawn the last scene, or could not: it takes no input. A reason is logged once."""
        self._is_seen = False
        if why and why not in self._said_why:
            self._said_why.add(why)
            _log.warning("Cards of live content cannot be seen, and take no input, as long as %s.", why)

    def command(self, command: Command) -> bool:
        """A key or a button of a gamepad was pressed; whether the UI took it."""
        self._elsewhere = False
        view = self._view
        if view is None or not self.is_open:
            return False
        counts = view.card.costs or command in (Command.PRESS, Command.BACK)  # a step to what costs something, too
        if counts and not self._grace.takes_press():
            return True
        match command:
            case Command.PRESS:
                self._press(view.focus)
            case Command.BACK:
                self._press(DISMISS)
            case _:
                view.steer(command)
        return True

    def point(self, x: float, y: float) -> bool:
        """The mouse is somewhere else now; whether the UI took it."""
        if self._view is None or not self.is_open:
            return False
        if not self._view.card.costs or self._grace.is_over:
            self._view.focus_on(self._view.target_at(x, y))
        return True

    def click(self, x: float, y: float) -> bool:
        """The mouse was pressed; whether the UI took it. Outside of a card that does nothing."""
        self._elsewhere = False
        if self._view is None or not self.is_open:
            return False
        target = self._view.target_at(x, y)
        if self._grace.takes_press() and target not in ("", CARD):
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
            if priority_by(self._priority, record) is not None:
                self._invites.want(record)
        else:
            self._put(record)

    def _on_updated(self, _: object, record: Record, previous: Record) -> None:
        self._queue.renew(record)
        if self._view is not None and self._queue.current is record:
            view = View(card_or_usual(record, self._words), self.theme)
            view.continue_from(self._view)
            self._view = view
            self._grace.begin()

    def _on_inactive(self, _: object, record: Record) -> None:
        self._notice_player()
        self._take_out(record)
        if self._queue.current is None:
            self._told = None
        if isinstance(record, Survey):
            self._invites.forget(record.id)
        self._advance()

    def _on_survey_completed(self, _: object, survey: Survey, response_id: str) -> None:
        self._notes.put(self._words.survey_thanks)

    def _on_survey_failed(self, _: object, survey: Survey, response_id: str, error: Exception) -> None:
        self._notes.put(self._words.survey_failed)

    def _put(self, record: Record) -> None:
        """Have a record wait for the screen, unless it is not to be shown by itself."""
        priority = priority_by(self._priority, record)
        if priority is not None:
            self._queue.put(record, priority)

    def _take_out(self, record: Record) -> None:
        """Have a record neither wait nor be on the screen any more."""
        self._repeats.note_gone(record)
        self._queue.take_out(key_of(record))

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
        if not self._grace.is_over or (self._elsewhere and in_survey):
            return
        if not in_survey:
            self._invites.ask()
        record = self._queue.advance()
        while record is not None and self._repeats.is_answered(record):  # such as in the game's shop, since it waits
            self._take_out(record)
            record = self._queue.advance()
        if record is not None:
            self._view = View(card_or_usual(record, self._words), self.theme)

    def _leave(self) -> None:
        self._view = None
        self._grace.pause()

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
        if record is None or self._view is None:
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
                    self._notes.put(self._words.survey_failed)
