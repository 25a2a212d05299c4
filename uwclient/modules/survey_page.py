"""A survey's page that two threads share: the worker opens it, the game's thread polls and closes it."""

from __future__ import annotations

import threading

from uwclient.errors import UserWiseError
from uwclient.log import logger
from uwclient.models.pages import PageNews, SurveyPage, SurveyView
from uwclient.time_sources import RealTime

GONE_WITHIN = 2.0
"""The maximum number of seconds that a page may take to close; then it is given up."""

LOOK_AGAIN_AFTER = 0.005

UNEXPLAINED = "The survey's page has failed; its view gives no reason."


class PageHandle:
    """Owns a page from the request to open it until it is gone. A `view` of None stands for the automatic one.

    Attributes:
        error: why the page could not be opened, or None.
        knows_end: whether the page reports its end by itself.

    """

    def __init__(self, view: SurveyView | None, url: str) -> None:
        self._view = view
        self._url = url
        self._lock = threading.RLock()  # held for two assignments, so that the page is closed once
        self._page: SurveyPage | None = None
        self._is_closed = False
        self._give_up_at = float("inf")
        self.error: UserWiseError | None = None
        self.knows_end = True

    def open(self, automatic: SurveyView) -> None:
        """Open the page; called on the worker."""
        if self._is_closed:
            return
        try:
            page = (self._view or automatic).open(self._url)
            if not (callable(getattr(page, "poll", None)) and callable(getattr(page, "close", None))):
                raise UserWiseError(
                    f"The survey's page cannot be shown: open() of its view has returned {type(page).__name__}; it "
                    "must return a page, with poll() and close()."
                )
        except UserWiseError as error:
            self.error = error
            return
        except (Exception, SystemExit) as error:  # a view must not end the worker
            logger().exception("The view of surveys could not open a page.")
            reason = error.strerror if isinstance(error, OSError) else None
            self.error = UserWiseError(f"The survey's page cannot be shown: {reason or type(error).__name__}.")
            return
        with self._lock:
            is_late = self._is_closed
            if not is_late:
                self._page = page
        if is_late:
            never_shown = PageHandle(self._view, self._url)
            never_shown._page = page
            never_shown.close()
            never_shown.wait(GONE_WITHIN)

    # On the game's thread.

    @property
    def is_open(self) -> bool:
        """Whether the page was opened and has not reported its end."""
        return self._page is not None

    @property
    def quiet_until(self) -> float:
        """The monotonic time before which the page has nothing to tell; 0 when it does not say."""
        return float(getattr(self._page, "quiet_until", 0.0))

    def poll(self) -> PageNews | None:
        """Return the page's news since the last call, or None. A page that raises is closed, and counts as failed."""
        page = self._page
        if page is None:
            return None
        try:
            self.knows_end = bool(getattr(page, "knows_end", True))
            told = page.poll()
            news = None if told is None else PageNews(told.kind, str(getattr(told, "reason", "")) or UNEXPLAINED)
            if news is not None and news.kind not in ("completed", "closed", "failed"):
                raise ValueError("poll() must return PageNews of kind completed, closed or failed, or None.")
        except Exception as error:
            logger().exception("The view of surveys has failed; its page is given up.")
            self.close()
            news = PageNews("failed", f"The survey's page has failed ({type(error).__name__}).")
        if news is not None and news.kind != "completed":
            self._page = None
        return news

    def close(self) -> None:
        """Close the page, or prevent that it is opened."""
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
            page = self._page
        if page is None or was_closed:
            return
        self._give_up_at = RealTime.monotonic() + GONE_WITHIN
        try:
            page.close()
        except Exception:
            logger().exception("The view of surveys could not close its page.")

    def is_gone(self) -> bool:
        """Whether a page that was closed is gone, or has been given up."""
        if self._page is not None and RealTime.monotonic() > self._give_up_at:
            logger().warning("A survey's page is still there %.0f s after it was closed.", GONE_WITHIN)
            self._page = None
        self.poll()
        return self._page is None

    def wait(self, timeout: float) -> None:
        """Wait until a page that was closed is gone, at most `timeout` seconds."""
        ends = RealTime.monotonic() + timeout
        while not self.is_gone() and RealTime.monotonic() < ends:
            RealTime.sleep(LOOK_AGAIN_AFTER)
