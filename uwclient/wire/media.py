"""Downloads media: parses the platform's descriptions, and fetches the files from their hosts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urljoin

from uwclient.errors import (
    AccessDenied,
    ApiError,
    RecordError,
    ReplyError,
    RequestRejected,
    Unavailable,
    UserWiseError,
)
from uwclient.http.messages import Limits, Reply, Request, Transport, fit_to_send_back
from uwclient.log import logger
from uwclient.models.media import MediaInfo, MediaVariant
from uwclient.urls import url_problem
from uwclient.wire.file_types import is_recognised, type_of
from uwclient.wire.parsing import Fields

MOST_REDIRECTS = 5
MOST_VARIANTS = 64
_REDIRECTS = (301, 302, 303, 307, 308)
_ANY_FILE = ("application/octet-stream", "binary/octet-stream")
_COME_BACK = (407, 408, 425, 429)


class Declared(NamedTuple):
    """What is known about a file before it is fetched.

    Attributes:
        content_type: its MIME type, or "" if any type but a web page is accepted.
        same_family: whether another type of the same family is accepted too, such as any image.
        byte_size: its size, or 0 if it is not known.

    """

    content_type: str = ""
    same_family: bool = False
    byte_size: int = 0


class Origin(NamedTuple):
    """The source of a cached file, and the validators for asking its host whether it has changed.

    Attributes:
        place: the URL without its query, which may be a signature that expires.
        etag: the entity tag, or "".
        last_modified: the host's Last-Modified header, or "".

    """

    place: str = ""
    etag: str = ""
    last_modified: str = ""


class File(NamedTuple):
    """A fetched file; `data` is None if the cached one has not changed."""

    data: bytes | None
    origin: Origin


class FileHosts:
    """Fetches files. The requests carry no keys and no session, because the hosts are not the platform."""

    def __init__(self, transport: Transport, allow_insecure: bool) -> None:
        self._transport = transport
        self._allow_insecure = allow_insecure

    def fetch(self, url: str, declared: Declared, known: Origin, limits: Limits) -> File | UserWiseError:
        """Fetch a file, following redirects; each URL is checked."""
        if declared.byte_size > limits.largest:
            return ReplyError(
                f"The file has {declared.byte_size:,} bytes; media.largest_file allows {limits.largest:,} at most."
            )
        for _ in range(1 + MOST_REDIRECTS):
            problem = url_problem(url, self._allow_insecure)
            if problem is not None:
                return ReplyError(f"The file has a URL that cannot be used: {problem}.")
            known_here = known if known.place == _place(url) else Origin()
            headers = _headers(known_here)
            reply = self._transport.send(
                Request("GET", url, headers=headers, limits=limits, label="a media file", unpack=False)
            )
            if isinstance(reply, UserWiseError):
                return reply
            if reply.status not in _REDIRECTS:
                return _file(reply, url, declared, known_here)
            target = _joined(url, reply.header("Location"))
            if _is_https(url) and not _is_https(target):
                return ReplyError("The file's host redirects to a URL that is not https.")
            url = target
        return ReplyError(f"The file's host redirects more than {MOST_REDIRECTS} times.")


def read_info(told: Mapping[str, Any], allow_insecure: bool) -> MediaInfo:
    """Parse the platform's description of a media file. Raises ReplyError if it cannot be used."""
    try:
        fields = Fields(told.get("data"), "data")
        info = MediaInfo(
            id=fields.identity("id"),
            name=fields.text("name"),
            content_type=fields.text("content_type"),
            byte_size=fields.count("byte_size"),
            url=fields.address("url"),
            variants=MappingProxyType(_variants(told["data"], allow_insecure)),
        )
        if info.byte_size < 0:
            raise RecordError("data.byte_size: it is negative")
        problem = url_problem(info.url, allow_insecure)
        if problem is not None:
            raise RecordError(f"data.url: {problem}")
    except RecordError as error:
        raise ReplyError(f"The platform's description of the media cannot be used: {error}.") from None
    return info


