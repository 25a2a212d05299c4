"""The media library by the server API: files are uploaded, replaced, renamed and deleted, and pictures are scaled."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import select
import socket
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from PIL import Image

from tests.sandbox.conftest import HttpPlayer
from uwclient.sandbox import Sandbox
from uwclient.sandbox.http import event_loop
from uwclient.sandbox.server_api.openapi import samples
from uwclient.sandbox.server_api.uploads import LARGEST_FILE, LARGEST_UPLOAD

LIBRARY = "/api/v1/media_library"
APP = {"app_id": "ba59bd72-3111-4cbf-83c9-72b3198fa814"}
MULTIPART = "Content-Type: multipart/form-data; boundary=x"
SIDES = {"extra_small": 50, "small": 100, "medium": 250, "large": 500, "extra_large": 1000}
Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(sandbox: Sandbox) -> Iterator[Ask]:
    """Sends requests of a studio's backend."""
    http = requests.Session()
    http.headers["X-Api-Key"] = base64.b64encode(sandbox.api_key.encode()).decode()

    def send(method: str, path: str = LIBRARY, file: Any = None, **rest: Any) -> requests.Response:
        sent: dict[str, Any] = {} if file is None else {"files": {"media": file}, "params": APP}
        return http.request(method, sandbox.url + path, timeout=30, **sent, **rest)

    yield send
    http.close()


def head_of(line: str, headers: str) -> bytes:
    """The head of a request, for a connection of one's own."""
    key = base64.b64encode(b"sandbox-key").decode()
    start = f"{line}?app_id={APP['app_id']} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}"
    return f"{start}\r\n{headers}\r\n\r\n".encode()


