"""The Python face of a sandbox, for tests, the demo and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from uwclient.dice import Dice
from uwclient.sandbox.app import Apps, Gateway
from uwclient.sandbox.core.apps import APP_ID
from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.clock import SandboxClock, whole_second
from uwclient.sandbox.core.error_collector import ErrorCollector
from uwclient.sandbox.core.request_hash import DEFAULT_HASH_FUNCTION
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.http.faults import Faults
from uwclient.sandbox.http.in_process import InProcessReply, ask
from uwclient.sandbox.http.request_log import LoggedRequest, RequestLog
from uwclient.sandbox.http.server import HOST, HttpServer
from uwclient.sandbox.live_journeys import JourneyOperations
from uwclient.sandbox.live_operations import (
    AbTestOperations,
    CampaignOperations,
    Definitions,
    ReleaseOperations,
    SegmentOperations,
)
from uwclient.sandbox.live_publishing import LivePublishing
from uwclient.sandbox.live_webhooks import WebhookOperations
from uwclient.sandbox.migration import prepare, take_over
from uwclient.sandbox.platform import Platform, fill, replace_scenario, reset
from uwclient.sandbox.player_view import PlayerView
from uwclient.sandbox.scenario.reading import load_scenario
from uwclient.sandbox.services.media.files import make_media
from uwclient.sandbox.services.webhooks.courier import Courier
from uwclient.sandbox.services.webhooks.rules import DEFAULT_SECRET, WebhookAccess
from uwclient.sandbox.settings import (
    DEFAULT_API_KEY,
    DEFAULT_REFRESH_INTERVAL,
    Settings,
    check_access,
    check_arguments,
    check_hosts,
    start_time,
)
from uwclient.sandbox.world_file import read_world, write_world
from uwclient.time_sources import SystemTime, TimeSource

T = TypeVar("T")


class Sandbox(LivePublishing):
    """Owns one UserWise platform on this machine: its server, its state and its clock.

    Use it in a `with` block, or call `start()` and `stop()`. Between the two the platform answers at `url`;
    its state outlives a stop, and the next start listens on the same port.

    Args:
        scenario: a YAML file or a mapping of the same form (see `uwclient.sandbox.scenario`).
        port: where to listen on loopback; 0 is any free port.
        api_key: what clients must send; by default "sandbox-key".
        secret_key: when given, every request must be signed with it.
        database: a file for the state, or ":memory:".
        refresh_interval: seconds between two refreshes, as sessions tell clients; by default 60.
        etags: whether lists of content carry an ETag.
        allow_hosts: names, besides those of this machine, by which clients may call the sandbox, and of web pages
            that may call it: "10.0.2.2" for an Android emulator.
        start: where the clock starts: ISO 8601, a datetime, or relative to now; relative times of the scenario count
            from it. None for the scenario's `clock`, or now.
        time_source: what the clock ticks by, such as a `StandingTime`; None for this machine's time.
        seed: what ids are drawn by, so that a run can be repeated; None for ids that nobody can foresee.
        ip_whitelist: the addresses and networks that the server API answers to; empty for all.
        hash_function: what requests are signed by: "sha3-256", "sha3-512", "sha256" or "sha512".
        webhook_hosts: names of hosts, besides this machine, that webhooks may be sent to.

    Arguments win over the scenario.

    Attributes:
        campaigns: makes, runs, pauses and completes campaigns.
        releases: shares what is in dev with other environments.
        segments: tells who is in a segment.
        ab_tests: defines A/B tests.
        message_types: defines types of messages.
        bundles: defines bundles, which offers can refer to.
        localizations: translations, by the ids that titles and bodies hold: `{language: text}`.
        webhooks: where what happens is sent to, and what came of it.
        journeys: makes journeys, and tells what becomes of players on them.
        clock: the platform's time; `set` and `advance` move it.
        faults: plans wrong, lost and broken replies, held requests, and dropped connections.

    Raises:
        ScenarioError: (a ValueError) the scenario or an argument is wrong, or the database cannot be one.

    """

    def __init__(
        self,
        scenario: str | Path | Mapping[str, Any] | None = None,
        *,
        port: int | None = None,
        api_key: str | None = None,
        secret_key: str | None = None,
        database: str | Path | None = None,
        refresh_interval: float | None = None,
        etags: bool = True,
        allow_hosts: Sequence[str] = (),
        start: str | datetime | None = None,
        time_source: TimeSource | None = None,
        seed: int | None = None,
        ip_whitelist: Sequence[str] = (),
        hash_function: str = DEFAULT_HASH_FUNCTION,
        webhook_hosts: Sequence[str] = (),
    ) -> None:
        check_arguments(port, api_key, allow_hosts, seed)
        check_access(ip_whitelist, hash_function)
        check_hosts("webhook_hosts", webhook_hosts)
        time_source = time_source or SystemTime()
        now = whole_second(time_source)
        loaded = self._loaded = load_scenario(scenario, now, start_time(start, now))
        self._settings = Settings(
            _first(api_key, loaded.api_key, DEFAULT_API_KEY),
            _first(secret_key, loaded.secret_key, None),
            _first(refresh_interval, loaded.refresh_interval, DEFAULT_REFRESH_INTERVAL),
            etags,
            tuple(allow_hosts),
            tuple(ip_whitelist),
            hash_function,
        )
        self.clock = SandboxClock(loaded.started_at, time_source)
        self.faults = Faults(self.clock)
        self._log = RequestLog()
        self._errors = ErrorCollector()
        storage = Storage(str(_first(database, loaded.database, ":memory:")))
        with storage.opening():
            prepare(storage)
            backend = Backend(storage, self.clock, Dice(seed))
            access = WebhookAccess(self._settings.secret_key or DEFAULT_SECRET, tuple(webhook_hosts))
            self._platform = Platform(backend, loaded.environments, access)
            take_over(self._platform)
        backend.keep("faults", self.faults)
        backend.erasure.on_erased(self._log.forget)
        fill(self._platform, loaded)
        self._platform.running_journeys.on_stopped(self._errors.add)
        self.campaigns = CampaignOperations(self._platform)
        self.releases = ReleaseOperations(self._platform)
        self.journeys = JourneyOperations(self._platform)
        self.segments = SegmentOperations(self._platform)
        self.ab_tests = AbTestOperations(self._platform)
        self.message_types = Definitions(self._platform.catalogue.message_types)
        self.bundles = Definitions(self._platform.catalogue.bundles)
        self.localizations: MutableMapping[str, Mapping[str, str]] = self._platform.catalogue.localizations
        self._courier = Courier(backend, self._platform.webhooks, self._errors.add)
        self.webhooks = WebhookOperations(self._platform.webhooks, self._courier)
        self._platform.webhooks.on_news(self._log.ask_again)
        apps = Apps(self._platform, self._settings, self._errors)
        self._gateway = Gateway(apps, self._settings, backend, self.faults, self._log)
        self._server = HttpServer(_first(port, loaded.port, 0), self._gateway, self._errors.add)

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "running" if self._server.is_running else "stopped"
        return f"<Sandbox {state}, port {self._server.port}>"

    # Running.

    def start(self) -> None:
        """Listen; does nothing when it does already. OSError when the port is taken."""
        self._server.start()
        self._courier.start()

    def stop(self) -> None:
        """Close all connections and end all threads. The state stays.

        A request that is held never reaches the platform.
        """
        self._server.stop()
        self._courier.stop()

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> InProcessReply | None:
        """Have a request answered in this process, without a socket; it needs no `start()`.

        It goes the way of every request: the same checks, faults, log of requests and bytes.

        Args:
            method: "GET", "POST", "PUT" or "DELETE".
            url: the whole address; its host is one of this machine, such as http://127.0.0.1/api/sdk/v1/…
            headers: the headers of the request.
            body: its body.

        Returns:
            The reply; None when a fault has the connection closed without one.

        """
        return ask(self._gateway, method, url, (headers or {}).items(), body)

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before the first start if any port will do."""
        return self._server.port

    @property
    def url(self) -> str:
        """The address for clients, such as http://127.0.0.1:54321. RuntimeError before the first start."""
        if self.port == 0:
            raise RuntimeError("The sandbox has no address before it starts: use 'with Sandbox() as sandbox'.")
        return f"http://{HOST}:{self.port}"

    @property
    def app_id(self) -> str:
        """The id of the app that everything belongs to, as requests of the server API name it."""
        return APP_ID

    @property
    def api_key(self) -> str:
        """The API key that clients must send."""
        return self._settings.api_key

    @property
    def secret_key(self) -> str | None:
        """The key that requests must be signed with, if they must be."""
        return self._settings.secret_key

    @property
    def hash_function(self) -> str:
        """What requests are signed by, such as "sha3-256"."""
        return self._settings.hash_function

    @property
    def next_due(self) -> datetime | None:
        """When something happens by itself next, such as an entry of a scenario's timeline; None for never."""
        return self._platform.backend.schedule.next_at

    def catch_up(self) -> None:
        """Have everything happen that is due by now; the sandbox does that itself before it answers a request."""
        self._platform.backend.catch_up()

    def check(self) -> None:
        """Raise the first unexpected error of a server thread since the last check, if there was one."""
        self._errors.raise_first()

    def reload(self, scenario: str | Path | Mapping[str, Any]) -> None:
        """Put another scenario, or a new version of it, in the place of the last one; time and players stay.

        The content is what the new scenario says for this moment, its timeline included. What was published besides
        the scenario stays, and so do players' attributes, but those that the scenario has changed. Its settings
        (keys, port, environments, clock, …) count at the next start.

        Args:
            scenario: as for a new sandbox; relative times count from the start of this one.

        Raises:
            ScenarioError: (a ValueError) it is wrong; then nothing changes.

        """
        started_at = self.clock.started_at
        loaded = load_scenario(scenario, started_at, started_at)
        replace_scenario(self._platform, self._loaded, loaded)
        self._loaded = loaded

    # Live operations, besides those of LivePublishing.

    def send_push(
        self,
        player_id: str,
        *,
        title: str = "",
        body: str = "",
        image_id: str | None = None,
        framework_data: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Send a push notification to all devices of a player (section Push Notifications).

        There is an impression for each registered token, or one when there is no token.

        Args:
            player_id: whom to.
            title: the notification's title.
            body: its text.
            image_id: the id of media; None for no image.
            framework_data: any JSON object for the game; None for an empty one.
            name: the notification's name; None for the title.

        Returns:
            The payload as a push library hands it to the game, of the device whose token was registered last:
            `{"origin": "userwise", "image_id": …, "push_notification_id": …, "impression_id": …}`.

        """
        fields = {
            "name": name or title,
            "title": title,
            "body": body,
            "image_id": image_id,
            "framework_data": dict(framework_data or {}),
        }
        payload = self._platform.push.send(player_id, fields)
        self._noted("send_push", player_id)
        return payload

    def add_media(
        self,
        media_id: str,
        source: str | Path | bytes,
        *,
        content_type: str = "image/png",
        name: str | None = None,
        variants: Mapping[str, tuple[str | Path | bytes, int, int]] | None = None,
        declared_size: int | None = None,
    ) -> None:
        """Add media, or replace those of that id.

        Args:
            media_id: the id by which content refers to them.
            source: a file, or the bytes of one; at most 32 MiB.
            content_type: such as "image/png".
            name: their name; None for the id.
            variants: smaller versions by name: `{"small": (source, max_width, max_height)}`, in pixels.
            declared_size: the number of bytes that players are told; None for the true one.

        Raises:
            ScenarioError: (a ValueError) a file cannot be read, or another argument is wrong.

        """
        self._platform.media.put(make_media(media_id, source, content_type, name, variants or {}, declared_size))
        self._noted("add_media", media_id)

    def player(self, player_id: str) -> PlayerView:
        """What the platform knows about a player; an unknown player has nothing."""
        return PlayerView(player_id, self._platform)

    def outage(self, *, seconds: float, seed: int = 0) -> None:
        """Be down for so many seconds of the sandbox's clock, from now on: every reply is a 5xx with a page of HTML.

        Args:
            seconds: more than 0.
            seed: of the dice that choose the statuses.

        Raises:
            ValueError: `seconds` is not more than 0.

        """
        now = self.clock.now()
        self.faults.profile("platform_outage", seed=seed, during=(now, now + timedelta(seconds=seconds)))

    def on_change(self, listener: Callable[[str, str], None]) -> None:
        """Hear of what live operations and the timeline of the scenario change.

        Args:
            listener: called after each change that players can see, as `listener("publish", "gems")`: the name of
                the method of this class (such as "campaigns.pause"), or of `PlayerView`, and the id of the content,
                campaign, media or player, or a segment's name.

        """
        self._platform.backend.on_change(listener)

    @property
    def players(self) -> tuple[PlayerView, ...]:
        """The players who have had a session, then those of whom only something else is known, such as attributes."""
        known = dict.fromkeys((*self._platform.sessions.player_ids(), *self._platform.players.ids()))
        return tuple(map(self.player, known))

    # The way back.

    def save(self) -> bytes:
        """The whole platform at this moment: content, players, media, its clock, what is due later, planned faults.

        The log of requests, the address, the keys and the settings are not part of it.

        Returns:
            A file for SQLite: for `restore`, of this or of another sandbox, or to look into.

        """
        return self._platform.backend.save()

    def restore(self, saved: bytes) -> None:
        """Become the platform that was saved, also back in time. Nothing of what happened since then is left.

        Clients are told nothing: one that goes on sees the platform of that time with its next request.

        Args:
            saved: what `save` gave.

        Raises:
            ValueError: it is no saved sandbox, or one of another version; then nothing changes.

        """
        self._platform.backend.restore(saved)

    def reset(self) -> None:
        """Begin anew, for the next test: content and time are what the scenario says, and nobody has played.

        Published content, players, sessions, media, planned faults and the log of requests are gone, also from a
        database. The address, the keys and the settings stay; clients that go on are told that they have no session.
        """
        self.faults.clear()
        self.clock.set(self.clock.started_at)
        reset(self._platform, self._loaded)
        self._log.clear()

    def export_world(self, path: str | Path) -> None:
        """Write everything that live operations made, and the players, into a YAML file.

        Of players it holds the attributes, the events, and which variants of A/B tests they were shown.

        Args:
            path: the file; one that is there is replaced.

        """
        write_world(self._platform, path)

    def import_world(self, path: str | Path) -> None:
        """Put what such a file holds in the place of what live operations made here.

        A player whom the file names becomes the one that it shows; others stay as they are.

        Args:
            path: a file that `export_world` wrote, and people may have edited.

        Raises:
            ScenarioError: (a ValueError) it is something else; then nothing changes.

        """
        read_world(self._platform, path)

    # What clients did.

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request, in the order of arrival; of more than some ten thousand, the newest."""
        return self._log.all()

    def requests_to(self, path_end: str) -> list[LoggedRequest]:
        """The requests whose path ends in these parts: "offers", "campaign_events/double-coins"."""
        return self._log.to(path_end)

    def wait_for_requests(self, path_end: str, count: int = 1, timeout: float = 5.0) -> list[LoggedRequest]:
        """What `requests_to` returns, once those are `count` requests. TimeoutError after `timeout` seconds."""
        return self._log.wait_for(path_end, count, timeout)

    def wait_for(self, condition: Callable[[], T], timeout: float = 5.0) -> T:
        """Wait for a condition: `wait_for(lambda: sandbox.player("hero-42").events)`.

        Args:
            condition: called in this thread, now and whenever a request arrives or is answered.
            timeout: in seconds.

        Returns:
            What the condition returns, once that is true.

        Raises:
            TimeoutError: it did not become true in time.

        """
        return self._log.wait_until(condition, timeout)

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        self._log.clear()


def _first(*values: Any) -> Any:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)
