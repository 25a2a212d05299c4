"""Owns the choice of how a survey's page is shown, where the game has made none."""

from __future__ import annotations

from uwclient.models.pages import SurveyPage
from uwclient.survey_views.browser import BrowserView
from uwclient.survey_views.processes import is_packaged
from uwclient.survey_views.window import WindowView, is_available


class AutomaticView:
    """Owns the choice: a window where that is possible, else the browser."""

    def open(self, url: str) -> SurveyPage:
        """Begin to show the page."""
        if not is_packaged() and is_available():
            return WindowView().open(url)
        return BrowserView().open(url)
