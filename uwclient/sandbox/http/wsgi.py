"""A request as a WSGI environ (PEP 3333; pure)."""

from __future__ import annotations

import io
import sys
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from uwclient.sandbox.http.request_reader import Head

Environ = dict[str, Any]


def environ_of(head: Head, server: tuple[str, int], client: str) -> Environ:
    """The environ of a request to `server`, an address and a port; its body is added later.

    Headers with an underscore are left out: in an environ they would look like others.
    """
    path, _, query = head.target.partition("?")
    # An encoded slash belongs to an id, and must not look like a separator once the path is decoded.
    kept = path.replace("%2F", "%252F").replace("%2f", "%252F")
    environ: Environ = {
        "REQUEST_METHOD": head.method,
        "REQUEST_URI": head.target,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(kept).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": head.version,
        "REMOTE_ADDR": client,
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "0",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in head.headers:
        if "_" in name or name == "content-length":
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if environ.get(key) else value
    return environ


def add_body(environ: Environ, body: IO[bytes]) -> int:
    """Complete the environ of a request whose body has arrived; the bytes of the body."""
    size = body.seek(0, io.SEEK_END)
    body.seek(0)
    environ["CONTENT_LENGTH"] = str(size)
    environ["wsgi.input"] = body
    return size
