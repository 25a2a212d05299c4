"""The verbs of live operations: what a person does in the dashboard, and no endpoint of the platform does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.control.verb import MOST_LISTED, Argument, Verb
from uwclient.sandbox.core.errors import FieldError, check_keys
from uwclient.sandbox.live_operations import Definitions
from uwclient.sandbox.sandbox import Sandbox

_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _turn(action: str) -> Any:
    def act(sandbox: Sandbox, campaign: str, environment: str = "live") -> dict[str, Any]:
        getattr(sandbox.campaigns, action)(campaign, environment)
        return _campaign(sandbox, campaign, environment)

    return act


def _campaign(sandbox: Sandbox, campaign: str, environment: str = "live") -> dict[str, Any]:
    return {
        "campaign": campaign,
        "environment": environment,
        "state": sandbox.campaigns.state(campaign, environment),
        "problems": sandbox.campaigns.problems(campaign, environment),
    }


def _share(
    sandbox: Sandbox, id: str, environment: str, run: str = "no", override: str | None = None
) -> dict[str, Any]:
    data = None if override is None else _json("override", override)
    return {"release": sandbox.releases.share(id, environment, run=_yes("run", run), override=data)}


def _unshare(sandbox: Sandbox, id: str, environment: str, override_only: str = "no") -> dict[str, Any]:
    sandbox.releases.delete(id, environment, override_only=_yes("override_only", override_only))
    return {"id": id, "environment": environment}


def _segment(sandbox: Sandbox, name: str, fields: str) -> dict[str, Any]:
    read = _object("fields", fields)
    check_keys(read, ("attributes", "players", "events", "exclude"), ("fields",))
    sandbox.define_segment(name, **read)
    return _count(sandbox, name)


def _count(sandbox: Sandbox, segment: str, environment: str = "live") -> dict[str, Any]:
    count, audience = sandbox.segments.count(segment, environment), sandbox.segments.audience(segment, environment)
    return {"segment": segment, "environment": environment, "count": count, **audience}


def _members(sandbox: Sandbox, segment: str, environment: str = "live") -> dict[str, Any]:
    players = sandbox.segments.players(segment, environment)
    return {"segment": segment, "count": len(players), "players": players[:MOST_LISTED]}


def _delete_segment(sandbox: Sandbox, segment: str) -> dict[str, Any]:
    sandbox.segments.delete(segment)
    return {"segment": segment}


def _trigger(sandbox: Sandbox, campaign: str, trigger: str, quota: str | None = None) -> dict[str, Any]:
    limits = None if quota is None else _json("quota", quota)
    sandbox.campaigns.set_trigger(campaign, _json("trigger", trigger), limits)
    return {"campaign": campaign}


def _test(sandbox: Sandbox, campaign: str, variants: str, content: str | None = None) -> dict[str, Any]:
    return {"a_b_test": sandbox.ab_tests.define(campaign, _json("variants", variants), content)}


def _localize(sandbox: Sandbox, id: str, texts: str) -> dict[str, Any]:
    sandbox.localizations[id] = _json("texts", texts)
    return {"localization": id}


def _define(sandbox: Sandbox, definitions: Definitions, id: str, fields: str) -> dict[str, Any]:
    return {"id": definitions.define(id, **_object("fields", fields))}


def _reset(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.reset()
    return {"time": sandbox.clock.now().isoformat()}


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as problem:
        raise FieldError(name, f"it is not JSON ({problem})") from None


def _object(name: str, text: str) -> dict[str, Any]:
    read = _json(name, text)
    if not isinstance(read, dict):
        raise FieldError(name, f"{read!r} is not an object")
    return read


def _yes(name: str, text: str) -> bool:
    if text not in _YES:
        raise FieldError(name, f"{text!r} is not yes or no")
    return _YES[text]


_CAMPAIGN = Argument("campaign", "its id, or that of its published content")
_SEGMENT = Argument("segment", "its name or its id")
_ENVIRONMENT = Argument("environment", "a key, or qa or live (default: live)", optional=True)

LIVE_VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "campaign": Verb("show the state of a campaign, and what it lacks", _campaign, (_CAMPAIGN, _ENVIRONMENT)),
        "run": Verb("start a campaign, or go on with one that is paused", _turn("run"), (_CAMPAIGN, _ENVIRONMENT)),
        "pause": Verb("take the content of a campaign away for a while", _turn("pause"), (_CAMPAIGN, _ENVIRONMENT)),
        "complete": Verb("end a campaign for good", _turn("complete"), (_CAMPAIGN, _ENVIRONMENT)),
        "share": Verb(
            "make a release of a campaign or segment",
            _share,
            (
                Argument("id", "the campaign or segment"),
                Argument("environment", "where to: a key, or qa or live"),
                Argument("run", "yes to run it there, too (default: no)", optional=True),
                Argument("override", "what is replaced there, as JSON", optional=True),
            ),
        ),
        "unshare": Verb(
            "take a campaign or segment out of an environment",
            _unshare,
            (
                Argument("id", "the campaign or segment"),
                Argument("environment", "a key, or qa or live"),
                Argument("override_only", "yes to end only what is replaced there (default: no)", optional=True),
            ),
        ),
        "segment": Verb(
            "define a segment, in all environments",
            _segment,
            (
                Argument("name", "its name"),
                Argument("fields", "attributes, players, events and exclude, as JSON"),
            ),
        ),
        "segment_count": Verb("count the players of a segment", _count, (_SEGMENT, _ENVIRONMENT)),
        "segment_players": Verb(
            f"list the players of a segment, the first {MOST_LISTED:,}", _members, (_SEGMENT, _ENVIRONMENT)
        ),
        "segment_delete": Verb("delete a segment, in all environments", _delete_segment, (_SEGMENT,)),
        "trigger": Verb(
            "set what triggers a campaign, in dev",
            _trigger,
            (
                _CAMPAIGN,
                Argument("trigger", "type and logic, as JSON"),
                Argument("quota", "how often, as JSON", optional=True),
            ),
        ),
        "ab_test": Verb(
            "test a campaign or its content, in dev",
            _test,
            (
                _CAMPAIGN,
                Argument("variants", "a list of variants, as JSON"),
                Argument("content", "the content that is tested (default: the campaign)", optional=True),
            ),
        ),
        "localize": Verb(
            "translate a text",
            _localize,
            (Argument("id", "what titles and bodies hold"), Argument("texts", "the text by language, as JSON")),
        ),
        "message_type": Verb(
            "define a type of messages",
            lambda sandbox, **given: _define(sandbox, sandbox.message_types, **given),
            (Argument("id", "its id"), Argument("fields", "its fields, as JSON")),
        ),
        "bundle": Verb(
            "define a bundle, which offers can refer to",
            lambda sandbox, **given: _define(sandbox, sandbox.bundles, **given),
            (Argument("id", "its id"), Argument("fields", "its fields, as JSON")),
        ),
        "reset": Verb("begin anew, as the scenario says", _reset),
    }
)
"""The verbs by name."""
