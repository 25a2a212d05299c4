"""A backend believes what the platform has signed, and nothing else."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.backends.conftest import PAYLOADS, PURCHASE, SECRET, URL, body_of, headers_of, signature_of
from uwclient import ArgumentError, SignatureError
from uwclient.webhooks import (
    EVENTS,
    PlayerJourneyStepAdvanced,
    PlayerOfferImpressionStateChange,
    PlayerSessionCreation,
    PushNotificationDeliveryOverride,
    WebhookEvent,
    verify,
)

GUIDE_KEY = "UbsXaKTGWNd3wD8y5ZeV"
"""The secret key of the guide's worked examples."""
BODY = body_of("player_offer_impression_state_change", PURCHASE)


def signed(**otherwise: str) -> dict[str, str]:
    """Headers with a signature of BODY that was made with something else."""
    return {"userwise-signature": signature_of(BODY, **otherwise)}


def checked(body: bytes, **changes: Any) -> WebhookEvent:
    """What `verify` says of a body that is signed as it should be."""
    return verify(URL, body, headers_of(body), SECRET, **changes)


@pytest.mark.parametrize(
    ("url", "body", "signature"),
    [
        (
            "https://userwise.io/api/endpoint?param_one=value_one",
            b"",
            "5d0cf6bfeca88e853cd4330cffaaed87febb5038b3c4835681f8f34d8966dc27",
        ),
        (
            "https://userwise.io/api/endpoint",
            "{“key”:“value”}".encode(),
            "1c3893648029aa032e8eec93fb5e5db9347abf7d36c107db3409de975f1f4290",
        ),
    ],
)
def test_the_vectors_of_the_guide_are_believed_though_they_tell_of_nothing(
    url: str, body: bytes, signature: str
) -> None:
    with pytest.raises(SignatureError, match="tells of no event"):
        verify(url, body, {"Userwise-Signature": signature}, GUIDE_KEY)


@pytest.mark.parametrize("name", PAYLOADS)
def test_each_event_has_a_class_with_every_documented_field(name: str) -> None:
    payload = PAYLOADS[name]
    event = checked(body_of(name, payload))
    own = {one: getattr(event, one) for one in event.__dataclass_fields__}

    assert type(event) is EVENTS[name]
    assert type(event) is not WebhookEvent
    assert (event.name, event.time) == (name, datetime(2022, 2, 23, tzinfo=UTC))
    assert event.app_id == "6ea91937-f588-4622-ba32-1ee4a8354c19"
    assert dict(event.payload) == payload
    for value in payload.values():
        assert (tuple(value) if isinstance(value, list) else value) in list(own.values())
    assert isinstance(hash(event), int)


def test_fields_have_short_names() -> None:
    purchase = checked(BODY)
    assert isinstance(purchase, PlayerOfferImpressionStateChange)
    assert (purchase.player_id, purchase.offer_id, purchase.impression_id) == ("hero-42", "gems", "i-1")
    assert (purchase.previous_state, purchase.current_state) == ("accepted", "purchased")

    session = checked(body_of("player_session_creation", PAYLOADS["player_session_creation"]))
    assert isinstance(session, PlayerSessionCreation)
    assert session.segment_ids == ("whales", "vips")

    push = checked(body_of("push_notification_delivery_override", PAYLOADS["push_notification_delivery_override"]))
    assert isinstance(push, PushNotificationDeliveryOverride)
    assert (push.player_ids, push.title, push.image_id) == (("hero-42",), "Hello", None)


@pytest.mark.parametrize(
    ("changes", "segment_ids"),
    [
        ({"appuser_app_session_segment_ids": "whales, vips"}, ("whales", "vips")),
        ({"appuser_app_session_segment_ids": ""}, ()),
        ({"appuser_app_session_id": None, "appuser_app_sesion_id": "x"}, None),
    ],
)
def test_what_the_guide_shows_in_two_ways_is_read_in_both(changes: Any, segment_ids: Any) -> None:
    payload = {**PAYLOADS["player_session_creation"], **changes}
    if payload["appuser_app_session_id"] is None:
        del payload["appuser_app_session_id"]
    event = checked(body_of("player_session_creation", payload))
    assert isinstance(event, PlayerSessionCreation)
    if segment_ids is None:
        assert event.session_id == "x"
    else:
        assert event.segment_ids == segment_ids


