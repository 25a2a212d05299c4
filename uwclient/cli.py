"""The command line: `uwclient demo`, `sandbox`, `ctl`, `api`, `webhooks`, `bridge` and `doctor`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, cast

from uwclient.errors import ArgumentError
from uwclient.version import __version__

if TYPE_CHECKING:
    from uwclient.sandbox import Sandbox

INTERRUPTED = 130
NOBODY_READS = 141
"""The usual exit codes of programs that SIGINT or SIGPIPE has ended."""

WATCH_SECONDS = 0.2
"""How often a file that is watched is looked at."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code.

    It is 0, 1 when a package is missing or a platform does not do what was asked, or 2 for wrong input; as usual 130
    after Ctrl+C, and 141 when the reader of the output ends, as `head` does.
    """
    if sys.stdout is None:  # there is no terminal
        return _run(arguments)
    output = _Output(sys.stdout)
    try:
        with redirect_stdout(cast("TextIO", output)):
            return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        output.flush()


class _Output:
    """Wraps the standard output: the command ends once nobody reads it any more, even if a listener prints."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text; raises SystemExit when nobody reads it."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._exit()

    def flush(self) -> None:
        """Flush; raises SystemExit when nobody reads."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._exit()

    def _exit(self) -> NoReturn:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())  # discards what is still in the buffer
        os.close(nowhere)
        raise SystemExit(NOBODY_READS)


def _run(arguments: Sequence[str] | None) -> int:
    given = argparse.Namespace(needs="'uwclient[sandbox]'")  # for the command whose arguments need packages, too
    try:
        given = _parser().parse_args(arguments)
        logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=given.log_level)
        return int(given.command(given))
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("uwclient"):
            raise
        print(f"This command needs {error.name}, which is not installed: pip install {given.needs}.", file=sys.stderr)
        return 1
    except OSError as error:
        print(_what_is_wrong(error), file=sys.stderr)
        return 2
    except ArgumentError as error:
        print(error, file=sys.stderr)
        return 2


class _LateParser(argparse.ArgumentParser):
    """The parser of a command; `prepare` adds its arguments once the command is used, for those that load much."""

    prepare: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Prepare, then parse."""
        prepare, self.prepare = self.prepare, None
        if prepare is not None:
            prepare(self)
        return super().parse_known_args(args, namespace)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uwclient", description="UserWise for games written in Python.")
    parser.add_argument("--version", action="version", version=f"uwclient {__version__}")
    parser.add_argument("--log-level", default="WARNING", choices=LOG_LEVELS, help="(default: WARNING)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_LateParser)
    _add_demo(commands.add_parser("demo", help="play the sample game with live content"))
    _add_sandbox(commands.add_parser("sandbox", help="run a UserWise platform on this machine"))
    _add_openapi(commands.add_parser("openapi", help="print the server API as OpenAPI 3.1"))
    ctl = commands.add_parser("ctl", help="move a sandbox that runs in another process")
    ctl.prepare = _add_ctl
    api = commands.add_parser("api", help="call the server API of a platform")
    api.prepare = _add_api
    webhooks = commands.add_parser("webhooks", help="bring a sandbox's webhooks to your backend")
    webhooks.prepare = _add_webhooks
    bridge = commands.add_parser("bridge", help="tell a platform what a partner knows of players")
    bridge.prepare = _add_bridge
    _add_doctor(
        commands.add_parser("doctor", help="show what is stored on disk, and which actions could not be delivered")
    )
    return parser


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Plays Hero Wars, a small pygame game whose live content comes from a sandbox on this machine, or from a "
        "real UserWise environment when --host is given."
    )
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="the sandbox's scenario (YAML): edit and rerun")
    parser.add_argument("--headless", action="store_true", help="no window: a bot plays (default without a display)")
    parser.add_argument("--screenshot", type=Path, metavar="DIR", help="save screenshots of important moments there")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="end by itself after N seconds")
    parser.add_argument("--seed", type=int, default=7, help="where coins and slimes appear (default: 7)")
    parser.add_argument("--player", default="hero-42", metavar="ID", help="the player's id (default: hero-42)")
    parser.add_argument(
        "--backend", action="store_true", help="with a backend, which hears of purchases by webhooks and grants them"
    )
    parser.add_argument("--host", metavar="URL", help="a real environment instead of the sandbox")
    parser.add_argument("--api-key", metavar="KEY", help="the API key of that environment")
    parser.add_argument("--environment", default="live", metavar="TYPE", help="live or qa (default: live)")
    parser.set_defaults(command=_demo, needs="'uwclient[demo]'")


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.description = "Serves the UserWise session API on 127.0.0.1 until Ctrl+C."
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="the YAML file with its content")
    parser.add_argument("--port", type=int, metavar="N", help="where to listen (default: any free port)")
    parser.add_argument("--api-key", metavar="KEY", help="what clients must send (default: sandbox-key)")
    parser.add_argument("--database", type=Path, metavar="FILE", help="where to keep its state (default: memory)")
    parser.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        default=[],
        help="a name, besides those of this machine, that clients and web pages may use (repeatable)",
    )
    parser.add_argument(
        "--webhook-host",
        metavar="NAME",
        action="append",
        default=[],
        help="a host, besides this machine, that webhooks may go to (repeatable)",
    )
    parser.add_argument("--at", metavar="TIME", help="where its clock starts: ISO 8601 (UTC), or +2h from now")
    parser.add_argument("--restore", type=Path, metavar="FILE", help="begin as a sandbox that was saved to FILE")
    parser.add_argument("--speed", type=float, metavar="N", help="how many seconds of its clock pass in a second")
    parser.add_argument("--watch", action="store_true", help="read the scenario again when it is saved")
    parser.add_argument("--control", action="store_true", help="let 'uwclient ctl' move it")
    parser.add_argument("--control-file", type=Path, metavar="FILE", help="the same, with its token in FILE")
    parser.set_defaults(command=_sandbox, needs="'uwclient[sandbox]'")
    actions = parser.add_subparsers(title="worlds", metavar="export|import", required=False)
    writer = actions.add_parser("export", help="write what live operations made, of --database or --scenario")
    writer.add_argument("world", type=Path, metavar="FILE", help="the YAML file to write")
    writer.set_defaults(command=partial(_world, action="export_world"))
    reader = actions.add_parser("import", help="put what such a file holds into --database")
    reader.add_argument("world", type=Path, metavar="FILE", help="the YAML file to read")
    reader.set_defaults(command=partial(_world, action="import_world"))


