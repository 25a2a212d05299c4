"""The page on which a player answers a survey, in a browser or in a window of the game.

The page (templates/survey.html) tells its host how it ended: `survey_completed` or `survey_force_closed`, through
the bridges of Android, iOS and pywebview, and to `return_url`, when its address names one on this machine.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from uwclient.sandbox.core.resource import CREATE, Field, read_fields
from uwclient.sandbox.http.replies import error_reply, object_reply
from uwclient.sandbox.http.requests import body_object, request_number
from uwclient.sandbox.http.web_origins import is_loopback
from uwclient.sandbox.services.surveys.models import FINAL_STATES, PAGES, PageRefused, PageRequest, SurveyPage
from uwclient.sandbox.services.surveys.service import Surveys

COMPLETED = "survey_completed"
CLOSED = "survey_force_closed"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'none'; img-src data:; "
        "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing comes from elsewhere. (pywebview evaluates what a host says to the page.)"""
ANSWERS = Field("answers", "object", "The answers, by the ids of their questions.", required=True)
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def survey_page_routes(surveys: Surveys) -> Blueprint:
    """The page, and what it sends back."""
    routes = Blueprint("survey_page", __name__, url_prefix=PAGES, template_folder="templates")

    @routes.get("/<id:response_id>")
    def page(response_id: str) -> Response:
        return_url = request.args.get("return_url")
        if return_url is not None and not is_on_this_machine(return_url):
            return _refusal(400, "This address would lead away from this computer afterwards, so it is not opened.")
        if request.method == "HEAD":
            return Response(headers=_HEADERS, mimetype="text/html")
        try:
            found = surveys.open_page(_page_request(response_id))
        except PageRefused as reason:
            return _refusal(403, str(reason))
        return _page(found, return_url)

    @routes.post("/<id:response_id>/answers")
    def submit(response_id: str) -> Response:
        answers = read_fields((ANSWERS,), {"answers": body_object().get("answers")}, CREATE)["answers"]
        try:
            wrong = surveys.submit(_page_request(response_id), answers)
        except PageRefused as reason:
            return error_reply(403, [str(reason)])
        if wrong:
            reply = error_reply(422, list(wrong.values()))
            reply.set_data(json.dumps({**json.loads(reply.get_data()), "questions": wrong}))
            return reply
        return object_reply({"result": COMPLETED})

    @routes.post("/<id:response_id>/close")
    def close(response_id: str) -> Response:
        try:
            closed = surveys.close_page(_page_request(response_id))
        except PageRefused as reason:
            return error_reply(403, [str(reason)])
        return object_reply({"result": CLOSED if closed else COMPLETED})

    return routes


def is_on_this_machine(url: str) -> bool:
    """Whether a URL is plain http to loopback, and holds nothing that could hide another host."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.username is None and parts.password is None and is_loopback(host)


def _page_request(response_id: str) -> PageRequest:
    return PageRequest(response_id, request.args.get("lang", ""), request.args.get("enc", ""), request_number())


def _page(found: SurveyPage, return_url: str | None) -> Response:
    ended = COMPLETED if found.state == "success" else CLOSED if found.state in FINAL_STATES else ""
    return _html(
        200,
        survey=found.survey,
        questions=found.questions,
        ended=ended,
        return_url=return_url,
        background=_color(found.survey, "splash_background_color", "#4a3aa8"),
        foreground=_color(found.survey, "splash_text_color", "#ffffff"),
    )


def _refusal(status: int, reason: str) -> Response:
    return _html(status, reason=reason, survey={"name": "Survey"}, background="#4a3aa8", foreground="#ffffff")


def _html(status: int, **shown: Any) -> Response:
    text = render_template("survey.html", lang=request.args.get("lang", "en"), **shown)
    return Response(text, status, _HEADERS, mimetype="text/html")


def _color(survey: Any, field: str, default: str) -> str:
    value = survey.get(field)
    return value if isinstance(value, str) and _COLOR.fullmatch(value) else default
