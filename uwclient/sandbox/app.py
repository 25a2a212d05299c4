"""What happens to every request: log, faults, API key, hash, errors, and the Date."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date
from werkzeug.routing import BaseConverter, Map, RuleFactory
from werkzeug.wrappers import Request as PlainRequest
from werkzeug.wrappers import Response as PlainResponse

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.core.error_collector import ErrorCollector
from uwclient.sandbox.core.errors import FieldError, NotFound
from uwclient.sandbox.http.access import check_address, check_api_key, check_hash
from uwclient.sandbox.http.fault_kinds import CannedReply, Drop, Endless, Hold, LoseReply, Truncate, WrongDate
from uwclient.sandbox.http.faults import Faults
from uwclient.sandbox.http.outgoing import Answer, Held, Later, Outgoing
from uwclient.sandbox.http.replies import ApiError, error_reply, refusal, warn
from uwclient.sandbox.http.request_log import LoggedRequest, RequestLog
from uwclient.sandbox.http.request_reader import COMMON, LARGEST_BODY, BadRequest, BodyBound, Head
from uwclient.sandbox.http.requests import REQUEST_NUMBER
from uwclient.sandbox.http.web_origins import check_host, check_page
from uwclient.sandbox.http.wsgi import Environ
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoints import ENDPOINTS, SECTIONS
from uwclient.sandbox.server_api.routes import (
    DOCUMENTS,
    add_document_routes,
    add_server_routes,
    is_server_path,
    without_extra_slashes,
)
from uwclient.sandbox.server_api.uploads import LARGEST_UPLOAD, Uploads
from uwclient.sandbox.services.content.routes import content_routes
from uwclient.sandbox.services.emails.routes import email_routes
from uwclient.sandbox.services.impressions.routes import impression_routes
from uwclient.sandbox.services.media.records import FILES
from uwclient.sandbox.services.media.routes import file_routes, media_routes
from uwclient.sandbox.services.outcomes.routes import outcome_routes
from uwclient.sandbox.services.players.routes import player_routes
from uwclient.sandbox.services.push.routes import push_routes
from uwclient.sandbox.services.sessions.requests import SessionRequests
from uwclient.sandbox.services.sessions.routes import session_routes
from uwclient.sandbox.services.surveys.models import PAGES
from uwclient.sandbox.services.surveys.page import survey_page_routes
from uwclient.sandbox.services.surveys.routes import survey_routes
from uwclient.sandbox.services.triggers.routes import trigger_routes
from uwclient.sandbox.settings import Settings

BASE_PATH = "/api/sdk/v1"
PLAYER_PATH = f"{BASE_PATH}/appusers/<id:player_id>"
_PLAYERS = f"{BASE_PATH}/appusers/"
LATE = "Uwclient-Late"
"""The header of a reply that says by how many seconds of a clock that stands still it is late."""
HEALTH = "/healthz"
"""The path that says whether the sandbox runs."""
_OPEN_PATHS = (f"{FILES}/", f"{PAGES}/")


_UPLOADS = Uploads(ENDPOINTS)
_UPLOAD = BodyBound(LARGEST_UPLOAD, 422)


class Gateway:
    """The way of a request through the sandbox: it is admitted, logged, meets its fault, is answered and dated."""

    def __init__(self, apps: Apps, settings: Settings, backend: Backend, faults: Faults, log: RequestLog) -> None:
        self._apps = apps
        self._settings = settings
        self._backend = backend
        self._clock = backend.clock
        self._faults = faults
        self._log = log

    def body_bound(self, head: Head) -> BodyBound:
        """How large the body of a request may be: an upload is larger than anything else."""
        path, (content_type, *_) = head.target.partition("?")[0], [*head.values("content-type"), ""]
        is_upload = _UPLOADS.include(head.method, without_extra_slashes(path), content_type)
        return _UPLOAD if is_upload else COMMON

    def admit(self, environ: Environ) -> Outgoing | None:
        """The refusal of a request from elsewhere, or without the API key; None for all others.

        What asks whether the sandbox runs is answered at once: it needs no key, meets no fault and is not logged.
        """
        environ["PATH_INFO"] = without_extra_slashes(environ["PATH_INFO"])
        try:
            _check_entry(environ, self._settings)
            if environ["PATH_INFO"] == HEALTH and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
                return Outgoing(self._dated(self._health()))
        except ApiError as error:
            number = self._log.arrived(_logged(environ, self._clock))
            return self._sent(number, refusal(error.status, error.error, error.hint))
        return None

    def refuse(self, problem: BadRequest) -> Outgoing:
        """The reply to what is no valid request; it is not logged."""
        return Outgoing(self._dated(refusal(problem.status, problem.reason)))

    def answer(self, environ: Environ) -> Answer:
        """The reply to a request, or None when the connection is to be closed without one."""
        request = _logged(environ, self._clock)
        number = environ[REQUEST_NUMBER] = self._log.arrived(request)
        fault = self._faults.take(request.path)
        if isinstance(fault, Held):
            return Later(fault, lambda: self._sent(number, self._app_reply(environ)))
        if isinstance(fault, Drop):
            return None
        if isinstance(fault, CannedReply):
            return self._sent(number, _canned(fault))
        if isinstance(fault, Endless):
            reply = PlainResponse(status=200, headers=dict(fault.headers), content_type=fault.content_type)
            return replace(self._sent(number, reply), endless=fault.size)
        reply = self._app_reply(environ)
        if isinstance(fault, LoseReply):
            self._log.answered(number, None)
            return None
        if isinstance(fault, WrongDate):
            reply.headers["Date"] = http_date(self._clock.now() + timedelta(seconds=fault.seconds))
        if isinstance(fault, Hold):
            reply.headers[LATE] = str(fault.seconds)
        return replace(self._sent(number, reply), cut=isinstance(fault, Truncate))

    def _health(self) -> PlainResponse:
        health = {"status": "ok", "time": self._clock.now().isoformat()}
        return PlainResponse(json.dumps(health), mimetype="application/json")

    def _app_reply(self, environ: Environ) -> PlainResponse:
        self._backend.catch_up()
        app = self._apps.of_path(environ["PATH_INFO"])
        player_id = _player_in(environ["PATH_INFO"])
        if player_id is None:
            return PlainResponse.from_app(app, environ, buffered=True)
        with self._backend.revisions.of_request(player_id):
            return PlainResponse.from_app(app, environ, buffered=True)

    def _sent(self, number: int, reply: PlainResponse) -> Outgoing:
        reply = self._dated(reply)
        self._log.answered(number, reply.status_code)
        return Outgoing(reply)

    def _dated(self, reply: PlainResponse) -> PlainResponse:
        reply.headers.setdefault("Date", http_date(self._clock.now()))
        return reply


class _IdConverter(BaseConverter):
    """An id in a path: a slash in it arrives encoded."""

    def to_python(self, value: str) -> str:
        return value.replace("%2F", "/")


class _Routes(Map):
    """The routes of all sandboxes of this process, which are the same: Werkzeug takes half a millisecond for each."""

    def __init__(self) -> None:
        super().__init__(merge_slashes=False, converters={"id": _IdConverter})
        self._known: set[tuple[str, str, frozenset[str]]] = set()
        self._lock = threading.Lock()

    def add(self, rulefactory: RuleFactory) -> None:
        """Add what another sandbox has not added already."""
        with self._lock:
            for rule in rulefactory.get_rules(self):
                route = (rule.rule, rule.endpoint, frozenset(rule.methods or ()))
                if route not in self._known:
                    super().add(rule)
                    self._known.add(route)


_SESSION_ROUTES = _Routes()
_SERVER_ROUTES = _Routes()


class Apps:
    """The Flask applications of a sandbox: what games ask, and what backends ask.

    The second one is made for its first request. Most sandboxes are of tests of a game, and never get one.
    """

    def __init__(self, platform: Platform, settings: Settings, errors: ErrorCollector) -> None:
        self._platform = platform
        self._settings = settings
        self._errors = errors
        self._sessions = session_app(platform, settings, errors)
        self._server: Flask | None = None

    def of_path(self, path: str) -> Flask:
        """The application that a path belongs to."""
        if not is_server_path(path) and path not in DOCUMENTS:
            return self._sessions
        with self._platform.backend.lock:
            if self._server is None:
                self._server = _server_app(self._platform, self._settings, self._errors)
            return self._server


def session_app(platform: Platform, settings: Settings, errors: ErrorCollector) -> Flask:
    """What games ask: the session API, media, files, and the pages of surveys."""
    app = _app(_SESSION_ROUTES, settings, errors)
    requests = SessionRequests(platform.sessions, platform.triggers)
    for blueprint in (
        session_routes(
            platform.sessions,
            platform.environments,
            platform.players,
            requests,
            lambda: settings.refresh_interval_at(platform.backend.clock.speed),
        ),
        content_routes(platform.content, requests, settings.etags),
        trigger_routes(platform.triggers, platform.content, requests, settings.etags),
        player_routes(platform.players, requests),
        outcome_routes(platform.outcomes, requests),
        impression_routes(platform.impressions, requests),
        email_routes(platform.emails, requests),
        survey_routes(platform.surveys, requests),
        push_routes(platform.push, requests),
    ):
        app.register_blueprint(blueprint, url_prefix=PLAYER_PATH)
    app.register_blueprint(media_routes(platform.media), url_prefix=BASE_PATH)
    app.register_blueprint(file_routes(platform.media))
    app.register_blueprint(survey_page_routes(platform.surveys))
    return app


def _server_app(platform: Platform, settings: Settings, errors: ErrorCollector) -> Flask:
    """What backends ask: the server API, and what describes it."""
    app = _app(_SERVER_ROUTES, settings, errors)
    add_server_routes(app, platform, ENDPOINTS)
    add_document_routes(app, SECTIONS)
    return app


def _app(routes: _Routes, settings: Settings, errors: ErrorCollector) -> Flask:
    """An application without routes of its own: signatures are checked, and errors have the platform's shape."""
    app = Flask("uwclient.sandbox", static_folder=None)
    app.url_map = routes
    app.before_request(lambda: _check_signature(settings))
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(FieldError, lambda error: error_reply(422, [f"{error}."], _hints(error.hint)))
    app.register_error_handler(NotFound, lambda error: error_reply(404, [str(error)]))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, lambda error: _unexpected_error(error, errors))
    return app


