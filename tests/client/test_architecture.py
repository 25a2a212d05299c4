"""Imports point one way: from what decides nothing, to what decides, to what wires it, to what games see."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import uwclient

PACKAGE = Path(uwclient.__file__).parent

GROUND = {"models", "errors", "config", "log", "throttle", "version", "threads", "callables", "urls"}
GROUND |= {"time_sources", "dice", "late_imports"}
"""What every part of the client may know. `log` and `version` know nothing themselves."""

ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "log": set(),
    "version": set(),
    "urls": set(),
    "time_sources": set(),
    "young_objects": set(),
    "dice": set(),
    "models": {"errors", "config", "log"},
    "config": {"errors", "models", "log", "urls"},
    "throttle": {"time_sources"},
    "threads": {"log", "time_sources"},
    "late_imports": {"threads"},
    "callables": {"errors", "log"},
    "game_thread": {"log"},
    "signals": {"callables"},
    "http": GROUND,
    "wire": GROUND | {"http"},
    "rules": GROUND,
    "disk": GROUND,
    "device": GROUND,
    "frame_profile": {"throttle", "time_sources"},
    "diagnostics_recorder": GROUND | {"frame_profile"},
    "pump": GROUND | {"signals", "diagnostics_recorder", "young_objects"},
    "worker": GROUND | {"throttle", "rules"},
    "content_source": GROUND | {"rules"},
    "loading": GROUND | {"content_source", "rules", "http", "wire", "disk"},
    "wanted_refreshes": set(),
    "retries": GROUND | {"http", "wire"},
    "platform_clock": GROUND | {"rules"},
    "posting": GROUND,
    "action_queues": GROUND | {"disk"},
    "refresh_round": GROUND | {"loading"},
    "sync": GROUND
    | {"worker", "loading", "refresh_round", "wanted_refreshes", "platform_clock", "retries", "http", "wire"},
    "session_keeper": GROUND,
    "settling": GROUND | {"rules", "wire", "disk"},
    "trouble": GROUND | {"disk"},
    "set_aside": GROUND | {"action_queues", "session_keeper", "settling", "worker", "wire"},
    "delivery": GROUND
    | {"action_queues", "retries", "session_keeper", "settling", "trouble", "set_aside", "worker", "wire"},
    "queries": GROUND | {"wire"},
    "survey_views": GROUND,
    "media_loading": GROUND | {"http", "wire", "disk"},
    "prefetching": GROUND | {"worker", "media_loading", "http", "wire"},
    "media_run": GROUND | {"worker", "media_loading", "prefetching", "http", "wire", "disk"},
    "run": GROUND
    | {
        "device",
        "worker",
        "sync",
        "wanted_refreshes",
        "platform_clock",
        "posting",
        "retries",
        "loading",
        "action_queues",
        "delivery",
        "queries",
        "survey_views",
        "media_run",
        "rules",
        "http",
        "wire",
        "disk",
    },
    # It opens and closes the mailbox's generations, and the game's thread calls it: so it knows those two.
    "run_manager": GROUND | {"run", "pump", "game_thread", "diagnostics_recorder", "rules", "http", "wire", "disk"},
    "modules": GROUND | {"signals", "pump", "rules"},
    "bug_report": GROUND | {"diagnostics_recorder", "disk"},
    "diagnostics": GROUND | {"diagnostics_recorder", "frame_profile", "bug_report", "rules", "modules", "disk"},
    "pending_refreshes": {"pump", "rules"},
    "parts": GROUND
    | {"game_thread", "diagnostics_recorder", "pump", "rules", "modules", "pending_refreshes", "run_manager"},
    "notice_router": GROUND | {"signals", "pump", "modules", "parts"},
    "frame_work": {"notice_router", "parts"},
    "lifecycle": GROUND | {"pump", "notice_router", "parts", "disk"},
    "client": GROUND
    | {
        "lifecycle",
        "frame_work",
        "run_manager",
        "signals",
        "pump",
        "rules",
        "modules",
        "parts",
        "notice_router",
        "diagnostics",
        "device",
        "http",  # for the type of a transport
    },
    # What a test puts in the place of network and clock is public, and so is what it is asked and gives.
    "__init__": {"client", "diagnostics", "errors", "models", "version", "time_sources", "http"},
    "stepping": GROUND | {"client", "diagnostics_recorder"},
    # It plays the platform and the players, and goes back in time; what it may not see is how the client does it.
    # What a test leaves is for the eyes of its user only, as what a game leaves on disk.
    "qa": {"__init__", "stepping", "dice", "time_sources", "signals", "models", "ui", "sandbox", "disk"},
    # Their threads may be refused, and rest between their steps, as those of the client.
    "engines": {"__init__", "ui", "threads", "throttle", "time_sources"},
    "ui": {"__init__", "callables"},  # functions of the game are handed to it too
    # The platform's time and chance can be given, too; which URLs may be used is one rule.
    "sandbox": {"time_sources", "dice", "urls"},
    "webhooks": GROUND | {"http", "signals"},  # for backends; of a client it knows nothing
    # A backend has it, not a game: so nothing of a game's client is in it, but values and their conversion.
    "server_api": {"http", "models", "config", "errors", "log", "urls", "time_sources", "dice"},
    "api_command": {"server_api", "config", "errors"},
    # For backends, too: what a partner tells comes in as webhooks do.
    "partners": GROUND | {"http", "signals", "webhooks"},
    # From partners to the server API, through a queue as games have it.
    "bridges": GROUND | {"http", "disk", "server_api", "partners", "webhooks"},
    "_pyinstaller": set(),
    "doctor": GROUND | {"disk"},
    "control_files": {"disk", "errors"},
    "ctl": {"control_files", "disk", "errors", "sandbox"},
    "webhook_commands": {"control_files", "ctl"},
    "demo": {"client", "sandbox"},
    "cli": {
        "__init__",
        "client",
        "errors",
        "models",
        "version",
        "disk",
        "doctor",
        "sandbox",
        "control_files",
        "ctl",
        "api_command",
        "webhook_commands",
        "demo",
        "bridges",
    },
    "__main__": {"cli"},
}
"""What each room may import of the others; every room may import itself."""

ONLY_IMPORTERS = {
    "requests": {
        "http/transport.py",
        "http/sockets.py",
        "http/failures.py",
        "http/proxies.py",
        "http/authorities.py",
    },
    "urllib3": {"http/transport.py", "http/sockets.py", "http/failures.py", "http/multipart.py"},
    "blinker": {"signals.py"},
    "appdirs": {"disk/paths.py"},
    "tzlocal": {"device.py"},
    "webview": {"survey_views/window_process.py"},
    "subprocess": {"survey_views/processes.py"},
    "pytest": {"qa/plugin.py", "qa/world_marks.py", "qa/artifacts.py"},
    "jinja2": {"qa/report_page.py"},
    "markupsafe": {"qa/report_page.py"},
}
ENGINES = {"pygame": "engines/pygame", "panda3d": "engines/panda3d", "direct": "engines/panda3d"}
"""How the names of the files begin that may import a package of an engine."""

PARTS_OF_THE_SANDBOX = {"flask", "werkzeug", "yaml", "jsonschema", "sqlite3"}


def sources() -> list[str]:
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def room_of(source: str) -> str:
    """The room that a file belongs to: its folder, or the file itself at the top and in `background/`."""
    return source.removeprefix("background/").split("/")[0].removesuffix(".py")


def imported(source: str) -> Iterator[str]:
    """The full names of all that a file imports, wherever in the file; `from a import b` is `a.b`."""
    for node in ast.walk(ast.parse((PACKAGE / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} has a relative import: write it in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(source: str) -> set[str]:
    """The rooms of the project that a file imports from."""
    rooms = set()
    for name in imported(source):
        first, *rest = name.split(".")
        if first == "uwclient":
            rest = rest[1:] if rest[:1] == ["background"] else rest
            rooms.add(rest[0] if rest and rest[0] in ROOMS else "__init__")
    return rooms


@pytest.mark.parametrize("source", sources())
def test_a_file_imports_only_what_its_room_may_see(source: str) -> None:
    room = room_of(source)
    assert room in ROOMS, f"{source} is in a room that has no rule yet: say what {room!r} may import"
    assert rooms_imported(source) - {room} <= ROOMS[room]


@pytest.mark.parametrize("source", sources())
def test_a_file_imports_only_the_packages_that_it_is_there_to_wrap(source: str) -> None:
    packages = {name.split(".")[0] for name in imported(source)}

    misplaced = {package for package in packages & ONLY_IMPORTERS.keys() if source not in ONLY_IMPORTERS[package]}
    assert misplaced == set()
    assert {package for package in packages & ENGINES.keys() if not source.startswith(ENGINES[package])} == set()
    allowed = {"yaml"} if source == "bridges/yaml_reading.py" else set()
    if room_of(source) != "sandbox":
        assert packages & PARTS_OF_THE_SANDBOX <= allowed


def test_the_rules_have_no_circle() -> None:
    settled: set[str] = set()
    while len(settled) < len(ROOMS):
        ready = {room for room, seen in ROOMS.items() if room not in settled and seen - settled <= {room}}
        if not ready:  # models and config may import each other
            ready = {"models", "config"} - settled
        assert ready, f"These rooms wait for each other: {sorted(ROOMS.keys() - settled)}"
        settled |= ready


def test_the_rule_catches_an_arrow_that_points_the_wrong_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    hidden = "def f():\n    from uwclient.http import transport\n    import requests\n"
    (tmp_path / "rules" / "bad.py").write_text(hidden)
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)

    with pytest.raises(AssertionError):
        test_a_file_imports_only_what_its_room_may_see("rules/bad.py")
    with pytest.raises(AssertionError):
        test_a_file_imports_only_the_packages_that_it_is_there_to_wrap("rules/bad.py")
