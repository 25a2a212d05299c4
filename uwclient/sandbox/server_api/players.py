"""Players: their data, segments, outcomes, e-mail address and device tokens; erasing all of it.

(Sections Player Data, Player Segments, Player Engagement Outcome, Emails and Push Notifications.) A player is known
by the first session, assignment, token or address.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from uwclient.sandbox.core.errors import NotFound
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.core.times import parse_iso
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import STAGE, Call, Endpoint, Scope
from uwclient.sandbox.server_api.player_assignments import PLAYER_PATHS
from uwclient.sandbox.server_api.reply import Many, One, Says
from uwclient.sandbox.server_api.segments import SEGMENT_FIELDS, complete
from uwclient.sandbox.services.emails.addresses import check_address
from uwclient.sandbox.services.outcomes.models import OUTCOME_TYPES
from uwclient.sandbox.services.push.models import PUSH_PLATFORMS

_PLAYER = "appuser_external_id"
_V2 = f"/api/v2/appusers/{{{_PLAYER}}}"
_EMAIL = "/api/v2/appusers/{external_id}/email_address"
_TOKENS = "/api/v2/appusers/{external_id}/push_notifications/device_tokens"
_PLAYER_FIELDS = (
    Field("id", "text", "The player's id, which is your own."),
    Field("last_login", "text", "When the last session started."),
    Field("traits", "object", "The attributes."),
    Field(
        "environment_details",
        "object",
        "The player in one environment.",
        fields=(
            Field("id", "text", "The environment."),
            Field("name", "text", "Its name."),
            Field("type", "text", "Its type."),
            Field("key", "text", "Its key."),
            Field("last_known_matching_segments", "texts", "The segments of the last session there."),
            Field("num_sessions", "integer", "How many sessions the player had there."),
        ),
    ),
    Field("has_email_address_registered", "boolean", "Whether there is an e-mail address."),
    Field("has_push_notification_tokens_registered", "boolean", "Whether there is a device token."),
)
_OUTCOME = (
    Field("engagement_outcome_key", "word", "What came of it.", required=True, empty=True),
    Field("engagement_outcome_type", "text", "Of what.", required=True, choices=OUTCOME_TYPES, empty=True),
    Field("journey_id", "text", "The only journey that it may advance."),
    Field("journey_step_id", "text", "The only step that it may advance."),
)
_ADDRESS = (Field("email_address", "word", "The player's address.", required=True, empty=True, check=check_address),)
_TOKEN = (Field("device_token", "word", "The device's token.", required=True, empty=True),)
_REGISTER = (
    *_TOKEN,
    Field("notification_platform", "text", "apns or fcm.", required=True, choices=PUSH_PLATFORMS, empty=True),
)
_OPT_OUT = (
    Field("opt_out", "boolean", "Whether the player is to have no e-mails any more."),
    Field("session_id", "text", "The same, where it is `true`: so it is documented."),
)


def _get(platform: Platform, call: Call) -> dict[str, Any]:
    player_id, environment = _known_player(platform, call), call.environment
    sessions = platform.sessions.of_player(player_id)
    there = [one for one in sessions if one.environment_id == environment.id]
    return {
        "id": player_id,
        "last_login": sessions[-1].started_at.isoformat(timespec="seconds") if sessions else None,
        "traits": _traits(platform, player_id),
        "environment_details": {
            "id": environment.id,
            "name": platform.environments.crud.get(environment.id)["name"],
            "type": environment.type,
            "key": environment.key,
            "last_known_matching_segments": list(there[-1].segment_ids) if there else [],
            "num_sessions": len(there),
        },
        "has_email_address_registered": platform.emails.of_player(player_id).address is not None,
        "has_push_notification_tokens_registered": bool(platform.push.tokens(player_id)),
    }


def _traits(platform: Platform, player_id: str) -> dict[str, Any]:
    """The attributes of a player; datetimes are printed in UTC, with milliseconds."""
    types = platform.players.attribute_types(player_id)
    values = platform.players.attributes(player_id)
    return {name: _printed(value) if types[name] == "datetime" else value for name, value in values.items()}


def _printed(text: str) -> str:
    moment = parse_iso(text)
    if moment is None:
        return text
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _segments(platform: Platform, call: Call) -> list[dict[str, Any]]:
    player_id, environment_id = _known_player(platform, call), call.environment.id
    return [
        complete(platform, platform.segments.get(environment_id, one.id))
        for one in platform.segments.of(environment_id, player_id)
    ]


def _known_player(platform: Platform, call: Call) -> str:
    """The player whom the path names. NotFound when nothing is known of one."""
    player_id = call.ids[_PLAYER]
    if not platform.players.is_known(player_id):
        raise NotFound(f"There is no player {player_id!r}.")
    return player_id


def _register_outcome(platform: Platform, call: Call) -> None:
    given = call.read(_OUTCOME)
    key, outcome_type = given["engagement_outcome_key"], given["engagement_outcome_type"]
    filters = {name: given[name] for name in ("journey_id", "journey_step_id") if given.get(name)}
    platform.outcomes.assign(call.source(call.ids[_PLAYER]), key, outcome_type, **filters)


def _set_address(platform: Platform, call: Call) -> None:
    address = call.read(_ADDRESS)["email_address"]
    platform.emails.set(call.source(call.ids["external_id"]), address)


def _delete_address(platform: Platform, call: Call) -> None:
    opt_out = call.query.get("opt_out", False) or call.query.get("session_id", "").lower() == "true"
    platform.emails.delete(call.source(call.ids["external_id"]), opt_out=opt_out)


def _register_token(platform: Platform, call: Call) -> None:
    given = call.read(_REGISTER)
    token, push_platform = given["device_token"], given["notification_platform"]
    platform.push.register_token(call.source(call.ids["external_id"]), token, push_platform)


def _deregister_token(platform: Platform, call: Call) -> None:
    token = call.read(_TOKEN)["device_token"]
    platform.push.deregister_token(call.source(call.ids["external_id"]), token)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "get_player",
        "GET",
        PLAYER_PATHS[0],
        "Get what is known of a player, and of their sessions in one environment.",
        _get,
        One(_PLAYER_FIELDS),
        scope=Scope(stage=True),
        also=(PLAYER_PATHS[1],),
    ),
    Endpoint(
        "delete_player_data",
        "DELETE",
        f"{PLAYER_PATHS[0]}/data",
        "Erase all that is kept of a player; it cannot be brought back.",
        lambda platform, call: platform.backend.erasure.erase(call.ids[_PLAYER]),
        Says("Successfully deleted all player data."),
        also=(f"{PLAYER_PATHS[1]}/data",),
    ),
    Endpoint(
        "get_player_segments",
        "GET",
        f"{_V2}/segments",
        "List the segments of an environment that a player is in now.",
        _segments,
        Many(SEGMENT_FIELDS),
        scope=STAGE,
    ),
    Endpoint(
        "register_player_outcome",
        "POST",
        f"{_V2}/engagements/outcomes",
        "Tell what came of a message, an offer or the like; it may advance journeys.",
        _register_outcome,
        status=204,
        body=_OUTCOME,
    ),
    Endpoint(
        "set_player_email",
        "PUT",
        _EMAIL,
        "Set a player's e-mail address; that ends an opt-out.",
        _set_address,
        status=204,
        body=_ADDRESS,
    ),
    Endpoint(
        "delete_player_email",
        "DELETE",
        _EMAIL,
        "Remove a player's e-mail address, if there is one; with an opt-out, no e-mails are sent any more.",
        _delete_address,
        status=204,
        query=_OPT_OUT,
    ),
    Endpoint(
        "register_device_token",
        "POST",
        f"{_TOKENS}/register",
        "Register a device for push notifications.",
        _register_token,
        status=204,
        body=_REGISTER,
    ),
    Endpoint(
        "deregister_device_token",
        "POST",
        f"{_TOKENS}/deregister",
        "Remove a device, if it is there.",
        _deregister_token,
        status=204,
        body=_TOKEN,
    ),
)