def test_the_steps_of_a_journey_are_read_when_they_are_told() -> None:
    legs = [{"id": "l2", "step_id": "s2", "step_type": "content"}]
    payload = {**PAYLOADS["player_journey_step_advanced"], "previous_leg": "l1", "ready_legs": legs}
    event = checked(body_of("player_journey_step_advanced", payload))
    assert isinstance(event, PlayerJourneyStepAdvanced)
    assert (event.previous_leg_id, event.previous_step_id) == ("l1", None)
    assert [dict(one) for one in event.ready_legs] == legs


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("player_has_flown", {"height": 3}),
        ("player_session_creation", {"appuser_app_external_id": "hero-42"}),
        ("player_session_creation", {**PAYLOADS["player_session_creation"], "appuser_app_session_id": 7}),
        ("push_notification_delivery_override", {"appuser_app_external_ids": 3}),
    ],
)
def test_what_is_new_or_not_as_documented_is_kept_as_it_is(name: str, payload: dict[str, Any]) -> None:
    event = checked(body_of(name, payload))
    assert type(event) is WebhookEvent
    assert (event.name, dict(event.payload)) == (name, payload)


@pytest.mark.parametrize("hash_function", ["sha3-256", "sha3-512", "sha256", "sha512"])
def test_an_endpoint_may_have_another_hash_function(hash_function: str) -> None:
    signature = signature_of(BODY, hash_function=hash_function.replace("sha3-", "sha3_"))
    event = verify(URL, BODY, {"userwise-signature": signature}, SECRET, hash_function)
    assert event.name == "player_offer_impression_state_change"


