from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from uwclient.sandbox import Sandbox, ScenarioError

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
SMALL = b"\x89PNG small"


def info(sandbox: Sandbox, media_id: str) -> requests.Response:
    key = base64.b64encode(sandbox.api_key.encode()).decode()
    return requests.get(f"{sandbox.url}/api/sdk/v1/media/{media_id}", headers={"X-Api-Key": key}, timeout=5)


def described(sandbox: Sandbox, media_id: str = "banner") -> dict[str, Any]:
    data: dict[str, Any] = info(sandbox, media_id).json()["data"]
    return data


def test_media_have_the_documented_shape(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE, name="Spring", variants={"small": (SMALL, 320, 180)})

    data = described(sandbox)

    assert data == {
        "id": "banner",
        "name": "Spring",
        "content_type": "image/png",
        "byte_size": len(PICTURE),
        "url": f"{sandbox.url}/files/banner/original",
        "variants": {
            "small": {"url": f"{sandbox.url}/files/banner/small", "max_width": 320, "max_height": 180},
        },
    }


def test_the_files_are_served_without_a_key(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE, variants={"small": (SMALL, 320, 180)})
    data = described(sandbox)

    whole = requests.get(data["url"], timeout=5)
    small = requests.get(data["variants"]["small"]["url"], timeout=5)

    assert (whole.status_code, whole.content) == (200, PICTURE)
    assert (whole.headers["Content-Type"], whole.headers["Content-Length"]) == ("image/png", str(len(PICTURE)))
    assert small.content == SMALL
    assert small.headers["ETag"] != whole.headers["ETag"]


def test_a_file_that_is_known_is_not_sent_again(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE)
    url = described(sandbox)["url"]
    known = {"If-None-Match": requests.get(url, timeout=5).headers["ETag"]}

    again = requests.get(url, headers=known, timeout=5)
    sandbox.add_media("banner", SMALL)
    changed = requests.get(url, headers=known, timeout=5)

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed.content) == (200, SMALL)


def test_ids_may_hold_anything(sandbox: Sandbox) -> None:
    sandbox.add_media("a/b ü?", PICTURE, variants={"x/y": (SMALL, 1, 1)})

    data = described(sandbox, "a%2Fb%20%C3%BC%3F")

    assert data["id"] == "a/b ü?"
    assert requests.get(data["url"], timeout=5).content == PICTURE
    assert requests.get(data["variants"]["x/y"]["url"], timeout=5).content == SMALL


def test_unknown_media_are_not_there(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE)

    assert info(sandbox, "other").json()["errors"] == ["There is no media 'other'."]
    for path in ("other/original", "banner/small", "banner", "..%2F..%2Fetc%2Fpasswd/original"):
        assert requests.get(f"{sandbox.url}/files/{path}", timeout=5).status_code == 404
    url = f"{sandbox.url}/api/sdk/v1/media/banner"
    assert requests.get(url, timeout=5).status_code == 401


def test_media_come_from_files_too(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "banner.jpg"
    file.write_bytes(PICTURE)

    sandbox.add_media("banner", file, content_type="image/jpeg", variants={"small": (str(file), 5, 5)})

    assert requests.get(described(sandbox)["url"], timeout=5).headers["Content-Type"] == "image/jpeg"


def test_the_declared_size_may_be_a_lie(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE, declared_size=10)

    assert described(sandbox)["byte_size"] == 10
    assert requests.get(described(sandbox)["url"], timeout=5).content == PICTURE


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"source": "/nowhere/x.png"}, r"^file: '/nowhere/x.png' cannot be read \(No such file or directory\)$"),
        ({"media_id": ""}, "^id: it is empty"),
        ({"content_type": "picture"}, "^content_type: 'picture' is no content type"),
        ({"content_type": "a/b\r\nX: y"}, "^content_type: "),
        ({"declared_size": -1}, "^declared_size: -1 is not a number of bytes"),
        ({"variants": {"original": (SMALL, 1, 1)}}, "^variants.original: a variant needs a name of its own"),
        ({"variants": {"small": (SMALL, 0, 1)}}, "^variants.small: 0 x 1 is no size in pixels"),
        ({"variants": {"small": ("/nowhere", 1, 1)}}, "^variants.small.file: '/nowhere' cannot be read"),
    ],
)
def test_media_that_cannot_be_are_refused_in_a_sentence(
    sandbox: Sandbox, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ScenarioError, match=reason):
        sandbox.add_media(**{"media_id": "banner", "source": PICTURE, **options})