def _add_ctl(parser: argparse.ArgumentParser) -> None:
    from uwclient import ctl

    parser.description = "Moves a sandbox that 'uwclient sandbox --control' runs, and prints its reply as JSON."
    parser.add_argument(
        "--control-file", type=Path, metavar="FILE", help="which sandbox (default: the only one on this machine)"
    )
    ctl.add_verbs(parser)
    parser.set_defaults(command=ctl.run, needs="'uwclient[sandbox]'")


def _add_api(parser: argparse.ArgumentParser) -> None:
    from uwclient.api_command.command import add_resources

    parser.description = "Makes a call of the UserWise server API, and prints the reply as JSON."
    add_resources(parser)
    parser.set_defaults(needs="uwclient")


def _add_webhooks(parser: argparse.ArgumentParser) -> None:
    from uwclient import webhook_commands

    parser.set_defaults(needs="'uwclient[sandbox]'")
    webhook_commands.add_commands(parser)


def _add_bridge(parser: argparse.ArgumentParser) -> None:
    from uwclient.bridges.command import add_partners

    add_partners(parser)
    parser.set_defaults(needs="'uwclient[bridge]'")


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.description = "Shows what uwclient stores on this machine for each player, and changes nothing."
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="the game's data_dir (default: the user's own)")
    parser.set_defaults(command=_doctor, needs="uwclient")


def _doctor(given: argparse.Namespace) -> int:
    from uwclient.disk.paths import data_root
    from uwclient.doctor import findings

    for line in findings(data_root(None if given.data_dir is None else str(given.data_dir))):
        print(line)
    return 0


def _what_is_wrong(error: OSError) -> str:
    """An error of the system in words: which file, and why."""
    if error.filename is None:
        return str(error)
    return (
        f"{str(error.filename)!r} cannot be used ({error.strerror}): check the path, and who may read and write it."
    )


