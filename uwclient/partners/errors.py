"""What a call of a partner raises.

    UserWiseError
     +- ArgumentError             a wrong argument; nothing was sent
     |   +- PageLimit             Pico: more records than a page may have
     |   +- PeriodTooLong         Shoplive: more than one week
     +- ConnectionFailed          no reply
     +- ReplyError                a reply that is not the partner's, or does not fit its documents
     +- DataError                 an event that does not fit its documents (GrowSurf)
     +- ApiError
         +- PartnerError          a reply that says that the request has failed
             +- AccessRefused       401 or 403: the key or the token is not accepted
             +- NotFound            404: there is no such record
             +- TooManyRequests     429: slower, please
             +- PartnerFailed       5xx: the partner has failed
             +- those of CrowdTwist, by its own codes (`uwclient.partners.crowdtwist`)

No message has a key, a token, an e-mail address or the id of a person in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uwclient.errors import ApiError, ArgumentError


class PageLimit(ArgumentError):
    """A page of participants has from 1 to 50 of them, and an offset of 0 or more (Pico: Game Performance Data)."""


class PeriodTooLong(ArgumentError):
    """One call may be about one week at most (Shoplive: Retrieve campaign stats)."""


class PartnerError(ApiError):
    """A reply that says that the request has failed.

    Attributes:
        partner: such as "Pico".
        status: the HTTP status code.
        code: the partner's machine-readable code; "" when it has none.
        errors: the partner's reasons, in its words, without keys and e-mail addresses.
        retry_after: the seconds that the partner asks to wait, or None.

    """

    advice = "Its documents have no such status: check the host."

    def __init__(
        self,
        message: str,
        *,
        partner: str = "",
        status: int = 0,
        code: str = "",
        errors: tuple[str, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status=status, errors=errors, retry_after=retry_after)
        self.partner = partner
        self.code = code


class AccessRefused(PartnerError):
    """401 or 403: the key or the token is not accepted."""

    advice = "The key or the token is not accepted: check what the client was given."


class NotFound(PartnerError):
    """404: there is no such record."""

    advice = "There is no such record: check the ids."


class TooManyRequests(PartnerError):
    """429: too many requests in a short time."""

    advice = "Too many requests: try again later."


class PartnerFailed(PartnerError):
    """5xx: the partner has failed."""

    advice = "The partner has failed: try again later."


_BY_STATUS: Mapping[int, type[PartnerError]] = MappingProxyType(
    {401: AccessRefused, 403: AccessRefused, 404: NotFound, 429: TooManyRequests}
)


def kind_of(status: int) -> type[PartnerError]:
    """Return the exception of an HTTP status."""
    return PartnerFailed if status >= 500 else _BY_STATUS.get(status, PartnerError)
