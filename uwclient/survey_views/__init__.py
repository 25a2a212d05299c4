"""Views that show a survey's page to the player: a window, the browser, or one of your own.

    from uwclient.survey_views import BrowserView

    uw.surveys.view = BrowserView()

A view of your own is an object with `open(url)`, which returns an object with `poll()`, `close()` and `knows_end`:
see `SurveyView` and `SurveyPage`.
"""

from uwclient.models.pages import PageNews, SurveyPage, SurveyView
from uwclient.survey_views.browser import BrowserView
from uwclient.survey_views.window import WindowView

__all__ = ["BrowserView", "PageNews", "SurveyPage", "SurveyView", "WindowView"]
