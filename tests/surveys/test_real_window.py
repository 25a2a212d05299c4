"""A survey in a real window, made by pywebview: needs it, and a display (or Xvfb, which makes one)."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.surveys.survey_steps import (
    ViewOfTheTest,
    accept,
    answer,
    children,
    error_of,
    linux_only,
    states,
    told,
    until_told,
)
from tests.virtual_screen import virtual_screen
from uwclient import PlayerEvent
from uwclient.sandbox import Sandbox
from uwclient.survey_views import WindowView

if TYPE_CHECKING:
    from tests.conftest import Game, Play

pytestmark = [
    linux_only,
    pytest.mark.skipif(find_spec("webview") is None, reason="pywebview is not installed (the webview extra)"),
    pytest.mark.skipif(
        not os.environ.get("DISPLAY") and shutil.which("Xvfb") is None, reason="there is no display, and no Xvfb"
    ),
]
SCREEN = "1000x900x24"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A screen that nobody sees, where there is a way to have one; else the one that there is."""
    if shutil.which("Xvfb") is None:
        yield os.environ["DISPLAY"]
        return
    with virtual_screen(SCREEN) as made:
        yield made


@pytest.fixture(autouse=True)
def _drawn_there(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows are drawn on that screen; Chromium's own sandbox refuses to run as root."""
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if os.getuid() == 0:
        monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
        monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")


class Site:
    """Owns a web site of the test: a page for each path, and what to do when it was loaded."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.go_on = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                if self.path in ("/hang", "/go"):
                    site.go_on.wait(20)
                page = site.pages.get(self.path)
                self.send_response(200 if page is not None or self.path == "/go" else 404)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write((page or "There is nothing here.").encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    site.go_on.set()
    site.server.shutdown()
    thread.join()
    site.server.server_close()


def window_pid(before: set[int]) -> int:
    """The process of the only window."""
    (pid,) = children() - before
    return pid


def in_session(pid: int) -> list[str]:
    """All that belongs to a window: what is left of its process and of those that it has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def until_nothing_is_left(pid: int) -> None:
    deadline = time.monotonic() + 5
    while in_session(pid):
        assert time.monotonic() < deadline, f"these are still there: {in_session(pid)}"
        time.sleep(0.02)


def show(sandbox: Sandbox, game: Game, url: str, **options: float) -> int:
    """Enter a survey whose page is at this address; the window's process."""
    sandbox.faults.respond("*/survey_url", status=200, body={"survey_url": url})
    before = children()
    game.uw.surveys.view = WindowView(**options)  # type: ignore[arg-type]
    accept(game)
    game.until_sent("surveys", "on_entered")
    return window_pid(before)


ANDROID = "window.UserWiseAndroidBridge.postMessage"
IOS = "window.webkit.messageHandlers.userWiseHandler.postMessage"
LATER = "<p>Survey</p><script>fetch('/go').then(() => {%s('%s')})</script>"
AT_ONCE = "<p>Survey</p><script>%s('%s')</script>"
STRICT = (
    "<meta http-equiv='Content-Security-Policy' content=\"default-src 'self'; script-src 'unsafe-inline'\">" + LATER
)
"""Forbids to evaluate text, which is how pywebview talks with a page."""


@pytest.mark.parametrize("page", [LATER, AT_ONCE, STRICT], ids=["later", "at once", "strict"])
@pytest.mark.parametrize("bridge", [ANDROID, IOS], ids=["android", "ios"])
@pytest.mark.parametrize("message", ["survey_completed", "survey_force_closed"])
def test_a_page_tells_its_end_through_the_bridges_of_the_phones(
    sandbox: Sandbox, play: Play, site: Site, page: str, bridge: str, message: str
) -> None:
    site.pages["/page"] = page % (bridge, message)
    game = play()
    pid = show(sandbox, game, f"{site.url}/page")
    game.until(lambda: site.asked)
    site.go_on.set()
    completed = ["on_completed"] if message == "survey_completed" else []
    until_told(game, "on_entered", *completed, "on_closed")
    until_nothing_is_left(pid)


@pytest.mark.parametrize("place", ["nowhere", "missing"])
def test_a_page_that_cannot_be_loaded_has_failed(sandbox: Sandbox, play: Play, site: Site, place: str) -> None:
    game = play()
    url = "http://127.0.0.1:9/" if place == "nowhere" else f"{site.url}/missing"
    pid = show(sandbox, game, url)
    until_told(game, "on_entered", "on_enter_failed")
    assert ("could not be loaded" if place == "nowhere" else "answered with 404") in error_of(game)
    until_nothing_is_left(pid)


def test_a_page_that_hangs_has_failed_in_time(sandbox: Sandbox, play: Play, site: Site) -> None:
    game = play()
    pid = show(sandbox, game, f"{site.url}/hang", load_timeout=2.0)
    until_told(game, "on_entered", "on_enter_failed")
    assert "did not load within 2 s" in error_of(game)
    until_nothing_is_left(pid)


@pytest.mark.parametrize("way", ["kill", "close", "stop", "switch"])
def test_nothing_is_left_of_a_window_that_ends_early(sandbox: Sandbox, play: Play, site: Site, way: str) -> None:
    site.pages["/page"] = LATER % (ANDROID, "survey_completed")
    game = play()
    pid = show(sandbox, game, f"{site.url}/page")
    game.until(lambda: "/go" in site.asked)

    if way == "kill":
        os.kill(pid, signal.SIGKILL)
    elif way == "close":
        game.uw.surveys.close()
    elif way == "stop":
        game.uw.stop()
    else:
        game.uw.switch_player("rogue-7")

    until_told(game, "on_entered", "on_closed")
    until_nothing_is_left(pid)


def test_the_window_goes_when_the_game_is_killed(site: Site) -> None:
    site.pages["/page"] = LATER % (ANDROID, "survey_completed")
    code = f"""
import time
from uwclient.survey_views import WindowView
page = WindowView().open({site.url + "/page"!r})
print(page._process._process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as game:
        assert game.stdout is not None
        pid = int(game.stdout.readline())
        deadline = time.monotonic() + 10
        while "/go" not in site.asked and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "/go" in site.asked, "the page was shown"
        game.kill()
    until_nothing_is_left(pid)


def test_the_page_of_the_sandbox_that_was_answered_already_says_so(sandbox: Sandbox, play: Play) -> None:
    game = play()
    view = ViewOfTheTest()
    game.uw.surveys.view = view
    accept(game)
    game.until_sent("surveys", "on_entered")
    answer(view.page.url)
    game.uw.surveys.close()
    game.until_sent("surveys", "on_closed")
    game.seen.forget()

    pid = show(sandbox, game, view.page.url)

    until_told(game, "on_entered", "on_completed", "on_closed")
    until_nothing_is_left(pid)


needs_xdotool = pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool, which finds windows, is missing")


def on_screen(game: Game, title: str) -> str:
    """Wait for a window with this title; its number."""
    command = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"]
    found: list[str] = []

    def is_there() -> bool:
        found[:] = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.split()
        return bool(found)

    game.until(is_there)
    return found[-1]


def press(*words: str) -> None:
    subprocess.run(["xdotool", *words], capture_output=True, timeout=5, check=False)


class ClientMessage(ctypes.Structure):
    """What Xlib calls XClientMessageEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 24),  # as long as the longest event of all
    )


