"""What somebody reads who imports a part of the package before they have installed what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("statement", "lacking", "told"),
    [
        ("import uwclient.engines.pygame", "pygame", "pip install 'uwclient[pygame]'"),
        ("import uwclient.engines.panda3d", "direct", "pip install 'uwclient[panda3d]'"),
        ("import uwclient.sandbox", "flask", "uwclient.sandbox needs flask: pip install 'uwclient[sandbox]'"),
        ("from uwclient.qa import World", "flask", "uwclient.qa needs flask: pip install 'uwclient[qa]'"),
        ("import uwclient.sandbox", "yaml", "uwclient.sandbox needs yaml: pip install 'uwclient[sandbox]'"),
    ],
)
def test_a_part_whose_package_is_not_installed_says_how_to_install_it(
    statement: str, lacking: str, told: str
) -> None:
    script = f"import sys; sys.modules[{lacking!r}] = None; {statement}"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert told in run.stderr.splitlines()[-1]


@pytest.mark.parametrize("part", ["uwclient.engines.pygame", "uwclient.engines.panda3d"])
def test_an_engine_loads_nothing_of_what_it_does_not_need(part: str) -> None:
    script = f"import sys, {part}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    other = {"uwclient.engines.pygame": "direct", "uwclient.engines.panda3d": "pygame"}[part]
    assert {other, "flask", "yaml", "jsonschema", "webview"} & set(loaded) == set()
