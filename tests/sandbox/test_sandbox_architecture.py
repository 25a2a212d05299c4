"""Inside the sandbox imports point one way, and a service's tables are its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import uwclient.sandbox

SANDBOX = Path(uwclient.sandbox.__file__).parent
PACKAGE = "uwclient.sandbox."

REQUEST_FILES = {"routes", "page", "requests"}
"""The files of a service that know HTTP."""
HTTP_FOR_SERVICES = {"http.replies", "http.requests", "http.web_origins"}
"""What those files may know of `http`."""
OPEN_FILES = {"service", "requests"}
"""The files of a service that are more than rules and values, and that other services may import."""
CLOSED_FILES = {"tables", "routes", "page"}
"""The files that only their own service may import; routes only the application."""
TOP = {
    "app",
    "live_journeys",
    "live_operations",
    "live_publishing",
    "live_webhooks",
    "migration",
    "platform",
    "player_view",
    "sandbox",
    "session_api",
    "settings",
    "world_file",
    "world_players",
    "__init__",
}
"""The files that wire everything, and may import everything."""

WEB_PACKAGES = {"flask", "werkzeug"}
FUNCTIONS = {"json_each"}
"""What SQLite calculates, though it stands where a table does."""
SQL = re.compile(r"(?:FROM|JOIN|INTO|UPDATE|TABLE IF NOT EXISTS) ([a-z_]+)")


def sources() -> list[str]:
    return sorted(path.relative_to(SANDBOX).as_posix() for path in SANDBOX.rglob("*.py"))


def module_of(source: str) -> str:
    """ "services.players.service" for services/players/service.py."""
    return source.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def tree_of(source: str) -> ast.Module:
    return ast.parse((SANDBOX / source).read_text(encoding="utf-8"))


def imported(source: str) -> Iterator[str]:
    """The modules that a file imports, in full."""
    for node in ast.walk(tree_of(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def inside(source: str) -> set[str]:
    """The modules of the sandbox that a file imports, without the sandbox's name."""
    return {name.removeprefix(PACKAGE) for name in imported(source) if name.startswith(PACKAGE)}


def forbidden(source: str) -> set[str]:
    """What a file imports and must not."""
    room, *rest = module_of(source).split(".")
    found = inside(source)
    if room in TOP:
        return set()
    if room == "control":  # it moves a sandbox by the Python face, and no file of the sandbox knows of it
        return {name for name in found if not name.startswith(("core.", "http.", "control.")) and name not in TOP}
    if room == "core":
        return {name for name in found if not name.startswith("core.")}
    if room == "http":
        return {name for name in found if not name.startswith(("core.", "http."))}
    if room == "server_api":
        return {name for name in found if not _server_api_may_see(name)}
    if room == "scenario":
        return {name for name in found if not _scenario_may_see(name)}
    assert room == "services", f"{source} is in a room that has no rule yet"
    return {name for name in found if not _service_may_see(rest, name)}


def _scenario_may_see(name: str) -> bool:
    """Core, the scenario itself, and of services what is neither a table nor HTTP nor acts on them."""
    room, *_, file = name.split(".")
    return room in ("core", "scenario") or (room == "services" and file not in OPEN_FILES | CLOSED_FILES)


def _server_api_may_see(name: str) -> bool:
    """Core, the wired services, what services show each other, and how replies and errors are written."""
    room, file = name.split(".")[0], name.split(".")[-1]
    known = ("core", "platform", "server_api", "session_api")
    return room in known or name in HTTP_FOR_SERVICES or (room == "services" and file not in CLOSED_FILES)


def _service_may_see(own: list[str], name: str) -> bool:
    service, knows_http = own[0], own[-1] in REQUEST_FILES
    room, *rest = name.split(".")
    if room == "services" and rest[0] == service:
        return rest[-1] not in ("routes", "page") and (knows_http or rest[-1] != "requests")
    if room == "services":
        return rest[-1] not in CLOSED_FILES and (knows_http or rest[-1] != "requests")
    return room == "core" or (knows_http and name in HTTP_FOR_SERVICES)


