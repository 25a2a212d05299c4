"""A process with a sandbox in which a studio and players write without a pause, until it kills itself.

It prints a line for each step that is done: what it was, and the id that it was about.
"""

from __future__ import annotations

import base64
import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import requests

from tests.sandbox.studio import STAGE, Studio
from uwclient.sandbox import Sandbox

BOUGHT = {"type": "event_trigger", "logic": {"external_event_id": "bought", "event_attributes": []}}
MAIL = {"subject": "Hello", "body": "It is spring.", "framework_id": "plain"}
TEST = [
    {"name": "as it is", "percentage": 50, "control_group": True},
    {"name": "loud", "percentage": 50, "fields": {"title": "LOUD"}},
]


def done(what: str, about: str) -> None:
    """Tell that a step is done."""
    sys.stdout.write(f"{what} {about}\n")
    sys.stdout.flush()


def operate(sandbox: Sandbox, name: str) -> None:
    """Live operations: content is published and withdrawn, a campaign is made, shared, changed and deleted."""
    sandbox.publish("messages", id=f"kept-{name}", title="Kept")
    done("published", f"kept-{name}")
    sandbox.publish("offers", id=f"gone-{name}")
    sandbox.publish_campaign(
        id=f"triggered-{name}", trigger=BOUGHT, messages=[{"id": f"m-{name}"}, {"id": f"n-{name}"}]
    )
    sandbox.withdraw(f"gone-{name}")
    done("withdrawn", f"gone-{name}")
    campaign = sandbox.campaigns.create(name=name)
    message = sandbox.campaigns.add_content(campaign, "message", content={"title": name})
    sandbox.campaigns.add_content(campaign, "email", content=MAIL)
    sandbox.ab_tests.define(campaign, TEST, message)
    sandbox.releases.share(campaign, "qa", run=True)
    sandbox.releases.share(campaign, "live", run=True)
    done("shared", campaign)
    sandbox.campaigns.update_content(campaign, message, content={"title": "Changed"})
    sandbox.releases.share(campaign, "live")
    sandbox.releases.delete(campaign, "qa")
    done("deleted-in-qa", campaign)


def ask_the_server_api(studio: Studio, name: str) -> None:
    """A backend: a campaign with content, which is duplicated and deleted; a segment; a player's attributes."""
    campaign = studio.campaign(name=f"api {name}")
    content = studio.content(campaign, "message", {"title": name})
    done("content", content)
    copy = studio.do("POST", f"/api/v1/campaigns/{campaign}/duplicate", {}, STAGE)["id"]
    studio.do("DELETE", f"/api/v1/campaigns/{campaign}", query=STAGE)
    done("duplicated", copy)
    studio.segment(name, player_ids_to_include=["hero"])


def play(url: str, name: str) -> None:
    """A player: a session, an address, events, impressions."""
    headers = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode()}
    base = f"{url}/api/sdk/v1/appusers/{name}"

    def ask(method: str, path: str, body: Any = None) -> Any:
        reply = requests.request(method, base + path, headers=headers, json=body, params=session, timeout=10)
        assert reply.ok, (path, reply.text)
        return reply.json() if reply.content else None

    session: dict[str, str] = {}
    session = {"session_id": ask("GET", "", {"environment_stage": "live", "language": "de"})["session_id"]}
    done("session", f"{name}/{session['session_id']}")
    ask("PUT", "/email_address", {"email_address": f"{name}@example.com"})
    messages = ask("GET", "/messages")["active"]
    campaigns = ask("GET", "/triggerable_campaigns")["campaigns"]
    for message in messages[:3]:
        ask("POST", "/message_impressions/initialize", {"message_id": message["id"]})
    events = [{"event_id": "bought"}] * 3
    triggered = [campaign["campaign_impression_id"] for campaign in campaigns[:2]]
    ask("POST", "/events", {"events": events, "triggered_campaign_impression_ids": triggered})
    done("events", name)


def repeat(act: Callable[[str], None], prefix: str) -> None:
    """Do something again and again, each time with another name."""
    for number in itertools.count():
        act(f"{prefix}-{number}")


def die_at(sandbox: Sandbox, number: int) -> None:
    """Kill this process before the statement of that number that writes, in whichever step it is."""
    count = itertools.count(1)

    def trace(statement: str) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and next(count) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sandbox._platform.backend.storage._connection.set_trace_callback(trace)


def main(database: str, era: str, statements: str) -> None:
    """Write until so many statements have written."""
    with Sandbox(database=database) as sandbox:
        die_at(sandbox, int(statements))
        studio = Studio(sandbox.url)
        works: list[Callable[[str], None]] = [
            lambda name: operate(sandbox, name),
            lambda name: ask_the_server_api(studio, name),
            lambda name: play(sandbox.url, name),
        ]
        threads = [threading.Thread(target=repeat, args=(work, f"{era}-{n}")) for n, work in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