def picture(form: str = "PNG", size: tuple[int, int] = (1600, 400), mode: str = "RGB") -> bytes:
    image = Image.new(mode, size)
    image.paste((200, 30, 60, 255)[: len(image.getbands())], (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


def uploaded(ask: Ask, data: bytes, name: str = "new_logo.png", content_type: str = "image/png") -> dict[str, Any]:
    reply = ask("POST", file=(name, data, content_type))
    assert reply.status_code == 201, reply.text
    record: dict[str, Any] = reply.json()["data"]
    return record


def test_an_upload_has_the_documented_shape_and_is_served(ask: Ask, player: HttpPlayer) -> None:
    data = picture()
    record = uploaded(ask, data)
    sample = samples()["upload_media"]["response"]["data"]

    assert record.keys() == sample.keys()
    assert record["variants"].keys() == sample["variants"].keys()
    assert (record["name"], record["content_type"], record["byte_size"]) == ("new_logo.png", "image/png", len(data))
    assert requests.get(record["url"], timeout=5).content == data
    assert ask("GET", f"{LIBRARY}/{record['id']}").json()["data"] == record
    assert ask("GET", params=APP).json()["data"] == [record]
    in_session = player.ask("GET", f"/../../media/{record['id']}").json()["data"]
    assert in_session == {name: value for name, value in record.items() if name != "app_id"}


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_variants_are_scaled_and_stay_what_the_picture_is(ask: Ask, form: str, content_type: str) -> None:
    record = uploaded(ask, picture(form), "a.bin", "application/octet-stream")

    assert record["content_type"] == content_type
    for name, side in SIDES.items():
        variant = record["variants"][name]
        reply = requests.get(variant["url"], timeout=5)
        with Image.open(io.BytesIO(reply.content)) as image:
            image.load()
            assert (image.format, image.width) == (form, side)
            assert abs(image.height - side / 4) < 1
            left = image.convert("RGB").crop((side // 8, side // 8, side // 8 + 1, side // 8 + 1)).tobytes()
        assert reply.headers["Content-Type"] == content_type
        assert (variant["max_width"], variant["max_height"]) == (side, side)
        assert all(abs(found - meant) < 12 for found, meant in zip(left, (200, 30, 60), strict=True))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_any_mode_of_a_picture_is_scaled(ask: Ask, mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (600, 600)).save(file, "PNG")
    record = uploaded(ask, file.getvalue())

    with Image.open(io.BytesIO(requests.get(record["variants"]["small"]["url"], timeout=5).content)) as image:
        assert image.size == (100, 100)


def test_a_picture_is_not_made_larger_than_it_is(ask: Ask) -> None:
    data = picture(size=(120, 60))
    variants = uploaded(ask, data)["variants"]

    files = {name: requests.get(variant["url"], timeout=5).content for name, variant in variants.items()}
    assert [name for name, content in files.items() if content == data] == ["medium", "large", "extra_large"]


def test_a_file_is_replaced_under_its_id(sandbox: Sandbox, ask: Ask, player: HttpPlayer) -> None:
    record = uploaded(ask, picture())
    other = uploaded(ask, picture(size=(9, 9)), "other.png")
    etags = {url: requests.get(url, timeout=5).headers["ETag"] for url in urls(record)}
    new = picture("JPEG", (1200, 1200))

    reply = ask("PUT", f"{LIBRARY}/{record['id']}", ("b.jpg", new, "image/jpeg"))

    replaced = reply.json()["data"]
    assert reply.status_code == 201
    assert (replaced["id"], replaced["name"]) == (record["id"], "new_logo.png")
    assert (replaced["content_type"], replaced["byte_size"]) == ("image/jpeg", len(new))
    assert [one["id"] for one in ask("GET", params=APP).json()["data"]] == [record["id"], other["id"]]
    for url, etag in etags.items():
        again = requests.get(url, headers={"If-None-Match": etag}, timeout=5)
        assert (again.status_code, again.headers["Content-Type"]) == (200, "image/jpeg")
    told = player.ask("GET", f"/../../media/{record['id']}").json()["data"]
    assert told["byte_size"] == len(new)


def urls(record: dict[str, Any]) -> list[str]:
    return [record["url"], *(variant["url"] for variant in record["variants"].values())]


def test_media_are_renamed_and_deleted(ask: Ask, player: HttpPlayer) -> None:
    record = uploaded(ask, picture())
    path = f"{LIBRARY}/{record['id']}"

    renamed = ask("PUT", path, json={"name": "Spring"})
    assert (renamed.status_code, renamed.json()["data"]) == (200, {**record, "name": "Spring"})
    assert ask("PUT", path, json={"name": ""}).json()["data"]["name"] == "Spring"
    gone = ask("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert ask("DELETE", path).status_code == 404
    assert ask("PUT", path, json={"name": "x"}).status_code == 404
    assert ask("PUT", path, ("a.png", picture(), "image/png")).status_code == 404
    assert ask("GET", path).status_code == 404
    assert player.ask("GET", f"/../../media/{record['id']}").status_code == 404
    assert {requests.get(url, timeout=5).status_code for url in urls(record)} == {404}
    assert ask("GET", params=APP).json()["data"] == []


@pytest.mark.parametrize(
    ("name", "declared", "data", "content_type"),
    [
        ("a.json", "application/json", b"{}", "application/json"),
        ("a.svg", "image/svg+xml", b"<svg/>", "image/svg+xml"),
        ("a.txt", "application/octet-stream", b"hello", "text/plain"),
        ("a", "application/octet-stream", b"hello", "application/octet-stream"),
        ("a.bin", "", b"", "application/octet-stream"),
    ],
)
def test_what_is_no_picture_has_no_variants(
    ask: Ask, name: str, declared: str, data: bytes, content_type: str
) -> None:
    record = uploaded(ask, data, name, declared)

    assert (record["content_type"], record["variants"], record["byte_size"]) == (content_type, {}, len(data))
    served = requests.get(record["url"], timeout=5)
    assert served.content == data
    assert served.headers["Content-Disposition"] == "attachment"


def bomb() -> bytes:
    """A small file with 49 million pixels."""
    file = io.BytesIO()
    Image.new("1", (7000, 7000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: picture()[:200], "cannot be read"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "cannot be read"),
        (lambda: b"GIF89a" + bytes(500), "cannot be read"),
        (lambda: b"RIFF\x00\x00\x00\x00WEBP" + bytes(500), "cannot be read"),
        (lambda: b"\xff\xd8\xff" + bytes(500), "cannot be read"),
        (bomb, "7000 x 7000 pixels"),
    ],
)
def test_a_picture_that_is_broken_or_too_large_is_kept_without_variants(
    ask: Ask, make: Callable[[], bytes], reason: str
) -> None:
    data = make()
    reply = ask("POST", file=("a.png", data, "image/png")).json()

    assert reply["data"]["variants"] == {}
    assert reason in reply["meta"]["warnings"][0]
    assert requests.get(reply["data"]["url"], timeout=5).content == data


def test_damaged_pictures_never_break_it(ask: Ask) -> None:
    rng = random.Random(5)
    for form in ("PNG", "JPEG", "GIF", "WEBP"):
        whole = picture(form, (64, 64))
        for _ in range(12):
            damaged = bytearray(whole)
            for _ in range(rng.randrange(1, 6)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            assert ask("POST", file=("a", bytes(damaged), "image/png")).status_code == 201


def test_without_pillow_variants_are_the_original(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture()
    monkeypatch.setitem(sys.modules, "PIL", None)
    variants = uploaded(ask, data)["variants"]

    assert {name: one["max_width"] for name, one in variants.items()} == SIDES
    assert all(requests.get(one["url"], timeout=5).content == data for one in variants.values())


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\tmp\\a.png", "/tmp/a'; DROP TABLE media; --", "é🐉.png"])
def test_a_name_is_that_of_a_file_alone(ask: Ask, name: str) -> None:
    found = uploaded(ask, b"x", name)["name"]
    assert found
    assert name.endswith(found) or found == "C:tmpa.png"  # a backslash quotes a letter in such a header
    assert "/" not in found


class TestWhatIsRefused:
    def test_a_body_without_a_file(self, ask: Ask) -> None:
        for sent in ({"data": {"a": 1}}, {"json": {"name": "x"}}, {"files": {"other": b"x"}}):
            reply = ask("POST", params=APP, **sent)
            assert reply.status_code == 422
            assert reply.json()["errors"][0].startswith("media:")

    def test_an_upload_without_an_app(self, sandbox: Sandbox, ask: Ask) -> None:
        assert ask("POST", files={"media": b"x"}).status_code == 400
        assert ask("GET").status_code == 400

    def test_a_file_that_is_too_large(self, ask: Ask) -> None:
        largest = ask("POST", file=("a.bin", bytes(LARGEST_FILE), "application/octet-stream"))
        assert (largest.status_code, largest.json()["data"]["byte_size"]) == (201, LARGEST_FILE)
        more = ask("POST", file=("a.bin", bytes(LARGEST_FILE + 1), "application/octet-stream"))
        assert more.status_code == 422
        assert "larger than" in more.json()["errors"][0]
        assert len(ask("GET", params=APP).json()["data"]) == 1

    @pytest.mark.parametrize(
        ("line", "headers", "status"),
        [
            (
                f"POST {LIBRARY}",
                f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {LARGEST_UPLOAD + 1}",
                422,
            ),
            (f"POST {LIBRARY}", "Content-Type: application/json\r\nContent-Length: 2000000", 413),
            (
                "POST /api/v1/app_items",
                "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2000000",
                413,
            ),
            (f"PUT {LIBRARY}", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2000000", 413),
            (
                f"POST {LIBRARY}",
                "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF",
                422,
            ),
        ],
    )
    def test_a_body_that_is_too_large_is_refused_for_its_head(
        self, sandbox: Sandbox, line: str, headers: str, status: int
    ) -> None:
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
            connection.sendall(head_of(line, headers))
            assert connection.recv(100).startswith(f"HTTP/1.1 {status} ".encode())


def test_a_large_upload_costs_the_log_of_requests_nothing(sandbox: Sandbox, ask: Ask) -> None:
    ask("GET", params=APP)
    for _ in range(3):
        uploaded(ask, bytes(20 * 1024 * 1024), "a.bin", "application/octet-stream")

    assert [len(request.body) for request in sandbox.requests] == [0, 0, 0, 0]


def test_an_upload_in_chunks_and_one_that_is_signed_are_taken() -> None:
    data = random.Random(1).randbytes(3 * 1024 * 1024)
    head = b'--x\r\nContent-Disposition: form-data; name="media"; filename="a.bin"\r\n\r\n'
    body = head + data + b"\r\n--x--\r\n"
    with Sandbox(secret_key="secret") as sandbox:
        url = f"{sandbox.url}{LIBRARY}?app_id={APP['app_id']}"
        enc = hashlib.sha3_256(url.encode() + body + b"secret").hexdigest()
        headers = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode()}
        headers["Content-Type"] = "multipart/form-data; boundary=x"
        for sent in (body, iter([body[:100], body[100:2_000_000], body[2_000_000:]])):
            reply = requests.post(f"{url}&enc={enc}", data=sent, headers=headers, timeout=10)
            assert reply.status_code == 201, reply.text
            file = requests.get(reply.json()["data"]["url"], timeout=10)
            assert file.content == data
        wrong = requests.post(f"{url}&enc={enc}", data=body + b"\r\n", headers=headers, timeout=10)
        assert wrong.status_code == 403


def test_slow_senders_of_uploads_hold_no_memory(sandbox: Sandbox) -> None:
    size, senders = 30 * 1024 * 1024, 4
    head = head_of(f"POST {LIBRARY}", f"{MULTIPART}\r\nContent-Length: {size}")
    piece = bytes(1 << 20)
    connections = [socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) for _ in range(senders)]
    tracemalloc.start()
    try:
        for connection in connections:
            connection.sendall(head)
            for _ in range(12):
                connection.sendall(piece)
            assert requests.get(f"{sandbox.url}/healthz", timeout=10).ok
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        for connection in connections:
            connection.close()
    assert peak < 24 * 1024 * 1024


def test_more_uploads_than_there_is_room_for_are_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "MOST_ON_DISK", 16 * 1024 * 1024)
    size = 5 * 1024 * 1024
    head = head_of(f"POST {LIBRARY}", f"{MULTIPART}\r\nContent-Length: {size}")
    connections = [socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) for _ in range(6)]
    for connection in connections:
        connection.sendall(head + bytes(3 << 20))
    ready, _, _ = select.select(connections, [], [], 10)
    replies = [connection.recv(12) for connection in ready]
    for connection in connections:
        connection.close()

    assert replies == [b"HTTP/1.1 503"]
    assert requests.get(f"{sandbox.url}/healthz", timeout=10).ok
