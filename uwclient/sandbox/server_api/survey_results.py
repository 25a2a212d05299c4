"""Survey results: what players answered, added up for each question, and response by response."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.apps import APP_ID, id_named
from uwclient.sandbox.core.collection import ListQuery, Page
from uwclient.sandbox.core.errors import FieldError, NotFound, did_you_mean
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import Call, Endpoint
from uwclient.sandbox.server_api.reading import read_listing
from uwclient.sandbox.server_api.reply import Many, One
from uwclient.sandbox.services.campaigns.resources import KIND_OF_TYPE
from uwclient.sandbox.services.content.questions import ANYTHING, Question, questions_of_content
from uwclient.sandbox.services.segments.membership import targeted
from uwclient.sandbox.services.segments.targeting import check_conditions, check_event_groups, read_targeting
from uwclient.sandbox.services.surveys.results import Answered, Tally, share, tallies, texts_of

_PATH = "/api/v1/surveys/{survey_id}"
_PAGE_SIZE = 5
MOST_RESPONSES = 10_000
_COUNTED = (
    Field("count", "integer", "How many."),
    Field("per", "number", "How many of a hundred, to two places."),
)
_OPTIONS = (Field("text", "text", "The answer."), *_COUNTED)
_VALUES = (Field("value", "json", "The value."), *_COUNTED)
_RESULTS = (
    Field(
        "questions",
        "list",
        "The questions.",
        fields=(
            Field("id", "text", "The question."),
            Field("text", "text", "What is asked."),
            Field("total_unique_answers_count", "integer", "How many different answers were given."),
            Field("count", "integer", "How many players answered it."),
            Field("type", "text", "Its type."),
            Field("options", "list", "The answers.", fields=_OPTIONS),
        ),
    ),
    Field(
        "meta",
        "object",
        "What is known of the players who answered.",
        fields=(
            Field(
                "events",
                "list",
                "Their events.",
                fields=(Field("app_id", "text", "The app."), Field("name", "text", "The event."), *_COUNTED),
            ),
            Field(
                "attributes",
                "list",
                "Their attributes.",
                fields=(
                    Field("app_id", "text", "The app."),
                    Field("name", "text", "The attribute."),
                    Field("data_type", "text", "Its data type."),
                    *_COUNTED,
                    Field("values", "list", "Its values.", fields=_VALUES),
                ),
            ),
        ),
    ),
)
_NAMED = (Field("name", "text", "Its name."), Field("value", "json", "Its value."))
_RESPONSE = (
    Field("id", "text", "The response."),
    Field("state", "text", "What became of it."),
    Field("start_at", "text", "When it began."),
    Field("end_at", "text", "When it ended."),
    Field("app_id", "text", "The app."),
    Field("appuser_id", "text", "The platform's id of the player."),
    Field("appuser_external_id", "text", "Your id of the player."),
    Field("survey_id", "text", "The survey."),
    Field(
        "appuser_events",
        "list",
        "What the player did.",
        fields=(Field("event_id", "text", "The event."), Field("attributes", "list", "Its own.", fields=_NAMED)),
    ),
    Field("appuser_attributes", "list", "What is known of the player.", fields=_NAMED),
    Field(
        "answers",
        "list",
        "The answers.",
        fields=(Field("values", "texts", "What was said."), Field("question_id", "text", "To which question.")),
    ),
)
_FILTERS = (
    Field("events", "list", "Events that the players had: {event_id, attributes}."),
    Field("attributes", "list", "Conditions on the players' attributes: {name, operator, values}."),
)
_PAGES = (
    Field("page", "integer", "Which page of the answers to open-ended questions.", default=1),
    Field("page_size", "integer", "How many of them a page has.", default=_PAGE_SIZE),
)


def _results(platform: Platform, call: Call) -> dict[str, Any]:
    responses, listing = _counted(platform, call), read_listing(call.query, _PAGE_SIZE)
    found = tallies(_questions(platform, call.ids["survey_id"]), responses)
    players = list(dict.fromkeys(one.player_id for one in responses))
    return {
        "questions": [
            {
                "id": one.question.id,
                "text": one.question.text,
                "type": one.question.type,
                "count": one.count,
                "total_unique_answers_count": one.unique_count,
                "options": _page_of(one, listing).rows,
            }
            for one in found
        ],
        "meta": {"events": _events_of(platform, players), "attributes": _attributes_of(platform, players)},
    }


def _answer_statistics(platform: Platform, call: Call) -> Page:
    found = tallies(_questions(platform, call.ids["survey_id"]), _counted(platform, call))
    question_id = call.query.get("question_id", "")
    tally = next((one for one in found if one.question.id == question_id), None)
    if tally is None:
        close = did_you_mean(question_id, [one.question.id for one in found])
        raise NotFound(f"The survey has no question {question_id!r}{close}.")
    return _page_of(tally, call.listing)


def _page_of(tally: Tally, listing: ListQuery) -> Page:
    """The answers to a question; those to an open-ended one come in pages."""
    options = tally.options()
    if tally.question.type != "open_ended":
        return Page(options, len(options))
    return Page(options[listing.start : listing.start + listing.size], len(options))


def _raw_responses(platform: Platform, call: Call) -> list[dict[str, Any]]:
    survey_id, limit = call.ids["survey_id"], call.query.get("limit", 100)
    _questions(platform, survey_id)
    if limit < 1:
        raise FieldError("limit", f"{limit} is not a number from 1 to {MOST_RESPONSES}")
    if limit > MOST_RESPONSES:
        call.warn(f"limit is {limit}: {MOST_RESPONSES} responses are given at once.")
    states, after = call.query.get("results_type", "complete"), call.query.get("start_after_response_id")
    found = platform.surveys.answered(survey_id, states, after, min(limit, MOST_RESPONSES))
    return [_written(platform, survey_id, one) for one in found]


def _written(platform: Platform, survey_id: str, response: Answered) -> dict[str, Any]:
    attributes = platform.players.attributes(response.player_id)
    ended_at = response.ended_at
    return {
        "id": response.id,
        "state": response.state,
        "start_at": response.started_at.isoformat(timespec="seconds"),
        "end_at": None if ended_at is None else ended_at.isoformat(timespec="seconds"),
        "app_id": APP_ID,
        "appuser_id": id_named(response.player_id),
        "appuser_external_id": response.player_id,
        "survey_id": survey_id,
        "appuser_events": [
            {"event_id": event_id, "attributes": _named(values)}
            for event_id, values in platform.players.search.occurrences(response.player_id)
        ],
        "appuser_attributes": _named(attributes),
        "answers": [
            {"values": texts_of(response.answers[question.id]), "question_id": question.id}
            for question in response.questions
            if question.id in response.answers
        ],
    }


def _named(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _questions(platform: Platform, survey_id: str) -> Sequence[Question]:
    """What a survey asks now, where players are if it is there. NotFound when there is no such survey."""
    for environment in sorted(platform.environments.all(), key=lambda one: ("live", "qa", "dev").index(one.type)):
        for content in platform.campaigns.contents.with_id(environment.id, survey_id):
            if KIND_OF_TYPE[content["type"]] == "surveys":
                asked = content["content"].get("questions") or ()
                return questions_of_content(asked) or [ANYTHING]
    if not platform.surveys.has_responses(survey_id):
        raise NotFound(f"There is no survey {survey_id!r}.")
    return ()


def _counted(platform: Platform, call: Call) -> list[Answered]:
    """The completed responses of the players whom the body asks for."""
    given = call.read(_FILTERS)
    responses = platform.surveys.answered(call.ids["survey_id"])
    conditions, groups = given.get("attributes") or [], [_group(one) for one in given.get("events") or []]
    _check(check_conditions, conditions, "attributes")
    _check(check_event_groups, groups, "events")
    if not conditions and not groups:
        return responses
    nobody: list[str] = []
    lists = {"player_ids_to_include": nobody, "player_ids_to_exclude": nobody}
    targeting = read_targeting({"attributes": conditions, "events": groups, **lists})
    search = platform.players.search
    numbers, wanted = search.numbers({one.player_id for one in responses}), targeted(targeting, search)
    return [one for one in responses if numbers.get(one.player_id) in wanted]


def _group(event: Any) -> Any:
    """An event of a filter as a group of one, as segments have them."""
    if not isinstance(event, Mapping):
        return event
    own = {name: value for name, value in event.items() if name != "group_logical_operator"}
    return {"group_logical_operator": event.get("group_logical_operator"), "event_sets": [own]}


def _check(check: Any, value: Sequence[Any], name: str) -> None:
    try:
        check(value)
    except FieldError as problem:
        place, *rest = problem.path
        inner = rest[2:] if rest[:2] == ["event_sets", 0] else rest
        raise FieldError((name, place, *inner), problem.reason) from None


def _events_of(platform: Platform, players: Sequence[str]) -> list[dict[str, Any]]:
    """The events that some players had, and how many of them each."""
    counts: Counter[str] = Counter()
    for player_id in players:
        counts.update({event_id for event_id, _ in platform.players.search.occurrences(player_id)})
    return [{"app_id": APP_ID, "name": name, **_counts(count, players)} for name, count in _by_frequency(counts)]


def _attributes_of(platform: Platform, players: Sequence[str]) -> list[dict[str, Any]]:
    """The attributes that some players have, and how many of them have each value."""
    types: dict[str, str] = {}
    values: dict[str, Counter[str]] = {}
    for player_id in players:
        types = {**platform.players.attribute_types(player_id), **types}
        for name, value in platform.players.attributes(player_id).items():
            values.setdefault(name, Counter())[json.dumps(value)] += 1
    return [
        {
            "app_id": APP_ID,
            "name": name,
            "data_type": types[name],
            **_counts(counts.total(), players),
            "values": [
                {"value": json.loads(text), **_counts(count, players)} for text, count in _by_frequency(counts)
            ],
        }
        for name, counts in sorted(values.items())
    ]


def _by_frequency(counts: Counter[str]) -> Iterable[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _counts(count: int, players: Sequence[str]) -> dict[str, Any]:
    return {"count": count, "per": share(count, len(players))}


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "survey_results",
        "POST",
        f"{_PATH}/questionnaire_results",
        "Get the answers to all questions of a survey, added up.",
        _results,
        One(_RESULTS),
        query=_PAGES,
        body=_FILTERS,
        only_asks=True,
    ),
    Endpoint(
        "survey_answer_statistics",
        "POST",
        f"{_PATH}/answer_statistics",
        "Get the answers to one question of a survey, added up.",
        _answer_statistics,
        Many(_OPTIONS),
        query=(Field("question_id", "text", "The question.", required=True), *_PAGES),
        body=_FILTERS,
        only_asks=True,
    ),
    Endpoint(
        "survey_raw_responses",
        "GET",
        f"{_PATH}/raw_responses",
        "List the responses to a survey, oldest first.",
        _raw_responses,
        Many(_RESPONSE),
        query=(
            Field(
                "results_type",
                "text",
                "Which ones: those that were completed, the others, or all.",
                default="complete",
                choices=("complete", "incomplete", "all"),
            ),
            Field("start_after_response_id", "text", "The last response that you have."),
            Field("limit", "integer", f"How many there are at most; {MOST_RESPONSES} at most.", default=100),
        ),
    ),
)
