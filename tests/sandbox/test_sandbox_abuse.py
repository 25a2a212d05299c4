"""Clients that send what they should not, or do not read: over real sockets."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from uwclient.sandbox import Sandbox
from uwclient.sandbox.http.request_reader import LARGEST_BODY

KEY = "X-Api-Key: " + base64.b64encode(b"sandbox-key").decode()
HOST = "Host: localhost"
PLAYER = "/api/sdk/v1/appusers/hero-42"
START = f"GET {PLAYER}?environment_stage=live HTTP/1.1\r\n{HOST}\r\n{KEY}\r\n\r\n".encode()
MOST_MEGABYTES = 200
MOST_WORKERS = 64


class Wire:
    """One plain connection, and what is read from it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def send(self, data: bytes) -> Wire:
        with contextlib.suppress(OSError):
            self.socket.sendall(data)
        return self

    def reply(self) -> tuple[int, bytes]:
        """The status and the body of one reply with a Content-Length."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.socket.recv(1 << 16)
            assert piece, f"the connection was closed after {data!r}"
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        length = int(lengths[0].split(b":")[1]) if lengths else 0
        while len(body) < length:
            body += self.socket.recv(1 << 16)
        return int(head.split()[1]), body

    def is_closed(self) -> bool:
        """Whether the sandbox has closed it; waits for it."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self.socket.close()


class Wires:
    """All connections of a test, closed at its end."""

    def __init__(self) -> None:
        self._open: list[Wire] = []

    def __call__(self, port: int) -> Wire:
        self._open.append(Wire(port))
        return self._open[-1]

    def close(self) -> None:
        while self._open:
            self._open.pop().close()


@pytest.fixture
def wire() -> Iterator[Wires]:
    wires = Wires()
    yield wires
    wires.close()


def post(headers: str, body: bytes = b"") -> bytes:
    return f"POST {PLAYER}/events HTTP/1.1\r\n{HOST}\r\n{KEY}\r\n{headers}\r\n\r\n".encode() + body


