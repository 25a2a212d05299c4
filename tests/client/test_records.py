"""Every member of every record is what live operations typed, as the platform's replies tell it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from uwclient import GameEvent, Message, Offer, PaymentData, Record, RemoteConfig, Survey
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Play

TIMES = {
    "start_at": "2026-01-01T12:00:00Z",
    "start_at_tz": "utc",
    "end_at": "2999-07-01T12:00:00",
    "end_at_tz": "player_local",
}


def live(sandbox: Sandbox, play: Play, kind: str, **fields: Any) -> Any:
    """The record that a game in Paris has, once it was published."""
    sandbox.publish(kind, id="one", **fields)
    game = play(timezone="Europe/Paris")
    game.until_live(kind, "one")
    return getattr(game.uw, kind).get("one")


def members(record: Record, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in names)


def spaceless(text: str | None) -> str:
    assert text is not None
    return text.replace(" ", "")


def test_a_record_has_its_id_name_and_times(sandbox: Sandbox, play: Play) -> None:
    event = live(sandbox, play, "events", name="Summer", **TIMES)

    assert (event.id, event.name) == ("one", "Summer")
    assert (event.start_at, event.start_at_tz) == (datetime(2026, 1, 1, 12, tzinfo=UTC), "utc")
    assert (event.end_at, event.end_at_tz) == (datetime(2999, 7, 1, 10, tzinfo=UTC), "player_local")


def test_an_event_has_its_external_id_type_and_data(sandbox: Sandbox, play: Play) -> None:
    event = live(sandbox, play, "events", external_id="summer", external_event_type="party", data={"coins": [2]})

    assert isinstance(event, GameEvent)
    assert members(event, "external_id", "external_event_type") == ("summer", "party")
    assert event.data == {"coins": [2]}
    assert spaceless(event.data_raw) == '{"coins":[2]}'


def test_a_message_has_its_texts_images_and_fields(sandbox: Sandbox, play: Play) -> None:
    said = {"title": "Hi", "body": "You!", "message_type": "news"}
    images = {"portrait_image_id": "high", "landscape_image_id": "wide"}
    message = live(sandbox, play, "messages", **said, **images, additional_fields=[{"link": "shop"}])

    assert isinstance(message, Message)
    assert members(message, *said, *images) == (*said.values(), *images.values())
    assert message.additional_fields == [{"link": "shop"}]
    assert spaceless(message.additional_fields_raw) == '[{"link":"shop"}]'


def test_an_offer_has_its_price_contents_and_framework(sandbox: Sandbox, play: Play) -> None:
    iap = {"cost": 1.99, "ios_product_id": "ios.gems", "android_product_id": "android.gems"}
    said = {"title": "Gems", "body": "300 of them", "offer_type": "bundle", "framework_id": "popup"}
    nested = {"currencies": {"gems": 300}, "items": [{"id": "hat"}], "framework_data": {"color": "red"}}
    offer = live(sandbox, play, "offers", payment_data={"payment_type": "iap", "iap_data": iap}, **said, **nested)

    assert isinstance(offer, Offer)
    assert offer.payment_data == PaymentData(
        "iap", cost=1.99, ios_product_id="ios.gems", android_product_id="android.gems"
    )
    assert members(offer, *said, *nested) == (*said.values(), *nested.values())
    assert spaceless(offer.framework_data_raw) == '{"color":"red"}'


def test_an_offer_for_the_games_own_currency_has_its_price(sandbox: Sandbox, play: Play) -> None:
    currency = {"name": "Gems", "external_id": "gems", "currency_amount": 250}
    offer = live(sandbox, play, "offers", payment_data={"payment_type": "currency", "currency_data": currency})

    assert offer.payment_data == PaymentData(
        "currency", currency_name="Gems", currency_external_id="gems", currency_amount=250.0
    )


def test_a_remote_config_has_its_external_id_and_json(sandbox: Sandbox, play: Play) -> None:
    config = live(sandbox, play, "remote_configs", external_id="balance", json={"speed": 3})

    assert isinstance(config, RemoteConfig)
    assert (config.external_id, config.json) == ("balance", {"speed": 3})
    assert spaceless(config.json_raw) == '{"speed":3}'


def test_a_survey_has_its_splash_and_number_of_questions(sandbox: Sandbox, play: Play) -> None:
    splash = {
        "splash_background_color": "#102030",
        "splash_text_color": "#ffffff",
        "splash_logo_url": "https://studio.example/logo.png",
    }
    survey = live(sandbox, play, "surveys", questions_count=4, **splash)

    assert isinstance(survey, Survey)
    assert survey.questions_count == 4
    assert members(survey, *splash) == tuple(splash.values())


def test_a_survey_without_a_splash_has_none(sandbox: Sandbox, play: Play) -> None:
    survey = live(sandbox, play, "surveys")
    strange = Survey(id="one", text=b'{"splash_background_color": 5, "splash_text_color": "", "splash_logo_url": []}')

    names = ("splash_background_color", "splash_text_color", "splash_logo_url")
    assert members(survey, *names) == members(strange, *names) == (None, None, None)
