"""Makes what webhooks tell of happen, as a player's client would: by requests to the session API.

What there is already is used: the first message, offer or survey that the player sees. Without one, one is published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from uwclient.sandbox.app import BASE_PATH
from uwclient.sandbox.core.errors import FieldError, UnknownRecordError, did_you_mean
from uwclient.sandbox.core.request_hash import request_hash
from uwclient.sandbox.sandbox import Sandbox

_HOST = "http://127.0.0.1"
_MADE = "webhook-trigger"
"""How the ids begin of what is published here."""
_EVENT = {"type": "event_trigger", "logic": {"external_event_id": _MADE, "event_attributes": []}}
_JOURNEY = {
    "id": f"{_MADE}-journey",
    "entry_rules": {"rules": [{"entry_strategy": "player_action", "entry_strategy_config": _EVENT}]},
    "reenrollment_rules": {"allowed": True},
    "steps": [{"id": f"{_MADE}-exit", "type": "exit"}],
}
"""A journey that players enter, advance in and leave with one event."""


class ScriptedPlayer:
    """A player's session with a sandbox, by the requests of the session API.

    Args:
        sandbox: whose player it is.
        player_id: the player.
        environment: the stage in which the session starts.

    Raises:
        ValueError: the sandbox refuses a request; the message says why.

    """

    def __init__(self, sandbox: Sandbox, player_id: str, environment: str) -> None:
        self.sandbox = sandbox
        self.id = player_id
        self._session = ""
        reply = self._ask("GET", "", {"environment_stage": environment})
        self._session = f"&session_id={reply['session_id']}"

    def get(self, path: str) -> dict[str, Any]:
        """The reply to a GET."""
        return self._ask("GET", path)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The reply to a POST."""
        return self._ask("POST", path, body)

    def sees(self, kind: str, **fields: Any) -> str:
        """The id of the first content of a kind that the player sees; without any, something is published."""
        for _ in range(2):
            active = self.get(f"/{'get_surveys' if kind == 'surveys' else kind}")["active"]
            if active:
                return str(active[0]["id"])
            self.sandbox.publish(kind, id=f"{_MADE}-{kind}", **fields)
        raise ValueError(f"The player sees no {kind}: {_MADE}-{kind} is not for them.")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        sandbox = self.sandbox
        url = f"{_HOST}{BASE_PATH}/appusers/{quote(self.id, safe='')}{path}"
        url += f"?api_key={quote(sandbox.api_key)}{self._session}"
        sent = b"" if body is None else json.dumps(body).encode()
        if sandbox.secret_key is not None:
            url += f"&enc={request_hash(url, sent, sandbox.secret_key, sandbox.hash_function)}"
        reply = sandbox.ask(method, url, headers={"Content-Type": "application/json"}, body=sent)
        if reply is None:
            raise ValueError("A fault of the sandbox has cut the request: end the faults, or try again.")
        found: dict[str, Any] = json.loads(reply.body) if reply.body else {}
        if reply.status >= 400:
            raise ValueError(f"The sandbox has refused {path or 'the session'}: {' '.join(found.get('errors', []))}")
        return found


def make_happen(sandbox: Sandbox, event: str, player_id: str, environment: str, state: str | None) -> None:
    """Make an event happen.

    Args:
        sandbox: where.
        event: the name of a webhook event.
        player_id: whom it happens to.
        environment: a stage, live or qa.
        state: the state that an offer reaches; None for viewed.

    Raises:
        ValueError: it cannot happen; the message says why.

    """
    if event not in TRIGGERS:
        raise FieldError("event", f"there is no webhook event {event!r}{did_you_mean(event, TRIGGERS)}")
    if state is not None and event != "player_offer_impression_state_change":
        raise FieldError("state", f"it is for player_offer_impression_state_change, not for {event}")
    TRIGGERS[event](ScriptedPlayer(sandbox, player_id, environment), state or "viewed")


def _start_session(player: ScriptedPlayer, state: str) -> None:
    """The session has started already."""


