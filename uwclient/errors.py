"""Owns the exception tree. Every message is a sentence that says what to do; no message holds a secret.

    UserWiseError
     +- ArgumentError        a wrong argument, raised at the call (also a ValueError and a TypeError)
     +- LifecycleError       a right call at the wrong time, raised at the call (also a RuntimeError)
     +- DataError            content does not fit the class that the game wants it in, raised at the call
     +- StorageError         the disk refused, or a file on it cannot be trusted
     +- RecordError          records in a reply that cannot be used; the others were
     +- ReplyError           the platform answered with something that is not its protocol
     +- ConnectionFailed     no answer: refused, cut, timed out, not trusted
     +- ApiError             the platform answered with an error status
         +- AccessDenied     401, 403: the key, the hash or the address is not accepted
         +- RequestRejected  another 4xx (400, 404, 405, 422): trying the same again is no use
         +- Unavailable      429 and 5xx: worth trying again later

Only the first three are ever raised into the game, and StorageError by `diagnostics.export()`. The others travel as
values: in signals and in the log.
"""

from __future__ import annotations


class UserWiseError(Exception):
    """The root of everything that uwclient raises or reports."""


class ArgumentError(UserWiseError, ValueError, TypeError):
    """An argument has the wrong type or value; nothing was changed."""


class LifecycleError(UserWiseError, RuntimeError):
    """The call needs another state of the client, such as a running one."""


class DataError(UserWiseError, ValueError):
    """Content does not have the shape of the class that the game asked for, as in `event.data_as(Weekend)`.

    Attributes:
        path: where, such as "rewards[1].item_ids[0]".
        problem: what is wrong there, such as "expected int, got str".

    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class StorageError(UserWiseError):
    """The data folder cannot be used, or a file in it failed its check; the client goes on without it."""


class RecordError(UserWiseError):
    """Some records of a reply were left out because they cannot be used."""


class ReplyError(UserWiseError):
    """A reply is not JSON, or is JSON of a shape that the protocol does not have."""


class ConnectionFailed(UserWiseError):
    """No reply came: the connection was refused, cut, timed out or not trusted.

    Attributes:
        reached: whether there was a connection at all, so that another request may fare better.

    """

    def __init__(self, message: str, *, reached: bool = False) -> None:
        super().__init__(message)
        self.reached = reached


class ApiError(UserWiseError):
    """The platform answered with an error status (guide: Errors & Warnings).

    Attributes:
        status: the HTTP status code.
        errors: the platform's own error sentences.
        hints: what the platform suggests to do.
        retry_after: seconds the platform asks to wait, or None.

    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        errors: tuple[str, ...] = (),
        hints: tuple[str, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.errors = errors
        self.hints = hints
        self.retry_after = retry_after


class AccessDenied(ApiError):
    """401 or 403: the API key, the request hash or this address is not accepted."""


class RequestRejected(ApiError):
    """400, 404, 405, 422 and other 4xx: the same request would fail again."""


class Unavailable(ApiError):
    """429 or 5xx: the platform asks to come back later."""
