"""Owns what the game has asked the platform, on its way there.

Runs on the worker. Unlike what a player does, a question is not kept: without a session it fails at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from uwclient.errors import ConnectionFailed, ReplyError, RequestRejected, UserWiseError
from uwclient.models.notices import Answered, Notice
from uwclient.models.queries import Answer, Query
from uwclient.wire.queries import answer_in, other_request_for, request_for
from uwclient.wire.session_api import SessionApi


class QueryRunner:
    """Owns the questions that wait for the first word on the session; each is answered once."""

    def __init__(self, api: SessionApi, post: Callable[[Notice], None]) -> None:
        self._api = api
        self._post = post
        self._session_id: str | None = None
        self._waiting: deque[tuple[int, Query]] = deque()
        self._under_way: int | None = None
        self._knows_session = False

    def use_session(self, session_id: str | None) -> None:
        """A session was opened, or there is none; what waited for that is asked now."""
        self._session_id = session_id
        self._knows_session = True
        while self._waiting:
            self.ask(*self._waiting.popleft())

    def recover(self) -> None:
        """After a fault of uwclient's own in a question: it and those behind it are answered all the same."""
        if self._under_way is not None:
            answer = Answer(error=UserWiseError("uwclient could not ask; the log says why."))
            for ticket in (self._under_way, *(waiting for waiting, _ in self._waiting)):
                self._post(Answered(ticket, answer))
            self._under_way = None
            self._waiting.clear()

    def ask(self, ticket: int, ask: Query) -> None:
        """Ask; Answered(ticket, …) tells what came of it."""
        if not self._knows_session:
            self._waiting.append((ticket, ask))
        else:
            self._under_way = ticket
            answer = self._answer(ask)
            self._under_way = None
            self._post(Answered(ticket, answer))

    def _answer(self, ask: Query) -> Answer:
        if self._session_id is None:
            return Answer(error=ConnectionFailed("There is no session with the platform now."))
        told = self._api.act(request_for(ask), self._session_id)
        other = other_request_for(ask)
        if other is not None and isinstance(told, RequestRejected) and told.status == 404:
            told = self._api.act(other, self._session_id)
        if isinstance(told, UserWiseError):
            return Answer(error=told)
        try:
            return Answer(answer_in(ask, told))
        except ReplyError as error:
            return Answer(error=error)