def _is_open(path: str) -> bool:
    """Whether a path needs no API key."""
    return path == HEALTH or path in DOCUMENTS or path.startswith(_OPEN_PATHS)


def _check_entry(environ: Environ, settings: Settings) -> None:
    """ApiError for a request from elsewhere, or without the API key; its body has not been read yet."""
    check_host(environ.get("HTTP_HOST"), settings.allowed_hosts)
    origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
    if is_server_path(environ["PATH_INFO"]):
        check_address(environ["REMOTE_ADDR"], settings.ip_whitelist)
    if not _is_open(environ["PATH_INFO"]):
        check_page(origin, site, settings.allowed_hosts)
        key = environ.get("HTTP_X_API_KEY")
        check_api_key(key, PlainRequest(environ).args.get("api_key") if key is None else None, settings.api_key)
    elif origin != "null":  # the origin of a window that shows nothing but the page
        check_page(origin, None, settings.allowed_hosts)


def _player_in(path: str) -> str | None:
    """The id of the player whose request it is, from its path as an environ has it; None for what is no player's."""
    if not path.startswith(_PLAYERS):
        return None
    coded = path[len(_PLAYERS) :].partition("/")[0]
    return coded.encode("latin-1").decode(errors="replace").replace("%2F", "/")


def _check_signature(settings: Settings) -> None:
    if _is_open(request.path):
        return
    if settings.secret_key is not None:
        url = f"{request.scheme}://{request.host}{request.environ['REQUEST_URI']}"
        body = request.get_data()
        bodies = [body]
        if is_server_path(request.path) and request.method in ("GET", "DELETE"):
            bodies.append(b"")  # the guide leaves open whether their bodies count
        check_hash(url, bodies, settings.secret_key, settings.hash_function)
    elif "enc" in request.args:
        warn("The request is signed (enc), but the sandbox has no secret key to check it with.")


