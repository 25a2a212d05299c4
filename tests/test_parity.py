"""The page for those who come from Unity: every member is there, and every name on it is real.

In its Python column each piece of code is a name to be found: `uw.…` on a client, `{module}` for each of the content
modules, anything else among what `uwclient` exports. Names in parentheses are parameters, or the details of a signal.
"""

from __future__ import annotations

import ast
import inspect
import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import uwclient
from uwclient import UserWise, log
from uwclient.signals import Signal

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "examples" / "UNITY.md"

CONTENT_MODULES = ("events", "messages", "offers", "remote_configs", "surveys")

UNITY: dict[str, tuple[str, ...]] = {
    "UserWise.INSTANCE": (
        *(
            "INSTANCE",
            "Initialize",
            "SetApiKey",
            "UserId",
            "SessionId",
            "EnvironmentStage",
            "HostOverride",
            "DebugMode",
        ),
        *("IsRunning", "Start", "Stop", "RefreshContent", "IsSessionInitialized"),
        *("GetMedia", "GetRawDataFromMediaId", "GetRawDataFromUrl"),
        *("AssignEvent", "SetAttributes", "TransitionToRegion", "SetEngagementOutcome"),
        *("OnStart", "OnStop", "OnSessionInitialized", "OnSessionInitializationAttemptFailed"),
        "OnSessionSegmentsRefreshed",
    ),
    "Every content module": (
        *("Active", "Upcoming", "Get", "FindInActiveOrUpcoming", "UpcomingStartsBefore"),
        *("OnLoaded", "OnLoadFailed", "OnActive", "OnInactive"),
    ),
    "EventsModule": (
        *("GameEvent.Id", "GameEvent.Name", "GameEvent.Data", "GameEvent.DataRaw", "GameEvent.ExternalId"),
        *("GameEvent.ExternalEventType", "GameEvent.StartAt", "GameEvent.StartAtTz", "GameEvent.EndAt"),
        *("GameEvent.EndAtTz", "iOS: look-up by external id"),
    ),
    "MessagesModule": (
        *("InitializeMessage", "OnMessageInitialized", "OnMessageInitializationFailed"),
        *("Message.Title", "Message.Body", "Message.MessageType", "Message.PortraitImageId"),
        *("Message.LandscapeImageId", "Message.AdditionalFields", "Message.AdditionalFieldsRaw"),
        "iOS: setMessageAsViewed",
    ),
    "OffersModule": (
        *("InitializeOfferImpression", "UpdateOfferImpressionState"),
        *("OnOfferImpressionInitialized", "OnOfferImpressionInitializationFailed"),
        *("Offer.PaymentData", "Offer.Currencies", "Offer.Items", "Offer.FrameworkId", "Offer.FrameworkData"),
        *("Offer.OfferType", "OfferImpression.Id", "OfferImpression.State", "OfferImpression.Offer"),
        *("iOS: show", "iOS: dismiss", "iOS: accept"),
        *("iOS: onOfferViewed", "iOS: onOfferDismissed", "iOS: onOfferAccepted", "iOS: isAnOfferActive"),
    ),
    "RemoteConfigsModule": ("Get", "RemoteConfig.ExternalId", "RemoteConfig.Json", "RemoteConfig.JsonRaw"),
    "SurveysModule": (
        *("InitializeSurveyInvite", "SetSurveyInviteResponse", "SurveyInProgress", "OnSurveyInviteInitialized"),
        *("OnSurveyEntered", "OnSurveyEnterFailed", "OnSurveyCompleted", "OnSurveyClosed"),
        "Survey splash colours and logo",
    ),
    "PushNotificationsModule": (
        *("RegisterDeviceToken", "UnregisterDeviceToken", "GetPushNotification", "GetPushNotificationImpression"),
        "UpdateImpressionState",
    ),
    "EmailsModule": ("SetEmailAddress", "DeleteEmailAddress"),
    "CampaignsModule": ("OnTriggeredCampaignsLoaded",),
}
"""What the Unity SDK 3.2.7 has, and what the iOS one adds, by module."""

