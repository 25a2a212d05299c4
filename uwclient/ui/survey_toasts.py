"""Tells the player by a toast how a survey has ended."""

from __future__ import annotations

from uwclient import Survey, UserWise
from uwclient.ui.strings import Strings
from uwclient.ui.toasts import Toasts


class SurveyToasts:
    """Listens to the surveys, and shows a toast when one was completed or could not be opened."""

    def __init__(self, uw: UserWise, toasts: Toasts, strings: Strings) -> None:
        self._surveys = uw.surveys
        self._toasts = toasts
        self._strings = strings
        self._surveys.on_completed.connect(self._on_completed)
        self._surveys.on_enter_failed.connect(self._on_failed)

    def close(self) -> None:
        """Disconnect the listeners."""
        self._surveys.on_completed.disconnect(self._on_completed)
        self._surveys.on_enter_failed.disconnect(self._on_failed)

    def say_failed(self) -> None:
        """Tell that a survey could not be opened."""
        self._toasts.put(self._strings.survey_failed)

    def _on_completed(self, _: object, survey: Survey, response_id: str) -> None:
        self._toasts.put(self._strings.survey_thanks)

    def _on_failed(self, _: object, survey: Survey, response_id: str, error: Exception) -> None:
        self.say_failed()
