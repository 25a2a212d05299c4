"""The exceptions. Every message is a sentence that says what to do; no message contains a secret.

    UserWiseError
     +- ArgumentError        a wrong argument, raised at the call (also a ValueError and a TypeError)
     +- LifecycleError       a right call at the wrong time, raised at the call (also a RuntimeError)
     +- DataError            content does not fit the class that it is converted to, raised at the call
     +- StorageError         the disk has failed, or a file on it is damaged
     +- RecordError          some records of a reply cannot be used; the others are
     +- ReplyError           a reply is not in the platform's protocol; the request is retried
     +- ConnectionFailed     no reply: refused, cut, timed out, not trusted; the request is retried
     +- SignatureError       a webhook does not come from the platform, raised at the call of a backend
     +- ApiError             a reply with an error status
         +- AccessDenied     401 or 403 from the platform: the key, the request hash or this address is not accepted
         +- RequestRejected  another 4xx from the platform (400, 404, 405, 422): the same request would fail again
         +- Unavailable      429, 5xx, and replies of others than the platform; the request is retried later

The platform gives its reasons in `errors`. A 4xx without them, such as a gateway's page, is Unavailable.

Only the first three are ever raised into the game, and StorageError by `diagnostics.export()`. The others are passed
as values, in signals and in the log; SignatureError is for backends (`uwclient.webhooks`).
"""

from __future__ import annotations


class UserWiseError(Exception):
    """The base of all exceptions that uwclient raises or reports."""


class ArgumentError(UserWiseError, ValueError, TypeError):
    """An argument has the wrong type or value; nothing was changed."""


class LifecycleError(UserWiseError, RuntimeError):
    """The call needs another state of the client, such as a running one."""


class DataError(UserWiseError, ValueError):
    """Content does not fit the class that it is converted to, as in `event.data_as(Weekend)`.

    Attributes:
        path: the place in the content, such as "rewards[1].item_ids[0]".
        problem: what is wrong there, such as "expected int, got str".

    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class StorageError(UserWiseError):
    """The data folder cannot be used, or a file in it is damaged; the client continues without it."""


class RecordError(UserWiseError):
    """Some records of a reply cannot be used; they are left out."""


class ReplyError(UserWiseError):
    """A reply is not JSON, is not in the platform's protocol, or is too large.

    It may come from elsewhere, such as the sign-in page of a network; so the request is retried.
    """


class ConnectionFailed(UserWiseError):
    """No reply came: the connection was refused, cut, timed out or not trusted.

    Attributes:
        reached: whether a connection was established, so that another request may succeed.

    """

    def __init__(self, message: str, *, reached: bool = False) -> None:
        super().__init__(message)
        self.reached = reached


class SignatureError(UserWiseError):
    """A webhook does not come from the platform, or what it says is no event; tell its sender nothing of it."""


class ApiError(UserWiseError):
    """A reply with an error status (guide: Errors & Warnings).

    Attributes:
        status: the HTTP status code.
        errors: the platform's error sentences; keys, the player's id and e-mail addresses are removed.
        hints: the platform's suggestions, cleaned in the same way.
        retry_after: the number of seconds that the platform asks to wait, or None.

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
    """429 or 5xx, or a reply that is not the platform's, such as a redirect; the request is retried later."""
