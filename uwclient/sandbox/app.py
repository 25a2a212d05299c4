"""Owns what happens to every request: log, faults, API key, hash, errors, and the Date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Request as PlainRequest
from werkzeug.wrappers import Response as PlainResponse

from uwclient.sandbox.access import check_api_key, check_hash
from uwclient.sandbox.clock import SandboxClock
from uwclient.sandbox.errors import NotThere, Refused
from uwclient.sandbox.errors_seen import ErrorsSeen
from uwclient.sandbox.faults import CannedReply, Drop, Endless, Faults, LoseReply, Truncate
from uwclient.sandbox.outgoing import Answer, Held, Later, Outgoing
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.player_platform import PlayerPlatform
from uwclient.sandbox.push_platform import PushPlatform
from uwclient.sandbox.replies import ApiError, error_reply, refusal, warn
from uwclient.sandbox.request_log import LoggedRequest, RequestLog
from uwclient.sandbox.request_reader import BadRequest
from uwclient.sandbox.routes.actions import action_routes
from uwclient.sandbox.routes.campaigns import campaign_routes
from uwclient.sandbox.routes.content import content_routes
from uwclient.sandbox.routes.emails import email_routes
from uwclient.sandbox.routes.impressions import impression_routes
from uwclient.sandbox.routes.media import FILES, file_routes, media_routes
from uwclient.sandbox.routes.pushes import push_routes
from uwclient.sandbox.routes.requests import REQUEST_NUMBER
from uwclient.sandbox.routes.sessions import session_routes
from uwclient.sandbox.routes.survey_page import PAGES, survey_page_routes
from uwclient.sandbox.routes.surveys import survey_routes
from uwclient.sandbox.services import Services
from uwclient.sandbox.survey_platform import SurveyPlatform
from uwclient.sandbox.web_origins import check_host, check_page
from uwclient.sandbox.wsgi import Environ

BASE_PATH = "/api/sdk/v1"
PLAYER_PATH = f"{BASE_PATH}/appusers/<id:player_id>"
_OPEN_PATHS = (f"{FILES}/", f"{PAGES}/")


@dataclass(frozen=True, slots=True)
class Settings:
    """Owns what the server needs to know besides the platform's state."""

    api_key: str
    secret_key: str | None
    refresh_interval: float
    etags: bool
    allowed_hosts: tuple[str, ...] = ()


class Front:
    """Owns a request's way to the platform and back: it is let in, logged, meets its fault, and is dated."""

    def __init__(self, app: Flask, settings: Settings, clock: SandboxClock, faults: Faults, log: RequestLog) -> None:
        self._app = app
        self._settings = settings
        self._clock = clock
        self._faults = faults
        self._log = log

    def admit(self, environ: Environ) -> Outgoing | None:
        """The reply to a request that may not come in: from elsewhere, or without the API key."""
        try:
            _check_entry(environ, self._settings)
        except ApiError as error:
            number = self._log.arrived(_logged(environ, self._clock))
            return self._sent(number, refusal(error.status, error.error, error.hint))
        return None

    def refuse(self, problem: BadRequest) -> Outgoing:
        """The reply to what is no request, and is not logged as one."""
        return Outgoing(self._dated(refusal(problem.status, problem.reason)))

    def answer(self, environ: Environ) -> Answer:
        """The reply to a request, or None when the connection is to be closed without one."""
        request = _logged(environ, self._clock)
        number = environ[REQUEST_NUMBER] = self._log.arrived(request)
        fault = self._faults.take(request.path)
        if isinstance(fault, Held):
            return Later(fault, lambda: self._sent(number, self._asked(environ)))
        if isinstance(fault, Drop):
            return None
        if isinstance(fault, CannedReply):
            return self._sent(number, _canned(fault))
        if isinstance(fault, Endless):
            reply = PlainResponse(status=200, headers=dict(fault.headers), content_type=fault.content_type)
            return replace(self._sent(number, reply), endless=fault.size)
        reply = self._asked(environ)
        if isinstance(fault, LoseReply):
            self._log.answered(number, None)
            return None
        return replace(self._sent(number, reply), cut=isinstance(fault, Truncate))

    def _asked(self, environ: Environ) -> PlainResponse:
        return PlainResponse.from_app(self._app, environ, buffered=True)

    def _sent(self, number: int, reply: PlainResponse) -> Outgoing:
        reply = self._dated(reply)
        self._log.answered(number, reply.status_code)
        return Outgoing(reply)

    def _dated(self, reply: PlainResponse) -> PlainResponse:
        reply.headers.setdefault("Date", http_date(self._clock.now()))
        return reply


class _IdConverter(BaseConverter):
    """Owns how an id stands in a path: a slash in it arrives encoded."""

    def to_python(self, value: str) -> str:
        return value.replace("%2F", "/")


def create_app(services: Services, settings: Settings, errors_seen: ErrorsSeen) -> Flask:
    """The Flask application: access, the routes of every service, and errors in the platform's shape."""
    platform, players = Platform(services), PlayerPlatform(services)
    surveys, pushes = SurveyPlatform(services), PushPlatform(services)
    app = Flask("uwclient.sandbox", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = _IdConverter
    app.before_request(lambda: _check_signature(settings))
    for blueprint in (
        session_routes(platform, players, settings.refresh_interval),
        content_routes(platform, players, settings.etags),
        campaign_routes(platform, players, settings.etags),
        action_routes(players),
        impression_routes(players),
        email_routes(players),
        survey_routes(surveys, players),
        push_routes(pushes, players),
    ):
        app.register_blueprint(blueprint, url_prefix=PLAYER_PATH)
    app.register_blueprint(media_routes(platform), url_prefix=BASE_PATH)
    app.register_blueprint(file_routes(platform))
    app.register_blueprint(survey_page_routes(surveys))
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(Refused, lambda error: error_reply(422, [str(error)], _hints(error.hint)))
    app.register_error_handler(NotThere, lambda error: error_reply(404, [str(error)]))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, lambda error: _unexpected_error(error, errors_seen))
    return app


def _check_entry(environ: Environ, settings: Settings) -> None:
    """ApiError for a request that may not come in; its body has not been read yet."""
    check_host(environ.get("HTTP_HOST"), settings.allowed_hosts)
    origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
    if not environ["PATH_INFO"].startswith(_OPEN_PATHS):
        check_page(origin, site, settings.allowed_hosts)
        key = environ.get("HTTP_X_API_KEY")
        check_api_key(key, PlainRequest(environ).args.get("api_key") if key is None else None, settings.api_key)
    elif origin != "null":  # what a window that shows nothing but the page may call itself
        check_page(origin, None, settings.allowed_hosts)


def _check_signature(settings: Settings) -> None:
    if request.path.startswith(_OPEN_PATHS):
        return
    if settings.secret_key is not None:
        url = f"{request.scheme}://{request.host}{request.environ['REQUEST_URI']}"
        check_hash(url, request.get_data(), settings.secret_key)
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


def _unexpected_error(error: Exception, errors_seen: ErrorsSeen) -> Response:
    errors_seen.add(error)
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
    body = request.get_data()
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
