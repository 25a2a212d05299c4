"""Scenarios that would hang the sandbox, fill the memory, or give away files."""

from __future__ import annotations

import os
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox, ScenarioError
from uwclient.sandbox.scenario.yaml_bounds import MOST_VALUES
from uwclient.sandbox.services.media.files import LARGEST_FILE

LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}]\n"
    for before, name in zip(string.ascii_lowercase, string.ascii_lowercase[1:], strict=False)
)
MERGES = "offers:\n  - &a0 {id: x}\n" + "".join(
    f"  - &a{number + 1} {{<<: [*a{number}, *a{number}], k{number}: 1}}\n" for number in range(40)
)
HOSTILE = [
    (LAUGHS, "9: it is not valid YAML: it holds more than"),
    (MERGES, "16: it is not valid YAML: it holds more than"),
    ("offers: [" + "{}," * MOST_VALUES + "]\n", "1: it is not valid YAML: it holds more than"),
    ("a: " + "[" * 200, "1: it is not valid YAML: it is nested more than 100 deep"),
    ("a: " + "[" * 100_000, "1: it is not valid YAML: "),
    ("".join(" " * depth + "a:\n" for depth in range(500)), "101: it is not valid YAML: it is nested more than"),
    ("offers: &a\n  - *a\n", "2: it is not valid YAML: *a contains itself"),
    ("offers:\n  - &a {<<: *a, id: x}\n", "2: it is not valid YAML: *a contains itself"),
    ("offers: *nowhere\n", "1: it is not valid YAML: found undefined alias"),
    ("offers:\n  - id: a\n    data: {n: " + "9" * 5000 + "}\n", "3: it is not valid YAML: a number of 5000 letters"),
    ("port: 0x" + "f" * 300 + "\n", "1: port: a number of 1200 bits is larger than JSON's numbers"),
    ("port: 1" + ":1" * 100_000 + "\n", "1: it is not valid YAML: a number of 200001 letters"),
    ("port: !!int many\n", "1: it is not valid YAML: it is no int"),
    ("\nclock: !!timestamp 9999-99-99\n", "2: it is not valid YAML: it is no timestamp"),
    ("clock: !!timestamp soon\n", "1: it is not valid YAML: it is no timestamp"),
    ("api_key: !!bool maybe\n", "1: it is not valid YAML: it is no bool"),
    ("offers:\n  - id: a\n    data: {x: !!binary aGk=}\n", "3: offers[0].data.x: a bytes is no value"),
    ("offers:\n  - id: a\n    data: !!set {x, y}\n", "3: offers[0].data: a set is no value"),
    ("offers:\n  - id: a\n    data: {x: !!timestamp 2020-01-01}\n", "3: offers[0].data.x: a date is no value"),
    ("? [a, b]\n: c\n", "1: it is not valid YAML: while constructing a mapping, found unhashable key"),
    ("offers:\n  - {<<: 5, id: a}\n", "2: it is not valid YAML: "),
    ("offers: []\n\noffers: []\n", "3: the key 'offers' is there twice"),
    ("\n\noffers: \x00\n", "3: it is not valid YAML: control characters are not allowed"),
    ('\noffers: [{id: "\\ud800"}]\n', "2: it is not valid YAML: "),
    ("offers:\n  - {id: a, start_at: '9999-12-31T23:59:59-14:00'}\n", "2: offers[0].start_at: "),
    ("offers:\n  - {id: a, end_at: '0001-01-01T00:00:00+14:00'}\n", "2: offers[0].end_at: "),
    ("offers:\n  - {id: a, end_at: +" + "9" * 400 + "d}\n", "2: offers[0].end_at: "),
    ("players: {" + ", ".join(f"p{number}: 5" for number in range(20_000)) + "}\n", "1: players.p"),
    ("# " + "x" * 9_000_000, " the scenario cannot be read: it is larger than"),
    ("media:\n  - id: a\n    file: s.yaml\n    declared_size: 99999999999999999999\n", "4: media[0].declared_size: "),
    (
        "media:\n  - id: a\n    file: s.yaml\n    variants: {s: {file: s.yaml, max_width: 99999999999999999999, "
        "max_height: 1}}\n",
        "4: media[0].variants.s.max_width: ",
    ),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_a_hostile_scenario_is_refused_with_its_place(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(text)

    with pytest.raises(ScenarioError) as caught:
        Sandbox(file)

    assert str(caught.value).startswith(f"{file}:{reason}")
    assert len(str(caught.value)) < 1000


def test_what_is_no_text_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(b"offers: []\nevents: \xff\n")

    with pytest.raises(ScenarioError, match=r"s\.yaml:2: the scenario cannot be read: it is not UTF-8"):
        Sandbox(file)


UNWRITABLE = [
    10**5000,
    -(10**400),
    float("nan"),
    b"x",
    {1, 2},
    "\ud800",
    {"\udfff": 1},
    {5: 1},
    {10**5000: 1},
    object(),
]


@pytest.mark.parametrize("value", UNWRITABLE, ids=[str(number) for number in range(len(UNWRITABLE))])
def test_a_mapping_is_held_to_the_same(value: Any) -> None:
    with pytest.raises(ScenarioError, match=r"^scenario: offers\[0\]\.data"):
        Sandbox({"offers": [{"id": "a", "data": value}]})


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(
        st.sampled_from(
            ["offers:", "\n", "  ", "- ", "{", "}", "[", "]", ", ", ": ", "id", "a", "&x ", "*x", "<<: ", "!!int ",
             "!!omap ", "? ", "1e9", "0x9", "'", '"', "|\n", "#", "data", "start_at", "+10s", "media", "file",
             "\t", "~"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_text_is_a_scenario_or_a_scenario_error(tmp_path: Path, parts: list[str]) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("".join(parts))
    try:
        Sandbox(file)
    except ScenarioError as problem:
        assert str(problem).startswith(f"{file}:")  # noqa: PT017 - it may be a valid one as well


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "scenarios"
    (inner / "below").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(b"secret")
    (inner / "below" / "banner.png").write_bytes(b"picture")
    (inner / "way out").symlink_to(tmp_path / "secret.png")
    (inner / "folder out").symlink_to(tmp_path)
    (inner / "loop").symlink_to(inner / "loop")
    (inner / "shortcut").symlink_to(inner / "below" / "banner.png")
    return inner


@pytest.mark.parametrize(
    "name", ["below/banner.png", "./below/../below/banner.png", "shortcut", "{}/below/banner.png"]
)
def test_files_come_from_the_folder_of_the_scenario_or_below(folder: Path, name: str) -> None:
    (folder / "s.yaml").write_text(f"media:\n  - {{id: a, file: '{name.format(folder)}'}}\n")

    Sandbox(folder / "s.yaml")


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "../../../../etc/passwd", "/etc/passwd", "way out", "folder out/secret.png", "{}/../secret.png",
     "loop", "below/../../secret.png"],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", ["file: '{}'", "file: s.yaml\n    variants: {{s: {{file: '{}', max_width: 1, max_height: 1}}}}"]
)
def test_files_from_elsewhere_are_refused(folder: Path, name: str, form: str) -> None:
    (folder / "s.yaml").write_text(f"media:\n  - id: a\n    {form.format(name.format(folder))}\n")

    with pytest.raises(ScenarioError, match=r"s\.yaml:[34]: media\[0\]\..*file: '.*' (is not in|cannot be)"):
        Sandbox(folder / "s.yaml")


def test_a_mapping_takes_files_from_the_working_folder_or_below(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    Sandbox({"media": [{"id": "a", "file": "below/banner.png"}]})

    with pytest.raises(ScenarioError, match=r"^scenario: media\[0\]\.file: '\.\./secret\.png' is not in"):
        Sandbox({"media": [{"id": "a", "file": "../secret.png"}]})


def test_the_database_of_a_scenario_is_in_its_folder_too(folder: Path) -> None:
    (folder / "s.yaml").write_text("database: ../state.sqlite\n")

    with pytest.raises(ScenarioError, match=r"s\.yaml:1: database: "):
        Sandbox(folder / "s.yaml")
    assert not (folder.parent / "state.sqlite").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have names")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    (folder / "s.yaml").write_text("media: [{id: a, file: pipe.png}]\n")

    with pytest.raises(ScenarioError, match=r"media\[0\]\.file: .*it is no file"):
        Sandbox(folder / "s.yaml")


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "huge.png").open("wb") as file:
        file.truncate(LARGEST_FILE * 1000)
    (folder / "s.yaml").write_text("media: [{id: a, file: huge.png}]\n")

    with pytest.raises(ScenarioError, match=r"s\.yaml:1: media\[0\]\.file: .*it is larger than"):
        Sandbox(folder / "s.yaml")
