"""Owns the exception tree. Every message is a sentence that says what to do; no message holds a secret.

    UserWiseError
     +- ArgumentError        a wrong argument, raised at the call (also a ValueError and a TypeError)
     +- LifecycleError       a right call at the wrong time, raised at the call (also a RuntimeError)
     +- DataError            content does not fit the class that the game wants it in, raised at the call
     +- StorageError         the disk refused, or a file on it cannot be trusted
     +- RecordError          records in a reply that cannot be used; the others were
     +- ReplyError           what came is not the platform's protocol: worth trying again
     +- ConnectionFailed     no reply: refused, cut, timed out, not trusted: worth trying again
     +- ApiError             a reply with another status than was hoped for
         +- AccessDenied     the platform says 401 or 403: the key, the hash or the address is not accepted
         +- RequestRejected  the platform says another 4xx (400, 404, 405, 422): trying the same again is no use
         +- Unavailable      429, 5xx, and what only others than the platform send: worth trying again later

The platform says why it refuses, in `errors`. A 4xx without that, such as a gateway's page, is Unavailable.

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
    """A reply is not JSON, is JSON of a shape that the protocol does not have, or is larger than a reply may be.

    Somebody on the way may have sent it, such as a sign-in page; so nothing is given up for it.
    """


class ConnectionFailed(UserWiseError):
    """No reply came: the connection was refused, cut, timed out or not trusted.

    Attributes:
        reached: whether there was a connection at all, so that another request may fare better.

    """

    def __init__(self, message: str, *, reached: bool = False) -> None:
        super().__init__(message)
        self.reached = reached


class ApiError(UserWiseError):
    """A reply with a status that is no success (guide: Errors & Warnings).

    Attributes:
        status: the HTTP status code.
        errors: the platform's own error sentences, without keys, the player's id and e-mail addresses.
        hints: what the platform suggests to do, in the same way.
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
    """The platform says 401 or 403: the API key, the request hash or this address is not accepted."""


class RequestRejected(ApiError):
    """The platform says 400, 404, 405, 422 or another 4xx: the same request would fail again."""


class Unavailable(ApiError):
    """429 or 5xx, or no answer of the platform at all: a redirect, a gateway's refusal. It is tried again later."""
