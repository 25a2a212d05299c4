"""What the resources of the server API are built on: they send calls, and read the replies as records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from uwclient.errors import ReplyError
from uwclient.server_api.body import Json, Payload, given
from uwclient.server_api.caller import NOTHING, Caller, Told
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record, read, read_several
from uwclient.server_api.scope import Scope

R = TypeVar("R", bound=Record)


class Resource:
    """One part of the API, such as campaigns.

    Args:
        caller: sends the calls.
        scope: the app and the environment that they are for.

    """

    def __init__(self, caller: Caller, scope: Scope) -> None:
        self._caller = caller
        self._scope = scope

    def _tell(self, endpoint: str, body: Json | None = None, query: Json | None = None, **ids: str) -> Told:
        """Send a call whose reply has nothing that anybody needs."""
        payload = NOTHING if body is None else Payload.of(body)
        return self._caller.call(endpoint, ids, query or {}, payload)

    def _one(self, cls: type[R], endpoint: str, body: Json | None = None, query: Json | None = None, **ids: str) -> R:
        """Send a call, and return the record of its reply."""
        told = self._tell(endpoint, body, query, **ids)
        return read(cls, told.data, told.place)

    def _list(
        self,
        cls: type[R],
        endpoint: str,
        query: Json | None = None,
        *,
        page_size: int | None = None,
        size_name: str = "page_size",
        **ids: str,
    ) -> Pages[R]:
        """Return a list that is asked for when it is used."""

        def ask(number: int | None, size: int | None) -> Told:
            paging = given(**{"page": number, size_name: size})
            return self._caller.call(endpoint, ids, {**(query or {}), **paging})

        return Pages(cls, ask, page_size)

    def _by_app(self, cls: type[R], endpoint: str) -> Mapping[str, tuple[R, ...]]:
        """Send a call whose reply has a list for each app."""
        told = self._caller.call(endpoint, {}, {})
        if not isinstance(told.data, dict):
            raise ReplyError(f"{told.place} was answered without a list for each app: check the host.")
        return {app: read_several(cls, listed, f"{told.place}.{app}") for app, listed in told.data.items()}


def merged(fields: Json, extra: Json | None) -> dict[str, Any]:
    """Return the fields of a body, with those beyond the documentation that the caller has asked for."""
    return {**fields, **(extra or {})}