def test_a_scenario_holds_media(tmp_path: Path) -> None:
    (tmp_path / "banner.png").write_bytes(PICTURE)
    (tmp_path / "small.png").write_bytes(SMALL)
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "media:\n"
        "  - id: banner\n    file: banner.png\n    declared_size: 5\n"
        "    variants: {small: {file: small.png, max_width: 320, max_height: 180}}\n"
    )
    with Sandbox(file) as sandbox:
        data = described(sandbox)
        assert (data["content_type"], data["byte_size"]) == ("image/png", 5)
        assert requests.get(data["url"], timeout=5).content == PICTURE
        assert requests.get(data["variants"]["small"]["url"], timeout=5).content == SMALL


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("media:\n  - id: a\n    file: nowhere.png\n", "3: media[0].file: "),
        ("media:\n  - id: a\n", "2: media[0].file: it is missing"),
        ("media:\n  - {id: a, file: s.yaml}\n  - {id: a, file: s.yaml}\n", "3: media[1].id: there is media 'a'"),
        (
            "media:\n  - id: a\n    file: s.yaml\n    variants:\n      s: {file: x, max_width: 1, max_height: 0}\n",
            "5: media[0].variants.s.max_height: 0 is too small: use 1 or more",
        ),
    ],
)
def test_wrong_media_are_refused_with_their_line(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(text)

    with pytest.raises(ScenarioError) as caught:
        Sandbox(file)

    assert str(caught.value).startswith(f"{file}:{reason}")


def test_an_endless_body_ends_when_the_client_has_enough(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE)
    url = described(sandbox)["url"]
    sandbox.faults.endless("/files/*")

    with requests.get(url, stream=True, timeout=5) as reply:
        assert (reply.status_code, reply.headers["Content-Type"]) == (200, "image/png")
        assert "Content-Length" not in reply.headers
        taken = sum(len(piece) for piece, _ in zip(reply.iter_content(1 << 16), range(320), strict=False))

    assert taken == 320 << 16
    assert requests.get(url, timeout=5).content == PICTURE


def test_an_endless_body_may_announce_a_length(sandbox: Sandbox) -> None:
    sandbox.faults.endless("/files/*", content_type="text/html", headers={"Content-Length": "10000000000"})

    with requests.get(f"{sandbox.url}/files/a/original", stream=True, timeout=5) as reply:
        assert (reply.headers["Content-Length"], reply.headers["Content-Type"]) == ("10000000000", "text/html")


def test_a_sandbox_stops_in_the_middle_of_an_endless_body(sandbox: Sandbox) -> None:
    sandbox.faults.endless("/files/*")
    with requests.get(f"{sandbox.url}/files/a/original", stream=True, timeout=5) as reply:
        assert reply.raw.read(1000) == bytes(1000)
        sandbox.stop()


def test_a_file_can_redirect_lie_about_its_type_be_empty_or_hang(sandbox: Sandbox) -> None:
    sandbox.add_media("banner", PICTURE)
    url = described(sandbox)["url"]
    sandbox.faults.respond("/files/*", status=302, headers={"Location": "file:///etc/passwd"}, body=b"")
    sandbox.faults.respond("/files/*", status=200, body=PICTURE, headers={"Content-Type": "text/html"})
    sandbox.faults.respond("/files/*", status=200, body=b"", headers={"Content-Type": "image/png"})
    sandbox.faults.hang("/files/*")

    away = requests.get(url, timeout=5, allow_redirects=False)
    wrong, empty = requests.get(url, timeout=5), requests.get(url, timeout=5)
    with ThreadPoolExecutor() as pool:
        held = pool.submit(requests.get, url, timeout=5)
        sandbox.wait_for_requests("banner/original", 4)
        assert not held.done()
        sandbox.faults.clear()

        assert (away.status_code, away.headers["Location"]) == (302, "file:///etc/passwd")
        assert (wrong.headers["Content-Type"], wrong.content) == ("text/html", PICTURE)
        assert (empty.headers["Content-Type"], empty.headers["Content-Length"]) == ("image/png", "0")
        assert held.result(timeout=5).content == PICTURE