def _add_openapi(parser: argparse.ArgumentParser) -> None:
    parser.description = "Prints the server API of the platform as an OpenAPI 3.1 document, in JSON."
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write it (default: to the terminal)")
    parser.add_argument("--url", default="/", help="where the platform is, for tools that send requests")
    parser.set_defaults(command=_openapi, needs="'uwclient[sandbox]'")


def _openapi(given: argparse.Namespace) -> int:
    from uwclient.sandbox.server_api.endpoints import SECTIONS
    from uwclient.sandbox.server_api.openapi import document

    text = json.dumps(document(SECTIONS, given.url), indent=2, ensure_ascii=False)
    if given.output is None:
        print(text)
        return 0
    try:
        given.output.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        print(f"The document cannot be written. {_what_is_wrong(error)}", file=sys.stderr)
        return 2
    return 0


def _world(given: argparse.Namespace, action: str) -> int:
    """Export or import a world, without serving it."""
    from uwclient.sandbox import Sandbox, ScenarioError

    if action == "import_world" and given.database is None:
        print("An import needs a database to go into: --database FILE, before 'import'.", file=sys.stderr)
        return 2
    try:
        sandbox = Sandbox(given.scenario, database=given.database)
        getattr(sandbox, action)(given.world)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _sandbox(given: argparse.Namespace) -> int:
    from uwclient.sandbox import Sandbox, ScenarioError

    if given.watch and given.scenario is None:
        print("--watch reads a scenario again: name one with --scenario FILE.", file=sys.stderr)
        return 2
    try:
        sandbox = Sandbox(
            given.scenario,
            port=given.port,
            api_key=given.api_key,
            database=given.database,
            allow_hosts=given.allow_host,
            webhook_hosts=given.webhook_host,
            start=given.at,
        )
        if given.speed is not None:
            sandbox.clock.speed = given.speed
            sandbox.clock.set(sandbox.clock.started_at)  # not the milliseconds later that it took to get here
        if given.restore is not None:
            sandbox.restore(given.restore.read_bytes())
    except (ScenarioError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    with ExitStack() as stack:
        try:
            stack.enter_context(sandbox)
            print(f"UserWise sandbox at {sandbox.url}  API key: {sandbox.api_key}  (Ctrl+C ends it)", flush=True)
            print(f"Server API: {sandbox.url}/docs", flush=True)
            if given.control or given.control_file is not None:
                print(f"Control file: {_open_control(sandbox, given.control_file, stack)}", flush=True)
            if given.watch:
                _watch(sandbox, given.scenario)
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Sandbox stopped.")
    return 0


def _open_control(sandbox: Sandbox, path: Path | None, stack: ExitStack) -> Path:
    """Open a sandbox's control port for as long as the stack, and return its control file."""
    from uwclient.control_files import ControlAccess, published
    from uwclient.sandbox.control.port import ControlPort

    port = stack.enter_context(ControlPort(sandbox))
    return stack.enter_context(published(ControlAccess(port.url, port.token, sandbox.url), path))


def _watch(sandbox: Sandbox, scenario: Path) -> NoReturn:
    """Read a scenario again whenever it was saved, and tell what came of it."""
    from uwclient.sandbox import ScenarioError
    from uwclient.sandbox.control.watch import SavedFile

    file = SavedFile(scenario)
    while True:
        threading.Event().wait(WATCH_SECONDS)
        if not file.was_saved():
            continue
        try:
            sandbox.reload(scenario)
            print(f"Read again: {scenario}", flush=True)
        except ScenarioError as error:
            print(f"{error}\nThe scenario stays as it was.", file=sys.stderr, flush=True)


def _demo(given: argparse.Namespace) -> int:
    from uwclient import demo

    if (given.host is None) != (given.api_key is None):
        print("Give --host and --api-key together, or neither for the sandbox.", file=sys.stderr)
        return 2
    if given.host is not None and given.scenario is not None:
        print("--scenario is for the sandbox; a real environment has content of its own.", file=sys.stderr)
        return 2
    if given.host is not None and given.backend:
        print("--backend is for the sandbox; a real environment sends webhooks to your own backend.", file=sys.stderr)
        return 2
    return demo.play(given)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds greater than 0")
    return seconds