def _trigger_campaign(player: ScriptedPlayer, state: str) -> None:
    campaigns = player.get("/triggerable_campaigns")["campaigns"]
    if not campaigns:
        player.sandbox.publish_campaign(id=f"{_MADE}-campaign", trigger=_EVENT, messages=[{"id": f"{_MADE}-thanks"}])
        campaigns = player.get("/triggerable_campaigns")["campaigns"]
    came_back = [campaigns[0]["campaign_impression_id"]]
    body = {"events": [{"event_id": _MADE, "attributes": []}], "triggered_campaign_impression_ids": came_back}
    player.post("/events", body)


def _show_message(player: ScriptedPlayer, state: str) -> None:
    player.post("/message_impressions/initialize", {"message_id": player.sees("messages", title="Hello")})


def _view_message(player: ScriptedPlayer, state: str) -> None:
    message_id = player.sees("messages", title="Hello")
    player.post("/message_impressions/initialize", {"message_id": message_id})
    player.post("/message_impressions/update_state", {"message_id": message_id, "state": "viewed"})


def _show_offer(player: ScriptedPlayer, state: str) -> str:
    reply = player.post("/offer_impressions/initialize", {"offer_id": player.sees("offers", title="Gems")})
    return str(reply["offer_impression"]["id"])


def _advance_offer(player: ScriptedPlayer, state: str) -> None:
    body = {"offer_impression_id": _show_offer(player, state), "state": state}
    player.post("/offer_impressions/update_state", body)


def _begin_survey(player: ScriptedPlayer, state: str) -> str:
    """A new response; one that is under way already is declined, as a player would."""
    survey_id = player.sees("surveys", name="Feedback")
    known = {one.id for one in player.sandbox.player(player.id).survey_responses}
    response_id = str(player.post("/surveys/get_response_id", {"survey_id": survey_id})["survey_response_id"])
    if response_id not in known:
        return response_id
    invite = player.post("/survey_invites/initialize", {"survey_response_id": response_id})
    answer = {**invite, "appuser_survey_invite_response": False}
    player.post("/survey_invites/appuser_response", answer)
    return str(player.post("/surveys/get_response_id", {"survey_id": survey_id})["survey_response_id"])


def _invite_to_survey(player: ScriptedPlayer, state: str) -> None:
    player.post("/survey_invites/initialize", {"survey_response_id": _begin_survey(player, state)})


def _travel(player: ScriptedPlayer, state: str) -> None:
    player.sandbox.journeys.publish(_JOURNEY)
    player.post("/events", {"events": [{"event_id": _MADE, "attributes": []}]})


def _turn_campaign(player: ScriptedPlayer, state: str) -> None:
    """No request starts or pauses a campaign, so that is done as in the dashboard."""
    sandbox, campaign = player.sandbox, f"{_MADE}-campaign-state"
    try:
        turn = sandbox.campaigns.pause if sandbox.campaigns.state(campaign) == "running" else sandbox.campaigns.run
    except UnknownRecordError:
        sandbox.publish("remote_configs", id=campaign, environments=["live"])
    else:
        turn(campaign)


def _send_push(player: ScriptedPlayer, state: str) -> None:
    player.sandbox.send_push(player.id, title="Hello", body="There is news.")


TRIGGERS: Mapping[str, Callable[[ScriptedPlayer, str], object]] = MappingProxyType(
    {
        "campaign_state_change": _turn_campaign,
        "player_session_creation": _start_session,
        "player_campaign_trigger": _trigger_campaign,
        "player_message_impression_creation": _show_message,
        "player_message_impression_state_change": _view_message,
        "player_offer_impression_creation": _show_offer,
        "player_offer_impression_state_change": _advance_offer,
        "player_survey_response_creation": _begin_survey,
        "player_survey_response_state_change": _invite_to_survey,
        "player_journey_entered": _travel,
        "player_journey_step_advanced": _travel,
        "player_journey_exited": _travel,
        "push_notification_delivery_override": _send_push,
    }
)
"""What makes each event happen."""