def info_text(info: MediaInfo) -> bytes:
    """Encode a description in the platform's form, so that `read_info` can parse it."""
    variants = {name: variant._asdict() for name, variant in info.variants.items()}
    return json.dumps({"data": {**info._asdict(), "variants": variants}}).encode()


def _variants(data: dict[str, Any], allow_insecure: bool) -> dict[str, MediaVariant]:
    """Parse the variants; unusable ones are left out, and logged."""
    told = data.get("variants") or {}
    if not isinstance(told, dict):
        raise RecordError("data.variants: expected an object")
    variants = {}
    for name, values in list(told.items())[:MOST_VARIANTS]:
        try:
            fields = Fields(values, f"data.variants.{name}")
            variant = MediaVariant(fields.address("url"), fields.count("max_width"), fields.count("max_height"))
            problem = url_problem(variant.url, allow_insecure)
            if problem is not None:
                raise RecordError(f"data.variants.{name}.url: {problem}")
        except RecordError as error:
            logger().warning("A variant of the media %r was left out: %s.", data.get("id"), error)
        else:
            variants[name] = variant
    return variants


def _file(reply: Reply, url: str, declared: Declared, known: Origin) -> File | UserWiseError:
    """Return the file in a reply, or an error if it is not the expected one."""
    if reply.status == 304 and (known.etag or known.last_modified):
        return File(None, known)
    if reply.status not in (200, 203):
        return _refusal(reply)
    data = reply.body()
    packed = reply.header("Content-Encoding").strip().lower()
    problem = _type_problem(reply.header("Content-Type"), data, declared)
    problem = problem or _length_problem(reply, data, declared)
    if problem is None and packed not in ("", "identity"):
        problem = f"has the encoding {packed[:40]!r}, which was not requested"
    if problem is not None:
        return ReplyError(f"The file {problem}.")
    return File(data, Origin(_place(url), reply.etag or "", fit_to_send_back(reply.header("Last-Modified"))))


def _refusal(reply: Reply) -> UserWiseError:
    """Return the error for a file host's status; file hosts have no `errors` that distinguish them from gateways.

    A cached file is deleted only after 404 and 410.
    """
    said = f"The file's host has answered with {reply.status}."
    if reply.status < 400:
        return ReplyError(said)
    kind: type[ApiError] = AccessDenied if reply.status in (401, 403) else RequestRejected
    if reply.status in _COME_BACK or reply.status >= 500:
        kind = Unavailable
    return kind(said, status=reply.status, retry_after=reply.retry_after)


def _type_problem(header: str, data: bytes, declared: Declared) -> str | None:
    """Check the type of a file: by its first bytes, else by its host; many hosts serve everything as one type."""
    served, wanted = _plain_type(header), _plain_type(declared.content_type)
    if not wanted:
        return "is a web page" if served == "text/html" else None
    shown = type_of(data)
    for found in (shown or "", served):
        if found == wanted or (declared.same_family and _family(found) == _family(wanted)):
            return None
    if not served or (served in _ANY_FILE and shown is None and not is_recognised(wanted)):
        return None
    return f"is of the type {served[:60]!r}, and {wanted[:60]!r} was announced"


def _family(name: str) -> str:
    return name.partition("/")[0]


def _plain_type(header: str) -> str:
    plain = header.partition(";")[0].strip().lower()
    return "image/jpeg" if plain == "image/jpg" else plain


def _length_problem(reply: Reply, data: bytes, declared: Declared) -> str | None:
    """Check the length of a file against the reply's, or, if it has none, against the platform's description."""
    if not data:
        return "is empty"
    told = reply.header("Content-Length")
    announced = _number(told)
    if not told and not reply.header("Transfer-Encoding"):
        announced = declared.byte_size
    if announced in (0, len(data)):
        return None
    return f"has {len(data):,} bytes, and {announced:,} were announced"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def _headers(known: Origin) -> dict[str, str]:
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _is_https(url: str) -> bool:
    return url[:6].lower() == "https:"


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _place(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
