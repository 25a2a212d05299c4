"""A survey in the player's browser: how it is opened, and how the game hears of its end."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.surveys.survey_steps import (
    accept,
    answer,
    children,
    error_of,
    is_running,
    linux_only,
    states,
    told,
    until_ended,
    until_there,
    until_told,
)
from uwclient import ArgumentError
from uwclient.modules import surveys
from uwclient.sandbox import Sandbox
from uwclient.survey_views import BrowserView, WindowView, processes, return_address
from uwclient.survey_views import browser as browser_view
from uwclient.survey_views.return_address import ReturnAddress

if TYPE_CHECKING:
    from tests.conftest import Game, Play

pytestmark = linux_only


class Browser:
    """Owns a program that stands for the player's browser: it notes the address that it is to open."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.program = folder / "browser"
        self.opened = folder / "opened"
        self.pid = folder / "pid"
        self._monkeypatch = monkeypatch
        self.be("sleep 0.2")  # a browser that ends at once is taken for none by the webbrowser module

    def be(self, script: str, mode: str = "%s &") -> None:
        """Behave like this; without "&" whoever opens the browser waits for its end."""
        noting = f"echo $$ > {self.pid}\nprintf '%s\\n' \"$1\" > {self.opened}"
        self.program.write_text(f"#!/bin/sh\n{noting}\n{script}\n")
        self.program.chmod(self.program.stat().st_mode | stat.S_IEXEC)
        self._monkeypatch.setenv("BROWSER", f"{self.program} {mode}")


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(tmp_path, monkeypatch)


@pytest.fixture
def platform_cannot_tell(sandbox: Sandbox) -> None:
    """The platform does not know how far a response is, as is documented of none."""
    sandbox.faults.respond("*/surveys/responses/*", status=404, times=None)


def open_in_browser(game: Game, browser: Browser, **options: Any) -> str:
    """A player who sees the survey's page in the browser; its address."""
    game.uw.surveys.view = BrowserView(**options)
    accept(game)
    game.until_sent("surveys", "on_entered")
    return until_there(browser.opened, game)


def return_url(url: str) -> str:
    """Where a page is to go at its end."""
    return parse_qs(urlsplit(url).query)["return_url"][0]


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_page_that_was_answered_returns_to_the_game(sandbox: Sandbox, play: Play, browser: Browser) -> None:
    game = play()
    url = open_in_browser(game, browser)
    assert answer(url).json() == {"result": "survey_completed"}

    with ThreadPoolExecutor() as tab:
        back = tab.submit(requests.get, return_url(url), params={"result": "survey_completed"}, timeout=5)
        until_told(game, "on_entered", "on_completed", "on_closed")
        assert back.result().status_code == 200
        assert "go back to the game" in back.result().text

    assert states(sandbox)[-1] == "success"


def visit(url: str) -> socket.socket:
    """A connection to the address of a page."""
    parts = urlsplit(url)
    assert parts.port is not None
    return socket.create_connection(("127.0.0.1", parts.port), timeout=5)


