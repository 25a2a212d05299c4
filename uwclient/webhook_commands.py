"""`uwclient webhooks`: brings the webhooks of a sandbox of another process to a backend that is being written."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from uwclient import ctl
from uwclient.control_files import ControlAccess

LOOK_SECONDS = 0.25
"""How often a listener looks for what was sent."""


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands and their arguments to the parser of `uwclient webhooks`."""
    parser.description = "Sends the webhooks of a sandbox that 'uwclient sandbox --control' runs to your backend."
    parser.add_argument(
        "--control-file", type=Path, metavar="FILE", help="which sandbox (default: the only one on this machine)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listen = commands.add_parser(
        "listen", help="send all that happens to a URL until Ctrl+C, and print what comes of it"
    )
    where = listen.add_mutually_exclusive_group(required=True)
    where.add_argument("--forward-to", metavar="URL", help="your backend, such as http://127.0.0.1:5000/webhooks")
    where.add_argument("--print-secret", action="store_true", help="print what webhooks are signed with, and end")
    listen.add_argument("--events", metavar="NAMES", help="which, with commas between them (default: all)")
    listen.add_argument("--hash-function", metavar="NAME", help="what signs (default: sha3-256)")
    listen.set_defaults(command=_listen)
    trigger = commands.add_parser("trigger", help="make an event happen, as a player's game would")
    trigger.add_argument("event", metavar="EVENT", help="such as player_offer_impression_state_change")
    trigger.add_argument("--player", metavar="ID", help="whom it happens to (default: hero-42)")
    trigger.add_argument("--environment", metavar="TYPE", help="live or qa (default: live)")
    trigger.add_argument("--state", metavar="STATE", help="the state that an offer reaches (default: viewed)")
    trigger.set_defaults(command=_trigger)
    resend = commands.add_parser("resend", help="send a delivery again")
    resend.add_argument("id", metavar="ID", help="the delivery, as 'listen' prints it")
    resend.set_defaults(command=_resend)


def _trigger(given: argparse.Namespace) -> int:
    asked = {name: getattr(given, name) for name in ("event", "player", "environment", "state")}
    reply = ctl.call(ctl.access(given.control_file), "webhook_trigger", _given(asked))
    for delivery in reply["deliveries"]:
        print(f"{delivery['event']}  {delivery['id']}  to {delivery['url']}")
    if not reply["deliveries"]:
        print(f"{given.event} has happened, but no endpoint wants to know: see 'uwclient webhooks listen'.")
    return 0


def _resend(given: argparse.Namespace) -> int:
    delivery = ctl.call(ctl.access(given.control_file), "webhook_resend", {"id": given.id})
    print(f"{delivery['event']}  {delivery['id']}  to {delivery['url']}")
    return 0


def _listen(given: argparse.Namespace) -> int:
    access = ctl.access(given.control_file)
    if given.print_secret:
        print(ctl.call(access, "webhook_secret", {})["secret_key"])
        return 0
    wanted = _given({"url": given.forward_to, "events": given.events, "hash_function": given.hash_function})
    before = ctl.call(access, "webhooks", {})
    endpoint = ctl.call(access, "webhook_add", wanted)
    print(f"Webhooks of the sandbox at {access.sandbox} go to {endpoint['url']}  (Ctrl+C ends it)", flush=True)
    try:
        for line in _lines(access, wanted, endpoint["id"], _attempts(before)):
            print(line, flush=True)
    finally:
        if endpoint["id"] not in _ids(before["endpoints"]):
            ctl.call(access, "webhook_remove", {"id": endpoint["id"]})
    return 0


def _lines(
    access: ControlAccess, wanted: Mapping[str, str], endpoint_id: str, shown: Mapping[str, int]
) -> Iterator[str]:
    """A line for each attempt, as it comes; an endpoint that a reset has taken away is added again.

    Of the deliveries that are `shown` already, as many attempts are left out.
    """
    while True:
        reply = ctl.call(access, "webhooks", {"endpoint": endpoint_id})
        if endpoint_id not in _ids(reply["endpoints"]):
            ctl.call(access, "webhook_add", wanted)
        for delivery in reply["deliveries"]:
            for attempt in delivery["attempts"][shown.get(delivery["id"], 0) :]:
                yield _line(delivery, attempt)
        shown = _attempts(reply)
        threading.Event().wait(LOOK_SECONDS)


def _attempts(reply: Mapping[str, Any]) -> dict[str, int]:
    """How many attempts each delivery has had."""
    return {one["id"]: len(one["attempts"]) for one in reply["deliveries"]}


def _ids(endpoints: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["id"] for one in endpoints]


def _line(delivery: Mapping[str, Any], attempt: Mapping[str, Any]) -> str:
    line = f"{attempt['at']}  {delivery['event']}  {attempt['status'] or 'no reply'}  {delivery['id']}"
    if attempt["problem"] is None:
        return line
    again = f"It is tried again at {delivery['next_try_at']}." if delivery["next_try_at"] else "It was dropped."
    return f"{line}\n    {attempt['problem']} {again}"


def _given(arguments: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in arguments.items() if value is not None}
