"""What players meet on journeys, compared with a model that knows nothing of the engine."""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.journey_model import SEGMENTS, SHOWN, Model
from uwclient.sandbox import JourneyError, Sandbox
from uwclient.time_sources import StandingTime

EXAMPLES = int(os.environ.get("UWCLIENT_JOURNEYS", "60"))
"""How many random journeys; more of them take minutes."""
START = datetime(2026, 3, 1, tzinfo=UTC)
EVENTS = ("won", "lost")
KEYS = ("bought", "declined")
LISTS = {"message": "messages", "offer": "offers", "campaign_event": "campaign_events"}
CONTENT: dict[str, Any] = {
    "message": {"title": "Hello"},
    "offer": {"title": "Gems", "payment": {"payment_type": "currency", "currency_id": "gems", "current_amount": 5}},
    "campaign_event": {"template_json": {}, "campaign_event_framework_id": "framework", "json": {}},
    "push_notification": {"title": "Come back"},
}

segments = st.lists(st.sampled_from(sorted(SEGMENTS)), min_size=1, max_size=2, unique=True)
segment_rules = st.tuples(st.just("segments"), segments)
action_rules = st.sampled_from(
    [("event", "won"), ("event", "lost"), ("attribute", "coins", 1), ("attribute", "level", 0)]
)
rules = segment_rules | action_rules


@st.composite
def journeys(draw: st.DrawFn, journey_id: str, others: list[str]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    for number in range(draw(st.integers(2, 7))):
        kind = draw(
            st.sampled_from(["message", "offer", "campaign_event", "push_notification", "delay", "branch", "exit"])
        )
        step: dict[str, Any] = {"id": f"{journey_id}-{number}", "type": kind, "after": []}
        if kind == "delay":
            step |= draw(
                st.fixed_dictionaries({"minutes": st.integers(1, 90)})
                | st.fixed_dictionaries({"until": action_rules})
            )
        elif kind == "branch":
            step["on"] = draw(rules)
        elif kind == "exit":
            effect = st.tuples(st.sampled_from(["enter_journey", "exit_journey"]), st.sampled_from(others))
            step["effects"] = draw(st.lists(effect, max_size=2))
        else:
            step["waits"] = draw(st.booleans())
            if kind != "push_notification" and draw(st.booleans()):
                step["minutes"] = draw(st.integers(1, 90))
        steps.append(step)
    for number, step in enumerate(steps):
        sources = [one for one in steps if one["type"] != "exit"]
        chosen = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3)) if sources else []
        if number and not chosen:
            step["after"].append((None, None))
        for source in chosen if number else ():
            outcome = None
            if source["type"] == "branch":
                outcome = draw(st.sampled_from(["yes", "no"]))
            elif source.get("waits"):
                outcome = draw(st.sampled_from(KEYS))
            if (source["id"], outcome) not in step["after"]:
                step["after"].append((source["id"], outcome))
    steps[0]["after"] = [(None, None)]
    return {
        "id": journey_id,
        "entry": draw(st.lists(rules, min_size=1, max_size=1) | st.lists(rules, max_size=2)),
        "exit": draw(st.sampled_from([[], [], ["rich"], ["high"]])),
        "removes": draw(st.sampled_from([[], [], "all", others])),
        "again": draw(st.sampled_from([True, True, False])),
        "limit": draw(st.none() | st.integers(0, 3)),
        "cooldown": draw(st.sampled_from([0, 0, 10, 45])),
        "steps": steps,
    }


@st.composite
def several_journeys(draw: st.DrawFn) -> list[dict[str, Any]]:
    ids = ["one", "two", "three"][: draw(st.integers(1, 3))]
    return [draw(journeys(one, ids)) for one in ids]


actions = st.one_of(
    st.tuples(st.just("visit")),
    st.tuples(st.just("set"), st.sampled_from(sorted(SEGMENTS.values())), st.integers(0, 1)),
    st.tuples(st.just("event"), st.sampled_from(EVENTS)),
    st.tuples(st.just("show"), st.sampled_from(SHOWN)),
    st.tuples(st.just("outcome"), st.sampled_from([*SHOWN, "push_notification"]), st.sampled_from(KEYS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 10, 45, 90, 600])),
)