def open_connections(sandbox: Sandbox) -> int:
    """How many the sandbox has open: a client that does not read cannot see that its own was closed."""
    loop = sandbox._server._loop
    return 0 if loop is None else len(loop._connections)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def threads() -> int:
    return sum(thread.name.startswith("uwclient-sandbox") for thread in threading.enumerate())


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (post("Content-Length: " + "9" * 30), 413),
        (post("Content-Length: -5"), 400),
        (post("Content-Length: 5\r\nContent-Length: 6", b"12345GET / HTTP/1.1\r\n\r\n"), 400),
        (post("Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), 400),
        (post("Transfer-Encoding: chunked", b"e8d4a51000\r\n" + b"x" * 1000), 413),
        (post("Transfer-Encoding: chunked", b"-1\r\n"), 400),
        (post("X: " + "y" * 10_000), 431),
        (post("\r\n".join(f"X{number}: y" for number in range(200))), 431),
        (f"GET /{'x' * 10_000} HTTP/1.1\r\n\r\n".encode(), 414),
        (b"\x00\xff\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_in_the_shape_of_an_error_and_closed(
    sandbox: Sandbox, wire: Wires, data: bytes, status: int
) -> None:
    client = wire(sandbox.port).send(data)

    found, body = client.reply()

    assert found == status
    assert json.loads(body)["errors"]
    assert set(json.loads(body)["meta"]) == {"hints", "warnings"}
    assert client.is_closed()
    assert sandbox.requests == []


def test_the_key_is_checked_before_the_body_is_read(sandbox: Sandbox, wire: Wires) -> None:
    head = f"POST {PLAYER}/events HTTP/1.1\r\n{HOST}\r\nContent-Length: 1000000\r\n\r\n".encode()
    client = wire(sandbox.port).send(head + b"a part of it")

    assert client.reply()[0] == 401
    assert client.is_closed()
    assert [(request.status, request.body) for request in sandbox.requests] == [(401, b"")]


def test_leave_to_send_a_body_is_given_only_with_the_key(sandbox: Sandbox, wire: Wires) -> None:
    asked = "Content-Length: 2\r\nExpect: 100-continue"
    stranger = f"POST {PLAYER}/events HTTP/1.1\r\n{HOST}\r\n{asked}\r\n\r\n".encode()
    client = wire(sandbox.port).send(post(asked))

    assert wire(sandbox.port).send(stranger).reply()[0] == 401
    assert client.reply()[0] == 100
    assert client.send(b"{}").reply()[0] == 400


def test_the_largest_body_is_taken_and_one_byte_more_is_not(sandbox: Sandbox, wire: Wires) -> None:
    body = b" " * LARGEST_BODY

    assert wire(sandbox.port).send(post(f"Content-Length: {len(body)}", body)).reply()[0] == 400
    assert wire(sandbox.port).send(post(f"Content-Length: {len(body) + 1}", body)).reply()[0] == 413
    assert len(sandbox.requests) == 1


def test_requests_that_come_together_are_answered_in_their_order(sandbox: Sandbox, wire: Wires) -> None:
    client = wire(sandbox.port).send(START * 100 + f"GET /nowhere HTTP/1.1\r\n{HOST}\r\n{KEY}\r\n\r\n".encode())
    stream = client.socket.makefile("rb")

    statuses = []
    for _ in range(101):
        statuses.append(int(stream.readline().split()[1]))
        length = 0
        while (line := stream.readline().strip()) != b"":
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
        stream.read(length)

    assert statuses == [200] * 100 + [404]


def test_a_client_that_has_nothing_more_to_send_still_gets_its_reply(sandbox: Sandbox, wire: Wires) -> None:
    client = wire(sandbox.port).send(START)
    client.socket.shutdown(socket.SHUT_WR)

    assert client.reply()[0] == 200
    assert client.is_closed()


def test_idle_and_slow_and_held_connections_cost_no_thread_and_starve_nobody(sandbox: Sandbox, wire: Wires) -> None:
    sandbox.faults.hang("*/offers", times=None)
    idle = [wire(sandbox.port).send(START) for _ in range(150)]
    assert all(client.reply()[0] == 200 for client in idle)
    held = f"GET {PLAYER}/offers?session_id=x HTTP/1.1\r\n{HOST}\r\n{KEY}\r\n\r\n".encode()
    waiting = [wire(sandbox.port).send(held) for _ in range(150)]
    for number in range(150):
        wire(sandbox.port).send(START[: 10 + number])
    sandbox.wait_for_requests("offers", count=150)

    assert wire(sandbox.port).send(START).reply()[0] == 200
    assert threads() <= MOST_WORKERS
    sandbox.faults.clear()
    assert all(client.reply()[0] == 404 for client in waiting)


def test_a_request_that_never_ends_is_given_up(
    sandbox: Sandbox, wire: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.sandbox.http.event_loop.REQUEST_SECONDS", 0.1)
    idle = wire(sandbox.port).send(START)
    assert idle.reply()[0] == 200

    in_head, in_body = wire(sandbox.port).send(START[:20]), wire(sandbox.port).send(post("Content-Length: 9", b"x"))

    assert [in_head.reply()[0], in_body.reply()[0]] == [408, 408]
    assert idle.send(START).reply()[0] == 200


def test_a_reply_that_nobody_reads_is_given_up(
    sandbox: Sandbox, wire: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.sandbox.http.event_loop.STALLED_SECONDS", 0.1)
    sandbox.add_media("big", bytes(30_000_000))
    client = wire(sandbox.port).send(f"GET /files/big/original HTTP/1.1\r\n{HOST}\r\n\r\n".encode())
    sandbox.wait_for_requests("original")
    until(lambda: open_connections(sandbox) == 0)

    taken = 0
    with contextlib.suppress(ConnectionError):
        while piece := client.socket.recv(1 << 20):
            taken += len(piece)
    assert taken < 30_000_000


def test_when_too_many_connect_the_one_idle_for_longest_goes(
    sandbox: Sandbox, wire: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.sandbox.http.event_loop.MOST_CONNECTIONS", 20)
    first, *rest = (wire(sandbox.port) for _ in range(20))
    for client in (first, *rest):
        assert client.send(START).reply()[0] == 200

    assert wire(sandbox.port).send(START).reply()[0] == 200
    assert first.is_closed()
    assert all(client.send(START).reply()[0] == 200 for client in rest[1:])


def test_stop_is_quick_whatever_clients_are_doing(wire: Wires) -> None:
    with Sandbox() as sandbox:
        sandbox.add_media("big", bytes(30_000_000))
        sandbox.faults.hang("*/offers", times=None)
        sandbox.faults.endless("/files/endless/*", times=None)
        for start in (
            b"",
            START[:30],
            post("Content-Length: 1000", b"x"),
            f"GET {PLAYER}/offers HTTP/1.1\r\n{HOST}\r\n{KEY}\r\n\r\n".encode(),
            f"GET /files/big/original HTTP/1.1\r\n{HOST}\r\n\r\n".encode(),
            f"GET /files/endless/original HTTP/1.1\r\n{HOST}\r\n\r\n".encode(),
        ):
            for _ in range(10):
                wire(sandbox.port).send(start)
        sandbox.wait_for_requests("original", count=20)
        began = time.monotonic()
        sandbox.stop()

        assert time.monotonic() - began < 2
        assert threads() == 0
        sandbox.check()


def test_damaged_requests_leave_the_sandbox_as_it_was(sandbox: Sandbox, wire: Wires) -> None:
    luck = random.Random(5)
    seeds = (START, post("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n"), post("Content-Length: 2", b"{}"))
    for _ in range(300):
        data = bytearray(luck.choice(seeds))
        for _ in range(luck.randint(1, 6)):
            place = luck.randrange(len(data))
            data[place : place + luck.randint(0, 4)] = luck.randbytes(luck.randint(0, 4))
        client = wire(sandbox.port).send(bytes(data))
        client.socket.shutdown(socket.SHUT_WR)
        while client.socket.recv(1 << 16):
            pass
        client.close()

    assert wire(sandbox.port).send(START).reply()[0] == 200
    sandbox.check()


def test_a_reply_that_cannot_be_written_costs_its_connection_alone(sandbox: Sandbox, wire: Wires) -> None:
    sandbox.faults.respond("*", status=500, headers={"X-Snow": "\u2603"})

    assert wire(sandbox.port).send(START).is_closed()
    assert wire(sandbox.port).send(START).reply()[0] == 200
    with pytest.raises(UnicodeEncodeError):
        sandbox.check()


def test_the_log_keeps_the_newest_requests_of_so_many(
    sandbox: Sandbox, wire: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.sandbox.http.request_log.HEAVIEST", 1_000_000)
    client = wire(sandbox.port)
    for number in range(12):
        body = json.dumps({"number": number, "pad": "x" * 200_000}).encode()
        client.send(post(f"Content-Length: {len(body)}", body)).reply()

    assert [request.json["number"] for request in sandbox.requests] == [8, 9, 10, 11]
    assert [request.number for request in sandbox.requests] == [8, 9, 10, 11]
    sandbox.forget_requests()
    assert client.send(START).reply()[0] == 200
    assert len(sandbox.requests) == 1


SERVING = """
import sys
from uwclient.sandbox import Sandbox
with Sandbox() as sandbox:
    for number in range(12):
        sandbox.add_media(f"big{number}", bytes([number]) * 8_000_000)
    print(sandbox.port, flush=True)
    sys.stdin.readline()
    sandbox.check()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_its_memory_and_threads_stay_bounded_whatever_clients_do(wire: Wires) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        _abuse(wire, port)
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.stdin.close()
        assert process.wait(20) == 0

    figures = dict(line.split(":", 1) for line in status.splitlines())
    assert int(figures["VmHWM"].split()[0]) // 1024 < MOST_MEGABYTES
    assert int(figures["Threads"]) <= MOST_WORKERS + 2


def _abuse(wire: Wires, port: int) -> None:
    deep = b"[" + b'{"":0},' * 140_000 + b"0]"
    megabyte = post("Content-Length: 1000000", b"[" * 999_000)
    nesting = f"GET {PLAYER} HTTP/1.1\r\n{HOST}\r\n{KEY}\r\nContent-Length: {len(deep)}\r\n\r\n".encode() + deep
    for data, count in (
        (START, 300),
        (START[:-2] + b"X: " + b"y" * 7000, 300),
        (post("Transfer-Encoding: chunked", b"fffff\r\n" + b"x" * 900_000), 40),
        (megabyte, 40),
        (nesting, 40),
        (START * 200, 20),
        *((f"GET /files/big{number}/original HTTP/1.1\r\n{HOST}\r\n\r\n".encode(), 5) for number in range(12)),
    ):
        for _ in range(count):
            wire(port).send(data)
        assert wire(port).send(START).reply()[0] == 200
    wire.close()
    busy = wire(port)
    for number in range(1500):
        pad = f"X-Pad: {'p' * 7000}"
        request = f"GET {PLAYER}{number}?environment_stage=live HTTP/1.1\r\n{HOST}\r\n{KEY}\r\n{pad}\r\n\r\n"
        assert busy.send(request.encode()).reply()[0] == 200
