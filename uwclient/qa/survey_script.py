"""Surveys whose page a test plays: it opens without a window, and ends as the script says."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from uwclient.models.pages import PageNews
from uwclient.qa.moments import NEVER, read_duration
from uwclient.sandbox import Sandbox

End = Literal["completed", "closed", "failed"]


class ScriptedPage:
    """The page of one survey, as long as the player is on it.

    Attributes:
        url: its address, signed for the player.
        is_open: whether the player is still on it.
        knows_end: that it reports its end itself.

    """

    knows_end = True

    def __init__(self, url: str, surveys: ScriptedSurveys, now: float) -> None:
        self.url = url
        self.is_open = True
        self._surveys = surveys
        self._told: deque[tuple[float, PageNews]] = deque()
        for end, after, reason in surveys.script:
            self._told.append((now + after, PageNews(end, reason)))

    def complete(self, answers: Mapping[str, Any] | None = None) -> None:
        """Send the player's answers, as the page does; the page stays open until `leave`.

        Args:
            answers: by the id of the question; None sends nothing, and only tells the game that it is completed.

        Raises:
            ValueError: the platform does not take the answers; it says why.

        """
        if answers is not None:
            self._surveys.send(self.url, answers)
        self._tell(PageNews("completed"))

    def leave(self) -> None:
        """Close the page, as a player does."""
        self._tell(PageNews("closed"))

    def fail(self, reason: str = "The page did not load.") -> None:
        """Break the page before the player sees it."""
        self._tell(PageNews("failed", reason))

    @property
    def quiet_until(self) -> float:
        """The moment before which there is nothing to tell, on the client's monotonic clock."""
        return self._told[0][0] if self._told else NEVER

    def poll(self) -> PageNews | None:
        """Return what has happened since the last call, or None."""
        if self._told and self._told[0][0] <= self._surveys.seconds():
            news = self._told.popleft()[1]
            self.is_open = self.is_open and news.kind == "completed"
            return news
        return None

    def close(self) -> None:
        """Close the page, because the client wants that."""
        self._told.clear()
        self._tell(PageNews("closed"))

    def _tell(self, news: PageNews) -> None:
        self._told.append((self._surveys.seconds(), news))


class ScriptedSurveys:
    """The view in which a player's surveys open: `player.surveys`.

    Without a script a page stays open until the test ends it: `player.surveys.page.complete({...})`, then `leave()`.

    Attributes:
        pages: the pages that were opened, oldest first.
        script: what happens on each page that is opened from now on, as `play` was told.

    """

    def __init__(self, sandbox: Sandbox, seconds: Callable[[], float]) -> None:
        self._sandbox = sandbox
        self.seconds = seconds
        self.pages: list[ScriptedPage] = []
        self.script: list[tuple[End, float, str]] = []

    @property
    def page(self) -> ScriptedPage:
        """The page that is open.

        Raises:
            LookupError: none is.

        """
        for page in reversed(self.pages):
            if page.is_open:
                return page
        raise LookupError("No survey's page is open: accept an invite, and let the world settle, first.")

    def play(self, *ends: tuple[End, str | timedelta]) -> None:
        """Say what happens on each page that is opened from now on.

        Args:
            *ends: what happens, each with how long after the opening: `("completed", "2m"), ("closed", "125s")`.

        Raises:
            ValueError: there is no such end, or no such duration.

        """
        script: list[tuple[End, float, str]] = []
        for end, after in ends:
            if end not in ("completed", "closed", "failed"):
                raise ValueError(f'{end!r} is no end of a survey: use "completed", "closed" or "failed".')
            script.append(
                (end, read_duration(after).total_seconds(), "The script says so." if end == "failed" else "")
            )
        self.script = sorted(script, key=lambda entry: entry[1])

    def open(self, url: str) -> ScriptedPage:
        """Open a page, and load it as a window does; the client calls it."""
        page = ScriptedPage(url, self, self.seconds())
        self.pages.append(page)
        reply = self._sandbox.ask("GET", url)
        if reply is None or reply.status >= 400:
            page.fail()
        return page

    def send(self, url: str, answers: Mapping[str, Any]) -> None:
        """Send answers to the platform, as the page of that address does. ValueError when they are refused."""
        parts = urlsplit(url)
        address = urlunsplit(parts._replace(path=f"{parts.path}/answers"))
        body = json.dumps({"answers": dict(answers)}).encode()
        headers = {"Content-Type": "application/json"}
        reply = self._sandbox.ask("POST", address, headers=headers, body=body)
        if reply is None or reply.status >= 300:
            raise ValueError(f"The answers are not taken: {'no reply' if reply is None else reply.body.decode()}")
