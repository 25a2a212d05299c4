"""Shows a survey's page in the player's browser, which reports little about it."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from uwclient.errors import ArgumentError, UserWiseError
from uwclient.models.pages import PageNews
from uwclient.survey_views.processes import HelperProcess, desktop_environment, python_environment
from uwclient.survey_views.return_address import ReturnAddress
from uwclient.survey_views.system_browser import opening_script
from uwclient.time_sources import RealTime

LONGEST_SURVEY = 1800.0
"""Seconds after which a survey counts as closed, by default."""

OPENS_WITHIN = 10.0
"""Seconds after which an opener that is still running has opened the browser, and waits for its end."""

NO_BROWSER = "No browser could be opened for the survey: check that one is installed, and that there is a display."


class BrowserView:
    """Shows surveys in the player's browser.

    A browser reports nothing, so there are only these ways to know the end of a survey: a page of the sandbox goes to
    a URL on this machine; the platform is queried every few seconds for the state of the response (the sandbox
    supports that; for the production platform it is not documented); the game calls `uw.surveys.close()`, for
    instance when the player is back in its window; or `longest` has passed. A `WindowView` always knows the end.

    Args:
        longest: seconds after which a survey counts as closed, greater than 0.
        command: the command that opens the browser, as a list of arguments: it reads {"url": …} from its input, and
            exits with 0 when it has opened the URL. None selects the system's opener, or the environment variable
            BROWSER.

    Raises:
        ArgumentError: `longest` is no number greater than 0.

    """

    def __init__(self, longest: float = LONGEST_SURVEY, command: Sequence[str] | None = None) -> None:
        if isinstance(longest, bool) or not isinstance(longest, (int, float)) or not longest > 0:
            raise ArgumentError("longest must be a number of seconds greater than 0.")
        self._longest = longest
        self._command = command

    def open(self, url: str) -> BrowserPage:
        """Open a page in the browser. It does not wait, although on some systems the opener does.

        Args:
            url: the page's URL.

        Returns:
            The page.

        Raises:
            UserWiseError: no browser could be opened.
        """
        return_address = None
        if (
            urlsplit(url).scheme == "http"
        ):  # a page of the sandbox; elsewhere another parameter may invalidate the URL's hash
            return_address = ReturnAddress()
            url = _with_parameter(url, "return_url", return_address.url)
        try:
            opener = self._start(url)
        except BaseException:
            if return_address is not None:
                return_address.close()
            raise
        return BrowserPage(opener, return_address, self._longest)

    def _start(self, url: str) -> HelperProcess | None:
        if self._command is not None:
            return HelperProcess(self._command, json.dumps({"url": url}), python_environment(), speaks=False)
        if sys.platform == "win32":
            try:
                os.startfile(url)  # noqa: S606 - an address of the platform; it does not wait
            except OSError as error:
                raise UserWiseError(NO_BROWSER) from error
            return None
        script = opening_script()
        if script is None:
            raise UserWiseError(NO_BROWSER)
        return HelperProcess(("/bin/sh", "-c", script), url, desktop_environment(), speaks=False)


class BrowserPage:
    """Owns the opener and the return address of a page in a browser."""

    knows_end = False

    def __init__(self, opener: HelperProcess | None, return_address: ReturnAddress | None, longest: float) -> None:
        self._opener = opener
        self._return_address = return_address
        self._opens_by = RealTime.monotonic() + OPENS_WITHIN
        self._deadline = RealTime.monotonic() + longest
        self._pending: deque[PageNews] = deque()
        self._is_over = False

    def poll(self) -> PageNews | None:
        """Return the next change since the last call, as far as it can be known, or None."""
        if not self._is_over:
            self._check()
        if self._pending:
            return self._pending.popleft()
        if self._is_over and self._is_let_go():
            return PageNews("closed")
        return None

    def close(self) -> None:
        """Stop waiting. The player's tab stays open, because it cannot be closed from here."""
        self._is_over = True
        if self._return_address is not None:
            self._return_address.close()
        if self._opener is not None:
            self._opener.kill()

    def _check(self) -> None:
        result = None if self._return_address is None else self._return_address.poll()
        if result is not None:
            if result == "survey_completed":
                self._pending.append(PageNews("completed"))
            self.close()
        elif RealTime.monotonic() > self._deadline:
            self.close()
        elif self._opener is not None and self._opener.exit_code:
            if RealTime.monotonic() < self._opens_by:
                self._pending.append(PageNews("failed", NO_BROWSER))
            self.close()

    def _is_let_go(self) -> bool:
        if self._opener is None:
            return True
        if self._opener.exit_code is None:
            return False
        self._opener.release()
        return True


def _with_parameter(url: str, name: str, value: str) -> str:
    address, mark, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{name}={quote(value, safe='')}{mark}{fragment}"