def returned(game: Game, url: str, **options: Any) -> int:
    """The status that a visit to the return address is answered with."""
    parts = urlsplit(url)
    with visit(url) as tab:
        query = f"?{parts.query}" if parts.query else ""
        method = options.get("method", "GET")
        tab.sendall(f"{method} {parts.path}{query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        tab.setblocking(False)
        head = b""

        def arrived() -> bool:
            nonlocal head
            try:
                head += tab.recv(65536)
            except BlockingIOError:
                return False
            return True

        game.until(arrived)
    return int(head.split()[1]) if head else 0


@pytest.mark.parametrize("result", ["survey_force_closed", "", "junk"])
@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_page_that_was_closed_returns_to_the_game_too(play: Play, browser: Browser, result: str) -> None:
    game = play()
    url = open_in_browser(game, browser)

    assert returned(game, f"{return_url(url)}?result={result}") == 200

    until_told(game, "on_entered", "on_closed")


@pytest.mark.usefixtures("platform_cannot_tell")
def test_only_who_knows_the_return_address_ends_a_survey(play: Play, browser: Browser) -> None:
    game = play()
    url = return_url(open_in_browser(game, browser))
    parts = urlsplit(url)
    assert len(parts.path) > 30
    origin = f"{parts.scheme}://{parts.netloc}"

    for wrong in (f"{origin}/", f"{origin}/favicon.ico", f"{origin}{parts.path}0", f"{origin}{parts.path[:-1]}"):
        assert returned(game, f"{wrong}?result=survey_completed") == 404
    assert returned(game, f"{url}?result=survey_completed", method="POST") == 404
    assert told(game) == ["on_entered"]

    assert returned(game, f"{url}?result=survey_completed") == 200
    until_told(game, "on_entered", "on_completed", "on_closed")


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_return_that_comes_twice_is_heard_once(play: Play, browser: Browser) -> None:
    game = play()
    url = return_url(open_in_browser(game, browser))
    parts = urlsplit(url)
    tabs = [visit(url) for _ in range(2)]
    for tab in tabs:
        tab.sendall(f"GET {parts.path}?result=survey_completed HTTP/1.1\r\n\r\n".encode())
    until_told(game, "on_entered", "on_completed", "on_closed")
    for tab in tabs:
        assert tab.recv(100).startswith(b"HTTP/1.1 200")
        tab.close()
    with pytest.raises(OSError, match="refused"):
        visit(url)


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_crowd_at_the_return_address_holds_nobody_up(play: Play, browser: Browser) -> None:
    game = play()
    url = return_url(open_in_browser(game, browser))
    crowd: list[socket.socket] = []
    longest = 0.0
    for number in range(20):
        crowd.append(visit(url))
        crowd[-1].sendall(b"GET /" if number % 2 else b"x" * 20_000)
        for _ in range(3):
            began = time.perf_counter()
            game.uw.pump()
            longest = max(longest, time.perf_counter() - began)
            time.sleep(0.02)

    assert returned(game, f"{url}?result=survey_completed") == 200
    until_told(game, "on_entered", "on_completed", "on_closed")
    assert longest < 0.1
    for visitor in crowd:
        visitor.close()


def test_a_visitor_who_says_nothing_is_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(return_address, "PATIENCE", 0.05)
    address = ReturnAddress()
    with visit(address.url) as visitor:
        visitor.setblocking(False)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            assert address.poll() is None
            try:
                assert visitor.recv(10) == b""
                break
            except BlockingIOError:
                time.sleep(0.005)
        else:
            pytest.fail("the visitor is still there")
    address.close()


def test_of_a_silent_crowd_the_last_ones_are_kept() -> None:
    address = ReturnAddress()
    crowd = []
    for _ in range(return_address.MOST_CONNECTIONS + 4):
        crowd.append(visit(address.url))
        assert address.poll() is None
    for number, visitor in enumerate(crowd):
        visitor.setblocking(False)
        if number < 4:
            assert visitor.recv(10) == b"", "it was shown out"
        else:
            with pytest.raises(BlockingIOError):
                visitor.recv(10)
        visitor.close()
    address.close()


def test_a_head_that_comes_in_pieces_is_understood() -> None:
    address = ReturnAddress()
    parts = urlsplit(address.url)
    results = []
    with visit(address.url) as visitor:
        for byte in f"GET {parts.path}?result=survey_completed HTTP/1.1\r\nCookie: {'c' * 5000}\r\n\r\n".encode():
            visitor.sendall(bytes([byte]))
            results.append(address.poll())
        deadline = time.monotonic() + 5
        while not any(results) and time.monotonic() < deadline:
            results.append(address.poll())
    address.close()
    assert [result for result in results if result] == ["survey_completed"]


def test_the_platform_tells_where_the_page_cannot(
    sandbox: Sandbox, play: Play, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveys, "ASK_INTERVAL", 0.05)
    game = play()
    answer(open_in_browser(game, browser))
    until_told(game, "on_entered", "on_completed", "on_closed")


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_survey_is_not_waited_for_for_ever(play: Play, browser: Browser) -> None:
    game = play()
    open_in_browser(game, browser, longest=0.3)
    until_told(game, "on_entered", "on_closed")


@pytest.mark.usefixtures("platform_cannot_tell")
def test_the_game_says_that_the_player_is_back(play: Play, browser: Browser) -> None:
    game = play()
    url = return_url(open_in_browser(game, browser))
    game.uw.surveys.close()
    until_told(game, "on_entered", "on_closed")
    with pytest.raises(OSError, match="refused"):
        visit(url)


def test_a_player_without_a_browser_is_told_so(play: Play, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "/nowhere/browser %s")
    monkeypatch.setenv("PATH", "/nowhere")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    game = play()
    game.uw.surveys.view = BrowserView()
    accept(game)
    until_told(game, "on_enter_failed")
    assert (
        error_of(game)
        == "No browser could be opened for the survey: check that one is installed, and that there is a display."
    )


def test_what_finds_no_browser_only_after_a_while_is_told_so_too(play: Play, browser: Browser) -> None:
    browser.be("sleep 0.3\nexit 3")  # as xdg-open does
    game = play()
    open_in_browser(game, browser)
    until_told(game, "on_entered", "on_enter_failed")
    assert (
        error_of(game)
        == "No browser could be opened for the survey: check that one is installed, and that there is a display."
    )


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_browser_that_draws_into_a_terminal_is_none(
    play: Play, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PATH", str(tmp_path))
    browser.program.rename(tmp_path / "w3m")
    game = play()
    game.uw.surveys.view = BrowserView()
    accept(game)
    game.until_sent("surveys", "on_enter_failed")
    assert not browser.opened.exists()


def test_a_command_that_does_not_exist_is_never_entered(play: Play) -> None:
    game = play()
    game.uw.surveys.view = BrowserView(command=["/nowhere/opener"])
    accept(game)
    until_told(game, "on_enter_failed")
    assert "No such file" in error_of(game)


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_browser_that_keeps_its_opener_waiting_holds_nobody_up(play: Play, browser: Browser) -> None:
    browser.be("exec sleep 60", mode="%s")
    game = play()
    before = children()
    url = open_in_browser(game, browser)
    (opener,) = children() - before
    assert is_running(opener)

    assert returned(game, f"{return_url(url)}?result=survey_completed") == 200

    until_told(game, "on_entered", "on_completed", "on_closed")
    until_ended(opener)
    pid = int(browser.pid.read_text())
    assert is_running(pid), "the browser is the player's, and stays"
    os.kill(pid, 9)


@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_browser_that_ends_badly_later_was_there_all_the_same(
    play: Play, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser_view, "OPENS_WITHIN", 0.0)
    go_on = tmp_path / "go-on"
    browser.be(f"while [ ! -e {go_on} ]; do sleep 0.01; done\nexit 3", mode="%s")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    game = play()
    open_in_browser(game, browser)
    go_on.touch()
    until_told(game, "on_entered", "on_closed")


def test_the_signed_address_is_on_no_command_line_of_uwclient(play: Play, browser: Browser) -> None:
    browser.be("exec sleep 60", mode="%s")
    game = play()
    before = children()
    url = open_in_browser(game, browser)
    (opener,) = children() - before
    assert url.partition("enc=")[2][:20] not in Path(f"/proc/{opener}/cmdline").read_text()
    os.kill(int(browser.pid.read_text()), 9)
    game.uw.surveys.close()


def be_packaged(how: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Be a game that was made with a packager: there is no Python beside it."""
    game = folder / "game"
    game.touch()
    match how:
        case "PyInstaller":
            monkeypatch.setattr(sys, "frozen", True, raising=False)
            monkeypatch.setattr(sys, "executable", str(game))
        case "Nuitka":
            monkeypatch.setattr(sys.modules["__main__"], "__compiled__", object(), raising=False)
            monkeypatch.setattr(sys, "executable", str(folder / "python"))
        case "a copy of the interpreter":
            monkeypatch.setattr(sys, "executable", str(game))
        case "an interpreter that is not there":
            monkeypatch.setattr(sys, "executable", str(folder / "python3"))
        case "no executable":
            monkeypatch.setattr(sys, "executable", "")


@pytest.mark.parametrize(
    "how",
    ["PyInstaller", "Nuitka", "a copy of the interpreter", "an interpreter that is not there", "no executable"],
)
@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_packaged_game_opens_the_browser_and_goes_on_while_that_stays(
    play: Play, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    be_packaged(how, monkeypatch, tmp_path)
    monkeypatch.setattr("uwclient.survey_views.automatic.is_available", lambda: True)
    browser.be("exec sleep 60", mode="%s")
    game = play()
    game.uw.surveys.view = None
    accept(game)
    game.until_sent("surveys", "on_entered")
    url = until_there(browser.opened, game)
    assert game.refresh(), "the worker is not held up"

    assert returned(game, f"{return_url(url)}?result=survey_completed") == 200

    until_told(game, "on_entered", "on_completed", "on_closed")
    os.kill(int(browser.pid.read_text()), 9)


def test_a_packaged_game_has_no_window_and_says_what_to_do(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    be_packaged("Nuitka", monkeypatch, tmp_path)
    game = play()
    game.uw.surveys.view = WindowView()
    accept(game)
    until_told(game, "on_enter_failed")
    assert "use BrowserView()" in error_of(game)


BUNDLE = "/tmp/_MEI1234"
LIBRARIES = {
    "as the bundle's start leaves them": (
        {"LD_LIBRARY_PATH": BUNDLE, "SSL_CERT_FILE": f"{BUNDLE}/certifi/cacert.pem", "_PYI_ARCHIVE_FILE": "/game"},
        {},
    ),
    "with the player's own": (
        {"LD_LIBRARY_PATH": f"{BUNDLE}:/opt/lib", "LD_LIBRARY_PATH_ORIG": "/opt/lib"},
        {"LD_LIBRARY_PATH": "/opt/lib"},
    ),
    "on macOS": ({"DYLD_LIBRARY_PATH": f"{BUNDLE}/lib:/opt/lib"}, {"DYLD_LIBRARY_PATH": "/opt/lib"}),
    "of others alike": (
        {"XDG_DATA_DIRS": f"/usr/share:{BUNDLE}/share", "HOME": f"{BUNDLE}5", "EMPTY": ""},
        {"XDG_DATA_DIRS": "/usr/share", "HOME": f"{BUNDLE}5", "EMPTY": ""},
    ),
}


@pytest.mark.parametrize("which", LIBRARIES)
def test_the_browser_does_not_inherit_the_libraries_of_a_bundle(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given, left = LIBRARIES[which]
    monkeypatch.setattr(os, "environ", given)
    assert processes.desktop_environment() == given, "a game that is not packaged leaves it as it is"

    monkeypatch.setattr(sys, "_MEIPASS", BUNDLE, raising=False)
    assert processes.desktop_environment() == left


@pytest.mark.usefixtures("platform_cannot_tell")
def test_the_browser_gets_the_environment_of_the_desktop(
    play: Play, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    browser.be(f'echo "$LD_LIBRARY_PATH" "$PYTHONPATH" "$(cat)" > {seen}; exec sleep 1')
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{tmp_path}")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lib")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    game = play()
    open_in_browser(game, browser)
    assert until_there(seen, game).split() == ["/opt/lib"]
    game.uw.surveys.close()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("{0}", ["URL"]),
        ("{0} %s", ["URL"]),
        ("{0} --new 'a b' %s &", ["--new", "a b", "URL"]),
        ("{0} --app=%s --x", ["--app=URL", "--x"]),
        ("/nowhere/browser %s:{0} -p %s", ["-p", "URL"]),
        ("'open quotation:{0}", ["URL"]),
        ("{0} '$(touch broken)' \";\" %s", ["$(touch broken)", ";", "URL"]),
    ],
)
def test_the_variable_browser_names_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, expected: list[str]
) -> None:
    url = "https://surveys.invalid/1?a=b&c=$(touch broken)`x`'\"\\n#e"
    noted = tmp_path / "noted"
    program = tmp_path / "program"
    program.write_text(
        f'#!/bin/sh\nfor one in "$@"; do printf \'%s\\n\' "$one"; done > {noted}.part\nmv {noted}.part {noted}\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("BROWSER", command.format(program))
    page = BrowserView().open(url)
    deadline = time.monotonic() + 10
    while not noted.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    page.close()
    while page.poll() is None:
        time.sleep(0.005)
    assert noted.read_text().splitlines() == [one.replace("URL", url) for one in expected]


def test_only_a_page_on_this_machine_gets_a_return_address(browser: Browser, tmp_path: Path) -> None:
    page = BrowserView().open("https://surveys.invalid/take_survey/1?lang=en&enc=00#start")
    deadline = time.monotonic() + 5
    while not (browser.opened.exists() and browser.opened.read_text()) and time.monotonic() < deadline:
        time.sleep(0.005)
    page.close()
    while page.poll() is None:
        time.sleep(0.005)
    assert browser.opened.read_text() == "https://surveys.invalid/take_survey/1?lang=en&enc=00#start\n"


@pytest.mark.parametrize("longest", [0, -1, "60", None, True, float("nan")])
def test_a_wrong_time_is_refused(longest: Any) -> None:
    with pytest.raises(ArgumentError, match="longest must be a number of seconds greater than 0"):
        BrowserView(longest)


def test_the_opener_finds_uwclient_wherever_the_game_was_started(
    play: Play, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "webbrowser.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [processes._HOME, *sys.path])
    game = play()
    assert "/take_survey/" in open_in_browser(game, browser)


@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="Chromium or its driver is not installed"
)
@pytest.mark.usefixtures("platform_cannot_tell")
def test_a_player_answers_in_a_real_browser_and_is_back_in_the_game(
    sandbox: Sandbox, play: Play, browser: Browser, tmp_path: Path
) -> None:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium")
    chromium = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    game = play()
    url = open_in_browser(game, browser)

    def take() -> str:
        chromium.get(url)
        chromium.switch_to.active_element.send_keys(" \ue007")  # Space chooses, Enter sends
        return str(chromium.current_url)

    try:
        with ThreadPoolExecutor() as player:
            taken = player.submit(take)
            until_told(game, "on_entered", "on_completed", "on_closed")
            taken.result()
        assert "go back to the game" in chromium.find_element("css selector", "body").text
    finally:
        chromium.quit()
    assert sandbox.player("hero-42").survey_responses[0].answers == {"mood": "Good"}
