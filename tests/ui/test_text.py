"""Text of every script is broken into lines that fit, without tearing apart what belongs together."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.ui.arabic import shape
from uwclient.ui.bidi import is_right_to_left, visual
from uwclient.ui.graphemes import graphemes
from uwclient.ui.sanitize import sanitize, strip_invisible
from uwclient.ui.wrapping import LONGEST_LINE, fit, shorten, wrap

LETTER = 10.0


def measure(text: str) -> float:
    return LETTER * sum(unicodedata.category(one) != "Mn" for one in text)


def lines(text: str, width: float) -> list[str]:
    return [line.text for line in wrap(text, width, measure)]


ANY = st.text(
    st.one_of(st.characters(), st.sampled_from("ab -/,.()\n日本「」한국עברית عرب\u0301\u200d👩🏽🇩🇪")), max_size=80
)


@pytest.mark.parametrize(
    "whole",
    ["e\u0301", "👨‍👩‍👧", "🇩🇪", "👍🏽", "각", "நி", "ก็", "x\u20e3", "☺\ufe0f"],
    ids=["accent", "family", "flag", "skin", "hangul", "vowel sign", "thai", "keycap", "variation"],
)
def test_what_a_reader_takes_for_one_character_is_never_torn_apart(whole: str) -> None:
    assert list(graphemes(f"a{whole}b{whole}{whole}c")) == ["a", whole, "b", whole, whole, "c"]
    assert all(strip_invisible(whole) in line for line in lines(whole * 5, measure(strip_invisible(whole))))


def test_two_flags_side_by_side_are_two() -> None:
    assert list(graphemes("🇩🇪🇫🇷")) == ["🇩🇪", "🇫🇷"]


@given(ANY)
def test_the_characters_of_a_text_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text


def test_lines_end_between_words() -> None:
    assert lines("the quick brown fox", 100) == ["the quick", "brown fox"]


def test_line_feeds_begin_new_lines_and_empty_ones_stay() -> None:
    assert lines("a\n\nb", 100) == ["a", "", "b"]


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert lines("x" * 25 + " y", 100) == ["x" * 10, "x" * 10, "xxxxx y"]


def test_words_may_end_after_hyphens_and_slashes_but_not_before_them() -> None:
    assert lines("well-known", 60) == ["well-", "known"]
    assert lines("black/white", 60) == ["black/", "white"]
    assert lines("-5 -6", 30) == ["-5", "-6"]


def test_chinese_and_japanese_break_between_characters() -> None:
    assert lines("日本語の文章", 30) == ["日本語", "の文章"]
    assert lines("日本語abc語", 40) == ["日本語", "abc語"]


def test_no_line_begins_with_a_mark_that_ends_a_sentence() -> None:
    assert lines("日本語。日本", 30) == ["日本", "語。日", "本"]
    assert lines("日本「語」", 30) == ["日本", "「語」"]


def test_a_line_that_is_a_little_wider_than_its_words_still_fits() -> None:
    def kerned(text: str) -> float:
        return len(text) * 10.0 + 4.0 * len(re.findall(r"\w(?= \w)", text))

    broken = [line.text for line in wrap("aa bb cc dd ee", 85, kerned)]
    assert all(kerned(line) <= 85 for line in broken)
    assert " ".join(broken) == "aa bb cc dd ee"


@given(ANY, st.floats(1, 300))
def test_no_line_is_wider_than_there_is_room_unless_it_is_one_character(text: str, width: float) -> None:
    for line in lines(sanitize(text, 1000), width):
        assert measure(line) <= width or len(list(graphemes(line))) <= 2


@given(st.text("abc def-ghi/日本語עב", max_size=60), st.floats(20, 300))
def test_nothing_of_a_text_is_lost_and_nothing_is_added(text: str, width: float) -> None:
    written = "".join(lines(text, width)).replace(" ", "")
    assert sorted(written) == sorted(text.replace(" ", ""))


@given(ANY, st.floats(10, 300), st.integers(1, 4))
def test_a_fitted_text_has_no_more_lines_than_allowed_and_says_when_it_was_cut(
    text: str, width: float, most: int
) -> None:
    text = sanitize(text, 1000)
    fitted = fit(text, width, most, measure)
    whole = lines(text, width)
    assert len(fitted) <= most
    if len(whole) > most:
        assert "…" in fitted[-1].text
    else:
        assert [line.text for line in fitted] == whole


@given(ANY, st.floats(1, 300))
def test_a_shortened_text_fits_on_its_line(text: str, width: float) -> None:
    assert measure(shorten(sanitize(text, 1000), width, measure)) <= width


def test_a_shortened_text_is_as_long_as_it_can_be() -> None:
    assert shorten("abcdefgh", 50, measure) == "abcd…"
    assert shorten("abcde", 50, measure) == "abcde"
    assert shorten("abc", 5, measure) == ""


def test_a_text_without_end_is_broken_line_by_line() -> None:
    asked = 0

    def counting(text: str) -> float:
        nonlocal asked
        asked += 1
        return measure(text)

    endless = wrap("x" * 100_000, 300, counting)
    assert next(endless).text == "x" * 30
    assert asked < 50


def test_a_word_without_end_is_never_measured_whole() -> None:
    longest = 0

    def measured(text: str) -> float:
        nonlocal longest
        longest = max(longest, len(text))
        return measure(text)

    assert "".join(line.text for line in wrap("a" + " x" + "x" * 9_999, 100, measured)) == "a" + "x" * 10_000
    assert longest <= LONGEST_LINE


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("אבג 123", "123 גבא"),
        ("אבג (abc) 12.5% דה", "הד 12.5% (abc) גבא"),
        ("א, ב.", ".ב ,א"),
        ("$5 א", "א $5"),
    ],
)
def test_a_line_of_hebrew_is_drawn_from_the_right(written: str, drawn: str) -> None:
    assert visual(written, is_right_to_left(written)) == drawn


def test_hebrew_in_an_english_line_is_turned_where_it_stands() -> None:
    assert visual("say אבג 12, ok", False) == "say 12 גבא, ok"
    assert visual("say (אבג) ok", False) == "say (גבא) ok"


def test_marks_stay_behind_their_letters_when_a_line_is_turned() -> None:
    assert visual("שָב", True) == "בשָ"


@given(ANY, st.booleans())
def test_turning_a_line_keeps_its_characters(text: str, right_to_left: bool) -> None:
    sides = str.maketrans("()[]{}<>«»‹›", "(([[{{<<««‹‹")
    assert sorted(visual(text, right_to_left).translate(sides)) == sorted(text.translate(sides))


def test_hebrew_paragraphs_stand_at_the_right_and_others_at_the_left() -> None:
    assert [line.right_aligned for line in wrap("abc\nאבג\n123 אבג\n123", 500, measure)] == [False, True, True, False]


def test_a_cut_line_of_hebrew_has_its_ellipsis_at_the_left() -> None:
    assert shorten("אבגדהוזחט", 50, measure) == "…דגבא"


def test_arabic_letters_are_joined() -> None:
    assert shape("سلام") == "\ufeb3\ufefc\ufee1"
    assert shape("ب") == "\ufe8f"
    assert shape("ببب") == "\ufe91\ufe92\ufe90"
    assert shape("دد") == "\ufea9\ufea9"
    assert shape("بَب") == "\ufe91\u064e\ufe90", "marks do not keep letters apart"
    assert shape("ب\u200cب") == "\ufe8f\u200c\ufe8f", "a non-joiner does"
    assert shape("abc") == "abc"


def test_what_fonts_choke_on_never_reaches_the_screen() -> None:
    assert sanitize("a\x00b\x1bc\ud800d\u202ee", 100) == "abc\ufffdde"
    assert sanitize("  a\r\nb\u2028c\td  ", 100) == "a\nb\nc d"
    assert sanitize("e\u0301", 100) == "é"


def test_too_much_text_is_cut_with_an_ellipsis() -> None:
    assert sanitize("x" * 50, 10) == "x" * 9 + "…"
    assert sanitize("x" * 10, 10) == "x" * 10


@given(st.text(st.characters(), max_size=200), st.integers(1, 50))
def test_plain_text_can_be_encoded_and_is_never_longer_than_allowed(text: str, longest: int) -> None:
    made = sanitize(text, longest)
    made.encode()
    assert len(made) <= longest
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in made.replace("\n", ""))