def click_on_its_cross(window: int) -> None:
    """Ask a window to close, as a window manager does for a player."""
    library = ctypes.util.find_library("X11")
    if library is None:
        pytest.skip("libX11 is not installed, so nothing can ask a window to close")
    x11 = ctypes.CDLL(library)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    message = ClientMessage(type=33, window=window, format=32)
    message.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", 0)
    message.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
    x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
    x11.XCloseDisplay(display)


@needs_xdotool
def test_a_player_answers_the_survey_of_the_sandbox_with_the_keyboard(sandbox: Sandbox, play: Play) -> None:
    game = play()
    before = children()
    game.uw.surveys.view = WindowView(title="Feedback")
    accept(game)
    game.until(lambda: states(sandbox)[-1] == "entered")
    pid = window_pid(before)
    window = on_screen(game, "Feedback")
    deadline = time.monotonic() + 10
    while states(sandbox)[-1] == "entered" and time.monotonic() < deadline:
        press("windowfocus", "--sync", window)
        press("key", "space")
        press("key", "Return")
        time.sleep(0.1)

    until_told(game, "on_entered", "on_completed", "on_closed")
    assert sandbox.player("hero-42").survey_responses[0].answers == {"mood": "Good"}
    until_nothing_is_left(pid)


@needs_xdotool
@pytest.mark.parametrize("place", ["loaded", "loading"])
def test_a_player_closes_the_window(sandbox: Sandbox, play: Play, site: Site, place: str) -> None:
    game = play()
    site.pages["/page"] = LATER % (ANDROID, "survey_completed")
    pid = show(sandbox, game, f"{site.url}/{'page' if place == 'loaded' else 'hang'}")
    game.until(lambda: ("/go" if place == "loaded" else "/hang") in site.asked)

    click_on_its_cross(int(on_screen(game, "Survey")))

    until_told(game, "on_entered", "on_closed")
    until_nothing_is_left(pid)


def test_the_game_goes_on_while_the_window_is_open(sandbox: Sandbox, play: Play, site: Site) -> None:
    site.pages["/page"] = LATER % (ANDROID, "survey_completed")
    game = play()
    show(sandbox, game, f"{site.url}/page")
    game.uw.assign_event(PlayerEvent("won"))
    game.until(lambda: [event.event_id for event in sandbox.player("hero-42").events] == ["won"])
    assert told(game) == ["on_entered"]
    game.uw.surveys.close()
    until_told(game, "on_entered", "on_closed")


def test_a_window_without_a_display_has_failed(sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    game = play()
    game.uw.surveys.view = WindowView()
    accept(game)
    until_told(game, "on_entered", "on_enter_failed")
    assert "that there is a display" in error_of(game) or "could not be opened" in error_of(game)
