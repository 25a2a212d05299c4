"""What a call of the server API raises: one exception for each status that the documentation has (Errors & Warnings).

    UserWiseError
     +- ArgumentError              a wrong argument; nothing was sent
     +- ConnectionFailed           no reply; `reached` says whether the platform may have got the request
     +- ReplyError                 a reply that is not the platform's, too large, or without what was asked for
     +- BulkStopped                a call for many players that stopped after some of them
     +- ApiError
         +- ServerApiError         a reply with an error status
             +- BadRequest           400: the request is malformed
             +- Unauthorized         401: the API key is not accepted
             +- Forbidden            403: the request hash or this address is not accepted
             +- NotFound             404: there is no such record
             +- MethodNotAllowed     405: there is no such call
             +- Unprocessable        422: a field, or what it names, is not accepted
             +- TooManyRequests      429: slower, please
             +- ServerError          500: the platform has failed
             +- ServiceUnavailable   503: the platform does not serve now

Other statuses, such as 502 of a gateway, are a ServerApiError. No message has a key, a hash or a query in it.
"""

from __future__ import annotations

from uwclient.errors import ApiError, UserWiseError


class ServerApiError(ApiError):
    """A reply with an error status.

    Attributes:
        status: the HTTP status code.
        errors: the platform's reasons, in its words; keys and e-mail addresses are hidden.
        hints: its suggestions.
        warnings: what else it remarks.
        method: the HTTP method of the request.
        path: its path, without the query.
        retry_after: the seconds that the platform asks to wait, or None.

    """

    advice = "The request was not carried out."

    def __init__(
        self,
        message: str,
        *,
        status: int,
        method: str = "",
        path: str = "",
        errors: tuple[str, ...] = (),
        hints: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status=status, errors=errors, hints=hints, retry_after=retry_after)
        self.method = method
        self.path = path
        self.warnings = warnings


class BadRequest(ServerApiError):
    """400: the request is malformed, such as one without a required parameter."""

    advice = "The request is malformed: check the parameters of the call."


class Unauthorized(ServerApiError):
    """401: the API key is missing or wrong."""

    advice = "The API key is not accepted: use the key from the API settings page of the app."


class Forbidden(ServerApiError):
    """403: the request hash is wrong, or this machine's address is not on the list of allowed ones."""

    advice = (
        "The request hash or this machine's address is not accepted: check secret_key, and the IP whitelist of the "
        "company."
    )


class NotFound(ServerApiError):
    """404: there is no record with this id."""

    advice = "There is no such record: check the id, the app and the environment."


class MethodNotAllowed(ServerApiError):
    """405: the path exists, and has no such method."""

    advice = "The platform does not offer this call there: check the host and its version."


class Unprocessable(ServerApiError):
    """422: a field, or what it refers to, is not accepted."""

    advice = "A field is not accepted: check the values, the app and the environment."


class TooManyRequests(ServerApiError):
    """429: too many requests in a short time; `retry_after` may say when to come back."""

    advice = "Too many requests: send fewer at a time, and try again later."


class ServerError(ServerApiError):
    """500: the platform has failed."""

    advice = "The platform has failed: try again later."


class ServiceUnavailable(ServerApiError):
    """503: the platform does not serve requests now."""

    advice = "The platform does not serve requests now: try again later."


class BulkStopped(UserWiseError):
    """A call for many players has stopped after some of them; `__cause__` is why.

    Attributes:
        done: how many players, from the first on, are done. Call again with the others.

    """

    def __init__(self, message: str, *, done: int) -> None:
        super().__init__(message)
        self.done = done


BY_STATUS: dict[int, type[ServerApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    422: Unprocessable,
    429: TooManyRequests,
    500: ServerError,
    503: ServiceUnavailable,
}
"""The exception of each documented status."""
