"""The view for games that have chosen none."""

from __future__ import annotations

from uwclient.models.pages import SurveyPage
from uwclient.survey_views.browser import BrowserView
from uwclient.survey_views.processes import is_packaged
from uwclient.survey_views.window import WindowView, is_available


class AutomaticView:
    """Shows a survey's page in a window if that is possible, else in the browser."""

    def open(self, url: str) -> SurveyPage:
        """Start showing a page."""
        if not is_packaged() and is_available():
            return WindowView().open(url)
        return BrowserView().open(url)
