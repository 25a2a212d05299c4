"""Segments (section Segments): edited in dev, and copied to other environments by what is shared there."""

from __future__ import annotations

from collections.abc import Iterable

from uwclient.sandbox.core.apps import APP_FIELD
from uwclient.sandbox.core.collection import ListQuery, Page, Row
from uwclient.sandbox.core.errors import NotFound, did_you_mean
from uwclient.sandbox.core.resource import CREATE, NEVER, UPDATE, Field
from uwclient.sandbox.http.replies import ApiError
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import STAGE, Call, Endpoint, Scope
from uwclient.sandbox.server_api.listing import page_with
from uwclient.sandbox.server_api.reading import IN_PAGES, without
from uwclient.sandbox.server_api.reply import Many, One, Says
from uwclient.sandbox.services.environments.service import Environment
from uwclient.sandbox.services.segments.rules import SEGMENT

_COMPUTED = (
    APP_FIELD,
    Field(
        "audience_stats",
        "object",
        "How many of its players were there lately.",
        when=NEVER,
        fields=(
            Field("trailing_30d_active_user_count", "integer", "In the last 30 days."),
            Field("trailing_7d_active_user_count", "integer", "In the last 7 days."),
        ),
    ),
    Field("state", "text", "The furthest type of environment that has it.", when=NEVER),
)
SEGMENT_FIELDS = (*SEGMENT.fields, *_COMPUTED)
"""What clients see of a segment."""
_PATH = "/api/v1/segments"
_ITEM = f"{_PATH}/{{segment_id}}"
_ANYWHERE = Scope(app=True, stage=True, required=False)
_IDS = (
    Field("id", "text", "The segment, where the path does not say it."),
    Field("segment_id", "text", "The same."),
)


def complete(platform: Platform, row: Row) -> Row:
    """A segment with all that clients see of it."""
    return {
        **row,
        "app_id": APP_FIELD.default,
        "audience_stats": platform.segments.audience_stats(row["environment_id"], row["id"]),
        "state": platform.segments.furthest_state(row["id"]),
    }


def _list(platform: Platform, call: Call) -> Page:
    def find(listing: ListQuery) -> Page:
        return platform.segments.page(call.environment.id, listing)

    computed = [field.name for field in _COMPUTED]
    return page_with(call.listing, computed, find, lambda row: complete(platform, row))


def _get(platform: Platform, call: Call) -> Row:
    segment_id = call.ids["segment_id"]
    home = _home(platform, call, segment_id, platform.environments.all())
    return complete(platform, platform.segments.get(home.id, segment_id))


def _create(platform: Platform, call: Call) -> Row:
    return complete(platform, platform.segments.create(call.environment.id, call.body, call.warn))


def _update(platform: Platform, call: Call) -> Row:
    segment_id = _segment_meant(platform, call)
    home = _home(platform, call, segment_id, _dev_environments(platform))
    body = without(call.body, ("id", "segment_id"))
    return complete(platform, platform.segments.update(home.id, segment_id, body, call.warn))


def _delete(platform: Platform, call: Call) -> None:
    """A segment goes everywhere, unless one environment is named: then only there."""
    segment_id = call.ids["segment_id"]
    _home(platform, call, segment_id, platform.environments.all())
    places = [call.environment] if call.names_environment else platform.environments.all()
    for environment in places:
        if platform.releases.latest(segment_id, environment.id) is not None:
            platform.releases.delete(segment_id, environment.id)
        if platform.segments.find(environment.id, segment_id) is not None:
            platform.segments.delete(environment.id, segment_id)


def _home(platform: Platform, call: Call, segment_id: str, places: Iterable[Environment]) -> Environment:
    """The environment whose copy of a segment is meant: the named one, else the first that has it, dev before others.

    NotFound when there is none.
    """
    if call.names_environment:
        platform.segments.get(call.environment.id, segment_id)
        return call.environment
    for environment in sorted(places, key=lambda one: (one != call.environment, one.has_players)):
        if platform.segments.find(environment.id, segment_id) is not None:
            return environment
    known = [row["id"] for row in platform.segments.all(call.environment.id)]
    raise NotFound(f"There is no segment {segment_id!r}{did_you_mean(segment_id, known)}.")


def _segment_meant(platform: Platform, call: Call) -> str:
    """The id of the segment to update: from the path, the query or the body, else the only one of that name."""
    for given in (call.ids, call.query, call.body):
        for name in ("segment_id", "id"):
            if isinstance(given.get(name), str) and given[name]:
                return str(given[name])
    wanted = call.body.get("name")
    named = [row["id"] for row in _editable(platform, call) if wanted and row["name"] == wanted]
    if len(named) == 1:
        return str(named[0])
    how_many = f"{len(named)} of them are called {wanted!r}" if wanted else "it has no id and no name"
    raise ApiError(
        400,
        f"The request does not say which segment is meant: {how_many}.",
        f"Send PUT {_PATH}/ID, or id as a query parameter or in the body.",
    )


def _editable(platform: Platform, call: Call) -> list[Row]:
    places = [call.environment] if call.names_environment else _dev_environments(platform)
    return [row for one in places for row in platform.segments.all(one.id)]


def _dev_environments(platform: Platform) -> list[Environment]:
    return [one for one in platform.environments.all() if not one.has_players]


def _writable(operation: str) -> tuple[Field, ...]:
    return tuple(field for field in SEGMENT.fields if operation in field.when)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_segments",
        "GET",
        _PATH,
        "List the segments of an environment.",
        _list,
        Many(SEGMENT_FIELDS),
        scope=STAGE,
        query=(IN_PAGES,),
    ),
    Endpoint("get_segment", "GET", _ITEM, "Get one segment.", _get, One(SEGMENT_FIELDS), scope=_ANYWHERE),
    Endpoint(
        "create_segment",
        "POST",
        _PATH,
        "Create a segment.",
        _create,
        One(SEGMENT_FIELDS),
        status=201,
        scope=Scope("body", app=True, stage=True, dev_only=True),
        body=_writable(CREATE),
    ),
    Endpoint(
        "update_segment",
        "PUT",
        _PATH,
        "Update fields of one segment; each is replaced as a whole.",
        _update,
        One(SEGMENT_FIELDS),
        scope=Scope(app=True, stage=True, required=False, dev_only=True),
        query=_IDS,
        body=(*_writable(UPDATE), *_IDS),
        body_operation=UPDATE,
        also=(_ITEM,),
    ),
    Endpoint(
        "delete_segment",
        "DELETE",
        _ITEM,
        "Delete one segment; campaigns that name it keep its id, and nobody is in it.",
        _delete,
        Says("Successfully deleted Segment."),
        scope=_ANYWHERE,
    ),
)
