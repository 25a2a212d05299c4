"""How a survey's page reaches the player: in a window, in the browser, or in a way of the studio's own.

    from uwclient.survey_views import BrowserView

    uw.surveys.view = BrowserView()

A view of your own is an object with `open(url)`, which gives an object with `poll()`, `close()` and `knows_end`: see
`SurveyView` and `SurveyPage`.
"""

from uwclient.models.pages import PageNews, SurveyPage, SurveyView
from uwclient.survey_views.browser import BrowserView
from uwclient.survey_views.window import WindowView

__all__ = ["BrowserView", "PageNews", "SurveyPage", "SurveyView", "WindowView"]
