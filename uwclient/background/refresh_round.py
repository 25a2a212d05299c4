"""One refresh of content, kind by kind: what is still to be loaded, and what a failure means for the rest of it.

Runs on the worker.
"""

from __future__ import annotations

from enum import Enum

from uwclient.background.loading import ContentLoader
from uwclient.errors import AccessDenied, ConnectionFailed, RequestRejected, Unavailable, UserWiseError
from uwclient.models.content import Kind

CUTS_IN_A_ROW = 2
"""The number of cut or timed out connections in a row after which the rest of a refresh is left to the next one."""


class Went(Enum):
    """How the load of one kind went."""

    LOADED = "loaded"
    FAILED = "failed"  # the other kinds may fare better
    INTERRUPTED = "interrupted"  # none of them would, or not now
    DROPPED = "dropped"  # meanwhile the session has ended; an action was refused in it
    SESSION_REFUSED = "session refused"  # it was not the kind that was refused


class RefreshRound:
    """The kinds that the refresh under way has still to load. Those that had no turn come first in the next one.

    Attributes:
        failure: of a kind, in the refresh under way; the last one.
        is_session_doubted: whether the platform has just refused something else in the session.

    """

    def __init__(self, loader: ContentLoader) -> None:
        self._loader = loader
        self._pending: list[Kind] = []
        self._order = list(Kind)
        self._cuts = 0  # how many connections in a row were cut
        self.failure: UserWiseError | None = None
        self.is_session_doubted = False

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to be loaded."""
        return bool(self._pending)

    def has_still(self, kind: Kind) -> bool:
        """Whether this kind is still to be loaded."""
        return kind in self._pending

    def start(self) -> None:
        """Have every kind loaded."""
        self._pending = list(self._order)
        self._cuts = 0
        self.failure = None

    def load_next(self, session_id: str) -> tuple[Went, UserWiseError | None]:
        """Load the next kind; how that went, and what came instead of content."""
        kind = self._pending[0]
        error = self._loader.load(kind, session_id)
        if not self._pending:
            return Went.DROPPED, None
        # A platform may have no campaigns at all: that neither doubts the session nor fails the refresh.
        has_none = kind is Kind.CAMPAIGNS and isinstance(error, RequestRejected)
        if self.is_session_doubted and isinstance(error, RequestRejected) and not has_none:
            return Went.SESSION_REFUSED, error
        self.is_session_doubted = False
        self._cuts = self._cuts + 1 if isinstance(error, ConnectionFailed) else 0
        if error is not None and (concerns_all(error) or self._cuts == CUTS_IN_A_ROW):
            return Went.INTERRUPTED, error
        self._pending.pop(0)
        if error is None:
            return Went.LOADED, None
        self.failure = self.failure if has_none else error
        self._loader.fail(kind, error)
        return Went.FAILED, error

    def interrupt(self, error: UserWiseError) -> None:
        """What was still to be loaded has failed, and is first next time."""
        for kind in self._pending or Kind:
            self._loader.fail(kind, error)
        untried = self._pending[1:]
        self._order = untried + [kind for kind in self._order if kind not in untried]
        self._pending = []

    def drop(self) -> None:
        """Load nothing more."""
        self._pending = []


def concerns_all(error: UserWiseError) -> bool:
    """Whether other requests would fare no better now."""
    if isinstance(error, ConnectionFailed):
        return not error.reached
    if isinstance(error, Unavailable):
        return error.status == 429 or error.retry_after is not None
    return isinstance(error, AccessDenied)
