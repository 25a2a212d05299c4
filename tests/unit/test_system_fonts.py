from __future__ import annotations

from pathlib import Path

import pytest

from uwclient.engines.system_fonts import SystemFonts


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_player_without_a_home_has_the_fonts_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as it is where no home is known
    monkeypatch.chdir(tmp_path)
    for folder in (".fonts", "Library/Fonts"):
        (tmp_path / "~" / folder).mkdir(parents=True)
        (tmp_path / "~" / folder / "of-nobody.ttf").write_bytes(b"")

    assert [path for path in SystemFonts()._files if path.name == "of-nobody.ttf"] == []


def test_a_font_file_that_is_named_is_the_same_wherever_the_game_goes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = SystemFonts()
    if not files._files:
        pytest.skip("there are no fonts here")
    (tmp_path / "own.ttf").write_bytes(files._files[0].read_bytes())
    monkeypatch.chdir(tmp_path)

    assert files.named("own.ttf") == tmp_path / "own.ttf"
