"""A client that several threads call has a connection for each request that is under way."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from tests.client.hosts import file_host, reply
from uwclient.errors import ConnectionFailed
from uwclient.http.connections import Connections
from uwclient.http.messages import Limits, Reply, Request

AT_ONCE = 5


def test_requests_of_several_threads_are_under_way_at_once() -> None:
    all_there = threading.Barrier(AT_ONCE)

    def answer(head: str) -> Iterable[bytes]:
        all_there.wait(20)
        return [reply(b"{}")]

    found: list[object] = []
    with file_host(answer) as host:
        connections = Connections(host.url.removesuffix("/picture.png"))
        request = Request("GET", host.url, limits=Limits(silence=30.0))
        threads = [threading.Thread(target=lambda: found.append(connections.send(request))) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connections.close()
    assert [one.status for one in found if isinstance(one, Reply)] == [200] * AT_ONCE


def test_closed_connections_are_opened_again() -> None:
    with file_host(lambda head: [reply(b"{}")]) as host:
        connections = Connections(host.url.removesuffix("/picture.png"))
        for _ in range(2):
            assert isinstance(connections.send(Request("GET", host.url)), Reply)
            connections.close()
            connections.close()


def test_a_host_that_is_gone_is_a_value() -> None:
    with file_host(lambda head: [reply(b"{}")]) as host:
        url = host.url
    connections = Connections(url.removesuffix("/picture.png"))
    gone = connections.send(Request("GET", url))
    connections.close()
    assert isinstance(gone, ConnectionFailed)
    assert not gone.reached
