"""Whether what campaigns and content refer to is there: a client is warned, a test is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import Warn
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.triggers.quotas import check_trigger


class References:
    """Looks up what is referred to."""

    def __init__(self, segments: Segments, catalogue: Catalogue) -> None:
        self._segments = segments
        self._catalogue = catalogue

    def check_campaign(self, environment_id: str, values: Mapping[str, Any], warn: Warn | None) -> None:
        """Warn of what the columns of a campaign refer to in vain, or (None) refuse it with a FieldError."""
        self.check_segments(environment_id, values.get("segment_ids") or (), ("segment_ids",), warn)
        category = values.get("category_id")
        if category and self._catalogue.categories.find(category) is None:
            _report(FieldError("category_id", f"there is no category {category!r}"), warn)
        if values.get("trigger") is not None and warn is not None:
            try:
                check_trigger({key: one for key, one in values["trigger"].items() if key != "settings"})
            except FieldError as problem:
                _report(problem, warn)
            except AttributeError:
                _report(FieldError("trigger", "it is not an object with a type and logic"), warn)

    def check_segments(
        self, environment_id: str, segment_ids: Iterable[str], path: tuple[str, ...], warn: Warn | None
    ) -> None:
        """As `check_campaign`, for a list of segments."""
        for segment_id in segment_ids:
            if self._segments.find(environment_id, segment_id) is None:
                _report(FieldError(path, f"there is no segment {segment_id!r}, so nobody is in it"), warn)


def _report(problem: FieldError, warn: Warn | None) -> None:
    if warn is None:
        raise problem
    warn(f"{problem}.")
