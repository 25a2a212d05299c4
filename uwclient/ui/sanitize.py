"""Cleans the texts of content for the screen: no control characters, and none that fonts draw as boxes."""

from __future__ import annotations

import re
import unicodedata

CUT = "…"
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_HALVES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\xad\u180b-\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")


def sanitize(text: str, longest: int) -> str:
    """Clean a text: lines end with a line feed, control characters are removed, and a long text is cut."""
    text = _LINE_ENDS.sub("\n", text[: 4 * longest])
    text = _CONTROLS.sub("", _SPACES.sub(" ", text))
    text = unicodedata.normalize("NFC", _HALVES.sub("\ufffd", text)).strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + CUT


def strip_invisible(text: str) -> str:
    """The text without what joins and varies characters, which most fonts draw as boxes."""
    return text if text.isascii() else _INVISIBLE.sub("", text)