@pytest.mark.parametrize(
    "headers",
    [
        {"userwise-signature": signature_of(BODY)},
        {"USERWISE-SIGNATURE": f" {signature_of(BODY)} "},
        [(b"host", b"game.example"), (b"userwise-signature", signature_of(BODY).encode())],
        iter([("Userwise-Signature", signature_of(BODY))]),
    ],
)
def test_headers_come_in_the_forms_of_web_frameworks(headers: Any) -> None:
    assert verify(URL, BODY, headers, SECRET).name == "player_offer_impression_state_change"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Userwise-Signature": ""},
        {"Userwise-Signature": signature_of(BODY)[:-1]},
        {"Userwise-Signature": signature_of(BODY).upper()},
        {"Userwise-Signature": "é\ud800" * 32},
        {"Userwise-Signature": None},
        {"X-Userwise-Signature": signature_of(BODY)},
        [("Userwise-Signature", signature_of(BODY)), ("userwise-signature", signature_of(BODY))],
    ],
)
def test_without_the_one_signature_nothing_is_believed(headers: Any) -> None:
    with pytest.raises(SignatureError):
        verify(URL, BODY, headers, SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        body_of("player_session_creation", []),
        body_of("player_session_creation", {}, time="yesterday"),
        json.dumps({"webhook_event_name": 3}).encode(),
        b'{"webhook_event_name": "x", "webhook_event_time": "2022-02-23", "webhook_event_app_id": "a", '
        b'"webhook_event_payload": {"n": ' + b"9" * 5000 + b"}}",
    ],
)
def test_what_is_signed_and_tells_of_nothing_is_refused_in_the_same_way(body: bytes) -> None:
    with pytest.raises(SignatureError, match="tells of no event"):
        checked(body)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((URL, "text", {}, SECRET), "raw bytes"),
        ((URL, {"a": 1}, {}, SECRET), "raw bytes"),
        (("game.example", b"", {}, SECRET), "url must be"),
        ((URL, b"", {}, ""), "secret must be"),
        ((URL, b"", {}, "\ud800"), "secret must be"),
        ((URL, b"", {}, SECRET, "md5"), "hash_function must be one of sha3-256"),
    ],
)
def test_a_wrong_argument_is_told_at_once(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        verify(*arguments)


REENCODED = json.dumps(json.loads(BODY), separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("url", "body", "headers", "secret", "cause"),
    [
        (URL, BODY, {}, SECRET, "It has no header Userwise-Signature"),
        (URL, BODY, signed(hash_function="sha512"), SECRET, "with sha512, not"),
        (f"{URL}/", BODY, headers_of(BODY), SECRET, None),
        ("http://game.example/webhooks?from=userwise", BODY, headers_of(BODY), SECRET, "for another URL"),
        ("https://game.example/webhooks/?from=userwise", BODY, headers_of(BODY), SECRET, "for another URL"),
        (URL, BODY, signed(url="https://game.example/webhooks"), SECRET, "without the query"),
        (URL, REENCODED, headers_of(BODY), SECRET, "decoded and encoded again"),
        (URL, BODY + b"\n", headers_of(BODY), SECRET, "decoded and encoded again"),
        (URL, BODY, headers_of(BODY), f"{SECRET}\n", "a space or a line end too many"),
        (URL, BODY, signed(secret="sandbox-secret"), SECRET, "a sandbox that has no"),
        (URL, BODY, headers_of(BODY), "another", "the secret key is another one"),
        (URL, b"x" * 100_000, headers_of(BODY), SECRET, "too large"),
    ],
)  # fmt: skip
def test_the_log_says_why_a_signature_does_not_fit(
    url: str, body: bytes, headers: Any, secret: str, cause: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SignatureError) as refusal, caplog.at_level(logging.WARNING, "uwclient"):
        verify(url, body, headers, secret)
    assert (cause or "the secret key is another one") in caplog.text
    assert str(refusal.value) == "The signature of the webhook does not fit: nothing of it can be believed."
    assert SECRET not in caplog.text
    assert "another\n" not in caplog.text


texts = st.text(st.characters(exclude_categories=()), max_size=80)


@given(
    body=st.binary(max_size=200),
    name=st.sampled_from(["Userwise-Signature", "userwise-signature", "x"]),
    value=st.one_of(texts, st.binary(max_size=80), st.none(), st.integers()),
)
@example(body=b"", name="Userwise-Signature", value="0" * 64)
def test_nothing_but_the_documented_refusal_comes_of_anything(body: bytes, name: str, value: Any) -> None:
    with pytest.raises(SignatureError):
        verify(URL, body, {name: value}, SECRET)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(
    name=st.sampled_from([*EVENTS, "other"]),
    payload=json_values,
    time=st.one_of(texts, st.just("2022-02-23T00:00:00Z")),
)
def test_whatever_is_signed_is_an_event_or_the_documented_refusal(name: str, payload: Any, time: str) -> None:
    body = body_of(name, payload, time)
    try:
        event = checked(body)
    except SignatureError:
        return
    assert event.name == name
    assert json.dumps(dict(event.payload), sort_keys=True) == json.dumps(payload, sort_keys=True)


@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_one_other_bit_is_enough_to_be_refused(place: int, bit: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1 << bit
    with pytest.raises(SignatureError):
        verify(URL, bytes(changed), headers_of(BODY), SECRET)


@given(place=st.integers(0, 63), digit=st.sampled_from("0123456789abcdefABCDEF ,"))
def test_one_other_letter_of_the_signature_is_enough_to_be_refused(place: int, digit: str) -> None:
    signature = signature_of(BODY)
    changed = signature[:place] + digit + signature[place + 1 :]
    if changed.strip() == signature:
        return
    with pytest.raises(SignatureError):
        verify(URL, BODY, {"Userwise-Signature": changed}, SECRET)
