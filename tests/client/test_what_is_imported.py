"""What each step of a game's start imports: no more than it needs, so that a game is on the screen soon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import uwclient
from uwclient.sandbox import Sandbox

PROGRAM = Path(__file__).with_name("steps_of_a_start.py")

OF_THE_PROJECT = {
    "import uwclient": "",
    "uwclient.UserWise": """
        client parts lifecycle frame_work notice_router pump young_objects signals pending_refreshes game_thread
        callables config errors urls log device time_sources dice diagnostics_recorder
        background background.run_manager
        models models.action_envelope models.answers models.campaign models.content models.iso_time
        models.json_numbers models.json_text models.media models.notices models.packed_records models.pages
        models.player models.push models.queries models.session
        disk disk.action_lines disk.answers disk.waiting_actions disk.aside disk.checksummed_lines disk.locks
        disk.outbox disk.paths disk.private
        modules modules.actions modules.answers modules.base modules.campaigns modules.content_scheduler
        modules.emails modules.events modules.media modules.messages modules.offers modules.player_actions
        modules.push modules.queries modules.remote_configs modules.survey_entry modules.survey_page modules.surveys
        rules rules.actions rules.clock rules.push rules.quotas rules.schedule rules.start_order
        rules.timetable rules.triggers
        """,
    "UserWise(…)": "",
    "content from the cache": """
        background.run background.action_queues background.content_source background.delivery background.loading
        background.media_loading background.media_run background.platform_clock background.posting
        background.prefetching background.queries background.refresh_round background.retries
        background.session_keeper background.set_aside background.settling background.sync background.trouble
        background.wanted_refreshes background.worker
        disk.cache disk.dead_letters disk.lru_index disk.media disk.outbox_recovery
        http http.access http.authorities http.envelope http.messages http.privacy http.retry http.signing
        wire wire.actions wire.answers wire.campaigns wire.file_types wire.late_transport wire.media wire.parsing
        wire.queries wire.sender wire.session_api
        wire.splitting
        models.conversion models.converters rules.content late_imports threads throttle version
        """,
    "content from the platform": """
        http.transport http.failures http.proxies http.quiet http.sockets http.socks http.unpacking
        """,
    "stop()": "",
}
"""The modules of the project that a step may import, beside those of the steps before it."""

OF_OTHERS = {
    "import uwclient": "",
    "uwclient.UserWise": "appdirs blinker",
    "UserWise(…)": "",
    "content from the cache": "tzlocal tzdata",
    "content from the platform": "requests urllib3 certifi charset_normalizer chardet idna socks",
    "stop()": "",
}
"""The packages of others that a step may import, likewise."""

SLOW = {
    "uwclient.UserWise": "logging tempfile shutil zoneinfo queue string",
    "content from the cache": "ssl socket http email urllib.request",
    "content from the platform": "asyncio concurrent ctypes multiprocessing sqlite3 subprocess unittest xml",
}
"""What is slow in the standard library: a step may import it only after the one beside which it stands."""


def imports_of(sandbox: Sandbox, folder: Path, network: str) -> dict[str, list[tuple[str, str]]]:
    """What each step of a game imports, as (module, importer)."""
    command = [sys.executable, str(PROGRAM), sandbox.url, sandbox.api_key, str(folder), network]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, cwd=Path(uwclient.__file__).parents[1]
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, list[tuple[str, str]]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("network", ["online", "offline"])
def test_a_step_imports_only_what_it_needs(sandbox: Sandbox, tmp_path: Path, network: str) -> None:
    sandbox.publish("offers", id="gems")
    told = imports_of(sandbox, tmp_path, "online")
    if network == "offline":
        told = imports_of(sandbox, tmp_path, "offline")  # the first game has left a cache
        assert "content from the cache" in told
    assert problems(told) == []


def test_a_module_that_is_new_is_named_with_its_importer() -> None:
    told = {"uwclient.UserWise": [("uwclient.http.transport", "uwclient.client"), ("yaml", "uwclient.config")]}
    assert problems(told) == [
        "uwclient.UserWise imports uwclient.http.transport, because uwclient.client does: import it where it is "
        "first needed, or allow it here.",
        "uwclient.UserWise imports yaml, because uwclient.config does: import it where it is first needed, or allow "
        "it here.",
    ]


def test_what_is_slow_in_the_standard_library_is_named_too() -> None:
    told = {"content from the cache": [("ssl", "uwclient.wire.sender"), ("heapq", "uwclient.wire.sender")]}
    assert [problem.split(":")[0] for problem in problems(told)] == [
        "content from the cache imports ssl, because uwclient.wire.sender does"
    ]


def problems(told: dict[str, list[tuple[str, str]]]) -> list[str]:
    """A sentence for each module that a step imports and may not."""
    return [
        f"{step} imports {name}, because {importer} does: import it where it is first needed, or allow it here."
        for step, imported in told.items()
        for name, importer in imported
        if not may_import(step, name)
    ]


def may_import(step: str, name: str) -> bool:
    """Whether a step may import a module."""
    steps = list(OF_THE_PROJECT)
    so_far = steps[: steps.index(step) + 1]
    package = name.split(".")[0]
    if package == "uwclient":
        allowed = " ".join(OF_THE_PROJECT[one] for one in so_far).split()
        return name == package or name.removeprefix("uwclient.") in allowed
    if package in sys.stdlib_module_names or package.startswith("_"):
        slow = [
            one for until, names in SLOW.items() if step in steps[: steps.index(until) + 1] for one in names.split()
        ]
        return not any(name == one or name.startswith(f"{one}.") for one in slow)
    allowed = " ".join(OF_OTHERS[one] for one in so_far).split()
    return package in allowed or package.endswith("__mypyc")
