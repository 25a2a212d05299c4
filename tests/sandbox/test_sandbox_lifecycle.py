from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.sandbox.conftest import told
from uwclient.sandbox import Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join


def test_a_sandbox_has_no_address_before_it_starts() -> None:
    with pytest.raises(RuntimeError, match="before it starts"):
        _ = Sandbox().url


def test_stop_and_start_keep_the_port_and_the_state(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems")
    port = sandbox.port

    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        player.get("/offers")
    sandbox.start()

    assert sandbox.port == port
    assert player.ids("/offers") == ["gems"]


def test_start_and_stop_can_be_repeated(sandbox: Sandbox) -> None:
    sandbox.start()
    sandbox.stop()
    sandbox.stop()


def test_stop_is_quick_and_leaves_no_thread_even_when_requests_hang(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.hang("*", times=None)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(player.get, "/offers") for _ in range(3)]
        sandbox.wait_for_requests("offers", count=3)
        began = time.monotonic()
        sandbox.stop()
        took = time.monotonic() - began

        for one in asked:
            assert isinstance(one.exception(timeout=5), requests.ConnectionError)
    assert took < 5, "it does not wait for requests that hang"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("uwclient-sandbox")]


def test_a_taken_port_is_refused_in_a_sentence(sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="use port=0"):
        Sandbox(port=sandbox.port).start()


def test_two_sandboxes_know_nothing_of_each_other(sandbox: Sandbox, join: Join) -> None:
    sandbox.publish("offers", id="gems")
    with Sandbox() as other:
        assert join(other).ids("/offers") == []
        assert other.port != sandbox.port


def test_a_database_file_keeps_players_sessions_and_content(tmp_path: Path, join: Join, visitor: Join) -> None:
    file = tmp_path / "state.sqlite"
    with Sandbox(database=file) as first:
        first.publish("offers", id="gems")
        first.player("hero-42").set_attributes(coins=5)
        session_id = join(first).session_id
    del first

    with Sandbox(database=file) as second:
        player = visitor(second)
        player.session_id = session_id
        assert player.ids("/offers") == ["gems"]
        assert told(second.player("hero-42").attributes) == {"coins": 5}


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_a_port_that_cannot_be_is_refused_in_a_sentence(port: int) -> None:
    with pytest.raises(
        ScenarioError, match=rf"^port: {port} is not a port: use 1 to 65535, or 0 for any free one\.$"
    ):
        Sandbox(port=port)


def test_an_empty_api_key_is_refused_in_a_sentence() -> None:
    with pytest.raises(ScenarioError, match=r"^api_key: it is empty"):
        Sandbox(api_key="")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^database: '.*' is a folder: name a file in it"):
        Sandbox(database=tmp_path)


@pytest.mark.parametrize("content", ["just a text, and a rather long one at that " * 50, None])
def test_what_cannot_be_a_database_is_refused_in_a_sentence(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "missing" / "state.sqlite" if content is None else tmp_path / "notes.txt"
    if content is not None:
        file.write_text(content)

    with pytest.raises(ScenarioError, match=r"^database: '.*' cannot hold the sandbox's state .*: name a new file"):
        Sandbox(database=file)


def test_the_database_of_another_program_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE deliveries (parcel TEXT)")
    connection.close()

    with pytest.raises(ScenarioError, match="cannot hold the sandbox's state"):
        Sandbox(database=file)


def test_a_canned_reply_is_given_so_many_times(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.respond("*/offers", status=503, body=b"busy", headers={"Retry-After": "3"}, times=2)

    first, second, third = (player.get("/offers") for _ in range(3))

    assert (first.status_code, first.content, first.headers["Retry-After"]) == (503, b"busy", "3")
    assert (second.status_code, third.status_code) == (503, 200)
    assert player.get("/messages").status_code == 200


def test_a_fault_without_a_number_lasts_until_it_is_cleared(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.respond("*", status=429, body={"errors": ["slow down"]}, times=None)
    assert [player.get("/offers").status_code for _ in range(3)] == [429, 429, 429]
    assert player.get("/offers").json() == {"errors": ["slow down"]}

    sandbox.faults.clear()

    assert player.get("/offers").status_code == 200


def test_faults_are_used_in_the_order_they_were_planned(sandbox: Sandbox, player: HttpPlayer) -> None:
    for status in (500, 503):
        sandbox.faults.respond("*/offers", status=status)

    assert [player.get("/offers").status_code for _ in range(3)] == [500, 503, 200]


def test_a_dropped_connection_has_no_reply(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.drop("*/offers")

    with pytest.raises(requests.ConnectionError):
        player.get("/offers")

    assert sandbox.requests_to("offers")[0].status is None
    assert player.get("/offers").status_code == 200


def test_a_held_request_is_answered_when_it_is_released(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.hang("*/offers")
    with ThreadPoolExecutor() as pool:
        held = pool.submit(player.get, "/offers")
        sandbox.wait_for_requests("offers")
        assert player.get("/messages").status_code == 200
        assert not held.done()
        sandbox.faults.clear()
        assert held.result(timeout=5).status_code == 200


def test_a_held_request_can_be_answered_after_a_time(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.hang("*/offers", seconds=0.01)

    assert player.get("/offers").status_code == 200


def test_waiting_for_a_request_that_never_comes_ends_in_a_sentence(sandbox: Sandbox) -> None:
    with pytest.raises(TimeoutError, match="0 of 1 requests to 'offers' arrived"):
        sandbox.wait_for_requests("offers", timeout=0.01)


def test_faults_that_make_no_sense_are_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="200 to 599"):
        sandbox.faults.respond("*", status=42)
    with pytest.raises(ValueError, match="1 or more"):
        sandbox.faults.drop("*", times=0)


def test_many_players_at_once_each_see_their_own(sandbox: Sandbox, join: Join) -> None:
    for number in range(8):
        sandbox.define_segment(f"s{number}", players=[f"p{number}"])
        sandbox.publish("offers", id=f"o{number}", segments=[f"s{number}"])
    players = [join(sandbox, f"p{number}") for number in range(8)]

    def look(number: int) -> bool:
        return all(players[number].ids("/offers") == [f"o{number}"] for _ in range(10))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(8)))


def test_a_naive_time_cannot_be_set(sandbox: Sandbox) -> None:
    from datetime import datetime

    with pytest.raises(ValueError, match="time zone"):
        sandbox.clock.set(datetime(2026, 1, 1))
