"""`uwclient bridge`: runs a bridge until Ctrl+C, or once."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from uwclient.bridges.bridge import Bridge, Surroundings
from uwclient.bridges.sources import (
    CROWDTWIST_KINDS,
    GROWSURF_KINDS,
    PICO_KINDS,
    CrowdTwistSource,
    PicoSource,
    Polled,
    growsurf_happenings,
)
from uwclient.bridges.yaml_reading import Section, read_file
from uwclient.errors import ArgumentError, UserWiseError
from uwclient.http.retry import Backoff
from uwclient.log import logger
from uwclient.partners.growsurf import Event, Receiver

LOOK_SECONDS = 0.2
"""How often a bridge that receives looks for what has come."""


def add_partners(parser: argparse.ArgumentParser) -> None:
    """Add the partners and their arguments to the parser of `uwclient bridge`."""
    parser.description = "Tells UserWise what a partner knows of people, by the rules of a file."
    partners = parser.add_subparsers(required=True, metavar="PARTNER")
    for name, run, text in (
        ("growsurf", _growsurf, "receive its webhooks (GROWSURF_SECRET_PATH)"),
        ("pico", partial(_polled, "pico"), "ask for the participants of games (PICO_AUTH)"),
        ("crowdtwist", partial(_polled, "crowdtwist"), "ask for the activities of users (CROWDTWIST_API_KEY)"),
    ):
        command = partners.add_parser(name, help=text)
        command.add_argument("--config", type=Path, required=True, metavar="FILE", help="the rules (YAML)")
        command.add_argument("--dry-run", action="store_true", help="print what would be told, and keep nothing")
        if name != "growsurf":
            command.add_argument("--once", action="store_true", help="end when all was asked for and told")
        command.set_defaults(command=run)


def _growsurf(given: argparse.Namespace) -> int:
    config = read_file(given.config)
    around = Surroundings.of_this_machine()
    own = config.section("growsurf")
    host, _, port = own.text("listen", "127.0.0.1:8080").rpartition(":")
    own.check_all_read()
    if not port.isdecimal():
        raise ArgumentError(f"{own.place}.listen must be a host and a port, such as 127.0.0.1:8080.")
    with ExitStack() as stack:
        bridge = stack.enter_context(
            Bridge(config, GROWSURF_KINDS, given.config.parent, around, dry_run=given.dry_run)
        )
        config.check_all_read()
        receiver = receiver_for(bridge, around.secret("GROWSURF_SECRET_PATH"))
        server = stack.enter_context(Endpoint(host, int(port), receiver))
        print(f"Receives the webhooks of GrowSurf on port {server.server_port}  (Ctrl+C ends it)", flush=True)
        stopped = threading.Event()
        try:
            while bridge.deliver_all(stopped.wait):
                stopped.wait(LOOK_SECONDS)
        finally:
            server.shutdown()
    return 0


def receiver_for(bridge: Bridge, secret_path: str) -> Receiver:
    """Return a receiver that puts each event into a bridge's queue before it is answered."""
    receiver = Receiver(secret_path)

    @receiver.any_event.connect
    def take(receiver: Receiver, event: Event) -> None:
        bridge.take(growsurf_happenings(event))

    return receiver


def _polled(partner: str, given: argparse.Namespace) -> int:
    config = read_file(given.config)
    around = Surroundings.of_this_machine()
    own = config.section(partner)
    seconds = own.number("every_seconds", 300)
    source, kinds = _source(partner, own, given.config.parent, around)
    own.check_all_read()
    with Bridge(config, kinds, given.config.parent, around, dry_run=given.dry_run) as bridge:
        config.check_all_read()
        if given.once:
            return 0 if poll(bridge, source, threading.Event().wait) else 1
        follow(bridge, source, threading.Event().wait, seconds)
    return 0


def _source(partner: str, own: Section, folder: Path, around: Surroundings) -> tuple[Polled, tuple[str, ...]]:
    if partner == "pico":
        return PicoSource(own, around.secret("PICO_AUTH"), {}), PICO_KINDS
    return CrowdTwistSource(own, folder, around.secret("CROWDTWIST_API_KEY"), {}), CROWDTWIST_KINDS


def poll(bridge: Bridge, source: Polled, wait: Callable[[float], bool]) -> bool:
    """Ask a partner once for everything, and tell what is new; False when the partner has failed."""
    try:
        return bridge.deliver_all(wait) and bridge.take_all(source.happenings(), wait)
    except UserWiseError as error:
        logger().warning("The partner cannot be asked: %s", error)
        return False


def follow(bridge: Bridge, source: Polled, wait: Callable[[float], bool], seconds: float) -> None:
    """Ask a partner again and again, until `wait` says that it ends; after a failure a little later."""
    backoff = Backoff(cap=seconds)
    ended = False
    while not ended:
        backoff = Backoff(cap=seconds) if poll(bridge, source, wait) else backoff.after_failure()
        ended = wait(backoff.ceiling if backoff.failures else seconds)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Print nothing: the path is secret."""


class Endpoint:
    """A server for the endpoint, in a `with` block; it is behind a proxy that speaks https."""

    def __init__(self, host: str, port: int, receiver: Receiver) -> None:
        self._server = make_server(host, port, receiver.wsgi_app, _Server, _Quiet)

    def __enter__(self) -> WSGIServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self._server

    def __exit__(self, *ended: object) -> None:
        self._server.server_close()