def owner_of(source: str) -> str:
    """The service, or else the room, that a file belongs to."""
    parts = module_of(source).split(".")
    return parts[1] if parts[0] == "services" and len(parts) > 1 else parts[0]


def tables_named(source: str) -> set[str]:
    """The tables that stand in the SQL of a file; a `PlayerLog` or `Resource` is told the name of its table."""
    named = set()
    for node in ast.walk(tree_of(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named.update(set(SQL.findall(node.value)) - FUNCTIONS)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PlayerLog":
            named.add(ast.literal_eval(node.args[2]))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Resource":
            named.add(ast.literal_eval(node.args[1]))
    return named


@pytest.mark.parametrize("source", sources())
def test_a_file_of_the_sandbox_imports_only_what_its_room_may_see(source: str) -> None:
    assert forbidden(source) == set()


@pytest.mark.parametrize("source", sources())
def test_only_what_answers_requests_knows_the_web_framework(source: str) -> None:
    room, *rest = module_of(source).split(".")
    answers = (
        room in ("http", "app")
        or (room, rest) == ("control", ["port"])
        or (room, rest) == ("server_api", ["routes"])
        or (room == "services" and rest[-1:] and rest[-1] in REQUEST_FILES)
    )
    packages = {name.split(".")[0] for name in imported(source)}

    assert answers or packages & WEB_PACKAGES == set()
    assert source == "core/storage.py" or "sqlite3" not in packages


def owners_of_tables() -> dict[str, set[str]]:
    """The services (or rooms) in whose SQL each table stands."""
    owners: dict[str, set[str]] = {}
    for source in sources():
        for table in tables_named(source):
            owners.setdefault(table, set()).add(owner_of(source))
    return owners


def test_each_table_is_read_and_written_by_one_service() -> None:
    owners = owners_of_tables()

    assert {"contents", "currencies", "player_events", "survey_responses", "deliveries"} <= owners.keys()
    assert {table: names for table, names in owners.items() if len(names) > 1} == {}


def test_the_files_of_the_sandbox_import_each_other_without_a_circle() -> None:
    waiting = {module_of(source): inside(source) for source in sources()}
    while waiting:
        ready = {name for name, needs in waiting.items() if needs.isdisjoint(waiting.keys() - {name})}
        assert ready, f"These files wait for each other: {sorted(waiting)}"
        waiting = {name: needs for name, needs in waiting.items() if name not in ready}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("core/clock.py", "from uwclient.sandbox.http.replies import ApiError"),
        ("http/faults.py", "from uwclient.sandbox.services.players.service import Players"),
        ("scenario/reading.py", "from uwclient.sandbox.services.content.service import Content"),
        ("services/emails/service.py", "from uwclient.sandbox.http.replies import ApiError"),
        ("services/emails/service.py", "from uwclient.sandbox.services.surveys.tables import SurveyResponses"),
        ("services/emails/service.py", "from uwclient.sandbox.scenario.reading import Scenario"),
        ("services/emails/routes.py", "from uwclient.sandbox.http.faults import Faults"),
        ("services/emails/routes.py", "from uwclient.sandbox.services.push.routes import push_routes"),
    ],
)
def test_the_rule_catches_an_arrow_that_points_the_wrong_way(
    source: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / source).parent.mkdir(parents=True)
    (tmp_path / source).write_text(f"def f():\n    {line}\n")
    monkeypatch.setitem(globals(), "SANDBOX", tmp_path)

    assert len(forbidden(source)) == 1


def test_the_rule_catches_sql_about_the_table_of_another_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service, line in (
        ("players", 'log = PlayerLog(backend, "events", "player_events", "events_of_player", ("event_id",))'),
        ("emails", 'storage.row("SELECT count(*) FROM player_events WHERE player_id = ?", (player_id,))'),
    ):
        (tmp_path / "services" / service).mkdir(parents=True)
        (tmp_path / "services" / service / "service.py").write_text(line)
    monkeypatch.setitem(globals(), "SANDBOX", tmp_path)

    assert owners_of_tables() == {"player_events": {"players", "emails"}}