def _api_error(error: ApiError) -> Response:
    return error_reply(error.status, [error.error], _hints(error.hint))


def _hints(hint: str | None) -> list[str]:
    return [] if hint is None else [hint]


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    hints = {
        404: f"There is nothing at {request.path}.",
        405: f"{request.path} cannot be asked with {request.method}.",
    }
    reply = error_reply(status, [error.name], [hints[status]] if status in hints else [])
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        reply.headers["Allow"] = ", ".join(sorted(allowed))
    return reply


def _unexpected_error(error: Exception, errors: ErrorCollector) -> Response:
    errors.add(error)
    return error_reply(
        500,
        [f"The sandbox has a bug: {type(error).__name__}: {error}"],
        ["sandbox.check() raises the error with its traceback."],
    )


def _canned(fault: CannedReply) -> PlainResponse:
    reply = PlainResponse(fault.body, fault.status, mimetype="application/json")
    for name, value in fault.headers.items():
        reply.headers[name] = value
    return reply


def _logged(environ: Environ, clock: SandboxClock) -> LoggedRequest:
    request = PlainRequest(environ)
    body = b"" if (request.content_length or 0) > LARGEST_BODY else request.get_data()
    environ["wsgi.input"].seek(0)
    return LoggedRequest(
        method=request.method,
        path=request.path,
        query={name: values[-1] for name, values in request.args.lists()},
        headers=dict(request.headers.items()),
        status=None,
        at=clock.now(),
        body=body,
    )
