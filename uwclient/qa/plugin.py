"""The pytest plugin: worlds as fixtures, made as the mark `uw` says.

It is loaded in every test run on a machine with uwclient, so it imports nothing but pytest until a test asks for
one of its fixtures.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from uwclient.qa import Player, Timeline, World
    from uwclient.qa.artifacts import WorldOfTest
    from uwclient.sandbox import Faults, Sandbox

MARK = (
    "uw(*, scenario=None, seed=None, start=None, faults=None, polls='elide'): how uw_world is made, with which "
    "scenario (a mapping, or a file beside the test's), seed and start, and with which faults by name."
)


OF_TEST: pytest.StashKey[WorldOfTest] = pytest.StashKey()
"""Where a test has its world."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of worlds."""
    group = parser.getgroup("uwclient", "worlds on virtual time (uwclient)")
    group.addoption("--uw-seed", type=int, default=0, metavar="N", help="the seed of worlds whose mark names none")
    group.addoption("--uw-http", action="store_true", help="send what players' clients send over loopback")
    group.addoption(
        "--uw-artifacts",
        choices=("retain-on-failure", "on", "off"),
        default="retain-on-failure",
        help="which tests leave a report and the platform's state in uw-artifacts (default: those that fail)",
    )
    group.addoption("--uw-update", action="store_true", help="write the files of timeline.matches() anew")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and have timelines written where that was asked for."""
    config.addinivalue_line("markers", MARK)
    if config.getoption("uw_update"):
        _refuse_many_writers(config)
        _have_timelines_written(config)


def _refuse_many_writers(config: pytest.Config) -> None:
    if config.getoption("dist", "no") != "no":
        raise pytest.UsageError(
            "--uw-update writes files that several workers must not write at once: run without -n."
        )


def _have_timelines_written(config: pytest.Config) -> None:
    from uwclient.qa.timeline_files import Updating

    Updating.is_on = True
    config.add_cleanup(lambda: setattr(Updating, "is_on", False))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell in the report of a test what its world was, and write its artifacts."""
    report = yield
    of_test = item.stash.get(OF_TEST, None)
    if of_test is not None:
        of_test.add_to(report)
    return report


@pytest.fixture
def uw_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A platform and its players on one clock; the mark `uw` says with what."""
    try:
        from uwclient.qa.artifacts import WorldOfTest
        from uwclient.qa.world_marks import world_for
    except ModuleNotFoundError as error:
        pytest.fail(f"uw_world needs {error.name}: pip install 'uwclient[qa]'.", pytrace=False)
    world = world_for(request.node)
    of_test = request.node.stash[OF_TEST] = WorldOfTest(request.node, world)
    try:
        yield world
        world.sandbox.check()
    finally:
        of_test.close()


@pytest.fixture
def uw_sandbox(uw_world: World) -> Sandbox:
    """The platform of the world, for live operations."""
    return uw_world.sandbox


@pytest.fixture
def uw_faults(uw_world: World) -> Faults:
    """What goes wrong in the world, by name: `uw_faults.profile("subway", during=("+1h", "+3h"))`."""
    return uw_world.faults


@pytest.fixture
def uw_timeline(uw_world: World) -> Timeline:
    """What has happened in the world so far."""
    return uw_world.timeline


@pytest.fixture
def make_uw_player(uw_world: World) -> Callable[..., Player]:
    """Makes players of the world: `make_uw_player("hero-7", attributes={"level": 3})`, as `World.player`."""
    return uw_world.player


@pytest.fixture
def uw_player(uw_world: World) -> Player:
    """A player of the world, "hero-42", whose client is started and not pumped yet."""
    return uw_world.player()
