"""Owns the order in which a game hears of one survey, whatever its page, the platform and the game itself report."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from uwclient.errors import UserWiseError
from uwclient.models.content import Survey
from uwclient.modules.survey_page import PageHandle


class Entry:
    """Owns one player's way through one survey, and which signals are still to be sent of it.

    Reports may come late, twice, or in any order. The signals are always `on_enter_failed`; or `on_entered`, then
    `on_enter_failed`; or `on_entered`, perhaps `on_completed`, `on_closed`. What comes after the end changes nothing.
    `not_entered` is called at once when the player could not get into the survey.

    Attributes:
        survey: which one.
        response_id: the player's response to it.
        showing: its page, once there is an address for it.
        untold: names of the signals to send, the first one first.
        is_over: whether nothing more will come.
        ask_at: the client's moment at which the platform is asked how far the response is.
        error: why the survey could not be entered, where that is how it ended.

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

    def opened(self) -> None:
        """The page is being shown."""
        if not self._is_entered and not self.is_over:
            self._is_entered = True
            self.untold.append("on_entered")

    def completed(self) -> None:
        """All was answered."""
        if self._is_entered and not self._is_completed and not self.is_over:
            self._is_completed = True
            self.untold.append("on_completed")

    def closed(self, reason: UserWiseError) -> None:
        """The page is gone, or will never be there, for this reason."""
        if self._is_entered:
            self._end("on_closed")
        else:
            self.failed(reason)

    def failed(self, error: UserWiseError) -> None:
        """The player will not see the page. After the answers were sent, that is no failure any more."""
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
