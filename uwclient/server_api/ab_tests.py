"""A/B tests, which are made in the dashboard and can be read here (section AB Tests)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from uwclient.server_api.choices import Direction, search
from uwclient.server_api.pages import PAGE_SIZE, Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class Variant(Record):
    """One of the things that an A/B test compares.

    Attributes:
        id: its id.
        name: its name.
        percentage: of the players who get it.
        type: the kind of its content, such as "offer".
        control_group: whether its players get what everybody would get without the test.
        assigned_users_count: how many players have it.

    """

    id: str
    name: str | None = None
    percentage: float | None = None
    type: str | None = None
    control_group: bool = False
    assigned_users_count: int | None = None


@dataclass(frozen=True, slots=True)
class ABTest(Record):
    """An A/B test.

    Attributes:
        id: its id.
        name: its name.
        campaign_id: the campaign that it tests.
        campaign_content_id: the content that it tests; None when it tests the whole campaign.
        testable_type: "campaign" or "campaign_content".
        created_at: when it was made.
        updated_at: when it was changed.
        variants: what is compared; a list of tests leaves them out, so get one by its id.

    """

    id: str
    name: str | None = None
    campaign_id: str | None = None
    campaign_content_id: str | None = None
    testable_type: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    variants: tuple[Variant, ...] = ()


class ABTests(Resource):
    """The A/B tests: `server.ab_tests`."""

    def list(
        self,
        *,
        query: str | None = None,
        sort_by: str | None = None,
        sort_direction: Direction | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Pages[ABTest]:
        """List the A/B tests: GET /api/v1/a_b_tests.

        Args:
            query: text that the name has in it.
            sort_by: the field to sort by.
            sort_direction: "asc" or "desc".
            page_size: how many come with each reply.

        """
        wanted = search(query, sort_by, sort_direction)
        return self._list(ABTest, "GET /api/v1/a_b_tests", wanted, page_size=page_size)

    def get(self, a_b_test_id: str) -> ABTest:
        """Get an A/B test with its variants: GET /api/v1/a_b_tests/{a_b_test_id}."""
        return self._one(ABTest, "GET /api/v1/a_b_tests/{a_b_test_id}", a_b_test_id=a_b_test_id)
