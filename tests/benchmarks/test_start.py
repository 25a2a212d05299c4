"""What the start of a game costs, step by step, each time in a process of its own.

Bytecode of the client is there, as in an installed game, or is not, as on the very first start, or where Python may
not write it. The standard library and the packages of others are installed in either case.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import statistics
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import uwclient
from tests.benchmarks.content_platform import remote_platform
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.test_frames import client_of, load_all

STARTS = 20
RECORDS = 1000
PROGRAM = Path(__file__).with_name("start_steps.py")
STEPS = ("`import uwclient`", "the name `UserWise`", "`UserWise(…)`", "`start()`", "first content from the cache")
TOGETHER = "from `import uwclient` to the first content from the cache"
LONGEST = "longest hold-up of the game's thread in the third of a second after it"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Address, key and data folder of a player who has played before; the platform is not there any more."""
    folder = tmp_path_factory.mktemp("data")
    with remote_platform(RECORDS, 300) as platform:
        uw = client_of(platform, folder)
        load_all(uw, RECORDS)
        uw.stop()
    return [platform.url, platform.api_key, str(folder)]


@pytest.mark.parametrize("bytecode", [True, False], ids=["with bytecode", "without"])
def test_a_start_takes_milliseconds(bytecode: bool, played: list[str], tmp_path: Path, figures: Figures) -> None:
    copy = tmp_path / "game"
    shutil.copytree(Path(uwclient.__file__).parent, copy / "uwclient", ignore=shutil.ignore_patterns("__pycache__"))
    if bytecode:
        compileall.compile_dir(copy, quiet=1)
    starts = [start(copy, played) for _ in range(STARTS + 1)][1:]
    steps = list(zip(*(steps_of(moments[:-1]) for moments in starts), strict=True))
    sums = [moments[-2] for moments in starts]
    ending = "" if bytecode else ", without bytecode"
    print()
    for name, values in [
        *zip(STEPS, steps, strict=True),
        ("together", sums),
        (LONGEST, [moments[-1] for moments in starts]),
    ]:
        print(f"  {name}{ending}: median {statistics.median(values):.2f} ms, worst {max(values):.2f}")
        figures.add(
            Figure("start", f"{name}{ending}", list(values), headline=bytecode and name in (STEPS[0], TOGETHER))
        )
    compared = statistics.median(import_of_requests() for _ in range(STARTS))
    print(f"  for comparison, `import requests`: median {compared:.2f} ms")
    package, client, making, starting, _ = map(statistics.median, steps)
    assert package <= compared / 4
    assert client <= compared * (1 if bytecode else 4)
    assert making <= compared / 4
    assert starting <= compared * (0.7 if bytecode else 3), "the network stack is not imported here"


def import_of_requests() -> float:
    """How long a process imports requests, in milliseconds: what the machine can do at the moment."""
    code = "import time; began = time.perf_counter(); import requests; print((time.perf_counter() - began) * 1000)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def start(copy: Path, played: list[str]) -> list[float]:
    """The moments of one start, in a process."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *played], env=environment, capture_output=True, text=True, check=True
    )
    moments: list[float] = json.loads(done.stdout)
    return moments


def steps_of(moments: list[float]) -> list[float]:
    """How long each step took, from the moments after them."""
    return [after - before for before, after in pairwise([0.0, *moments])]
