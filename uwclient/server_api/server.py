"""`ServerApi`: the server-to-server API of UserWise as one object, with a resource for each part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from urllib.parse import urlsplit

from uwclient.config import DEFAULT_HOST, check_host, check_text
from uwclient.dice import Dice
from uwclient.errors import ArgumentError
from uwclient.http.access import Access
from uwclient.http.connections import Connections
from uwclient.http.messages import Transport
from uwclient.http.retrying import Patience, Retrier
from uwclient.server_api.ab_tests import ABTests
from uwclient.server_api.caller import Caller
from uwclient.server_api.campaigns import Campaigns
from uwclient.server_api.catalogue import Currencies, Items, Products
from uwclient.server_api.categories import Categories
from uwclient.server_api.definitions import Attributes, Events, Regions
from uwclient.server_api.engagement import Emails, EngagementOutcomes
from uwclient.server_api.environments import Environments, Releases
from uwclient.server_api.frameworks import EventFrameworks, MessageTypes, OfferFrameworks, PushFrameworks
from uwclient.server_api.journeys import Journeys
from uwclient.server_api.media import Media
from uwclient.server_api.players import Players
from uwclient.server_api.scope import Scope
from uwclient.server_api.segments import Segments
from uwclient.server_api.surveys import Surveys
from uwclient.server_api.templates import JsonLists, Templates
from uwclient.urls import is_loopback


class ServerApi:
    """The server API of one app, for its backend; any number of threads may use it.

        with ServerApi(api_key, secret_key=secret_key, app_id=app_id) as server:
            campaign = server.campaigns.create(name="Halloween", delivery_type="scheduled")
            for each in server.campaigns.list(query="halloween"):
                print(each.name, each.state)

    Each call waits for its reply. Reads are repeated when they fail, writes only when they surely did not arrive.
    What a call raises is in `uwclient.server_api.errors`. Warnings of the platform are logged (logger "uwclient").

    Args:
        api_key: the key from the API settings page of the app.
        secret_key: the secret key of the company, which signs each request; None for a sandbox on this machine.
        app_id: the id of the app.
        environment_stage: the key of the environment that calls are for, unless they name another.
        host: the platform's address.
        retries: how often a request is sent again at most.
        transport: how requests reach the platform, for tests; without it, over the network.
        seed: for jitter that can be repeated, in tests.
        sleep: how to wait between attempts, for tests.

    Raises:
        ArgumentError: a wrong argument.

    """

    def __init__(
        self,
        api_key: str,
        *,
        secret_key: str | None,
        app_id: str,
        environment_stage: str = "dev",
        host: str = DEFAULT_HOST,
        retries: int = 3,
        transport: Transport | None = None,
        seed: int | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        check_text("api_key", api_key, "the key from the API settings page of your UserWise app")
        check_text("app_id", app_id, "the id of your app")
        check_text("environment_stage", environment_stage, "the key of an environment, such as 'dev'")
        check_host(host, allow_insecure=False)
        _check_secret_key(secret_key, host)
        access = Access(host.rstrip("/"), api_key, secret_key)
        dice = Dice(seed)
        self._connections = Connections(access.host)
        retrier = Retrier(Patience(retries), dice.generator("server API retries"), sleep)
        caller = Caller(access, transport or self._connections, retrier)
        self._scope = Scope(app_id, environment_stage, self._environment_ids)
        self._access = access

        self.ab_tests = ABTests(caller, self._scope)
        self.attributes = Attributes(caller, self._scope)
        self.campaigns = Campaigns(caller, self._scope)
        self.categories = Categories(caller, self._scope)
        self.currencies = Currencies(caller, self._scope)
        self.emails = Emails(caller, self._scope)
        self.engagement_outcomes = EngagementOutcomes(caller, self._scope)
        self.environments = Environments(caller, self._scope)
        self.event_frameworks = EventFrameworks(caller, self._scope)
        self.events = Events(caller, self._scope)
        self.items = Items(caller, self._scope)
        self.journeys = Journeys(caller, self._scope)
        self.json_lists = JsonLists(caller, self._scope)
        self.media = Media(caller, self._scope, dice.generator("server API uploads"))
        self.message_types = MessageTypes(caller, self._scope)
        self.offer_frameworks = OfferFrameworks(caller, self._scope)
        self.players = Players(caller, self._scope)
        self.products = Products(caller, self._scope)
        self.push_frameworks = PushFrameworks(caller, self._scope)
        self.regions = Regions(caller, self._scope)
        self.releases = Releases(caller, self._scope)
        self.segments = Segments(caller, self._scope)
        self.surveys = Surveys(caller, self._scope)
        self.templates = Templates(caller, self._scope)

    def close(self) -> None:
        """Give the connections back. A later call opens new ones."""
        self._connections.close()

    def __enter__(self) -> ServerApi:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ServerApi of app {self._scope.app_id} at {self._access.host}>"

    def _environment_ids(self) -> Iterator[tuple[str, str]]:
        return ((one.key, one.id) for one in self.environments.list() if one.key is not None)


def _check_secret_key(secret_key: str | None, host: str) -> None:
    if secret_key is not None:
        check_text("secret_key", secret_key, "your company's secret key")
    elif not is_loopback(urlsplit(host).hostname or ""):
        raise ArgumentError(
            "secret_key is None, which only a sandbox on this machine accepts: give the company's secret key, with "
            "which each request to the platform is signed."
        )