def written(journey: dict[str, Any]) -> dict[str, Any]:
    """A journey of the model, as scenarios write it."""
    entry = [
        {"entry_strategy": "player_segment_entry", "entry_strategy_config": {"segments": rule[1]}}
        if rule[0] == "segments"
        else {"entry_strategy": "player_action", "entry_strategy_config": trigger(rule)}
        for rule in journey["entry"]
    ]
    removal: dict[str, Any] = {"on_entry_strategy": "none"}
    if journey["removes"] == "all":
        removal = {"on_entry_strategy": "remove_from_all_other_journeys"}
    elif journey["removes"]:
        config = {"journey_ids": journey["removes"]}
        removal = {"on_entry_strategy": "remove_from_specific_journeys", "on_entry_strategy_config": config}
    leave = {
        "exit_strategy": "on_segment_match_or_journey_complete",
        "exit_strategy_config": {"segments": journey["exit"]},
    }
    cooldown = {"cooldown_duration": journey["cooldown"], "cooldown_unit": "minutes"} if journey["cooldown"] else {}
    return {
        "id": journey["id"],
        "entry_rules": {"rules": entry, **removal},
        "exit_rules": {"rules": [leave] if journey["exit"] else []},
        "reenrollment": {"allowed": journey["again"], "limit": journey["limit"], **cooldown},
        "steps": [written_step(step) for step in journey["steps"]],
    }


