"""Owns the port through which a survey's page reaches the player, and what is heard of it.

A studio that wants to show the page in its own way writes a `SurveyView`, and sets `uw.surveys.view` to it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol


class PageNews(NamedTuple):
    """What has become of a page.

    Attributes:
        kind: "completed": all was answered, and the page may still be there; "closed": the page is gone;
            "failed": it is gone, and the player has never seen it.
        reason: a sentence that says why it failed.

    """

    kind: Literal["completed", "closed", "failed"]
    reason: str = ""


class SurveyPage(Protocol):
    """A page that the player sees, or is about to see.

    Attributes:
        knows_end: whether `poll` tells of the end by itself; where it does not, uwclient asks the platform as well.

    """

    knows_end: bool

    def poll(self) -> PageNews | None:
        """What has happened since the last call, one thing at a time, or None.

        Called about twenty times a second on the game's thread, until it tells "closed" or "failed": it must not
        wait for anything.
        """

    def close(self) -> None:
        """Take the page away. Called at most once, on the game's thread: it must not wait for anything.

        `poll` is to tell "closed" soon afterwards, when nothing is left of the page.
        """


class SurveyView(Protocol):
    """A way to show pages to the player."""

    def open(self, url: str) -> SurveyPage:
        """Begin to show the page at `url`, which is https, or http on this machine; an exception says it cannot be.

        Called on uwclient's background thread, whose other work waits for it. The URL is signed for this one
        player: log it nowhere, and put it on no command line.
        """
