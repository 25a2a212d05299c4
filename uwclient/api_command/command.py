"""`uwclient api campaigns list --query halloween`: finds the method of a call, and makes it.

The commands are those of the table of endpoints. The arguments of one follow from its method, once it is used, so
that help is there at once.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from uwclient.config import DEFAULT_HOST
from uwclient.errors import ArgumentError, UserWiseError

if TYPE_CHECKING:
    from uwclient.server_api import ServerApi

TABLE = Path(__file__).parents[1] / "server_api" / "endpoints.json"

GIVEN_HERE = ("self", "progress")
"""Parameters of methods that no user gives."""

EPILOG = """\
environment variables:
  UW_API_KEY      the key of the app (needed)
  UW_SECRET_KEY   the secret key of the company (needed, but for a sandbox on this machine)
  UW_APP_ID       the id of the app, unless --app-id names it
  UW_ENVIRONMENT  the key of the environment (default: dev), unless --environment-stage names it
  UW_HOST         the platform's address, unless --host names it

JSON can be given as such, as @FILE with JSON in it, or as @- for the standard input.
"""


def add_resources(parser: argparse.ArgumentParser) -> None:
    """Add the resources to the command's parser; their methods are added when one is used."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    resources: dict[str, dict[str, str]] = {}
    for row in json.loads(TABLE.read_text(encoding="utf-8")):
        resource, _, method = row["method"].rpartition(".")
        resources.setdefault(resource, {})[method] = row["endpoint"]
    commands = parser.add_subparsers(required=True, metavar="RESOURCE", dest="resource")
    for resource, methods in sorted(resources.items()):
        one: Any = commands.add_parser(resource, help=", ".join(methods))
        one.prepare = partial(_add_methods, resource=resource, methods=methods)


def run(given: argparse.Namespace) -> int:
    """Make a call, and print what it gives. 1 when the platform does not do what was asked, with its reasons."""
    from uwclient.api_command.output import ProgressBar, show

    named = {name: getattr(given, name) for name in given.taken}
    with _server(given) as server, ProgressBar(sys.stderr) as bar:
        try:
            result = _call(server, given.steps, {**named, "progress": bar.show})
            if given.only_page is not None:
                result = result.page(given.only_page)
            show(result, bar, as_table=given.table)
        except ArgumentError:
            raise
        except UserWiseError as error:
            bar.clear()
            print(error, file=sys.stderr)
            return 1
    return 0


def _server(given: argparse.Namespace) -> ServerApi:
    from uwclient.server_api import ServerApi

    said = {name: os.environ.get(f"UW_{name}", "").strip() for name in ("API_KEY", "SECRET_KEY", "APP_ID")}
    app_id = given.app_id or said["APP_ID"]
    if not said["API_KEY"]:
        raise ArgumentError("UW_API_KEY is not set: set it to the key from the API settings page of your app.")
    if not app_id:
        raise ArgumentError("UW_APP_ID is not set: set it to the id of your app, or pass --app-id.")
    return ServerApi(
        said["API_KEY"],
        secret_key=said["SECRET_KEY"] or None,
        app_id=app_id,
        environment_stage=os.environ.get("UW_ENVIRONMENT", "").strip() or "dev",
        host=given.host or os.environ.get("UW_HOST", "").strip() or DEFAULT_HOST,
    )


def _add_methods(parser: argparse.ArgumentParser, resource: str, methods: Mapping[str, str]) -> None:
    commands = parser.add_subparsers(required=True, metavar="METHOD", dest="method")
    for method, endpoint in methods.items():
        one: Any = commands.add_parser(method, help=endpoint)
        one.prepare = partial(_add_arguments, steps=[*resource.split("."), method])


def _add_arguments(parser: argparse.ArgumentParser, steps: Sequence[str]) -> None:
    """Add the arguments of a method; before them those of its resource, such as a campaign's id for its contents."""
    from uwclient.api_command.arguments import add_argument, summary_and_meanings
    from uwclient.server_api import Pages, ServerApi

    owner: Any = getattr(ServerApi("-", secret_key="-", app_id="-"), steps[0])  # noqa: S106 - it is only looked at
    taken = []
    for step in steps[1:]:
        function = getattr(owner, step)
        parser.description, meanings = summary_and_meanings(inspect.getdoc(function) or "")
        hints = get_type_hints(function)
        for one in inspect.signature(function).parameters.values():
            if one.name not in GIVEN_HERE:
                add_argument(parser, one, hints[one.name], meanings.get(one.name, ""))
                taken.append(one.name)
        owner = hints["return"]
    if get_origin(owner) is Pages:
        parser.add_argument("--page", dest="only_page", type=int, metavar="N", help="only this page, from 1")
    parser.add_argument("--table", action="store_true", help="print a table for people, in place of JSON")
    parser.add_argument("--app-id", metavar="ID", help="the id of the app (default: UW_APP_ID)")
    parser.add_argument("--host", metavar="URL", help=f"the platform's address (default: UW_HOST, or {DEFAULT_HOST})")
    parser.set_defaults(steps=steps, taken=taken, only_page=None, command=run)


def _call(server: ServerApi, steps: Sequence[str], named: Mapping[str, Any]) -> Any:
    """Take the steps from the client to a result, each with those of the arguments that it has."""
    target = getattr(server, steps[0])
    for step in steps[1:]:
        function = getattr(target, step)
        taken = inspect.signature(function).parameters
        target = function(**{name: value for name, value in named.items() if name in taken and value is not None})
    return target
