"""Shows live content over a game: message pop-ups, offer cards and survey invites, one at a time, and toasts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import TypeAlias

from uwclient import ArgumentError, Message, Offer, Record, Survey, UserWise
from uwclient.callables import check_result, check_runs_when_called
from uwclient.ui.card_layout import CARD
from uwclient.ui.card_queue import Priority, default_priority
from uwclient.ui.card_sizing import SMALLEST_WINDOW
from uwclient.ui.card_view import CardView
from uwclient.ui.cards import ACCEPT, DISMISS, card_or_default
from uwclient.ui.commands import Command
from uwclient.ui.content_feed import KINDS, ContentFeed, FeedHooks, FeedRules
from uwclient.ui.cooldown import GRACE, PAUSE, Cooldown
from uwclient.ui.impression_reporter import ImpressionReporter
from uwclient.ui.pictures import Pictures
from uwclient.ui.repeat_policy import Repeat, RepeatPolicy
from uwclient.ui.scene import EMPTY, Scene, TextMetrics
from uwclient.ui.strings import Strings, strings_of
from uwclient.ui.survey_toasts import SurveyToasts
from uwclient.ui.text_metrics import CachedTextMetrics
from uwclient.ui.theme import Theme, check_theme
from uwclient.ui.toasts import Toasts

__all__ = ["GRACE", "KINDS", "PAUSE", "LiveUI"]

Answered: TypeAlias = Callable[[Record, str], object]

_log = logging.getLogger("uwclient")


class LiveUI:
    """Shows live content: one card at a time, and toasts between them.

    The engine asks for the `scene` in each frame, draws it, and passes the player's input on. All of it runs on the
    game's thread. A record counts as shown once its card is drawn: that opens the impression of an offer or a
    message. A survey gets its invite from the platform before its card is shown.

    Args:
        uw: the client.
        theme: the look of cards and toasts.
        strings: the texts of buttons and invites, for translation.
        show: the kinds of content that are shown by themselves, of "messages", "offers" and "surveys".
        repeat: when a record that was shown is shown again by itself; `open` shows it in any case. "live": an
            answered record returns when it goes live anew, with another start or brought by a campaign once more; one
            without an answer returns at the next start. "start": once in the life of this UI, answered or not.
            "always": each time that `on_active` is sent for it.
        priority: called as `priority(record)`; the waiting record with the highest number is shown first, the oldest
            of equal ones. None: the record is not shown by itself. By default surveys come before messages, messages
            before offers.
        on_answer: called as `on_answer(record, choice)` after the player has answered a card and the platform was
            told. `choice` is "accept" or "dismiss". Sell an accepted offer here, and report it with
            `uw.offers.purchased(offer)` or `purchase_failed(offer)`; a failed one is shown at the next start.
        monotonic: the clock of toasts and pauses, in seconds; None is that of the client; for tests.
        grace: seconds without a press after which a card takes an answer; for tests.
        pause: seconds between two cards; for tests.
        words: the old name of `strings`, with a DeprecationWarning.

    Attributes:
        pictures: the images that the cards need, for engines.
        theme: the look, for engines.

    Raises:
        ArgumentError: for an unknown kind or `repeat`, for a theme whose text cannot be read, and for a function
            that is `async`.

    """

    def __init__(
        self,
        uw: UserWise,
        *,
        theme: Theme = Theme(),  # noqa: B008 - frozen
        strings: Strings | None = None,
        show: Collection[str] = KINDS,
        repeat: Repeat = "live",
        priority: Priority = default_priority,
        on_answer: Answered | None = None,
        monotonic: Callable[[], float] | None = None,
        grace: float = GRACE,
        pause: float = PAUSE,
        words: Strings | None = None,
    ) -> None:
        if isinstance(show, str) or not set(show) <= set(KINDS):
            raise ArgumentError(f"show must be a collection of some of {', '.join(map(repr, KINDS))}.")
        check_theme(theme)
        check_runs_when_called(priority, "priority")
        rules = FeedRules(show, RepeatPolicy(uw, repeat), priority)
        self.on_answer = on_answer
        self.theme = theme
        self._strings = strings_of(strings, words)
        self.pictures = Pictures(uw)
        self._uw = uw
        monotonic = self._monotonic = monotonic or uw.time_source.monotonic
        self._toasts = Toasts()
        self._survey_toasts = SurveyToasts(uw, self._toasts, self._strings)
        self._view: CardView | None = None
        self._cooldown = Cooldown(monotonic, grace, pause)
        self._on_survey_page = False  # the player has accepted an invite and has not come back to the game
        self._is_seen = True  # whether the last scene can be seen; a card that cannot takes no input
        self._logged_reasons: set[str] = set()  # why cards could not be seen
        self._ruler: CachedTextMetrics | None = None
        self._feed = ContentFeed(uw, rules, FeedHooks(self._on_updated, self._on_ended, self._drop_view), monotonic)
        self._impressions = ImpressionReporter(uw, self._feed)

    # For the game.

    @property
    def on_answer(self) -> Answered | None:
        """Called as `on_answer(record, choice)` after the player has answered a card.

        Raises:
            ArgumentError: for an `async` function.

        """
        return self._on_answer

    @on_answer.setter
    def on_answer(self, on_answer: Answered | None) -> None:
        if on_answer is not None:
            check_runs_when_called(on_answer, "on_answer")
        self._on_answer = on_answer

    @property
    def is_open(self) -> bool:
        """Whether a card is on the screen and takes the player's input."""
        return self._is_seen and self._view is not None and self._view.is_shown

    @property
    def focus(self) -> str:
        """The button that a key would press, "accept" or "dismiss"; "" while no card is open."""
        return self._view.focus if self._view is not None and self.is_open else ""

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to show: `scene` would be empty."""
        return self._view is None and not self._toasts and (self._feed.held or not self._feed)

    @property
    def held(self) -> bool:
        """Whether the game holds cards back."""
        return self._feed.held

    @property
    def waiting(self) -> tuple[Record, ...]:
        """The records that wait for the screen, the next one first; surveys without an invite come last."""
        return self._feed.waiting

    def held_back(self) -> list[tuple[str, str]]:
        """List the records that wait for the screen, for the debug overlay.

        Returns:
            The id of each record, and why it waits.

        """
        return self._feed.reasons()

    def hold(self, reason: str = "") -> None:
        """Show no card until `release` is called with the same reason, such as during a boss fight.

        A card on the screen disappears at once and is the first to come back. Toasts are still shown.

        Args:
            reason: names the hold. Cards return when every reason is released.

        """
        self._feed.hold(reason)
        self._advance()

    def release(self, reason: str = "") -> None:
        """End a hold.

        Args:
            reason: that of the hold. One that holds nothing is ignored.

        """
        self._feed.release(reason)

    def open(self, record: Message | Offer | Survey) -> bool:
        """Show a live record next, even if it was shown before, such as from the game's shop.

        Args:
            record: the message, offer or survey. Its newest version is shown.

        Returns:
            False when the record is not live; it is not shown then.

        Raises:
            ArgumentError: for a record of another kind.

        """
        if not isinstance(record, (Message, Offer, Survey)):
            raise ArgumentError("open() takes a Message, an Offer or a Survey.")
        return self._feed.open(record)

    def toast(self, text: str) -> None:
        """Show a short text for a few seconds, as soon as no card is on the screen.

        Args:
            text: at most 200 characters are shown. At most 8 texts wait; of more the oldest is dropped.

        Raises:
            ArgumentError: if `text` is not a string.

        """
        if not isinstance(text, str):
            raise ArgumentError("A toast must be text.")
        self._toasts.put(text)

    def close(self) -> None:
        """Disconnect all listeners and show nothing more."""
        self._feed.close()
        self._survey_toasts.close()
        self._toasts.clear()
        self.pictures.close()
        self._view = self._ruler = None

    # For the engine.

    def scene(self, width: float, height: float, ruler: TextMetrics) -> Scene:
        """Lay out what is on the screen now. Call it once in each frame, and only if the result is drawn.

        Args:
            width: the width of the window, in pixels.
            height: its height, in pixels.
            ruler: measures text in the engine's fonts. Pass the same object as long as the fonts stay the same.

        Returns:
            The shapes to draw and the places that can be clicked, in pixels from the upper left corner; `EMPTY` when
            there is nothing to see. The very same object as long as nothing has changed.

        """
        if self.is_idle:
            return EMPTY
        if min(width, height) < SMALLEST_WINDOW:
            self.unseen(f"the window is less than {SMALLEST_WINDOW:.0f} pixels wide or high")
            return EMPTY
        if self._ruler is None or self._ruler.ruler is not ruler:
            self._ruler = CachedTextMetrics(ruler)
        self._advance()
        if self._view is None:
            return self._toasts.draw(self._monotonic(), (width, height), self.theme, self._ruler)
        was_open = self.is_open
        scene = self._view.draw(width, height, self._ruler, self._uw.now().timestamp(), self.pictures)
        self._is_seen = True
        if not was_open and self.is_open:
            self._cooldown.start()
            if self._feed.current is not None:
                self._impressions.report_shown(self._feed.current)
        elif self._view.has_moved:  # away from under a finger
            self._cooldown.start()
        return scene

    def unseen(self, why: str = "") -> None:
        """Tell that the last scene was not drawn: its card takes no input until the next `scene`.

        Args:
            why: completes "Cards take no input as long as …"; each reason is logged once. "" logs nothing.

        """
        self._is_seen = False
        if why and why not in self._logged_reasons:
            self._logged_reasons.add(why)
            _log.warning("Cards of live content cannot be seen, and take no input, as long as %s.", why)

    def command(self, command: Command) -> bool:
        """Pass on a key or a gamepad button.

        Args:
            command: what it means to a card. Pass fresh presses, and repeats of a held key for scrolling only.

        Returns:
            Whether the UI took it, so that it is not for the game.

        """
        self._on_survey_page = False
        view = self._view
        if view is None or not self.is_open:
            return False
        is_answer = command in (Command.PRESS, Command.BACK)
        if (
            view.card.costs or is_answer
        ) and not self._cooldown.takes_press():  # where money is spent, steps wait too
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
        """Pass on a movement of the mouse: the button under it gets the focus.

        Args:
            x: pixels from the left of the scene.
            y: pixels from the top of the scene.

        Returns:
            Whether the UI took it, so that it is not for the game.

        """
        if self._view is None or not self.is_open:
            return False
        if not self._view.card.costs or self._cooldown.is_over:
            self._view.focus_on(self._view.target_at(x, y))
        return True

    def click(self, x: float, y: float) -> bool:
        """Pass on a click of the mouse. A click beside the buttons does nothing.

        Args:
            x: pixels from the left of the scene.
            y: pixels from the top of the scene.

        Returns:
            Whether the UI took it, so that it is not for the game.

        """
        self._on_survey_page = False
        if self._view is None or not self.is_open:
            return False
        target = self._view.target_at(x, y)
        if self._cooldown.takes_press() and target not in ("", CARD):
            self._press(target)
        return True

    def scroll(self, lines: float) -> bool:
        """Pass on a turn of the mouse wheel.

        Args:
            lines: how many lines the text moves up; down if negative.

        Returns:
            Whether the UI took it, so that it is not for the game.

        """
        if self._view is None or not self.is_open:
            return False
        self._view.scroll(lines)
        return True

    # Changes of the content.

    def _on_updated(self, record: Record) -> None:
        if self._view is not None:
            view = CardView(card_or_default(record, self._strings), self.theme, self._monotonic)
            view.continue_from(self._view)
            self._view = view
            self._cooldown.start()

    def _on_ended(self) -> None:
        if self._feed.current is None:
            self._impressions.end()
        self._advance()

    def _advance(self) -> None:
        """Remove a card that is over or held back, and open the next one."""
        self._feed.follow_player()
        if self._view is not None and (self._feed.held or self._feed.current is None):
            self._close_card()
        if self._view is not None or self._feed.held or not self._feed:
            return
        if not self._cooldown.is_over or (self._on_survey_page and self._uw.surveys.in_progress):
            return
        record = self._feed.advance()
        if record is not None:
            self._view = CardView(card_or_default(record, self._strings), self.theme, self._monotonic)

    def _close_card(self) -> None:
        self._drop_view()
        self._cooldown.pause()

    def _drop_view(self) -> None:
        self._view = None

    def _press(self, choice: str) -> None:
        self._feed.follow_player()
        record = self._feed.current
        if record is None or self._view is None:
            return
        self._feed.remove(record)
        self._close_card()
        accepted = choice == ACCEPT
        is_reported = self._impressions.report_answer(record, accepted)
        if isinstance(record, Survey) and accepted:
            self._on_survey_page = is_reported
            if not is_reported:
                self._survey_toasts.say_failed()
        if self.on_answer is not None:
            try:
                check_result(self.on_answer, self.on_answer(record, choice))
            except Exception:
                _log.exception("on_answer failed for %r.", record)
