"""The old name of `uwclient.ui.strings`, for games that import it."""

from __future__ import annotations

import warnings

from uwclient.ui.strings import Strings as Words

__all__ = ["Words"]

warnings.warn(
    "uwclient.ui.words.Words is now uwclient.ui.strings.Strings.",
    DeprecationWarning,
    stacklevel=2,
)
