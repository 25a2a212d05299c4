"""Games that use the names of earlier versions work as before, and are told the new ones."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from tests.ui.screen import Screen
from uwclient import ArgumentError
from uwclient.sandbox import Sandbox
from uwclient.ui.strings import Strings

if TYPE_CHECKING:
    from tests.conftest import Play


def test_words_is_the_old_name_of_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "uwclient.ui.words", raising=False)
    with pytest.warns(DeprecationWarning, match=r"uwclient\.ui\.strings\.Strings") as told:
        words = importlib.import_module("uwclient.ui.words").Words

    assert len(told) == 1
    assert issubclass(words, Strings)
    assert words(close="Gut").close == "Gut"


def test_words_is_the_old_name_of_the_argument(play: Play, sandbox: Sandbox) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome")
    with pytest.warns(DeprecationWarning, match="strings=") as told:
        screen = Screen(play, sandbox, words=Strings(close="Gut"))
    screen.until_shows("Welcome")

    assert screen.shows("Gut")
    assert len(told) == 1
    screen.ui.close()


def test_the_old_and_the_new_name_together_are_refused(play: Play, sandbox: Sandbox) -> None:
    with pytest.raises(ArgumentError, match="words"):
        Screen(play, sandbox, words=Strings(), strings=Strings())
