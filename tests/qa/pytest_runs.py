"""Runs pytest in a process of its own, as a project does that has the plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import uwclient

PLUGIN = ["-p", "uwclient.qa.plugin", "-W", "error"]
WITHOUT = ("-p", "no:schemathesis")
"""The plugin of a package that only the tests of uwclient need, and that loads much itself."""
"""Where the package is installed, the plugin loads by itself, and this changes nothing."""


class Run(NamedTuple):
    """A run that has ended: its exit code, all that it printed, and its folder."""

    code: int
    text: str
    folder: Path

    def properties(self, test: str) -> dict[str, str]:
        """The properties of a test in the file for JUnit's readers."""
        cases = ElementTree.parse(self.folder / "junit.xml").iter("testcase")
        found = next(case for case in cases if case.get("name") == test)
        return {one.attrib["name"]: one.attrib["value"] for one in found.iter("property")}

    def artifacts_of(self, test: str) -> Path:
        """The folder of artifacts of a test."""
        return (self.folder / self.properties(test)["uw_report"]).parent

    @property
    def artifacts(self) -> list[Path]:
        """The folders of artifacts."""
        return sorted(path for path in self.folder.glob("uw-artifacts/*") if path.is_dir())


def run_pytest(folder: Path, *arguments: str, before: str = "", **files: str) -> Run:
    """Run pytest in a folder, once these files are in it.

    Args:
        folder: the root folder of the run.
        *arguments: of the command line.
        before: Python that runs before pytest is imported.
        **files: texts of files in `tests/`, by their names with `_py` and `_yaml` for the ending.

    """
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    (folder / "tests").mkdir(exist_ok=True)
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / "tests" / f"{stem}.{ending}").write_text(text, encoding="utf-8")
    program = f"{before}\nimport sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, *PLUGIN, *WITHOUT, "--junitxml=junit.xml", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(uwclient.__file__).parent.parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Run(done.returncode, done.stdout + done.stderr, folder)
