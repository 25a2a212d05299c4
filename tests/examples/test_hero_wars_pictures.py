from __future__ import annotations

from pathlib import Path

import pytest
from hero_wars.live.pictures import MISSING, LivePictures

from uwclient import UserWise


@pytest.mark.parametrize("media_id", ["..", "ftp://example.com/dragon.png", "x" * 1000])
def test_an_id_that_no_picture_can_have_is_a_picture_that_is_missing(tmp_path: Path, media_id: str) -> None:
    uw = UserWise("key", "hero-42", data_dir=tmp_path)

    assert LivePictures(uw).get(media_id) == MISSING
