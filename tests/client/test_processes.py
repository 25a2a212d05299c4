"""A client in processes that end, that have no threads left, that fork, and that forget it."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import uwclient
from tests.conftest import until
from tests.refusing import NoThreads
from uwclient import UserWise
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import MakeClient, Play

BEGINNING = """
import sys, time, uwclient
host, data_dir = sys.argv[1:]
uw = uwclient.UserWise("sandbox-key", "hero-42", host=host, data_dir=data_dir)
uw.on_stop.connect(lambda _: print("on_stop", flush=True))
def play():
    uw.start()
    ends = time.monotonic() + 10
    while not uw.offers.active and time.monotonic() < ends:
        uw.pump()
        time.sleep(0.001)
    uw.emails.set_address("hero@example.com")
"""


def run(sandbox: Sandbox, folder: Path, code: str, interpreter: str = sys.executable) -> tuple[str, str, int, float]:
    """What a game prints, complains of and ends with, and how long that takes, in an interpreter of its own."""
    began = time.monotonic()
    done = subprocess.run(
        [interpreter, "-W", "error", "-c", BEGINNING + code, sandbox.url, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(uwclient.__file__).parents[1],
    )
    return done.stdout, done.stderr, done.returncode, time.monotonic() - began


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """A platform with one offer."""
    sandbox.publish("offers", id="gems")
    return sandbox


PLAY_ONLINE = """
play()
ends = time.monotonic() + 30
while not uw.is_session_initialized and time.monotonic() < ends:  # content from the cache may come long before
    uw.pump()
    time.sleep(0.001)
uw.stop()
"""
"""A stop delivers what waits if there is a session."""

IN_DEL = """
import os
class Shop:
    def __init__(self, uw):
        self.uw = uw
    def __del__(self, write=os.write):  # when names of modules may be gone
        self.uw.stop()
        write(1, b"stopped")
"""

ENDS = {
    "atexit": ("import atexit\natexit.register(uw.stop)\nplay()", "on_stop\n"),
    "atexit before the import of the network": ("play()\nimport atexit\natexit.register(uw.stop)", "on_stop\n"),
    "__del__": (f"{IN_DEL}\nshop = Shop(uw)\nplay()", "stopped"),
    "__del__ in a circle": (f"{IN_DEL}\nshop = Shop(uw)\nshop.me = shop\nplay()", "stopped"),
    "__del__ of a part that the client holds": (f"{IN_DEL}\nuw.shop = Shop(uw)\nplay()", None),
    "a signal's handler": (
        "import os, signal\nsignal.signal(signal.SIGTERM, lambda *_: uw.stop())\nplay()\n"
        "os.kill(os.getpid(), signal.SIGTERM)\nuw.pump()",
        "on_stop\n",
    ),
    "a signal's handler in a listener": (
        "import os, signal\nsignal.signal(signal.SIGTERM, lambda *_: uw.stop())\n"
        "uw.offers.on_active.connect(lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))\nplay()\nuw.pump()",
        "on_stop\n",
    ),
    "another thread": (
        "import threading\nplay()\nother = threading.Thread(target=uw.stop)\nother.start()\nother.join()",
        "on_stop\n",
    ),
    "a forked process": (
        "import os\nplay()\nchild = os.fork()\nuw.stop()\n"
        "if not child: os._exit(0)\nassert os.waitpid(child, 0)[1] == 0",
        "on_stop\n",
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_client_may_be_stopped_at_any_time_until_the_interpreter_has_ended(
    sandbox: Sandbox, tmp_path: Path, how: str
) -> None:
    code, told = ENDS[how]
    if "fork" in code:
        code = "import warnings\nwarnings.simplefilter('ignore')\n" + code  # Python 3.12 warns of forks with threads

    printed, complaints, exit_code, _ = run(sandbox, tmp_path, code)

    assert (complaints, exit_code) == ("", 0)
    assert told is None or printed == told
    again, complaints, _, _ = run(sandbox, tmp_path, PLAY_ONLINE)
    assert (again, complaints) == ("on_stop\n", "")
    assert sandbox.player("hero-42").email_address == "hero@example.com"


def test_the_end_of_an_interpreter_is_not_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    *_, without = run(sandbox, tmp_path / "without", "play(); uw.stop()")
    *_, seconds = run(sandbox, tmp_path / "with", f"{IN_DEL}\nshop = Shop(uw)\nplay()")
    assert seconds < without + 1.5


def test_a_start_while_the_interpreter_ends_raises_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import atexit\natexit.register(lambda: (uw.start(), uw.pump(), uw.stop()))"
    printed, complaints, exit_code, _ = run(sandbox, tmp_path, code)
    assert (printed, exit_code) == ("on_stop\n", 0)
    assert "Traceback" not in complaints

    code = """
