"""The network as the environment describes it: each case in a process of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.hosts import CERTIFICATE, FileHost, file_host, reply
from tests.conftest import MakeSandbox
from tests.fork_server import ForkServer, run_fresh

ASK = """
import logging, sys, time
from uwclient.http.messages import Request
from uwclient.http.authorities import Authorities
from uwclient.http.transport import RequestsTransport
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
made = RequestsTransport({host!r}, "test/1", time.monotonic, lambda: None, Authorities())
got = made.send(Request("GET", {url!r} + "/a/picture.png?enc=secret-hash", label="a file"))
print(got.body().decode() if hasattr(got, "body") else f"{{type(got).__name__}}: {{got}}")
made.close()
"""

START = """
import time
from uwclient import UserWise
uw = UserWise("key", "hero-42", host={host!r}, allow_insecure=True, data_dir={folder!r})
errors = []
uw.on_session_initialization_failed.connect(lambda _, error: errors.append(error))
uw.start()
while not errors:
    uw.pump()
    time.sleep(0.005)
uw.stop()
print(type(errors[0]).__name__, getattr(errors[0], "status", None), errors[0])
"""

PLAY = """
import http.client, logging, pathlib, sys, time
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
http.client.HTTPConnection.debuglevel = 1
from uwclient import PlayerEvent, UserWise
uw = UserWise({key!r}, "hero-42", host={url!r}, secret_key="signed-with-this", data_dir={folder!r})
came = []
uw.start()
uw.assign_event(PlayerEvent("jump"), lambda ok: came.append(ok))
uw.refresh_content(came.append)
ends = time.monotonic() + 20
while len(came) < 2 and time.monotonic() < ends:
    uw.pump()
    time.sleep(0.005)
