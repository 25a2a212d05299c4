"""Owns how media are fetched: what the platform tells of them, and the files, from wherever it says that they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urljoin

from uwclient.config import url_problem
from uwclient.errors import (
    AccessDenied,
    ApiError,
    RecordError,
    ReplyError,
    RequestRejected,
    Unavailable,
    UserWiseError,
)
from uwclient.log import logger
from uwclient.models.media import MediaInfo, MediaVariant
from uwclient.wire.file_types import is_recognised, type_of
from uwclient.wire.parsing import Fields
from uwclient.wire.transport import Limits, Reply, Request, Transport, fit_to_send_back

MOST_REDIRECTS = 5
MOST_VARIANTS = 64
_REDIRECTS = (301, 302, 303, 307, 308)
_ANY_FILE = ("application/octet-stream", "binary/octet-stream")
_COME_BACK = (407, 408, 425, 429)


class Declared(NamedTuple):
    """What is known of a file before it is fetched.

    Attributes:
        content_type: its type, or "" when any will do that is not a web page.
        same_family: whether another type of the same family will do too, such as any image.
        byte_size: its size, or 0.

    """

    content_type: str = ""
    same_family: bool = False
    byte_size: int = 0


class Origin(NamedTuple):
    """Where a file that is known came from, and by what its host recognises it.

    Attributes:
        place: the URL without its query, which may hold a signature that is good for a while only.
        etag: the entity tag, or "".
        last_modified: the time of its last change as the host prints it, or "".

    """

    place: str = ""
    etag: str = ""
    last_modified: str = ""


class File(NamedTuple):
    """A file as it was fetched; `data` is None when the one that is known has not changed."""

    data: bytes | None
    origin: Origin


class FileHosts:
    """Owns the requests for files. They carry nothing of the client's own: these hosts are not the platform."""

    def __init__(self, transport: Transport, allow_insecure: bool) -> None:
        self._transport = transport
        self._allow_insecure = allow_insecure

    def fetch(self, url: str, declared: Declared, known: Origin, limits: Limits) -> File | UserWiseError:
        """A file, from where redirects lead; every address on the way is checked."""
        if declared.byte_size > limits.largest:
            return ReplyError(f"The file has {declared.byte_size:,} bytes, and may have {limits.largest:,} at most.")
        for _ in range(1 + MOST_REDIRECTS):
            problem = url_problem(url, self._allow_insecure)
            if problem is not None:
                return ReplyError(f"The file is at an address that cannot be used: {problem}.")
            known_here = known if known.place == _place(url) else Origin()
            headers = _headers(known_here)
            reply = self._transport.send(
                Request("GET", url, headers=headers, limits=limits, label="a media file", unpack=False)
            )
            if isinstance(reply, UserWiseError):
                return reply
            if reply.status not in _REDIRECTS:
                return _file(reply, url, declared, known_here)
            target = _joined(url, reply.headers.get("Location", ""))
            if _is_https(url) and not _is_https(target):
                return ReplyError("The file's host leads away to an address that is not https.")
            url = target
        return ReplyError(f"The file's host leads from one address to the next, more than {MOST_REDIRECTS} times.")


def read_info(told: Mapping[str, Any], allow_insecure: bool) -> MediaInfo:
    """What the platform tells of some media. Raises ReplyError when it makes no sense."""
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
        raise ReplyError(f"What the platform tells of the media cannot be used: {error}.") from None
    return info


def info_text(info: MediaInfo) -> bytes:
    """What the platform would tell of some media, to be read by `read_info` later."""
    variants = {name: variant._asdict() for name, variant in info.variants.items()}
    return json.dumps({"data": {**info._asdict(), "variants": variants}}).encode()


def _variants(data: dict[str, Any], allow_insecure: bool) -> dict[str, MediaVariant]:
    """The variants that can be used; the others are left out, which the log tells."""
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
    """The file in a reply, if it is one that was asked for."""
    if reply.status == 304 and (known.etag or known.last_modified):
        return File(None, known)
    if reply.status not in (200, 203):
        return _refusal(reply)
    data = reply.body()
    packed = reply.headers.get("Content-Encoding", "").strip().lower()
    problem = _type_problem(reply.headers.get("Content-Type", ""), data, declared)
    problem = problem or _length_problem(reply, data, declared)
    if problem is None and packed not in ("", "identity"):
        problem = f"is packed as {packed[:40]!r}, which nobody has asked for"
    if problem is not None:
        return ReplyError(f"The file {problem}.")
    last_modified = fit_to_send_back(reply.headers.get("Last-Modified", ""))
    return File(data, Origin(_place(url), reply.etag or "", last_modified))


def _refusal(reply: Reply) -> UserWiseError:
    """What the status of a host of files means, which has no `errors` to tell its word from that of a gateway.

    No file that is known is given up for one of these but 404 and 410.
    """
    said = f"The file's host has answered with {reply.status}."
    if reply.status < 400:
        return ReplyError(said)
    kind: type[ApiError] = AccessDenied if reply.status in (401, 403) else RequestRejected
    if reply.status in _COME_BACK or reply.status >= 500:
        kind = Unavailable
    return kind(said, status=reply.status, retry_after=reply.retry_after)


def _type_problem(header: str, data: bytes, declared: Declared) -> str | None:
    """A file is what its first bytes say, or else what its host says: many hosts serve everything as one type."""
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
    """A reply that tells its length was cut if it is another; for one that does not, the platform has told it."""
    if not data:
        return "is empty"
    told = reply.headers.get("Content-Length")
    if told is not None:
        announced = _number(told)
    else:
        announced = 0 if reply.headers.get("Transfer-Encoding") else declared.byte_size
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
