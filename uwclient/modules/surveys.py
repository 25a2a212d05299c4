"""The surveys for this player, and the one that they are taking: `uw.surveys`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from uwclient.callables import check_runs_when_called
from uwclient.errors import ArgumentError, LifecycleError, ReplyError, RequestRejected, UserWiseError
from uwclient.log import logger
from uwclient.models.answers import Decision
from uwclient.models.content import Kind, Survey
from uwclient.models.pages import SurveyView
from uwclient.models.player import ActionKind
from uwclient.models.queries import (
    Answer,
    SurveyAccepted,
    SurveyInviteWanted,
    SurveyResponseWanted,
    SurveyStateWanted,
    SurveyUrlWanted,
)
from uwclient.modules.actions import Actions
from uwclient.modules.answers import AnsweredModule, Answers
from uwclient.modules.base import SetStartsBefore
from uwclient.modules.queries import PendingQueries
from uwclient.modules.survey_entry import Entry
from uwclient.modules.survey_page import PageHandle
from uwclient.pump import deliver
from uwclient.rules.actions import checked_id, checked_record, decline_text
from uwclient.rules.timetable import Timetable
from uwclient.signals import SurveySignals
from uwclient.urls import url_problem

LOOK_INTERVAL = 0.05
"""Seconds between two polls of the open page."""

ASK_INTERVAL = 5.0
"""Seconds between two queries of the response's state, for pages that cannot tell how they ended."""

COMPLETED = "success"
ABANDONED = ("abandoned", "term_url_security", "survey_invite_denied")
"""The states of a response that has ended without being completed (guide: Webhooks)."""

NEVER = float("inf")


class Stage(NamedTuple):
    """What the module needs from the client to show a page.

    Attributes:
        open: have `open_with(automatic view)` called in the background.
        monotonic: the client's clock.
        wake: have the next pump look at what is due.

    """

    open: Callable[[Callable[[SurveyView], None]], None]
    monotonic: Callable[[], float]
    wake: Callable[[], None]


