"""Tells the platform what the player has seen, and how they have answered it."""

from __future__ import annotations

from uwclient import Message, Offer, Record, Survey, UserWise
from uwclient.ui.card_queue import Key, key_of
from uwclient.ui.content_feed import ContentFeed


class ImpressionReporter:
    """Reports each time that a record comes on the screen, once, and each answer."""

    def __init__(self, uw: UserWise, feed: ContentFeed) -> None:
        self._uw = uw
        self._feed = feed
        self._shown: Key | None = None  # the record whose impression is open

    def report_shown(self, record: Record) -> None:
        """Open the impression of a record, unless it is open: a record that was held back is only there again."""
        if self._shown == key_of(record):
            return
        self._shown = key_of(record)
        self._feed.note_shown(record)
        match record:
            case Offer():
                self._uw.offers.show(record)
            case Message():
                self._uw.messages.initialize(record)

    def report_answer(self, record: Record, accepted: bool) -> bool:
        """Report an answer; False when it cannot be told, such as to an invite in the middle of another survey."""
        self.end()
        match record:
            case Offer():
                (self._uw.offers.accept if accepted else self._uw.offers.dismiss)(record)
            case Message():
                self._uw.messages.mark_viewed(record)
            case Survey():
                return self._feed.respond(record, accepted)
        return True

    def end(self) -> None:
        """The record is no longer on the screen: the next time that it is shown counts anew."""
        self._shown = None