BEYOND_UNITY = "Here and not in Unity"


class Row(NamedTuple):
    """One line of a table: the heading above it, and its cells."""

    heading: str
    unity: str
    python: str
    differs: str
    shown_by: str

    @property
    def member(self) -> str:
        """The Unity name, without the marks of code and without parameters."""
        return re.sub(r"\(.*\)", "", self.unity.replace("`", ""))

    def __str__(self) -> str:
        return f"{self.heading}: {self.member or self.python}"


def read_rows() -> Iterator[Row]:
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("|") and not re.match(r"\|( Unity |[-|]+$)", line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            assert len(cells) == 4, f"A row has {len(cells)} cells, not 4: {line}"
            yield Row(heading, *cells)


ROWS = list(read_rows())


def names_in(cell: str) -> Iterator[str]:
    for name in re.findall(r"`([^`]+)`", cell):
        yield from (name.replace("{module}", module) for module in (CONTENT_MODULES if "{module}" in name else ("",)))


@pytest.fixture
def client(tmp_path: Path) -> UserWise:
    return UserWise("key", "hero-42", data_dir=tmp_path)


def find(client: UserWise, dotted: str) -> Any:
    first, *rest = dotted.split(".")
    assert first == "uw" or first in uwclient.__all__, f"{first} is neither `uw` nor exported by uwclient"
    found: Any = client if first == "uw" else getattr(uwclient, first)
    for name in rest:
        assert not name.startswith("_")
        found = getattr(found, name)
    return found


def parameters_of(found: Any) -> set[str]:
    """The names that may stand in parentheses after a name."""
    if isinstance(found, Signal):
        [details] = re.findall(r"\(([^()]*)\)\.$", found.__doc__ or "")
        return {detail.split(":")[0].strip() for detail in details.split(",")}
    return set(inspect.signature(found).parameters)


def check_name(client: UserWise, text: str) -> None:
    """Fail when a piece of code of the Python column names something that is not there."""
    logger = re.fullmatch(r'logging\.getLogger\("(\w+)"\)', text)
    if logger is not None:
        assert logging.getLogger(logger[1]) is log.logger()
        return
    dotted, given, inside = re.fullmatch(r"([\w.]+)(\((.*)\))?", text).groups()  # type: ignore[union-attr]
    found = find(client, dotted)
    if given:
        assert callable(found) or isinstance(found, Signal), f"{dotted} is not called"
        said = {name.split("=")[0].strip() for name in inside.split(",") if name}
        assert said <= parameters_of(found), f"{dotted} has {sorted(parameters_of(found))}"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_python_name_is_there(row: Row, client: UserWise) -> None:
    names = list(names_in(row.python))
    assert names, "The Python name is missing"
    for name in names:
        check_name(client, name)


@cache
def names_of_tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_member_is_shown_by_a_test(row: Row) -> None:
    shown = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", row.shown_by)
    assert shown is not None, f"No test is named, but {row.shown_by!r}"
    path, name = shown.groups()
    assert name in names_of_tests(path), f"{path} has no such test"


@pytest.mark.parametrize("heading", UNITY)
def test_every_unity_member_has_one_row(heading: str) -> None:
    listed = [row.member for row in ROWS if row.heading == heading]

    assert sorted(listed) == sorted(UNITY[heading])


def test_there_is_no_table_of_something_else() -> None:
    assert {row.heading for row in ROWS} == {*UNITY, BEYOND_UNITY}
    assert [row for row in ROWS if not row.member and row.heading != BEYOND_UNITY] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "uw.offers.on_actvie",
        "uw.offers._references",
        "uw.offers.on_active(recrod)",
        "uw.offers.active(record)",
        "uw.start(soon)",
        "GameEvent.date_raw",
        "Schedule.next_at",
        "UserWise(apikey=...)",
        'logging.getLogger("userwise")',
    ],
)
def test_a_name_that_is_not_there_is_noticed(wrong: str, client: UserWise) -> None:
    with pytest.raises((AssertionError, AttributeError)):
        check_name(client, wrong)
