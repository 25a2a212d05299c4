"""ARCHITECTURE.md names what is there: every file that it names exists, and every room is named."""

from __future__ import annotations

import re

import pytest

import uwclient
from tests.pages import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "uwclient"
NAMED = sorted(set(re.findall(r"`([\w.-]+/|(?:[\w.-]+/)*[\w.-]+/?\.(?:py|md|toml)|(?:[\w.-]+/)+)`", PAGE)))
SERVICES = PACKAGE / "sandbox" / "services"


def exists(name: str) -> bool:
    """Whether there is such a file or folder, seen from the package or from the top."""
    places = [folder / name for folder in (PACKAGE, ROOT)]
    return any(place.is_dir() if name.endswith("/") else place.is_file() for place in places)


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_there(name: str) -> None:
    assert exists(name)


def test_names_are_found_on_the_page() -> None:
    assert {"models/", "http/retry.py", "client.py", "sandbox/core/", "docs/scenarios.md", "docs/"} <= set(NAMED)
    assert not exists("wire/retries.py")
    assert not exists("rule/")


def test_every_file_of_a_drawn_road_is_there() -> None:
    [drawing] = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    files = re.findall(r"\b[a-z_]+/[a-z_]+\b", drawing)
    assert len(files) > 5
    assert [name for name in files if not exists(f"{name}.py")] == []


def rooms() -> list[str]:
    """The folders and files at the top of the package, and those of the sandbox."""
    tops = [*PACKAGE.iterdir(), *(PACKAGE / "sandbox").iterdir()]
    packages = [top for top in tops if top.is_dir() and any(top.glob("*.py"))]
    files = [top for top in tops if top.suffix == ".py" and top != PACKAGE / "sandbox" / "__init__.py"]
    return sorted(
        [f"{one.relative_to(PACKAGE).as_posix()}/" for one in packages]
        + [one.relative_to(PACKAGE).as_posix() for one in files]
    )


@pytest.mark.parametrize("room", rooms())
def test_every_room_is_on_the_page(room: str) -> None:
    assert f"`{room}`" in PAGE


def test_every_service_of_the_sandbox_is_on_the_page() -> None:
    [listed] = re.findall(r"The services are (.*?)\.\n", PAGE, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", listed)) == {path.parent.name for path in SERVICES.glob("*/service.py")}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(_?[A-Za-z]\w+)`", PAGE)) - {"core", "fill"}))
def test_every_name_in_code_is_somewhere_in_the_code(name: str) -> None:
    sources = (path for folder in (PACKAGE, ROOT / "tests" / "client") for path in folder.rglob("*.py"))
    assert any(re.search(rf"\b{name}\b", source.read_text(encoding="utf-8")) for source in sources)


def test_the_page_is_about_the_package_that_is_installed() -> None:
    assert PACKAGE.samefile(uwclient.__path__[0])
