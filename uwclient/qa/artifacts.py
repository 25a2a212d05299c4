"""What stays of a test's world: a folder with a report and the platform's state, which only the user can read."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from uwclient.disk.private import make_folder, open_private
from uwclient.qa.evidence import Evidence, evidence_of, secrets_of
from uwclient.qa.report_page import Outcome, page_of
from uwclient.qa.screenshots import screen_now
from uwclient.qa.world import World

FOLDER = "uw-artifacts"
"""Below the root folder of the run; each test has a folder of its own in it."""

REPORT = "report.html"
PLATFORM = "platform.sqlite"

_LONGEST_NAME = 100


class WorldOfTest:
    """The world of one test, and what is written of it when the test has ended.

    Args:
        item: the test.
        world: its world.

    """

    def __init__(self, item: pytest.Item, world: World) -> None:
        self._item = item
        self._world = world
        self._mode = item.config.getoption("uw_artifacts")
        self._folder = item.config.rootpath / FOLDER / _name_of(item.nodeid)
        self._at_the_end: Evidence | None = None
        self._is_written = False
        if self._mode != "off":
            shutil.rmtree(self._folder, ignore_errors=True)  # that of an earlier run

    def close(self) -> None:
        """Close the world, and remember how it stood, for a test that fails later."""
        try:
            self._at_the_end = evidence_of(self._world)
        finally:
            self._world.close()

    def add_to(self, report: pytest.TestReport) -> None:
        """Tell in the report of a phase of the test how to go on, and write the artifacts if they are due."""
        told = []
        if report.failed:
            told.append(f"The seed of the world was {self._world.seed}. Run it again: {self._repeat}")
        is_due = self._mode == "on" and (report.failed or report.when == "call")
        is_due = is_due or (self._mode == "retain-on-failure" and report.failed)
        if is_due and not self._is_written:
            told.append(self._written(report))
        if report.failed:
            _add_section(report, "uwclient", "\n".join(told))

    def _written(self, report: pytest.TestReport) -> str:
        """Write the artifacts, and return where they are, or why there are none."""
        try:
            self._write(report)
        except Exception as error:  # whatever it is, the test's own failure is what people must see
            return f"The report of the world could not be written: {type(error).__name__}: {error}"
        self._is_written = True
        place = (self._folder / REPORT).relative_to(self._item.config.rootpath).as_posix()
        properties = [("uw_report", place), ("uw_seed", str(self._world.seed))]
        self._item.user_properties += properties
        report.user_properties += properties
        return f"What happened in the world: {place}"

    def _write(self, report: pytest.TestReport) -> None:
        evidence = self._at_the_end
        if evidence is None:
            picture = screen_now()
            if picture is not None:
                self._world.screenshot(picture, "The screen when the test ended")
            evidence = evidence_of(self._world)
        page = page_of(_outcome(report, self._repeat), evidence, secrets_of(self._world))
        files = {REPORT: page.encode(errors="replace"), PLATFORM: self._world.sandbox.save()}
        _write_folder(self._folder, files)

    @property
    def _repeat(self) -> str:
        http = " --uw-http" if self._item.config.getoption("uw_http") else ""
        return f"pytest {shlex.quote(self._item.nodeid)} --uw-seed={self._world.seed}{http}"


def _outcome(report: pytest.TestReport, repeat: str) -> Outcome:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = report.longreprtext
    message = text if crash is None else crash.message
    return Outcome(report.nodeid, report.outcome, report.when or "call", message, text, repeat)


def _add_section(report: pytest.TestReport, title: str, text: str) -> None:
    """Add a section to what is printed of a failure, and (where it can be) to what JUnit's files hold of it."""
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((title, text))
    else:
        add(title, text)


def _name_of(nodeid: str) -> str:
    """Return a name for a folder that no other test has, on any system: readable, and with a digest at its end."""
    readable = re.sub(r"[^\w.]+", "-", nodeid.replace("/", "-"), flags=re.ASCII).strip("-.")[:_LONGEST_NAME]
    return f"{readable}-{hashlib.sha256(nodeid.encode(errors='replace')).hexdigest()[:8]}"


def _write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write a whole folder, or nothing of it; of two runs that write it at the same time, one counts."""
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError), open_private(folder.parent / ".gitignore", "x") as file:
        file.write("*\n")
    new = folder.with_name(f".{os.getpid()}-{folder.name}")
    make_folder(new)
    try:
        for name, content in files.items():
            with open_private(new / name, "wb") as file:
                file.write(content)
        shutil.rmtree(folder, ignore_errors=True)
        new.replace(folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
