"""Time and chance come from what client, sandbox and UI are given; these are the places that ask the machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import uwclient

PACKAGE = Path(uwclient.__file__).parent

ALLOWED = {
    "time_sources.py": "it is where the time of this machine comes from: SystemTime and RealTime",
    "dice.py": "it is where chance comes from: the system's where nobody has given a seed",
    "survey_views/window_process.py": "it is the program of another process, which no test's time can reach",
    "qa/world.py": "the files of a world are in a folder that is deleted after it, whose name nobody sees",
    "qa/screenshots.py": "Panda3D writes a picture to a file, whose name nobody sees",
    "demo.py": "a demo plays in a folder that is deleted after it, whose name nobody sees",
    "sandbox/http/request_reader.py": "a large body waits in a file that has no name",
}
"""Files that may ask the machine, each with the reason."""

REAL_TIME = {
    "background/run.py": "a stop waits for threads and requests",
    "background/run_manager.py": "a stop waits for threads, and a pump without a thread for the network",
    "background/worker.py": "a thread rests between tasks",
    "disk/cache.py": "files of killed processes have an age",
    "disk/media.py": "files of killed processes have an age, and the least recently used file goes first",
    "engines/": "windows and keys are real, and a frame has a budget",
    "frame_profile.py": "it measures what a frame costs",
    "http/": "sockets are real, and so is the wait before a request is repeated",
    "modules/survey_page.py": "a page is closed by another process",
    "pump.py": "a frame has a budget",
    "sandbox/http/": "connections are real, and a test waits for requests",
    "survey_views/": "browsers and windows are other processes",
    "threads.py": "the system may have a thread again a little later",
    "throttle.py": "background work rests",
    "wire/": "what a game can wait for is real",
}
"""Files and folders that may use RealTime, each with the reason."""

MODULES = ("time", "random", "secrets", "tempfile")
"""Modules of which nothing may be used."""

FUNCTIONS = {
    "os.urandom",
    "os.getrandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "email.utils.formatdate",
    "email.utils.localtime",
    "pygame.time.get_ticks",
    "pygame.time.Clock",
}

DRAWS = {"uniform", "randint", "randrange", "choice", "shuffle", "gauss", "randbytes", "expovariate"}
"""Methods of generators that are not the same on every Python, or may change; `random` and `getrandbits` are."""


def sources() -> list[str]:
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def tree_of(source: str) -> ast.Module:
    return ast.parse((PACKAGE / source).read_text(encoding="utf-8"))


def strays_in(text: str) -> list[str]:
    """What a file asks the machine for, as full names: "time.time", "os.urandom"."""
    tree = ast.parse(text)
    names = dict(_imported(tree))
    return sorted({found for node in ast.walk(tree) for found in _asked_by(node, names)})


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that a file has from its imports, each with the full name that it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else ((top := alias.name.split(".")[0]), top)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _asked_by(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr in DRAWS:
        yield f".{node.attr}"
    full = _full_name(node, names)
    if full in FUNCTIONS or (full is not None and full.partition(".")[0] in MODULES and full != "random.Random"):
        yield full
    if isinstance(node, ast.Call) and _full_name(node.func, names) == "random.Random":
        yield "random.Random()"


def _full_name(node: ast.AST, names: dict[str, str]) -> str | None:
    """The full name of `time.time` or `monotonic`, as far as it comes from an import; None for the bare module."""
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id in names:
            return f"{names[node.value.id]}.{node.attr}"
        inner = _full_name(node.value, names)
        return None if inner is None else f"{inner}.{node.attr}"
    if isinstance(node, ast.Name) and "." in names.get(node.id, ""):
        return names[node.id]
    return None


@pytest.mark.parametrize("source", sources())
def test_a_file_takes_time_and_chance_from_what_it_is_given(source: str) -> None:
    strays = strays_in((PACKAGE / source).read_text(encoding="utf-8"))
    if source in ALLOWED:
        assert strays, f"{source} needs no exception any more: take it out of ALLOWED"
    else:
        assert strays == [], f"{source}: take the time from a TimeSource or RealTime, and chance from Dice"


@pytest.mark.parametrize("source", sources())
def test_real_time_is_for_what_is_not_of_the_game(source: str) -> None:
    uses = "uwclient.time_sources.RealTime" in dict(_imported(tree_of(source))).values()
    assert not uses or source.startswith(tuple(REAL_TIME)), f"{source}: use the TimeSource that is given"


@pytest.mark.parametrize("place", REAL_TIME)
def test_a_place_that_may_use_real_time_uses_it(place: str) -> None:
    assert any(
        "uwclient.time_sources.RealTime" in dict(_imported(tree_of(source))).values()
        for source in sources()
        if source.startswith(place)
    )


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("import time\ntime.time()", "time.time"),
        ("import time as clock\nclock.sleep(1)", "time.sleep"),
        ("from time import monotonic\nnow = monotonic", "time.monotonic"),
        ("from datetime import datetime\ndatetime.now()", "datetime.datetime.now"),
        ("import datetime as dt\ndt.datetime.now(dt.UTC)", "datetime.datetime.now"),
        ("import datetime\ndatetime.date.today()", "datetime.date.today"),
        ("def f():\n    import random\n    return random.random()", "random.random"),
        ("import random\nrandom.Random(7)", "random.Random()"),
        ("from random import Random as Dice\nDice(7)", "random.Random()"),
        ("rng.shuffle(cards)", ".shuffle"),
        ("from uuid import uuid4\nuuid4()", "uuid.uuid4"),
        ("import os\nos.urandom(8)", "os.urandom"),
        ("import secrets\nsecrets.token_hex()", "secrets.token_hex"),
        ("import tempfile\ntempfile.mkdtemp()", "tempfile.mkdtemp"),
    ],
)
def test_a_stray_is_found_however_it_is_imported(text: str, stray: str) -> None:
    assert stray in strays_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "import random\ndef delay(rng: random.Random) -> float: return rng.random()",
        "import uuid\nuuid.uuid5(uuid.NAMESPACE_URL, 'name')",
        "from datetime import datetime\ndatetime.fromisoformat(text)",
        "class Game:\n    def time(self): return self.time.monotonic()",
    ],
)
def test_what_is_given_is_no_stray(text: str) -> None:
    assert strays_in(text) == []
