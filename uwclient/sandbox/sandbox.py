"""Owns the wiring of a sandbox, and the Python face of it that tests, the demo and the command line use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from uwclient.sandbox.app import Front, Settings, create_app
from uwclient.sandbox.clock import SandboxClock
from uwclient.sandbox.errors import ScenarioError
from uwclient.sandbox.errors_seen import ErrorsSeen
from uwclient.sandbox.faults import Faults
from uwclient.sandbox.media import make_media
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.player_platform import PlayerPlatform
from uwclient.sandbox.player_view import PlayerView
from uwclient.sandbox.push_platform import PushPlatform
from uwclient.sandbox.request_log import LoggedRequest, RequestLog
from uwclient.sandbox.scenario import Scenario, load_scenario
from uwclient.sandbox.server import HOST, HttpServer
from uwclient.sandbox.services import Services
from uwclient.sandbox.storage import Storage
from uwclient.sandbox.survey_platform import SurveyPlatform
from uwclient.sandbox.web_origins import is_host_name

DEFAULT_API_KEY = "sandbox-key"
DEFAULT_REFRESH_INTERVAL = 60
HIGHEST_PORT = 65535

T = TypeVar("T")


class Sandbox:
    """Owns one UserWise platform on this machine.

    Use it in a `with` block, or call `start()` and `stop()`. Between the two the platform answers at `url`;
    its state outlives a stop, and the next start listens on the same port.

    Args:
        scenario: a YAML file or a mapping of the same form (see `uwclient.sandbox.scenario`).
        port: where to listen on loopback; 0 is any free port.
        api_key: what clients must send; "sandbox-key" if nothing else is said.
        secret_key: when given, every request must be signed with it.
        database: a file for the state, or ":memory:".
        refresh_interval: seconds between two refreshes, as sessions tell clients; 60 if nothing else is said.
        etags: whether lists of content carry an ETag.
        allow_hosts: names, besides those of this machine, by which clients may call the sandbox, and web pages
            may have been reached that talk to it: "10.0.2.2" for an Android emulator.

    Arguments win over what the scenario says. ScenarioError (a ValueError) when either is wrong, or when the
    database cannot be one.

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
    ) -> None:
        _refuse_wrong_arguments(port, api_key, allow_hosts)
        said = load_scenario(scenario)
        interval = _first(refresh_interval, said.refresh_interval, DEFAULT_REFRESH_INTERVAL)
        self._settings = Settings(
            _first(api_key, said.api_key, DEFAULT_API_KEY),
            _first(secret_key, said.secret_key, None),
            interval,
            etags,
            tuple(allow_hosts),
        )
        self.clock = SandboxClock(said.started_at)
        self.faults = Faults()
        self._log = RequestLog()
        self._errors_seen = ErrorsSeen()
        storage = Storage(str(_first(database, said.database, ":memory:")))
        self._services = Services(storage, self.clock, said.environments, said.timeline)
        self._platform = Platform(self._services)
        self._players = PlayerPlatform(self._services)
        self._pushes = PushPlatform(self._services)
        _fill(self._platform, self._players, said)
        app = create_app(self._services, self._settings, self._errors_seen)
        front = Front(app, self._settings, self.clock, self.faults, self._log)
        self._server = HttpServer(_first(port, said.port, 0), front, self._errors_seen.add)

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

    def stop(self) -> None:
        """Cut all connections, held requests included, and end all threads. The state stays.

        A request that was held is forgotten: it never reaches the platform.
        """
        self._server.stop()

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
    def api_key(self) -> str:
        """The API key that clients must send."""
        return self._settings.api_key

    @property
    def secret_key(self) -> str | None:
        """The key that requests must be signed with, if they must be."""
        return self._settings.secret_key

    def check(self) -> None:
        """Raise the first unexpected error of a server thread since the last check, if there was one."""
        self._errors_seen.raise_first()

    # Live operations.

    def publish(
        self,
        kind: str,
        /,
        *,
        id: str | None = None,
        start_at: str | datetime | None = None,
        end_at: str | datetime | None = None,
        segments: Sequence[str] = (),
        environments: Sequence[str] = (),
        **fields: Any,
    ) -> str:
        """Publish content of a kind (events, messages, offers, remote_configs, surveys); its id.

        Relative times such as "+10s" count from now (on the sandbox's clock); no `start_at` is now, no
        `end_at` is never. No segments is everybody, no environments is everywhere. All other fields are
        sent to players as they are. ScenarioError, with a sentence, for what cannot be published.
        """
        given = {"id": id, "start_at": start_at, "end_at": end_at, **fields}
        return self._platform.publish(kind, {**given, "segments": list(segments), "environments": list(environments)})

    def change(self, content_id: str, /, **fields: Any) -> None:
        """Replace fields of published content, times and segments included; relative times count from now.

        UnknownRecordError (a KeyError) when there is no such content, ScenarioError for fields that are
        wrong.
        """
        self._platform.change(content_id, fields)

    def withdraw(self, content_id: str) -> None:
        """Take content away. UnknownRecordError (a KeyError) when there is none of that id."""
        self._platform.withdraw(content_id)

    def publish_campaign(
        self,
        *,
        trigger: Any,
        id: str | None = None,
        name: str | None = None,
        quota: Mapping[str, Any] | None = None,
        segments: Sequence[str] = (),
        environments: Sequence[str] = (),
        events: Sequence[Mapping[str, Any]] = (),
        messages: Sequence[Mapping[str, Any]] = (),
        offers: Sequence[Mapping[str, Any]] = (),
        remote_configs: Sequence[Mapping[str, Any]] = (),
        surveys: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Publish a triggered campaign; its id.

        Players are told at their next request for campaigns. `quota` holds any of `total_triggers`,
        `session_triggers` and `trigger_cooldown_seconds`; what it leaves out has no limit. The content takes the
        fields that `publish` takes, without times, segments and environments. The trigger is sent as it is, whether
        it makes sense or not. ScenarioError, with a sentence, for what cannot be published.
        """
        return self._platform.publish_campaign(
            {
                "id": id,
                "name": name,
                "trigger": trigger,
                "quota": quota,
                "segments": list(segments),
                "environments": list(environments),
                "events": events,
                "messages": messages,
                "offers": offers,
                "remote_configs": remote_configs,
                "surveys": surveys,
            }
        )

    def withdraw_campaign(self, campaign_id: str) -> None:
        """Take a campaign away. UnknownRecordError (a KeyError) when there is none of that id."""
        self._platform.withdraw_campaign(campaign_id)

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
        """Send a push notification to all devices of a player; the payload that a push library hands over.

        There is an impression for each registered token, or one when there is none. The payload (`origin`,
        `image_id`, `push_notification_id`, `impression_id`) is that of the token registered last.
        """
        fields = {
            "name": name or title,
            "title": title,
            "body": body,
            "image_id": image_id,
            "framework_data": dict(framework_data or {}),
        }
        return self._pushes.send(player_id, fields)

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
        """Add media (or replace what has that id), from a file or from bytes.

        `variants` are smaller versions, by name: where they come from, and the largest width and height.
        `declared_size` is what players are told, in place of the true number of bytes. ScenarioError for what cannot
        be added.
        """
        self._platform.put_media(make_media(media_id, source, content_type, name, variants or {}, declared_size))

    def define_segment(
        self, name: str, *, attributes: Sequence[Mapping[str, Any]] = (), players: Sequence[str] = ()
    ) -> None:
        """Add or replace a segment: the players listed, and those whose attributes match.

        Sessions notice when they start or refresh their segments. ScenarioError for targeting that is wrong.
        """
        self._platform.define_segment(name, attributes, players)

    def player(self, player_id: str) -> PlayerView:
        """A view of what the platform knows about a player, known or not."""
        return PlayerView(player_id, self._players, SurveyPlatform(self._services), self._pushes)

    # What clients did.

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request, in the order of arrival; of more than some ten thousand, the newest."""
        return self._log.all()

    def requests_to(self, path_end: str) -> list[LoggedRequest]:
        """The requests whose path ends in these parts: "offers", "campaign_events/double-coins"."""
        return self._log.to(path_end)

    def wait_for_requests(self, path_end: str, count: int = 1, timeout: float = 5.0) -> list[LoggedRequest]:
        """As `requests_to`, once `count` of them arrived. TimeoutError after `timeout` seconds."""
        return self._log.wait_for(path_end, count, timeout)

    def wait_for(self, condition: Callable[[], T], timeout: float = 5.0) -> T:
        """What `condition` returns, once that is true: `wait_for(lambda: sandbox.player("hero-42").events)`.

        It is asked now, and as requests arrive and are answered, in the calling thread. TimeoutError after
        `timeout` seconds.
        """
        return self._log.wait_until(condition, timeout)

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        self._log.forget()


def _first(*values: Any) -> Any:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)


def _refuse_wrong_arguments(port: int | None, api_key: str | None, allow_hosts: Sequence[str]) -> None:
    if port is not None and not 0 <= port <= HIGHEST_PORT:
        raise ScenarioError(f"port: {port} is not a port: use 1 to {HIGHEST_PORT}, or 0 for any free one.")
    if api_key == "":
        raise ScenarioError('api_key: it is empty: use any text, such as "sandbox-key".')
    for host in [allow_hosts] if isinstance(allow_hosts, str) else allow_hosts:
        if host is allow_hosts or not is_host_name(host):
            raise ScenarioError(f'allow_hosts: {host!r} is no list of hosts\' names: write such as ["10.0.2.2"].')


def _fill(platform: Platform, players: PlayerPlatform, scenario: Scenario) -> None:
    for segment in scenario.segments:
        platform.define_segment(segment.name, segment.attributes, segment.players)
    for player_id, attributes in scenario.attributes.items():
        players.set_attributes(player_id, attributes)
    for record in scenario.records:
        platform.put(record)
    for campaign in scenario.campaigns:
        platform.put_campaign(campaign)
    for media in scenario.media:
        platform.put_media(media)
