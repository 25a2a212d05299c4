"""Content of campaigns by the server API: merged field by field, kept with warnings, and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.sandbox.studio import APP_ID, STAGE

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer
    from tests.sandbox.studio import Studio
    from uwclient.sandbox import Sandbox

CAMPAIGNS = "/api/v1/campaigns"


def test_delivery_and_content_are_merged_field_by_field(studio: Studio) -> None:
    campaign = studio.campaign(start_at="2026-01-01", end_at="2026-02-01")
    made = studio.content(campaign, "offer", {"title": "A", "body": "B"}, start_at_type="concrete")
    item = f"{CAMPAIGNS}/{campaign}/content/{made}"

    changed = studio.do(
        "PUT",
        item,
        {"type": "offer", "delivery.start_at_time": "2026-01-02T00:00:00Z", "content": {"body": "C"}},
        STAGE,
    )

    assert changed["content"] == {"title": "A", "body": "C"}
    assert changed["delivery"] == {
        "start_at_type": "concrete",
        "start_at_time": "2026-01-02T00:00:00Z",
        "start_at_tz": None,
        "end_at_type": "parent",
        "end_at_time": None,
        "segment_ids": [],
    }


def test_the_units_of_an_offer_are_told_with_what_their_records_say_now(studio: Studio) -> None:
    icon = {"app_id": APP_ID, "icon_attachment_id": "icon"}
    gems = {"name_singular": "Gem", "name_plural": "Gems", "external_currency_id": "gem", **icon}
    currency = studio.do("POST", "/api/v1/app_currencies", gems)["id"]
    item = studio.do("POST", "/api/v1/app_items", {"name": "Sword", "external_item_id": "sword", **icon})["id"]
    units = [
        {"unit_type": "currency", "unit_id": currency, "default_amount": 5},
        {"unit_type": "item", "unit_id": item, "unit_name": "Old name"},
        {"unit_type": "item", "unit_id": "gone", "unit_external_id": "mine", "unit_name": "Mine"},
    ]
    campaign = studio.campaign()
    path = f"{CAMPAIGNS}/{campaign}/content"

    made = studio.do("POST", path, {"type": "offer", "content": {"bundle_units": units}}, STAGE)

    told = [(one.get("unit_external_id"), one.get("unit_name")) for one in made["content"]["bundle_units"]]
    assert told == [("gem", "Gems"), ("sword", "Sword"), ("mine", "Mine")]
    studio.do("PUT", f"/api/v1/app_items/{item}", {"app_id": APP_ID, "name": "Blade"})
    read = studio.do("GET", f"{path}/{made['id']}", query=STAGE)["content"]["bundle_units"]
    assert read[1]["unit_name"] == "Blade"


def test_dotted_and_nested_names_mean_the_same(studio: Studio) -> None:
    campaign = studio.campaign()
    dotted = {"type": "offer", "content.payment.payment_type": "product", "content..payment.product_id": "p"}
    nested = {"type": "offer", "content": {"payment": {"payment_type": "product", "product_id": "p"}}}
    path = f"{CAMPAIGNS}/{campaign}/content"

    one, two = (studio.do("POST", path, body, STAGE) for body in (dotted, nested))

    assert one["content"] == two["content"] == nested["content"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "type: it is missing"),
        ({"type": "offfer"}, "did you mean 'offer'?"),
        ({"type": "offer", "delivery": {"start_at_type": "later"}}, "delivery.start_at_type"),
        ({"type": "offer", "content": "text"}, "content"),
        ({"type": "offer", "content": {"payment": {"payment_type": "gems"}}}, "content.payment.payment_type"),
        (
            {"type": "offer", "delivery": {"start_at_type": "concrete", "start_at_time": "2025-12-31"}},
            "not within the times of the campaign",
        ),
        (
            {"type": "offer", "delivery": {"end_at_type": "concrete", "end_at_time": "2026-02-02"}},
            "not within the times of the campaign",
        ),
    ],
)
def test_content_that_does_not_fit_is_refused(studio: Studio, body: Any, sentence: str) -> None:
    campaign = studio.campaign(start_at="2026-01-01", end_at="2026-02-01")

    assert sentence in studio.refused("POST", f"{CAMPAIGNS}/{campaign}/content", body, STAGE)


def test_the_type_stays(studio: Studio) -> None:
    campaign = studio.campaign()
    item = f"{CAMPAIGNS}/{campaign}/content/{studio.content(campaign, 'message', {})}"

    assert "content stays message" in studio.refused("PUT", item, {"type": "offer"}, STAGE)
    assert "type: it is missing" in studio.refused("PUT", item, {"content": {"title": "x"}}, STAGE)


def test_what_is_missing_or_unknown_is_kept_with_a_warning(studio: Studio) -> None:
    campaign = studio.campaign()
    content = {"portrait_image_id": "no-picture", "framework_id": "no-framework"}
    body = {"type": "offer", "delivery": {"segment_ids": ["no-segment"]}, "content": {**content, "colour": "red"}}

    warnings = studio.warnings("POST", f"{CAMPAIGNS}/{campaign}/content", body, STAGE)

    for word in ("no-picture", "no-framework", "no-segment", "colour", "content.payment is missing"):
        assert word in warnings
    (made,) = studio.do("GET", f"{CAMPAIGNS}/{campaign}", query=STAGE)["contents"]
    kept = studio.do("GET", f"{CAMPAIGNS}/{campaign}/content/{made['id']}", query=STAGE)
    assert kept["content"] == content


@pytest.mark.parametrize(
    "kind",
    [
        "campaign_event",
        "message",
        "offer",
        "survey",
        "poll",
        "variables",
        "remote_config",
        "email",
        "push_notification",
    ],
)
def test_every_type_is_echoed_as_it_was_sent(studio: Studio, kind: str) -> None:
    campaign = studio.campaign()
    made = studio.content(campaign, kind, {})

    assert studio.do("GET", f"{CAMPAIGNS}/{campaign}/content/{made}", query=STAGE)["type"] == kind


def test_the_questions_of_a_survey_have_ids_that_stay(studio: Studio) -> None:
    campaign = studio.campaign()
    mood = {"text": "Mood?", "type": "single_select", "question_options": [{"value": "Good"}, {"value": "Bad"}]}
    why = {"text": "Why?", "type": "open_ended"}
    made = studio.content(campaign, "survey", {"questions": [mood, why, why]})
    item = f"{CAMPAIGNS}/{campaign}/content/{made}"

    def ids(*questions: Any) -> list[str]:
        if questions:
            body = {"type": "survey", "content": {"questions": questions}}
            studio.do("PUT", item, body, STAGE)
        return [one["id"] for one in studio.do("GET", item, query=STAGE)["content"]["questions"]]

    first, second, third = ids()
    assert len({first, second, third}) == 3
    assert ids(why, {**mood, "question_options": [{"value": "Fine"}]})[1] == first
    assert ids({**why, "text": "How?", "id": second}, mood) == [second, first]
    same = {"type": "survey", "content": {"questions": [{**why, "id": "a"}, {**mood, "id": "a"}]}}
    assert "two of them have the same id" in studio.refused("PUT", item, same, STAGE)


def test_a_player_answers_a_survey_that_was_made_so(studio: Studio, sandbox: Sandbox, player: HttpPlayer) -> None:
    campaign = studio.campaign()
    questions = [
        {"text": "Mood?", "type": "multi_select", "question_options": [{"value": "Good"}, {"media_id": "m"}]},
        {"text": "How much?", "type": "rating", "scale": 3},
        {"text": "Why?"},
    ]
    survey = studio.content(campaign, "survey", {"questions": questions})
    sandbox.releases.share(campaign, "live", run=True)

    assert player.get("/get_surveys").json()["active"][0]["questions_count"] == 3
    page = requests.get(player.survey_page(survey), timeout=5).text
    for text in ("Mood?", "Good", "How much?", "Why?"):
        assert text in page


@pytest.mark.parametrize(
    "question",
    [
        {"type": "rating", "scale": 11},
        {"type": "single", "text": "x"},
        {"type": "single_select", "question_options": ["Good"]},
        {"type": "single_select", "question_options": [{"value": 1}]},
        "Mood?",
    ],
)
def test_questions_that_no_page_can_show_are_refused(studio: Studio, question: Any) -> None:
    body = {"type": "survey", "content": {"questions": [question]}}

    assert "content.questions[0]" in studio.refused("POST", f"{CAMPAIGNS}/{studio.campaign()}/content", body, STAGE)


def test_amounts_that_are_no_numbers_are_nothing(studio: Studio, sandbox: Sandbox, player: HttpPlayer) -> None:
    gems = {"name_singular": "", "name_plural": "Gems", "external_currency_id": "gem", "icon_attachment_id": ""}
    currency = studio.do("POST", "/api/v1/app_currencies", gems)["id"]
    campaign = studio.campaign()
    amounts: list[Any] = ["1e999", 10**400, [], "NaN", "2.5", "3"]
    for amount in amounts:
        payment = {"payment_type": "currency", "currency_id": currency, "current_amount": amount}
        studio.content(campaign, "offer", {"payment": payment})
    sandbox.releases.share(campaign, "live", run=True)

    shown = player.get("/offers").json()["active"]
    assert [one["payment_data"]["currency_data"]["currency_amount"] for one in shown] == [0, 0, 0, 0, 2.5, 3]


def test_content_of_another_campaign_is_not_found(studio: Studio) -> None:
    one, two = studio.campaign(), studio.campaign()
    item = f"{CAMPAIGNS}/{two}/content/{studio.content(one, 'message', {})}"

    assert {studio.ask(method, item, query=STAGE).status_code for method in ("GET", "DELETE")} == {404}


def test_copies_have_names_and_ids_of_their_own(studio: Studio) -> None:
    campaign = studio.campaign(name="Christmas", tags=["a"], description="d", start_at="2026-01-01")
    studio.content(campaign, "offer", {"name": "Sword", "title": "T"})
    path = f"{CAMPAIGNS}/{campaign}"
    (content,) = studio.do("GET", path, query=STAGE)["contents"]

    copy = studio.do("POST", f"{path}/content/{content['id']}/duplicate", query=STAGE)
    assert copy["content"] == {"name": "Sword (Duplicate)", "title": "T"}
    whole = studio.do("POST", f"{path}/duplicate", query=STAGE)
    assert (whole["name"], whole["state"], whole["tags"]) == ("Christmas (Duplicate)", "draft", ["a"])
    old = studio.do("GET", path, query=STAGE)["contents"]
    assert [one["name"] for one in whole["contents"]] == ["Sword", "Sword (Duplicate)"]
    assert not {one["id"] for one in old} & {one["id"] for one in whole["contents"]}


def test_a_deleted_one_is_gone(studio: Studio) -> None:
    campaign = studio.campaign()
    item = f"{CAMPAIGNS}/{campaign}/content/{studio.content(campaign, 'message', {})}"

    assert studio.do("DELETE", item, query=STAGE) == "Successfully deleted the content."
    assert studio.ask("DELETE", item, query=STAGE).status_code == 404
    assert studio.do("GET", f"{CAMPAIGNS}/{campaign}", query=STAGE)["contents"] == []
