"""`uwclient api`: each call of the server API from a shell, on a sandbox."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import uwclient
from tests.conftest import MakeSandbox
from tests.server_api.conftest import TABLE
from tests.server_api.every_call import APP
from uwclient.api_command.output import ProgressBar, show
from uwclient.cli import main
from uwclient.sandbox import Sandbox
from uwclient.server_api import Campaign, Item
from uwclient.server_api.record import read

Shell: TypeAlias = "Callable[..., tuple[int, str, str]]"

SECRET = "the-company's-secret"


@pytest.fixture
def sandbox(make_sandbox: MakeSandbox) -> Sandbox:
    return make_sandbox(secret_key=SECRET)


@pytest.fixture
def shell(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs `uwclient api …` for the sandbox, and gives its exit code and what it prints, on both streams."""
    variables = {"API_KEY": sandbox.api_key, "SECRET_KEY": SECRET, "APP_ID": APP, "HOST": sandbox.url}
    for name, value in variables.items():
        monkeypatch.setenv(f"UW_{name}", value)
    monkeypatch.delenv("UW_ENVIRONMENT", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["api", *arguments])
        except SystemExit as ended:
            code = int(str(ended.code))
        return code, *capsys.readouterr()

    return run


def new_item(shell: Shell, name: str) -> dict[str, Any]:
    code, out, _ = shell(
        *("items", "create", "--name", name, "--external-item-id", name, "--icon-attachment-id", "an-icon")
    )
    assert code == 0
    item: dict[str, Any] = json.loads(out)
    return item


def test_a_record_is_printed_as_json(shell: Shell) -> None:
    item = new_item(shell, "Sword of Malmö")
    code, out, _ = shell("items", "get", item["id"])
    assert (code, json.loads(out)) == (0, item)
    assert "Malmö" in out


def test_a_list_is_an_array_with_a_record_in_each_line(shell: Shell) -> None:
    items = [new_item(shell, name) for name in ("axe", "bow", "cap")]
    _, out, _ = shell("items", "list")
    assert json.loads(out) == items
    assert [json.loads(line.rstrip(",")) for line in out.splitlines()[1:-1]] == items
    _, out, _ = shell("items", "list", "--query", "BOW")
    assert [one["name"] for one in json.loads(out)] == ["bow"]


def test_an_empty_list_is_an_empty_array(shell: Shell) -> None:
    assert shell("items", "list") == (0, "[]\n", "")
    assert shell("items", "list", "--table") == (0, "", "")


def test_a_table_has_a_column_for_each_field_that_says_something(shell: Shell) -> None:
    for name in ("axe", "bow\x1b[31m"):
        new_item(shell, name)
    _, out, _ = shell("items", "list", "--table", "--page", "1")
    head, *rows = out.splitlines()
    assert head.split() == ["id", "name", "external_item_id", "icon_attachment_id"]
    assert [row.split()[1] for row in rows] == ["axe", "bow?[31m"]


def test_a_deletion_prints_nothing(shell: Shell) -> None:
    assert shell("items", "delete", new_item(shell, "axe")["id"]) == (0, "", "")


def test_json_comes_from_the_command_line_a_file_or_the_standard_input(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"type": "object"}
    (tmp_path / "form.json").write_text(json.dumps(form))
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(form)))
    for given in (json.dumps(form), f"@{tmp_path / 'form.json'}", "@-"):
        code, out, _ = shell(
            "event_frameworks", "create", "--name", "Sale", "--external-event-type", "sale", "--json", given
        )
        assert (code, json.loads(out)["json"]) == (0, form)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("items", "get"), "ITEM_ID"),
        (("items", "list", "--sort-direction", "up"), "invalid choice: 'up'"),
        (("event_frameworks", "update", "x", "--json", "{"), "'{' is not JSON"),
        (("event_frameworks", "update", "x", "--json", "@nowhere.json"), "nowhere.json cannot be read"),
        (("items", "list", "--page", "0"), "counted from 1"),
        (("moon", "list"), "invalid choice: 'moon'"),
        (("items", "list", "--api-key", "x"), "unrecognized arguments"),
        (("media", "upload", "nowhere.png"), "nowhere.png cannot be read"),
    ],
)
def test_wrong_input_is_told_with_exit_code_2(shell: Shell, arguments: tuple[str, ...], sentence: str) -> None:
    code, out, err = shell(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_refusal_is_told_with_exit_code_1(shell: Shell) -> None:
    code, out, err = shell("items", "get", "no-such-item")
    assert (code, out) == (1, "")
    assert err.startswith(
        "GET /api/v1/app_items/no-such-item was answered with 404: There is no item 'no-such-item'."
    )


@pytest.mark.parametrize("name", ["UW_API_KEY", "UW_APP_ID", "UW_SECRET_KEY"])
def test_what_is_not_set_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    monkeypatch.setenv("UW_HOST", "https://api.userwise.io")
    code, _, err = shell("items", "list")
    assert code == 2
    assert f"{name} is not set" in err or "secret_key is None" in err


def test_the_environment_is_that_of_the_variable_unless_the_call_names_another(
    shell: Shell, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UW_ENVIRONMENT", "qa")
    shell("campaigns", "list")
    shell("campaigns", "list", "--environment-stage", "live")
    stages = [one.query["environment_stage"] for one in sandbox.requests_to("/campaigns")]
    assert stages == ["qa", "live"]


@pytest.mark.parametrize("method", [one["method"] for one in TABLE])
def test_each_call_has_a_command_that_says_what_it_does(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    resource, _, name = method.rpartition(".")
    with pytest.raises(SystemExit, match="0"):
        main(["api", resource, name, "--help"])
    out = capsys.readouterr().out
    assert "/api/v" in out
    assert "--host" in out


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_long_work_has_a_bar_on_a_terminal_and_takes_it_away() -> None:
    stream = Terminal()
    with ProgressBar(stream) as bar:
        bar.total = 2000
        bar.show(500)
    assert stream.getvalue() == f"\r[{'#' * 7}{'.' * 23}] 500 of 2,000\r\x1b[K"


def test_there_is_no_bar_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with ProgressBar(stream) as bar:
        bar.show(500)
    assert stream.getvalue() == ""


def test_what_a_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    show((read(Item, {"id": "é\ud800"}, "a reply"), Campaign(id="b")), ProgressBar(stream), as_table=False)
    show((Item(id="é\ud800"),), ProgressBar(stream), as_table=True)
    stream.seek(0)
    assert stream.read() == '[\n{"id": "\\u00e9\\ud800"},\n{"id": "b"}\n]\nid\n??\n'


def test_help_loads_nothing_that_takes_long() -> None:
    heavy = ("requests", "ssl", "uwclient.server_api", "uwclient.sandbox", "asyncio")
    code = (
        "import sys\nfrom uwclient.cli import main\ntry: main(['api', '--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(uwclient.__file__).parents[1],
    )
    assert "campaigns.contents" in done.stdout
    assert done.stderr.strip() == "[]"
