"""What the benchmarks have measured, for the tables of the documentation: see `table.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.figures import Figures


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", type=Path, help="run what contributes figures, and add these to a file")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--figures") is not None:
        items[:] = [item for item in items if "figures" in getattr(item, "fixturenames", ())]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a benchmark puts what it has measured; it becomes a row of a table."""
    return Figures(request.config.getoption("--figures"))
