"""The control port: verbs as JSON over HTTP on loopback, for those who hold its token."""

from __future__ import annotations

import hmac
import json
import logging
from types import TracebackType
from typing import Any

from werkzeug.wrappers import Request, Response

from uwclient.dice import Dice
from uwclient.sandbox.control.verbs import VERBS
from uwclient.sandbox.core.errors import did_you_mean
from uwclient.sandbox.http.outgoing import Answer, Outgoing
from uwclient.sandbox.http.replies import ApiError, refusal
from uwclient.sandbox.http.request_reader import BadRequest, BodyBound, Head
from uwclient.sandbox.http.server import HOST, HttpServer
from uwclient.sandbox.http.web_origins import check_host, check_page
from uwclient.sandbox.http.wsgi import Environ
from uwclient.sandbox.sandbox import Sandbox

_log = logging.getLogger(__name__)

LARGEST_COMMAND = 64 * 1024 * 1024
"""The bytes of a command; a saved sandbox is sent compressed."""


class ControlPort:
    """Owns a server on which a sandbox takes the verbs, in a `with` block.

    A verb is a POST of a JSON object, with a text for each argument, to the path of its name, such as
    `POST /advance` with `{"duration": "2d"}`. It needs `Authorization: Bearer TOKEN` and
    `Content-Type: application/json`; what is asked by another name than this machine's, or by a page from elsewhere,
    is refused.

    Args:
        sandbox: what is moved.

    Attributes:
        token: what commands must bring; there is a new one each time.

    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.token = f"{Dice().bits('token of a control port'):064x}"
        self._server = HttpServer(0, _Commands(sandbox, self.token), _log_error)

    def __enter__(self) -> ControlPort:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()

    def __repr__(self) -> str:
        return f"<ControlPort {self.url}>"

    @property
    def url(self) -> str:
        """The address for commands."""
        return f"http://{HOST}:{self._server.port}"


class _Commands:
    """Answers the requests of the control port."""

    def __init__(self, sandbox: Sandbox, token: str) -> None:
        self._sandbox = sandbox
        self._authorization = f"Bearer {token}".encode()

    def body_bound(self, head: Head) -> BodyBound:
        """How large a command may be."""
        return BodyBound(LARGEST_COMMAND)

    def admit(self, environ: Environ) -> Outgoing | None:
        """The refusal of a request from elsewhere, without the token, or that is no JSON; its body is not read."""
        try:
            self._check_head(Request(environ))
        except ApiError as error:
            return _refused(error)
        return None

    def refuse(self, problem: BadRequest) -> Outgoing:
        """The reply to what is no valid request."""
        return Outgoing(refusal(problem.status, problem.reason))

    def answer(self, environ: Environ) -> Answer:
        """The reply to a command."""
        request = Request(environ)
        try:
            result = VERBS[request.path[1:]].call(self._sandbox, _arguments(request.get_data()))
        except ApiError as error:
            return _refused(error)
        except (ValueError, KeyError) as error:
            return _refused(ApiError(422, str(error)))
        except Exception as error:
            _log_error(error)
            return _refused(ApiError(500, f"The sandbox has a bug: {type(error).__name__}: {error}"))
        return Outgoing(Response(json.dumps(result), mimetype="application/json"))

    def _check_head(self, request: Request) -> None:
        check_host(request.headers.get("Host"), ())
        check_page(request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site"), ())
        given = request.headers.get("Authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, self._authorization):
            raise ApiError(
                401, "The token of the control port is missing or wrong.", "It stands in the control file."
            )
        verb = request.path[1:]
        if verb not in VERBS:
            raise ApiError(404, f"There is no verb {verb[:100]!r}{did_you_mean(verb, VERBS)}.", _known_verbs())
        if request.method != "POST":
            raise ApiError(405, "Verbs are called with POST.")
        if request.mimetype != "application/json":
            raise ApiError(415, "Verbs take JSON: send Content-Type: application/json.")


def _log_error(error: BaseException) -> None:
    _log.error("A command failed unexpectedly.", exc_info=error)


def _known_verbs() -> str:
    return f"Use {', '.join(VERBS)}."


def _refused(error: ApiError) -> Outgoing:
    return Outgoing(refusal(error.status, error.error, error.hint))


def _arguments(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise ApiError(400, "The body is not a JSON object.", 'Send one such as {"duration": "2d"}.')
    return given
