"""Runs the benchmarks, and writes the tables of README.md and docs/benchmarks.md from what they measure.

    python -m tests.benchmarks.table                      all tables, from one run
    python -m tests.benchmarks.table start frames         the tables of test_start.py and test_frames.py
    python -m tests.benchmarks.table --only "not 20"      those that pytest's -k selects
    python -m tests.benchmarks.table calls --against DIR  the same with the client of another checkout, by turns

Each file of benchmarks has a process of its own. A benchmark that takes the fixture `figures` contributes rows. With
`--against` nothing is written: the figures of both are printed, so that a change can be judged on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.benchmarks.figures import Figure, read
from tests.benchmarks.tables import HEADLINES, PAGE, README, ROOT, TABLES, number, places, table, write

FOLDER = Path(__file__).parent
ROUNDS = 2
"""How often each of two clients has its turn."""


def main() -> int:
    """Run what the command line names; the exit code is 1 when a benchmark missed its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="such as start for test_start.py; all by default")
    parser.add_argument("--against", type=Path, help="another checkout, whose client takes turns with this one's")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="with --against: turns of each")
    parser.add_argument("--only", default="", help="which benchmarks, as pytest's -k takes it")
    wanted = parser.parse_args()
    files = _files(wanted.names)
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder, "here"), Path(folder, "there")
        if wanted.against is None:
            good = [_measure(file, ROOT, here, wanted.only) for file in files]
            figures = read(here)
            print(_told(figures))
            _write(figures, with_readme=set(files) >= set(_files_with("headline=")))
            return 0 if all(good) else 1
        with _with_client_of(wanted.against) as other:
            for file in files * wanted.rounds:
                _measure(file, ROOT, here, wanted.only)
                _measure(file, other, there, wanted.only)
        print(_compared(read(here), read(there)))
    return 0


def _files(names: list[str]) -> list[Path]:
    """The files that are named, or all that contribute."""
    named = [FOLDER / f"test_{name}.py" for name in names]
    missing = [file.name for file in named if not file.exists()]
    if missing:
        raise SystemExit(f"There is no {', '.join(missing)} in {FOLDER.name}/: name them as start for test_start.py.")
    return named or _files_with("figures: Figures")


def _files_with(text: str) -> list[Path]:
    """The files of benchmarks in which a text stands."""
    return [file for file in sorted(FOLDER.glob("test_*.py")) if text in file.read_text(encoding="utf-8")]


def _measure(file: Path, checkout: Path, figures: Path, only: str) -> bool:
    """Run a file of benchmarks in a process, whose figures are added to a file; whether all kept to their limits."""
    print(f"{file.stem} of {checkout} …", flush=True)
    options = ["-q", "-o", "addopts=", f"--figures={figures}", f"--rootdir={checkout}", "-k", only]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(checkout / file.relative_to(ROOT))],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", flush=True)
    return done.returncode == 0


@contextmanager
def _with_client_of(checkout: Path) -> Iterator[Path]:
    """A folder with these benchmarks and the client of another checkout, until the block ends."""
    client = checkout.resolve() / "uwclient"
    if not client.is_dir():
        raise SystemExit(f"There is no uwclient in {checkout}: give the folder of a checkout.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(client, Path(folder, "uwclient"))
        for name in ("tests", "examples"):
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        yield Path(folder).resolve()


def _write(figures: Mapping[tuple[str, str], Figure], with_readme: bool) -> None:
    """Write the tables that were measured into their pages; README's only from a run of all that it shows."""
    where = _where()
    listed = list(figures.values())
    tables = {
        name: table(name, rows, where) for name in TABLES if (rows := [one for one in listed if one.table == name])
    }
    if with_readme:
        tables[HEADLINES] = table(HEADLINES, [one for one in listed if one.headline], where)
    for page in (README, PAGE):
        text = page.read_text(encoding="utf-8")
        page.write_text(write(text, tables), encoding="utf-8")
        print(f"{page.name}: {', '.join(one.name for one in places(text) if one.name in tables) or 'nothing new'}")


def _told(figures: Mapping[tuple[str, str], Figure]) -> str:
    return "\n".join(
        f"{one.table:8} {one.row}: median {number(one.median, one.unit)}, worst {number(max(one.values), one.unit)}"
        for one in figures.values()
    )


def _compared(here: Mapping[tuple[str, str], Figure], there: Mapping[tuple[str, str], Figure]) -> str:
    """Median and worst of the client here, of the other, and how the medians compare."""
    lines = ["here: median, worst | there: median, worst | median here / there"]
    for key, mine in here.items():
        if key not in there:
            lines.append(f"{mine.row}: not measured there")
            continue
        other = there[key]
        both = " | ".join(f"{number(one.median, '')}, {number(max(one.values), one.unit)}" for one in (mine, other))
        ratio = f"{mine.median / other.median:.2f}" if other.median > 0 else "–"
        lines.append(f"{mine.table} {mine.row}: {both} | {ratio}")
    return "\n".join(lines)


def _where() -> str:
    """This machine, its Python, and the day."""
    cores = os.cpu_count() or 1
    return f"{cores} cores of {_processor()}, {platform.system()}, Python {platform.python_version()}, {date.today()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
