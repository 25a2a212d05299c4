"""Every page of the documentation: its blocks are run, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import DOCS, README, ROOT, blocks
from uwclient.cli import main

PAGES = sorted(DOCS.glob("*.md"))
EVERY_PAGE = [README, ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", ROOT / "examples" / "UNITY.md", *PAGES]
RUN_IN_TEST_DOCS = {"engines.md": 2, "packaging.md": 0, "pausing.md": 4, "scenarios.md": 0, "transport.md": 1}
RUN_IN_TEST_MODULE_PAGES = {
    "actions.md": 1,
    "campaigns.md": 1,
    "client.md": 1,
    "content.md": 2,
    "media.md": 1,
    "push.md": 1,
    "surveys.md": 1,
}
RUN_IN_TEST_ENGINE_PAGES = {"panda3d.md": 1, "pygame.md": 2}
RUN_IN_TEST_SANDBOX_PAGES = {"sandbox.md": 4, "testing.md": 12}
RUN_IN_TEST_SERVER_API_PAGES = {"server-api.md": 5}
RUN_IN_TEST_WEBHOOK_PAGES = {"webhooks.md": 3}
RUN_IN_TEST_JOURNEYS_PAGE = {"journeys.md": 2}
RUN_IN_TEST_PARTNER_PAGE = {"partners.md": 2}
WITHOUT_PYTHON = {"benchmarks.md": 0, "examples.md": 0, "limits.md": 0}
"""How many blocks of Python each page has: every one is run in the test file that is named."""


def test_no_block_is_left_out() -> None:
    run_somewhere = RUN_IN_TEST_DOCS | RUN_IN_TEST_MODULE_PAGES | RUN_IN_TEST_ENGINE_PAGES | RUN_IN_TEST_SANDBOX_PAGES
    run_somewhere |= RUN_IN_TEST_SERVER_API_PAGES | RUN_IN_TEST_WEBHOOK_PAGES | RUN_IN_TEST_JOURNEYS_PAGE
    run_somewhere |= RUN_IN_TEST_PARTNER_PAGE
    assert {page.name: len(blocks(page)) for page in PAGES} == run_somewhere | WITHOUT_PYTHON
    assert [page.name for page in PAGES if blocks(page, "yaml")] == ["journeys.md", "scenarios.md"]


# Links and commands.


def anchor(heading: str) -> str:
    """What a link to a heading ends in, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def places(page: Path) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links to, with the place in it, or ""."""
    for link in re.findall(r"\]\((?!http)([^)]+)\)", page.read_text(encoding="utf-8")):
        file, _, place = link.partition("#")
        yield (page.parent / file).resolve() if file else page, place


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    missing = [(str(file), place) for file, place in links(page) if not file.exists()]
    assert missing == []
    assert [(file.name, place) for file, place in links(page) if place and place not in places(file)] == []


def test_every_page_is_found_from_the_readme() -> None:
    assert {file for file, _ in links(README)} >= set(EVERY_PAGE) - {README}


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: str(page.name))
def test_every_command_on_a_page_exists(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, rest in re.findall(r"`(?:\S*[/\\])?uwclient (\w+)([^`]*)`", page.read_text(encoding="utf-8")):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0, command
        assert set(re.findall(r"--[\w-]+", rest)) <= set(re.findall(r"--[\w-]+", capsys.readouterr().out))
