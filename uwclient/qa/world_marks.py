"""Makes the world that a test's mark `uw` describes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import signature
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from uwclient import ArgumentError
from uwclient.qa.world import World
from uwclient.sandbox import Faults
from uwclient.sandbox.core.errors import did_you_mean

ARGUMENTS = ("scenario", "seed", "start", "faults", "polls")
"""What the mark may say."""

OF_A_FAULT = tuple(signature(Faults.profile).parameters)[2:]
"""What may be said of a fault besides its name."""


def world_for(item: pytest.Item) -> World:
    """Return the world of a test: as its marks say, the closest first, and then as the command line says.

    The test fails with a sentence when its marks, or the scenario, are wrong.
    """
    try:
        said = said_by_marks(item)
        return _make(item, said.pop("faults", ()), said)
    except (ValueError, ArgumentError) as error:
        raise pytest.fail.Exception(f"The world of this test cannot be made. {error}", pytrace=False) from None


def _make(item: pytest.Item, faults: Any, said: Mapping[str, Any]) -> World:
    options = item.config.option
    said = {"seed": options.uw_seed, "transport": "http" if options.uw_http else "direct", **said}
    world = World(**{**said, "scenario": _beside(item.path, said.get("scenario"))})
    world.timeline.folder = item.path.parent
    try:
        _plan(world, faults)
    except ValueError:
        world.close()
        raise
    return world


def said_by_marks(item: pytest.Item) -> dict[str, Any]:
    """Return what all marks of a test say together; of two that say the same, the one closer to the test counts.

    Raises:
        ValueError: a mark says something that there is not.

    """
    said: dict[str, Any] = {}
    for mark in item.iter_markers("uw"):
        if mark.args:
            raise ValueError("The mark uw takes its arguments by name: @pytest.mark.uw(scenario='season.yaml').")
        _check_known(mark.kwargs, ARGUMENTS, "The mark uw")
        said = {**mark.kwargs, **said}
    return {name: value for name, value in said.items() if value is not None}


def _beside(test_file: Path, scenario: Any) -> Any:
    """Return the scenario; a relative path counts from the folder of the test's file."""
    if isinstance(scenario, str | PathLike):
        return test_file.parent / scenario
    if scenario is not None and not isinstance(scenario, Mapping):
        raise ValueError(f"scenario must be a mapping, or the path of a file, not {scenario!r}.")
    return scenario


def _plan(world: World, faults: Any) -> None:
    """Plan faults: one name, several, or a mapping of names to what else `Faults.profile` takes."""
    if isinstance(faults, str):
        faults = [faults]
    if isinstance(faults, list | tuple):
        faults = {name: {} for name in faults}
    if not isinstance(faults, Mapping) or not all(isinstance(said, Mapping) for said in faults.values()):
        raise ValueError(f"faults must be a name, several names, or a mapping of names to arguments, not {faults!r}.")
    for name, said in faults.items():
        _check_known(said, OF_A_FAULT, f"The fault {name!r} of the mark uw")
        world.faults.profile(name, **{"seed": world.seed, **said})


def _check_known(given: Iterable[str], known: tuple[str, ...], what: str) -> None:
    for name in given:
        if name not in known:
            close = did_you_mean(name, known) or f": use {', '.join(known)}"
            raise ValueError(f"{what} has no argument {name!r}{close}.")