class Late:
    def __del__(self):
        uw.start()
        print(uw.pump() >= 0, flush=True)
        uw.stop()
uw.late = Late()
late = Late()
"""
    printed, complaints, exit_code, _ = run(sandbox, tmp_path, code)
    assert (complaints, exit_code) == ("", 0)


# No further threads.


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> NoThreads:
    return NoThreads(monkeypatch, lambda name: name in ("uwclient-worker", "uwclient-media"))


def test_a_game_without_a_thread_to_spare_goes_on_and_says_so_once(
    play: Play, no_threads: NoThreads, caplog: pytest.LogCaptureFixture
) -> None:
    game = play()
    for _ in range(50):
        game.uw.pump()
        time.sleep(0.001)
    game.uw.emails.set_address("hero@example.com")
    game.uw.media.get_info("image", lambda info: None)
    game.uw.switch_player("hero-43")
    game.uw.pump()

    game.uw.stop()

    assert [str(sent) for sent in game.seen.sent][-1] == "client.on_stop"
    said = [record.getMessage() for record in caplog.records if "could not be started" in record.getMessage()]
    assert sorted(line.split()[2] for line in said) == ["uwclient-media", "uwclient-worker"]


def test_the_worker_begins_once_there_can_be_a_thread(
    sandbox: Sandbox, play: Play, no_threads: NoThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.background.worker.TRY_AGAIN_AFTER", 0.01)
    sandbox.add_media("image", b"image")
    got: list[object] = []
    game = play()
    game.uw.media.get_bytes("image", got.append)
    game.until(lambda: len(no_threads.refused) > 4)
    assert not game.uw.is_session_initialized

    no_threads.refuses = False

    game.until_live("offers", "gems")
    game.until(lambda: got == [b"image"])


def test_a_thread_that_is_refused_is_not_asked_for_in_every_frame(play: Play, no_threads: NoThreads) -> None:
    game = play()
    ends = time.monotonic() + 0.2
    while time.monotonic() < ends:
        game.uw.pump()
    assert len(no_threads.refused) <= 2


def test_what_was_done_without_a_thread_is_delivered_in_the_next_run(
    sandbox: Sandbox, play: Play, no_threads: NoThreads
) -> None:
    game = play()
    game.uw.emails.set_address("hero@example.com")
    game.uw.stop()
    no_threads.refuses = False
    game.uw.start()
    player = sandbox.player("hero-42")
    game.until(lambda: player.email_address == "hero@example.com")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit")
def test_a_limit_of_the_machine_raises_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import logging, os, resource
logging.basicConfig()
play(); uw.stop()
if os.geteuid() == 0:  # who is bound by no limit
    os.setuid(54321)
resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
uw.start(); uw.pump(); uw.stop()
"""
    printed, complaints, exit_code, _ = run(sandbox, tmp_path, code)
    assert (printed, exit_code) == ("on_stop\non_stop\n", 0), complaints
    assert "could not be started" in complaints


# Clients that nobody holds.


