"""`uwclient ctl`: moves a sandbox that runs in another process.

The verbs are those of the sandbox's own table. The sandbox does what they say; files are read and written here.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from uwclient import control_files
from uwclient.control_files import ControlAccess
from uwclient.disk.private import open_private
from uwclient.errors import ArgumentError
from uwclient.sandbox.control.verb import Argument
from uwclient.sandbox.control.verbs import LARGEST_SAVED, VERBS, packed, unpacked

SECONDS = 60.0
"""How long a command may take."""
LARGEST_REPLY = 2 * 1024 * 1024 * 1024


def add_verbs(parser: argparse.ArgumentParser) -> None:
    """Add the verbs and their arguments to the command's parser."""
    verbs = parser.add_subparsers(required=True, metavar="VERB", dest="verb")
    for name, verb in VERBS.items():
        one = verbs.add_parser(name, help=verb.help, description=f"{verb.help[0].upper()}{verb.help[1:]}.")
        for argument in verb.arguments:
            _add(one, argument)


def run(given: argparse.Namespace) -> int:
    """Carry out a verb, and print the reply as JSON. ArgumentError or OSError, in a sentence, when that fails."""
    values = {one.name: getattr(given, one.name) for one in VERBS[given.verb].arguments}
    reply = call(access(given.control_file), given.verb, _to_send(given.verb, values))
    for one in VERBS[given.verb].arguments:
        if one.kind == "write":
            _write(Path(values[one.name]), unpacked(reply.pop(one.name)))
    print(json.dumps(reply, indent=2, ensure_ascii=False))
    return 0


def _add(parser: argparse.ArgumentParser, argument: Argument) -> None:
    if argument.optional:
        parser.add_argument(f"--{argument.name}", metavar=argument.name.upper(), help=argument.help)
    else:
        parser.add_argument(argument.name, metavar=argument.name.upper(), help=argument.help)


def _to_send(verb: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The arguments as the control port takes them: texts, and the content of files that it needs."""
    sent = {one.name: values[one.name] for one in VERBS[verb].arguments if one.kind != "write"}
    for one in VERBS[verb].arguments:
        if one.kind == "read":
            sent[one.name] = packed(_read(Path(sent[one.name])))
    return {name: value for name, value in sent.items() if value is not None}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_SAVED)
    except OSError as problem:
        raise ArgumentError(f"{path} cannot be read ({problem.strerror}): name a file that 'save' wrote.") from None


def _write(path: Path, content: bytes) -> None:
    """Write a file that only the user can read: it holds what players did."""
    try:
        with open_private(path, "wb") as file:
            file.write(content)
    except OSError as problem:
        raise ArgumentError(
            f"{path} cannot be written ({problem.strerror}): name a file in another folder."
        ) from None


def access(path: Path | None) -> ControlAccess:
    """The control file that was named, or else that of the only sandbox that runs. ArgumentError without one."""
    if path is not None:
        return control_files.read(path)
    running = [one for one in control_files.find_all() if _is_running(one)]
    if not running:
        raise ArgumentError("No sandbox can be moved on this machine: start one with 'uwclient sandbox --control'.")
    if len(running) > 1:
        listed = "\n".join(f"  --control-file {one}  ({control_files.read(one).sandbox})" for one in running)
        raise ArgumentError(f"{len(running)} sandboxes run on this machine; say which one:\n{listed}")
    return control_files.read(running[0])


def _is_running(path: Path) -> bool:
    """Whether somebody listens on the port of a control file; the file of a sandbox that was killed is removed."""
    address = urlsplit(control_files.read(path).url)
    try:
        socket.create_connection((address.hostname or "", address.port or 0), SECONDS).close()
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
        return False
    return True


def call(access: ControlAccess, verb: str, arguments: Mapping[str, str]) -> dict[str, Any]:
    """The reply to a verb. ArgumentError says why the sandbox refuses it, and ConnectionError that it is silent."""
    address = urlsplit(access.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
    headers = {"Authorization": f"Bearer {access.token}", "Content-Type": "application/json"}
    try:
        with contextlib.closing(connection):
            connection.request("POST", f"/{verb}", json.dumps(arguments), headers)
            reply = connection.getresponse()
            body = json.loads(reply.read(LARGEST_REPLY))
            errors = [] if reply.status == http.client.OK else [*body["errors"], *body["meta"]["hints"]]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as problem:
        raise ConnectionError(f"The sandbox at {access.sandbox} gives no answer ({problem}): does it run?") from None
    if errors:
        raise ArgumentError(" ".join(errors))
    return dict(body)
