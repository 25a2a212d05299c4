from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import awkward_text, json_values
from uwclient.errors import ReplyError
from uwclient.models.media import MediaInfo, MediaVariant
from uwclient.wire.media import MOST_VARIANTS, info_text, read_info

URL = "https://cdn.example/banner.png"
BANNER: dict[str, Any] = {
    "id": "banner",
    "name": "Spring",
    "content_type": "image/png",
    "byte_size": 5,
    "url": URL,
    "variants": {"small": {"url": f"{URL}?s", "max_width": 320, "max_height": 180}},
}

sides = st.integers(1, 60)
variants = st.dictionaries(awkward_text, st.builds(MediaVariant, st.just(URL), sides, sides), max_size=6)


def info_with(given_variants: dict[str, MediaVariant]) -> MediaInfo:
    return MediaInfo("banner", "", "image/png", 5, URL, MappingProxyType(given_variants))


@given(variants, sides, sides)
def test_the_smallest_variant_that_is_not_smaller_is_chosen(
    some: dict[str, MediaVariant], width: int, height: int
) -> None:
    chosen = info_with(some).variant_for(width, height)

    fitting = {name for name, one in some.items() if one.max_width >= width and one.max_height >= height}
    if chosen is None:
        assert fitting == set()
    else:
        assert chosen in fitting
        area = some[chosen].max_width * some[chosen].max_height
        assert all(area <= some[name].max_width * some[name].max_height for name in fitting)


def test_a_variant_that_is_exactly_as_large_fits() -> None:
    info = info_with({"small": MediaVariant(URL, 320, 180), "large": MediaVariant(URL, 640, 360)})
    assert info.variant_for(320, 180) == "small"
    assert info.variant_for(320.5, 180) == "large"
    assert info.variant_for(10, 181) == "large"
    assert info.variant_for(641, 1) is None


@given(variants, awkward_text, st.integers(0, 10**12))
def test_what_is_told_of_media_is_read_back_from_its_text(
    some: dict[str, MediaVariant], name: str, byte_size: int
) -> None:
    info = info_with(some)._replace(name=name, byte_size=byte_size)
    assert read_info(json.loads(info_text(info)), False) == info


def test_the_documented_reply_is_read() -> None:
    info = read_info({"data": BANNER}, False)
    assert info[:5] == ("banner", "Spring", "image/png", 5, URL)
    assert info.variants == {"small": MediaVariant(f"{URL}?s", 320, 180)}


def test_what_is_not_told_is_nothing() -> None:
    nothings: list[Any] = [None, [], {}]
    for nothing in nothings:
        info = read_info({"data": {"id": 7, "url": URL, "variants": nothing}}, False)
        assert info == ("7", "", "", 0, URL, {})


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ""},
        {"id": ["banner"]},
        {"name": 5},
        {"content_type": ["image/png"]},
        {"byte_size": -1},
        {"byte_size": "5"},
        {"byte_size": 5.5},
        {"byte_size": True},
        {"url": None},
        {"url": ""},
        {"url": "file:///etc/passwd"},
        {"url": "http://cdn.example/banner.png"},
        {"url": "ftp://cdn.example/banner.png"},
        {"url": "//cdn.example/banner.png"},
        {"url": "https://"},
        {"variants": ["small"]},
        {"variants": "small"},
        {"variants": 5},
    ],
    ids=lambda change: json.dumps(change)[:40],
)
def test_a_reply_of_another_shape_is_an_error_that_says_where(change: dict[str, Any]) -> None:
    with pytest.raises(ReplyError, match=f"cannot be used: data.{next(iter(change))}"):
        read_info({"data": {**BANNER, **change}}, False)


@given(json_values)
def test_any_json_at_all_is_read_or_is_an_error(value: Any) -> None:
    for told in ({"data": value}, {"data": {**BANNER, "variants": {"small": value}}}, {"other": value}):
        try:
            read_info(told, False)
        except ReplyError:
            continue


@pytest.mark.parametrize(
    "variant",
    [None, [], {}, {"url": 5}, {"url": URL, "max_width": "wide"}, {"url": "file:///x", "max_width": 1}],
    ids=lambda variant: json.dumps(variant)[:40],
)
def test_a_variant_that_cannot_be_used_costs_itself_alone(variant: Any, caplog: pytest.LogCaptureFixture) -> None:
    told = {**BANNER, "variants": {"odd": variant, **BANNER["variants"]}}
    assert list(read_info({"data": told}, False).variants) == ["small"]
    assert "A variant of the media 'banner' was left out: data.variants.odd" in caplog.text


def test_there_are_not_more_variants_than_anybody_needs() -> None:
    many = {str(number): BANNER["variants"]["small"] for number in range(10 * MOST_VARIANTS)}
    assert len(read_info({"data": {**BANNER, "variants": many}}, False).variants) == MOST_VARIANTS
