"""What an endpoint of the server API is: one declaration from which routing, checks, replies and OpenAPI follow.

Endpoint(
    "get_currency", "GET", "/api/v1/app_currencies/{currency_id}", "Get a currency.",
    lambda platform, call: platform.catalogue.currencies.get(call.ids["currency_id"]),
    reply=One(CURRENCY.fields),
)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uwclient.sandbox.core.collection import ListQuery
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.resource import CREATE, Field, Warn, read_fields
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.reply import Nothing, Reply
from uwclient.sandbox.services.environments.service import Environment

_PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request: its name, its content type, and its bytes."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a request says which app it is about, and which environment.

    Attributes:
        place: "query" or "body".
        app: whether `app_id` is documented.
        stage: whether `environment_stage` (a key) is documented.
        environment_id: whether `environment_id` is documented.
        required: whether what is documented must be sent.
        dev_only: whether it must be a dev environment, because only there things are changed.

    Wherever one of the two ways to name an environment is documented, the other one is taken too.
    """

    place: str = "query"
    app: bool = False
    stage: bool = False
    environment_id: bool = False
    required: bool = True
    dev_only: bool = False

    @property
    def has_environment(self) -> bool:
        """Whether requests are about an environment."""
        return self.stage or self.environment_id


APP = Scope(app=True)
"""`app_id` in the query, required."""
ANY_APP = Scope(app=True, required=False)
"""`app_id` in the query, optional."""
STAGE = Scope(app=True, stage=True)
"""`app_id` and `environment_stage` in the query."""
DEV_STAGE = Scope(app=True, stage=True, dev_only=True)
"""The same, of a dev environment."""
ENVIRONMENT_ID = Scope(environment_id=True)
"""`environment_id` in the query."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as handlers see it: checked, and without what only the frame needs.

    Attributes:
        ids: the ids in the path, by the names in braces.
        query: the parameters that `Endpoint.query` declares, those that were sent.
        body: the JSON object, dotted names spread.
        listing: what the request asks of a list.
        warn: takes a sentence for `meta.warnings`.
        own_url: the address of the sandbox, without a slash at the end.
        upload: the file of a multipart request.
        named_environment: the environment that the request is about, if it is about one.
        names_environment: whether the request itself names it; else it is the default dev environment.
        number: the number of the request, as `LoggedRequest.number`.

    """

    ids: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    listing: ListQuery
    warn: Warn
    own_url: str = ""
    upload: Upload | None = None
    named_environment: Environment | None = None
    names_environment: bool = False
    number: int = 0

    def read(self, fields: Sequence[Field]) -> dict[str, Any]:
        """The values that the body gives to fields, as `read_fields` reads them."""
        return read_fields(fields, self.body, CREATE, self.warn)

    def source(self, player_id: str, session_id: str = "") -> Source:
        """Where something comes from that a studio tells of a player; mostly, it names no session."""
        return Source(player_id, session_id, self.number)

    @property
    def environment(self) -> Environment:
        """The environment that the request is about."""
        assert self.named_environment is not None, "the endpoint's scope has no environment"  # noqa: S101
        return self.named_environment


Handler = Callable[[Platform, Call], Any]
"""Answers a request; returns what `Endpoint.reply` writes."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One documented request of the server API.

    Attributes:
        operation: its name, which is that of the table of endpoints.
        method: such as "GET".
        path: the documented one, slashes as they should be; ids stand in braces.
        text: what it does, in one sentence.
        answer: answers it.
        reply: the shape of the reply.
        status: of the reply.
        scope: where the app and the environment are named.
        query: the parameters of its own.
        body: the fields of its JSON object; None when it takes none.
        body_operation: CREATE when required fields must be there, UPDATE when each may be left out.
        needs: the fields that the body must have although each of the others may be left out.
        also: other paths by which it can be asked.
        also_methods: other methods by which it can be asked.
        uploads: whether it takes a file, as the part `media` of a multipart body.
        only_asks: whether it changes nothing, although its method is not GET.

    """

    operation: str
    method: str
    path: str
    text: str
    answer: Handler
    reply: Reply = field(default_factory=Nothing)
    status: int = 200
    scope: Scope = field(default_factory=Scope)
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] | None = None
    body_operation: str = CREATE
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    also_methods: tuple[str, ...] = ()
    uploads: bool = False
    only_asks: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths by which it can be asked, the documented one first."""
        return (self.path, *self.also)

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.method != "GET" and not self.only_asks

    @property
    def id_names(self) -> tuple[str, ...]:
        """The names of the ids in its path."""
        return tuple(_PLACEHOLDER.findall(self.path))
