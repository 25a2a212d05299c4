"""The interface for showing a survey's page to the player.

To show pages in its own way, a studio writes a `SurveyView`, and sets `uw.surveys.view` to it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol


class PageNews(NamedTuple):
    """A change of a page's state.

    Attributes:
        kind: "completed": the player has sent all answers, and the page may still be open; "closed": the page is
            closed; "failed": the page is closed, and the player has never seen it.
        reason: a sentence that says why it failed.

    """

    kind: Literal["completed", "closed", "failed"]
    reason: str = ""


class SurveyPage(Protocol):
    """A page that the player sees, or is about to see.

    A page may also have `quiet_until`, a time of the client's monotonic clock before which `poll` would return None:
    it is not called until then. A page that a test scripts on virtual time knows that.

    Attributes:
        knows_end: whether `poll` reports the end by itself; if not, uwclient also queries the platform for it.

    """

    knows_end: bool

    def poll(self) -> PageNews | None:
        """Return the next change since the last call, or None.

        It is called about twenty times a second on the game's thread, until it returns "closed" or "failed". It must
        not block.

        Returns:
            One change at a time, or None if there is none.
        """

    def close(self) -> None:
        """Close the page. It is called at most once, on the game's thread. It must not block.

        `poll` must return "closed" soon afterwards, when the page is gone.
        """


class SurveyView(Protocol):
    """A way to show pages to the player."""

    def open(self, url: str) -> SurveyPage:
        """Start showing a page.

        It is called on uwclient's background thread, whose other work waits for it. Raise an exception if the page
        cannot be shown.

        Args:
            url: the page's URL; https, or http on this machine. It is signed for this player: do not log it, and do
                not put it on a command line.

        Returns:
            The page.
        """
