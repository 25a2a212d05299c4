from __future__ import annotations

from uwclient.errors import ConnectionFailed, ReplyError, RequestRejected, Unavailable, UserWiseError
from uwclient.http.messages import Limits, Reply, Request
from uwclient.wire.media import Declared, File, FileHosts, Origin

URL = "https://cdn.example/a/banner.png?signature=1"
PLACE = "https://cdn.example/a/banner.png"
KNOWN = Origin(PLACE, '"e1"', "Wed, 21 Oct 2026 07:28:00 GMT")


class Hosts:
    """All the hosts of the world, each address with its answer; and what they were asked."""

    def __init__(self, **_: object) -> None:
        self.answers: dict[str, Reply | UserWiseError] = {}
        self.asked: list[Request] = []

    def send(self, request: Request) -> Reply | UserWiseError:
        self.asked.append(request)
        return self.answers[request.url]

    def fetch(self, known: Origin = Origin(), declared: Declared = Declared()) -> File | UserWiseError:  # noqa: B008
        return FileHosts(self, False).fetch(URL, declared, known, Limits(1000))


def answer(status: int = 200, body: bytes = b"png", **headers: str) -> Reply:
    told = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Reply.of(status, body, {"Content-Length": str(len(body)), **told})


def hosts(**answers: Reply | UserWiseError) -> Hosts:
    """The answer of the first address, and of others by the last part of their path."""
    made = Hosts()
    made.answers = {URL if name == "first" else f"https://other.example/{name}": it for name, it in answers.items()}
    return made


def test_a_file_comes_with_what_recognises_it() -> None:
    world = hosts(first=answer(etag=KNOWN.etag, last_modified=KNOWN.last_modified))
    assert world.fetch() == File(b"png", KNOWN)
    assert dict(world.asked[0].headers) == {"Accept": "*/*", "Accept-Encoding": "identity"}


def test_a_known_file_is_asked_about() -> None:
    world = hosts(first=answer(304))
    assert world.fetch(KNOWN) == File(None, KNOWN)
    assert world.asked[0].headers["If-None-Match"] == KNOWN.etag
    assert world.asked[0].headers["If-Modified-Since"] == KNOWN.last_modified


def test_only_the_address_that_a_file_came_from_is_told_how_it_is_known() -> None:
    world = hosts(first=answer(302, location="https://other.example/x"), x=answer(304))
    assert world.fetch(KNOWN._replace(place="https://other.example/x")) == File(
        None, KNOWN._replace(place="https://other.example/x")
    )
    assert "If-None-Match" not in world.asked[0].headers
    assert world.asked[1].headers["If-None-Match"] == KNOWN.etag


def test_not_modified_means_nothing_to_who_knows_nothing() -> None:
    assert isinstance(hosts(first=answer(304)).fetch(), ReplyError)
    assert isinstance(hosts(first=answer(304)).fetch(Origin(PLACE)), ReplyError)
    assert isinstance(hosts(first=answer(304)).fetch(KNOWN._replace(place="https://other.example/x")), ReplyError)


def test_no_redirect_leads_from_https_to_less() -> None:
    for target in ("http://127.0.0.1/x", "http://localhost:5/x", "HTTP://127.0.0.1/x", "http://[::1]/x"):
        world = hosts(first=answer(302, location=target))
        error = world.fetch()
        assert isinstance(error, ReplyError)
        assert "not https" in str(error)
        assert len(world.asked) == 1


def test_a_redirect_leads_to_another_host_or_path() -> None:
    world = hosts(first=answer(302, location="//other.example/x"), x=answer(302, location="y"), y=answer(etag='"e2"'))
    assert world.fetch() == File(b"png", Origin("https://other.example/y", '"e2"'))


def test_what_the_host_says_of_its_failure_is_passed_on() -> None:
    gone, later = hosts(first=answer(410)).fetch(), hosts(first=answer(503)).fetch()
    assert isinstance(gone, RequestRejected)
    assert gone.status == 410
    assert isinstance(later, Unavailable)
    cut = ConnectionFailed("cut")
    assert hosts(first=cut).fetch() is cut