def written_step(step: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if step["type"] == "delay" and "minutes" in step:
        config = {"delay_type": "time_delay", "time_delay_type": "relative"}
        config |= {"duration_number": step["minutes"], "duration_unit": "minutes"}
    elif step["type"] == "delay":
        config = {"delay_type": "trigger_delay", "trigger": trigger(step["until"])}
    elif step["type"] == "branch" and step["on"][0] == "segments":
        config = {"branch_type": "segment", "segments": step["on"][1]}
    elif step["type"] == "branch":
        config = {"branch_type": "trigger", "trigger": trigger(step["on"])}
    elif step["type"] == "exit":
        config = {"side_effects": [{"type": effect, "journey_id": one} for effect, one in step["effects"]]}
    else:
        config = {"content": CONTENT[step["type"]]}
        config |= {"end_after_number": step["minutes"], "end_after_unit": "minutes"} if "minutes" in step else {}
    after: Any = [one if outcome is None else {"step": one, "on": outcome} for one, outcome in step["after"]]
    return {
        "id": step["id"],
        "type": step["type"],
        "config": config,
        "after": None if after == [None] else after,
        "waits_for_outcome": step.get("waits", False),
    }


def trigger(rule: tuple[Any, ...]) -> dict[str, Any]:
    if rule[0] == "event":
        return {"type": "event", "logic": {"external_event_id": rule[1]}}
    condition = {"attribute_name": rule[1], "operator": "equal", "values": [rule[2]], "data_type": "integer"}
    return {"type": "attribute", "logic": condition}


class Played:
    """One player of a real sandbox, over its HTTP interface."""

    def __init__(self, made: list[dict[str, Any]]) -> None:
        self.time = StandingTime(START)
        defined = [
            {"name": name, "attributes": [{"name": attribute, "operator": "equal", "values": [1]}]}
            for name, attribute in SEGMENTS.items()
        ]
        scenario = {"segments": defined, "environments": {"live": "live", "dev": "dev"}}
        self.sandbox = Sandbox(scenario, time_source=self.time, start=START, seed=1)
        catalogue = self.sandbox._platform.catalogue  # the studio's things; journeys only refer to them
        catalogue.currencies.put(
            "gems", {"name_singular": "Gem", "name_plural": "Gems", "external_currency_id": "gems"}
        )
        catalogue.event_frameworks.put("framework", {"name": "Any", "external_event_type": "any", "json": {}})
        for journey in made:
            self.sandbox.journeys.publish(written(journey))
        self.webhooks: list[Any] = []
        self.sandbox.webhooks.add(self.webhooks.append)
        self.sandbox.webhooks.send_by_hand()
        self.session = self.ask("GET", "?environment_stage=live")["session_id"]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode(), "Content-Type": "application/json"}
        url = f"http://127.0.0.1/api/sdk/v1/appusers/hero{path}"
        reply = self.sandbox.ask(
            method, url, headers=headers, body=b"" if body is None else json.dumps(body).encode()
        )
        assert reply is not None
        assert reply.status in (200, 204), reply.body
        return json.loads(reply.body) if reply.body else None

    def post(self, path: str, body: Any) -> None:
        self.ask("POST", f"{path}?session_id={self.session}", body)

    def visit(self) -> None:
        self.post(f"/sessions/{self.session}/refresh_segments", {})

    def set(self, name: str, value: int) -> None:
        self.post("/attributes", {"attributes": [{"name": name, "value": value}]})

    def event(self, name: str) -> None:
        self.post("/events", {"events": [{"event_id": name}]})

    def show(self, types: list[str]) -> None:
        (kind,) = types
        listed = self.ask("GET", f"/{LISTS[kind]}?session_id={self.session}")["active"]
        waiting = {leg.content_id for one in self.odysseys() for leg in one.legs if leg.received_at is None}
        for record in listed:
            if kind != "campaign_event" and record["id"] in waiting:
                self.post(f"/{kind}_impressions/initialize", {f"{kind}_id": record["id"]})

    def outcome(self, kind: str, key: str) -> None:
        self.post("/engagements/outcomes", {"engagement_outcome_key": key, "outcome_type": kind})

    def wait(self, minutes: int) -> None:
        self.time.advance(minutes=minutes)
        self.sandbox.catch_up()

    def odysseys(self) -> Any:
        return self.sandbox.player("hero").odysseys

    def told(self) -> list[tuple[Any, ...]]:
        """What webhooks have told of journeys and pushes, as the model tells it."""
        self.sandbox.webhooks.send_due()
        return [one for one in map(self._told, self.webhooks) if one is not None]

    def _told(self, request: Any) -> tuple[Any, ...] | None:
        payload = request.payload
        match request.name:
            case "player_journey_entered":
                return ("entered", payload["journey_id"])
            case "player_journey_step_advanced":
                ready = [one["step_id"] for one in payload["ready_legs"]]
                return ("advanced", payload["journey_id"], payload["previous_step"], ready)
            case "player_journey_exited":
                return ("exited", payload["journey_id"], payload["odyssey_exit_state"])
            case "push_notification_delivery_override":
                return ("sent",)
        return None

    def has_stopped(self) -> bool:
        """Whether an odyssey was stopped, which the sandbox tells as an error."""
        try:
            self.sandbox.check()
        except JourneyError as error:
            return "round for ever" in str(error)
        return False


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(several_journeys(), st.lists(actions, min_size=10, max_size=30))
def test_players_take_the_paths_of_a_model_that_knows_nothing_of_the_engine(
    made: list[dict[str, Any]], done: list[tuple[Any, ...]]
) -> None:
    model, played = Model(made), Played(made)
    model.visit()
    for what, *about in done:
        arguments = [[about[0]]] if what == "show" else about
        getattr(model, what)(*arguments)
        getattr(played, what)(*arguments)

    assert played.told() == [one[:1] if one[0] == "sent" else one for one in model.told]
    assert [one.exit_state for one in played.odysseys()] == [one.get("state") for one in model.odysseys]
    for view, odyssey in zip(played.odysseys(), model.odysseys, strict=True):
        assert view.path == tuple(leg["step"] for leg in odyssey["legs"])
        ends = [None if leg["end"] is None else START + timedelta(minutes=leg["end"]) for leg in odyssey["legs"]]
        assert [leg.ended_at for leg in view.legs] == ends
    assert played.has_stopped() == any(one.get("state") == "stopped" for one in model.odysseys)
