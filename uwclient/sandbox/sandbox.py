"""The Python face of a sandbox, for tests, the demo and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from uwclient.sandbox.app import Gateway, create_app
from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.core.error_collector import ErrorCollector
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.http.faults import Faults
from uwclient.sandbox.http.request_log import LoggedRequest, RequestLog
from uwclient.sandbox.http.server import HOST, HttpServer
from uwclient.sandbox.migration import prepare, take_over
from uwclient.sandbox.platform import Platform, fill
from uwclient.sandbox.player_view import PlayerView
from uwclient.sandbox.scenario.reading import load_scenario
from uwclient.sandbox.services.media.files import make_media
from uwclient.sandbox.settings import DEFAULT_API_KEY, DEFAULT_REFRESH_INTERVAL, Settings, check_arguments

T = TypeVar("T")


class Sandbox:
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

    Arguments win over the scenario.

    Attributes:
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
    ) -> None:
        check_arguments(port, api_key, allow_hosts)
        loaded = load_scenario(scenario)
        self._settings = Settings(
            _first(api_key, loaded.api_key, DEFAULT_API_KEY),
            _first(secret_key, loaded.secret_key, None),
            _first(refresh_interval, loaded.refresh_interval, DEFAULT_REFRESH_INTERVAL),
            etags,
            tuple(allow_hosts),
        )
        self.clock = SandboxClock(loaded.started_at)
        self.faults = Faults()
        self._log = RequestLog()
        self._errors = ErrorCollector()
        storage = Storage(str(_first(database, loaded.database, ":memory:")))
        with storage.opening():
            prepare(storage)
            self._platform = Platform(Backend(storage, self.clock), loaded.environments)
            take_over(self._platform)
        fill(self._platform, loaded)
        app = create_app(self._platform, self._settings, self._errors)
        gateway = Gateway(app, self._settings, self.clock, self.faults, self._log)
        self._server = HttpServer(_first(port, loaded.port, 0), gateway, self._errors.add)

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
        """Close all connections and end all threads. The state stays.

        A request that is held never reaches the platform.
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
        self._errors.raise_first()

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
        """Publish scheduled content (section Scheduled Campaigns).

        Args:
            kind: events, messages, offers, remote_configs or surveys.
            id: the content's id; None for a new one.
            start_at: when it starts: ISO 8601, a datetime, or relative to now on the sandbox's clock, such as "+10s"
                or "+1h30m"; None for now.
            end_at: when it ends, likewise; None for never.
            segments: names of segments whose players see it; empty for everybody.
            environments: keys of environments in which it is seen; empty for all.
            **fields: the fields that players are sent, as a scenario's: `name`, `title`, `data`, `items`,
                `start_at_tz`, … For surveys also `questions`, a list of
                `{"id": str, "type": str, "text": str, "options": [str], "required": bool, "scale": int}`, of which
                `type` and `text` are required.

        Returns:
            The content's id.

        Raises:
            ScenarioError: (a ValueError) a field is wrong, or there is content of that id.

        """
        given = {"id": id, "start_at": start_at, "end_at": end_at, **fields}
        return self._platform.publishing.publish(
            kind, {**given, "segments": list(segments), "environments": list(environments)}
        )

    def change(self, content_id: str, /, **fields: Any) -> None:
        """Replace fields of published content, as players see it from their next request on.

        Args:
            content_id: which content.
            **fields: the fields to replace, as `publish` takes them, times and segments included; relative times
                count from now.

        Raises:
            UnknownRecordError: (a KeyError) there is no content of that id.
            ScenarioError: (a ValueError) a field is wrong.

        """
        self._platform.publishing.change(content_id, fields)

    def withdraw(self, content_id: str) -> None:
        """Take content away. UnknownRecordError (a KeyError) when there is none of that id."""
        self._platform.publishing.withdraw(content_id)

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
        """Publish a triggered campaign (section Triggered Campaigns); players see it at their next request.

        Args:
            trigger: `{"type": str, "logic": {…}}`, sent to players as it is, valid or not. By type, the logic is
                `{"external_event_id": str, "event_attributes": [CONDITION, …]}` for "event_trigger",
                a CONDITION for "attribute_trigger", and
                `{"region_name": str, "metadata": [CONDITION, …]}` for "region_trigger", where a CONDITION is
                `{"attribute_name": str, "operator": str, "values": list, "data_type": str}`, in metadata with
                `metadata_name` as its first key. Operators: equal, greater_than, less_than, contain, between.
            id: the campaign's id; None for a new one.
            name: its name; None for the id.
            quota: `{"total_triggers": int, "session_triggers": int, "trigger_cooldown_seconds": float}`; a key that
                is missing or None has no limit, None has none at all.
            segments: names of segments whose players can trigger it; empty for everybody.
            environments: keys of environments in which it runs; empty for all.
            events: the content that a trigger starts, each a mapping of the fields that `publish` takes, with
                `id`, but without times, segments and environments.
            messages: likewise.
            offers: likewise.
            remote_configs: likewise.
            surveys: likewise.

        Returns:
            The campaign's id.

        Raises:
            ScenarioError: (a ValueError) a field is wrong, or there is a campaign of that id.

        """
        return self._platform.publishing.publish_campaign(
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
        self._platform.publishing.withdraw_campaign(campaign_id)

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
        return self._platform.push.send(player_id, fields)

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

    def define_segment(
        self, name: str, *, attributes: Sequence[Mapping[str, Any]] = (), players: Sequence[str] = ()
    ) -> None:
        """Add or replace a segment (guide: Segment Targeting); sessions follow when they start or refresh.

        Args:
            name: the segment's name, by which content refers to it.
            attributes: conditions, joined from left to right: `{"name": str, "operator": str, "values": list,
                "group_logical_operator": "and" or "or"}`, the last of which is optional and counts from the second
                condition on. Operators: equal and contain (any of the values), greater_than and less_than
                (one value), between (two values).
            players: ids of players who are in it whatever their attributes.

        Raises:
            ScenarioError: (a ValueError) a condition is wrong, or there are neither attributes nor players.

        """
        self._platform.publishing.define_segment(name, {"attributes": attributes, "players": players})

    def player(self, player_id: str) -> PlayerView:
        """What the platform knows about a player; an unknown player has nothing."""
        return PlayerView(player_id, self._platform)

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
