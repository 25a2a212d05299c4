"""The signals of one survey, in a fixed order, whatever its page, the platform and the game itself report."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from uwclient.errors import UserWiseError
from uwclient.models.content import Survey
from uwclient.modules.survey_page import PageHandle


class Entry:
    """One player's visit to one survey, and the signals about it that are still to be sent.

    Reports may come late, twice, or in any order. The signals are always `on_enter_failed`; or `on_entered`, then
    `on_enter_failed`; or `on_entered`, perhaps `on_completed`, `on_closed`. Reports after the end change nothing.
    `not_entered` is called at once when the player could not enter the survey.

    Attributes:
        survey: the survey.
        response_id: the id of the player's response to it.
        showing: its page, once its URL is known.
        untold: the names of the signals to send, in order.
        is_over: whether no more signals will be added.
        ask_at: the monotonic time of the next query of the response's state.
        error: why the survey could not be entered, or None.

    """

    def __init__(self, survey: Survey, response_id: str, not_entered: Callable[[], None]) -> None:
        self.survey = survey
        self.response_id = response_id
        self.showing: PageHandle | None = None
        self.untold: deque[str] = deque()
        self.is_over = False
        self.ask_at = float("inf")
        self.error: UserWiseError | None = None
        self._not_entered = not_entered
        self._is_entered = False
        self._is_completed = False

    @property
    def is_entered(self) -> bool:
        """Whether the page was seen open."""
        return self._is_entered

    def opened(self) -> None:
        """Report that the page is open."""
        if not self._is_entered and not self.is_over:
            self._is_entered = True
            self.untold.append("on_entered")

    def completed(self) -> None:
        """Report that the player has sent all answers."""
        if self._is_entered and not self._is_completed and not self.is_over:
            self._is_completed = True
            self.untold.append("on_completed")

    def closed(self, reason: UserWiseError) -> None:
        """Report that the page is closed, or will not be opened, for this reason."""
        if self._is_entered:
            self._end("on_closed")
        else:
            self.failed(reason)

    def failed(self, error: UserWiseError) -> None:
        """Report that the page cannot be shown; after the answers were sent, that counts as closed."""
        if self._is_completed:
            self._end("on_closed")
        elif not self.is_over:
            self.error = error
            self._end("on_enter_failed")
            self._not_entered()

    def _end(self, signal: str) -> None:
        if not self.is_over:
            self.is_over = True
            self.untold.append(signal)