@pytest.fixture
def last_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The last client that was made is held by the class, until another is made."""
    monkeypatch.setattr(UserWise, "_shared", None)
    yield
    UserWise._shared = None


def our_threads() -> list[str]:
    names = ("uwclient-worker", "uwclient-media")
    return [thread.name for thread in threading.enumerate() if thread.name in names]


def until_no_threads() -> None:
    deadline = time.monotonic() + 20
    while our_threads():
        assert time.monotonic() < deadline, our_threads()
        time.sleep(0.005)


@pytest.mark.usefixtures("last_client")
def test_a_client_that_the_game_has_dropped_ends_its_threads(sandbox: Sandbox, tmp_path: Path) -> None:
    dropped = []

    def play_and_forget(number: int) -> None:
        uw = UserWise(sandbox.api_key, f"hero-{number}", host=sandbox.url, data_dir=tmp_path)
        uw.offers.on_active.connect(lambda offers, record: uw.offers.show(record))  # it holds the client
        uw.start()
        uw.media.get_info("image", lambda info: None)
        until(lambda: uw.offers.active, uw)
        dropped.append(weakref.ref(uw))

    for number in range(8):
        play_and_forget(number)
    UserWise._shared = None
    gc.collect()

    assert [one() for one in dropped] == [None] * 8
    until_no_threads()


@pytest.mark.usefixtures("last_client")
def test_what_a_dropped_client_has_not_delivered_is_delivered_by_the_next(
    sandbox: Sandbox, tmp_path: Path, make_client: MakeClient
) -> None:
    def play_and_forget() -> None:
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path / "data")
        uw.start()
        until(lambda: uw.is_session_initialized, uw)
        sandbox.faults.drop("*", times=None)
        uw.emails.set_address("hero@example.com")

    play_and_forget()
    UserWise._shared = None
    gc.collect()
    until_no_threads()
    sandbox.faults.clear()
    player = sandbox.player("hero-42")
    uw = make_client()
    uw.start()
    until(lambda: player.email_address == "hero@example.com", uw)


class CollectingClock:
    """Time whose reading collects garbage on the worker, once a test wants that."""

    def __init__(self) -> None:
        self.collects = False
        self.wall = time.time

    def monotonic(self) -> float:
        if self.collects and threading.current_thread().name == "uwclient-worker":
            gc.collect()
        return time.monotonic()


@pytest.mark.usefixtures("last_client")
def test_a_client_is_forgotten_while_a_collection_runs_on_its_own_worker(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.hang("*", times=None)
    for number in range(20):
        clock = CollectingClock()
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path, time_source=clock)
        uw.start()
        sandbox.wait_for_requests("hero-42", count=number + 1)
        UserWise._shared = None
        gc.disable()
        try:
            del uw
            clock.collects = True
            sandbox.faults.clear()
            until_no_threads()
        finally:
            gc.enable()
        sandbox.faults.hang("*", times=None)


# Several threads.


def on_another_thread(work: object, name: str = "loader") -> None:
    assert callable(work)
    thread = threading.Thread(target=work, name=name)
    thread.start()
    thread.join()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if "All calls must come from one thread" in one.getMessage()]


def test_a_call_on_a_second_thread_is_warned_of_once(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    game = play()
    on_another_thread(lambda: game.uw.emails.set_address("hero@example.com"))
    on_another_thread(lambda: game.uw.refresh_content())
    (line,) = warnings(caplog)
    assert line.startswith("EmailsModule.set_address() " if sys.version_info >= (3, 11) else "set_address() ")
    assert "'loader'" in line
    assert "'MainThread'" in line


@pytest.mark.parametrize(
    "call",
    [
        lambda uw: uw.pump(),
        lambda uw: uw.refresh_content(),
        lambda uw: uw.switch_player("hero-43"),
        lambda uw: setattr(uw, "language", "de"),
        lambda uw: uw.media.get_info("image", lambda info: None),
        lambda uw: uw.offers.show(uw.offers.active[0]),
    ],
)
def test_each_kind_of_call_on_a_second_thread_is_warned_of(
    play: Play, caplog: pytest.LogCaptureFixture, call: object
) -> None:
    assert callable(call)
    game = play()
    game.until_live("offers", "gems")
    game.uw.emails.set_address("hero@example.com")
    game.uw.push.handle_payload({"origin": "userwise", "impression_id": "i1"})  # there is work for a pump
    on_another_thread(lambda: call(game.uw))
    assert len(warnings(caplog)) == 1


def test_a_client_may_be_handed_over_between_runs(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    game = play()
    game.uw.pump()
    game.uw.stop()

    def whole_run() -> None:
        game.uw.start()
        game.until_live("offers", "gems")
        game.uw.stop()

    on_another_thread(whole_run)
    game.uw.start()
    game.uw.pump()
    assert warnings(caplog) == []


def test_a_client_passes_on_when_its_thread_has_ended(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    game = play(start=False)
    on_another_thread(game.uw.start)
    game.until_live("offers", "gems")
    game.uw.emails.set_address("hero@example.com")
    assert warnings(caplog) == []


def test_a_stop_on_another_thread_is_no_mistake(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    game = play()
    game.until_live("offers", "gems")
    on_another_thread(game.uw.stop)
    assert not game.uw.is_running
    assert warnings(caplog) == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
