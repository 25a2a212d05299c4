"""Takes a survey for the bot: no window and no browser opens, and its answers are known.

It is also the example of a view of your own: see `uwclient.survey_views`.
"""

from __future__ import annotations

import time
from collections import deque
from urllib.parse import urlsplit, urlunsplit

import requests

from uwclient.survey_views import PageNews

ANSWERS = {"fun": 5, "next": "Dragons", "words": "More coins, please."}
TIME_TO_ANSWER = 3.0
TIMEOUT = 5.0


class BotView:
    """Opens pages of the sandbox."""

    def open(self, url: str) -> BotPage:
        """Loads the page and sends the answers; called on the client's own thread, where it may wait."""
        requests.get(url, timeout=TIMEOUT).raise_for_status()
        parts = urlsplit(url)
        address = urlunsplit(parts._replace(path=f"{parts.path}/answers"))
        reply = requests.post(address, json={"answers": ANSWERS}, timeout=TIMEOUT)
        return BotPage(PageNews("completed") if reply.ok else None)


class BotPage:
    """A page that takes a while, and then tells how it ended; a page with other questions is only closed."""

    knows_end = True

    def __init__(self, end: PageNews | None) -> None:
        self._news = deque([*([end] if end else []), PageNews("closed")])
        self._tells_at = time.monotonic() + TIME_TO_ANSWER

    def poll(self) -> PageNews | None:
        """What has become of the page since the last call, or None."""
        return self._news.popleft() if self._news and time.monotonic() >= self._tells_at else None

    def close(self) -> None:
        """Takes the page away."""
        self._news = deque([PageNews("closed")])
        self._tells_at = 0.0
