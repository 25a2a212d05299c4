"""How large a picture is can be known before anything decodes it."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from uwclient.ui.picture_size import picture_size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(9)
GIF = b"GIF89a" + struct.pack("<HH", 640, 480) + bytes(9)
BMP = b"BM" + bytes(16) + struct.pack("<ii", 640, -480) + bytes(9)
APP0 = b"\xff\xe0" + struct.pack(">H", 16) + bytes(14)
JPEG = b"\xff\xd8" + APP0 + b"\xff\xff\xc2" + struct.pack(">HBHH", 11, 8, 480, 640) + bytes(9)
LOSSY = b"RIFF????WEBPVP8 " + bytes(10) + struct.pack("<HH", 640, 480 | 0x4000)
LOSSLESS = b"RIFF????WEBPVP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 639 | 479 << 14)
EXTENDED = b"RIFF????WEBPVP8X" + bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
HEADS = [PNG, GIF, BMP, JPEG, LOSSY, LOSSLESS, EXTENDED]


@pytest.mark.parametrize("head", HEADS, ids=["png", "gif", "bmp", "jpeg", "webp", "webp lossless", "webp extended"])
def test_the_size_is_in_the_head(head: bytes) -> None:
    assert picture_size(head) == (640, 480)


@pytest.mark.parametrize("head", HEADS)
def test_a_head_that_is_cut_off_is_no_picture(head: bytes) -> None:
    for length in range(len(head) - 9):
        assert picture_size(head[:length]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 0, 480),
        b"BM" + bytes(16) + struct.pack("<ii", -640, 480),
        b"\xff\xd8" + APP0 * 2000,
        b"\xff\xd8\xff\xd8\xff\xd8",
        zlib.compress(b"x"),
    ],
)
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert picture_size(data) is None


@given(st.one_of(st.binary(), st.sampled_from(HEADS).flatmap(lambda head: st.binary().map(lambda b: head[:12] + b))))
@example(b"\xff\xd8" + b"\xff" * 5000)
def test_no_bytes_break_it(data: bytes) -> None:
    size = picture_size(data)
    assert size is None or (size.width > 0 and size.height > 0)