class SurveysModule(AnsweredModule[Survey], SurveySignals):
    """The live and upcoming surveys, and the one that the player is taking.

    `initialize_invite` creates an invite, which the game shows as it likes. `respond_to_invite` records the player's
    answer, and opens the survey's page if they accept. `uwclient.signals.SurveySignals` describes the signals.
    """

    def __init__(
        self,
        timetable: Timetable,
        set_starts_before: SetStartsBefore,
        answers: Answers,
        actions: Actions,
        queries: PendingQueries,
        stage: Stage,
    ) -> None:
        AnsweredModule.__init__(self, Kind.SURVEYS, timetable, set_starts_before, answers)
        SurveySignals.__init__(self)
        self._actions = actions
        self._queries = queries
        self._stage = stage
        self._view: SurveyView | None = None
        self._entry: Entry | None = None
        self._leaving: list[PageHandle] = []  # pages that are being closed
        self._look_at = NEVER

    @property
    def view(self) -> SurveyView | None:
        """The view that shows a survey's page; None, the default, selects it automatically.

        The automatic view is a window if pywebview is installed, else the browser. `uwclient.survey_views` has
        `WindowView` and `BrowserView`, and describes how to write another. A change takes effect with the next
        survey.

        Raises:
            ArgumentError: it is set to something that is no view.
        """
        return self._view

    @view.setter
    def view(self, view: SurveyView | None) -> None:
        if view is not None and (isinstance(view, type) or not callable(getattr(view, "open", None))):
            raise ArgumentError("view must be a SurveyView, such as BrowserView(), or None for the automatic one.")
        if view is not None:
            check_runs_when_called(view.open, "open() of a view")
        self._view = view

    @property
    def in_progress(self) -> bool:
        """Whether the player is entering or taking a survey (`SurveyInProgress` of the Unity SDK).

        It is True from `respond_to_invite(…, accepted=True)` until `on_closed` or `on_enter_failed` is sent.
        """
        return self._entry is not None

    def initialize_invite(self, survey: Survey, response_id: str | None = None) -> None:
        """Create an invite to a survey; `on_invite_initialized` is sent whether that succeeded or failed.

        It needs a session. Documentation: section Surveys Entry.

        Args:
            survey: a survey of this module.
            response_id: the id of the player's response to it, if the game has it; None queries the platform for it.

        Raises:
            ArgumentError: an argument is wrong.
        """
        survey = checked_record("survey", survey, Survey)
        if response_id is not None:
            self._ask_for_invite(survey, checked_id("response_id", response_id))
            return

        def go_on(answer: Answer) -> int:
            answer = _usable(answer)
            if answer.error is not None:
                return self._emit_no_invite(survey, None, answer.error)
            self._ask_for_invite(survey, answer.value)
            return 0

        self._queries.ask(SurveyResponseWanted(survey.id), go_on)

    def respond_to_invite(self, survey: Survey, response_id: str, invite_id: str, accepted: bool) -> None:
        """Record the player's answer to an invite, and open the survey's page if they accept.

        A declined invite is delivered like every action, now or when there is a connection. An accepted one opens
        the page at once, which needs a connection; `uwclient.signals.SurveySignals` describes the signals.
        Documentation: section Surveys Entry.

        Args:
            survey: a survey of this module.
            response_id: the id that `on_invite_initialized` was sent with.
            invite_id: the id that `on_invite_initialized` was sent with.
            accepted: True if the player takes the survey, False if they decline.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
            LifecycleError: another survey is in progress.
        """
        survey = checked_record("survey", survey, Survey)
        declined = decline_text(response_id, invite_id)
        if not isinstance(accepted, bool):
            raise ArgumentError("accepted must be True or False.")
        if not accepted:
            self._actions.record(ActionKind.SURVEY_DECLINED, declined, None)
            self._answer(survey, Decision.DISMISSED)
            return
        if self._entry is not None:
            raise LifecycleError(
                "A survey is in progress: wait for its on_closed or on_enter_failed, or call surveys.close() first."
            )
        entry = self._entry = Entry(survey, response_id, partial(self._answer, survey, Decision.OPEN))
        self._queries.ask(SurveyAccepted(response_id, invite_id), partial(self._accepted, entry))
        self._answer(survey, Decision.ACCEPTED)

    def is_answered(self, survey: Survey) -> bool:
        """Whether the player has accepted or declined an invite to a survey, in this run or an earlier one.

        It is False again when the survey could not be entered, and when it goes live again: with another start, or
        because a campaign was triggered again.

        Raises:
            ArgumentError: this is no survey.
        """
        return self._is_answered(checked_record("survey", survey, Survey))

    def close(self) -> None:
        """Close the survey in progress; the next `pump()` sends how it ended. Does nothing when there is none.

        Call it when the player is back in the game and the page cannot report its end, as in a browser whose tab
        was closed.
        """
        self._end_survey(LifecycleError("surveys.close() was called before the survey's page was open."))

    # For the client's own parts.

    @property
    def _next_due(self) -> float:
        """The monotonic time of the next poll of the page, in seconds; a page that is quiet is not polled."""
        entry = self._entry
        if entry is None or not entry.is_entered or entry.showing is None or self._leaving or self._look_at == 0.0:
            return self._look_at
        return max(self._look_at, entry.showing.quiet_until)

    def _next_steps(self, now: float) -> Iterator[int] | None:
        """Return the steps of a poll of the page, if one is due, or None."""
        return self._poll(now) if self._next_due <= now else None

    def _end_survey(self, reason: UserWiseError) -> None:
        """End the survey in progress, if there is one; `on_enter_failed` has the reason if it was not entered yet."""
        entry = self._entry
        if entry is not None:
            entry.closed(reason)
            self._poll_now()
            self._close_entry(entry)

    def _wait_closed(self, timeout: float) -> None:
        """Wait until the pages that are being closed are gone, at most `timeout` seconds for each."""
        for showing in self._leaving:
            showing.wait(timeout)
        self._leaving = []

    def _discard_page(self) -> None:
        """Forget the page, in a forked process: it belongs to the parent."""
        if self._entry is not None:
            self._entry.showing = None
        self._entry = None
        self._leaving = []
        self._look_at = NEVER

    # An invite.

    def _ask_for_invite(self, survey: Survey, response_id: str) -> None:
        def tell(answer: Answer) -> int:
            answer = _usable(answer)
            if answer.error is not None:
                return self._emit_no_invite(survey, response_id, answer.error)
            return self._emit_invite(survey, response_id, answer.value)

        self._queries.ask(SurveyInviteWanted(response_id), tell)

    def _emit_no_invite(self, survey: Survey, response_id: str | None, error: UserWiseError) -> int:
        logger().warning("An invite to the survey %r could not be initialized: %s", survey.id, error)
        return self._emit_invite(survey, response_id, None)

    def _emit_invite(self, survey: Survey, response_id: str | None, invite_id: str | None) -> int:
        return deliver(
            self.on_invite_initialized,
            self,
            survey=survey,
            was_initialized=invite_id is not None,
            response_id=response_id,
            invite_id=invite_id,
        )

    # Entering and leaving a survey. Reports about one that has ended change nothing.

    def _accepted(self, entry: Entry, answer: Answer) -> int:
        if answer.error is not None:
            entry.failed(answer.error)
            self._poll_now()
        elif not entry.is_over:
            self._queries.ask(SurveyUrlWanted(entry.response_id), partial(self._show, entry))
        return 0

    def _show(self, entry: Entry, answer: Answer) -> int:
        error = answer.error
        problem = None if error is not None else url_problem(answer.value)
        if problem is not None:
            error = ReplyError(f"The survey's page is not opened, because of its address: {problem}.")
        self._poll_now()
        if error is not None:
            entry.failed(error)
        elif not entry.is_over:
            entry.showing = PageHandle(self._view, answer.value)
            entry.ask_at = self._stage.monotonic() + ASK_INTERVAL
            self._stage.open(entry.showing.open)
        return 0

    def _poll_now(self) -> None:
        self._look_at = 0.0
        self._stage.wake()

    def _poll(self, now: float) -> Iterator[int]:
        """Poll the page, and send the signals that are due."""
        self._look_at = now + LOOK_INTERVAL
        self._leaving = [showing for showing in self._leaving if not showing.is_gone()]
        entry = self._entry
        if entry is None:
            self._look_at = now + LOOK_INTERVAL if self._leaving else NEVER
            return
        if entry.showing is not None and not entry.is_over:
            self._poll_page(entry, entry.showing, now)
        while entry.untold:
            if entry.is_over and len(entry.untold) == 1:
                self._end(entry)
            yield self._emit(entry, entry.untold.popleft())

    def _poll_page(self, entry: Entry, showing: PageHandle, now: float) -> None:
        if showing.error is not None:
            entry.failed(showing.error)
        if not showing.is_open:
            return
        entry.opened()
        news = showing.poll()
        if news is None:
            if not showing.knows_end and entry.ask_at <= now:
                entry.ask_at = NEVER
                self._queries.ask(SurveyStateWanted(entry.response_id), partial(self._apply_state, entry))
        elif news.kind == "completed":
            entry.completed()
        elif news.kind == "failed":
            entry.failed(UserWiseError(news.reason))
        else:
            entry.closed(UserWiseError("The survey's page was closed."))

    def _apply_state(self, entry: Entry, answer: Answer) -> int:
        """Handle the response's state; a platform that does not know it is not asked again."""
        if not isinstance(answer.error, RequestRejected):
            entry.ask_at = self._stage.monotonic() + ASK_INTERVAL
        if answer.value == COMPLETED:
            entry.completed()
        if answer.value == COMPLETED or answer.value in ABANDONED:
            entry.closed(UserWiseError("The platform has closed the survey."))
            self._close_entry(entry)
            self._poll_now()
        return 0

    def _close_entry(self, entry: Entry) -> None:
        if entry.showing is not None:
            entry.showing.close()
            self._leaving.append(entry.showing)
            entry.showing = None

    def _end(self, entry: Entry) -> None:
        """End the entry before its last signal is sent, because a listener may start the next survey."""
        if self._entry is entry:
            self._entry = None
            self._poll_now()

    def _emit(self, entry: Entry, signal: str) -> int:
        details = {"error": entry.error} if signal == "on_enter_failed" else {}
        return deliver(getattr(self, signal), self, survey=entry.survey, response_id=entry.response_id, **details)


def _usable(answer: Answer) -> Answer:
    """The answer; an error if it is an id that `respond_to_invite` would not accept."""
    if answer.error is None:
        try:
            checked_id("id", answer.value)
        except ArgumentError:
            return Answer(error=ReplyError("The platform has sent an id that is blank, or too long to be sent back."))
    return answer