print(came)
pathlib.Path({folder!r}, "session").write_text(uw.session_id)
uw.stop()
import urllib3
urllib3.HTTPConnectionPool("127.0.0.1", {port}, retries=False).request("GET", "/the-games-own")
"""


class Programs:
    """Runs programs where the environment says this and nothing else of proxies."""

    def __init__(self, server: ForkServer) -> None:
        self._run = server.run

    def run(self, source: str, **environment: str) -> tuple[str, str]:
        """What a program prints, and what it logs."""
        ended = self._run(source, {"PATH": os.defpath, **environment})
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip(), ended.stderr

    def ask(self, url: str, host: str | None = None, before: str = "", **environment: str) -> str:
        """What one request comes to: the body, or the error."""
        if before:
            self._run = run_fresh  # in an interpreter that has not imported anything
        told, logged = self.run(before + ASK.format(host=host, url=url), **environment)
        assert "secret-hash" not in told + logged
        return told


@pytest.fixture
def programs(fork_server: ForkServer) -> Programs:
    return Programs(fork_server)


class Pipe(threading.Thread):
    """Owns one direction of a connection that a proxy passes on."""

    def __init__(self, source: socket.socket, sink: socket.socket) -> None:
        super().__init__(daemon=True)
        self.source, self.sink = source, sink
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while piece := self.source.recv(65536):
                self.sink.sendall(piece)
            self.sink.shutdown(socket.SHUT_WR)


class Socks(socketserver.ThreadingTCPServer):
    """A SOCKS5 proxy that leads everywhere to one port of this machine, and what was asked of it."""

    daemon_threads = True

    def __init__(self, port: int, wants_password: bool = False, refuses: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), SocksConnection)
        self.port, self.wants_password, self.refuses = port, wants_password, refuses
        self.asked: list[Any] = []


class SocksConnection(socketserver.BaseRequestHandler):
    server: Socks

    def handle(self) -> None:
        read = self.request.makefile("rb").read
        _, count = read(2)
        methods = read(count)
        if self.server.wants_password:
            if 2 not in methods:
                self.request.sendall(b"\x05\xff")
                return
            self.request.sendall(b"\x05\x02")
            read(1)
            self.server.asked.append((read(read(1)[0]), read(read(1)[0])))
            self.request.sendall(b"\x01\x00")
        else:
            self.request.sendall(b"\x05\x00")
        kind = read(4)[3]
        host = read(read(1)[0]).decode() if kind == 3 else socket.inet_ntoa(read(4))
        self.server.asked.append((host, struct.unpack("!H", read(2))[0]))
        self.request.sendall(bytes([5, self.server.refuses, 0, 1]) + bytes(6))
        if not self.server.refuses:
            with socket.create_connection(("127.0.0.1", self.server.port)) as target:
                back = Pipe(target, self.request)
                Pipe(self.request, target).join()
                back.join()


@contextlib.contextmanager
def socks(port: int, **options: Any) -> Iterator[tuple[Socks, str]]:
    """A SOCKS proxy, and its place."""
    with Socks(port, **options) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server, f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def host() -> Iterator[FileHost]:
    """A host that says hello."""
    with file_host(lambda head: [reply(b"hello")]) as made:
        yield made


def port_of(host: FileHost) -> int:
    return int(host.url.split(":")[2].split("/")[0])


DEAD = "http://me:hunter2@127.0.0.1:9"
ALL = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), DEAD)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "game.localhost"])
@pytest.mark.parametrize("as_platform", [True, False], ids=["the platform", "a host of files"])
def test_this_machine_is_reached_directly(programs: Programs, host: FileHost, name: str, as_platform: bool) -> None:
    url = f"http://{name}:{port_of(host)}"

    assert programs.ask(url, url if as_platform else None, **ALL) == "hello"


@pytest.mark.parametrize("proxy", [DEAD, "socks5h://me:hunter2@127.0.0.1:9", "socks5://127.0.0.1:9"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named_without_its_password(programs: Programs, proxy: str, scheme: str) -> None:
    told = programs.ask(f"{scheme}://api.example", f"{scheme}://api.example", ALL_PROXY=proxy)

    assert told.startswith("ConnectionFailed: ")
    assert f"{proxy.partition(':')[0]}://127.0.0.1:9" in told
    assert f"{scheme}://api.example" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "proxy", ["socks4://127.0.0.1:9", "ftp://127.0.0.1:9", "http://", "http://me:hunter2@:x", "::"]
)
def test_what_is_no_proxy_is_one_clear_sentence(programs: Programs, proxy: str) -> None:
    told = programs.ask("https://api.example", "https://api.example", HTTPS_PROXY=proxy)

    assert told.startswith("ConnectionFailed: The proxy that the environment names for https://api.example cannot be")
    assert "hunter2" not in told


@pytest.mark.parametrize("no_proxy", ["files.example", ".example", "*", "other,files.example:80"])
def test_a_host_that_no_proxy_is_for_is_asked_for_directly(programs: Programs, no_proxy: str) -> None:
    told = programs.ask("http://files.example:80", HTTP_PROXY="http://127.0.0.1:9", NO_PROXY=no_proxy)

    assert "127.0.0.1:9" not in told
    assert "http://files.example" in told


def test_a_proxy_is_asked_with_its_password_and_named_when_it_answers_itself(
    programs: Programs, tmp_path: Path
) -> None:
    page = reply(b"<h1>Sign in", "407 Proxy Authentication Required", content_type="text/html")
    with file_host(lambda head: [page]) as proxy:
        proxied = {"HTTP_PROXY": f"http://me:hunter2@127.0.0.1:{port_of(proxy)}"}
        told, logged = programs.run(START.format(host="http://api.example", folder=str(tmp_path)), **proxied)

        assert "Unavailable 407" in told
        assert f"through the proxy http://127.0.0.1:{port_of(proxy)}" in told
        assert "hunter2" not in told + logged
        assert "Proxy-Authorization: Basic bWU6aHVudGVyMg==" in proxy.heads[0]


WITHOUT_PYSOCKS = "import sys; sys.modules['socks'] = None\n"


@pytest.mark.parametrize("before", ["", WITHOUT_PYSOCKS], ids=["", "without PySocks"])
@pytest.mark.parametrize("scheme", ["socks5h", "SOCKS5H"])
def test_a_socks_proxy_leads_to_a_host_that_only_it_can_resolve(
    programs: Programs, host: FileHost, before: str, scheme: str
) -> None:
    with socks(port_of(host)) as (proxy, place):
        assert programs.ask("http://files.example", before=before, ALL_PROXY=f"{scheme}://{place}") == "hello"
        assert proxy.asked == [("files.example", 80)]


def test_a_socks_proxy_is_told_an_address_where_it_is_not_to_resolve_names(
    programs: Programs, host: FileHost
) -> None:
    with socks(port_of(host)) as (proxy, place):
        assert programs.ask("http://192.0.2.7:8080", ALL_PROXY=f"socks5://{place}") == "hello"
        assert proxy.asked == [("192.0.2.7", 8080)]


def test_a_socks_proxy_hears_the_name_and_the_password(programs: Programs, host: FileHost) -> None:
    with socks(port_of(host), wants_password=True) as (proxy, place):
        assert programs.ask("http://files.example", ALL_PROXY=f"socks5h://me:hun%40ter2@{place}") == "hello"
        assert proxy.asked[0] == (b"me", b"hun@ter2")
        told = programs.ask("http://files.example", ALL_PROXY=f"socks5h://{place}")
        assert "check the user name and password in its URL" in told


def test_a_socks_proxy_that_leads_nowhere_says_why(programs: Programs, host: FileHost) -> None:
    with socks(port_of(host), refuses=4) as (_, place):
        told = programs.ask("http://files.example", ALL_PROXY=f"socks5h://{place}")

    assert told == (
        f"ConnectionFailed: The proxy socks5h://{place} does not lead to http://files.example: "
        "the host is not reachable."
    )


@pytest.fixture
def folder_of_authorities(tmp_path: Path) -> Path:
    """A folder of certificates as OpenSSL wants it, with the test's own in it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl command here")
    hashed = subprocess.run(
        [openssl, "x509", "-hash", "-noout", "-in", str(CERTIFICATE)], capture_output=True, text=True, check=True
    )
    shutil.copy(CERTIFICATE, tmp_path / f"{hashed.stdout.strip()}.0")
    return tmp_path


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_authorities_may_be_a_folder_or_a_file(
    programs: Programs, folder_of_authorities: Path, variable: str
) -> None:
    with file_host(lambda head: [reply(b"hello")], tls=True) as host:
        url = host.url.removesuffix("/picture.png")
        assert "is not trusted" in programs.ask(url)
        assert programs.ask(url, url, **{variable: str(folder_of_authorities)}) == "hello"
        assert programs.ask(url, **{variable: str(CERTIFICATE)}) == "hello"
        assert "check the file or folder" in programs.ask(url, **{variable: str(CERTIFICATE) + ".missing"})


def test_the_whole_log_shows_no_id_and_no_hash_but_the_games_own_requests(
    programs: Programs, make_sandbox: MakeSandbox, tmp_path: Path
) -> None:
    sandbox = make_sandbox(secret_key="signed-with-this")
    program = PLAY.format(key=sandbox.api_key, url=sandbox.url, folder=str(tmp_path), port=sandbox.port)
    told, logged = programs.run(program, **ALL)

    assert told.startswith("[True, True]"), told
    assert "/the-games-own" in logged, "the game's own use of urllib3 is logged as before"
    for private in ("hero-42", (tmp_path / "session").read_text(), "enc=", sandbox.api_key):
        assert private not in told + logged
