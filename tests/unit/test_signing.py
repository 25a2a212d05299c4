from __future__ import annotations

import base64

import pytest

from uwclient.http.signing import api_key_header, request_hash, signed_url

KEY = "UbsXaKTGWNd3wD8y5ZeV"
GET_URL = "https://userwise.io/api/endpoint?param_one=value_one"
GET_HASH = "5d0cf6bfeca88e853cd4330cffaaed87febb5038b3c4835681f8f34d8966dc27"
POST_URL = "https://userwise.io/api/endpoint"
POST_BODY = "{“key”:“value”}".encode()
POST_HASH = "1c3893648029aa032e8eec93fb5e5db9347abf7d36c107db3409de975f1f4290"


@pytest.mark.parametrize(
    ("url", "body", "expected"), [(GET_URL, b"", GET_HASH), (POST_URL, POST_BODY, POST_HASH)], ids=["get", "post"]
)
def test_the_hash_is_that_of_the_guides_worked_example(url: str, body: bytes, expected: str) -> None:
    assert request_hash(url, body, KEY) == expected


def test_the_hash_is_the_last_query_parameter() -> None:
    assert signed_url(GET_URL, b"", KEY) == f"{GET_URL}&enc={GET_HASH}"
    assert signed_url(POST_URL, POST_BODY, KEY) == f"{POST_URL}?enc={POST_HASH}"


@pytest.mark.parametrize("key", ["k", "UbsXaKTGWNd3wD8y5ZeV", "schlüssel", "x" * 500])
def test_the_key_header_is_one_line_of_base64(key: str) -> None:
    header = api_key_header(key)

    assert base64.b64decode(header, validate=True).decode() == key
    assert "\n" not in header
