"""Sends the game's queries to the platform.

It runs on the worker. Unlike actions, queries are not kept: without a session they fail at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from uwclient.errors import ConnectionFailed, ReplyError, RequestRejected, UserWiseError
from uwclient.models.notices import Answered, Notice
from uwclient.models.queries import Answer, Query
from uwclient.wire.queries import fallback_request_for, parse_answer, request_for
from uwclient.wire.session_api import SessionApi


class QueryRunner:
    """Holds the queries that wait until it is known whether a session opens; each is answered once."""

    def __init__(self, api: SessionApi, post: Callable[[Notice], None]) -> None:
        self._api = api
        self._post = post
        self._session_id: str | None = None
        self._waiting: deque[tuple[int, Query]] = deque()
        self._under_way: int | None = None
        self._knows_session = False

    def use_session(self, session_id: str | None) -> None:
        """Set the session, None when there is none, and send the waiting queries."""
        self._session_id = session_id
        self._knows_session = True
        while self._waiting:
            self.ask(*self._waiting.popleft())

    def recover(self) -> None:
        """Answer the current query and the waiting ones with an error, after a bug in uwclient."""
        if self._under_way is not None:
            answer = Answer(error=UserWiseError("The query failed in an unexpected way; the log has the details."))
            for ticket in (self._under_way, *(waiting for waiting, _ in self._waiting)):
                self._post(Answered(ticket, answer))
            self._under_way = None
            self._waiting.clear()

    def ask(self, ticket: int, ask: Query) -> None:
        """Send a query; Answered(ticket, …) is posted with the result."""
        if not self._knows_session:
            self._waiting.append((ticket, ask))
        else:
            self._under_way = ticket
            answer = self._answer(ask)
            self._under_way = None
            self._post(Answered(ticket, answer))

    def _answer(self, ask: Query) -> Answer:
        if self._session_id is None:
            return Answer(error=ConnectionFailed("No session with the platform is open; try again when it is."))
        told = self._api.act(request_for(ask), self._session_id)
        other = fallback_request_for(ask)
        if other is not None and isinstance(told, RequestRejected) and told.status == 404:
            told = self._api.act(other, self._session_id)
        if isinstance(told, UserWiseError):
            return Answer(error=told)
        try:
            return Answer(parse_answer(ask, told))
        except ReplyError as error:
            return Answer(error=error)
