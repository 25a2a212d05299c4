"""Owns how a survey's page is shown in the player's own browser, which tells little of it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from uwclient.errors import ArgumentError, UserWiseError
from uwclient.models.pages import PageNews
from uwclient.survey_views.processes import HelperProcess, desktop_environment, python_environment
from uwclient.survey_views.return_address import ReturnAddress
from uwclient.survey_views.system_browser import opening_script

LONGEST_SURVEY = 1800.0
"""Seconds after which nobody can still be at it."""

OPENS_WITHIN = 10.0
"""Seconds after which an opener that still runs waits for the browser to end."""

NO_BROWSER = "No browser could be opened for the survey: is there one, and a display?"


class BrowserView:
    """Owns how the browser is opened, and how long a survey in it is waited for.

    A browser tells its caller nothing, so the end of a survey is known in these ways alone: a page of the sandbox
    goes to an address on this machine; a platform that can tell is asked every few seconds how far the response is
    (the sandbox can; of the production platform that is not documented); the game calls `uw.surveys.close()`, as when
    the player has come back to its window; or `longest` has passed. A `WindowView` always knows.

    Args:
        longest: seconds after which a survey counts as closed.
        command: what opens the browser: it reads {"url": …} from its input, and ends with 0 when that was done. None
            is what the system has for that, or what the environment variable BROWSER names.

    """

    def __init__(self, longest: float = LONGEST_SURVEY, command: Sequence[str] | None = None) -> None:
        if isinstance(longest, bool) or not isinstance(longest, (int, float)) or not longest > 0:
            raise ArgumentError("longest must be a number of seconds greater than 0.")
        self._longest = longest
        self._command = command

    def open(self, url: str) -> BrowserPage:
        """Have the browser opened beside the game: on some systems, what opens it waits for it to end."""
        return_address = None
        if urlsplit(url).scheme == "http":  # a page on this machine; elsewhere a further parameter may break its hash
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
    """Owns what can be known of a page in a browser."""

    knows_end = False

    def __init__(self, opener: HelperProcess | None, return_address: ReturnAddress | None, longest: float) -> None:
        self._opener = opener
        self._return_address = return_address
        self._opens_by = time.monotonic() + OPENS_WITHIN
        self._deadline = time.monotonic() + longest
        self._untold: deque[PageNews] = deque()
        self._is_over = False

    def poll(self) -> PageNews | None:
        """What has become of the page since the last call, as far as that can be known, or None."""
        if not self._is_over:
            self._look()
        if self._untold:
            return self._untold.popleft()
        if self._is_over and self._is_let_go():
            return PageNews("closed")
        return None

    def close(self) -> None:
        """Wait no longer. The player's tab stays, as a tab cannot be closed from here."""
        self._is_over = True
        if self._return_address is not None:
            self._return_address.close()
        if self._opener is not None:
            self._opener.kill()

    def _look(self) -> None:
        result = None if self._return_address is None else self._return_address.poll()
        if result is not None:
            if result == "survey_completed":
                self._untold.append(PageNews("completed"))
            self.close()
        elif time.monotonic() > self._deadline:
            self.close()
        elif self._opener is not None and self._opener.exit_code:
            if time.monotonic() < self._opens_by:
                self._untold.append(PageNews("failed", NO_BROWSER))
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
